//! The only place with files, threads and the clock: plans a run, simulates what is missing, judges, collects what the
//! report draws.

mod atlas;
pub mod bench;
pub mod calibrate;
pub mod check;
pub mod collect;
mod curve;
pub mod division;
mod evaluated;
pub mod explore;
pub mod files;
mod formulas;
mod gaps;
pub mod interactive;
mod kinds;
pub mod looks;
mod memory;
pub mod mutants;
mod needed;
pub mod no_value;
mod own_samples;
pub mod plan;
mod printed;
pub mod program;
pub mod progress;
pub mod range;
pub mod records;
pub mod report_file;
pub mod shard;
pub mod simulate;
pub mod simulator_program;
pub mod store;
pub mod sweep;
pub mod unfinished;
pub mod value;
pub mod workers;

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
    #[error("claim `{}`{} ({}): {}", .0.claim, located(&.0.at, &.0.size), .0.place, .0.error)]
    Limit(Box<LimitFault>),
    /// A size that cannot be: more memory than there is, eigenvalues that do not fill it.
    #[error("claim `{claim}`{}: {message}", if size.is_empty() { String::new() } else { format!(", {size}") })]
    Size {
        /// The claim's id.
        claim: String,
        /// Dimension and width, as text; empty where no size will do.
        size: String,
        /// What is wrong with them, and what to do.
        message: String,
    },
    /// A network that cannot be drawn or solved.
    #[error("{place}: {error}")]
    Simulation {
        /// Simulator, sizes, seed and replicate.
        place: String,
        /// What failed there.
        error: SimError,
    },
    /// [`progress::interrupt`] was called, as the program does on Ctrl-C and SIGTERM.
    #[error("interrupted; what was finished is kept")]
    Interrupted,
}

/// What has no value, and where.
#[derive(Clone, Debug)]
pub struct LimitFault {
    /// The claim's id.
    pub claim: String,
    /// The settings; empty where there are none.
    pub at: String,
    /// Dimension and width, as text; empty at infinite size.
    pub size: String,
    /// File, line and column.
    pub place: String,
    /// What has no value there.
    pub error: LimitError,
}

/// ` at rho=1, d = 3, m = 4`, as much of it as there is.
fn located(at: &str, size: &str) -> String {
    let parts: Vec<&str> = [at, size].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!(" at {}", parts.join(", ")) }
}

impl RunError {
    /// What is wrong with a file, as the rest of a sentence that begins with its path.
    pub fn file(path: impl Into<PathBuf>, message: impl ToString) -> RunError {
        RunError::File { path: path.into(), message: message.to_string() }
    }
}
