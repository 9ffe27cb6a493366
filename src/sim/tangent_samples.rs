//! Neural tangent model of the quadratic activation, fitted to finitely many samples without noise: the interpolant of least norm
//! (gradient flow from zero), exact in test inputs (`theory/hypotheses/nt-samples-test-error.md`).
//!
//! The model is `f = sum_j (w_j.x)(a_j.x) + c`, fitted to `n` samples `(x_a, f*(x_a))` by the least `||a||` with c free. With `G = W'W` its kernel is
//! `K(x, y) = (x'Gy)(x.y)`. Centred on both sides, `K c = y` has one solution that sums to zero, and then
//! `M = (GS + SG)/2` with `S = sum_a c_a x_a x_a'` is the quadratic form of f: `eps = ||M - B||_F^2 + (E f)^2/2` and `R = ||M||_F^2` for `||B||_F = 1`.
//!
//! Most of the noise comes from where B lies relative to neurons and inputs. A draw takes the mean over several random rotations of B, which share
//! the factor of the kernel: the expectation is the same, since Gaussian neurons and inputs have no preferred directions.

use super::definition::{Definition, MATRICES, other_activations, positive};
use super::interface::Properties;
use super::observables::{ROBUSTNESS, TEST_ERROR};
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::orthonormal_basis;
use nalgebra::{DMatrix, DVector};

/// Largest accepted bound on the numerical error of a sample.
const MAX_ERROR: f64 = 1e-5;

/// Random rotations of B in one draw.
const TURNS: usize = 16;

pub(crate) static TANGENT_SAMPLES: Definition = Definition {
    name: "nt-samples",
    description: "`nt` fitted to samples * d(d+1)/2 samples without noise: the interpolant of least norm (exact in test inputs)",
    observables: &[TEST_ERROR, ROBUSTNESS],
    properties: Properties {
        numbers: Some(&[positive("samples")]),
        is_very_dear: true,
        flops: Some(|d, numbers| flops(d, numbers.samples)),
        ..MATRICES
    },
    refuses,
    // The kernel and its factor, for as many samples as a symmetric matrix has entries.
    cost: |d, m| {
        let all = d * (d + 1.0) / 2.0;
        (2.0 * d * all + 3.5 * all * all + m * d + 4.0 * d * d, flops(d, 1.0))
    },
    draw,
};

/// The factor of the kernel, its products and an estimate of the norm of its inverse; then each target.
fn flops(d: f64, samples: f64) -> f64 {
    let n = samples * d * (d + 1.0) / 2.0;
    n * n * n / 3.0 + n * n * (4.0 * d + 60.0) + TURNS as f64 * (6.0 * n * n + 6.0 * n * d * d + 10.0 * d * d * d)
}

/// Other activations, and more samples than entries, which memory is not counted for.
fn refuses(network: &Network, target: &Target) -> Result<(), SimError> {
    other_activations(network, target)?;
    if target.numbers.samples > 1.0 {
        let message = format!("samples must be above 0 and at most 1, not {}", target.numbers.samples);
        return Err(SimError::failed(message));
    }
    Ok(())
}

/// How many samples stand for the ratio `samples` at a dimension: as many per entry of a symmetric matrix. Mostly that is no whole number, and
/// rounding would move the ratio by up to `1/(d(d+1))`, more at one size than at the next. So `share`, uniform in (0, 1), decides between the
/// two neighbours: their mean is right.
pub(crate) fn count(ratio: f64, dim: usize, share: f64) -> usize {
    let entries = dim as f64 * (dim as f64 + 1.0) / 2.0;
    ((ratio * entries + share).floor() as usize).max(2)
}

/// What targets with the same number of samples and the same variances of the weights share.
struct Shared {
    number: usize,
    variances: Vec<f64>,
    fit: Fit,
    turns: Vec<DMatrix<f64>>,
}

/// The draws of [`super::draw`]. Targets with the same number of samples share the inputs and the kernel.
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let mut fits: Vec<Shared> = Vec::new();
    let mut samples = Vec::new();
    for target in targets {
        // From the start of the stream: what else is drawn makes no difference.
        let mut weights = Draw::new(network, seed, replicate);
        let share = (1.0 + libm::erf(weights.inputs(1)[0] * std::f64::consts::FRAC_1_SQRT_2)) / 2.0;
        let (number, variances) = (count(target.numbers.samples, network.dim, share), target.variances());
        let known = fits.iter().position(|known| known.number == number && known.variances == variances);
        let place = match known {
            Some(place) => place,
            None => {
                let rows = weights.rows(&variances)?;
                let fit = Fit::new(rows.columns, weights.inputs(number))?;
                let turns = (0..TURNS).map(|_| turn(&mut weights, network.dim)).collect::<Result<_, _>>()?;
                fits.push(Shared { number, variances, fit, turns });
                fits.len() - 1
            }
        };
        let eigenvalues = DMatrix::from_diagonal(&DVector::from_vec(target.normalised()));
        let Shared { fit, turns, .. } = &fits[place];
        let mut sums = [(0.0, 0.0); 2];
        for turn in turns {
            let sample = fit.observe(&(turn * &eigenvalues * turn.transpose()))?;
            for (sum, index) in sums.iter_mut().zip(0..) {
                let (value, error) = sample.at(index);
                *sum = (sum.0 + value, sum.1 + error);
            }
        }
        let count = turns.len() as f64;
        samples.push(Sample::new(sums.map(|(value, error)| (value / count, error / count))));
    }
    Ok(samples)
}

/// A rotation uniform among all.
fn turn(weights: &mut Draw, dim: usize) -> Result<DMatrix<f64>, SimError> {
    let basis = orthonormal_basis(&weights.inputs(dim));
    let basis = basis.map_err(|why| SimError::failed(format!("the rotation of B: {why}")))?;
    match basis.defect <= MAX_ERROR {
        true => Ok(basis.columns),
        false => Err(SimError::failed(format!("the rotation of B is orthogonal to {:e} only", basis.defect))),
    }
}

/// Inputs with the kernel of the model on them, factorised.
pub struct Fit {
    /// `W'W`
    gram: DMatrix<f64>,
    /// Largest singular value of W.
    norm: f64,
    /// One input per column.
    inputs: DMatrix<f64>,
    /// Of the centred kernel, made invertible along the vector of ones.
    factor: Cholesky,
    /// At least about the norm of its inverse.
    inverse: f64,
}

impl Fit {
    /// Of neurons and inputs, each as columns (d x m, d x n).
    ///
    /// # Errors
    /// Inputs on which the features are linearly dependent: more samples than the model has directions.
    pub fn new(neurons: DMatrix<f64>, inputs: DMatrix<f64>) -> Result<Fit, SimError> {
        let gram = &neurons * neurons.transpose();
        let transposed = inputs.transpose();
        let mut kernel = &transposed * (&gram * &inputs);
        kernel.component_mul_assign(&(&transposed * &inputs));
        let number = kernel.nrows() as f64;
        let means = kernel.column_mean();
        let mean = means.mean();
        // The vector of ones has the eigenvalue of a typical direction, and the solution no part along it.
        let typical = kernel.trace() / number;
        for (column, mut entries) in kernel.column_iter_mut().enumerate() {
            let shift = mean - means[column] + typical / number;
            entries.iter_mut().zip(means.iter()).for_each(|(entry, row)| *entry += shift - row);
        }
        let factor = Cholesky::new(&kernel).map_err(|why| {
            SimError::failed(format!("the features are linearly dependent on these {number} samples: {why}"))
        })?;
        let mut direction = DVector::from_fn(kernel.nrows(), |i, _| if i % 3 == 0 { 1.0 } else { -0.7 }).normalize();
        let mut inverse: f64 = 0.0;
        for _ in 0..12 {
            let image = factor.solve(&direction);
            inverse = image.norm();
            direction = image / inverse;
        }
        let norm = gram.symmetric_eigenvalues().max().max(0.0).sqrt();
        Ok(Fit { gram, norm, inputs, factor, inverse: 4.0 * inverse })
    }

    /// The interpolant of `x'Bx - tr B` on the inputs, B symmetric with Frobenius norm 1.
    ///
    /// # Errors
    /// A system whose solution is not known well enough.
    pub fn observe(&self, target: &DMatrix<f64>) -> Result<Sample, SimError> {
        let number = self.inputs.ncols() as f64;
        let images = target * &self.inputs;
        let forms = |images: &DMatrix<f64>| -> DVector<f64> {
            DVector::from_iterator(
                images.ncols(),
                images.column_iter().zip(self.inputs.column_iter()).map(|(a, b)| a.dot(&b)),
            )
        };
        let labels = forms(&images).add_scalar(-target.trace());
        let label_mean = labels.mean();
        let centred = labels.add_scalar(-label_mean);
        let solution = self.factor.solve(&centred);
        let mut weighted = self.inputs.clone();
        weighted.column_iter_mut().zip(solution.iter()).for_each(|(mut column, c)| column *= *c);
        let sum = &weighted * self.inputs.transpose();
        let half = &self.gram * sum * 0.5;
        let form = &half + half.transpose();
        let offset = form.trace() - forms(&(&form * &self.inputs)).mean() + label_mean;
        let (test_error, robustness) = ((&form - target).norm_squared() + offset * offset / 2.0, form.norm_squared());
        // What is left of the equations moves the weights a by at most the root of r'K^-1 r, and the form by as much times the norm of W.
        let (image, magnitudes) = self.factor.products(&solution);
        let unit = f64::EPSILON * number;
        let left = (image - &centred).abs() + (magnitudes + centred.abs()) * unit;
        let moved = self.norm * left.norm() * self.inverse.sqrt()
            + 8.0 * f64::EPSILON * self.inputs.nrows() as f64 * form.norm();
        let square = self.inputs.norm_squared() / number;
        let moved_offset = moved * (square + (self.inputs.nrows() as f64).sqrt());
        let bound = |size: f64, moved: f64| moved * (2.0 * size + moved);
        let of_error = bound((&form - target).norm(), moved) + bound(offset.abs(), moved_offset) / 2.0;
        let error = of_error.max(bound(robustness.sqrt(), moved));
        if error.is_nan() || error > MAX_ERROR {
            let message = format!("the test error is known to {error:e} only: the kernel is ill-conditioned");
            return Err(SimError::failed(message));
        }
        Ok(Sample::new([(test_error, error), (robustness, error)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Weights;
    use crate::testing::simulator;

    fn drawn(dim: usize, width: usize, number: usize) -> (DMatrix<f64>, DMatrix<f64>) {
        let simulator = simulator("nt-samples");
        let network = Network { simulator, weights: Weights::Gaussian, dim, width };
        let mut weights = Draw::new(&network, 3, 0);
        let rows = weights.rows(&vec![1.0; dim]).unwrap();
        (rows.columns, weights.inputs(number))
    }

    fn target(dim: usize) -> DMatrix<f64> {
        let entry = |i: usize, j: usize| ((3 * i + 5 * j + i * j) % 7) as f64 - 3.0;
        let matrix = DMatrix::from_fn(dim, dim, |i, j| entry(i, j) + entry(j, i));
        &matrix / matrix.norm()
    }

    #[test]
    fn the_mean_number_of_samples_is_the_ratio_of_entries() {
        let numbers: Vec<usize> = (0..1000).map(|k| count(0.25, 12, (f64::from(k) + 0.5) / 1000.0)).collect();
        assert_eq!(numbers.iter().sum::<usize>(), 19_500);
        assert!(numbers.iter().all(|n| *n == 19 || *n == 20));
        assert!([1e-9, 0.5, 1.0 - 1e-9].iter().all(|share| count(0.5, 8, *share) == 18));
    }

    /// Against the least-norm solution in the weights themselves, by a pseudoinverse.
    #[test]
    fn the_interpolant_is_that_of_the_weights() {
        let (dim, width, number) = (5, 4, 9);
        let (neurons, inputs) = drawn(dim, width, number);
        let target = target(dim);
        // Features (w_j.x) x_i, centred over the samples.
        let feature = |a: usize, k: usize| neurons.column(k / dim).dot(&inputs.column(a)) * inputs[(k % dim, a)];
        let mut features = DMatrix::from_fn(number, width * dim, feature);
        for mut column in features.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
        }
        let label = |a: usize| (inputs.column(a).transpose() * &target * inputs.column(a))[(0, 0)] - target.trace();
        let labels = DVector::from_fn(number, |a, _| label(a));
        let mean = labels.mean();
        let weights = features.pseudo_inverse(1e-10).unwrap() * labels.add_scalar(-mean);
        let mut form = DMatrix::zeros(dim, dim);
        for k in 0..width * dim {
            for i in 0..dim {
                form[(i, k % dim)] += weights[k] * neurons[(i, k / dim)];
            }
        }
        let form = (&form + form.transpose()) / 2.0;
        let of = |a: usize| (inputs.column(a).transpose() * &form * inputs.column(a))[(0, 0)];
        let offset = form.trace() - (0..number).map(of).sum::<f64>() / number as f64 + mean;
        let expected = ((&form - &target).norm_squared() + offset * offset / 2.0, form.norm_squared());
        let sample = Fit::new(neurons.clone(), inputs).unwrap().observe(&target).unwrap();
        // The network itself on Gaussian inputs: three nodes a coordinate are exact up to degree 5.
        let (mut test_error, mut energy) = (0.0, 0.0);
        for number in 0..3_usize.pow(dim as u32) {
            let digits: Vec<usize> = (0..dim as u32).map(|i| number / 3_usize.pow(i) % 3).collect();
            let x = DVector::from_iterator(dim, digits.iter().map(|digit| (*digit as f64 - 1.0) * 3_f64.sqrt()));
            let weight: f64 = digits.iter().map(|digit| if *digit == 1 { 2.0 / 3.0 } else { 1.0 / 6.0 }).product();
            let mut value = offset - form.trace();
            let mut gradient = DVector::zeros(dim);
            for j in 0..width {
                let (neuron, own) = (neurons.column(j), weights.rows(j * dim, dim));
                value += neuron.dot(&x) * own.dot(&x);
                gradient += neuron * own.dot(&x) + own * neuron.dot(&x);
            }
            let truth = x.dot(&(&target * &x)) - target.trace();
            test_error += weight * (value - truth).powi(2) / 2.0;
            energy += weight * gradient.norm_squared() / 4.0;
        }
        assert!((test_error - expected.0).abs() < 1e-9, "{test_error} {}", expected.0);
        assert!((energy - expected.1).abs() < 1e-9, "{energy} {}", expected.1);
        assert!((sample.test_error() - expected.0).abs() < 1e-9, "{} {}", sample.test_error(), expected.0);
        assert!((sample.robustness() - expected.1).abs() < 1e-9, "{} {}", sample.robustness(), expected.1);
        assert!(sample.numeric_error < 1e-8);
    }

    /// With as many neurons as directions and more samples than unknowns less one, the target itself is the interpolant; with fewer it is not.
    #[test]
    fn enough_samples_find_the_target() {
        let (dim, width) = (4, 5);
        let entries = dim * (dim + 1) / 2;
        let (neurons, inputs) = drawn(dim, width, entries + 1);
        let sample = Fit::new(neurons.clone(), inputs.clone()).unwrap().observe(&target(dim)).unwrap();
        assert!(sample.test_error() < 1e-9 && (sample.robustness() - 1.0).abs() < 1e-9, "{sample:?}");
        let fewer = inputs.columns(0, entries - 2).into_owned();
        assert!(Fit::new(neurons, fewer).unwrap().observe(&target(dim)).unwrap().test_error() > 1e-3);
    }
}
