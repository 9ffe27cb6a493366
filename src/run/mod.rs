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
mod memory;
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
    /// A file that cannot be read, written or understood.
    #[error("{path}: {message}", path = path.display())]
    File {
        /// As the user named it.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A claim, a setting or a size that a run cannot do; the message says which and what to change.
    #[error("{0}")]
    Input(String),
    /// A formula without a value.
    #[error("claim `{claim}`{place}: {error}")]
    Limit {
        /// The claim's id.
        claim: String,
        /// The settings, if any, and the line of the claim file.
        place: String,
        /// What has no value there.
        error: LimitError,
    },
    /// A network that cannot be drawn or solved.
    #[error("{place}: {error}")]
    Simulation {
        /// Simulator, sizes, seed and replicate.
        place: String,
        /// What failed there.
        error: SimError,
    },
    /// Ctrl-C or SIGTERM, once [`progress::catch_interrupts`] was called.
    #[error("interrupted; what was finished is kept")]
    Interrupted,
}

impl RunError {
    /// What is wrong with a file, as the rest of a sentence that begins with its path.
    pub fn file(path: impl Into<PathBuf>, message: impl ToString) -> RunError {
        RunError::File { path: path.into(), message: message.to_string() }
    }
}
