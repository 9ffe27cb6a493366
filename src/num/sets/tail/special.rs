//! Softplus, gamma and Bessel functions of tails.

use super::exponent::BOUNDLESS;
use super::{Segment, Tail};
use crate::num::Estimate;
use crate::num::special::{Bessel, polygamma_size};

/// From here on `ln Gamma` rises.
const RISES: f64 = 1.5;

impl Tail {
    /// `ln(1 + e^x)`: `max(x, 0) + ln(1 + e^-|x|)`.
    pub fn softplus(self) -> Option<Tail> {
        let rest = self.abs().neg().exp().log1p()?;
        let mut value = if self.range.high <= 0.0 { rest } else { self.positive_part().add(rest) };
        value.range = value.range.intersection(self.range.softplus()).unwrap_or(value.range);
        Some(value.tidied())
    }

    /// `ln Gamma(x)`. For `x = T + step s` it lies between its tangent at T, as it is convex, and that plus `psi'(T) (step s)^2/2`, as
    /// psi' falls: a polynomial with coefficients in balls.
    pub fn lgamma(self) -> Option<Tail> {
        let range = self.range.lgamma()?;
        if let Some((start, step)) = self.straight()
            && start.low() >= RISES
            && step.low() >= 0.0
        {
            let slope = start.polygamma(0)? * step;
            let curve = 0.5 * polygamma_size(1, start.low()) * step.high() * step.high() * (1.0 + 1e-14);
            let curve = if step == Estimate::ZERO { Estimate::ZERO } else { Estimate::new(0.5 * curve, 0.5 * curve) };
            let mut value = Tail::polynomial([start.lgamma()?, slope, curve]);
            value.range = value.range.intersection(range).unwrap_or(range);
            return Some(value.tidied());
        }
        // 0 <= ln Gamma(x) <= -ln x for x up to 1
        let above = if self.range.high <= 1.0 { self.ln()?.above } else { BOUNDLESS };
        Some(Tail::ranged(range, above))
    }

    /// The gamma function of positive numbers. For `x <= 1` it is between 0.885/x and 1/x.
    pub fn gamma(self) -> Option<Tail> {
        let range = self.range.gamma()?;
        let mut value = if self.range.high <= 1.0 && self.range.low >= 0.0 {
            self.inverse()?.mul(Tail::within(Segment { low: 0.885, high: 1.0 }))
        } else if self.range.low >= 0.0 {
            self.lgamma()?.exp()
        } else {
            Tail::within(range)
        };
        value.range = value.range.intersection(range).unwrap_or(range);
        Some(value.tidied())
    }

    /// The derivative of order n + 1 of `ln Gamma`. `|psi(x)| <= x + 2` for x from 1/2 on, and `|psi(x)| <= 1/x + 1` up to 1.
    pub fn polygamma(self, n: u32) -> Option<Tail> {
        let range = self.range.polygamma(n)?;
        let constant = |x: f64| Tail::of(Estimate::exact(x));
        let above = if n > 0 {
            BOUNDLESS
        } else if self.range.low >= 0.5 {
            self.add(constant(2.0)?).above
        } else if self.range.high <= 1.0 && self.range.low >= 0.0 {
            self.inverse()?.add(constant(1.0)?).above
        } else {
            BOUNDLESS
        };
        Some(Tail::ranged(range, above))
    }

    /// A Bessel function: `|J_n(x)| <= 1` and `|I_n(x)| <= e^|x|` for n >= 0 or whole n; also
    /// `|f_n(x)| <= |x/2|^n/Gamma(n + 1)`, times `e^|x|` for I, for n >= 0.
    pub fn bessel(self, kind: Bessel, order: Tail) -> Option<Tail> {
        let single = (order.range.low == order.range.high).then_some(order.range.low);
        let whole = single.is_some_and(|n| n.fract() == 0.0);
        let admissible = whole || (self.range.low >= 0.0 && order.range.low >= 0.0);
        // The order may be an index, whose values are whole, while x stays.
        let by_index = order.range.low >= 0.0;
        if !admissible && !by_index {
            return None;
        }
        let size = self.abs();
        let one = Tail::of(Estimate::ONE)?;
        let growth = if kind == Bessel::J { one } else { size.exp() };
        let by_power = || {
            let power = size.mul(Tail::of(Estimate::exact(0.5))?).pow(order)?;
            power.div(order.add(one).gamma()?).map(|value| value.mul(growth))
        };
        let above = match (by_index, by_power()) {
            (true, Some(bound)) => super::lesser(growth.above, bound.above),
            _ => growth.above,
        };
        let range = match (kind, single) {
            (Bessel::J, _) => Segment { low: -1.0, high: 1.0 },
            (Bessel::I, Some(n)) => self.range.bessel(kind, n).unwrap_or(Segment::LINE),
            (Bessel::I, None) => Segment::LINE,
        };
        Some(Tail::ranged(range, above))
    }
}
