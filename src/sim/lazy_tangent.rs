//! Lazy neural tangent model of the quadratic activation: gradient flow of the network linearised around its first-layer
//! weights, from the network's own output or from zero output (`theory/nt-lazy-test-error.md`).
//!
//! `f_0 = sum_j z_j (w_j.x)^2` plus an intercept, `M_0 = sum_j z_j w_j w_j'`. The tangent model at `W` moves by
//! `M' = -4 (K(M - B) + (M - B)K)`, `K = sum_j z_j^2 w_j w_j'`, for the loss `E(f - f*)^2/2`. With `|z_j| = zeta/sqrt m` and
//! `tau = 4 zeta^2 t/m` that is `M_tau = B + e^{-tau G} (M_0 - B) e^{-tau G}`, `G = W'W`: the time of a target is tau. With
//! `||B||_F = 1` the test error is `||M - B||_F^2` and the robustness `||M||_F^2`.

use super::definition::{Definition, MATRICES, non_negative, other_activations};
use super::interface::Properties;
use super::neural_tangent::support;
use super::observables::STARTED;
use super::target::{groups, same_covariance};
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::num::linear_algebra::symmetric_eigen;
use crate::num::panels::product;
use crate::num::triangle::Triangle;
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

pub(crate) static RANDOM_START: Definition = Definition {
    name: "nt-lazy",
    description: "the model of `nt` trained by gradient flow for a time, from a start of output scale zeta",
    observables: STARTED,
    properties: Properties { numbers: Some(&[non_negative("zeta"), non_negative("time")]), ..MATRICES },
    refuses: other_activations,
    // Neurons and two copies; G, its eigenvectors, the start and the target in them, and their products.
    // Within the span of fewer neurons than dimensions.
    cost: |d, m| match m < d {
        true => (6.0 * m * d + 6.0 * m * m, 10.0 * m * m * d + 25.0 * m * m * m),
        false => (5.0 * m * d + 7.0 * d * d, 4.0 * m * d * d + 25.0 * d * d * d),
    },
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Start::Random),
};

pub(crate) static SYMMETRISED: Definition = Definition {
    name: "nt-lazy-symmetrised",
    description: "the same from a start of zero output: each of m neurons twice, with opposite signs",
    observables: STARTED,
    properties: Properties { numbers: Some(&[non_negative("zeta"), non_negative("time")]), ..MATRICES },
    refuses: other_activations,
    cost: |d, m| (9.0 * m * d + 7.0 * d * d, 8.0 * m * d * d + 25.0 * d * d * d),
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Start::Symmetrised),
};

/// The draws of [`super::draw`]. Targets with the same covariance share the eigenvectors of G, whatever their time and zeta.
pub(crate) fn draw(
    network: &Network,
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
            let target = flow.turned(&targets[group[0]].normalised());
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
    let target = target / target.norm();
    flow.observe(&flow.split(&product(&target, &flow.vectors)), zeta, time)
}

/// The flow in the eigenvectors of G: all of them, or, for fewer neurons than dimensions, those of the neurons' span; across it
/// nothing moves.
struct Flow {
    /// Orthonormal, as columns.
    vectors: DMatrix<f64>,
    values: DVector<f64>,
    /// `M_0` at zeta 1, in the eigenvectors.
    start: Triangle,
    /// Bound on the error of G, `||G - Q D Q'||_F` included.
    residual: f64,
    /// Lower bound on the eigenvalues of G that are not zero.
    smallest: f64,
    /// Bound on the error of what is turned into the eigenvectors, relative to its norm.
    turning: f64,
}

/// A symmetric matrix B of norm 1 seen from the eigenvectors Q.
struct Split {
    /// `Q'BQ`
    inside: Triangle,
    /// Squared norms of the columns of `(I - QQ')BQ`.
    across: Vec<f64>,
    /// `||(I - QQ')B(I - QQ')||_F^2`
    outside: f64,
}

impl Flow {
    /// `G = width sum_j z_j^2 w_j w_j'`, of that rank: the other eigenvalues are zero, whatever rounding makes of them.
    fn new(neurons: &DMatrix<f64>, output: &[f64], width: usize, rank: usize) -> Result<Flow, SimError> {
        let dim = neurons.nrows();
        if rank == neurons.ncols()
            && rank < dim
            && let Some(flow) = Flow::within(neurons, output, width)?
        {
            return Ok(flow);
        }
        let (mut shares, mut signed) = (neurons.clone(), neurons.clone());
        for (j, z) in output.iter().enumerate() {
            shares.column_mut(j).scale_mut(width as f64 * z * z);
            signed.column_mut(j).scale_mut(*z);
        }
        let gram = Triangle::product_with_transposed(&shares, neurons);
        // `M_0 = sum_j z_j w_j w_j'`
        let start = Triangle::product_with_transposed(&signed, neurons).whole();
        drop((shares, signed));
        let (mut values, vectors) = symmetric_eigen(&gram.whole())
            .map_err(|why| SimError::failed(format!("the Gram matrix of the rows: {why}")))?;
        for (index, value) in values.iter_mut().enumerate() {
            *value = if index < dim - rank { 0.0 } else { value.max(0.0) };
        }
        let mut scaled = vectors.clone();
        scaled.column_iter_mut().zip(values.iter()).for_each(|(mut column, value)| column *= *value);
        let rounding = PRODUCT_ROUNDING * gram.trace();
        let residual = gram.distance(&Triangle::product_with_transposed(&scaled, &vectors)) + rounding;
        let defect = Triangle::gram(&vectors).distance_from_identity();
        let mut flow = Flow {
            smallest: values[dim - rank] - residual,
            vectors,
            values,
            start: Triangle::new(0, |_| {}),
            residual,
            turning: 2.0 * defect + PRODUCT_ROUNDING * dim as f64,
        };
        flow.start = Triangle::transposed_product(&flow.vectors, &product(&start, &flow.vectors));
        Ok(flow)
    }

    /// For fewer neurons than dimensions; None if they are linearly dependent to working precision. With `N = sqrt(width) (z_j w_j)` and `N'N = SDS'` the eigenvectors of
    /// `G = NN'` are `Q = N S D^-1/2`: then `QDQ' = NSS'N'` is off by what S is off from orthogonal, and Q by the residual over D.
    fn within(neurons: &DMatrix<f64>, output: &[f64], width: usize) -> Result<Option<Flow>, SimError> {
        let (dim, rank) = neurons.shape();
        let scale = (width as f64).sqrt();
        let mut scaled = neurons.clone();
        scaled.column_iter_mut().zip(output).for_each(|(mut column, z)| column *= scale * z.abs());
        let gram = Triangle::gram(&scaled);
        let whole = gram.whole();
        let (values, turn) =
            symmetric_eigen(&whole).map_err(|why| SimError::failed(format!("the Gram matrix of the rows: {why}")))?;
        let rounding = PRODUCT_ROUNDING * gram.trace();
        let mut residual = product(&whole, &turn);
        for (k, mut column) in residual.column_iter_mut().enumerate() {
            column.axpy(-values[k], &turn.column(k), 1.0);
        }
        let residual = residual.norm() + rounding;
        let smallest = values.min() - residual;
        if smallest.is_nan() || smallest <= 0.0 {
            return Ok(None);
        }
        let turn_defect = Triangle::gram(&turn).distance_from_identity();
        let mut vectors = product(&scaled, &turn);
        vectors.column_iter_mut().zip(values.iter()).for_each(|(mut column, value)| column /= value.sqrt());
        let defect = Triangle::gram(&vectors).distance_from_identity();
        // Rounding of NS D^-1/2 may lead out of the span, where Q'Q shows it to second order only.
        let out_of_span = PRODUCT_ROUNDING * (gram.trace() * rank as f64 / smallest).sqrt();
        // M_0 = sum_j z_j w_j w_j' = N diag(1/(width z_j)) N', and Q'N = D^1/2 S'.
        let mut signed = turn.clone();
        for (j, z) in output.iter().enumerate() {
            signed.row_mut(j).scale_mut(1.0 / (width as f64 * z));
        }
        let mut turned = turn;
        for (k, value) in values.iter().enumerate() {
            turned.column_mut(k).scale_mut(value.sqrt());
            signed.column_mut(k).scale_mut(value.sqrt());
        }
        let start = Triangle::transposed_product(&turned, &signed);
        Ok(Some(Flow {
            smallest,
            residual: values.max() * turn_defect + rounding,
            turning: 2.0 * (defect + turn_defect + residual / smallest + out_of_span) + PRODUCT_ROUNDING * dim as f64,
            vectors,
            values,
            start,
        }))
    }

    /// For the diagonal matrix with these entries, whose squares add up to 1.
    fn turned(&self, diagonal: &[f64]) -> Split {
        let mut image = self.vectors.clone();
        for mut column in image.column_iter_mut() {
            column.iter_mut().zip(diagonal).for_each(|(entry, b)| *entry *= b);
        }
        self.split(&image)
    }

    /// From `BQ`.
    fn split(&self, image: &DMatrix<f64>) -> Split {
        let inside = Triangle::transposed_product(&self.vectors, image);
        let (dim, rank) = image.shape();
        if rank == dim {
            return Split { inside, across: vec![0.0; rank], outside: 0.0 };
        }
        let beyond = image - product(&self.vectors, &inside.whole());
        let across: Vec<f64> = beyond.column_iter().map(|column| column.norm_squared()).collect();
        let outside = 1.0 - 2.0 * across.iter().sum::<f64>() - inside.norm().powi(2);
        Split { inside, across, outside: outside.max(0.0) }
    }

    /// Bound on the error of `e^{-tau G}`: for two positive semidefinite matrices with the same rank the difference quotients of
    /// `e^{-tau x}` that matter are at most tau, and at most the inverse of the smallest eigenvalue that is not zero.
    fn exponential_error(&self, time: f64) -> f64 {
        self.residual * if self.smallest > 0.0 { time.min(1.0 / self.smallest) } else { time }
    }

    /// With a target of norm 1.
    fn observe(&self, target: &Split, zeta: f64, time: f64) -> Result<Sample, SimError> {
        let Split { inside: target, across, outside } = target;
        let decay: Vec<f64> = self.values.iter().map(|value| (-time * value).exp()).collect();
        let parts = target.map(|panel| {
            let mut sums = ObservableSums::default();
            for ((k, targets), (_, starts)) in panel.columns().zip(self.start.panel_of(panel.first).columns()) {
                sums.add(1.0, zeta, &targets[..1], &starts[..1], decay[k], &decay[k..=k]);
                sums.add(2.0, zeta, &targets[1..], &starts[1..], decay[k], &decay[k + 1..]);
            }
            sums
        });
        let mut sums = ObservableSums::default();
        parts.iter().for_each(|part| sums.merge(part));
        let ObservableSums { errors: mut test_error, energies: mut robustness, excess } = sums;
        // What the start has no part in: the rows and columns that lead out of the span, and what lies beyond it.
        let (mut left, mut learnt) = (*outside, 0.0);
        for (across, decay) in across.iter().zip(&decay) {
            left += 2.0 * across * decay * decay;
            learnt += 2.0 * across * (1.0 - decay) * (1.0 - decay);
        }
        test_error.iter_mut().for_each(|value| *value += left);
        robustness.iter_mut().for_each(|value| *value += learnt);
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
        let excess = excess.map(|value| (value, 2.0 * bound));
        Ok(Sample::of_network(test_error[0], robustness[0], bound).and(&excess))
    }
}

/// ObservableSums over entries of both observables: `[with the start's output, without it]`, and their differences.
#[derive(Clone, Copy, Default)]
struct ObservableSums {
    errors: [f64; 2],
    energies: [f64; 2],
    excess: [f64; 2],
}

impl ObservableSums {
    /// Part of a column, each entry counted so often.
    fn add(&mut self, weight: f64, zeta: f64, targets: &[f64], starts: &[f64], right: f64, decay: &[f64]) {
        let mut column = ObservableSums::default();
        for ((target, start), left) in targets.iter().zip(starts).zip(decay) {
            let left_over = left * right;
            let start = left_over * zeta * start;
            let open = left_over * target;
            let learnt = target - open;
            column.errors[0] += (start - open) * (start - open);
            column.errors[1] += open * open;
            column.energies[0] += (learnt + start) * (learnt + start);
            column.energies[1] += learnt * learnt;
            column.excess[0] += start * (start - 2.0 * open);
            column.excess[1] += start * (start + 2.0 * learnt);
        }
        for values in [&mut column.errors, &mut column.energies, &mut column.excess] {
            values.iter_mut().for_each(|value| *value *= weight);
        }
        self.merge(&column);
    }

    fn merge(&mut self, other: &ObservableSums) {
        for (sums, others) in [
            (&mut self.errors, &other.errors),
            (&mut self.energies, &other.energies),
            (&mut self.excess, &other.excess),
        ] {
            sums.iter_mut().zip(others).for_each(|(sum, value)| *sum += value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Weights;
    use crate::testing::simulator;

    /// Fewer neurons than dimensions: within their span the flow is that in all dimensions, within the bounds.
    #[test]
    fn the_flow_within_the_span_of_the_neurons_is_the_whole_flow() {
        for (dim, width) in [(12, 1), (30, 10), (30, 29)] {
            let network = Network { simulator: simulator("nt-lazy"), weights: Weights::Gaussian, dim, width };
            let mut draw = Draw::new(&network, 1, 0);
            let signs = draw.output_signs();
            let rows = draw.rows(&vec![1.0; dim]).unwrap().columns;
            let (neurons, output) = Start::Random.neurons(&rows, &signs);
            let within = Flow::new(&neurons, &output, width, width).unwrap();
            // The same network with every neuron split in two halves has dependent rows, so all dimensions are in use.
            let twice = DMatrix::from_fn(dim, 2 * width, |i, j| neurons[(i, j / 2)]);
            let halves: Vec<f64> = (0..2 * width).map(|j| output[j / 2] * std::f64::consts::FRAC_1_SQRT_2).collect();
            let mut whole = Flow::new(&twice, &halves, width, width).unwrap();
            assert!(within.vectors.ncols() == width && whole.vectors.ncols() == dim);
            // Two halves of weight 1/sqrt 2 each would start at sqrt 2 times the output.
            let start = whole.start.whole() * std::f64::consts::FRAC_1_SQRT_2;
            whole.start = Triangle::of(&start);
            let target: Vec<f64> = (0..dim).map(|i| (i as f64 - 4.0) / dim as f64).collect();
            let norm = target.iter().map(|b| b * b).sum::<f64>().sqrt();
            let target: Vec<f64> = target.iter().map(|b| b / norm).collect();
            for (zeta, time) in [(1.0, 0.0), (0.7, 0.4), (2.0, 5.0)] {
                let a = within.observe(&within.turned(&target), zeta, time).unwrap();
                let b = whole.observe(&whole.turned(&target), zeta, time).unwrap();
                for index in 0..4 {
                    let ((x, x_error), (y, y_error)) = (a.at(index), b.at(index));
                    assert!((x - y).abs() <= x_error + y_error, "{dim} {width} {time}, {index}: {x} {y}");
                    assert!(x_error < 1e-8, "{dim} {width} {time}: {x_error:e}");
                }
            }
        }
    }

    #[test]
    fn dependent_rows_are_left_to_all_dimensions() {
        let neurons = DMatrix::from_element(5, 2, 1.0);
        assert!(Flow::within(&neurons, &[0.5, 0.5], 2).unwrap().is_none());
        assert_eq!(Flow::new(&neurons, &[0.5, 0.5], 2, 2).unwrap().vectors.ncols(), 5);
    }
}
