//! Extrapolation of gaps to infinite size: weighted fits of `L + b d^-r + c d^-2r` and their interval for L.
//! The statistics are described in `theory/METHOD.md`.

use super::moments::Moments;
use super::quantile::{chi_squared_tail, student_two_sided};
use nalgebra::{DMatrix, DVector};

/// Variance below which a sample carries no noise but rounding.
pub const NOISELESS_VARIANCE: f64 = 1e-20;

/// Relative agreement asked of a cell without noise.
pub const NOISELESS_TOLERANCE: f64 = 1e-9;

/// Probability with which the fit's own chi-squared rejects a true form.
pub const FORM_LEVEL: f64 = 1e-3;

/// One-sided normal quantile of the 95 % power behind the smallest detectable error.
const POWER_QUANTILE: f64 = 1.645;

/// The gap (sample minus limit at the same size) at one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeGap {
    pub dim: usize,
    /// Moments of the gap: those of the sample, shifted by the limit.
    pub gap: Moments,
    /// Scale of the observable, for the tolerance of cells without noise.
    pub scale: f64,
    /// Bound on the error of the limit and of the simulated value's numerics.
    pub abs_err: f64,
}

/// One weighted least-squares fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// L, the gap at infinite size.
    pub limit: f64,
    /// b and c.
    pub first: f64,
    pub second: f64,
    /// Standard error of L.
    pub standard_error: f64,
    /// Degrees of freedom of that standard error (Satterthwaite).
    pub freedom: f64,
    /// t quantile at the cell's level.
    pub quantile: f64,
    /// Upper tail probability of the residual chi-squared.
    pub chi_squared_p: f64,
}

impl Fit {
    fn interval(&self) -> [f64; 2] {
        let half = self.quantile * self.standard_error;
        [self.limit - half, self.limit + half]
    }
}

/// Both fits and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitted {
    /// With all sizes.
    pub full: Fit,
    /// Without the smallest size.
    pub reduced: Fit,
    /// Hull of the two intervals, widened by the numerical error.
    pub interval: [f64; 2],
    /// What the interval's half-width adds to the margin in the smallest detectable error.
    pub resolution: f64,
}

impl Fitted {
    /// Smallest error of the formula that would have been found with 95 % power.
    pub fn detectable(&self, margin: f64) -> f64 {
        margin + self.resolution
    }

    /// Whether a fit's chi-squared rejects the assumed rate or order.
    pub fn form_rejected(&self) -> bool {
        self.full.chi_squared_p < FORM_LEVEL || self.reduced.chi_squared_p < FORM_LEVEL
    }
}

/// A cell without noise: compared size by size, nothing is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quiet {
    /// Largest |gap| over the sizes, and its dimension.
    pub worst: f64,
    pub worst_dim: usize,
    /// Signed gap at the largest size.
    pub last: f64,
    /// True if |gap| <= 1e-9 scale + abs_err at every size.
    pub within: bool,
    /// Smallest error that would have been seen at every size.
    pub tolerance: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    Fitted(Fitted),
    Quiet(Quiet),
    /// Fewer than five sizes, fewer than two replicates, or values that are not finite.
    Unusable(&'static str),
}

/// Compares at two-sided level `alpha`, with bias of order `d^-rate`. `sizes` in increasing order of dimension.
pub fn compare(sizes: &[SizeGap], rate: f64, alpha: f64) -> Comparison {
    if sizes.iter().any(|s| !s.gap.mean.is_finite() || !s.gap.squares.is_finite() || !s.abs_err.is_finite()) {
        return Comparison::Unusable("a simulated value or the limit is not finite at some size");
    }
    if sizes.is_empty() || sizes.iter().any(|s| s.gap.count == 0) {
        return Comparison::Unusable("a size has no replicates");
    }
    if sizes.iter().all(|s| s.gap.variance() < NOISELESS_VARIANCE) {
        return Comparison::Quiet(quiet(sizes));
    }
    if sizes.len() < 5 || sizes[sizes.len() - 1].dim < 6 * sizes[0].dim {
        return Comparison::Unusable("fewer than five sizes, or their ratio is below 6");
    }
    if sizes.iter().any(|s| s.gap.count < 2) {
        return Comparison::Unusable("a size has fewer than two replicates");
    }
    let fits = fit(sizes, rate, alpha).zip(fit(&sizes[1..], rate, alpha));
    let Some((full, reduced)) = fits else {
        return Comparison::Unusable("the weighted fit is singular");
    };
    let numeric = sizes.iter().map(|s| s.abs_err).fold(0.0, f64::max);
    let ([a, b], [c, d]) = (full.interval(), reduced.interval());
    let interval = [a.min(c) - numeric, b.max(d) + numeric];
    let reach = |fit: &Fit| (fit.quantile + POWER_QUANTILE) * fit.standard_error;
    Comparison::Fitted(Fitted { full, reduced, interval, resolution: reach(&full).max(reach(&reduced)) + numeric })
}

fn quiet(sizes: &[SizeGap]) -> Quiet {
    let tolerance = |s: &SizeGap| NOISELESS_TOLERANCE * s.scale + s.abs_err;
    let mut worst = &sizes[0];
    for size in sizes {
        if size.gap.mean.abs() > worst.gap.mean.abs() {
            worst = size;
        }
    }
    Quiet {
        worst: worst.gap.mean.abs(),
        worst_dim: worst.dim,
        last: sizes[sizes.len() - 1].gap.mean,
        within: sizes.iter().all(|s| s.gap.mean.abs() <= tolerance(s)),
        tolerance: sizes.iter().map(tolerance).fold(0.0, f64::max),
    }
}

/// Weighted least squares; None if the normal equations are singular.
fn fit(sizes: &[SizeGap], rate: f64, alpha: f64) -> Option<Fit> {
    let count = sizes.len();
    // Powers of d0/d instead of 1/d: same L, better conditioned.
    let base = sizes[0].dim as f64;
    let design = DMatrix::from_fn(count, 3, |i, j| (base / sizes[i].dim as f64).powf(rate * j as f64));
    let variances: Vec<f64> =
        sizes.iter().map(|s| s.gap.variance().max(NOISELESS_VARIANCE) / s.gap.count as f64).collect();
    let weighted = DMatrix::from_fn(count, 3, |i, j| design[(i, j)] / variances[i].sqrt());
    let right = DVector::from_fn(count, |i, _| sizes[i].gap.mean / variances[i].sqrt());
    let decomposition = weighted.clone().svd(true, true);
    if decomposition.singular_values.min() < 1e-12 * decomposition.singular_values.max() {
        return None;
    }
    let inverse = decomposition.pseudo_inverse(0.0).ok()?;
    let solution = &inverse * &right;
    let residual = &weighted * &solution - &right;
    // Var L = sum_i (inverse[0, i])^2 because each weighted gap has variance 1; Satterthwaite over the sizes' own variances.
    let shares: Vec<f64> = (0..count).map(|i| inverse[(0, i)] * inverse[(0, i)]).collect();
    let variance: f64 = shares.iter().sum();
    let spread: f64 = shares.iter().zip(sizes).map(|(share, s)| share * share / (s.gap.count - 1) as f64).sum();
    let freedom = variance * variance / spread;
    Some(Fit {
        limit: solution[0],
        first: solution[1] * base.powf(rate),
        second: solution[2] * base.powf(2.0 * rate),
        standard_error: variance.sqrt(),
        freedom,
        quantile: student_two_sided(alpha, freedom),
        chi_squared_p: chi_squared_tail(residual.norm_squared(), (count - 3) as f64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMS: [usize; 5] = [24, 40, 64, 96, 144];

    fn sizes(gap: impl Fn(f64) -> f64, deviation: f64) -> Vec<SizeGap> {
        DIMS.iter()
            .map(|&dim| {
                let count = 400;
                let squares = deviation * deviation / dim as f64 * (count - 1) as f64;
                SizeGap { dim, gap: Moments { count, mean: gap(dim as f64), squares }, scale: 1.0, abs_err: 1e-12 }
            })
            .collect()
    }

    fn fitted(comparison: Comparison) -> Fitted {
        match comparison {
            Comparison::Fitted(fitted) => fitted,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn exact_power_series_is_recovered_for_every_rate() {
        for rate in [0.5, 1.0, 2.0] {
            let gaps = sizes(|d| 0.25 + 3.0 * d.powf(-rate) - 7.0 * d.powf(-2.0 * rate), 0.1);
            let result = fitted(compare(&gaps, rate, 1e-3));
            for fit in [result.full, result.reduced] {
                assert!((fit.limit - 0.25).abs() < 1e-9, "{fit:?}");
                assert!((fit.first - 3.0).abs() < 1e-6 && (fit.second + 7.0).abs() < 1e-4, "{fit:?}");
                assert!(fit.chi_squared_p > 0.999);
            }
            assert!(!result.form_rejected());
        }
    }

    /// The standard error of L against the closed form of the normal equations for equal variances and design 1, x, x^2.
    #[test]
    fn standard_error_is_that_of_the_normal_equations() {
        let gaps = sizes(|_| 0.0, 0.3);
        let fit = fitted(compare(&gaps, 1.0, 0.05)).full;
        let mut normal = nalgebra::Matrix3::zeros();
        for size in &gaps {
            let d = size.dim as f64;
            let row = nalgebra::Vector3::new(1.0, 1.0 / d, 1.0 / (d * d));
            normal += row * row.transpose() / (0.09 / d / 400.0);
        }
        let truth = normal.try_inverse().unwrap()[(0, 0)].sqrt();
        assert!((fit.standard_error / truth - 1.0).abs() < 1e-6);
        assert!(fit.freedom > 399.0 && fit.freedom < 5.0 * 400.0);
        assert!((fit.quantile - 1.96).abs() < 0.01);
    }

    #[test]
    fn a_wrong_form_is_rejected_by_its_own_chi_squared() {
        let gaps = sizes(|d| 0.5 * (d / 24.0).ln().sin(), 0.001);
        assert!(fitted(compare(&gaps, 1.0, 1e-3)).form_rejected());
    }

    #[test]
    fn cells_without_noise_are_compared_size_by_size() {
        let close = compare(&sizes(|_| 1e-10, 0.0), 1.0, 1e-3);
        assert!(matches!(close, Comparison::Quiet(quiet) if quiet.within));
        let far = compare(&sizes(|d| 0.1 / d, 0.0), 1.0, 1e-3);
        assert!(matches!(far, Comparison::Quiet(quiet) if !quiet.within && quiet.worst_dim == 24));
    }

    #[test]
    fn too_little_data_is_said() {
        let all = sizes(|_| 0.0, 0.1);
        assert!(matches!(compare(&all[..4], 1.0, 1e-3), Comparison::Unusable(_)));
        assert!(matches!(compare(&[], 1.0, 1e-3), Comparison::Unusable(_)));
        let mut infinite = all.clone();
        infinite[2].gap.mean = f64::INFINITY;
        assert!(matches!(compare(&infinite, 1.0, 1e-3), Comparison::Unusable(_)));
    }
}
