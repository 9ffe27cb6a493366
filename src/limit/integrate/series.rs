//! Series to infinity with a bound on their tail.

use super::problem::Outcome;
use crate::formula::fault;
use crate::formula::number::Single;
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
/// A term below this is taken for a zero that rounding made inexact.
const NOTHING: f64 = 1e-300;

/// `sum k from a of term`, where the text of the term stands at `place`. Terms are added in blocks of four until the tail is negligible.
/// The tail is judged by the largest terms of the last three blocks: if both ratios of them are below r < 0.9, the tail is taken to be at
/// most `4 M r/(1-r)`, where M is the largest term of the last block. Series that decay more slowly are refused.
pub fn series(from: u64, term: &mut dyn FnMut(Estimate) -> Outcome, place: Span, span: Span) -> Outcome {
    let mut sum = Estimate::ZERO;
    let mut magnitude = 0.0;
    let mut largest = [f64::INFINITY; 3];
    for block in 0..MOST_TERMS / BLOCK as u64 {
        largest.rotate_left(1);
        largest[2] = 0.0;
        for offset in 0..BLOCK as u64 {
            let index = Estimate::exact((from + block * BLOCK as u64 + offset) as f64);
            let value = term(index)?;
            if !value.is_finite() {
                return fault(format!("the term at {} is {}", index.value, value.shown()), place);
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
