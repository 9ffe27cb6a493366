//! Activations: their values, derivatives, kinks and jumps. No expectation of them is computed here.

use crate::num::sets::Function;
use dashu_ratio::RBig;
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::fmt;
use std::sync::Arc;

/// An activation `s: R -> R`.
#[derive(Clone, Debug, PartialEq)]
pub enum Activation {
    /// `max(t, 0)`
    Relu,
    /// `|t|`
    Abs,
    /// `t^2`
    Quadratic,
    /// `erf(t / sqrt 2)`
    Erf,
    /// `tanh t`
    Tanh,
    /// `1 / (1 + exp(-t))`
    Sigmoid,
    /// `ln(1 + exp t)`
    Softplus,
    /// `t Phi(t)`, Phi the normal distribution function
    Gelu,
    /// `t / (1 + exp(-t))`
    Silu,
    /// `t` for t > 0, `t/100` for t < 0
    LeakyRelu,
    /// `t` for t > 0, `e^t - 1` for t < 0
    Elu,
    /// `c t` for t > 0, `c a (e^t - 1)` for t < 0, with the constants that give `s(G)` mean 0 and variance 1
    Selu,
    /// `t tanh(ln(1 + e^t))`
    Mish,
    /// `t/(1 + |t|)`
    Softsign,
    /// `t min(max(t + 3, 0), 6)/6`
    Hardswish,
    /// `sin t`
    Sin,
    /// `cos t`
    Cos,
    /// `e^t`
    Exp,
    /// 1 for t > 0, 0 for t < 0
    Step,
    /// 1 for t > 0, -1 for t < 0
    Sign,
    /// Probabilists' Hermite polynomial `He_k`
    Hermite(u32),
    /// `c0 + c1 t + c2 t^2 + ...`
    Polynomial(Arc<Polynomial>),
    /// Defined in a claim file
    Defined(Arc<DefinedActivation>),
}

/// Coefficients, exact and as doubles, lowest degree first.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    /// `c0, c1, ...`; the last is not 0, unless it is the only one.
    pub exact: Vec<RBig>,
    /// The nearest doubles, as many as exact ones.
    pub coefficients: Vec<f64>,
}

/// An activation that a claim file defines by a formula in `t`.
pub struct DefinedActivation {
    /// As the claim file calls it.
    pub name: String,
    /// The formula as written, for messages, reports and as part of the identity of results.
    pub formula: String,
    /// `s`, `s'` and `s''` away from the kinks.
    pub values: [Box<dyn Fn(f64) -> f64 + Send + Sync>; 3],
    /// The same on balls and on numbers that are sets. Without it, no expectation of `s` has a proved bound.
    pub on_sets: Option<Arc<dyn Function>>,
    /// Points where `s` or a derivative is not smooth, increasing.
    pub kinks: Vec<f64>,
    /// Highest order of derivative (0, 1 or 2) whose square is integrable.
    pub last_square_integrable: u32,
}

impl fmt::Debug for DefinedActivation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} = {}", self.name, self.formula)
    }
}

impl PartialEq for DefinedActivation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.formula == other.formula && self.kinks == other.kinks
    }
}

/// The two constants of [`Activation::Selu`], to the nearest double: `c`, and `c a`.
pub const SELU: [f64; 2] = [1.050_700_987_355_480_5, 1.758_099_340_847_376_8];
/// The slope of [`Activation::LeakyRelu`] on the left.
pub const LEAK: f64 = 0.01;

/// Names without arguments, for parsing and for near-name hints.
pub const NAMED: [(&str, Activation); 20] = [
    ("relu", Activation::Relu),
    ("abs", Activation::Abs),
    ("quadratic", Activation::Quadratic),
    ("erf", Activation::Erf),
    ("tanh", Activation::Tanh),
    ("sigmoid", Activation::Sigmoid),
    ("softplus", Activation::Softplus),
    ("gelu", Activation::Gelu),
    ("silu", Activation::Silu),
    ("leaky_relu", Activation::LeakyRelu),
    ("elu", Activation::Elu),
    ("selu", Activation::Selu),
    ("mish", Activation::Mish),
    ("softsign", Activation::Softsign),
    ("hardswish", Activation::Hardswish),
    ("sin", Activation::Sin),
    ("cos", Activation::Cos),
    ("exp", Activation::Exp),
    ("step", Activation::Step),
    ("sign", Activation::Sign),
];

impl Activation {
    /// `s(t)` for order 0, `s'(t)` for 1, `s''(t)` for 2: the function away from the kinks. A derivative of an order
    /// above [`Activation::last_square_integrable`] is a measure; this gives its regular part only.
    ///
    /// # Panics
    /// For orders above 2, which the claim checker refuses.
    #[inline]
    pub fn value(&self, order: u32, t: f64) -> f64 {
        match (self, order) {
            (_, 3..) => unreachable!("orders above 2 are refused by the claim checker"),
            (Activation::Relu, 0) => t.max(0.0),
            (Activation::Relu, 1) => heaviside(t),
            (Activation::Relu | Activation::Abs, 2) => 0.0,
            (Activation::Abs, 0) => t.abs(),
            (Activation::Abs, 1) => sign(t),
            (Activation::Quadratic, 0) => t * t,
            (Activation::Quadratic, 1) => 2.0 * t,
            (Activation::Quadratic, _) => 2.0,
            (Activation::Erf, 0) => libm::erf(t * FRAC_1_SQRT_2),
            (Activation::Erf, 1) => 2.0 * normal_density(t),
            (Activation::Erf, _) => -2.0 * t * normal_density(t),
            (Activation::Tanh, 0) => t.tanh(),
            (Activation::Tanh, 1) => sech_squared(t),
            (Activation::Tanh, _) => -2.0 * t.tanh() * sech_squared(t),
            (Activation::Sigmoid, 0) => logistic(t),
            (Activation::Sigmoid, 1) => logistic(t) * logistic(-t),
            (Activation::Sigmoid, _) => -logistic(t) * logistic(-t) * (t / 2.0).tanh(),
            (Activation::Softplus, 0) => t.max(0.0) + (-t.abs()).exp().ln_1p(),
            (Activation::Softplus, 1) => logistic(t),
            (Activation::Softplus, _) => logistic(t) * logistic(-t),
            (Activation::Gelu, 0) => t * normal_cdf(t),
            (Activation::Gelu, 1) => normal_cdf(t) + t * normal_density(t),
            (Activation::Gelu, _) => (2.0 - t * t) * normal_density(t),
            (Activation::Silu, 0) => t * logistic(t),
            (Activation::Silu, 1) => logistic(t) * (1.0 + t * logistic(-t)),
            (Activation::Silu, _) => logistic(t) * logistic(-t) * (2.0 - t * (t / 2.0).tanh()),
            (Activation::LeakyRelu, 0) => t.max(0.0) + LEAK * t.min(0.0),
            (Activation::LeakyRelu, 1) => LEAK + (1.0 - LEAK) * heaviside(t),
            (Activation::LeakyRelu, _) => 0.0,
            (Activation::Elu, 0) => t.max(0.0) + t.min(0.0).exp_m1(),
            (Activation::Elu, 1) => t.min(0.0).exp(),
            (Activation::Elu, _) => heaviside(-t) * t.min(0.0).exp(),
            (Activation::Selu, 0) => SELU[0] * t.max(0.0) + SELU[1] * t.min(0.0).exp_m1(),
            (Activation::Selu, 1) => SELU[0] * heaviside(t) + SELU[1] * heaviside(-t) * t.min(0.0).exp(),
            (Activation::Selu, _) => SELU[1] * heaviside(-t) * t.min(0.0).exp(),
            (Activation::Mish, order) => mish(order, t),
            (Activation::Softsign, 0) => t / (1.0 + t.abs()),
            (Activation::Softsign, 1) => (1.0 + t.abs()).powi(-2),
            (Activation::Softsign, _) => -2.0 * sign(t) * (1.0 + t.abs()).powi(-3),
            (Activation::Hardswish, 0) => t * (t + 3.0).clamp(0.0, 6.0) / 6.0,
            (Activation::Hardswish, 1) => heaviside(t - 3.0) + between(t) * (2.0 * t + 3.0) / 6.0,
            (Activation::Hardswish, _) => between(t) / 3.0,
            (Activation::Sin, 0) => t.sin(),
            (Activation::Sin, 1) => t.cos(),
            (Activation::Sin, _) => -t.sin(),
            (Activation::Cos, 0) => t.cos(),
            (Activation::Cos, 1) => -t.sin(),
            (Activation::Cos, _) => -t.cos(),
            (Activation::Exp, _) => t.exp(),
            (Activation::Step, 0) => heaviside(t),
            (Activation::Sign, 0) => sign(t),
            (Activation::Step | Activation::Sign, _) => 0.0,
            (Activation::Hermite(k), order) => falling(*k, order) * hermite(k.checked_sub(order), t),
            (Activation::Polynomial(p), order) => p.value(order, t),
            (Activation::Defined(a), order) => (a.values[order as usize])(t),
        }
    }

    /// Points where `s` or one of its derivatives is not smooth: every quadrature must split there.
    pub fn kinks(&self) -> &[f64] {
        match self {
            Activation::Relu | Activation::Abs | Activation::Step | Activation::Sign => &[0.0],
            Activation::LeakyRelu | Activation::Elu | Activation::Selu | Activation::Softsign => &[0.0],
            Activation::Hardswish => &[-3.0, 3.0],
            Activation::Defined(a) => &a.kinks,
            _ => &[],
        }
    }

    /// Highest order of derivative (at most 2) whose square has a finite Gaussian expectation: 1 for a kink, 0 for a jump.
    pub fn last_square_integrable(&self) -> u32 {
        match self {
            Activation::Relu | Activation::Abs | Activation::LeakyRelu | Activation::Selu | Activation::Hardswish => 1,
            Activation::Step | Activation::Sign => 0,
            Activation::Defined(a) => a.last_square_integrable,
            _ => 2,
        }
    }

    /// Degree, if the activation is a polynomial.
    pub fn degree(&self) -> Option<u32> {
        match self {
            Activation::Quadratic => Some(2),
            Activation::Hermite(k) => Some(*k),
            Activation::Polynomial(p) => Some(p.exact.len() as u32 - 1),
            _ => None,
        }
    }

    /// Half-width of the strip around the real line in which `s` is analytic (between kinks); infinite for entire functions.
    /// Tells a quadrature how finely to split.
    pub fn strip(&self) -> f64 {
        match self {
            Activation::Tanh => PI / 2.0,
            // tanh(ln(1 + e^t)) has its poles where 1 + e^t is i or -i.
            Activation::Mish => 0.75 * PI,
            Activation::Sigmoid | Activation::Softplus | Activation::Silu => PI,
            _ => f64::INFINITY,
        }
    }
}

impl Polynomial {
    /// Zeros of the highest degrees are dropped. `exact` holds one coefficient at least.
    pub fn new(mut exact: Vec<RBig>) -> Polynomial {
        while exact.len() > 1 && exact.last().is_some_and(RBig::is_zero) {
            exact.pop();
        }
        let coefficients = exact.iter().map(|c| c.to_f64().value()).collect();
        Polynomial { exact, coefficients }
    }

    fn value(&self, order: u32, t: f64) -> f64 {
        self.coefficients
            .iter()
            .enumerate()
            .rev()
            .take_while(|(k, _)| *k >= order as usize)
            .fold(0.0, |sum, (k, c)| sum * t + falling(k as u32, order) * c)
    }
}

/// `k (k-1) ... (k-order+1)`.
fn falling(k: u32, order: u32) -> f64 {
    (0..order).map(|i| f64::from(k) - f64::from(i)).product()
}

/// `He_k(t)` by the three-term recurrence; 0 for `None` (a derivative below degree 0).
fn hermite(k: Option<u32>, t: f64) -> f64 {
    let Some(k) = k else { return 0.0 };
    let (mut low, mut high) = (0.0, 1.0);
    for n in 0..k {
        (low, high) = (high, t * high - f64::from(n) * low);
    }
    high
}

fn heaviside(t: f64) -> f64 {
    if t > 0.0 {
        1.0
    } else if t < 0.0 {
        0.0
    } else {
        0.5
    }
}

fn sign(t: f64) -> f64 {
    if t == 0.0 { 0.0 } else { t.signum() }
}

fn logistic(t: f64) -> f64 {
    if t >= 0.0 { 1.0 / (1.0 + (-t).exp()) } else { t.exp() / (1.0 + t.exp()) }
}

/// 1 between the kinks of [`Activation::Hardswish`], 0 outside.
fn between(t: f64) -> f64 {
    heaviside(t + 3.0) - heaviside(t - 3.0)
}

/// Value and derivatives of `t tanh(s)`, `s = ln(1 + e^t)`, `s' = logistic(t)`.
fn mish(order: u32, t: f64) -> f64 {
    let soft = t.max(0.0) + (-t.abs()).exp().ln_1p();
    let (slope, tangent, steep) = (logistic(t), soft.tanh(), sech_squared(soft));
    match order {
        0 => t * tangent,
        1 => tangent + t * steep * slope,
        _ => steep * slope * (2.0 + t * (logistic(-t) - 2.0 * tangent * slope)),
    }
}

fn sech_squared(t: f64) -> f64 {
    let e = (-2.0 * t.abs()).exp();
    4.0 * e / ((1.0 + e) * (1.0 + e))
}

/// Normal density `exp(-t^2/2) / sqrt(2 pi)`.
pub(crate) fn normal_density(t: f64) -> f64 {
    (-0.5 * t * t).exp() / (2.0 * PI).sqrt()
}

/// Normal distribution function, by the complementary error function of libm (statrs is good to 1e-10 only).
pub(crate) fn normal_cdf(t: f64) -> f64 {
    0.5 * libm::erfc(-t * FRAC_1_SQRT_2)
}

impl fmt::Display for Activation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::Hermite(k) => write!(out, "he({k})"),
            Activation::Polynomial(p) => {
                let terms: Vec<String> = p.exact.iter().map(|c| c.to_string()).collect();
                write!(out, "poly({})", terms.join(","))
            }
            Activation::Defined(a) => write!(out, "{}", a.name),
            named => {
                let name = NAMED.iter().find(|(_, a)| a == named).map(|(name, _)| *name);
                write!(out, "{}", name.unwrap_or("?"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published code got the second derivative of tanh wrong (known-wrong-formulas: tanh-second-derivative); differences see it.
    #[test]
    fn derivatives_match_central_differences_away_from_kinks() {
        let exact = vec![RBig::from(1), RBig::from(-2), RBig::from(3), RBig::from(1)];
        let mut all: Vec<Activation> = NAMED.iter().map(|(_, a)| a.clone()).collect();
        all.extend([Activation::Hermite(4), Activation::Polynomial(Arc::new(Polynomial::new(exact)))]);
        let h = 1e-5;
        for activation in all {
            for order in 0..2 {
                for t in [-2.3, -0.7, 0.4, 1.9] {
                    let difference = (activation.value(order, t + h) - activation.value(order, t - h)) / (2.0 * h);
                    let derivative = activation.value(order + 1, t);
                    let error = (difference - derivative).abs();
                    assert!(error < 1e-8 * (1.0 + derivative.abs()), "{activation} order {order} at {t}: {error}");
                }
            }
        }
    }

    #[test]
    fn far_arguments_stay_finite() {
        for (name, activation) in NAMED.iter().filter(|(name, _)| *name != "exp") {
            for order in 0..3 {
                for t in [-800.0, 800.0] {
                    assert!(activation.value(order, t).is_finite(), "{name} {order} {t}");
                }
            }
        }
    }
}
