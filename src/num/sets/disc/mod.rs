//! Analytic functions on a complex disc whose centre is real.
//!
//! A disc holds a function on the unit disc to first order: `centre + slope zeta + rest`. A result encloses the function of the
//! operands for every complex zeta of the unit disc and every choice within the rests. There is no value where a divisor may be zero or
//! a cut or pole may be touched: the function would not be known to be analytic. Exponentials, powers and their products remember
//! their logarithm, so that factors that overflow or cancel do no harm.

mod affine;
mod special;

use crate::num::Estimate;
use crate::num::sets::exponential_integral::exponential_integral;
use crate::num::sets::hermite::around;
use crate::num::sets::rounding::above;
use crate::num::sets::signs::Signs;
use affine::{Affine, Taylor};
use std::f64::consts::{FRAC_2_SQRT_PI, FRAC_PI_2};

/// A function on the unit disc, real on the real axis; see the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// Unknown only if the logarithm is known.
    value: Affine,
    /// The same for a logarithm of the function, real on the real axis.
    logarithm: Option<Affine>,
}

/// Slack for a handful of library functions and operations.
const SLACK: f64 = 1.0 + 1e-14;

impl Disc {
    pub const ZERO: Disc = Disc { value: Affine { centre: 0.0, slope: 0.0, rest: 0.0, drift: 0.0 }, logarithm: None };
    pub const ONE: Disc = Disc { value: Affine { centre: 1.0, slope: 0.0, rest: 0.0, drift: 0.0 }, logarithm: None };

    /// `centre + radius zeta`.
    pub fn new(centre: f64, radius: f64) -> Disc {
        Disc { value: Affine { centre, slope: radius, rest: 0.0, drift: 0.0 }, logarithm: None }
    }

    /// All numbers within `radius` of the centre, whatever zeta: for a second variable, independent of the first.
    pub fn ball(centre: f64, radius: f64) -> Disc {
        Disc { value: Affine { centre, slope: 0.0, rest: radius, drift: 0.0 }, logarithm: None }
    }

    /// A constant; `None` if it is no finite number.
    pub fn of(x: Estimate) -> Option<Disc> {
        Disc::known(Affine::constant(x))
    }

    fn known(value: Affine) -> Option<Disc> {
        value.is_known().then_some(Disc { value, logarithm: None })
    }

    /// An exponential: its value may be unknown, its logarithm not.
    fn of_logarithm(logarithm: Affine) -> Option<Disc> {
        logarithm.is_known().then(|| Disc { value: logarithm.exp(), logarithm: Some(logarithm) })
    }

    /// What the function differs from `centre + slope zeta` by at most, and what is meant from the function on the panel (its drift);
    /// `None` if the value is unknown.
    pub fn rest(self) -> Option<(f64, f64)> {
        self.value.is_known().then_some((self.value.rest, self.value.drift))
    }

    /// The same, where what is meant may differ by so much more on the panel.
    pub fn drifting(mut self, drift: f64) -> Disc {
        self.value.drift += drift;
        self.logarithm = if drift == 0.0 { self.logarithm } else { None };
        self
    }

    /// The value at the centre of the disc, real; `None` if unknown.
    pub fn at_centre(self) -> Option<Estimate> {
        self.value.is_known().then(|| Estimate::new(self.value.centre, above(self.value.rest + self.value.drift)))
    }

    /// `(centre, slope, rest)`; `None` if unknown.
    pub fn parts(self) -> Option<(f64, f64, f64)> {
        self.value.is_known().then_some((self.value.centre, self.value.slope, self.value.rest))
    }

    pub fn add(self, other: Disc) -> Option<Disc> {
        if !self.value.is_known() || !other.value.is_known() {
            return None;
        }
        Disc::known(self.value.add(other.value))
    }

    /// `-x`
    pub fn neg(self) -> Option<Disc> {
        Disc::known(self.value.neg())
    }

    pub fn sub(self, other: Disc) -> Option<Disc> {
        self.add(other.neg()?)
    }

    /// The logarithm, if it is remembered or that of a positive constant.
    fn easy_logarithm(self) -> Option<Affine> {
        if self.logarithm.is_some() {
            return self.logarithm;
        }
        let constant = self.value.slope == 0.0 && self.value.rest <= 1e-3 * self.value.centre;
        if constant { self.computed_logarithm() } else { None }
    }

    fn computed_logarithm(self) -> Option<Affine> {
        let centre = Estimate::exact(self.value.centre);
        if self.value.centre > 0.0 { self.value.logarithm(centre.ln()?, centre) } else { None }
    }

    pub fn mul(self, other: Disc) -> Option<Disc> {
        let product = self.value.mul(other.value);
        let remembered = self.logarithm.is_some() || other.logarithm.is_some();
        if remembered && let (Some(a), Some(b)) = (self.easy_logarithm(), other.easy_logarithm()) {
            return Disc::better(product, a.add(b));
        }
        Disc::known(product)
    }

    /// A value that is known both by itself and by its logarithm: whichever leaves less.
    fn better(value: Affine, logarithm: Affine) -> Option<Disc> {
        if !logarithm.is_known() {
            return Disc::known(value);
        }
        let other = logarithm.exp();
        let value = if other.rest < value.rest { other } else { value };
        Some(Disc { value, logarithm: Some(logarithm) })
    }

    /// `self/other`; `None` if the divisor may be 0.
    pub fn div(self, other: Disc) -> Option<Disc> {
        if let Some(logarithm) = other.logarithm {
            // An exponential is not 0.
            return self.mul(Disc::of_logarithm(logarithm.neg())?);
        }
        Disc::known(self.value.mul(other.value.inverse()?))
    }

    /// `x^n`, with `x^0 = 1`; `None` if n is negative and x may be 0.
    pub fn powi(self, n: i32) -> Option<Disc> {
        if let (Some(logarithm), true) = (self.logarithm, n != 0) {
            return Disc::of_logarithm(logarithm.times(Estimate::exact(f64::from(n))));
        }
        if n < 0 {
            return Disc { value: self.value.inverse()?, logarithm: None }.powi(n.checked_neg()?);
        }
        let product = |x: &mut Affine, y: &Affine| {
            *x = x.mul(*y);
            Some(())
        };
        let one = Affine::constant(Estimate::ONE);
        Disc::known(crate::num::power_by_squaring(one, self.value, n.unsigned_abs(), product)?)
    }

    /// `x^y = e^(y ln x)`; a whole exponent is a repeated product.
    pub fn pow(self, exponent: Disc) -> Option<Disc> {
        let y = exponent.value;
        if y.slope == 0.0 && y.rest == 0.0 && y.centre.fract() == 0.0 && y.centre.abs() <= 1e6 {
            return self.powi(y.centre as i32);
        }
        if y.slope == 0.0 && y.rest == 0.0 && y.centre == 0.5 {
            return self.sqrt();
        }
        Disc::of_logarithm(y.mul(self.ln()?.value))
    }

    pub fn sqrt(self) -> Option<Disc> {
        match self.logarithm {
            Some(logarithm) => Disc::of_logarithm(logarithm.times(Estimate::exact(0.5))),
            None => Disc::known(self.value.sqrt()?),
        }
    }

    pub fn exp(self) -> Option<Disc> {
        Disc::of_logarithm(self.value)
    }

    /// `e^x - 1`
    pub fn expm1(self) -> Option<Disc> {
        Disc::known(self.value.exponential(Estimate::exact(self.value.centre).expm1(), 1.0))
    }

    /// The logarithm that is real on the real axis; `None` if the disc may hold 0 or is negative.
    pub fn ln(self) -> Option<Disc> {
        match self.logarithm {
            Some(logarithm) => Disc::known(logarithm),
            None => Disc::known(self.computed_logarithm()?),
        }
    }

    /// `ln(1 + x)`
    pub fn log1p(self) -> Option<Disc> {
        let centre = Estimate::exact(self.value.centre);
        Disc::known(self.value.logarithm(centre.log1p()?, Estimate::ONE + centre)?)
    }

    /// A function with its derivative and bounds over the disc around `centre`.
    fn compose(self, taylor: impl FnOnce(Estimate, f64) -> Option<Taylor>) -> Option<Disc> {
        if !self.value.is_known() {
            return None;
        }
        let taylor = taylor(Estimate::exact(self.value.centre), self.value.radius())?;
        Disc::known(self.value.compose(taylor))
    }

    /// `int_0^1 s^n e^(s x) ds`: all derivatives are positive, and larger at the right end of the disc than anywhere in it.
    pub fn exprel(self, n: u32) -> Option<Disc> {
        self.compose(|centre, radius| {
            let far = (centre + Estimate::exact(radius)).high();
            let at = |order: u32, x: f64| exponential_integral(order, x);
            let (value, slope) = (at(n, centre.value), at(n + 1, centre.value));
            let [first, second] = [1, 2].map(|k| at(n + k, far).high());
            // Values are in the right half-plane's size: |f(z)| <= f(far).
            let change = at(n, far).high() + value.high();
            Some(Taylor { value, slope, first, second, change })
        })
    }

    /// On `|Im z| <= radius` both waves and all their derivatives are at most `cosh(radius)`.
    fn wave(self, value: Estimate, slope: Estimate) -> Option<Disc> {
        self.compose(|_, radius| {
            let bound = radius.cosh() * SLACK;
            let change = bound + value.value.abs() + value.abs_err;
            Some(Taylor { value, slope, first: bound, second: bound, change })
        })
    }

    pub fn sin(self) -> Option<Disc> {
        let centre = Estimate::exact(self.value.centre);
        self.wave(centre.sin(), centre.cos())
    }

    pub fn cos(self) -> Option<Disc> {
        let centre = Estimate::exact(self.value.centre);
        self.wave(centre.cos(), -centre.sin())
    }

    /// Tangent; `None` if there may be a pole. The derivative is `1/cos^2`, and `|cos(x + iy)|^2 = cos^2 x + sinh^2 y >= cos^2 x`.
    pub fn tan(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            // |cos| changes by at most the radius on the real axis.
            let least = centre.cos().abs().low() - radius;
            if least < 1e-9 {
                return None;
            }
            let value = centre.tan()?;
            let first = above(1.0 / (least * least));
            // |tan|^2 = (sin^2 x + sinh^2 y)/(cos^2 x + sinh^2 y) <= 1/cos^2 x
            let size = above(1.0 / least);
            let slope = Estimate::ONE + value * value;
            Some(Taylor { value, slope, first, second: 2.0 * size * first, change: size + value.abs().high() })
        })
    }

    /// Inverse sine, for discs inside (-1, 1) stretched to the plane without the cuts beyond -1 and 1. With r the distance between the
    /// disc and those points, `|1 - z^2| >= r_- r_+`.
    pub fn asin(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            let gaps = [Estimate::ONE - centre, Estimate::ONE + centre].map(|gap| gap.low() - radius * SLACK);
            let apart = gaps[0] > 0.0 && gaps[1] > 0.0;
            if !apart {
                return None;
            }
            let product = gaps[0] * gaps[1] * (1.0 - 1e-15);
            let first = above(1.0 / product.sqrt()) * SLACK;
            let second = above((centre.value.abs() + radius) * first * first * first);
            let slope = Estimate::ONE.div(((Estimate::ONE - centre) * (Estimate::ONE + centre)).sqrt()?)?;
            let value = centre.asin()?;
            // On the unit disc the coefficients are positive: |asin z| <= pi/2.
            Some(Taylor { value, slope, first, second, change: FRAC_PI_2 * SLACK + value.abs().high() })
        })
    }

    /// `pi/2 - asin x`, with the value at the centre by itself.
    pub fn acos(self) -> Option<Disc> {
        let turned = self.asin()?.value.neg();
        let centre = Estimate::exact(self.value.centre).acos()?;
        // The rest of asin covers its rounding; that of the other centre is added.
        let turned = Affine { centre: centre.value, rest: above(turned.rest + centre.abs_err), ..turned };
        Disc::known(turned)
    }

    /// The derivative is `1/((z - i)(z + i))`; a disc that stays away from i and -i does not meet the cuts beyond them, which are
    /// further from the real centre.
    pub fn atan(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            let gap = (1.0 + centre.value * centre.value).sqrt() * (1.0 - 1e-15) - radius;
            let apart = gap > 0.0;
            if !apart {
                return None;
            }
            let first = above(1.0 / (gap * gap));
            let second = above(2.0 * (centre.value.abs() + radius) * first * first);
            let slope = Estimate::ONE.div(Estimate::ONE + centre * centre)?;
            Some(Taylor { value: centre.atan(), slope, first, second, change: f64::INFINITY })
        })
    }

    /// Poles lie on the imaginary axis alone, at pi/2 and so on. `|cosh(x + iy)|^2 = sinh^2 x + cos^2 y` bounds the derivative, and
    /// `|tanh|^2 = (sinh^2 x + sin^2 y)/(sinh^2 x + cos^2 y)` is at most `max(1, tan^2 y)` and at most `coth^2 x`.
    pub fn tanh(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            let nearest = (centre.value.abs() - radius).max(0.0) * (1.0 - 1e-15);
            let inside = radius < 1.57;
            if !inside && nearest < 0.1 {
                return None;
            }
            let cosine = if inside { radius.cos() * (1.0 - 1e-12) } else { 0.0 };
            let sine = nearest.min(300.0).sinh() * (1.0 - 1e-14);
            let first = above(SLACK / (sine * sine + cosine * cosine));
            let by_strip = if inside { (radius.tan() * (1.0 + 1e-12)).max(1.0) } else { f64::INFINITY };
            let by_distance = if nearest > 0.0 { SLACK / nearest.tanh() } else { f64::INFINITY };
            let size = by_strip.min(by_distance);
            let value = centre.tanh();
            let slope = Estimate::ONE - value * value;
            // 1 - tanh^2 loses all digits where tanh is close to 1; there 4 e^(-2|x|) bounds it.
            let decayed = (Estimate::exact(-2.0) * centre.abs()).exp();
            let slope = if decayed.value < 1e-5 {
                // sech^2 = 4 q/(1 + q)^2 with q = e^(-2|x|)
                let below = Estimate::ONE + decayed;
                (Estimate::exact(4.0) * decayed).div(below * below)?
            } else {
                slope
            };
            Some(Taylor { value, slope, first, second: 2.0 * size * first, change: size + value.abs().high() })
        })
    }

    /// `1/(1 + e^-x) = (1 + tanh(x/2))/2`
    pub fn logistic(self) -> Option<Disc> {
        let half = Affine::constant(Estimate::exact(0.5));
        let tangent = Disc::known(self.value.mul(half))?.tanh()?;
        Disc::known(tangent.value.mul(half).add(half))
    }

    /// The error functions: the derivative is `2/sqrt(pi) e^(-z^2)`, and over the disc `Re(-z^2) = y^2 - x^2` is at most
    /// `radius^2 - x^2/2` (at the point with real part half the centre) if that point is inside, else `-(|x| - radius)^2`.
    fn error_function(self, value: Estimate, sign: f64) -> Option<Disc> {
        self.compose(|centre, radius| {
            let x = centre.value.abs();
            let exponent = if x <= 2.0 * radius { radius * radius - 0.5 * x * x } else { -(x - radius) * (x - radius) };
            let slack = 1.0 + 1e-14 * (1.0 + radius * radius + x * x);
            // Below e^-900 nothing is left, however the exponent was rounded.
            let far = x > 2.0 * radius && x - radius > 30.0;
            let sharp = slack < 1.0 + 1e-9;
            if !far && !sharp {
                return None;
            }
            let first = if far { 0.0 } else { FRAC_2_SQRT_PI * exponent.exp() * slack } + f64::MIN_POSITIVE;
            let second = 2.0 * (x + radius) * first * SLACK;
            // 2/sqrt(pi) as a ball: the double is its nearest.
            let factor = Estimate::new(sign * FRAC_2_SQRT_PI, f64::EPSILON);
            let slope = factor * (-(centre * centre)).exp();
            Some(Taylor { value, slope, first, second, change: f64::INFINITY })
        })
    }

    pub fn erf(self) -> Option<Disc> {
        self.error_function(Estimate::exact(self.value.centre).erf(), 1.0)
    }

    pub fn erfc(self) -> Option<Disc> {
        self.error_function(Estimate::exact(self.value.centre).erfc(), -1.0)
    }

    /// Orthonormal Hermite polynomial.
    pub fn hermite(self, k: u32) -> Option<Disc> {
        self.compose(|centre, radius| {
            let [value, slope, first, second, change] = around(k, centre.value, radius)?;
            Some(Taylor { value, slope, first: first.value, second: second.value, change: change.value })
        })
    }

    /// `|x|` on the branch that the segment chose.
    pub fn abs(self, signs: &mut Signs) -> Option<Disc> {
        if signs.replay()? { Some(self) } else { self.neg() }
    }

    /// `max(x, 0)` on the branch that the segment chose.
    pub fn positive_part(self, signs: &mut Signs) -> Option<Disc> {
        Some(if signs.replay()? { self } else { Disc::ZERO })
    }

    pub fn max(self, other: Disc, signs: &mut Signs) -> Option<Disc> {
        Some(if signs.replay()? { self } else { other })
    }

    pub fn min(self, other: Disc, signs: &mut Signs) -> Option<Disc> {
        Some(if signs.replay()? { self } else { other })
    }

    /// Whether `self < other` on the segment.
    pub fn less(self, _other: Disc, signs: &mut Signs) -> Option<bool> {
        signs.replay()
    }
}
