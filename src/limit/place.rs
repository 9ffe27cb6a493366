//! Where a formula is evaluated, which one, and what it cost.

use crate::formula::Why;
use crate::model::{Settings, Sizes};
use crate::num::Estimate;
use std::sync::Arc;

/// Where a formula is evaluated.
#[derive(Clone, Debug)]
pub struct Place {
    /// Values of the claim's parameters. A parameter that is not set has its default.
    pub settings: Settings,
    /// The finite size in use. Then a ratio of sizes such as `rho` is the rounded one, m/d, the spectra are the pairs, and names of sizes
    /// such as `d` and `m` are defined. With `None` the spectra are the limiting laws.
    pub size: Option<FiniteSize>,
}

/// The sizes of a finite model, and the (B, d Gamma) eigenvalue pairs in use there.
#[derive(Clone, Debug)]
pub struct FiniteSize {
    /// Each at least 1, with the names that the claim gives them.
    pub sizes: Sizes,
    /// One for each dimension: (eigenvalue of B before normalisation, eigenvalue of d Gamma). `None`: the limiting laws, for a model
    /// whose eigenvalues nobody states.
    pub pairs: Option<Arc<[(f64, f64)]>>,
}

impl FiniteSize {
    /// A network with `d` and `m`, and the eigenvalue pairs in use.
    pub fn network(dim: usize, width: usize, pairs: Arc<[(f64, f64)]>) -> FiniteSize {
        FiniteSize { sizes: Sizes::network(dim, width), pairs: Some(pairs) }
    }
}

/// Which formula of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The claim's `limit`.
    Limit,
    /// Its `alt`, the second form.
    Alternative,
    /// The formula that says how fast a diverging observable grows.
    Growth,
    /// The exact finite-size expectation; needs [`Place::size`].
    Finite,
    /// What a draw costs; needs [`Place::size`].
    Cost,
    /// The stated value of the n-th special case.
    Special(usize),
}

/// A value, what its bound means, and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// The value with its bound.
    pub value: Estimate,
    /// `None`: enclosed. The distance from the truth is at most the bound; this is a theorem, up to the accuracy of the library's
    /// functions. Otherwise the bound is an estimate, for this reason.
    pub why: Option<Why>,
    /// What it cost.
    pub work: Work,
}

/// What an evaluation cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Number of roots solved. Equal roots are solved once and count once.
    pub roots: u64,
    /// Number of evaluations of integrands and summands.
    pub integrands: u64,
}
