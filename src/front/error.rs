//! Why a call of the library has no result.

use crate::claim::{Diagnostics, LookupError};
use crate::run::RunError;
use crate::run::value::Refusal;
use std::path::PathBuf;

/// Why there is no result. Every message says where and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Claim files with faults.
    #[error("{rendered}")]
    Faults {
        /// Each fault, in the order of the files and of their places.
        faults: Vec<Fault>,
        /// The faults with the text underlined, as the command line prints them.
        rendered: String,
    },
    /// A name that there is not, or a value that the parameter cannot have.
    #[error("{message} ({hint})")]
    Unknown {
        /// What could not be found or read.
        message: String,
        /// A near name, or what there is.
        hint: String,
    },
    /// The claim is a formula in d and m: it has a value at a size only ([`Point::limit_at`](crate::Point::limit_at)).
    #[error("claim `{claim}` is a formula in d and m: ask for its value at a size")]
    NeedsSize {
        /// The claim's id.
        claim: String,
    },
    /// A hypothesis of the claim does not hold there.
    #[error("claim `{claim}`{at}: its hypotheses do not hold there: {hypothesis}")]
    Outside {
        /// The claim's id.
        claim: String,
        /// The settings, as ` at rho=2`; empty for a claim without parameters.
        at: String,
        /// The line of the claim file.
        hypothesis: String,
    },
    /// The formula has no value there.
    #[error("claim `{claim}`{at} ({place}): {message}")]
    NoValue {
        /// The claim's id.
        claim: String,
        /// The settings, as ` at rho=2`; empty where there are none.
        at: String,
        /// File, line and column.
        place: String,
        /// What has no value, and why.
        message: String,
    },
    /// A file that cannot be read or written.
    #[error("{}: {message}", path.display())]
    File {
        /// As the caller named it.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A network that cannot be drawn.
    #[error("{place}: {message}")]
    Simulation {
        /// Simulator, sizes, seed and replicate.
        place: String,
        /// What failed there.
        message: String,
    },
    /// The work was stopped by [`Watch::interrupt`](crate::Watch::interrupt).
    #[error("interrupted; what was finished is kept in the results file, if one is named")]
    Interrupted,
    /// A size, or a combination of claim and request, that cannot be; the message says what to change.
    #[error("{0}")]
    Request(String),
}

/// One fault of a claim file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The file, as the caller named it.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Stable code such as `C012`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The remedy; empty if the message says it all.
    pub hint: String,
}

impl From<Diagnostics> for Error {
    fn from(found: Diagnostics) -> Error {
        Error::from(vec![found])
    }
}

impl From<Vec<Diagnostics>> for Error {
    fn from(files: Vec<Diagnostics>) -> Error {
        let rendered: Vec<String> = files.iter().map(|file| file.render(false)).collect();
        Error::Faults { faults: files.iter().flat_map(faults).collect(), rendered: rendered.join("\n") }
    }
}

fn faults(file: &Diagnostics) -> Vec<Fault> {
    let one = |fault: &crate::claim::Diagnostic| {
        let before = file.text.get(..fault.span.start).unwrap_or(&file.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Fault {
            path: file.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            code: fault.code.to_string(),
            message: fault.message.clone(),
            hint: fault.hint.clone(),
        }
    };
    file.faults.iter().map(one).collect()
}

impl From<LookupError> for Error {
    fn from(LookupError { message, hint }: LookupError) -> Error {
        Error::Unknown { message, hint }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Error {
        match error {
            RunError::File { path, message } => Error::File { path, message },
            RunError::Limit(fault) => Error::NoValue {
                claim: fault.claim,
                at: [fault.at, fault.size]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .map(|part| format!(" at {part}"))
                    .collect(),
                place: fault.place,
                message: fault.error.message,
            },
            RunError::Interrupted => Error::Interrupted,
            RunError::Simulation { place, error } => Error::Simulation { place, message: error.to_string() },
            other => Error::Request(other.to_string()),
        }
    }
}

impl Error {
    /// A refusal to evaluate a claim at these settings.
    pub(super) fn refused(refusal: Refusal, claim: &str, at: String) -> Error {
        let claim = claim.to_string();
        match refusal {
            Refusal::NeedsSize => Error::NeedsSize { claim },
            Refusal::Outside(hypothesis) => Error::Outside { claim, at, hypothesis },
            Refusal::NoValue(error) => Error::from(*error),
        }
    }
}
