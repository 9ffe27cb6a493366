//! The second rule behind an integral, the double-exponential one of the crate `quadrature`, and how far it is from the first. Which
//! panels are compared is decided in `quadrature`.

use super::Estimate;
use super::double_exponential::{Place, Point, Rule, beyond};
use super::many::LANES;
use super::quadrature::{Probe, QuadratureError, strictly_between};

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

#[cfg(test)]
mod tests {
    use super::super::quadrature::{integrate, one_by_one};
    use super::*;

    /// The integral between breaks, and how often the integrand was evaluated.
    fn counted(f: impl Fn(f64) -> f64, breaks: &[f64], second: SecondRule) -> (Estimate, usize) {
        let number = std::cell::Cell::new(0);
        let mut integrand = one_by_one(|x| {
            number.set(number.get() + 1);
            let value = f(x);
            Ok::<_, String>(Estimate::new(value, 2.0 * f64::EPSILON * value.abs()))
        });
        let value = integrate(&mut integrand, breaks, second).unwrap();
        (value, number.get())
    }

    /// Of a smooth integrand the whole is looked at once; on one side only, if it is even.
    #[test]
    fn several_panels_are_compared_at_once() {
        let density = |x: f64| (-0.5 * x * x).exp();
        let both = [-9.0, -4.0, -2.0, 0.0, 2.0, 4.0, 9.0];
        let across = |low, ends| SecondRule::Across(Across { low, high: 9.0, ends });
        let (alone, first) = counted(density, &both, SecondRule::Absent);
        let (panels, by_panels) = counted(density, &both, SecondRule::OfPanels);
        let (whole, at_once) = counted(density, &both, across(-9.0, Ends::Vanishing));
        let truth = (2.0 * std::f64::consts::PI).sqrt();
        assert!(alone.contains(truth) && panels.contains(truth) && whole.contains(truth));
        assert!(at_once - first <= 193 && by_panels - first >= 2 * (at_once - first), "{first} {by_panels} {at_once}");

        let half = &both[3..];
        let (_, first) = counted(density, half, SecondRule::Absent);
        let (value, mirrored) = counted(density, half, across(0.0, Ends::Mirrored));
        assert!(value.contains(0.5 * truth) && mirrored - first <= 97, "{first} {mirrored}");
        let (value, open) = counted(density, half, across(0.0, Ends::Open));
        assert!(value.contains(0.5 * truth) && open - first <= 193, "{first} {open}");
    }

    /// Where that fails, for a kink or an integrand that does not end as was said, panels are compared, which costs work, not truth.
    #[test]
    fn what_is_not_as_it_was_said_to_be_is_compared_by_panels() {
        for ends in [Ends::Vanishing, Ends::Mirrored, Ends::Open] {
            let across = SecondRule::Across(Across { low: 0.0, high: 1.0, ends });
            let (value, number) = counted(|x| (x - 0.3).abs(), &[0.0, 0.5, 1.0], across);
            assert!(value.contains(0.29) && value.abs_err < 1e-11 && number < 20_000, "{value:?} {number}");
            let (value, number) = counted(|x| 1.0 / x.sqrt(), &[0.0, 0.5, 1.0], across);
            assert!(value.contains(2.0) && value.abs_err < 1e-12 && number < 2_000, "{value:?} {number}");
        }
    }
}
