//! Whether a value that was found for a formula is right, refused or wrong, where the right value is known.

use crate::support::formulas::*;
use limitcheck::limit::{Evaluated, Formula, LimitError, Program};

/// A bound of this size, or of this part of a large value, is wide: as good as no value.
const WIDE: f64 = 1e-8;
/// The truth is stated to 15 digits or more and rounded to a double.
const ROUNDED: f64 = 1e-15;
/// Evaluations of integrands and summands that one value may take. This bounds the time without a clock. The most expensive
/// value of the tables takes 85,000 (a singularity inside an interval).
const MOST_EVALUATIONS: u64 = 200_000;

#[derive(Debug)]
pub enum Judged {
    /// The truth is inside the bound, and the bound is not wide.
    Right,
    /// There is no value, or a correct one with a wide bound.
    Refused(String),
    /// The truth is outside the bound. It does not matter whether the bound is proved or estimated.
    Wrong(String),
}

/// `limit FORMULA`, where every parameter has its default.
pub fn graded(formula: &str) -> Result<Evaluated, LimitError> {
    Program::compile(&claim(&format!("limit {formula}")))?.evaluate_graded(Formula::Limit, &at(&[]))
}

/// What was found against the truth. `None`: there is no true value, so that only a refusal is correct. `slack` is the error of
/// the truth beyond its rounding.
pub fn judge(found: &Result<Evaluated, LimitError>, truth: Option<f64>, slack: f64) -> Judged {
    let found = match found {
        Ok(found) => found.value,
        Err(fault) => return Judged::Refused(fault.message.clone()),
    };
    let size = truth.unwrap_or(found.value).abs().max(1.0);
    // Written so that a bound that is not a number is wide.
    let sharp = found.abs_err <= WIDE * size;
    let Some(truth) = truth else {
        return if sharp { Judged::Wrong(format!("{found:?}, but no value exists")) } else { wide(found.abs_err) };
    };
    let inside = (found.value - truth).abs() <= found.abs_err + ROUNDED * truth.abs() + slack;
    match (inside, sharp) {
        (true, true) => Judged::Right,
        (true, false) => wide(found.abs_err),
        (false, _) => Judged::Wrong(format!("{found:?} against {truth:e}")),
    }
}

fn wide(bound: f64) -> Judged {
    Judged::Refused(format!("a bound of {bound:e}"))
}

/// Asserts that a value, if there is one, took little work. A fault does not say how much work it took.
#[track_caller]
pub fn assert_cheap(what: &str, found: &Result<Evaluated, LimitError>) {
    if let Ok(found) = found {
        assert!(found.work.integrands <= MOST_EVALUATIONS, "{what}: {:?}", found.work);
    }
}
