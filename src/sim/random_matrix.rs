//! The random matrix below all regimes: eigenvalues of `G = W'W` (d x d), and traces of the resolvent of `l_1^2 W W'` (m x m)
//! [MP67].
//!
//! `W W'` and `W'W` have the same eigenvalues but for zeros, so those of the smaller one are computed, and the `|m - d|` others
//! of the larger one are exactly zero.

use super::hermite_series::HermiteSeries;
use super::weights::{Draw, Rows};
use super::{Network, Sample, SimError, Target};
use crate::model::Activation;
use crate::num::Eigenvalues;

/// The draws of [`super::draw`] for the eigenvalues of `W'W`.
pub fn draw(network: Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    each(network, targets, seed, replicate, |spectrum, target| Ok(spectrum.observe(target.numbers.point)))
}

/// The draws of [`super::draw`] for the resolvent.
pub fn draw_resolvent(
    network: Network,
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
    network: Network,
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
        Sample::new(&[
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
        Ok(Sample::new(&[(trace, trace * relative), (squared, 2.0 * squared * relative)]))
    }
}
