//! Tests that derivatives agree with difference quotients, and tests of special cases.

use super::*;
use crate::symbolic::{Binary, Branch, Comparison, function_names};

fn apply(function: &str, arguments: Vec<Expr>) -> Expr {
    let node = Node::Apply { function: function.to_string(), primes: 0, arguments };
    Expr::new(node, Span::default())
}

fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
    Expr::new(Node::Binary(operator, Box::new(left), Box::new(right)), Span::default())
}

fn compile(expr: &Expr) -> Scalar {
    Scalar::compile(expr, "t").unwrap()
}

fn t() -> Expr {
    Expr::name("t")
}

/// Central differences of the value and of the first derivative.
#[test]
fn derivatives_match_differences() {
    let squared = || binary(Binary::Power, t(), Expr::integer(2));
    // Arguments inside the domain of each function.
    let inside = || binary(Binary::Divide, t(), Expr::integer(4));
    let mut formulas: Vec<Expr> = function_names()
        .filter(|name| arity(name) == Some(1) && !matches!(*name, "sigma" | "lambda" | "hermite" | "sign"))
        .map(|name| apply(name, vec![inside()]))
        .collect();
    formulas.extend([
        binary(Binary::Multiply, t(), apply("exp", vec![binary(Binary::Divide, squared(), Expr::integer(-2))])),
        binary(Binary::Divide, apply("sin", vec![t()]), binary(Binary::Add, Expr::integer(1), squared())),
        binary(Binary::Power, t(), Expr::integer(-3)),
        binary(Binary::Power, t(), t()),
        binary(Binary::Power, t(), binary(Binary::Divide, Expr::integer(5), Expr::integer(2))),
        apply("max", vec![squared(), apply("cos", vec![t()])]),
        apply("min", vec![squared(), apply("cos", vec![t()])]),
    ]);
    let h = 1e-5;
    for formula in &formulas {
        let scalar = compile(formula);
        for at in [0.3, 1.7, 3.1] {
            let (low, here, high) = (scalar.jet(at - h), scalar.jet(at), scalar.jet(at + h));
            for order in 0..2 {
                let difference = (high[order] - low[order]) / (2.0 * h);
                let error = (difference - here[order + 1]).abs();
                assert!(error < 1e-8 * (1.0 + here[order + 1].abs()), "{formula:?} at {at}, order {order}: {error}");
            }
        }
    }
}

/// exprel and its derivatives at 0 are 1, 1/2, 1/3; both branches agree at 1.
#[test]
fn exprel_has_no_cancellation() {
    let exprel = compile(&apply("exprel", vec![t()]));
    assert_eq!(exprel.jet(0.0), [1.0, 0.5, 1.0 / 3.0]);
    let (below, above) = (exprel.jet(1.0 - 1e-15), exprel.jet(1.0));
    for order in 0..3 {
        assert!((below[order] - above[order]).abs() < 1e-14 * above[order].abs() * 10.0);
    }
}

#[test]
fn powers_at_zero_have_no_nan() {
    let cube = compile(&binary(Binary::Power, t(), Expr::integer(3)));
    assert_eq!(cube.jet(0.0), [0.0, 0.0, 0.0]);
    let line = compile(&binary(Binary::Power, t(), Expr::integer(1)));
    assert_eq!(line.jet(0.0), [0.0, 1.0, 0.0]);
}

#[test]
fn cases_choose_the_first_that_holds() {
    let condition = |comparison| Condition::Compare(comparison, Box::new(t()), Box::new(Expr::integer(1)));
    let node = Node::Cases {
        branches: vec![
            Branch { condition: condition(Comparison::Less), value: t() },
            Branch { condition: condition(Comparison::Equal), value: Expr::integer(7) },
        ],
        otherwise: Box::new(binary(Binary::Multiply, t(), t())),
    };
    let scalar = compile(&Expr::new(node, Span::default()));
    assert_eq!(
        [scalar.jet(0.5), scalar.jet(1.0), scalar.jet(3.0)],
        [[0.5, 1.0, 0.0], [7.0, 0.0, 0.0], [9.0, 6.0, 2.0]]
    );
}

#[test]
fn other_names_and_forms_are_refused() {
    assert_eq!(Scalar::compile(&Expr::name("rho"), "t").err().unwrap().what, "`rho`");
    assert!(Scalar::compile(&apply("sigma", vec![t()]), "t").is_err());
    assert!(Scalar::compile(&Expr::new(Node::Infinity, Span::default()), "t").is_err());
}
