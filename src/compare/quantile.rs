//! Quantiles that verdicts rest on. statrs has been wrong in deep tails, so what is used here is tested against outside values.

use statrs::distribution::{Beta, ChiSquared, ContinuousCDF, StudentsT};

/// `t` with `P(|T| > t) = alpha`, T Student with `freedom` degrees of freedom.
/// Domain: 0 < alpha < 1; freedom is taken from 1 to 1e6, above which the normal quantile is meant.
pub(crate) fn student_two_sided(alpha: f64, freedom: f64) -> f64 {
    let law = StudentsT::new(0.0, 1.0, freedom.clamp(1.0, 1e6)).expect("location 0, scale 1, freedom at least 1");
    // The lower tail: 1 - alpha/2 would lose the digits of alpha.
    -law.inverse_cdf(alpha / 2.0)
}

/// `P(X > x)`, X chi-squared with `freedom` degrees of freedom.
pub(crate) fn chi_squared_tail(x: f64, freedom: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    ChiSquared::new(freedom).expect("positive degrees of freedom").sf(x)
}

/// Interval for a probability from `hits` of `trials`, with at least the given confidence (Clopper and Pearson).
///
/// # Panics
/// If the confidence lies outside [0, 1].
pub fn binomial_interval(hits: u64, trials: u64, confidence: f64) -> [f64; 2] {
    let tail = (1.0 - confidence) / 2.0;
    let (hit, miss) = (hits as f64, trials.saturating_sub(hits) as f64);
    let quantile = |a: f64, b: f64, p: f64| Beta::new(a, b).expect("positive shapes").inverse_cdf(p);
    let low = if hits == 0 { 0.0 } else { quantile(hit, miss + 1.0, tail) };
    let high = if hits >= trials { 1.0 } else { quantile(hit + 1.0, miss, 1.0 - tail) };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Truths: mpmath 1.3, `findroot` on the regularised incomplete beta function at 40 digits.
    #[test]
    fn student_quantiles_match_outside_values() {
        let truths = [
            (0.05, 5.0, 2.5705818356363155),
            (0.05, 63.0, 1.9983405425207414),
            (0.05, 200.5, 1.9718662903043782),
            (0.05, 10000.0, 1.9602012398906263),
            (0.001, 5.0, 6.86882662588111),
            (0.001, 63.0, 3.4517689449609983),
            (0.001, 200.5, 3.3397107834261037),
            (0.001, 10000.0, 3.291499965941605),
            (2e-05, 5.0, 15.546854534954756),
            (2e-05, 63.0, 4.612597011280733),
            (2e-05, 200.5, 4.369123401308533),
            (2e-05, 10000.0, 4.266937665766662),
            (1e-07, 5.0, 45.207026226613614),
            (1e-07, 63.0, 6.01523375067793),
            (1e-07, 200.5, 5.528154524171464),
            (1e-07, 10000.0, 5.3306380526930965),
        ];
        for (alpha, freedom, truth) in truths {
            let got = student_two_sided(alpha, freedom);
            assert!((got / truth - 1.0).abs() < 1e-7, "alpha {alpha}, freedom {freedom}: {got} against {truth}");
        }
    }

    /// Truths: mpmath 1.3 (first three) and scipy 1.17, inverse of the regularised incomplete beta function.
    #[test]
    fn binomial_intervals_match_outside_values() {
        let truths = [
            (0, 2000, [0.0, 0.001842739793405937]),
            (7, 2000, [0.0014083038325025406, 0.007197961714658003]),
            (100, 2000, [0.04086426771825133, 0.060481722083151875]),
            (2000, 2000, [0.998157260206594, 1.0]),
            (20, 20000, [0.0006109296061736065, 0.0015439984673203263]),
        ];
        for (hits, trials, truth) in truths {
            let found = binomial_interval(hits, trials, 0.95);
            assert!((found[0] - truth[0]).abs() < 1e-8 && (found[1] - truth[1]).abs() < 1e-8, "{hits}: {found:?}");
        }
    }

    /// With 2 degrees of freedom the tail is exp(-x/2); with 4 it is (1 + x/2) exp(-x/2); with 1 it is erfc(sqrt(x/2)).
    #[test]
    fn chi_squared_tails_match_closed_forms() {
        for x in [0.1, 1.0, 5.0, 13.8, 40.0] {
            assert!((chi_squared_tail(x, 2.0) / (-x / 2.0).exp() - 1.0).abs() < 1e-9);
            assert!((chi_squared_tail(x, 4.0) / ((1.0 + x / 2.0) * (-x / 2.0).exp()) - 1.0).abs() < 1e-9);
            assert!((chi_squared_tail(x, 1.0) / libm::erfc((x / 2.0).sqrt()) - 1.0).abs() < 1e-8);
        }
        assert_eq!(chi_squared_tail(0.0, 2.0), 1.0);
    }
}
