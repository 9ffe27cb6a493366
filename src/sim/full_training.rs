//! Full training of the quadratic activation: `f = sum_j (w_j.x)^2 + c`, every weight trained, B >= 0 (`theory/sgd-test-error.md`).
//!
//! The network is `x'Mx + c` with `M = W'W` of rank at most m. With `||B||_F = 1` the test error is `||M - B||_F^2` and the
//! robustness `||M||_F^2`; the optimum is the best approximation of B of that rank, its m largest eigenvalues.

use super::definition::{Definition, MATRICES, covariances};
use super::observables::NETWORK;
use super::simulator::Properties;
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::num::linear_algebra::symmetric_eigen;
use nalgebra::DMatrix;

/// Descent stops when its loss and its energy, changing at the present rate for as long as it has run, would change by
/// less than this. A mode that decays exponentially has by then less than that left, one that decays like 1/t^2 half.
const SETTLED: f64 = 1e-8;
const MAX_STEPS: usize = 400_000;
/// Steps between two looks at the rates.
const LOOK: usize = 16;
/// Scale of the start against the largest eigenvalue of B, as `||M_0||_op <= START * ||B||_op` about.
const START: f64 = 0.05;

pub(crate) static OPTIMUM: Definition = Definition {
    name: "sgd",
    description: "quadratic activation, first layer trained: best approximation of rank m (no noise)",
    observables: NETWORK,
    properties: Properties { is_random: false, ..MATRICES },
    refuses: negative_eigenvalues,
    cost: |d, _| (6.0 * d, d * d.max(2.0).log2()),
    draw: |network, targets, _, _| draw(network, targets),
};

pub(crate) static DESCENT: Definition = Definition {
    name: "sgd-descent",
    description: "quadratic activation, first layer trained by gradient descent from a random start",
    observables: NETWORK,
    properties: MATRICES,
    refuses: negative_eigenvalues,
    // A few hundred to some ten thousand steps; 2000 is typical.
    cost: |d, m| (4.0 * m * d + 2.0 * d * d, 2000.0 * 4.0 * m * d * d),
    draw: draw_descent,
};

/// Other activations, covariances, and targets that no sum of squares approximates.
fn negative_eigenvalues(network: &Network, target: &Target) -> Result<(), SimError> {
    covariances(network, target)?;
    let smallest = target.pairs.iter().map(|(b, _)| *b).fold(f64::INFINITY, f64::min);
    if smallest >= 0.0 {
        return Ok(());
    }
    let name = network.simulator.name();
    Err(SimError::failed(format!(
        "simulator `{name}` needs a spectrum without negative eigenvalues (this one has {smallest}): \
         take identity, exponential, uniform, power(g), or points >= 0"
    )))
}

/// The draws of [`super::draw`], by the eigenvalues; every replicate is the same.
pub(crate) fn draw(network: &Network, targets: &[Target]) -> Result<Vec<Sample>, SimError> {
    Ok(targets.iter().map(|target| best_rank(target.normalised(), network.width)).collect())
}

/// Observes the best approximation of a symmetric B >= 0 (normalised here) of rank `width`.
///
/// # Errors
/// A target with a negative eigenvalue.
pub fn observe(target: &DMatrix<f64>, width: usize) -> Result<Sample, SimError> {
    let normalised = target / target.norm();
    let (values, _) = symmetric_eigen(&normalised).map_err(|why| SimError::failed(format!("target: {why}")))?;
    let rounding = 16.0 * values.len() as f64 * f64::EPSILON;
    if let Some(negative) = values.iter().find(|b| **b < -rounding) {
        return Err(SimError::failed(format!("the target has a negative eigenvalue ({negative})")));
    }
    Ok(best_rank(values.as_slice().to_vec(), width))
}

fn best_rank(mut eigenvalues: Vec<f64>, width: usize) -> Sample {
    eigenvalues.sort_by(|a, b| b.total_cmp(a));
    let (kept, dropped) = eigenvalues.split_at(width.min(eigenvalues.len()));
    // Smallest first: the sums lose nothing.
    let squares = |values: &[f64]| values.iter().rev().fold(0.0, |sum, b| sum + b * b);
    let numeric_error = 4.0 * f64::EPSILON * eigenvalues.len() as f64;
    Sample::of_network(squares(dropped), squares(kept), numeric_error)
}

/// The draws of [`super::draw`] for gradient descent from a random start.
pub(crate) fn draw_descent(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    targets
        .iter()
        .map(|target| {
            let start = weights.rows(&target.variances())?.columns;
            Ok(descend(start, &target.normalised()))
        })
        .collect()
}

/// Gradient descent on `E(f - f*)^2/2 = ||M - B||_F^2`, `M = W'W`: steps of the flow `W' = -4 W (M - B)`, with B diagonal and
/// non-negative, `||B||_F = 1`. Neurons are the columns of `start`, which is scaled down to a start of small norm.
///
/// `numeric_error` is what the stopping rule leaves open, or much more if the steps ran out.
fn descend(start: DMatrix<f64>, target: &[f64]) -> Sample {
    let largest = target.iter().fold(0.0_f64, |a, b| a.max(*b));
    let (dim, width) = start.shape();
    // ||W||_op of standard Gaussian rows over sqrt d is about 1 + sqrt(m/d).
    let spread = 1.0 + (width as f64 / dim as f64).sqrt();
    let mut columns = start * ((START * largest).sqrt() / spread);
    // M stays below the larger of its start and B, where the flow contracts at rate at most 8 ||B||_op: 0.4 of the
    // largest stable step, 2 over that rate.
    let step = 0.1 / largest;
    let mut time = 0.0;
    let mut model = &columns * columns.transpose();
    let mut open = f64::INFINITY;
    for count in 0..MAX_STEPS {
        let mut excess = model.clone();
        target.iter().enumerate().for_each(|(i, b)| excess[(i, i)] -= b);
        let gradient = &excess * &columns;
        if count % LOOK == 0 {
            // With E = M - B: d/dt ||E||^2 = -16 |E W'|^2 and d/dt ||M||^2 = -16 tr(M E M).
            let energy_rate = gradient.dot(&(&model * &columns));
            open = 16.0 * gradient.norm_squared().max(energy_rate.abs()) * time;
            if time * largest > 1.0 && open < SETTLED {
                break;
            }
        }
        columns -= gradient * (4.0 * step);
        time += step;
        model.gemm(1.0, &columns, &columns.transpose(), 0.0);
    }
    let robustness = model.norm_squared();
    target.iter().enumerate().for_each(|(i, b)| model[(i, i)] -= b);
    Sample::of_network(model.norm_squared(), robustness, open.max(SETTLED))
}
