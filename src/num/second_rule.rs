//! The second rule for an integral, which is the double-exponential one of the crate `quadrature`, and its distance from the first rule.
//! The module `quadrature` decides which panels are compared.

use super::Estimate;
use super::double_exponential::{Place, Point, Rule, beyond};
use super::integrand::{Probe, QuadratureError, strictly_between};
use super::many::LANES;

/// The second rule is first asked for an error this many times larger than the one to aim at. Its error estimate is the change that its
/// last points made. Each level doubles the number of right digits, so it is enough to ask for half of them.
const AT_FIRST: f64 = 1e8;
/// If the second rule comes this close to the first, relative to the error to aim at, it is not asked for more.
const AT_ONE: f64 = 0.25;

/// What the second rule is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SecondRule {
    /// Nothing: the bound is the first rule's own estimate, for use where the value is only compared.
    Absent,
    /// The integral between one break and the next.
    OfPanels,
    /// The integral over several panels at once, and, if that differs from the first rule, the integrals between their breaks. For
    /// integrands that are smooth at the inner breaks and only change their scale there.
    Across(Across),
}

/// Several neighbouring panels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Across {
    /// The break at which the first panel begins.
    pub low: f64,
    /// The break at which the last panel ends.
    pub high: f64,
    pub ends: Ends,
}

/// How an integrand ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// It is almost 0 at both ends.
    Vanishing,
    /// It is almost 0 at the upper end, and smooth if it is continued as an even function beyond the lower end.
    Mirrored,
    /// It may end in any way.
    Open,
}

/// How close the rules should come.
#[derive(Clone, Copy)]
pub(super) struct Close {
    /// The error to aim at.
    pub goal: f64,
    /// If the difference is no larger than this, the halves of the panel need not be compared.
    pub enough: f64,
}

/// How far the second rule is from the first, which has this value.
pub(super) fn difference<E>(
    probe: &mut Probe<E>,
    (low, high): (f64, f64),
    ends: Ends,
    first: f64,
    Close { goal, enough }: Close,
) -> Result<f64, QuadratureError<E>> {
    let place: fn(&Point) -> Place = match ends {
        Ends::Vanishing => |point| point.plain,
        Ends::Mirrored => |point| point.mirrored,
        Ends::Open => |point| point.flat,
    };
    let width = high - low;
    let mut xs = [0.0; LANES];
    let mut estimates = [Estimate::ZERO; LANES];
    let mut values = |points: &[Point], values: &mut [f64]| {
        // If two points fall on the same place, they follow each other, and the integrand is evaluated only once.
        let (mut number, mut indices) = (0, [0; LANES]);
        for (index, place) in indices.iter_mut().zip(points.iter().map(place)) {
            let distance = width * place.distance;
            let x = strictly_between(if place.low { low + distance } else { high - distance }, (low, high));
            if number == 0 || xs[number - 1] != x {
                xs[number] = x;
                number += 1;
            }
            *index = number - 1;
        }
        probe.at(&xs[..number], &mut estimates[..number])?;
        for ((value, index), place) in values.iter_mut().zip(indices).zip(points.iter().map(place)) {
            *value = estimates[index].value * (width * place.weight);
        }
        Ok(())
    };
    let mut rule = Rule::new(&mut values);
    let mut asked = AT_FIRST * goal;
    loop {
        let (value, estimate) = rule.integral(asked.max(f64::MIN_POSITIVE))?;
        let apart = (value - first).abs();
        if asked <= goal {
            if apart <= enough {
                return Ok(apart);
            }
            // The rule takes the square of its last change for its error whenever that change happens to be the square of the one
            // before, and may then stop too early. With the square of the goal such a stop is as good as any other.
            let (again, _) = rule.integral((goal.min(1.0) * goal).max(f64::MIN_POSITIVE))?;
            return Ok(apart.min((again - first).abs()));
        }
        if apart <= AT_ONE * goal {
            return Ok(apart);
        }
        // If the rule has no more points, its estimate stays above what it was asked for.
        asked = if beyond(estimate) < asked { beyond(estimate).max(goal) } else { goal };
    }
}
