//! Precedence, places, exactness; and that no text makes the parser panic.

use super::*;
use crate::claim::{Definitions, read_definitions};
use crate::symbolic::source::{condition_to_source, to_source};
use crate::symbolic::{Binding, Branch, Comparison, Family, Interval, Law, Which};
use proptest::prelude::*;

fn parse(text: &str) -> Parsed<Expr> {
    formula(text, Span { start: 0, end: text.len() })
}

/// The same text with every grouping written out.
fn grouped(text: &str) -> String {
    fn show(expr: &Expr) -> String {
        match &expr.node {
            Node::Binary(operator, left, right) => {
                let symbol = OPERATORS.iter().find(|(_, o, ..)| o == operator).map_or("?", |(s, ..)| s);
                format!("({}{symbol}{})", show(left), show(right))
            }
            Node::Negate(inner) => format!("(-{})", show(inner)),
            _ => to_source(expr),
        }
    }
    show(&parse(text).unwrap())
}

#[test]
fn operators_group_as_in_mathematics() {
    let cases = [
        ("a - b - c", "((a-b)-c)"),
        ("a/b/c*d", "(((a/b)/c)*d)"),
        ("a + b*c^d", "(a+(b*(c^d)))"),
        ("2^3^4", "(2^(3^4))"),
        ("-x^2", "(-(x^2))"),
        ("-x*y", "((-x)*y)"),
        ("a - -b", "(a-(-b))"),
        ("2^-x*y", "((2^(-x))*y)"),
        ("2^-x^2", "(2^(-(x^2)))"),
        ("(-x)^2", "((-x)^2)"),
        ("--x", "(-(-x))"),
        ("a*-b^c + d", "((a*(-(b^c)))+d)"),
    ];
    for (text, expected) in cases {
        assert_eq!(grouped(text), expected, "{text}");
    }
}

#[test]
fn numbers_stay_exact() {
    let value = |text: &str| literal(&parse(text).unwrap()).unwrap();
    assert_eq!(value("0.05"), RBig::from_parts(1.into(), 20_u8.into()));
    assert_eq!(value("-1/3"), RBig::from_parts((-1).into(), 3_u8.into()));
    assert_eq!(value("1e-3"), RBig::from_parts(1.into(), 1000_u16.into()));
    assert_eq!(literal(&parse("1/0").unwrap()), None);
}

#[test]
fn places_cover_what_they_name() {
    let text = "1 + psi'(z)*(a - b)";
    let expr = parse(text).unwrap();
    let at = |span: Span| &text[span.start..span.end];
    assert_eq!(at(expr.span), text);
    let Node::Binary(Binary::Add, _, product) = &expr.node else { panic!("{expr:?}") };
    assert_eq!(at(product.span), "psi'(z)*(a - b)");
    let Node::Binary(Binary::Multiply, call, bracket) = &product.node else { panic!("{product:?}") };
    assert_eq!(at(call.span), "psi'(z)");
    assert_eq!(at(bracket.span), "(a - b)");
}

#[test]
fn forms_reach_as_far_as_they_can() {
    let root = parse("2*root p in (0, inf) of p - a + 1").unwrap();
    let Node::Binary(Binary::Multiply, _, root) = &root.node else { panic!("{root:?}") };
    let Node::Root { body, interval, .. } = &root.node else { panic!("{root:?}") };
    assert_eq!(to_source(body), "p - a + 1");
    assert!(!interval.low_closed && !interval.high_closed && interval.high.node == Node::Infinity);
    let series = parse("sum k from 0 of x^k + 1").unwrap();
    assert!(matches!(&series.node, Node::Series { from: 0, term, .. } if to_source(term) == "x^k + 1"));
}

#[test]
fn conditions_bind_and_before_or() {
    let text = "a < 1 or b >= 2 and (c != 3 or (d + 1)*2 == 4)";
    let found = condition(text, Span { start: 0, end: text.len() }).unwrap();
    assert_eq!(condition_to_source(&found), text);
    assert!(matches!(&found, Condition::Or(_, right) if matches!(**right, Condition::And(..))));
}

#[test]
fn deep_and_long_formulas_are_faults() {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for text in
        [nested("(", ")"), nested("-", ""), nested("2^", ""), nested("exp(", ")"), nested("E[", ": g ~ normal]")]
    {
        assert!(["C014", "C022"].contains(&parse(&text).unwrap_err().code));
    }
    let bracketed = format!("cases({}a < 1{}: 1; otherwise: 2)", "(".repeat(300), ")".repeat(300));
    assert_eq!(parse(&bracketed).unwrap_err().code, "C022");
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["a", "rho", "x_1", "T2", "pi", "psi"]).prop_map(str::to_string)
}

fn number() -> impl Strategy<Value = Expr> {
    (0_u64..1_000_000_000, -300_isize..300).prop_map(|(digits, exponent)| {
        let value = RBig::from(digits) * RBig::from(10).pow(exponent);
        Expr::new(Node::Number(value), Span::default())
    })
}

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

fn interval((low, low_closed, high, high_closed): (Expr, bool, Expr, bool)) -> Box<Interval> {
    Box::new(Interval { low, low_closed, high, high_closed })
}

fn conditions(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Condition> {
    let signs: Vec<Comparison> = COMPARISONS.iter().map(|(_, comparison)| *comparison).collect();
    let leaf = (proptest::sample::select(signs), inner.clone(), inner)
        .prop_map(|(sign, left, right)| Condition::Compare(sign, boxed(left), boxed(right)));
    leaf.prop_recursive(2, 6, 2, |part| {
        prop_oneof![
            (part.clone(), part.clone()).prop_map(|(a, b)| Condition::And(Box::new(a), Box::new(b))),
            (part.clone(), part).prop_map(|(a, b)| Condition::Or(Box::new(a), Box::new(b))),
        ]
    })
}

/// Any formula that a file can hold.
fn formulas() -> impl Strategy<Value = Expr> {
    let node = |node| Expr::new(node, Span::default());
    let leaf = prop_oneof![number(), name().prop_map(move |n| node(Node::Name(n))), Just(node(Node::Infinity))];
    leaf.prop_recursive(5, 40, 3, move |inner| {
        let operators: Vec<Binary> = OPERATORS.iter().map(|(_, operator, ..)| *operator).collect();
        let ends = (inner.clone(), any::<bool>(), inner.clone(), any::<bool>()).prop_map(interval);
        let law = prop_oneof![
            Just((1, Law::Normal)),
            inner.clone().prop_map(|c| (2, Law::NormalPair(boxed(c)))),
            inner.clone().prop_map(|c| (1, Law::MarchenkoPastur(boxed(c)))),
            Just((1, Law::Spectrum)),
            Just((1, Law::Covariance)),
            Just((2, Law::Spectra)),
            Just((1, Law::Family(Family::Rademacher, vec![]))),
            inner.clone().prop_map(|rate| (1, Law::Family(Family::Poisson, vec![rate]))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| (1, Law::Family(Family::Gamma, vec![a, b]))),
        ];
        let bindings = proptest::collection::vec((name(), name(), law), 1..3).prop_map(|all| {
            all.into_iter()
                .map(|(first, second, (count, law))| Binding { variables: vec![first, second][..count].to_vec(), law })
                .collect::<Vec<Binding>>()
        });
        let lebesgue = (name(), ends.clone())
            .prop_map(|(variable, ends)| vec![Binding { variables: vec![variable], law: Law::Lebesgue(ends) }]);
        prop_oneof![
            inner.clone().prop_map(move |a| node(Node::Negate(boxed(a)))),
            (proptest::sample::select(operators), inner.clone(), inner.clone())
                .prop_map(move |(operator, a, b)| node(Node::Binary(operator, boxed(a), boxed(b)))),
            (name(), 0_u32..3, proptest::collection::vec(inner.clone(), 1..3))
                .prop_map(move |(function, primes, arguments)| node(Node::Apply { function, primes, arguments })),
            (inner.clone(), bindings).prop_map(move |(body, bindings)| node(Node::Integral {
                expectation: true,
                body: boxed(body),
                bindings
            })),
            (inner.clone(), lebesgue).prop_map(move |(body, bindings)| node(Node::Integral {
                expectation: false,
                body: boxed(body),
                bindings
            })),
            (name(), ends, inner.clone()).prop_map(move |(variable, interval, body)| node(Node::Root {
                which: Which::First,
                variable,
                interval,
                body: boxed(body)
            })),
            (name(), 0_u64..9, inner.clone()).prop_map(move |(variable, from, term)| node(Node::Series {
                variable,
                from,
                term: boxed(term)
            })),
            (name(), inner.clone(), inner.clone(), inner.clone()).prop_map(move |(variable, from, to, term)| {
                node(Node::Sum { variable, from: boxed(from), to: boxed(to), term: boxed(term) })
            }),
            (conditions(inner.clone()), inner.clone(), inner).prop_map(move |(condition, value, otherwise)| {
                node(Node::Cases { branches: vec![Branch { condition, value }], otherwise: boxed(otherwise) })
            }),
        ]
    })
}

const CLAIMS: [&str; 3] = [
    include_str!("../../../theory/rf-robustness.md"),
    include_str!("../../../theory/rf-test-error.md"),
    "```claim\nclaim a\ntitle T\nkind moment\nsimulator rf\nobservable robustness\nstatus derived\nsource S\nparameter rho = 1 in (0, inf)\n\
     activation bump(t) = cases(t < 0: -t; otherwise: exp(-t^2)) kinks {0, 1/2} smooth 1\n\
     parameter activation = bump\ngrid rho in {1/3, 2}, activation in {bump, relu}\nspecial pi/2 at rho = 2\n\
     k = root k in [0, 1) of k - rho\nsymbol k k_0\nlinear y, z: y + z = Int[f(p) : p in [0, 1]], y = rho*z + f(2)\n\
     f(x) = y*x + z\nlimit k*y + Int[p : p in [0, 1]] + sum j from 0 of rho^j/2^j\n\
     finite 1 - m/d when rho < 1 and m > 2\n```\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn printing_and_parsing_give_the_tree_back(expr in formulas()) {
        let text = to_source(&expr);
        match parse(&text) {
            Ok(found) => prop_assert_eq!(found, expr, "{}", text),
            Err(fault) => prop_assert!(fault.code == "C014" || fault.code == "C022", "{}: {:?}", text, fault),
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}|[-+*/^()\\[\\]{}:;,~'=<>! a-eEk0-9.\\n\\r\\t#]{0,120}") {
        let _ = parse(&text);
        let whole = format!("```claim\nclaim a\nlimit {text}\n```\n");
        for text in [text.as_str(), whole.as_str()] {
            if let Err(faults) = crate::testing::read_claim("a.md", text, &Definitions::default(), &|_| Err(String::new())) {
                let _ = faults.to_string();
            }
        }
    }

    #[test]
    fn no_change_to_a_real_claim_makes_the_reader_panic(
        which in 0..CLAIMS.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..6, any::<char>()), 1..6),
    ) {
        let shared = read_definitions("d.md", include_str!("../../../theory/definitions.md")).unwrap();
        let mut letters: Vec<char> = CLAIMS[which].chars().collect();
        for (place, kind, letter) in edits {
            letters.push('\n');
            let at = place.index(letters.len());
            match kind {
                0 => letters[at] = letter,
                1 => letters.insert(at, letter),
                2 => { letters.remove(at); }
                3 => letters.insert(at, ['(', '[', '{', ':', '#', '\n', '\0'][letter as usize % 7]),
                4 => letters.truncate(at.max(1)),
                _ => letters.swap(at, letter as usize % at.max(1)),
            }
        }
        let text: String = letters.into_iter().collect();
        if let Err(faults) = crate::testing::read_claim("a.md", &text, &shared, &|_| Ok("1\n2\n".to_string())) {
            prop_assert!(!faults.faults.is_empty());
            prop_assert!(faults.to_string().contains("a.md"));
        }
    }
}

#[test]
fn real_claims_read_with_either_line_end() {
    let shared = read_definitions("d.md", include_str!("../../../theory/definitions.md")).unwrap();
    for text in CLAIMS {
        let [unix, windows] = [text.to_string(), text.replace('\n', "\r\n")].map(|text| {
            crate::testing::read_claim("a.md", &text, &shared, &|_| Ok("1\n2\n".to_string()))
                .unwrap_or_else(|why| panic!("{why}"))
        });
        assert_eq!((unix.limit, unix.grid, unix.title), (windows.limit, windows.grid, windows.title));
    }
}

/// A measure reads back as the same tree from what the source printer writes.
#[test]
fn measures_are_read_and_printed() {
    let text = "measure stieltjes z -> psi(l - z)/(1 + q*psi(l - z)) within [l, l + 2*q) mass rho";
    let read = |text: &str| {
        let mut parser = Parser::new(text, Span { start: 0, end: text.len() }).unwrap();
        let measure = parser.measure().unwrap();
        parser.finish().unwrap();
        measure
    };
    let measure = read(text);
    assert!(matches!(&measure.node, Node::Measure { support, .. } if support.low_closed && !support.high_closed));
    assert_eq!(to_source(&measure), text);
    assert_eq!(read(&to_source(&measure)), measure);
    let integral = parse("Int[u*v : u ~ nu, v in [0, u]]").unwrap();
    assert_eq!(to_source(&integral), "Int[u*v : u ~ nu, v in [0, u]]");
}
