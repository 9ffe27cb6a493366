//! From a claim and a place to an [`Estimate`](crate::num::Estimate): formulas compiled once, evaluated many times, with error bounds.
//!
//! `program` has a claim's formulas, and `evaluate` what is asked of them; `evaluation` runs one of them at one place, `kinds` for every kind of number, `bodies` as integrands.
//! `integrate` and `roots` do integrals and continue roots, given a function to call; they know nothing of the walk over a formula.
//! `laws` has the laws of eigenvalues, `moments` the Gaussian moments of activations.
//!
//! May import `claim`, `formula`, `symbolic`, `model`, `num`. Never `sim`: the two check each other.

mod activation;
mod bodies;
mod closed_forms;
mod evaluate;
mod evaluation;
mod integrate;
mod kinds;
mod laws;
pub mod moments;
mod place;
mod pools;
mod program;
mod roots;
mod shared;
mod sum;

pub use crate::formula::LimitError;
pub use place::{FiniteSize, Formula, Place, Work};
pub use program::Program;
