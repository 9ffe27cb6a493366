//! Factorisations of dense matrices, on one thread. Callers see nalgebra, faer does the work. Each result comes with the means to check it.
//!
//! Small products stay with nalgebra. Nothing here is parallel: callers run many small problems side by side, and one thread
//! keeps the bits independent of the number of cores. What is large enough for several threads is in `panels`, `triangle` and `cholesky`.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::{evd, householder, qr::no_pivoting::factor as qr, triangular_inverse};
use faer::{MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};

/// Why a factorisation has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinearAlgebraError {
    /// A Cholesky factorisation met a pivot that is not positive.
    #[error("the {size} x {size} matrix is not positive definite to working precision (pivot {pivot})")]
    NotPositiveDefinite {
        /// Rows of the matrix.
        size: usize,
        /// Number of the pivot, from 0.
        pivot: usize,
    },
    /// An eigenvalue routine gave up, or what it gave misses the invariants of the matrix.
    #[error("the eigenvalues of the {size} x {size} matrix did not converge")]
    NoConvergence {
        /// Rows of the matrix.
        size: usize,
    },
    /// Columns that depend on each other, up to rounding.
    #[error("the {rows} x {columns} matrix has not full column rank to working precision")]
    RankDeficient {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
    /// Not square, empty, or wider than high, where that is asked for.
    #[error("a {rows} x {columns} matrix does not fit this operation")]
    Shape {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
}

/// Orthonormal basis of the space that the columns of a matrix span.
pub struct Basis {
    /// Q, of the shape of the matrix, columns orthonormal.
    pub columns: DMatrix<f64>,
    /// `||Q'Q - I||_F`
    pub defect: f64,
    /// Bound on the rotation of the space by rounding: `||A - QQ'A||_F ||R^-1||_F`, R from `A = QR`.
    pub rotation: f64,
}

/// Householder QR of a matrix with at least as many rows as columns, and full column rank.
///
/// # Errors
/// [`LinearAlgebraError::Shape`] for a matrix that is wider than high or without columns,
/// [`LinearAlgebraError::RankDeficient`].
pub fn orthonormal_basis(matrix: &DMatrix<f64>) -> Result<Basis, LinearAlgebraError> {
    let (rows, columns) = matrix.shape();
    if rows < columns || columns == 0 {
        return Err(LinearAlgebraError::Shape { rows, columns });
    }
    let mut packed = matrix.clone();
    let mut basis = DMatrix::identity(rows, columns);
    let mut inverse = DMatrix::zeros(columns, columns);
    sequential(|| {
        let block = qr::recommended_block_size::<f64>(rows, columns);
        let mut coefficients = DMatrix::zeros(block, columns);
        let scratch = qr::qr_in_place_scratch::<f64>(rows, columns, block, Par::Seq, Default::default()).or(
            householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(rows, block, columns),
        );
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        let parameters = Default::default();
        qr::qr_in_place(view_mut(&mut packed), view_mut(&mut coefficients), Par::Seq, stack, parameters);
        householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
            view(&packed),
            view(&coefficients),
            faer::Conj::No,
            view_mut(&mut basis),
            Par::Seq,
            stack,
        );
        let upper = view(&packed).subrows(0, columns);
        triangular_inverse::invert_upper_triangular(view_mut(&mut inverse), upper, Par::Seq);
    });
    let transposed = basis.transpose();
    let mut gram = &transposed * &basis;
    for i in 0..columns {
        gram[(i, i)] -= 1.0;
    }
    let outside = matrix - &basis * (transposed * matrix);
    let rotation = outside.norm() * inverse.upper_triangle().norm();
    if !rotation.is_finite() {
        return Err(LinearAlgebraError::RankDeficient { rows, columns });
    }
    Ok(Basis { columns: basis, defect: gram.norm(), rotation })
}

/// Eigenvalues in increasing order and the orthonormal eigenvectors (as columns) of a symmetric matrix.
pub(crate) fn symmetric_eigen(matrix: &DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), LinearAlgebraError> {
    let size = square(matrix)?;
    let mut values = DMatrix::zeros(size, 1);
    let mut vectors = DMatrix::zeros(size, size);
    let wanted = evd::ComputeEigenvectors::Yes;
    sequential(|| {
        let scratch = evd::self_adjoint_evd_scratch::<f64>(size, wanted, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        let diagonal = view_mut(&mut values).col_mut(0).as_diagonal_mut();
        let stack = MemStack::new(&mut memory);
        let vectors = Some(view_mut(&mut vectors));
        evd::self_adjoint_evd(view(matrix), diagonal, vectors, Par::Seq, stack, Default::default())
    })
    .map_err(|_| LinearAlgebraError::NoConvergence { size })?;
    Ok((values.column(0).into_owned(), vectors))
}

pub(super) fn square(matrix: &DMatrix<f64>) -> Result<usize, LinearAlgebraError> {
    match matrix.shape() {
        (rows, columns) if rows == columns && rows > 0 => Ok(rows),
        (rows, columns) => Err(LinearAlgebraError::Shape { rows, columns }),
    }
}

/// Both libraries store columns one after the other, so a view needs no copy.
pub(super) fn view(matrix: &DMatrix<f64>) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(matrix.as_slice(), matrix.nrows(), matrix.ncols())
}

pub(super) fn view_mut(matrix: &mut DMatrix<f64>) -> MatMut<'_, f64> {
    let (rows, columns) = matrix.shape();
    MatMut::from_column_major_slice_mut(matrix.as_mut_slice(), rows, columns)
}

/// Dot product with eight running sums, so that the additions overlap; the order is fixed by the length alone.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = [0.0; 8];
    let (a_blocks, b_blocks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for i in 0..8 {
            sum[i] += x[i] * y[i];
        }
    }
    let half: [f64; 4] = std::array::from_fn(|i| sum[i] + sum[i + 4]);
    (half[0] + half[1]) + (half[2] + half[3]) + rest
}

/// Runs a faer routine on this thread, and clears the upper halves of the processor's vector registers afterwards.
///
/// faer's kernels leave the upper halves of the AVX registers in use, after which every scalar operation of this
/// thread that is compiled without AVX (exponentials, arc tangents) is slowed severalfold until they are zeroed.
pub(super) fn sequential<T>(routine: impl FnOnce() -> T) -> T {
    let result = routine();
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the instruction needs AVX, which was just detected, and the upper register halves hold no live value
        // across it (the function declares the feature, so the compiler saves what it needs).
        unsafe { zero_upper() }
    }
    result
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
fn zero_upper() {
    std::arch::x86_64::_mm256_zeroupper();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gaussian;

    const SIZES: [usize; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 65, 130];

    #[test]
    fn misshapen_and_deficient_matrices_are_errors() {
        assert!(matches!(orthonormal_basis(&DMatrix::zeros(2, 3)).err(), Some(LinearAlgebraError::Shape { .. })));
        let deficient = orthonormal_basis(&DMatrix::zeros(3, 2)).err();
        assert!(matches!(deficient, Some(LinearAlgebraError::RankDeficient { .. })));
    }

    #[test]
    fn basis_is_orthonormal_and_spans_the_columns() {
        for columns in SIZES {
            for rows in [columns, columns + 1, 2 * columns + 3] {
                let matrix = gaussian("linear-algebra", rows, columns, 6);
                let basis = orthonormal_basis(&matrix).unwrap();
                let bound = 8.0 * rows as f64 * f64::EPSILON;
                assert_eq!(basis.columns.shape(), (rows, columns));
                assert!(basis.defect < bound, "{rows} x {columns}: {:e}", basis.defect);
                let projected = &basis.columns * (basis.columns.transpose() * &matrix);
                assert!((projected - &matrix).norm() < bound * matrix.norm());
                // The smallest singular value bounds how far rounding turns the space.
                let smallest = matrix.singular_values().min();
                assert!(basis.rotation * smallest < 10.0 * bound * matrix.norm() * (columns as f64).sqrt());
            }
        }
    }

    #[test]
    fn eigenvectors_reproduce_the_matrix() {
        for size in SIZES {
            let g = gaussian("linear-algebra", size, size, 7);
            let matrix = &g + g.transpose();
            let (values, vectors) = symmetric_eigen(&matrix).unwrap();
            let rebuilt = &vectors * DMatrix::from_diagonal(&values) * vectors.transpose();
            assert!((rebuilt - &matrix).norm() < 8.0 * size as f64 * f64::EPSILON * matrix.norm(), "size {size}");
            assert!(values.as_slice().is_sorted());
        }
    }

    /// The second difference matrix has eigenvalues `2 - 2 cos(k pi/(n+1))`.
    #[test]
    fn eigenvalues_of_the_second_difference() {
        let n = 30;
        let matrix = DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        let (values, _) = symmetric_eigen(&matrix).unwrap();
        for (k, value) in values.iter().enumerate() {
            let expected = 2.0 - 2.0 * ((k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64).cos();
            assert!((value - expected).abs() < 1e-13);
        }
    }
}
