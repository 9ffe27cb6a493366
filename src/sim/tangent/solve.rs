//! Preconditioned conjugate gradients for `K A = b`, A and b of one column per neuron.

use super::blocks::Blocks;
use super::preconditioner::Preconditioner;
use crate::num::linear_algebra::symmetric_eigen;
use crate::sim::SimError;
use nalgebra::DMatrix;

/// Largest fraction accepted where the steps run out.
const ACCEPTED: f64 = 1e-6;
/// Some 20 are typical; a singular K (polynomials of low degree) takes more.
const MAX_STEPS: usize = 1000;

/// An approximate solution.
pub struct Solution {
    pub a: DMatrix<f64>,
    /// `b - K A`, computed from A.
    pub residual: DMatrix<f64>,
    /// `<r, M^-1 r>` of it.
    pub open: f64,
    /// Lower estimate of the smallest eigenvalue of `M^-1 K` that the right side sees: half the smallest Ritz value.
    pub smallest: f64,
    pub steps: usize,
}

/// Solves until the residual's norm in `M^-1` has fallen to the fraction `goal` of the right side's. The start is 0, so that a
/// singular but consistent system gives the solution in the range of K.
pub fn solve(
    matrix: &Blocks,
    directions: &DMatrix<f64>,
    preconditioner: &Preconditioner,
    right_side: &DMatrix<f64>,
    goal: f64,
) -> Result<Solution, SimError> {
    let mut a = DMatrix::zeros(right_side.nrows(), right_side.ncols());
    let mut residual = right_side.clone();
    let mut search = preconditioner.apply(&residual);
    let start = residual.dot(&search);
    let mut square = start;
    let (mut lengths, mut ratios) = (vec![], vec![]);
    while square > goal * goal * start && lengths.len() < MAX_STEPS {
        let image = matrix.product(directions, &search);
        let length = square / search.dot(&image);
        if !(length.is_finite() && length > 0.0) {
            // Rounding has met the null space of K: what is reached is judged below.
            break;
        }
        add(&mut a, length, &search);
        add(&mut residual, -length, &image);
        let next = preconditioner.apply(&residual);
        let ratio = residual.dot(&next) / square;
        square *= ratio;
        search *= ratio;
        search += next;
        lengths.push(length);
        ratios.push(ratio);
    }
    let residual = right_side - matrix.product(directions, &a);
    let open = residual.dot(&preconditioner.apply(&residual)).max(0.0);
    if open.is_nan() || open > ACCEPTED * ACCEPTED * start {
        return Err(SimError::failed(format!(
            "conjugate gradients for {} tangent parameters left a relative residual of {:e} after {} steps",
            right_side.len(),
            (open / start).sqrt(),
            lengths.len()
        )));
    }
    let smallest = smallest_ritz_value(&lengths, &ratios)? / 2.0;
    Ok(Solution { a, residual, open, smallest, steps: lengths.len() })
}

/// `to += factor * what`, in one pass.
fn add(to: &mut DMatrix<f64>, factor: f64, what: &DMatrix<f64>) {
    to.as_mut_slice().iter_mut().zip(what.as_slice()).for_each(|(t, w)| *t += factor * w);
}

/// Of the Lanczos matrix that the step lengths and the ratios of the squares spell.
fn smallest_ritz_value(lengths: &[f64], ratios: &[f64]) -> Result<f64, SimError> {
    let count = lengths.len();
    let mut matrix = DMatrix::zeros(count, count);
    for i in 0..count {
        matrix[(i, i)] = 1.0 / lengths[i] + if i > 0 { ratios[i - 1] / lengths[i - 1] } else { 0.0 };
        if i + 1 < count {
            let off = ratios[i].sqrt() / lengths[i];
            (matrix[(i, i + 1)], matrix[(i + 1, i)]) = (off, off);
        }
    }
    let (values, _) =
        symmetric_eigen(&matrix).map_err(|why| SimError::failed(format!("conjugate gradients: {why}")))?;
    Ok(values[0].max(f64::MIN_POSITIVE))
}
