//! Factorisations of dense matrices: nalgebra at the surface, faer below, on one thread, each with the means to check it.
//!
//! Products stay with nalgebra. Nothing here is parallel: callers run many small problems side by side, and one thread
//! keeps the bits independent of the number of cores.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::{cholesky::llt, evd, householder, qr::no_pivoting::factor as qr, triangular_inverse};
use faer::{MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};

/// Why a factorisation has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinearAlgebraError {
    #[error("the {size} x {size} matrix is not positive definite to working precision (pivot {pivot})")]
    NotPositiveDefinite { size: usize, pivot: usize },
    #[error("the eigenvalues of the {size} x {size} matrix did not converge")]
    NoConvergence { size: usize },
    #[error("the {rows} x {columns} matrix has not full column rank to working precision")]
    RankDeficient { rows: usize, columns: usize },
    #[error("a {rows} x {columns} matrix does not fit this operation")]
    Shape { rows: usize, columns: usize },
}

/// `A = L L'`, together with A itself so that every solution can be checked.
pub struct Cholesky {
    matrix: DMatrix<f64>,
    /// L in the lower triangle; above it the factorisation leaves its scratch.
    factor: DMatrix<f64>,
}

impl Cholesky {
    /// Factorises a symmetric matrix, both triangles filled: the factor is made from the lower one, products use all.
    pub fn new(matrix: DMatrix<f64>) -> Result<Cholesky, LinearAlgebraError> {
        let size = square(&matrix)?;
        let mut factor = matrix.clone();
        let view = view_mut(&mut factor);
        let outcome = sequential(|| {
            let scratch = llt::factor::cholesky_in_place_scratch::<f64>(size, Par::Seq, Default::default());
            let mut memory = MemBuffer::new(scratch);
            let stack = MemStack::new(&mut memory);
            llt::factor::cholesky_in_place(view, Default::default(), Par::Seq, stack, Default::default())
        });
        match outcome {
            // A NaN pivot passes the factorisation's own test for positive pivots.
            Ok(_) => match (0..size).find(|i| !factor[(*i, *i)].is_finite()) {
                None => Ok(Cholesky { matrix, factor }),
                Some(pivot) => Err(LinearAlgebraError::NotPositiveDefinite { size, pivot }),
            },
            Err(llt::factor::LltError::NonPositivePivot { index }) => {
                Err(LinearAlgebraError::NotPositiveDefinite { size, pivot: index })
            }
        }
    }

    pub fn size(&self) -> usize {
        self.matrix.nrows()
    }

    /// `A^-1 b`. One right side at a time: blocked solves of several would make the bits of one depend on the others.
    pub fn solve(&self, right_side: &DVector<f64>) -> DVector<f64> {
        let size = self.size();
        let mut x = right_side.clone();
        for j in 0..size {
            let column = self.factor.column(j);
            let column = column.as_slice();
            let value = x[j] / column[j];
            x[j] = value;
            for (target, entry) in x.as_mut_slice()[j + 1..].iter_mut().zip(&column[j + 1..]) {
                *target -= value * entry;
            }
        }
        for j in (0..size).rev() {
            let column = self.factor.column(j);
            let column = column.as_slice();
            x[j] = (x[j] - dot(&column[j + 1..], &x.as_slice()[j + 1..])) / column[j];
        }
        x
    }

    /// `A x`.
    pub fn product(&self, x: &DVector<f64>) -> DVector<f64> {
        &self.matrix * x
    }

    /// `|A| x`, entries of A taken by magnitude: the scale of the rounding errors in `A x`.
    pub fn magnitude_product(&self, x: &DVector<f64>) -> DVector<f64> {
        let mut result = DVector::zeros(self.size());
        for (column, value) in self.matrix.column_iter().zip(x.iter()) {
            for (sum, entry) in result.iter_mut().zip(column.iter()) {
                *sum += entry.abs() * value;
            }
        }
        result
    }

    /// Largest row sum of magnitudes, `||A||_inf`.
    pub fn norm(&self) -> f64 {
        self.magnitude_product(&DVector::from_element(self.size(), 1.0)).amax()
    }

    /// Backward error of `x` as a solution of `A x = b`: `||A x - b|| / (||A|| ||x|| + ||b||)`, maximum norms.
    /// A stable solve leaves a small multiple of the machine epsilon.
    pub fn relative_residual(&self, x: &DVector<f64>, right_side: &DVector<f64>) -> f64 {
        let scale = self.norm() * x.amax() + right_side.amax();
        if scale == 0.0 { 0.0 } else { (self.product(x) - right_side).amax() / scale }
    }
}

/// `A^-1 B` and its largest relative residual ([`Cholesky::relative_residual`]); the caller decides what is too large.
pub fn cholesky_solve(
    matrix: DMatrix<f64>,
    right_sides: &DMatrix<f64>,
) -> Result<(DMatrix<f64>, f64), LinearAlgebraError> {
    let factor = Cholesky::new(matrix)?;
    if right_sides.nrows() != factor.size() {
        return Err(LinearAlgebraError::Shape { rows: right_sides.nrows(), columns: right_sides.ncols() });
    }
    let mut solution = DMatrix::zeros(right_sides.nrows(), right_sides.ncols());
    let mut residual = 0.0_f64;
    for (index, column) in right_sides.column_iter().enumerate() {
        let right_side = column.into_owned();
        let x = factor.solve(&right_side);
        residual = residual.max(factor.relative_residual(&x, &right_side));
        solution.set_column(index, &x);
    }
    Ok((solution, residual))
}

/// Orthonormal basis of a column space.
pub struct Basis {
    /// Q, of the shape of the matrix, columns orthonormal.
    pub columns: DMatrix<f64>,
    /// `||Q'Q - I||_F`
    pub defect: f64,
    /// Bound on the rotation of the space by rounding: `||A - QQ'A||_F ||R^-1||_F`, R from `A = QR`.
    pub rotation: f64,
}

/// Householder QR of a matrix with at least as many rows as columns, and full column rank.
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
pub fn symmetric_eigen(matrix: &DMatrix<f64>) -> Result<(DVector<f64>, DMatrix<f64>), LinearAlgebraError> {
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

/// Dot product with four running sums, so that the additions overlap; the order is fixed by the length alone.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = [0.0; 4];
    let (a_blocks, b_blocks) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for i in 0..4 {
            sum[i] += x[i] * y[i];
        }
    }
    (sum[0] + sum[1]) + (sum[2] + sum[3]) + rest
}

/// Runs a faer routine and leaves the processor's vector registers clean.
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
    use rand_distr::{Distribution, StandardNormal};

    fn gaussian(rows: usize, columns: usize, replicate: u64) -> DMatrix<f64> {
        let generator = crate::num::streams::stream(1, "linear-algebra", "test", rows, columns, replicate);
        DMatrix::from_iterator(rows, columns, StandardNormal.sample_iter(generator).take(rows * columns))
    }

    const SIZES: [usize; 14] = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 65, 130];

    #[test]
    fn cholesky_solves_what_it_was_given() {
        for size in SIZES {
            let g = gaussian(size, size + 3, 0);
            let matrix = &g * g.transpose() + DMatrix::identity(size, size);
            let exact = gaussian(size, 2, 1);
            let (solution, residual) = cholesky_solve(matrix.clone(), &(&matrix * &exact)).unwrap();
            let bound = 4.0 * size as f64 * f64::EPSILON;
            assert!(residual < bound, "size {size}: residual {residual:e}");
            // Condition number at most ||A||, since A >= I.
            assert!((solution - &exact).amax() < bound * matrix.norm() * exact.norm(), "size {size}");
        }
    }

    #[test]
    fn cholesky_factor_reproduces_the_matrix() {
        for size in SIZES {
            let g = gaussian(size, size + 3, 2);
            let matrix = &g * g.transpose();
            let factor = Cholesky::new(matrix.clone()).unwrap();
            let lower = factor.factor.lower_triangle();
            let bound = 4.0 * size as f64 * f64::EPSILON * matrix.norm();
            assert!((&lower * lower.transpose() - &matrix).norm() < bound, "size {size}");
            let x = gaussian(size, 1, 3).column(0).into_owned();
            assert!((factor.product(&x) - &matrix * &x).norm() < bound * x.norm(), "size {size}");
            let magnitudes = matrix.abs() * &x;
            assert!((factor.magnitude_product(&x) - magnitudes).norm() < bound * x.norm(), "size {size}");
        }
    }

    #[test]
    fn residual_sees_a_wrong_solution() {
        let g = gaussian(20, 30, 4);
        let matrix = &g * g.transpose();
        let right_side = gaussian(20, 1, 5).column(0).into_owned();
        let factor = Cholesky::new(matrix).unwrap();
        let mut x = factor.solve(&right_side);
        assert!(factor.relative_residual(&x, &right_side) < 1e-14);
        x[7] += 1e-6 * x.amax();
        assert!(factor.relative_residual(&x, &right_side) > 1e-8);
    }

    #[test]
    fn indefinite_and_misshapen_matrices_are_errors() {
        let mut matrix = DMatrix::identity(5, 5);
        matrix[(3, 3)] = -1.0;
        let error = Cholesky::new(matrix).err();
        assert_eq!(error, Some(LinearAlgebraError::NotPositiveDefinite { size: 5, pivot: 3 }));
        let mut matrix = DMatrix::identity(5, 5);
        matrix[(2, 2)] = f64::NAN;
        assert!(matches!(Cholesky::new(matrix).err(), Some(LinearAlgebraError::NotPositiveDefinite { size: 5, .. })));
        assert!(matches!(Cholesky::new(DMatrix::zeros(2, 3)).err(), Some(LinearAlgebraError::Shape { .. })));
        assert!(cholesky_solve(DMatrix::identity(3, 3), &DMatrix::zeros(2, 1)).is_err());
        assert!(matches!(orthonormal_basis(&DMatrix::zeros(2, 3)).err(), Some(LinearAlgebraError::Shape { .. })));
        let deficient = orthonormal_basis(&DMatrix::zeros(3, 2)).err();
        assert!(matches!(deficient, Some(LinearAlgebraError::RankDeficient { .. })));
    }

    #[test]
    fn basis_is_orthonormal_and_spans_the_columns() {
        for columns in SIZES {
            for rows in [columns, columns + 1, 2 * columns + 3] {
                let matrix = gaussian(rows, columns, 6);
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
            let g = gaussian(size, size, 7);
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

    /// Same bits wherever the allocator puts the matrices. Blocks of odd multiples of 16 bytes that stay allocated move
    /// each round to another offset against a cache line.
    #[test]
    fn bits_do_not_depend_on_where_memory_lies() {
        let size = 100;
        let g = gaussian(size, size + 3, 8);
        let matrix = &g * g.transpose();
        let right_side = gaussian(size, 1, 9).column(0).into_owned();
        let mut held = Vec::new();
        let mut results = Vec::new();
        for round in 0..8 {
            held.push(vec![0.0_f64; 1001 + 2 * round]);
            let factor = Cholesky::new(matrix.clone()).unwrap();
            results.push(factor.solve(&right_side));
            held.push(factor.factor.as_slice().to_vec());
        }
        assert!(results.iter().all(|x| x == &results[0]));
    }
}
