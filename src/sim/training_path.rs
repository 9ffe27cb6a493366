//! Full training of the quadratic activation for a time: gradient flow from a random start in closed form, for B of either
//! sign and any time (`theory/sgd-flow-test-error.md`).
//!
//! With `||B||_F^2 = d` and rows of `W_0` of mean square norm s^2, the flow `W' = -4 W (W'W - B)` of the loss `E(f - f*)^2/2` has
//! `M = W'W`, `M' = 4(BM + MB) - 8 M^2`, `M_t = D W_0' (I + W_0 e W_0')^-1 W_0 D`, where `D = exp(4bt)` and `e = (exp(8bt) - 1)/b`
//! are diagonal. The test error is `||M - B||_F^2/d`, the robustness `||M||_F^2/d`.
//!
//! As written it loses all digits once `exp(8bt)` is large, so it is evaluated in a form that holds only ratios. Put the rows
//! `s_i a_i`, with `s_i = sqrt e_i` and `a_i` the i-th column of `W_0`, above the m x m identity (scale 1). Elimination
//! with complete pivoting picks m of these d + m rows, the large ones, and gives all of them in terms of these,
//! `a_i = sum_j T_ij a_j`: scaled, `S_ij = (s_i/s_j) T_ij` is of order 1 for the rows that were not picked. With
//! `Z_ij = (exp(4 b_i t)/s_j) T_ij` that is `M = Z (I + S'S)^-1 Z'`, S without the picked rows.

use super::definition::{Definition, MATRICES, covariances, non_negative};
use super::observables::NETWORK;
use super::simulator::Properties;
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::num::cholesky::Cholesky;
use nalgebra::DMatrix;

/// Largest accepted bound on the error of M in Frobenius norm, relative to `1 + ||M||`.
const MAX_ERROR: f64 = 1e-6;
/// Rounding of a matrix product relative to the product of the Frobenius norms.
const PRODUCT_ROUNDING: f64 = 8.0 * f64::EPSILON;

pub(crate) static FLOW: Definition = Definition {
    name: "sgd-flow",
    description: "quadratic activation, first layer trained by gradient flow for a time (closed form)",
    observables: NETWORK,
    properties: Properties { numbers: Some(&[non_negative("scale"), non_negative("time")]), ..MATRICES },
    refuses: covariances,
    // The rows above the identity, their elimination, coefficients in two scales, and the products of the solve.
    cost: |d, m| (5.0 * m * (d + m) + 5.0 * m * d + 2.0 * m * m + d * d, 7.0 * m * m * (d + m) + 4.0 * m * m * d),
    draw,
};

/// The draws of [`super::draw`].
pub(crate) fn draw(network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let weights = Draw::new(network, seed, replicate);
    targets
        .iter()
        .map(|target| {
            let start = weights.rows(&target.variances())?.columns * target.numbers.scale;
            observe(&start, &target.mean_square_one(), target.numbers.time)
        })
        .collect()
}

/// Observes the flow from a start (neurons as columns) for B diagonal, `||B||_F^2 = d`.
///
/// # Errors
/// A flow whose state at this time is not known well enough.
pub fn observe(start: &DMatrix<f64>, target: &[f64], time: f64) -> Result<Sample, SimError> {
    let Path { model, error } = flow(start, target, time)?;
    Ok(observe_model(model, target, error))
}

/// Observes a matrix M known to within `error` in Frobenius norm.
pub(super) fn observe_model(mut model: DMatrix<f64>, target: &[f64], error: f64) -> Sample {
    let dim = target.len() as f64;
    let robustness = model.norm_squared();
    target.iter().enumerate().for_each(|(i, b)| model[(i, i)] -= b);
    let test_error = model.norm_squared();
    let largest = test_error.max(robustness);
    let numeric_error = error * (2.0 * largest.sqrt() + error) + PRODUCT_ROUNDING * (largest + dim);
    Sample::of_network(test_error / dim, robustness / dim, numeric_error / dim)
}

/// `M_t`.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub model: DMatrix<f64>,
    /// Bound on the error of the model in Frobenius norm.
    pub error: f64,
}

/// `M_t` from a start (neurons as columns, d x m) for B diagonal.
pub(crate) fn flow(start: &DMatrix<f64>, target: &[f64], time: f64) -> Result<Path, SimError> {
    let (dim, width) = start.shape();
    let mut scales: Vec<Scale> = target.iter().map(|b| Scale::of(*b, time)).collect();
    scales.resize(dim + width, Scale { growth: 0.0, factor: 1.0 });
    let mut rows = DMatrix::zeros(dim + width, width);
    rows.rows_mut(0, dim).copy_from(start);
    rows.rows_mut(dim, width).fill_with_identity();
    let Elimination { coefficients, picked } = Elimination::new(&rows, &scales, time)?;

    // T enters with the error (T a - a) a_picked^-1, and that inverse is what T holds for the rows of the identity.
    let large = rows.select_rows(&picked);
    let missing: Vec<f64> = (&coefficients * large - &rows).row_iter().map(|row| row.norm()).collect();
    let inverse: Vec<f64> = coefficients.rows(dim, width).column_iter().map(|column| column.norm()).collect();
    let mut small = DMatrix::zeros(dim + width, width);
    let mut model_rows = DMatrix::zeros(dim, width);
    let (mut small_error, mut model_error) = (0.0, 0.0);
    let mut position = vec![None; dim + width];
    picked.iter().enumerate().for_each(|(j, i)| position[*i] = Some(j));
    for (j, pick) in picked.iter().enumerate() {
        for i in 0..dim + width {
            let coefficient = coefficients[(i, j)];
            // A picked row is one of the unit rows, exactly.
            if position[i].is_some_and(|own| own != j) || coefficient == 0.0 {
                continue;
            }
            let off = if position[i].is_some() { 0.0 } else { missing[i] * inverse[j] };
            if position[i].is_none() {
                let (ratio, rounding) = scales[i].over(scales[*pick], time);
                small[(i, j)] = ratio * coefficient;
                small_error += (ratio * (off + rounding * coefficient.abs())).powi(2);
            }
            if i < dim {
                let own = Scale { growth: target[i], factor: 1.0 };
                let (ratio, rounding) = own.over(scales[*pick], time);
                model_rows[(i, j)] = ratio * coefficient;
                model_error += (ratio * (off + rounding * coefficient.abs())).powi(2);
            }
        }
    }

    let mut normal = small.transpose() * &small;
    (0..width).for_each(|j| normal[(j, j)] += 1.0);
    let right_sides = model_rows.transpose();
    let factor = Cholesky::new(&normal).map_err(|why| SimError::failed(format!("gradient flow: {why}")))?;
    let mut solved = right_sides.clone();
    for mut column in solved.column_iter_mut() {
        let solution = factor.solve(&column.clone_owned());
        column.copy_from(&solution);
    }
    let model = &model_rows * &solved;

    // M = (Z N^-1/2)(Z N^-1/2)' with N >= I: the norm of the factor is the root of that of M.
    let size = model.norm();
    let residual = (&normal * &solved - right_sides).norm() + PRODUCT_ROUNDING * normal.norm() * solved.norm();
    let error = 2.0 * size.sqrt() * f64::sqrt(model_error)
        + 2.0 * size * f64::sqrt(small_error)
        + PRODUCT_ROUNDING * (size * small.norm_squared() + model_rows.norm() * solved.norm())
        + size.sqrt() * residual;
    if error.is_nan() || error > MAX_ERROR * (1.0 + size) {
        return Err(SimError::failed(format!("gradient flow at time {time} is known to {error:e} only")));
    }
    Ok(Path { model, error })
}

/// `factor exp(4 growth t)`.
#[derive(Clone, Copy, Debug)]
struct Scale {
    growth: f64,
    factor: f64,
}

impl Scale {
    /// `sqrt((exp(8bt) - 1)/b)`, `sqrt(8t)` at b = 0.
    fn of(b: f64, time: f64) -> Scale {
        let exponent = 8.0 * b.abs() * time;
        let square = if exponent == 0.0 { 8.0 * time } else { -(-exponent).exp_m1() / b.abs() };
        Scale { growth: b.max(0.0), factor: square.sqrt() }
    }

    fn ln(self, time: f64) -> f64 {
        4.0 * self.growth * time + self.factor.ln()
    }

    /// The quotient and a bound on its relative error. The growths are subtracted first, which close ones survive.
    fn over(self, other: Scale, time: f64) -> (f64, f64) {
        let exponent = 4.0 * time * (self.growth - other.growth);
        (exponent.exp() * self.factor / other.factor, f64::EPSILON * (4.0 + exponent.abs()))
    }
}

/// All rows in terms of as many picked ones as there are columns.
struct Elimination {
    /// T: row i is `sum_j T_ij` times the picked row j.
    coefficients: DMatrix<f64>,
    picked: Vec<usize>,
}

impl Elimination {
    /// By columns (Gauss-Jordan), with complete pivoting on the rows times their scales.
    fn new(rows: &DMatrix<f64>, scales: &[Scale], time: f64) -> Result<Elimination, SimError> {
        let (count, width) = rows.shape();
        let logarithms: Vec<f64> = scales.iter().map(|scale| scale.ln(time)).collect();
        let mut matrix = rows.clone();
        let mut picked = vec![None; width];
        let mut free = vec![true; count];
        for step in 0..width {
            let mut largest = vec![0.0_f64; count];
            let open: Vec<usize> = (0..width).filter(|j| picked[*j].is_none()).collect();
            for j in &open {
                let column = matrix.column(*j);
                largest.iter_mut().zip(column.as_slice()).for_each(|(size, entry)| *size = size.max(entry.abs()));
            }
            let size = |i: &usize| logarithms[*i] + largest[*i].ln();
            let row = (0..count).filter(|i| free[*i]).max_by(|a, b| size(a).total_cmp(&size(b)));
            let found = row.and_then(|row| {
                let entry = |j: &usize| matrix[(row, *j)].abs();
                let column = open.into_iter().max_by(|a, b| entry(a).total_cmp(&entry(b)))?;
                (entry(&column) > 0.0).then_some((row, column))
            });
            let Some((row, column)) = found else {
                return Err(SimError::failed(format!("gradient flow: the start has rank {step} of {width} only")));
            };
            let pivot = matrix[(row, column)];
            matrix.column_mut(column).apply(|entry| *entry /= pivot);
            let direction = matrix.column(column).clone_owned();
            for other in (0..width).filter(|j| *j != column) {
                let factor = matrix[(row, other)];
                if factor != 0.0 {
                    matrix.column_mut(other).axpy(-factor, &direction, 1.0);
                    matrix[(row, other)] = 0.0;
                }
            }
            matrix[(row, column)] = 1.0;
            free[row] = false;
            picked[column] = Some(row);
        }
        Ok(Elimination { coefficients: matrix, picked: picked.into_iter().flatten().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: [f64; 6] = [2.0, 1.0, 0.5, 0.0, -0.25, -1.0];

    /// Entries are eighths, so that the reference has the same start.
    fn start(width: usize) -> DMatrix<f64> {
        let eighths = |i: i64, j: i64| (7 * i * i + 5 * j * j * j + 3 * i * j + 4 * j) % 17 - 8;
        DMatrix::from_fn(TARGET.len(), width, |i, j| eighths(i as i64, j as i64) as f64 / 8.0)
    }

    /// (width, time, test error, robustness): the closed form as written, by mpmath 1.3 with 60 digits more than `exp(16 b t)` has.
    #[allow(clippy::excessive_precision)]
    const REFERENCE: [(usize, f64, f64, f64); 18] = [
        (3, 0.0, 2.827880859375, 2.648193359375),
        (3, 1e-6, 2.8277638719688034, 2.6480819161424702),
        (3, 0.125, 0.4265547288812351, 0.6828559455385933),
        (3, 2.0, 0.17728676622308384, 0.8729128480834208),
        (3, 40.0, 0.17708333333333334, 0.875),
        (3, 1000.0, 0.17708333333333334, 0.875),
        (6, 0.0, 5.321818033854167, 6.446818033854167),
        (6, 1e-6, 5.321520139245116, 6.446494575666007),
        (6, 0.125, 0.4151845896580221, 1.06887776538112),
        (6, 2.0, 0.17800247650119705, 0.8756118159856338),
        (6, 40.0, 0.17708495415147998, 0.8750016208181467),
        (6, 1000.0, 0.17708333593706438, 0.875000002603731),
        (8, 0.0, 10.367513020833334, 11.935221354166666),
        (8, 1e-6, 10.366750996787147, 11.93442817782737),
        (8, 0.125, 0.5071419194577287, 1.258404616626357),
        (8, 2.0, 0.1780566261932132, 0.8756373091075786),
        (8, 40.0, 0.1770849567588101, 0.8750016234254768),
        (8, 1000.0, 0.17708333593723208, 0.8750000026038988),
    ];

    #[test]
    fn every_digit_is_kept_at_every_time() {
        for (width, time, test_error, robustness) in REFERENCE {
            let sample = observe(&start(width), &TARGET, time).unwrap();
            let what = format!("m = {width}, t = {time}: {sample:?}");
            assert!((sample.test_error() - test_error).abs() <= sample.numeric_error, "{what}");
            assert!((sample.robustness() - robustness).abs() <= sample.numeric_error, "{what}");
            assert!(sample.numeric_error < 1e-11, "{what}");
        }
    }

    /// At a time when every exponential overflows: the best approximation among the positive eigenvalues.
    #[test]
    fn the_end_of_training_is_reached() {
        for (width, learnt) in [(1, 4.0), (2, 5.0), (3, 5.25), (5, 5.25), (9, 5.25)] {
            let sample = observe(&start(width), &TARGET, 1e9).unwrap();
            assert!((sample.robustness() - learnt / 6.0).abs() < 1e-8, "m = {width}: {sample:?}");
            assert!((sample.test_error() - (6.3125 - learnt) / 6.0).abs() < 1e-8, "m = {width}: {sample:?}");
        }
    }

    /// The flow is a semigroup: going on from a factor of `M_s` for a time t gives `M_(s+t)`.
    #[test]
    fn two_steps_make_one() {
        for (width, first, second) in [(3, 0.2, 0.7), (6, 0.05, 3.0), (8, 1.5, 0.01)] {
            let halfway = flow(&start(width), &TARGET, first).unwrap();
            let factor = halfway.model.clone().symmetric_eigen();
            let roots = factor.eigenvalues.map(|value| value.max(0.0).sqrt());
            let again = flow(&(factor.eigenvectors * DMatrix::from_diagonal(&roots)), &TARGET, second).unwrap();
            let whole = flow(&start(width), &TARGET, first + second).unwrap();
            assert!((again.model - whole.model).norm() < 1e-10, "m = {width}");
        }
    }

    #[test]
    fn a_start_without_rank_is_no_danger() {
        let zero = DMatrix::zeros(6, 2);
        let sample = observe(&zero, &TARGET, 1.0).unwrap();
        assert_eq!(sample.robustness(), 0.0);
        // Two equal neurons are one of twice the square.
        let one = start(1);
        let twice = DMatrix::from_fn(6, 2, |i, _| one[(i, 0)]);
        let (a, b) = (flow(&twice, &TARGET, 3.0).unwrap(), flow(&(one * f64::sqrt(2.0)), &TARGET, 3.0).unwrap());
        assert!((a.model - b.model).norm() <= a.error + b.error);
        assert!(observe(&start(3), &TARGET, f64::INFINITY).is_err());
    }
}
