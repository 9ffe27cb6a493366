//! The regimes with a time at the corners of their domains, against values by mpmath 1.3 at 40 digits: Marchenko-Pastur moments
//! by tanh-sinh quadrature in the angle, split towards the lower edge; the scalar of the training path by bisection in its
//! logarithm, integrals split around the step of the filter.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};

/// (spectrum, rho, zeta, time, test error, robustness)
const LAZY: [(&str, &str, &str, &str, f64, f64); 9] = [
    ("exponential", "1", "0.7", "0.3", 0.5072567174576845, 0.27701845537054304),
    ("exponential", "1", "1", "1e6", 0.00014112697114964583, 0.9997418663933688),
    ("identity", "1", "2", "1e6", 0.00028209478736614693, 0.9994842102514971),
    ("exponential", "0.5", "1", "1e6", 0.375, 0.625),
    ("identity", "0.01", "0.5", "0.3", 1.0677022070648006, 0.07670624475688138),
    ("rademacher", "100", "2", "0.01", 0.0923084348924691, 0.8189289259235857),
    ("exponential", "100", "1", "1e6", 0.0, 1.0),
    ("rademacher", "0.01", "1", "3", 0.980166002016925, 0.01790473166966791),
    ("rademacher", "1", "1", "40", 0.003972806402993338, 0.9881071264654909),
];

/// (spectrum, rho, scale, time, test error, robustness)
const PATH: [(&str, &str, &str, &str, f64, f64); 21] = [
    ("exponential", "0.5", "0.6", "0.2", 0.31365547071108857, 0.4601041884438353),
    ("exponential", "2", "0.6", "0.05", 0.38557974199720874, 0.6369825814266583),
    ("exponential", "0.01", "1", "1", 0.8404191808835597, 0.15936019454523898),
    ("exponential", "100", "1", "1", 0.00212974775523909, 1.0106985844692802),
    ("exponential", "0.5", "1", "30", 0.033333118255379, 0.966666536423401),
    ("exponential", "1", "1", "100", 4.952487126845776e-09, 0.9999999912893667),
    ("exponential", "0.5", "1", "1000", 0.03331317406035416, 0.9666868259305518),
    ("exponential", "0.01", "1", "1000", 0.8379103382978924, 0.1620896617019258),
    ("exponential", "1", "1", "1000", 4.974871318883546e-12, 0.999999999991242),
    ("uniform", "0.3", "1", "1000", 0.3430000359866425, 0.6569999640059356),
    ("uniform", "1", "0.5", "300", 2.409215299198703e-10, 0.999999999131458),
    ("uniform", "2", "1", "50", 7.930767350502722e-09, 1.0000000509811073),
    ("exponential", "100", "1", "1000", 2.446213793594169e-12, 1.0000000000157208),
    ("exponential", "0.01", "1", "1e6", 0.8379103359305535, 0.1620896640694465),
    ("exponential", "0.5", "1", "1e6", 0.0333131562404948, 0.9666868437595052),
    ("exponential", "1", "1", "1e6", 4.977364493922286e-21, 1.0),
    ("exponential", "100", "1", "1e6", 2.4465734343012424e-21, 1.0),
    ("identity", "0.01", "1", "1e6", 0.99, 0.01),
    ("rademacher", "0.25", "1", "1e6", 0.75, 0.25),
    ("rademacher", "100", "1", "1e6", 0.5, 0.5),
    ("uniform", "0.3", "1", "1e6", 0.343000000000036, 0.656999999999964),
];

fn check(id: &str, set: &[(&str, &str)], truth: f64) {
    let claim = catalogue().find(id).unwrap();
    let value = Program::compile(claim).unwrap().evaluate(Formula::Limit, &at(set));
    let value = value.unwrap_or_else(|error| panic!("{id} at {set:?}: {error}"));
    assert_holds(&format!("{id} at {set:?}"), value, truth);
}

#[test]
fn the_lazy_tangent_model_at_the_corners() {
    for (spectrum, rho, zeta, time, test_error, robustness) in LAZY {
        let set = [("spectrum", spectrum), ("rho", rho), ("zeta", zeta), ("time", time)];
        check("nt-lazy-test-error", &set, test_error);
        check("nt-lazy-robustness", &set, robustness);
    }
}

#[test]
fn the_training_path_at_the_corners() {
    for (spectrum, rho, scale, time, test_error, robustness) in PATH {
        let set = [("spectrum", spectrum), ("rho", rho), ("scale", scale), ("time", time)];
        check("sgd-flow-test-error", &set, test_error);
        check("sgd-flow-robustness", &set, robustness);
    }
}

/// A short time is no time, to first order: `M' = 4(BM + MB) - 8 M^2` at `M = W'W`, whose moments are those of
/// Marchenko-Pastur.
#[test]
fn the_training_path_leaves_its_start_at_the_right_speed() {
    let claim = catalogue().find("sgd-flow-robustness").unwrap();
    let program = Program::compile(claim).unwrap();
    let at_time = |time: &str| program.evaluate(Formula::Limit, &at(&[("rho", "0.5"), ("time", time)])).unwrap().value;
    let (rho, mean) = (0.5_f64, 0.5_f64.sqrt());
    // d/dt <M^2> = 16 <B M^2> - 16 <M^3>.
    let (second, third) = (rho * (1.0 + rho), rho * (1.0 + 3.0 * rho + rho * rho));
    let speed = (at_time("1e-7") - at_time("0")) / 1e-7;
    let expected = 16.0 * (mean * second - third);
    assert!((speed - expected).abs() < 1e-3, "{speed} for {expected}");
}
