//! Symmetric matrices as their lower triangle, by panels of columns: half the memory of all entries, and each panel of a large matrix is
//! one task. A panel's size depends on that of the matrix alone and it is computed on one thread, so the bits do not depend on the
//! number of threads.

use super::linear_algebra::{sequential, view};
use super::panels::{self, width};
use super::wide::{Loop, widest};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

/// The lower triangle.
#[derive(Clone, Debug)]
pub struct Triangle {
    size: usize,
    panels: Vec<ColumnPanel>,
}

/// Some columns, from the row of the first one's diagonal entry down; what is above the diagonal of the others is unused.
#[derive(Clone, Debug)]
pub struct ColumnPanel {
    /// Number of the first column.
    pub first: usize,
    /// Columns one after the other.
    pub entries: Vec<f64>,
    rows: usize,
}

impl ColumnPanel {
    /// Rows, from the first column's diagonal entry on.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn count(&self) -> usize {
        self.entries.len() / self.rows
    }

    /// The column of that number in the matrix, from its diagonal entry on.
    pub fn column(&self, number: usize) -> &[f64] {
        let own = number - self.first;
        &self.entries[own * self.rows + own..(own + 1) * self.rows]
    }

    /// Each column with its number, from its diagonal entry on.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &[f64])> {
        let columns = self.entries.chunks_exact(self.rows).enumerate();
        columns.map(|(j, column)| (self.first + j, &column[j..]))
    }

    /// Each column with its number, as in `columns`, but mutable.
    pub fn columns_mut(&mut self) -> impl Iterator<Item = (usize, &mut [f64])> {
        let first = self.first;
        let columns = self.entries.chunks_exact_mut(self.rows).enumerate();
        columns.map(move |(j, column)| (first + j, &mut column[j..]))
    }

    /// The panel as a matrix with all of its rows.
    pub(super) fn view_mut(&mut self) -> MatMut<'_, f64> {
        let count = self.count();
        MatMut::from_column_major_slice_mut(&mut self.entries, self.rows, count)
    }
}

impl Triangle {
    /// Makes panels of zeros, and hands each to a task that fills it.
    pub fn new(size: usize, fill: impl Fn(&mut ColumnPanel) + Sync) -> Triangle {
        let starts: Vec<usize> = (0..size).step_by(width(size)).collect();
        let panel = |first: &usize| {
            let (count, rows) = (width(size).min(size - first), size - first);
            let mut panel = ColumnPanel { first: *first, entries: vec![0.0; rows * count], rows };
            fill(&mut panel);
            panel
        };
        let panels = match &starts[..] {
            [only] => vec![panel(only)],
            _ => starts.par_iter().with_max_len(1).map(panel).collect(),
        };
        Triangle { size, panels }
    }

    /// Makes a second triangle of the same size. Each task gets a panel of zeros, which it fills, and the same panel of the first triangle,
    /// which it may change.
    pub fn beside(other: &mut Triangle, fill: impl Fn(&mut ColumnPanel, &mut ColumnPanel) + Sync) -> Triangle {
        let mut triangle = Triangle::new(other.size, |_| {});
        let pairs = triangle.panels.par_iter_mut().zip(&mut other.panels).with_max_len(1);
        pairs.for_each(|(panel, other)| fill(panel, other));
        triangle
    }

    /// `X'X`
    pub fn gram(columns: &DMatrix<f64>) -> Triangle {
        Triangle::of_product(view(columns).transpose(), view(columns))
    }

    /// `A'B`, where that is symmetric.
    pub fn transposed_product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Triangle {
        Triangle::of_product(view(a).transpose(), view(b))
    }

    /// `AB'`, where that is symmetric.
    pub fn product_with_transposed(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Triangle {
        Triangle::of_product(view(a), view(b).transpose())
    }

    fn of_product(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Triangle {
        Triangle::new(a.nrows(), |panel| {
            let (first, count, rows) = (panel.first, panel.count(), panel.rows);
            let (corner, below) = panel.view_mut().split_at_row_mut(count);
            let (own, others) = (a.subrows(first, count), a.subrows(first + count, rows - count));
            let columns = b.subcols(first, count);
            sequential(|| {
                let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
                triangular::matmul(corner, lower, Accum::Replace, own, whole, columns, whole, 1.0, Par::Seq);
                matmul(below, Accum::Replace, others, columns, 1.0, Par::Seq);
            });
        })
    }

    /// The lower triangle of a square matrix.
    pub fn of(matrix: &DMatrix<f64>) -> Triangle {
        Triangle::new(matrix.nrows(), |panel| {
            for (k, column) in panel.columns_mut() {
                column.copy_from_slice(&matrix.column(k).as_slice()[k..]);
            }
        })
    }

    /// Adds `x x'`.
    pub fn add_square(&mut self, x: &[f64]) {
        for (k, column) in self.panels.iter_mut().flat_map(ColumnPanel::columns_mut) {
            column.iter_mut().zip(&x[k..]).for_each(|(entry, value)| *entry += x[k] * value);
        }
    }

    /// The matrix with both triangles.
    pub fn whole(&self) -> DMatrix<f64> {
        let mut matrix = DMatrix::zeros(self.size, self.size);
        panels::for_each(&mut matrix, self.columns(), |first, part| {
            for ((k, column), target) in self.panel_of(first).columns().zip(part.chunks_exact_mut(self.size)) {
                target[k..].copy_from_slice(column);
            }
        });
        panels::mirror(&mut matrix);
        matrix
    }

    /// Sum over all entries of the whole matrix of `value(entry, entry of other at the same place, whether it is diagonal)`.
    fn sum(&self, other: &Triangle, value: impl Fn(f64, f64, bool) -> f64 + Sync) -> f64 {
        let parts = self.map(|panel| {
            let mut sum = 0.0;
            for ((_, own), (_, others)) in panel.columns().zip(other.panel_of(panel.first).columns()) {
                let below = own[1..].iter().zip(&others[1..]).map(|(a, b)| value(*a, *b, false));
                sum += value(own[0], others[0], true) + 2.0 * below.sum::<f64>();
            }
            sum
        });
        parts.into_iter().sum()
    }

    /// `||A - B||_F`
    pub fn distance(&self, other: &Triangle) -> f64 {
        self.sum(other, |a, b, _| (a - b) * (a - b)).sqrt()
    }

    /// `||A||_F`
    pub fn norm(&self) -> f64 {
        self.sum(self, |a, _, _| a * a).sqrt()
    }

    /// `||A - I||_F`
    pub fn distance_from_identity(&self) -> f64 {
        self.sum(self, |a, _, diagonal| if diagonal { (a - 1.0) * (a - 1.0) } else { a * a }).sqrt()
    }

    /// Sum of the diagonal.
    pub fn trace(&self) -> f64 {
        self.panels.iter().flat_map(ColumnPanel::columns).map(|(_, column)| column[0]).sum()
    }

    /// Rows and columns.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The number of columns of a panel. The last panel may have fewer.
    pub fn columns(&self) -> usize {
        width(self.size)
    }

    /// The panel that contains this column.
    pub fn panel_of(&self, column: usize) -> &ColumnPanel {
        &self.panels[column / width(self.size)]
    }

    /// The panels from left to right.
    pub fn panels(&self) -> &[ColumnPanel] {
        &self.panels
    }

    pub(super) fn panels_mut(&mut self) -> &mut [ColumnPanel] {
        &mut self.panels
    }

    /// The value of a function for each panel, in the order of the panels.
    pub fn map<T: Send>(&self, task: impl Fn(&ColumnPanel) -> T + Sync) -> Vec<T> {
        match &self.panels[..] {
            [only] => vec![task(only)],
            panels => panels.par_iter().with_max_len(1).map(&task).collect(),
        }
    }

    /// `A x`, and `|A| |x|` with all entries by magnitude: the scale of the rounding errors in it.
    pub fn products(&self, x: &DVector<f64>) -> (DVector<f64>, DVector<f64>) {
        let parts = self.map(|panel| {
            let mut sums = ProductSums::new(self.size);
            panel.columns().for_each(|(k, column)| sums.add(k, column, x.as_slice()));
            sums
        });
        let mut total = ProductSums::new(self.size);
        parts.iter().for_each(|part| total.merge(part));
        (total.plain.into(), total.magnitudes.into())
    }
}

/// `A x` and `|A| |x|`, summed over the columns added so far.
pub struct ProductSums {
    pub plain: Vec<f64>,
    pub magnitudes: Vec<f64>,
}

impl ProductSums {
    /// The sums before any column is added.
    pub fn new(size: usize) -> ProductSums {
        ProductSums { plain: vec![0.0; size], magnitudes: vec![0.0; size] }
    }

    /// Adds column k of the lower triangle. Each entry below the diagonal stands for two entries of the matrix.
    pub fn add(&mut self, k: usize, column: &[f64], x: &[f64]) {
        widest(AddColumn { column, x: &x[k..], plain: &mut self.plain[k..], magnitudes: &mut self.magnitudes[k..] });
    }

    pub fn merge(&mut self, other: &ProductSums) {
        self.plain.iter_mut().zip(&other.plain).for_each(|(sum, part)| *sum += part);
        self.magnitudes.iter_mut().zip(&other.magnitudes).for_each(|(sum, part)| *sum += part);
    }
}

/// The arguments of [`ProductSums::add`]. All slices begin at the diagonal entry.
struct AddColumn<'a> {
    column: &'a [f64],
    x: &'a [f64],
    plain: &'a mut [f64],
    magnitudes: &'a mut [f64],
}

/// Number of running sums. There are several, so that additions overlap.
const RUNNING_SUMS: usize = 16;

impl Loop for AddColumn<'_> {
    #[inline(always)]
    fn run(self) {
        let value = self.x[0];
        let diagonal = self.column[0] * value;
        let (mut own, mut own_magnitude) = ([0.0; RUNNING_SUMS], [0.0; RUNNING_SUMS]);
        let chunks = self.column[1..].chunks_exact(RUNNING_SUMS).zip(self.x[1..].chunks_exact(RUNNING_SUMS));
        let sums =
            self.plain[1..].chunks_exact_mut(RUNNING_SUMS).zip(self.magnitudes[1..].chunks_exact_mut(RUNNING_SUMS));
        for ((entries, x), (plain, magnitudes)) in chunks.zip(sums) {
            for i in 0..RUNNING_SUMS {
                let (down, across) = (entries[i] * value, entries[i] * x[i]);
                plain[i] += down;
                magnitudes[i] += down.abs();
                own[i] += across;
                own_magnitude[i] += across.abs();
            }
        }
        for i in self.column.len() - (self.column.len() - 1) % RUNNING_SUMS..self.column.len() {
            let (down, across) = (self.column[i] * value, self.column[i] * self.x[i]);
            self.plain[i] += down;
            self.magnitudes[i] += down.abs();
            own[0] += across;
            own_magnitude[0] += across.abs();
        }
        self.plain[0] += diagonal + own.iter().sum::<f64>();
        self.magnitudes[0] += diagonal.abs() + own_magnitude.iter().sum::<f64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| ((3 + 7 * i + 13 * j) % 29) as f64 - 14.0)
    }

    /// Sizes about the edges of panels. The entries are small integers, so products are exact.
    const SIZES: [usize; 9] = [1, 2, 5, 17, 127, 128, 129, 257, 300];

    #[test]
    fn gram_panels_make_the_gram_matrix() {
        for size in SIZES {
            let x = matrix(11, size);
            let triangle = Triangle::gram(&x);
            assert_eq!(triangle.whole(), x.transpose() * &x, "{size}");
            assert_eq!(Triangle::of(&(x.transpose() * &x)).whole(), x.transpose() * &x, "{size}");
            let held: usize = triangle.panels().iter().map(|panel| panel.entries.len()).sum();
            assert!(held <= size * (size + 128) / 2, "{size}: half of the matrix, and half of the diagonal blocks");
        }
    }

    #[test]
    fn products_are_those_of_the_whole_matrix() {
        for size in SIZES {
            let x = matrix(3, size);
            let triangle = Triangle::gram(&x);
            let vector = DVector::from_fn(size, |i, _| (i % 7) as f64 - 3.0);
            let (plain, magnitudes) = triangle.products(&vector);
            let all = x.transpose() * &x;
            assert_eq!(plain, &all * &vector, "{size}");
            assert_eq!(magnitudes, all.abs() * vector.abs(), "{size}");
        }
    }

    #[test]
    fn symmetric_products_and_norms_are_those_of_the_whole_matrix() {
        for size in SIZES {
            let x = matrix(5, size);
            let weights = DVector::from_fn(5, |i, _| i as f64 - 1.0);
            let scaled = DMatrix::from_diagonal(&weights) * &x;
            let expected = x.transpose() * &scaled;
            let triangle = Triangle::transposed_product(&x, &scaled);
            assert_eq!(triangle.whole(), expected, "{size}");
            let (tall, tall_scaled) = (x.transpose(), scaled.transpose());
            assert_eq!(Triangle::product_with_transposed(&tall_scaled, &tall).whole(), expected, "{size}");
            assert_eq!(triangle.trace(), expected.trace(), "{size}");
            let other = Triangle::gram(&x);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b;
            assert!(close(triangle.norm(), expected.norm()), "{size}");
            assert!(close(triangle.distance(&other), (&expected - other.whole()).norm()), "{size}");
            let identity = DMatrix::identity(size, size);
            assert!(close(triangle.distance_from_identity(), (&expected - identity).norm()), "{size}");
        }
    }

    /// Panels of 512 columns, and their edges.
    #[test]
    fn large_matrices_have_wider_panels() {
        let size = 4097;
        let x = matrix(2, size);
        let triangle = Triangle::gram(&x);
        assert_eq!((triangle.panels().len(), triangle.columns()), (9, 512));
        let vector = DVector::from_fn(size, |i, _| (i % 7) as f64 - 3.0);
        let (plain, _) = triangle.products(&vector);
        assert_eq!(plain, x.tr_mul(&(&x * &vector)));
        let (column, panel) = (4000, triangle.panel_of(4000));
        assert_eq!(panel.column(column)[96], x.column(column).dot(&x.column(4096)));
    }
}
