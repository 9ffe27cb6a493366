//! Powers and elementary functions of tails: their range, and how their size follows that of the argument.

use super::Tail;
use super::exponent::{
    BOUNDLESS, Exponent, INFINITY, greater, highs, is_bounded, lesser, logarithm_above, logarithm_below, lows,
};
use crate::num::Estimate;
use crate::num::sets::Segment;
use crate::num::sets::exponential_integral::exponential_integral;
use crate::num::sets::rounding::{above_function, add_down, add_up, below_function, multiply_up};
use std::f64::consts::{FRAC_2_SQRT_PI, FRAC_PI_2};

impl Tail {
    /// `x^y`: a whole exponent is a repeated product; otherwise x must be positive, or not negative with a positive constant y.
    pub fn pow(self, exponent: Tail) -> Option<Tail> {
        let Segment { low, high } = exponent.range;
        if low == high && low.fract() == 0.0 && low.abs() <= 1e6 {
            return self.powi(low as i32);
        }
        if self.range.high < 0.0 && low < high {
            // Only whole exponents have a value. Its sign is left open.
            let size = self.neg().pow(exponent)?;
            return Some(size.hull(size.neg()));
        }
        if let Some(logarithm) = self.easy_logarithm() {
            let mut power = Tail::polynomial(logarithm).mul(exponent).exp();
            if let Some(range) = self.range.pow(exponent.range) {
                power.range = power.range.intersection(range).unwrap_or(power.range);
            }
            return Some(power.tidied());
        }
        let root = low > 0.0 && high.is_finite();
        if self.range.low < 0.0 || !root {
            return None;
        }
        let above = self.above.map(|x| (Segment::exact(x) * exponent.range).high);
        Some(Tail::ranged(self.range.pow(exponent.range)?, above))
    }

    pub fn sqrt(self) -> Option<Tail> {
        self.pow(Tail::polynomial([Estimate::exact(0.5), Estimate::ZERO, Estimate::ZERO]))
    }

    pub fn exp(self) -> Tail {
        let mut above = [self.range.high, 0.0, 0.0];
        let mut below = if self.range.low.is_finite() { Some([self.range.low, 0.0, 0.0]) } else { None };
        if let Some(q) = self.quadratic {
            above = lesser(above, highs(&q));
            below = greater(below, Some(lows(&q)).filter(is_bounded));
        }
        if let (Some(steep), true) = (self.below, self.range.high <= 0.0)
            && steep[1] >= 0.0
            && steep[2] >= 0.0
        {
            // -e^(a + y) <= -e^a (1 + y), and y = b s + c s^2 is not negative.
            let size = below_function(steep[0].exp()).max(0.0);
            above = lesser(above, [-size, multiply_up(-size, steep[1]), multiply_up(-size, steep[2])]);
        }
        let mut exponential = Tail::ranged(self.range.exp(), above);
        exponential.below = greater(exponential.below, below);
        exponential.logarithm = self.quadratic;
        if self.range.magnitude() <= 1.0 {
            exponential.excess = Some(self.expm1().excess_over(1.0));
        }
        exponential.tidied()
    }

    /// Natural logarithm; `None` unless x is positive.
    pub fn ln(self) -> Option<Tail> {
        Some(Tail::polynomial(self.easy_logarithm()?))
    }

    /// A function with this range, and with `least |x| <= |f(x)| <= most |x|`; a bound of 0 or infinity says nothing.
    fn proportional(self, range: Segment, least: f64, most: f64) -> Tail {
        let shifted = |exponent: Exponent, by: f64| [add_up(exponent[0], by), exponent[1], exponent[2]];
        let above = if most.is_finite() { shifted(self.above, logarithm_above(most)) } else { BOUNDLESS };
        let mut value = Tail::ranged(range, above);
        if least > 0.0
            && let Some(below) = self.below
        {
            let lower = [add_down(below[0], logarithm_below(least)), below[1], below[2]];
            value.below = greater(value.below, Some(lower));
        }
        value
    }

    /// `f(m)/m` at the largest magnitude, rounded down: the least of `f(x)/x` where that falls with `|x|`.
    fn least_ratio(&self, function: impl Fn(f64) -> f64) -> f64 {
        let most = self.range.magnitude();
        if most > 0.0 && most.is_finite() { function(most) / most * (1.0 - 1e-14) } else { 0.0 }
    }

    /// `e^x - 1`: its ratio to x is between `e^min(x, 0)` and `e^max(x, 0)`.
    pub fn expm1(self) -> Tail {
        if self.range.high == INFINITY {
            return self.exp().add(Tail::ONE.neg());
        }
        let least = below_function(self.range.low.min(0.0).exp()).max(0.0);
        self.proportional(self.range.expm1(), least, above_function(self.range.high.max(0.0).exp()))
    }

    /// `ln(1 + x)`, whose ratio to x falls; `None` unless `x > -1`.
    pub fn log1p(self) -> Option<Tail> {
        let range = self.range.log1p()?;
        let Segment { low, high } = self.range;
        let most = if low >= 0.0 { 1.0 } else { -(low.ln_1p() / low.abs()) * (1.0 + 1e-14) };
        let least = if high <= 0.0 {
            1.0
        } else if high.is_finite() {
            high.ln_1p() / high * (1.0 - 1e-14)
        } else {
            0.0
        };
        Some(self.proportional(range, least, most))
    }

    /// `int_0^1 s^n e^(s x) ds`, at most `e^x/(n + 1)` for `x >= 0`.
    pub fn exprel(self, n: u32) -> Tail {
        let above = if self.range.low >= 0.0 { self.exp().above } else { BOUNDLESS };
        let high = self.range.high;
        let most = if high.is_finite() { exponential_integral(n, high).high() } else { INFINITY };
        let range = Segment { low: self.range.exprel(n).low, high: if most.is_nan() { INFINITY } else { most } };
        let mut value = Tail::ranged(range, above);
        if n == 0 && self.range.high <= 0.0 {
            // (1 - e^-u)/u >= 1/(1 + u)
            value.below = greater(value.below, Tail::ONE.sub(self).inverse().and_then(|least| least.below));
        }
        value
    }

    pub fn sin(self) -> Tail {
        let least = if self.range.magnitude() < 3.0 { self.least_ratio(f64::sin) } else { 0.0 };
        self.proportional(self.range.sin(), least, 1.0)
    }

    pub fn cos(self) -> Tail {
        Tail::ranged(self.range.cos(), BOUNDLESS)
    }

    pub fn tan(self) -> Option<Tail> {
        let range = self.range.tan()?;
        // The ratio to x rises from 1.
        let most = self.range.magnitude();
        let inside = most > 0.0 && most < 1.5;
        let (least, most) = if inside { (1.0, most.tan() / most * (1.0 + 1e-14)) } else { (0.0, INFINITY) };
        Some(self.proportional(range, least, most))
    }

    /// Whether inverse sine and cosine have values.
    fn is_cosine(&self) -> bool {
        self.range.low >= -1.0 && self.range.high <= 1.0
    }

    pub fn asin(self) -> Option<Tail> {
        if !self.is_cosine() {
            return None;
        }
        Some(self.proportional(self.range.asin()?, 1.0, FRAC_PI_2 * (1.0 + 1e-14)))
    }

    pub fn acos(self) -> Option<Tail> {
        if !self.is_cosine() {
            return None;
        }
        Some(Tail::ranged(self.range.acos()?, BOUNDLESS))
    }

    pub fn atan(self) -> Tail {
        let least = self.least_ratio(f64::atan);
        self.proportional(self.range.atan(), least, 1.0)
    }

    pub fn tanh(self) -> Tail {
        let least = self.least_ratio(f64::tanh);
        self.proportional(self.range.tanh(), least, 1.0)
    }

    /// `1/(1 + e^-x)`, between half of it and all of `min(1, e^x)`.
    pub fn logistic(self) -> Tail {
        let mut value = Tail::ranged(self.range.logistic(), self.exp().above);
        if let (Some([a, b, c]), true) = (self.exp().below, self.range.high <= 0.0) {
            value.below = greater(value.below, Some([add_down(a, -0.6932), b, c]));
        }
        value
    }

    /// Error function.
    pub fn erf(self) -> Tail {
        let least = self.least_ratio(libm::erf);
        self.proportional(self.range.erf(), least, FRAC_2_SQRT_PI * (1.0 + 1e-14))
    }

    /// Complementary error function, at most `e^(-x^2)` for `x >= 0`.
    pub fn erfc(self) -> Tail {
        let above = if self.range.low >= 0.0 { self.mul(self).neg().exp().above } else { BOUNDLESS };
        Tail::ranged(self.range.erfc(), above)
    }
}
