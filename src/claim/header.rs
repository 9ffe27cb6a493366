//! The one-line statements of a claim: id, title, kind, status, source, simulator, observable, bias, margin, symbols.

use super::assignment::{split_at_word, trim};
use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::Parsed;
use super::size_rule::SizeRule;
use super::types::{Bias, Breaks, ORDERS};
use crate::model::names::hint;
use crate::symbolic::Span;

/// The words of a statement, joined by single spaces; a fault if there are none.
pub fn words(masked: &str, statement: Statement) -> Parsed<String> {
    let text = slice(masked, statement.rest).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        let word = slice(masked, statement.word);
        return Err(Diagnostic::new("C034", statement.word, format!("`{word}` says nothing"))
            .hint(format!("write it as `{word} ...`, on the same line or indented below")));
    }
    Ok(text)
}

/// A permanent id: lower-case letters, digits and hyphens.
pub fn id(masked: &str, statement: Statement) -> Parsed<String> {
    let id = words(masked, statement)?;
    let letters = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !letters || !id.starts_with(|c: char| c.is_ascii_lowercase()) || id.ends_with('-') || id.contains("--") {
        return Err(Diagnostic::new("C035", statement.rest, "this cannot be the id of a claim")
            .hint("an id has lower-case letters, digits and single hyphens, as in rf-test-error"));
    }
    Ok(id)
}

/// `claim-id: what holds in place of its hypothesis`.
pub fn breaks(masked: &str, statement: Statement) -> Parsed<Breaks> {
    let text = words(masked, statement)?;
    let parts = text.split_once(':').map(|(claim, hypothesis)| (claim.trim(), hypothesis.trim()));
    match parts {
        Some((claim, hypothesis)) if !claim.is_empty() && !claim.contains(' ') && !hypothesis.is_empty() => {
            Ok(Breaks { claim: claim.to_string(), hypothesis: hypothesis.to_string() })
        }
        _ => Err(Diagnostic::new(
            "C097",
            statement.rest,
            "this is not a claim and what holds in place of its hypothesis",
        )
        .hint("write `breaks rf-test-error: inputs uniform on the sphere`")),
    }
}

/// The entry of `table` that the statement names.
pub fn one_of<T: Clone>(masked: &str, statement: Statement, table: &[(&str, T)]) -> Parsed<T> {
    let text = words(masked, statement)?;
    table.iter().find(|(name, _)| *name == text).map(|(_, value)| value.clone()).ok_or_else(|| {
        let names: Vec<&str> = table.iter().map(|(name, _)| *name).collect();
        unknown(masked, statement, &text, &names)
    })
}

/// The fault that a statement names something that is not among `known`.
pub fn unknown(masked: &str, statement: Statement, text: &str, known: &[&str]) -> Diagnostic {
    let word = slice(masked, statement.word);
    Diagnostic::new("C036", statement.rest, format!("unknown {word} `{text}`")).hint(hint(text, known.iter().copied()))
}

/// `d^-1`, `d^-1/2`, `m^-1/2`, `exact`; with sizes of one's own, `n^-1`.
pub fn bias(masked: &str, statement: Statement, sizes: &SizeRule) -> Parsed<Bias> {
    let text = words(masked, statement)?;
    if text == "exact" {
        return Ok(Bias::Exact);
    }
    let order = text.split_once("^-").filter(|(size, _)| sizes.named().any(|(name, _)| name == *size));
    let order = order.map(|(_, order)| order).and_then(|order| ORDERS.iter().find(|(name, _)| *name == order));
    order.map(|(_, rate)| Bias::Power(*rate)).ok_or_else(|| {
        Diagnostic::new("C037", statement.rest, format!("`{text}` is not an order of the bias")).hint(format!(
            "write {0}^-1, {0}^-1/2, {1}^-1/2, ... (orders 1/3, 1/2, 2/3, 1, 3/2, 2), or exact",
            sizes.grows(),
            sizes.named().last().map_or("d", |(name, _)| name)
        ))
    })
}

/// A fraction of the limit, positive and at most 0.01: the budget's margin is 0.01, and a file may only tighten it.
pub fn margin(masked: &str, statement: Statement) -> Parsed<f64> {
    let text = words(masked, statement)?;
    match text.parse::<f64>() {
        Ok(margin) if margin > 0.0 && margin <= 0.01 => Ok(margin),
        Ok(margin) if margin > 0.01 => {
            Err(Diagnostic::new("C038", statement.rest, "a claim may tighten the margin, never widen it")
                .hint("write a number up to 0.01, or leave the statement out"))
        }
        _ => Err(Diagnostic::new("C038", statement.rest, format!("`{text}` is not a margin"))
            .hint("write a positive number such as 0.005")),
    }
}

/// `symbol name LATEX`: the name, its place, the LaTeX.
pub fn symbol(masked: &str, statement: Statement) -> Parsed<(String, Span, String)> {
    let form = "write symbol NAME LATEX, as in symbol lbar \\bar\\lambda";
    let text = words(masked, statement)?;
    let Some((name, latex)) = text.split_once(' ') else {
        return Err(Diagnostic::new("C039", statement.rest, "a name and its LaTeX are needed here").hint(form));
    };
    let span = Span { start: statement.rest.start, end: statement.rest.start + name.len() };
    if latex.contains('$') || !braces_match(latex) {
        let place = trim(masked, Span { start: span.end, end: statement.rest.end });
        return Err(Diagnostic::new("C039", place, "this LaTeX would break the statement")
            .hint("braces must match, and no $ may stand in it"));
    }
    Ok((name.to_string(), span, latex.to_string()))
}

fn braces_match(latex: &str) -> bool {
    let depth = latex.bytes().try_fold(0_u32, |depth, byte| match byte {
        b'{' => Some(depth + 1),
        b'}' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0)
}

/// The two parts of a statement around a word, if it has that word.
pub fn parts(masked: &str, statement: Statement, word: &str) -> (Span, Option<Span>) {
    match split_at_word(masked, statement.rest, word) {
        Some((before, after)) => (before, Some(after)),
        None => (statement.rest, None),
    }
}
