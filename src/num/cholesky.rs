//! Cholesky factorisation by panels, in the place of the matrix, and its solutions with the means to check them.

use super::linear_algebra::{LinearAlgebraError, dot, sequential, square, view, view_mut};
use super::panels;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, MatMut, Par};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

/// `A = L L'`, together with A itself so that every solution can be checked.
pub struct Cholesky {
    /// L in the lower triangle, A above the diagonal.
    packed: DMatrix<f64>,
    /// The diagonal of A.
    diagonal: DVector<f64>,
    /// Largest row sum of magnitudes of A.
    norm: f64,
}

impl Cholesky {
    /// Factorises a symmetric matrix, both triangles filled, within its own memory: some `size^3/3` operations.
    pub fn new(matrix: DMatrix<f64>) -> Result<Cholesky, LinearAlgebraError> {
        square(&matrix)?;
        let diagonal = matrix.diagonal();
        let mut factor = Cholesky { packed: matrix, diagonal, norm: 0.0 };
        factor.norm = factor.products(&DVector::from_element(factor.size(), 1.0)).1.amax();
        factorise(&mut factor.packed)?;
        Ok(factor)
    }

    pub fn size(&self) -> usize {
        self.packed.nrows()
    }

    /// `A^-1 b`. One right side at a time: blocked solves of several would make the bits of one depend on the others.
    pub fn solve(&self, right_side: &DVector<f64>) -> DVector<f64> {
        let size = self.size();
        let mut x = right_side.clone();
        let column = |j: usize| &self.packed.as_slice()[j * size..(j + 1) * size];
        for j in 0..size {
            let column = column(j);
            let value = x[j] / column[j];
            x[j] = value;
            for (target, entry) in x.as_mut_slice()[j + 1..].iter_mut().zip(&column[j + 1..]) {
                *target -= value * entry;
            }
        }
        for j in (0..size).rev() {
            let column = column(j);
            x[j] = (x[j] - dot(&column[j + 1..], &x.as_slice()[j + 1..])) / column[j];
        }
        x
    }

    /// `A x`, and `|A| |x|` with all entries by magnitude: the scale of the rounding errors in it.
    pub fn products(&self, x: &DVector<f64>) -> (DVector<f64>, DVector<f64>) {
        let size = self.size();
        let mut sums = (self.diagonal.component_mul(x), self.diagonal.component_mul(x).abs());
        // Each entry above the diagonal stands for two; panels are summed in their order.
        let parts = panels::map(&self.packed, panels::width(size), |first, panel| {
            let (mut plain, mut magnitudes) = (vec![0.0; size], vec![0.0; size]);
            for (j, column) in panel.chunks_exact(size).enumerate() {
                let j = first + j;
                let value = x[j];
                let (mut own, mut own_magnitude) = ([0.0; 8], [0.0; 8]);
                let targets = plain[..j].iter_mut().zip(&mut magnitudes[..j]);
                for (i, (((sum, magnitude), entry), x)) in targets.zip(&column[..j]).zip(x.as_slice()).enumerate() {
                    *sum += entry * value;
                    *magnitude += (entry * value).abs();
                    own[i % 8] += entry * x;
                    own_magnitude[i % 8] += (entry * x).abs();
                }
                plain[j] += own.iter().sum::<f64>();
                magnitudes[j] += own_magnitude.iter().sum::<f64>();
            }
            (plain, magnitudes)
        });
        for (plain, magnitudes) in parts {
            sums.0.iter_mut().zip(plain).for_each(|(sum, part)| *sum += part);
            sums.1.iter_mut().zip(magnitudes).for_each(|(sum, part)| *sum += part);
        }
        sums
    }

    /// Largest row sum of magnitudes, `||A||_inf`.
    pub fn norm(&self) -> f64 {
        self.norm
    }
}

/// Columns that are eliminated together.
fn block(size: usize) -> usize {
    panels::width(size).min(256)
}

/// L in place of the lower triangle; what is above the diagonal stays. Block by block: the diagonal block is factorised, the
/// rows below it are solved for, their products are taken off the columns that remain.
fn factorise(matrix: &mut DMatrix<f64>) -> Result<(), LinearAlgebraError> {
    let size = matrix.nrows();
    for first in (0..size).step_by(block(size)) {
        let count = block(size).min(size - first);
        let rest = first + count;
        let (done, remaining) = matrix.as_mut_slice().split_at_mut(rest * size);
        let panel = &mut done[first * size..];
        let corner = factorise_corner(panel, size, first)?;
        if rest == size {
            continue;
        }
        // The rows below, transposed: then the solves run along columns, and the products take them as they lie.
        let mut below = DMatrix::zeros(count, size - rest);
        panels::for_each(&mut below, ROWS, |start, group| {
            for (j, column) in panel.chunks_exact(size).enumerate() {
                let rows = group.chunks_exact_mut(count).zip(&column[rest + start..]);
                rows.for_each(|(row, entry)| row[j] = *entry);
            }
            let columns = group.len() / count;
            let right_side = MatMut::from_column_major_slice_mut(group, count, columns);
            sequential(|| solve_lower_triangular_in_place(view(&corner), right_side, Par::Seq));
        });
        panel.par_chunks_mut(8 * size).enumerate().for_each(|(i, columns)| {
            for (row, solved) in below.as_slice().chunks_exact(count).enumerate() {
                for (column, value) in columns.chunks_exact_mut(size).zip(&solved[8 * i..]) {
                    column[rest + row] = *value;
                }
            }
        });
        remaining.par_chunks_mut(block(size) * size).enumerate().for_each(|(i, columns)| {
            let start = rest + i * block(size);
            panels::product((columns, size, start), &below, rest, (Accum::Add, -1.0));
        });
    }
    Ok(())
}

/// Rows below the diagonal block that one task solves for.
const ROWS: usize = 256;

/// Factorises the diagonal block of a panel of columns that starts at column `first`, and returns the factor.
fn factorise_corner(panel: &mut [f64], size: usize, first: usize) -> Result<DMatrix<f64>, LinearAlgebraError> {
    let count = panel.len() / size;
    let mut corner = DMatrix::from_fn(count, count, |i, j| if i >= j { panel[j * size + first + i] } else { 0.0 });
    let outcome = sequential(|| {
        let scratch = llt::factor::cholesky_in_place_scratch::<f64>(count, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        llt::factor::cholesky_in_place(view_mut(&mut corner), Default::default(), Par::Seq, stack, Default::default())
    });
    let failed = |pivot: usize| LinearAlgebraError::NotPositiveDefinite { size, pivot: first + pivot };
    if let Err(llt::factor::LltError::NonPositivePivot { index }) = outcome {
        return Err(failed(index));
    }
    // A NaN pivot passes the factorisation's own test for positive pivots.
    if let Some(pivot) = (0..count).find(|i| !corner[(*i, *i)].is_finite()) {
        return Err(failed(pivot));
    }
    for j in 0..count {
        panel[j * size + first + j..j * size + first + count].copy_from_slice(&corner.column(j).as_slice()[j..]);
    }
    Ok(corner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, StandardNormal};

    /// About the sizes of blocks, where the route changes.
    const SIZES: [usize; 9] = [1, 2, 3, 17, 64, 127, 128, 129, 300];

    fn gaussian(rows: usize, columns: usize, replicate: u64) -> DMatrix<f64> {
        let generator = crate::num::streams::stream(1, "cholesky", "test", rows, columns, replicate);
        DMatrix::from_iterator(rows, columns, StandardNormal.sample_iter(generator).take(rows * columns))
    }

    #[test]
    fn factor_reproduces_the_matrix_and_keeps_it() {
        for size in SIZES {
            let g = gaussian(size, size + 3, 2);
            let matrix = &g * g.transpose();
            let factor = Cholesky::new(matrix.clone()).unwrap();
            let lower = factor.packed.lower_triangle();
            let bound = 4.0 * size as f64 * f64::EPSILON * matrix.norm();
            assert!((&lower * lower.transpose() - &matrix).norm() < bound, "size {size}");
            let x = gaussian(size, 1, 3).column(0).into_owned();
            let (product, magnitudes) = factor.products(&x);
            assert!((product - &matrix * &x).norm() < bound * x.norm(), "size {size}");
            assert!((magnitudes - matrix.abs() * x.abs()).norm() < bound * x.norm(), "size {size}");
            let row_sums = (0..size).map(|i| matrix.row(i).abs().sum()).fold(0.0, f64::max);
            assert!((factor.norm() - row_sums).abs() < bound, "size {size}");
        }
    }

    #[test]
    fn it_solves_what_it_was_given() {
        for size in SIZES {
            let g = gaussian(size, size + 3, 0);
            let matrix = &g * g.transpose() + DMatrix::identity(size, size);
            let exact = gaussian(size, 1, 1).column(0).into_owned();
            let right_side = &matrix * &exact;
            let factor = Cholesky::new(matrix.clone()).unwrap();
            let solution = factor.solve(&right_side);
            let bound = 4.0 * size as f64 * f64::EPSILON;
            let residual = (factor.products(&solution).0 - &right_side).amax();
            assert!(residual < bound * factor.norm() * solution.amax(), "size {size}: residual {residual:e}");
            // Condition number at most ||A||, since A >= I.
            assert!((solution - &exact).amax() < bound * matrix.norm() * exact.norm(), "size {size}");
        }
    }

    #[test]
    fn indefinite_and_misshapen_matrices_are_errors() {
        for (size, pivot) in [(5, 3), (200, 3), (200, 150)] {
            let mut matrix = DMatrix::identity(size, size);
            matrix[(pivot, pivot)] = -1.0;
            let error = Cholesky::new(matrix).err();
            assert_eq!(error, Some(LinearAlgebraError::NotPositiveDefinite { size, pivot }));
            let mut matrix = DMatrix::identity(size, size);
            matrix[(pivot - 1, pivot - 1)] = f64::NAN;
            assert!(matches!(Cholesky::new(matrix).err(), Some(LinearAlgebraError::NotPositiveDefinite { .. })));
        }
        assert!(matches!(Cholesky::new(DMatrix::zeros(2, 3)).err(), Some(LinearAlgebraError::Shape { .. })));
    }

    /// Same bits wherever the allocator puts the matrices, and for any number of threads. Blocks of odd multiples of 16 bytes
    /// that stay allocated move each round to another offset against a cache line.
    #[test]
    fn bits_depend_neither_on_memory_nor_on_threads() {
        let size = 500;
        let g = gaussian(size, size + 3, 8);
        let matrix = &g * g.transpose();
        let right_side = gaussian(size, 1, 9).column(0).into_owned();
        let mut held = Vec::new();
        let mut results = Vec::new();
        for round in 0..8 {
            held.push(vec![0.0_f64; 1001 + 2 * round]);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1 + round % 4).build().unwrap();
            let factor = pool.install(|| Cholesky::new(matrix.clone()).unwrap());
            results.push((factor.solve(&right_side), factor.products(&right_side), factor.norm()));
            held.push(factor.packed.as_slice().to_vec());
        }
        assert!(results.iter().all(|x| x == &results[0]));
    }
}
