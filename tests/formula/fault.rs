//! A formula without a value says which part of the text is at fault.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};
use limitcheck::symbolic::Span;

/// Asserts that evaluation fails at exactly the sub-formula `part`, with a message that contains `message`.
#[track_caller]
fn fails(lines: &str, part: &str, message: &str) {
    let claim = claim(lines);
    let error = Program::compile(&claim).and_then(|p| p.evaluate(Formula::Limit, &at(&[("rho", "1")]))).unwrap_err();
    let Span { start, end } = error.span;
    let text = claim.text.text.get(start..end).unwrap_or("?");
    assert!(text == part || text == format!("({part})"), "{text}: {error}");
    assert!(error.message.contains(message), "{error}");
}

#[test]
fn faults_have_places() {
    fails("limit 2 + 1/(rho - 1)", "rho - 1", "may be zero");
    fails("limit (rho - 1)^-2", "rho - 1", "may be zero");
    fails("limit 1 + sqrt(rho - 2)", "rho - 2", "square root of a negative value: -1");
    fails("limit ln(1 - rho)", "1 - rho", "logarithm");
    fails("limit log1p(-2*rho)", "-2*rho", "log1p");
    fails("limit 3*(inf - inf)", "inf - inf", "no value");
    fails("limit (rho - 3)^(1/2)", "(rho - 3)^(1/2)", "not defined");
    fails("limit 1 + root p in (0, inf) of p + rho", "root p in (0, inf) of p + rho", "does not change sign");
    fails("limit 1 - Int[1/p : p in (0, 1]]", "Int[1/p : p in (0, 1]]", "converges at 0");
    fails("limit quantile(spectrum, rho + 1)", "rho + 1", "outside [0, 1]");
    fails("limit E[u*v : (u, v) ~ normal(2*rho)]", "2*rho", "correlation of 2");
    fails("limit E[x : x ~ mp(rho - 1)]", "rho - 1", "not positive");
    fails("limit sum k from 1 of 1/k", "sum k from 1 of 1/k", "not converged");
    fails("limit E[exp(g^2) : g ~ normal]", "E[exp(g^2) : g ~ normal]", "converges at -inf");
}

#[test]
fn derivatives_of_an_activation_that_are_measures_are_refused() {
    fails("limit E[g*sigma''(g) : g ~ normal]", "sigma''(g)", "derivative 2 of `relu` is not a function");
}

/// The shared definitions have another text: the place is that of the name that led there.
#[test]
fn faults_in_shared_definitions_point_to_their_use() {
    // At z = -2 the equation of psi has no positive root.
    fails("limit 1 + psi(-2)", "psi(-2)", "in `psi`");
}

#[test]
fn conditions_on_values_that_cannot_be_told_apart() {
    // Rounding of sqrt leaves 0 +- 1e-16: equal. Less accurate values are a fault.
    assert_holds("rounding", value("cases(sqrt(2)^2 == 2: 1; otherwise: 0)", &at(&[])).unwrap(), 1.0);
    assert_holds("strict", value("cases(sqrt(2)^2 < 2: 1; otherwise: 0)", &at(&[])).unwrap(), 0.0);
    assert_holds("apart", value("cases(sqrt(2)^2 == 2.000001: 1; otherwise: 0)", &at(&[])).unwrap(), 0.0);
    fails(
        "limit cases((1 + 10^9*(sqrt(2)^2 - 2))^9 < 1: 1; otherwise: 0)",
        "(1 + 10^9*(sqrt(2)^2 - 2))^9 < 1",
        "cannot decide",
    );
    assert_holds("infinite", value("cases(inf > 1: 1; otherwise: 0)", &at(&[])).unwrap(), 1.0);
}

/// The longest formulas that can be read: deep trees, and products whose derivatives grow.
#[test]
fn long_formulas_are_no_danger() {
    let sum = vec!["rho"; 900].join(" + ");
    assert_holds("long sum", value(&sum, &at(&[("rho", "1")])).unwrap(), 900.0);
    let product = vec!["z"; 900].join("*");
    let first = program(&format!("f(z) = {product}\nlimit f'(rho)")).evaluate(Formula::Limit, &at(&[("rho", "1")]));
    assert_holds("long product", first.unwrap(), 900.0);
    let second = Program::compile(&claim(&format!("f(z) = {product}\nlimit f''(rho)")));
    assert!(second.err().unwrap().message.contains("too long"));
}

/// Definitions nest without a limit of their own; what they make of a formula has one.
#[test]
fn deep_chains_of_definitions_are_refused() {
    let chain = |links: usize| {
        let mut lines = String::from("a0 = rho\n");
        for k in 1..links {
            lines.push_str(&format!("a{k} = a{} + {}\n", k - 1, vec!["rho"; 900].join(" + ")));
        }
        lines + &format!("limit a{}", links - 1)
    };
    assert_holds("two links", value_of(&chain(3)), 1801.0);
    let error = Program::compile(&claim(&chain(6))).err().unwrap();
    assert!(error.message.contains("nested more than"), "{error}");
}

fn value_of(lines: &str) -> limitcheck::num::Estimate {
    program(lines).evaluate(Formula::Limit, &at(&[("rho", "1")])).unwrap()
}

/// Places are those of the variable in the text, whatever is put in its place to integrate; numbers are short.
#[test]
fn places_are_those_of_the_variable() {
    let error = program("limit Int[sqrt(x - 2) : x in [0, 4]]").evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(error.message.starts_with("square root of a negative value: -") && error.message.len() < 60, "{error}");
    let error = program("limit sqrt(-10^-165)").evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(error.message.contains("-1e-165") && error.message.len() < 60, "{error}");
}
