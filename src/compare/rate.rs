//! How a positive mean falls or grows with the size: the exponent left over when its claimed shape is divided out.

use super::moments::Moments;
use super::quantile::{chi_squared_tail, student_two_sided};
use nalgebra::{DMatrix, DVector};

/// The observable at one size, and the claimed shape there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateSize {
    pub dim: usize,
    pub moments: Moments,
    /// Shape of the mean up to a constant, e.g. `d^-1/2`; positive.
    pub shape: f64,
}

/// `ln(mean / shape) = a + s ln d + c d^-r`: a right shape leaves `s = 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateFit {
    /// s with all sizes.
    pub exponent: f64,
    /// Standard error of s.
    pub standard_error: f64,
    /// a, where ln d is counted from the smallest size.
    pub level: f64,
    /// c, where d is counted in units of the smallest size.
    pub curvature: f64,
    /// Hull of the intervals of s with all sizes and without the smallest.
    pub interval: [f64; 2],
    /// The smaller of the two fits' own chi-squared tail probabilities.
    pub chi_squared_p: f64,
}

/// Fits the exponent at two-sided level `alpha`, the next order being `d^-rate` relative. `sizes` in increasing order.
/// None for fewer than five sizes, for values that are not positive, or a singular fit.
pub fn compare_rate(sizes: &[RateSize], rate: f64, alpha: f64) -> Option<RateFit> {
    let positive = |s: &RateSize| s.moments.count > 1 && s.moments.mean > 0.0 && s.shape > 0.0 && s.shape.is_finite();
    if sizes.len() < 5 || !sizes.iter().all(positive) {
        return None;
    }
    let full = fit(sizes, rate, alpha)?;
    let reduced = fit(&sizes[1..], rate, alpha)?;
    let ([a, b], [c, d]) = (full.interval, reduced.interval);
    let chi_squared_p = full.chi_squared_p.min(reduced.chi_squared_p);
    Some(RateFit { interval: [a.min(c), b.max(d)], chi_squared_p, ..full })
}

impl RateFit {
    /// The mean that the fit gives at a size, with this exponent in place of its own. `base` is the smallest size.
    pub fn mean(&self, dim: usize, base: usize, shape: f64, exponent: f64, rate: f64) -> f64 {
        let ratio = dim as f64 / base as f64;
        shape * (self.level + exponent * ratio.ln() + self.curvature * ratio.powf(-rate)).exp()
    }
}

fn fit(sizes: &[RateSize], rate: f64, alpha: f64) -> Option<RateFit> {
    let count = sizes.len();
    let base = sizes[0].dim as f64;
    // Delta method: the logarithm of a mean has the relative standard error. Exact values keep a floor, so that weights are finite.
    let errors: Vec<f64> = sizes.iter().map(|s| (s.moments.standard_error() / s.moments.mean).max(1e-12)).collect();
    let design = DMatrix::from_fn(count, 3, |i, j| {
        let ratio = sizes[i].dim as f64 / base;
        [1.0, ratio.ln(), ratio.powf(-rate)][j] / errors[i]
    });
    let right = DVector::from_fn(count, |i, _| (sizes[i].moments.mean / sizes[i].shape).ln() / errors[i]);
    let decomposition = design.clone().svd(true, true);
    if decomposition.singular_values.min() < 1e-12 * decomposition.singular_values.max() {
        return None;
    }
    let inverse = decomposition.pseudo_inverse(0.0).ok()?;
    let solution = &inverse * &right;
    let residual = (&design * &solution - &right).norm_squared();
    let variance: f64 = inverse.row(1).norm_squared();
    let spread: f64 = (0..count).map(|i| inverse[(1, i)].powi(4) / (sizes[i].moments.count - 1) as f64).sum();
    let half = student_two_sided(alpha, variance * variance / spread) * variance.sqrt();
    Some(RateFit {
        exponent: solution[1],
        standard_error: variance.sqrt(),
        level: solution[0],
        curvature: solution[2],
        interval: [solution[1] - half, solution[1] + half],
        chi_squared_p: chi_squared_tail(residual, (count - 3) as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(mean: impl Fn(f64) -> f64, shape: impl Fn(f64) -> f64) -> Vec<RateSize> {
        let one = |dim: usize| {
            let d = dim as f64;
            let spread = 0.02 * mean(d);
            RateSize {
                dim,
                moments: Moments { count: 400, mean: mean(d), squares: 399.0 * spread * spread },
                shape: shape(d),
            }
        };
        [24, 40, 64, 96, 144].map(one).to_vec()
    }

    #[test]
    fn the_exponent_left_over_is_found_whatever_the_next_order() {
        for (power, left) in [(-0.5, 0.0), (-0.25, 0.25), (-1.0, -0.5)] {
            let found = compare_rate(&sizes(|d| 3.0 * d.powf(power), |d| d.powf(-0.5)), 0.5, 1e-3).unwrap();
            assert!((found.exponent - left).abs() < 1e-9, "{found:?}");
            assert!(found.interval[0] < left && left < found.interval[1] && found.chi_squared_p > 0.99);
            let mean = found.mean(64, 24, 64f64.powf(-0.5), found.exponent, 0.5);
            assert!((mean / (3.0 * 64f64.powf(power)) - 1.0).abs() < 1e-9);
        }
        let corrected = sizes(|d| d.powf(-0.5) * (0.4 / d.sqrt()).exp(), |d| d.powf(-0.5));
        assert!(compare_rate(&corrected, 0.5, 1e-3).unwrap().exponent.abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_fitted_is_none() {
        let good = sizes(|d| 1.0 / d, |d| 1.0 / d);
        assert!(compare_rate(&good[..4], 1.0, 1e-3).is_none());
        assert!(compare_rate(&sizes(|d| -1.0 / d, |d| 1.0 / d), 1.0, 1e-3).is_none());
        assert!(compare_rate(&sizes(|d| 1.0 / d, |_| 0.0), 1.0, 1e-3).is_none());
    }
}
