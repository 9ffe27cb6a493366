//! What a draw costs, before anything is allocated.

use super::{Network, SimError, Simulator, adversarial, adversarial_network};
use crate::model::{Activation, Weights};

/// Cost of one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// Peak memory of the matrices, in bytes; `u64::MAX` if larger than that.
    pub bytes: u64,
    /// Floating-point operations, to leading order.
    pub flops: f64,
}

/// Cost of drawing the network once, for one target and an activation with a closed form (a Hermite series adds some 60
/// operations per pair of neurons). Depends on the sizes alone, so that budgets never depend on a clock.
pub fn work(network: Network) -> Work {
    let (d, m) = (network.dim as f64, network.width as f64);
    // Entries of doubles held at once, and operations.
    let (entries, flops) = match network.simulator {
        // Gaussians, rows; coefficients of a series; half of each of two m x m matrices, with an arc sine and a root per pair of
        // neurons.
        Simulator::Init => (2.0 * m * d + 1100.0 * m + m * m, m * m * d + 30.0 * m * m),
        // Half of a factor besides; unused corners of panels, sums per panel.
        Simulator::RandomFeatures | Simulator::RandomFeaturesNoIntercept => {
            (2.0 * m * d + 1500.0 * m + 1.55 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0)
        }
        // Whole matrices.
        Simulator::RandomFeaturesOffset | Simulator::RandomFeaturesOffsetNoIntercept => {
            (2.0 * m * d + 900.0 * m + 4.0 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0)
        }
        // Eigenvectors, their residual and the scratch of the eigenproblem, for long flows; some 50 products with two vectors for
        // short ones.
        Simulator::LazyRandomFeatures => {
            (3.0 * m * d + 600.0 * m + 6.0 * m * m, m * m * d + 30.0 * m * m + 200.0 * m * m)
        }
        // A factor besides.
        Simulator::DecayedRandomFeatures => {
            (3.0 * m * d + 600.0 * m + 6.0 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0)
        }
        // Rows, their basis, its transpose and two products; B, its approximation and what remains. No basis for m >= d: eigenvalues
        // alone, whose copies are counted as measured.
        Simulator::NeuralTangent if m >= d => (8.0 * d, 4.0 * d),
        Simulator::NeuralTangent => (6.0 * m * d + 3.0 * m * m + 4.0 * d * d, 10.0 * m * m * d + 4.0 * m * d * d),
        // Directions and cosines; five matrices of each of two block operators; bases, coefficients of the preconditioner;
        // iterates and scratch. Some 20 steps of three products with K and four of the preconditioner, an eigenproblem, the
        // kernels.
        Simulator::GeneralTangent => {
            let small = m.min(d);
            let steps = 20.0 * (6.0 * m * m * d + 4.0 * m * d * small + 4.0 * d * small * small);
            let setup = 10.0 * small * small * small + 2.0 * m * m * d + 100.0 * m * m;
            (16.0 * m * d + 600.0 * m + 15.0 * m * m + 8.0 * small * small, steps + setup)
        }
        Simulator::FullTraining => (6.0 * d, d * d.max(2.0).log2()),
        // A few hundred to some ten thousand steps; 2000 is typical.
        Simulator::FullTrainingDescent => (4.0 * m * d + 2.0 * d * d, 2000.0 * 4.0 * m * d * d),
        // Gaussians, rows, a transpose; the smaller Gram matrix, with as much again to reduce it.
        Simulator::MarchenkoPastur | Simulator::Resolvent => {
            let n = m.min(d);
            (3.0 * m * d + 3.0 * n * n, 2.0 * m * d * n + 4.0 * n * n * n)
        }
        // As at initialization, with the linear part and two eigenproblems.
        Simulator::KernelMatrix => {
            (3.0 * m * d + 600.0 * m + 5.0 * m * m, 3.0 * m * m * d + 30.0 * m * m + 8.0 * m * m * m)
        }
        // Two Gaussians a neuron, four values of the activation.
        Simulator::FeatureKernel | Simulator::TangentKernel | Simulator::FeatureKernels | Simulator::TangentKernels => {
            let neurons = m * super::kernel::networks(network.simulator) as f64;
            (2.0 * neurons, 100.0 * neurons)
        }
        // Inputs; a Gaussian and some ten steps of the secular equation per coordinate.
        Simulator::InputGradient => {
            let inputs = adversarial::INPUTS as f64;
            (inputs * d + 2.0 * d, 12.0 * inputs * d)
        }
        Simulator::Adversarial => {
            let inputs = adversarial::INPUTS as f64;
            (inputs * d + 12.0 * d, 60.0 * inputs * d)
        }
        // Random features; then for each input some twenty products with W.
        Simulator::AdversarialNetwork => (
            3.0 * m * d + 1500.0 * m + 1.55 * m * m,
            m * m * d + 30.0 * m * m + m * m * m / 3.0 + 40.0 * adversarial_network::INPUTS as f64 * m * d,
        ),
        // Neurons and two copies; G, its eigenvectors, the start and the target in them, and their products.
        // Within the span of fewer neurons than dimensions.
        Simulator::LazyTangent if m < d => (6.0 * m * d + 6.0 * m * m, 10.0 * m * m * d + 25.0 * m * m * m),
        Simulator::LazyTangent => (5.0 * m * d + 7.0 * d * d, 4.0 * m * d * d + 25.0 * d * d * d),
        Simulator::LazyTangentSymmetrised => (9.0 * m * d + 7.0 * d * d, 8.0 * m * d * d + 25.0 * d * d * d),
        // As for the tangent model, and the start.
        Simulator::AdditiveTangent => {
            let basis = if m >= d { 0.0 } else { 10.0 * m * m * d + 4.0 * m * d * d };
            (6.0 * m * d + 3.0 * m * m + 6.0 * d * d, basis + 2.0 * m * d * d + 10.0 * d * d)
        }
        // The rows above the identity, their elimination, coefficients in two scales, and the products of the solve.
        Simulator::TrainingPath => {
            (5.0 * m * (d + m) + 5.0 * m * d + 2.0 * m * m + d * d, 7.0 * m * m * (d + m) + 4.0 * m * m * d)
        }
        // A few hundred steps at times of order 1.
        Simulator::TrainingPathDescent => (4.0 * m * d + 4.0 * d * d, 500.0 * 4.0 * m * d * d),
        // Some 160 d^2 steps at time 1, and twice as many.
        Simulator::TrainingPathOnline => (4.0 * m * d + 2.0 * d * d, 480.0 * d * d * 4.0 * m * d),
        // The rotation of B and B; neurons, their squares, and what random features factorise or what is left of B.
        Simulator::RandomFeaturesOnSphere | Simulator::RandomFeaturesOnSigns => (
            6.0 * m * d + 4.0 * m * m + 5.0 * d * d,
            4.0 * m * m * d + m * m * m / 3.0 + 2.0 * m * d * d + 8.0 * d * d * d,
        ),
        Simulator::NeuralTangentOffset if m >= d => (2.0 * m * d + 2.0 * d * d, 2.0 * m * d),
        Simulator::NeuralTangentOnSphere | Simulator::NeuralTangentOnSigns | Simulator::NeuralTangentOffset => {
            (6.0 * m * d + 3.0 * m * m + 8.0 * d * d, 10.0 * m * m * d + 4.0 * m * d * d + 12.0 * d * d * d)
        }
    };
    let bytes = entries * 8.0;
    // The cast saturates.
    Work { bytes: bytes as u64, flops }
}

/// Operations that an activation without a closed form adds to a draw: moments of every row, interpolated (on the sphere they are
/// those of one), more of them at small dimensions, where the largest cosine calls for more terms; then the terms of every pair.
/// A budget's formula, not a clock; what is settled once for all draws is not counted.
fn series_flops(network: Network) -> f64 {
    let (d, m) = (network.dim as f64, network.width as f64);
    let row = match network.weights {
        Weights::Gaussian | Weights::Uniform => 6e3,
        Weights::Sphere => 0.0,
    };
    m * row * (1.0 + 70.0 / d) + 60.0 * m * m
}

/// Cost of one draw in floating-point operations, the activation included.
pub fn draw_flops(network: Network, activation: &Activation) -> f64 {
    let series = match network.simulator {
        Simulator::Init
        | Simulator::RandomFeatures
        | Simulator::RandomFeaturesNoIntercept
        | Simulator::RandomFeaturesOffset
        | Simulator::RandomFeaturesOffsetNoIntercept
        | Simulator::LazyRandomFeatures
        | Simulator::DecayedRandomFeatures
        | Simulator::KernelMatrix
        | Simulator::AdversarialNetwork => !has_closed_form(activation),
        Simulator::GeneralTangent => !matches!(activation, Activation::Relu | Activation::Abs),
        _ => false,
    };
    work(network).flops + if series { series_flops(network) } else { 0.0 }
}

/// Whether a draw takes tens of products of its matrices: a ladder of sizes then ends earlier.
pub fn is_dear(simulator: Simulator) -> bool {
    simulator == Simulator::GeneralTangent
}

fn has_closed_form(activation: &Activation) -> bool {
    use Activation::{Defined, Elu, Hardswish, LeakyRelu, Mish, Selu, Sigmoid, Silu, Softplus, Softsign, Tanh};
    let without = matches!(activation, Tanh | Sigmoid | Softplus | Silu | Mish | Softsign | Hardswish | Defined(_));
    !without && !matches!(activation, LeakyRelu | Elu | Selu)
}

/// Operations per second of one core that estimates of time assume: half of what products of matrices reach.
const RATE: f64 = 5e10;

/// Work of a draw from which on it keeps all threads busy by itself.
const ALONE: f64 = 5e9;

/// Whether draws of this network are made one after another, each with all threads and all memory, rather than side by side.
/// The samples are the same either way.
pub fn is_drawn_alone(network: Network) -> bool {
    let by_panels =
        matches!(network.simulator, Simulator::Init | Simulator::RandomFeatures | Simulator::RandomFeaturesNoIntercept);
    by_panels && work(network).flops >= ALONE
}

/// Refuses a network whose matrices need more than `limit` bytes, and sizes of zero.
///
/// # Errors
/// Such a network; the message names what it needs.
pub fn check_memory(network: Network, limit: u64) -> Result<(), SimError> {
    if network.dim == 0 || network.width == 0 {
        return Err(SimError::failed(format!(
            "a network needs a dimension and a width of at least 1, not {} and {}",
            network.dim, network.width
        )));
    }
    let Work { bytes, flops } = work(network);
    if bytes > limit {
        return Err(SimError::failed(format!(
            "simulator `{}` at dimension {} and width {} needs {}{}, more than the limit of {} (and about {} a draw on one \
             core at {RATE:e} operations a second): choose a smaller size",
            network.simulator.name(),
            network.dim,
            network.width,
            if bytes == u64::MAX { "more than " } else { "" },
            readable(bytes),
            readable(limit),
            readable_time(flops / RATE)
        )));
    }
    Ok(())
}

fn readable(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let power = (bytes.max(1).ilog2() / 10) as usize;
    let value = bytes as f64 / 1024_f64.powi(power as i32);
    if power == 0 { format!("{bytes} bytes") } else { format!("{value:.1} {}", UNITS[power]) }
}

fn readable_time(seconds: f64) -> String {
    let units =
        [(365.25 * 86400.0, "years"), (86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds")];
    match units.iter().find(|(length, _)| seconds >= 2.0 * length) {
        Some((length, unit)) if seconds / length < 1e4 => format!("{:.0} {unit}", seconds / length),
        Some((length, unit)) => format!("{:.0e} {unit}", seconds / length),
        None => format!("{seconds:.1} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(simulator: Simulator, dim: usize, width: usize) -> Network {
        Network { simulator, weights: Weights::Gaussian, dim, width }
    }

    #[test]
    fn absurd_sizes_are_refused_with_the_need_in_the_message() {
        let absurd = 1_000_000_000_000;
        for simulator in [Simulator::Init, Simulator::RandomFeatures, Simulator::FullTrainingDescent] {
            let SimError::Failed(message) = check_memory(network(simulator, absurd, absurd), 4 << 30).unwrap_err();
            assert!(message.contains("more than 16.0 EiB"), "{message}");
            assert!(message.contains("limit of 4.0 GiB"), "{message}");
            assert!(message.contains("years a draw"), "{message}");
        }
        let large = network(Simulator::RandomFeatures, 10_000, 30_000);
        let SimError::Failed(message) = check_memory(large, 1 << 30).unwrap_err();
        assert!(message.contains("needs 15.2 GiB"), "{message}");
        // 9e12 operations for the products, 9e12 for the factor, 2.7e10 for the kernels, at 5e10 a second.
        assert!(message.contains("about 6 minutes a draw"), "{message}");
        assert!(check_memory(network(Simulator::RandomFeatures, 400, 1200), 1 << 30).is_ok());
    }

    #[test]
    fn empty_networks_are_refused() {
        assert!(check_memory(network(Simulator::NeuralTangent, 4, 0), u64::MAX).is_err());
        assert!(check_memory(network(Simulator::NeuralTangent, 0, 4), u64::MAX).is_err());
    }
}
