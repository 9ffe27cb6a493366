//! Solutions by damped iteration and Newton's method.

use super::equations::{Equations, Side};
use crate::num::Estimate;
use nalgebra::{DMatrix, DVector};

/// Steps of the iteration at most. It ends when a step is below `NEAR`, relative to `1 + |x|`: from there on Newton's method is faster.
const ITERATIONS: u32 = 40;
const NEAR: f64 = 1e-3;
/// Newton steps at most, and the least share of one that is tried.
const STEPS: u32 = 40;
const LEAST_SHARE: f64 = 1e-3;
/// A point solves the equations if a Newton step moves it by no more than this, relative to `1 + |x|`.
const SOLVED: f64 = 1e-9;
/// Newton steps below this gain nothing more; nor do those that are no larger than what the errors of the values make. Such errors may be
/// so large at most.
const SETTLED: f64 = 1e-15;
const NOISE: f64 = 1e-4;
/// Width of differences, relative to `1 + |x|`; wider where values have errors, of their root. And how far slopes over ten times that may be from those, as a share.
const STEP: f64 = 1e-7;
const WIDEST_STEP: f64 = 1e-3;
const STEADY: f64 = 0.5;
/// Slopes whose condition number is above this, once rows are scaled, are singular within the errors of differences.
const SINGULAR: f64 = 1e8;
/// Starting points at most.
const STARTS: usize = 18;

/// Where a search ended.
#[derive(Clone, Debug)]
pub struct Reached {
    pub point: Vec<f64>,
    /// The largest difference of two sides there.
    pub residual: f64,
    /// Whether a Newton step from there is negligible. If there is none, the equations are singular there.
    pub solved: bool,
    pub singular: bool,
    /// How far the solution may be, from the last Newton step and the errors of the values.
    pub distance: Vec<f64>,
}

/// All combinations of three places for up to two unknowns, of two for more.
pub fn spread(domain: &[Side]) -> Vec<Vec<f64>> {
    let places = if domain.len() <= 2 { 3 } else { 2 };
    let mut all: Vec<Vec<f64>> = vec![vec![]];
    for side in domain {
        let starts = side.starts();
        let further = |point: Vec<f64>| {
            starts[..places].iter().map(move |x| point.iter().copied().chain([*x]).collect()).collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(further).collect();
    }
    // The middle first, then those that differ from it most.
    let last = all.split_off(1);
    all.extend(last.into_iter().rev());
    all.truncate(STARTS);
    all
}

/// Follows one start to where it leads. `explicit`: equation i reads `unknown i = ...`, so that its right side is the next value of an
/// iteration. `None`: the equations have no value at the start. `known` says of a point that nothing new is to be found from it.
pub fn descend(
    equations: &mut dyn Equations,
    domain: &[Side],
    explicit: bool,
    start: Vec<f64>,
    known: &dyn Fn(&[f64]) -> bool,
) -> Option<Reached> {
    let mut point = start;
    let mut value = finite(equations, &point)?;
    for _ in 0..if explicit { ITERATIONS } else { 0 } {
        // Halfway to the right sides, which keeps the iteration from swinging.
        let next: Vec<f64> = point.iter().zip(&value).map(|(x, gap)| x - 0.5 * gap.value).collect();
        let inside = domain.iter().zip(&next).all(|(side, x)| side.contains(*x));
        let Some(there) = (if inside { finite(equations, &next) } else { None }) else { break };
        let step = largest(next.iter().zip(&point).map(|(to, from)| (to - from) / (1.0 + from.abs())));
        (point, value) = (next, there);
        if step <= NEAR || known(&point) {
            break;
        }
    }
    let mut end = Reached { point, residual: 0.0, solved: false, singular: false, distance: vec![] };
    for _ in 0..STEPS {
        if known(&end.point) {
            break;
        }
        let Some(inverse) = inverse_of_slopes(equations, domain, &end.point, &value) else {
            end.singular = true;
            break;
        };
        let newton =
            |value: &[Estimate]| -&inverse * DVector::from_iterator(value.len(), value.iter().map(|x| x.value));
        let size = |step: &DVector<f64>| largest(step.iter().zip(&end.point).map(|(s, x)| s / (1.0 + x.abs())));
        let step = newton(&value);
        let present = size(&step);
        let errors = inverse.abs() * DVector::from_iterator(value.len(), value.iter().map(|x| x.abs_err));
        let noise = size(&errors);
        end.solved = present <= SOLVED || (present <= noise && noise <= NOISE);
        end.distance = step.iter().zip(errors.iter()).map(|(step, error)| step.abs() + error).collect();
        if present <= SETTLED || present <= noise {
            break;
        }
        let mut share = 1.0;
        let mut better = None;
        while share > LEAST_SHARE && better.is_none() {
            let to = |((x, s), side): ((&f64, &f64), &Side)| side.reached(*x, x + share * s);
            let next: Vec<f64> = end.point.iter().zip(step.iter()).zip(domain).map(to).collect();
            // A step is good if the next one, by the same slopes, is shorter: that does not depend on how equations are scaled.
            better = finite(equations, &next).filter(|there| size(&newton(there)) < present).map(|there| (next, there));
            share *= 0.5;
        }
        let Some(next) = better else { break };
        (end.point, value) = next;
    }
    end.residual = largest(value.iter().map(|x| x.value));
    Some(end)
}

/// Whether slopes at a point are about the same over a wider step. Where they are not, as at a double zero, the last Newton step says nothing
/// of the distance.
pub fn steady(equations: &mut dyn Equations, domain: &[Side], point: &[f64]) -> bool {
    let steady = |equations: &mut dyn Equations| {
        let value = finite(equations, point)?;
        let inverse = slopes(equations, domain, point, &value, 1.0)?.try_inverse()?;
        let wider = slopes(equations, domain, point, &value, 10.0)?;
        let off = DMatrix::identity(point.len(), point.len()) - inverse * wider;
        Some(largest(off.row_iter().map(|row| row.abs().sum())) <= STEADY)
    };
    steady(equations) == Some(true)
}

fn finite(equations: &mut dyn Equations, point: &[f64]) -> Option<Vec<Estimate>> {
    equations.values(point).filter(|value| value.iter().all(|x| x.is_finite()))
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |most, x| if x.is_nan() { f64::INFINITY } else { most.max(x.abs()) })
}

/// The inverse of the slopes at a point.
fn inverse_of_slopes(
    equations: &mut dyn Equations,
    domain: &[Side],
    point: &[f64],
    value: &[Estimate],
) -> Option<DMatrix<f64>> {
    let slopes = slopes(equations, domain, point, value, 1.0)?;
    // Equations may be scaled in any way; what is left then tells whether they are singular, as far as differences can.
    let mut scaled = slopes.clone();
    for mut row in scaled.row_iter_mut() {
        let size = row.amax();
        row /= size;
    }
    let size = |matrix: &DMatrix<f64>| largest(matrix.row_iter().map(|row| row.abs().sum()));
    let regular = scaled.clone().try_inverse().is_some_and(|inverse| size(&inverse) * size(&scaled) <= SINGULAR);
    slopes.try_inverse().filter(|inverse| regular && inverse.iter().all(|x| x.is_finite()))
}

/// Slopes by differences towards the inside of the domain, over so many times the usual step.
fn slopes(
    equations: &mut dyn Equations,
    domain: &[Side],
    point: &[f64],
    value: &[Estimate],
    times: f64,
) -> Option<DMatrix<f64>> {
    let n = point.len();
    let noise = value.iter().map(|x| x.abs_err).fold(0.0, f64::max);
    let step = times * STEP.max(noise.sqrt()).min(WIDEST_STEP);
    let mut slopes = DMatrix::zeros(n, n);
    for (column, (side, x)) in domain.iter().zip(point).enumerate() {
        let (below, above) = (x - side.low, side.high - x);
        let wanted = step * (1.0 + x.abs());
        // Towards the farther end, and not across it.
        let step = if above >= below { wanted.min(0.5 * above) } else { -wanted.min(0.5 * below) };
        let mut moved = point.to_vec();
        moved[column] += step;
        let width = moved[column] - x;
        let there = finite(equations, &moved)?;
        for (row, (after, before)) in there.iter().zip(value).enumerate() {
            slopes[(row, column)] = (after.value - before.value) / width;
        }
    }
    Some(slopes)
}
