//! Random features trained from a random start: by gradient flow for a finite time, or with weight decay towards the start
//! (`theory/rf-lazy-test-error.md`, `theory/rf-decay-test-error.md`).
//!
//! Output weights start at `v_0` of length zeta in a random direction, the intercept is optimal throughout. With U, C, V of
//! [`Features`] and `||B||_F = 1`, the flow on `E(f - f*)^2/2` reaches `v = e^{-tU} v_0 + (I - e^{-tU}) U^-1 V` at time t; the
//! minimum of `E(f - f*)^2/2 + k|v - v_0|^2/2` is `v = (U + k)^-1 (V + k v_0)`. Both are functions of U: by its eigenvectors, but
//! short flows by Chebyshev series and strong decay by a solve, which cost a tenth. Test error `1 - v'V + v'Uv/2`, robustness
//! `v'Cv/4`.

use super::definition::{Definition, MATRICES, has_no_closed_form, non_negative, nothing, positive};
use super::interface::Properties;
use super::observables::NETWORK;
use super::population::Features;
use super::random_features::shares_features;
use super::target::groups;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::{Activation, Numbers};
use crate::num::chebyshev::{eigenvalue_bound, exponentials, product_rounding, products, terms};
use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::symmetric_eigen;
use crate::num::panels::transposed_product;
use nalgebra::{DMatrix, DVector};
use std::cell::OnceCell;

/// Largest residual of the eigenvectors that is accepted, relative to the norm of U; some 1e-14 is usual.
const MAX_RESIDUAL: f64 = 1e-11;
/// Decay, relative to the bound on the eigenvalues of U, from which on a solve takes the place of eigenvectors.
const STRONG_DECAY: f64 = 1e-4;

/// How the output weights leave their start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Training {
    /// Gradient flow for this time, `>= 0`.
    Flow {
        /// t in `e^{-tU}`.
        time: f64,
    },
    /// To the optimum under weight decay of this strength, `> 0`.
    Decay {
        /// k in `(U + k)^-1`.
        decay: f64,
    },
}

impl Training {
    /// The fraction of the start that is left along an eigenvector of eigenvalue `u >= 0`.
    fn kept(self, u: f64) -> f64 {
        match self {
            Training::Flow { time } => (-time * u).exp(),
            Training::Decay { decay } => decay / (decay + u),
        }
    }

    /// What is gained along it per covariance with the target: `(1 - kept)/u`, decreasing in u.
    fn gained(self, u: f64) -> f64 {
        match self {
            Training::Flow { time } if u == 0.0 => time,
            Training::Flow { time } => -(-time * u).exp_m1() / u,
            Training::Decay { decay } => 1.0 / (decay + u),
        }
    }
}

pub(crate) static FLOW: Definition = Definition {
    name: "rf-lazy",
    description: "random first layer, output weights by gradient flow for a time from a random start of length zeta",
    observables: NETWORK,
    properties: Properties {
        numbers: Some(&[non_negative("zeta"), non_negative("time")]),
        has_series: has_no_closed_form,
        ..MATRICES
    },
    refuses: nothing,
    // Whole matrices. Eigenvectors, their residual and the scratch of the eigenproblem, for long flows; some 50 products with two
    // vectors for short ones.
    cost: |d, m| (3.0 * m * d + 600.0 * m + 6.0 * m * m, m * m * d + 30.0 * m * m + 200.0 * m * m),
    draw: |network, targets, seed, replicate| {
        draw(network, targets, seed, replicate, |numbers| Training::Flow { time: numbers.time })
    },
};

pub(crate) static DECAY: Definition = Definition {
    name: "rf-decay",
    description: "random first layer, output weights optimal with weight decay towards a random start of length zeta",
    observables: NETWORK,
    properties: Properties {
        numbers: Some(&[non_negative("zeta"), positive("decay")]),
        has_series: has_no_closed_form,
        ..MATRICES
    },
    refuses: nothing,
    // Whole matrices, and a factor.
    cost: |d, m| (3.0 * m * d + 600.0 * m + 6.0 * m * m, m * m * d + 30.0 * m * m + m * m * m / 3.0),
    draw: |network, targets, seed, replicate| {
        draw(network, targets, seed, replicate, |numbers| Training::Decay { decay: numbers.decay })
    },
};

/// The draws of [`super::draw`].
fn draw(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    training: fn(&Numbers) -> Training,
) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let start = DVector::from_vec(weights.output_start());
    let mut samples = vec![None; targets.len()];
    let all: Vec<usize> = (0..targets.len()).collect();
    for group in groups(targets, &all, shares_features) {
        let first = &targets[group[0]];
        let rows = weights.rows(&first.variances())?;
        let layer = LazyLayer::new(&first.activation, &rows, &start)?;
        for group in groups(targets, &group, |a, b| a.pairs == b.pairs) {
            let case = |index: &usize| (targets[*index].numbers.zeta, training(&targets[*index].numbers));
            let cases: Vec<(f64, Training)> = group.iter().map(case).collect();
            let observed = layer.observe(&rows.quotients(&targets[group[0]].normalised()), &cases)?;
            group.into_iter().zip(observed).for_each(|(index, sample)| samples[index] = Some(sample));
        }
    }
    Ok(samples.into_iter().flatten().collect())
}

/// Observes given rows (m x d) and output weights at the start, trained on any symmetric B, which is normalised here.
///
/// # Errors
/// Rows that do not suit the output weights in number or are zero, or eigenvectors that their residual does not confirm.
pub fn observe(
    activation: &Activation,
    rows: &DMatrix<f64>,
    start: &[f64],
    training: Training,
    target: &DMatrix<f64>,
) -> Result<Sample, SimError> {
    if start.len() != rows.nrows() {
        return Err(SimError::failed(format!("{} output weights for {} neurons", start.len(), rows.nrows())));
    }
    let rows = Rows::new(rows.transpose())?;
    let quotients = rows.quotients_full(&(target / target.norm()));
    let layer = LazyLayer::new(activation, &rows, &DVector::from_column_slice(start))?;
    Ok(layer.observe(&quotients, &[(1.0, training)])?.swap_remove(0))
}

/// A random layer and the start of its output weights.
struct LazyLayer {
    features: Features,
    /// Over zeta.
    start: DVector<f64>,
    /// Upper bound on the eigenvalues of U.
    top: f64,
    /// `||C||_F`
    gradient_norm: f64,
    /// Bound on `||dU||` from the errors of its entries.
    deviation: f64,
    /// Only where they are needed.
    eigenvectors: OnceCell<Result<Eigenvectors, SimError>>,
}

/// Output weights after training, and a bound on their distance from those of the true U and V.
struct Trained {
    output: DVector<f64>,
    moved: f64,
}

impl LazyLayer {
    fn new(activation: &Activation, rows: &Rows, start: &DVector<f64>) -> Result<LazyLayer, SimError> {
        let features = Features::new(activation, rows)?;
        Ok(LazyLayer {
            start: start.clone(),
            top: eigenvalue_bound(&features.covariance),
            gradient_norm: features.gradient.as_ref().map_or(0.0, DMatrix::norm),
            deviation: rows.width() as f64 * features.errors.covariance,
            features,
            eigenvectors: OnceCell::new(),
        })
    }

    /// Trains on the target with these quotients `w_j'B w_j / |w_j|^2`, `||B||_F = 1`, from starts of these scales zeta.
    fn observe(&self, quotients: &[f64], cases: &[(f64, Training)]) -> Result<Vec<Sample>, SimError> {
        let projection = self.features.with_target(quotients);
        let trained = self.train(&projection, cases)?;
        let outputs = DMatrix::from_fn(projection.len(), trained.len(), |i, j| trained[j].output[i]);
        let images = products(&self.features.covariance, &outputs);
        let flows = self.features.gradient.as_ref().map(|gradient| products(gradient, &outputs));
        let sample = |(index, trained): (usize, &Trained)| {
            let flow = flows.as_ref().map(|flows| flows.column(index).into_owned());
            self.sample(trained, &projection, images.column(index).into_owned(), flow)
        };
        trained.iter().enumerate().map(sample).collect()
    }

    /// How is settled for each case by itself: short flows by products with U, strong decay by a solve, the others by eigenvectors.
    fn train(&self, projection: &DVector<f64>, cases: &[(f64, Training)]) -> Result<Vec<Trained>, SimError> {
        let short = |training: &Training| match training {
            Training::Flow { time } => terms(*time, self.top).map(|terms| (*time, terms)),
            Training::Decay { .. } => None,
        };
        let times: Vec<(f64, usize)> = cases.iter().filter_map(|(_, training)| short(training)).collect();
        let flows = exponentials(&self.features.covariance, self.top, (&self.start, projection), &times);
        let mut flow = 0;
        let one = |(zeta, training): &(f64, Training)| match training {
            Training::Flow { time } if short(training).is_some() => {
                let (kept, gained) = (flows.kept.column(flow), flows.gained.column(flow));
                let errors = flows.errors[flow];
                flow += 1;
                let away = errors[0] * zeta * self.start.norm() + errors[1] * projection.norm();
                let longest = zeta * self.start.norm() + gained.norm();
                Ok(Trained { output: kept * *zeta + gained, moved: away + self.turned(*time, longest) })
            }
            Training::Decay { decay } if *decay >= STRONG_DECAY * self.top => self.decayed(projection, *zeta, *decay),
            _ => self.eigenvectors()?.train(self, projection, *zeta, *training),
        };
        cases.iter().map(one).collect()
    }

    /// How far output weights move at most with `U + dU`, `V + dV` for U and V: by `gained` at the smallest eigenvalue, times
    /// `|dU| |v| + |dV|`, where v is the longest on the way.
    fn turned(&self, gained: f64, longest: f64) -> f64 {
        let size = self.start.len() as f64;
        gained * (self.deviation * longest + size.sqrt() * self.features.errors.second)
    }

    /// `(U + k)^-1 (V + k v_0)`; the residual over k bounds its error.
    fn decayed(&self, projection: &DVector<f64>, zeta: f64, decay: f64) -> Result<Trained, SimError> {
        let mut shifted = self.features.covariance.clone();
        (0..shifted.nrows()).for_each(|i| shifted[(i, i)] += decay);
        let factor = Cholesky::new(&shifted).map_err(|why| SimError::failed(format!("features with decay: {why}")))?;
        let right_side = projection + &self.start * (decay * zeta);
        let output = factor.solve(&right_side);
        let (image, magnitudes) = factor.products(&output);
        // A row is a sum of as many terms.
        let rounding = (magnitudes.norm() + right_side.norm()) * f64::EPSILON * output.len() as f64;
        let residual = (image - right_side).norm() + rounding;
        let moved = residual / decay + self.turned(1.0 / decay, output.norm());
        Ok(Trained { output, moved })
    }

    fn eigenvectors(&self) -> Result<&Eigenvectors, SimError> {
        let found = self.eigenvectors.get_or_init(|| Eigenvectors::new(&self.features.covariance, self.deviation));
        found.as_ref().map_err(SimError::clone)
    }

    /// From output weights v, `Uv` and `Cv`.
    fn sample(
        &self,
        trained: &Trained,
        projection: &DVector<f64>,
        image: DVector<f64>,
        flow: Option<DVector<f64>>,
    ) -> Result<Sample, SimError> {
        let features = &self.features;
        let Trained { output, moved } = trained;
        if output.iter().all(|value| *value == 0.0) {
            return Ok(Sample::of_network(1.0, 0.0, f64::EPSILON));
        }
        // Half of the slope of the test error, which is that of these weights whatever their error.
        let slope = image - projection;
        let test_error = 1.0 + output.dot(&(&slope - projection)) / 2.0;
        let total = output.lp_norm(1);
        // Of a product with a matrix, and of the scalar product with what that gives.
        let unit = 2.0 * product_rounding(output.len());
        let entries = |error: f64, matrix: &DMatrix<f64>| (error + unit * matrix.diagonal().max()) * total * total;
        let test_error_bound = slope.norm() * moved
            + self.top * moved * moved / 2.0
            + entries(features.errors.covariance, &features.covariance) / 2.0
            + features.errors.second * total
            + unit * projection.norm() * output.norm();
        if !test_error_bound.is_finite() {
            return Err(SimError::failed("output weights are not determined to working precision".to_string()));
        }
        let (Some(gradient), Some(flow)) = (&features.gradient, flow) else {
            return Ok(Sample::of_network(test_error, f64::INFINITY, test_error_bound));
        };
        let robustness = output.dot(&flow) / 4.0;
        let robustness_bound = flow.norm() * moved / 2.0
            + self.gradient_norm * moved * moved / 4.0
            + entries(features.errors.gradient, gradient) / 4.0;
        Ok(Sample::of_network(test_error, robustness, test_error_bound.max(robustness_bound)))
    }
}

/// The eigenvectors of U.
struct Eigenvectors {
    /// Increasing; not below zero.
    values: DVector<f64>,
    vectors: DMatrix<f64>,
    /// Bound on `||U - QDQ'||` for some orthonormal Q within `defect` of `vectors`.
    residual: f64,
    defect: f64,
    /// Lower bound on the eigenvalues of the true U.
    smallest: f64,
}

impl Eigenvectors {
    fn new(covariance: &DMatrix<f64>, deviation: f64) -> Result<Eigenvectors, SimError> {
        let size = covariance.nrows();
        let failed = |what: String| SimError::failed(format!("the covariance of {size} features: {what}"));
        let (mut values, vectors) = symmetric_eigen(covariance).map_err(|why| failed(why.to_string()))?;
        let mut defect = transposed_product(&vectors, &vectors);
        (0..size).for_each(|i| defect[(i, i)] -= 1.0);
        let defect = defect.norm();
        let mut residual = transposed_product(covariance, &vectors);
        for (mut column, (vector, value)) in residual.column_iter_mut().zip(vectors.column_iter().zip(values.iter())) {
            column.axpy(-value, &vector, 1.0);
        }
        let norm = values.amax();
        let residual = residual.norm() + 2.0 * norm * defect;
        if residual.is_nan() || residual > MAX_RESIDUAL * norm {
            return Err(failed(format!("its eigenvectors leave a relative residual of {:e}", residual / norm)));
        }
        let smallest = (values.min() - residual - deviation).max(0.0);
        // No eigenvalue of a covariance is negative; rounding may say so.
        values.iter_mut().for_each(|value| *value = value.max(0.0));
        Ok(Eigenvectors { values, vectors, residual, defect, smallest })
    }

    fn train(
        &self,
        layer: &LazyLayer,
        projection: &DVector<f64>,
        zeta: f64,
        training: Training,
    ) -> Result<Trained, SimError> {
        let size = projection.len() as f64;
        let left = self.values.map(|u| zeta * training.kept(u)).component_mul(&self.vectors.tr_mul(&layer.start));
        let learnt = self.values.map(|u| training.gained(u)).component_mul(&self.vectors.tr_mul(projection));
        let longest = zeta * layer.start.norm() + learnt.norm();
        let gained = training.gained(self.smallest);
        // Rounding of the two changes of basis comes on top.
        let rounding = (2.0 * self.defect + size * f64::EPSILON) * longest;
        let moved = layer.turned(gained, longest) + gained * self.residual * longest + rounding;
        if !moved.is_finite() {
            let smallest = self.values.min();
            return Err(SimError::failed(format!(
                "output weights are not determined to working precision: the smallest eigenvalue of U is {smallest:e}"
            )));
        }
        Ok(Trained { output: &self.vectors * (left + learnt), moved })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::cholesky::Cholesky;
    use crate::sim::random_features::Intercept;
    use crate::sim::{init, random_features};
    use crate::testing::gaussian;

    /// Rows, a start of scale 1 and a target that is neither diagonal nor definite.
    fn network(dim: usize, width: usize) -> (DMatrix<f64>, Vec<f64>, DMatrix<f64>) {
        let rows = gaussian("lazy-random-features", width, dim, 0) / (dim as f64).sqrt();
        let start: Vec<f64> =
            gaussian("lazy-random-features", width, 1, 1).iter().map(|v| v / (width as f64).sqrt()).collect();
        let g = gaussian("lazy-random-features", dim, dim, 2);
        (rows, start, &g + g.transpose() + DMatrix::identity(dim, dim) * 8.0)
    }

    /// U, C, V.
    fn moments(
        activation: &Activation,
        rows: &DMatrix<f64>,
        target: &DMatrix<f64>,
    ) -> (DMatrix<f64>, DMatrix<f64>, DVector<f64>) {
        let rows = Rows::new(rows.transpose()).unwrap();
        let features = Features::new(activation, &rows).unwrap();
        let projection = features.with_target(&rows.quotients_full(&(target / target.norm())));
        (features.covariance.clone(), features.gradient.clone().unwrap(), projection)
    }

    /// Steps against the gradient `Uv - V + k (v - v_0)`; test error and robustness of the end.
    fn descend(
        (covariance, gradient, projection): &(DMatrix<f64>, DMatrix<f64>, DVector<f64>),
        start: &[f64],
        decay: f64,
        step: f64,
        steps: usize,
    ) -> (f64, f64) {
        let start = DVector::from_column_slice(start);
        let mut output = start.clone();
        for _ in 0..steps {
            let slope = covariance * &output - projection + (&output - &start) * decay;
            output.axpy(-step, &slope, 1.0);
        }
        let loss = 2.0 - 2.0 * output.dot(projection) + output.dot(&(covariance * &output));
        (loss / 2.0, output.dot(&(gradient * &output)) / 4.0)
    }

    #[test]
    fn gradient_descent_with_small_steps_follows_the_flow() {
        for (activation, dim, width) in
            [(Activation::Relu, 80, 120), (Activation::Gelu, 40, 30), (Activation::Quadratic, 16, 40)]
        {
            let (rows, start, target) = network(dim, width);
            let moments = moments(&activation, &rows, &target);
            for time in [0.3, 4.0] {
                let sample = observe(&activation, &rows, &start, Training::Flow { time }, &target).unwrap();
                let steps = 40_000;
                let (test_error, robustness) = descend(&moments, &start, 0.0, time / steps as f64, steps);
                assert!(
                    (sample.test_error() - test_error).abs() < 1e-4,
                    "{activation} {time}: {sample:?} {test_error}"
                );
                assert!(
                    (sample.robustness() - robustness).abs() < 1e-4,
                    "{activation} {time}: {sample:?} {robustness}"
                );
                // It has left the start and not arrived.
                let before = observe(&activation, &rows, &start, Training::Flow { time: 0.0 }, &target).unwrap();
                let end = random_features::observe(&activation, &rows, &target, Intercept::Free).unwrap();
                assert!(before.test_error() - test_error > 1e-3 && test_error - end.test_error() > 1e-3);
            }
        }
    }

    #[test]
    fn gradient_descent_ends_at_the_optimum_under_decay() {
        let (rows, start, target) = network(60, 80);
        for decay in [0.02, 0.5] {
            let moments = moments(&Activation::Relu, &rows, &target);
            let training = Training::Decay { decay };
            let sample = observe(&Activation::Relu, &rows, &start, training, &target).unwrap();
            let (test_error, robustness) = descend(&moments, &start, decay, 0.2, 3000);
            assert!((sample.test_error() - test_error).abs() < 1e-10, "{sample:?} {test_error}");
            assert!((sample.robustness() - robustness).abs() < 1e-10, "{sample:?} {robustness}");
        }
    }

    /// The bound of a sample holds against an unlike route, and is small.
    #[test]
    fn decay_agrees_with_a_solve_within_the_bound() {
        for activation in [Activation::Relu, Activation::Erf, Activation::Exp, Activation::Tanh] {
            let (rows, start, target) = network(30, 50);
            let (covariance, gradient, projection) = moments(&activation, &rows, &target);
            for decay in [1e-6, 0.1, 10.0] {
                let shifted = &covariance + DMatrix::identity(50, 50) * decay;
                let right_side = &projection + DVector::from_column_slice(&start) * decay;
                let output = Cholesky::new(&shifted).unwrap().solve(&right_side);
                let test_error = 1.0 - output.dot(&projection) + output.dot(&(&covariance * &output)) / 2.0;
                let robustness = output.dot(&(&gradient * &output)) / 4.0;
                let sample = observe(&activation, &rows, &start, Training::Decay { decay }, &target).unwrap();
                let bound = 2.0 * sample.numeric_error;
                assert!(bound < 1e-8, "{activation} {decay}: {sample:?}");
                assert!((sample.test_error() - test_error).abs() < bound, "{activation} {decay}: {sample:?}");
                assert!((sample.robustness() - robustness).abs() < bound, "{activation} {decay}: {sample:?}");
            }
        }
    }

    /// The quick ways and the eigenvectors give the same weights within their bounds, whatever other cases there are.
    #[test]
    fn short_flows_and_strong_decay_are_those_by_eigenvectors() {
        for activation in [Activation::Relu, Activation::Quadratic, Activation::Tanh] {
            let (rows, start, target) = network(60, 90);
            let rows = Rows::new(rows.transpose()).unwrap();
            let layer = LazyLayer::new(&activation, &rows, &DVector::from_vec(start)).unwrap();
            let projection = layer.features.with_target(&rows.quotients_full(&(&target / target.norm())));
            let flow = |time| Training::Flow { time };
            let decay = |decay| Training::Decay { decay };
            let cases = [(1.0, flow(0.3)), (0.5, decay(0.2)), (1.0, flow(1e4)), (0.0, flow(8.0)), (2.0, decay(3.0))];
            let trained = layer.train(&projection, &cases).unwrap();
            for ((zeta, training), trained) in cases.into_iter().zip(&trained) {
                let plain = layer.eigenvectors().unwrap().train(&layer, &projection, zeta, training).unwrap();
                let (off, bound) = ((&plain.output - &trained.output).norm(), plain.moved + trained.moved);
                assert!(off <= bound && trained.moved < 1e-8, "{activation} {training:?}: {off:e} {bound:e}");
                let alone = layer.train(&projection, &[(zeta, training)]).unwrap();
                assert_eq!(alone[0].output, trained.output);
            }
            let quick = |cases: &[(f64, Training)]| {
                let layer = LazyLayer::new(&activation, &rows, &layer.start).unwrap();
                layer.train(&projection, cases).unwrap();
                layer.eigenvectors.get().is_none()
            };
            assert!(quick(&cases[..2]) && !quick(&cases[2..3]) && quick(&cases[3..]));
        }
    }

    #[test]
    fn both_run_from_the_start_to_random_features() {
        // Decay of 1e18 and 1e-18 is infinite and zero to working precision.
        let same = |a: Sample, b: Sample| {
            let promised = a.numeric_error + b.numeric_error;
            assert!(promised < 1e-7, "{a:?} {b:?}");
            assert!((a.test_error() - b.test_error()).abs() <= promised, "{a:?} {b:?}");
            assert!((a.robustness() - b.robustness()).abs() <= promised, "{a:?} {b:?}");
        };
        for activation in [Activation::Relu, Activation::Tanh, Activation::Abs] {
            let (rows, start, target) = network(24, 40);
            let at = |training| observe(&activation, &rows, &start, training, &target).unwrap();
            let before = init::observe(&activation, &rows, &start, &target).unwrap();
            same(at(Training::Flow { time: 0.0 }), before.clone());
            same(at(Training::Decay { decay: 1e18 }), before);
            let after = random_features::observe(&activation, &rows, &target, Intercept::Free).unwrap();
            same(at(Training::Flow { time: 1e9 }), after.clone());
            same(at(Training::Decay { decay: 1e-18 }), after);
        }
    }

    /// More neurons than dimensions and a linear activation: U is singular, the flow is not. Nothing is learnt, and what the start
    /// computes dies out.
    #[test]
    fn a_singular_covariance_is_followed() {
        let (rows, start, target) = network(10, 25);
        let linear = Activation::Hermite(1);
        let late = observe(&linear, &rows, &start, Training::Flow { time: 1e3 }, &target).unwrap();
        assert!((late.test_error() - 1.0).abs() < 1e-9 && late.robustness() < 1e-9, "{late:?}");
        let early = observe(&linear, &rows, &start, Training::Flow { time: 0.0 }, &target).unwrap();
        assert!(early.robustness() > 0.01, "{early:?}");
        assert!(observe(&linear, &rows, &start[1..], Training::Flow { time: 0.0 }, &target).is_err());
    }
}
