//! Complex balls, for evaluating analytic functions off the real axis. A function that is not analytic needs real arguments.

use super::{Refusal, Single};
use crate::formula::elementary::{Elementary, Pair};
use crate::num::sets::Signs;
use crate::num::special::Bessel;
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::Binary;

impl Single for ComplexEstimate {
    const ZERO: ComplexEstimate = ComplexEstimate::ZERO;

    fn constant(x: Estimate) -> Result<ComplexEstimate, Refusal> {
        finite(ComplexEstimate::real(x))
    }

    fn negated(self) -> Result<ComplexEstimate, Refusal> {
        Ok(-self)
    }

    #[inline]
    fn arithmetic(self, operator: Binary, other: ComplexEstimate) -> Result<ComplexEstimate, Refusal> {
        let value = match operator {
            Binary::Add => self + other,
            Binary::Subtract => self - other,
            Binary::Multiply => self * other,
            Binary::Divide => self.div(other).ok_or(Refusal::Outside)?,
            Binary::Power => match (self.real(), other.real()) {
                (Some(x), Some(y)) => return Single::constant(x.pow(y).ok_or(Refusal::Outside)?),
                _ => (self.ln().ok_or(Refusal::Outside)? * other).exp(),
            },
        };
        finite(value)
    }

    fn whole_power(self, exponent: i32) -> Result<ComplexEstimate, Refusal> {
        finite(self.powi(exponent).ok_or(Refusal::Outside)?)
    }

    fn elementary(self, function: Elementary, signs: &mut Signs) -> Result<ComplexEstimate, Refusal> {
        if let Some(x) = self.real() {
            return Single::constant(x.elementary(function, signs)?);
        }
        let value = match function {
            Elementary::Sqrt => self.sqrt(),
            Elementary::Exp => Some(self.exp()),
            Elementary::Ln => self.ln(),
            Elementary::Log1p => (ComplexEstimate::ONE + self).ln(),
            Elementary::Expm1 => Some(self.expm1()),
            Elementary::Exprel(order) => Some(self.exprel(order)),
            Elementary::Sin => Some(self.sin()),
            Elementary::Cos => Some(self.cos()),
            Elementary::Tan => self.sin().div(self.cos()),
            Elementary::Tanh => self.tanh(),
            Elementary::Logistic => self.times(0.5).tanh().map(|tangent| (tangent + ComplexEstimate::ONE).times(0.5)),
            Elementary::Gamma => self.gamma(),
            Elementary::LogGamma => self.lgamma(),
            Elementary::Digamma(0) => self.digamma(),
            _ => return Err(Refusal::NotAnalytic),
        };
        finite(value.ok_or(Refusal::Outside)?)
    }

    fn pair(self, function: Pair, other: ComplexEstimate) -> Result<ComplexEstimate, Refusal> {
        let order = self.real().ok_or(Refusal::NotAnalytic)?;
        if let Some(x) = other.real() {
            return Single::constant(order.pair(function, x)?);
        }
        let value = match function {
            Pair::Binomial => return Err(Refusal::NotAnalytic),
            Pair::BesselJ => Bessel::J.at_complex(order, other),
            Pair::BesselI => Bessel::I.at_complex(order, other),
        };
        finite(value.ok_or(Refusal::NotAnalytic)?)
    }

    fn real(self) -> Option<Estimate> {
        self.is_real().then(|| self.real_part())
    }

    fn shown(self) -> String {
        match self.real() {
            Some(x) => x.shown(),
            None => format!("{:.6} + {:.6} i", self.re, self.im),
        }
    }
}

fn finite(value: ComplexEstimate) -> Result<ComplexEstimate, Refusal> {
    if value.is_finite() { Ok(value) } else { Err(Refusal::Undefined) }
}
