//! Neural tangent model of any activation that does not jump: first-layer weights random, the network linearised around
//! them, parameters and intercept optimal (`theory/nt-general-test-error.md`).
//!
//! `f(x) = sum_j (a_j.x) s'(w_j.x) + c`. With K the covariance of the md features, b theirs with the target and
//! `||B||_F = 1` (so `Var f* = 2`): `K A = b`, test error `1 - <A, b>/2`, robustness `<A, N A>/4`. No md x md matrix is
//! formed: K and N act in products of m x m with m x d matrices, the system is solved by conjugate gradients.

mod blocks;
mod kernels;
mod preconditioner;
mod slopes;
mod solve;
#[cfg(test)]
mod tests;

use self::kernels::Tangent;
use self::preconditioner::Preconditioner;
use self::solve::solve;
use super::definition::{Definition, MATRICES, nothing};
use super::interface::Properties;
use super::observables::NETWORK;
use super::random_features::shares_features;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use crate::num::panels::{product, transposed_product};
use crate::num::triangle::Triangle;
use nalgebra::DMatrix;

/// How far conjugate gradients reduce the residual: the test error is off by the square of it, the energy by the first power.
const GOAL: f64 = 1e-6;
const GOAL_WITH_ENERGY: f64 = 1e-8;

pub(crate) static GENERAL_TANGENT: Definition = Definition {
    name: "nt-general",
    description: "any activation linearised around a random first layer, optimal (conjugate gradients)",
    observables: NETWORK,
    properties: Properties {
        is_dear: true,
        has_series: |activation| !matches!(activation, Activation::Relu | Activation::Abs),
        ..MATRICES
    },
    refuses: nothing,
    // Directions and cosines; five matrices of each of two block operators; bases, coefficients of the preconditioner;
    // iterates and scratch. Some 20 steps of three products with K and four of the preconditioner, an eigenproblem, the
    // kernels.
    cost: |d, m| {
        let small = m.min(d);
        let steps = 20.0 * (6.0 * m * m * d + 4.0 * m * d * small + 4.0 * d * small * small);
        let setup = 10.0 * small * small * small + 2.0 * m * m * d + 100.0 * m * m;
        (16.0 * m * d + 600.0 * m + 15.0 * m * m + 8.0 * small * small, steps + setup)
    },
    draw,
};

/// The draws of [`super::draw`].
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    let mut samples = vec![None; targets.len()];
    for first in 0..targets.len() {
        if samples[first].is_some() {
            continue;
        }
        let rows = weights.rows(&targets[first].variances())?;
        let layer = TangentLayer::new(&targets[first].activation, &rows)?;
        for index in first..targets.len() {
            if samples[index].is_none() && shares_features(&targets[first], &targets[index]) {
                let eigenvalues = targets[index].normalised();
                let mut image = layer.directions.clone();
                for mut column in image.column_iter_mut() {
                    column.iter_mut().zip(&eigenvalues).for_each(|(entry, b)| *entry *= b);
                }
                samples[index] = Some(layer.train(&image)?.sample);
            }
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// An optimal tangent model.
#[derive(Clone, Debug)]
pub struct Trained {
    /// What is observed of it.
    pub sample: Sample,
    /// The `a_j` as columns (d x m).
    pub parameters: DMatrix<f64>,
    /// Of the conjugate gradients.
    pub steps: usize,
}

/// Trains on given rows (m x d) for any symmetric B, which is normalised here.
///
/// # Errors
/// An activation that jumps, a zero row, or conjugate gradients that do not reach their goal.
pub fn train(activation: &Activation, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<Trained, SimError> {
    let layer = TangentLayer::new(activation, &Rows::new(rows.transpose())?)?;
    let image = target / target.norm() * &layer.directions;
    layer.train(&image)
}

/// Observes given rows likewise.
///
/// # Errors
/// As [`train`].
pub fn observe(activation: &Activation, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<Sample, SimError> {
    train(activation, rows, target).map(|trained| trained.sample)
}

/// A random layer, ready for any target.
struct TangentLayer {
    /// Unit directions of the weights, one per column (d x m).
    directions: DMatrix<f64>,
    /// Seen from the basis, as all matrices of d rows are that it is used with.
    tangent: Tangent,
    /// An orthonormal basis in which the preconditioner is simple; None for the coordinates.
    basis: Option<DMatrix<f64>>,
    /// `||V'V - I||_F` of it.
    defect: f64,
    /// `None` if the features know nothing of any target.
    preconditioner: Option<Preconditioner>,
}

impl TangentLayer {
    fn new(activation: &Activation, rows: &Rows) -> Result<TangentLayer, SimError> {
        if activation.last_square_integrable() < 1 {
            return Err(SimError::failed(format!(
                "activation `{activation}` jumps: it has no tangent model, since its slope is not a function"
            )));
        }
        let mut tangent = Tangent::new(activation, rows)?;
        let directions = tangent.directions.clone();
        let slopes = &tangent.slopes;
        if slopes.first.iter().chain(&slopes.third).all(|value| *value == 0.0) {
            return Ok(TangentLayer { directions, tangent, basis: None, defect: 0.0, preconditioner: None });
        }
        let mut columns = tangent.directions.clone();
        for (mut column, first) in columns.column_iter_mut().zip(&slopes.first) {
            column *= *first;
        }
        let rest = (0..rows.width()).map(|j| slopes.rest(j)).sum::<f64>() / rows.width() as f64;
        let mut preconditioner = Preconditioner::new(&columns, &slopes.mean, rest)
            .map_err(|why| SimError::failed(format!("the preconditioner of the tangent features: {why}")))?;
        let basis = preconditioner.take_basis();
        let defect = basis.as_ref().map_or(0.0, |basis| Triangle::gram(basis).distance_from_identity());
        if let Some(basis) = &basis {
            tangent.directions = transposed_product(basis, &directions);
        }
        Ok(TangentLayer { directions, tangent, basis, defect, preconditioner: Some(preconditioner) })
    }

    /// For the target whose image of the directions `B u_j` is given, `||B||_F = 1`.
    fn train(&self, image: &DMatrix<f64>) -> Result<Trained, SimError> {
        let tangent = &self.tangent;
        let directions = &tangent.directions;
        let seen = self.basis.as_ref().map(|basis| transposed_product(basis, image));
        let right_side = tangent.with_target(seen.as_ref().unwrap_or(image));
        let parameters = |a| match &self.basis {
            Some(basis) => product(basis, &a),
            None => a,
        };
        let preconditioner = match &self.preconditioner {
            Some(preconditioner) if right_side.amax() > 0.0 => preconditioner,
            // Nothing to learn: the optimal model is a constant, for any activation.
            _ => {
                let parameters = DMatrix::zeros(image.nrows(), image.ncols());
                return Ok(Trained { sample: Sample::of_network(1.0, 0.0, f64::EPSILON), parameters, steps: 0 });
            }
        };
        let goal = if tangent.energy.is_some() { GOAL_WITH_ENERGY } else { GOAL };
        let solution = solve(&tangent.covariance, directions, preconditioner, &right_side, goal)?;
        let (a, open, smallest) = (&solution.a, solution.open, solution.smallest);
        // The test error of the model with these parameters, of second order in what the solve left open.
        let test_error = 1.0 - right_side.dot(a) / 2.0 - a.dot(&solution.residual) / 2.0;
        let solve_error = open / smallest;

        // Errors of the kernels and of the right side move the observables by their adjoint weights, to first order: A for
        // the test error, K^-1 N A for the energy. A block has five terms.
        let lengths = |matrix: &DMatrix<f64>| matrix.column_iter().map(|column| column.norm()).sum::<f64>();
        let slopes = &tangent.slopes;
        let (kernel_error, energy_error) = match &slopes.series {
            Some(series) => (series.kernel_error, series.energy_error),
            None => (8.0 * f64::EPSILON * tangent.covariance.magnitude(), 0.0),
        };
        let unit = f64::EPSILON * (a.len() as f64).sqrt();
        let total = lengths(a);
        let moved = |weight: f64| weight * (5.0 * kernel_error * total + 3.0 * slopes.error);
        // Scalar products seen from the basis are off by its defect.
        let unit = unit + 4.0 * self.defect;
        let rounding = unit * (right_side.norm() * a.norm() + 1.0);
        let test_error_bound = solve_error / 2.0 + moved(total) + rounding;
        let Some(energy) = &tangent.energy else {
            let sample = Sample::of_network(test_error, f64::INFINITY, test_error_bound);
            return Ok(Trained { sample, parameters: parameters(solution.a), steps: solution.steps });
        };
        let flow = energy.product(directions, a);
        let robustness = a.dot(&flow) / 4.0;
        // |<N A, e>| <= sqrt(<N A, K^-1 N A> <e, K e>) for the error e = K^-1 r of A.
        let adjoint = preconditioner.apply(&flow);
        let slope = (flow.dot(&adjoint).max(0.0) / smallest).sqrt();
        let energy_bound = slope * solve_error.sqrt() / 2.0
            + moved(lengths(&adjoint) / smallest) / 2.0
            + 5.0 * energy_error * total * total / 4.0
            + unit * (a.norm() * flow.norm() + 1.0);
        let sample = Sample::of_network(test_error, robustness, test_error_bound.max(energy_bound));
        Ok(Trained { sample, parameters: parameters(solution.a), steps: solution.steps })
    }
}
