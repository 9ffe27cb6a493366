//! The activation at a ball, with the rounding of its formula.

use crate::model::Activation;
use crate::model::activation::{LEAK, SELU};
use crate::num::Estimate;
use crate::num::enclosed::laws::normal_density;
use crate::num::many::{Estimates, Many};
use crate::num::sets::{Segment, Set, Signs};
use std::f64::consts::FRAC_1_SQRT_2;

/// The activation or a derivative at a ball. The error that the ball's radius causes is bounded by the steepest slope where that is
/// known. Elsewhere a segment around the ball has all values.
pub fn at(activation: &Activation, order: u32, x: Estimate) -> Estimate {
    if matches!(activation, Activation::Relu | Activation::Abs) && x.value.abs() > x.abs_err {
        // Linear over the ball, and exact.
        let slope = if *activation == Activation::Relu && x.value < 0.0 { 0.0 } else { 1.0 };
        let radius = if order == 0 { slope * x.abs_err } else { 0.0 };
        return Estimate::new(activation.value(order, x.value), radius);
    }
    if let Some(slope) = steepest(activation, order) {
        return of_known_slope(activation, order, slope, x);
    }
    if let Activation::Defined(a) = activation
        && let Some(function) = &a.on_sets
    {
        return function.ball(order, x).unwrap_or(Estimate::UNDEFINED);
    }
    if x.abs_err == 0.0 {
        let value = activation.value(order, x.value);
        return Estimate::new(value, rounding(activation, order, x.value, value));
    }
    let values = Segment::of(x).and_then(|x| on(activation, order, x, &mut Signs::new()));
    values.and_then(Segment::to_estimate).unwrap_or(Estimate::UNDEFINED)
}

/// `1/sqrt 2`, to the nearest double.
const INVERSE_ROOT_TWO: Estimate = Estimate { value: FRAC_1_SQRT_2, abs_err: 1e-16 };

/// The activation, or a derivative away from its kinks, on a set.
pub fn on<K: Set>(activation: &Activation, order: u32, x: K, signs: &mut Signs) -> Option<K> {
    let c = K::exact;
    let cdf = || x.mul(K::of(INVERSE_ROOT_TWO)?)?.neg()?.erfc()?.mul(c(0.5)?);
    match (activation, order) {
        (Activation::Relu, 0) => x.positive_part(signs),
        (Activation::Relu, 1) | (Activation::Step, 0) => sides(x, [0.0, 1.0], signs),
        (Activation::Abs, 0) => x.abs(signs),
        (Activation::Abs, 1) | (Activation::Sign, 0) => sides(x, [-1.0, 1.0], signs),
        (Activation::Relu | Activation::Abs, _)
        | (Activation::LeakyRelu, 2)
        | (Activation::Step | Activation::Sign, _) => Some(K::ZERO),
        (Activation::Quadratic, 0) => x.powi(2),
        (Activation::Quadratic, 1) => times(x, 2.0),
        (Activation::Quadratic, _) => c(2.0),
        (Activation::Erf, 0) => x.mul(K::of(INVERSE_ROOT_TWO)?)?.erf(),
        (Activation::Erf, 1) => times(normal_density(x)?, 2.0),
        (Activation::Erf, _) => times(x.mul(normal_density(x)?)?, -2.0),
        (Activation::Tanh, 0) => x.tanh(),
        (Activation::Tanh, 1) => c(1.0)?.sub(x.tanh()?)?.mul(c(1.0)?.add(x.tanh()?)?),
        (Activation::Tanh, _) => times(x.tanh()?.mul(on(activation, 1, x, signs)?)?, -2.0),
        (Activation::Sigmoid, 0) | (Activation::Softplus, 1) => x.logistic(),
        (Activation::Sigmoid, 1) | (Activation::Softplus, 2) => x.logistic()?.mul(opposite(x)?),
        (Activation::Sigmoid, _) => x.logistic()?.mul(opposite(x)?)?.mul(opposite(x)?.sub(x.logistic()?)?),
        (Activation::Softplus, _) => x.softplus(),
        (Activation::LeakyRelu, 0) => x.positive_part(signs)?.sub(x.neg()?.positive_part(signs)?.mul(near(LEAK)?)?),
        (Activation::LeakyRelu, _) => match x.less(K::ZERO, signs) {
            Some(true) => near(LEAK),
            Some(false) => c(1.0),
            None => near::<K>(LEAK)?.hull(c(1.0)?),
        },
        (Activation::Elu, order) => exponential_linear([1.0, 1.0], order, x, signs),
        (Activation::Selu, order) => exponential_linear(SELU, order, x, signs),
        (Activation::Mish, order) => mish(order, x),
        (Activation::Softsign, order) => softsign(order, x, signs),
        (Activation::Hardswish, order) => hardswish(order, x, signs),
        (Activation::Gelu, 0) => x.mul(cdf()?),
        (Activation::Gelu, 1) => cdf()?.add(x.mul(normal_density(x)?)?),
        (Activation::Gelu, _) => c(2.0)?.sub(x.powi(2)?)?.mul(normal_density(x)?),
        (Activation::Silu, 0) => x.mul(x.logistic()?),
        (Activation::Silu, 1) => x.logistic()?.mul(c(1.0)?.add(x.mul(opposite(x)?)?)?),
        (Activation::Silu, _) => {
            let steep = x.logistic()?.mul(opposite(x)?)?;
            steep.mul(c(2.0)?.sub(x.mul(times(x, 0.5)?.tanh()?)?)?)
        }
        (Activation::Sin, 0) => x.sin(),
        (Activation::Sin, 1) => x.cos(),
        (Activation::Sin, _) | (Activation::Cos, 1) => x.sin()?.neg(),
        (Activation::Cos, 0) => x.cos(),
        (Activation::Cos, _) => x.cos()?.neg(),
        (Activation::Exp, _) => x.exp(),
        (Activation::Hermite(k), order) => hermite(*k, order, x),
        (Activation::Polynomial(p), order) => polynomial(&p.coefficients, order as usize, x),
        (Activation::Defined(a), order) => K::apply(a.on_sets.as_deref()?, order, x, signs),
    }
}

fn times<K: Set>(x: K, factor: f64) -> Option<K> {
    x.mul(K::exact(factor)?)
}

/// A constant that is no double.
fn near<K: Set>(x: f64) -> Option<K> {
    K::of(Estimate::new(x, 0.5 * f64::EPSILON * x))
}

/// `1 - logistic(x)`
fn opposite<K: Set>(x: K) -> Option<K> {
    x.neg()?.logistic()
}

/// One value for negative x, another for positive x.
fn sides<K: Set>(x: K, [below, above]: [f64; 2], signs: &mut Signs) -> Option<K> {
    match x.less(K::ZERO, signs) {
        Some(true) => K::exact(below),
        Some(false) => K::exact(above),
        None => K::exact(below)?.hull(K::exact(above)?),
    }
}

/// `right x` for positive x, `left (e^x - 1)` for negative x: elu, and selu with its factors.
fn exponential_linear<K: Set>([right, left]: [f64; 2], order: u32, x: K, signs: &mut Signs) -> Option<K> {
    let negative = x.less(K::ZERO, signs);
    let below = || {
        let below = if order == 0 { x.expm1()? } else { x.exp()? };
        below.mul(near(left)?)
    };
    let above = || match order {
        0 => x.mul(near(right)?),
        1 => near(right),
        _ => Some(K::ZERO),
    };
    match negative {
        Some(true) => below(),
        Some(false) => above(),
        None => below()?.hull(above()?),
    }
}

/// `x tanh(softplus(x))`
fn mish<K: Set>(order: u32, x: K) -> Option<K> {
    let c = K::exact;
    let (slope, tangent) = (x.logistic()?, x.softplus()?.tanh()?);
    let steep = c(1.0)?.sub(tangent)?.mul(c(1.0)?.add(tangent)?)?;
    match order {
        0 => x.mul(tangent),
        1 => tangent.add(x.mul(steep)?.mul(slope)?),
        _ => {
            let inside = opposite(x)?.sub(times(tangent.mul(slope)?, 2.0)?)?;
            steep.mul(slope)?.mul(c(2.0)?.add(x.mul(inside)?)?)
        }
    }
}

/// `x/(1 + |x|)`
fn softsign<K: Set>(order: u32, x: K, signs: &mut Signs) -> Option<K> {
    let below = K::exact(1.0)?.add(x.abs(signs)?)?;
    match order {
        0 => x.div(below),
        1 => below.powi(-2),
        _ => times(sides(x, [-1.0, 1.0], signs)?.mul(below.powi(-3)?)?, -2.0),
    }
}

/// `x (x + 3)/6` between -3 and 3, 0 below, x above.
fn hardswish<K: Set>(order: u32, x: K, signs: &mut Signs) -> Option<K> {
    let c = K::exact;
    let middle = || match order {
        0 => x.mul(x.add(c(3.0)?)?)?.div(c(6.0)?),
        1 => times(x, 2.0)?.add(c(3.0)?)?.div(c(6.0)?),
        _ => c(1.0)?.div(c(3.0)?),
    };
    let right = || match order {
        0 => Some(x),
        1 => c(1.0),
        _ => Some(K::ZERO),
    };
    match (x.less(c(-3.0)?, signs), x.less(c(3.0)?, signs)) {
        (Some(true), _) => Some(K::ZERO),
        (_, Some(false)) => right(),
        (Some(false), Some(true)) => middle(),
        (None, Some(true)) => K::ZERO.hull(middle()?),
        (Some(false), None) => middle()?.hull(right()?),
        (None, None) => K::ZERO.hull(middle()?)?.hull(right()?),
    }
}

/// He_k by its recursion; its derivatives are `k (k-1) .. He_(k - order)`.
fn hermite<K: Set>(k: u32, order: u32, x: K) -> Option<K> {
    let Some(degree) = k.checked_sub(order) else { return Some(K::ZERO) };
    let factor: f64 = (degree + 1..=k).map(f64::from).product();
    let (mut low, mut high) = (K::ZERO, K::exact(1.0)?);
    for n in 0..degree {
        (low, high) = (high, x.mul(high)?.sub(times(low, f64::from(n))?)?);
    }
    times(high, factor)
}

/// By Horner's rule; each coefficient is a double next to the rational number that it stands for.
fn polynomial<K: Set>(coefficients: &[f64], order: usize, x: K) -> Option<K> {
    let mut sum = K::ZERO;
    for (k, coefficient) in coefficients.iter().enumerate().skip(order).rev() {
        let falling: f64 = (0..order).map(|less| (k - less) as f64).product();
        let factor = Estimate::new(*coefficient, 0.5 * f64::EPSILON * coefficient.abs()) * Estimate::exact(falling);
        sum = sum.mul(x)?.add(K::of(factor)?)?;
    }
    Some(sum)
}

/// Does what [`at`] does, at the first `places` of many places. Returns `false` if some place has no value.
pub fn at_many(activation: &Activation, order: u32, xs: &mut Estimates, places: usize) -> bool {
    let left = match activation {
        Activation::Relu => Some(0.0),
        Activation::Abs => Some(-1.0),
        _ => None,
    };
    if order <= 1 && left.is_some_and(|left| xs.linear_on_both_sides(left, order == 1)) {
        return true;
    }
    let defined = order <= activation.last_square_integrable();
    match steepest(activation, order) {
        Some(slope) => xs.each(places, |x| x.is_finite().then(|| of_known_slope(activation, order, slope, x))),
        None => xs.each(places, |x| (defined && x.is_finite()).then(|| at(activation, order, x))),
    }
}

#[inline(always)]
fn of_known_slope(activation: &Activation, order: u32, slope: f64, x: Estimate) -> Estimate {
    let value = activation.value(order, x.value);
    Estimate::new(value, rounding(activation, order, x.value, value) + slope * x.abs_err)
}

/// The steepest slope of the activation (order 0) or of its derivative (1) anywhere, rounded up, where there is one.
fn steepest(activation: &Activation, order: u32) -> Option<f64> {
    let slopes = match activation {
        // sqrt(2/pi), and sqrt(2/pi) e^(-1/2)
        Activation::Erf => [0.797_885, 0.483_942],
        // 4/3^(3/2)
        Activation::Tanh => [1.0, 0.769_801],
        // 1/(6 sqrt 3)
        Activation::Sigmoid => [0.25, 0.096_226],
        Activation::Softplus => [1.0, 0.25],
        // The value of Phi + t phi at sqrt 2, and that of phi (2 - t^2) at 0.
        Activation::Gelu => [1.128_905, 0.797_885],
        Activation::Silu => [1.099_840, 0.5],
        Activation::Sin | Activation::Cos => [1.0, 1.0],
        _ => return None,
    };
    slopes.get(order as usize).copied()
}

/// Bound on the rounding error of [`Activation::value`]: a few units in the last place of the terms that are added up in it.
#[inline(always)]
fn rounding(activation: &Activation, order: u32, t: f64, value: f64) -> f64 {
    const UNIT: f64 = f64::EPSILON;
    match activation {
        Activation::Relu | Activation::Abs | Activation::Step | Activation::Sign => 0.0,
        Activation::Quadratic => UNIT * value.abs(),
        Activation::Sin | Activation::Cos | Activation::Exp => 2.0 * UNIT * value.abs(),
        Activation::Hermite(k) => 4.0 * f64::from(*k) * UNIT * hermite_terms(*k, order, t.abs()),
        Activation::Polynomial(p) => {
            let terms = p.coefficients.iter().enumerate().skip(order as usize);
            let size =
                terms.map(|(k, c)| (k as f64).powi(order as i32) * c.abs() * t.abs().powi(k as i32 - order as i32));
            4.0 * p.coefficients.len() as f64 * UNIT * size.sum::<f64>()
        }
        // An error function falls off no faster than its argument. A Gaussian has t^2/2 in its exponent, which magnifies the rounding.
        // The last summand covers a value that underflows.
        Activation::Erf if order == 0 => 4.0 * UNIT * value.abs() + f64::MIN_POSITIVE,
        Activation::Erf => 2.0 * UNIT * (4.0 + t * t) * value.abs() + f64::MIN_POSITIVE,
        // These functions are sums of terms that cancel near a zero. Each term is at most (2 + t^2) e^-|t| away from the asymptote. It
        // contains an exponential of t or t^2/2.
        _ => 8.0 * UNIT * (4.0 + t * t) * (value.abs() + (2.0 + t * t) * (-t.abs()).exp()),
    }
}

/// The sum of the magnitudes of the terms of the `order`-th derivative of `He_k`.
fn hermite_terms(k: u32, order: u32, t: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for n in 0..k.saturating_sub(order) {
        (low, high) = (high, t * high + f64::from(n) * low);
    }
    f64::from(k).powi(order as i32) * high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The slopes that the derivatives give are nowhere steeper than [`steepest`] says, and somewhere almost as steep.
    #[test]
    fn steepest_slopes_are_bounds_and_tight() {
        use Activation::{Cos, Erf, Gelu, Sigmoid, Silu, Sin, Softplus, Tanh};
        for activation in [Erf, Tanh, Sigmoid, Softplus, Gelu, Silu, Sin, Cos] {
            for order in [0, 1] {
                let bound = steepest(&activation, order).unwrap();
                let slopes = (-40_000..=40_000).map(|k| activation.value(order + 1, f64::from(k) * 1e-3).abs());
                let most = slopes.fold(0.0, f64::max);
                assert!(most <= bound && bound <= most * (1.0 + 2e-5), "{activation}, {order}: {most} {bound}");
            }
        }
        assert_eq!(steepest(&Erf, 2), None);
        assert_eq!(steepest(&Activation::Exp, 0), None);
    }
}
