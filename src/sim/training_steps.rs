//! Full training of the quadratic activation for a time, by steps: gradient descent on the population loss, and stochastic
//! gradient descent that sees each input once. Independent routes to the flow of [`super::training_path`]; same conventions.

use super::definition::{Definition, MATRICES, covariances, non_negative};
use super::interface::Properties;
use super::observables::NETWORK;
use super::training_path::observe_model;
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use nalgebra::{DMatrix, DVector};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// Step of the coarsest descent times the largest rate of the flow.
const DESCENT_STEP: f64 = 0.1;
/// Most steps of the coarsest descent.
const MAX_STEPS: f64 = 100_000.0;
/// Steps of the coarser stochastic descent over `d^2 t min(t, 1)`: the noise of the steps then adds some 10 % to the test error.
const ONLINE_STEPS: f64 = 160.0;
/// Fewest steps of it.
const FEWEST_STEPS: f64 = 64.0;

pub(crate) static DESCENT: Definition = Definition {
    name: "sgd-flow-descent",
    description: "the same by gradient descent on the population loss, extrapolated in the step",
    observables: NETWORK,
    properties: Properties { numbers: Some(&[non_negative("scale"), non_negative("time")]), ..MATRICES },
    refuses: covariances,
    // A few hundred steps at times of order 1.
    cost: |d, m| (4.0 * m * d + 4.0 * d * d, 500.0 * 4.0 * m * d * d),
    draw: draw_descent,
};

pub(crate) static ONLINE: Definition = Definition {
    name: "sgd-flow-online",
    description: "the same by stochastic gradient descent on fresh inputs, extrapolated in the step",
    observables: NETWORK,
    properties: Properties { numbers: Some(&[non_negative("scale"), non_negative("time")]), ..MATRICES },
    refuses: covariances,
    // Some 160 d^2 steps at time 1, and twice as many.
    cost: |d, m| (4.0 * m * d + 2.0 * d * d, 480.0 * d * d * 4.0 * m * d),
    draw: draw_online,
};

/// The draws of [`super::draw`] for gradient descent.
pub(crate) fn draw_descent(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    targets
        .iter()
        .map(|target| {
            let start = weights.rows(&target.variances())?.columns * target.numbers.scale;
            descend(&start, &target.mean_square_one(), target.numbers.time)
        })
        .collect()
}

/// The draws of [`super::draw`] for stochastic gradient descent. Every target sees the same inputs.
pub(crate) fn draw_online(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
) -> Result<Vec<Sample>, SimError> {
    targets
        .iter()
        .map(|target| {
            let weights = Draw::new(network, seed, replicate);
            let start = weights.rows(&target.variances())?.columns * target.numbers.scale;
            online(&start, &target.mean_square_one(), target.numbers.time, &mut weights.into_stream())
        })
        .collect()
}

/// Gradient descent `W <- W - 4 h W (W'W - B)` for the time t, B diagonal, neurons as columns of `start`. Three steps h, h/2,
/// h/4 extrapolated to h = 0 give M; their agreement is `numeric_error`.
///
/// # Errors
/// A time that needs too many steps.
pub fn descend(start: &DMatrix<f64>, target: &[f64], time: f64) -> Result<Sample, SimError> {
    let largest = target.iter().fold(start.norm_squared(), |a, b| a.max(b.abs()));
    let coarsest = (8.0 * largest * time / DESCENT_STEP).ceil().max(1.0);
    if coarsest.is_nan() || coarsest > MAX_STEPS {
        return Err(SimError::failed(format!("gradient descent to time {time} needs more than {MAX_STEPS} steps")));
    }
    let after = |steps: usize| {
        let step = 4.0 * time / steps as f64;
        let mut columns = start.clone();
        for _ in 0..steps {
            let mut excess = &columns * columns.transpose();
            target.iter().enumerate().for_each(|(i, b)| excess[(i, i)] -= b);
            columns -= excess * &columns * step;
        }
        &columns * columns.transpose()
    };
    let [coarse, middle, fine] = [1, 2, 4].map(|finer| after(finer * coarsest as usize));
    let (first, second) = (&middle * 2.0 - coarse, fine * 2.0 - middle);
    let model = (&second * 4.0 - first) / 3.0;
    let error = 2.0 * (&model - second).norm();
    Ok(observe_model(model, target, error))
}

/// Stochastic gradient descent on `(f(x) - f*(x))^2/2`, one fresh input per step, for the time t: steps h and h/2, each on inputs
/// of its own, extrapolated to h = 0 in both observables. The extrapolation leaves a bias of order h^2, which is no part of
/// `numeric_error`; the step falls like `1/d^2`.
///
/// # Errors
/// A time that needs too many steps.
pub fn online(start: &DMatrix<f64>, target: &[f64], time: f64, inputs: &mut impl Rng) -> Result<Sample, SimError> {
    let dim = target.len() as f64;
    let steps = (ONLINE_STEPS * dim * dim * time * time.min(1.0)).ceil().max(FEWEST_STEPS);
    if steps.is_nan() || steps > MAX_STEPS * dim {
        return Err(SimError::failed(format!("stochastic gradient descent to time {time} needs {steps:e} steps")));
    }
    let mut after =
        |steps: f64| observe_model(online_model(start, target, time / steps, steps as usize, inputs), target, 0.0);
    let (coarse, fine) = (after(steps), after(2.0 * steps));
    let extrapolate = |value: fn(&Sample) -> f64| 2.0 * value(&fine) - value(&coarse);
    let rounding = 3.0 * coarse.numeric_error.max(fine.numeric_error) * steps.sqrt();
    Ok(Sample::of_network(extrapolate(Sample::test_error), extrapolate(Sample::robustness), rounding))
}

/// `M` after that many steps. The intercept follows M, so that f - f* has mean zero.
fn online_model(start: &DMatrix<f64>, target: &[f64], step: f64, steps: usize, inputs: &mut impl Rng) -> DMatrix<f64> {
    let mut columns = start.clone();
    let (dim, width) = columns.shape();
    let target_trace: f64 = target.iter().sum();
    let mut trace = columns.norm_squared();
    let mut x = DVector::zeros(dim);
    let mut fields = DVector::zeros(width);
    for _ in 0..steps {
        x.iter_mut().zip(StandardNormal.sample_iter(&mut *inputs)).for_each(|(entry, normal)| *entry = normal);
        fields.gemv_tr(1.0, &columns, &x, 0.0);
        let energy = fields.norm_squared();
        let truth: f64 = target.iter().zip(x.iter()).map(|(b, x)| b * x * x).sum::<f64>() - target_trace;
        // w_j moves by -2 h (f - f*) (w_j.x) x.
        let pull = -2.0 * step * (energy - trace - truth);
        columns.ger(pull, &x, &fields, 1.0);
        trace += pull * energy * (2.0 + pull * x.norm_squared());
    }
    &columns * columns.transpose()
}
