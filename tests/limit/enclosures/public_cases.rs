//! Formulas from public bug reports and questions about neighbouring projects (SciPy, mpmath and others). Each once had a wrong
//! value with a small bound here, or none although it has one. True values: closed forms, or mpmath to 30 digits.

use super::judge::{Judged, assert_cheap, graded, judge};
use std::f64::consts::PI;

/// What an evaluation may say.
enum Expected {
    /// This value and nothing else.
    Value(f64),
    /// This value, or a refusal: the integral converges, but not absolutely.
    ValueOrRefusal(f64),
    /// A refusal: there is no value.
    Refusal,
}

use Expected::{Refusal, Value, ValueOrRefusal};

/// Values that were wrong.
fn once_wrong() -> Vec<(&'static str, Expected)> {
    vec![
        // 1 + w/sqrt(w^2 + 2) exp(-a^2/(w^2 + 2)) with w = 0.01, a = 0.79: a bump that two rules both missed.
        ("E[1 + exp(-((g - 0.79)/0.01)^2) : g ~ normal]", Value(1.0051755835964757)),
        ("Int[exp(-(x - 300)^2/2)/sqrt(2*pi) : x in (-inf, inf)]", Value(1.0)),
        ("Int[exp(-(x - 150)^2/2)/sqrt(2*pi) : x in (-inf, inf)]", Value(1.0)),
        ("Int[sin(x)/x : x in [0, inf)]", ValueOrRefusal(PI / 2.0)),
        // It oscillates for ever with an amplitude that tends to 1. (Abel's summation would give 0.07.)
        ("Int[x^(1/x)*cos(pi*x) : x in [1, inf)]", Refusal),
        ("exp(800)", Refusal),
        ("exp(900)", Refusal),
        ("10^300*10^300", Refusal),
        // Several roots: the equation does not say which.
        ("root t in (0, 10) of sin(t)", Refusal),
        ("root p in (0, inf) of (p-1)*(p-2)*(p-3)", Refusal),
        // A term that comes long after the others have died out.
        ("sum k from 0 of 0.5^k + cases(k == 400: 1; otherwise: 0)", Value(3.0)),
    ]
}

/// Values that were refused.
fn once_refused() -> Vec<(&'static str, Expected)> {
    let table = [
        ("Int[1/sqrt(1 - x) : x in [0, 1]]", 2.0),
        ("Int[(1-x)^(-0.9) : x in [0, 1]]", 10.0),
        ("Int[x^(-0.9) : x in [0, 1]]", 10.0),
        ("Int[x^(-0.99) : x in [0, 1]]", 100.0),
        ("Int[x^(-0.999) : x in [0, 1]]", 1000.0),
        ("Int[x^8*exp(-x^2/2)/sqrt(2*pi) : x in (-inf, inf)]", 105.0),
        ("Int[x^8*exp(-x) : x in [0, inf)]", 40320.0),
        ("Int[x^3/(exp(x) - 1) : x in [0, inf)]", PI.powi(4) / 15.0),
        ("E[exp(30*g)/(1 + exp(30*g)) : g ~ normal]", 0.5),
        ("E[-ln(1 + exp(-(5 + 3*g))) : g ~ normal]", -0.12284834876672502),
        // With t = (1 - x)/(1 + x) it is -Int[t^(-1/4)/(1 + 3t)] over t > 0, a beta integral.
        (INVERSE_ROOTS, -(3f64.powf(-0.75)) * PI * 2f64.sqrt()),
        (SINC_SQUARED, 1.0),
        ("sum k from 1 of 1/k^2", PI * PI / 6.0),
        // The same as Int[K0(t)]/pi over t > 0.3, with the Bessel function K0.
        (PRODUCT_INDICATOR, 0.2765579006369013),
        (DISC_INDICATOR, 0.860_707_976_425_057_8),
        (NORM_OF_THREE, 1.595_769_121_605_730_8),
    ];
    table.map(|(formula, truth)| (formula, Value(truth))).into()
}

const INVERSE_ROOTS: &str = "Int[1/((x - 2)*((1 - x)*(1 + x)^3)^(1/4)) : x in [-1, 1]]";
const SINC_SQUARED: &str = "Int[(sin(x)/x)^2 : x in (-inf, inf)]/pi";
const DISC_INDICATOR: &str = "E[cases(u^2 + v^2 > 0.3: 1; otherwise: 0) : u ~ normal, v ~ normal]";
const NORM_OF_THREE: &str = "E[sqrt(x^2 + y^2 + z^2) : x ~ normal, y ~ normal, z ~ normal]";
const PRODUCT_INDICATOR: &str = "E[cases(u*v > 0.3: 1; otherwise: 0) : u ~ normal, v ~ normal]";

/// Formulas that have a value and are refused to this day. When one is found, the test fails until it is taken off this list.
///
/// The first oscillates without end. The integrand of the second jumps along a curve.
const STILL_REFUSED: [&str; 2] = [SINC_SQUARED, PRODUCT_INDICATOR];

#[track_caller]
fn assert_all(table: Vec<(&str, Expected)>) {
    let mut faults = vec![];
    for (formula, expected) in table {
        let found = graded(formula);
        assert_cheap(formula, &found);
        let (truth, may_be_refused) = match expected {
            Value(truth) => (Some(truth), STILL_REFUSED.contains(&formula)),
            ValueOrRefusal(truth) => (Some(truth), true),
            Refusal => (None, true),
        };
        match judge(&found, truth, 0.0) {
            Judged::Wrong(why) => faults.push(format!("wrong: {formula}: {why}")),
            Judged::Refused(why) if !may_be_refused => faults.push(format!("refused: {formula}: {why}")),
            Judged::Right if STILL_REFUSED.contains(&formula) => faults.push(format!("no longer refused: {formula}")),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_was_wrong_is_right_or_refused() {
    assert_all(once_wrong());
}

#[test]
fn what_was_refused_has_its_value() {
    assert_all(once_refused());
}
