//! One weighted least-squares fit of gaps to a form. The statistics are described in `theory/METHOD.md`.

use super::form::Form;
use super::gap::{NOISELESS_VARIANCE, SizeGap};
use super::quantile::{chi_squared_tail, student_two_sided};
use nalgebra::{DMatrix, DVector};

/// One weighted least-squares fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// L, the gap at infinite size.
    pub limit: f64,
    /// Coefficient of the first term; 0 where the form has none.
    pub first: f64,
    /// Coefficient of the second term; 0 where the form has none.
    pub second: f64,
    /// Standard error of L.
    pub standard_error: f64,
    /// Degrees of freedom of that standard error (Satterthwaite).
    pub freedom: f64,
    /// t quantile at the cell's level.
    pub quantile: f64,
    /// Upper tail probability of the residual chi-squared.
    pub chi_squared_p: f64,
    /// The size with the largest residual in standard errors of the mean gap there.
    pub worst_dim: usize,
    /// The largest residual, signed, in standard errors of the mean gap there.
    pub worst_residual: f64,
}

impl Fit {
    /// Confidence interval of L at the level of the fit.
    pub fn interval(&self) -> [f64; 2] {
        let half = self.quantile * self.standard_error;
        [self.limit - half, self.limit + half]
    }
}

/// Fits the form by weighted least squares; None if there are too few sizes or the normal equations are singular.
pub fn fit(sizes: &[SizeGap], form: &Form, alpha: f64) -> Option<Fit> {
    let (count, columns) = (sizes.len(), form.coefficients());
    if count <= columns {
        return None;
    }
    let base = sizes[0].dim;
    let variances: Vec<f64> =
        sizes.iter().map(|s| s.gap.variance().max(NOISELESS_VARIANCE) / s.gap.count as f64).collect();
    let weighted = DMatrix::from_fn(count, columns, |i, j| form.value(j, sizes[i].dim, base) / variances[i].sqrt());
    let right = DVector::from_fn(count, |i, _| sizes[i].gap.mean / variances[i].sqrt());
    let decomposition = weighted.clone().svd(true, true);
    if decomposition.singular_values.min() < 1e-12 * decomposition.singular_values.max() {
        return None;
    }
    let inverse = decomposition.pseudo_inverse(0.0).ok()?;
    let solution = &inverse * &right;
    let residual = &right - &weighted * &solution;
    // Var L = sum_i (inverse[0, i])^2 because each weighted gap has variance 1; Satterthwaite over the sizes' own variances.
    let shares: Vec<f64> = (0..count).map(|i| inverse[(0, i)] * inverse[(0, i)]).collect();
    let variance: f64 = shares.iter().sum();
    let spread: f64 = shares.iter().zip(sizes).map(|(share, s)| share * share / (s.gap.count - 1) as f64).sum();
    let freedom = variance * variance / spread;
    let coefficient = |column: usize| solution.get(column).map_or(0.0, |value| value * form.unit(column, base));
    let worst = residual.iamax();
    Some(Fit {
        limit: solution[0],
        first: coefficient(1),
        second: coefficient(2),
        standard_error: variance.sqrt(),
        freedom,
        quantile: student_two_sided(alpha, freedom),
        chi_squared_p: chi_squared_tail(residual.norm_squared(), (count - columns) as f64),
        worst_dim: sizes[worst].dim,
        worst_residual: residual[worst],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::form::{Order, Term};
    use crate::compare::moments::Moments;

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

    #[test]
    fn gaps_that_follow_the_form_are_recovered_for_every_rate() {
        for rate in [0.5, 1.0, 2.0] {
            let gaps = sizes(|d| 0.25 + 3.0 * d.powf(-rate) - 7.0 * d.powf(-2.0 * rate), 0.1);
            let fit = fit(&gaps, &Form::claimed(Order::Power(rate)), 1e-3).unwrap();
            assert!((fit.limit - 0.25).abs() < 1e-9, "{fit:?}");
            assert!((fit.first - 3.0).abs() < 1e-6, "{fit:?}");
            assert!((fit.second + 7.0).abs() < 1e-4, "{fit:?}");
            assert!(fit.chi_squared_p > 0.999);
        }
        let gaps = sizes(|d| 0.25 + (3.0 - 0.5 * d.ln()) / d, 0.1);
        let form = Form { terms: vec![Term::Power(1.0), Term::Logarithm(1.0)] };
        assert!((fit(&gaps, &form, 1e-3).unwrap().limit - 0.25).abs() < 1e-9);
        let flat = fit(&sizes(|_| 0.25, 0.1), &Form::claimed(Order::Exact), 1e-3).unwrap();
        assert!((flat.limit - 0.25).abs() < 1e-12 && flat.first == 0.0);
    }

    /// The standard error of L against the closed form of the normal equations for design 1, x, x^2.
    #[test]
    fn standard_error_is_that_of_the_normal_equations() {
        let gaps = sizes(|_| 0.0, 0.3);
        let fit = fit(&gaps, &Form::claimed(Order::Power(1.0)), 0.05).unwrap();
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
    fn the_size_that_does_not_fit_is_named() {
        let kink = |d: f64| if d == 24.0 { 0.3 } else { 0.0 };
        let fit = fit(&sizes(kink, 0.1), &Form::claimed(Order::Exact), 0.05).unwrap();
        assert_eq!(fit.worst_dim, 24);
        assert!(fit.worst_residual > 3.0 && fit.chi_squared_p < 1e-3, "{fit:?}");
    }

    #[test]
    fn too_few_sizes_have_no_fit() {
        let all = sizes(|_| 0.0, 0.1);
        assert!(fit(&all[..3], &Form::claimed(Order::Power(1.0)), 0.05).is_none());
        assert!(fit(&all[..4], &Form::claimed(Order::Power(1.0)), 0.05).is_some());
        assert!(fit(&all[..1], &Form::claimed(Order::Exact), 0.05).is_none());
    }
}
