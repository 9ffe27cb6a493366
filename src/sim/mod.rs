//! Finite networks, exact in x: only the weights are random. Point, size and stream to [`Sample`]s.
//!
//! May import `model` and `num`. Never `limit`, `claim` or `symbolic`: the two sides check each other.

pub mod closed_forms;
pub mod full_training;
pub mod hermite_series;
pub mod init;
pub mod neural_tangent;
pub mod population;
pub mod random_features;
pub mod size;
pub mod weights;

pub use size::{Work, check_memory, draw_flops, work};

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

impl Simulator {
    pub const ALL: [Simulator; 5] = [
        Simulator::Init,
        Simulator::RandomFeatures,
        Simulator::NeuralTangent,
        Simulator::FullTraining,
        Simulator::FullTrainingDescent,
    ];

    /// The name in claim files; part of the key of the random stream.
    pub fn name(self) -> &'static str {
        match self {
            Simulator::Init => "init",
            Simulator::RandomFeatures => "rf",
            Simulator::NeuralTangent => "nt",
            Simulator::FullTraining => "sgd",
            Simulator::FullTrainingDescent => "sgd-descent",
        }
    }

    pub fn from_name(name: &str) -> Option<Simulator> {
        Simulator::ALL.into_iter().find(|simulator| simulator.name() == name)
    }

    /// One line for `list --simulators`.
    pub fn description(self) -> &'static str {
        match self {
            Simulator::Init => "random first layer, random output weights of scale zeta, nothing trained",
            Simulator::RandomFeatures => "random first layer, optimal output weights and intercept (Cholesky solve)",
            Simulator::NeuralTangent => {
                "quadratic activation linearised around a random first layer, optimal (projection)"
            }
            Simulator::FullTraining => {
                "quadratic activation, first layer trained: best approximation of rank m (no noise)"
            }
            Simulator::FullTrainingDescent => {
                "quadratic activation, first layer trained by gradient descent from a random start"
            }
        }
    }

    /// False if every replicate is the same network.
    pub fn needs_noise(self) -> bool {
        self != Simulator::FullTraining
    }
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

impl Target {
    /// Eigenvalues of B, scaled to `||B||_F = 1`.
    fn normalised(&self) -> Vec<f64> {
        let norm = self.pairs.iter().map(|(b, _)| b * b).sum::<f64>().sqrt();
        self.pairs.iter().map(|(b, _)| b / norm).collect()
    }

    /// Eigenvalues of `d Gamma`.
    fn variances(&self) -> Vec<f64> {
        self.pairs.iter().map(|(_, t)| *t).collect()
    }
}

/// Both observables of one drawn network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// `E(f - f*)^2 / E f*^2`
    pub test_error: f64,
    /// `E|grad f|^2 / E|grad f*|^2`; infinite for a network that jumps.
    pub robustness: f64,
    /// Bound on the numerical error of either, from the residual of the solve.
    pub numeric_error: f64,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    #[error("{0}")]
    Failed(String),
}

impl SimError {
    fn failed(message: impl Into<String>) -> SimError {
        SimError::Failed(message.into())
    }
}

/// Draws replicate number `replicate` of the network and observes it for every target, in order.
/// Targets with the same activation and covariance share the matrices and the factorisation.
///
/// The weights depend on `network`, `seed` and `replicate` alone, and the bits of a sample on these and its own target:
/// not on the other targets. Errors name what is out of its domain; nothing is allocated before [`check_memory`] would
/// pass with the largest limit, so callers that face a user's sizes check against a limit of their own first.
pub fn draw(network: Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    check_memory(network, isize::MAX as u64)?;
    for target in targets {
        check(network, target)?;
    }
    if targets.is_empty() {
        return Ok(vec![]);
    }
    match network.simulator {
        Simulator::Init => init::draw(network, targets, seed, replicate),
        Simulator::RandomFeatures => random_features::draw(network, targets, seed, replicate),
        Simulator::NeuralTangent => neural_tangent::draw(network, targets, seed, replicate),
        Simulator::FullTraining => full_training::draw(network, targets),
        Simulator::FullTrainingDescent => full_training::draw_descent(network, targets, seed, replicate),
    }
}

/// What a simulator needs of a target, whatever the weights.
fn check(network: Network, target: &Target) -> Result<(), SimError> {
    let name = network.simulator.name();
    let pairs = &target.pairs;
    if pairs.len() != network.dim {
        let message = format!("dimension {} needs as many eigenvalue pairs, not {}", network.dim, pairs.len());
        return Err(SimError::failed(message));
    }
    if !pairs.iter().all(|(b, t)| b.is_finite() && t.is_finite() && *t >= 0.0) {
        return Err(SimError::failed("eigenvalues must be finite, and those of the covariance non-negative"));
    }
    if pairs.iter().all(|(b, _)| *b == 0.0) || pairs.iter().all(|(_, t)| *t == 0.0) {
        return Err(SimError::failed("every eigenvalue of the target, or of the covariance, is zero"));
    }
    let isotropic = pairs.iter().all(|(_, t)| *t == 1.0);
    if network.weights == Weights::Sphere && !isotropic {
        return Err(SimError::failed("weights on the unit sphere have no covariance: set weights = gaussian"));
    }
    if network.simulator == Simulator::Init && !(target.zeta.is_finite() && target.zeta >= 0.0) {
        return Err(SimError::failed(format!("zeta must be finite and non-negative, not {}", target.zeta)));
    }
    let quadratic = matches!(
        network.simulator,
        Simulator::NeuralTangent | Simulator::FullTraining | Simulator::FullTrainingDescent
    );
    if quadratic && target.activation != Activation::Quadratic {
        let message = format!("simulator `{name}` is for the quadratic activation, not `{}`", target.activation);
        return Err(SimError::failed(message));
    }
    if matches!(network.simulator, Simulator::FullTraining | Simulator::FullTrainingDescent) {
        if !isotropic {
            return Err(SimError::failed(format!("simulator `{name}` has no covariance: set covariance = isotropic")));
        }
        let smallest = pairs.iter().map(|(b, _)| *b).fold(f64::INFINITY, f64::min);
        if smallest < 0.0 {
            return Err(SimError::failed(format!(
                "simulator `{name}` needs a spectrum without negative eigenvalues (this one has {smallest}): \
                 take identity, exponential, uniform, power(g), or points >= 0"
            )));
        }
    }
    Ok(())
}
