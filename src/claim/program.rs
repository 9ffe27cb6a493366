//! Simulators that are not ours: `simulator program "python3 ridge.py"`, `simulator given`, and what belongs to them.

use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::header;
use super::parser::Parsed;
use crate::model::{Observable, Signature};

/// The word for a program in place of a simulator's name.
pub const PROGRAM: &str = "program";
/// The word for a simulator that whoever runs the claim brings.
pub const GIVEN: &str = "given";

/// What stands behind `simulator`.
pub(super) enum Named<'s> {
    /// One of those that the reader of claims was given.
    Known(&'s Signature),
    /// A program, by the words of its command.
    Program(Vec<String>),
    /// Whoever runs the claim brings it.
    Given,
}

impl Named<'_> {
    /// The name that the claim keeps.
    pub(super) fn name(&self) -> String {
        match self {
            Named::Known(signature) => signature.simulator.clone(),
            Named::Program(_) => PROGRAM.to_string(),
            Named::Given => GIVEN.to_string(),
        }
    }
}

/// `rf`, `program "python3 ridge.py"`, `given`
pub(super) fn simulator<'s>(masked: &str, statement: Statement, known: &'s [Signature]) -> Parsed<Named<'s>> {
    let text = header::words(masked, statement)?;
    if text == GIVEN {
        return Ok(Named::Given);
    }
    if let Some(command) = text.strip_prefix(PROGRAM).filter(|rest| rest.is_empty() || rest.starts_with([' ', '"'])) {
        return program(statement, command.trim()).map(Named::Program);
    }
    let names: Vec<&str> = known.iter().map(|one| one.simulator.as_str()).chain([PROGRAM, GIVEN]).collect();
    let found = known.iter().find(|one| one.simulator == text);
    found.map(Named::Known).ok_or_else(|| header::unknown(masked, statement, &text, &names))
}

/// The words of a command in double quotes; within it, single quotes hold a word with spaces together. No shell reads it.
fn program(statement: Statement, quoted: &str) -> Parsed<Vec<String>> {
    let form = "write simulator program \"python3 ridge.py\"";
    let fault = |message: &str| Diagnostic::new("C110", statement.rest, message).hint(form);
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside.filter(|inside| !inside.contains('"')) else {
        return Err(fault("the command of a program stands in double quotes"));
    };
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut within, mut quoted) = (String::new(), false, false);
    for c in inside.chars() {
        match c {
            '\'' => (within, quoted) = (!within, true),
            ' ' if !within => {
                if quoted || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                quoted = false;
            }
            other => word.push(other),
        }
    }
    if within {
        return Err(fault("a single quote is not closed"));
    }
    if quoted || !word.is_empty() {
        words.push(word);
    }
    match words.first() {
        Some(first) if !first.is_empty() => Ok(words),
        _ => Err(fault("the command has no program")),
    }
}

/// The files of a `depends` line.
pub(super) fn depends(masked: &str, statement: Statement) -> Parsed<Vec<String>> {
    header::words(masked, statement)?;
    Ok(slice(masked, statement.rest).split_whitespace().map(str::to_string).collect())
}

/// The name of an observable of one's own.
pub(super) fn observable(masked: &str, statement: Statement) -> Parsed<Observable> {
    let text = header::words(masked, statement)?;
    let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !letters || !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Diagnostic::new("C111", statement.rest, "this cannot be the name of an observable")
            .hint("write letters, digits, hyphens and underscores, as in risk"));
    }
    Ok(Observable::named(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::Span;

    fn words(text: &str) -> Result<Vec<String>, String> {
        let span = Span { start: 0, end: text.len() };
        let statement = Statement { word: Span { start: 0, end: 0 }, rest: span };
        match simulator(text, statement, &[]) {
            Ok(Named::Program(words)) => Ok(words),
            Ok(_) => Err("no program".to_string()),
            Err(fault) => Err(fault.message),
        }
    }

    #[test]
    fn commands_are_split_into_words_and_never_expanded() {
        for (text, expected) in [
            ("program \"python3 ridge.py\"", &["python3", "ridge.py"][..]),
            ("program   \" ./ridge  -n 3 \"", &["./ridge", "-n", "3"]),
            ("program \"python3 'my folder/ridge.py' ''\"", &["python3", "my folder/ridge.py", ""]),
            ("program \"sh -c 'echo $HOME; rm *'\"", &["sh", "-c", "echo $HOME; rm *"]),
            ("program \"a'b c'd\"", &["ab cd"]),
        ] {
            assert_eq!(words(text).unwrap(), expected, "{text}");
        }
        for (text, fault) in [
            ("program", "double quotes"),
            ("program python3", "double quotes"),
            ("program \"a\" \"b\"", "double quotes"),
            ("program \"\"", "no program"),
            ("program \"''\"", "no program"),
            ("program \"'a\"", "not closed"),
            ("programme", "unknown"),
            ("given", "no program"),
        ] {
            assert!(words(text).unwrap_err().contains(fault), "{text}: {:?}", words(text));
        }
    }
}
