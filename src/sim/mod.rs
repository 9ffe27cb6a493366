//! Finite networks, exact in x: only the weights are random. Point, size and stream to [`Sample`]s.
//!
//! The functions `observe` take weights and targets of one's own, for tests: matrices whose shapes do not fit each other panic.
//!
//! May import `model` and `num`. Never `limit`, `claim` or `symbolic`: the two sides check each other.

pub mod additive_tangent;
mod adversarial;
mod adversarial_network;
mod closed_forms;
pub mod full_training;
mod hermite_series;
pub mod init;
pub mod inputs;
mod kernel;
mod kernel_matrix;
pub mod lazy_random_features;
pub mod lazy_tangent;
pub mod neural_tangent;
mod norm_interpolation;
mod norm_moments;
pub mod offset;
pub(crate) mod pairs;
pub mod population;
pub mod random_features;
mod random_matrix;
mod size;
pub mod tangent;
pub mod training_path;
pub mod training_steps;
pub mod weights;

pub use size::{Work, check_memory, work};
pub(crate) use size::{draw_flops, is_dear, is_drawn_alone};

pub use crate::model::Simulator;

use random_features::Intercept;

use crate::model::{Activation, Numbers, Weights};
use std::sync::Arc;

/// What decides which random weights are drawn: with the seed and the replicate's number, nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// What is drawn, and how it is trained.
    pub simulator: Simulator,
    /// Law of the rows of W.
    pub weights: Weights,
    /// `d`, at least 1.
    pub dim: usize,
    /// `m`, at least 1.
    pub width: usize,
}

/// What is asked of a drawn network besides its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// [`Activation::Quadratic`] for simulators that know no other.
    pub activation: Activation,
    /// (eigenvalue of B before normalisation, eigenvalue of d Gamma), one per dimension.
    pub pairs: Arc<[(f64, f64)]>,
    /// The simulator uses those of [`Simulator::numbers`].
    pub numbers: Numbers,
}

impl Target {
    /// Eigenvalues of B, scaled to `||B||_F = 1`.
    fn normalised(&self) -> Vec<f64> {
        let norm = self.pairs.iter().map(|(b, _)| b * b).sum::<f64>().sqrt();
        self.pairs.iter().map(|(b, _)| b / norm).collect()
    }

    /// Eigenvalues of B, scaled to `||B||_F^2 = d`.
    fn mean_square_one(&self) -> Vec<f64> {
        let scale = (self.pairs.len() as f64).sqrt();
        self.normalised().into_iter().map(|b| b * scale).collect()
    }

    /// Eigenvalues of `d Gamma`.
    fn variances(&self) -> Vec<f64> {
        self.pairs.iter().map(|(_, t)| *t).collect()
    }
}

/// Most observables that a simulator has.
const MAX_OBSERVABLES: usize = 8;

/// Observables that every network has.
const NETWORK_OBSERVABLES: usize = 4;

/// What is observed of one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In the order of [`Simulator::observables`]; 0 behind them.
    values: [f64; MAX_OBSERVABLES],
    /// Bounds on the numerical errors of the values.
    errors: [f64; MAX_OBSERVABLES],
    /// Bound on the numerical error of the first two: what a residual left open.
    pub numeric_error: f64,
}

impl Sample {
    /// Values in the order of [`Simulator::observables`], each with its bound.
    pub(crate) fn new(observed: &[(f64, f64)]) -> Sample {
        let mut sample = Sample { values: [0.0; MAX_OBSERVABLES], errors: [0.0; MAX_OBSERVABLES], numeric_error: 0.0 };
        for (index, (value, error)) in observed.iter().enumerate() {
            sample.values[index] = *value;
            sample.errors[index] = *error;
        }
        sample.numeric_error = sample.errors[0].max(sample.errors[1]);
        sample
    }

    /// A network with this test error and this robustness (infinite for a network that jumps), each with that bound on its error.
    pub(crate) fn of_network(test_error: f64, robustness: f64, numeric_error: f64) -> Sample {
        // Rounding may leave either a hair below zero, where the root turns 1e-16 into 1e-8: its bound says so.
        let root = |x: f64| x.max(0.0).sqrt();
        let root_error = |x: f64| if x.is_finite() { root(x + numeric_error) - root(x - numeric_error) } else { 0.0 };
        let tradeoff = root(robustness) - (1.0 - root(test_error));
        let tradeoff_error = root_error(robustness) + root_error(test_error) + f64::EPSILON;
        let projection = robustness - (1.0 - test_error) * (1.0 - test_error);
        let projection_error = numeric_error * (1.0 + 2.0 * (1.0 - test_error).abs() + numeric_error) + f64::EPSILON;
        Sample::new(&[
            (test_error, numeric_error),
            (robustness, numeric_error),
            (tradeoff, tradeoff_error),
            (projection, projection_error),
        ])
    }

    /// A network with more observables behind those that every network has, each with its bound.
    pub(crate) fn and(mut self, more: &[(f64, f64)]) -> Sample {
        for (index, (value, error)) in more.iter().enumerate() {
            self.values[NETWORK_OBSERVABLES + index] = *value;
            self.errors[NETWORK_OBSERVABLES + index] = *error;
        }
        self
    }

    /// `E(f - f*)^2 / E f*^2` of a network; of simulators of something else their first observable.
    pub fn test_error(&self) -> f64 {
        self.values[0]
    }

    /// `E|grad f|^2 / E|grad f*|^2` of a network, infinite if it jumps; of simulators of something else their second observable.
    pub fn robustness(&self) -> f64 {
        self.values[1]
    }

    /// Value and error bound of the observable at this place in [`Simulator::observables`]; 0 behind the last.
    ///
    /// # Panics
    /// For places from 8 up, more than any simulator has.
    pub fn at(&self, index: usize) -> (f64, f64) {
        (self.values[index], self.errors[index])
    }
}

/// Why a network has no sample.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    /// What failed, where and why: a size or number out of its domain, a solve that its residual does not confirm.
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
/// not on the other targets. Nothing is allocated before [`check_memory`] would pass with the largest limit, so callers that face
/// a user's sizes check against a limit of their own first.
///
/// # Errors
/// What is out of its domain, by name; a solve that its residual does not confirm.
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
        Simulator::RandomFeatures => random_features::draw(network, targets, seed, replicate, Intercept::Free),
        Simulator::RandomFeaturesNoIntercept => {
            random_features::draw(network, targets, seed, replicate, Intercept::None)
        }
        Simulator::LazyRandomFeatures | Simulator::DecayedRandomFeatures => {
            lazy_random_features::draw(network, targets, seed, replicate)
        }
        Simulator::NeuralTangent => neural_tangent::draw(network, targets, seed, replicate),
        Simulator::GeneralTangent => tangent::draw(network, targets, seed, replicate),
        Simulator::FullTraining => full_training::draw(network, targets),
        Simulator::FullTrainingDescent => full_training::draw_descent(network, targets, seed, replicate),
        Simulator::MarchenkoPastur => random_matrix::draw(network, targets, seed, replicate),
        Simulator::Resolvent => random_matrix::draw_resolvent(network, targets, seed, replicate),
        Simulator::KernelMatrix => kernel_matrix::draw(network, targets, seed, replicate),
        Simulator::FeatureKernel | Simulator::TangentKernel | Simulator::FeatureKernels | Simulator::TangentKernels => {
            kernel::draw(network, targets, seed, replicate)
        }
        Simulator::InputGradient => Ok(adversarial::gradients(network, targets, seed, replicate)),
        Simulator::Adversarial => adversarial::draw(network, targets, seed, replicate),
        Simulator::AdversarialNetwork => adversarial_network::draw(network, targets, seed, replicate),
        Simulator::LazyTangent => lazy_tangent::draw(network, targets, seed, replicate, lazy_tangent::Start::Random),
        Simulator::LazyTangentSymmetrised => {
            lazy_tangent::draw(network, targets, seed, replicate, lazy_tangent::Start::Symmetrised)
        }
        Simulator::AdditiveTangent => additive_tangent::draw(network, targets, seed, replicate),
        Simulator::TrainingPath => training_path::draw(network, targets, seed, replicate),
        Simulator::TrainingPathDescent => training_steps::draw_descent(network, targets, seed, replicate),
        Simulator::TrainingPathOnline => training_steps::draw_online(network, targets, seed, replicate),
        Simulator::RandomFeaturesOnSphere
        | Simulator::RandomFeaturesOnSigns
        | Simulator::NeuralTangentOnSphere
        | Simulator::NeuralTangentOnSigns => inputs::draw(network, targets, seed, replicate),
        Simulator::RandomFeaturesOffset
        | Simulator::RandomFeaturesOffsetNoIntercept
        | Simulator::NeuralTangentOffset => offset::draw(network, targets, seed, replicate),
    }
}

/// The places of the targets, among those given, in groups of which `same` holds, each in order.
fn groups(targets: &[Target], places: &[usize], same: impl Fn(&Target, &Target) -> bool) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for place in places {
        match found.iter_mut().find(|group| same(&targets[group[0]], &targets[*place])) {
            Some(group) => group.push(*place),
            None => found.push(vec![*place]),
        }
    }
    found
}

/// Whether the rows of two targets have the same covariance.
fn same_covariance(a: &Target, b: &Target) -> bool {
    a.pairs.iter().map(|p| p.1).eq(b.pairs.iter().map(|p| p.1))
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
    for number in network.simulator.numbers() {
        let value = target.numbers.get(number).unwrap_or(f64::NAN);
        let positive = *number == "decay";
        if !(value.is_finite() && value >= 0.0 && (value > 0.0 || !positive)) {
            let sign = if positive { "positive" } else { "non-negative" };
            return Err(SimError::failed(format!("{number} must be finite and {sign}, not {value}")));
        }
    }
    let attacked = matches!(network.simulator, Simulator::Adversarial | Simulator::AdversarialNetwork);
    if attacked && !(target.numbers.radius.is_finite() && target.numbers.radius > 0.0) {
        return Err(SimError::failed(format!("radius must be finite and positive, not {}", target.numbers.radius)));
    }
    if network.simulator == Simulator::Resolvent && !(target.numbers.ridge.is_finite() && target.numbers.ridge > 0.0) {
        return Err(SimError::failed(format!("ridge must be finite and positive, not {}", target.numbers.ridge)));
    }
    if network.simulator.numbers().contains(&"theta") {
        kernel::check(network, target)?;
    }
    let optimum = matches!(network.simulator, Simulator::FullTraining | Simulator::FullTrainingDescent);
    let path = matches!(
        network.simulator,
        Simulator::TrainingPath | Simulator::TrainingPathDescent | Simulator::TrainingPathOnline
    );
    let quadratic = optimum
        || path
        || matches!(
            network.simulator,
            Simulator::NeuralTangent
                | Simulator::LazyTangent
                | Simulator::LazyTangentSymmetrised
                | Simulator::AdditiveTangent
                | Simulator::RandomFeaturesOnSphere
                | Simulator::RandomFeaturesOnSigns
                | Simulator::NeuralTangentOnSphere
                | Simulator::NeuralTangentOnSigns
                | Simulator::NeuralTangentOffset
        );
    if quadratic && target.activation != Activation::Quadratic {
        let message = format!("simulator `{name}` is for the quadratic activation, not `{}`", target.activation);
        return Err(SimError::failed(message));
    }
    if (optimum || path) && !isotropic {
        return Err(SimError::failed(format!("simulator `{name}` has no covariance: set covariance = isotropic")));
    }
    let smallest = pairs.iter().map(|(b, _)| *b).fold(f64::INFINITY, f64::min);
    if optimum && smallest < 0.0 {
        return Err(SimError::failed(format!(
            "simulator `{name}` needs a spectrum without negative eigenvalues (this one has {smallest}): \
             take identity, exponential, uniform, power(g), or points >= 0"
        )));
    }
    Ok(())
}
