//! What a formula needs of a number, so that it is written once for balls, segments, discs and tails.

use crate::num::Estimate;
use crate::num::sets::{Disc, Segment, Signs, Tail};
use crate::num::special::Bessel;

/// A number type on which a formula can be evaluated. `None`: no value.
pub trait Kind: Copy {
    /// A constant.
    fn of(x: Estimate) -> Option<Self>;
    fn add(self, other: Self) -> Option<Self>;
    fn sub(self, other: Self) -> Option<Self>;
    fn mul(self, other: Self) -> Option<Self>;
    fn div(self, other: Self) -> Option<Self>;
    fn neg(self) -> Option<Self>;
    fn powi(self, n: i32) -> Option<Self>;
    fn pow(self, exponent: Self) -> Option<Self>;
    fn sqrt(self) -> Option<Self>;
    fn exp(self) -> Option<Self>;
    fn expm1(self) -> Option<Self>;
    /// Derivative of order n of `(e^x - 1)/x`.
    fn exprel(self, n: u32) -> Option<Self>;
    fn ln(self) -> Option<Self>;
    fn log1p(self) -> Option<Self>;
    fn sin(self) -> Option<Self>;
    fn cos(self) -> Option<Self>;
    fn tan(self) -> Option<Self>;
    fn asin(self) -> Option<Self>;
    fn acos(self) -> Option<Self>;
    fn atan(self) -> Option<Self>;
    fn tanh(self) -> Option<Self>;
    fn logistic(self) -> Option<Self>;
    /// `ln(1 + e^x)`
    fn softplus(self) -> Option<Self>;
    fn gamma(self) -> Option<Self>;
    /// `ln Gamma(x)` for positive x.
    fn lgamma(self) -> Option<Self>;
    /// The derivative of order n + 1 of `ln Gamma(x)`.
    fn polygamma(self, n: u32) -> Option<Self>;
    /// A Bessel function of some order at x.
    fn bessel(self, kind: Bessel, order: Self) -> Option<Self>;
    fn erf(self) -> Option<Self>;
    fn erfc(self) -> Option<Self>;
    fn abs(self, signs: &mut Signs) -> Option<Self>;
    fn positive_part(self, signs: &mut Signs) -> Option<Self>;
    fn max(self, other: Self, signs: &mut Signs) -> Option<Self>;
    fn min(self, other: Self, signs: &mut Signs) -> Option<Self>;
    /// Whether `self < other`; `None` if that is open.
    fn less(self, other: Self, signs: &mut Signs) -> Option<bool>;
    /// Either of two, where a sign is open.
    fn hull(self, other: Self) -> Option<Self>;

    /// A constant that is a double.
    fn exact(x: f64) -> Option<Self> {
        Self::of(Estimate::exact(x))
    }
}

/// A kind of number that is a set.
pub trait Set: Kind {
    const ZERO: Self;

    /// The one number that it is, whatever the variable; `None` if it is not known to be one.
    fn single(self) -> Option<f64>;
    /// All numbers of a segment, as a second variable that is independent of the first.
    fn independent(segment: Segment) -> Option<Self>;
    /// How far the members are apart, as far as that can be made less by shorter steps of a second variable. Infinite if nothing is known.
    fn spread(self) -> f64;
    /// The orthonormal Hermite polynomial of order k; `None` for high orders.
    fn hermite(self, k: u32) -> Option<Self>;
    /// The number itself, if it is known to lie between two bounds, which may be infinite.
    fn inside(self, low: f64, high: f64) -> Option<Self>;
    /// A function that a claim defines, or a derivative of it.
    fn apply(function: &dyn Function, order: u32, x: Self, signs: &mut Signs) -> Option<Self>;
}

/// A function of one variable that is not made of the operations above, with its first two derivatives, on every kind of number.
pub trait Function: Send + Sync {
    fn ball(&self, order: u32, x: Estimate) -> Option<Estimate>;
    fn segment(&self, order: u32, x: Segment, signs: &mut Signs) -> Option<Segment>;
    fn disc(&self, order: u32, x: Disc, signs: &mut Signs) -> Option<Disc>;
    fn tail(&self, order: u32, x: Tail, signs: &mut Signs) -> Option<Tail>;
}

impl Set for Segment {
    const ZERO: Segment = Segment::ZERO;

    fn single(self) -> Option<f64> {
        (self.low == self.high).then_some(self.low)
    }

    fn independent(segment: Segment) -> Option<Segment> {
        Some(segment)
    }

    fn inside(self, low: f64, high: f64) -> Option<Segment> {
        (low <= self.low && self.high <= high).then_some(self)
    }

    fn spread(self) -> f64 {
        if self.is_bounded() { self.radius() } else { f64::INFINITY }
    }

    fn hermite(self, k: u32) -> Option<Segment> {
        Segment::hermite(self, k)
    }

    fn apply(function: &dyn Function, order: u32, x: Segment, signs: &mut Signs) -> Option<Segment> {
        function.segment(order, x, signs)
    }
}

impl Set for Disc {
    const ZERO: Disc = Disc::ZERO;

    fn single(self) -> Option<f64> {
        let (centre, slope, rest) = self.parts()?;
        (slope == 0.0 && rest == 0.0).then_some(centre)
    }

    fn independent(segment: Segment) -> Option<Disc> {
        Disc::of(segment.to_estimate()?)
    }

    fn inside(self, low: f64, high: f64) -> Option<Disc> {
        let (centre, radius) = self.real_range()?;
        (low <= centre - radius && centre + radius <= high).then_some(self)
    }

    fn spread(self) -> f64 {
        self.rest().map_or(f64::INFINITY, |(rest, drift)| rest + drift)
    }

    fn hermite(self, k: u32) -> Option<Disc> {
        Disc::hermite(self, k)
    }

    fn apply(function: &dyn Function, order: u32, x: Disc, signs: &mut Signs) -> Option<Disc> {
        function.disc(order, x, signs)
    }
}

impl Set for Tail {
    const ZERO: Tail = Tail::ZERO;

    fn single(self) -> Option<f64> {
        self.range().single()
    }

    fn independent(segment: Segment) -> Option<Tail> {
        Some(Tail::within(segment))
    }

    fn inside(self, low: f64, high: f64) -> Option<Tail> {
        Segment::inside(self.range(), low, high).map(|_| self)
    }

    fn spread(self) -> f64 {
        let bound = self.integral();
        if bound.is_finite() { bound } else { self.range().spread() }
    }

    fn hermite(self, k: u32) -> Option<Tail> {
        Tail::hermite(self, k)
    }

    fn apply(function: &dyn Function, order: u32, x: Tail, signs: &mut Signs) -> Option<Tail> {
        function.tail(order, x, signs)
    }
}

/// The functions of one number, each in terms of the type's own; `some` wraps those that always have a value.
macro_rules! functions {
    ($type:ty: some { $($total:ident),* } partial { $($partial:ident),* }) => {
        $(fn $total(self) -> Option<$type> { Some(<$type>::$total(self)) })*
        $(fn $partial(self) -> Option<$type> { <$type>::$partial(self) })*
    };
}

impl Kind for Estimate {
    functions!(Estimate: some { exp, expm1, sin, cos, atan, tanh, erf, erfc } partial { sqrt, ln, log1p, tan, asin, acos, softplus, gamma, lgamma });

    fn of(x: Estimate) -> Option<Estimate> {
        Some(x)
    }

    fn add(self, other: Estimate) -> Option<Estimate> {
        Some(self + other)
    }

    fn sub(self, other: Estimate) -> Option<Estimate> {
        Some(self - other)
    }

    fn mul(self, other: Estimate) -> Option<Estimate> {
        Some(self * other)
    }

    fn div(self, other: Estimate) -> Option<Estimate> {
        Estimate::div(self, other)
    }

    fn neg(self) -> Option<Estimate> {
        Some(-self)
    }

    fn powi(self, n: i32) -> Option<Estimate> {
        Estimate::powi(self, n)
    }

    fn pow(self, exponent: Estimate) -> Option<Estimate> {
        Estimate::pow(self, exponent)
    }

    fn exprel(self, n: u32) -> Option<Estimate> {
        Some(Estimate::exprel(self, n))
    }

    fn polygamma(self, n: u32) -> Option<Estimate> {
        Estimate::polygamma(self, n)
    }

    fn bessel(self, kind: Bessel, order: Estimate) -> Option<Estimate> {
        kind.at(order, self)
    }

    fn logistic(self) -> Option<Estimate> {
        Segment::of(self)?.logistic().to_estimate()
    }

    fn abs(self, _signs: &mut Signs) -> Option<Estimate> {
        Some(Estimate::abs(self))
    }

    fn positive_part(self, _signs: &mut Signs) -> Option<Estimate> {
        Some(Estimate::positive_part(self))
    }

    fn max(self, other: Estimate, _signs: &mut Signs) -> Option<Estimate> {
        Some(Estimate::max(self, other))
    }

    fn min(self, other: Estimate, _signs: &mut Signs) -> Option<Estimate> {
        Some(Estimate::min(self, other))
    }

    fn less(self, other: Estimate, _signs: &mut Signs) -> Option<bool> {
        if self.high() < other.low() {
            Some(true)
        } else if self.low() >= other.high() {
            Some(false)
        } else {
            None
        }
    }

    fn hull(self, other: Estimate) -> Option<Estimate> {
        Segment::of(self)?.hull(Segment::of(other)?).to_estimate()
    }
}

impl Kind for Segment {
    functions!(Segment: some { exp, expm1, sin, cos, atan, tanh, logistic, softplus, erf, erfc }
        partial { sqrt, ln, log1p, tan, asin, acos, gamma, lgamma });

    fn of(x: Estimate) -> Option<Segment> {
        Segment::of(x)
    }

    #[inline]
    fn add(self, other: Segment) -> Option<Segment> {
        Some(self + other)
    }

    #[inline]
    fn sub(self, other: Segment) -> Option<Segment> {
        Some(self - other)
    }

    #[inline]
    fn mul(self, other: Segment) -> Option<Segment> {
        Some(self * other)
    }

    fn div(self, other: Segment) -> Option<Segment> {
        Segment::div(self, other)
    }

    fn neg(self) -> Option<Segment> {
        Some(-self)
    }

    fn powi(self, n: i32) -> Option<Segment> {
        Segment::powi(self, n)
    }

    fn pow(self, exponent: Segment) -> Option<Segment> {
        Segment::pow(self, exponent)
    }

    fn exprel(self, n: u32) -> Option<Segment> {
        Some(Segment::exprel(self, n))
    }

    fn polygamma(self, n: u32) -> Option<Segment> {
        Segment::polygamma(self, n)
    }

    fn bessel(self, kind: Bessel, order: Segment) -> Option<Segment> {
        Segment::bessel(self, kind, Set::single(order)?)
    }

    fn abs(self, signs: &mut Signs) -> Option<Segment> {
        Some(Segment::abs(self, signs))
    }

    fn positive_part(self, signs: &mut Signs) -> Option<Segment> {
        Some(Segment::positive_part(self, signs))
    }

    fn max(self, other: Segment, signs: &mut Signs) -> Option<Segment> {
        Some(Segment::max(self, other, signs))
    }

    fn min(self, other: Segment, signs: &mut Signs) -> Option<Segment> {
        Some(Segment::min(self, other, signs))
    }

    fn less(self, other: Segment, signs: &mut Signs) -> Option<bool> {
        Segment::less(self, other, signs)
    }

    fn hull(self, other: Segment) -> Option<Segment> {
        Some(Segment::hull(self, other))
    }
}

impl Kind for Disc {
    functions!(Disc: some { } partial { neg, sqrt, exp, expm1, ln, log1p, sin, cos, tan, asin, acos, atan, tanh, logistic, softplus,
        gamma, lgamma, erf, erfc });

    fn of(x: Estimate) -> Option<Disc> {
        Disc::of(x)
    }

    fn add(self, other: Disc) -> Option<Disc> {
        Disc::add(self, other)
    }

    fn sub(self, other: Disc) -> Option<Disc> {
        Disc::sub(self, other)
    }

    fn mul(self, other: Disc) -> Option<Disc> {
        Disc::mul(self, other)
    }

    fn div(self, other: Disc) -> Option<Disc> {
        Disc::div(self, other)
    }

    fn powi(self, n: i32) -> Option<Disc> {
        Disc::powi(self, n)
    }

    fn pow(self, exponent: Disc) -> Option<Disc> {
        Disc::pow(self, exponent)
    }

    fn exprel(self, n: u32) -> Option<Disc> {
        Disc::exprel(self, n)
    }

    fn polygamma(self, n: u32) -> Option<Disc> {
        Disc::polygamma(self, n)
    }

    fn bessel(self, kind: Bessel, order: Disc) -> Option<Disc> {
        Disc::bessel(self, kind, Set::single(order)?)
    }

    fn abs(self, signs: &mut Signs) -> Option<Disc> {
        Disc::abs(self, signs)
    }

    fn positive_part(self, signs: &mut Signs) -> Option<Disc> {
        Disc::positive_part(self, signs)
    }

    fn max(self, other: Disc, signs: &mut Signs) -> Option<Disc> {
        Disc::max(self, other, signs)
    }

    fn min(self, other: Disc, signs: &mut Signs) -> Option<Disc> {
        Disc::min(self, other, signs)
    }

    fn less(self, other: Disc, signs: &mut Signs) -> Option<bool> {
        Disc::less(self, other, signs)
    }

    /// Two branches have no analytic hull.
    fn hull(self, _other: Disc) -> Option<Disc> {
        None
    }
}

impl Kind for Tail {
    functions!(Tail: some { neg, exp, expm1, sin, cos, atan, tanh, logistic, erf, erfc }
        partial { sqrt, ln, log1p, tan, asin, acos, softplus, gamma, lgamma });

    fn of(x: Estimate) -> Option<Tail> {
        Tail::of(x)
    }

    fn add(self, other: Tail) -> Option<Tail> {
        Some(Tail::add(self, other))
    }

    fn sub(self, other: Tail) -> Option<Tail> {
        Some(Tail::sub(self, other))
    }

    fn mul(self, other: Tail) -> Option<Tail> {
        Some(Tail::mul(self, other))
    }

    fn div(self, other: Tail) -> Option<Tail> {
        Tail::div(self, other)
    }

    fn powi(self, n: i32) -> Option<Tail> {
        Tail::powi(self, n)
    }

    fn pow(self, exponent: Tail) -> Option<Tail> {
        Tail::pow(self, exponent)
    }

    fn exprel(self, n: u32) -> Option<Tail> {
        Some(Tail::exprel(self, n))
    }

    fn polygamma(self, n: u32) -> Option<Tail> {
        Tail::polygamma(self, n)
    }

    fn bessel(self, kind: Bessel, order: Tail) -> Option<Tail> {
        Tail::bessel(self, kind, order)
    }

    fn abs(self, _signs: &mut Signs) -> Option<Tail> {
        Some(Tail::abs(self))
    }

    fn positive_part(self, _signs: &mut Signs) -> Option<Tail> {
        Some(Tail::positive_part(self))
    }

    fn max(self, other: Tail, _signs: &mut Signs) -> Option<Tail> {
        Some(Tail::max(self, other))
    }

    fn min(self, other: Tail, _signs: &mut Signs) -> Option<Tail> {
        Some(Tail::min(self, other))
    }

    fn less(self, other: Tail, _signs: &mut Signs) -> Option<bool> {
        Tail::less(self, other)
    }

    fn hull(self, other: Tail) -> Option<Tail> {
        Some(Tail::hull(self, other))
    }
}
