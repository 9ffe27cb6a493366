//! Exponentials of a symmetric matrix applied to vectors, by Chebyshev series: products with vectors alone, no eigenproblem.
//!
//! For `0 <= A <= top` and times t both `e^{-tA} x` and `(1 - e^{-tA})/A y = int_0^t e^{-sA} y ds` are sums of `T_k(2A/top - 1)`
//! applied to x and y, with coefficients that fall faster than geometrically once `k^2 > t top`.

use super::linear_algebra::dot;
use super::panels;
use super::wide::{Loop, widest};
use nalgebra::{DMatrix, DVector};
use std::f64::consts::PI;

/// Bound on what is left out of a series, relative to its value at zero.
const TRUNCATION: f64 = 1e-17;
/// Most terms of a series: rounding grows with their square.
const MOST_TERMS: usize = 150;
/// Columns of the matrix whose products with vectors are one task.
const COLUMNS: usize = 64;

/// An upper bound on the eigenvalues by magnitude: the largest row sum of magnitudes, or the Frobenius norm if that is less.
pub fn eigenvalue_bound(matrix: &DMatrix<f64>) -> f64 {
    let rows = matrix.column_iter().map(|column| column.lp_norm(1)).fold(0.0, f64::max);
    // The sums are rounded; a part in 10^12 is more than that and costs nothing.
    rows.min(matrix.norm()) * (1.0 + 1e-12)
}

/// `A x` for a symmetric matrix and several vectors (as columns). The bits of a product do not depend on what other vectors there
/// are, nor on the number of threads.
pub fn products(matrix: &DMatrix<f64>, vectors: &DMatrix<f64>) -> DMatrix<f64> {
    let (size, count) = vectors.shape();
    // Row i of this array is computed from column i of the matrix, which is read only once.
    let mut rows = DMatrix::zeros(count, size);
    let columns = if size <= 2 * COLUMNS { size } else { COLUMNS };
    panels::for_each(&mut rows, columns, |first, rows| {
        for (i, row) in rows.chunks_exact_mut(count).enumerate() {
            let entries = &matrix.as_slice()[(first + i) * size..][..size];
            widest(Dots { entries, vectors: vectors.as_slice(), row });
        }
    });
    rows.transpose()
}

/// Rounding error of an entry of [`products`] per unit of `|A| |x|`, all by magnitude.
pub fn product_rounding(size: usize) -> f64 {
    // Eight running sums, then their sum.
    (size as f64 / 8.0 + 8.0) * f64::EPSILON
}

struct Dots<'a> {
    entries: &'a [f64],
    vectors: &'a [f64],
    row: &'a mut [f64],
}

impl Loop for Dots<'_> {
    #[inline(always)]
    fn run(self) {
        for (value, vector) in self.row.iter_mut().zip(self.vectors.chunks_exact(self.entries.len())) {
            *value = dot(self.entries, vector);
        }
    }
}

/// The terms that the series of `e^{-t u}` on `[0, top]` needs; None if more than [`MOST_TERMS`].
///
/// With `a = t top/2` and any `r > 1` the coefficients beyond k are together at most `2 r^-k/(r - 1) e^{a (r - 1)^2/(2 r)}` (the
/// function is bounded on the ellipse of sum of half axes r); here r is where that is least. The same holds of `int_0^t`, times t.
pub fn terms(time: f64, top: f64) -> Option<usize> {
    let a = time * top / 2.0;
    if a < TRUNCATION {
        // The function is constant up to rounding, so one term is enough.
        return Some(1);
    }
    let left_out = |k: usize| {
        let share = k as f64 / a;
        let r = share + (1.0 + share * share).sqrt();
        2.0_f64.ln() - k as f64 * r.ln() - (r - 1.0).ln() + a * (r - 1.0) * (r - 1.0) / (2.0 * r)
    };
    (1..MOST_TERMS).find(|k| left_out(*k) <= TRUNCATION.ln()).map(|k| k + 1)
}

/// Coefficients of `e^{-t u}` and of `(1 - e^{-t u})/u` on `[0, top]`: `[kept, gained]` for each k, that of k = 0 halved.
fn coefficients(time: f64, top: f64, terms: usize) -> Vec<[f64; 2]> {
    // Gauss-Chebyshev points: exact up to coefficients from 2 points - terms on, which are left out anyway.
    let points = terms + 1;
    let cosine = |quarter: usize| (PI * (quarter % (4 * points)) as f64 / (2 * points) as f64).cos();
    let cosines: Vec<f64> = (0..4 * points).map(cosine).collect();
    let values: Vec<[f64; 2]> = (0..points)
        .map(|j| {
            let u = top / 2.0 * (1.0 + cosines[2 * j + 1]);
            let gained = if u == 0.0 { time } else { -(-time * u).exp_m1() / u };
            [(-time * u).exp(), gained]
        })
        .collect();
    let coefficient = |k: usize| {
        let mut sums = [0.0; 2];
        for (j, values) in values.iter().enumerate() {
            let cosine = cosines[k * (2 * j + 1) % (4 * points)];
            sums[0] += values[0] * cosine;
            sums[1] += values[1] * cosine;
        }
        let factor = if k == 0 { 1.0 } else { 2.0 } / points as f64;
        sums.map(|sum| factor * sum)
    };
    (0..terms).map(coefficient).collect()
}

/// `e^{-tA} x` and `(1 - e^{-tA})/A y` at several times.
pub struct Exponentials {
    /// A column for each time.
    pub kept: DMatrix<f64>,
    pub gained: DMatrix<f64>,
    /// Bounds on the error of a column of `kept` per unit of `|x|`, and of `gained` per unit of `|y|`, for each time.
    pub errors: Vec<[f64; 2]>,
}

/// For a symmetric matrix with eigenvalues in `[0, top]`, where `top` is its [`eigenvalue_bound`], and times `>= 0` with the terms
/// that they need. The columns of a time do not depend on the other times.
pub fn exponentials(
    matrix: &DMatrix<f64>,
    top: f64,
    (x, y): (&DVector<f64>, &DVector<f64>),
    times: &[(f64, usize)],
) -> Exponentials {
    let size = matrix.nrows();
    let series: Vec<Vec<[f64; 2]>> = times.iter().map(|(time, terms)| coefficients(*time, top, *terms)).collect();
    let mut out = Exponentials {
        kept: DMatrix::zeros(size, times.len()),
        gained: DMatrix::zeros(size, times.len()),
        errors: Vec::new(),
    };
    let mut before = DMatrix::zeros(size, 2);
    let mut now = DMatrix::from_columns(&[x.clone_owned(), y.clone_owned()]);
    for k in 0..series.iter().map(Vec::len).max().unwrap_or(0) {
        if k > 0 {
            // T_1 = X, T_{k+1} = 2 X T_k - T_{k-1}.
            let mut next = products(matrix, &now) * (2.0 / top) - &now;
            if k > 1 {
                next = next * 2.0 - before;
            }
            before = std::mem::replace(&mut now, next);
        }
        for (time, series) in series.iter().enumerate() {
            let Some([kept, gained]) = series.get(k) else { continue };
            out.kept.column_mut(time).axpy(*kept, &now.column(0), 1.0);
            out.gained.column_mut(time).axpy(*gained, &now.column(1), 1.0);
        }
    }
    // An error of one step of the recurrence reaches the sum k^2/2 times at most; all coefficients are at most the value at zero in
    // sum. A row of |A||T_k x| is at most top |T_k x| in norm.
    let step = 4.0 * product_rounding(size) + 8.0 * f64::EPSILON;
    out.errors = times
        .iter()
        .zip(&series)
        .map(|((time, _), series)| {
            let terms = series.len() as f64;
            let error = step * (1.0 + terms * terms / 2.0) + terms * f64::EPSILON * 4.0 + 2.0 * TRUNCATION;
            [error, error * time]
        })
        .collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::linear_algebra::symmetric_eigen;
    use crate::testing::gaussian;

    /// `e^{-t u} = e^{-a} (I_0(a) - 2 I_1(a) x + 2 I_2(a) x^2 ...)`; Bessel functions from their power series.
    #[test]
    fn coefficients_are_those_of_bessel_functions() {
        let (time, top) = (1.5, 4.0);
        let a: f64 = time * top / 2.0;
        let bessel = |k: i32| {
            let mut term = (a / 2.0).powi(k) / (1..=k).map(f64::from).product::<f64>();
            let mut sum = 0.0;
            for n in 1..60 {
                sum += term;
                term *= a * a / 4.0 / f64::from(n) / f64::from(n + k);
            }
            sum
        };
        let terms = terms(time, top).unwrap();
        for (k, [kept, _]) in coefficients(time, top, terms).iter().enumerate() {
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let expected = if k == 0 { 1.0 } else { 2.0 * sign } * (-a).exp() * bessel(k as i32);
            assert!((kept - expected).abs() < 4e-16, "{k}: {kept} {expected}");
        }
    }

    /// Beyond the chosen terms nothing is left that counts, and not many more are taken than that needs.
    #[test]
    fn terms_are_enough_and_not_many_more() {
        assert!(terms(5000.0, 2.0).is_none() && terms(1e300, 1e300).is_none());
        for a in [0.0, 1e-300, 1e-16, 1e-3, 0.5, 5.0, 50.0, 200.0] {
            let terms = terms(a, 2.0).unwrap();
            let series = coefficients(a, 2.0, terms);
            assert_eq!(series.len(), terms);
            let small = series.iter().rposition(|[kept, _]| kept.abs() > 1e-15).unwrap();
            assert!(small < terms && terms <= small + 12 + small / 2, "{a}: {terms} terms, {small} matter");
        }
    }

    #[test]
    fn exponentials_are_those_by_eigenvectors_within_the_bound() {
        for (size, columns) in [(1, 3), (7, 3), (40, 60), (200, 90)] {
            let g = gaussian("chebyshev", size, columns, 0);
            let matrix = &g * g.transpose() / columns as f64;
            let vectors = gaussian("chebyshev", size, 2, 1);
            let (x, y) = (vectors.column(0).into_owned(), vectors.column(1).into_owned());
            let (values, basis) = symmetric_eigen(&matrix).unwrap();
            let top = eigenvalue_bound(&matrix);
            assert!(values.max() <= top);
            let times = [0.0, 0.01, 1.0, 10.0].map(|time| (time, terms(time, top).unwrap()));
            let found = exponentials(&matrix, top, (&x, &y), &times);
            for (k, (time, _)) in times.into_iter().enumerate() {
                let by =
                    |f: &dyn Fn(f64) -> f64, v: &DVector<f64>| &basis * values.map(f).component_mul(&basis.tr_mul(v));
                let kept = by(&|u| (-time * u).exp(), &x);
                let gained = by(&|u| if u.abs() < 1e-12 { time } else { -(-time * u).exp_m1() / u }, &y);
                let errors = found.errors[k];
                assert!(errors[0] < 1e-9, "{errors:?}");
                let off = [(found.kept.column(k) - kept).norm(), (found.gained.column(k) - gained).norm()];
                assert!(off[0] <= errors[0] * x.norm() && off[1] <= errors[1] * y.norm() + 1e-15, "{off:?} {errors:?}");
            }
        }
    }

    #[test]
    fn a_time_is_the_same_whatever_the_others() {
        let g = gaussian("chebyshev", 150, 80, 2);
        let matrix = &g * g.transpose() / 80.0;
        let vectors = gaussian("chebyshev", 150, 2, 3);
        let (x, y) = (vectors.column(0).into_owned(), vectors.column(1).into_owned());
        let top = eigenvalue_bound(&matrix);
        let with = |time: f64| (time, terms(time, top).unwrap());
        let together = exponentials(&matrix, top, (&x, &y), &[0.1, 2.0, 7.0].map(with));
        let alone = exponentials(&matrix, top, (&x, &y), &[with(2.0)]);
        assert_eq!(together.kept.column(1), alone.kept.column(0));
        assert_eq!(together.gained.column(1), alone.gained.column(0));
    }
}
