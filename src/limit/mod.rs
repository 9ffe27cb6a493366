//! From a claim and a place to an [`Estimate`](crate::num::Estimate): formulas compiled once, evaluated many times, with error bounds.
//!
//! `program` holds a claim's formulas, and `evaluate` answers questions about them. `evaluation` runs one formula at one place, `kinds`
//! does so for every kind of number, and `bodies` turns parts of formulas into integrands. `integrate` computes integrals and `roots`
//! continues roots, both for a function that they are given to call: they know nothing of the walk over a formula. `laws` has the laws of
//! eigenvalues, `moments` the Gaussian moments of activations.
//!
//! May import `claim`, `formula`, `symbolic`, `model`, `num`. Never `sim`: the two check each other.

mod activation;
mod bodies;
mod closed_forms;
mod enclosures;
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
mod systems;

pub use crate::formula::{LimitError, Why};
pub use place::{Evaluated, FiniteSize, Formula, Place, Work};
pub use program::Program;
