//! Kernels of networks of finite width, at two unit inputs x and y at angle theta in d dimensions (`theory/kernels/kernel-rf.md`).
//!
//! Rows `w_j ~ N(0, I_d)`, output weights +-1: random features `K_m = (1/m) sum s(u_j) s(v_j)` with `u_j = w_j.x`, `v_j = w_j.y`; the
//! tangent kernel of both layers adds `cos(theta) s'(u_j) s'(v_j)` to each term (the squares of the output weights are 1). Only the part
//! of `w_j` in the plane of x and y matters, and only that is drawn: `u = g`, `v = cos(theta) g + sin(theta) h`, g and h standard.
//!
//! Central moments of K_m come from an ensemble of independent networks, by the polynomials in the samples whose means they are
//! (h-statistics): no value of the kernel is needed, so the simulation knows no expectation at all.

use super::definition::{Definition, MATRICES, non_negative};
use super::interface::Properties;
use super::{Network, Sample, SimError, Target};
use crate::model::{Activation, Observable, Weights};
use crate::num::streams::stream;
use rand_distr::{Distribution, StandardNormal};

/// Networks in an ensemble: one sample of its moments averages over them, so that even the fourth is far from heavy-tailed.
pub const ENSEMBLE: usize = 256;

/// Rounding of an activation, in units of `1 + |s|`.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

pub(crate) static FEATURES: Definition = Definition {
    name: "kernel-rf",
    description: "kernel of m random features at two inputs at angle theta",
    observables: &[Observable::new("kernel", "K_m")],
    properties: PROPERTIES,
    refuses: no_kernel,
    cost: |_, m| cost(m, 1),
    draw: |network, targets, seed, replicate| Ok(draw(network, targets, seed, replicate, 1, false)),
};

pub(crate) static TANGENT: Definition = Definition {
    name: "kernel-ntk",
    description: "tangent kernel of both layers of a network of width m at two inputs at angle theta",
    observables: &[Observable::new("kernel", "K_m")],
    properties: PROPERTIES,
    refuses: no_tangent_kernel,
    cost: |_, m| cost(m, 1),
    draw: |network, targets, seed, replicate| Ok(draw(network, targets, seed, replicate, 1, true)),
};

pub(crate) static FEATURES_ENSEMBLE: Definition = Definition {
    name: "kernel-rf-ensemble",
    description: "the same for 256 independent networks of m random features: its central moments",
    observables: MOMENTS,
    properties: PROPERTIES,
    refuses: no_kernel,
    cost: |_, m| cost(m, ENSEMBLE),
    draw: |network, targets, seed, replicate| Ok(draw(network, targets, seed, replicate, ENSEMBLE, false)),
};

pub(crate) static TANGENT_ENSEMBLE: Definition = Definition {
    name: "kernel-ntk-ensemble",
    description: "the same for 256 independent networks: central moments of their tangent kernel",
    observables: MOMENTS,
    properties: PROPERTIES,
    refuses: no_tangent_kernel,
    cost: |_, m| cost(m, ENSEMBLE),
    draw: |network, targets, seed, replicate| Ok(draw(network, targets, seed, replicate, ENSEMBLE, true)),
};

/// What an ensemble of kernels shows.
const MOMENTS: &[Observable] = &[
    // `m Var K_m`
    Observable::new("kernel-variance", "m \\thinspace (K_m - K)^2"),
    // `m^2 E(K_m - E K_m)^3`
    Observable::new("kernel-third-moment", "m^2 \\thinspace (K_m - K)^3"),
    // `m^2 E(K_m - E K_m)^4`
    Observable::new("kernel-fourth-moment", "m^2 \\thinspace (K_m - K)^4"),
];

const PROPERTIES: Properties =
    Properties { numbers: Some(&[non_negative("theta")]), has_target: false, is_scalar: true, ..MATRICES };

/// Two Gaussians a neuron, four values of the activation.
fn cost(m: f64, networks: usize) -> (f64, f64) {
    let neurons = m * networks as f64;
    (2.0 * neurons, 100.0 * neurons)
}

/// The draws of [`super::draw`].
fn draw(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    networks: usize,
    tangent: bool,
) -> Vec<Sample> {
    let (name, dim, width) = (network.simulator.name(), network.dim, network.width);
    let mut normals = StandardNormal.sample_iter(stream(seed, name, "gaussian", dim, width, replicate));
    let mut next = || normals.next().unwrap_or(0.0);
    let plane: Vec<[f64; 2]> = (0..networks * width).map(|_| [next(), next()]).collect();
    let observe = |target: &Target| {
        let one = |rows: &[[f64; 2]]| kernel(&target.activation, target.numbers.theta, tangent, rows);
        let kernels: Vec<(f64, f64)> = plane.chunks_exact(width).map(one).collect();
        match kernels[..] {
            [one] if networks == 1 => Sample::new([one]),
            _ => moments(&kernels, width as f64),
        }
    };
    targets.iter().map(observe).collect()
}

/// Two inputs that have no angle, and weights of another law.
fn no_kernel(network: &Network, target: &Target) -> Result<(), SimError> {
    let (name, theta) = (network.simulator.name(), target.numbers.theta);
    if network.dim < 2 {
        return Err(SimError::failed("two inputs at an angle need a dimension of at least 2"));
    }
    if network.weights != Weights::Gaussian || !target.is_isotropic() {
        return Err(SimError::failed(format!("simulator `{name}` has isotropic Gaussian weights only")));
    }
    if !(theta > 0.0 && theta < std::f64::consts::PI) {
        return Err(SimError::failed(format!("the angle theta must lie between 0 and pi, not {theta}")));
    }
    Ok(())
}

/// The same, and activations that jump.
fn no_tangent_kernel(network: &Network, target: &Target) -> Result<(), SimError> {
    no_kernel(network, target)?;
    if target.activation.last_square_integrable() == 0 {
        let message = format!("`{}` jumps: a network of it has no tangent kernel", target.activation);
        return Err(SimError::failed(message));
    }
    Ok(())
}

/// The kernel of one network, and a bound on its rounding. `rows` are the coordinates of the weights along x and, in the plane of x
/// and y, across it.
fn kernel(activation: &Activation, theta: f64, tangent: bool, rows: &[[f64; 2]]) -> (f64, f64) {
    let (sine, cosine) = theta.sin_cos();
    let (mut sum, mut error) = (0.0, 0.0);
    for [along, across] in rows {
        let (u, v) = (*along, cosine * along + sine * across);
        let placed = 3.0 * f64::EPSILON * (u.abs() + across.abs());
        let rounding = |a: f64, b: f64, slope: f64| {
            ROUNDING * (1.0 + a.abs()) * (1.0 + b.abs()) + placed * (1.0 + a.abs()) * slope.abs()
        };
        let (a, b, slope) = (activation.value(0, u), activation.value(0, v), activation.value(1, v));
        (sum, error) = (sum + a * b, error + rounding(a, b, slope));
        if tangent {
            let (a, bend) = (activation.value(1, u), activation.value(2, v));
            (sum, error) = (sum + cosine * (a * slope), error + rounding(a, slope, bend));
        }
    }
    let width = rows.len() as f64;
    let mean = sum / width;
    (mean, error / width + width * f64::EPSILON * (mean.abs() + error))
}

/// `m Var K_m`, `m^2` times the third and `m^2` times the fourth central moment of K_m, each the mean of its h-statistic.
fn moments(kernels: &[(f64, f64)], width: f64) -> Sample {
    let values: Vec<f64> = kernels.iter().map(|(value, _)| *value).collect();
    let error = kernels.iter().map(|(_, error)| *error).fold(0.0, f64::max);
    let [second, third, fourth] = central_moments(&values);
    // Every deviation is off by at most 2 errors; the factors of the h-statistics are below 1.1 for an ensemble.
    let largest = values.iter().map(|x| (x - values[0]).abs()).fold(0.0, f64::max) + 2.0 * error;
    let bound = |power: i32| 3.0 * f64::from(power) * error * largest.powi(power - 1);
    let relative = 1e-12;
    Sample::new([
        (width * second, width * (bound(2) + relative * second.abs())),
        (width * width * third, width * width * (bound(3) + relative * largest.powi(3))),
        (width * width * fourth, width * width * (bound(4) + relative * fourth.abs())),
    ])
}

/// Unbiased estimates of the second, third and fourth central moments (Halmos 1946; the fourth's form is checked below), from at
/// least four independent values.
fn central_moments(values: &[f64]) -> [f64; 3] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sum = |power: i32| values.iter().map(|x| (x - mean).powi(power)).sum::<f64>();
    let (squares, cubes, fourths) = (sum(2), sum(3), sum(4));
    let below = (n - 1.0) * (n - 2.0);
    [
        squares / (n - 1.0),
        n * cubes / below,
        ((n * n - 2.0 * n + 3.0) * fourths + 3.0 * (3.0 - 2.0 * n) / n * squares * squares) / (below * (n - 3.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Numbers;
    use crate::sim::draw;
    use crate::testing::simulator;

    fn target(activation: Activation, theta: f64, dim: usize) -> Target {
        Target::new(activation, vec![(1.0, 1.0); dim], Numbers { theta, ..Numbers::default() })
    }

    fn network(name: &str, dim: usize, width: usize) -> Network {
        Network { simulator: simulator(name), weights: Weights::Gaussian, dim, width }
    }

    /// The mean of each h-statistic over all samples of five from a law on three points is the central moment of the law, exactly.
    #[test]
    fn central_moments_are_unbiased() {
        let (points, weights) = ([0.0, 1.0, 3.5], [0.5, 0.3, 0.2]);
        let n = 5;
        let mut means = [0.0; 3];
        for index in 0..3_usize.pow(n) {
            let digits: Vec<usize> = (0..n).map(|i| index / 3_usize.pow(i) % 3).collect();
            let values: Vec<f64> = digits.iter().map(|i| points[*i]).collect();
            let probability: f64 = digits.iter().map(|i| weights[*i]).product();
            for (mean, moment) in means.iter_mut().zip(central_moments(&values)) {
                *mean += probability * moment;
            }
        }
        let law = || points.iter().zip(weights);
        let mean: f64 = law().map(|(x, p)| x * p).sum();
        for (power, found) in (2..).zip(means) {
            let truth: f64 = law().map(|(x, p)| p * (x - mean).powi(power)).sum();
            assert!((found - truth).abs() < 1e-12, "moment {power}: {found}, not {truth}");
        }
    }

    /// The plane's coordinates against the dot products of full vectors: the same kernel.
    #[test]
    fn only_the_plane_of_the_inputs_matters() {
        let theta = 1.1_f64;
        let weights = [[0.3, -1.2, 0.7], [1.9, 0.4, -0.2], [-0.8, 0.1, 1.5]];
        // x and y in three dimensions, at angle theta, and the unit vector across x in their plane.
        let (x, across) = ([0.6, 0.0, 0.8], [0.0, 1.0, 0.0]);
        let y = [0, 1, 2].map(|i| theta.cos() * x[i] + theta.sin() * across[i]);
        let dot = |a: [f64; 3], b: [f64; 3]| (0..3).map(|i| a[i] * b[i]).sum::<f64>();
        let rows = weights.map(|w| [dot(w, x), dot(w, across)]);
        for activation in [Activation::Relu, Activation::Gelu, Activation::Sin] {
            let [plain, slopes] = [0, 1].map(|order| {
                let term = |w: &[f64; 3]| activation.value(order, dot(*w, x)) * activation.value(order, dot(*w, y));
                weights.iter().map(term).sum::<f64>() / 3.0
            });
            let features = kernel(&activation, theta, false, &rows);
            let tangent = kernel(&activation, theta, true, &rows);
            assert!((features.0 - plain).abs() <= 1e-15 + features.1, "{activation}");
            assert!((tangent.0 - plain - theta.cos() * slopes).abs() <= 1e-15 + tangent.1, "{activation}");
            assert!(tangent.1 < 1e-12, "{activation}: {tangent:?}");
        }
    }

    /// The weights are those of the network, whatever is asked of it; a replicate is one of its own.
    #[test]
    fn targets_share_the_weights_and_do_not_see_each_other() {
        let targets = [(Activation::Relu, 1.0), (Activation::Sin, 1.0), (Activation::Relu, 2.5)]
            .map(|(activation, theta)| target(activation, theta, 4));
        let simulators = ["kernel-rf", "kernel-ntk", "kernel-rf-ensemble", "kernel-ntk-ensemble"];
        for simulator in simulators {
            let network = network(simulator, 4, 5);
            let draw = |targets: &[Target], replicate| draw(&network, targets, 3, replicate).unwrap();
            let together = draw(&targets, 7);
            for (index, one) in targets.iter().enumerate() {
                assert_eq!(draw(std::slice::from_ref(one), 7)[0], together[index], "{simulator:?}");
            }
            assert_ne!(draw(&targets, 8), together, "{simulator:?}");
        }
    }

    /// An ensemble of quadratic networks of one neuron: Var u^2 v^2 = E u^4 v^4 - (1 + 2c^2)^2, by Isserlis.
    #[test]
    fn ensembles_show_the_variance() {
        let (theta, count) = (1.2_f64, 400);
        let c2 = theta.cos().powi(2);
        let truth = 9.0 + 72.0 * c2 + 24.0 * c2 * c2 - (1.0 + 2.0 * c2).powi(2);
        let one = |replicate| {
            let network = network("kernel-rf-ensemble", 3, 1);
            draw(&network, &[target(Activation::Quadratic, theta, 3)], 7, replicate).unwrap()[0].at(0).0
        };
        let values: Vec<f64> = (0..count).map(one).collect();
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
        let error = (squares / (count as f64 - 1.0) / count as f64).sqrt();
        assert!((mean - truth).abs() < 5.0 * error && error < 0.2 * truth, "{mean} +- {error}, not {truth}");
    }

    #[test]
    fn what_has_no_kernel_is_refused() {
        let message = |simulator, activation, theta, dim| {
            let SimError::Failed(text) = {
                let network = network(simulator, dim, 2);
                network.simulator.refuses(&network, &target(activation, theta, dim)).unwrap_err()
            };
            text
        };
        assert!(message("kernel-ntk", Activation::Step, 1.0, 2).contains("no tangent kernel"));
        assert!(message("kernel-ntk-ensemble", Activation::Sign, 1.0, 2).contains("no tangent kernel"));
        assert!(message("kernel-rf", Activation::Relu, 4.0, 2).contains("between 0 and pi"));
        assert!(message("kernel-rf", Activation::Relu, 1.0, 1).contains("dimension"));
    }
}
