//! Random features: the first layer stays random, output weights and intercept are optimal (`theory/rf-test-error.md`).
//!
//! With U, C of the features of pairs of neurons, V their covariances with the target and `||B||_F = 1`: `v = U^-1 V`, test error `1 - V'v/2`, robustness `v'Cv/4`. Without an intercept U
//! holds second moments instead of covariances.

use super::definition::{Definition, MATRICES, has_no_closed_form, nothing};
use super::interface::Properties;
use super::observables::NETWORK;
use super::pairs::{Image, Pairs};
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use crate::num::cholesky::Factor;
use crate::num::linear_algebra::LinearAlgebraError;
use nalgebra::{DMatrix, DVector};

/// Largest backward error of the solve that is accepted; a stable one leaves some 1e-16.
const MAX_RESIDUAL: f64 = 1e-13;

/// Whether the network has a constant of its own to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intercept {
    /// An optimal one.
    Free,
    /// None: the features keep their means.
    None,
}

pub(crate) static RANDOM_FEATURES: Definition = Definition {
    name: "rf",
    description: "random first layer, optimal output weights and intercept (Cholesky solve)",
    observables: NETWORK,
    properties: Properties { by_panels: true, has_series: has_no_closed_form, ..MATRICES },
    refuses: nothing,
    cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Intercept::Free),
};

pub(crate) static NO_INTERCEPT: Definition = Definition {
    name: "rf-no-intercept",
    description: "random first layer, optimal output weights, no intercept",
    observables: NETWORK,
    properties: Properties { by_panels: true, has_series: has_no_closed_form, ..MATRICES },
    refuses: nothing,
    cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Intercept::None),
};

/// As at initialization, with half of a factor besides; unused corners of panels, sums per panel.
fn cost(d: f64, m: f64) -> (f64, f64) {
    (2.0 * m * d + 1500.0 * m + 1.55 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0)
}

/// The draws of [`super::draw`].
pub(crate) fn draw(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    intercept: Intercept,
) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    let mut samples = vec![None; targets.len()];
    for first in 0..targets.len() {
        if samples[first].is_some() {
            continue;
        }
        let rows = weights.rows(&targets[first].variances())?;
        let layer = FactorisedLayer::new(&targets[first].activation, &rows, intercept)?;
        for index in first..targets.len() {
            if samples[index].is_none() && shares_features(&targets[first], &targets[index]) {
                samples[index] = Some(layer.observe(&rows.quotients(&targets[index].normalised()))?);
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d) for any symmetric B, which is normalised here.
///
/// # Errors
/// A zero row, moments that do not converge, or a system that is singular for this target or that its residual does not
/// confirm.
pub fn observe(
    activation: &Activation,
    rows: &DMatrix<f64>,
    target: &DMatrix<f64>,
    intercept: Intercept,
) -> Result<Sample, SimError> {
    let rows = Rows::new(rows.transpose())?;
    let quotients = rows.quotients_full(&(target / target.norm()));
    FactorisedLayer::new(activation, &rows, intercept)?.observe(&quotients)
}

/// Whether two targets see the same features of the same weights.
pub(super) fn shares_features(a: &Target, b: &Target) -> bool {
    a.activation == b.activation && a.pairs.iter().map(|p| p.1).eq(b.pairs.iter().map(|p| p.1))
}

/// A random layer, its covariance factorised.
pub(super) struct FactorisedLayer {
    pairs: Pairs,
    /// What the second moments have beyond the covariances, the product of the means; empty with an intercept.
    means: DVector<f64>,
    /// Bound on the error of an entry of U.
    error: f64,
    /// `Err` if U is singular: an error only for a target that needs it.
    factor: Result<Factor, LinearAlgebraError>,
}

impl FactorisedLayer {
    pub(super) fn new(activation: &Activation, rows: &Rows, intercept: Intercept) -> Result<FactorisedLayer, SimError> {
        let pairs = Pairs::new(activation, rows)?;
        let mut matrix = pairs.covariance();
        let mut error = pairs.errors.covariance;
        let mut means = DVector::zeros(0);
        if intercept == Intercept::None {
            // The second moments in place of the covariance; the target is centred, so its products stay.
            means = DVector::from_column_slice(&pairs.means);
            matrix.add_square(&pairs.means);
            error *= 1.0 + means.amax() * means.amax();
        }
        Ok(FactorisedLayer { pairs, means, error, factor: Factor::new(matrix) })
    }

    /// Products with the matrix that is factorised, and with C.
    fn image(&self, vector: &DVector<f64>) -> Image {
        let mut image = self.pairs.image(vector);
        if !self.means.is_empty() {
            let magnitudes = self.means.abs();
            image.covariance.axpy(self.means.dot(vector), &self.means, 1.0);
            image.magnitudes.axpy(magnitudes.dot(&vector.abs()), &magnitudes, 1.0);
        }
        image
    }
}

impl FactorisedLayer {
    fn observe(&self, quotients: &[f64]) -> Result<Sample, SimError> {
        self.train(quotients).map(|(_, sample)| sample)
    }

    /// Trains on the target with these quotients `w_j'B w_j / |w_j|^2`, `||B||_F = 1`: output weights, and what is observed.
    pub(super) fn train(&self, quotients: &[f64]) -> Result<(DVector<f64>, Sample), SimError> {
        let pairs = &self.pairs;
        let projection = pairs.with_target(quotients);
        if projection.iter().all(|value| *value == 0.0) {
            // Nothing to learn: the optimal network is a constant, for any activation.
            return Ok((projection, Sample::of_network(1.0, 0.0, f64::EPSILON)));
        }
        let factor = self.factor.as_ref().map_err(|why| {
            SimError::failed(format!("the features are linearly dependent, so output weights are not unique: {why}"))
        })?;
        let output = factor.solve(&projection);
        let Image { covariance: image, magnitudes, gradient: flow } = self.image(&output);
        let residual = image - &projection;
        let backward_error = residual.amax() / (magnitudes.amax() + projection.amax());
        if backward_error.is_nan() || backward_error > MAX_RESIDUAL {
            let size = pairs.width();
            let message = format!("the solve for {size} output weights left a relative residual of {backward_error:e}");
            return Err(SimError::failed(message));
        }
        let test_error = 1.0 - projection.dot(&output) / 2.0;

        // The computed weights solve a nearby problem: U + dU, V + dV - r. To first order the observables move by their
        // adjoint weights (v for the test error, U^-1 C v for the energy) times that change.
        let total = output.lp_norm(1);
        let unit = f64::EPSILON * (output.len() as f64).sqrt();
        let rounding = (magnitudes + projection.abs()) * unit;
        let change = residual.abs() + rounding.add_scalar(self.error * total);
        let moved = |adjoint: &DVector<f64>, target_weight: f64| {
            adjoint.abs().dot(&change) + target_weight * pairs.errors.second * adjoint.abs().sum()
        };
        let test_error_bound = moved(&output, 2.0) / 2.0;
        if !pairs.has_gradient {
            return Ok((output, Sample::of_network(test_error, f64::INFINITY, test_error_bound)));
        }
        let robustness = output.dot(&flow) / 4.0;
        let adjoint = factor.solve(&flow);
        let entry = pairs.errors.gradient + unit * pairs.largest_energy;
        let energy_bound = moved(&adjoint, 1.0) / 2.0 + entry * total * total / 4.0;
        Ok((output, Sample::of_network(test_error, robustness, test_error_bound.max(energy_bound))))
    }
}
