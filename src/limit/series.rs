//! Series to infinity with a bound on their tail.

use super::code::Code;
use super::evaluate::{Evaluation, Outcome, fault, shown};
use crate::num::Estimate;
use crate::symbolic::Span;

/// Most terms of a series.
const MOST_TERMS: u64 = 2000;
/// Terms are compared block by block, so that vanishing odd or even terms do no harm.
const BLOCK: usize = 4;
/// Slowest geometric decay, over one block, that is trusted to go on.
const SLOWEST: f64 = 0.9;
/// Tail bound to stop at, relative to the sum of magnitudes.
const NEGLIGIBLE: f64 = 1e-17;
/// A term below this is an exact zero times something rounded.
const NOTHING: f64 = 1e-300;

impl Evaluation<'_> {
    /// `sum k from a of term`. Summed in blocks of four until the tail is negligible by the decay of the largest
    /// terms of the last three blocks: if both ratios are below r < 0.9 the tail is taken to be at most
    /// `4 M r/(1-r)`, M the largest term of the last block. Series that decay more slowly are refused.
    pub(super) fn series(&self, slot: usize, from: u64, term: &Code, frame: &mut [Estimate], span: Span) -> Outcome {
        let mut sum = Estimate::ZERO;
        let mut magnitude = 0.0;
        let mut largest = [f64::INFINITY; 3];
        for block in 0..MOST_TERMS / BLOCK as u64 {
            largest.rotate_left(1);
            largest[2] = 0.0;
            for offset in 0..BLOCK as u64 {
                frame[slot] = Estimate::exact((from + block * BLOCK as u64 + offset) as f64);
                self.count_integrands(1);
                let value = self.value(term, frame)?;
                if !value.is_finite() {
                    let message = format!("the term at {} is {}", frame[slot].value, shown(value));
                    return fault(message, term.span);
                }
                sum = sum + value;
                magnitude += value.value.abs();
                let size = value.value.abs() + value.abs_err;
                largest[2] = largest[2].max(if size < NOTHING { 0.0 } else { size });
            }
            let ratio = |i: usize| if largest[i + 1] == 0.0 { 0.0 } else { largest[i + 1] / largest[i] };
            let slowest = ratio(0).max(ratio(1));
            if largest[0].is_finite() && slowest <= SLOWEST {
                let tail = BLOCK as f64 * largest[2] * slowest / (1.0 - slowest);
                if tail <= NEGLIGIBLE * magnitude {
                    return Ok(sum.widened(tail));
                }
            }
        }
        fault(
            format!(
                "the series has not converged after {MOST_TERMS} terms (sum so far {}): write it in closed form",
                sum.value
            ),
            span,
        )
    }
}

/// Derivative of order `n >= 1` of `(e^x - 1)/x = int_0^1 e^(sx) ds`, which is `I_n = int_0^1 s^n e^(sx) ds`.
///
/// By its power series where `|x| <= 1`, otherwise by `I_n = (e^x - n I_(n-1))/x`, which loses a factor n/|x| of accuracy a step.
pub(super) fn exprel_derivative(n: u32, x: Estimate) -> Estimate {
    let at = |x: f64| -> Estimate {
        let exact = Estimate::exact(x);
        if x.abs() > 1.0 {
            let mut value = exact.exprel();
            for k in 1..=n {
                let top = exact.exp() - Estimate::exact(f64::from(k)) * value;
                value = top.div(exact).unwrap_or(Estimate::UNDEFINED);
            }
            return value;
        }
        let (mut power, mut sum) = (1.0, 0.0);
        for k in 0..24u32 {
            sum += power / f64::from(k + n + 1);
            power *= x / f64::from(k + 1);
        }
        // Terms alternate for x < 0, their magnitudes sum to at most e; what is left out is below 1/24!.
        Estimate::new(sum, 16.0 * f64::EPSILON)
    };
    let value = at(x.value);
    if x.abs_err == 0.0 || !x.is_finite() {
        return value;
    }
    // I_n increases in x and so does its derivative, I_(n+1) <= I_n.
    value.widened(at(x.high()).abs().high() * x.abs_err)
}
