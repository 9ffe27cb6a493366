//! A value with a bound on its error, and arithmetic that keeps the bound (ball arithmetic in doubles).
//!
//! Every operation returns a ball that contains the true result whenever the operands' balls contain theirs, rounding
//! included: sums, products, quotients and square roots by the exact error of the operation, functions of the standard
//! library and of `libm` on the assumption that they are good to two units in the last place. Elementary functions stand
//! in `functions`.

use super::power_by_squaring;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// A number known to within `abs_err`: `|value - truth| <= abs_err`.
///
/// An infinite truth has `value` infinite and `abs_err` 0. A finite truth beyond the range of doubles (an overflow) has
/// `value` infinite and `abs_err` infinite. Undefined results (`inf - inf`, `0 * inf`) are NaN with infinite `abs_err`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// What was computed; infinite or NaN as told above.
    pub value: f64,
    /// Bound on the distance to the truth, 0 if the value is exact; never negative, never NaN.
    pub abs_err: f64,
}

/// The smallest positive double: covers what an underflow drops.
pub(super) const TINIEST: f64 = f64::from_bits(1);

/// Below this magnitude the error of a product or a quotient may not be representable as a double. It is then bounded instead of computed.
pub(super) const UNDERFLOW_GUARD: f64 = 1e-290;

impl Estimate {
    /// Exactly 0.
    pub const ZERO: Estimate = Estimate::exact(0.0);
    /// Exactly 1.
    pub const ONE: Estimate = Estimate::exact(1.0);
    /// An exactly infinite value.
    pub const INFINITY: Estimate = Estimate::exact(f64::INFINITY);
    /// No value: NaN, error unbounded.
    pub const UNDEFINED: Estimate = Estimate { value: f64::NAN, abs_err: f64::INFINITY };

    /// A double that is the exact value meant (NaN becomes [`Estimate::UNDEFINED`]).
    pub const fn exact(value: f64) -> Estimate {
        let abs_err = if value.is_nan() { f64::INFINITY } else { 0.0 };
        Estimate { value, abs_err }
    }

    /// A value with a bound; a NaN or negative bound, or a NaN value, becomes an infinite bound.
    #[inline]
    pub const fn new(value: f64, abs_err: f64) -> Estimate {
        let valid = !value.is_nan() && abs_err >= 0.0;
        let abs_err = if valid { abs_err } else { f64::INFINITY };
        Estimate { value, abs_err }
    }

    /// A finite result computed with the given error; becomes an overflow if it is not finite.
    #[inline]
    pub(super) fn computed(value: f64, error: f64) -> Estimate {
        if value.is_nan() {
            return Estimate::UNDEFINED;
        }
        if value.is_infinite() {
            return Estimate { value, abs_err: f64::INFINITY };
        }
        Estimate::new(value, if error == 0.0 { 0.0 } else { outward(error) })
    }

    /// An upper bound of every possible truth.
    pub fn high(self) -> f64 {
        if self.is_overflow() {
            return if self.value > 0.0 { f64::INFINITY } else { -f64::MAX };
        }
        let end = self.value + self.abs_err;
        // A sum that is 0 is exact.
        if self.abs_err == 0.0 || end == 0.0 { end } else { end.next_up() }
    }

    /// A lower bound of every possible truth.
    pub fn low(self) -> f64 {
        -(-self).high()
    }

    /// Whether the truth may be `x`; always if there is no value.
    pub fn contains(self, x: f64) -> bool {
        if self.value.is_nan() {
            return true;
        }
        self.low() <= x && x <= self.high()
    }

    /// Whether the truth is less than, equal to or greater than 0. `None` if the ball leaves it open.
    pub fn sign(self) -> Option<Ordering> {
        if self.value.is_nan() {
            None
        } else if self.value == 0.0 && self.abs_err == 0.0 {
            Some(Ordering::Equal)
        } else if self.low() > 0.0 {
            Some(Ordering::Greater)
        } else if self.high() < 0.0 {
            Some(Ordering::Less)
        } else {
            None
        }
    }

    /// The same value with `by` more error.
    pub fn widened(self, by: f64) -> Estimate {
        if by == 0.0 { self } else { Estimate::new(self.value, outward(self.abs_err + by.abs())) }
    }

    /// Whether value and error are both finite.
    pub fn is_finite(self) -> bool {
        self.value.is_finite() && self.abs_err.is_finite()
    }

    #[inline]
    fn is_zero(self) -> bool {
        self.value == 0.0 && self.abs_err == 0.0
    }

    /// Whether the truth is exactly plus or minus infinity.
    pub fn is_infinity(self) -> bool {
        self.value.is_infinite() && self.abs_err == 0.0
    }

    /// Whether the truth is finite but beyond the range of doubles.
    pub(super) fn is_overflow(self) -> bool {
        self.value.is_infinite() && self.abs_err != 0.0
    }

    /// `|x|`
    pub fn abs(self) -> Estimate {
        Estimate { value: self.value.abs(), abs_err: self.abs_err }
    }

    /// The smaller of the two truths.
    pub fn min(self, other: Estimate) -> Estimate {
        -(-self).max(-other)
    }

    /// The larger of the two truths.
    pub fn max(self, other: Estimate) -> Estimate {
        if self.value.is_nan() || other.value.is_nan() {
            Estimate::UNDEFINED
        } else if self.low() >= other.high() {
            self
        } else if other.low() >= self.high() {
            other
        } else {
            Estimate::new(self.value.max(other.value), self.abs_err.max(other.abs_err))
        }
    }

    /// `max(x, 0)`.
    pub fn positive_part(self) -> Estimate {
        self.max(Estimate::ZERO)
    }

    /// `self / other`; `None` if the divisor may be zero.
    #[expect(clippy::should_implement_trait, reason = "the quotient may not exist")]
    pub fn div(self, other: Estimate) -> Option<Estimate> {
        let sign = other.sign();
        if !other.value.is_nan() && !matches!(sign, Some(Ordering::Less | Ordering::Greater)) {
            return None;
        }
        if self.value.is_nan() || other.value.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        if other.value.is_infinite() {
            return Some(divided_by_the_infinite(self, other));
        }
        let quotient = self.value / other.value;
        if self.is_infinity() {
            return Some(Estimate::exact(quotient));
        }
        if self.is_overflow() {
            return Some(if other.abs().high() <= 1.0 { overflow(quotient) } else { Estimate::UNDEFINED });
        }
        let remainder = (-quotient).mul_add(other.value, self.value);
        let rounding =
            if remainder == 0.0 && (quotient.abs().min(self.value.abs()) > UNDERFLOW_GUARD || self.value == 0.0) {
                0.0
            } else {
                half_ulp(quotient)
            };
        let error = if (self.abs_err == 0.0 && other.abs_err == 0.0) || self.is_zero() {
            rounding
        } else {
            let least = (other.value.abs() - other.abs_err) * (1.0 - f64::EPSILON);
            (self.abs_err + (quotient.abs() + TINIEST) * other.abs_err + TINIEST) * (1.0 + 4.0 * f64::EPSILON) / least
                + rounding
                + TINIEST
        };
        Some(Estimate::computed(quotient, error))
    }

    /// An even power of `base` that is known to be this: it is not negative.
    pub fn as_even_power(self, base: Estimate) -> Estimate {
        if base.abs_err <= base.value.abs() || !self.is_finite() {
            return self;
        }
        let half = 0.5 * self.high();
        Estimate::new(half, half)
    }

    /// `x^n` by repeated squaring, `x^0 = 1`; `None` if n is negative and x may be zero.
    pub fn powi(self, n: i32) -> Option<Estimate> {
        let product = |x: &mut Self, y: &Self| {
            *x = *x * *y;
            Some(())
        };
        let power = power_by_squaring(Estimate::ONE, self, n.unsigned_abs(), product)?;
        if n >= 0 {
            Some(power)
        } else if self.sign() == Some(Ordering::Equal) || (self.is_finite() && self.sign().is_none()) {
            None
        } else {
            // A positive power of a number that is not zero may still underflow to a ball around zero.
            Some(Estimate::ONE.div(power).unwrap_or(Estimate::UNDEFINED))
        }
    }
}

/// The estimate for a finite truth that is too large for a double.
pub(super) fn overflow(signed: f64) -> Estimate {
    Estimate { value: f64::INFINITY.copysign(signed), abs_err: f64::INFINITY }
}

/// Half a unit in the last place of a result, at least what an underflow drops.
#[inline(always)]
pub(super) fn half_ulp(value: f64) -> f64 {
    value.abs() * (0.5 * f64::EPSILON) + TINIEST
}

/// Rounds a bound that was itself computed in doubles away from zero.
#[inline(always)]
pub(super) fn outward(error: f64) -> f64 {
    error * (1.0 + 8.0 * f64::EPSILON) + TINIEST
}

fn divided_by_the_infinite(numerator: Estimate, divisor: Estimate) -> Estimate {
    if numerator.value.is_infinite() {
        return if numerator.is_infinity() && divisor.is_overflow() {
            Estimate::exact(numerator.value * divisor.value.signum())
        } else {
            Estimate::UNDEFINED
        };
    }
    if divisor.is_infinity() {
        return Estimate::ZERO;
    }
    Estimate::new(0.0, (numerator.value.abs() + numerator.abs_err) / f64::MAX + TINIEST)
}

impl Add for Estimate {
    type Output = Estimate;

    #[inline]
    fn add(self, other: Estimate) -> Estimate {
        let sum = self.value + other.value;
        if sum.is_finite() {
            // The exact rounding error of a sum of two doubles is a double (Knuth's two-sum).
            let back = sum - self.value;
            let rounding = ((self.value - (sum - back)) + (other.value - back)).abs();
            return Estimate::computed(sum, self.abs_err + other.abs_err + rounding);
        }
        if sum.is_nan() {
            return Estimate::UNDEFINED;
        }
        if self.is_infinity() || other.is_infinity() {
            return Estimate::exact(sum);
        }
        // A finite overflow: a term of the other sign might bring it back into range.
        let against = |x: Estimate| x.value.is_finite() && x.value != 0.0 && (x.value > 0.0) != (sum > 0.0);
        if against(self) || against(other) { Estimate::UNDEFINED } else { overflow(sum) }
    }
}

impl Neg for Estimate {
    type Output = Estimate;

    fn neg(self) -> Estimate {
        Estimate { value: -self.value, abs_err: self.abs_err }
    }
}

impl Sub for Estimate {
    type Output = Estimate;

    fn sub(self, other: Estimate) -> Estimate {
        self + (-other)
    }
}

impl Mul for Estimate {
    type Output = Estimate;

    #[inline]
    fn mul(self, other: Estimate) -> Estimate {
        let product = self.value * other.value;
        if self.value.is_infinite() || other.value.is_infinite() {
            return product_with_the_infinite(self, other);
        }
        let rounding = if product.abs() > UNDERFLOW_GUARD {
            self.value.mul_add(other.value, -product).abs()
        } else if self.value == 0.0 || other.value == 0.0 {
            0.0
        } else {
            half_ulp(product)
        };
        // Zero times anything finite is zero.
        let carried = if (self.abs_err == 0.0 && other.abs_err == 0.0) || self.is_zero() || other.is_zero() {
            0.0
        } else {
            let cross = self.value.abs() * other.abs_err + other.value.abs() * self.abs_err;
            cross + self.abs_err * other.abs_err + TINIEST
        };
        Estimate::computed(product, carried + rounding)
    }
}

fn product_with_the_infinite(a: Estimate, b: Estimate) -> Estimate {
    let (infinite, factor) = if a.value.is_infinite() { (a, b) } else { (b, a) };
    let product = a.value * b.value;
    match factor.sign() {
        None => Estimate::UNDEFINED,
        Some(Ordering::Equal) if infinite.is_overflow() => Estimate::ZERO,
        Some(Ordering::Equal) => Estimate::UNDEFINED,
        Some(_) if infinite.is_infinity() || factor.is_infinity() => Estimate::exact(product),
        Some(_) if factor.abs().low() >= 1.0 => overflow(product),
        Some(_) => Estimate::UNDEFINED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dashu_ratio::RBig;
    use proptest::prelude::*;

    fn rational(x: f64) -> RBig {
        RBig::try_from(x).expect("finite")
    }

    /// A double biased to corners: zeros, ones, whole numbers, subnormals, huge numbers, and anything.
    fn corner() -> impl Strategy<Value = f64> {
        prop_oneof![
            Just(0.0),
            Just(1.0),
            Just(-1.0),
            Just(f64::MIN_POSITIVE),
            Just(f64::from_bits(1)),
            (-9i32..9).prop_map(f64::from),
            -10.0..10.0f64,
            (-1.0..1.0f64, -1070..1000i32).prop_map(|(m, e)| m * 2f64.powi(e)),
            (-1.0..1.0f64, -30..30i32).prop_map(|(m, e)| m * 2f64.powi(e)),
        ]
    }

    /// A ball and a point of it: `value + share abs_err` with `|share| <= 1`.
    fn ball() -> impl Strategy<Value = (Estimate, RBig)> {
        let error = prop_oneof![
            Just(0.0),
            Just(1e-16),
            1e-17..1e-3f64,
            0.0..2.0f64,
            (0.0..1.0f64, -1070..100i32).prop_map(|(m, e)| m * 2f64.powi(e)),
        ];
        let relative = prop_oneof![Just(0.0), 1e-17..1e-10f64, 0.0..1.0f64];
        let share = prop_oneof![Just(1.0), Just(-1.0), -1.0..1.0f64];
        (corner(), error, relative, any::<bool>(), share).prop_map(|(value, absolute, relative, which, share)| {
            let abs_err = if which { absolute } else { relative * value.abs() };
            (Estimate::new(value, abs_err), rational(value) + rational(share) * rational(abs_err))
        })
    }

    /// Whether the truth is within the bound, exactly.
    fn holds(result: Estimate, truth: &RBig) -> bool {
        if !result.value.is_finite() || !result.abs_err.is_finite() {
            // An overflow must at least have the right sign and a truth beyond the doubles' range.
            return result.abs_err == f64::INFINITY;
        }
        let distance = truth - rational(result.value);
        let bound = rational(result.abs_err);
        distance <= bound && distance >= -bound
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn sums_products_and_quotients_contain_the_truth((a, x) in ball(), (b, y) in ball()) {
            prop_assert!(holds(a + b, &(&x + &y)), "{a:?} + {b:?} = {:?}", a + b);
            prop_assert!(holds(a - b, &(&x - &y)), "{a:?} - {b:?} = {:?}", a - b);
            prop_assert!(holds(a * b, &(&x * &y)), "{a:?} * {b:?} = {:?}", a * b);
            if let Some(quotient) = a.div(b) {
                prop_assert!(holds(quotient, &(&x / &y)), "{a:?} / {b:?} = {quotient:?}");
            } else {
                prop_assert!(b.contains(0.0));
            }
            let (smaller, larger) = if x < y { (&x, &y) } else { (&y, &x) };
            prop_assert!(holds(a.min(b), smaller), "{a:?} {b:?}");
            prop_assert!(holds(a.max(b), larger), "{a:?} {b:?}");
            let positive = if x > RBig::ZERO { x } else { RBig::ZERO };
            prop_assert!(holds(a.positive_part(), &positive), "{a:?}");
        }

        #[test]
        fn whole_powers_contain_the_truth((a, x) in ball(), n in -7i32..12) {
            let truth = (0..n.unsigned_abs()).fold(RBig::ONE, |power, _| power * &x);
            match a.powi(n) {
                Some(power) if n >= 0 => prop_assert!(holds(power, &truth), "{a:?}^{n} = {power:?}"),
                Some(power) => prop_assert!(holds(power, &(RBig::ONE / truth)), "{a:?}^{n} = {power:?}"),
                None => prop_assert!(n < 0 && a.contains(0.0)),
            }
        }

        /// The square of the root's ends brackets the radicand.
        #[test]
        fn square_roots_contain_the_truth((a, x) in ball()) {
            if x < RBig::ZERO {
                return Ok(());
            }
            let root = a.sqrt().expect("part of the ball is not negative");
            let high = rational(root.value) + rational(root.abs_err);
            prop_assert!(&high * &high >= x, "{a:?} {root:?}");
            let low = rational(root.value) - rational(root.abs_err);
            prop_assert!(low <= RBig::ZERO || &low * &low <= x, "{a:?} {root:?}");
        }

        #[test]
        fn signs_and_ends_are_certain((a, x) in ball()) {
            match a.sign() {
                Some(Ordering::Greater) => prop_assert!(x > RBig::ZERO),
                Some(Ordering::Less) => prop_assert!(x < RBig::ZERO),
                Some(Ordering::Equal) => prop_assert!(x == RBig::ZERO),
                None => prop_assert!(a.contains(0.0)),
            }
            prop_assert!(rational(a.low()) <= x && x <= rational(a.high()));
        }
    }

    #[test]
    fn whole_numbers_stay_exact() {
        let [two, three] = [2.0, 3.0].map(Estimate::exact);
        assert_eq!(two + three, Estimate::exact(5.0));
        assert_eq!(two * three - Estimate::exact(6.0), Estimate::ZERO);
        assert_eq!(Estimate::exact(6.0).div(two), Some(three));
        assert_eq!(three.powi(5), Some(Estimate::exact(243.0)));
        assert_eq!(two.powi(-3), Some(Estimate::exact(0.125)));
        assert_eq!(Estimate::exact(9.0).sqrt(), Some(three));
        assert!(Estimate::ONE.div(three).unwrap().abs_err < 6e-17);
    }

    #[test]
    fn infinities_follow_their_limits() {
        let infinity = Estimate::INFINITY;
        let some = Estimate::new(-2.0, 0.5);
        assert_eq!(infinity + some, infinity);
        assert_eq!(infinity * some, -infinity);
        assert_eq!(some.div(infinity), Some(Estimate::ZERO));
        assert_eq!(infinity.div(some), Some(-infinity));
        for undefined in [
            infinity - infinity,
            infinity * Estimate::ZERO,
            infinity * Estimate::new(0.0, 1e-20),
            infinity.div(infinity).unwrap(),
            Estimate::exact(f64::NAN),
            Estimate::new(f64::NAN, 0.0) + Estimate::ONE,
        ] {
            assert!(undefined.value.is_nan() && undefined.abs_err == f64::INFINITY, "{undefined:?}");
            assert_eq!(undefined.sign(), None);
        }
        assert_eq!(infinity.sign(), Some(Ordering::Greater));
        assert_eq!(infinity.exp(), infinity);
        assert_eq!((-infinity).exp(), Estimate::ZERO);
        assert_eq!(infinity.min(some), some);
    }

    #[test]
    fn overflow_is_not_infinity() {
        let huge = Estimate::exact(1e200);
        let product = huge * huge;
        assert!(product.value == f64::INFINITY && product.abs_err == f64::INFINITY);
        assert_eq!(product.sign(), Some(Ordering::Greater));
        let inverse = Estimate::ONE.div(product).unwrap();
        assert!(inverse.contains(0.0) && inverse.abs_err < 1e-307);
        assert!((product - product).value.is_nan());
        assert_eq!(product * Estimate::ZERO, Estimate::ZERO);
        let beyond = Estimate::exact(800.0).exp();
        assert!(beyond.is_overflow() && (Estimate::ONE + beyond).is_overflow());
    }

    #[test]
    fn divisors_that_may_be_zero_are_refused() {
        assert_eq!(Estimate::ONE.div(Estimate::ZERO), None);
        assert_eq!(Estimate::ONE.div(Estimate::new(1e-9, 1e-9)), None);
        assert_eq!(Estimate::new(1e-9, 1e-9).powi(-2), None);
    }
}
