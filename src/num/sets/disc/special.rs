//! Softplus, gamma and Bessel functions of discs.

use super::Disc;
use super::affine::Taylor;
use crate::num::Estimate;
use crate::num::sets::rounding::above;
use crate::num::special::{Bessel, polygamma_size};
use std::f64::consts::{FRAC_PI_2, PI};

/// Covers the rounding of a bound computed in a few steps.
const SLACK: f64 = 1.0 + 1e-13;

/// `sup |1/(1 + e^-z)|` over the disc of this radius around a real centre; `None` if a pole may be near.
fn logistic_size(centre: f64, radius: f64) -> Option<f64> {
    let far = centre + radius;
    if far < -1.0 {
        // |1 + e^-z| >= e^(-Re z) - 1
        let decayed = far.exp();
        return Some(decayed / (1.0 - decayed) * SLACK);
    }
    if centre - radius > 1.0 {
        return Some(1.0 / (1.0 - (radius - centre).exp()) * SLACK);
    }
    // |1 + e^-z| >= 1 where the cosine of Im z is not negative, and at least the sine of Im z beyond.
    if radius <= FRAC_PI_2 * (1.0 - 1e-12) {
        Some(1.0)
    } else if radius < 3.0 {
        Some(1.0 / radius.sin() * (1.0 + 1e-9))
    } else {
        None
    }
}

impl Disc {
    /// `ln(1 + e^x)`: the derivative is the logistic function, and that has the derivative `logistic(x) logistic(-x)`.
    pub fn softplus(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            let first = logistic_size(centre.value, radius * SLACK)?;
            let second = above(first * logistic_size(-centre.value, radius * SLACK)?);
            let slope = crate::num::sets::Kind::logistic(centre)?;
            Some(Taylor { value: centre.softplus()?, slope, first, second, change: f64::INFINITY })
        })
    }

    /// Centre and radius of all values; `None` if unknown.
    pub(in crate::num::sets) fn real_range(self) -> Option<(f64, f64)> {
        self.value.is_known().then(|| (self.value.centre, self.value.radius()))
    }

    /// `ln Gamma`, for discs to the right of 0.
    pub fn lgamma(self) -> Option<Disc> {
        self.compose(|centre, radius| {
            let least = right_of_zero(centre, radius)?;
            let (slope, second) = (centre.polygamma(0)?, polygamma_size(1, least));
            let first = above(slope.abs().high() + second * radius);
            Some(Taylor { value: centre.lgamma()?, slope, first, second, change: f64::INFINITY })
        })
    }

    /// The gamma function: to the right of 0 the exponential of its logarithm, to the left of 0 by reflection.
    pub fn gamma(self) -> Option<Disc> {
        if self.value.centre > 0.0 {
            return self.lgamma()?.exp();
        }
        let circle = Disc::of(Estimate::new(PI, 1.3e-16))?;
        let opposite = Disc::of(Estimate::ONE)?.sub(self)?.gamma()?;
        circle.div(circle.mul(self)?.sin()?.mul(opposite)?)
    }

    /// The derivative of order n + 1 of `ln Gamma`, for discs to the right of 0.
    pub fn polygamma(self, n: u32) -> Option<Disc> {
        self.compose(|centre, radius| {
            let least = right_of_zero(centre, radius)?;
            let (first, second) = (polygamma_size(n + 1, least), polygamma_size(n + 2, least));
            let (value, slope) = (centre.polygamma(n)?, centre.polygamma(n + 1)?);
            Some(Taylor { value, slope, first, second, change: f64::INFINITY })
        })
    }

    /// A Bessel function. One of whole order is a mean of `cos(n t - z sin t)` or `e^(z cos t) cos(n t)`, so that it and all its
    /// derivatives are at most `e^|Im z|` or `e^|Re z|`. Others have values to the right of 0, with `|f(z)| <= I_n(|z|)`.
    pub fn bessel(self, kind: Bessel, order: f64) -> Option<Disc> {
        let whole = order.fract() == 0.0;
        let n = Estimate::exact(order);
        let side = |step: f64, x: Estimate| kind.at(Estimate::exact(order + step), x);
        self.compose(|centre, radius| {
            let value = kind.at(n, centre)?;
            if whole {
                let joined = match kind {
                    Bessel::J => side(-1.0, centre)? - side(1.0, centre)?,
                    Bessel::I => side(-1.0, centre)? + side(1.0, centre)?,
                };
                let slope = joined * Estimate::exact(0.5);
                let size = match kind {
                    Bessel::J => radius.exp(),
                    Bessel::I => (centre.value.abs() + radius).exp(),
                };
                let first = above(size * SLACK);
                let change = first + value.abs().high();
                return Some(Taylor { value, slope, first, second: first, change });
            }
            let least = right_of_zero(centre, radius)?;
            let far = Estimate::exact((centre.value + radius) * SLACK);
            let [size, next] = [0.0, 1.0].map(|step| Bessel::I.at(Estimate::exact(order + step), far));
            let (size, next) = (size?.high(), next?.high());
            // f' = -+f_(n + 1) + n f/x, and f'' = -+f - f'/x + n^2 f/x^2
            let step = Estimate::exact(order).div(centre)? * value;
            let above_it = side(1.0, centre)?;
            let slope = if kind == Bessel::J { step - above_it } else { step + above_it };
            let first = above((next + order / least * size) * SLACK);
            let second = above((size * (1.0 + order * order / (least * least)) + first / least) * SLACK);
            Some(Taylor { value, slope, first, second, change: f64::INFINITY })
        })
    }
}

/// The least real part, if it is positive.
fn right_of_zero(centre: Estimate, radius: f64) -> Option<f64> {
    let least = (centre.value - radius) * (1.0 - 1e-13);
    (least > 0.0).then_some(least)
}
