//! Eigenvalues of symmetric matrices without their vectors, each known to a bound, and checked by the invariants they must keep.

use super::linear_algebra::{LinearAlgebraError, sequential, square, view, view_mut};
use faer::Par;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd;
use nalgebra::{DMatrix, DVector};

/// Eigenvalues in increasing order.
#[derive(Clone, Debug)]
pub struct Eigenvalues {
    pub values: DVector<f64>,
    /// Bound on the error of each: the reduction is backward stable, so by Weyl's inequality no eigenvalue moves by more than the
    /// rounding of the matrix, `8 n epsilon ||A||`.
    pub error: f64,
}

impl Eigenvalues {
    /// The eigenvalues of a symmetric matrix. Only its lower triangle is read.
    ///
    /// Without vectors there is no residual; instead the trace and the sum of squares must come out as those of the matrix,
    /// within what the bound on each eigenvalue allows. Values that miss them are an error.
    pub fn new(matrix: &DMatrix<f64>) -> Result<Eigenvalues, LinearAlgebraError> {
        let size = square(matrix)?;
        let failed = LinearAlgebraError::NoConvergence { size };
        let mut values = DMatrix::zeros(size, 1);
        let wanted = evd::ComputeEigenvectors::No;
        sequential(|| {
            let scratch = evd::self_adjoint_evd_scratch::<f64>(size, wanted, Par::Seq, Default::default());
            let mut memory = MemBuffer::new(scratch);
            let stack = MemStack::new(&mut memory);
            let diagonal = view_mut(&mut values).col_mut(0).as_diagonal_mut();
            evd::self_adjoint_evd(view(matrix), diagonal, None, Par::Seq, stack, Default::default())
        })
        .map_err(|_| failed.clone())?;
        let values = values.column(0).into_owned();
        let n = size as f64;
        let norm = values.amax();
        let error = 8.0 * n * f64::EPSILON * norm;
        let trace = (values.sum() - matrix.trace()).abs();
        let mut squares = values.norm_squared();
        for (column, entries) in matrix.column_iter().enumerate() {
            squares -= entries[column] * entries[column];
            squares -= 2.0 * entries.rows_range(column + 1..).norm_squared();
        }
        if trace <= n * error && squares.abs() <= 2.0 * n * norm * error {
            Ok(Eigenvalues { values, error })
        } else {
            Err(failed)
        }
    }

    /// Largest magnitude: the operator norm of the matrix.
    pub fn norm(&self) -> f64 {
        self.values.amax()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    /// The second difference matrix has eigenvalues `2 - 2 cos(k pi/(n+1))`.
    #[test]
    fn known_eigenvalues_lie_within_the_bound() {
        for size in [1, 2, 3, 17, 64, 150] {
            let matrix = DMatrix::from_fn(size, size, |i, j| match i.abs_diff(j) {
                0 => 2.0,
                1 => -1.0,
                _ => 0.0,
            });
            let found = Eigenvalues::new(&matrix).unwrap();
            for (k, value) in found.values.iter().enumerate() {
                let expected = 2.0 - 2.0 * ((k + 1) as f64 * PI / (size + 1) as f64).cos();
                assert!((value - expected).abs() <= found.error, "{size}, {k}: {value} against {expected}");
            }
            assert!(found.error <= 32.0 * size as f64 * f64::EPSILON && found.values.as_slice().is_sorted());
            assert_eq!(found.norm(), found.values[size - 1]);
        }
    }

    /// `c 1 1' - D`: the rest of a rank-one matrix with a large eigenvalue of either sign.
    #[test]
    fn the_norm_is_that_of_the_eigenvalue_of_larger_magnitude() {
        let size = 40;
        for sign in [1.0, -1.0] {
            let matrix = DMatrix::from_fn(size, size, |i, j| sign * (3.0 - if i == j { 1.0 } else { 0.0 }));
            let found = Eigenvalues::new(&matrix).unwrap();
            assert!((found.norm() - (3.0 * size as f64 - 1.0)).abs() <= found.error);
        }
    }

    #[test]
    fn what_has_no_eigenvalues_is_an_error() {
        assert!(Eigenvalues::new(&DMatrix::zeros(2, 3)).is_err());
        assert!(Eigenvalues::new(&DMatrix::from_element(3, 3, f64::NAN)).is_err());
        assert_eq!(Eigenvalues::new(&DMatrix::zeros(4, 4)).unwrap().norm(), 0.0);
    }
}
