//! Population moments of a layer of neurons, exact in x: the covariance matrix of the features, the Gram matrix of their
//! gradients, and their covariance with the target (THEORY.md 7).

use super::SimError;
use super::closed_forms::{self, Moments, Pair};
use super::hermite_series::HermiteSeries;
use super::weights::Rows;
use crate::model::Activation;
use nalgebra::{DMatrix, DVector};

/// Moments of the features `s(w_j.x)`, x standard Gaussian.
#[derive(Clone, Debug)]
pub struct Features {
    /// `U_jk = Cov(s(w_j.x), s(w_k.x))`
    pub covariance: DMatrix<f64>,
    /// `C_jk = E[grad s(w_j.x) . grad s(w_k.x)]`; `None` where it is infinite (an activation that jumps).
    pub gradient: Option<DMatrix<f64>>,
    /// `l_2(|w_j|) = E[s(|w_j| G) He_2(G)]`
    pub second: Vec<f64>,
    /// `E s(w_j.x)`
    pub means: Vec<f64>,
    pub errors: FeatureErrors,
}

/// Bounds on the error of an entry.
#[derive(Clone, Copy, Debug)]
pub struct FeatureErrors {
    pub covariance: f64,
    pub gradient: f64,
    /// Of [`Features::second`]; also of an entry of V, since `|w'Bw| <= |w|^2` for `||B||_F = 1`.
    pub second: f64,
}

impl Features {
    pub fn new(activation: &Activation, rows: &Rows) -> Result<Features, SimError> {
        let gram = rows.gram();
        let norms = &rows.norms;
        let (covariance, gradient, scales) = match activation {
            Activation::Relu => fill(gram, norms, closed_forms::relu),
            Activation::Abs => fill(gram, norms, closed_forms::abs),
            Activation::Quadratic => fill(gram, norms, closed_forms::quadratic),
            Activation::Erf => fill(gram, norms, closed_forms::erf),
            Activation::Step => fill(gram, norms, closed_forms::step),
            Activation::Sign => fill(gram, norms, closed_forms::sign),
            Activation::Sin => fill(gram, norms, closed_forms::sin),
            Activation::Cos => fill(gram, norms, closed_forms::cos),
            Activation::Exp => fill(gram, norms, closed_forms::exp),
            _ => return Features::by_series(activation, rows, gram),
        };
        let second: Vec<f64> = norms.iter().filter_map(|r| closed_forms::second_coefficient(activation, *r)).collect();
        let means = norms.iter().filter_map(|r| closed_forms::mean(activation, *r)).collect();
        let gradient = (activation.last_square_integrable() >= 1).then_some(gradient);
        // Products of d terms of size 1/d, then a handful of operations.
        let epsilon = 8.0 * f64::EPSILON;
        let errors = FeatureErrors {
            covariance: epsilon * scales.0,
            gradient: if gradient.is_some() { epsilon * scales.1 } else { 0.0 },
            second: epsilon * second.iter().fold(0.0_f64, |a, b| a.max(b.abs())),
        };
        Ok(Features { covariance, gradient, second, means, errors })
    }

    /// By the Hermite series, for any activation; closed forms are checked against it.
    pub fn by_series(activation: &Activation, rows: &Rows, gram: DMatrix<f64>) -> Result<Features, SimError> {
        let norms = &rows.norms;
        let series =
            HermiteSeries::new(activation, norms, max_cosine(&gram, norms)).map_err(|SimError::Failed(why)| {
                SimError::failed(format!("at dimension {} and width {}: {why}", rows.dim(), rows.width()))
            })?;
        let (covariance, gradient) = sum_series(gram, norms, &series);
        let second = series.second_coefficients();
        let gradient = (activation.last_square_integrable() >= 1).then_some(gradient);
        let errors = FeatureErrors {
            covariance: series.errors.covariance,
            gradient: series.errors.gradient,
            second: std::f64::consts::SQRT_2 * series.errors.coefficient,
        };
        let means = series.coefficients.column(0).iter().copied().collect();
        Ok(Features { covariance, gradient, second, means, errors })
    }

    /// `V_j = Cov(f*, s(w_j.x)) = (w_j'B w_j / |w_j|^2) l_2(|w_j|)`, from the quotients `w_j'B w_j / |w_j|^2`.
    pub fn with_target(&self, quotients: &[f64]) -> DVector<f64> {
        DVector::from_iterator(quotients.len(), quotients.iter().zip(&self.second).map(|(q, l)| q * l))
    }
}

/// Both matrices from a closed form, and their largest diagonal entries. The Gram matrix is overwritten by C: no third matrix is ever held.
fn fill(
    mut gram: DMatrix<f64>,
    norms: &[f64],
    moments: impl Fn(Pair) -> Moments,
) -> (DMatrix<f64>, DMatrix<f64>, (f64, f64)) {
    let width = norms.len();
    let mut covariance = DMatrix::zeros(width, width);
    let columns = covariance.as_mut_slice().chunks_exact_mut(width).zip(gram.as_mut_slice().chunks_exact_mut(width));
    let mut scale = (0.0_f64, 0.0_f64);
    for (k, (column, products)) in columns.enumerate() {
        let norm = norms[k];
        let own = Pair { norms: (norm, norm), product: norm * norm, cosine: 1.0 };
        (column[k], products[k]) = moments(own);
        scale = (scale.0.max(column[k]), scale.1.max(products[k]));
        for j in k + 1..width {
            let product = products[j];
            let cosine = (product / (norm * norms[j])).clamp(-1.0, 1.0);
            (column[j], products[j]) = moments(Pair { norms: (norm, norms[j]), product, cosine });
        }
    }
    mirror(&mut covariance);
    mirror(&mut gram);
    (covariance, gram, scale)
}

/// Both matrices from the series, one column at a time so that the sums over n run along contiguous neurons.
fn sum_series(mut gram: DMatrix<f64>, norms: &[f64], series: &HermiteSeries) -> (DMatrix<f64>, DMatrix<f64>) {
    let width = norms.len();
    let terms = series.coefficients.ncols() - 1;
    let mut covariance = DMatrix::zeros(width, width);
    let mut cosines = vec![0.0; width];
    let mut powers = vec![0.0; width];
    let columns = covariance.as_mut_slice().chunks_exact_mut(width).zip(gram.as_mut_slice().chunks_exact_mut(width));
    for (k, (column, products)) in columns.enumerate() {
        for j in k + 1..width {
            cosines[j] = (products[j] / (norms[k] * norms[j])).clamp(-1.0, 1.0);
            powers[j] = 1.0;
            products[j] = 0.0;
        }
        for n in 1..=terms {
            let coefficients = series.coefficients.column(n);
            let coefficients = coefficients.as_slice();
            let (own, degree) = (coefficients[k], n as f64);
            let below = k + 1..width;
            let sums = column[below.clone()].iter_mut().zip(&mut products[below.clone()]);
            let factors = powers[below.clone()].iter_mut().zip(&cosines[below.clone()]).zip(&coefficients[below]);
            for ((sum, weighted), ((power, cosine), other)) in sums.zip(factors) {
                *power *= cosine;
                let term = own * other * *power;
                *sum += term;
                *weighted += degree * term;
            }
        }
        column[k] = series.variances[k];
        products[k] = series.energies[k];
    }
    mirror(&mut covariance);
    mirror(&mut gram);
    (covariance, gram)
}

/// Largest |cosine| between two different rows; 0 for a single row.
fn max_cosine(gram: &DMatrix<f64>, norms: &[f64]) -> f64 {
    let width = norms.len();
    let mut largest = 0.0_f64;
    for (k, column) in gram.as_slice().chunks_exact(width).enumerate() {
        for j in k + 1..width {
            largest = largest.max((column[j] / (norms[k] * norms[j])).abs());
        }
    }
    largest.min(1.0)
}

/// Copies the lower triangle to the upper one, in blocks that stay in the cache.
fn mirror(matrix: &mut DMatrix<f64>) {
    const BLOCK: usize = 32;
    let size = matrix.nrows();
    let entries = matrix.as_mut_slice();
    for column_block in (0..size).step_by(BLOCK) {
        for row_block in (column_block..size).step_by(BLOCK) {
            for column in column_block..(column_block + BLOCK).min(size) {
                for row in row_block.max(column + 1)..(row_block + BLOCK).min(size) {
                    entries[row * size + column] = entries[column * size + row];
                }
            }
        }
    }
}
