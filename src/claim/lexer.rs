//! From the text of a formula to tokens with places.

use super::diagnostic::Diagnostic;
use super::foreign;
use crate::model::settings::parse_exact;
use crate::symbolic::Span;
use dashu_ratio::RBig;

#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    Number(RBig),
    Word(String),
    /// Operators, brackets and punctuation.
    Symbol(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

impl Token {
    /// As a message names it.
    pub fn describe(&self) -> String {
        match &self.kind {
            TokenKind::Number(value) => format!("the number {value}"),
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
        }
    }
}

/// Longer symbols first.
const SYMBOLS: [&str; 24] = [
    "->", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "^", "(", ")", "[", "]", "{", "}", ",", ":", ";",
    "~", "'",
];

/// What to write instead of characters and spellings that other languages have.
const INSTEAD: [(&str, &str); 52] = [
    ("**", "a power is written ^"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("<>", "write !="),
    ("=<", "write <="),
    ("=>", "write >="),
    ("|", "an absolute value is written abs(x)"),
    ("!", "not equal is written !=; a factorial is gamma(n + 1)"),
    ("\u{b2}", "write ^2"),
    ("\u{b3}", "write ^3"),
    ("\u{b9}", "write ^1"),
    ("\u{2070}", "write ^0"),
    ("\u{207b}", "a power is written ^, as in x^(-1)"),
    ("\u{207f}", "write ^n"),
    ("\u{2074}", "write ^4"),
    ("\u{2075}", "write ^5"),
    ("\u{2076}", "write ^6"),
    ("\u{bd}", "write 1/2"),
    ("\u{bc}", "write 1/4"),
    ("\u{be}", "write 3/4"),
    ("\u{f7}", "write /"),
    ("\u{2215}", "write /"),
    ("\u{2044}", "write /"),
    ("\u{2217}", "write *"),
    ("\u{22c6}", "write *"),
    ("\u{2208}", "write in"),
    ("\u{223c}", "write ~"),
    ("\u{2192}", "write ->"),
    ("\u{222b}", "write Int[f : x in [a, b]]"),
    ("\u{2211}", "write sum k from a to b of term"),
    ("\u{220f}", "write exp(sum k from a to b of log(f))"),
    ("\u{1d53c}", "write E[f(x) : x ~ normal]"),
    ("\u{2202}", "define f(x) = ... and write f'(x)"),
    ("\u{2016}", "there are no vectors: write sqrt(x^2 + y^2)"),
    ("\u{2223}", "an absolute value is written abs(x)"),
    ("\u{1d4a9}", "write x ~ normal(mean, sd)"),
    ("\u{2212}", "write the minus sign of the keyboard, -"),
    ("\u{2013}", "write the minus sign of the keyboard, -"),
    ("\u{2014}", "write the minus sign of the keyboard, -"),
    ("\u{d7}", "write *"),
    ("\u{b7}", "write *"),
    ("\u{22c5}", "write *"),
    ("\u{2264}", "write <="),
    ("\u{2265}", "write >="),
    ("\u{2260}", "write !="),
    ("\u{221e}", "write inf"),
    ("\u{3c0}", "write pi"),
    ("\u{221a}", "write sqrt(x)"),
    ("\u{2019}", "write the straight mark ' for a derivative"),
    ("\u{2018}", "write the straight mark ' for a derivative"),
    ("\u{2032}", "write the straight mark ' for a derivative"),
    ("\"", "formulas have no quotation marks"),
];

const GREEK: [(char, &str); 36] = [
    ('\u{3b9}', "iota"),
    ('\u{3c5}', "upsilon"),
    ('\u{3d5}', "phi"),
    ('\u{3f5}', "epsilon"),
    ('\u{3d1}', "theta"),
    ('\u{3f1}', "rho"),
    ('\u{b5}', "mu"),
    ('\u{394}', "Delta"),
    ('\u{398}', "Theta"),
    ('\u{39e}', "Xi"),
    ('\u{3a3}', "Sigma"),
    ('\u{3a6}', "Phi"),
    ('\u{3a8}', "Psi"),
    ('\u{3a9}', "Omega"),
    ('\u{3b1}', "alpha"),
    ('\u{3b2}', "beta"),
    ('\u{3b3}', "gamma"),
    ('\u{3b4}', "delta"),
    ('\u{3b5}', "epsilon"),
    ('\u{3b6}', "zeta"),
    ('\u{3b7}', "eta"),
    ('\u{3b8}', "theta"),
    ('\u{3ba}', "kappa"),
    ('\u{3bb}', "lambda"),
    ('\u{3bc}', "mu"),
    ('\u{3bd}', "nu"),
    ('\u{3be}', "xi"),
    ('\u{3c1}', "rho"),
    ('\u{3c3}', "sigma"),
    ('\u{3c4}', "tau"),
    ('\u{3c6}', "phi"),
    ('\u{3c7}', "chi"),
    ('\u{3c8}', "psi"),
    ('\u{3c9}', "omega"),
    ('\u{393}', "Gamma"),
    ('\u{39b}', "Lambda"),
];

/// Tokens a statement may have: bounds the depth of the tree that a chain of operators makes.
pub const MAX_TOKENS: usize = 2000;
/// Digits a number may have.
const MAX_DIGITS: usize = 100;

/// The tokens of `text[span]`, or the first fault.
pub fn tokens(text: &str, span: Span) -> Result<Vec<Token>, Diagnostic> {
    let mut found = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let rest = &text[at..span.end];
        let first = rest.chars().next().unwrap_or(' ');
        let length = if first.is_ascii_whitespace() {
            at += 1;
            continue;
        } else if first.is_ascii_digit() {
            let length = number_length(rest);
            found.push(Token { kind: TokenKind::Number(number(rest, at, length)?), span: place(at, length) });
            length
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = word_length(rest);
            found.push(Token { kind: TokenKind::Word(rest[..length].to_string()), span: place(at, length) });
            length
        } else {
            if let Some(fault) = dotted(text, at, span, found.last()) {
                return Err(fault);
            }
            let symbol = symbol(rest, at)?;
            found.push(Token { kind: TokenKind::Symbol(symbol), span: place(at, symbol.len()) });
            symbol.len()
        };
        at += length;
        if found.len() > MAX_TOKENS {
            return Err(Diagnostic::new("C014", found[0].span, "this statement is too long")
                .hint(format!("at most {MAX_TOKENS} names, numbers and signs: use definitions")));
        }
    }
    Ok(found)
}

fn place(start: usize, length: usize) -> Span {
    Span { start, end: start + length }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Digits, a point with digits, an exponent with digits; what is odd behind it is the caller's to refuse.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

fn number(text: &str, at: usize, length: usize) -> Result<RBig, Diagnostic> {
    let literal = &text[..length];
    let after = text[length..].chars().next();
    if after == Some('.') {
        let end = length + 1 + word_length(&text[length + 1..]);
        return Err(Diagnostic::new("C011", place(at, end), format!("`{}` is not a number", &text[..end]))
            .hint("digits stand on both sides of the point: 0.5, 2.0"));
    }
    if after.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') {
        let end = length + word_length(&text[length..]);
        let name = &text[length..end];
        return Err(Diagnostic::new(
            "C013",
            place(at, end),
            format!("`{}` is neither a number nor a name", &text[..end]),
        )
        .hint(format!("multiplication is always written: {literal}*{name}")));
    }
    let exponent = literal.split_once(['e', 'E']).map_or(Some(0), |(_, e)| e.parse::<i32>().ok());
    let digits = literal.split(['e', 'E']).next().unwrap_or(literal).len();
    let value = match exponent {
        Some(exponent) if exponent.abs() <= 300 && digits <= MAX_DIGITS => parse_exact(literal),
        _ => None,
    };
    value.ok_or_else(|| {
        let shown = if literal.len() > 20 { "this number" } else { literal };
        Diagnostic::new("C012", place(at, length), format!("{shown} is out of range"))
            .hint(format!("at most {MAX_DIGITS} digits, and exponents from -300 to 300"))
    })
}

/// The fault of `np.sqrt`: a point right behind a name, with a name right behind it.
fn dotted(text: &str, at: usize, span: Span, before: Option<&Token>) -> Option<Diagnostic> {
    let rest = text[at..span.end].strip_prefix('.')?;
    let named = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let before = before.filter(|token| token.span.end == at && matches!(token.kind, TokenKind::Word(_)))?;
    if !named {
        return None;
    }
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
    let place = Span { start: before.span.start, end: at + 1 + length };
    let path = &text[place.start..place.end];
    let hint = foreign::dotted(path.trim_end_matches('.'));
    Some(Diagnostic::new("C010", place, format!("`{path}` is not part of the language")).hint(hint))
}

/// The fault of a LaTeX command.
fn command(text: &str, at: usize) -> Option<Diagnostic> {
    let rest = text.strip_prefix('\\')?;
    let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let hint = foreign::command(&rest[..length])?;
    let shown = &text[..=length];
    Some(Diagnostic::new("C010", place(at, length + 1), format!("`{shown}` is not part of the language")).hint(hint))
}

fn symbol(text: &str, at: usize) -> Result<&'static str, Diagnostic> {
    let symbol = SYMBOLS.iter().find(|symbol| text.starts_with(**symbol));
    let instead = INSTEAD.iter().find(|(odd, _)| text.starts_with(odd) && symbol.is_none_or(|s| odd.len() >= s.len()));
    if let Some((odd, hint)) = instead {
        return Err(
            Diagnostic::new("C010", place(at, odd.len()), format!("`{odd}` is not part of the language")).hint(*hint)
        );
    }
    if let Some(symbol) = symbol {
        return Ok(symbol);
    }
    if let Some(fault) = command(text, at) {
        return Err(fault);
    }
    let c = text.chars().next().unwrap_or(' ');
    // Among what has no picture of its own are spaces of no width, which come along when text is copied.
    let unseen = c.is_control() || c.is_whitespace() || c.escape_debug().eq(c.escape_unicode());
    let greek = GREEK.iter().find(|(letter, _)| *letter == c);
    let hint = match greek {
        Some((_, name)) => format!("write {name}"),
        None if c == '.' => "digits stand on both sides of the point: 0.5".to_string(),
        None if c == '\\' => "formulas are written without LaTeX; see theory/LANGUAGE.md".to_string(),
        None if c.is_whitespace() => "write an ordinary space".to_string(),
        None if unseen => "delete it".to_string(),
        None => "names have the letters a to z, A to Z, digits and _".to_string(),
    };
    let shown = if unseen { format!("the character U+{:04X}", u32::from(c)) } else { format!("`{c}`") };
    Err(Diagnostic::new("C010", place(at, c.len_utf8()), format!("{shown} is not part of the language")).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lex(text: &str) -> Result<Vec<Token>, Diagnostic> {
        tokens(text, Span { start: 0, end: text.len() })
    }

    fn ratio(top: i64, bottom: u64) -> TokenKind {
        TokenKind::Number(RBig::from_parts(top.into(), bottom.into()))
    }

    #[test]
    fn numbers_are_exact() {
        for (text, top, bottom) in
            [("0.05", 1, 20), ("1e-3", 1, 1000), ("2.50E2", 250, 1), ("007", 7, 1), ("0.1", 1, 10)]
        {
            assert_eq!(lex(text).unwrap()[0].kind, ratio(top, bottom), "{text}");
        }
        for absurd in ["1e400", "1e-301", "1e99999999999999999999", &"9".repeat(101)] {
            assert_eq!(lex(absurd).unwrap_err().code, "C012");
        }
    }

    #[test]
    fn places_are_bytes_of_the_whole_text() {
        let found = lex("psi'(z) >= 1.5e1").unwrap();
        let spans: Vec<(usize, usize)> = found.iter().map(|t| (t.span.start, t.span.end)).collect();
        assert_eq!(spans, [(0, 3), (3, 4), (4, 5), (5, 6), (6, 7), (8, 10), (11, 16)]);
    }

    #[test]
    fn odd_characters_say_what_to_write() {
        let faults = [
            ("1 \u{2212} x", "keyboard"),
            ("psi\u{2019}(z)", "straight mark"),
            ("\u{3c1}", "write rho"),
            ("a ** b", "^"),
            ("a && b", "`and`"),
            ("|x|", "abs(x)"),
            (".5", "0.5"),
            ("1.", "both sides"),
            ("2x", "2*x"),
            ("a\0b", "delete it"),
            ("a\u{a0}b", "ordinary space"),
            ("\\lambda", "write lambda"),
            ("\\odd", "without LaTeX"),
        ];
        for (text, hint) in faults {
            let fault = lex(text).unwrap_err();
            assert!(fault.hint.contains(hint), "{text}: {fault:?}");
        }
        assert_eq!(lex("a\t+\r\n b").unwrap().len(), 3);
    }
}
