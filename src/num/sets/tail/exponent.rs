//! Exponents of envelopes and polynomials of tails: three coefficients, rounded to the safe side.

use crate::num::Estimate;
use crate::num::sets::rounding::{above_function, add_down, add_up, below_function};

/// Coefficients of `1, s, s^2`.
pub(super) type Exponent = [f64; 3];

/// Coefficients of `1, s, s^2`: at each s, some numbers in the balls give the function.
pub(super) type Quadratic = [Estimate; 3];

pub(super) const INFINITY: f64 = f64::INFINITY;

/// An upper bound of the logarithm of 0 that sums cannot make infinite.
pub(super) const LOGARITHM_OF_ZERO: f64 = -1e4;

/// No bound.
pub(super) const BOUNDLESS: Exponent = [INFINITY; 3];

/// Upper bound of a logarithm, finite also at 0.
pub(super) fn logarithm_above(x: f64) -> f64 {
    if x <= 0.0 { LOGARITHM_OF_ZERO } else { above_function(x.ln()) }
}

/// Lower bound of the logarithm of a positive number.
pub(super) fn logarithm_below(x: f64) -> f64 {
    if x == INFINITY { f64::MAX.ln() } else { below_function(x.ln()) }
}

pub(super) fn sum_above(a: Exponent, b: Exponent) -> Exponent {
    let sum = [0, 1, 2].map(|i| add_up(a[i], b[i]));
    if sum.iter().any(|x| x.is_nan()) { BOUNDLESS } else { sum }
}

pub(super) fn sum_below(a: Exponent, b: Exponent) -> Exponent {
    [0, 1, 2].map(|i| add_down(a[i], b[i]))
}

pub(super) fn negated(a: Exponent) -> Exponent {
    a.map(|x| -x)
}

pub(super) fn is_bounded(a: &Exponent) -> bool {
    a.iter().all(|x| x.is_finite())
}

/// Whichever grows less in the end.
pub(super) fn lesser(a: Exponent, b: Exponent) -> Exponent {
    if !is_bounded(&a) {
        b
    } else if !is_bounded(&b) || (a[2], a[1], a[0]) <= (b[2], b[1], b[0]) {
        a
    } else {
        b
    }
}

pub(super) fn greater(a: Option<Exponent>, b: Option<Exponent>) -> Option<Exponent> {
    match (a, b) {
        (Some(a), Some(b)) => Some(negated(lesser(negated(a), negated(b)))),
        _ => a.or(b),
    }
}

pub(super) fn highs(q: &Quadratic) -> Exponent {
    q.map(Estimate::high)
}

pub(super) fn lows(q: &Quadratic) -> Exponent {
    q.map(Estimate::low)
}

/// Lowest and highest value of a polynomial with such coefficients on `s >= 0`.
pub(super) fn lowest(q: &Quadratic) -> f64 {
    let [constant, slope, curve] = lows(q);
    if slope >= 0.0 && curve >= 0.0 {
        constant
    } else if curve > 0.0 {
        // The least value of a parabola on the whole line.
        add_down(constant, -above_function(slope * slope / (4.0 * curve)))
    } else {
        -INFINITY
    }
}

/// Of the polynomial, where coefficients that are exactly 0 do not count.
pub(super) fn degree(q: &Quadratic) -> usize {
    if q[2] != Estimate::ZERO {
        2
    } else if q[1] != Estimate::ZERO {
        1
    } else {
        0
    }
}
