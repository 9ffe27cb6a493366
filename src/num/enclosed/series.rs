//! Series whose terms are monotone: what is left of them lies between enclosed integrals.

use crate::num::Estimate;
use crate::num::enclosed::laws::Place;
use crate::num::enclosed::panels::{Refusal, Work};
use crate::num::enclosed::{Enclosed, Integrand, Outcome, Settings, interval};
use crate::num::sets::{Segment, Signs};

/// `sum of f(k) for k >= start` of a function whose magnitude falls to 0 from `start` on, with one sign: the caller has shown that, for
/// instance by the sign of the derivative on a [`crate::num::sets::Tail`].
///
/// From N on, the rest is between `int_N^inf f` and that plus `f(N)`. Where f is convex as well (concave, if negative), the trapezoidal
/// rule is above each integral and the midpoint rule below: the rest is between `int_N^inf f + f(N)/2` and `int_(N - 1/2)^inf f`, which
/// differ by about `f'(N)/8`.
pub fn monotone<E>(f: &mut dyn Integrand<E>, start: u64, convex: bool, settings: Settings) -> Outcome<E> {
    let mut sum = Estimate::ZERO;
    let mut work = Work::new(settings.budget);
    let mut next = start;
    let mut best: Option<Estimate> = None;
    // Each round doubles the number of terms that are summed.
    let mut until = start + 32;
    loop {
        while next < until {
            let mut values = [Estimate::UNDEFINED; 16];
            let xs: [Estimate; 16] = std::array::from_fn(|i| Estimate::exact((next + i as u64) as f64));
            let count = 16.min((until - next) as usize);
            f.at(crate::num::enclosed::Places { xs: &xs[..count], near: None }, &mut values[..count])?;
            work.points += count;
            work.left = work.left.saturating_sub(count);
            sum = values[..count].iter().fold(sum, |sum, value| sum + *value);
            next += count as u64;
        }
        if !sum.is_finite() {
            return Err(Refusal::NoValue { near: next as f64 });
        }
        let rest = rest(f, next as f64, convex, Settings { budget: work.left, ..settings }, &mut work)?;
        let value = sum + rest;
        let narrower = best.is_none_or(|best| value.abs_err < best.abs_err);
        best = if narrower { Some(value) } else { best };
        if value.abs_err <= settings.tolerance || next - start > (settings.budget / 4) as u64 || !narrower {
            let value = best.unwrap_or(value);
            return Ok(Enclosed { value, work });
        }
        if work.left == 0 {
            return Err(Refusal::Budget { best });
        }
        until = start + 2 * (next - start);
    }
}

/// Encloses `sum of f(k) for k >= n`.
fn rest<E>(
    f: &mut dyn Integrand<E>,
    n: f64,
    convex: bool,
    settings: Settings,
    work: &mut Work,
) -> Result<Estimate, Refusal<E>> {
    let mut beyond = |from: f64| -> Result<Estimate, Refusal<E>> {
        let found = interval(f, Estimate::exact(from), Estimate::INFINITY, &[], settings)?;
        work.left = work.left.saturating_sub(settings.budget - found.work.left);
        work.segments += found.work.segments;
        work.discs += found.work.discs;
        work.points += found.work.points;
        work.tails += found.work.tails;
        Ok(found.value)
    };
    let whole = beyond(n)?;
    let earlier = if convex { Some(beyond(n - 0.5)?) } else { None };
    let place = Place { x: Segment::exact(n), near: None };
    let first = f.segment(&place, &mut Signs::new())?.and_then(Segment::to_estimate);
    let Some(first) = first else { return Err(Refusal::NoValue { near: n }) };
    let half = first * Estimate::exact(0.5);
    let ends = match earlier {
        Some(earlier) => [earlier, whole + half],
        None => [whole, whole + first],
    };
    // Either end may be the lower one, as the terms may be negative.
    let (low, high) = (ends[0].low().min(ends[1].low()), ends[0].high().max(ends[1].high()));
    Segment::new(low, high).to_estimate().ok_or(Refusal::NoValue { near: n })
}
