//! The same attack on a trained random-features network: projected gradient ascent within the ball, at random inputs.
//!
//! The worst perturbation of a network with m kinks cannot be found exactly, so the gain is that of the best point that ascent
//! reaches: a lower bound of the largest. In high dimension little is lost, since the network is nearly linear within the ball. A replicate draws one network, trains it, and averages over [`INPUTS`] inputs.

use super::adversarial::{Attack, observe};
use super::definition::{Definition, MATRICES, has_no_closed_form, nothing, positive};
use super::interface::Properties;
use super::observables::ATTACK;
use super::random_features::{FactorisedLayer, Intercept};
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use nalgebra::{DMatrix, DVector};

/// Inputs that one replicate averages over.
pub const INPUTS: usize = 8;

/// Steps of the ascent, and halvings of one step, at most.
const MAX_STEPS: usize = 60;
const MAX_HALVINGS: usize = 12;

/// First length tried, in radii: beyond the ball, so that projection turns it into a move along the sphere.
const FIRST_LENGTH: f64 = 4.0;

/// Relative increase below which the ascent has arrived.
const ARRIVED: f64 = 1e-9;

pub(crate) static ATTACKED_NETWORK: Definition = Definition {
    name: "adversarial-rf",
    description: "a random-features network likewise, by projected gradient ascent",
    observables: ATTACK,
    properties: Properties { numbers: Some(&[positive("radius")]), has_series: has_no_closed_form, ..MATRICES },
    refuses: nothing,
    // Random features; then for each input some twenty products with W.
    cost: |d, m| {
        let flops = m * m * d + 30.0 * m * m + m * m * m / 3.0 + 40.0 * INPUTS as f64 * m * d;
        (3.0 * m * d + 1500.0 * m + 1.55 * m * m, flops)
    },
    draw,
};

/// The draws of [`super::draw`].
pub fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let inputs = weights.inputs(INPUTS);
    let one = |target: &Target| {
        let rows = weights.rows(&target.variances())?;
        let trained = TrainedLayer::new(&target.activation, &rows, &rows.quotients(&target.normalised()))?;
        let attacks: Vec<Attack> =
            inputs.column_iter().map(|x| trained.attack(&x.into_owned(), target.numbers.radius)).collect();
        Ok(observe(&attacks, network.dim))
    };
    targets.iter().map(one).collect()
}

/// `f(x) = sum_j v_j s(w_j . x) + c`, v optimal.
pub struct TrainedLayer<'a> {
    activation: &'a Activation,
    /// Neuron j is column j.
    columns: &'a DMatrix<f64>,
    output: DVector<f64>,
    /// `S2 = E|grad f|^2`, and its relative error.
    energy: f64,
    energy_error: f64,
}

impl<'a> TrainedLayer<'a> {
    /// Trains on the target with the quotients `w_j'B w_j / |w_j|^2`, `||B||_F = 1`. An error if the network is constant, or its energy
    /// infinite: then there is no gain to compare with.
    pub fn new(activation: &'a Activation, rows: &'a Rows, quotients: &[f64]) -> Result<TrainedLayer<'a>, SimError> {
        let (output, sample) = FactorisedLayer::new(activation, rows, Intercept::Free)?.train(quotients)?;
        let (robustness, error) = (sample.robustness(), sample.numeric_error);
        if !(robustness.is_finite() && robustness > 2.0 * error) {
            let message = format!(
                "an attack needs a network of finite, positive energy; with `{activation}` it is {robustness:e}"
            );
            return Err(SimError::failed(message));
        }
        let (energy, energy_error) = (4.0 * robustness, error / (robustness - error));
        Ok(TrainedLayer { activation, columns: &rows.columns, output, energy, energy_error })
    }

    /// Ascends from the input itself.
    pub fn attack(&self, input: &DVector<f64>, radius: f64) -> Attack {
        let fields = self.columns.tr_mul(input);
        let mut position = DVector::zeros(input.len());
        let mut gain = 0.0;
        let first = self.gradient(&fields);
        let mut gradient = first.clone();
        for _ in 0..MAX_STEPS {
            let Some((next, larger)) = self.step(&fields, &position, &gradient, gain, radius) else { break };
            let increase = larger - gain;
            (position, gain) = (next, larger);
            if increase <= ARRIVED * gain {
                break;
            }
            gradient = self.gradient(&(&fields + self.columns.tr_mul(&position)));
        }
        let scale = self.energy.sqrt();
        let magnitude: f64 =
            self.output.iter().zip(&fields).map(|(v, z)| (v * self.activation.value(0, *z)).abs()).sum();
        let rounding = 8.0 * f64::EPSILON * (fields.len() as f64).sqrt() * (1.0 + magnitude / (radius * scale));
        let (squared, gain) = (first.norm_squared() / self.energy, gain / (radius * scale));
        Attack { gradient: squared, gain, error: rounding + self.energy_error * squared.max(gain) }
    }

    /// The first of ever shorter moves along the gradient, projected on the ball, that gains; None if none does, or if they lead nowhere.
    fn step(
        &self,
        fields: &DVector<f64>,
        position: &DVector<f64>,
        gradient: &DVector<f64>,
        gain: f64,
        radius: f64,
    ) -> Option<(DVector<f64>, f64)> {
        let mut length = FIRST_LENGTH * radius / gradient.norm();
        for _ in 0..MAX_HALVINGS {
            let mut next = position + gradient * length;
            let reached = next.norm();
            if reached > radius {
                next *= radius / reached;
            }
            let moved = (&next - position).norm();
            // NaN where the gradient is zero.
            if moved.is_nan() || moved <= ARRIVED * radius {
                return None;
            }
            let larger = self.gain(fields, &next);
            if larger > gain {
                return Some((next, larger));
            }
            length /= 2.0;
        }
        None
    }

    /// `f(x + e) - f(x)` from the fields `W x`.
    fn gain(&self, fields: &DVector<f64>, perturbation: &DVector<f64>) -> f64 {
        let moved = self.columns.tr_mul(perturbation);
        let value = |z: f64| self.activation.value(0, z);
        let terms = self.output.iter().zip(fields.iter().zip(&moved));
        terms.map(|(v, (z, change))| v * (value(z + change) - value(*z))).sum()
    }

    /// `grad f = sum_j v_j s'(w_j . x) w_j`
    fn gradient(&self, fields: &DVector<f64>) -> DVector<f64> {
        let slopes = self.output.zip_map(fields, |v, z| v * self.activation.value(1, z));
        self.columns * slopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Weights;
    use crate::sim::adversarial;
    use crate::testing::simulator;

    fn trained(activation: &Activation, dim: usize, width: usize, test: impl Fn(&TrainedLayer, &mut Draw)) {
        let network = Network { simulator: simulator("adversarial-rf"), weights: Weights::Gaussian, dim, width };
        for replicate in 0..4 {
            let mut draw = Draw::new(&network, 11, replicate);
            let rows = draw.rows(&vec![1.0; dim]).unwrap();
            let norm = (0..dim).map(|i| ((i + 1) * (i + 1)) as f64).sum::<f64>().sqrt();
            let eigenvalues: Vec<f64> = (0..dim).map(|i| (i + 1) as f64 / norm).collect();
            test(&TrainedLayer::new(activation, &rows, &rows.quotients(&eigenvalues)).unwrap(), &mut draw);
        }
    }

    /// With all quadratic forms at its disposal the quadratic network is the target itself: its attack is the exact one.
    #[test]
    fn a_quadratic_network_that_fits_is_attacked_as_the_target() {
        let dim = 4;
        trained(&Activation::Quadratic, dim, dim * (dim + 1) / 2, |network, draw| {
            let norm = 30.0_f64.sqrt();
            let eigenvalues: Vec<f64> = (0..dim).map(|i| (i + 1) as f64 / norm).collect();
            for x in draw.inputs(5).column_iter() {
                let found = network.attack(&x.into_owned(), 0.7);
                let exact = adversarial::attack(&eigenvalues, x.into_owned().as_slice(), 0.7).unwrap();
                // Gradient ascent stops at a relative increase of 1e-9, which leaves about the root of that.
                assert!((found.gradient - exact.gradient).abs() < 1e-6 * exact.gradient, "{found:?} {exact:?}");
                assert!(found.gain <= exact.gain + 1e-6 && found.gain > exact.gain - 1e-4, "{found:?} {exact:?}");
            }
        });
    }

    /// In two dimensions the whole disk can be scanned: ascent never claims more than there is. It may stop at a ridge
    /// where neurons switch off, which takes up much of so small a space, but seldom does.
    #[test]
    fn relu_in_two_dimensions_against_a_scan() {
        let shares = std::cell::RefCell::new(Vec::new());
        trained(&Activation::Relu, 2, 3, |network, draw| {
            let radius = 0.5;
            let lengths: f64 =
                network.output.iter().zip(network.columns.column_iter()).map(|(v, w)| v.abs() * w.norm()).sum();
            for x in draw.inputs(10).column_iter() {
                let fields = network.columns.tr_mul(&x);
                let mut best = 0.0_f64;
                for ring in 1..=40 {
                    for step in 0..720 {
                        let (length, angle) = (radius * ring as f64 / 40.0, step as f64 * std::f64::consts::PI / 360.0);
                        let e = DVector::from_vec(vec![length * angle.cos(), length * angle.sin()]);
                        best = best.max(network.gain(&fields, &e));
                    }
                }
                let gain = network.attack(&x.into_owned(), radius).gain * radius * network.energy.sqrt();
                // Every point is within 1.4 % of the radius of the grid, and no slope exceeds that of all neurons together.
                assert!(gain <= best + 0.014 * radius * lengths, "{gain} above {best}");
                shares.borrow_mut().push(gain >= best - 0.014 * radius * lengths);
            }
        });
        let shares = shares.into_inner();
        let found = shares.iter().filter(|found| **found).count();
        assert!(4 * found >= 3 * shares.len(), "{found} of {}", shares.len());
    }

    #[test]
    fn a_constant_network_cannot_be_attacked() {
        let rows = Rows::new(DMatrix::from_fn(4, 3, |i, j| 1.0 / (1 + i + j) as f64)).unwrap();
        let error = TrainedLayer::new(&Activation::Erf, &rows, &rows.quotients(&[0.5; 4])).err().unwrap();
        assert!(error.to_string().contains("finite, positive energy"), "{error}");
        assert!(TrainedLayer::new(&Activation::Step, &rows, &rows.quotients(&[0.5; 4])).is_err());
    }
}
