//! Large matrices by panels of columns. A panel is one task, its size depends on the matrix alone, and it is computed on one
//! thread: so the bits do not depend on the number of threads. Idle threads take panels, busy ones leave them to their owner.

use super::linear_algebra::{sequential, view};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, Par};
use nalgebra::DMatrix;
use rayon::prelude::*;

/// Columns of a panel of a matrix of this size: enough for the products to run at full speed, few enough that the panels of a
/// large matrix are not read too often, and that a small one still has several.
pub fn width(size: usize) -> usize {
    if size < 4096 { 128 } else { 512 }
}

/// Runs a task on every panel of `columns` columns: the number of the first column, and the entries.
pub fn for_each(matrix: &mut DMatrix<f64>, columns: usize, task: impl Fn(usize, &mut [f64]) + Sync) {
    let length = (columns * matrix.nrows()).max(1);
    if matrix.len() <= length {
        return task(0, matrix.as_mut_slice());
    }
    matrix.as_mut_slice().par_chunks_mut(length).enumerate().for_each(|(i, panel)| task(i * columns, panel));
}

/// Likewise on the panels of two matrices of the same shape.
pub fn for_each_pair(
    (one, other): (&mut DMatrix<f64>, &mut DMatrix<f64>),
    columns: usize,
    task: impl Fn(usize, &mut [f64], &mut [f64]) + Sync,
) {
    let length = (columns * one.nrows()).max(1);
    if one.len() <= length {
        return task(0, one.as_mut_slice(), other.as_mut_slice());
    }
    let panels = one.as_mut_slice().par_chunks_mut(length).zip(other.as_mut_slice().par_chunks_mut(length));
    panels.enumerate().for_each(|(i, (one, other))| task(i * columns, one, other));
}

/// Values of a function of each panel of `columns` columns, in their order.
pub fn map<T: Send>(matrix: &DMatrix<f64>, columns: usize, task: impl Fn(usize, &[f64]) -> T + Sync) -> Vec<T> {
    let length = (columns * matrix.nrows()).max(1);
    if matrix.len() <= length {
        return vec![task(0, matrix.as_slice())];
    }
    matrix.as_slice().par_chunks(length).enumerate().map(|(i, panel)| task(i * columns, panel)).collect()
}

/// For the panel of a symmetric matrix with `size` rows that starts at column `first`: adds `factor X'Y` to its lower triangle, or
/// replaces that. Y are the columns of X that belong to the panel; row i of the matrix belongs to column `i - offset` of X.
pub(super) fn product(
    (panel, size, first): (&mut [f64], usize, usize),
    columns: &DMatrix<f64>,
    offset: usize,
    (accumulate, factor): (Accum, f64),
) {
    let count = panel.len() / size;
    let target = MatMut::from_column_major_slice_mut(panel, size, count).subrows_mut(first, size - first);
    let (corner, below) = target.split_at_row_mut(count);
    let own = view(columns).subcols(first - offset, count);
    let others = view(columns).subcols(first - offset + count, size - first - count);
    sequential(|| {
        let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
        triangular::matmul(corner, lower, accumulate, own.transpose(), whole, own, whole, factor, Par::Seq);
        matmul(below, accumulate, others.transpose(), own, factor, Par::Seq);
    });
}

/// `A'B`, by panels of columns of the result.
pub fn transposed_product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let (inner, rows) = a.shape();
    let mut product = DMatrix::zeros(rows, b.ncols());
    for_each(&mut product, width(b.ncols()), |first, panel| {
        let count = panel.len() / rows;
        let target = MatMut::from_column_major_slice_mut(panel, rows, count);
        let columns = view(b).subcols(first, count);
        debug_assert_eq!(columns.nrows(), inner);
        sequential(|| matmul(target, Accum::Replace, view(a).transpose(), columns, 1.0, Par::Seq));
    });
    product
}

/// The panel of `X'X` that starts at column `first`, its lower triangle; what is above the diagonal stays.
pub fn gram(columns: &DMatrix<f64>, first: usize, panel: &mut [f64]) {
    product((panel, columns.ncols(), first), columns, 0, (Accum::Replace, 1.0));
}

/// Copies the lower triangle to the upper one.
pub fn mirror(matrix: &mut DMatrix<f64>) {
    let size = matrix.nrows();
    let columns = width(size);
    for first in (0..size).step_by(columns).rev() {
        let (before, panel) = matrix.as_mut_slice().split_at_mut(first * size);
        let panel = &mut panel[..columns.min(size - first) * size];
        // Columns of the panel a few at a time, so that what is read together lies together.
        let from_before = |(i, group): (usize, &mut [f64])| {
            for (row, source) in before.chunks_exact(size).enumerate() {
                for (j, column) in group.chunks_exact_mut(size).enumerate() {
                    column[row] = source[first + i * GROUP + j];
                }
            }
        };
        panel.par_chunks_mut(GROUP * size).enumerate().for_each(from_before);
        for column in 0..panel.len() / size {
            for row in column + 1..panel.len() / size {
                panel[row * size + first + column] = panel[column * size + first + row];
            }
        }
    }
}

/// Columns whose entries of one row share the cache lines that they are read from.
const GROUP: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| ((3 + 7 * i + 13 * j) % 29) as f64 - 14.0)
    }

    #[test]
    fn products_of_two_matrices() {
        let (a, b) = (matrix(11, 130), matrix(11, 301));
        assert_eq!(transposed_product(&a, &b), a.transpose() * &b);
    }

    /// Sizes about the edges of panels. The entries are small integers, so products are exact.
    #[test]
    fn gram_panels_make_the_gram_matrix() {
        for size in [1, 5, 127, 128, 129, 300] {
            let x = matrix(11, size);
            let mut gram_matrix = DMatrix::zeros(size, size);
            for_each(&mut gram_matrix, width(size), |first, panel| gram(&x, first, panel));
            mirror(&mut gram_matrix);
            assert_eq!(gram_matrix, x.transpose() * &x, "{size}");
        }
    }

    #[test]
    fn every_panel_is_visited_once_and_in_order() {
        let mut one = DMatrix::zeros(3, 10);
        let mut other = DMatrix::zeros(3, 10);
        for_each_pair((&mut one, &mut other), 4, |first, a, b| {
            a.fill(first as f64);
            b.iter_mut().for_each(|x| *x += 1.0);
        });
        assert_eq!(one.row(0).iter().copied().collect::<Vec<_>>(), [0., 0., 0., 0., 4., 4., 4., 4., 8., 8.]);
        assert!(other.iter().all(|x| *x == 1.0));
        assert_eq!(map(&one, 4, |first, panel| (first, panel.len())), [(0, 12), (4, 12), (8, 6)]);
    }
}
