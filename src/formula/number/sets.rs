//! Numbers that are sets: what they say of all their members proves an error. They have no value more often than not, so their faults
//! say nothing.

use super::{Refusal, Single};
use crate::formula::elementary::{Elementary, Pair};
use crate::num::Estimate;
use crate::num::sets::{Set, Signs};
use crate::num::special::Bessel;
use crate::symbolic::{Binary, Comparison};

/// Binomial coefficients with larger lower numbers are computed by gamma functions.
const MOST_FACTORS: f64 = 64.0;

/// A product for small whole k, otherwise by logarithms of gamma functions.
fn binomial<K: Set>(n: K, k: K) -> Option<K> {
    if let (Some(top), Some(below)) = (n.single(), k.single()) {
        return K::of(Estimate::exact(top).binomial(Estimate::exact(below))?);
    }
    let one = K::exact(1.0)?;
    if let Some(count) = k.single().filter(|k| k.fract() == 0.0 && (0.0..=MOST_FACTORS).contains(k)) {
        return (0..count as u32)
            .map(f64::from)
            .try_fold(one, |product, i| product.mul(n.sub(K::exact(i)?)?)?.div(K::exact(i + 1.0)?));
    }
    let both = n.add(one)?.lgamma()?.sub(k.add(one)?.lgamma()?)?;
    both.sub(n.sub(k)?.add(one)?.lgamma()?)?.exp()
}

impl<K: Set> Single for K {
    const ZERO: K = <K as Set>::ZERO;
    const TELLS: bool = false;

    fn constant(x: Estimate) -> Result<K, Refusal> {
        K::of(x).ok_or(Refusal::Undefined)
    }

    fn negated(self) -> Result<K, Refusal> {
        self.neg().ok_or(Refusal::Undefined)
    }

    fn arithmetic(self, operator: Binary, other: K) -> Result<K, Refusal> {
        let value = match operator {
            Binary::Add => self.add(other),
            Binary::Subtract => self.sub(other),
            Binary::Multiply => self.mul(other),
            Binary::Divide => self.div(other),
            Binary::Power => self.pow(other),
        };
        value.ok_or(Refusal::Undefined)
    }

    fn whole_power(self, exponent: i32) -> Result<K, Refusal> {
        self.powi(exponent).ok_or(Refusal::Undefined)
    }

    fn elementary(self, function: Elementary, signs: &mut Signs) -> Result<K, Refusal> {
        let value = match function {
            Elementary::Sqrt => self.sqrt(),
            Elementary::Ln => self.ln(),
            Elementary::Log1p => self.log1p(),
            Elementary::Tan => self.tan(),
            Elementary::Asin => self.asin(),
            Elementary::Acos => self.acos(),
            Elementary::Exp => self.exp(),
            Elementary::Expm1 => self.expm1(),
            Elementary::Exprel(order) => self.exprel(order),
            Elementary::Sin => self.sin(),
            Elementary::Cos => self.cos(),
            Elementary::Atan => self.atan(),
            Elementary::Tanh => self.tanh(),
            Elementary::Erf => self.erf(),
            Elementary::Erfc => self.erfc(),
            Elementary::Logistic => self.logistic(),
            Elementary::Softplus => self.softplus(),
            Elementary::Gamma => self.gamma(),
            Elementary::LogGamma => self.lgamma(),
            Elementary::Digamma(order) => self.polygamma(order),
            Elementary::Abs => self.abs(signs),
            Elementary::PositivePart => self.positive_part(signs),
            Elementary::Admitted(range) => {
                let (low, high) = range.ends();
                self.inside(low, high)
            }
        };
        value.ok_or(Refusal::Undefined)
    }

    fn pair(self, function: Pair, other: K) -> Result<K, Refusal> {
        let value = match function {
            Pair::Binomial => binomial(self, other),
            Pair::BesselJ => other.bessel(Bessel::J, self),
            Pair::BesselI => other.bessel(Bessel::I, self),
        };
        value.ok_or(Refusal::Undefined)
    }

    fn real(self) -> Option<Estimate> {
        self.single().map(Estimate::exact)
    }

    fn shown(self) -> String {
        String::new()
    }

    fn least(self, other: K, signs: &mut Signs) -> Result<K, Refusal> {
        self.min(other, signs).ok_or(Refusal::Undefined)
    }

    fn greatest(self, other: K, signs: &mut Signs) -> Result<K, Refusal> {
        self.max(other, signs).ok_or(Refusal::Undefined)
    }

    fn compare(self, comparison: Comparison, other: K, signs: &mut Signs) -> Result<Option<bool>, Refusal> {
        let mut less = |a: K, b: K| a.less(b, signs);
        let mut equal = || match less(self, other) {
            Some(true) => Some(false),
            below => match less(other, self) {
                Some(true) => Some(false),
                // Neither is less anywhere.
                Some(false) if below == Some(false) => Some(true),
                _ => None,
            },
        };
        Ok(match comparison {
            Comparison::Equal => equal(),
            Comparison::NotEqual => equal().map(|equal| !equal),
            Comparison::Less => less(self, other),
            Comparison::Greater => less(other, self),
            Comparison::LessEqual => less(other, self).map(|less| !less),
            Comparison::GreaterEqual => less(self, other).map(|less| !less),
        })
    }
}
