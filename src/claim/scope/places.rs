//! Where in the text of a formula a variable is introduced, or a measure named.

use crate::claim::lexer::{TokenKind, tokens};
use crate::symbolic::Span;

/// Where a bound variable is introduced in `text[span]`: the first such word after the form's own, or in an integral the
/// last one that is followed by `~`, `in`, or the rest of a pair.
pub(super) fn place_of(text: &str, span: Span, variable: &str, last: bool) -> Span {
    let Ok(found) = tokens(text, span) else { return span };
    let is = |index: usize| matches!(&found[index].kind, TokenKind::Word(word) if word == variable);
    let introduces = |index: usize| match found.get(index + 1).map(|token| &token.kind) {
        Some(TokenKind::Word(word)) => word == "in",
        Some(TokenKind::Symbol(symbol)) => matches!(*symbol, "~" | "," | ")"),
        _ => false,
    };
    let index = if last {
        (0..found.len()).rev().find(|i| is(*i) && introduces(*i))
    } else {
        (1..found.len()).find(|i| is(*i))
    };
    index.map_or(span, |i| found[i].span)
}

/// Where `word` stands right behind `before` in `text[span]`.
pub(super) fn place_after(text: &str, span: Span, before: &str, word: &str) -> Span {
    let Ok(found) = tokens(text, span) else { return span };
    let is = |index: usize, what: &str| match &found[index].kind {
        TokenKind::Word(word) => word == what,
        TokenKind::Symbol(symbol) => *symbol == what,
        TokenKind::Number(_) => false,
    };
    (1..found.len()).find(|i| is(i - 1, before) && is(*i, word)).map_or(span, |i| found[i].span)
}
