//! From tokens to expression trees: precedence climbing for the operators. The forms of the language are in `forms`.
//!
//! Names are not looked up here (`scope` does). The first fault ends a statement; the next statement starts afresh.

use super::diagnostic::Diagnostic;
use super::lexer::{Token, TokenKind, tokens};
use crate::symbolic::{Binary, Comparison, Condition, Expr, Node, Span};
use dashu_ratio::RBig;

mod forms;

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
