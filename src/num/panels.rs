//! Large matrices by panels of columns. A panel is one task, its size depends on the matrix alone, and it is computed on one thread. So the
//! bits do not depend on the number of threads. Idle threads take panels from the thread that divided the matrix; if no thread is idle,
//! that thread computes them itself.

use super::linear_algebra::{sequential, view};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::DMatrix;
use rayon::prelude::*;

/// Columns of a panel of a matrix of this size: enough for the products to run at full speed, few enough that the panels of a
/// large matrix are not read too often, and that a small one still has several.
pub(super) fn width(size: usize) -> usize {
    if size < 4096 { 128 } else { 512 }
}

/// Runs a task on every panel of `columns` columns. The task gets the number of the panel's first column and the entries.
pub fn for_each(matrix: &mut DMatrix<f64>, columns: usize, task: impl Fn(usize, &mut [f64]) + Sync) {
    let length = (columns * matrix.nrows()).max(1);
    if matrix.len() <= length {
        return task(0, matrix.as_mut_slice());
    }
    matrix.as_mut_slice().par_chunks_mut(length).enumerate().for_each(|(i, panel)| task(i * columns, panel));
}

/// Runs a task on every pair of panels of two matrices of the same shape, as [`for_each`] does for one matrix.
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

/// A value for every column, in the order of the columns. A task computes `columns` of them.
pub fn of_columns(matrix: &DMatrix<f64>, columns: usize, value: impl Fn(&[f64]) -> f64 + Sync + Send) -> Vec<f64> {
    let (rows, count) = matrix.shape();
    let entries = matrix.as_slice();
    if count <= columns || rows == 0 {
        return (0..count).map(|j| value(&entries[j * rows..(j + 1) * rows])).collect();
    }
    entries.par_chunks_exact(rows).with_min_len(columns).map(value).collect()
}

/// `A B`
pub fn product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    of_views(view(a), view(b))
}

/// `A'B`
pub fn transposed_product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    of_views(view(a).transpose(), view(b))
}

/// `A B'`
pub fn product_with_transposed(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    of_views(view(a), view(b).transpose())
}

/// Adds `factor A B` to a matrix.
pub fn add_product(sum: &mut DMatrix<f64>, factor: f64, a: &DMatrix<f64>, b: &DMatrix<f64>) {
    by_panels(sum, (Accum::Add, factor), view(a), view(b));
}

fn of_views(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> DMatrix<f64> {
    let mut product = DMatrix::zeros(a.nrows(), b.ncols());
    by_panels(&mut product, (Accum::Replace, 1.0), a, b);
    product
}

/// The transpose. Some columns are read at a time, so that their entries of one row are written next to each other.
pub fn transposed(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let (rows, columns) = matrix.shape();
    let mut result = DMatrix::zeros(columns, rows);
    for first in (0..columns).step_by(GROUP) {
        let count = GROUP.min(columns - first);
        let group = &matrix.as_slice()[first * rows..(first + count) * rows];
        for (row, target) in result.as_mut_slice().chunks_exact_mut(columns).enumerate() {
            for (entry, column) in target[first..first + count].iter_mut().zip(group.chunks_exact(rows)) {
                *entry = column[row];
            }
        }
    }
    result
}

/// A product that is not large is divided into so many panels.
const PANELS: usize = 4;

/// Computes a product by panels of columns of the result.
fn by_panels(target: &mut DMatrix<f64>, (accumulate, factor): (Accum, f64), a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    let rows = a.nrows();
    assert_eq!((target.shape(), a.ncols()), ((rows, b.ncols()), b.nrows()), "shapes of a product");
    // There should be few panels, since faer copies A into its own layout again for each.
    let columns = b.ncols().div_ceil(PANELS).next_multiple_of(8).clamp(64, 512);
    for_each(target, columns, |first, panel| {
        let count = panel.len().checked_div(rows).unwrap_or(0);
        let target = MatMut::from_column_major_slice_mut(panel, rows, count);
        sequential(|| matmul(target, accumulate, a, b.subcols(first, count), factor, Par::Seq));
    });
}

/// Copies the lower triangle to the upper one.
pub fn mirror(matrix: &mut DMatrix<f64>) {
    let size = matrix.nrows();
    let columns = width(size);
    for first in (0..size).step_by(columns).rev() {
        let (before, panel) = matrix.as_mut_slice().split_at_mut(first * size);
        let panel = &mut panel[..columns.min(size - first) * size];
        // A few columns of the panel are filled at a time, so that the entries read for one row lie next to each other in memory.
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

/// So many columns are filled at a time. Their entries of one row are read from a few whole cache lines.
const GROUP: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| ((3 + 7 * i + 13 * j) % 29) as f64 - 14.0)
    }

    #[test]
    fn products_of_two_matrices() {
        for (rows, inner, columns) in [(11, 130, 301), (1, 1, 1), (70, 3, 64), (5, 200, 65), (0, 3, 4)] {
            let (a, b) = (matrix(rows, inner), matrix(inner, columns));
            let expected = &a * &b;
            assert_eq!(product(&a, &b), expected);
            assert_eq!(transposed_product(&a.transpose(), &b), expected);
            assert_eq!(product_with_transposed(&a, &b.transpose()), expected);
            let mut sum = expected.clone();
            add_product(&mut sum, -2.0, &a, &b);
            assert_eq!(sum, -expected);
        }
    }

    #[test]
    fn every_column_has_its_value() {
        for (rows, columns) in [(3, 10), (3, 4), (1, 1)] {
            let whole = matrix(rows, columns);
            let sums: Vec<f64> = whole.column_iter().map(|column| column.sum()).collect();
            assert_eq!(of_columns(&whole, 4, |column| column.iter().sum()), sums);
        }
    }

    #[test]
    fn a_transpose_is_that_of_the_library() {
        for (rows, columns) in [(1, 1), (3, 40), (40, 3), (16, 16), (0, 5)] {
            let whole = matrix(rows, columns);
            assert_eq!(transposed(&whole), whole.transpose());
        }
    }

    #[test]
    fn a_mirrored_matrix_is_symmetric() {
        for size in [1, 5, 127, 128, 129, 300] {
            let whole = matrix(size, size);
            let mut mirrored = whole.clone();
            mirror(&mut mirrored);
            assert_eq!(mirrored, DMatrix::from_fn(size, size, |i, j| whole[(i.max(j), i.min(j))]), "{size}");
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
    }
}
