//! Integrals against measures given by their Stieltjes transform `S(z) = int nu(du)/(u - z)`, by Cauchy's formula on an
//! ellipse around the support: `int f dnu = -(1/(2 pi i)) oint f S dz`. Atoms need no care: the contour encloses them.
//!
//! The trapezoid rule converges exponentially. Two ellipses of different width have to agree, f has to fulfil Cauchy's
//! formula on them (so that it has no singularity inside), S has to have the sign and the mass of the measure stated.

use super::code::Stieltjes;
use super::complex::{ComplexOutcome, shown};
use super::evaluate::{Evaluation, Fault, Outcome, fault, relocated};
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::Span;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::f64::consts::PI;
use std::rc::Rc;

/// Pairs of ellipses, widest first, as the sum of the semi-axes over half the distance of the foci (the ends of the
/// support). Wide ones converge faster; narrow ones keep clear of singularities and of places where f is large.
const WIDTHS: [(f64, f64); 8] =
    [(2.0, 1.7), (1.5, 1.4), (1.25, 1.2), (1.12, 1.1), (1.06, 1.05), (1.03, 1.025), (1.015, 1.0125), (1.008, 1.006)];
const FEWEST_NODES: usize = 32;
const MOST_NODES: usize = 8192;
/// From so many nodes on, twice as many have to make the difference of the two ellipses smaller by this factor.
const SLOW_NODES: usize = 512;
const GAIN: f64 = 0.25;
/// Relative to mass times `max |f|`: the bound to aim at, and what is good enough once rounding dominates; a bound beyond
/// the last one (relative to 1 where the integral is less) is a failure.
const GOAL: f64 = 2e-13;
const ENOUGH: f64 = 1e-11;
const FAILURE: f64 = 1e-9;
/// Where on the support f is compared with Cauchy's formula, from -1 to 1.
const PLACES: [f64; 3] = [-0.6, 0.1, 0.7];

/// Distances from the contour, relative to half the length of the support, at which roots are sought on the real axis.
const STARTS: [f64; 6] = [0.0, 1.0, 10.0, 100.0, 1e3, 1e4];

/// Measure, ellipse and number of nodes.
type ContourKey = (usize, usize, usize);

/// What contour integrals of one evaluation remember.
#[derive(Default)]
pub(super) struct Contours {
    nodes: RefCell<HashMap<ContourKey, Rc<[Node]>>>,
    supports: RefCell<HashMap<usize, Support>>,
    /// Measures whose transform has been evaluated on the real axis.
    started: RefCell<HashSet<usize>>,
    /// Measures whose mass has been checked.
    checked: RefCell<HashSet<usize>>,
}

/// A point of a contour in the upper half-plane.
#[derive(Clone, Copy)]
struct Node {
    z: ComplexEstimate,
    /// Derivative of z along the contour, counter-clockwise.
    speed: ComplexEstimate,
    transform: ComplexEstimate,
}

#[derive(Clone, Copy)]
struct Support {
    centre: f64,
    /// Half its length.
    half: f64,
    mass: Estimate,
}

/// A trapezoid sum: value, bound on its rounding, largest violation of Cauchy's formula by f, and how far that may be rounding.
struct Sum {
    value: f64,
    rounding: f64,
    leak: f64,
    leak_rounding: f64,
}

type Function<'a> = &'a mut dyn FnMut(ComplexEstimate) -> ComplexOutcome;

impl Evaluation<'_> {
    /// `int f dnu`, f the code with its variable in `slot`.
    pub(super) fn over_measure(
        &self,
        body: &super::code::Code,
        measure: usize,
        slot: usize,
        foreign: bool,
        frame: &[Estimate],
        span: Span,
    ) -> Outcome {
        self.check_mass(measure)
            .map_err(|fault| relocated(fault, &self.program.measures[measure].transform, foreign, span))?;
        let mut complex: Vec<ComplexEstimate> = frame.iter().map(|x| ComplexEstimate::real(*x)).collect();
        let mut f = |z: ComplexEstimate| {
            self.count_integrand();
            complex[slot] = z;
            self.complex_value(body, &mut complex)
        };
        self.contour_integral(measure, &mut f, span)
    }

    fn check_mass(&self, measure: usize) -> Result<(), Fault> {
        if self.contours.checked.borrow().contains(&measure) {
            return Ok(());
        }
        let Stieltjes { name, span, .. } = &self.program.measures[measure];
        let stated = self.support(measure)?.mass;
        let found = self.contour_integral(measure, &mut |_| Ok(ComplexEstimate::ONE), *span)?;
        if (found.value - stated.value).abs() > found.abs_err + stated.abs_err {
            return fault(
                format!(
                    "the mass of `{name}` within its interval is {:.9}, not {:.9}: the support may reach beyond, or the \
                     transform is not int {name}(du)/(u - z)",
                    found.value, stated.value
                ),
                *span,
            );
        }
        self.contours.checked.borrow_mut().insert(measure);
        Ok(())
    }

    fn support(&self, measure: usize) -> Result<Support, Fault> {
        if let Some(known) = self.contours.supports.borrow().get(&measure) {
            return Ok(*known);
        }
        let Stieltjes { name, low, high, mass, span, .. } = &self.program.measures[measure];
        let (low, high, mass) = (self.formula(low)?.low(), self.formula(high)?.high(), self.formula(mass)?);
        if !(low.is_finite() && high.is_finite() && low <= high) {
            return fault(format!("the interval of the measure `{name}` is {low} to {high}"), *span);
        }
        if !mass.is_finite() || mass.value < 0.0 {
            return fault(format!("the mass of the measure `{name}` is {}", mass.value), *span);
        }
        let centre = 0.5 * (low + high);
        // A point still needs some room around it.
        let least = if centre == 0.0 { 0.125 } else { 0.125 * centre.abs() };
        let half = 0.5 * (high - low);
        let support = Support { centre, half: if half < 0.01 * least { least } else { half }, mass };
        self.contours.supports.borrow_mut().insert(measure, support);
        Ok(support)
    }

    fn contour_integral(&self, measure: usize, f: Function, span: Span) -> Outcome {
        let support = self.support(measure)?;
        let mut places = [(0.0, 0.0); 3];
        let mut scale: f64 = 0.0;
        for (place, at) in places.iter_mut().zip(PLACES) {
            let x = support.centre + at * support.half;
            let value = f(ComplexEstimate::exact(x, 0.0))?;
            *place = (x, value.re);
            scale = scale.max(value.modulus());
        }
        let mass = support.mass.value;
        scale *= mass;
        let mut best = Estimate::UNDEFINED;
        let mut failure = None;
        for (pair, (wide, narrow)) in WIDTHS.iter().enumerate() {
            let mut nodes = FEWEST_NODES;
            let mut before = f64::INFINITY;
            while nodes <= MOST_NODES {
                let mut rule = |which: usize, width: f64| -> Result<Sum, Fault> {
                    let contour = self.contour(measure, 2 * pair + which, width, nodes)?;
                    trapezoid(&contour, f, &places)
                };
                let (first, second) = match rule(0, *wide).and_then(|first| Ok((first, rule(1, *narrow)?))) {
                    Ok(sums) => sums,
                    Err(fault) => {
                        failure = Some(fault);
                        break;
                    }
                };
                let leak = (first.leak - first.leak_rounding).max(second.leak - second.leak_rounding).max(0.0);
                let unlike = 10.0 * ((first.value - second.value).abs() + mass * leak);
                let unseen = mass * first.leak_rounding.max(second.leak_rounding);
                let rounding = first.rounding + second.rounding + unseen;
                let value = Estimate::new(first.value, unlike + rounding);
                if !best.is_finite() || value.abs_err < best.abs_err {
                    best = value;
                }
                let size = scale.max(best.value.abs());
                if best.abs_err <= GOAL * size || (unlike <= rounding && best.abs_err <= ENOUGH * size) {
                    return Ok(best);
                }
                let stalled = nodes >= SLOW_NODES && unlike > GAIN * before;
                // More nodes do not help once rounding is all that is left, or where it is hopeless from the start; a narrower ellipse may.
                let rounded = unlike <= rounding || rounding > ENOUGH * size.max(1.0);
                if stalled || (rounded && nodes > FEWEST_NODES) {
                    break;
                }
                before = unlike;
                nodes *= 2;
            }
        }
        if best.is_finite() && best.abs_err <= FAILURE * scale.max(best.value.abs()).max(1.0) {
            return Ok(best);
        }
        match failure {
            Some(failure) if !best.is_finite() => Err(failure),
            _ => fault(
                format!(
                    "the integral over a contour around the support of `{}` did not converge (best value {:e}): the support \
                     reaches beyond the interval given, or the integrand has a singularity too close to it",
                    self.program.measures[measure].name, best.value
                ),
                span,
            ),
        }
    }

    /// The upper half of an ellipse, from left to right so that roots are followed from the real axis.
    fn contour(&self, measure: usize, ellipse: usize, width: f64, nodes: usize) -> Result<Rc<[Node]>, Fault> {
        let key = (measure, ellipse, nodes);
        if let Some(known) = self.contours.nodes.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let Stieltjes { name, transform, span, .. } = &self.program.measures[measure];
        let Support { centre, half, .. } = self.support(measure)?;
        let (across, up) = (0.5 * half * (width + 1.0 / width), 0.5 * half * (width - 1.0 / width));
        let mut frame = vec![ComplexEstimate::ZERO; transform.slots.max(1)];
        let mut at = |z: ComplexEstimate| {
            frame[0] = z;
            self.complex_value(&transform.code, &mut frame)
        };
        // On the real axis outside all of the spectrum roots are real: one such point is needed to start from.
        if !self.contours.started.borrow().contains(&measure) {
            let outside = STARTS.iter().flat_map(|far| [-across - far * half, across + far * half]);
            let mut outcomes = outside.map(|shift| at(ComplexEstimate::exact(centre + shift, 0.0)).err());
            let first = outcomes.next().flatten();
            if let Some(fault) = first
                && outcomes.all(|outcome| outcome.is_some())
            {
                return Err(fault);
            }
            self.contours.started.borrow_mut().insert(measure);
        }
        let mut contour = Vec::with_capacity(nodes / 2);
        for k in (0..nodes / 2).rev() {
            let (sine, cosine) = (2.0 * PI * (k as f64 + 0.5) / nodes as f64).sin_cos();
            let z = ComplexEstimate::exact(centre + across * cosine, up * sine);
            let speed = ComplexEstimate::new(-across * sine, up * cosine, 2.0 * f64::EPSILON * (across + up));
            let transform = at(z)?;
            if transform.im <= -transform.abs_err {
                return fault(
                    format!(
                        "the transform of `{name}` at {} is {}: its imaginary part must be positive there, as that of int \
                         {name}(du)/(u - z) with a positive measure within the interval given",
                        shown(z),
                        shown(transform)
                    ),
                    *span,
                );
            }
            contour.push(Node { z, speed, transform });
        }
        let contour: Rc<[Node]> = Rc::from(contour);
        self.contours.nodes.borrow_mut().insert(key, Rc::clone(&contour));
        Ok(contour)
    }
}

/// The rule over the whole contour: its lower half is the mirror image of the upper one, so that only imaginary parts
/// stay. Rounding includes that of the nodes, by the slope of the integrand between them.
fn trapezoid(contour: &[Node], f: Function, places: &[(f64, f64)]) -> Result<Sum, Fault> {
    let (mut sum, mut rounding) = (0.0, 0.0);
    let mut cauchy = [(0.0, 0.0); PLACES.len()];
    let mut before: Option<(ComplexEstimate, ComplexEstimate)> = None;
    for node in contour {
        let value = f(node.z)?;
        let product = value * node.transform;
        let term = product * node.speed;
        sum += term.im;
        rounding += term.abs_err + f64::EPSILON * sum.abs();
        if let Some((z, last)) = before {
            let slope = (product.re - last.re).hypot(product.im - last.im) / (node.z.re - z.re).hypot(node.z.im - z.im);
            rounding += 2.0 * f64::EPSILON * node.z.modulus() * slope * node.speed.modulus();
        }
        before = Some((node.z, product));
        let flow = value * node.speed;
        for (total, (x, _)) in cauchy.iter_mut().zip(places) {
            let ratio = flow.div(node.z - ComplexEstimate::exact(*x, 0.0)).unwrap_or(ComplexEstimate::UNDEFINED);
            total.0 += ratio.im;
            total.1 += ratio.abs_err + f64::EPSILON * total.0.abs();
        }
    }
    // The contour has twice as many nodes: the weight 2 pi/n, over pi.
    let weight = 1.0 / contour.len() as f64;
    let (mut leak, mut leak_rounding) = (0.0_f64, 0.0_f64);
    for ((total, error), (_, value)) in cauchy.iter().zip(places) {
        if !(total.is_finite() && error.is_finite()) {
            leak = f64::INFINITY;
        } else {
            leak = leak.max((weight * total - value).abs());
            leak_rounding = leak_rounding.max(weight * error);
        }
    }
    Ok(Sum { value: -weight * sum, rounding: weight * rounding, leak, leak_rounding })
}
