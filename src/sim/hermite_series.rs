//! Hermite coefficients of an activation at the norm of each neuron, and the series for the moments of two neurons.
//!
//! With orthonormal Hermite polynomials `h_n = He_n/sqrt(n!)` and `a_n(r) = E[s(rG) h_n(G)]`, two neurons of norms r, q
//! and cosine c have covariance `sum_{n>=1} a_n(r) a_n(q) c^n` and gradient product `sum n a_n(r) a_n(q) c^n`.
//! What is left out after N terms is at most `|c|^(N+1)` times the rest of Parseval's sum.

use super::SimError;
use super::gaussian_moments::{MAX_TERMS, Raw};
use super::norm_moments::moments;
use crate::model::Activation;
use nalgebra::DMatrix;
use std::f64::consts::SQRT_2;

/// Largest relative tail accepted; the number of terms aims at `AIM`.
pub const MAX_TAIL: f64 = 1e-9;
pub(super) const AIM: f64 = 1e-16;

/// Coefficients of every neuron.
#[derive(Clone, Debug)]
pub struct HermiteSeries {
    /// `a_n(r_j)` in row j, column n.
    pub coefficients: DMatrix<f64>,
    /// `Var s(r_j G)`
    pub variances: Vec<f64>,
    /// `r_j^2 E s'(r_j G)^2`
    pub energies: Vec<f64>,
    pub errors: SeriesErrors,
}

/// Bounds on the errors of the sums (tail and rounding).
#[derive(Clone, Copy, Debug)]
pub struct SeriesErrors {
    pub coefficient: f64,
    pub covariance: f64,
    pub gradient: f64,
}

impl HermiteSeries {
    /// For an activation, the norms of the rows, and the largest cosine magnitude between two different rows.
    pub fn new(activation: &Activation, norms: &[f64], max_cosine: f64) -> Result<HermiteSeries, SimError> {
        if activation.degree().is_some() {
            return Ok(polynomial_series(activation, norms));
        }
        let terms = (AIM.ln() / max_cosine.ln()).ceil();
        let terms = if terms.is_finite() { (terms.max(0.0) as usize).clamp(8, MAX_TERMS) } else { MAX_TERMS };
        let raw = moments(activation, 0, norms, terms)?;
        truncate(activation, raw, max_cosine)
    }

    /// `l_2(r_j) = sqrt(2) a_2(r_j)`, with what is below its own error set to 0: an odd activation knows nothing of the
    /// target, and one that also jumps would otherwise have an infinite energy out of rounding.
    pub fn second_coefficients(&self) -> Vec<f64> {
        let clean = |a: &f64| if a.abs() <= self.errors.coefficient { 0.0 } else { SQRT_2 * a };
        self.coefficients.column(2).iter().map(clean).collect()
    }
}

/// Finite sums, exact up to rounding: `He_k(rG) = k! sum_i ((r^2-1)/2)^i r^(k-2i) He_(k-2i)(G) / (i! (k-2i)!)`, and the
/// same without the -1 for the monomial `(rG)^k`.
pub(super) fn polynomial_series(activation: &Activation, norms: &[f64]) -> HermiteSeries {
    let (monomials, hermite): (Vec<(usize, f64)>, bool) = match activation {
        Activation::Hermite(k) => (vec![(*k as usize, 1.0)], true),
        Activation::Polynomial(p) => (p.coefficients.iter().copied().enumerate().collect(), false),
        _ => (vec![(2, 1.0)], false),
    };
    let degree = activation.degree().unwrap_or(2).max(2) as usize;
    let mut coefficients = DMatrix::zeros(norms.len(), degree + 1);
    let mut coefficient_error = 0.0_f64;
    for (j, r) in norms.iter().enumerate() {
        // (r^2 - 1)/2 as (r-1)(r+1)/2 keeps its digits at unit rows.
        let half = if hermite { (r - 1.0) * (r + 1.0) / 2.0 } else { r * r / 2.0 };
        let shrink = if hermite { *r } else { 1.0 };
        let mut magnitude = 0.0;
        for (k, factor) in &monomials {
            for i in 0..=k / 2 {
                let n = k - 2 * i;
                let (power, scale) = if hermite {
                    (half.powi(i as i32) * shrink.powi(n as i32), 1.0)
                } else {
                    (0.5_f64.powi(i as i32), r.powi(*k as i32))
                };
                let term = factor * scale * power * (ln_factorial(*k) - ln_factorial(i) - 0.5 * ln_factorial(n)).exp();
                coefficients[(j, n)] += term;
                magnitude += term.abs();
            }
        }
        coefficient_error = coefficient_error.max(64.0 * f64::EPSILON * magnitude);
    }
    let weighted = |weight: fn(usize) -> f64| -> Vec<f64> {
        let square = |j: usize, n: usize| weight(n) * coefficients[(j, n)] * coefficients[(j, n)];
        (0..norms.len()).map(|j| (1..=degree).map(|n| square(j, n)).sum()).collect()
    };
    let (variances, energies) = (weighted(|_| 1.0), weighted(|n| n as f64));
    let errors = rounding(&variances, &energies, coefficient_error, degree);
    HermiteSeries { coefficients, variances, energies, errors }
}

fn ln_factorial(n: usize) -> f64 {
    (2..=n).map(|k| (k as f64).ln()).sum()
}

/// Bounds by Cauchy-Schwarz from an error of the coefficients of each neuron.
fn rounding(variances: &[f64], energies: &[f64], coefficient_error: f64, terms: usize) -> SeriesErrors {
    let root = |values: &[f64]| values.iter().fold(0.0_f64, |a, b| a.max(*b)).sqrt();
    let epsilon = 8.0 * f64::EPSILON;
    let (deviation, slope) = (root(variances), root(energies));
    let covariance = 2.0 * deviation * coefficient_error + epsilon * deviation * deviation;
    let gradient = 2.0 * slope * coefficient_error * (terms as f64).sqrt() + epsilon * slope * slope;
    SeriesErrors { coefficient: coefficient_error, covariance, gradient }
}

/// Keeps the first terms that bring both tails down to [`AIM`], or all of them if that is good enough.
fn truncate(activation: &Activation, raw: Raw, max_cosine: f64) -> Result<HermiteSeries, SimError> {
    let Raw { coefficients, squares, energies, coefficient_error, .. } = raw;
    let has_energy = activation.last_square_integrable() >= 1;
    let count = squares.len();
    let variances: Vec<f64> = (0..count).map(|j| squares[j] - coefficients[(j, 0)] * coefficients[(j, 0)]).collect();
    let largest = |values: &[f64]| values.iter().fold(0.0_f64, |a, b| a.max(*b));
    let (variance_scale, energy_scale) = (largest(&variances), largest(&energies));
    let floor = 16.0 * f64::EPSILON;
    if variance_scale <= floor * largest(&squares) {
        return Err(SimError::failed(format!("activation `{activation}` is constant: its features have no variance")));
    }
    let (mut rest, mut energy_rest) = (variances.clone(), energies.clone());
    let mut power = max_cosine;
    let mut kept = 0;
    let mut tails = (f64::INFINITY, f64::INFINITY);
    for n in 1..coefficients.ncols() {
        power *= max_cosine;
        for j in 0..count {
            let square = coefficients[(j, n)] * coefficients[(j, n)];
            rest[j] -= square;
            energy_rest[j] -= n as f64 * square;
        }
        let covariance = power * (largest(&rest) + floor * largest(&squares));
        let gradient = if has_energy { power * (largest(&energy_rest) + floor * energy_scale) } else { 0.0 };
        (kept, tails) = (n, (covariance, gradient));
        if n >= 2 && covariance <= AIM * variance_scale && gradient <= AIM * energy_scale {
            break;
        }
    }
    if !(tails.0 <= MAX_TAIL * variance_scale && tails.1 <= MAX_TAIL * energy_scale.max(f64::MIN_POSITIVE)) {
        return Err(SimError::failed(format!(
            "the Hermite series of activation `{activation}` needs more than {MAX_TERMS} terms here: two neurons have \
             cosine {max_cosine:.4}; take a larger dimension d"
        )));
    }
    let mut errors = rounding(&variances, &energies, coefficient_error, kept);
    errors.covariance += tails.0;
    errors.gradient += tails.1;
    Ok(HermiteSeries { coefficients: coefficients.columns(0, kept + 1).into_owned(), variances, energies, errors })
}
