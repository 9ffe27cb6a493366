//! The tokens of a statement, read one after the other, and the faults of what is expected and missing.

use crate::claim::diagnostic::Diagnostic;
use crate::claim::lexer::{Token, TokenKind, tokens};
use crate::symbolic::{Comparison, Span};

pub type Parsed<T> = Result<T, Diagnostic>;

/// Brackets, signs and powers inside each other: bounds the recursion.
const MAX_DEPTH: u32 = 100;

/// Words that end or join formulas and so cannot start one.
pub const JOINING_WORDS: [&str; 11] =
    ["of", "in", "from", "to", "and", "or", "otherwise", "when", "at", "kinks", "smooth"];

pub(super) const COMPARISONS: [(&str, Comparison); 6] = [
    ("<", Comparison::Less),
    ("<=", Comparison::LessEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterEqual),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
];

/// Tokens and how far they have been read.
pub struct Parser {
    pub(super) tokens: Vec<Token>,
    /// The number of the next one.
    pub(super) at: usize,
    /// Formulas and conditions that are open around it.
    pub(super) depth: u32,
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

    pub(super) fn last_end(&self) -> usize {
        self.tokens[..self.at].last().map_or(self.place().start, |token| token.span.end)
    }

    pub(super) fn symbol_at(&self, at: usize) -> Option<&'static str> {
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

    /// A fault if tokens are left.
    pub fn finish(&self) -> Parsed<()> {
        if self.peek().is_none() { Ok(()) } else { Err(self.stray("an operator or the end of the statement")) }
    }

    /// The fault that the formula before the next token is complete, but `what` does not follow; with the likely reason as a hint.
    pub(super) fn stray(&self, what: &str) -> Diagnostic {
        let fault = self.expected(what);
        match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Number(_)) => fault.hint("multiplication is always written: put * between the factors"),
            Some(TokenKind::Word(word)) if !JOINING_WORDS.contains(&word.as_str()) => {
                fault.hint("multiplication is always written: put * between the factors")
            }
            Some(TokenKind::Symbol("(")) => fault.hint("multiplication is always written: put * between the factors"),
            Some(TokenKind::Symbol("=")) => fault.hint("a comparison is written =="),
            Some(TokenKind::Symbol(",")) => fault.hint("commas separate the arguments of a function, f(x, y)"),
            Some(TokenKind::Symbol(")" | "]")) => fault.hint("there is no bracket open that this could close"),
            Some(TokenKind::Symbol(symbol)) if COMPARISONS.iter().any(|(c, _)| c == symbol) => {
                fault.hint("comparisons stand in cases(...), require and when only")
            }
            _ => fault,
        }
    }

    pub(super) fn enter(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Diagnostic::new("C022", self.place(), "brackets, signs or powers are nested too deeply")
                .hint(format!("at most {MAX_DEPTH} inside each other: use definitions")));
        }
        Ok(())
    }
    /// The sign of a comparison, which has to come next.
    pub(super) fn comparison_sign(&mut self) -> Parsed<Comparison> {
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
    pub(super) fn brackets_hold_condition(&self) -> bool {
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
