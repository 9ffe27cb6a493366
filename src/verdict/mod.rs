//! The rule that turns a comparison into a verdict. Pure; the rule is stated in `theory/METHOD.md`.
//!
//! May import `compare` only.

pub mod kinds;
pub mod rule;

pub use rule::{Judgement, Verdict, judge, margin};
