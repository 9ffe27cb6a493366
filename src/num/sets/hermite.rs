//! Orthonormal Hermite polynomials `h_k = He_k/sqrt(k!)` on sets.
//!
//! Their values at a place are computed with twice the digits of a double, since rounding grows along the recurrence; a second recurrence
//! bounds it. All around the place follows from them: `h_k' = sqrt k h_(k-1)`, so that
//! `|h_k(t + z) - h_k(t)| <= sum_j sqrt(k!/(k-j)!) |h_(k-j)(t)| |z|^j/j!` for complex z too.

use super::rounding::above;
use super::{Segment, Tail};
use crate::num::Estimate;

/// Highest order: beyond it the bound of the rounding is too large.
const HIGHEST: u32 = 64;
/// Relative error of one step with twice the digits: some units of 2^-104.
const STEP: f64 = 1.0 / (1_u128 << 98) as f64;

/// Values of `h_0, .., h_k` at a double.
pub struct Values {
    place: f64,
    /// As many as orders.
    values: Vec<Estimate>,
}

/// The sum of two doubles, the second far smaller than the first.
#[derive(Clone, Copy)]
struct Double {
    high: f64,
    low: f64,
}

impl Double {
    /// Their sum, with what the first does not hold (Knuth).
    fn sum(a: f64, b: f64) -> Double {
        let high = a + b;
        let back = high - a;
        Double { high, low: (a - (high - back)) + (b - back) }
    }

    fn times(self, factor: f64) -> Double {
        let product = self.high * factor;
        let rest = self.high.mul_add(factor, -product) + self.low * factor;
        Double::sum(product, rest)
    }

    fn minus(self, other: Double) -> Double {
        let sum = Double::sum(self.high, -other.high);
        let lows = Double::sum(self.low, -other.low);
        let once = Double::sum(sum.high, sum.low + lows.high);
        Double::sum(once.high, once.low + lows.low)
    }
}

impl Values {
    /// `None` if the order is too high, or the place too far.
    pub fn at(k: u32, t: f64) -> Option<Values> {
        let near = t.abs() < 1e4;
        if k > HIGHEST || !near {
            return None;
        }
        // He_(n+1) = t He_n - n He_(n-1), and the same for a bound of the error.
        let (mut low, mut high) = (Double { high: 0.0, low: 0.0 }, Double { high: 1.0, low: 0.0 });
        let (mut low_error, mut high_error) = (0.0_f64, 0.0_f64);
        let mut values = vec![Estimate::ONE];
        let mut factorial = Estimate::ONE;
        for n in 0..k {
            let n = f64::from(n);
            let next = high.times(t).minus(low.times(n));
            let terms = (t * high.high).abs() + (n * low.high).abs();
            let error = (t.abs() * high_error + n * low_error + STEP * terms) * (1.0 + 8.0 * f64::EPSILON);
            (low, high) = (high, next);
            (low_error, high_error) = (high_error, error + f64::MIN_POSITIVE);
            factorial = factorial * Estimate::exact(n + 1.0);
            values.push(Estimate::new(high.high, high.low.abs() + high_error).div(factorial.sqrt()?)?);
        }
        Some(Values { place: t, values })
    }

    /// `h_k` at the place.
    fn value(&self, k: u32) -> Estimate {
        self.values[k as usize]
    }

    /// How far `h_k` may be from its value at the place within the distance.
    fn change(&self, k: u32, distance: f64) -> f64 {
        let (mut sum, mut factor) = (0.0, 1.0);
        for j in 1..=k {
            factor *= f64::from(k - j + 1).sqrt() * distance / f64::from(j);
            let size = self.value(k - j);
            sum += factor * (size.value.abs() + size.abs_err);
        }
        // At most 64 terms of some operations each.
        sum * (1.0 + 1e-13)
    }

    /// An upper bound of `|h_k|` within the distance.
    fn size(&self, k: u32, distance: f64) -> f64 {
        above(self.value(k).abs().high() + self.change(k, distance))
    }

    /// `h_k` within the distance.
    fn within(&self, k: u32, distance: f64) -> Estimate {
        self.value(k).widened(self.change(k, distance))
    }
}

impl Segment {
    /// `h_k`
    pub fn hermite(self, k: u32) -> Option<Segment> {
        let values = Values::at(k, 0.5 * self.low + 0.5 * self.high)?;
        let distance = above((self.high - values.place).max(values.place - self.low).max(0.0));
        Segment::of(values.within(k, distance))
    }
}

impl Tail {
    /// `h_k(T + s)` is at most `max |h_j(T)| e^(sqrt(k) s)`.
    pub fn hermite(self, k: u32) -> Option<Tail> {
        let (start, step) = self.straight()?;
        let values = Values::at(k, start.value)?;
        let distance = above((start.value - values.place).abs() + start.abs_err);
        let most = (0..=k).map(|j| values.size(j, distance)).fold(0.0, f64::max);
        let rate = above(f64::from(k).sqrt() * step.abs().high());
        let size = Tail::line(Estimate::exact(above(most)).ln()?, Estimate::exact(rate)).exp();
        Some(size.hull(size.neg()))
    }
}

/// `h_k` with its first two derivatives around a centre, for a disc: value, slope there, and bounds of the slope, of the second derivative
/// and of the change over the radius.
pub(super) fn around(k: u32, centre: f64, radius: f64) -> Option<[Estimate; 5]> {
    let values = Values::at(k, centre)?;
    let off = above((centre - values.place).abs());
    let reach = above(radius + off);
    let root = |n: u32| Estimate::exact(f64::from(n)).sqrt();
    let slope = match k.checked_sub(1) {
        Some(less) => root(k)? * values.within(less, off),
        None => Estimate::ZERO,
    };
    let first = k.checked_sub(1).map_or(Some(0.0), |less| Some(root(k)?.high() * values.size(less, reach)))?;
    let second =
        k.checked_sub(2).map_or(Some(0.0), |less| Some(root(k * (k - 1))?.high() * values.size(less, reach)))?;
    let change = 2.0 * values.change(k, reach);
    let bounds = [first, second, change].map(|bound| Estimate::exact(above(bound)));
    Some([values.within(k, off), slope, bounds[0], bounds[1], bounds[2]])
}
