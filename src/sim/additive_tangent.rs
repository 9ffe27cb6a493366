//! The optimal neural tangent model with the random start left in the sum: `f = f_0 + f_NT` (`theory/nt-additive-test-error.md`).
//!
//! `f_NT` is the model of [`super::neural_tangent`] fitted to the target itself; `f_0 = sum_j z_j (w_j.x)^2` plus an intercept,
//! `z_j = +-zeta/sqrt m` with fair signs, is the network around which it is linearised.

use super::definition::{Definition, MATRICES, non_negative, other_activations};
use super::neural_tangent::{support, supported_row_space, tangent_model};
use super::observables::STARTED;
use super::simulator::Properties;
use super::target::{groups, same_covariance};
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use nalgebra::DMatrix;

pub(crate) static ADDITIVE_TANGENT: Definition = Definition {
    name: "nt-additive",
    description: "the model of `nt`, optimal, with a start of output scale zeta added to it",
    observables: STARTED,
    properties: Properties { numbers: Some(&[non_negative("zeta")]), ..MATRICES },
    refuses: other_activations,
    // As for the tangent model, and the start.
    cost: |d, m| {
        let basis = if m >= d { 0.0 } else { 10.0 * m * m * d + 4.0 * m * d * d };
        (6.0 * m * d + 3.0 * m * m + 6.0 * d * d, basis + 2.0 * m * d * d + 10.0 * d * d)
    },
    draw,
};

/// The draws of [`super::draw`]. Targets with the same covariance share the row space.
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let signs = weights.output_signs();
    let mut samples = vec![None; targets.len()];
    let all: Vec<usize> = (0..targets.len()).collect();
    for group in groups(targets, &all, same_covariance) {
        let first = &targets[group[0]];
        let support = support(first);
        let rows = weights.rows(&first.variances())?.columns;
        let start = start_model(&rows, &signs);
        let basis = if network.width < support.len() { Some(supported_row_space(&rows, &support)?) } else { None };
        for group in groups(targets, &group, |a, b| a.pairs == b.pairs) {
            let target = DMatrix::from_diagonal(&targets[group[0]].normalised().into());
            let (model, error) = match &basis {
                Some(basis) => tangent_model(basis, &target),
                None => (on_support(&target, &support), 0.0),
            };
            for index in group {
                samples[index] = Some(add(&model, error, &start, targets[index].numbers.zeta, &target));
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d, of full row rank) and fair signs for any symmetric B, which is normalised here.
///
/// # Errors
/// Rows whose span is not known well enough.
pub fn observe(rows: &DMatrix<f64>, signs: &[f64], target: &DMatrix<f64>, zeta: f64) -> Result<Sample, SimError> {
    let target = target / target.norm();
    let columns = rows.transpose();
    let start = start_model(&columns, signs);
    let all: Vec<usize> = (0..columns.nrows()).collect();
    let (model, error) = if rows.nrows() < rows.ncols() {
        tangent_model(&supported_row_space(&columns, &all)?, &target)
    } else {
        (target.clone(), 0.0)
    };
    Ok(add(&model, error, &start, zeta, &target))
}

/// `M_0 = sum_j z_j w_j w_j'` at zeta 1.
fn start_model(columns: &DMatrix<f64>, signs: &[f64]) -> DMatrix<f64> {
    let scale = (signs.len() as f64).sqrt();
    let mut signed = columns.transpose();
    signed.row_iter_mut().zip(signs).for_each(|(mut row, sign)| row *= *sign / scale);
    columns * signed
}

/// What the tangent model holds of a diagonal target when the rows span the support.
fn on_support(target: &DMatrix<f64>, support: &[usize]) -> DMatrix<f64> {
    let mut model = DMatrix::zeros(target.nrows(), target.ncols());
    support.iter().for_each(|i| model[(*i, *i)] = target[(*i, *i)]);
    model
}

/// Observes the sum; `error` bounds that of the model in norm.
fn add(model: &DMatrix<f64>, error: f64, start: &DMatrix<f64>, zeta: f64, target: &DMatrix<f64>) -> Sample {
    let start = start * zeta;
    let open = target - model;
    let test_error = (&start - &open).norm_squared();
    let robustness = (&start + model).norm_squared();
    let excess = (start.dot(&(&start - &open * 2.0)), start.dot(&(&start + model * 2.0)));
    let scale = 1.0 + start.norm();
    let numeric_error = 2.0 * error * scale + 16.0 * f64::EPSILON * scale * scale;
    let excess = [(excess.0, 2.0 * numeric_error), (excess.1, 2.0 * numeric_error)];
    Sample::of_network(test_error, robustness, numeric_error).and(&excess)
}
