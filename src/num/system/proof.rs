//! Boxes with exactly one solution, by Krawczyk's test, and boxes with at most one.

use super::equations::Equations;
use crate::num::Estimate;
use crate::num::sets::Segment;
use nalgebra::DMatrix;

/// Attempts to find a box that is wide enough.
const ATTEMPTS: u32 = 12;
/// By how much boxes grow from one attempt to the next.
const WIDER: f64 = 4.0;
/// The box without another solution is looked for from so many times `1 + |x|` on, each time so many times narrower.
const WIDEST: f64 = 1.0;
const NARROWER: f64 = 5.0;

/// A solution, proved.
#[derive(Clone, Debug)]
pub struct Proved {
    /// For each unknown the bound of its distance from the point.
    pub errors: Vec<f64>,
    /// The solution lies in this box.
    pub within: Vec<Segment>,
    /// In this box, the largest found, there is no other one.
    pub alone: Vec<Segment>,
    /// Near the inverse of the slopes at the solution.
    pub inverse: DMatrix<f64>,
}

/// The middle of slopes, inverted.
pub fn middle_inverse(slopes: &[Vec<Segment>]) -> Option<DMatrix<f64>> {
    let n = slopes.len();
    let middle = DMatrix::from_fn(n, n, |row, column| 0.5 * slopes[row][column].low + 0.5 * slopes[row][column].high);
    middle.try_inverse().filter(|c| c.iter().all(|x| x.is_finite()))
}

/// `C v`
pub fn applied(inverse: &DMatrix<f64>, values: &[Segment]) -> Vec<Segment> {
    let row = |row: usize| {
        values
            .iter()
            .enumerate()
            .fold(Segment::ZERO, |sum, (k, value)| sum + Segment::exact(inverse[(row, k)]) * *value)
    };
    (0..values.len()).map(row).collect()
}

/// `1 - C J`
pub fn defect(inverse: &DMatrix<f64>, slopes: &[Vec<Segment>]) -> Vec<Vec<Segment>> {
    let n = slopes.len();
    let entry = |row: usize, column: usize| {
        let product = (0..n).fold(Segment::ZERO, |sum, k| sum + Segment::exact(inverse[(row, k)]) * slopes[k][column]);
        (if row == column { Segment::ONE } else { Segment::ZERO }) - product
    };
    (0..n).map(|row| (0..n).map(|column| entry(row, column)).collect()).collect()
}

/// `(1 - C J)(X - c)`
pub fn spread_of(defect: &[Vec<Segment>], offsets: &[Segment]) -> Vec<Segment> {
    let row =
        |row: &Vec<Segment>| row.iter().zip(offsets).fold(Segment::ZERO, |sum, (entry, offset)| sum + *entry * *offset);
    defect.iter().map(row).collect()
}

/// Whether a box has at most one solution, from all slopes on it: if every row of `1 - C J` sums to less than 1, then J is regular, whichever
/// slopes are chosen, and two solutions would differ by a vector that some J takes to 0.
pub fn at_most_one(inverse: &DMatrix<f64>, slopes: &[Vec<Segment>]) -> bool {
    defect(inverse, slopes).iter().all(|row| {
        let sum = row.iter().fold(Segment::ZERO, |sum, entry| sum + Segment::exact(entry.magnitude()));
        sum.high < 1.0
    })
}

/// Krawczyk's test around a point c where the equations have these values: with C near the inverse of the slopes,
/// `K(X) = c - C f(c) + (1 - C J(X)) (X - c)`. If K(X) lies inside X, there is exactly one solution in X, and it lies in K(X).
pub fn proved(equations: &mut dyn Equations, point: &[f64], value: &[Estimate]) -> Option<Proved> {
    let exact: Vec<Segment> = point.iter().map(|x| Segment::exact(*x)).collect();
    let inverse = middle_inverse(&equations.slopes(&exact, true)?)?;
    let residual: Vec<Segment> = value.iter().map(|x| Segment::of(*x)).collect::<Option<_>>()?;
    let shift = applied(&inverse, &residual);
    let around = |radius: &[f64]| -> Vec<Segment> {
        point.iter().zip(radius).map(|(x, r)| Segment::exact(*x) + Segment { low: -r, high: *r }).collect()
    };
    // |K(X) - c| for X = c +- radius.
    let mut image = |radius: &[f64]| -> Option<Vec<f64>> {
        let slopes = equations.slopes(&around(radius), true)?;
        let offsets: Vec<Segment> = radius.iter().map(|r| Segment { low: -r, high: *r }).collect();
        let spread = spread_of(&defect(&inverse, &slopes), &offsets);
        Some(spread.iter().zip(&shift).map(|(spread, shift)| (*spread - *shift).magnitude()).collect())
    };
    let holds = |image: &[f64], radius: &[f64]| image.iter().zip(radius).all(|(k, r)| k < r);
    let mut radius: Vec<f64> =
        shift.iter().zip(point).map(|(s, x)| 2.0 * s.magnitude() + 1e-15 * (1.0 + x.abs())).collect();
    let mut errors = None;
    for _ in 0..ATTEMPTS {
        match image(&radius) {
            Some(inside) if holds(&inside, &radius) => {
                errors = Some(inside);
                break;
            }
            _ => radius.iter_mut().for_each(|r| *r *= WIDER),
        }
    }
    // Once more on the smaller box, which holds the solution.
    let mut errors = errors?;
    if let Some(sharper) = image(&errors) {
        errors = errors.iter().zip(&sharper).map(|(a, b)| a.min(*b)).collect();
    }
    let mut wide = radius.clone();
    let mut tried: Vec<f64> = point.iter().map(|x| WIDEST * (1.0 + x.abs())).collect();
    while tried.iter().zip(&radius).all(|(wider, known)| wider > known) {
        if image(&tried).is_some_and(|inside| holds(&inside, &tried)) {
            wide = tried;
            break;
        }
        tried.iter_mut().for_each(|r| *r /= NARROWER);
    }
    // Ends are rounded by less than this share.
    let alone = point.iter().zip(&wide).map(|(x, r)| Segment { low: x - r * 0.999, high: x + r * 0.999 }).collect();
    Some(Proved { within: around(&errors), errors, alone, inverse })
}
