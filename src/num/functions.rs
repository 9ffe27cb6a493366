//! Elementary functions of estimates. Values come from the standard library and `libm` (assumed good to two units in the
//! last place); the error of the argument is carried through by a bound on the derivative over the whole ball.
//!
//! A function with a domain returns `None` if the whole ball lies outside it or the bound would be infinite; a ball that
//! only straddles the edge stands for its part inside.

use super::Estimate;
use super::estimate::{half_ulp, overflow};

impl Estimate {
    /// `e^x`.
    pub fn exp(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ONE;
        }
        if let Some(limit) = self.at_infinity(0.0, f64::INFINITY) {
            return limit;
        }
        if self.is_overflow() {
            return if self.value > 0.0 { overflow(1.0) } else { Estimate::new(0.0, f64::from_bits(1)) };
        }
        let value = self.value.exp();
        if value == f64::INFINITY {
            return if self.low() > 709.79 { overflow(1.0) } else { Estimate::UNDEFINED };
        }
        computed(value, grown_from(value, self))
    }

    /// `e^x - 1`, accurate near 0.
    pub fn expm1(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ZERO;
        }
        if let Some(limit) = self.at_infinity(-1.0, f64::INFINITY) {
            return limit;
        }
        if self.is_overflow() {
            return if self.value > 0.0 { overflow(1.0) } else { Estimate::new(-1.0, f64::EPSILON) };
        }
        let value = self.value.exp_m1();
        if value == f64::INFINITY {
            return if self.low() > 709.79 { overflow(1.0) } else { Estimate::UNDEFINED };
        }
        computed(value, grown_from(value + 1.0, self))
    }

    /// Derivative of this order of `(e^x - 1)/x`, which is `I_n = int_0^1 s^n e^(sx) ds`.
    ///
    /// Derivatives by the power series where `|x| <= 1`, otherwise by `I_n = (e^x - n I_(n-1))/x`, which loses a factor n/|x| of
    /// accuracy a step.
    pub fn exprel(self, order: u32) -> Estimate {
        if order == 0 {
            return self.relative_exponential();
        }
        let value = exprel_derivative(order, self.value);
        if self.abs_err == 0.0 || !self.is_finite() {
            return value;
        }
        // I_n increases in x and so does its derivative, I_(n+1) <= I_n.
        value.widened(exprel_derivative(order, self.high()).abs().high() * self.abs_err)
    }

    /// `(e^x - 1)/x`, 1 at 0, accurate near 0.
    fn relative_exponential(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ONE;
        }
        if let Some(limit) = self.at_infinity(0.0, f64::INFINITY) {
            return limit;
        }
        if self.is_overflow() {
            return if self.value > 0.0 { overflow(1.0) } else { Estimate::new(0.0, f64::MIN_POSITIVE) };
        }
        let value = relative_exponential(self.value);
        if value == f64::INFINITY {
            return Estimate::UNDEFINED;
        }
        // The derivative, int_0^1 s e^(sx) ds, increases and lies below the function itself, and for x < 0 below 1/x^2.
        let high = self.high();
        let slope = relative_exponential(high).min(if high < 0.0 { 1.0 / (high * high) } else { f64::INFINITY });
        let carried = if self.abs_err == 0.0 { 0.0 } else { slope * (1.0 + 1e-14) * self.abs_err };
        computed(value, carried + 2.0 * half_ulp(value))
    }

    /// Natural logarithm; `None` unless x is certainly positive.
    pub fn ln(self) -> Option<Estimate> {
        if self.value == f64::INFINITY {
            return Some(if self.is_infinity() { self } else { Estimate::UNDEFINED });
        }
        if self.value.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        (self.low() > 0.0).then(|| {
            if self == Estimate::ONE {
                return Estimate::ZERO;
            }
            computed(self.value.ln(), shrunk(self.abs_err, self.value))
        })
    }

    /// `ln(1 + x)`, accurate near 0; `None` unless `x > -1` certainly.
    pub fn log1p(self) -> Option<Estimate> {
        if self.value == f64::INFINITY {
            return Some(if self.is_infinity() { self } else { Estimate::UNDEFINED });
        }
        if self.value.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        (self.low() > -1.0).then(|| {
            if self == Estimate::ZERO {
                return Estimate::ZERO;
            }
            let argument = (1.0 + self.value) * (1.0 - f64::EPSILON);
            computed(self.value.ln_1p(), shrunk(self.abs_err, argument))
        })
    }

    /// Square root; `None` if x is certainly negative.
    pub fn sqrt(self) -> Option<Estimate> {
        if self.value.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        if self.high() < 0.0 {
            return None;
        }
        if self.value.is_infinite() {
            return Some(if self.is_infinity() { self } else { Estimate::UNDEFINED });
        }
        let value = self.value.max(0.0).sqrt();
        let remainder = value.mul_add(-value, self.value.max(0.0));
        let rounding = if remainder == 0.0 && (value > 1e-140 || value == 0.0) { 0.0 } else { half_ulp(value) };
        if self.abs_err == 0.0 {
            return Some(computed_exactly(value, rounding));
        }
        let low = self.low().max(0.0).sqrt() * (1.0 - f64::EPSILON);
        // Both (sqrt x - sqrt y) = (x - y)/(sqrt x + sqrt y) and the plain ends of the ball bound the error.
        let quotient = self.abs_err / (value * (1.0 - f64::EPSILON) + low);
        let ends = (self.high().sqrt() - value).max(value - low) + 2.0 * half_ulp(self.high().sqrt());
        let carried = if quotient.is_nan() { ends } else { quotient * (1.0 + 8.0 * f64::EPSILON) };
        let carried = if self.low() > 0.0 { carried } else { ends };
        Some(computed_exactly(value, carried + rounding))
    }

    /// `sin x`, x in radians; undefined at infinity.
    pub fn sin(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ZERO;
        }
        if !self.is_finite() {
            return bounded_or_undefined(self);
        }
        computed(self.value.sin(), self.abs_err.min(2.0))
    }

    /// `cos x`, x in radians; undefined at infinity.
    pub fn cos(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ONE;
        }
        if !self.is_finite() {
            return bounded_or_undefined(self);
        }
        computed(self.value.cos(), self.abs_err.min(2.0))
    }

    /// Tangent; `None` if the ball may hold a pole.
    pub fn tan(self) -> Option<Estimate> {
        if self == Estimate::ZERO {
            return Some(Estimate::ZERO);
        }
        if !self.is_finite() {
            return Some(Estimate::UNDEFINED);
        }
        let value = self.value.tan();
        if self.abs_err == 0.0 {
            return Some(computed(value, 0.0));
        }
        // tan(x + d) - tan x = tan d (1 + tan^2 x) / (1 - tan x tan d)
        if self.abs_err > 1.0 {
            return None;
        }
        let step = self.abs_err.tan() * (1.0 + 4.0 * f64::EPSILON);
        let rest = 1.0 - value.abs() * step * (1.0 + 4.0 * f64::EPSILON);
        let size = 1.0 + value * value;
        (rest > 1e-8).then(|| computed(value, step * size / rest * (1.0 + 1e-7 * f64::from(rest < 0.5) + 1e-14)))
    }

    /// Inverse sine; `None` if x is certainly outside [-1, 1].
    pub fn asin(self) -> Option<Estimate> {
        self.inverse_on_unit_interval(f64::asin)
    }

    /// Inverse cosine; `None` if x is certainly outside [-1, 1].
    pub fn acos(self) -> Option<Estimate> {
        if self == Estimate::ONE {
            return Some(Estimate::ZERO);
        }
        self.inverse_on_unit_interval(f64::acos)
    }

    /// `arctan x`, from -pi/2 to pi/2, with its limits at infinity.
    pub fn atan(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ZERO;
        }
        let value = self.value.atan();
        if self.is_infinity() {
            return computed(value, 0.0);
        }
        let nearest = self.nearest_magnitude();
        computed(value, (self.abs_err / (1.0 + nearest * nearest)).min(4.0))
    }

    /// `tanh x`, with its limits at infinity.
    pub fn tanh(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ZERO;
        }
        if let Some(limit) = self.at_infinity(-1.0, 1.0) {
            return limit;
        }
        // sech^2 <= 4 e^(-2|x|)
        let nearest = self.nearest_magnitude();
        let slope = (4.0 * (-2.0 * nearest).exp() * (1.0 + 1e-14)).min(1.0);
        computed(self.value.tanh(), carried(self.abs_err, slope, 2.0))
    }

    /// `ln(1 + e^x)`, whose slope is at most 1 and at most `e^x`.
    pub fn softplus(self) -> Option<Estimate> {
        if !self.is_finite() {
            return None;
        }
        let centre = Estimate::exact(self.value);
        let value = centre.positive_part() + (-centre.abs()).exp().log1p()?;
        let slope = (self.high().min(0.0).exp() * (1.0 + 1e-14)).min(1.0);
        Some(value.widened(self.abs_err * slope))
    }

    /// Error function (libm).
    pub fn erf(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ZERO;
        }
        if let Some(limit) = self.at_infinity(-1.0, 1.0) {
            return limit;
        }
        computed(libm::erf(self.value), carried(self.abs_err, self.error_function_slope(), 2.0))
    }

    /// Complementary error function (libm).
    pub fn erfc(self) -> Estimate {
        if self == Estimate::ZERO {
            return Estimate::ONE;
        }
        if let Some(limit) = self.at_infinity(2.0, 0.0) {
            return limit;
        }
        computed(libm::erfc(self.value), carried(self.abs_err, self.error_function_slope(), 2.0))
    }

    /// `x^y`. A whole exponent is a repeated product; otherwise x must be positive, or not negative with `y > 0`.
    pub fn pow(self, exponent: Estimate) -> Option<Estimate> {
        let y = exponent.value;
        if exponent.abs_err == 0.0 && y.fract() == 0.0 && y.abs() <= 1e6 {
            return self.powi(y as i32);
        }
        if self.value.is_nan() || y.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        if exponent == Estimate::exact(0.5) {
            return self.sqrt();
        }
        if self.value.is_infinite() || !exponent.is_finite() {
            return Some(infinite_power(self, exponent));
        }
        if self.low() > 0.0 {
            let value = self.value.powf(y);
            // |y' ln x' - y ln x| <= |y'| |ln x' - ln x| + |y' - y| |ln x|
            let of_base = (y.abs() + exponent.abs_err) * shrunk(self.abs_err, self.value);
            let of_exponent = exponent.abs_err * self.value.ln().abs();
            return Some(computed(value, grown(value, (of_base + of_exponent) * (1.0 + 1e-14))));
        }
        if self.high() < 0.0 || exponent.low() <= 0.0 {
            return None;
        }
        if self == Estimate::ZERO {
            return Some(Estimate::ZERO);
        }
        let value = self.value.max(0.0).powf(y);
        let highest = self.high().powf(exponent.low()).max(self.high().powf(exponent.high()));
        Some(computed(value, highest * (1.0 + 1e-15)))
    }

    /// The exact limit at plus or minus infinity, if the argument is exactly that; undefined for NaN.
    fn at_infinity(self, at_minus: f64, at_plus: f64) -> Option<Estimate> {
        if self.value.is_nan() {
            Some(Estimate::UNDEFINED)
        } else if self.is_infinity() {
            Some(Estimate::exact(if self.value > 0.0 { at_plus } else { at_minus }))
        } else {
            None
        }
    }

    /// The least `|x|` in the ball.
    fn nearest_magnitude(self) -> f64 {
        self.abs().low().max(0.0)
    }

    /// A bound of `2/sqrt(pi) e^(-x^2)` over the ball.
    fn error_function_slope(self) -> f64 {
        let nearest = self.nearest_magnitude();
        std::f64::consts::FRAC_2_SQRT_PI * (-nearest * nearest).exp() * (1.0 + 1e-12)
    }

    fn inverse_on_unit_interval(self, function: fn(f64) -> f64) -> Option<Estimate> {
        if self.value.is_nan() {
            return Some(Estimate::UNDEFINED);
        }
        if self.low() > 1.0 || self.high() < -1.0 {
            return None;
        }
        let value = function(self.value.clamp(-1.0, 1.0));
        if self.abs_err == 0.0 {
            return Some(if self.value == 0.0 && value == 0.0 { Estimate::ZERO } else { computed(value, 0.0) });
        }
        // Monotone, with infinite slope at the ends: the ends of the ball bound the error.
        let ends = [function(self.low().max(-1.0)), function(self.high().min(1.0))];
        let error = ends.iter().map(|end| (end - value).abs() + 4.0 * half_ulp(*end)).fold(0.0, f64::max);
        Some(computed(value, error))
    }
}

/// Adds the error of the library function, two units in the last place.
fn computed(value: f64, carried: f64) -> Estimate {
    Estimate::computed(value, carried + 4.0 * half_ulp(value))
}

fn computed_exactly(value: f64, error: f64) -> Estimate {
    Estimate::computed(value, error)
}

/// `value (e^error - 1)`: the error of an exponential that the error of its argument causes.
fn grown(value: f64, error: f64) -> f64 {
    if error == 0.0 { 0.0 } else { (value.abs() * (1.0 + 8.0 * f64::EPSILON) + f64::from_bits(1)) * error.exp_m1() }
}

/// The same, but never more than the exponential at the upper end of the argument. The true and the computed value both lie below that.
fn grown_from(value: f64, argument: Estimate) -> f64 {
    let most = argument.high().exp() * (1.0 + 8.0 * f64::EPSILON) + f64::from_bits(1);
    grown(value, argument.abs_err).min(most)
}

/// `-ln(1 - error/value)`: the error of a logarithm that the error of its argument causes.
fn shrunk(error: f64, value: f64) -> f64 {
    if error == 0.0 {
        0.0
    } else {
        -(-(error / value) * (1.0 + 4.0 * f64::EPSILON)).ln_1p() * (1.0 + 8.0 * f64::EPSILON)
    }
}

/// The error of the argument times a bound of the slope, never more than the function's whole range.
fn carried(error: f64, slope: f64, range: f64) -> f64 {
    if error == 0.0 { 0.0 } else { (error * slope).min(range) }
}

fn exprel_derivative(order: u32, x: f64) -> Estimate {
    let exact = Estimate::exact(x);
    if x.abs() > 1.0 {
        let mut value = exact.relative_exponential();
        for k in 1..=order {
            let top = exact.exp() - Estimate::exact(f64::from(k)) * value;
            value = top.div(exact).unwrap_or(Estimate::UNDEFINED);
        }
        return value;
    }
    let (mut power, mut sum) = (1.0, 0.0);
    for k in 0..24u32 {
        sum += power / f64::from(k + order + 1);
        power *= x / f64::from(k + 1);
    }
    // Terms alternate for x < 0, their magnitudes sum to at most e; what is left out is below 1/24!.
    Estimate::new(sum, 16.0 * f64::EPSILON)
}

fn relative_exponential(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.exp_m1() / x }
}

/// Sine or cosine of an unknown finite number is still in [-1, 1].
fn bounded_or_undefined(x: Estimate) -> Estimate {
    if x.value.is_finite() || x.is_overflow() { Estimate::new(0.0, 1.0) } else { Estimate::UNDEFINED }
}

/// Powers with an infinite base or exponent, where the limit is clear.
fn infinite_power(base: Estimate, exponent: Estimate) -> Estimate {
    match exponent.sign() {
        Some(std::cmp::Ordering::Greater) if base == Estimate::INFINITY => Estimate::INFINITY,
        Some(std::cmp::Ordering::Less) if base == Estimate::INFINITY => Estimate::ZERO,
        _ => Estimate::UNDEFINED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dashu_base::Abs;
    use dashu_float::{FBig, round::mode::HalfEven};
    use proptest::prelude::*;

    type Big = FBig<HalfEven, 2>;

    /// 200 bits: 60 digits.
    fn big(x: f64) -> Big {
        Big::try_from(x).expect("finite").with_precision(200).value()
    }

    fn holds(result: Estimate, truth: &Big) -> bool {
        if !result.is_finite() {
            return result.abs_err == f64::INFINITY;
        }
        // The truth itself is good to some 190 bits.
        let slack = truth.clone().abs() * big(2f64.powi(-180));
        (truth - big(result.value)).abs() <= big(result.abs_err) + slack
    }

    fn ball(range: f64) -> impl Strategy<Value = (Estimate, Big)> {
        let error = prop_oneof![Just(0.0), 1e-18..1e-12f64, 1e-12..1e-3f64, 0.0..1.0f64];
        let value = prop_oneof![
            -range..range,
            (-1.0..1.0f64, -40..0i32).prop_map(|(m, e)| m * 2f64.powi(e)),
            Just(0.0),
            Just(1.0),
            Just(0.5),
        ];
        let share = prop_oneof![Just(1.0), Just(-1.0), -1.0..1.0f64];
        (value, error, share)
            .prop_map(|(value, error, share)| (Estimate::new(value, error), big(value) + big(share) * big(error)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn exponentials_contain_the_truth((a, x) in ball(30.0)) {
            prop_assert!(holds(a.exp(), &x.exp()), "exp {a:?} = {:?}", a.exp());
            prop_assert!(holds(a.expm1(), &x.exp_m1()), "expm1 {a:?} = {:?}", a.expm1());
            let relative = if x == big(0.0) { big(1.0) } else { x.exp_m1() / &x };
            prop_assert!(holds(a.exprel(0), &relative), "exprel {a:?} = {:?}", a.exprel(0));
            prop_assert!(holds(a.tanh(), &x.tanh()), "tanh {a:?} = {:?}", a.tanh());
        }

        #[test]
        fn logarithms_contain_the_truth((a, x) in ball(100.0)) {
            if let Some(value) = a.ln() {
                prop_assert!(holds(value, &x.ln()), "ln {a:?} = {value:?}");
            }
            if let Some(value) = a.log1p() {
                prop_assert!(holds(value, &x.ln_1p()), "log1p {a:?} = {value:?}");
            }
        }

        #[test]
        fn circular_functions_contain_the_truth((a, x) in ball(20.0)) {
            prop_assert!(holds(a.sin(), &x.sin()), "sin {a:?} = {:?}", a.sin());
            prop_assert!(holds(a.cos(), &x.cos()), "cos {a:?} = {:?}", a.cos());
            prop_assert!(holds(a.atan(), &x.atan()), "atan {a:?} = {:?}", a.atan());
            if let Some(value) = a.tan() {
                prop_assert!(holds(value, &x.tan()), "tan {a:?} = {value:?}");
            }
        }

        #[test]
        fn inverse_circular_functions_contain_the_truth((a, x) in ball(1.0)) {
            if x.clone().abs() <= big(1.0) {
                let (sine, cosine) = (a.asin().unwrap(), a.acos().unwrap());
                prop_assert!(holds(sine, &x.asin()), "asin {a:?} = {sine:?}");
                prop_assert!(holds(cosine, &x.acos()), "acos {a:?} = {cosine:?}");
            }
        }

        #[test]
        fn powers_contain_the_truth((a, x) in ball(20.0), (b, y) in ball(6.0)) {
            if x > big(0.0) && let Some(value) = a.pow(b) {
                let truth = (y * x.ln()).exp();
                prop_assert!(holds(value, &truth), "{a:?}^{b:?} = {value:?}");
            }
        }
    }

    /// Values to 20 digits and more from the tables of Abramowitz and Stegun (chapter 7) and mpmath.
    #[test]
    fn error_functions_contain_known_values() {
        let known = [
            (0.5, 0.520_499_877_813_046_5, 0.479_500_122_186_953_5),
            (1.0, 0.842_700_792_949_714_9, 0.157_299_207_050_285_13),
            (2.0, 0.995_322_265_018_952_7, 4.677_734_981_047_266e-3),
            (5.0, 0.999_999_999_998_462_5, 1.537_459_794_428_034_8e-12),
        ];
        for (x, erf, erfc) in known {
            let (near, wide) = (Estimate::exact(x), Estimate::new(x - 1e-3, 1.1e-3));
            assert!(near.erf().contains(erf) && near.erf().abs_err < 6e-16, "{x}");
            assert!(near.erfc().contains(erfc) && near.erfc().abs_err < 6e-16 * erfc, "{x}");
            assert!(wide.erf().contains(erf) && wide.erfc().contains(erfc), "{x}");
            assert!((-wide).erf().contains(-erf), "{x}");
        }
    }

    #[test]
    fn accuracy_near_the_delicate_points() {
        let small = Estimate::exact(1e-12);
        assert!((small.exprel(0).value - (1.0 + 5e-13)).abs() < 1e-15);
        assert!(small.expm1().abs_err < 1e-27 && small.log1p().unwrap().abs_err < 1e-27);
        assert_eq!(Estimate::ZERO.exprel(0), Estimate::ONE);
        // Far below zero an error of the argument hardly matters, and a large one is no danger.
        let far = Estimate::new(-1e4, 1e-9);
        assert!(far.exprel(0).abs_err < 1e-16 && (far.exprel(0).value - 1e-4).abs() < 1e-18);
        let vague = Estimate::new(-1e6, 5e5);
        assert!(vague.exp().abs_err < 1e-300 && vague.expm1().abs_err < 1e-15);
        assert_eq!(Estimate::ZERO.exp(), Estimate::ONE);
        assert_eq!(Estimate::ONE.ln(), Some(Estimate::ZERO));
        // A ball that straddles the edge of the domain stands for its part inside.
        assert!(Estimate::new(-1e-18, 1e-17).sqrt().unwrap().contains(0.0));
        assert!(Estimate::new(1.0 + 1e-16, 1e-15).acos().unwrap().contains(0.0));
        assert_eq!(Estimate::new(-1.0, 0.5).sqrt(), None);
        assert_eq!(Estimate::new(0.0, 0.5).ln(), None);
        assert_eq!(Estimate::new(1.5, 0.1).tan(), None);
        assert_eq!(Estimate::exact(-8.0).pow(Estimate::exact(1.0 / 3.0)), None);
        assert_eq!(Estimate::exact(-2.0).pow(Estimate::exact(3.0)), Some(Estimate::exact(-8.0)));
    }
}
