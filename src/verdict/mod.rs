//! From comparisons to verdicts: the rules for one look, and the looks of a cell. Pure; both are stated in `theory/METHOD.md`.
//!
//! May import `compare` and `num`.

pub(crate) mod kinds;
pub(crate) mod looks;
pub(crate) mod needed;
pub mod rule;

pub use looks::{LOOKS, Rules, Step, step};
pub use rule::{Judgement, Terms, Tolerance, Verdict, judge, margin};
