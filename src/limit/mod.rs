//! From a claim and a place to an [`Estimate`]: formulas compiled once, evaluated many times, with error bounds.
//!
//! May import `claim`, `symbolic`, `model`, `num`. Never `sim`: the two check each other.

mod closed_forms;
pub mod moments;

use crate::claim::Claim;
use crate::model::Settings;
use crate::num::Estimate;
use std::sync::Arc;

/// Where a formula is evaluated.
#[derive(Clone, Debug)]
pub struct Place {
    pub settings: Settings,
    /// Finite size in use: then `rho` is m/d, the spectra are the pairs, and `d`, `m` are defined. `None`: the limiting laws.
    pub size: Option<FiniteSize>,
}

/// A dimension, a width, and the (B, d Gamma) eigenvalue pairs in use there.
#[derive(Clone, Debug)]
pub struct FiniteSize {
    pub dim: usize,
    pub width: usize,
    pub pairs: Arc<[(f64, f64)]>,
}

/// Which formula of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    Limit,
    Alternative,
    /// The exact finite-size expectation; needs [`Place::size`].
    Finite,
    /// The stated value of the n-th special case.
    Special(usize),
}

/// A claim's formulas, ready to evaluate.
pub struct Program;

/// Why a formula has no value at a place: says which operation, where in the claim file, and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct LimitError {
    pub message: String,
    /// Place in the claim's text.
    pub span: crate::symbolic::Span,
}

impl Program {
    pub fn compile(_claim: &Claim) -> Result<Program, LimitError> {
        unimplemented!()
    }

    pub fn evaluate(&self, _formula: Formula, _place: &Place) -> Result<Estimate, LimitError> {
        unimplemented!()
    }

    /// Whether every `require` condition holds at the place.
    pub fn admits(&self, _place: &Place) -> Result<bool, LimitError> {
        unimplemented!()
    }
}
