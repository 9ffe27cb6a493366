//! Cholesky factorisation by panels, and its solutions with the means to check them.

use super::linear_algebra::{LinearAlgebraError, dot, sequential, square};
use super::triangle::{ColumnPanel, Triangle};
use super::wide::{Loop, widest};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt;
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

/// `A = L L'`
pub struct Factor {
    lower: Triangle,
}

/// The factor, together with A itself so that every solution can be checked.
pub struct Cholesky {
    factor: Factor,
    matrix: Triangle,
}

impl Cholesky {
    /// Factorises a symmetric matrix, of which the lower triangle is read: some `size^3/3` operations.
    pub fn new(matrix: &DMatrix<f64>) -> Result<Cholesky, LinearAlgebraError> {
        square(matrix)?;
        let matrix = Triangle::of(matrix);
        Ok(Cholesky { factor: Factor::new(matrix.clone())?, matrix })
    }

    /// Rows and columns.
    pub fn size(&self) -> usize {
        self.matrix.size()
    }

    /// `A^-1 b`
    pub fn solve(&self, right_side: &DVector<f64>) -> DVector<f64> {
        self.factor.solve(right_side)
    }

    /// `A x`, and `|A| |x|` with all entries by magnitude: the scale of the rounding errors in it.
    pub fn products(&self, x: &DVector<f64>) -> (DVector<f64>, DVector<f64>) {
        self.matrix.products(x)
    }
}

/// Rows or columns that one task of a solve takes at least.
const ROWS: usize = 256;

impl Factor {
    /// Factorises a matrix in place.
    ///
    /// While the columns of a panel are taken off those to its right, the panel next to it, which is first to be ready, is factorised.
    pub fn new(mut matrix: Triangle) -> Result<Factor, LinearAlgebraError> {
        let size = matrix.size();
        let panels = matrix.panels_mut();
        let mut outcome = factorise(&mut panels[0], size);
        for index in 0..panels.len() {
            outcome?;
            let (done, rest) = panels.split_at_mut(index + 1);
            let Some((next, others)) = rest.split_first_mut() else { break };
            let done = &done[index];
            let ahead = || {
                take_off(done, next);
                factorise(next, size)
            };
            let behind = || others.par_iter_mut().with_max_len(1).for_each(|other| take_off(done, other));
            outcome = rayon::join(ahead, behind).0;
        }
        Ok(Factor { lower: matrix })
    }

    /// `A^-1 b`. One right side at a time: blocked solves of several would make the bits of one depend on the others.
    pub fn solve(&self, right_side: &DVector<f64>) -> DVector<f64> {
        let mut x = right_side.clone();
        for panel in self.lower.panels() {
            let (count, rows) = (panel.count(), panel.rows());
            let (own, below) = x.as_mut_slice()[panel.first..].split_at_mut(count);
            for (j, column) in panel.entries.chunks_exact(rows).enumerate() {
                own[j] /= column[j];
                let value = own[j];
                own[j + 1..].iter_mut().zip(&column[j + 1..count]).for_each(|(x, entry)| *x -= value * entry);
            }
            let own = &*own;
            in_parts(below, |start, part| {
                let columns = panel.entries.chunks_exact(4 * rows).zip(own.chunks_exact(4));
                columns.for_each(|(columns, x)| {
                    let length = part.len();
                    let column = |j: usize| &columns[j * rows + count + start..][..length];
                    let part = &mut *part;
                    widest(TakeOff { part, columns: [column(0), column(1), column(2), column(3)], x });
                });
                let last = count - count % 4;
                for (column, value) in panel.entries[last * rows..].chunks_exact(rows).zip(&own[last..]) {
                    part.iter_mut().zip(&column[count + start..]).for_each(|(x, entry)| *x -= value * entry);
                }
            });
        }
        for panel in self.lower.panels().iter().rev() {
            let (count, rows) = (panel.count(), panel.rows());
            let (own, below) = x.as_mut_slice()[panel.first..].split_at_mut(count);
            let below = &*below;
            let learnt = |(x, column): (&mut f64, &[f64])| *x -= dot(&column[count..], below);
            if below.len() < 2 * ROWS {
                own.iter_mut().zip(panel.entries.chunks_exact(rows)).for_each(learnt);
            } else {
                let columns = panel.entries.par_chunks_exact(rows);
                own.par_iter_mut().zip(columns).with_min_len(16).for_each(learnt);
            }
            for j in (0..count).rev() {
                let column = &panel.entries[j * rows..];
                own[j] = (own[j] - dot(&column[j + 1..count], &own[j + 1..])) / column[j];
            }
        }
        x
    }
}

/// Runs a task on parts of a long vector, each with the number of its first entry.
fn in_parts(vector: &mut [f64], task: impl Fn(usize, &mut [f64]) + Sync) {
    if vector.len() < 2 * ROWS {
        return task(0, vector);
    }
    vector.par_chunks_mut(ROWS).enumerate().for_each(|(i, part)| task(i * ROWS, part));
}

/// Subtracts four columns at a time from a vector, so that the vector is read a quarter as often as with single columns.
struct TakeOff<'a> {
    part: &'a mut [f64],
    columns: [&'a [f64]; 4],
    x: &'a [f64],
}

impl Loop for TakeOff<'_> {
    #[inline(always)]
    fn run(self) {
        let [a, b, c, d] = self.columns;
        let x = [self.x[0], self.x[1], self.x[2], self.x[3]];
        for (i, y) in self.part.iter_mut().enumerate() {
            *y -= (a[i] * x[0] + b[i] * x[1]) + (c[i] * x[2] + d[i] * x[3]);
        }
    }
}

/// Subtracts from a panel the product of a factorised panel, to its left, with the transpose of its rows that belong to this panel.
fn take_off(done: &ColumnPanel, panel: &mut ColumnPanel) {
    let skipped = panel.first - done.first;
    let (count, rows) = (panel.count(), panel.rows());
    let all = MatRef::from_column_major_slice(&done.entries, done.rows(), done.count());
    let (own, others) = all.subrows(skipped, rows).split_at_row(count);
    let (corner, below) = panel.view_mut().split_at_row_mut(count);
    sequential(|| {
        let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
        triangular::matmul(corner, lower, Accum::Add, own, whole, own.transpose(), whole, -1.0, Par::Seq);
        matmul(below, Accum::Add, others, own.transpose(), -1.0, Par::Seq);
    });
}

/// Factorises the diagonal block of a panel, and solves for the rows below it. All panels to its left have been subtracted before.
fn factorise(panel: &mut ColumnPanel, size: usize) -> Result<(), LinearAlgebraError> {
    let (first, count) = (panel.first, panel.count());
    let (mut corner, below) = panel.view_mut().split_at_row_mut(count);
    let outcome = sequential(|| {
        let scratch = llt::factor::cholesky_in_place_scratch::<f64>(count, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        let stack = MemStack::new(&mut memory);
        llt::factor::cholesky_in_place(corner.as_mut(), Default::default(), Par::Seq, stack, Default::default())
    });
    let failed = |pivot: usize| LinearAlgebraError::NotPositiveDefinite { size, pivot: first + pivot };
    if let Err(llt::factor::LltError::NonPositivePivot { index }) = outcome {
        return Err(failed(index));
    }
    // A NaN pivot passes the factorisation's own test for positive pivots, so it is looked for here.
    if let Some(pivot) = (0..count).find(|i| !corner[(*i, *i)].is_finite()) {
        return Err(failed(pivot));
    }
    solve_rows(corner.as_ref(), below);
    Ok(())
}

/// Replaces X by `X L^-T`, some rows at a time.
fn solve_rows(corner: MatRef<'_, f64>, rows: MatMut<'_, f64>) {
    if rows.nrows() < 2 * ROWS {
        return sequential(|| solve_lower_triangular_in_place(corner, rows.transpose_mut(), Par::Seq));
    }
    let half = rows.nrows() / 2 / ROWS * ROWS;
    let (upper, lower) = rows.split_at_row_mut(half);
    rayon::join(|| solve_rows(corner, upper), || solve_rows(corner, lower));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gaussian;

    /// About the sizes of blocks, where the route changes.
    const SIZES: [usize; 10] = [1, 2, 3, 17, 64, 127, 128, 129, 300, 700];

    #[test]
    fn factor_reproduces_the_matrix_and_keeps_it() {
        for size in SIZES {
            let g = gaussian("cholesky", size, size + 3, 2);
            let matrix = &g * g.transpose();
            let factor = Cholesky::new(&matrix).unwrap();
            let mut lower = DMatrix::zeros(size, size);
            for (k, column) in factor.factor.lower.panels().iter().flat_map(ColumnPanel::columns) {
                lower.view_mut((k, k), (size - k, 1)).copy_from_slice(column);
            }
            let bound = 4.0 * size as f64 * f64::EPSILON * matrix.norm();
            assert!((&lower * lower.transpose() - &matrix).norm() < bound, "size {size}");
            let x = gaussian("cholesky", size, 1, 3).column(0).into_owned();
            let (product, magnitudes) = factor.products(&x);
            assert!((product - &matrix * &x).norm() < bound * x.norm(), "size {size}");
            assert!((magnitudes - matrix.abs() * x.abs()).norm() < bound * x.norm(), "size {size}");
        }
    }

    #[test]
    fn it_solves_what_it_was_given() {
        for size in SIZES {
            let g = gaussian("cholesky", size, size + 3, 0);
            let matrix = &g * g.transpose() + DMatrix::identity(size, size);
            let exact = gaussian("cholesky", size, 1, 1).column(0).into_owned();
            let right_side = &matrix * &exact;
            let factor = Cholesky::new(&matrix).unwrap();
            let solution = factor.solve(&right_side);
            let bound = 4.0 * size as f64 * f64::EPSILON;
            let residual = (factor.products(&solution).0 - &right_side).amax();
            assert!(
                residual < bound * matrix.abs().row_sum().amax() * solution.amax(),
                "size {size}: residual {residual:e}"
            );
            // Condition number at most ||A||, since A >= I.
            assert!((solution - &exact).amax() < bound * matrix.norm() * exact.norm(), "size {size}");
        }
    }

    #[test]
    fn indefinite_and_misshapen_matrices_are_errors() {
        for (size, pivot) in [(5, 3), (200, 3), (200, 150)] {
            let mut matrix = DMatrix::identity(size, size);
            matrix[(pivot, pivot)] = -1.0;
            let error = Cholesky::new(&matrix).err();
            assert_eq!(error, Some(LinearAlgebraError::NotPositiveDefinite { size, pivot }));
            let mut matrix = DMatrix::identity(size, size);
            matrix[(pivot - 1, pivot - 1)] = f64::NAN;
            assert!(matches!(Cholesky::new(&matrix).err(), Some(LinearAlgebraError::NotPositiveDefinite { .. })));
        }
        assert!(matches!(Cholesky::new(&DMatrix::zeros(2, 3)).err(), Some(LinearAlgebraError::Shape { .. })));
    }

    /// Same bits wherever the allocator puts the matrices, and for any number of threads. Blocks of odd multiples of 16 bytes
    /// that stay allocated move each round to another offset against a cache line.
    #[test]
    fn bits_depend_neither_on_memory_nor_on_threads() {
        let size = 900;
        let g = gaussian("cholesky", size, size + 3, 8);
        let matrix = &g * g.transpose();
        let right_side = gaussian("cholesky", size, 1, 9).column(0).into_owned();
        let mut held = Vec::new();
        let mut results = Vec::new();
        for round in 0..8 {
            held.push(vec![0.0_f64; 1001 + 2 * round]);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1 + round % 4).build().unwrap();
            let factor = pool.install(|| Cholesky::new(&matrix).unwrap());
            results.push(pool.install(|| (factor.solve(&right_side), factor.products(&right_side))));
            held.push(matrix.as_slice().to_vec());
        }
        assert!(results.iter().all(|x| x == &results[0]));
    }
}
