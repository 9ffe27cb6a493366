//! Simulators that are programs of a user's own: processes that are kept alive, and JSON lines to and from them.
//!
//! `command` (words, what is run, its digest), `protocol` (the lines), `process` (one process), `pool` (as many as there are jobs).
//! Knows no claims and no networks.

mod command;
mod pool;
mod process;
mod protocol;

pub use command::{Command, shown};
pub use pool::{BLOCK, Failure, Pool};
pub use process::end_all;
pub use protocol::{Question, seed_words};
