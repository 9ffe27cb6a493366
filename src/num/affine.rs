//! The zero of an affine map that can only be evaluated. Its matrix is assembled and inverted; the residual verifies the zero, and the
//! inverse turns the residual into a bound.

use super::Estimate;
use nalgebra::{DMatrix, DVector};

/// Highest number of corrections by the residual. Each gains as many digits as the matrix is known to.
const MOST_CORRECTIONS: u32 = 4;

/// If `inverse * matrix` is farther than this from the identity, the matrix counts as singular.
const FAR: f64 = 0.5;

/// Why there is no zero.
#[derive(Clone, Debug, PartialEq)]
pub enum AffineError<E> {
    /// The map itself failed.
    Map(E),
    /// This component has no finite value.
    NotFinite(usize),
    /// The matrix is singular, or cannot be told from a singular one.
    Singular,
    /// The values of this component are not those of an affine map.
    NotAffine(usize),
}

/// Values of the map at a point, one for each component.
pub type Map<'f, E> = &'f mut dyn FnMut(&[f64]) -> Result<Vec<Estimate>, E>;

/// The point u with `f(u) = 0`, where `f(u) = A u + f(0)` with n components in n variables; costs n + 2 evaluations of `f`, and a few
/// more where the first solution leaves a residual.
///
/// With C the inverse of the computed A and v the point found, `u - v = -A^-1 f(v)`, so that
/// `|u - v| <= |C f(v)| + d/(1-d) max |C f(v)|`, d the row-sum norm of `C A - 1` over all matrices within the bounds of A.
pub fn affine_zero<E>(n: usize, f: Map<E>) -> Result<Vec<Estimate>, AffineError<E>> {
    let mut at = |point: &DVector<f64>| -> Result<Vec<Estimate>, AffineError<E>> {
        let value = f(point.as_slice()).map_err(AffineError::Map)?;
        match value.iter().position(|x| !x.is_finite()) {
            Some(component) => Err(AffineError::NotFinite(component)),
            None => Ok(value),
        }
    };
    let origin = at(&DVector::zeros(n))?;
    let mut columns = vec![];
    for variable in 0..n {
        let unit = DVector::from_fn(n, |row, _| if row == variable { 1.0 } else { 0.0 });
        let value = at(&unit)?;
        columns.push((0..n).map(|row| value[row] - origin[row]).collect::<Vec<Estimate>>());
    }
    let matrix = DMatrix::from_fn(n, n, |row, column| columns[column][row].value);
    let inverse =
        matrix.clone().try_inverse().filter(|c| c.iter().all(|x| x.is_finite())).ok_or(AffineError::Singular)?;
    let size = inverse.abs();
    let radius = DMatrix::from_fn(n, n, |row, column| columns[column][row].abs_err);
    // Rounding of the product: n + 2 units in the last place of the sum of magnitudes.
    let rounding = (n as f64 + 2.0) * f64::EPSILON;
    let off = (&inverse * &matrix - DMatrix::identity(n, n)).abs() + &size * radius + &size * matrix.abs() * rounding;
    let distance = off.row_iter().map(|row| row.sum()).fold(0.0, f64::max) * (1.0 + rounding);
    if distance.is_nan() || distance > FAR {
        return Err(AffineError::Singular);
    }
    let middle = |values: &[Estimate]| DVector::from_iterator(n, values.iter().map(|x| x.value));
    let mut point = -(&inverse * middle(&origin));
    let mut residual = at(&point)?;
    for row in 0..n {
        let products = columns.iter().zip(point.iter()).map(|(column, x)| column[row] * Estimate::exact(*x));
        let predicted = products.fold(origin[row], |sum, product| sum + product);
        if !(residual[row] - predicted).contains(0.0) {
            return Err(AffineError::NotAffine(row));
        }
    }
    let mut error = bound(&size, &inverse, &residual, distance);
    for _ in 0..MOST_CORRECTIONS {
        // The residual may be 0 within its error, so that a further correction gains nothing.
        if residual.iter().all(|x| x.contains(0.0)) {
            break;
        }
        let next = &point - &inverse * middle(&residual);
        let left = at(&next)?;
        let better = bound(&size, &inverse, &left, distance);
        if better.max() >= error.max() {
            break;
        }
        let settled = better.max() > 0.5 * error.max();
        (point, residual, error) = (next, left, better);
        if settled {
            break;
        }
    }
    Ok(point.iter().zip(error.iter()).map(|(x, error)| Estimate::new(*x, *error)).collect())
}

/// Bounds on the distance from the zero, one for each component.
fn bound(size: &DMatrix<f64>, inverse: &DMatrix<f64>, residual: &[Estimate], distance: f64) -> DVector<f64> {
    let n = residual.len();
    let slack = 1.0 + (n as f64 + 4.0) * f64::EPSILON;
    let values = DVector::from_iterator(n, residual.iter().map(|x| x.value));
    let errors =
        DVector::from_iterator(n, residual.iter().map(|x| x.abs_err + slack * f64::EPSILON * n as f64 * x.value.abs()));
    let step = (inverse * values).abs() + size * errors;
    let rest = distance / (1.0 - distance) * step.max();
    step.map(|x| (x + rest) * slack)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `rows * u - right`, with the error that rounding makes.
    fn map(rows: &[&[f64]], right: &[f64]) -> impl FnMut(&[f64]) -> Result<Vec<Estimate>, String> {
        let (rows, right): (Vec<Vec<f64>>, Vec<f64>) = (rows.iter().map(|r| r.to_vec()).collect(), right.to_vec());
        move |u| {
            let row = |(row, right): (&Vec<f64>, &f64)| {
                row.iter()
                    .zip(u)
                    .fold(-Estimate::exact(*right), |s, (a, x)| s + Estimate::exact(*a) * Estimate::exact(*x))
            };
            Ok(rows.iter().zip(&right).map(row).collect())
        }
    }

    #[track_caller]
    fn solves(rows: &[&[f64]], right: &[f64], truth: &[f64], relative: f64) {
        let found = affine_zero(right.len(), &mut map(rows, right)).unwrap();
        for (x, truth) in found.iter().zip(truth) {
            assert!(x.contains(*truth) && x.abs_err <= relative * truth.abs().max(1e-300), "{found:?} {truth}");
        }
    }

    #[test]
    fn small_systems() {
        solves(&[&[2.0]], &[3.0], &[1.5], 1e-15);
        solves(&[&[1.0, 1.0], &[1.0, -1.0]], &[3.0, 1.0], &[2.0, 1.0], 1e-14);
        solves(&[&[0.0, 1.0], &[1.0, 0.0]], &[7.0, 9.0], &[9.0, 7.0], 1e-14);
        // Coefficients far below the constants: the matrix is a difference of values near 1.
        solves(&[&[1e-8]], &[1.0], &[1e8], 1e-13);
        solves(&[&[1e-7, 0.0], &[0.0, 1e6]], &[1.0, 1.0], &[1e7, 1e-6], 1e-6);
        // Hilbert's matrix of order 6 has condition number 1.5e7; its inverse has whole entries.
        let rows: Vec<Vec<f64>> = (0..6).map(|i| (0..6).map(|j| 27720.0 / f64::from(i + j + 1)).collect()).collect();
        let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let first = [36.0, -630.0, 3360.0, -7560.0, 7560.0, -2772.0];
        solves(&rows, &[27720.0, 0.0, 0.0, 0.0, 0.0, 0.0], &first, 1e-6);
    }

    #[test]
    fn what_has_no_zero_is_an_error() {
        let fails = |rows: &[&[f64]], right: &[f64]| affine_zero(right.len(), &mut map(rows, right)).unwrap_err();
        assert_eq!(fails(&[&[0.0]], &[1.0]), AffineError::Singular);
        assert_eq!(fails(&[&[1.0, 2.0], &[2.0, 4.0]], &[1.0, 2.0]), AffineError::Singular);
        assert_eq!(fails(&[&[1.0, 3.0], &[1.0 / 3.0, 1.0]], &[1.0, 2.0]), AffineError::Singular);
        assert_eq!(fails(&[&[1.0, 2.0], &[2.0, f64::INFINITY]], &[1.0, 2.0]), AffineError::NotFinite(1));
        let mut square =
            |u: &[f64]| -> Result<Vec<Estimate>, String> { Ok(vec![Estimate::exact(2.0 * u[0] + u[0] * u[0] - 2.0)]) };
        assert_eq!(affine_zero(1, &mut square), Err(AffineError::NotAffine(0)));
        let mut broken = |_: &[f64]| Err("no value".to_string());
        assert_eq!(affine_zero(1, &mut broken), Err(AffineError::Map("no value".to_string())));
    }
}
