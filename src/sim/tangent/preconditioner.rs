//! The part of the tangent features' covariance that holds at every size, inverted exactly: conjugate gradients then
//! take some twenty steps, whatever the activation.
//!
//! In matrices of one column of d entries per neuron, with `H = (E g_j' u_j)_j` (d x m) and `e = (E g_j)_j`,
//! `M A = sigma A + A H'H + H A'H + A e e'`: the degree-1 and degree-2 parts of the features in common, the rest as if
//! unrelated. With the singular value decomposition `H = V S U'` the first three terms act on the pairs of entries (k, i)
//! and (i, k) of `V'A U`, and the last is one of rank d, by the Woodbury identity a system of the size of H's rank.

use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::{LinearAlgebraError, symmetric_eigen};
use crate::num::panels::{add_product, product, product_with_transposed, transposed, transposed_product};
use nalgebra::{DMatrix, DVector};

/// Squared singular values below this fraction of the largest count as 0; any choice leaves M positive definite.
const CUT: f64 = 1e-8;
/// Smallest sigma, as a fraction of the mean square of H's columns: quadratic activations have nothing from degree 2 up.
const FLOOR: f64 = 1e-4;

/// `M^-1`, symmetric and positive definite.
pub struct Preconditioner {
    sigma: f64,
    /// V (d x r); None where matrices are seen from it, as [`Preconditioner::take_basis`] says.
    left: Option<DMatrix<f64>>,
    /// U (m x r).
    right: DMatrix<f64>,
    /// `1/(sigma + s_i^2)`
    decay: DVector<f64>,
    /// Inverse on `V'A U`: entry (k, i) of the result is `straight_ki a_ki + crossed_ki a_ik`.
    straight: DMatrix<f64>,
    crossed: DMatrix<f64>,
    /// `e`, `U'e` and what of e is outside the span of U.
    means: DVector<f64>,
    inside: DVector<f64>,
    outside: DVector<f64>,
    /// Of the rank-d term: the r x r matrix on the span of V (`None` if r is 0), and the factor off it.
    coupled: Option<Cholesky>,
    uncoupled: f64,
}

impl Preconditioner {
    /// From the columns of H, the means e and what a neuron's slope holds beyond both.
    pub fn new(columns: &DMatrix<f64>, means: &[f64], rest: f64) -> Result<Preconditioner, LinearAlgebraError> {
        let width = columns.ncols();
        let sigma = rest.max(FLOOR * columns.norm_squared() / width as f64);
        let (squares, left, right) = singular_vectors(columns)?;
        let rank = squares.len();
        let decay = squares.map(|x| 1.0 / (sigma + x));
        let determinant = |k: usize, i: usize| sigma * (sigma + squares[k] + squares[i]);
        let straight = DMatrix::from_fn(rank, rank, |k, i| (sigma + squares[k]) / determinant(k, i));
        let crossed = DMatrix::from_fn(rank, rank, |k, i| -(squares[k] * squares[i]).sqrt() / determinant(k, i));

        let means = DVector::from_column_slice(means);
        let inside = right.tr_mul(&means);
        let outside = if rank < width { &means - &right * &inside } else { DVector::zeros(width) };
        let unrelated = outside.norm_squared() / sigma;
        let mut coupling = DMatrix::from_fn(rank, rank, |k, i| crossed[(k, i)] * inside[k] * inside[i]);
        for k in 0..rank {
            let own: f64 = (0..rank).map(|i| straight[(k, i)] * inside[i] * inside[i]).sum();
            coupling[(k, k)] += 1.0 + own + unrelated;
        }
        let coupled = if rank > 0 { Some(Cholesky::new(&coupling)?) } else { None };
        let uncoupled = 1.0 + unrelated + decay.component_mul(&inside).dot(&inside);
        let left = Some(left);
        Ok(Preconditioner { sigma, left, right, decay, straight, crossed, means, inside, outside, coupled, uncoupled })
    }

    /// Where V is a basis of all d dimensions, it is taken out: from then on matrices are those seen from it, `V'A` for A, which saves two
    /// of four products.
    pub fn take_basis(&mut self) -> Option<DMatrix<f64>> {
        self.left.take_if(|left| left.is_square())
    }

    /// `V'A`
    fn core(&self, a: &DMatrix<f64>) -> DMatrix<f64> {
        self.left.as_ref().map_or_else(|| a.clone(), |left| transposed_product(left, a))
    }

    /// `M^-1 A`: four products of an m x r with an m x d matrix or smaller, two where the basis was taken.
    pub fn apply(&self, a: &DMatrix<f64>) -> DMatrix<f64> {
        let spans = self.decay.len() == a.ncols();
        let Some(coupled) = &self.coupled else {
            let shared = a * &self.means / (self.sigma * self.uncoupled);
            return (a - shared * self.means.transpose()) / self.sigma;
        };
        let mut seen = product(a, &self.right);
        let mut core = self.core(&seen);
        let mut solved = self.solve_pairs(&core);

        // What the means have in common, by Woodbury: the d entries y of `M^-1 A = L^-1 (A - y e')`.
        let beyond = if spans { None } else { Some(a * &self.outside / self.sigma) };
        let mut shared_core = &solved * &self.inside;
        if let Some(beyond) = &beyond {
            shared_core += self.left.as_ref().map_or_else(|| beyond.clone(), |left| left.tr_mul(beyond));
        }
        let weight_core = coupled.solve(&shared_core);
        let weight = match &self.left {
            Some(left) => {
                let mut shared = &seen * self.decay.component_mul(&self.inside);
                beyond.iter().for_each(|beyond| shared += beyond);
                let off = &shared - left * left.tr_mul(&shared);
                left * &weight_core + off / self.uncoupled
            }
            None => weight_core.clone(),
        };

        seen.ger(-1.0, &weight, &self.inside, 1.0);
        core.ger(-1.0, &weight_core, &self.inside, 1.0);
        self.take_off_pairs(&mut solved, &weight_core);
        // In the basis of U: 1/(sigma + s_i^2) off the span of V, the pairs on it.
        let base = if spans { 0.0 } else { 1.0 / self.sigma };
        for (i, decay) in self.decay.iter().enumerate() {
            solved.column_mut(i).axpy(-decay, &core.column(i), 1.0);
            seen.column_mut(i).scale_mut(decay - base);
        }
        match &self.left {
            Some(left) => add_product(&mut seen, 1.0, left, &solved),
            None => seen += solved,
        }
        if spans {
            return product_with_transposed(&seen, &self.right);
        }
        let mut result = a / self.sigma;
        result.ger(-1.0 / self.sigma, &weight, &self.means, 1.0);
        result + product_with_transposed(&seen, &self.right)
    }

    /// Subtracts what the pairs make of `y inside'`.
    fn take_off_pairs(&self, solved: &mut DMatrix<f64>, y: &DVector<f64>) {
        let rows = y.len();
        let tables = self.straight.as_slice().chunks_exact(rows).zip(self.crossed.as_slice().chunks_exact(rows));
        for ((i, column), (straight, crossed)) in solved.as_mut_slice().chunks_exact_mut(rows).enumerate().zip(tables) {
            let (inside, own) = (self.inside[i], y[i]);
            let vectors = y.as_slice().iter().zip(self.inside.as_slice());
            let entries = column.iter_mut().zip(straight.iter().zip(crossed)).zip(vectors);
            entries.for_each(|((entry, (straight, crossed)), (y, other))| {
                *entry -= straight * y * inside + crossed * other * own;
            });
        }
    }

    fn solve_pairs(&self, core: &DMatrix<f64>) -> DMatrix<f64> {
        let mut solved = transposed(core);
        let both = self.straight.iter().zip(&self.crossed);
        solved.iter_mut().zip(core).zip(both).for_each(|((x, own), (straight, crossed))| {
            *x = straight * own + crossed * *x;
        });
        solved
    }
}

/// Squared singular values, V and U, without the smallest ones.
#[expect(clippy::type_complexity, reason = "the three parts of one decomposition")]
fn singular_vectors(columns: &DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>, DMatrix<f64>), LinearAlgebraError> {
    let (dim, width) = columns.shape();
    // Of a square matrix too it is V that is orthonormal to working precision.
    let wide = width >= dim;
    let gram = if wide { product_with_transposed(columns, columns) } else { transposed_product(columns, columns) };
    let (values, vectors) = symmetric_eigen(&gram)?;
    let cut = CUT * values.iter().fold(0.0_f64, |a, b| a.max(*b));
    let kept: Vec<usize> = (0..values.len()).filter(|i| values[*i] > cut).collect();
    let squares = DVector::from_iterator(kept.len(), kept.iter().map(|i| values[*i]));
    let vectors = vectors.select_columns(&kept);
    let mut others = if wide { transposed_product(columns, &vectors) } else { product(columns, &vectors) };
    for (mut column, square) in others.column_iter_mut().zip(squares.iter()) {
        column /= square.sqrt();
    }
    Ok(if wide { (squares, vectors, others) } else { (squares, others, vectors) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gaussian;

    #[test]
    fn it_inverts_the_part_that_it_stands_for() {
        for (dim, width) in [(7, 5), (5, 7), (6, 6), (1, 4), (4, 1)] {
            let (h, a) = (
                gaussian("preconditioner", dim, width, 1) / (dim as f64).sqrt(),
                gaussian("preconditioner", dim, width, 2),
            );
            let means = gaussian("preconditioner", width, 1, 3).column(0).into_owned();
            let sigma = 0.3;
            let image =
                &a * sigma + &a * (h.transpose() * &h) + &h * (a.transpose() * &h) + &a * &means * means.transpose();
            let mut preconditioner = Preconditioner::new(&h, means.as_slice(), sigma).unwrap();
            assert!((preconditioner.apply(&image) - &a).amax() < 1e-12, "{dim} x {width}");
            let basis = preconditioner.take_basis();
            assert_eq!(basis.is_some(), width >= dim);
            if let Some(basis) = basis {
                let back = &basis * preconditioner.apply(&(basis.transpose() * &image));
                assert!((back - &a).amax() < 1e-12, "{dim} x {width}, seen from a basis");
            }
        }
    }

    #[test]
    fn activations_without_a_second_degree_leave_the_means_alone() {
        let (dim, width) = (4, 6);
        let (h, a) = (DMatrix::zeros(dim, width), gaussian("preconditioner", dim, width, 2));
        let means = gaussian("preconditioner", width, 1, 3).column(0).into_owned();
        let image = &a * 0.3 + &a * &means * means.transpose();
        let back = Preconditioner::new(&h, means.as_slice(), 0.3).unwrap().apply(&image);
        assert!((back - &a).amax() < 1e-12);
    }
}
