//! Population moments of the pairs of a layer's neurons, exact in x: covariances of the features and scalar products of their gradients
//! as half matrices.
//!
//! Where an activation has a closed form the scalar products of the rows are kept alone: both moments follow from them in less time than
//! it takes to write and to read them.

mod columns;

use super::SimError;
use super::closed_forms;
use super::hermite_series::HermiteSeries;
use super::weights::Rows;
use crate::model::Activation;
use crate::num::panels;
use crate::num::triangle::{ColumnPanel, ProductSums, Triangle};
use columns::{ClosedForm, Column, by_series, closed_form};
use nalgebra::{DMatrix, DVector};

/// The moments of features `s(w_j.x)`, x standard Gaussian: `U_jk = Cov(s(w_j.x), s(w_k.x))` and
/// `C_jk = E[grad s(w_j.x) . grad s(w_k.x)]`.
pub struct Pairs {
    norms: Vec<f64>,
    entries: Entries,
    /// Whether C is finite; not for an activation that jumps.
    pub has_gradient: bool,
    /// The largest `C_jj`.
    pub largest_energy: f64,
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
    /// Of an entry of U.
    pub covariance: f64,
    /// Of an entry of C.
    pub gradient: f64,
    /// Of `l_2(|w_j|)`; also of an entry of V, since `|w'Bw| <= |w|^2` for `||B||_F = 1`.
    pub second: f64,
}

enum Entries {
    /// `W W'`, and what makes moments of it.
    Products(Triangle, ClosedForm),
    /// U and C.
    Moments(Triangle, Triangle),
}

/// Both matrices times one vector.
pub struct Image {
    /// `Uv`
    pub covariance: DVector<f64>,
    /// `|U||v|`, all entries by magnitude.
    pub magnitudes: DVector<f64>,
    /// `Cv`; 0 unless C is finite.
    pub gradient: DVector<f64>,
}

impl Pairs {
    /// By closed form where there is one, else by the Hermite series.
    ///
    /// # Errors
    /// An activation whose moments do not converge, or a Hermite series that is too long at these norms and angles.
    pub fn new(activation: &Activation, rows: &Rows) -> Result<Pairs, SimError> {
        let norms = rows.norms.clone();
        let second: Option<Vec<f64>> = norms.iter().map(|r| closed_forms::second_coefficient(activation, *r)).collect();
        let means: Option<Vec<f64>> = norms.iter().map(|r| closed_forms::mean(activation, *r)).collect();
        let (Some(form), Some(second), Some(means)) = (closed_form(activation), second, means) else {
            return Pairs::by_series(activation, rows);
        };
        let own = |norm: &f64| {
            let (mut covariance, mut gradient) = ([0.0], [0.0]);
            form(Column {
                norms: &[*norm],
                products: &[norm * norm],
                covariances: &mut covariance,
                gradients: &mut gradient,
            });
            (covariance[0], gradient[0])
        };
        let scales = norms.iter().map(own).fold((0.0_f64, 0.0_f64), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        // Products of d terms of size 1/d, then a handful of operations.
        let epsilon = 8.0 * f64::EPSILON;
        let errors = FeatureErrors {
            covariance: epsilon * scales.0,
            gradient: epsilon * scales.1,
            second: epsilon * second.iter().fold(0.0_f64, |a, b| a.max(b.abs())),
        };
        Ok(Pairs {
            entries: Entries::Products(Triangle::gram(&rows.columns), form),
            has_gradient: activation.last_square_integrable() >= 1,
            largest_energy: scales.1,
            second,
            means,
            norms,
            errors,
        })
    }

    /// By the Hermite series, for any activation; closed forms are checked against it.
    ///
    /// # Errors
    /// Moments that do not converge, or a series that is too long at these norms and angles.
    pub fn by_series(activation: &Activation, rows: &Rows) -> Result<Pairs, SimError> {
        let norms = rows.norms.clone();
        let mut products = Triangle::gram(&rows.columns);
        let series = HermiteSeries::new(activation, &norms, largest_cosine(&products, &norms)).map_err(
            |SimError::Failed(why)| {
                SimError::failed(format!("at dimension {} and width {}: {why}", rows.dim(), rows.width()))
            },
        )?;
        // The products are overwritten by C.
        let covariance = Triangle::beside(&mut products, |covariances, products| {
            let mut scratch = vec![0.0; products.rows()];
            for ((k, covariances), (_, gradients)) in covariances.columns_mut().zip(products.columns_mut()) {
                let products = &mut scratch[..gradients.len()];
                products.copy_from_slice(gradients);
                by_series(&series, k, Column { norms: &norms[k..], products, covariances, gradients });
            }
        });
        Ok(Pairs {
            entries: Entries::Moments(covariance, products),
            has_gradient: activation.last_square_integrable() >= 1,
            largest_energy: series.energies.iter().copied().fold(0.0, f64::max),
            second: series.second_coefficients(),
            means: series.coefficients.column(0).iter().copied().collect(),
            errors: FeatureErrors {
                covariance: series.errors.covariance,
                gradient: series.errors.gradient,
                second: std::f64::consts::SQRT_2 * series.errors.coefficient,
            },
            norms,
        })
    }

    /// Number of neurons.
    pub fn width(&self) -> usize {
        self.norms.len()
    }

    /// `V_j = Cov(f*, s(w_j.x)) = (w_j'B w_j / |w_j|^2) l_2(|w_j|)`, from the quotients `w_j'B w_j / |w_j|^2`.
    pub fn with_target(&self, quotients: &[f64]) -> DVector<f64> {
        with_target(&self.second, quotients)
    }

    /// U.
    pub fn covariance(&self) -> Triangle {
        match &self.entries {
            Entries::Moments(covariance, _) => covariance.clone(),
            Entries::Products(products, form) => Triangle::new(self.width(), |panel| {
                let mut gradients = vec![0.0; panel.rows()];
                let products = products.panel_of(panel.first);
                for ((k, covariances), (_, products)) in panel.columns_mut().zip(products.columns()) {
                    let gradients = &mut gradients[..products.len()];
                    form(Column { norms: &self.norms[k..], products, covariances, gradients });
                }
            }),
        }
    }

    /// U and C, both triangles filled.
    pub fn matrices(&self) -> (DMatrix<f64>, DMatrix<f64>) {
        let width = self.width();
        let (mut covariance, mut gradient) = (DMatrix::zeros(width, width), DMatrix::zeros(width, width));
        let triangle = match &self.entries {
            Entries::Moments(covariance, _) | Entries::Products(covariance, _) => covariance,
        };
        panels::for_each_pair((&mut covariance, &mut gradient), triangle.columns(), |first, covariances, gradients| {
            let filled = covariances.chunks_exact_mut(width).zip(gradients.chunks_exact_mut(width));
            for ((k, column), (covariances, gradients)) in triangle.panel_of(first).columns().zip(filled) {
                let (covariances, gradients) = (&mut covariances[k..], &mut gradients[k..]);
                match &self.entries {
                    Entries::Products(_, form) => {
                        form(Column { norms: &self.norms[k..], products: column, covariances, gradients });
                    }
                    Entries::Moments(_, others) => {
                        covariances.copy_from_slice(column);
                        gradients.copy_from_slice(others.panel_of(first).column(k));
                    }
                }
            }
        });
        panels::mirror(&mut covariance);
        panels::mirror(&mut gradient);
        (covariance, gradient)
    }

    /// Products of both matrices with a vector, each pair of neurons taken once.
    pub fn image(&self, vector: &DVector<f64>) -> Image {
        let width = self.width();
        let x = vector.as_slice();
        let part = |panel: &ColumnPanel| {
            let mut sums = (ProductSums::new(width), ProductSums::new(width));
            match &self.entries {
                Entries::Moments(_, gradient) => {
                    panel.columns().for_each(|(k, column)| sums.0.add(k, column, x));
                    if self.has_gradient {
                        gradient.panel_of(panel.first).columns().for_each(|(k, column)| sums.1.add(k, column, x));
                    }
                }
                Entries::Products(_, form) => {
                    let (mut covariances, mut gradients) = (vec![0.0; panel.rows()], vec![0.0; panel.rows()]);
                    for (k, products) in panel.columns() {
                        let covariances = &mut covariances[..products.len()];
                        let gradients = &mut gradients[..products.len()];
                        form(Column { norms: &self.norms[k..], products, covariances, gradients });
                        sums.0.add(k, covariances, x);
                        if self.has_gradient {
                            sums.1.add(k, gradients, x);
                        }
                    }
                }
            }
            sums
        };
        let parts = match &self.entries {
            Entries::Moments(triangle, _) | Entries::Products(triangle, _) => triangle.map(part),
        };
        let mut total = (ProductSums::new(width), ProductSums::new(width));
        for part in parts {
            total.0.merge(&part.0);
            total.1.merge(&part.1);
        }
        Image {
            covariance: total.0.plain.into(),
            magnitudes: total.0.magnitudes.into(),
            gradient: total.1.plain.into(),
        }
    }
}

/// V of these `l_2(|w_j|)` and quotients.
pub(super) fn with_target(second: &[f64], quotients: &[f64]) -> DVector<f64> {
    DVector::from_iterator(quotients.len(), quotients.iter().zip(second).map(|(q, l)| q * l))
}

/// The largest |cosine| between two different rows, 0 for a single row.
fn largest_cosine(products: &Triangle, norms: &[f64]) -> f64 {
    let largest = products.map(|panel| {
        let below = |(k, column): (usize, &[f64])| {
            let cosines = column[1..].iter().zip(&norms[k + 1..]).map(|(product, norm)| product / (norms[k] * norm));
            cosines.fold(0.0_f64, |largest, cosine| largest.max(cosine.abs()))
        };
        panel.columns().map(below).fold(0.0, f64::max)
    });
    largest.into_iter().fold(0.0, f64::max).min(1.0)
}
