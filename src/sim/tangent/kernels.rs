//! What two neurons' tangent features have in common: the blocks of their covariance and of their energy.
//!
//! For `u = u_j.x`, `v = u_k.x` of cosine c: `k_ab = E[g_j^(a-1)(u) g_k^(b-1)(v)]`, by Gaussian integration by parts
//! `E[x x' g_j(u) g_k(v)] = k_11 I + k_31 u_j u_j' + k_22 (u_j u_k' + u_k u_j') + k_13 u_k u_k'`.

use super::blocks::Blocks;
use super::slopes::{SlopeSeries, Slopes};
use crate::model::Activation;
use crate::sim::SimError;
use crate::sim::weights::Rows;
use nalgebra::DMatrix;
use std::f64::consts::PI;

/// The tangent features of a layer `x_i s'(w_j.x)`, without their means.
pub struct Tangent {
    /// Unit directions of the weights, one per column (d x m).
    pub directions: DMatrix<f64>,
    pub slopes: Slopes,
    /// `K`: covariances of the features, `f = sum_j (a_j.x) s'(w_j.x) + c` has variance `<A, K A>`.
    pub covariance: Blocks,
    /// `N`: `E|grad f|^2 = <A, N A>`; `None` where the features jump.
    pub energy: Option<Blocks>,
}

/// Kernels of every pair of different neurons, 0 on the diagonal; the rows are j, the columns k.
struct Kernels {
    k11: DMatrix<f64>,
    k22: DMatrix<f64>,
    k31: DMatrix<f64>,
    /// `k_33` and `k_42`
    energy: Option<(DMatrix<f64>, DMatrix<f64>)>,
}

impl Tangent {
    pub fn new(activation: &Activation, rows: &Rows) -> Result<Tangent, SimError> {
        let mut directions = rows.columns.clone();
        for (mut column, norm) in directions.column_iter_mut().zip(&rows.norms) {
            column /= *norm;
        }
        let mut cosines = directions.transpose() * &directions;
        cosines.apply(|c| *c = c.clamp(-1.0, 1.0));
        cosines.fill_lower_triangle_with_upper_triangle();
        cosines.fill_diagonal(0.0);
        let max_cosine = cosines.amax();
        let slopes = Slopes::new(activation, &rows.norms, max_cosine).map_err(|SimError::Failed(why)| {
            SimError::failed(format!("at dimension {} and width {}: {why}", rows.dim(), rows.width()))
        })?;
        let smooth = activation.last_square_integrable() >= 2;
        let kernels = match (&slopes.series, activation) {
            (Some(series), _) => by_series(series, &cosines, smooth),
            (None, Activation::Abs) => by_closed_form(&cosines, 4.0, 0.0),
            (None, _) => by_closed_form(&cosines, 1.0, 0.25),
        };
        let (covariance, energy) = blocks(kernels, &cosines, &slopes);
        Ok(Tangent { directions, slopes, covariance, energy })
    }

    /// `E[f* x s'(w_j.x)]`, column j, for `f* = x'Bx - tr B`: `2 E[g'] B u_j + E[g'''] (u_j'B u_j) u_j`.
    pub fn with_target(&self, image: &DMatrix<f64>) -> DMatrix<f64> {
        let mut result = image.clone();
        for (j, mut column) in result.column_iter_mut().enumerate() {
            let direction = self.directions.column(j);
            let quotient = direction.dot(&column);
            column *= 2.0 * self.slopes.first[j];
            column.axpy(self.slopes.third[j] * quotient, &direction, 1.0);
        }
        result
    }
}

/// Slopes `height` times a step at 0, plus a constant: `height^2 (asin c)/(2 pi) + mean^2` and its derivatives.
fn by_closed_form(cosines: &DMatrix<f64>, square: f64, mean_square: f64) -> Kernels {
    let off_diagonal = |kernel: &dyn Fn(f64) -> f64| {
        let mut matrix = cosines.map(kernel);
        matrix.fill_diagonal(0.0);
        matrix
    };
    let sine = |c: f64| ((1.0 - c) * (1.0 + c)).sqrt();
    let scale = square / (2.0 * PI);
    Kernels {
        k11: off_diagonal(&|c| scale * c.asin() + mean_square),
        k22: off_diagonal(&|c| scale / sine(c)),
        k31: off_diagonal(&|c| -scale * c / sine(c)),
        energy: None,
    }
}

fn by_series(series: &SlopeSeries, cosines: &DMatrix<f64>, smooth: bool) -> Kernels {
    let [g, g1, g2, g3] = &series.derivatives;
    Kernels {
        k11: sum(g, g, cosines),
        k22: sum(g1, g1, cosines),
        k31: sum(g2, g, cosines),
        energy: smooth.then(|| (sum(g2, g2, cosines), sum(g3, g1, cosines))),
    }
}

/// `sum_n left_n(j) right_n(k) cosine^n`, by Horner's rule along the neurons of a column.
fn sum(left: &DMatrix<f64>, right: &DMatrix<f64>, cosines: &DMatrix<f64>) -> DMatrix<f64> {
    let width = cosines.nrows();
    let mut result = DMatrix::zeros(width, width);
    for (k, column) in result.as_mut_slice().chunks_exact_mut(width).enumerate() {
        let cosines = cosines.column(k);
        for n in (0..left.ncols()).rev() {
            let own = right[(k, n)];
            let coefficients = left.column(n);
            let terms = column.iter_mut().zip(cosines.as_slice()).zip(coefficients.as_slice());
            for ((sum, cosine), other) in terms {
                *sum = *sum * cosine + own * other;
            }
        }
        column[k] = 0.0;
    }
    result
}

/// The covariances without the means `E[g_j'] E[g_k'] u_j u_k'`, and the energy
/// `E grad(x_p g_j) . grad(x_q g_k)`; both from the kernels off the diagonal and from moments of one neuron on it.
fn blocks(kernels: Kernels, cosines: &DMatrix<f64>, slopes: &Slopes) -> (Blocks, Option<Blocks>) {
    let Kernels { k11, k22, k31, energy } = kernels;
    let first = &slopes.first;
    let energy = energy.map(|(k33, k42)| {
        let mut scalar = &k11 + cosines.component_mul(&k22);
        let left = &k31 + cosines.component_mul(&k42);
        let mut own = cosines.component_mul(&k33);
        let cross = &k22 * 2.0 + &own;
        for (j, moments) in slopes.moments.iter().enumerate() {
            scalar[(j, j)] = moments.square + moments.curvature;
            own[(j, j)] = 2.0 * moments.mixed + moments.radial_curvature;
        }
        Blocks::new(scalar, left, own, cross)
    });
    let mut scalar = k11;
    let mut own = DMatrix::from_fn(first.len(), first.len(), |j, k| k22[(j, k)] - first[j] * first[k]);
    for (j, moments) in slopes.moments.iter().enumerate() {
        scalar[(j, j)] = moments.square;
        own[(j, j)] = moments.radial - first[j] * first[j];
    }
    (Blocks::new(scalar, k31, own, k22), energy)
}
