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
const OVERLAP: f64 = 0.499_470_658_817_766_8;

#[test]
fn order_parameters() {
    let lines = "solve m in [0.05, 1], q in [0.05, 1]:\n  m = E[tanh(1.5*(1.2*m + sqrt(q)*g)) : g ~ normal],\n  \
        q = E[tanh(1.5*(1.2*m + sqrt(q)*g))^2 : g ~ normal]\nlimit";
    for (unknown, truth) in [("m", MAGNETISATION), ("q", OVERLAP)] {
        let value = found(&format!("{lines} {unknown}"));
        assert_holds(unknown, value.value, truth);
        assert!(value.value.abs_err < 1e-12, "{value:?}");
        // Near 0 both equations nearly hold.
        let why = value.why.unwrap().reason;
        assert!(why.contains("no other is not shown"), "{why}");
    }
    // Without coupling (public codes of the Sherrington-Kirkpatrick model): q by mpmath.
    for (beta, truth) in [("1.2", 0.173_272_944_609_69), ("3", 0.700_599_053_197_65)] {
        let line = format!("solve q in [0.01, 1]: q = E[tanh({beta}*sqrt(q)*g)^2 : g ~ normal]\nlimit q");
        let value = found(&line).value;
        assert!((value.value - truth).abs() < 1e-13 && value.abs_err < 1e-12, "{value:?}");
    }
}

/// State evolution of the LASSO for a signal that is standard normal with probability 1/10 and else 0, noise variance 1/25: by SciPy.
#[test]
fn state_evolution() {
    let lines = |delta: &str| {
        format!(
            "solve tau in (0, inf), a in (0, inf):\n  tau = sqrt(0.04 + (0.1*risk(tau, a) + 0.9*tau^2*small(a))/{delta}),\n  \
            a = (0.1 + a*tau/{delta}*(0.2*normal_cdf(-a*tau/sqrt(1 + tau^2)) + 1.8*normal_cdf(-a)))/tau\n\
            small(b) = 2*((1 + b^2)*normal_cdf(-b) - b*normal_pdf(b))\n\
            soft(y, t) = pos(y - t) - pos(-y - t)\n\
            risk(s, b) = E[(soft(sqrt(1 + s^2)*g, b*s) - g/sqrt(1 + s^2))^2 : g ~ normal] + s^2/(1 + s^2)\nlimit tau^2"
        )
    };
    for (delta, truth) in [("2", 0.050_384_167_754_714), ("0.5", 0.085_842_130_506_524)] {
        let value = found(&lines(delta)).value;
        assert!((value.value - truth).abs() < 1e-11 && value.abs_err < 1e-9, "{value:?}");
    }
}

#[test]
fn definitions_may_use_the_unknowns_and_the_equations_those() {
    let lines = "solve x in (0, 1): x = half(1) + 1/4\nhalf(p) = p*x/2\nlimit half(4)";
    assert_holds(lines, found(lines).value, 1.0);
    // An affine system is proved on the whole plane.
    let lines = "solve x in (-inf, inf), y in (-inf, inf): x + y = 3, x - y = 1\nlimit 10*x + y";
    let value = found(lines);
    assert_holds(lines, value.value, 21.0);
    assert!(value.why.is_none(), "{value:?}");
    // Ends of parameters.
    let lines = "top = 2*rho\nsolve x in (0, top) from x = top/2: x = cos(x)\nlimit x";
    let value = Program::compile(&claim(lines)).unwrap().evaluate(Formula::Limit, &at(&[("rho", "1")])).unwrap();
    assert_holds(lines, value, 0.739_085_133_215_160_6);
}

#[test]
fn several_and_none_are_faults() {
    let refused = |lines: &str| program(lines).evaluate(Formula::Limit, &at(&[("rho", "1")])).unwrap_err().message;
    let several = refused("solve x in (-5, 5), y in (-5, 5): x^2 = 2, y = x\nlimit x*y");
    assert!(several.contains("several solutions") && several.contains("`from`"), "{several}");
    let chosen = "solve x in (-5, 5), y in (-5, 5) from x = 1, y = 1: x^2 = 2, y = x\nlimit x + y";
    assert_holds(chosen, found(chosen).value, 2.0 * 2f64.sqrt());
    let none = refused("solve x in (-3, 2): x^2 = -1\nlimit x");
    assert!(none.contains("no solution was found") && none.contains("differ by up to 1.0e0"), "{none}");
    let singular = refused("solve x in (0, 1), y in (0, 1): x = y + 1/2, y = x + 1/4\nlimit x + y");
    assert!(singular.contains("singular"), "{singular}");
    let end = refused("solve x in (0, 1): x = 2*x\nlimit x");
    assert!(end.contains("at an end that does not belong to the domain"), "{end}");
    let empty = refused("solve x in (rho, 1): x = 2*x\nlimit x");
    assert!(empty.contains("is empty"), "{empty}");
    let outside = refused("solve x in (0, 1) from x = 2*rho: x = cos(x)\nlimit x");
    assert!(outside.contains("not in its interval"), "{outside}");
}
