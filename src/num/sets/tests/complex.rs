//! Complex numbers in plain doubles, to test discs at complex points.

use crate::num::sets::{Kind, Signs};
use crate::num::special::Bessel;
use crate::num::{ComplexEstimate, Estimate};
use std::f64::consts::FRAC_2_SQRT_PI;

/// `re + i im`, good to some 1e-13 where nothing cancels.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub re: f64,
    pub im: f64,
}

impl Point {
    pub fn new(re: f64, im: f64) -> Point {
        Point { re, im }
    }

    pub fn modulus(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn times(self, k: f64) -> Point {
        Point::new(self.re * k, self.im * k)
    }

    fn plus(self, other: Point) -> Point {
        Point::new(self.re + other.re, self.im + other.im)
    }

    fn by(self, other: Point) -> Point {
        Point::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }

    fn over(self, other: Point) -> Point {
        let size = other.re * other.re + other.im * other.im;
        self.by(Point::new(other.re, -other.im)).times(1.0 / size)
    }

    fn exponential(self) -> Point {
        Point::new(self.re.exp() * self.im.cos(), self.re.exp() * self.im.sin())
    }

    fn logarithm(self) -> Point {
        Point::new(self.modulus().ln(), self.im.atan2(self.re))
    }

    /// `sum_k coefficient(k) z^k` until the terms are negligible.
    fn series(self, coefficient: impl Fn(u32) -> f64) -> Point {
        let (mut power, mut sum) = (Point::new(1.0, 0.0), Point::new(0.0, 0.0));
        for k in 0..300 {
            sum = sum.plus(power.times(coefficient(k)));
            power = power.by(self);
        }
        sum
    }
}

const ONE: Point = Point { re: 1.0, im: 0.0 };
const I: Point = Point { re: 0.0, im: 1.0 };

impl Kind for Point {
    fn of(x: Estimate) -> Option<Point> {
        Some(Point::new(x.value, 0.0))
    }
    fn add(self, other: Point) -> Option<Point> {
        Some(self.plus(other))
    }
    fn sub(self, other: Point) -> Option<Point> {
        Some(self.plus(other.times(-1.0)))
    }
    fn mul(self, other: Point) -> Option<Point> {
        Some(self.by(other))
    }
    fn div(self, other: Point) -> Option<Point> {
        Some(self.over(other))
    }
    fn neg(self) -> Option<Point> {
        Some(self.times(-1.0))
    }
    fn powi(self, n: i32) -> Option<Point> {
        let power = (0..n.unsigned_abs()).fold(ONE, |power, _| power.by(self));
        Some(if n < 0 { ONE.over(power) } else { power })
    }
    fn pow(self, exponent: Point) -> Option<Point> {
        Some(self.logarithm().by(exponent).exponential())
    }
    fn sqrt(self) -> Option<Point> {
        Some(self.logarithm().times(0.5).exponential())
    }
    fn exp(self) -> Option<Point> {
        Some(self.exponential())
    }
    fn expm1(self) -> Option<Point> {
        if self.modulus() < 0.5 {
            let mut factorial = vec![1.0];
            (1..300).for_each(|k| factorial.push(factorial[k - 1] * k as f64));
            return Some(self.series(|k| if k == 0 { 0.0 } else { 1.0 / factorial[k as usize] }));
        }
        self.exponential().sub(ONE)
    }
    /// By Simpson's rule in 2000 steps: good to 1e-12 for arguments below 10.
    fn exprel(self, n: u32) -> Option<Point> {
        if self.modulus() > 10.0 {
            return None;
        }
        let steps = 2000;
        let at = |i: i32| {
            let s = f64::from(i) / f64::from(steps);
            self.times(s).exponential().times(s.powi(n as i32))
        };
        let mut sum = at(0).plus(at(steps));
        (1..steps).for_each(|i| sum = sum.plus(at(i).times(if i % 2 == 1 { 4.0 } else { 2.0 })));
        Some(sum.times(1.0 / (3.0 * f64::from(steps))))
    }
    fn ln(self) -> Option<Point> {
        Some(self.logarithm())
    }
    fn log1p(self) -> Option<Point> {
        if self.modulus() < 0.25 {
            let sign = |k: u32| if k.is_multiple_of(2) { -1.0 } else { 1.0 };
            return Some(self.series(|k| if k == 0 { 0.0 } else { sign(k) / f64::from(k) }));
        }
        Some(self.plus(ONE).logarithm())
    }
    fn sin(self) -> Option<Point> {
        Some(Point::new(self.re.sin() * self.im.cosh(), self.re.cos() * self.im.sinh()))
    }
    fn cos(self) -> Option<Point> {
        Some(Point::new(self.re.cos() * self.im.cosh(), -self.re.sin() * self.im.sinh()))
    }
    fn tan(self) -> Option<Point> {
        Some(self.sin()?.over(self.cos()?))
    }
    /// `-i ln(i z + sqrt(1 - z^2))`, near 0 with the logarithm of a number near 1 by its series.
    fn asin(self) -> Option<Point> {
        if self.modulus() < 0.1 {
            let square = self.by(self);
            let less = square.times(-1.0).by(ONE.over(ONE.plus(ONE.sub(square)?.sqrt()?)));
            return Some(I.by(self).plus(less).log1p()?.by(I).times(-1.0));
        }
        let root = ONE.sub(self.by(self))?.sqrt()?;
        Some(I.by(self).plus(root).logarithm().by(I).times(-1.0))
    }
    fn acos(self) -> Option<Point> {
        Point::new(std::f64::consts::FRAC_PI_2, 0.0).sub(self.asin()?)
    }
    /// `(i/2) (ln(1 - i z) - ln(1 + i z))`
    fn atan(self) -> Option<Point> {
        let turned = I.by(self);
        let (below, above) = (turned.times(-1.0).log1p()?, turned.log1p()?);
        Some(below.sub(above)?.by(I).times(0.5))
    }
    fn tanh(self) -> Option<Point> {
        let (side, turned) = if self.re >= 0.0 { (1.0, -2.0) } else { (-1.0, 2.0) };
        let lost = self.times(turned).expm1()?;
        Some(lost.over(lost.plus(ONE).plus(ONE)).times(-side))
    }
    fn logistic(self) -> Option<Point> {
        Some(self.times(0.5).tanh()?.plus(ONE).times(0.5))
    }
    /// `ln(1 + e^z)`, for real parts above 0 as `z + ln(1 + e^-z)`.
    fn softplus(self) -> Option<Point> {
        let sign = if self.re > 0.0 { -1.0 } else { 1.0 };
        let small = self.times(sign).exponential().plus(ONE).logarithm();
        Some(if self.re > 0.0 { self.plus(small) } else { small })
    }
    fn gamma(self) -> Option<Point> {
        ComplexEstimate::exact(self.re, self.im).gamma().map(|z| Point::new(z.re, z.im))
    }
    fn lgamma(self) -> Option<Point> {
        ComplexEstimate::exact(self.re, self.im).lgamma().map(|z| Point::new(z.re, z.im))
    }
    fn polygamma(self, n: u32) -> Option<Point> {
        let value = if n == 0 { ComplexEstimate::exact(self.re, self.im).digamma() } else { None };
        value.map(|z| Point::new(z.re, z.im))
    }
    fn bessel(self, kind: Bessel, order: Point) -> Option<Point> {
        let z = kind.at_complex(Estimate::exact(order.re), ComplexEstimate::exact(self.re, self.im))?;
        Some(Point::new(z.re, z.im))
    }
    /// `2/sqrt(pi) z e^(-z^2) sum (2 z^2)^k/(2k + 1)!!`: good in the middle, useless far away.
    fn erf(self) -> Option<Point> {
        if self.modulus() > 4.0 {
            return None;
        }
        let square = self.by(self);
        let (mut term, mut sum) = (ONE, ONE);
        for k in 1..200 {
            term = term.by(square).times(2.0 / f64::from(2 * k + 1));
            sum = sum.plus(term);
        }
        Some(self.by(square.times(-1.0).exponential()).by(sum).times(FRAC_2_SQRT_PI))
    }
    /// Cancels on the right, where only the real axis is known better.
    fn erfc(self) -> Option<Point> {
        if self.im == 0.0 {
            return Some(Point::new(libm::erfc(self.re), 0.0));
        }
        if self.re > 1.0 {
            return None;
        }
        ONE.sub(self.erf()?)
    }
    fn abs(self, signs: &mut Signs) -> Option<Point> {
        Some(if signs.replay()? { self } else { self.times(-1.0) })
    }
    fn positive_part(self, signs: &mut Signs) -> Option<Point> {
        Some(if signs.replay()? { self } else { Point::new(0.0, 0.0) })
    }
    fn max(self, other: Point, signs: &mut Signs) -> Option<Point> {
        Some(if signs.replay()? { self } else { other })
    }
    fn min(self, other: Point, signs: &mut Signs) -> Option<Point> {
        Some(if signs.replay()? { self } else { other })
    }
    fn less(self, _other: Point, signs: &mut Signs) -> Option<bool> {
        signs.replay()
    }
    fn hull(self, _other: Point) -> Option<Point> {
        None
    }
}
