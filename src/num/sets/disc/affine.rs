//! A function on the complex unit disc, enclosed to first order.

use crate::num::Estimate;
use crate::num::sets::rounding::above;

/// An analytic function f with `|f(zeta) - centre - slope zeta| <= rest` for all `|zeta| <= 1`. It is real on the real axis, so that
/// its value and derivative at 0 are. An infinite rest says nothing but that f is analytic.
///
/// What is meant may differ from f by `drift` for real zeta. So the value of an inner integral to infinity need not be analytic itself:
/// f is the integral that was cut, and the drift bounds what was cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Affine {
    pub centre: f64,
    pub slope: f64,
    pub rest: f64,
    pub drift: f64,
}

/// Twice the relative error of one rounded operation: covers two of them.
const UNIT: f64 = f64::EPSILON;

/// Above this width of a logarithm only the size of its exponential is bounded, not its change.
const WIDE: f64 = 30.0;

/// What is known of a function on a disc: its value and slope at the centre, and bounds over the disc.
pub(crate) struct Taylor {
    /// Value at the centre.
    pub value: Estimate,
    /// Derivative at the centre.
    pub slope: Estimate,
    /// Bound of the derivative over the disc.
    pub first: f64,
    /// Bound of the second derivative over the disc.
    pub second: f64,
    /// Bound of the distance from the value at the centre over the disc.
    pub change: f64,
}

impl Affine {
    /// Nothing known.
    pub const UNKNOWN: Affine = Affine { centre: 0.0, slope: 0.0, rest: f64::INFINITY, drift: 0.0 };

    /// With the rest rounded up; unknown if anything overflowed.
    #[inline]
    pub fn new(centre: f64, slope: f64, rest: f64) -> Affine {
        let finite = centre.is_finite() && slope.is_finite() && rest.is_finite();
        if finite {
            Affine { centre, slope, rest: if rest == 0.0 { 0.0 } else { above(rest) }, drift: 0.0 }
        } else {
            Affine::UNKNOWN
        }
    }

    /// The same with a drift. Of `g(x)` it is at most that of x times `steepest`, a bound of `|g'|` over all that x may be.
    fn drifting(mut self, drift: f64, steepest: f64) -> Affine {
        if drift > 0.0 {
            self.drift = above(drift * steepest);
            if !self.drift.is_finite() {
                return Affine::UNKNOWN;
            }
        }
        self
    }

    pub fn constant(x: Estimate) -> Affine {
        if x.is_finite() {
            Affine { centre: x.value, slope: 0.0, rest: x.abs_err, drift: 0.0 }
        } else {
            Affine::UNKNOWN
        }
    }

    #[inline]
    pub fn is_known(self) -> bool {
        self.rest.is_finite()
    }

    /// Radius of the disc around the centre that holds all values, those with the drift too.
    #[inline]
    pub fn radius(self) -> f64 {
        if self.slope == 0.0 && self.drift == 0.0 {
            self.rest
        } else {
            above(self.slope.abs() + self.rest + self.drift)
        }
    }

    /// An upper bound of the magnitude of all values.
    fn magnitude(self) -> f64 {
        above(self.centre.abs() + self.radius())
    }

    #[inline]
    pub fn add(self, other: Affine) -> Affine {
        let centre = Estimate::exact(self.centre) + Estimate::exact(other.centre);
        let slope = self.slope + other.slope;
        // Half a unit of a sum, none if a term is 0.
        let rounding = if self.slope == 0.0 || other.slope == 0.0 { 0.0 } else { UNIT * slope.abs() };
        let sum = Affine::new(centre.value, slope, self.rest + other.rest + centre.abs_err + rounding);
        sum.drifting(self.drift + other.drift, 1.0)
    }

    pub fn neg(self) -> Affine {
        Affine { centre: -self.centre, slope: -self.slope, ..self }
    }

    /// `(a + a' zeta + A)(b + b' zeta + B)`: all but `a b + (a b' + a' b) zeta` goes to the rest.
    #[inline]
    pub fn mul(self, other: Affine) -> Affine {
        let centre = Estimate::exact(self.centre) * Estimate::exact(other.centre);
        let slope = self.centre * other.slope + other.centre * self.slope;
        let (a, da, b, db) = (self.centre.abs(), self.slope.abs(), other.centre.abs(), other.slope.abs());
        let curved = da * db + (a + da) * other.rest + (b + db + other.rest) * self.rest;
        // Two products and a sum: one and a half units of the terms, and what underflows.
        let rounding = if da == 0.0 && db == 0.0 { 0.0 } else { 2.0 * UNIT * (a * db + b * da) + f64::MIN_POSITIVE };
        let product = Affine::new(centre.value, slope, curved + rounding + centre.abs_err);
        if self.drift == 0.0 && other.drift == 0.0 {
            return product;
        }
        product.drifting(self.drift * other.magnitude() + other.drift * self.magnitude(), 1.0)
    }

    /// A multiple by a ball.
    pub fn times(self, factor: Estimate) -> Affine {
        self.mul(Affine::constant(factor))
    }

    /// `f(a + e)` with `e = slope zeta + rest`: to first order, or by its change alone, whichever leaves less.
    pub fn compose(self, f: Taylor) -> Affine {
        let (slope, rest) = (self.slope.abs(), self.rest);
        let whole = self.radius();
        let steepness = f.slope.value.abs() + f.slope.abs_err;
        // f(a + e) - f(a) - f'(a) e is at most sup |f''| |e|^2/2.
        let curved = steepness * rest + 0.5 * f.second * whole * whole + f.slope.abs_err * slope;
        let plain = (f.first * whole).min(f.change);
        let known = f.value.is_finite() && f.slope.is_finite();
        let composed = if known && curved + steepness * slope <= plain {
            let rounding = UNIT * steepness * slope + if slope == 0.0 { 0.0 } else { f64::MIN_POSITIVE };
            Affine::new(f.value.value, f.slope.value * self.slope, curved + rounding + f.value.abs_err)
        } else {
            Affine::new(f.value.value, 0.0, plain + f.value.abs_err)
        };
        composed.drifting(self.drift, f.first)
    }

    /// `e^x - shift`, shift 0 or 1, whose value at the centre is given.
    pub fn exponential(self, value: Estimate, shift: f64) -> Affine {
        let (slope, rest, whole) = (self.slope.abs(), self.rest, self.radius());
        if whole > WIDE {
            // |e^w| <= e^(centre + whole), without a product of large and small factors.
            let exponent = self.centre + whole;
            let most = (exponent + 2.0 * UNIT * (self.centre.abs() + whole)).exp() * (1.0 + 4.0 * UNIT);
            let least_size = Estimate::exact(self.centre).exp();
            let rest = most + f64::MIN_POSITIVE + least_size.high() + value.abs_err + shift * UNIT;
            return Affine::new(value.value, 0.0, rest).drifting(self.drift, most);
        }
        let steepness = Estimate::exact(self.centre).exp();
        if !steepness.is_finite() || !value.is_finite() {
            return Affine::UNKNOWN;
        }
        // With u = slope zeta: e^(u + r) - 1 - u = e^u (e^r - 1) + (e^u - 1 - u), and the last is at most e^|u| |u|^2/2.
        let second = if slope < 0.5 {
            0.5 * slope * slope * slope.exp()
        } else {
            slope.exp_m1() - slope + 8.0 * UNIT * slope.exp()
        };
        let of_rest = if rest == 0.0 { 0.0 } else { slope.exp() * rest.exp_m1() };
        let size = steepness.value + steepness.abs_err;
        let rounding = if slope == 0.0 { 0.0 } else { UNIT * size * slope + f64::MIN_POSITIVE };
        let rest = size * (of_rest + second) + steepness.abs_err * slope + rounding + value.abs_err;
        let exponential = Affine::new(value.value, steepness.value * self.slope, rest);
        exponential.drifting(self.drift, size * whole.exp())
    }

    pub fn exp(self) -> Affine {
        self.exponential(Estimate::exact(self.centre).exp(), 0.0)
    }

    /// `1/x`; `None` if x may be 0.
    pub fn inverse(self) -> Option<Affine> {
        let size = self.centre.abs();
        let whole = self.radius();
        // A little less than the least |x|.
        let least = (size - whole) * (1.0 - 4.0 * UNIT);
        let apart = least > 0.0;
        if !apart || !self.is_known() {
            return None;
        }
        let inverse = Estimate::ONE.div(Estimate::exact(self.centre))?;
        let square = inverse * inverse;
        // 1/(c + e) = 1/c - e/c^2 + e^2/(c^2 (c + e))
        let steepness = square.value + square.abs_err;
        let curved = steepness * (self.rest + whole * whole / least) + square.abs_err * self.slope.abs();
        let rounding = UNIT * steepness * self.slope.abs() + if self.slope == 0.0 { 0.0 } else { f64::MIN_POSITIVE };
        let inverse = Affine::new(inverse.value, -square.value * self.slope, curved + rounding + inverse.abs_err);
        Some(inverse.drifting(self.drift, 1.0 / (least * least)))
    }

    /// `ln x`, whose value at the centre is given, where `x + shift` is what must not be 0; `None` unless the disc lies off 0 on the
    /// side of the positive numbers, which the cut does not meet.
    pub fn logarithm(self, value: Estimate, argument: Estimate) -> Option<Affine> {
        let whole = self.radius();
        let least = argument.low();
        let apart = whole < least * (1.0 - 4.0 * UNIT);
        if !apart || !value.is_finite() {
            return None;
        }
        let share = above(whole / least);
        if share >= 1.0 {
            return None;
        }
        // |ln(1 + t) - t| <= -ln(1 - |t|) - |t| <= |t|^2/(2 (1 - |t|))
        let slope = Estimate::ONE.div(argument)?;
        let steepness = slope.value.abs() + slope.abs_err;
        let curved = steepness * self.rest + 0.5 * share * share / (1.0 - share) + slope.abs_err * self.slope.abs();
        let plain = above(-(-share).ln_1p());
        let steepest = 1.0 / (least * (1.0 - share));
        if curved + steepness * self.slope.abs() > plain {
            return Some(Affine::new(value.value, 0.0, plain + value.abs_err).drifting(self.drift, steepest));
        }
        let rounding = UNIT * steepness * self.slope.abs() + if self.slope == 0.0 { 0.0 } else { f64::MIN_POSITIVE };
        let logarithm = Affine::new(value.value, slope.value * self.slope, curved + rounding + value.abs_err);
        Some(logarithm.drifting(self.drift, steepest))
    }

    /// `sqrt x`; `None` unless the disc lies off 0 on the side of the positive numbers.
    pub fn sqrt(self) -> Option<Affine> {
        let whole = self.radius();
        let apart = whole < self.centre * (1.0 - 4.0 * UNIT);
        if !apart {
            return None;
        }
        let centre = Estimate::exact(self.centre);
        let root = centre.sqrt()?;
        let slope = Estimate::exact(0.5).div(root)?;
        let share = above(whole / self.centre).min(1.0);
        // |sqrt(1 + t) - 1 - t/2| <= 1 - |t|/2 - sqrt(1 - |t|) = (|t|/(1 + sqrt(1 - |t|)))^2/2, as all later coefficients of the
        // series at -|t| have one sign.
        let part = share / (1.0 + (1.0 - share).sqrt());
        let size = root.value + root.abs_err;
        let steepness = slope.value + slope.abs_err;
        let curved = 0.5 * size * part * part + steepness * self.rest + slope.abs_err * self.slope.abs();
        let rounding = UNIT * steepness * self.slope.abs() + if self.slope == 0.0 { 0.0 } else { f64::MIN_POSITIVE };
        let steepest = steepness / (1.0 - share).sqrt();
        Some(
            Affine::new(root.value, slope.value * self.slope, curved + rounding + root.abs_err)
                .drifting(self.drift, steepest),
        )
    }
}
