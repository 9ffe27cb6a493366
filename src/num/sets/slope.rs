//! A function of one variable with its first derivative, and with the second where that is asked for, on any kind of number (forward
//! differentiation).

use super::kind::{Function, Kind, Set};
use super::{Segment, Signs};
use crate::num::Estimate;
use crate::num::special::Bessel;
use std::f64::consts::FRAC_2_SQRT_PI;

/// Value and derivatives. Where a sign is left open, the first derivative is either of the two branches', so that a difference of two
/// values is the distance of their places times some member of it; a second derivative there is not known.
#[derive(Clone, Copy, Debug)]
pub struct Slope<K> {
    pub value: K,
    pub first: K,
    pub second: Option<K>,
}

/// `2/sqrt(pi)`, to the nearest double.
const FACTOR: Estimate = Estimate { value: FRAC_2_SQRT_PI, abs_err: f64::EPSILON };

impl<K: Set> Slope<K> {
    /// The variable itself.
    pub fn variable(x: K, second: bool) -> Option<Slope<K>> {
        Some(Slope { value: x, first: K::exact(1.0)?, second: if second { Some(K::ZERO) } else { None } })
    }

    /// What does not depend on the variable.
    pub fn constant(value: K) -> Slope<K> {
        Slope { value, first: K::ZERO, second: Some(K::ZERO) }
    }

    fn is_constant(&self) -> bool {
        let zero = |x: K| x.single() == Some(0.0);
        zero(self.first) && self.second.is_some_and(zero)
    }

    /// A function of this, from its value and its derivatives here.
    fn chain(self, value: Option<K>, derivatives: impl FnOnce(K) -> Option<(K, Option<K>)>) -> Option<Slope<K>> {
        let value = value?;
        if self.is_constant() {
            return Some(Slope::constant(value));
        }
        let (first, second) = derivatives(value)?;
        let curved = || second?.mul(self.first)?.mul(self.first)?.add(first.mul(self.second?)?);
        Some(Slope { value, first: first.mul(self.first)?, second: curved() })
    }

    /// `a` if the sign of `a - b` is negative, else `b`, else either.
    fn chosen(first: bool, a: Slope<K>, b: Slope<K>, less: Option<bool>, open: Option<K>) -> Option<Slope<K>> {
        match less {
            Some(less) => Some(if less == first { a } else { b }),
            None => Some(Slope { value: open?, first: a.first.hull(b.first)?, second: None }),
        }
    }
}

fn times<K: Kind>(x: K, factor: f64) -> Option<K> {
    x.mul(K::exact(factor)?)
}

fn inverse<K: Kind>(x: K) -> Option<K> {
    K::exact(1.0)?.div(x)
}

impl<K: Set> Kind for Slope<K> {
    fn of(x: Estimate) -> Option<Slope<K>> {
        Some(Slope::constant(K::of(x)?))
    }

    fn add(self, other: Slope<K>) -> Option<Slope<K>> {
        let second = || self.second?.add(other.second?);
        Some(Slope { value: self.value.add(other.value)?, first: self.first.add(other.first)?, second: second() })
    }

    fn sub(self, other: Slope<K>) -> Option<Slope<K>> {
        let second = || self.second?.sub(other.second?);
        Some(Slope { value: self.value.sub(other.value)?, first: self.first.sub(other.first)?, second: second() })
    }

    fn mul(self, other: Slope<K>) -> Option<Slope<K>> {
        let (a, b) = (self, other);
        let value = a.value.mul(b.value)?;
        if b.is_constant() {
            let second = || a.second?.mul(b.value);
            return Some(Slope { value, first: a.first.mul(b.value)?, second: second() });
        }
        if a.is_constant() {
            let second = || b.second?.mul(a.value);
            return Some(Slope { value, first: b.first.mul(a.value)?, second: second() });
        }
        let first = a.first.mul(b.value)?.add(b.first.mul(a.value)?)?;
        let second = || {
            let mixed = times(a.first.mul(b.first)?, 2.0)?;
            a.second?.mul(b.value)?.add(b.second?.mul(a.value)?)?.add(mixed)
        };
        Some(Slope { value, first, second: second() })
    }

    fn div(self, other: Slope<K>) -> Option<Slope<K>> {
        let reciprocal = other.chain(inverse(other.value), |f| {
            let first = f.mul(f)?.neg()?;
            Some((first, times(first.mul(f)?, -2.0)))
        })?;
        let quotient = self.mul(reciprocal)?;
        // One division is sharper than a product with the reciprocal.
        Some(Slope { value: self.value.div(other.value)?, ..quotient })
    }

    fn neg(self) -> Option<Slope<K>> {
        let second = || self.second?.neg();
        Some(Slope { value: self.value.neg()?, first: self.first.neg()?, second: second() })
    }

    fn powi(self, n: i32) -> Option<Slope<K>> {
        self.chain(self.value.powi(n), |_| match n {
            0 => Some((K::ZERO, Some(K::ZERO))),
            1 => Some((K::exact(1.0)?, Some(K::ZERO))),
            _ => {
                let second = || times(self.value.powi(n - 2)?, f64::from(n) * f64::from(n - 1));
                Some((times(self.value.powi(n.checked_sub(1)?)?, f64::from(n))?, second()))
            }
        })
    }

    fn pow(self, exponent: Slope<K>) -> Option<Slope<K>> {
        if !exponent.is_constant() {
            let power = exponent.mul(self.ln()?)?.exp()?;
            return Some(Slope { value: self.value.pow(exponent.value)?, ..power });
        }
        let y = exponent.value;
        if let Some(whole) = y.single().filter(|y| y.fract() == 0.0 && y.abs() <= 1e6) {
            return self.powi(whole as i32);
        }
        self.chain(self.value.pow(y), |_| {
            let less = y.sub(K::exact(1.0)?)?;
            let second = || self.value.pow(less.sub(K::exact(1.0)?)?)?.mul(y)?.mul(less);
            Some((self.value.pow(less)?.mul(y)?, second()))
        })
    }

    fn sqrt(self) -> Option<Slope<K>> {
        self.chain(self.value.sqrt(), |f| {
            let first = K::exact(0.5)?.div(f)?;
            let second = || times(first, -0.5)?.div(self.value);
            Some((first, second()))
        })
    }

    fn exp(self) -> Option<Slope<K>> {
        self.chain(self.value.exp(), |f| Some((f, Some(f))))
    }

    fn expm1(self) -> Option<Slope<K>> {
        self.chain(self.value.expm1(), |_| self.value.exp().map(|f| (f, Some(f))))
    }

    fn exprel(self, n: u32) -> Option<Slope<K>> {
        self.chain(self.value.exprel(n), |_| Some((self.value.exprel(n + 1)?, self.value.exprel(n + 2))))
    }

    fn ln(self) -> Option<Slope<K>> {
        self.chain(self.value.ln(), |_| {
            let first = inverse(self.value)?;
            let second = || first.mul(first)?.neg();
            Some((first, second()))
        })
    }

    fn log1p(self) -> Option<Slope<K>> {
        self.chain(self.value.log1p(), |_| {
            let first = inverse(self.value.add(K::exact(1.0)?)?)?;
            let second = || first.mul(first)?.neg();
            Some((first, second()))
        })
    }

    fn sin(self) -> Option<Slope<K>> {
        self.chain(self.value.sin(), |f| Some((self.value.cos()?, f.neg())))
    }

    fn cos(self) -> Option<Slope<K>> {
        self.chain(self.value.cos(), |f| Some((self.value.sin()?.neg()?, f.neg())))
    }

    fn tan(self) -> Option<Slope<K>> {
        self.chain(self.value.tan(), |f| {
            let first = f.mul(f)?.add(K::exact(1.0)?)?;
            let second = || times(f.mul(first)?, 2.0);
            Some((first, second()))
        })
    }

    fn asin(self) -> Option<Slope<K>> {
        self.chain(self.value.asin(), |_| {
            let first = inverse(K::exact(1.0)?.sub(self.value.powi(2)?)?.sqrt()?)?;
            let second = || self.value.mul(first.powi(3)?);
            Some((first, second()))
        })
    }

    fn acos(self) -> Option<Slope<K>> {
        Some(Slope { value: self.value.acos()?, ..self.asin()?.neg()? })
    }

    fn atan(self) -> Option<Slope<K>> {
        self.chain(self.value.atan(), |_| {
            let first = inverse(self.value.powi(2)?.add(K::exact(1.0)?)?)?;
            let second = || times(self.value.mul(first.powi(2)?)?, -2.0);
            Some((first, second()))
        })
    }

    fn tanh(self) -> Option<Slope<K>> {
        self.chain(self.value.tanh(), |f| {
            let one = K::exact(1.0)?;
            let first = one.sub(f)?.mul(one.add(f)?)?;
            let second = || times(f.mul(first)?, -2.0);
            Some((first, second()))
        })
    }

    fn logistic(self) -> Option<Slope<K>> {
        self.chain(self.value.logistic(), |f| {
            let opposite = self.value.neg()?.logistic()?;
            let first = f.mul(opposite)?;
            let second = || first.mul(opposite.sub(f)?);
            Some((first, second()))
        })
    }

    fn softplus(self) -> Option<Slope<K>> {
        self.chain(self.value.softplus(), |_| {
            let first = self.value.logistic()?;
            let second = || first.mul(self.value.neg()?.logistic()?);
            Some((first, second()))
        })
    }

    fn gamma(self) -> Option<Slope<K>> {
        self.chain(self.value.gamma(), |f| {
            let logarithmic = self.value.polygamma(0)?;
            let second = || f.mul(logarithmic.powi(2)?.add(self.value.polygamma(1)?)?);
            Some((f.mul(logarithmic)?, second()))
        })
    }

    fn lgamma(self) -> Option<Slope<K>> {
        self.chain(self.value.lgamma(), |_| Some((self.value.polygamma(0)?, self.value.polygamma(1))))
    }

    fn polygamma(self, n: u32) -> Option<Slope<K>> {
        self.chain(self.value.polygamma(n), |_| Some((self.value.polygamma(n + 1)?, self.value.polygamma(n + 2))))
    }

    /// By neighbours: `J_n' = (J_(n-1) - J_(n+1))/2`, `I_n' = (I_(n-1) + I_(n+1))/2`.
    fn bessel(self, kind: Bessel, order: Slope<K>) -> Option<Slope<K>> {
        let order = order.single()?;
        let at = |n: f64| self.value.bessel(kind, K::exact(n)?);
        let join = |a: K, b: K| if kind == Bessel::J { a.sub(b) } else { a.add(b) };
        self.chain(at(order), |f| {
            let first = times(join(at(order - 1.0)?, at(order + 1.0)?)?, 0.5)?;
            let second = || {
                // (f_(n-2) -+ 2 f_n + f_(n+2))/4
                let outer = at(order - 2.0)?.add(at(order + 2.0)?)?;
                times(join(outer, times(f, 2.0)?)?, 0.25)
            };
            Some((first, second()))
        })
    }

    fn erf(self) -> Option<Slope<K>> {
        self.chain(self.value.erf(), |_| {
            let first = self.value.powi(2)?.neg()?.exp()?.mul(K::of(FACTOR)?)?;
            let second = || times(self.value.mul(first)?, -2.0);
            Some((first, second()))
        })
    }

    fn erfc(self) -> Option<Slope<K>> {
        Some(Slope { value: self.value.erfc()?, ..self.erf()?.neg()? })
    }

    fn abs(self, signs: &mut Signs) -> Option<Slope<K>> {
        let negative = self.value.less(K::ZERO, signs);
        let open = if negative.is_none() { self.value.abs(signs) } else { None };
        Slope::chosen(true, self.neg()?, self, negative, open)
    }

    fn positive_part(self, signs: &mut Signs) -> Option<Slope<K>> {
        self.max(Slope::constant(K::ZERO), signs)
    }

    fn max(self, other: Slope<K>, signs: &mut Signs) -> Option<Slope<K>> {
        let less = self.value.less(other.value, signs);
        let open = if less.is_none() { self.value.max(other.value, signs) } else { None };
        Slope::chosen(false, self, other, less, open)
    }

    fn min(self, other: Slope<K>, signs: &mut Signs) -> Option<Slope<K>> {
        let less = self.value.less(other.value, signs);
        let open = if less.is_none() { self.value.min(other.value, signs) } else { None };
        Slope::chosen(true, self, other, less, open)
    }

    fn less(self, other: Slope<K>, signs: &mut Signs) -> Option<bool> {
        self.value.less(other.value, signs)
    }

    /// Two branches of a condition: their values may differ where one passes into the other, so that no derivative bounds the step.
    fn hull(self, _: Slope<K>) -> Option<Slope<K>> {
        None
    }
}

impl<K: Set> Set for Slope<K> {
    const ZERO: Slope<K> = Slope { value: K::ZERO, first: K::ZERO, second: Some(K::ZERO) };

    fn single(self) -> Option<f64> {
        if self.is_constant() { self.value.single() } else { None }
    }

    fn independent(segment: Segment) -> Option<Slope<K>> {
        Some(Slope::constant(K::independent(segment)?))
    }

    fn inside(self, low: f64, high: f64) -> Option<Slope<K>> {
        self.value.inside(low, high).map(|_| self)
    }

    /// Where the value may be anything, the derivative alone counts: that of an affine function is known on the whole line.
    fn spread(self) -> f64 {
        let (value, first) = (self.value.spread(), self.first.spread());
        if value.is_infinite() { first } else { value.max(first) }
    }

    fn hermite(self, k: u32) -> Option<Slope<K>> {
        let lower = |less: u32| match k.checked_sub(less) {
            Some(degree) => {
                let factor: f64 = (degree + 1..=k).map(f64::from).product();
                self.value.hermite(degree)?.mul(K::of(Estimate::exact(factor).sqrt()?)?)
            }
            None => Some(K::ZERO),
        };
        self.chain(self.value.hermite(k), |_| Some((lower(1)?, lower(2))))
    }

    fn apply(function: &dyn Function, order: u32, x: Slope<K>, signs: &mut Signs) -> Option<Slope<K>> {
        let mut at =
            |more: u32| if order + more <= 2 { K::apply(function, order + more, x.value, signs) } else { None };
        let (value, first, second) = (at(0), at(1), at(2));
        x.chain(value, |_| Some((first?, second)))
    }
}
