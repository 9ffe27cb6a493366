//! Derivatives of defined functions against central differences, and the resolvent function psi against its closed form.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Place, Program};
use proptest::prelude::*;

/// psi of `theory/definitions.md` with theta for l_1, so that l_1 is free.
const PSI: &str = "psi1(z) = root p in (0, inf) of rho/p - z - E[theta^2*t/(1 + theta^2*t*p) : t ~ covariance]";

/// Functions of z, smooth for 0.2 <= z <= 2.
const FUNCTIONS: [&str; 16] = [
    "z^3/(1 + z)^2 - 2^z + z^z + z^(1/3)",
    "sqrt(z) + ln(z)*log1p(z) - expm1(-z) + exprel(z)",
    "sin(z) - cos(2*z)*tan(z/3) + atan(z)*tanh(z)",
    "asin(z/3) + acos(z/4) + erf(z) - erfc(z/2)",
    "abs(z - 3) + max(z, 5*z) + min(z^2, -z) + pos(z)",
    "cases(z < 3: z^2; otherwise: z)",
    "E[exp(-z*x)*(1 + z*x) : x ~ mp(rho)]",
    "E[1/(z + b) : b ~ spectrum]^2",
    "E[cos(z*g)*abs(g) : g ~ normal]",
    "Int[exp(-z*p^2)/(1 + p) : p in [z/2, 1 + z^2]]",
    "Int[p*z*r : p in [0, z], r in [p, 2*z]]",
    "root p in (0, inf) of rho/p - z - E[t/(1 + t*p) : t ~ covariance]",
    "root x in (0, inf) of x^3 + z*x - E[b*z/(x + b) : b ~ spectrum]",
    "(root p in (0, inf) of p^2 - z)*(root x in [0, inf) of x*exp(x) - z)",
    "sum k from 0 of (z/4)^k",
    "exp(-E[z*b*t/(b + t + z) : (b, t) ~ spectra])",
];

fn number(program: &Program, place: &Place) -> f64 {
    let value = program.evaluate(Formula::Limit, place).unwrap();
    assert!(value.abs_err <= 1e-9 * value.value.abs().max(1.0), "{value:?}");
    value.value
}

/// Five-point central difference, error of order h^4.
fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 0.005 * x;
    (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h)
}

fn set(rho: f64, theta: f64) -> Place {
    at(&[
        ("rho", &rho.to_string()),
        ("theta", &theta.to_string()),
        ("covariance", "uniform"),
        ("spectrum", "two-point(1,3,0.25)"),
    ])
}

#[test]
fn first_and_second_derivatives_match_differences() {
    for function in FUNCTIONS {
        let programs = ["", "'", "''"].map(|primes| program(&format!("f(z) = {function}\nlimit f{primes}(theta)")));
        for (rho, theta) in [(0.6, 0.31), (1.0, 0.83), (2.5, 1.7)] {
            for order in 0..2 {
                let derivative = number(&programs[order + 1], &set(rho, theta));
                let expected = difference(|x| number(&programs[order], &set(rho, x)), theta);
                let error = (derivative - expected).abs();
                assert!(
                    error <= 2e-6 * (1.0 + expected.abs()),
                    "{function} order {} at {theta}: {derivative} against {expected}",
                    order + 1
                );
            }
        }
    }
}

/// The chain rule, through a definition that itself calls one with a root.
#[test]
fn derivatives_go_through_definitions() {
    let lines = |primes: &str| format!("{PSI}\nf(z) = psi1(z^2)/(1 + psi1(z))\nlimit f{primes}(zeta)");
    let (value, slope) = (program(&lines("")), program(&lines("'")));
    let place =
        |zeta: f64| at(&[("rho", "2"), ("zeta", &zeta.to_string()), ("theta", "0.7"), ("covariance", "exponential")]);
    let expected = difference(|x| number(&value, &place(x)), 0.9);
    assert!((number(&slope, &place(0.9)) - expected).abs() < 1e-7 * expected.abs());
}

/// A slope of an activation: E of sigma(z g) by quadrature, split at the kink, differentiated under the integral.
#[test]
fn derivative_of_an_activation_inside_an_expectation() {
    for activation in ["relu", "tanh", "gelu", "sin"] {
        let place = |theta: f64| at(&[("activation", activation), ("theta", &theta.to_string())]);
        let body = "f(z) = E[sigma(z*g + 1/5)*g : g ~ normal]";
        let (value, slope) =
            (program(&format!("{body}\nlimit f(theta)")), program(&format!("{body}\nlimit f'(theta)")));
        let expected = difference(|x| number(&value, &place(x)), 0.8);
        let derivative = number(&slope, &place(0.8));
        assert!((derivative - expected).abs() < 1e-7, "{activation}: {derivative} {expected}");
    }
}

/// The positive root of `z l p^2 + (z + l - rho l) p - rho = 0`, l = l_1^2, without cancellation.
fn psi(rho: f64, z: f64, l: f64) -> f64 {
    let (a, b) = ((1.0 - rho.sqrt()).powi(2), (1.0 + rho.sqrt()).powi(2));
    let linear = z + l - rho * l;
    let root = ((z + l * a) * (z + l * b)).sqrt();
    if linear >= 0.0 { 2.0 * rho / (linear + root) } else { (root - linear) / (2.0 * z * l) }
}

/// `-psi'(z)` from `F(psi, z) = rho/psi - z - l/(1 + l psi)`: `1/psi' = -rho/psi^2 + l^2/(1 + l psi)^2`.
fn psi_slope(rho: f64, z: f64, l: f64) -> f64 {
    let p = psi(rho, z, l);
    1.0 / (l * l / (1.0 + l * p).powi(2) - rho / (p * p))
}

fn check_psi(rho: f64, z: f64, l1: f64) {
    let place = at(&[("rho", &rho.to_string()), ("zeta", &z.to_string()), ("theta", &l1.to_string())]);
    for (formula, truth) in [("psi1(zeta)", psi(rho, z, l1 * l1)), ("psi1'(zeta)", psi_slope(rho, z, l1 * l1))] {
        let value = program(&format!("{PSI}\nlimit {formula}")).evaluate(Formula::Limit, &place).unwrap();
        // The closed form in doubles loses what the condition of the root makes it lose.
        let tolerance = 1e-11 * truth.abs() + value.abs_err;
        assert!(
            (value.value - truth).abs() <= tolerance,
            "{formula} rho {rho} z {z} l1 {l1}: {value:?} against {truth}"
        );
        assert!(value.abs_err <= 1e-10 * truth.abs().max(1.0), "{formula} rho {rho} z {z} l1 {l1}: {value:?}");
    }
}

#[test]
fn psi_at_corners() {
    for rho in [1.0, 0.01, 100.0] {
        for z in [0.05, 1.0, 20.0] {
            for l1 in [0.0, 0.5, 3.0] {
                check_psi(rho, z, l1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn psi_matches_its_closed_form(log_rho in -3f64..3.0, log_z in -2.5f64..2.5, l1 in 0f64..2.0) {
        check_psi(log_rho.exp(), log_z.exp(), l1);
    }
}
