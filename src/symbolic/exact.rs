//! Exact constants: finite sums of `rational * sqrt(n) * pi^(k/2) * e^r`, n square-free, k an integer, r rational.
//!
//! Only the algebra and the rounding to a double live here; `exact_text` writes them, others say which constants occur.

use dashu_base::{Abs, Gcd};
use dashu_float::{FBig, round::mode::HalfEven};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use std::collections::BTreeMap;
use std::ops::{Add, Mul, Neg, Sub};

/// An exact constant. Closed under sums and products; quotients by a single term.
///
/// The form is canonical: two constants are equal if their terms are, so that an identity between them is proved by
/// subtraction. (That different forms are different numbers rests on the independence of `pi` and powers of e.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    /// No coefficient is zero.
    pub(super) terms: BTreeMap<Unit, RBig>,
}

/// `sqrt(radicand) * pi^(half_powers/2) * e^exponent`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    pub(super) exponent: RBig,
    pub(super) half_powers: i64,
    /// Square-free and positive.
    pub(super) radicand: UBig,
}

/// Binary floats of any precision, rounded to nearest.
type Big = FBig<HalfEven, 2>;

/// Exponents of e beyond this are far outside the range of doubles.
const LARGEST_EXPONENT: u32 = 100_000;

impl Unit {
    fn one() -> Unit {
        Unit { exponent: RBig::ZERO, half_powers: 0, radicand: UBig::ONE }
    }

    /// The product of two units is a whole number times a unit.
    fn times(&self, other: &Unit) -> (UBig, Unit) {
        let common = (&self.radicand).gcd(&other.radicand);
        let radicand = (&self.radicand / &common) * (&other.radicand / &common);
        let exponent = &self.exponent + &other.exponent;
        (common, Unit { exponent, half_powers: self.half_powers + other.half_powers, radicand })
    }

    /// `1/unit = (1/radicand) * unit'`.
    fn inverse(&self) -> (RBig, Unit) {
        let unit = Unit { exponent: -&self.exponent, half_powers: -self.half_powers, radicand: self.radicand.clone() };
        (RBig::from_parts(IBig::ONE, self.radicand.clone()), unit)
    }

    /// The value to the given number of bits (a dozen of them may be lost); `None` if it is out of all range.
    fn value(&self, bits: usize) -> Option<Big> {
        let limit = RBig::from(LARGEST_EXPONENT);
        if self.exponent > limit || self.exponent < -limit {
            return None;
        }
        let mut value = whole(IBig::from(self.radicand.clone()), bits).sqrt();
        if self.half_powers != 0 {
            let root = Big::pi(bits).sqrt();
            let power = root.powi(IBig::from(self.half_powers.unsigned_abs()));
            value = if self.half_powers > 0 { value * power } else { value / power };
        }
        if self.exponent != RBig::ZERO {
            value *= fraction(&self.exponent, bits).exp();
        }
        Some(value)
    }
}

fn whole(n: IBig, bits: usize) -> Big {
    Big::from(n).with_precision(bits).value()
}

fn fraction(r: &RBig, bits: usize) -> Big {
    whole(r.numerator().clone(), bits) / whole(IBig::from(r.denominator().clone()), bits)
}

impl Exact {
    /// The sum of no terms.
    pub fn zero() -> Exact {
        Exact { terms: BTreeMap::new() }
    }

    /// A rational number, kept in lowest terms.
    pub fn rational(value: RBig) -> Exact {
        Exact::term(value, Unit::one())
    }

    /// A whole number.
    pub fn integer(value: i64) -> Exact {
        Exact::rational(RBig::from(value))
    }

    /// `sqrt(n)`, with the square factors of n taken out.
    pub fn sqrt_of_integer(n: u64) -> Exact {
        let (root, radicand) = without_squares(n);
        Exact::term(RBig::from(root), Unit { radicand: UBig::from(radicand), ..Unit::one() })
    }

    /// `pi^(half_powers/2)`.
    pub fn pi_power(half_powers: i32) -> Exact {
        Exact::term(RBig::ONE, Unit { half_powers: i64::from(half_powers), ..Unit::one() })
    }

    /// `e^r`.
    pub fn exp_of(r: RBig) -> Exact {
        Exact::term(RBig::ONE, Unit { exponent: r, ..Unit::one() })
    }

    fn term(coefficient: RBig, unit: Unit) -> Exact {
        let mut sum = Exact::zero();
        sum.insert(coefficient, unit);
        sum
    }

    fn insert(&mut self, coefficient: RBig, unit: Unit) {
        if coefficient.is_zero() || unit.radicand.is_zero() {
            return;
        }
        match self.terms.entry(unit) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(coefficient);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                *place.get_mut() += coefficient;
                if place.get().is_zero() {
                    place.remove();
                }
            }
        }
    }

    /// Whether the constant is 0, decided exactly: the form is canonical.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value, if it is rational.
    pub fn as_rational(&self) -> Option<RBig> {
        match self.terms.iter().next() {
            None => Some(RBig::ZERO),
            Some((unit, value)) if self.terms.len() == 1 && *unit == Unit::one() => Some(value.clone()),
            Some(_) => None,
        }
    }

    /// The product with a rational.
    pub fn scaled(&self, by: &RBig) -> Exact {
        let mut product = Exact::zero();
        for (unit, coefficient) in &self.terms {
            product.insert(coefficient * by, unit.clone());
        }
        product
    }

    /// The quotient by a single term; `None` if the divisor is zero or a sum.
    pub fn div(&self, divisor: &Exact) -> Option<Exact> {
        let (unit, coefficient) = divisor.terms.iter().next()?;
        if divisor.terms.len() > 1 {
            return None;
        }
        let (factor, inverse) = unit.inverse();
        Some(self * &Exact::term(factor / coefficient, inverse))
    }

    /// The nearest double, or its neighbour, and a bound on the distance; both infinite beyond the range of doubles.
    ///
    /// Evaluated with as many digits as cancellation asks for, at most 4096 bits. Dyadic rationals in range have bound 0.
    pub fn to_estimate(&self) -> (f64, f64) {
        if let Some(rational) = self.as_rational() {
            let rounded = rational.to_f64();
            let value = rounded.value_ref();
            if RBig::try_from(*value).is_ok_and(|back| back == rational) {
                return (*value, 0.0);
            }
        }
        let mut bits = 128;
        loop {
            let Some((sum, size)) = self.sum(bits) else { return (f64::INFINITY, f64::INFINITY) };
            // Each term is good to a dozen bits less than asked for.
            let bound = size * Big::ONE.with_precision(bits).value() / whole(IBig::ONE << (bits - 16), bits);
            let settled = bound.clone() * whole(IBig::ONE << 60, bits) <= sum.clone().abs();
            if settled || bits >= 4096 {
                let value = sum.to_f64().value();
                let half_ulp = value.abs() * (0.5 * f64::EPSILON) + f64::from_bits(1);
                let error = half_ulp + bound.to_f64().value() * 1.001;
                return if value.is_finite() { (value, error) } else { (value, f64::INFINITY) };
            }
            bits *= 2;
        }
    }

    /// The sum and the sum of magnitudes.
    fn sum(&self, bits: usize) -> Option<(Big, Big)> {
        let mut sum = Big::ZERO.with_precision(bits).value();
        let mut size = sum.clone();
        for (unit, coefficient) in &self.terms {
            let term = fraction(coefficient, bits) * unit.value(bits)?;
            size += term.clone().abs();
            sum += term;
        }
        Some((sum, size))
    }
}

/// Largest square factor's root, and the square-free rest, of n.
fn without_squares(n: u64) -> (u64, u64) {
    let (mut root, mut free, mut rest) = (1, 1, n);
    let mut p = 2u64;
    while p * p * p <= rest && p < 1 << 21 {
        while rest.is_multiple_of(p * p) {
            rest /= p * p;
            root *= p;
        }
        if rest.is_multiple_of(p) {
            rest /= p;
            free *= p;
        }
        p += 1;
    }
    // At most two primes are left, both above p: a square or square-free.
    let whole_root = rest.isqrt();
    if rest > 0 && whole_root * whole_root == rest { (root * whole_root, free) } else { (root, free * rest) }
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        let mut sum = self.clone();
        for (unit, coefficient) in &other.terms {
            sum.insert(coefficient.clone(), unit.clone());
        }
        sum
    }
}

impl Neg for &Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        self.scaled(&RBig::from(-1))
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        self + &-other
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        let mut product = Exact::zero();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let (factor, unit) = a.times(b);
                product.insert(x * y * RBig::from(factor), unit);
            }
        }
        product
    }
}

macro_rules! by_value {
    ($($operation:ident $method:ident),*) => {$(
        impl $operation for Exact {
            type Output = Exact;

            fn $method(self, other: Exact) -> Exact {
                (&self).$method(&other)
            }
        }
    )*};
}
by_value!(Add add, Sub sub, Mul mul);

impl Neg for Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        -&self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(p: i64, q: u64) -> RBig {
        RBig::from_parts(IBig::from(p), UBig::from(q))
    }

    fn q(p: i64, q: u64) -> Exact {
        Exact::rational(ratio(p, q))
    }

    fn pi(half_powers: i32) -> Exact {
        Exact::pi_power(half_powers)
    }

    fn sqrt(n: u64) -> Exact {
        Exact::sqrt_of_integer(n)
    }

    #[test]
    fn printed_as_the_claim_language_writes_it() {
        let half_e = Exact::exp_of(ratio(1, 2));
        for (value, text, latex) in [
            (Exact::zero(), "0", "0"),
            (q(-3, 4), "-3/4", r"-\frac{3}{4}"),
            (Exact::integer(1).div(&(sqrt(2) * pi(1))).unwrap(), "1/sqrt(2*pi)", r"\frac{1}{\sqrt{2 \pi}}"),
            (q(3, 4) * pi(-1), "3/(4*sqrt(pi))", r"\frac{3}{4 \sqrt{\pi}}"),
            (half_e.clone(), "exp(1/2)", "e^{1/2}"),
            (-&half_e, "-exp(1/2)", "-e^{1/2}"),
            (
                q(1, 3) + Exact::integer(1).div(&(Exact::integer(2) * pi(2) * sqrt(3))).unwrap(),
                "1/3 + 1/(2*pi*sqrt(3))",
                r"\frac{1}{3} + \frac{1}{2 \pi \sqrt{3}}",
            ),
            (sqrt(2) * pi(-1), "sqrt(2/pi)", r"\sqrt{\frac{2}{\pi}}"),
            (q(1, 3) * sqrt(3) * pi(1), "sqrt(pi/3)", r"\sqrt{\frac{\pi}{3}}"),
            (q(5, 2) * sqrt(6) * pi(3), "5*pi*sqrt(6*pi)/2", r"\frac{5 \pi \sqrt{6 \pi}}{2}"),
            (q(1, 2) - q(1, 2) * Exact::exp_of(ratio(-2, 1)), "-exp(-2)/2 + 1/2", r"-\frac{e^{-2}}{2} + \frac{1}{2}"),
            (pi(-4), "1/pi^2", r"\frac{1}{\pi^{2}}"),
        ] {
            assert_eq!(value.to_string(), text);
            assert_eq!(value.latex(), latex);
        }
    }

    #[test]
    fn square_factors_are_taken_out() {
        assert_eq!(sqrt(72), Exact::integer(6) * sqrt(2));
        assert_eq!(sqrt(0), Exact::zero());
        assert_eq!(sqrt(1), Exact::integer(1));
        assert_eq!(sqrt(6) * sqrt(15), Exact::integer(3) * sqrt(10));
        let prime = 4_294_967_291; // the largest prime below 2^32
        assert_eq!(sqrt(prime * prime), Exact::integer(prime as i64));
        assert_eq!(without_squares(2 * 3 * 3 * 1_000_003), (3, 2_000_006));
        assert_eq!(without_squares(u64::MAX), (1, u64::MAX)); // 3 5 17 257 641 65537 6700417
    }

    #[test]
    fn algebra_is_exact() {
        let c = Exact::integer(1).div(&(sqrt(2) * pi(1))).unwrap();
        assert_eq!((&c * &c).to_string(), "1/(2*pi)");
        assert!((&(&c * &c) - &(q(1, 2) * pi(-2))).is_zero());
        let golden = (sqrt(5) + Exact::integer(1)).scaled(&ratio(1, 2));
        assert!((&golden * &golden - golden.clone() - Exact::integer(1)).is_zero());
        assert_eq!(Exact::integer(1).div(&golden), None);
        assert_eq!(golden.div(&Exact::zero()), None);
        assert_eq!((Exact::exp_of(ratio(1, 2)) * Exact::exp_of(ratio(-1, 2))).as_rational(), Some(RBig::ONE));
    }

    /// Digits from outside: sqrt(2), 1/sqrt(2 pi), e.
    #[test]
    fn rounded_to_the_nearest_double() {
        for (value, nearest) in [
            (sqrt(2), std::f64::consts::SQRT_2),
            (q(1, 2) * sqrt(2) * pi(-1), 0.398_942_280_401_432_7),
            (Exact::exp_of(RBig::ONE), std::f64::consts::E),
            (pi(2), std::f64::consts::PI),
            (q(1, 3), 1.0 / 3.0),
        ] {
            let (double, error) = value.to_estimate();
            assert_eq!(double, nearest);
            assert!(error > 0.0 && error < 1.2e-16 * nearest.abs(), "{error}");
        }
        assert_eq!(q(-3, 8).to_estimate(), (-0.375, 0.0));
        assert_eq!(Exact::zero().to_estimate(), (0.0, 0.0));
        assert_eq!(Exact::exp_of(ratio(1_000_000_000, 1)).to_estimate(), (f64::INFINITY, f64::INFINITY));
    }

    /// `sqrt(10^16 + 1) - 10^8 = 5e-9 - 1.25e-25 + ...`, and 355/113 is above pi by 2.66764189062422e-7.
    #[test]
    fn cancellation_costs_no_digits() {
        let n = 10_000_000_000_000_001;
        let small = sqrt(n) - Exact::integer(100_000_000);
        let (value, error) = small.to_estimate();
        assert_eq!(value, 5e-9);
        assert!(error < 1e-24);
        let (value, error) = (q(355, 113) - pi(2)).to_estimate();
        assert!((value - 2.667_641_890_624_223e-7).abs() <= 1e-22 && error < 1e-22, "{value:e}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// The double of a product is the product of the doubles, and distributivity is exact.
        #[test]
        fn products_agree_with_doubles(
            parts in proptest::collection::vec((-9i64..9, 1u64..9, 1u64..40, -5i32..5, -3i64..3), 3)
        ) {
            let [a, b, c] = [0, 1, 2].map(|i: usize| {
                let (p, d, n, k, e) = parts[i];
                q(p, d) * sqrt(n) * pi(k) * Exact::exp_of(ratio(e, 2))
            });
            prop_assert_eq!(&(&a + &b) * &c, &a * &c + &b * &c);
            prop_assert!((&a - &a).is_zero());
            let (product, error) = (&a * &b).to_estimate();
            let rounded = a.to_estimate().0 * b.to_estimate().0;
            prop_assert!((product - rounded).abs() <= error + 4e-16 * product.abs());
            if !c.is_zero() {
                prop_assert_eq!(&a.div(&c).unwrap() * &c, a);
            }
        }
    }
}
