//! The judge judged: mock samples with known truth, through the same looks and the same rule as a run.
//!
//! Pure. May import `verdict`, `compare` and `num`.

mod mock;
pub mod rows;
mod tally;

pub use mock::{Noise, Shape, Spread};
pub use rows::{Row, rows};
pub use tally::{Outcome, Tally, verdict};
