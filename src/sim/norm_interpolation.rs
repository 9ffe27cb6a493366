//! Moments of many neurons from those at a few norms.
//!
//! Every moment of one neuron is analytic in its norm r > 0, whatever the activation, since r scales the normal density:
//! `E F(rG) = int F(t) p(t/r) dt/r`. Norms of Gaussian rows spread by 1/sqrt(2d) about 1, so a polynomial of low degree through
//! Chebyshev points is exact to rounding. Its degree doubles until the points of half the degree predict the others.

use super::SimError;
use super::gaussian_moments::Raw;
use nalgebra::DMatrix;

/// Degrees tried.
const DEGREES: [usize; 3] = [16, 32, 64];
/// Agreement asked of the prediction, relative to the largest value (of coefficients: to the root mean square).
const AGREEMENT: f64 = 1e-13;

/// Moments at Chebyshev points of a range of norms.
pub(super) struct Interpolation {
    points: Vec<f64>,
    table: DMatrix<f64>,
    /// Of an interpolated coefficient.
    coefficient_error: f64,
}

impl Interpolation {
    /// Between two norms, from the moments at given ones; `None` if no degree is enough.
    pub fn new(
        (smallest, largest): (f64, f64),
        moments: impl Fn(&[f64]) -> Result<Raw, SimError>,
    ) -> Result<Option<Interpolation>, SimError> {
        for degree in DEGREES {
            let points = chebyshev_points(smallest, largest, degree);
            let raw = moments(&points)?;
            let table = table(&raw);
            let (kept, skipped): (Vec<usize>, Vec<usize>) = (0..=degree).partition(|i| i % 2 == 0);
            let at = |places: &[usize]| places.iter().map(|i| points[*i]).collect::<Vec<f64>>();
            let predicted = basis(&at(&kept), &at(&skipped)) * table.select_rows(&kept);
            let root = raw.squares.iter().fold(0.0_f64, |a, b| a.max(*b)).sqrt();
            let differences = (predicted - table.select_rows(&skipped)).abs();
            let relative = differences.column_iter().enumerate().map(|(n, column)| {
                let scale = if n < raw.coefficients.ncols() { root } else { table.column(n).amax() };
                if column.amax() == 0.0 { 0.0 } else { column.amax() / scale }
            });
            let difference = relative.fold(0.0, f64::max);
            // A NaN, where there is no such moment, leaves every neuron to itself.
            if difference <= AGREEMENT {
                // The sum of magnitudes of the basis is below 4 at these degrees.
                let coefficient_error = 4.0 * raw.coefficient_error + difference * root;
                return Ok(Some(Interpolation { points, table, coefficient_error }));
            }
            if difference.is_nan() {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// Numbers held.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// At norms within the range.
    pub fn at(&self, norms: &[f64]) -> Raw {
        from_table(&(basis(&self.points, norms) * &self.table), self.coefficient_error)
    }
}

/// Ends and extrema of the Chebyshev polynomial of this degree: every second point belongs to half the degree.
fn chebyshev_points(low: f64, high: f64, degree: usize) -> Vec<f64> {
    let angle = |i: usize| std::f64::consts::PI * i as f64 / degree as f64;
    (0..=degree).map(|i| ((low + high) / 2.0 - (high - low) / 2.0 * angle(i).cos()).clamp(low, high)).collect()
}

/// Lagrange polynomials of Chebyshev points (columns) at the given places (rows), by the barycentric formula.
fn basis(points: &[f64], places: &[f64]) -> DMatrix<f64> {
    let last = points.len() - 1;
    let weight = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 } * if i == 0 || i == last { 0.5 } else { 1.0 };
    let mut basis = DMatrix::zeros(places.len(), points.len());
    for (mut row, place) in basis.row_iter_mut().zip(places) {
        if let Some(hit) = points.iter().position(|point| point == place) {
            row[hit] = 1.0;
            continue;
        }
        for (i, point) in points.iter().enumerate() {
            row[i] = weight(i) / (place - point);
        }
        let sum = row.sum();
        row /= sum;
    }
    basis
}

/// One row per norm: coefficients, then the other moments.
fn table(raw: &Raw) -> DMatrix<f64> {
    let (count, terms) = raw.coefficients.shape();
    DMatrix::from_fn(count, terms + 5, |j, n| match n.checked_sub(terms) {
        None => raw.coefficients[(j, n)],
        Some(0) => raw.squares[j],
        Some(1) => raw.energies[j],
        Some(i) => raw.weighted[j][i - 2],
    })
}

fn from_table(values: &DMatrix<f64>, coefficient_error: f64) -> Raw {
    let terms = values.ncols() - 5;
    let column = |i: usize| values.column(terms + i).iter().copied().collect::<Vec<f64>>();
    let weighted = values.row_iter().map(|row| [row[terms + 2], row[terms + 3], row[terms + 4]]).collect();
    Raw {
        coefficients: values.columns(0, terms).into_owned(),
        squares: column(0),
        energies: column(1),
        weighted,
        coefficient_error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Activation;
    use crate::sim::gaussian_moments::neurons;

    /// Against the quadrature of each neuron by itself, with kinks and without; counts how often that is asked.
    #[test]
    fn it_agrees_with_every_neuron_by_itself() {
        let norms: Vec<f64> = (0..300).map(|i| 0.7 + 0.6 * f64::from(i * i % 301) / 301.0).collect();
        for activation in [Activation::Gelu, Activation::Tanh, Activation::Relu, Activation::Softplus] {
            let asked = std::cell::Cell::new(0);
            let alone = |norms: &[f64]| {
                asked.set(asked.get() + norms.len());
                neurons(&activation, 0, norms, 30, 0.375)
            };
            let raw = Interpolation::new((0.7, 1.3), alone).unwrap().unwrap().at(&norms);
            assert!(asked.get() <= 17 + 33, "{activation}: {} quadratures", asked.get());
            let direct = alone(&norms).unwrap();
            assert!(raw.coefficient_error < 1e-12, "{activation}: {:e}", raw.coefficient_error);
            let off = (&raw.coefficients - &direct.coefficients).amax();
            assert!(off <= raw.coefficient_error + direct.coefficient_error, "{activation}: {off:e}");
            let off = (table(&raw) - table(&direct)).amax();
            assert!(off < 1e-12, "{activation}: {off:e}");
        }
    }

    /// `|r - 1|` is no analytic function of the norm: it is left to the neurons.
    #[test]
    fn what_is_not_smooth_is_refused() {
        let moments = |norms: &[f64]| {
            let ones = vec![1.0; norms.len()];
            Ok(Raw {
                coefficients: DMatrix::from_fn(norms.len(), 3, |j, _| (norms[j] - 1.0).abs()),
                squares: ones.clone(),
                energies: ones.clone(),
                weighted: vec![[1.0; 3]; ones.len()],
                coefficient_error: 0.0,
            })
        };
        assert!(Interpolation::new((0.5, 1.5), moments).unwrap().is_none());
        assert!(Interpolation::new((1.0, 1.5), moments).unwrap().is_some());
    }
}
