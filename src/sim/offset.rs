//! Targets whose mean is not zero, `f*(x) = x'Bx - (1 - offset) tr B`, of mean `mean = offset tr B`: offset 0 is the centred target, 1 is `x'Bx`. Test
//! errors are relative to the variance of the target, `2 ||B||_F^2`, so that a constant is no achievement.
//!
//! Random features with an intercept have it as one more feature, of mean 1 and variance 0: nothing is taken off by hand. With `A` the
//! second moments of the features and `b = V + mean E phi` their products with the target, the test error is `(2 + mean^2 - b'A^-1 b)/2` for `||B||_F = 1`.
//!
//! The tangent model of the quadratic activation without an intercept, `f = x'Mx` with `PMP = 0`, P the projection on the null space of the rows: the least
//! `||M - B||_F^2 + (tr M - mean)^2/2` is `||PBP||_F^2 + (tr B - tr PB - mean)^2/(r + 2)`, r the rank of the rows.

use super::definition::{Definition, MATRICES, has_no_closed_form, non_negative, nothing, other_activations};
use super::inputs::{quadratic_form, tangent_cost};
use super::interface::Properties;
use super::observables::TEST_ERROR;
use super::population::Features;
use super::random_features::{Intercept, shares_features};
use super::target::groups;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::orthonormal_basis;
use nalgebra::{DMatrix, DVector};

/// Largest accepted bound on the numerical error of a test error.
const MAX_ERROR: f64 = 1e-6;

pub(crate) static RANDOM_FEATURES: Definition = Definition {
    name: "rf-offset",
    description: "`rf` of a target with mean offset * tr B, the intercept a feature of its own",
    observables: &[TEST_ERROR],
    properties: Properties { has_series: has_no_closed_form, ..OFFSET },
    refuses: nothing,
    cost: features_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Some(Intercept::Free)),
};

pub(crate) static RANDOM_FEATURES_NO_INTERCEPT: Definition = Definition {
    name: "rf-offset-no-intercept",
    description: "`rf-no-intercept` of a target with mean offset * tr B",
    observables: &[TEST_ERROR],
    properties: Properties { has_series: has_no_closed_form, ..OFFSET },
    refuses: nothing,
    cost: features_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Some(Intercept::None)),
};

pub(crate) static NEURAL_TANGENT: Definition = Definition {
    name: "nt-offset-no-intercept",
    description: "`nt` without an intercept, of a target with mean offset * tr B",
    observables: &[TEST_ERROR],
    properties: OFFSET,
    refuses: other_activations,
    cost: |d, m| match m >= d {
        true => (2.0 * m * d + 2.0 * d * d, 2.0 * m * d),
        false => tangent_cost(d, m),
    },
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, None),
};

const OFFSET: Properties = Properties { numbers: Some(&[non_negative("offset")]), ..MATRICES };

/// Whole matrices.
fn features_cost(d: f64, m: f64) -> (f64, f64) {
    (2.0 * m * d + 900.0 * m + 4.0 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0)
}

/// The draws of [`super::draw`]: test errors of the optimal networks.
/// `features` is the intercept of random features; None is the tangent model.
fn draw(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    features: Option<Intercept>,
) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    let places: Vec<usize> = (0..targets.len()).collect();
    let mut samples = vec![None; targets.len()];
    for group in groups(targets, &places, shares_features) {
        let rows = weights.rows(&targets[group[0]].variances())?;
        let layer = |intercept| LayerWithMeans::new(&targets[group[0]].activation, &rows, intercept);
        let layer = features.map(layer).transpose()?;
        for place in group {
            let eigenvalues = targets[place].normalised();
            let mean = targets[place].numbers.offset * eigenvalues.iter().sum::<f64>();
            let (test_error, error) = match &layer {
                Some(layer) => layer.test_error(&rows.quotients(&eigenvalues), mean)?,
                None => {
                    let target = DMatrix::from_diagonal(&DVector::from_vec(eigenvalues));
                    neural_tangent(&rows.columns.transpose(), &target, mean)?
                }
            };
            samples[place] = Some(Sample::new([accepted(test_error, error)?]));
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

fn accepted(test_error: f64, error: f64) -> Result<(f64, f64), SimError> {
    if error.is_nan() || error > MAX_ERROR {
        let message = format!("the test error is known to {error:e} only: the system is ill-conditioned");
        return Err(SimError::failed(message));
    }
    Ok((test_error, error))
}

/// Random features (rows m x d) fitted to `x'Bx - tr B + mean`, B symmetric of Frobenius norm 1: test error and a bound on its numerical error.
pub fn random_features(
    activation: &Activation,
    rows: &DMatrix<f64>,
    target: &DMatrix<f64>,
    mean: f64,
    intercept: Intercept,
) -> Result<(f64, f64), SimError> {
    let rows = Rows::new(rows.transpose())?;
    LayerWithMeans::new(activation, &rows, intercept)?.test_error(&rows.quotients_full(target), mean)
}

/// A random layer with the second moments of its features, factorised.
struct LayerWithMeans {
    features: Features,
    /// Of all features, that of the intercept the last.
    means: DVector<f64>,
    factor: Cholesky,
    /// Bounds on the errors of a second moment and of a mean.
    errors: [f64; 2],
}

impl LayerWithMeans {
    fn new(activation: &Activation, rows: &Rows, intercept: Intercept) -> Result<LayerWithMeans, SimError> {
        let mut features = Features::new(activation, rows)?;
        let mut means = DVector::from_column_slice(&features.means);
        let mut moments = std::mem::replace(&mut features.covariance, DMatrix::zeros(1, 1));
        if intercept == Intercept::Free {
            means = means.push(1.0);
            moments = moments.resize(means.len(), means.len(), 0.0);
        }
        moments.ger(1.0, &means, &means, 1.0);
        let largest = means.amax();
        let mean = features.errors.second.max(8.0 * f64::EPSILON * largest);
        let second = features.errors.covariance + (2.0 * mean + 2.0 * f64::EPSILON * largest) * largest;
        let factor = Cholesky::new(&moments)
            .map_err(|why| SimError::failed(format!("the features are linearly dependent: {why}")))?;
        Ok(LayerWithMeans { features, means, factor, errors: [second, mean] })
    }

    /// Of the target with these quotients `w_j'B w_j / |w_j|^2`, `||B||_F = 1`, and this mean.
    fn test_error(&self, quotients: &[f64], mean: f64) -> Result<(f64, f64), SimError> {
        let products = self.features.with_target(quotients).resize_vertically(self.means.len(), 0.0);
        let right_side = products + mean * &self.means;
        let [moment, of_mean] = self.errors;
        let product = self.features.errors.second + mean.abs() * (of_mean + f64::EPSILON * self.means.amax());
        let (_, learnt, error) = quadratic_form(&self.factor, &right_side, [moment, product]);
        let total = 2.0 + mean * mean;
        Ok(((total - learnt) / 2.0, error / 2.0 + 4.0 * f64::EPSILON * total))
    }
}

/// The tangent model of the quadratic activation without an intercept (rows m x d), fitted to `x'Bx - tr B + mean`, B symmetric of
/// Frobenius norm 1: test error and a bound on its numerical error.
pub fn neural_tangent(rows: &DMatrix<f64>, target: &DMatrix<f64>, mean: f64) -> Result<(f64, f64), SimError> {
    let (width, dim) = rows.shape();
    let rank = width.min(dim) as f64;
    let trace = target.trace();
    let unit = f64::EPSILON * dim as f64;
    // What the trace lacks of the mean, what of B is out of reach, and how far the basis of the rows may be turned.
    let (lacking, missed, rotation) = if width >= dim {
        (trace - mean, 0.0, 0.0)
    } else {
        let basis =
            orthonormal_basis(&rows.transpose()).map_err(|why| SimError::failed(format!("the rows of W: {why}")))?;
        let open = DMatrix::identity(dim, dim) - &basis.columns * basis.columns.transpose();
        let left = &open * target * &open;
        (trace - left.trace() - mean, left.norm_squared(), 2.0 * (basis.defect + basis.rotation) + 8.0 * unit)
    };
    let test_error = missed + lacking * lacking / (rank + 2.0);
    // PBP moves by twice the turn, its trace by sqrt d times that.
    let of_trace = 2.0 * (rotation + unit) * (dim as f64).sqrt() + f64::EPSILON * mean.abs();
    let error = 4.0 * (rotation + unit) + (2.0 * lacking.abs() + of_trace) * of_trace / (rank + 2.0);
    Ok((test_error, error + 4.0 * f64::EPSILON * test_error))
}
