//! Powers and elementary functions of segments: library functions at the ends, rounded outward.

use super::Segment;
use crate::num::sets::exponential_integral::exponential_integral;
use crate::num::sets::rounding::{above_function, below_function, multiply_down, multiply_up};
use std::f64::consts::PI;

/// A segment that reaches beyond the edge of a domain by no more than this share of its other end, or by no more than some units in the
/// last place of 1, is taken for one whose end was rounded. Otherwise the function has no value on part of it.
const ROUNDED: f64 = 1e-9;
const UNITS: f64 = 64.0 * f64::EPSILON;

/// Beyond this magnitude the place of a double among the multiples of pi is not looked for.
const LARGEST_ANGLE: f64 = 1e9;

impl Segment {
    /// `x^n`, with `x^0 = 1`; `None` if n is negative and x may be 0.
    pub fn powi(self, n: i32) -> Option<Segment> {
        if n < 0 {
            return Segment::ONE.div(self.whole_power(n.unsigned_abs()));
        }
        Some(self.whole_power(n.unsigned_abs()))
    }

    fn whole_power(self, n: u32) -> Segment {
        if n == 0 {
            return Segment::ONE;
        }
        // x^n increases where x >= 0, and x^n is even or odd.
        let (low, high) = (power_of_magnitude(self.low.abs(), n), power_of_magnitude(self.high.abs(), n));
        match (self.sign(), n % 2 == 1) {
            (Some(true), _) => Segment { low: low.low, high: high.high },
            (Some(false), true) => Segment { low: -low.high, high: -high.low },
            (Some(false), false) => Segment { low: high.low, high: low.high },
            (None, true) => Segment { low: -low.high, high: high.high },
            (None, false) => Segment { low: 0.0, high: low.high.max(high.high) },
        }
    }

    /// `x^y`: a whole exponent is a repeated product; otherwise `x >= 0`, and `x > 0` unless `y > 0`.
    pub fn pow(self, exponent: Segment) -> Option<Segment> {
        let y = exponent.low;
        if exponent.low == exponent.high && y.fract() == 0.0 && y.abs() <= 1e6 {
            return self.powi(y as i32);
        }
        if self.reaches_below_zero() || (self.low <= 0.0 && exponent.low <= 0.0) {
            return None;
        }
        let base = Segment { low: self.low.max(0.0), high: self.high };
        if !exponent.is_bounded() {
            return None;
        }
        // Monotone in each of the two, so that the least and the largest value are at corners.
        let corners = [
            (base.low, exponent.low),
            (base.low, exponent.high),
            (base.high, exponent.low),
            (base.high, exponent.high),
        ];
        let values = corners.map(|(x, y)| if x == 1.0 { 1.0 } else { x.powf(y) });
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(0.0, f64::max);
        Some(Segment::new(below_function(low).max(0.0), above_function(high)))
    }

    /// An increasing library function, 0 only where it is exactly 0.
    fn increasing(self, function: impl Fn(f64) -> f64) -> Segment {
        let (low, high) = (function(self.low), function(self.high));
        let low = if low == 0.0 { 0.0 } else { below_function(low) };
        let high = if high == 0.0 { 0.0 } else { above_function(high) };
        Segment::new(low, high)
    }

    /// The part between `low` and `high`, beyond which no value lies.
    fn within(self, low: f64, high: f64) -> Segment {
        Segment { low: self.low.clamp(low, high), high: self.high.clamp(low, high) }
    }

    /// Whether some numbers are negative, by more than rounding.
    fn reaches_below_zero(self) -> bool {
        self.low < 0.0 && self.low < -(ROUNDED * self.high).max(UNITS)
    }

    /// Square root; `None` unless every number has one.
    pub fn sqrt(self) -> Option<Segment> {
        if self.reaches_below_zero() {
            return None;
        }
        // The remainder of a root is exact where nothing underflows.
        let directed = |x: f64, sign: f64| {
            let root = x.sqrt();
            let remainder = root.mul_add(-root, x);
            let exact = x == 0.0 || (x > 1e-280 && remainder == 0.0);
            if exact || root.is_infinite() {
                root
            } else if sign < 0.0 {
                root.next_down()
            } else {
                root.next_up()
            }
        };
        Some(Segment { low: directed(self.low.max(0.0), -1.0).min(f64::MAX), high: directed(self.high, 1.0) })
    }

    pub fn exp(self) -> Segment {
        let low = if self.low == 0.0 { 1.0 } else { below_function(self.low.exp()).max(0.0) };
        let high = if self.high == 0.0 { 1.0 } else { above_function(self.high.exp()) };
        Segment::new(low, high)
    }

    /// `e^x - 1`
    pub fn expm1(self) -> Segment {
        let value = self.increasing(f64::exp_m1);
        Segment { low: value.low.max(-1.0), high: value.high.max(-1.0) }
    }

    /// Natural logarithm; `None` unless every number is positive.
    pub fn ln(self) -> Option<Segment> {
        (self.low > 0.0).then(|| self.increasing(f64::ln))
    }

    /// `ln(1 + x)`; `None` unless every x is above -1.
    pub fn log1p(self) -> Option<Segment> {
        (self.low > -1.0).then(|| self.increasing(f64::ln_1p))
    }

    /// `int_0^1 s^n e^(s x) ds`, the derivative of order n of `(e^x - 1)/x`. It increases with x and is positive.
    pub fn exprel(self, n: u32) -> Segment {
        if n == 0 && self.low == 0.0 && self.high == 0.0 {
            return Segment::ONE;
        }
        let low = if self.low.is_finite() { exponential_integral(n, self.low).low().max(0.0) } else { 0.0 };
        let high = if self.high.is_finite() { exponential_integral(n, self.high).high() } else { f64::INFINITY };
        Segment::new(if low.is_finite() { low } else { f64::MAX }, if high.is_nan() { f64::INFINITY } else { high })
    }

    pub fn cos(self) -> Segment {
        if self == Segment::ZERO {
            return Segment::ONE;
        }
        // Extremes at the multiples of pi.
        self.wave(f64::cos, 0.0)
    }

    pub fn sin(self) -> Segment {
        // Extremes at pi/2 and so on; near 0 the ends decide the sign.
        self.wave(f64::sin, 0.5)
    }

    /// A wave whose value is 1 at `(k + shift) pi` for even k and -1 for odd k, and which is monotone between.
    fn wave(self, function: impl Fn(f64) -> f64, shift: f64) -> Segment {
        let Some((first, last)) = self.multiples_of_pi(shift) else { return Segment { low: -1.0, high: 1.0 } };
        let (low, high) = (function(self.low), function(self.high));
        let exact = |end: f64, value: f64| end == 0.0 && value == 0.0;
        let below = |end, value: f64| if exact(end, value) { 0.0 } else { below_function(value) };
        let above = |end, value: f64| if exact(end, value) { 0.0 } else { above_function(value) };
        let mut least = below(self.low, low).min(below(self.high, high));
        let mut most = above(self.low, low).max(above(self.high, high));
        if first <= last {
            let even = first.rem_euclid(2.0) == 0.0;
            if even || first < last {
                most = 1.0;
            }
            if !even || first < last {
                least = -1.0;
            }
        }
        Segment { low: least, high: most }.within(-1.0, 1.0)
    }

    /// The first and the last whole k with `(k + shift) pi` in the segment or so close that a double cannot tell; `None` if the
    /// segment is long or far.
    fn multiples_of_pi(self, shift: f64) -> Option<(f64, f64)> {
        let near = self.magnitude() < LARGEST_ANGLE;
        if !near {
            return None;
        }
        // x/pi is good to 3 units, far less than 1e-15 (1 + |x|).
        let slack = |x: f64| 1e-15 * (1.0 + x.abs());
        let first = (self.low / PI - shift - slack(self.low)).ceil();
        let last = (self.high / PI - shift + slack(self.high)).floor();
        Some((first, last))
    }

    /// Tangent; `None` if there may be a pole.
    pub fn tan(self) -> Option<Segment> {
        let (first, last) = self.multiples_of_pi(0.5)?;
        (first > last).then(|| self.increasing(f64::tan))
    }

    /// Whether inverse sine and cosine have values, but for rounding.
    fn is_cosine(self) -> bool {
        self.magnitude() <= 1.0 + ROUNDED
    }

    /// Inverse sine; `None` unless every number is in [-1, 1].
    pub fn asin(self) -> Option<Segment> {
        self.is_cosine().then(|| self.within(-1.0, 1.0).increasing(f64::asin))
    }

    /// Inverse cosine; `None` unless every number is in [-1, 1].
    pub fn acos(self) -> Option<Segment> {
        self.is_cosine().then(|| (-self.within(-1.0, 1.0)).increasing(|x| (-x).acos()))
    }

    pub fn atan(self) -> Segment {
        self.increasing(f64::atan)
    }

    pub fn tanh(self) -> Segment {
        self.increasing(f64::tanh).within(-1.0, 1.0)
    }

    /// `1/(1 + e^-x)`, by `e^x/(1 + e^x)` for negative x.
    pub fn logistic(self) -> Segment {
        let function = |x: f64| {
            let decayed = (-x.abs()).exp();
            if x >= 0.0 { 1.0 / (1.0 + decayed) } else { decayed / (1.0 + decayed) }
        };
        // Three operations beside the library function: twice its error.
        let low = below_function(below_function(function(self.low)));
        let high = above_function(above_function(function(self.high)));
        Segment { low, high }.within(0.0, 1.0)
    }

    /// `ln(1 + e^x)`
    pub fn softplus(self) -> Segment {
        let function = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        // Two library functions and a sum: twice the error of one.
        let low = below_function(below_function(function(self.low))).max(0.0);
        Segment::new(low, above_function(above_function(function(self.high))))
    }

    /// Error function (libm).
    pub fn erf(self) -> Segment {
        self.increasing(libm::erf).within(-1.0, 1.0)
    }

    /// Complementary error function (libm).
    pub fn erfc(self) -> Segment {
        let low = if self.high == 0.0 { 1.0 } else { below_function(libm::erfc(self.high)) };
        let high = if self.low == 0.0 { 1.0 } else { above_function(libm::erfc(self.low)) };
        Segment { low, high }.within(0.0, 2.0)
    }
}

/// `x^n` of a non-negative end, rounded both ways.
fn power_of_magnitude(x: f64, n: u32) -> Segment {
    let product = |x: &mut Segment, y: &Segment| {
        *x = Segment { low: multiply_down(x.low, y.low).max(0.0), high: multiply_up(x.high, y.high) };
        Some(())
    };
    crate::num::power_by_squaring(Segment::ONE, Segment::exact(x), n, product).unwrap_or(Segment::LINE)
}
