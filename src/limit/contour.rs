//! Integrals against measures given by their Stieltjes transform `S(z) = int nu(du)/(u - z)`, by Cauchy's formula on a
//! contour around the support: `int f dnu = -(1/(2 pi i)) oint f S dz`. Atoms need no care: the contour encloses them.
//!
//! The trapezoid rule converges exponentially. Two contours of different width have to agree, f has to fulfil Cauchy's
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

/// A contour around the support.
#[derive(Clone, Copy)]
enum Shape {
    /// An ellipse with the ends of the support as foci: the sum of its semi-axes over half their distance.
    Ellipse(f64),
    /// An ellipse in `ln(z - low + near * length)` with the ends of the support as foci, and its height there (below pi): close to
    /// the lower end, where decay at very different rates begins, and wide elsewhere.
    Stretched { near: f64, height: f64 },
}

/// In pairs, in the order tried. Wide contours converge faster; narrow ones keep clear of singularities and of places where f
/// is large.
const SHAPES: [(Shape, Shape); 14] = [
    (Shape::Ellipse(2.0), Shape::Ellipse(1.7)),
    (Shape::Ellipse(1.5), Shape::Ellipse(1.4)),
    (Shape::Ellipse(1.25), Shape::Ellipse(1.2)),
    stretched(3e-2),
    stretched(3e-3),
    stretched(3e-4),
    stretched(3e-5),
    stretched(3e-6),
    stretched(3e-7),
    (Shape::Ellipse(1.12), Shape::Ellipse(1.1)),
    (Shape::Ellipse(1.06), Shape::Ellipse(1.05)),
    (Shape::Ellipse(1.03), Shape::Ellipse(1.025)),
    (Shape::Ellipse(1.015), Shape::Ellipse(1.0125)),
    (Shape::Ellipse(1.008), Shape::Ellipse(1.006)),
];

const fn stretched(near: f64) -> (Shape, Shape) {
    (Shape::Stretched { near, height: 1.2 }, Shape::Stretched { near, height: 0.9 })
}

const FEWEST_NODES: usize = 32;
const MOST_NODES: usize = 8192;
/// From so many nodes on, twice as many have to make the difference of the two contours smaller by this factor.
const SLOW_NODES: usize = 256;
const GAIN: f64 = 0.25;
/// Relative to mass times `max |f|`: the bound to aim at, and what is good enough once rounding dominates (or if the bound is tiny
/// in itself); a bound beyond the last one (relative to 1 where the integral is less) is a failure.
const GOAL: f64 = 2e-13;
const ENOUGH: f64 = 1e-11;
const TINY: f64 = 1e-14;
const FAILURE: f64 = 1e-9;
/// Where on the support f is compared with Cauchy's formula, from -1 to 1. The ends are among them: where f is all but concentrated
/// next to one, two coarse contours agree on nothing.
const PLACES: [f64; 5] = [-1.0, -0.6, 0.1, 0.7, 1.0];

/// Distances from the contour, relative to half the length of the support, at which roots are sought on the real axis.
const STARTS: [f64; 6] = [0.0, 1.0, 10.0, 100.0, 1e3, 1e4];

/// Measure, shape and number of nodes.
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
    /// Bound on the distance of z from where the rule wants it.
    off: f64,
    transform: ComplexEstimate,
}

#[derive(Clone, Copy)]
struct Support {
    centre: f64,
    /// Half its length.
    half: f64,
    mass: Estimate,
}

impl Shape {
    /// The point at this angle, its derivative, and how far rounding may have moved it.
    fn at(self, support: Support, angle: f64) -> (ComplexEstimate, ComplexEstimate, f64) {
        let Support { centre, half, .. } = support;
        let (sine, cosine) = angle.sin_cos();
        match self {
            Shape::Ellipse(width) => {
                let (across, up) = (0.5 * half * (width + 1.0 / width), 0.5 * half * (width - 1.0 / width));
                let z = ComplexEstimate::exact(centre + across * cosine, up * sine);
                let speed = ComplexEstimate::new(-across * sine, up * cosine, 2.0 * f64::EPSILON * (across + up));
                (z, speed, f64::EPSILON * (z.modulus() + 2.0 * (across + up)))
            }
            Shape::Stretched { near, height } => {
                let origin = centre - half - near * 2.0 * half;
                let (low, high) = ((near * 2.0 * half).ln(), ((near + 1.0) * 2.0 * half).ln());
                let focus = 0.5 * (high - low);
                let across = focus.hypot(height);
                let (re, im) = (0.5 * (low + high) + across * cosine, height * sine);
                let radius = re.exp();
                let z = ComplexEstimate::exact(origin + radius * im.cos(), radius * im.sin());
                // Times the derivative of the logarithm.
                let (along, up) = (-across * sine, height * cosine);
                let speed = (radius * (im.cos() * along - im.sin() * up), radius * (im.sin() * along + im.cos() * up));
                let rounding = f64::EPSILON * (4.0 + 2.0 * (low.abs() + high.abs() + across));
                let size = radius * (along.abs() + up.abs());
                let off = f64::EPSILON * (z.modulus() + origin.abs()) + rounding * radius;
                (z, ComplexEstimate::new(speed.0, speed.1, 2.0 * rounding * size), off)
            }
        }
    }
}

/// A trapezoid sum.
struct Sum {
    value: f64,
    /// Bound on its rounding.
    rounding: f64,
    /// Largest violation of Cauchy's formula by f beyond rounding, and the least that rounding hides at any place.
    leak: f64,
    hidden: f64,
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
        let mut places = [(0.0, 0.0); PLACES.len()];
        let mut scale: f64 = 0.0;
        for (place, at) in places.iter_mut().zip(PLACES) {
            let x = support.centre + at * support.half;
            let value = f(ComplexEstimate::exact(x, 0.0))?;
            *place = (x, value.re);
            // What is aimed at should not follow a peak at an end.
            if at.abs() < 1.0 {
                scale = scale.max(value.modulus());
            }
        }
        let mass = support.mass.value;
        scale *= mass;
        let mut best = Estimate::UNDEFINED;
        let mut failure = None;
        // Bound of an earlier pair of contours that had converged.
        let mut least: Option<f64> = None;
        for (pair, (wide, narrow)) in SHAPES.iter().enumerate() {
            // Where f is so large that rounding leaves nothing, the transform need not be known.
            let mut too_large = |angle: f64| {
                let value = f(wide.at(support, angle).0);
                value.is_ok_and(|value| f64::EPSILON * mass * value.modulus() > FAILURE * scale.max(1.0))
            };
            if too_large(PI) || too_large(0.0) {
                continue;
            }
            let mut nodes = FEWEST_NODES;
            let mut before = f64::INFINITY;
            while nodes <= MOST_NODES {
                let mut rule = |which: usize, shape: Shape| -> Result<Sum, Fault> {
                    let contour = self.contour(measure, 2 * pair + which, shape, nodes)?;
                    trapezoid(&contour, f, &places)
                };
                let (first, second) = match rule(0, *wide).and_then(|first| Ok((first, rule(1, *narrow)?))) {
                    Ok(sums) => sums,
                    Err(fault) => {
                        failure = Some(fault);
                        break;
                    }
                };
                let unlike = 10.0 * ((first.value - second.value).abs() + mass * first.leak.max(second.leak));
                let rounding = first.rounding + second.rounding + mass * first.hidden.max(second.hidden);
                let value = Estimate::new(first.value, unlike + rounding);
                if !best.is_finite() || value.abs_err < best.abs_err {
                    best = value;
                }
                let size = scale.max(best.value.abs());
                let converged = unlike <= rounding;
                let enough = best.abs_err <= GOAL * size || (converged && best.abs_err <= TINY.max(ENOUGH * size));
                // Rounding that no second contour makes smaller comes with the integrand.
                let settled = converged && least.is_some_and(|before| best.abs_err > 0.5 * before);
                if enough || (settled && best.abs_err <= ENOUGH * size.max(1.0)) {
                    return Ok(best);
                }
                let stalled = nodes >= SLOW_NODES && unlike > GAIN * before;
                // Where rounding is hopeless from the start a narrower contour may have less.
                let hopeless = rounding > FAILURE * size.max(1.0);
                if converged {
                    least = Some(best.abs_err);
                }
                if converged || stalled || hopeless {
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

    /// The upper half of a contour, from left to right so that roots are followed from the real axis.
    fn contour(&self, measure: usize, number: usize, shape: Shape, nodes: usize) -> Result<Rc<[Node]>, Fault> {
        let key = (measure, number, nodes);
        if let Some(known) = self.contours.nodes.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let Stieltjes { name, transform, span, .. } = &self.program.measures[measure];
        let support = self.support(measure)?;
        let mut frame = vec![ComplexEstimate::ZERO; transform.slots.max(1)];
        let mut at = |z: ComplexEstimate| {
            frame[0] = z;
            self.complex_value(&transform.code, &mut frame)
        };
        // On the real axis outside all of the spectrum roots are real: one such point is needed to start from.
        if !self.contours.started.borrow().contains(&measure) {
            let (left, right) = (shape.at(support, PI).0.re, shape.at(support, 0.0).0.re);
            let outside = STARTS.iter().flat_map(|far| [left - far * support.half, right + far * support.half]);
            let mut outcomes = outside.map(|x| at(ComplexEstimate::exact(x, 0.0)).err());
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
            let (z, speed, off) = shape.at(support, 2.0 * PI * (k as f64 + 0.5) / nodes as f64);
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
            contour.push(Node { z, speed, off, transform });
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
            rounding += node.off * slope * node.speed.modulus();
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
    let (mut leak, mut hidden) = (0.0_f64, f64::INFINITY);
    for ((total, error), (_, value)) in cauchy.iter().zip(places) {
        let beyond = (weight * total - value).abs() - weight * error;
        leak = if beyond.is_nan() { f64::INFINITY } else { leak.max(beyond) };
        hidden = hidden.min(weight * error);
    }
    Ok(Sum { value: -weight * sum, rounding: weight * rounding, leak, hidden })
}
