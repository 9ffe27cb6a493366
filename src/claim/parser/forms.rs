//! The forms of the language: `E[...]`, `Int[...]`, `root`, `cases`, `sum`, and conditions.

use super::{COMPARISONS, Parsed, Parser};
use crate::claim::diagnostic::Diagnostic;
use crate::claim::lexer::TokenKind;
use crate::model::names::{hint, nearest};
use crate::symbolic::{Binding, Branch, Comparison, Condition, Expr, Interval, Law, Node, Span};

impl Parser {
    /// `[body : x ~ law, ...]` or `[body : p in [a, b], ...]`.
    pub(super) fn integral(&mut self, expectation: bool) -> Parsed<Node> {
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
            self.expect_word("in", "in Int[...] a variable runs over an interval: p in [a, b]")?;
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
        let argument = if self.take("(") {
            let argument = self.expression(0)?;
            self.close(")", open)?;
            Some(Box::new(argument))
        } else {
            None
        };
        let law = match (name.as_str(), variables.len(), argument) {
            ("normal", 1, None) => Law::Normal,
            ("normal", 2, Some(correlation)) => Law::NormalPair(correlation),
            ("mp", 1, Some(ratio)) => Law::MarchenkoPastur(ratio),
            ("spectrum", 1, None) => Law::Spectrum,
            ("covariance", 1, None) => Law::Covariance,
            ("spectra", 2, None) => Law::Spectra,
            (name, ..) => return Err(unfit_law(name, span)),
        };
        Ok(Binding { variables, law })
    }

    /// Whether `~` and a word that is no law come next: in `Int[...]` that is a measure of the claim.
    fn names_measure(&self) -> bool {
        let word = self.tokens.get(self.at + 1).map(|token| &token.kind);
        self.is_symbol("~") && matches!(word, Some(TokenKind::Word(word)) if LAWS.iter().all(|(law, _)| law != word))
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
    pub(super) fn root(&mut self) -> Parsed<Node> {
        let form = "write root p in (0, inf) of F";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("in", form)?;
        let interval = Box::new(self.interval()?);
        self.expect_word("of", form)?;
        Ok(Node::Root { variable, interval, body: Box::new(self.expression(0)?) })
    }

    /// `k from 0 of term`; the term goes on as far as it can.
    pub(super) fn series(&mut self) -> Parsed<Node> {
        let form = "write sum k from 0 of term, with a whole number first";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("from", form)?;
        let from = self.whole_number("the first index", 1000)?;
        self.expect_word("of", form)?;
        Ok(Node::Series { variable, from, term: Box::new(self.expression(0)?) })
    }

    /// `(condition: value; ...; otherwise: value)`.
    pub(super) fn cases(&mut self) -> Parsed<Node> {
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

    fn comparison_sign(&mut self) -> Parsed<Comparison> {
        let found = COMPARISONS.iter().find(|(symbol, _)| self.is_symbol(symbol));
        let Some((_, comparison)) = found else {
            let fault = self.expected("a comparison");
            let hint = if self.is_symbol("=") { "equality is written ==" } else { "one of < <= > >= == !=" };
            return Err(fault.hint(hint));
        };
        self.at += 1;
        Ok(*comparison)
    }

    /// Whether the brackets that open here hold a condition rather than a part of a formula: a comparison, `and` or `or`
    /// stands directly inside them.
    fn brackets_hold_condition(&self) -> bool {
        let mut depth = 0_u32;
        for token in &self.tokens[self.at..] {
            match &token.kind {
                TokenKind::Symbol("(" | "[" | "{") => depth += 1,
                TokenKind::Symbol(")" | "]" | "}") => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return false;
                    }
                }
                TokenKind::Symbol(symbol) if depth == 1 && COMPARISONS.iter().any(|(c, _)| c == symbol) => return true,
                TokenKind::Word(word) if depth == 1 && (word == "and" || word == "or") => return true,
                _ => {}
            }
        }
        false
    }
}

/// The laws, as they are written.
const LAWS: [(&str, &str); 5] = [
    ("normal", "write g ~ normal, or (u, v) ~ normal(c) for a pair with correlation c"),
    ("mp", "write x ~ mp(rho): the Marchenko-Pastur law with ratio rho"),
    ("spectrum", "write b ~ spectrum: an eigenvalue of B"),
    ("covariance", "write t ~ covariance: an eigenvalue of d Gamma"),
    ("spectra", "write (b, t) ~ spectra: eigenvalues of B and of d Gamma together"),
];

fn unfit_law(name: &str, span: Span) -> Diagnostic {
    match LAWS.iter().find(|(law, _)| *law == name) {
        Some((law, form)) => Diagnostic::new("C026", span, format!("`{law}` is not used like this")).hint(*form),
        None => Diagnostic::new("C027", span, format!("unknown law `{name}`")).hint(
            match nearest(name, LAWS.map(|(law, _)| law)) {
                Some(_) => hint(name, LAWS.map(|(law, _)| law)),
                None => format!(
                    "{}; a measure of the claim is written Int[body : u ~ {name}]",
                    hint(name, LAWS.map(|(law, _)| law))
                ),
            },
        ),
    }
}
