//! Finite networks, exact in x: only the weights are random. Point, size and stream to [`Sample`]s.
//!
//! The functions `observe` take weights and targets of one's own, for tests: matrices whose shapes do not fit each other panic.
//!
//! A simulator is a [`Simulate`]; those of the library are one static definition each, in the file that simulates them, and one line in
//! `registry`.
//!
//! May import `model` and `num`. Never `limit`, `claim` or `symbolic`: the two sides check each other.

pub mod additive_tangent;
mod adversarial;
mod adversarial_network;
mod closed_forms;
mod definition;
pub mod full_training;
mod gaussian_moments;
mod hermite_series;
pub mod init;
pub mod inputs;
mod interface;
mod kernel;
mod kernel_matrix;
pub mod lazy_random_features;
pub mod lazy_tangent;
pub mod neural_tangent;
mod norm_interpolation;
mod norm_moments;
mod observables;
pub mod offset;
pub(crate) mod pairs;
pub mod population;
pub mod random_features;
mod random_matrix;
mod registry;
mod sample;

mod size;
pub mod tangent;
pub mod tangent_samples;
mod target;
pub mod training_path;
pub mod training_steps;
pub mod weights;

pub use interface::{Network, Number, Properties, Simulate, Simulator, Work};
pub use registry::{signatures, simulator, simulators};
pub use sample::{Sample, SimError};
pub use size::{check_memory, work};
pub(crate) use size::{draw_flops, is_drawn_alone};
pub use target::Target;

/// Draws replicate number `replicate` of the network and observes it for every target, in order.
/// Targets with the same activation and covariance share the matrices and the factorisation.
///
/// The weights depend on `network`, `seed` and `replicate` alone, and the bits of a sample on these and its own target:
/// not on the other targets. Nothing is allocated before [`check_memory`] would pass with the largest limit, so callers that face
/// a user's sizes check against a limit of their own first.
///
/// # Errors
/// What is out of its domain, by name; a solve that its residual does not confirm.
pub fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    check_memory(network, isize::MAX as u64)?;
    for target in targets {
        network.simulator.refuses(network, target)?;
    }
    if targets.is_empty() {
        return Ok(vec![]);
    }
    let samples = network.simulator.draw(network, targets, seed, replicate)?;
    let (expected, observables) = (targets.len(), network.simulator.observables().len());
    if samples.len() != expected || samples.iter().any(|sample| sample.len() != observables) {
        let name = network.simulator.name();
        let message = format!("simulator `{name}` is to give {expected} samples of {observables} values, and does not");
        return Err(SimError::failed(message));
    }
    Ok(samples)
}
