//! How a command ends: its exit code, or why there is no result, and what it remarks on standard error.

use crate::run::RunError;
use std::io::Write;

/// Why a command ends without a result.
#[derive(Debug)]
pub enum Failure {
    /// By Ctrl-C or SIGTERM.
    Interrupted,
    ClosedPipe,
    Message(String),
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Interrupted => Failure::Interrupted,
            other => Failure::Message(other.to_string()),
        }
    }
}

impl Failure {
    pub fn new(message: impl ToString) -> Failure {
        Failure::Message(message.to_string())
    }
}

/// An exit code, or a failure (exit code 3 or 130).
pub type Outcome = Result<u8, Failure>;

/// Says something on standard error. That its reader went away (`limitcheck check my.md 2>&1 | head`) changes nothing.
pub fn remark(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Exit code of bad input, and of a run in which something has no value or could not be read.
pub const UNREADABLE: u8 = 3;
