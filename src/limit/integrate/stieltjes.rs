//! Integrals against measures given by their Stieltjes transform `S(z) = int nu(du)/(u - z)`, by Cauchy's formula on a
//! contour around the support: `int f dnu = -(1/(2 pi i)) oint f S dz`. Atoms need no care: the contour encloses them.
//!
//! The trapezoid rule converges exponentially. Two contours of different width have to agree, f has to fulfil Cauchy's
//! formula on them (so that it has no singularity inside), S has to have the sign and the mass of the measure stated.

use super::contour_shape::{ContourPoint, SHAPES, Shape, Support};
use crate::formula::number::{Single, short};
use crate::formula::{Fault, fault};
use crate::num::many::{ComplexEstimates, LANES, Many};
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::Span;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::f64::consts::PI;
use std::rc::Rc;

/// The number of nodes to begin with. With half as many, the narrower one of the widest pair of contours has an error of about `1.7^-32`,
/// which is 4e-8.
const FEWEST_NODES: usize = 64;
const MOST_NODES: usize = 8192;
/// From so many nodes on, the difference of the two contours has to become smaller by the factor `GAIN` when the nodes are doubled.
const SLOW_NODES: usize = 256;
/// The factor by which doubling the nodes has to make the difference smaller.
const GAIN: f64 = 0.25;
/// The error bound to aim at, relative to mass times `max |f|` or to the integral if that is larger.
const GOAL: f64 = 2e-13;
/// A bound that is good enough once rounding dominates, relative to the same.
const ENOUGH: f64 = 1e-11;
/// An absolute bound that is good enough too once rounding dominates.
const TINY: f64 = 1e-14;
/// A bound beyond this is a failure, relative to the same, or to 1 if that is less.
const FAILURE: f64 = 1e-9;
/// Places on the support, scaled to [-1, 1], where f is compared with Cauchy's formula. The ends are among them: if f is concentrated next
/// to an end, two coarse contours may both miss it, and would then agree on a wrong value.
const PLACES: [f64; 5] = [-1.0, -0.6, 0.1, 0.7, 1.0];

/// Distances from the contour, relative to half the length of the support, at which roots are sought on the real axis.
const STARTS: [f64; 6] = [0.0, 1.0, 10.0, 100.0, 1e3, 1e4];

/// Measure, shape and number of nodes.
type ContourKey = (usize, usize, usize);

/// What contour integrals of one evaluation remember.
#[derive(Default)]
pub struct Contours {
    nodes: RefCell<HashMap<ContourKey, Rc<[ContourPoint]>>>,
    transforms: RefCell<HashMap<ContourKey, Rc<[ComplexEstimate]>>>,
    supports: RefCell<HashMap<usize, Support>>,
    /// Measures whose transform has been evaluated on the real axis.
    started: RefCell<HashSet<usize>>,
    /// Measures whose mass has been checked.
    checked: RefCell<HashSet<usize>>,
    /// How many times as many nodes to begin with as usual, less one.
    finer: Cell<usize>,
}

/// The upper half of a contour, and f on it.
struct Walk {
    nodes: Rc<[ContourPoint]>,
    values: Vec<ComplexEstimate>,
    /// `leak` is the largest violation of Cauchy's formula by f that rounding does not explain. `hidden` is the least bound on the rounding
    /// at any place, below which a violation cannot be seen.
    leak: f64,
    hidden: f64,
}

/// A measure and its Stieltjes transform.
pub trait Transform {
    /// Its number among the measures of the program.
    fn number(&self) -> usize;
    fn name(&self) -> &str;
    /// Ends of the interval, and the mass stated.
    fn stated(&self) -> Result<(f64, f64, Estimate), Fault>;
    /// The transform at one place, and at up to [`LANES`].
    fn at(&self, z: ComplexEstimate) -> Result<ComplexEstimate, Fault>;
    fn at_many(&self, zs: &ComplexEstimates, values: &mut [ComplexEstimate]) -> Result<(), Fault>;
    /// A fault with this message, at the place where the measure's name or its text stands.
    fn fault(&self, message: String) -> Fault;
}

/// f at up to [`LANES`] places.
pub type Function<'a> = &'a mut dyn FnMut(&ComplexEstimates, &mut [ComplexEstimate]) -> Result<(), Fault>;

impl Contours {
    /// Begins with twice as many nodes from now on.
    pub fn refine(&self) {
        self.finer.set(1);
    }

    /// `int f dnu`
    pub fn integral(&self, nu: &dyn Transform, f: Function, span: Span) -> Result<Estimate, Fault> {
        self.check_mass(nu)?;
        self.contour_integral(nu, f, &SHAPES, |message| fault(message, span))
    }

    fn check_mass(&self, nu: &dyn Transform) -> Result<(), Fault> {
        if self.checked.borrow().contains(&nu.number()) {
            return Ok(());
        }
        let name = nu.name();
        let stated = self.support(nu)?.mass;
        let mut one = |_: &ComplexEstimates, values: &mut [ComplexEstimate]| {
            values.fill(ComplexEstimate::ONE);
            Ok(())
        };
        // The constant function has no singularity, so the widest pair of contours is enough.
        let found = self.contour_integral(nu, &mut one, &SHAPES[..1], |message| Err(nu.fault(message)))?;
        if (found.value - stated.value).abs() > found.abs_err + stated.abs_err {
            return Err(nu.fault(format!(
                "the mass of `{name}` within its interval is {:.9}, not {:.9}: the support may reach beyond, or the transform is not \
                 int {name}(du)/(u - z)",
                found.value, stated.value
            )));
        }
        self.checked.borrow_mut().insert(nu.number());
        Ok(())
    }

    fn support(&self, nu: &dyn Transform) -> Result<Support, Fault> {
        if let Some(known) = self.supports.borrow().get(&nu.number()) {
            return Ok(*known);
        }
        let name = nu.name();
        let (low, high, mass) = nu.stated()?;
        if !(low.is_finite() && high.is_finite() && low <= high) {
            let (low, high) = (short(low), short(high));
            return Err(nu.fault(format!("the interval of the measure `{name}` is {low} to {high}")));
        }
        if !mass.is_finite() || mass.value < 0.0 {
            return Err(nu.fault(format!("the mass of the measure `{name}` is {}", short(mass.value))));
        }
        let centre = 0.5 * (low + high);
        // A contour around a support that is a single point still needs some room.
        let least = if centre == 0.0 { 0.125 } else { 0.125 * centre.abs() };
        let half = 0.5 * (high - low);
        let support = Support { centre, half: if half < 0.01 * least { least } else { half }, mass };
        self.supports.borrow_mut().insert(nu.number(), support);
        Ok(support)
    }

    fn contour_integral(
        &self,
        nu: &dyn Transform,
        f: Function,
        shapes: &[(Shape, Shape)],
        refuse: impl Fn(String) -> Result<Estimate, Fault>,
    ) -> Result<Estimate, Fault> {
        let (measure, support) = (nu.number(), self.support(nu)?);
        let xs = PLACES.map(|at| support.centre + at * support.half);
        let mut values = [ComplexEstimate::ZERO; PLACES.len()];
        f(&ComplexEstimates::of(&xs.map(|x| ComplexEstimate::exact(x, 0.0))), &mut values)?;
        let places: [(f64, f64); PLACES.len()] = std::array::from_fn(|place| (xs[place], values[place].re));
        let mut scale: f64 = 0.0;
        for (value, at) in values.iter().zip(PLACES) {
            // The ends are left out, because a peak of f at an end should not make the accuracy that is aimed at worse.
            if at.abs() < 1.0 {
                scale = scale.max(value.modulus());
            }
        }
        let mass = support.mass.value;
        scale *= mass;
        let mut best = Estimate::UNDEFINED;
        let mut failure = None;
        // The error bound of the last pair of contours that converged.
        let mut least: Option<f64> = None;
        for (pair, (wide, narrow)) in shapes.iter().enumerate() {
            // If f is so large on the contour that rounding leaves no digits, the transform need not be computed.
            let mut too_large = |angle: f64| {
                let mut value = [ComplexEstimate::ZERO];
                let fine = f(&ComplexEstimates::same(wide.at(support, angle).z), &mut value).is_ok();
                fine && f64::EPSILON * mass * value[0].modulus() > FAILURE * scale.max(1.0)
            };
            if too_large(PI) || too_large(0.0) {
                continue;
            }
            let mut nodes = FEWEST_NODES << self.finer.get();
            let (mut before, mut leak_before) = (f64::INFINITY, f64::INFINITY);
            while nodes <= MOST_NODES {
                let keys = [(measure, 2 * pair, nodes), (measure, 2 * pair + 1, nodes)];
                let mut walk = |key, shape| Walk::new(self.nodes(key, shape, support), f, &places);
                let (first, second) = match walk(keys[0], *wide).and_then(|first| Ok((first, walk(keys[1], *narrow)?)))
                {
                    Ok(walks) => walks,
                    Err(fault) => {
                        failure = Some(fault);
                        break;
                    }
                };
                let leak = 10.0 * mass * first.leak.max(second.leak);
                // The transform is expensive, so it is computed only when enough nodes resolve f.
                if leak > FAILURE * scale.max(1.0) {
                    if nodes >= SLOW_NODES && leak > GAIN * leak_before {
                        break;
                    }
                    leak_before = leak;
                    nodes *= 2;
                    continue;
                }
                let sum = |which: usize, walk: &Walk| -> Result<Estimate, Fault> {
                    Ok(walk.sum(&self.transforms(nu, keys[which], *wide, walk)?))
                };
                let hidden = mass * first.hidden.max(second.hidden);
                let (first, second) = match sum(0, &first).and_then(|value| Ok((value, sum(1, &second)?))) {
                    Ok(sums) => sums,
                    Err(fault) => {
                        failure = Some(fault);
                        break;
                    }
                };
                let unlike = 10.0 * (first.value - second.value).abs() + leak;
                let rounding = first.abs_err + second.abs_err + hidden;
                let value = Estimate::new(first.value, unlike + rounding);
                if !best.is_finite() || value.abs_err < best.abs_err {
                    best = value;
                }
                let size = scale.max(best.value.abs());
                let converged = unlike <= rounding;
                let enough = best.abs_err <= GOAL * size || (converged && best.abs_err <= TINY.max(ENOUGH * size));
                // If a second pair of contours does not make the rounding smaller, the rounding comes from the integrand.
                let settled = converged && least.is_some_and(|before| best.abs_err > 0.5 * before);
                if enough || (settled && best.abs_err <= ENOUGH * size.max(1.0)) {
                    return Ok(best);
                }
                let stalled = nodes >= SLOW_NODES && unlike > GAIN * before;
                // If rounding alone is a failure, more nodes do not help, but a narrower contour may have less rounding.
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
            _ => {
                let name = nu.name();
                let best = if best.is_finite() { format!(" (best value {:e})", best.value) } else { String::new() };
                refuse(format!(
                    "the integral over a contour around the support of `{name}` did not converge{best}: the support reaches beyond the \
                     interval given, or the integrand has a singularity too close to it"
                ))
            }
        }
    }

    /// The upper half of a contour, from left to right so that roots are followed from the real axis.
    fn nodes(&self, key: ContourKey, shape: Shape, support: Support) -> Rc<[ContourPoint]> {
        let (.., number) = key;
        let angles = (0..number / 2).rev().map(|k| 2.0 * PI * (k as f64 + 0.5) / number as f64);
        let mut known = self.nodes.borrow_mut();
        Rc::clone(known.entry(key).or_insert_with(|| angles.map(|angle| shape.at(support, angle)).collect()))
    }

    /// The transform along a contour.
    fn transforms(
        &self,
        nu: &dyn Transform,
        key: ContourKey,
        shape: Shape,
        walk: &Walk,
    ) -> Result<Rc<[ComplexEstimate]>, Fault> {
        if let Some(known) = self.transforms.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let name = nu.name();
        // Roots are real on the real axis outside of the whole spectrum. One such point is needed to start from.
        if !self.started.borrow().contains(&nu.number()) {
            let support = self.support(nu)?;
            let (left, right) = (shape.at(support, PI).z.re, shape.at(support, 0.0).z.re);
            let outside = STARTS.iter().flat_map(|far| [left - far * support.half, right + far * support.half]);
            let mut outcomes = outside.map(|x| nu.at(ComplexEstimate::exact(x, 0.0)).err());
            let first = outcomes.next().flatten();
            if let Some(fault) = first
                && outcomes.all(|outcome| outcome.is_some())
            {
                return Err(fault);
            }
            self.started.borrow_mut().insert(nu.number());
        }
        let mut transforms = vec![ComplexEstimate::ZERO; walk.nodes.len()];
        for (nodes, values) in walk.nodes.chunks(LANES).zip(transforms.chunks_mut(LANES)) {
            let zs = in_all(nodes, |node| node.z);
            nu.at_many(&zs, values)?;
        }
        for (ContourPoint { z, .. }, transform) in walk.nodes.iter().zip(transforms.iter().copied()) {
            if transform.im <= -transform.abs_err {
                return Err(nu.fault(format!(
                    "the transform of `{name}` at {} is {}: its imaginary part must be positive there, as that of int {name}(du)/(u - z) \
                     with a positive measure within the interval given",
                    z.shown(),
                    transform.shown()
                )));
            }
        }
        let transforms: Rc<[ComplexEstimate]> = Rc::from(transforms);
        self.transforms.borrow_mut().insert(key, Rc::clone(&transforms));
        Ok(transforms)
    }
}

impl Walk {
    fn new(nodes: Rc<[ContourPoint]>, f: Function, places: &[(f64, f64)]) -> Result<Walk, Fault> {
        let mut values = vec![ComplexEstimate::ZERO; nodes.len()];
        let mut cauchy = [(0.0, 0.0); PLACES.len()];
        for (nodes, values) in nodes.chunks(LANES).zip(values.chunks_mut(LANES)) {
            let zs = in_all(nodes, |node| node.z);
            f(&zs, values)?;
            let mut flow = ComplexEstimates::of(values);
            let moving = flow.multiply(&in_all(nodes, |node| node.speed));
            for (total, (x, _)) in cauchy.iter_mut().zip(places) {
                let (mut ratio, mut distance) = (flow, zs);
                let apart = distance.subtract(&ComplexEstimates::same(ComplexEstimate::exact(*x, 0.0)));
                let fine = moving && apart && ratio.divide(&distance);
                for lane in 0..nodes.len() {
                    let ratio = if fine { ratio.at(lane) } else { ComplexEstimate::UNDEFINED };
                    total.0 += ratio.im;
                    total.1 += ratio.abs_err + f64::EPSILON * total.0.abs();
                }
            }
        }
        let mut walk = Walk { nodes, values, leak: 0.0, hidden: f64::INFINITY };
        for ((total, error), (_, value)) in cauchy.iter().zip(places) {
            let (total, error) = (walk.weight() * total, walk.weight() * error);
            let beyond = (total - value).abs() - error;
            walk.leak = if beyond.is_nan() { f64::INFINITY } else { walk.leak.max(beyond) };
            walk.hidden = walk.hidden.min(error);
        }
        Ok(walk)
    }

    /// The weight of a node. The whole contour has n nodes, twice as many as this half, so their angles are 2 pi/n apart. The factor 1/pi
    /// of the formula is included.
    fn weight(&self) -> f64 {
        1.0 / self.nodes.len() as f64
    }

    /// The rule over the whole contour. The lower half is the mirror image of the upper one, so that only imaginary parts stay. The bound
    /// on rounding includes that of the nodes, which is estimated from the slope of the integrand between them.
    fn sum(&self, transforms: &[ComplexEstimate]) -> Estimate {
        let (mut sum, mut rounding) = (0.0, 0.0);
        let mut before: Option<(ComplexEstimate, ComplexEstimate)> = None;
        let chunks = self.nodes.chunks(LANES).zip(self.values.chunks(LANES)).zip(transforms.chunks(LANES));
        for ((nodes, values), transforms) in chunks {
            let mut products = ComplexEstimates::of(values);
            let fine = products.multiply(&ComplexEstimates::of(transforms));
            let mut terms = products;
            if !(fine && terms.multiply(&in_all(nodes, |node| node.speed))) {
                return Estimate::UNDEFINED;
            }
            for (lane, ContourPoint { z, speed, off }) in nodes.iter().enumerate() {
                let (product, term) = (products.at(lane), terms.at(lane));
                sum += term.im;
                rounding += term.abs_err + f64::EPSILON * sum.abs();
                if let Some((left, last)) = before {
                    let rise = ComplexEstimate::exact(product.re - last.re, product.im - last.im).modulus();
                    let run = ComplexEstimate::exact(z.re - left.re, z.im - left.im).modulus();
                    rounding += off * (rise / run) * speed.modulus();
                }
                before = Some((*z, product));
            }
        }
        Estimate::new(-self.weight() * sum, self.weight() * rounding)
    }
}

/// One value for each node, as one number in lanes.
fn in_all(nodes: &[ContourPoint], value: impl Fn(&ContourPoint) -> ComplexEstimate) -> ComplexEstimates {
    let mut many = ComplexEstimates::same(value(&nodes[0]));
    nodes.iter().enumerate().for_each(|(lane, node)| many.put(lane, value(node)));
    many
}
