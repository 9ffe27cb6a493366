//! The second rule behind an integral, the double-exponential one of the crate `quadrature`, and how far it is from the first. Which
//! panels are compared is decided in `quadrature`.

use super::Estimate;
use super::double_exponential::{Place, Point, Rule, beyond};
use super::integrand::{Probe, QuadratureError, strictly_between};
use super::many::LANES;

/// Beyond the accuracy to aim at: what the second rule is asked for at first. Its estimate is the change that its last points made,
/// and they double the digits each time: half of these are asked for.
const AT_FIRST: f64 = 1e8;
/// Relative to the accuracy to aim at: where the second rule comes so close to the first it is asked for no more.
const AT_ONE: f64 = 0.25;

/// What the second rule is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SecondRule {
    /// Nothing: the bound is the first rule's own estimate, for use where the value is only compared.
    Absent,
    /// The integral between one break and the next.
    OfPanels,
    /// The integral over several panels at once, and where it differs those between their breaks: for integrands that are smooth at
    /// the inner breaks and only change their scale there.
    Across(Across),
}

/// Several panels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Across {
    /// Breaks.
    pub low: f64,
    pub high: f64,
    pub ends: Ends,
}

/// How an integrand ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// All but 0 at both.
    Vanishing,
    /// All but 0 at the upper one, and smooth when continued evenly beyond the lower one.
    Mirrored,
    /// In any way.
    Open,
}

/// How close the rules should come.
#[derive(Clone, Copy)]
pub(super) struct Close {
    /// The accuracy to aim at.
    pub goal: f64,
    /// The difference at which halves are not looked at.
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
        // Of two points at one place, which stand side by side, one is enough.
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
        // A rule that has no more points leaves its estimate above what it was asked for.
        asked = if beyond(estimate) < asked { beyond(estimate).max(goal) } else { goal };
    }
}
