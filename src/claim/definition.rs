//! Definitions and activations of one's own: `psi(z) = ...`, `activation bump(t) = ... kinks {...} smooth 2`.

use super::diagnostic::Diagnostic;
use super::document::slice;
use super::parser::{Parsed, Parser, formula};
use super::words::reserved;
use crate::formula::scalar::{NotScalar, Scalar};
use crate::model::activation::NAMED;
use crate::model::{Activation, DefinedActivation};
use crate::num::sets::Function;
use crate::symbolic::{Definition, Expr, Span};
use std::sync::Arc;

/// A definition as it stands in the text, with the places of what it introduces.
pub struct ReadDefinition {
    pub definition: Definition,
    pub name_span: Span,
    pub argument_spans: Vec<Span>,
}

/// Reads `name = body` or `name(x, y) = body`.
pub fn definition(masked: &str, span: Span, shared: bool) -> Parsed<ReadDefinition> {
    let mut parser = Parser::new(masked, span)?;
    let (name, name_span) = parser.name("a name")?;
    let (arguments, argument_spans) = arguments(&mut parser)?;
    parser.expect("=", "a definition is written `name = formula` or `name(x) = formula`")?;
    let is_measure = parser.is_word("measure");
    if let (true, Some(first), Some(last)) = (is_measure, argument_spans.first(), argument_spans.last()) {
        let place = Span { start: first.start, end: last.end };
        return Err(Diagnostic::new("C028", place, "a measure has no arguments").hint(
            "write nu = measure stieltjes z -> S(z) within [a, b] mass c; it may use parameters and definitions",
        ));
    }
    let body = if is_measure { parser.measure()? } else { parser.expression(0)? };
    parser.finish()?;
    let definition = Definition { name, arguments, body, symbol: None, shared, span };
    Ok(ReadDefinition { definition, name_span, argument_spans })
}

fn arguments(parser: &mut Parser) -> Parsed<(Vec<String>, Vec<Span>)> {
    let open = parser.place();
    let (mut names, mut spans) = (Vec::new(), Vec::new());
    if parser.take("(") {
        loop {
            let (name, span) = parser
                .name("the name of an argument")
                .map_err(|fault| fault.hint("what stands left of = has names only, as in f(x, y)"))?;
            if names.contains(&name) {
                return Err(Diagnostic::new("C041", span, format!("two arguments are called `{name}`"))
                    .hint("choose another name for one of them"));
            }
            names.push(name);
            spans.push(span);
            if !parser.take(",") {
                break;
            }
        }
        parser.close(")", open)?;
    }
    Ok((names, spans))
}

/// Reads `bump(t) = formula kinks {a, b} smooth 2`, with `span` what follows the word `activation`.
pub fn activation(masked: &str, span: Span) -> Parsed<Activation> {
    let form = "write activation name(t) = formula kinks {} smooth 2";
    let mut parser = Parser::new(masked, span)?;
    let (name, name_span) = parser.name("the name of the activation").map_err(|fault| fault.hint(form))?;
    if NAMED.iter().any(|(known, _)| *known == name) || matches!(name.as_str(), "he" | "poly") {
        return Err(Diagnostic::new("C070", name_span, format!("`{name}` is an activation that every claim has"))
            .hint("choose another name"));
    }
    let (mut names, spans) = arguments(&mut parser)?;
    let [variable_span] = spans[..] else {
        let place = Span { start: name_span.start, end: spans.last().map_or(name_span.end, |span| span.end) };
        return Err(Diagnostic::new("C071", place, "an activation has one argument").hint(form));
    };
    let variable = names.remove(0);
    for (word, place) in [(&name, name_span), (&variable, variable_span)] {
        if let Some(fault) = reserved(word, false, place) {
            return Err(fault);
        }
    }
    parser.expect("=", form)?;
    let body = parser.expression(0)?;
    parser.expect_word("kinks", "say where the formula is not smooth: kinks {0}, or kinks {} if nowhere")?;
    let kinks = kinks(&mut parser)?;
    parser.expect_word("smooth", "say which derivative's square is integrable last: smooth 0, smooth 1 or smooth 2")?;
    let last_square_integrable = parser.whole_number("0, 1 or 2", 2)? as u32;
    parser.finish()?;
    let compiled = Arc::new(Scalar::compile(&body, &variable).map_err(|why| refused(why, &variable))?);
    is_finite(&compiled, &kinks, &name, body.span)?;
    let formula = slice(masked, body.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let order = |order: usize| {
        let compiled = Arc::clone(&compiled);
        Box::new(move |t: f64| compiled.jet(t)[order]) as Box<dyn Fn(f64) -> f64 + Send + Sync>
    };
    let values = [order(0), order(1), order(2)];
    let on_sets = Some(compiled as Arc<dyn Function>);
    Ok(Activation::Defined(Arc::new(DefinedActivation {
        name,
        formula,
        values,
        on_sets,
        kinks,
        last_square_integrable,
    })))
}

fn refused(why: NotScalar, variable: &str) -> Diagnostic {
    Diagnostic::new("C072", why.span, format!("{why}: the formula of an activation is a function of {variable} alone"))
        .hint("it may use numbers, pi, cases(...) and the functions sqrt, exp, log, tanh, erf, abs, max, ...")
}

fn kinks(parser: &mut Parser) -> Parsed<Vec<f64>> {
    let open = parser.place();
    parser.expect("{", "the kinks are numbers in braces: kinks {-1, 1}, or kinks {}")?;
    let mut found = Vec::new();
    while !parser.is_symbol("}") {
        let point = parser.expression(0)?;
        found.push(constant(&point)?);
        if !parser.take(",") {
            break;
        }
    }
    parser.close("}", open)?;
    found.sort_by(f64::total_cmp);
    found.dedup();
    Ok(found)
}

/// The double that a formula without names stands for.
fn constant(expr: &Expr) -> Parsed<f64> {
    let value = Scalar::compile(expr, "").ok().map(|scalar| scalar.jet(0.0)[0]);
    value.filter(|x| x.is_finite()).ok_or_else(|| {
        Diagnostic::new("C073", expr.span, "a kink is a finite number").hint("write numbers such as -1, 1/2 or sqrt(2)")
    })
}

/// The formula and its derivatives must be finite numbers away from the kinks; tried on a grid over [-8, 8].
fn is_finite(compiled: &Scalar, kinks: &[f64], name: &str, span: Span) -> Parsed<()> {
    for step in -80..=80 {
        // Off the round numbers, where kinks tend to lie.
        let t = f64::from(step) * 0.1 + 0.0123;
        let near_kink = kinks.iter().any(|kink| (kink - t).abs() < 1e-9);
        if !near_kink && compiled.jet(t).iter().any(|x| !x.is_finite()) {
            return Err(Diagnostic::new(
                "C074",
                span,
                format!("`{name}` or a derivative of it is not finite at {t:.4}"),
            )
            .hint("an activation is a function on the whole line: use cases(...), or abs(x) inside ln and sqrt"));
        }
    }
    Ok(())
}

/// Reads a formula that must be all of `text[span]`, with a hint where it is empty.
pub fn whole_formula(masked: &str, span: Span, what: &str) -> Parsed<Expr> {
    if span.start == span.end {
        return Err(Diagnostic::new("C020", span, format!("the formula of `{what}` is missing"))
            .hint(format!("write {what} FORMULA")));
    }
    formula(masked, span)
}
