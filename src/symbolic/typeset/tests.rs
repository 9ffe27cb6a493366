//! Brackets, names and numbers of the LaTeX.

use super::*;
use crate::symbolic::Span;

fn node(node: Node) -> Expr {
    Expr::new(node, Span::default())
}

fn binary(operator: Binary, left: Expr, right: Expr) -> Expr {
    node(Node::Binary(operator, Box::new(left), Box::new(right)))
}

fn apply(function: &str, primes: u32, arguments: Vec<Expr>) -> Expr {
    node(Node::Apply { function: function.to_string(), primes, arguments })
}

fn show(expr: &Expr) -> String {
    let symbols = BTreeMap::from([("alpha2".to_string(), "\\alpha^2".to_string())]);
    Typeset::new(&symbols).expression(expr).latex()
}

fn a() -> Expr {
    Expr::name("a")
}

fn sum() -> Expr {
    binary(Binary::Add, a(), Expr::integer(1))
}

#[test]
fn names_have_defaults() {
    let names = [
        ("rho", "\\rho"),
        ("T2", "T_2"),
        ("x_12", "x_{12}"),
        ("k_star", "k_{\\mathrm{star}}"),
        ("share", "\\mathrm{share}"),
        ("beta_1", "\\beta_1"),
        ("alpha2", "\\alpha^2"),
        ("x", "x"),
        ("_", "\\mathrm{ }"),
    ];
    for (name, latex) in names {
        assert_eq!(show(&Expr::name(name)), latex);
    }
}

#[test]
fn brackets_stand_where_they_must() {
    let cases = [
        (binary(Binary::Multiply, sum(), a()), "(a + 1) a"),
        (binary(Binary::Subtract, a(), sum()), "a - (a + 1)"),
        (binary(Binary::Subtract, a(), node(Node::Negate(Box::new(a())))), "a - (-a)"),
        (binary(Binary::Divide, sum(), a()), "\\frac{a + 1}{a}"),
        (
            binary(Binary::Power, binary(Binary::Divide, a(), sum()), Expr::integer(2)),
            "\\left(\\frac{a}{a + 1}\\right)^2",
        ),
        (binary(Binary::Power, Expr::name("alpha2"), Expr::integer(2)), "(\\alpha^2)^2"),
        (binary(Binary::Power, Expr::integer(-2), a()), "(-2)^a"),
        (binary(Binary::Power, a(), Expr::integer(-2)), "a^{-2}"),
        (binary(Binary::Multiply, Expr::integer(2), Expr::integer(3)), "2 \\cdot 3"),
        (binary(Binary::Multiply, a(), sum()), "a \\thinspace (a + 1)"),
        (node(Node::Negate(Box::new(sum()))), "-(a + 1)"),
        (binary(Binary::Power, apply("exp", 0, vec![a()]), Expr::integer(2)), "\\left(e^{a}\\right)^2"),
        (binary(Binary::Multiply, apply("expm1", 0, vec![a()]), a()), "\\left(e^{a} - 1\\right) a"),
    ];
    for (expr, latex) in cases {
        assert_eq!(show(&expr), latex);
    }
}

#[test]
fn functions_have_their_own_signs() {
    let cases = [
        (apply("pos", 0, vec![sum()]), "(a + 1)_+"),
        (apply("lambda", 0, vec![Expr::integer(12)]), "\\lambda_{12}"),
        (apply("sigma", 2, vec![a()]), "\\sigma''(a)"),
        (apply("psi", 1, vec![a()]), "\\psi'(a)"),
        (apply("quantile", 0, vec![Expr::name("spectrum"), a()]), "Q_{B}(a)"),
        (apply("log1p", 0, vec![sum()]), "\\ln(1 + (a + 1))"),
    ];
    for (expr, latex) in cases {
        assert_eq!(show(&expr), latex);
    }
}

#[test]
fn numbers_are_decimals_fractions_or_powers_of_ten() {
    let ratio = |top: i64, bottom: u64| node(Node::Number(RBig::from_parts(top.into(), bottom.into())));
    assert_eq!(show(&ratio(1, 20)), "0.05");
    assert_eq!(show(&ratio(-5, 2)), "-2.5");
    assert_eq!(show(&ratio(1, 3)), "\\frac{1}{3}");
    assert_eq!(show(&ratio(1, 1_000_000_000)), "10^{-9}");
    assert_eq!(show(&ratio(3, 1_000_000_000)), "3 \\cdot 10^{-9}");
    assert_eq!(show(&ratio(1200, 1)), "1200");
}

#[test]
fn integrals_bind_from_the_outside() {
    let ends = |low, high| Law::Lebesgue(Box::new(Interval { low, low_closed: true, high, high_closed: true }));
    let over = |variable: &str, law| Binding { variables: vec![variable.to_string()], law };
    let bindings = vec![over("u", ends(Expr::integer(0), a())), over("v", ends(Expr::integer(0), Expr::name("u")))];
    let integral = node(Node::Integral { expectation: false, body: Box::new(sum()), bindings });
    assert_eq!(
        show(&integral),
        "\\int_{0}^{a} \\int_{0}^{u} (a + 1) \\thinspace \\mathrm{d} v \\thinspace \\mathrm{d} u"
    );
}

#[test]
fn measures_are_written_as_their_transform() {
    let over = Binding { variables: vec!["u".to_string()], law: Law::Measure("nu".to_string()) };
    let integral = node(Node::Integral { expectation: false, body: Box::new(sum()), bindings: vec![over] });
    assert_eq!(show(&integral), "\\int (a + 1) \\thinspace \\nu(\\mathrm{d} u)");
    let support = Interval { low: Expr::integer(0), low_closed: true, high: a(), high_closed: true };
    let measure = node(Node::Measure {
        variable: "z".to_string(),
        transform: Box::new(binary(Binary::Divide, Expr::integer(1), binary(Binary::Subtract, a(), Expr::name("z")))),
        support: Box::new(support),
        mass: Box::new(Expr::name("rho")),
    });
    let definition = Definition {
        name: "nu".to_string(),
        arguments: vec![],
        body: measure,
        symbol: None,
        shared: false,
        span: Span::default(),
    };
    assert_eq!(
        Typeset::new(&BTreeMap::new()).definition(&definition).unwrap().latex(),
        "\\int \\frac{1}{u - z} \\thinspace \\nu(\\mathrm{d} u) = \\frac{1}{a - z} \\text{, a measure of mass } \\rho \
         \\text{ within } [0, a]"
    );
}

#[test]
fn systems_are_written_below_each_other() {
    let unknowns = vec!["r".to_string(), "a".to_string()];
    let equation = |left: &str, right| Equation { left: Expr::name(left), right };
    let equations = vec![equation("r", sum()), equation("a", Expr::integer(2))];
    let body = node(Node::Linear { unknowns, equations, search: None });
    let mut definition = Definition {
        name: "linear r, a".to_string(),
        arguments: vec![],
        body,
        symbol: None,
        shared: false,
        span: Span::default(),
    };
    let symbols = BTreeMap::from([("r".to_string(), "\\mathfrak{r}".to_string())]);
    assert_eq!(
        Typeset::new(&symbols).definition(&definition).unwrap().latex(),
        "(\\mathfrak{r}, a) \\text{ solves } \\left\\lbrace \\begin{aligned} r & = a + 1 \\cr a & = 2 \\end{aligned} \\right."
            .replace("r & =", "\\mathfrak{r} & =")
    );
    // The system says it for its unknowns.
    definition.body = node(Node::Unknown { system: "linear r, a".to_string(), index: 0 });
    assert_eq!(Typeset::new(&symbols).definition(&definition), None);
}
