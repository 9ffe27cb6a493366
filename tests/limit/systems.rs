//! Systems of nonlinear equations: solutions from outside, and what is refused.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};

fn found(lines: &str) -> limitcheck::limit::Evaluated {
    Program::compile(&claim(lines)).unwrap().evaluate_graded(Formula::Limit, &at(&[])).unwrap()
}

#[test]
fn solutions_are_enclosed() {
    // (3, 4): the sum and the product determine it up to order, which the intervals fix.
    let circle = "solve x in [0, 3.5], y in [3.6, 10]: x = 7 - y, x*y = 12\nlimit x + 10*y";
    let value = found(circle);
    assert_holds(circle, value.value, 43.0);
    assert!(value.value.abs_err < 1e-12 && value.why.is_none(), "{value:?}");
    // Intervals without an end. The constant of Omega: w e^w = 1 (mpmath).
    let line = "solve x in (0, inf), y in (0, inf): x = exp(-y), y = exp(-x)\nlimit x";
    let value = found(line);
    assert_holds(line, value.value, 0.567_143_290_409_783_8);
    assert!(value.value.abs_err < 1e-12 && value.why.is_none(), "{value:?}");
}

/// At beta = 3/2 and coupling 6/5, by mpmath.
const MAGNETISATION: f64 = 0.415_367_169_288_319_84;
const OVERLAP: f64 = 0.499_470_658_817_766_83;

#[test]
fn order_parameters() {
    let lines = "solve m in [0.05, 1], q in [0.05, 1] from m = 0.7, q = 0.6:\n  m = E[tanh(1.5*(1.2*m + sqrt(q)*g)) : g ~ normal],\n  \
        q = E[tanh(1.5*(1.2*m + sqrt(q)*g))^2 : g ~ normal]\nlimit";
    for (unknown, truth) in [("m", MAGNETISATION), ("q", OVERLAP)] {
        let value = found(&format!("{lines} {unknown}"));
        assert_holds(unknown, value.value, truth);
        assert!(value.value.abs_err < 1e-9, "{value:?}");
    }
}

#[test]
fn several_and_none_are_faults() {
    let several = "solve x in (-5, 5), y in (-5, 5): x^2 = 2, y = x\nlimit x*y";
    let fault = program(several).evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(fault.message.contains("several solutions") && fault.message.contains("`from`"), "{}", fault.message);
    let chosen = "solve x in (-5, 5), y in (-5, 5) from x = 1, y = 1: x^2 = 2, y = x\nlimit x + y";
    assert_holds(chosen, found(chosen).value, 2.0 * 2f64.sqrt());
    let none = "solve x in (0, 1), y in (0, 1): x = y + 1/2, y = x + 1/4\nlimit x + y";
    let fault = program(none).evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(
        fault.message.contains("no solution was found") && fault.message.contains("best point"),
        "{}",
        fault.message
    );
}
