//! Orthonormal Hermite polynomials `h_k = He_k/sqrt(k!)` on sets.
//!
//! Their values at a place are computed in whole numbers, since rounding would grow along the recurrence. All around the place follows
//! from them: `h_k' = sqrt k h_(k-1)`, so that `|h_k(t + z) - h_k(t)| <= sum_j sqrt(k!/(k-j)!) |h_(k-j)(t)| |z|^j/j!` for complex z too.

use super::rounding::above;
use super::{Segment, Tail};
use crate::num::Estimate;
use dashu_base::{BitTest, Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};

/// Highest order: beyond it whole numbers become slow.
const HIGHEST: u32 = 64;
/// Places are rounded to this many binary digits behind the point.
const DIGITS: usize = 50;

/// Values of `h_0, .., h_k` at a double near to what is asked for.
pub struct Values {
    place: f64,
    /// As many as orders.
    values: Vec<Estimate>,
}

impl Values {
    /// `None` if the order is too high, or the place too far.
    pub fn at(k: u32, t: f64) -> Option<Values> {
        let scale = (1_u64 << DIGITS) as f64;
        let near = t.abs() < 1e4;
        if k > HIGHEST || !near {
            return None;
        }
        let whole = (t * scale).round();
        let m = IBig::try_from(whole).ok()?;
        // H_n = 2^(n DIGITS) He_n
        let (mut low, mut high) = (IBig::ZERO, IBig::ONE);
        let mut values = vec![Estimate::ONE];
        let mut factorial = Estimate::ONE;
        for n in 0..k {
            let next = &m * &high - ((IBig::from(n) * &low) << (2 * DIGITS));
            low = std::mem::replace(&mut high, next);
            factorial = factorial * Estimate::exact(f64::from(n + 1));
            values.push(scaled(&high, (n as usize + 1) * DIGITS)?.div(factorial.sqrt()?)?);
        }
        Some(Values { place: whole / scale, values })
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

/// `x/2^shift` to the nearest double or so.
fn scaled(x: &IBig, shift: usize) -> Option<Estimate> {
    let size: UBig = x.unsigned_abs();
    let bits = size.bit_len();
    let drop = bits.saturating_sub(64);
    let top = u64::try_from(size >> drop).ok()?;
    // Two units: dropped bits, and the rounding of 64 bits to a double.
    let value = top as f64 * 2f64.powi(i32::try_from(drop).ok()? - i32::try_from(shift).ok()?);
    let value = if x.sign() == Sign::Negative { -value } else { value };
    value.is_finite().then(|| Estimate::new(value, 2.0 * f64::EPSILON * value.abs()))
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
    let second = k.checked_sub(2).map_or(Some(0.0), |less| Some(root(k * (k - 1))?.high() * values.size(less, reach)))?;
    let change = 2.0 * values.change(k, reach);
    let bounds = [first, second, change].map(|bound| Estimate::exact(above(bound)));
    Some([values.within(k, off), slope, bounds[0], bounds[1], bounds[2]])
}
