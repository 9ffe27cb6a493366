//! The gamma function, its logarithm, and the derivatives of that.
//!
//! Stirling's series, where the argument is large, has an error of at most the first term that is left out (real arguments), times
//! `sec(arg z/2)^2n` for complex ones. The recurrence brings the argument there.

use crate::num::{ComplexEstimate, Estimate};
use std::f64::consts::PI;

/// `pi` and `ln(2 pi)/2`, to the nearest double.
const CIRCLE: Estimate = Estimate { value: PI, abs_err: 1.3e-16 };
const HALF_LOG: Estimate = Estimate { value: 0.918_938_533_204_672_8, abs_err: 1.2e-16 };

/// Bounds from below of the least values for positive arguments, taken near 1.4616.
pub const LEAST_GAMMA: f64 = 0.885_603_194_410_888;
pub const LEAST_LOG_GAMMA: f64 = -0.121_486_290_535_85;

/// Bernoulli numbers `B_2k` for k from 1 on, as fractions of whole numbers.
const BERNOULLI: [(f64, f64); 10] = [
    (1.0, 6.0),
    (-1.0, 30.0),
    (1.0, 42.0),
    (-1.0, 30.0),
    (5.0, 66.0),
    (-691.0, 2730.0),
    (7.0, 6.0),
    (-3617.0, 510.0),
    (43867.0, 798.0),
    (-174_611.0, 330.0),
];

/// From here on Stirling's series is summed.
const FAR: f64 = 12.0;
/// Gamma of more is too large for a double.
const LARGEST: f64 = 172.0;
/// Beyond this many steps of a recurrence there is no value.
const MOST_STEPS: f64 = 400.0;

fn whole(n: f64) -> Estimate {
    Estimate::exact(n)
}

fn bernoulli(k: usize) -> Estimate {
    let (top, bottom) = BERNOULLI[k - 1];
    whole(top).div(whole(bottom)).unwrap_or(Estimate::UNDEFINED)
}

/// A bound of `|psi^(n)(z)|` for n >= 1 and all z with real part at least `x > 0`: `n! sum (x + k)^-(n + 1)`, the sum from k = 1 on
/// replaced by an integral.
pub fn polygamma_size(n: u32, x: f64) -> f64 {
    let factorial: f64 = (1..n).map(f64::from).product();
    let power = x.powi(n as i32);
    factorial * (f64::from(n) / (power * x) + 1.0 / power) * (1.0 + 1e-13)
}

impl Estimate {
    /// `ln |Gamma(x)|` for positive x; `None` unless x is certainly positive.
    pub fn lgamma(self) -> Option<Estimate> {
        if self.is_infinity() {
            return (self.value > 0.0).then_some(self);
        }
        let low = self.low();
        if !self.is_finite() || low <= 0.0 {
            return None;
        }
        let value = lgamma_at(self.value);
        if self.abs_err == 0.0 {
            return Some(value);
        }
        // The slope, psi, rises.
        let slope = [low, self.high()].map(|x| polygamma_at(0, x).abs().high());
        Some(value.widened(slope[0].max(slope[1]) * self.abs_err * (1.0 + 1e-14)))
    }

    /// `ln |Gamma(x)|`; `None` if x may be 0 or a negative whole number.
    pub fn log_abs_gamma(self) -> Option<Estimate> {
        if self.is_infinity() || self.low() > 0.0 {
            return self.lgamma();
        }
        if !self.is_finite() || self.high() >= 1.0 {
            return None;
        }
        // Gamma(x) Gamma(1 - x) = pi/sin(pi x)
        let sine = turned(self, |x| x.sin());
        Some(CIRCLE.div(sine)?.abs().ln()? - (Estimate::ONE - self).lgamma()?)
    }

    /// The gamma function; `None` if x may be 0 or a negative whole number.
    pub fn gamma(self) -> Option<Estimate> {
        if self.is_infinity() {
            return (self.value > 0.0).then_some(self);
        }
        if !self.is_finite() {
            return None;
        }
        let low = self.low();
        if low <= 0.0 {
            if self.high() >= 1.0 {
                return None;
            }
            // Gamma(x) Gamma(1 - x) = pi/sin(pi x)
            let sine = turned(self, |x| x.sin());
            return CIRCLE.div(sine * (Estimate::ONE - self).gamma()?);
        }
        let value = gamma_at(self.value);
        if self.abs_err == 0.0 || !value.is_finite() {
            return Some(value);
        }
        let change = self.lgamma()? - lgamma_at(self.value);
        Some(value.widened(value.abs().high() * change.abs_err.exp_m1() * (1.0 + 1e-13)))
    }

    /// `psi^(n)(x)`, the derivative of order n + 1 of `ln Gamma`; `None` if x may be 0 or a negative whole number, and for n > 0
    /// unless x is certainly positive.
    pub fn polygamma(self, n: u32) -> Option<Estimate> {
        if !self.is_finite() {
            return None;
        }
        let low = self.low();
        if low <= 0.0 {
            if n > 0 || self.high() >= 1.0 {
                return None;
            }
            // psi(x) = psi(1 - x) - pi cot(pi x)
            let cotangent = turned(self, |x| x.cos()).div(turned(self, |x| x.sin()))?;
            return Some((Estimate::ONE - self).polygamma(0)? - CIRCLE * cotangent);
        }
        let value = polygamma_at(n, self.value);
        Some(if self.abs_err == 0.0 { value } else { value.widened(polygamma_size(n + 1, low) * self.abs_err) })
    }

    /// `n!/(k! (n - k)!)` for a whole k >= 0 and any n, else by gamma functions; `None` where that has no value.
    pub fn binomial(self, k: Estimate) -> Option<Estimate> {
        let is_whole = |x: Estimate| x.abs_err == 0.0 && x.value.fract() == 0.0;
        let n = self;
        if is_whole(k) && k.value < 0.0 {
            return Some(Estimate::ZERO);
        }
        if is_whole(n) && is_whole(k) && n.value >= 0.0 {
            if k.value > n.value {
                return Some(Estimate::ZERO);
            }
            let k = k.value.min(n.value - k.value);
            if k <= 5000.0 {
                return falling(n, k as u32);
            }
        } else if is_whole(k) && k.value <= 5000.0 {
            return falling(n, k.value as u32);
        }
        let one = Estimate::ONE;
        Some(((n + one).lgamma()? - (k + one).lgamma()? - (n - k + one).lgamma()?).exp())
    }
}

/// `n (n - 1) ... (n - k + 1)/k!`
fn falling(n: Estimate, k: u32) -> Option<Estimate> {
    (0..k).map(f64::from).try_fold(Estimate::ONE, |product, i| (product * (n - whole(i))).div(whole(i + 1.0)))
}

/// A function of `pi x`, from the distance of x to the nearest whole number.
fn turned(x: Estimate, wave: impl Fn(Estimate) -> Estimate) -> Estimate {
    let nearest = x.value.round();
    let value = wave(CIRCLE * (x - whole(nearest)));
    if nearest.rem_euclid(2.0) == 0.0 { value } else { -value }
}

/// `ln Gamma` at one positive double.
fn lgamma_at(x: f64) -> Estimate {
    if x == 1.0 || x == 2.0 {
        return Estimate::ZERO;
    }
    if x < FAR {
        // The logarithm of a product of at most 12 factors.
        return gamma_at(x).ln().unwrap_or(Estimate::UNDEFINED);
    }
    let far = whole(x);
    let Some(logarithm) = far.ln() else { return Estimate::UNDEFINED };
    let main = (far - whole(0.5)) * logarithm - far + HALF_LOG;
    main + stirling(far)
}

/// The sum of `B_2k/(2k (2k - 1) x^(2k - 1))`, with the first term left out as its error.
fn stirling(x: Estimate) -> Estimate {
    let term = |k: usize| {
        let even = 2.0 * k as f64;
        let below = whole(even * (even - 1.0)) * x.powi(2 * k as i32 - 1)?;
        bernoulli(k).div(below)
    };
    let sum = (1..10).try_fold(Estimate::ZERO, |sum, k| Some(sum + term(k)?));
    match (sum, term(10)) {
        (Some(sum), Some(left)) => sum.widened(left.abs().high()),
        _ => Estimate::UNDEFINED,
    }
}

/// Gamma at one positive double: a product times `sqrt(pi)` where it is one, otherwise a product times the value of Stirling's series
/// at an argument from 12 to 13.
fn gamma_at(x: f64) -> Estimate {
    if x > LARGEST {
        return crate::num::estimate::overflow(1.0);
    }
    let twice = 2.0 * x;
    if twice.fract() == 0.0 {
        let (first, start) =
            if x.fract() == 0.0 { (1.0, Estimate::ONE) } else { (0.5, CIRCLE.sqrt().unwrap_or(Estimate::UNDEFINED)) };
        let count = (x - first) as u32;
        return (0..count).fold(start, |product, i| product * whole(first + f64::from(i)));
    }
    let steps = (FAR - x).ceil();
    // x + steps is rounded: a ball holds it.
    let near = whole(x) + whole(steps);
    let Some(logarithm) = near.ln() else { return Estimate::UNDEFINED };
    let value = ((near - whole(0.5)) * logarithm - near + HALF_LOG + stirling(near)).exp();
    if steps >= 0.0 {
        let product = (0..steps as u32).fold(Estimate::ONE, |product, i| product * (whole(x) + whole(f64::from(i))));
        value.div(product).unwrap_or(Estimate::UNDEFINED)
    } else {
        (1..=(-steps) as u32).fold(value, |product, i| product * (whole(x) - whole(f64::from(i))))
    }
}

/// `psi^(n)` at one positive double.
fn polygamma_at(n: u32, x: f64) -> Estimate {
    polygamma_sum(n, x).unwrap_or(Estimate::UNDEFINED)
}

fn polygamma_sum(n: u32, x: f64) -> Option<Estimate> {
    let far = FAR + 2.0 * f64::from(n);
    let steps = (far - x).ceil().max(0.0);
    let order = n as i32;
    let factorial = |k: u32| (1..=k).fold(Estimate::ONE, |product, i| product * whole(f64::from(i)));
    // psi^(n)(x + 1) = psi^(n)(x) + (-1)^n n!/x^(n + 1)
    let skipped = (0..steps as u32).try_fold(Estimate::ZERO, |sum, i| {
        let place = whole(x) + whole(f64::from(i));
        Some(sum + factorial(n).div(place.powi(order + 1)?)?)
    })?;
    let y = whole(x) + whole(steps);
    // B_2k (2k + n - 1)!/((2k)! y^(2k + n))
    let term = |k: usize| {
        let even = 2 * k as u32;
        let ratio = if n == 0 {
            Estimate::ONE.div(whole(f64::from(even)))?
        } else {
            (even + 1..even + n).fold(Estimate::ONE, |product, i| product * whole(f64::from(i)))
        };
        (bernoulli(k) * ratio).div(y.powi(even as i32 + order)?)
    };
    let sum = (1..9).try_fold(Estimate::ZERO, |sum, k| Some(sum + term(k)?))?.widened(term(9)?.abs().high());
    let first = factorial(n).div(whole(2.0) * y.powi(order + 1)?)?;
    let positive = if n == 0 { -y.ln()? } else { factorial(n - 1).div(y.powi(order)?)? } + first + sum + skipped;
    Some(if n % 2 == 1 { positive } else { -positive })
}

impl ComplexEstimate {
    /// `ln Gamma(z)`, analytic off the negative half-line; `None` near it.
    pub fn lgamma(self) -> Option<ComplexEstimate> {
        let (steps, far) = self.far()?;
        let mut value = far.stirling()?;
        for i in 0..steps {
            value = value - (self + ComplexEstimate::exact(f64::from(i), 0.0)).ln()?;
        }
        Some(value)
    }

    /// The gamma function; `None` near a pole.
    pub fn gamma(self) -> Option<ComplexEstimate> {
        let (steps, far) = self.far()?;
        let product = (0..steps)
            .fold(ComplexEstimate::ONE, |product, i| product * (self + ComplexEstimate::exact(f64::from(i), 0.0)));
        far.stirling()?.exp().div(product)
    }

    /// `psi(z)`; `None` near a pole.
    pub fn digamma(self) -> Option<ComplexEstimate> {
        let (steps, far) = self.far()?;
        let inverse = ComplexEstimate::ONE.div(far)?;
        let mut value = far.ln()? - inverse.times(0.5);
        for k in 1..10 {
            let coefficient = bernoulli(k).div(whole(2.0 * k as f64))?;
            let term = ComplexEstimate::real(coefficient) * inverse.powi(2 * k as i32)?;
            // The last one bounds the error, times 2^10 for arguments in the right half-plane.
            value = if k < 9 { value - term } else { value.widened(1024.0 * (term.modulus() + term.abs_err)) };
        }
        for i in 0..steps {
            value = value - ComplexEstimate::ONE.div(self + ComplexEstimate::exact(f64::from(i), 0.0))?;
        }
        Some(value)
    }

    /// How many steps to the right lead to a real part of at least 16, and what is there.
    fn far(self) -> Option<(u32, ComplexEstimate)> {
        let least = self.re - self.abs_err;
        let steps = (FAR + 4.0 - least).ceil().max(0.0);
        if !self.is_finite() || steps > MOST_STEPS {
            return None;
        }
        Some((steps as u32, self + ComplexEstimate::exact(steps, 0.0)))
    }

    fn stirling(self) -> Option<ComplexEstimate> {
        let half = ComplexEstimate::exact(0.5, 0.0);
        let inverse = ComplexEstimate::ONE.div(self)?;
        let mut value = (self - half) * self.ln()? - self + ComplexEstimate::real(HALF_LOG);
        for k in 1..10 {
            let even = 2.0 * k as f64;
            let coefficient = bernoulli(k).div(whole(even * (even - 1.0)))?;
            let term = ComplexEstimate::real(coefficient) * inverse.powi(2 * k as i32 - 1)?;
            value = if k < 9 { value + term } else { value.widened(1024.0 * (term.modulus() + term.abs_err)) };
        }
        Some(value)
    }
}
