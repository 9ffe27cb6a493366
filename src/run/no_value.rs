//! What has no value at a grid point: why, and where in the claim file. The other cells go on.

use super::{LimitFault, RunError};
use crate::claim::Claim;
use crate::limit::{LimitError, Place, Why};
use crate::model::Settings;
use crate::symbolic::Span;

/// A grid point that cannot be judged.
#[derive(Clone, Debug)]
pub struct WithoutValue<'a> {
    /// Its number among the grid points of the run that meet the hypotheses.
    pub number: usize,
    /// The claim.
    pub claim: &'a Claim,
    /// The grid point.
    pub settings: Settings,
    /// What has no value, and where that stands.
    pub reason: String,
}

/// The error with the claim, the place that the formula was evaluated at, and the place in the file that it is about.
pub fn limit_error(claim: &Claim, place: Option<&Place>, error: LimitError) -> RunError {
    let at = place.map(|place| place.settings.to_string()).unwrap_or_default();
    let size = place.and_then(|place| place.size.as_ref());
    let size = size.map(|size| size.sizes.to_string()).unwrap_or_default();
    RunError::Limit(Box::new(LimitFault { claim: claim.id.clone(), at, size, place: in_file(claim, &error), error }))
}

/// File, line and column, as the faults of a claim file have them.
fn in_file(claim: &Claim, error: &LimitError) -> String {
    let path = &claim.text.path;
    match line_and_column(claim, error.span) {
        Some((line, column)) => format!("{path}:{line}:{column}"),
        None => path.clone(),
    }
}

/// Line and column in the claim's file, unless the span is of no particular place.
fn line_and_column(claim: &Claim, span: Span) -> Option<(usize, usize)> {
    let before = claim.text.text.get(..span.start).filter(|_| span.end > 0)?;
    let line = before.matches('\n').count() + 1;
    Some((line, before[before.rfind('\n').map_or(0, |newline| newline + 1)..].chars().count() + 1))
}

/// Why a value is estimated, with the line.
pub fn why_in_words(claim: &Claim, why: &Why) -> String {
    match line_and_column(claim, why.span) {
        Some((line, _)) => format!("{} (line {line})", why.reason),
        None => why.reason.clone(),
    }
}

/// The reason, if the error is about one cell alone; an error about the whole run stays one.
pub(super) fn reason(error: RunError) -> Result<String, RunError> {
    match error {
        RunError::Limit(fault) if fault.size.is_empty() => Ok(format!("{} ({})", fault.error, fault.place)),
        RunError::Limit(fault) => Ok(format!("at {}: {} ({})", fault.size, fault.error, fault.place)),
        RunError::Size { size, message, .. } if size.is_empty() => Ok(message),
        RunError::Size { size, message, .. } => Ok(format!("at {size}: {message}")),
        RunError::Simulation { place, error } => Ok(format!("{place}: {error}")),
        RunError::File { .. } | RunError::Input(_) | RunError::Interrupted => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::ClaimText;
    use crate::symbolic::Span;

    #[test]
    fn a_reason_says_what_and_where_and_nothing_twice() {
        let fault = |size: &str, message: &str| {
            RunError::Limit(Box::new(LimitFault {
                claim: "mine".into(),
                at: "rho=1".into(),
                size: size.into(),
                place: "mine.md:3:7".into(),
                error: LimitError { message: message.into(), span: Default::default() },
            }))
        };
        assert_eq!(reason(fault("", "0 * inf has no value")).unwrap(), "0 * inf has no value (mine.md:3:7)");
        assert_eq!(reason(fault("d = 3, m = 4", "too deep")).unwrap(), "at d = 3, m = 4: too deep (mine.md:3:7)");
        let whole = fault("d = 3, m = 4", "too deep").to_string();
        assert_eq!(whole, "claim `mine` at rho=1, d = 3, m = 4 (mine.md:3:7): too deep");
        let size = |size: &str| RunError::Size { claim: "mine".into(), size: size.into(), message: "odd".into() };
        assert_eq!(size("").to_string(), "claim `mine`: odd");
        assert_eq!(reason(size("d = 3, m = 4")).unwrap(), "at d = 3, m = 4: odd");
        // What concerns the whole run is no cell's own.
        assert!(reason(RunError::Interrupted).is_err() && reason(RunError::Input("no".into())).is_err());
    }

    /// A fault with a place of another text is told, be it without a line.
    #[test]
    fn faults_at_any_place_are_told() {
        let claim = crate::testing::catalogue().find("nt-test-error").unwrap().clone();
        let claim = Claim { text: ClaimText { path: "my.md".to_string(), text: "é\n∞\n".to_string() }, ..claim };
        for start in [0, 1, 3, 5, 7, 1000] {
            let error = LimitError { message: "no value".to_string(), span: Span { start, end: start + 1 } };
            let text = limit_error(&claim, None, error).to_string();
            assert!(text.contains("my.md"), "{start}: {text}");
        }
    }
}
