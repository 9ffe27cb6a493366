//! At initialization: output weights random, nothing trained, the mean removed (`theory/init-test-error.md`).
//!
//! `f0 = sum_j v_j s(w_j.x) + c`, v of length zeta in a random direction, c such that `E f0 = 0`. With U, C of the features of pairs of neurons, V their covariances with the target and
//! `||B||_F = 1`: test error `E(f0 - f*)^2/2 = 1 - v'V + v'Uv/2`, robustness `v'Cv/4`.

use super::definition::{Definition, MATRICES, has_no_closed_form, non_negative, nothing};
use super::interface::Properties;
use super::observables::NETWORK;
use super::pairs::Pairs;
use super::random_features::shares_features;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use nalgebra::{DMatrix, DVector};

pub(crate) static INIT: Definition = Definition {
    name: "init",
    description: "random first layer, output weights of length zeta in a random direction, nothing trained",
    observables: NETWORK,
    properties: Properties {
        numbers: Some(&[non_negative("zeta")]),
        by_panels: true,
        has_series: has_no_closed_form,
        ..MATRICES
    },
    refuses: nothing,
    // Gaussians, rows; coefficients of a series; half of each of two m x m matrices, with an arc sine and a root per pair of
    // neurons.
    cost: |d, m| (2.0 * m * d + 1100.0 * m + m * m, m * m * d + 30.0 * m * m),
    draw,
};

/// The draws of [`super::draw`].
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let output = weights.output_start();
    let mut samples = vec![None; targets.len()];
    for first in 0..targets.len() {
        if samples[first].is_some() {
            continue;
        }
        let rows = weights.rows(&targets[first].variances())?;
        let layer = RandomNetwork::new(&targets[first].activation, &rows, output.clone())?;
        for index in first..targets.len() {
            let target = &targets[index];
            if samples[index].is_none() && shares_features(&targets[first], target) {
                samples[index] = Some(layer.observe(&rows.quotients(&target.normalised()), target.numbers.zeta));
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d) and output weights for any symmetric B, which is normalised here.
///
/// # Errors
/// Rows that do not suit the output weights in number or are zero, or moments that do not converge.
pub fn observe(
    activation: &Activation,
    rows: &DMatrix<f64>,
    output: &[f64],
    target: &DMatrix<f64>,
) -> Result<Sample, SimError> {
    if output.len() != rows.nrows() {
        return Err(SimError::failed(format!("{} output weights for {} neurons", output.len(), rows.nrows())));
    }
    let rows = Rows::new(rows.transpose())?;
    let quotients = rows.quotients_full(&(target / target.norm()));
    Ok(RandomNetwork::new(activation, &rows, output.to_vec())?.observe(&quotients, 1.0))
}

/// A random network up to the scale of its output weights.
struct RandomNetwork {
    pairs: Pairs,
    /// Output weights over zeta.
    output: DVector<f64>,
    /// `v'Uv` and `v'Cv` at zeta 1; the second infinite for an activation that jumps.
    variance: f64,
    energy: f64,
}

impl RandomNetwork {
    fn new(activation: &Activation, rows: &Rows, output: Vec<f64>) -> Result<RandomNetwork, SimError> {
        let output = DVector::from_vec(output);
        let pairs = Pairs::new(activation, rows)?;
        let image = pairs.image(&output);
        let energy = if pairs.has_gradient { output.dot(&image.gradient) } else { f64::INFINITY };
        Ok(RandomNetwork { variance: output.dot(&image.covariance), energy, pairs, output })
    }

    fn observe(&self, quotients: &[f64], zeta: f64) -> Sample {
        let projection = self.pairs.with_target(quotients);
        let test_error = 1.0 - zeta * self.output.dot(&projection) + zeta * zeta * self.variance / 2.0;
        let robustness = if zeta == 0.0 { 0.0 } else { zeta * zeta * self.energy / 4.0 };
        let total = zeta * self.output.lp_norm(1);
        let errors = &self.pairs.errors;
        let numeric_error =
            f64::EPSILON + errors.second * total + errors.covariance.max(errors.gradient) * total * total / 2.0;
        Sample::of_network(test_error, robustness, numeric_error)
    }
}
