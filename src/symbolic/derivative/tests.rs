//! Derivatives against those by hand, and what is refused.

use super::*;
use crate::symbolic::Which;

fn name(n: &str) -> Expr {
    Expr::name(n)
}

fn op(op: Binary, a: Expr, b: Expr) -> Expr {
    Expr::new(Node::Binary(op, Box::new(a), Box::new(b)), Span::default())
}

fn over(law: Law, variable: &str, body: Expr) -> Expr {
    let bindings = vec![Binding { variables: vec![variable.to_string()], law }];
    Expr::new(Node::Integral { expectation: true, body: Box::new(body), bindings }, Span::default())
}

fn interval(low: Expr, high: Expr) -> Box<Interval> {
    Box::new(Interval { low, low_closed: true, high, high_closed: true })
}

#[test]
fn powers_drop_zeros_and_ones() {
    let cube = op(Binary::Power, name("z"), Expr::integer(3));
    let square = op(Binary::Power, name("z"), Expr::integer(2));
    assert_eq!(derivative(&cube, "z").unwrap(), op(Binary::Multiply, Expr::integer(3), square));
    assert_eq!(derivative(&cube, "y").unwrap(), Expr::integer(0));
    let product = op(Binary::Multiply, name("y"), name("z"));
    assert_eq!(derivative(&product, "z").unwrap(), name("y"));
}

#[test]
fn bound_variables_shadow() {
    let body = op(Binary::Multiply, name("z"), name("z"));
    assert_eq!(derivative(&over(Law::Normal, "z", body.clone()), "z").unwrap(), Expr::integer(0));
    // d/dz int_0^z z dz = z (the boundary term alone): Let z = z in z.
    let moving = over(Law::Lebesgue(interval(Expr::integer(0), name("z"))), "z", name("z"));
    let expected = Node::Let { name: "z".into(), value: Box::new(name("z")), body: Box::new(name("z")) };
    assert_eq!(derivative(&moving, "z").unwrap().node, expected);
}

#[test]
fn leibniz_terms() {
    // d/dz int_0^(2z) p*z dp = int p dp + 2 * (let p = 2z in p*z)
    let end = op(Binary::Multiply, Expr::integer(2), name("z"));
    let body = op(Binary::Multiply, name("p"), name("z"));
    let law = Law::Lebesgue(interval(Expr::integer(0), end.clone()));
    let slope = derivative(&over(law.clone(), "p", body.clone()), "z").unwrap();
    let boundary =
        Expr::new(Node::Let { name: "p".into(), value: Box::new(end), body: Box::new(body) }, Span::default());
    let expected = op(Binary::Add, over(law, "p", name("p")), op(Binary::Multiply, Expr::integer(2), boundary));
    assert_eq!(slope, expected);
}

#[test]
fn roots_differentiate_implicitly() {
    // root p of p - z: p' = -(-1)/1
    let root = Expr::new(
        Node::Root {
            which: Which::Only,
            variable: "p".into(),
            interval: interval(Expr::integer(0), Expr::integer(9)),
            body: Box::new(op(Binary::Subtract, name("p"), name("z"))),
        },
        Span::default(),
    );
    let expected = Node::Let { name: "p".into(), value: Box::new(root.clone()), body: Box::new(Expr::integer(1)) };
    assert_eq!(derivative(&root, "z").unwrap().node, expected);
}

/// `root z in [z, 9] of z^2 - y`, by z: the z of the equation is the unknown, the one in the interval only says where to look.
#[test]
fn a_root_whose_unknown_has_the_name_of_the_variable_is_constant() {
    let square = op(Binary::Power, name("z"), Expr::integer(2));
    let root = Node::Root {
        which: Which::Only,
        variable: "z".into(),
        interval: interval(name("z"), Expr::integer(9)),
        body: Box::new(op(Binary::Subtract, square, name("y"))),
    };
    let root = Expr::new(root, Span::default());
    assert_eq!(derivative(&root, "z").unwrap(), Expr::integer(0));
    // By y it is 1/(2 z) at the root: -(-1)/(2 z).
    let Node::Let { name: bound, body, .. } = derivative(&root, "y").unwrap().node else { panic!("{root:?}") };
    assert_eq!((bound.as_str(), derivative(&body, "y").unwrap()), ("z", Expr::integer(0)));
    assert!(occurs(&body, "z"));
}

/// Limits that hold the variable, a value that holds it, a series: what is bound under the same name is another variable.
#[test]
fn other_binders_of_the_variables_name() {
    let let_node = |value: Expr, body: Expr| {
        Expr::new(Node::Let { name: "z".into(), value: Box::new(value), body: Box::new(body) }, Span::default())
    };
    let square = op(Binary::Power, name("z"), Expr::integer(2));
    // d/dz (let z = 3z in z^2) = (let z = 3z in 2z) * 3
    let tripled = op(Binary::Multiply, Expr::integer(3), name("z"));
    let twice = op(Binary::Multiply, Expr::integer(2), name("z"));
    let expected = op(Binary::Multiply, let_node(tripled.clone(), twice), Expr::integer(3));
    assert_eq!(derivative(&let_node(tripled.clone(), square.clone()), "z").unwrap(), expected);
    let series = Expr::new(Node::Series { variable: "z".into(), from: 0, term: Box::new(square) }, Span::default());
    assert_eq!(derivative(&series, "z").unwrap(), Expr::integer(0));
    // d/dz int_0^z (int_0^z z dz) dx: the inner integral is the same at the end, x = z, as anywhere; its own limit moves too.
    let inner = over(Law::Lebesgue(interval(Expr::integer(0), name("z"))), "z", name("z"));
    let outer = over(Law::Lebesgue(interval(Expr::integer(0), name("z"))), "x", inner.clone());
    let under = over(Law::Lebesgue(interval(Expr::integer(0), name("z"))), "x", let_node(name("z"), name("z")));
    let at_end = Node::Let { name: "x".into(), value: Box::new(name("z")), body: Box::new(inner) };
    let expected = op(Binary::Add, under, Expr::new(at_end, Span::default()));
    assert_eq!(derivative(&outer, "z").unwrap(), expected);
}

#[test]
fn primes_count_up_and_faults_are_named() {
    let psi = |primes| call("psi", primes, op(Binary::Multiply, Expr::integer(2), name("z")), Span::default());
    assert_eq!(derivative(&psi(0), "z").unwrap(), op(Binary::Multiply, psi(1), Expr::integer(2)));
    let third = call("sigma", 2, name("z"), Span { start: 3, end: 9 });
    assert_eq!(derivative(&third, "z").unwrap_err().span, Span { start: 3, end: 9 });
    let law = Law::MarchenkoPastur(Box::new(Expr::new(Node::Name("z".into()), Span { start: 5, end: 6 })));
    let error = derivative(&over(law, "x", name("x")), "z").unwrap_err();
    assert_eq!(error.span, Span { start: 5, end: 6 });
    assert!(error.message.contains("law's parameter depends on `z`"));
    let several = Expr::new(
        Node::Apply { function: "f".into(), primes: 0, arguments: vec![name("z"), name("y")] },
        Span::default(),
    );
    assert!(derivative(&several, "z").unwrap_err().message.contains("several arguments"));
    assert_eq!(derivative(&several, "x").unwrap(), Expr::integer(0));
}
