//! The judge judged: mock samples with known truth, through the same looks and the same rule as a run.
//!
//! Pure. May import `verdict`, `compare` and `num`.

pub mod mock;
pub mod rows;
pub mod tally;

pub use rows::{Row, rows};
pub use tally::{Outcome, Tally, verdict};
