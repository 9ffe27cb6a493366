//! Formulas, compiled once and evaluated with any kind of number (balls, complex balls, jets), at one place or at 32 places.
//!
//! `compile` turns expression trees into `code`; `walk` runs it; `number` says what a number must be able to do. `scalar` is a formula
//! of one variable, for activations that a claim defines.
//!
//! Knows no claims and no limits. May import `symbolic`, `model`, `num`.

pub(crate) mod code;
pub(crate) mod compile;
pub(crate) mod elementary;
mod fault;
pub(crate) mod number;
pub(crate) mod registers;
pub(crate) mod scalar;
pub(crate) mod walk;

pub(crate) use fault::{Fault, fault, relocated};
pub use fault::{LimitError, Why};
