//! The slopes `g_j(u) = s'(r_j u)` of the neurons, u standard normal: Hermite coefficients and moments of one neuron.
//!
//! Neuron j has weights `r_j u_j`, `|u_j| = 1`, so every expectation over x is one over the Gaussians `u_j.x` of unit
//! variance, and the norms sit in the functions `g_j`. With orthonormal Hermite polynomials `h_n` the coefficients of the
//! a-th derivative follow from those of g by parts: `E[g^(a) h_n] = sqrt((n+1)...(n+a)) E[g h_(n+a)]`, also where that
//! derivative is a measure.

use crate::model::Activation;
use crate::sim::SimError;
use crate::sim::gaussian_moments::{MAX_TERMS, Raw};
use crate::sim::hermite_series::{AIM, MAX_TAIL, polynomial_series};
use crate::sim::norm_moments::moments;
use nalgebra::DMatrix;
use std::f64::consts::PI;

/// Derivatives of g that the kernels need, up to the third.
const DERIVATIVES: usize = 3;

/// The slopes of every neuron.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// `E g`, `E g'` and `E g'''`, one per neuron: what a neuron has in common with the others, and with the target.
    pub mean: Vec<f64>,
    pub first: Vec<f64>,
    pub third: Vec<f64>,
    pub moments: Vec<SlopeMoments>,
    /// `None` where the pair kernels have closed forms.
    pub series: Option<SlopeSeries>,
    /// Bound on the errors of `first`, `third` and the moments.
    pub error: f64,
}

/// Expectations of one neuron that fill the diagonal blocks.
#[derive(Clone, Copy, Debug)]
pub struct SlopeMoments {
    /// `E g^2`
    pub square: f64,
    /// `E (u^2 - 1) g^2`
    pub radial: f64,
    /// `E g'^2`, `E u g g'` and `E (u^2 - 1) g'^2`: infinite or without meaning where g jumps.
    pub curvature: f64,
    pub mixed: f64,
    pub radial_curvature: f64,
}

/// Coefficients for the sums over n.
#[derive(Clone, Debug)]
pub struct SlopeSeries {
    /// Orthonormal coefficients of g, g', g'', g''': neuron in the row, degree in the column.
    pub derivatives: [DMatrix<f64>; DERIVATIVES + 1],
    /// Bounds on the errors of an entry of the kernels of the model (orders a + b <= 2) and of its energy (<= 4).
    pub kernel_error: f64,
    pub energy_error: f64,
}

impl Slopes {
    /// For the norms of the rows and the largest cosine magnitude between two different rows. The activation must not jump.
    pub fn new(activation: &Activation, norms: &[f64], max_cosine: f64) -> Result<Slopes, SimError> {
        // Relu's slope is the same step for every norm, |t| has twice relu's less its mean.
        let density = 1.0 / (2.0 * PI).sqrt();
        match activation {
            Activation::Relu => Ok(Slopes::of_jump(norms.len(), 0.5, density, 0.5)),
            Activation::Abs => Ok(Slopes::of_jump(norms.len(), 0.0, 2.0 * density, 1.0)),
            _ => Slopes::by_series(activation, norms, max_cosine),
        }
    }

    fn of_jump(width: usize, mean: f64, first: f64, square: f64) -> Slopes {
        let moments =
            SlopeMoments { square, radial: 0.0, curvature: f64::INFINITY, mixed: f64::NAN, radial_curvature: f64::NAN };
        Slopes {
            mean: vec![mean; width],
            first: vec![first; width],
            third: vec![-first; width],
            moments: vec![moments; width],
            series: None,
            error: f64::EPSILON,
        }
    }

    /// By the Hermite series, for any activation; closed forms are checked against it.
    pub fn by_series(activation: &Activation, norms: &[f64], max_cosine: f64) -> Result<Slopes, SimError> {
        let raw = if activation.degree().is_some() {
            polynomial(activation, norms)
        } else {
            // The weights n^2 of the highest kernel call for some more terms than the tail of a plain series.
            let terms = (AIM.ln() / max_cosine.ln() * 1.25).ceil() + 8.0;
            let terms = if terms.is_finite() { (terms.max(0.0) as usize).clamp(12, MAX_TERMS) } else { MAX_TERMS };
            moments(activation, 1, norms, terms)?
        };
        let scale = raw.squares.iter().fold(0.0_f64, |a, b| a.max(*b));
        let (terms, tails) = truncation(&raw, max_cosine, activation.degree().is_some());
        if !(tails[0] <= MAX_TAIL * scale && tails[1] <= MAX_TAIL * scale) {
            return Err(SimError::failed(format!(
                "the Hermite series of the slope of activation `{activation}` needs more than {MAX_TERMS} terms here: two \
                 neurons have cosine {max_cosine:.4}; take a larger dimension d"
            )));
        }
        // What an error of each coefficient adds to a sum with weights n^(1/2), n^1, n^2 and powers of the cosine.
        let deviation = scale.sqrt();
        let room = 1.0 / (1.0 - max_cosine).max(1.0 / MAX_TERMS as f64);
        let rounding = 4.0 * f64::EPSILON * scale + 2.0 * deviation * raw.coefficient_error;
        let (kernel_error, energy_error) =
            (tails[0] + 2.0 * room.powi(2) * rounding, tails[1] + 6.0 * room.powi(3) * rounding);

        let coefficients = &raw.coefficients;
        let derivative = |order: usize| {
            let at = |j: usize, n: usize| if n < coefficients.ncols() { coefficients[(j, n)] } else { 0.0 };
            let factor = |n: usize| (1..=order).map(|i| (n + i) as f64).product::<f64>().sqrt();
            DMatrix::from_fn(norms.len(), terms, |j, n| factor(n) * at(j, n + order))
        };
        let clean = |n: usize, scale: f64| -> Vec<f64> {
            // An odd activation knows nothing of the target: what is below its own error is 0.
            let column = coefficients.column(n);
            column.iter().map(|a| if a.abs() <= raw.coefficient_error { 0.0 } else { a * scale }).collect()
        };
        let moments = raw.squares.iter().zip(&raw.energies).zip(&raw.weighted);
        let moments = moments.map(|((square, curvature), [radial, mixed, radial_curvature])| SlopeMoments {
            square: *square,
            radial: radial - square,
            curvature: *curvature,
            mixed: *mixed,
            radial_curvature: radial_curvature - curvature,
        });
        Ok(Slopes {
            mean: clean(0, 1.0),
            first: clean(1, 1.0),
            third: clean(3, 6_f64.sqrt()),
            moments: moments.collect(),
            series: Some(SlopeSeries { derivatives: [0, 1, 2, 3].map(derivative), kernel_error, energy_error }),
            error: 3.0 * raw.coefficient_error,
        })
    }

    /// `E g^2 - (E g)^2 - (E g')^2` for one neuron, what the degrees from 2 up hold of the slope: never below 0.
    pub fn rest(&self, j: usize) -> f64 {
        let (mean, first) = (self.mean[j], self.first[j]);
        (self.moments[j].square - mean * mean - first * first).max(0.0)
    }
}

/// Finite sums, from the exact coefficients of s: `E[g h_n] = sqrt(n+1) a_(n+1) / r`.
fn polynomial(activation: &Activation, norms: &[f64]) -> Raw {
    let series = polynomial_series(activation, norms);
    let degree = series.coefficients.ncols() - 1;
    let count = degree.max(DERIVATIVES + 1);
    let coefficients = DMatrix::from_fn(norms.len(), count, |j, n| {
        if n < degree { ((n + 1) as f64).sqrt() * series.coefficients[(j, n + 1)] / norms[j] } else { 0.0 }
    });
    // u h_n = sqrt(n+1) h_(n+1) + sqrt(n) h_(n-1), and h_n' = sqrt(n) h_(n-1).
    let root = |n: usize| (n as f64).sqrt();
    let (mut squares, mut energies, mut weighted) = (vec![], vec![], vec![]);
    for row in coefficients.row_iter() {
        let slope: Vec<f64> = row.iter().copied().chain([0.0]).collect();
        let bend: Vec<f64> = (0..count).map(|n| root(n + 1) * slope[n + 1]).chain([0.0]).collect();
        let times_u = |c: &[f64]| -> Vec<f64> {
            let below = |n: usize| if n > 0 { root(n) * c[n - 1] } else { 0.0 };
            let above = |n: usize| if n + 1 < c.len() { root(n + 1) * c[n + 1] } else { 0.0 };
            (0..=c.len()).map(|n| below(n) + above(n)).collect()
        };
        let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
        let (slope_u, bend_u) = (times_u(&slope), times_u(&bend));
        squares.push(product(&slope, &slope));
        energies.push(product(&bend, &bend));
        weighted.push([product(&slope_u, &slope_u), product(&slope_u, &bend), product(&bend_u, &bend_u)]);
    }
    let smallest = norms.iter().copied().fold(f64::INFINITY, f64::min);
    let coefficient_error = series.errors.coefficient * root(count) / smallest;
    Raw { coefficients, squares, energies, weighted, coefficient_error }
}

/// How many terms to keep, and bounds on what is left out of the kernels of orders a + b <= 2 and <= 4: the remaining
/// coefficients of g by Parseval, times the largest weight `sqrt((n+1)..(n+a) (n+1)..(n+b)) |cosine|^n` behind the last term.
fn truncation(raw: &Raw, max_cosine: f64, finite: bool) -> (usize, [f64; 2]) {
    let columns = raw.coefficients.ncols();
    if finite {
        return (columns, [0.0; 2]);
    }
    let scale = raw.squares.iter().fold(0.0_f64, |a, b| a.max(*b));
    let mut rest = raw.squares.clone();
    let mut tails = [f64::INFINITY; 2];
    for n in 0..columns - DERIVATIVES {
        rest.iter_mut().enumerate().for_each(|(j, left)| *left -= raw.coefficients[(j, n)] * raw.coefficients[(j, n)]);
        let largest = rest.iter().fold(0.0_f64, |a, b| a.max(*b)) + 16.0 * f64::EPSILON * scale;
        tails = [2, 4].map(|order| largest * largest_weight(n + 1, order, max_cosine));
        if n >= DERIVATIVES && tails.iter().all(|tail| *tail <= AIM * scale) {
            return (n + 1, tails);
        }
    }
    (columns - DERIVATIVES, tails)
}

/// Largest `(n+1)...(n+order/2+1) |cosine|^n` for n >= first, an upper bound of the weights of that order.
fn largest_weight(first: usize, order: u32, cosine: f64) -> f64 {
    let factors = order as f64 / 2.0 + 1.0;
    // The ratio of neighbours, (n+1+factors)/(n+1) |cosine|, falls below 1 from here on.
    let turn = (factors * cosine / (1.0 - cosine).max(f64::EPSILON)).ceil();
    let n = (first as f64).max(turn);
    (1..=order / 2 + 1).map(|i| n + f64::from(i)).product::<f64>() * cosine.powf(n)
}
