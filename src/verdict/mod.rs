//! From comparisons to verdicts: the rules for one look, and the looks of a cell. Pure; both are stated in `theory/METHOD.md`.
//!
//! May import `compare` only.

pub(crate) mod kinds;
pub(crate) mod looks;
pub mod rule;

pub use looks::{LOOKS, Rules, Step, step};
pub use rule::{Judgement, Verdict, judge, margin};
