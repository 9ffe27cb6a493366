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

/// The nearest double, with half the distance to the next larger one unless it is the number itself. A number that is too large for a
/// double has no bound.
pub fn rounded(value: &RBig) -> Estimate {
    match value.to_f64() {
        Approximation::Exact(x) => Estimate::exact(x),
        Approximation::Inexact(x, _) if x.is_infinite() => Estimate::new(x, f64::INFINITY),
        Approximation::Inexact(x, _) => {
            let size = x.abs();
            Estimate::new(x, (0.5 * (size.next_up() - size)).max(f64::from_bits(1)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dashu_int::IBig;

    /// Exact differences, at powers of two from both sides too.
    #[test]
    fn half_a_unit_is_a_bound() {
        let third = RBig::from_parts(IBig::ONE, 3u8.into());
        for power in [-40isize, -1, 0, 1, 60] {
            for shift in [-1i8, 0, 1] {
                let tiny = RBig::from_parts(IBig::from(shift), dashu_int::UBig::ONE << 70);
                for sign in [1i8, -1] {
                    let two =
                        if power < 0 { RBig::ONE / RBig::from(2u8).pow(-power) } else { RBig::from(2u8).pow(power) };
                    let value = (two * (RBig::ONE + &tiny) + &third * &tiny) * RBig::from(sign);
                    let ball = rounded(&value);
                    let off = RBig::try_from(ball.value).unwrap() - &value;
                    let off = if off < RBig::ZERO { -off } else { off };
                    assert!(off <= RBig::try_from(ball.abs_err).unwrap(), "{value}");
                }
            }
        }
        let ball = rounded(&third);
        assert!(ball.abs_err < 2.8e-17, "{ball:?}");
        assert_eq!(rounded(&RBig::from(10u8).pow(400)).abs_err, f64::INFINITY);
    }
}
