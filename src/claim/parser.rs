//! From tokens to expression trees: precedence climbing for the operators, and the forms of the language: `E[...]`, `Int[...]`,
//! `root`, `cases`, `sum`, conditions.
//!
//! Names are not looked up here (`scope` does). The first fault ends a statement; the next statement starts afresh.

use super::diagnostic::Diagnostic;
use super::foreign;
use super::lexer::TokenKind;
use crate::symbolic::{Binary, Binding, Branch, Condition, Expr, Interval, Law, Node, Span, Which, arity};
use cursor::COMPARISONS;
use dashu_ratio::RBig;
use laws::{is_law, law};

mod cursor;
mod laws;

pub use cursor::{JOINING_WORDS, Parsed, Parser};

/// Binding power to the left and to the right; a sign binds between products and powers.
const OPERATORS: [(&str, Binary, u8, u8); 5] = [
    ("+", Binary::Add, 1, 2),
    ("-", Binary::Subtract, 1, 2),
    ("*", Binary::Multiply, 3, 4),
    ("/", Binary::Divide, 3, 4),
    ("^", Binary::Power, 8, 7),
];
const SIGN_POWER: u8 = 5;

/// A formula that fills `text[span]`.
pub fn formula(text: &str, span: Span) -> Parsed<Expr> {
    let mut parser = Parser::new(text, span)?;
    let found = parser.expression(0)?;
    parser.finish()?;
    Ok(found)
}

/// A condition that fills `text[span]`.
pub fn condition(text: &str, span: Span) -> Parsed<Condition> {
    let mut parser = Parser::new(text, span)?;
    let found = parser.condition()?;
    parser.finish()?;
    Ok(found)
}

impl Parser {
    /// Everything whose operators bind at least as strongly as `least`.
    pub fn expression(&mut self, least: u8) -> Parsed<Expr> {
        self.enter()?;
        let mut left = self.operand()?;
        while let Some((_, operator, _, right_power)) =
            OPERATORS.iter().find(|(symbol, _, left_power, _)| self.is_symbol(symbol) && *left_power >= least)
        {
            self.at += 1;
            let right = self.expression(*right_power)?;
            let span = Span { start: left.span.start, end: right.span.end };
            left = Expr::new(Node::Binary(*operator, Box::new(left), Box::new(right)), span);
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Parsed<Expr> {
        let hint = "a number, a name, a function or an opening bracket goes here";
        let Some(token) = self.peek().cloned() else { return Err(self.expected("a formula").hint(hint)) };
        let start = token.span.start;
        let node = match token.kind {
            TokenKind::Number(value) => {
                self.at += 1;
                Node::Number(value)
            }
            TokenKind::Symbol("-") => {
                self.at += 1;
                Node::Negate(Box::new(self.expression(SIGN_POWER)?))
            }
            TokenKind::Symbol("(") => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.close(")", token.span)?;
                inner.node
            }
            TokenKind::Symbol("{") => return Err(self.expected("a formula").hint("formulas have round brackets")),
            TokenKind::Symbol("[") => {
                return Err(self
                    .expected("a formula")
                    .hint("formulas have round brackets, except E[...] and Int[...]"));
            }
            TokenKind::Symbol("+") => return Err(self.expected("a formula").hint("leave out the plus sign")),
            TokenKind::Symbol("=") => {
                return Err(self.expected("a formula").hint("the formula follows the word, without ="));
            }
            TokenKind::Symbol(_) => return Err(self.expected("a formula").hint(hint)),
            TokenKind::Word(word) if JOINING_WORDS.contains(&word.as_str()) => {
                return Err(self.expected("a formula").hint(hint));
            }
            TokenKind::Word(word) => self.word(&word, token.span)?,
        };
        Ok(Expr::new(node, Span { start, end: self.last_end() }))
    }

    fn word(&mut self, word: &str, span: Span) -> Parsed<Node> {
        self.at += 1;
        match word {
            "E" | "Int" => self.integral(word == "E"),
            "root" => self.root(Which::Only),
            "first" | "last" if self.take_word("root") => {
                self.root(if word == "first" { Which::First } else { Which::Last })
            }
            "cases" => self.cases(),
            "sum" => self.series(),
            "inf" => Ok(Node::Infinity),
            "measure" => Err(Diagnostic::new("C028", span, "a measure is no part of a formula").hint(
                "define it, nu = measure stieltjes z -> S(z) within [a, b] mass c, and write Int[f(u) : u ~ nu]",
            )),
            _ => self.name_or_call(word, span),
        }
    }

    fn name_or_call(&mut self, word: &str, span: Span) -> Parsed<Node> {
        let mut primes = 0;
        while self.take("'") {
            primes += 1;
        }
        let open = self.place();
        if self.is_symbol("[") {
            let hint = foreign::function(word)
                .or_else(|| arity(word).map(|_| format!("write {word}(x)")))
                .unwrap_or_else(|| format!("write {word}(x); only E[...] and Int[...] have square brackets"));
            return Err(self.expected("an operator").hint(hint));
        }
        if !self.take("(") {
            if primes > 0 {
                let hint = format!("write {word}'(x): a derivative is taken of a function, at a point");
                return Err(self.expected("`(`").hint(hint));
            }
            return Ok(Node::Name(word.to_string()));
        }
        if self.is_symbol(")") {
            let place = Span { start: span.start, end: self.place().end };
            return Err(Diagnostic::new("C023", place, format!("`{word}()` has no argument"))
                .hint("put one between the brackets, or leave them out"));
        }
        let mut arguments = vec![self.expression(0)?];
        while self.take(",") {
            arguments.push(self.expression(0)?);
        }
        self.close(")", open)?;
        Ok(Node::Apply { function: word.to_string(), primes, arguments })
    }

    /// `[body : x ~ law, ...]` or `[body : p in [a, b], ...]`.
    fn integral(&mut self, expectation: bool) -> Parsed<Node> {
        let form = if expectation { "write E[body : g ~ normal]" } else { "write Int[body : p in [a, b]]" };
        let open = self.place();
        self.expect("[", form)?;
        let body = Box::new(self.expression(0)?);
        if !self.is_symbol(":") && self.peek().is_some() {
            return Err(self.stray("`:`").hint(form));
        }
        self.expect(":", form)?;
        let mut bindings = vec![self.binding(expectation)?];
        while self.take(",") {
            bindings.push(self.binding(expectation)?);
        }
        self.close("]", open)?;
        Ok(Node::Integral { expectation, body, bindings })
    }

    fn binding(&mut self, expectation: bool) -> Parsed<Binding> {
        let start = self.place().start;
        let mut variables = Vec::new();
        if self.take("(") {
            variables.push(self.name("a variable")?.0);
            self.expect(",", "a pair is written (u, v)")?;
            variables.push(self.name("a variable")?.0);
            self.expect(")", "a pair is written (u, v)")?;
        } else {
            variables.push(self.name("a variable")?.0);
        }
        if !expectation && self.names_measure() {
            self.at += 1;
            let (name, _) = self.name("a measure")?;
            if variables.len() > 1 {
                let place = Span { start, end: self.last_end() };
                return Err(Diagnostic::new("C024", place, "a pair cannot run over a measure on the line")
                    .hint("write two bindings: u ~ nu, v ~ nu"));
            }
            return Ok(Binding { variables, law: Law::Measure(name) });
        }
        if !expectation {
            let hint = if self.is_symbol("~") {
                "over a law one takes an expectation: E[f(x) : x ~ law]; Int[...] runs over an interval, p in [a, b], or a measure of the claim"
            } else {
                "in Int[...] a variable runs over an interval: p in [a, b]"
            };
            self.expect_word("in", hint)?;
            if variables.len() > 1 {
                let place = Span { start, end: self.last_end() };
                return Err(Diagnostic::new("C024", place, "a pair cannot run over an interval")
                    .hint("write two bindings: u in [a, b], v in [c, d]"));
            }
            return Ok(Binding { variables, law: Law::Lebesgue(Box::new(self.interval()?)) });
        }
        self.expect("~", "in E[...] a variable has a law: g ~ normal")?;
        let (name, span) = self.name("a law")?;
        let open = self.place();
        let mut arguments = Vec::new();
        if self.take("(") {
            arguments.push(self.expression(0)?);
            while self.take(",") {
                arguments.push(self.expression(0)?);
            }
            self.close(")", open)?;
        }
        let law = law(&name, variables.len(), arguments, span)?;
        Ok(Binding { variables, law })
    }

    /// Whether `~` and a word that is no law come next: in `Int[...]` that is a measure of the claim.
    fn names_measure(&self) -> bool {
        let word = self.tokens.get(self.at + 1).map(|token| &token.kind);
        self.is_symbol("~") && matches!(word, Some(TokenKind::Word(word)) if !is_law(word))
    }

    /// `measure stieltjes z -> S within [a, b] mass c`.
    pub fn measure(&mut self) -> Parsed<Expr> {
        let form = "write nu = measure stieltjes z -> S(z) within [a, b] mass c";
        let start = self.place().start;
        self.expect_word("measure", form)?;
        self.expect_word("stieltjes", form)?;
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect("->", form)?;
        let transform = Box::new(self.expression(0)?);
        self.expect_word("within", "then comes what holds the support: within [a, b] mass c")?;
        let support = Box::new(self.interval()?);
        self.expect_word("mass", "then comes the total mass: mass c")?;
        let mass = Box::new(self.expression(0)?);
        let span = Span { start, end: self.last_end() };
        Ok(Expr::new(Node::Measure { variable, transform, support, mass }, span))
    }

    pub fn interval(&mut self) -> Parsed<Interval> {
        let form = "an interval is written [a, b] or (a, b); [ and ] include the end";
        let open = self.place();
        let low_closed = self.is_symbol("[");
        if !self.take("[") && !self.take("(") {
            return Err(self.expected("an interval").hint(form));
        }
        let low = self.expression(0)?;
        self.expect(",", form)?;
        let high = self.expression(0)?;
        let high_closed = self.is_symbol("]");
        if !high_closed {
            self.close(")", open)?;
        } else {
            self.at += 1;
        }
        Ok(Interval { low, low_closed, high, high_closed })
    }

    /// `p in (a, b) of body`; the body goes on as far as it can.
    fn root(&mut self, which: Which) -> Parsed<Node> {
        let form = "write root p in (0, inf) of F";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("in", form)?;
        let interval = Box::new(self.interval()?);
        self.expect_word("of", form)?;
        Ok(Node::Root { which, variable, interval, body: Box::new(self.expression(0)?) })
    }

    /// `k from 0 of term` or `k from a to b of term`; the term goes on as far as it can.
    fn series(&mut self) -> Parsed<Node> {
        let form = "write sum k from 0 of term for a series, sum k from a to b of term for a finite sum";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("from", form)?;
        let start = self.place();
        let from = self.expression(0)?;
        if self.take_word("to") {
            let to = Box::new(self.expression(0)?);
            self.expect_word("of", form)?;
            let term = Box::new(self.expression(0)?);
            if to.node == Node::Infinity
                && let Some(from) = first_index(&from)
            {
                return Ok(Node::Series { variable, from, term });
            }
            return Ok(Node::Sum { variable, from: Box::new(from), to, term });
        }
        self.expect_word("of", form)?;
        let first = first_index(&from).ok_or_else(|| {
            Diagnostic::new("C020", start, "a series starts at a whole number from 0 to 1000").hint(form)
        })?;
        Ok(Node::Series { variable, from: first, term: Box::new(self.expression(0)?) })
    }

    /// `(condition: value; ...; otherwise: value)`.
    fn cases(&mut self) -> Parsed<Node> {
        let form = "write cases(x < 1: a; otherwise: b)";
        let open = self.place();
        self.expect("(", form)?;
        let mut branches = Vec::new();
        while !self.is_word("otherwise") {
            if self.is_symbol(")") || self.peek().is_none() {
                return Err(self.expected("a condition or `otherwise`").hint(form));
            }
            let condition = self.condition()?;
            self.expect(":", form)?;
            let value = self.expression(0)?;
            branches.push(Branch { condition, value });
            if !self.is_symbol(";") {
                return Err(self.stray("`;`").hint("the last case is `otherwise: value`; cases are separated by ;"));
            }
            self.at += 1;
        }
        if branches.is_empty() {
            return Err(self.expected("a condition").hint(form));
        }
        self.expect_word("otherwise", form)?;
        self.expect(":", form)?;
        let otherwise = Box::new(self.expression(0)?);
        self.close(")", open)?;
        Ok(Node::Cases { branches, otherwise })
    }

    /// `a < b`, joined by `and` (binds tighter) and `or`.
    pub fn condition(&mut self) -> Parsed<Condition> {
        self.enter()?;
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.conjunction()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn conjunction(&mut self) -> Parsed<Condition> {
        let mut left = self.comparison()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed<Condition> {
        if self.is_symbol("(") && self.brackets_hold_condition() {
            let open = self.place();
            self.at += 1;
            let inner = self.condition()?;
            self.close(")", open)?;
            return Ok(inner);
        }
        let left = self.expression(0)?;
        let comparison = self.comparison_sign()?;
        let right = self.expression(0)?;
        if let Some(symbol) = self.symbol_at(self.at)
            && COMPARISONS.iter().any(|(c, _)| *c == symbol)
        {
            return Err(
                Diagnostic::new("C025", self.place(), "comparisons cannot be chained").hint("write `a < x and x < b`")
            );
        }
        Ok(Condition::Compare(comparison, Box::new(left), Box::new(right)))
    }
}

/// The first index of a series.
fn first_index(expr: &Expr) -> Option<u64> {
    let value = literal(expr).filter(RBig::is_int)?;
    u64::try_from(value.into_parts().0).ok().filter(|n| *n <= 1000)
}

/// A number that a literal stands for, signs included: what `kinks` and arguments of `lambda` may be.
pub fn literal(expr: &Expr) -> Option<RBig> {
    match &expr.node {
        Node::Number(value) => Some(value.clone()),
        Node::Negate(inner) => literal(inner).map(|value| -value),
        Node::Binary(Binary::Divide, top, bottom) => {
            let bottom = literal(bottom).filter(|value| !value.is_zero())?;
            Some(literal(top)? / bottom)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
