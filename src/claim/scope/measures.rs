//! Names of measures: where they are defined, and where they are integrated against.

use super::{Check, TokenKind, tokens};
use crate::symbolic::{Definition, Expr, Interval, Node, Span};

impl Check<'_, '_> {
    /// Not inlined, so that the checks of deep formulas take no more stack.
    #[inline(never)]
    pub(super) fn measure_definition(
        &mut self,
        variable: &str,
        transform: &Expr,
        support: &Interval,
        mass: &Expr,
        span: Span,
    ) {
        self.interval(support);
        self.expression(mass);
        self.bind_at(variable, place_after(self.scope.text, span, "stieltjes", variable));
        self.expression(transform);
        self.bound.pop();
    }

    pub(super) fn measure(&mut self, name: &str, span: Span) {
        let place = place_after(self.scope.text, span, "~", name);
        if self.definition(name).is_some_and(is_measure) {
            return self.shared_needs(name, place);
        }
        if self.scope.broken.iter().any(|broken| broken == name) {
            return;
        }
        if self.definition(name).is_some() {
            let hint = format!("a measure is defined by {name} = measure stieltjes z -> S(z) within [a, b] mass c");
            return self.fault("C027", place, format!("`{name}` is not a measure"), hint);
        }
        let advice = if self.scope.later.contains(&name) {
            format!("`{name}` is defined further below: move that definition up")
        } else {
            format!("define it: {name} = measure stieltjes z -> S(z) within [a, b] mass c")
        };
        self.fault("C027", place, format!("unknown measure `{name}`"), advice);
    }
}

pub(super) fn is_measure(definition: &Definition) -> bool {
    matches!(definition.body.node, Node::Measure { .. })
}

/// Where `word` stands right behind `before` in `text[span]`.
fn place_after(text: &str, span: Span, before: &str, word: &str) -> Span {
    let Ok(found) = tokens(text, span) else { return span };
    let is = |index: usize, what: &str| match &found[index].kind {
        TokenKind::Word(word) => word == what,
        TokenKind::Symbol(symbol) => *symbol == what,
        TokenKind::Number(_) => false,
    };
    (1..found.len()).find(|i| is(i - 1, before) && is(*i, word)).map_or(span, |i| found[i].span)
}
