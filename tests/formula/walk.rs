//! Every form of the language has its textbook value.

use crate::support::formulas::*;
use std::f64::consts::{E, LN_2, PI};

#[test]
fn arithmetic_and_functions() {
    let place = at(&[("rho", "0.5"), ("zeta", "2")]);
    let cases = [
        ("1/3 + 1/6", 0.5),
        ("0.1*3 - 0.3", 0.0),
        ("2^10 / 2^-2", 4096.0),
        ("-zeta^2", -4.0),
        ("zeta^rho", 2f64.sqrt()),
        ("2^3^2", 512.0),
        ("exp(1) + expm1(0)", E),
        ("ln(2) + log1p(0)", LN_2),
        ("exprel(0) + exprel(rho)*rho", 1.0 + 0.5f64.exp_m1()),
        ("sin(pi/2) - cos(pi) + tan(pi/4)", 3.0),
        ("asin(1) + acos(0) + atan(1)", 1.25 * PI),
        ("tanh(rho) + erf(rho) + erfc(rho)", 1.0 + 0.5f64.tanh()),
        ("abs(-3) + min(1, 2) + max(1, 2) + pos(-1)", 6.0),
        ("sqrt(2)*sqrt(2)", 2.0),
        ("1/inf + rho", 0.5),
        ("inf", f64::INFINITY),
        ("cases(rho < 1/4: 1; rho == 1/2: 2; otherwise: 3)", 2.0),
        ("cases(rho != 1/2 or zeta <= 1: 1; rho >= 1/2 and zeta > 1: 2; otherwise: 3)", 2.0),
    ];
    for (formula, truth) in cases {
        assert_holds(formula, value(formula, &place).unwrap(), truth);
    }
}

#[test]
fn rational_constants_are_folded_exactly() {
    let place = at(&[]);
    assert_eq!(value("(1/3 + 1/6)^3 * 8", &place).unwrap().abs_err, 0.0);
    let third = value("1/3", &place).unwrap();
    assert!(third.abs_err > 0.0 && third.abs_err <= f64::EPSILON / 3.0);
}

#[test]
fn integrals() {
    let place = at(&[("rho", "0.25")]);
    let cases = [
        ("Int[p^2 : p in [0, 3]]", 9.0),
        ("Int[p : p in [rho, 0]]", -1.0 / 32.0),
        ("Int[exp(-p) : p in [1, inf)]", (-1f64).exp()),
        ("Int[exp(-p^2) : p in (-inf, inf)]", PI.sqrt()),
        ("Int[1/(1 + p^2) : p in (-inf, 0]]", PI / 2.0),
        ("Int[-ln(p) : p in (0, 1]]", 1.0),
        ("Int[-ln(1 - p) : p in [0, 1)]", 1.0),
        ("Int[abs(p - 1/3) : p in [0, 1]]", 5.0 / 18.0),
        ("Int[Int[p*r : r in [0, p]] : p in [0, 1]]", 0.125),
        ("Int[p*r : p in [0, 1], r in [p, 1]]", 0.125),
        // Top quarter of the exponential law: int_0^(1/4) ln(s)^2 ds = r (1 - ln r)^2 + r.
        ("Int[quantile(spectrum, p)^2 : p in [1 - rho, 1]]", 0.25 * (1.0 - 0.25f64.ln()).powi(2) + 0.25),
        ("Int[quantile(spectrum, 1 - p)^2 : p in [0, rho]]", 0.25 * (1.0 - 0.25f64.ln()).powi(2) + 0.25),
        ("Int[quantile(spectrum, p) : p in [0, 1]]", 1.0),
    ];
    for (formula, truth) in cases {
        assert_holds(formula, value(formula, &place).unwrap(), truth);
    }
}

#[test]
fn expectations() {
    let place = at(&[("rho", "0.4"), ("zeta", "0.6")]);
    let cases = [
        ("E[g^4 : g ~ normal]", 3.0),
        ("E[abs(g - 0)*3 : g ~ normal]", 3.0 * (2.0 / PI).sqrt()),
        ("E[exp(g/2) : g ~ normal]", 0.125f64.exp()),
        ("E[u*v : (u, v) ~ normal(zeta)]", 0.6),
        ("E[v^2 : (u, v) ~ normal(zeta)]", 1.0),
        ("E[u^2*v^2 : (u, v) ~ normal(-zeta)]", 1.0 + 2.0 * 0.36),
        ("E[x : x ~ mp(rho)]", 0.4),
        ("E[x^2 : x ~ mp(rho)]", 0.4 + 0.16),
        ("E[1 : x ~ mp(rho)]", 1.0),
        ("E[b : b ~ spectrum]", 1.0),
        ("E[b^3 : b ~ spectrum]", 6.0),
        ("E[b*g^2 : b ~ spectrum, g ~ normal]", 1.0),
        ("E[pos(b - 1) : b ~ spectrum]", (-1f64).exp()),
        ("E[t : t ~ covariance]", 1.0),
        ("sum k from 0 of theta^k/2^k", 2.0),
        ("sum k from 1 of k*2^(-k)", 2.0),
    ];
    for (formula, truth) in cases {
        assert_holds(formula, value(formula, &place).unwrap(), truth);
    }
}

/// `lambda(2)/sqrt(2)` of relu is 1/(2 sqrt pi), `lambda(3)/sqrt(6)` of he(3) is sqrt 6; the square of the norm is a series of squares.
#[test]
fn normalised_hermite_coefficients() {
    let place = at(&[("rho", "2")]);
    assert_holds("relu", value("hermite(rho)", &place).unwrap(), 0.5 / PI.sqrt());
    assert_holds("he(3)", value("hermite(3)", &at(&[("activation", "he(3)")])).unwrap(), 6f64.sqrt());
    let squares = value("sum k from 0 of hermite(2*k + 1)^2", &at(&[("activation", "sin")])).unwrap();
    assert_holds("sin", squares, 0.5 - 0.5 * (-2f64).exp());
    let fraction = value("hermite(rho)", &at(&[("rho", "1.5")])).unwrap_err();
    assert!(fraction.message.contains("whole number"), "{fraction}");
}

/// Sheppard and Price: orthant probability and E|u||v| of a correlated pair, kinks along both variables.
#[test]
fn correlated_pairs_with_kinks() {
    let c = 0.6f64;
    let place = at(&[("zeta", "0.6")]);
    let absolute = value("E[abs(u)*abs(v) : (u, v) ~ normal(zeta)]", &place).unwrap();
    assert_holds("E|u||v|", absolute, 2.0 / PI * ((1.0 - c * c).sqrt() + c * c.asin()));
    let orthant = value("E[cases(u > 0 and v > 0: 1; otherwise: 0) : (u, v) ~ normal(zeta)]", &place).unwrap();
    assert_holds("orthant", orthant, 0.25 + c.asin() / (2.0 * PI));
    // Kinks off the axes: the two variables are the same but for 1e-9, and E|u - v| = 2 sin(theta/2) sqrt(2/pi).
    for (theta, half) in [("1e-9", 5e-10_f64), ("2", 1.0)] {
        let difference = value("E[abs(u - v) : (u, v) ~ normal(cos(theta))]", &at(&[("theta", theta)])).unwrap();
        assert_holds(theta, difference, 2.0 * half.sin() * (2.0 / PI).sqrt());
    }
    // Kinks on hyperbolas: that of u v = 0 is a pair of lines, that of u v = 1 is not (one-dimensional integrals in 30 digits).
    let product = value("E[abs(u*v) : (u, v) ~ normal(zeta)]", &place).unwrap();
    assert_holds("E|u v|", product, 2.0 / PI * ((1.0 - c * c).sqrt() + c * c.asin()));
    let curved = value("E[abs(u*v - 1) : (u, v) ~ normal(zeta)]", &place).unwrap();
    assert_holds("E|u v - 1|", curved, 0.974_504_742_404_304_3);
    for (correlation, truth) in [("1", 3.0), ("-1", 3.0), ("0", 1.0)] {
        let formula = format!("E[u^2*v^2 : (u, v) ~ normal({correlation})]");
        assert_holds(&formula, value(&formula, &at(&[])).unwrap(), truth);
    }
}

#[test]
fn roots() {
    let place = at(&[("rho", "3")]);
    let cases = [
        ("root p in (0, inf) of p^2 - 2", 2f64.sqrt()),
        ("root p in [0, 1] of cos(p) - p", 0.739_085_133_215_160_6),
        ("root p in (-inf, inf) of p^3 + rho*p + 4", -1.0),
        ("E[root y in (0, inf) of y^2 - x^2 : x ~ mp(rho)]", 3.0),
    ];
    for (formula, truth) in cases {
        assert_holds(formula, value(formula, &place).unwrap(), truth);
    }
}
