//! The only place with files, threads and the clock: plans a run, simulates what is missing, judges, collects what the
//! report draws.

mod atlas;
pub mod bench;
pub mod calibrate;
pub mod check;
pub mod collect;
mod curve;
pub mod files;
mod formulas;
mod gaps;
mod kinds;
pub mod looks;
pub mod mutants;
mod own_samples;
pub mod plan;
pub mod progress;
pub mod range;
pub mod records;
pub mod report_file;
pub mod simulate;
pub mod store;
pub mod sweep;

use crate::limit::LimitError;
use crate::sim::SimError;
use std::path::PathBuf;

/// Why a run stopped. Every message says where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{path}: {message}", path = path.display())]
    File { path: PathBuf, message: String },
    #[error("{0}")]
    Input(String),
    #[error("claim `{claim}`{place}: {error}")]
    Limit { claim: String, place: String, error: LimitError },
    #[error("{place}: {error}")]
    Simulation { place: String, error: SimError },
    #[error("interrupted; what was finished is kept")]
    Interrupted,
}

impl RunError {
    pub fn file(path: impl Into<PathBuf>, message: impl ToString) -> RunError {
        RunError::File { path: path.into(), message: message.to_string() }
    }
}
