//! Population moments of a layer of neurons, exact in x: the covariance matrix of the features, the Gram matrix of their
//! gradients, and their covariance with the target (THEORY.md 7).

use super::SimError;
use super::closed_forms::{self, Moments, Pair};
use super::hermite_series::HermiteSeries;
use super::weights::Rows;
use crate::model::Activation;
use crate::num::panels;
use crate::num::wide::{Loop, widest};
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
    /// Bounds on the numerical errors of the matrices and of the coefficients.
    pub errors: FeatureErrors,
}

/// Bounds on the error of an entry.
#[derive(Clone, Copy, Debug)]
pub struct FeatureErrors {
    /// Of an entry of [`Features::covariance`].
    pub covariance: f64,
    /// Of an entry of [`Features::gradient`].
    pub gradient: f64,
    /// Of [`Features::second`]; also of an entry of V, since `|w'Bw| <= |w|^2` for `||B||_F = 1`.
    pub second: f64,
}

impl Features {
    /// The moments of these neurons: by closed form where there is one, else by the Hermite series.
    ///
    /// # Errors
    /// An activation whose moments do not converge, or a Hermite series that is too long at these norms and angles.
    pub fn new(activation: &Activation, rows: &Rows) -> Result<Features, SimError> {
        let norms = &rows.norms;
        let (covariance, gradient) = match activation {
            Activation::Relu => by_closed_form(rows, closed_forms::relu),
            Activation::Abs => by_closed_form(rows, closed_forms::abs),
            Activation::Quadratic => by_closed_form(rows, closed_forms::quadratic),
            Activation::Erf => by_closed_form(rows, closed_forms::erf),
            Activation::Step => by_closed_form(rows, closed_forms::step),
            Activation::Sign => by_closed_form(rows, closed_forms::sign),
            Activation::Sin => by_closed_form(rows, closed_forms::sin),
            Activation::Cos => by_closed_form(rows, closed_forms::cos),
            Activation::Exp => by_closed_form(rows, closed_forms::exp),
            _ => return Features::by_series(activation, rows),
        };
        let second: Vec<f64> = norms.iter().filter_map(|r| closed_forms::second_coefficient(activation, *r)).collect();
        let means = norms.iter().filter_map(|r| closed_forms::mean(activation, *r)).collect();
        let gradient = (activation.last_square_integrable() >= 1).then_some(gradient);
        // Products of d terms of size 1/d, then a handful of operations.
        let epsilon = 8.0 * f64::EPSILON;
        let scales = (covariance.diagonal().max(), gradient.as_ref().map_or(0.0, |c| c.diagonal().max()));
        let errors = FeatureErrors {
            covariance: epsilon * scales.0,
            gradient: epsilon * scales.1,
            second: epsilon * second.iter().fold(0.0_f64, |a, b| a.max(b.abs())),
        };
        Ok(Features { covariance, gradient, second, means, errors })
    }

    /// By the Hermite series, for any activation; closed forms are checked against it.
    ///
    /// # Errors
    /// Moments that do not converge, or a series that is too long at these norms and angles.
    pub fn by_series(activation: &Activation, rows: &Rows) -> Result<Features, SimError> {
        let norms = &rows.norms;
        let (gram, max_cosine) = gram_matrix(rows);
        let series = HermiteSeries::new(activation, norms, max_cosine).map_err(|SimError::Failed(why)| {
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

/// Both matrices from a closed form, panel by panel as the Gram matrix is made. That is overwritten by C: no third matrix is
/// ever held.
fn by_closed_form(rows: &Rows, moments: impl Fn(Pair) -> Moments + Copy + Sync) -> (DMatrix<f64>, DMatrix<f64>) {
    let width = rows.width();
    let norms = &rows.norms;
    let mut covariance = DMatrix::zeros(width, width);
    let mut gradient = DMatrix::zeros(width, width);
    panels::for_each_pair((&mut covariance, &mut gradient), panels::width(width), |first, covariance, products| {
        panels::gram(&rows.columns, first, products);
        let columns = covariance.chunks_exact_mut(width).zip(products.chunks_exact_mut(width));
        for (k, (column, products)) in (first..).zip(columns) {
            let own = Pair { norms: (norms[k], norms[k]), product: norms[k] * norms[k], cosine: 1.0 };
            (column[k], products[k]) = moments(own);
            let (covariances, products) = (&mut column[k + 1..], &mut products[k + 1..]);
            widest(ClosedForms { moments, norm: norms[k], norms: &norms[k + 1..], covariances, products });
        }
    });
    panels::mirror(&mut covariance);
    panels::mirror(&mut gradient);
    (covariance, gradient)
}

/// A neuron with the neurons behind it: their scalar products become gradient products.
struct ClosedForms<'a, M> {
    moments: M,
    norm: f64,
    norms: &'a [f64],
    covariances: &'a mut [f64],
    products: &'a mut [f64],
}

impl<M: Fn(Pair) -> Moments> Loop for ClosedForms<'_, M> {
    #[inline(always)]
    fn run(self) {
        let pairs = self.covariances.iter_mut().zip(self.products).zip(self.norms);
        for ((covariance, product), norm) in pairs {
            let cosine = (*product / (self.norm * norm)).clamp(-1.0, 1.0);
            (*covariance, *product) = (self.moments)(Pair { norms: (self.norm, *norm), product: *product, cosine });
        }
    }
}

/// Scalar products of the rows in the lower triangle, and the largest |cosine| between two different rows, 0 for a single row.
fn gram_matrix(rows: &Rows) -> (DMatrix<f64>, f64) {
    let width = rows.width();
    let norms = &rows.norms;
    let mut gram = DMatrix::zeros(width, width);
    panels::for_each(&mut gram, panels::width(width), |first, panel| panels::gram(&rows.columns, first, panel));
    let largest = panels::map(&gram, panels::width(width), |first, panel| {
        let cosine = |k: usize, j: usize, product: f64| (product / (norms[k] * norms[j])).abs();
        let below = |(k, column): (usize, &[f64])| {
            (k + 1..width).fold(0.0_f64, |largest, j| largest.max(cosine(k, j, column[j])))
        };
        (first..).zip(panel.chunks_exact(width)).map(below).fold(0.0, f64::max)
    });
    (gram, largest.into_iter().fold(0.0, f64::max).min(1.0))
}

/// Both matrices from the series; the Gram matrix is overwritten by C.
fn sum_series(mut gram: DMatrix<f64>, norms: &[f64], series: &HermiteSeries) -> (DMatrix<f64>, DMatrix<f64>) {
    let width = norms.len();
    let mut covariance = DMatrix::zeros(width, width);
    panels::for_each_pair((&mut covariance, &mut gram), panels::width(width), |first, covariance, products| {
        let columns = covariance.chunks_exact_mut(width).zip(products.chunks_exact_mut(width));
        for (k, (covariances, products)) in (first..).zip(columns) {
            widest(Sums { coefficients: &series.coefficients, norms, neuron: k, covariances, products });
            covariances[k] = series.variances[k];
            products[k] = series.energies[k];
        }
    });
    panels::mirror(&mut covariance);
    panels::mirror(&mut gram);
    (covariance, gram)
}

/// A neuron with the neurons behind it: `sum a_n(j) a_n(k) c^n` and `sum n a_n(j) a_n(k) c^n` from n = 1 on; scalar products become
/// the second.
struct Sums<'a> {
    /// Neuron in the row, n in the column.
    coefficients: &'a DMatrix<f64>,
    norms: &'a [f64],
    neuron: usize,
    covariances: &'a mut [f64],
    products: &'a mut [f64],
}

/// Neurons whose sums stay in registers together.
const LANES: usize = 32;

impl Loop for Sums<'_> {
    #[inline(always)]
    fn run(self) {
        let (width, terms) = (self.norms.len(), self.coefficients.ncols() - 1);
        let coefficients = self.coefficients.as_slice();
        for start in (self.neuron + 1..width).step_by(LANES) {
            let count = LANES.min(width - start);
            let (mut cosines, mut sums, mut slopes) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
            for (i, cosine) in cosines[..count].iter_mut().enumerate() {
                let cosine_of_pair = self.products[start + i] / (self.norms[self.neuron] * self.norms[start + i]);
                *cosine = cosine_of_pair.clamp(-1.0, 1.0);
            }
            // Horner's rule for the sum over c, and for its derivative.
            for n in (1..=terms).rev() {
                let own = coefficients[n * width + self.neuron];
                let mut others = [0.0; LANES];
                others[..count].copy_from_slice(&coefficients[n * width + start..][..count]);
                for i in 0..LANES {
                    slopes[i] = slopes[i] * cosines[i] + sums[i];
                    sums[i] = sums[i] * cosines[i] + own * others[i];
                }
            }
            for i in 0..count {
                self.covariances[start + i] = cosines[i] * sums[i];
                self.products[start + i] = cosines[i] * (sums[i] + cosines[i] * slopes[i]);
            }
        }
    }
}
