//! Lazy neural tangent model of the quadratic activation: gradient flow of the network linearised around its first-layer
//! weights, from the network's own output or from zero output (THEORY.md 5.5).
//!
//! `f_0 = sum_j z_j (w_j.x)^2` plus an intercept, `M_0 = sum_j z_j w_j w_j'`. The tangent model at `W` moves by
//! `M' = -4 (K(M - B) + (M - B)K)`, `K = sum_j z_j^2 w_j w_j'`, for the loss `E(f - f*)^2/2`. With `|z_j| = zeta/sqrt m` and
//! `tau = 4 zeta^2 t/m` that is `M_tau = B + e^{-tau G} (M_0 - B) e^{-tau G}`, `G = W'W`: the time of a target is tau. With
//! `||B||_F = 1` the test error is `||M - B||_F^2` and the robustness `||M||_F^2`.

use super::neural_tangent::support;
use super::weights::Draw;
use super::{Network, Sample, SimError, Target, groups, same_covariance};
use crate::num::linear_algebra::symmetric_eigen;
use nalgebra::{DMatrix, DVector};

/// Largest accepted error of `e^{-tau G}`, in Frobenius norm.
const MAX_ERROR: f64 = 1e-6;
/// Rounding of a matrix product relative to the product of the Frobenius norms.
const PRODUCT_ROUNDING: f64 = 8.0 * f64::EPSILON;

/// The output of the network before training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// `z_j = +-zeta/sqrt m`, fair signs.
    Random,
    /// Each of the m neurons twice, with `z = +zeta/sqrt(2m)` and `-zeta/sqrt(2m)`: 2m neurons, zero output, and the same K.
    Symmetrised,
}

impl Start {
    /// Neurons (as columns) and their output weights at zeta 1, from m rows and signs.
    fn neurons(self, rows: &DMatrix<f64>, signs: &[f64]) -> (DMatrix<f64>, Vec<f64>) {
        let width = signs.len();
        let scale = (width as f64).sqrt();
        match self {
            Start::Random => (rows.clone(), signs.iter().map(|sign| sign / scale).collect()),
            Start::Symmetrised => {
                let twice = DMatrix::from_fn(rows.nrows(), 2 * width, |i, j| rows[(i, j % width)]);
                let scale = scale * std::f64::consts::SQRT_2;
                let output = (0..2 * width).map(|j| if j < width { signs[j] } else { -signs[j - width] } / scale);
                (twice, output.collect())
            }
        }
    }
}

/// The draws of [`super::draw`]. Targets with the same covariance share the eigenvectors of G, whatever their time and zeta.
pub(crate) fn draw(
    network: Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    start: Start,
) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let signs = weights.output_signs();
    let mut samples = vec![None; targets.len()];
    let all: Vec<usize> = (0..targets.len()).collect();
    for group in groups(targets, &all, same_covariance) {
        let first = &targets[group[0]];
        let rows = weights.rows(&first.variances())?.columns;
        let (neurons, output) = start.neurons(&rows, &signs);
        let rank = network.width.min(support(first).len());
        let flow = Flow::new(&neurons, &output, network.width, rank)?;
        for group in groups(targets, &group, |a, b| a.pairs == b.pairs) {
            let target = flow.turned(&DMatrix::from_diagonal(&targets[group[0]].normalised().into()));
            for index in group {
                let numbers = targets[index].numbers;
                samples[index] = Some(flow.observe(&target, numbers.zeta, numbers.time)?);
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d) and output weights `zeta z_j`, where `sum z_j^2 = 1`, after the time tau, for any symmetric B,
/// which is normalised here.
///
/// # Errors
/// Eigenvectors that do not converge, or a time at which the flow is not known well enough.
pub fn observe(
    rows: &DMatrix<f64>,
    output: &[f64],
    target: &DMatrix<f64>,
    zeta: f64,
    time: f64,
) -> Result<Sample, SimError> {
    let (width, dim) = rows.shape();
    let flow = Flow::new(&rows.transpose(), output, width, width.min(dim))?;
    flow.observe(&flow.turned(&(target / target.norm())), zeta, time)
}

/// The flow in the eigenvectors of G.
struct Flow {
    vectors: DMatrix<f64>,
    values: DVector<f64>,
    /// `M_0` at zeta 1, in the eigenvectors.
    start: DMatrix<f64>,
    /// Bound on the error of G, `||G - Q D Q'||_F` included.
    residual: f64,
    /// Lower bound on the eigenvalues of G that are not zero.
    smallest: f64,
    /// Bound on the error of what is turned into the eigenvectors, relative to its norm.
    turning: f64,
}

impl Flow {
    /// `G = width sum_j z_j^2 w_j w_j'`, of that rank: the other eigenvalues are zero, whatever rounding makes of them.
    fn new(neurons: &DMatrix<f64>, output: &[f64], width: usize, rank: usize) -> Result<Flow, SimError> {
        let dim = neurons.nrows();
        let transposed = neurons.transpose();
        let (mut shares, mut signed) = (transposed.clone(), transposed);
        for (j, z) in output.iter().enumerate() {
            shares.row_mut(j).scale_mut(width as f64 * z * z);
            signed.row_mut(j).scale_mut(*z);
        }
        let gram = neurons * shares;
        let (mut values, vectors) =
            symmetric_eigen(&gram).map_err(|why| SimError::failed(format!("the Gram matrix of the rows: {why}")))?;
        for (index, value) in values.iter_mut().enumerate() {
            *value = if index < dim - rank { 0.0 } else { value.max(0.0) };
        }
        let mut scaled = vectors.clone();
        scaled.column_iter_mut().zip(values.iter()).for_each(|(mut column, value)| column *= *value);
        let transposed = vectors.transpose();
        let rounding = PRODUCT_ROUNDING * gram.trace();
        let residual = (&gram - scaled * &transposed).norm() + rounding;
        let defect = (&transposed * &vectors - DMatrix::identity(dim, dim)).norm();
        let mut flow = Flow {
            smallest: values[dim - rank] - residual,
            vectors,
            values,
            start: DMatrix::zeros(0, 0),
            residual,
            turning: 2.0 * defect + PRODUCT_ROUNDING * dim as f64,
        };
        flow.start = flow.turned(&(neurons * signed));
        Ok(flow)
    }

    /// `Q'AQ`.
    fn turned(&self, matrix: &DMatrix<f64>) -> DMatrix<f64> {
        self.vectors.transpose() * (matrix * &self.vectors)
    }

    /// Bound on the error of `e^{-tau G}`: for two positive semidefinite matrices with the same rank the difference quotients of
    /// `e^{-tau x}` that matter are at most tau, and at most the inverse of the smallest eigenvalue that is not zero.
    fn exponential_error(&self, time: f64) -> f64 {
        self.residual * if self.smallest > 0.0 { time.min(1.0 / self.smallest) } else { time }
    }

    /// With a target of norm 1, turned.
    fn observe(&self, target: &DMatrix<f64>, zeta: f64, time: f64) -> Result<Sample, SimError> {
        let decay: Vec<f64> = self.values.iter().map(|value| (-time * value).exp()).collect();
        // [with the start's output, without it]
        let (mut test_error, mut robustness) = ([0.0; 2], [0.0; 2]);
        let mut excess = (0.0, 0.0);
        for (k, right) in decay.iter().enumerate() {
            let (mut errors, mut energies, mut added) = ([0.0; 2], [0.0; 2], (0.0, 0.0));
            for (i, left) in decay.iter().enumerate() {
                let left_over = left * right;
                let start = left_over * zeta * self.start[(i, k)];
                let open = left_over * target[(i, k)];
                let learnt = target[(i, k)] - open;
                errors[0] += (start - open) * (start - open);
                errors[1] += open * open;
                energies[0] += (learnt + start) * (learnt + start);
                energies[1] += learnt * learnt;
                added.0 += start * (start - 2.0 * open);
                added.1 += start * (start + 2.0 * learnt);
            }
            (0..2).for_each(|which| {
                test_error[which] += errors[which];
                robustness[which] += energies[which];
            });
            excess = (excess.0 + added.0, excess.1 + added.1);
        }
        let error = self.exponential_error(time);
        if error.is_nan() || error > MAX_ERROR {
            let message = format!("e^(-time G) is known to {error:e} only at time {time}: choose a shorter time");
            return Err(SimError::failed(message));
        }
        // M is off by this much in norm, and a square by the sum of both norms times it.
        let scale = 1.0 + zeta * self.start.norm();
        let off = (2.0 * error + self.turning) * scale;
        let numeric_error = |value: f64| off * (2.0 * f64::sqrt(value) + off) + PRODUCT_ROUNDING * scale * scale;
        let largest = |values: [f64; 2]| numeric_error(values[0].max(values[1]));
        let bound = largest(test_error).max(largest(robustness));
        let excess = [(excess.0, 2.0 * bound), (excess.1, 2.0 * bound)];
        Ok(Sample::of_network(test_error[0], robustness[0], bound).and(&excess))
    }
}
