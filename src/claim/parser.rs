//! From tokens to expression trees: precedence climbing for the operators, one function per form.
//!
//! Names are not looked up here (`scope` does). The first fault ends a statement; the next statement starts afresh.

use super::diagnostic::Diagnostic;
use super::lexer::{Token, TokenKind, tokens};
use crate::symbolic::{Binary, Binding, Branch, Comparison, Condition, Expr, Interval, Law, Node, Span};
use dashu::rational::RBig;

pub type Parsed<T> = Result<T, Diagnostic>;

/// Brackets, signs and powers inside each other: bounds the recursion.
const MAX_DEPTH: u32 = 100;

/// Words that end or join formulas and so cannot start one.
pub const JOINING_WORDS: [&str; 10] = ["of", "in", "from", "and", "or", "otherwise", "when", "at", "kinks", "smooth"];

const COMPARISONS: [(&str, Comparison); 6] = [
    ("<", Comparison::Less),
    ("<=", Comparison::LessEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterEqual),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
];

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

/// Tokens and how far they have been read.
pub struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    /// Where the statement ends, for faults there.
    end: Span,
}

impl Parser {
    pub fn new(text: &str, span: Span) -> Parsed<Parser> {
        let end = Span { start: span.end, end: span.end };
        Ok(Parser { tokens: tokens(text, span)?, at: 0, depth: 0, end })
    }

    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Place of the next token.
    pub fn place(&self) -> Span {
        self.peek().map_or(self.end, |token| token.span)
    }

    fn last_end(&self) -> usize {
        self.tokens[..self.at].last().map_or(self.place().start, |token| token.span.end)
    }

    fn symbol_at(&self, at: usize) -> Option<&'static str> {
        match self.tokens.get(at)?.kind {
            TokenKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    pub fn is_symbol(&self, symbol: &str) -> bool {
        self.symbol_at(self.at) == Some(symbol)
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(found), .. }) if found == word)
    }

    /// Steps over `symbol` if it is next.
    pub fn take(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    /// The fault that something else than `what` comes next.
    pub fn expected(&self, what: &str) -> Diagnostic {
        match self.peek() {
            Some(token) => Diagnostic::new("C020", token.span, format!("expected {what}, found {}", token.describe())),
            None => Diagnostic::new("C020", self.end, format!("expected {what}, but the statement ends here")),
        }
    }

    pub fn expect(&mut self, symbol: &str, hint: &str) -> Parsed<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`")).hint(hint)) }
    }

    pub fn expect_word(&mut self, word: &str, hint: &str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(&format!("`{word}`")).hint(hint)) }
    }

    /// A name that is being introduced.
    pub fn name(&mut self, what: &str) -> Parsed<(String, Span)> {
        match self.peek() {
            Some(Token { kind: TokenKind::Word(word), span }) => {
                let found = (word.clone(), *span);
                self.at += 1;
                Ok(found)
            }
            _ => Err(self.expected(what)),
        }
    }

    pub fn whole_number(&mut self, what: &str, most: u64) -> Parsed<u64> {
        let value = match self.peek() {
            Some(Token { kind: TokenKind::Number(value), .. }) if value.is_int() => {
                u64::try_from(value.numerator().clone()).ok().filter(|n| *n <= most)
            }
            _ => None,
        };
        let value = value.ok_or_else(|| self.expected(what).hint(format!("a whole number from 0 to {most}")))?;
        self.at += 1;
        Ok(value)
    }

    /// The closing bracket of the one opened at `open`.
    pub fn close(&mut self, bracket: &str, open: Span) -> Parsed<()> {
        if self.take(bracket) {
            Ok(())
        } else if self.peek().is_none() {
            Err(Diagnostic::new("C021", open, "this bracket is not closed").hint(format!("a `{bracket}` is missing")))
        } else {
            Err(self.stray(&format!("`{bracket}`")))
        }
    }

    /// Nothing may be left.
    pub fn finish(&self) -> Parsed<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.stray("an operator or the end of the statement")) }
    }

    /// What stands where a formula is complete: a missing `*`, a chain of comparisons, or something else.
    fn stray(&self, what: &str) -> Diagnostic {
        let fault = self.expected(what);
        match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Number(_)) => fault.hint("multiplication is always written: put * between the factors"),
            Some(TokenKind::Word(word)) if !JOINING_WORDS.contains(&word.as_str()) => {
                fault.hint("multiplication is always written: put * between the factors")
            }
            Some(TokenKind::Symbol("(")) => fault.hint("multiplication is always written: put * between the factors"),
            Some(TokenKind::Symbol("=")) => fault.hint("a comparison is written =="),
            Some(TokenKind::Symbol(")" | "]")) => fault.hint("there is no bracket open that this could close"),
            Some(TokenKind::Symbol(symbol)) if COMPARISONS.iter().any(|(c, _)| c == symbol) => {
                fault.hint("comparisons stand in cases(...), require and when only")
            }
            _ => fault,
        }
    }

    fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Diagnostic::new("C022", self.place(), "brackets, signs or powers are nested too deeply")
                .hint(format!("at most {MAX_DEPTH} inside each other: use definitions")));
        }
        Ok(())
    }

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
            "root" => self.root(),
            "cases" => self.cases(),
            "sum" => self.series(),
            "inf" => Ok(Node::Infinity),
            _ => self.name_or_call(word, span),
        }
    }

    fn name_or_call(&mut self, word: &str, span: Span) -> Parsed<Node> {
        let mut primes = 0;
        while self.take("'") {
            primes += 1;
        }
        let open = self.place();
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
    fn root(&mut self) -> Parsed<Node> {
        let form = "write root p in (0, inf) of F";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("in", form)?;
        let interval = Box::new(self.interval()?);
        self.expect_word("of", form)?;
        Ok(Node::Root { variable, interval, body: Box::new(self.expression(0)?) })
    }

    /// `k from 0 of term`; the term goes on as far as it can.
    fn series(&mut self) -> Parsed<Node> {
        let form = "write sum k from 0 of term, with a whole number first";
        let (variable, _) = self.name("a variable").map_err(|fault| fault.hint(form))?;
        self.expect_word("from", form)?;
        let from = self.whole_number("the first index", 1000)?;
        self.expect_word("of", form)?;
        Ok(Node::Series { variable, from, term: Box::new(self.expression(0)?) })
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
        None => Diagnostic::new("C027", span, format!("unknown law `{name}`"))
            .hint(crate::model::names::hint(name, LAWS.iter().map(|(law, _)| *law))),
    }
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
