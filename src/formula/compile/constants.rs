//! Rational constants of formulas: folded exactly, rounded once.

use crate::num::Estimate;
use crate::symbolic::{Binary, Expr, Node};
use dashu_base::{Approximation, BitTest};
use dashu_ratio::RBig;

/// Exact constants are folded up to this many bits; longer ones are left to floating point.
const MAX_FOLDED_BITS: usize = 4096;

/// The exact value of a rational constant, unless it is too long.
pub fn fold(expr: &Expr) -> Option<RBig> {
    let value = match &expr.node {
        Node::Number(n) => n.clone(),
        Node::Negate(inner) => -fold(inner)?,
        Node::Binary(operator, a, b) => {
            let (a, b) = (fold(a)?, fold(b)?);
            match operator {
                Binary::Add => a + b,
                Binary::Subtract => a - b,
                Binary::Multiply => a * b,
                Binary::Divide if b.is_zero() => return None,
                Binary::Divide => a / b,
                Binary::Power => {
                    let n = whole(&b)?;
                    let too_long = bits(&a).checked_mul(n.unsigned_abs() as usize).is_none_or(|b| b > MAX_FOLDED_BITS);
                    if too_long || (n < 0 && a.is_zero()) {
                        return None;
                    }
                    a.pow(n as isize)
                }
            }
        }
        _ => return None,
    };
    (bits(&value) <= MAX_FOLDED_BITS).then_some(value)
}

fn bits(value: &RBig) -> usize {
    value.numerator().bit_len().max(value.denominator().bit_len())
}

pub fn whole(value: &RBig) -> Option<i32> {
    value.is_int().then(|| i32::try_from(value.numerator()).ok()).flatten()
}

/// The nearest double, with half a unit in its last place unless it is the number itself.
pub fn rounded(value: &RBig) -> Estimate {
    match value.to_f64() {
        Approximation::Exact(x) => Estimate::exact(x),
        Approximation::Inexact(x, _) => Estimate::new(x, (x.next_up() - x).abs().max(f64::from_bits(1))),
    }
}
