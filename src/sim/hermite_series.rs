//! Hermite coefficients of an activation at the norm of each neuron, and the series for the moments of two neurons.
//!
//! With orthonormal Hermite polynomials `h_n = He_n/sqrt(n!)` and `a_n(r) = E[s(rG) h_n(G)]`, two neurons of norms r, q
//! and cosine c have covariance `sum_{n>=1} a_n(r) a_n(q) c^n` and gradient product `sum n a_n(r) a_n(q) c^n`.
//! What is left out after N terms is at most `|c|^(N+1)` times the rest of Parseval's sum.
//!
//! The quadrature here is the simulation's own: it shares nothing with the one that evaluates limits.

use super::SimError;
use super::norm_moments::moments;
use crate::model::{Activation, activation::normal_density};
use gauss_quad::GaussLegendre;
use nalgebra::DMatrix;
use std::f64::consts::SQRT_2;
use std::num::NonZeroUsize;

/// Most terms ever summed.
pub const MAX_TERMS: usize = 600;
/// Largest relative tail accepted; the number of terms aims at `AIM`.
pub const MAX_TAIL: f64 = 1e-9;
pub(super) const AIM: f64 = 1e-16;

/// Half-width of the range of integration: `sqrt(normal density)` is below 1e-35 beyond it.
const REACH: f64 = 18.0;
/// Nodes of the Gauss-Legendre rule on one panel.
const NODES: usize = 20;
/// Agreement asked of a panel width and its half, relative to the root mean square.
const AGREEMENT: f64 = 1e-13;
/// Widest and narrowest panel tried, halved until the coefficients agree.
const WIDEST: f64 = 3.0;
const NARROWEST: f64 = WIDEST / 256.0;

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

/// Moments of `v(u) = s^(order)(ru)`, one per neuron, u standard normal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raw {
    /// `E[v h_n]`, n from 0 to `terms`, in row j, column n.
    pub coefficients: DMatrix<f64>,
    /// `E v^2`
    pub squares: Vec<f64>,
    /// `E v'^2`; meaningless where the derivative is not square-integrable.
    pub energies: Vec<f64>,
    /// `E u^2 v^2`, `E u v v'` and `E u^2 v'^2`; the last likewise.
    pub weighted: Vec<[f64; 3]>,
    pub coefficient_error: f64,
}

impl Raw {
    fn empty(neurons: usize, terms: usize) -> Raw {
        Raw {
            coefficients: DMatrix::zeros(neurons, terms + 1),
            squares: vec![],
            energies: vec![],
            weighted: vec![],
            coefficient_error: 0.0,
        }
    }
}

/// The width of panels at which the moments at these norms agree with those at half of it, and the difference that is left.
pub(super) fn settled_width(
    activation: &Activation,
    order: u32,
    norms: &[f64],
    terms: usize,
) -> Result<(f64, f64), SimError> {
    let mut width = WIDEST;
    let mut coarse = batch(activation, order, norms, terms, width)?;
    loop {
        let fine = batch(activation, order, norms, terms, width / 2.0)?;
        let scale = fine.squares.iter().fold(0.0_f64, |a, b| a.max(*b)).sqrt();
        let pairs = coarse.coefficients.iter().zip(fine.coefficients.iter());
        let difference = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let slopes = coarse.energies.iter().zip(&fine.energies);
        let slope = slopes.map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f64::max);
        if difference <= AGREEMENT * scale && slope <= AGREEMENT {
            return Ok((width, difference));
        }
        width /= 2.0;
        if width < NARROWEST {
            return Err(SimError::failed(format!(
                "the Gaussian moments of activation `{activation}` do not converge: it varies too fast, or has a kink \
                 that its definition does not list"
            )));
        }
        coarse = fine;
    }
}

/// Every neuron by itself, from panels of this width.
pub(super) fn neurons(
    activation: &Activation,
    order: u32,
    norms: &[f64],
    terms: usize,
    width: f64,
) -> Result<Raw, SimError> {
    if activation.kinks().is_empty() {
        return batch(activation, order, norms, terms, width);
    }
    // Kinks at kink/r: every neuron has nodes of its own.
    let mut all = Raw::empty(norms.len(), terms);
    for (j, r) in norms.iter().enumerate() {
        let one = batch(activation, order, &[*r], terms, width)?;
        all.coefficients.row_mut(j).copy_from(&one.coefficients.row(0));
        all.squares.push(one.squares[0]);
        all.energies.push(one.energies[0]);
        all.weighted.push(one.weighted[0]);
        all.coefficient_error = all.coefficient_error.max(one.coefficient_error);
    }
    Ok(all)
}

/// Neurons that share nodes: without kinks any norms, with kinks those of the first norm (callers pass equal ones,
/// except to settle the width, where kinks of both norms are split).
fn batch(activation: &Activation, order: u32, norms: &[f64], terms: usize, width: f64) -> Result<Raw, SimError> {
    let (nodes, weights) = nodes(activation.kinks(), norms, width);
    let count = nodes.len();
    let mut values = DMatrix::zeros(norms.len(), count);
    let (mut squares, mut energies, mut weighted) = (vec![], vec![], vec![]);
    for (j, r) in norms.iter().enumerate() {
        let (mut square, mut energy) = (0.0, 0.0);
        let mut radial = [0.0; 3];
        for i in 0..count {
            let (u, weight) = (nodes[i], weights[i]);
            let (value, slope) = (activation.value(order, r * u), r * activation.value(order + 1, r * u));
            values[(j, i)] = weight * value;
            square += weight * value * value;
            energy += weight * slope * slope;
            radial[0] += weight * (u * value) * (u * value);
            radial[1] += weight * (u * value) * slope;
            radial[2] += weight * (u * slope) * (u * slope);
        }
        let smooth = activation.last_square_integrable() > order;
        for end in [-REACH, REACH] {
            let reach = normal_density(end).sqrt() * activation.value(order, r * end).abs();
            if !square.is_finite() || (smooth && !energy.is_finite()) || reach > 1e-16 * square.sqrt() {
                return Err(SimError::failed(format!(
                    "activation `{activation}` grows too fast, or is not finite: its Gaussian moments cannot be computed"
                )));
            }
        }
        squares.push(square);
        energies.push(energy);
        weighted.push(radial);
    }
    let coefficients = values * hermite_table(&nodes, terms);
    let root = squares.iter().fold(0.0_f64, |a, b| a.max(*b)).sqrt();
    Ok(Raw { coefficients, squares, energies, weighted, coefficient_error: 32.0 * f64::EPSILON * root })
}

/// Composite Gauss-Legendre rule for the normal law, split at `kink/r` for every kink and norm.
fn nodes(kinks: &[f64], norms: &[f64], width: f64) -> (Vec<f64>, Vec<f64>) {
    let panels = (2.0 * REACH / width).round() as usize;
    let mut ends: Vec<f64> = (0..=panels).map(|i| -REACH + i as f64 * width).collect();
    let splits = norms.iter().flat_map(|r| kinks.iter().map(move |kink| kink / r));
    ends.extend(splits.filter(|x| x.abs() < REACH));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let rule = GaussLegendre::new(NonZeroUsize::new(NODES).unwrap_or(NonZeroUsize::MIN));
    let (mut nodes, mut weights) = (vec![], vec![]);
    for pair in ends.windows(2) {
        let (middle, half) = ((pair[0] + pair[1]) / 2.0, (pair[1] - pair[0]) / 2.0);
        for (node, weight) in rule.as_node_weight_pairs() {
            let x = middle + half * node;
            nodes.push(x);
            weights.push(half * weight * normal_density(x));
        }
    }
    (nodes, weights)
}

/// `h_n(x_i)` in row i, column n, by `sqrt(n+1) h_(n+1) = x h_n - sqrt(n) h_(n-1)`: stable, and bounded by `exp(x^2/4)`.
fn hermite_table(nodes: &[f64], terms: usize) -> DMatrix<f64> {
    let mut table = DMatrix::from_element(nodes.len(), terms + 1, 1.0);
    for n in 0..terms {
        let (low, high) = ((n as f64).sqrt(), ((n + 1) as f64).sqrt());
        for (i, x) in nodes.iter().enumerate() {
            let previous = if n == 0 { 0.0 } else { table[(i, n - 1)] };
            table[(i, n + 1)] = (x * table[(i, n)] - low * previous) / high;
        }
    }
    table
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
