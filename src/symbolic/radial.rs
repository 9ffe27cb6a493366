//! Expectations over independent standard normals of what depends on their sum of squares alone.

use super::derivative::occurs;
use super::expression::{Binary, Expr, Node};
use super::symmetry::terms;

/// The name that stands for the sum of squares; no formula can contain it.
pub const SUM_OF_SQUARES: &str = "sum of squares";

/// The formula as one of the sum of squares of these variables, if it depends on them through that alone, and the sum is written out:
/// `sqrt(x^2 + y^2)`, `x*x + 1 + y*y`. The sum of k squares of independent standard normals has the law `chi_squared(k)`, so an integral
/// over k variables becomes one over a single variable.
pub fn of_sum_of_squares(body: &Expr, variables: &[&str]) -> Option<Expr> {
    // What binds a variable of its own may mean another by the same name.
    let mut binds = false;
    body.visit(&mut |part| {
        let leaf_or_sum = matches!(
            part.node,
            Node::Number(_)
                | Node::Infinity
                | Node::Name(_)
                | Node::Apply { .. }
                | Node::Negate(_)
                | Node::Binary(..)
                | Node::Cases { .. }
        );
        binds |= !leaf_or_sum;
    });
    if binds {
        return None;
    }
    let mut found = body.clone();
    found.rewrite(&mut |part| {
        if let Some(shorter) = without_squares(part, variables) {
            *part = shorter;
        }
    });
    variables.iter().all(|variable| !occurs(&found, variable)).then_some(found)
}

/// A sum that holds the square of each variable once, with the sum of squares in their place.
fn without_squares(sum: &Expr, variables: &[&str]) -> Option<Expr> {
    let Node::Binary(Binary::Add | Binary::Subtract, ..) = sum.node else { return None };
    let mut missing = variables.to_vec();
    let mut rest = vec![];
    for (added, term) in terms(sum) {
        match missing.iter().position(|variable| added && is_square(term, variable)) {
            Some(place) => drop(missing.swap_remove(place)),
            None => rest.push((added, term)),
        }
    }
    if !missing.is_empty() {
        return None;
    }
    let whole = Expr::new(Node::Name(SUM_OF_SQUARES.to_string()), sum.span);
    Some(rest.into_iter().fold(whole, |sum, (added, term)| {
        let operator = if added { Binary::Add } else { Binary::Subtract };
        let span = sum.span;
        Expr::new(Node::Binary(operator, Box::new(sum), Box::new(term.clone())), span)
    }))
}

/// `x^2` or `x*x`.
fn is_square(term: &Expr, variable: &str) -> bool {
    let is_it = |e: &Expr| matches!(&e.node, Node::Name(name) if name == variable);
    match &term.node {
        Node::Binary(Binary::Power, base, exponent) => is_it(base) && **exponent == Expr::integer(2),
        Node::Binary(Binary::Multiply, one, other) => is_it(one) && is_it(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(operator: Binary, x: Expr, y: Expr) -> Expr {
        Expr::new(Node::Binary(operator, Box::new(x), Box::new(y)), Default::default())
    }

    #[test]
    fn sums_of_squares_are_found_in_any_order() {
        let name = |text: &str| Expr::name(text);
        let square = |text: &str| binary(Binary::Power, name(text), Expr::integer(2));
        let plus = |x: Expr, y: Expr| binary(Binary::Add, x, y);
        let is_radial = |body: &Expr| of_sum_of_squares(body, &["x", "y", "z"]).is_some();
        let product = binary(Binary::Multiply, name("z"), name("z"));
        let sum = plus(plus(square("y"), binary(Binary::Subtract, product, name("a"))), square("x"));
        assert!(is_radial(&sum));
        assert!(is_radial(&binary(Binary::Divide, sum.clone(), sum.clone())));
        // A variable beside the sum, a square that is taken away, one that stands twice, one that is missing.
        assert!(!is_radial(&binary(Binary::Multiply, sum.clone(), name("x"))));
        assert!(!is_radial(&binary(Binary::Subtract, plus(square("x"), square("y")), square("z"))));
        assert!(!is_radial(&plus(sum, square("x"))));
        assert!(!is_radial(&plus(square("x"), square("y"))));
    }
}
