//! The elements of formulas, and that every element has as many parts as MathML asks for.

use super::*;
use crate::symbolic::typeset::Typeset;
use crate::symbolic::{Binary, Expr, Node, Span};
use std::collections::BTreeMap;

fn show(latex: &str) -> String {
    Layout::piece(latex).mathml().replace("<math display=\"block\">", "").replace("</math>", "")
}

fn expression(expr: &Expr) -> String {
    Typeset::new(&BTreeMap::new()).expression(expr).element()
}

/// Names of elements with their children, read by a stack: every end has its beginning, in order.
fn children(text: &str) -> Vec<(String, usize)> {
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut closed = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("`{tag}` has no end in {text}"));
        if let Some(name) = tag.strip_prefix('/') {
            let (known, count) = open.pop().unwrap_or_else(|| panic!("{name} ends before it begins: {text}"));
            assert_eq!(known, name, "{text}");
            closed.push((known, count));
        } else {
            open.iter_mut().rev().take(1).for_each(|(_, count)| *count += 1);
            open.push((tag.split(' ').next().unwrap().to_string(), 0));
        }
    }
    assert!(open.is_empty(), "{open:?} never end: {text}");
    closed
}

fn check_arity(text: &str) {
    for (name, count) in children(text) {
        let wanted = match name.as_str() {
            "mfrac" | "msub" | "msup" | "mover" | "munder" => Some(2),
            "msubsup" | "munderover" => Some(3),
            "mi" | "mn" | "mo" | "mtext" | "mspace" => Some(0),
            _ => None,
        };
        assert!(wanted.is_none_or(|wanted| wanted == count), "{name} has {count} parts: {text}");
    }
}

#[test]
fn symbols_and_signs() {
    for (latex, mathml) in [
        ("\\rho", "<mi>ρ</mi>"),
        ("\\alpha^2", "<msup><mi>α</mi><mn>2</mn></msup>"),
        ("\\varsigma_\\parallel", "<msub><mi>ς</mi><mo>∥</mo></msub>"),
        ("x_{12}", "<msub><mi>x</mi><mn>12</mn></msub>"),
        ("k_{\\mathrm{star}}", "<msub><mi>k</mi><mi>star</mi></msub>"),
        ("\\mathrm{d}", "<mi mathvariant=\"normal\">d</mi>"),
        ("\\bar\\lambda", "<mover accent=\"true\"><mi>λ</mi><mo stretchy=\"false\">¯</mo></mover>"),
        ("\\mathbb{E}", "<mi>𝔼</mi>"),
        ("\\mathcal{R}", "<mi>ℛ</mi>"),
        ("0.05", "<mn>0.05</mn>"),
        (" \\lt ", "<mo>&lt;</mo>"),
        ("\\text{ if }", "<mtext>\u{a0}if\u{a0}</mtext>"),
        ("\\nosuch", "<mtext>\\nosuch</mtext>"),
        ("x_a^b", "<msubsup><mi>x</mi><mi>a</mi><mi>b</mi></msubsup>"),
        ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
        ("", "<mrow></mrow>"),
    ] {
        assert_eq!(show(latex), mathml, "{latex}");
    }
}

/// `symbol` lines are the reader's own: whatever stands there, the elements stay in order.
#[test]
fn no_piece_breaks_the_page() {
    for latex in
        ["_", "^", "x^", "\\frac", "\\frac{a}", "{", "}", "\\left(", "\\right)", "a<b>&c", "\\", "\\mathrm", "'"]
    {
        check_arity(&Layout::piece(latex).mathml());
    }
    check_arity(&Layout::piece("{".repeat(10_000)).mathml());
    check_arity(&Layout::piece("\\left(".repeat(10_000)).mathml());
}

#[test]
fn fractions_calls_and_brackets() {
    let node = |node| Expr::new(node, Span::default());
    let binary = |operator, left, right| node(Node::Binary(operator, Box::new(left), Box::new(right)));
    let half = binary(Binary::Divide, Expr::name("rho"), Expr::integer(2));
    assert_eq!(expression(&half), "<mfrac><mi>ρ</mi><mn>2</mn></mfrac>");
    let square = binary(Binary::Power, half, Expr::integer(2));
    assert_eq!(
        expression(&square),
        "<msup><mrow><mo fence=\"true\" form=\"prefix\" stretchy=\"true\">(</mo><mfrac><mi>ρ</mi><mn>2</mn></mfrac>\
         <mo fence=\"true\" form=\"postfix\" stretchy=\"true\">)</mo></mrow><mn>2</mn></msup>"
    );
    let call = node(Node::Apply { function: "psi".to_string(), primes: 1, arguments: vec![Expr::name("x")] });
    assert_eq!(
        expression(&call),
        "<mrow><msup><mi>ψ</mi><mo>′</mo></msup><mo>&#x2061;</mo><mrow>\
         <mo fence=\"true\" form=\"prefix\" stretchy=\"false\">(</mo><mi>x</mi>\
         <mo fence=\"true\" form=\"postfix\" stretchy=\"false\">)</mo></mrow></mrow>"
    );
}
