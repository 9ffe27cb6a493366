//! Real balls: a value with a bound on its error.

use super::{Refusal, Single};
use crate::formula::elementary::{Elementary, Pair};
use crate::num::Estimate;
use crate::num::sets::{Kind, Signs};
use crate::num::special::Bessel;
use crate::symbolic::Binary;

impl Single for Estimate {
    const ZERO: Estimate = Estimate::ZERO;

    fn constant(x: Estimate) -> Result<Estimate, Refusal> {
        defined(x)
    }

    fn negated(self) -> Result<Estimate, Refusal> {
        Ok(-self)
    }

    #[inline]
    fn arithmetic(self, operator: Binary, other: Estimate) -> Result<Estimate, Refusal> {
        let value = match operator {
            Binary::Add => self + other,
            Binary::Subtract => self - other,
            Binary::Multiply => self * other,
            Binary::Divide => self.div(other).ok_or(Refusal::Outside)?,
            Binary::Power => self.pow(other).ok_or(Refusal::Outside)?,
        };
        defined(value)
    }

    fn whole_power(self, exponent: i32) -> Result<Estimate, Refusal> {
        let power = defined(self.powi(exponent).ok_or(Refusal::Outside)?)?;
        Ok(if exponent % 2 == 0 { power.as_even_power(self) } else { power })
    }

    fn as_even_power(self, base: Estimate) -> Estimate {
        Estimate::as_even_power(self, base)
    }

    fn elementary(self, function: Elementary, _: &mut Signs) -> Result<Estimate, Refusal> {
        let value = match function {
            Elementary::Sqrt => self.sqrt(),
            Elementary::Ln => self.ln(),
            Elementary::Log1p => self.log1p(),
            Elementary::Tan => self.tan(),
            Elementary::Asin => self.asin(),
            Elementary::Acos => self.acos(),
            Elementary::Exp => Some(self.exp()),
            Elementary::Expm1 => Some(self.expm1()),
            Elementary::Exprel(order) => Some(self.exprel(order)),
            Elementary::Sin => Some(self.sin()),
            Elementary::Cos => Some(self.cos()),
            Elementary::Atan => Some(self.atan()),
            Elementary::Tanh => Some(self.tanh()),
            Elementary::Erf => Some(self.erf()),
            Elementary::Erfc => Some(self.erfc()),
            Elementary::Logistic => Kind::logistic(self),
            Elementary::Softplus => self.softplus(),
            Elementary::Gamma => self.gamma(),
            Elementary::LogGamma => self.log_abs_gamma(),
            Elementary::Digamma(order) => self.polygamma(order),
            Elementary::Abs => Some(self.abs()),
            Elementary::PositivePart => Some(self.positive_part()),
            Elementary::Admitted(range) => range.admits(self.low(), self.high()).then_some(self),
        };
        defined(value.ok_or(Refusal::Outside)?)
    }

    fn pair(self, function: Pair, other: Estimate) -> Result<Estimate, Refusal> {
        let value = match function {
            Pair::Binomial => self.binomial(other),
            Pair::BesselJ => Bessel::J.at(self, other),
            Pair::BesselI => Bessel::I.at(self, other),
        };
        defined(value.ok_or(Refusal::Outside)?)
    }

    fn real(self) -> Option<Estimate> {
        Some(self)
    }

    fn shown(self) -> String {
        if self.abs_err == 0.0 { short(self.value) } else { format!("{} +- {:.1e}", short(self.value), self.abs_err) }
    }
}

/// A value with a bound. Infinity comes from mathematics: what is only too large for a double is no value.
fn defined(value: Estimate) -> Result<Estimate, Refusal> {
    if value.abs_err.is_finite() {
        Ok(value)
    } else if value.value.is_infinite() {
        Err(Refusal::Overflow)
    } else {
        Err(Refusal::Undefined)
    }
}

/// A number as a message shows it: plainly if that is short, otherwise in scientific notation.
pub fn short(x: f64) -> String {
    let plain = x.to_string();
    if plain.len() <= 20 { plain } else { format!("{x:e}") }
}
