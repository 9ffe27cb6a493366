//! Simulated samples, in memory and, if asked, in a results file that grows block by block, so that a run can be
//! interrupted, resumed and merged.

mod divided;
mod journal;
mod lines;
mod merge;
mod samples;
#[cfg(test)]
mod tests;
mod whole;

pub use divided::{Divided, RunOf};
pub(crate) use lines::fingerprint;
pub(crate) use samples::{Block, Failure, Key, Observed, Part};
pub use whole::Store;
pub(crate) use whole::part_line;
