//! Why a formula has no value, and where in the text.

use super::code::Unit;
use crate::symbolic::Span;

/// Why a formula has no value at a place: says which operation, where in the claim file, and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct LimitError {
    /// What has no value and why, in one line.
    pub message: String,
    /// Place in the claim's text (of the name that led there, if the fault is in the shared definitions).
    pub span: Span,
}

impl LimitError {
    /// An error at this place.
    pub(crate) fn at<T>(message: impl Into<String>, span: Span) -> Result<T, LimitError> {
        Err(LimitError { message: message.into(), span })
    }
}

/// Why the error bound of a value is an estimate and not a theorem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// In a few words.
    pub reason: String,
    /// Place in the claim's text (of the name that led there, if it is in the shared definitions).
    pub span: Span,
    /// Whether a finer computation can confirm the value; not so if something was assumed.
    pub may_be_confirmed: bool,
}

/// Boxed so that the results of the innermost operations stay small.
pub type Fault = Box<LimitError>;

/// A fault at this place.
pub fn fault<T>(message: impl Into<String>, span: Span) -> Result<T, Fault> {
    Err(Box::new(LimitError { message: message.into(), span }))
}

/// The fault as the claim's reader should see it. If it arose inside the shared definitions (`foreign`), their text is not the claim's, so
/// it is reported at the name in the claim that led there.
pub fn relocated(mut fault: Fault, unit: &Unit, foreign: bool, span: Span) -> Fault {
    if foreign {
        // A function that uses the unknowns of a linear system has a name like `D[r, a]`; the message shows the part before the bracket.
        let name = unit.name.as_deref().and_then(|name| name.split('[').next());
        let name = name.unwrap_or("the shared definitions");
        fault.message = format!("in `{name}`: {}", fault.message);
        fault.span = span;
    }
    fault
}
