//! Neural tangent model of the quadratic activation: first-layer weights W random, the network linearised around them,
//! optimal (`theory/nt-test-error.md`).
//!
//! The model is `x'Mx - tr M` with M any symmetric matrix such that `P M P = 0`, P the projection on the null space of W.
//! The optimal one is `M = B - P B P`, and with `||B||_F = 1` the test error is `||B - M||_F^2`, the robustness `||M||_F^2`.

use super::definition::{Definition, MATRICES, other_activations};
use super::observables::{PROJECTION_SLACK, ROBUSTNESS, TEST_ERROR, TRADEOFF_SLACK};
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::model::Observable;
use crate::num::linear_algebra::{Basis, orthonormal_basis};
use nalgebra::DMatrix;

/// Largest accepted bound on the rotation of the row space by rounding; it enters the error of each sample. A draw
/// reaches it with probability below 1e-9, even with one row less than directions.
const MAX_ROTATION: f64 = 1e-6;

pub(crate) static NEURAL_TANGENT: Definition = Definition {
    name: "nt",
    description: "quadratic activation linearised around a random first layer, optimal (projection)",
    observables: OBSERVABLES,
    properties: MATRICES,
    refuses: other_activations,
    // Rows, their basis, its transpose and two products; B, its approximation and what remains. No basis for m >= d: eigenvalues
    // alone, whose copies are counted as measured.
    cost: |d, m| match m >= d {
        true => (8.0 * d, 4.0 * d),
        false => (6.0 * m * d + 3.0 * m * m + 4.0 * d * d, 10.0 * m * m * d + 4.0 * m * d * d),
    },
    draw,
};

/// What every network shows, and a moment of the projection on the directions that no neuron sees: `(tr PB)^2/||B||_F^2`, P the
/// projection on the null space of the first layer.
const OBSERVABLES: &[Observable] = &[
    TEST_ERROR,
    ROBUSTNESS,
    TRADEOFF_SLACK,
    PROJECTION_SLACK,
    Observable::new("projected-trace-squared", "\\frac{(\\mathrm{tr} P B)^2}{\\lVert B \\rVert_F^2}"),
];

/// The draws of [`super::draw`].
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let needs_rows = |target: &Target| network.width < support(target).len();
    let weights = targets.iter().any(needs_rows).then(|| Draw::new(network, seed, replicate));
    let mut samples = vec![None; targets.len()];
    for first in 0..targets.len() {
        if samples[first].is_some() {
            continue;
        }
        let variances = targets[first].variances();
        let support = support(&targets[first]);
        let basis = match &weights {
            Some(weights) if network.width < support.len() => {
                Some(supported_row_space(&weights.rows(&variances)?.columns, &support)?)
            }
            _ => None,
        };
        for index in first..targets.len() {
            let target = &targets[index];
            if samples[index].is_some() || target.variances() != variances {
                continue;
            }
            let eigenvalues = target.normalised();
            samples[index] = Some(match &basis {
                Some(basis) => project(basis, &DMatrix::from_diagonal(&eigenvalues.into())),
                None => full_support(&eigenvalues, &support),
            });
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d, of full row rank) for any symmetric B, which is normalised here. With m >= d the model
/// holds every target.
///
/// # Errors
/// Rows whose span is not known well enough.
pub fn observe(rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<Sample, SimError> {
    if rows.nrows() >= rows.ncols() {
        return Ok(Sample::of_network(0.0, 1.0, 0.0).and(&[(0.0, 0.0)]));
    }
    Ok(project(&row_space(&rows.transpose())?, &(target / target.norm())))
}

/// Coordinates along which the weights vary.
pub(super) fn support(target: &Target) -> Vec<usize> {
    (0..target.pairs.len()).filter(|i| target.pairs[*i].1 > 0.0).collect()
}

/// Basis of the span of fewer columns than there are coordinates in the support: off it they are zero, on it they are
/// independent with probability 1.
pub(super) fn supported_row_space(columns: &DMatrix<f64>, support: &[usize]) -> Result<Basis, SimError> {
    let on_support = row_space(&columns.select_rows(support))?;
    let mut columns = DMatrix::zeros(columns.nrows(), columns.ncols());
    for (row, index) in support.iter().enumerate() {
        columns.row_mut(*index).copy_from(&on_support.columns.row(row));
    }
    Ok(Basis { columns, ..on_support })
}

/// Basis of the span of the columns, checked.
fn row_space(columns: &DMatrix<f64>) -> Result<Basis, SimError> {
    let basis = orthonormal_basis(columns).map_err(|why| SimError::failed(format!("the rows of W: {why}")))?;
    let rotation = basis.defect + basis.rotation;
    if rotation > MAX_ROTATION {
        return Err(SimError::failed(format!("the row space of W is known to {rotation:e} only")));
    }
    Ok(basis)
}

/// `M = B - PBP` with `P = I - QQ'` is `X + X'` for `X = Q (Q'B - Q'BQ Q'/2)`. The second number bounds its error in
/// Frobenius norm for `||B||_F = 1`: a rotation of the space by e moves PBP by at most 2e.
pub(super) fn tangent_model(basis: &Basis, target: &DMatrix<f64>) -> (DMatrix<f64>, f64) {
    let columns = &basis.columns;
    let transposed = columns.transpose();
    let image = &transposed * target;
    let compressed = &image * columns;
    let half = columns * (image - compressed * &transposed * 0.5);
    (&half + half.transpose(), 2.0 * (basis.defect + basis.rotation) + 4.0 * f64::EPSILON)
}

/// Both observables are sums of squares of their own, so that `test error + robustness = 1` is a result.
fn project(basis: &Basis, target: &DMatrix<f64>) -> Sample {
    let (model, error) = tangent_model(basis, target);
    let open = target - &model;
    // tr PB is the trace of PBP, what is left.
    let (missed, trace_error) = (open.trace(), (target.nrows() as f64).sqrt() * error);
    Sample::of_network(open.norm_squared(), model.norm_squared(), 2.0 * error)
        .and(&[(missed * missed, trace_error * (2.0 * missed.abs() + trace_error))])
}

/// At least as many rows as directions in which they vary: M is free on the support and wherever it meets it, so what
/// is left is B off the support.
fn full_support(eigenvalues: &[f64], support: &[usize]) -> Sample {
    let robustness: f64 = support.iter().map(|i| eigenvalues[*i] * eigenvalues[*i]).sum();
    let mut off = eigenvalues.to_vec();
    support.iter().for_each(|i| off[*i] = 0.0);
    let test_error = off.iter().map(|b| b * b).sum();
    let missed: f64 = off.iter().sum();
    let scale = 8.0 * f64::EPSILON * eigenvalues.len() as f64;
    Sample::of_network(test_error, robustness, 8.0 * f64::EPSILON).and(&[(missed * missed, scale)])
}
