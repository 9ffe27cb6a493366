//! The random matrix below all regimes: eigenvalues of `G = W'W` (d x d), and traces of the resolvent of `l_1^2 W W'` (m x m)
//! \[MP67\].
//!
//! `W W'` and `W'W` have the same eigenvalues but for zeros, so those of the smaller one are computed, and the `|m - d|` others
//! of the larger one are exactly zero.

use super::definition::{Definition, MATRICES, non_negative, nothing, positive};
use super::hermite_series::HermiteSeries;
use super::interface::Properties;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::{Activation, Observable};
use crate::num::Eigenvalues;

pub(crate) static EIGENVALUES: Definition = Definition {
    name: "marchenko-pastur",
    description: "eigenvalues of W'W (d x d), W the random first layer",
    observables: &[
        // `(1/d) tr (W'W)^2`
        Observable::new("moment-2", "\\frac{1}{d} \\mathrm{tr} \\thinspace (W^\\top W)^2"),
        // `(1/d) tr (W'W)^3`
        Observable::new("moment-3", "\\frac{1}{d} \\mathrm{tr} \\thinspace (W^\\top W)^3"),
        // Share of the eigenvalues up to the point x.
        Observable::new("distribution", "F_d(x)"),
        Observable::new("largest-eigenvalue", "x_{\\max}"),
        // The smallest that is not zero.
        Observable::new("smallest-eigenvalue", "x_{\\min}"),
        // Share of the eigenvalues that are zero.
        Observable::new("zero-fraction", "F_d(0)"),
    ],
    properties: Properties { numbers: Some(&[non_negative("point")]), ..MATRICES },
    refuses: nothing,
    cost,
    draw,
};

pub(crate) static RESOLVENT: Definition = Definition {
    name: "resolvent",
    description: "traces of the resolvent of lambda_1^2 W W' (m x m) at -ridge",
    observables: &[
        // `(1/d) tr (z I + l_1^2 W W')^-1`, and of its square.
        Observable::new("resolvent", "\\frac{1}{d} \\mathrm{tr} \\thinspace (z I + \\lambda_1^2 W W^\\top)^{-1}"),
        Observable::new(
            "resolvent-square",
            "\\frac{1}{d} \\mathrm{tr} \\thinspace (z I + \\lambda_1^2 W W^\\top)^{-2}",
        ),
    ],
    properties: Properties { numbers: Some(&[positive("ridge")]), ..MATRICES },
    refuses: nothing,
    cost,
    draw: draw_resolvent,
};

/// Gaussians, rows, a transpose; the smaller Gram matrix, with as much again to reduce it.
fn cost(d: f64, m: f64) -> (f64, f64) {
    let n = m.min(d);
    (3.0 * m * d + 3.0 * n * n, 2.0 * m * d * n + 4.0 * n * n * n)
}

/// The draws of [`super::draw`] for the eigenvalues of `W'W`.
pub fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    each(network, targets, seed, replicate, |spectrum, target| Ok(spectrum.observe(target.numbers.point)))
}

/// The draws of [`super::draw`] for the resolvent.
pub fn draw_resolvent(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
) -> Result<Vec<Sample>, SimError> {
    each(network, targets, seed, replicate, |spectrum, target| {
        spectrum.resolvent(&target.activation, target.numbers.ridge)
    })
}

/// Observes every target; those with the same covariance share the eigenvalues.
fn each(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    observe: impl Fn(&GramSpectrum, &Target) -> Result<Sample, SimError>,
) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    let mut known: Vec<(Vec<f64>, GramSpectrum)> = Vec::new();
    let mut samples = Vec::new();
    for target in targets {
        let variances = target.variances();
        let place = match known.iter().position(|(other, _)| *other == variances) {
            Some(place) => place,
            None => {
                let spectrum = GramSpectrum::new(&weights.rows(&variances)?)?;
                known.push((variances, spectrum));
                known.len() - 1
            }
        };
        samples.push(observe(&known[place].1, target)?);
    }
    Ok(samples)
}

/// Eigenvalues of the smaller one of `W W'` and `W'W`.
pub struct GramSpectrum {
    dim: usize,
    width: usize,
    eigenvalues: Eigenvalues,
}

impl GramSpectrum {
    pub fn new(rows: &Rows) -> Result<GramSpectrum, SimError> {
        let (columns, dim, width) = (&rows.columns, rows.dim(), rows.width());
        let transposed = columns.transpose();
        let gram = if width < dim { &transposed * columns } else { columns * &transposed };
        let eigenvalues = Eigenvalues::new(&gram).map_err(|why| SimError::failed(format!("the Gram matrix: {why}")))?;
        Ok(GramSpectrum { dim, width, eigenvalues })
    }

    /// Of the d eigenvalues of `W'W`: mean square, mean cube, share up to `point`, the largest, the smallest that is not zero, and
    /// the share of zeros.
    pub fn observe(&self, point: f64) -> Sample {
        let Eigenvalues { values, error } = &self.eigenvalues;
        let dim = self.dim as f64;
        let mean = |f: &dyn Fn(f64) -> f64| values.iter().map(|x| f(*x)).sum::<f64>() / dim;
        let (second, third) = (mean(&|x| x * x), mean(&|x| x * x * x));
        let rounding = values.len() as f64 * f64::EPSILON;
        let share = |count: usize| count as f64 / dim;
        let beyond = self.dim - values.len();
        let zero = values.iter().filter(|x| **x <= *error).count();
        let below = values.iter().filter(|x| **x <= point).count() + if point >= 0.0 { beyond } else { 0 };
        // An eigenvalue this near may lie on the other side.
        let near = values.iter().filter(|x| (**x - point).abs() <= *error).count();
        let smallest = values.iter().copied().find(|x| *x > *error).unwrap_or(0.0);
        Sample::new([
            (second, 2.0 * mean(&f64::abs) * error + rounding * second),
            (third, 3.0 * second * error + rounding * third),
            (share(below), share(near)),
            (values.max(), *error),
            (smallest, *error),
            (share(beyond + zero), 0.0),
        ])
    }

    /// `(1/d) tr R` and `(1/d) tr R^2` for `R = (z I + l_1^2 W W')^-1`, z > 0.
    pub fn resolvent(&self, activation: &Activation, ridge: f64) -> Result<Sample, SimError> {
        let series = HermiteSeries::new(activation, &[1.0], 0.0)?;
        let first = series.coefficients[(0, 1)];
        let square = first * first;
        let Eigenvalues { values, error } = &self.eigenvalues;
        let (dim, beyond) = (self.dim as f64, (self.width - values.len()) as f64);
        // Rounding may leave a zero a hair below zero.
        let poles = || values.iter().map(|x| ridge + square * x.max(0.0));
        let trace = (poles().map(f64::recip).sum::<f64>() + beyond / ridge) / dim;
        let squared = (poles().map(|pole| pole.powi(-2)).sum::<f64>() + beyond / (ridge * ridge)) / dim;
        // What each pole may be off, relative to the smallest that it can be.
        let shift = square * error + 2.0 * first.abs() * series.errors.coefficient * self.eigenvalues.norm();
        let relative = shift / ridge + (self.width as f64) * f64::EPSILON;
        Ok(Sample::new([(trace, trace * relative), (squared, 2.0 * squared * relative)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;

    fn rows(dim: usize, width: usize) -> Rows {
        Rows::new(DMatrix::from_fn(dim, width, |i, j| ((7 * i + 5 * j + 3 * i * j) % 11) as f64 / 10.0 - 0.45)).unwrap()
    }

    /// Traces of powers of the d x d matrix, from the matrix itself, on both sides of m = d.
    #[test]
    fn moments_are_traces_of_powers() {
        for (dim, width) in [(5, 3), (3, 5), (4, 4), (4, 1), (1, 4)] {
            let rows = rows(dim, width);
            let gram = &rows.columns * rows.columns.transpose();
            let sample = GramSpectrum::new(&rows).unwrap().observe(0.3);
            let square = &gram * &gram;
            for (index, trace) in [(0, square.trace()), (1, (&square * &gram).trace())] {
                let (value, error) = sample.at(index);
                assert!((value - trace / dim as f64).abs() <= error && error < 1e-12, "{dim} x {width}: {value}");
            }
        }
    }

    /// Two orthogonal rows of squared norms 4 and 1 in three dimensions: eigenvalues 0, 1, 4.
    #[test]
    fn counts_and_edges_of_known_eigenvalues() {
        let rows = Rows::new(DMatrix::from_column_slice(3, 2, &[2.0, 0.0, 0.0, 0.0, 1.0, 0.0])).unwrap();
        let spectrum = GramSpectrum::new(&rows).unwrap();
        for (point, share) in [(-1.0, 0.0), (0.0, 1.0 / 3.0), (0.5, 1.0 / 3.0), (2.0, 2.0 / 3.0), (5.0, 1.0)] {
            let sample = spectrum.observe(point);
            assert_eq!(sample.at(2), (share, 0.0), "{point}");
            assert!((sample.at(3).0 - 4.0).abs() < 1e-13 && (sample.at(4).0 - 1.0).abs() < 1e-13);
            assert_eq!(sample.at(5).0, 1.0 / 3.0);
        }
        // At an eigenvalue the share is uncertain by that eigenvalue, and says so.
        assert_eq!(spectrum.observe(1.0).at(2).1, 1.0 / 3.0);
        // A third row that is a multiple of the first adds neuron but no direction.
        let rows = Rows::new(DMatrix::from_column_slice(3, 3, &[2.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0])).unwrap();
        assert_eq!(GramSpectrum::new(&rows).unwrap().observe(0.5).at(5).0, 1.0 / 3.0);
    }

    /// Against the inverse of the m x m matrix; `l_1 = 1/2` for relu, 0 for the quadratic activation.
    #[test]
    fn resolvents_are_traces_of_inverses() {
        for (dim, width) in [(5, 3), (3, 5), (4, 4)] {
            let rows = rows(dim, width);
            let spectrum = GramSpectrum::new(&rows).unwrap();
            for (activation, square) in [(Activation::Relu, 0.25), (Activation::Quadratic, 0.0)] {
                let matrix = rows.columns.transpose() * &rows.columns * square + DMatrix::identity(width, width) * 0.7;
                let inverse = matrix.try_inverse().unwrap();
                let sample = spectrum.resolvent(&activation, 0.7).unwrap();
                for (index, trace) in [(0, inverse.trace()), (1, (&inverse * &inverse).trace())] {
                    let (value, error) = sample.at(index);
                    assert!((value - trace / dim as f64).abs() <= error + 1e-14 && error < 1e-11, "{dim} x {width}");
                }
            }
        }
    }
}
