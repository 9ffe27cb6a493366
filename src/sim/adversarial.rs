//! What the Dirichlet energy means for an attack, on a quadratic function: the target `f = x'Bx - tr B` itself, at random inputs.
//!
//! Here the weights are not random (there are none) but the input is. A replicate averages over [`INPUTS`] inputs x ~ N(0, I);
//! everything is computed in the eigenbasis of B, `||B||_F = 1`, where `S2 = E|grad f|^2 = 4`.

use super::definition::{Definition, MATRICES, nothing, positive};
use super::interface::Properties;
use super::observables::{ATTACK, GRADIENT_NORM, GRADIENT_SPREAD};
use super::weights::inputs;
use super::{Network, Sample, SimError, Target};
use crate::num::trust_region::maximum_on_ball;

/// Inputs that one replicate averages over.
pub const INPUTS: usize = 32;

pub(crate) static GRADIENT: Definition = Definition {
    name: "input-gradient",
    description: "the gradient of the target at random inputs (exact)",
    observables: &[GRADIENT_NORM, GRADIENT_SPREAD],
    properties: Properties { is_scalar: true, ..MATRICES },
    refuses: nothing,
    // Inputs.
    cost: |d, _| (INPUTS as f64 * d + 2.0 * d, 12.0 * INPUTS as f64 * d),
    draw: |network, targets, seed, replicate| Ok(gradients(network, targets, seed, replicate)),
};

pub(crate) static ATTACKED_TARGET: Definition = Definition {
    name: "adversarial",
    description: "the target at random inputs, perturbed as badly as a radius allows (exact)",
    observables: ATTACK,
    properties: Properties { numbers: Some(&[positive("radius")]), is_scalar: true, ..MATRICES },
    refuses: nothing,
    // Inputs; a Gaussian and some ten steps of the secular equation per coordinate.
    cost: |d, _| (INPUTS as f64 * d + 12.0 * d, 60.0 * INPUTS as f64 * d),
    draw,
};

/// The draws of [`super::draw`].
pub fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let inputs = inputs(network, seed, replicate, INPUTS);
    let columns = || inputs.as_slice().chunks_exact(network.dim);
    let one = |target: &Target| {
        let attacks: Result<Vec<Attack>, SimError> =
            columns().map(|input| attack(&target.normalised(), input, target.numbers.radius)).collect();
        Ok(observe(&attacks?, network.dim))
    };
    targets.iter().map(one).collect()
}

/// The draws of [`super::draw`] for the gradient alone, which costs a fraction of an attack: its squared norm over S2, and d times the
/// squared distance of that from 1.
pub fn gradients(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Vec<Sample> {
    let inputs = inputs(network, seed, replicate, INPUTS);
    let dim = network.dim as f64;
    let one = |target: &Target| {
        let eigenvalues = target.normalised();
        let gradients = inputs.as_slice().chunks_exact(network.dim).map(|input| gradient(&eigenvalues, input));
        let (mut norm, mut spread, mut error) = (0.0, 0.0, [0.0; 2]);
        for gradient in gradients {
            let off = gradient_rounding(network.dim, gradient);
            norm += gradient;
            spread += (gradient - 1.0).powi(2);
            error = [error[0] + off, error[1] + off * (2.0 * (gradient - 1.0).abs() + off)];
        }
        let mean = |sum: f64| sum / INPUTS as f64;
        Sample::new([(mean(norm), mean(error[0])), (dim * mean(spread), dim * mean(error[1]))])
    };
    targets.iter().map(one).collect()
}

/// `|grad f(x)|^2 / S2`, which is `sum b_i^2 x_i^2` for `sum b_i^2 = 1`.
fn gradient(eigenvalues: &[f64], input: &[f64]) -> f64 {
    eigenvalues.iter().zip(input).map(|(b, x)| (b * x) * (b * x)).sum()
}

fn gradient_rounding(dim: usize, gradient: f64) -> f64 {
    dim as f64 * f64::EPSILON * (1.0 + gradient)
}

/// One input attacked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attack {
    /// `|grad f(x)|^2 / S2`
    pub gradient: f64,
    /// `max (f(x + e) - f(x)) / (r sqrt(S2))` over `|e| <= r`
    pub gain: f64,
    /// Bound on the error of either.
    pub error: f64,
}

/// The strongest attack within `radius` on `f = sum b_i (x_i^2 - 1)`, `sum b_i^2 = 1`, exactly: the trust-region problem of
/// `f(x + e) - f(x) = sum b_i e_i^2 + 2 b_i x_i e_i`.
pub fn attack(eigenvalues: &[f64], input: &[f64], radius: f64) -> Result<Attack, SimError> {
    let slopes: Vec<f64> = eigenvalues.iter().zip(input).map(|(b, x)| b * x).collect();
    let best = maximum_on_ball(eigenvalues, &slopes, radius)
        .map_err(|why| SimError::failed(format!("the strongest perturbation of radius {radius}: {why}")))?;
    let gradient = gradient(eigenvalues, input);
    let rounding = gradient_rounding(eigenvalues.len(), gradient);
    Ok(Attack { gradient, gain: best.value / (2.0 * radius), error: best.error / (2.0 * radius) + rounding })
}

/// Averages over the attacks: the squared gradient; d times its squared distance from 1; the gain; the gain less half of what the
/// squared gradient exceeds 1 by; and what that exceeds 1 by, times sqrt d.
///
/// The squared gradient has mean 1 exactly, so taking off half of its excess leaves the mean of the gain as it is. But to first order
/// that is all that moves the gain from input to input, so its variance falls from order 1/d to order 1/d^2.
pub fn observe(attacks: &[Attack], dim: usize) -> Sample {
    let (count, dim) = (attacks.len() as f64, dim as f64);
    let mean = |f: &dyn Fn(&Attack) -> f64| attacks.iter().map(f).sum::<f64>() / count;
    let error = mean(&|a| a.error);
    let controlled = mean(&|a| a.gain - (a.gradient - 1.0) / 2.0);
    Sample::new([
        (mean(&|a| a.gradient), error),
        (
            dim * mean(&|a| (a.gradient - 1.0).powi(2)),
            dim * mean(&|a| a.error * (2.0 * (a.gradient - 1.0).abs() + a.error)),
        ),
        (mean(&|a| a.gain), error),
        (controlled, 2.0 * error),
        (dim.sqrt() * (controlled - 1.0), 2.0 * dim.sqrt() * error),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Activation, Numbers, Weights};
    use crate::testing::simulator;

    /// B = I/sqrt d: the gain is that along x, `(2 r |x| + r^2) / sqrt d`.
    #[test]
    fn for_the_identity_the_strongest_perturbation_is_along_the_input() {
        let eigenvalues = [0.5; 4];
        let (input, radius) = ([1.0, -2.0, 2.0, 4.0], 1.5);
        let found = attack(&eigenvalues, &input, radius).unwrap();
        assert!((found.gradient - 25.0 / 4.0).abs() <= found.error);
        let gain = (2.0 * radius * 5.0 + radius * radius) / 2.0;
        assert!((found.gain - gain / (2.0 * radius)).abs() <= found.error && found.error < 1e-13);
    }

    /// The gradient's observables alone are those of an attack.
    #[test]
    fn gradients_are_those_of_attacks() {
        let network = Network { simulator: simulator("input-gradient"), weights: Weights::Gaussian, dim: 9, width: 9 };
        let pairs = (0..9).map(|i| (f64::from(i) - 2.0, 1.0)).collect::<Vec<_>>();
        let target = Target::new(Activation::Quadratic, pairs, Numbers::default());
        let alone = &gradients(&network, std::slice::from_ref(&target), 1, 0)[0];
        let attacked = &draw(&network, std::slice::from_ref(&target), 1, 0).unwrap()[0];
        for index in 0..2 {
            let ((a, a_error), (b, b_error)) = (alone.at(index), attacked.at(index));
            assert!((a - b).abs() <= a_error + b_error && a_error < 1e-12, "{a} {b}");
        }
    }

    /// No point of a dense sample of the ball does better, and some does nearly as well.
    #[test]
    fn no_perturbation_does_better() {
        let eigenvalues = [0.8, -0.6, 0.0];
        let (input, radius) = ([0.3, 1.2, -0.7], 1.0);
        let found = attack(&eigenvalues, &input, radius).unwrap();
        let mut best = f64::NEG_INFINITY;
        for i in 0..=80 {
            for j in 0..=80 {
                for k in 0..=80 {
                    let e = [i, j, k].map(|n| (n as f64 - 40.0) / 40.0);
                    let length = e.iter().map(|x| x * x).sum::<f64>().sqrt();
                    if length > 0.0 {
                        let scale = radius / length.max(1.0);
                        let value: f64 =
                            (0..3).map(|n| eigenvalues[n] * scale * e[n] * (scale * e[n] + 2.0 * input[n])).sum();
                        best = best.max(value / (2.0 * radius));
                    }
                }
            }
        }
        assert!(best <= found.gain + found.error && best >= found.gain - 1e-3, "{best} against {found:?}");
    }
}
