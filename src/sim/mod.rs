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
mod gaussian_moments;
mod hermite_series;
pub mod init;
pub mod inputs;
mod kernel;
mod kernel_matrix;
pub mod lazy_random_features;
pub mod lazy_tangent;
mod network;
pub mod neural_tangent;
mod norm_interpolation;
mod norm_moments;
pub mod offset;
pub(crate) mod pairs;
pub mod population;
pub mod random_features;
mod random_matrix;
mod sample;
mod size;
pub mod tangent;
pub mod training_path;
pub mod training_steps;
pub mod weights;

pub use network::{Network, Target};
pub use sample::{Sample, SimError};
pub use size::{Work, check_memory, work};
pub(crate) use size::{draw_flops, is_dear, is_drawn_alone};

pub use crate::model::Simulator;

use random_features::Intercept;

use crate::model::{Activation, Weights};

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
