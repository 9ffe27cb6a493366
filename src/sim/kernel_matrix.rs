//! The linearised kernel matrices: how far, in operator norm, the covariance of the features and the Gram matrix of their gradients
//! are from their linear parts \[EK10\].
//!
//! `||U - (lbar I + l_1^2 W W' + (l_2^2/2) ||Gamma||_F^2 1 1')||` and `||C - (eta I + l_1^2 W W' + l_2^2 ||Gamma||_F^2 1 1')||`, U
//! and C exact in x for the rows as drawn, l_k, lbar and eta those of a unit row.

use super::definition::{Definition, MATRICES, has_no_closed_form, nothing};
use super::hermite_series::HermiteSeries;
use super::interface::Properties;
use super::population::Features;
use super::random_features::shares_features;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::{Activation, Observable};
use crate::num::Eigenvalues;
use nalgebra::DMatrix;

pub(crate) static KERNEL_MATRIX: Definition = Definition {
    name: "kernel-matrix",
    description: "covariance and gradient matrices of the features against their linear parts (m x m)",
    observables: &[
        // `||U - (lbar I + l_1^2 W W' + (l_2^2/2) ||Gamma||_F^2 1 1')||_op`
        Observable::new("covariance-error", "\\Vert U - U_{\\mathrm{lin}} \\Vert"),
        // `||C - (eta I + l_1^2 W W' + l_2^2 ||Gamma||_F^2 1 1')||_op`
        Observable::new("gradient-error", "\\Vert C - C_{\\mathrm{lin}} \\Vert"),
    ],
    properties: Properties { has_series: has_no_closed_form, ..MATRICES },
    refuses: nothing,
    // As at initialization, with the linear part and two eigenproblems.
    cost: |d, m| (3.0 * m * d + 600.0 * m + 5.0 * m * m, 3.0 * m * m * d + 30.0 * m * m + 8.0 * m * m * m),
    draw,
};

/// The draws of [`super::draw`].
pub fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    let mut samples = vec![None; targets.len()];
    for first in 0..targets.len() {
        if samples[first].is_some() {
            continue;
        }
        let variances = targets[first].variances();
        let sample = observe(&targets[first].activation, &weights.rows(&variances)?, &variances)?;
        for index in first..targets.len() {
            if shares_features(&targets[first], &targets[index]) {
                samples[index] = Some(sample.clone());
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Both norms for given rows; `variances` are the eigenvalues of `d Gamma`. The second is infinite for an activation that jumps.
pub fn observe(activation: &Activation, rows: &Rows, variances: &[f64]) -> Result<Sample, SimError> {
    let features = Features::new(activation, rows)?;
    let unit = HermiteSeries::new(activation, &[1.0], 0.0)?;
    let (first, second) = (unit.coefficients[(0, 1)].powi(2), unit.coefficients[(0, 2)].powi(2));
    let dim = variances.len() as f64;
    let square = variances.iter().map(|t| t * t).sum::<f64>() / (dim * dim);
    let linear = rows.columns.transpose() * &rows.columns * first;
    // `l_2^2 / 2` is the square of the coefficient at the orthonormal polynomial.
    let covariance = Linearised { diagonal: unit.variances[0] - first, linear: &linear, constant: second * square };
    let gradient = Linearised { diagonal: unit.energies[0] - first, linear: &linear, constant: 2.0 * second * square };
    let coefficient = |error: f64, scale: f64| 4.0 * error * scale.sqrt().max(1.0);
    let errors = (
        features.errors.covariance + unit.errors.covariance + coefficient(unit.errors.coefficient, unit.variances[0]),
        features.errors.gradient + unit.errors.gradient + coefficient(unit.errors.coefficient, unit.energies[0]),
    );
    let first = covariance.distance(features.covariance, errors.0)?;
    let second = match features.gradient {
        Some(matrix) => gradient.distance(matrix, errors.1)?,
        None => (f64::INFINITY, 0.0),
    };
    Ok(Sample::new([first, second]))
}

/// `diagonal I + linear + constant 1 1'`.
struct Linearised<'a> {
    diagonal: f64,
    linear: &'a DMatrix<f64>,
    constant: f64,
}

impl Linearised<'_> {
    /// Operator norm of the difference, with a bound: entries off by `entry` move a norm by at most m times that.
    fn distance(&self, mut matrix: DMatrix<f64>, entry: f64) -> Result<(f64, f64), SimError> {
        let size = matrix.nrows();
        matrix -= self.linear;
        matrix.add_scalar_mut(-self.constant);
        for j in 0..size {
            matrix[(j, j)] -= self.diagonal;
        }
        let eigenvalues = Eigenvalues::new(&matrix)
            .map_err(|why| SimError::failed(format!("the error of the linearised kernel matrix: {why}")))?;
        Ok((eigenvalues.norm(), eigenvalues.error + size as f64 * entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quadratic features of unit rows: `U = 2 T.T` and `C = 4 T.T` entry by entry, `lbar = 2`, `eta = 4`, `l_1 = 0`, `l_2 = 2`. For
    /// two neurons of cosine c the errors are `[[-k, e], [e, -k]]` with `k = 2/d`, `e = 2 c^2 - 2/d`, and twice that.
    #[test]
    fn two_quadratic_neurons_by_hand() {
        let (dim, cosine) = (3, 0.6_f64);
        let columns = DMatrix::from_row_slice(3, 2, &[1.0, cosine, 0.0, 0.8, 0.0, 0.0]);
        let rows = Rows::new(columns).unwrap();
        let sample = observe(&Activation::Quadratic, &rows, &[1.0; 3]).unwrap();
        let constant = 2.0 / dim as f64;
        let off = 2.0 * cosine * cosine - constant;
        let expected = (-constant - off).abs().max((-constant + off).abs());
        for (index, factor) in [(0, 1.0), (1, 2.0)] {
            let (value, error) = sample.at(index);
            assert!((value - factor * expected).abs() <= error && error < 1e-12, "{value} against {expected}");
        }
    }

    /// A linear activation is its own linear part, whatever the norms of the rows.
    #[test]
    fn a_linear_activation_has_no_error() {
        let columns = DMatrix::from_fn(5, 4, |i, j| ((3 * i + 5 * j) % 7) as f64 / 4.0 - 0.6);
        let sample = observe(&Activation::Hermite(1), &Rows::new(columns).unwrap(), &[1.0; 5]).unwrap();
        for index in 0..2 {
            let (value, error) = sample.at(index);
            assert!(value <= error && error < 1e-11, "{value} +- {error}");
        }
    }

    #[test]
    fn a_jump_has_no_gradient_matrix() {
        let rows = Rows::new(DMatrix::from_fn(4, 3, |i, j| 1.0 / (1 + i + j) as f64)).unwrap();
        let sample = observe(&Activation::Step, &rows, &[1.0; 4]).unwrap();
        assert!(sample.at(0).0.is_finite() && sample.at(1).0.is_infinite());
    }
}
