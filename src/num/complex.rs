//! A complex value with a bound on its error, and arithmetic and elementary functions that keep the bound.
//!
//! As with [`Estimate`], a result's disc contains the truth whenever the operands' discs do; roundings are bounded by a
//! few units in the last place of the modulus, not computed. Branches are the principal ones.

use super::{Estimate, power_by_squaring};
use std::ops::{Add, Mul, Neg, Sub};

/// A complex number known to within `abs_err`: `|re + i im - truth| <= abs_err`. No value: NaN, `abs_err` infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComplexEstimate {
    pub re: f64,
    pub im: f64,
    pub abs_err: f64,
}

const UNIT: f64 = f64::EPSILON;

/// `sqrt(x^2 + y^2)` to two units in the last place. The library's hypotenuse cannot overflow, but it takes several times longer, so it is
/// used only where the squares may overflow or underflow.
fn modulus(x: f64, y: f64) -> f64 {
    let square = x * x + y * y;
    if (1e-280..1e280).contains(&square) { square.sqrt() } else { x.hypot(y) }
}

impl ComplexEstimate {
    pub const ZERO: ComplexEstimate = ComplexEstimate::exact(0.0, 0.0);
    pub const ONE: ComplexEstimate = ComplexEstimate::exact(1.0, 0.0);
    pub const UNDEFINED: ComplexEstimate = ComplexEstimate { re: f64::NAN, im: f64::NAN, abs_err: f64::INFINITY };

    /// Doubles that are the exact value meant.
    pub const fn exact(re: f64, im: f64) -> ComplexEstimate {
        ComplexEstimate { re, im, abs_err: 0.0 }
    }

    /// A value with a bound; what is not finite has no value.
    pub fn new(re: f64, im: f64, abs_err: f64) -> ComplexEstimate {
        let valid = re.is_finite() && im.is_finite() && abs_err >= 0.0 && abs_err.is_finite();
        if valid { ComplexEstimate { re, im, abs_err } } else { ComplexEstimate::UNDEFINED }
    }

    /// A real value.
    pub fn real(x: Estimate) -> ComplexEstimate {
        ComplexEstimate::new(x.value, 0.0, x.abs_err)
    }

    pub fn is_real(self) -> bool {
        self.im == 0.0
    }

    pub fn is_finite(self) -> bool {
        self.abs_err.is_finite()
    }

    pub fn real_part(self) -> Estimate {
        Estimate::new(self.re, self.abs_err)
    }

    pub fn imaginary_part(self) -> Estimate {
        Estimate::new(self.im, self.abs_err)
    }

    /// Modulus of the centre.
    pub fn modulus(self) -> f64 {
        modulus(self.re, self.im)
    }

    /// The same value with `by` more error.
    pub fn widened(self, by: f64) -> ComplexEstimate {
        ComplexEstimate::new(self.re, self.im, self.abs_err + by)
    }

    /// `re + i im` computed with `units` units in the last place of its modulus beside the error carried on.
    fn computed(re: f64, im: f64, carried: f64, units: f64) -> ComplexEstimate {
        let rounding = units * UNIT * modulus(re, im) + f64::MIN_POSITIVE;
        ComplexEstimate::new(re, im, carried * (1.0 + 8.0 * UNIT) + rounding)
    }

    /// `self / other`; `None` if the divisor may be zero.
    pub fn div(self, other: ComplexEstimate) -> Option<ComplexEstimate> {
        let size = other.modulus();
        if size <= other.abs_err {
            return None;
        }
        let (c, d) = (other.re / size, other.im / size);
        let re = (self.re * c + self.im * d) / size;
        let im = (self.im * c - self.re * d) / size;
        let carried = (self.abs_err + modulus(re, im) * other.abs_err) / (size - other.abs_err);
        Some(ComplexEstimate::computed(re, im, carried, 12.0))
    }

    /// `z^n` by repeated squaring, `z^0 = 1`; `None` if n is negative and z may be zero.
    pub fn powi(self, n: i32) -> Option<ComplexEstimate> {
        let product = |x: &mut Self, y: &Self| {
            *x = *x * *y;
            Some(())
        };
        let power = power_by_squaring(ComplexEstimate::ONE, self, n.unsigned_abs(), product)?;
        if n >= 0 { Some(power) } else { ComplexEstimate::ONE.div(power) }
    }

    pub fn exp(self) -> ComplexEstimate {
        let size = self.re.exp();
        let (sine, cosine) = self.im.sin_cos();
        ComplexEstimate::computed(size * cosine, size * sine, size * self.abs_err.exp_m1(), 6.0)
    }

    /// `e^z - 1`, accurate near 0.
    pub fn expm1(self) -> ComplexEstimate {
        let (size, less) = (self.re.exp(), self.re.exp_m1());
        let (sine, cosine) = self.im.sin_cos();
        let half = (0.5 * self.im).sin();
        let (re, im) = (less * cosine - 2.0 * half * half, size * sine);
        let terms = less.abs() + 2.0 * half * half + im.abs();
        ComplexEstimate::computed(re, im, size * self.abs_err.exp_m1() + 8.0 * UNIT * terms, 1.0)
    }

    /// Derivative of order n of `(e^z - 1)/z = int_0^1 e^(sz) ds`, which is `I_n = int_0^1 s^n e^(sz) ds`: by its power
    /// series for `|z| <= 1`, else by `I_n = (e^z - n I_(n-1))/z`.
    pub fn exprel(self, n: u32) -> ComplexEstimate {
        let centre = ComplexEstimate::exact(self.re, self.im);
        let value = if self.modulus() <= 1.0 {
            let (mut power, mut sum) = (ComplexEstimate::ONE, ComplexEstimate::ZERO);
            for k in 0..24_u32 {
                sum = sum + power.times(1.0 / f64::from(k + n + 1));
                power = (power * centre).times(1.0 / f64::from(k + 1));
            }
            // What is left out is below 2/24!.
            sum.widened(UNIT)
        } else {
            let mut value = centre.expm1().div(centre).unwrap_or(ComplexEstimate::UNDEFINED);
            for k in 1..=n {
                let top = centre.exp() - value.times(f64::from(k));
                value = top.div(centre).unwrap_or(ComplexEstimate::UNDEFINED);
            }
            value
        };
        // The derivative, I_(n+1), is at most e^max(re, 0) over the disc.
        value.widened(self.abs_err * (self.re + self.abs_err).max(0.0).exp() * (1.0 + 8.0 * UNIT))
    }

    /// Principal root; `None` if the disc meets the negative half-line from both sides.
    pub fn sqrt(self) -> Option<ComplexEstimate> {
        let size = self.modulus();
        if self.meets_cut() {
            return None;
        }
        let long = (0.5 * (size + self.re.abs())).sqrt();
        let (re, im) = match self.re >= 0.0 {
            true => (long, 0.5 * self.im / long),
            false => (0.5 * self.im.abs() / long, long.copysign(self.im)),
        };
        Some(ComplexEstimate::computed(re, im, self.abs_err / size.sqrt(), 6.0))
    }

    /// Principal logarithm; `None` if the disc meets the negative half-line or 0.
    pub fn ln(self) -> Option<ComplexEstimate> {
        let size = self.modulus();
        if self.meets_cut() {
            return None;
        }
        let (re, im) = (size.ln(), self.im.atan2(self.re));
        let carried = self.abs_err / (size - self.abs_err) + 4.0 * UNIT;
        Some(ComplexEstimate::computed(re, im, carried, 4.0))
    }

    fn meets_cut(self) -> bool {
        !self.is_finite() || self.modulus() <= self.abs_err || (self.re <= 0.0 && self.im.abs() <= self.abs_err)
    }

    pub fn sin(self) -> ComplexEstimate {
        let ((sine, cosine), (sinh, cosh)) = (self.re.sin_cos(), (self.im.sinh(), self.im.cosh()));
        let carried = (self.im.abs() + self.abs_err).cosh() * self.abs_err + 8.0 * UNIT * cosh;
        ComplexEstimate::computed(sine * cosh, cosine * sinh, carried, 1.0)
    }

    pub fn cos(self) -> ComplexEstimate {
        let ((sine, cosine), (sinh, cosh)) = (self.re.sin_cos(), (self.im.sinh(), self.im.cosh()));
        let carried = (self.im.abs() + self.abs_err).cosh() * self.abs_err + 8.0 * UNIT * cosh;
        ComplexEstimate::computed(cosine * cosh, -sine * sinh, carried, 1.0)
    }

    /// `None` near a pole.
    pub fn tanh(self) -> Option<ComplexEstimate> {
        if self.re < 0.0 {
            return (-self).tanh().map(|value| -value);
        }
        let decayed = self.times(-2.0);
        (-decayed.expm1()).div(ComplexEstimate::ONE + decayed.exp())
    }

    /// The number times a real factor.
    pub fn times(self, factor: f64) -> ComplexEstimate {
        ComplexEstimate::computed(self.re * factor, self.im * factor, self.abs_err * factor.abs(), 1.0)
    }
}

impl Add for ComplexEstimate {
    type Output = ComplexEstimate;

    fn add(self, other: ComplexEstimate) -> ComplexEstimate {
        ComplexEstimate::computed(self.re + other.re, self.im + other.im, self.abs_err + other.abs_err, 1.0)
    }
}

impl Neg for ComplexEstimate {
    type Output = ComplexEstimate;

    fn neg(self) -> ComplexEstimate {
        ComplexEstimate { re: -self.re, im: -self.im, abs_err: self.abs_err }
    }
}

impl Sub for ComplexEstimate {
    type Output = ComplexEstimate;

    fn sub(self, other: ComplexEstimate) -> ComplexEstimate {
        self + (-other)
    }
}

impl Mul for ComplexEstimate {
    type Output = ComplexEstimate;

    fn mul(self, other: ComplexEstimate) -> ComplexEstimate {
        let (a, b) = (self.modulus(), other.modulus());
        let carried = a * other.abs_err + b * self.abs_err + self.abs_err * other.abs_err;
        let re = self.re * other.re - self.im * other.im;
        let im = self.re * other.im + self.im * other.re;
        ComplexEstimate::computed(re, im, carried + 3.0 * UNIT * a * b, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: ComplexEstimate, re: f64, im: f64) {
        let error = (value.re - re).hypot(value.im - im);
        let size = value.modulus().max(1.0);
        assert!(error <= value.abs_err + 2.0 * UNIT * size, "{value:?} against {re} + {im} i");
        assert!(value.abs_err <= 1e-13 * size, "{value:?}");
    }

    /// Values of functions at 1/2 + 3i/4 (textbook formulas in terms of real functions, to 17 digits).
    #[test]
    fn functions_of_a_complex_number() {
        let z = ComplexEstimate::exact(0.5, 0.75);
        let (e, s, c) = (0.5_f64.exp(), 0.75_f64.sin(), 0.75_f64.cos());
        close(z.exp(), e * c, e * s);
        close(z.expm1(), e * c - 1.0, e * s);
        close(z.exprel(0) * z, e * c - 1.0, e * s);
        // 3 + 4i = (2 + i)^2, and -3 + 4i = (1 + 2i)^2.
        close(ComplexEstimate::exact(3.0, 4.0).sqrt().unwrap(), 2.0, 1.0);
        close(ComplexEstimate::exact(-3.0, -4.0).sqrt().unwrap(), 1.0, -2.0);
        close(ComplexEstimate::exact(0.0, 2.0).ln().unwrap(), 2.0_f64.ln(), std::f64::consts::FRAC_PI_2);
        close(ComplexEstimate::exact(1.0, 2.0).powi(-2).unwrap(), -0.12, -0.16);
        close(z.sin() * z.sin() + z.cos() * z.cos(), 1.0, 0.0);
        let tangent = z.tanh().unwrap();
        let twice = z.times(2.0).tanh().unwrap();
        // tanh 2z = 2 tanh z/(1 + tanh^2 z)
        let formula = tangent.times(2.0).div(ComplexEstimate::ONE + tangent * tangent).unwrap();
        close(twice - formula, 0.0, 0.0);
    }

    /// `z I_1 = e^z - I_0` on both sides of the switch between series and recurrence.
    #[test]
    fn derivatives_of_exprel_satisfy_their_recurrence() {
        for (re, im) in [(0.5, 0.5), (-0.6, 0.79), (0.7, -0.75), (-4.0, 3.0), (1e-9, 1e-8)] {
            let z = ComplexEstimate::exact(re, im);
            let rest = z * z.exprel(1) - z.exp() + z.exprel(0);
            assert!(rest.modulus() <= rest.abs_err && rest.abs_err < 1e-13, "{re} {im}: {rest:?}");
        }
        close(ComplexEstimate::ZERO.exprel(2), 1.0 / 3.0, 0.0);
    }

    #[test]
    fn cuts_and_zeros_are_refused() {
        assert!(ComplexEstimate::exact(-1.0, 0.0).sqrt().is_none());
        assert!(ComplexEstimate::new(-1.0, 1e-3, 1e-2).ln().is_none());
        assert!(ComplexEstimate::ONE.div(ComplexEstimate::new(1e-9, 0.0, 1e-8)).is_none());
        assert!(!ComplexEstimate::exact(800.0, 1.0).exp().is_finite());
    }

    /// The error of the operands is carried: the centre moved to the edge of the disc stays inside the result.
    #[test]
    fn discs_contain_what_their_operands_hold() {
        let (a, b) = (ComplexEstimate::new(1.0, -2.0, 1e-3), ComplexEstimate::new(0.5, 0.25, 1e-4));
        for turn in 0..12 {
            let angle = f64::from(turn) * 0.52;
            let moved = ComplexEstimate::exact(a.re + a.abs_err * angle.cos(), a.im + a.abs_err * angle.sin());
            let other = ComplexEstimate::exact(b.re - b.abs_err * angle.cos(), b.im + b.abs_err * angle.sin());
            for (disc, point) in [
                (a * b, moved * other),
                (a.div(b).unwrap(), moved.div(other).unwrap()),
                (a.exp(), moved.exp()),
                (a.sqrt().unwrap(), moved.sqrt().unwrap()),
                (a.ln().unwrap(), moved.ln().unwrap()),
                (a.exprel(0), moved.exprel(0)),
                (a.sin(), moved.sin()),
            ] {
                assert!(
                    (disc.re - point.re).hypot(disc.im - point.im) <= disc.abs_err + point.abs_err,
                    "{disc:?} {point:?}"
                );
            }
        }
    }
}
