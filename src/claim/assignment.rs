//! `rho in {0.5, 1}, activation = relu`: names with the text of their values. Values are read by `model::Value::parse`.

use super::diagnostic::Diagnostic;
use super::document::slice;
use super::parser::Parsed;
use crate::symbolic::Span;

/// `name = value` or `name in {value, ...}`.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub name: String,
    pub name_span: Span,
    /// Places of the values.
    pub values: Vec<Span>,
}

/// The assignments of `text[span]`, separated by commas.
pub fn assignments(text: &str, span: Span) -> Parsed<Vec<Assignment>> {
    let mut found: Vec<Assignment> = Vec::new();
    for part in split(text, span, b',')? {
        let assignment = assignment(text, part)?;
        if found.iter().any(|other| other.name == assignment.name) {
            return Err(Diagnostic::new("C052", assignment.name_span, format!("`{}` is set twice", assignment.name))
                .hint("several values are written name in {a, b}"));
        }
        found.push(assignment);
    }
    Ok(found)
}

fn assignment(text: &str, part: Span) -> Parsed<Assignment> {
    let form = "write name = value, or name in {value, value}";
    let content = slice(text, part);
    let length = content.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(content.len());
    let name_span = Span { start: part.start, end: part.start + length };
    let after = trim(text, Span { start: name_span.end, end: part.end });
    let rest = slice(text, after);
    let name = content[..length].to_string();
    if name.is_empty() {
        let place = if content.is_empty() { Span { start: part.start, end: part.start } } else { part };
        return Err(Diagnostic::new("C050", place, "a parameter and its value are missing here").hint(form));
    }
    let values = if let Some(value) = rest.strip_prefix('=') {
        vec![trim(text, Span { start: after.end - value.len(), end: after.end })]
    } else if let Some(set) = rest.strip_prefix("in").map(str::trim_start).filter(|set| set.starts_with('{')) {
        let start = after.end - set.len() + 1;
        let Some(inside) = set.strip_suffix('}') else {
            return Err(Diagnostic::new("C021", Span { start: start - 1, end: start }, "this bracket is not closed")
                .hint("the values end with }"));
        };
        split(text, Span { start, end: start + inside.len() - 1 }, b',')?
    } else {
        return Err(Diagnostic::new("C050", part, format!("`{name}` has no value")).hint(form));
    };
    match values.iter().find(|value| value.start == value.end) {
        Some(empty) => Err(Diagnostic::new(
            "C050",
            Span { start: part.start, end: empty.end },
            format!("a value of `{name}` is missing"),
        )
        .hint(form)),
        None => Ok(Assignment { name, name_span, values }),
    }
}

/// `span` without white space at its ends.
pub fn trim(text: &str, span: Span) -> Span {
    let content = slice(text, span);
    let start = span.start + (content.len() - content.trim_start().len());
    Span { start, end: start + content.trim().len() }
}

/// The parts of `text[span]` between separators that stand outside brackets, trimmed.
pub fn split(text: &str, span: Span, separator: u8) -> Parsed<Vec<Span>> {
    let mut parts = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut start = span.start;
    for (at, byte) in text.bytes().enumerate().take(span.end).skip(span.start) {
        match byte {
            b'(' | b'{' | b'[' => open.push(at),
            b')' | b'}' | b']' if open.pop().is_none() => {
                return Err(Diagnostic::new("C020", Span { start: at, end: at + 1 }, "this bracket closes nothing")
                    .hint("delete it, or open a bracket before it"));
            }
            _ if byte == separator && open.is_empty() => {
                parts.push(trim(text, Span { start, end: at }));
                start = at + 1;
            }
            _ => {}
        }
    }
    if let Some(at) = open.pop() {
        return Err(Diagnostic::new("C021", Span { start: at, end: at + 1 }, "this bracket is not closed")
            .hint("close it before the statement ends"));
    }
    parts.push(trim(text, Span { start, end: span.end }));
    Ok(parts)
}

/// The first place outside brackets where `word` stands between white space; parts before and after it, trimmed.
pub fn split_at_word(text: &str, span: Span, word: &str) -> Option<(Span, Span)> {
    let bytes = slice(text, span).as_bytes();
    let mut depth = 0_i32;
    for at in 0..bytes.len() {
        match bytes[at] {
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' => depth -= 1,
            _ => {}
        }
        let end = at + word.len();
        let alone = at > 0 && bytes[at - 1].is_ascii_whitespace() && bytes.get(end).is_none_or(u8::is_ascii_whitespace);
        if depth == 0 && alone && bytes[at..].starts_with(word.as_bytes()) {
            let left = trim(text, Span { start: span.start, end: span.start + at });
            return Some((left, trim(text, Span { start: span.start + end, end: span.end })));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_brackets() {
        let text = "rho in {0.5, 1/3},\n spectrum in { two-point(1,-2,0.25), file(a b.txt) } , pairing=antitone";
        let found = assignments(text, Span { start: 0, end: text.len() }).unwrap();
        let values: Vec<Vec<&str>> = found.iter().map(|a| a.values.iter().map(|v| slice(text, *v)).collect()).collect();
        assert_eq!(found[1].name, "spectrum");
        assert_eq!(values, [vec!["0.5", "1/3"], vec!["two-point(1,-2,0.25)", "file(a b.txt)"], vec!["antitone"]]);
    }

    #[test]
    fn words_inside_brackets_do_not_split() {
        let text = "f(x at y) at rho = 2";
        let (left, right) = split_at_word(text, Span { start: 0, end: text.len() }, "at").unwrap();
        assert_eq!((slice(text, left), slice(text, right)), ("f(x at y)", "rho = 2"));
    }
}
