//! Closed forms of the moments of two neurons, where an activation has them.
//!
//! For `u = w_j.x`, `v = w_k.x` with norms `a = |w_j|`, `b = |w_k|`, scalar product `g = w_j.w_k` and cosine `c = g/(ab)`:
//! the covariance `Cov(s(u), s(v))` and the gradient product `E[grad s(w_j.x) . grad s(w_k.x)] = g E[s'(u) s'(v)]`.
//! Means are taken off by algebra, not by subtraction: the matrices are ill-conditioned in the direction that a
//! cancellation would spoil. What is inlined here runs in vector registers. Sources: Cho and Saul 2009 (relu), Williams 1997 (erf), elementary for the rest.

use crate::model::Activation;
use crate::num::wide::arc_sine;
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2, PI};

/// Two neurons.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Norms of the two rows.
    pub norms: (f64, f64),
    /// Scalar product and cosine; the cosine is exactly 1 for a neuron with itself.
    pub product: f64,
    pub cosine: f64,
}

/// (covariance, gradient product); the second is NaN where it is infinite or has no use.
pub type Moments = (f64, f64);

impl Pair {
    /// `(sin th, pi/2 - th)` for the angle `th` between the rows, accurate for the given cosine also near 0 and pi.
    #[inline(always)]
    fn angle(self) -> (f64, f64) {
        let sine = ((1.0 - self.cosine) * (1.0 + self.cosine)).sqrt();
        (sine, arc_sine(self.cosine))
    }

    #[inline(always)]
    fn norm_product(self) -> f64 {
        self.norms.0 * self.norms.1
    }

    /// `(1+a^2)(1+b^2)`
    #[inline(always)]
    fn with_unit_variances(self) -> f64 {
        (1.0 + self.norms.0 * self.norms.0) * (1.0 + self.norms.1 * self.norms.1)
    }

    /// `(1+a^2)(1+b^2) - g^2`, without cancellation.
    #[inline(always)]
    fn determinant(self) -> f64 {
        let norms = self.norm_product();
        let sum = self.norms.0 * self.norms.0 + self.norms.1 * self.norms.1;
        1.0 + sum + norms * norms * (1.0 - self.cosine) * (1.0 + self.cosine)
    }
}

/// `E max(u,0) max(v,0) = ab (sin th + (pi - th) cos th)/(2 pi)`, mean `a/sqrt(2 pi)`.
#[inline(always)]
pub fn relu(pair: Pair) -> Moments {
    let (sine, complement) = pair.angle();
    let c = pair.cosine;
    // sin th - 1 = -c^2/(1 + sin th)
    let covariance = pair.norm_product() * (c * (FRAC_PI_2 + complement) - c * c / (1.0 + sine)) / (2.0 * PI);
    (covariance, pair.product * (FRAC_PI_2 + complement) / (2.0 * PI))
}

/// `E|u||v| = ab (2/pi) (sin th + (pi/2 - th) cos th)`, mean `a sqrt(2/pi)`.
#[inline(always)]
pub fn abs(pair: Pair) -> Moments {
    let (sine, complement) = pair.angle();
    let c = pair.cosine;
    let covariance = FRAC_2_PI * pair.norm_product() * c * (complement - c / (1.0 + sine));
    (covariance, FRAC_2_PI * pair.product * complement)
}

/// `Cov(u^2, v^2) = 2 g^2`.
#[inline(always)]
pub fn quadratic(pair: Pair) -> Moments {
    let square = pair.product * pair.product;
    (2.0 * square, 4.0 * square)
}

/// `E erf(u/sqrt 2) erf(v/sqrt 2) = (2/pi) asin(g / sqrt((1+a^2)(1+b^2)))`.
#[inline(always)]
pub fn erf(pair: Pair) -> Moments {
    let rest = pair.determinant().sqrt();
    (FRAC_2_PI * pair.product.atan2(rest), FRAC_2_PI * pair.product / rest)
}

/// `E u Phi(u) v Phi(v)`, less the means `a^2/sqrt(2 pi (1+a^2))` by algebra: with `P = (1+a^2)(1+b^2)` and `D = P - g^2`
/// `g (pi/2 + asin(g/sqrt P))/(2 pi) + g^2 (1/(1+a^2) + 1/(1+b^2) - 1 + (ab)^2/(sqrt P (sqrt D + sqrt P)))/(2 pi sqrt D)`, by Stein's
/// identity; the gradient product is g times its derivative in g.
#[inline(always)]
pub fn gelu(pair: Pair) -> Moments {
    let (product, g) = (pair.with_unit_variances(), pair.product);
    let scale = product.sqrt();
    let determinant = pair.determinant();
    let root = determinant.sqrt();
    let angle = FRAC_PI_2 + arc_sine(g / scale);
    let norms = pair.norm_product() * pair.norm_product();
    let weight = (1.0 - norms) / product;
    let covariance = g * (angle + g * (weight + norms / (scale * (root + scale))) / root) / (2.0 * PI);
    let slope = 1.0 + 2.0 * weight + norms / product + g * g / (product * determinant);
    (covariance, g * (angle + g * slope / root) / (2.0 * PI))
}

/// `P(u > 0, v > 0) - 1/4 = asin(c)/(2 pi)`.
#[inline(always)]
pub fn step(pair: Pair) -> Moments {
    (pair.angle().1 / (2.0 * PI), f64::NAN)
}

/// Four times the one of `step`.
#[inline(always)]
pub fn sign(pair: Pair) -> Moments {
    (FRAC_2_PI * pair.angle().1, f64::NAN)
}

/// `E sin u sin v = exp(-(a^2+b^2)/2) sinh g`.
pub fn sin(pair: Pair) -> Moments {
    let damping = damping(pair);
    (damping * pair.product.sinh(), pair.product * damping * pair.product.cosh())
}

/// `E cos u cos v = exp(-(a^2+b^2)/2) cosh g`, mean `exp(-a^2/2)`.
pub fn cos(pair: Pair) -> Moments {
    let damping = damping(pair);
    let half = (pair.product / 2.0).sinh();
    (2.0 * damping * half * half, pair.product * damping * pair.product.sinh())
}

/// `E exp(u) exp(v) = exp((a^2+b^2)/2 + g)`, mean `exp(a^2/2)`.
pub fn exp(pair: Pair) -> Moments {
    let growth = 1.0 / damping(pair);
    (growth * pair.product.exp_m1(), pair.product * growth * pair.product.exp())
}

fn damping(pair: Pair) -> f64 {
    (-0.5 * (pair.norms.0 * pair.norms.0 + pair.norms.1 * pair.norms.1)).exp()
}

/// `E s(rG)`: `None` without a closed form.
pub fn mean(activation: &Activation, r: f64) -> Option<f64> {
    Some(match activation {
        Activation::Relu => r / (2.0 * PI).sqrt(),
        Activation::Abs => r * FRAC_2_PI.sqrt(),
        Activation::Quadratic => r * r,
        Activation::Gelu => r * r / (2.0 * PI * (1.0 + r * r)).sqrt(),
        Activation::Erf | Activation::Sign | Activation::Sin => 0.0,
        Activation::Step => 0.5,
        Activation::Cos => (-0.5 * r * r).exp(),
        Activation::Exp => (0.5 * r * r).exp(),
        _ => return None,
    })
}

/// `l_2(r) = E[s(rG) He_2(G)]`, which carries the covariance of a neuron with the target: `None` without a closed form.
pub fn second_coefficient(activation: &Activation, r: f64) -> Option<f64> {
    Some(match activation {
        Activation::Relu => r / (2.0 * PI).sqrt(),
        Activation::Abs => r * FRAC_2_PI.sqrt(),
        Activation::Quadratic => 2.0 * r * r,
        Activation::Gelu => r * r * (2.0 + r * r) / ((2.0 * PI * (1.0 + r * r)).sqrt() * (1.0 + r * r)),
        Activation::Erf | Activation::Step | Activation::Sign | Activation::Sin => 0.0,
        Activation::Cos => -r * r * (-0.5 * r * r).exp(),
        Activation::Exp => r * r * (0.5 * r * r).exp(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against 60 digits, long rows among them, where the formula as it is usually written loses digits.
    #[test]
    fn gelu_keeps_its_digits_at_long_rows() {
        let known = [
            (30.0, 30.0, 1.0, 306.91328627170606, 451.6804440786996),
            (10.0, 8.0, 0.75, 18.84124361801535, 23.23216261839471),
            (30.0, 25.0, -0.5, -78.47042481757782, -62.45343301267686),
            (1.0, 1.0, 1.0, 0.345644011024351, 0.4558508656492871),
            (0.5, 2.0, 0.25, 0.06680625233401244, 0.07113074330458426),
        ];
        for (a, b, cosine, covariance, gradient) in known {
            let of = |norms: (f64, f64), cosine: f64| gelu(Pair { norms, product: norms.0 * norms.1 * cosine, cosine });
            let found = of((a, b), cosine);
            let largest = of((f64::max(a, b), f64::max(a, b)), 1.0);
            for (found, known, largest) in [(found.0, covariance, largest.0), (found.1, gradient, largest.1)] {
                assert!((found - known).abs() <= 4.0 * f64::EPSILON * largest, "{a} {b} {cosine}: {found} {known}");
            }
        }
    }
}
