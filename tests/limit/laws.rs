//! Spectra, covariances and pairings: limiting laws, finite sizes, and the passage from one to the other.

use crate::support::formulas::*;
use limitcheck::limit::Formula;

const SPECTRA: [&str; 6] = ["identity", "exponential", "uniform", "rademacher", "two-point(3,-1,0.25)", "power(0.5)"];
const COVARIANCES: [&str; 5] = ["isotropic", "exponential", "uniform", "two-point(4,0.5,0.25)", "power(2)"];
const PAIRINGS: [&str; 3] = ["comonotone", "antitone", "independent"];

/// E b^2 and (E b)^2 / E b^2 of the named spectra, by hand.
#[test]
fn moments_of_the_spectra() {
    let truths = [(1.0, 1.0), (2.0, 0.5), (1.0 / 3.0, 0.75), (1.0, 0.0), (3.0, 0.0), (0.5, 8.0 / 9.0)];
    for (spectrum, (second, beta)) in SPECTRA.into_iter().zip(truths) {
        let place = at(&[("spectrum", spectrum)]);
        assert_holds(spectrum, value("E[b^2 : b ~ spectrum]", &place).unwrap(), second);
        assert_holds(spectrum, value("beta", &place).unwrap(), beta);
    }
}

/// E t^2 of the covariances scaled to mean 1, and E b t for B with the same law and a uniform law.
#[test]
fn covariances_have_mean_one() {
    let truths = [1.0, 2.0, 4.0 / 3.0, (4.0 + 0.1875) / 1.375f64.powi(2), 9.0 / 5.0];
    for (covariance, second) in COVARIANCES.into_iter().zip(truths) {
        let place = at(&[("covariance", covariance)]);
        assert_holds(covariance, value("E[t : t ~ covariance]", &place).unwrap(), 1.0);
        assert_holds(covariance, value("T2", &place).unwrap(), second);
    }
}

#[test]
fn couplings_by_hand() {
    let joint = "E[b*t : (b, t) ~ spectra]";
    let two = ("two-point(1,3,0.25)", "two-point(2,6,0.5)");
    let cases = [
        // Uniform b = p with t = 2p, with t = 2(1 - p), with an independent t.
        ("uniform", "uniform", [2.0 / 3.0, 1.0 / 3.0, 0.5]),
        // b = -ln(1-p), t = 2p: 2 (E b - E b e^-b) = 3/2; with t = 2(1-p): 2 E b e^-b = 1/2.
        ("exponential", "uniform", [1.5, 0.5, 1.0]),
        // t = 1/2 or 3/2 at level 1/2; b = 1 below 1/4, then 3.
        (two.0, two.1, [0.125 + 0.375 + 2.25, 0.375 + 1.125 + 0.75, 2.5]),
        // b = p against t = 1/2, 3/2.
        ("uniform", two.1, [0.0625 + 0.5625, 0.1875 + 0.1875, 0.5]),
    ];
    for (spectrum, covariance, truths) in cases {
        for (pairing, truth) in PAIRINGS.into_iter().zip(truths) {
            let place = at(&[("spectrum", spectrum), ("covariance", covariance), ("pairing", pairing)]);
            assert_holds(&format!("{spectrum} {covariance} {pairing}"), value(joint, &place).unwrap(), truth);
        }
    }
}

/// A kink in b, or in t, splits the integral over either.
#[test]
fn kinks_along_the_eigenvalues() {
    let place = at(&[("spectrum", "power(2)"), ("covariance", "uniform")]);
    // b = p^2: E (b - 1/4)+ = int_(1/2)^1 p^2 - 1/4 = 7/24 - 1/8.
    assert_holds("power", value("E[pos(b - 1/4) : b ~ spectrum]", &place).unwrap(), 1.0 / 6.0);
    // t = 2p: E b (t - 1)+ = int_(1/2)^1 p^2 (2p - 1) = 15/32 - 7/24.
    assert_holds("joint", value("E[b*pos(t - 1) : (b, t) ~ spectra]", &place).unwrap(), 15.0 / 32.0 - 7.0 / 24.0);
    assert_holds("scaled", value("E[pos(t - 1/2) : t ~ covariance]", &place).unwrap(), 9.0 / 16.0);
}

/// 5.4 with a covariance; every combination has a value, and the discretised value tends to it.
const NT: &str = "k = root y in (0, inf) of E[t/(t+y) : t ~ covariance] - rho
limit (E[b^2*k^2/(t+k)^2 : (b, t) ~ spectra] + k^2*E[b*t/(t+k)^2 : (b, t) ~ spectra]^2
    / (rho - E[t^2/(t+k)^2 : t ~ covariance])) / E[b^2 : b ~ spectrum]";

#[test]
fn every_combination_evaluates_and_finite_sizes_converge() {
    let program = program(NT);
    for spectrum in SPECTRA {
        for covariance in COVARIANCES {
            for pairing in PAIRINGS {
                let set = [("rho", "0.5"), ("spectrum", spectrum), ("covariance", covariance), ("pairing", pairing)];
                let what = format!("{spectrum} {covariance} {pairing}");
                let limit = program.evaluate(Formula::Limit, &at(&set)).unwrap();
                assert!(limit.abs_err <= 1e-10, "{what}: {limit:?}");
                assert!(limit.low() >= 0.0 && limit.value <= 1.0 + 1e-12, "{what}: {limit:?}");
                let gaps = [40, 400].map(|dim| {
                    let finite = program.evaluate(Formula::Limit, &finite(&set, dim, dim / 2)).unwrap();
                    assert!(finite.abs_err <= 1e-10, "{what}: {finite:?}");
                    (finite.value - limit.value).abs()
                });
                // The permutation behind `independent` scatters like 1/sqrt(d); the others discretise to O(log^2 d / d).
                let bound = if pairing == "independent" { 0.15 } else { 0.004 };
                assert!(gaps[1] <= bound && gaps[1] <= (gaps[0] + 0.05).max(1e-9), "{what}: {gaps:?}");
            }
        }
    }
}

/// At a finite size the quantile function is the step function of the eigenvalues in use.
#[test]
fn tail_sums_at_a_finite_size_are_exact() {
    let program = program("limit Int[quantile(spectrum, p)^2 : p in [0, 1 - rho]]/E[b^2 : b ~ spectrum]");
    for spectrum in ["exponential", "power(0.5)", "rademacher", "identity"] {
        for (dim, width) in [(40, 10), (400, 123), (40, 40)] {
            let place = finite(&[("spectrum", spectrum)], dim, width);
            let mut squares: Vec<f64> =
                place.size.as_ref().unwrap().pairs.as_ref().unwrap().iter().map(|(b, _)| *b).collect();
            squares.sort_by(f64::total_cmp);
            let squares: Vec<f64> = squares.iter().map(|b| b * b).collect();
            let truth = squares[..dim - width].iter().sum::<f64>() / squares.iter().sum::<f64>();
            let value = program.evaluate(Formula::Limit, &place).unwrap();
            assert!((value.value - truth).abs() <= value.abs_err + 1e-14, "{spectrum} {value:?} {truth}");
            assert!(value.abs_err < 1e-12, "{value:?}");
        }
    }
}

#[test]
fn rho_at_a_finite_size_is_the_ratio_in_use() {
    let program = program("limit cases(rho < 1: rho; otherwise: 2*rho)");
    let at = |dim, width| program.evaluate(Formula::Limit, &finite(&[("rho", "7")], dim, width)).unwrap();
    assert_eq!(at(40, 10).value, 0.25);
    assert_eq!(at(40, 40).value, 2.0);
    assert_holds("3/40", at(40, 3), 0.075);
}
