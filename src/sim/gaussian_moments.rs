//! Gaussian moments of an activation at the norm of each neuron, its Hermite coefficients among them, by quadrature.
//!
//! The quadrature is the simulation's own: it shares nothing with the one that evaluates limits.

use super::SimError;
use crate::model::{Activation, activation::normal_density};
use gauss_quad::GaussLegendre;
use nalgebra::DMatrix;
use std::num::NonZeroUsize;

/// Most terms of a Hermite series.
pub const MAX_TERMS: usize = 600;
/// Half-width of the range of integration: `sqrt(normal density)` is below 1e-35 beyond it.
const REACH: f64 = 18.0;
/// Nodes of the Gauss-Legendre rule on one panel.
const NODES: usize = 20;
/// Agreement asked of a panel width and its half, relative to the root mean square.
const AGREEMENT: f64 = 1e-13;
/// Widest and narrowest panel tried, halved until the coefficients agree.
const WIDEST: f64 = 3.0;
const NARROWEST: f64 = WIDEST / 256.0;

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
