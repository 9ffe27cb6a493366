//! Whether exchanging two variables leaves a formula as it is.

use super::derivative::occurs;
use super::expression::{Binary, Expr, Node};

/// Whether `expr` is the same with `a` and `b` exchanged, up to the order of sums and products. False means "not seen": formulas
/// that are equal for other reasons are not recognised, nor is anything that binds variables of its own around these two.
pub fn symmetric(expr: &Expr, a: &str, b: &str) -> bool {
    same(expr, expr, (a, b))
}

/// Whether `x` with the two names exchanged is `y`.
fn same(x: &Expr, y: &Expr, swap: (&str, &str)) -> bool {
    match (&x.node, &y.node) {
        (Node::Name(one), Node::Name(other)) => match one.as_str() {
            name if name == swap.0 => other == swap.1,
            name if name == swap.1 => other == swap.0,
            name => other == name,
        },
        (
            Node::Apply { function, primes, arguments },
            Node::Apply { function: other, primes: other_primes, arguments: others },
        ) => {
            function == other
                && primes == other_primes
                && arguments.len() == others.len()
                && arguments.iter().zip(others).all(|(x, y)| same(x, y, swap))
        }
        (Node::Negate(x), Node::Negate(y)) => same(x, y, swap),
        (Node::Binary(Binary::Add | Binary::Subtract, ..), Node::Binary(Binary::Add | Binary::Subtract, ..)) => {
            matched(&terms(x), &terms(y), swap)
        }
        (Node::Binary(Binary::Multiply, ..), Node::Binary(Binary::Multiply, ..)) => {
            matched(&factors(x), &factors(y), swap)
        }
        (Node::Binary(operator, x, exponent), Node::Binary(other, y, other_exponent)) => {
            operator == other && same(x, y, swap) && same(exponent, other_exponent, swap)
        }
        _ => x == y && ![x, y].iter().any(|side| occurs(side, swap.0) || occurs(side, swap.1)),
    }
}

/// Whether each of `xs` has a partner of its own among `ys`. Being the same is an equivalence, so the first partner will do.
fn matched(xs: &[(bool, &Expr)], ys: &[(bool, &Expr)], swap: (&str, &str)) -> bool {
    let mut free: Vec<&(bool, &Expr)> = ys.iter().collect();
    xs.len() == ys.len()
        && xs.iter().all(|(sign, x)| {
            let partner = free.iter().position(|(other, y)| sign == other && same(x, y, swap));
            partner.map(|place| free.swap_remove(place)).is_some()
        })
}

/// The terms of a sum, true for those that are added.
pub(super) fn terms(expr: &Expr) -> Vec<(bool, &Expr)> {
    match &expr.node {
        Node::Binary(operator @ (Binary::Add | Binary::Subtract), x, y) => {
            let mut found = terms(x);
            let added = *operator == Binary::Add;
            found.extend(terms(y).into_iter().map(|(sign, term)| (sign == added, term)));
            found
        }
        _ => vec![(true, expr)],
    }
}

/// The factors of a product.
fn factors(expr: &Expr) -> Vec<(bool, &Expr)> {
    match &expr.node {
        Node::Binary(Binary::Multiply, x, y) => factors(x).into_iter().chain(factors(y)).collect(),
        _ => vec![(true, expr)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::Span;

    fn binary(operator: Binary, x: Expr, y: Expr) -> Expr {
        Expr::new(Node::Binary(operator, Box::new(x), Box::new(y)), Span::default())
    }

    fn apply(function: &str, primes: u32, argument: Expr) -> Expr {
        Expr::new(Node::Apply { function: function.into(), primes, arguments: vec![argument] }, Span::default())
    }

    #[test]
    fn exchanges_are_seen_through_the_order_of_operands() {
        let (u, v, c) = (Expr::name("u"), Expr::name("v"), Expr::name("c"));
        let both =
            |primes| binary(Binary::Multiply, apply("sigma", primes, u.clone()), apply("sigma", primes, v.clone()));
        let kernel = binary(Binary::Add, both(0), binary(Binary::Multiply, c.clone(), both(1)));
        assert!(symmetric(&kernel, "u", "v"));
        let square = binary(Binary::Power, binary(Binary::Subtract, kernel.clone(), c.clone()), Expr::integer(2));
        assert!(symmetric(&square, "u", "v"));
        assert!(!symmetric(&kernel, "u", "c"));
        let difference = binary(Binary::Subtract, u.clone(), v.clone());
        assert!(!symmetric(&difference, "u", "v"));
        assert!(!symmetric(&binary(Binary::Divide, u.clone(), v.clone()), "u", "v"));
        let mixed = binary(Binary::Multiply, apply("sigma", 1, u.clone()), apply("sigma", 0, v.clone()));
        assert!(!symmetric(&mixed, "u", "v"));
        let (uuv, uvv) =
            (binary(Binary::Multiply, u.clone(), binary(Binary::Multiply, u.clone(), v.clone())), v.clone());
        assert!(!symmetric(&uuv, "u", "v"));
        assert!(symmetric(&binary(Binary::Multiply, uuv, uvv), "u", "v"));
        assert!(symmetric(&c, "u", "v"));
    }
}
