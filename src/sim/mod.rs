//! Finite networks, exact in x: only the weights are random. Point, size and stream to [`Sample`]s.
//!
//! May import `model` and `num`. Never `limit`, `claim` or `symbolic`: the two sides check each other.

use crate::model::{Activation, Weights};
use std::sync::Arc;

/// What decides which random weights are drawn: with the seed and the replicate's number, nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    pub simulator: Simulator,
    pub weights: Weights,
    pub dim: usize,
    pub width: usize,
}

/// How a network is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Simulator {
    /// Output weights random, nothing trained.
    Init,
    /// First layer random, output weights and intercept optimal.
    RandomFeatures,
    /// Quadratic activation, linearised around random first-layer weights, optimal.
    NeuralTangent,
    /// Quadratic activation, first layer trained: best approximation of rank m.
    FullTraining,
    /// The same by gradient descent on the population loss from a random start.
    FullTrainingDescent,
}

/// What is asked of a drawn network besides its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub activation: Activation,
    /// (eigenvalue of B before normalisation, eigenvalue of d Gamma), one per dimension.
    pub pairs: Arc<[(f64, f64)]>,
    /// Scale of random output weights.
    pub zeta: f64,
}

/// Both observables of one drawn network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// `E(f - f*)^2 / E f*^2`
    pub test_error: f64,
    /// `E|grad f|^2 / E|grad f*|^2`
    pub robustness: f64,
    /// Bound on the numerical error of either, from the residual of the solve.
    pub numeric_error: f64,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    #[error("{0}")]
    Failed(String),
}

/// Draws replicate number `replicate` of the network and observes it for every target, in order.
/// Targets with the same activation and covariance share the matrices and the factorisation.
pub fn draw(_network: Network, _targets: &[Target], _seed: u64, _replicate: u64) -> Result<Vec<Sample>, SimError> {
    unimplemented!()
}
