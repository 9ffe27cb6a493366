//! Outward rounding: sums, products and quotients that are exact or just below (above) the truth, and slack for bounds.

/// The smallest positive double.
pub(crate) const TINIEST: f64 = f64::from_bits(1);

/// Below this magnitude the error of a product or quotient need not be a double.
const UNDERFLOW_GUARD: f64 = 1e-290;

/// A bound that was computed from non-negative numbers in at most 30 operations, each with a relative error of at most two units in
/// the last place: no less than what exact operations would have given.
#[inline]
pub fn above(bound: f64) -> f64 {
    bound * (1.0 + 64.0 * f64::EPSILON) + TINIEST
}

/// Two units in the last place below the value of a library function, which is trusted to lie that close to the truth.
#[inline]
pub fn below_function(value: f64) -> f64 {
    if value == f64::INFINITY { f64::MAX } else { value - value.abs() * 5e-16 - 3.0 * TINIEST }
}

/// Two units in the last place above the value of a library function.
#[inline]
pub fn above_function(value: f64) -> f64 {
    -below_function(-value)
}

/// At most `a + b`, and equal to it if that is a double. An infinite operand is a bound of finite numbers.
#[inline]
pub fn add_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    if sum.is_finite() {
        // The exact error of a sum of two doubles (Knuth).
        let back = sum - a;
        let error = (a - (sum - back)) + (b - back);
        return if error < 0.0 || error.is_nan() { sum.next_down() } else { sum };
    }
    if sum.is_nan() {
        f64::NEG_INFINITY
    } else if sum > 0.0 && a.is_finite() && b.is_finite() {
        f64::MAX
    } else {
        sum
    }
}

/// At least `a + b`, and equal to it if that is a double.
#[inline]
pub fn add_up(a: f64, b: f64) -> f64 {
    -add_down(-a, -b)
}

/// At most `a b`, and equal to it if that is a double. An infinite operand is a bound of finite numbers, so that 0 times it is 0.
#[inline]
pub fn multiply_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if product.is_infinite() {
        return if product > 0.0 && a.is_finite() && b.is_finite() { f64::MAX } else { product };
    }
    if product.abs() > UNDERFLOW_GUARD {
        // The exact error of a product of two doubles.
        if a.mul_add(b, -product) < 0.0 { product.next_down() } else { product }
    } else {
        product.next_down()
    }
}

/// At least `a b`, and equal to it if that is a double.
#[inline]
pub fn multiply_up(a: f64, b: f64) -> f64 {
    -multiply_down(-a, b)
}

/// At most `a/b` for `b` not 0, and equal to it if that is a double. Infinite operands are bounds of finite numbers: `inf/inf` is
/// taken as 0, which is in the closure of the quotients that the other ends span.
#[inline]
pub fn divide_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b.is_infinite() {
        return 0.0;
    }
    let quotient = a / b;
    if quotient.is_infinite() {
        return if quotient > 0.0 && a.is_finite() { f64::MAX } else { quotient };
    }
    if quotient.abs() > UNDERFLOW_GUARD && a.abs() > UNDERFLOW_GUARD {
        // truth = quotient + remainder/b
        let remainder = (-quotient).mul_add(b, a);
        if remainder != 0.0 && (remainder > 0.0) != (b > 0.0) { quotient.next_down() } else { quotient }
    } else {
        quotient.next_down()
    }
}

/// At least `a/b` for `b` not 0, and equal to it if that is a double.
#[inline]
pub fn divide_up(a: f64, b: f64) -> f64 {
    -divide_down(-a, b)
}
