//! The statements of a block sorted by their keyword. What stands behind a keyword is not read here.

use super::diagnostic::Diagnostic;
use super::document::{Block, Statement, slice, statements};
use crate::model::names::{hint, nearest};
use crate::symbolic::Span;

/// Statements of which a claim has at most one.
const ONCE: [&str; 21] = [
    "claim",
    "title",
    "kind",
    "status",
    "source",
    "grows",
    "breaks",
    "simulator",
    "observable",
    "cost",
    "samples",
    "bias",
    "margin",
    "sense",
    "along",
    "sizes",
    "limit",
    "growth",
    "alt",
    "finite",
    "definition",
];
/// All keywords; any other word starts a definition.
pub const KEYWORDS: [&str; 33] = [
    "claim",
    "title",
    "kind",
    "status",
    "source",
    "grows",
    "breaks",
    "parameter",
    "activation",
    "require",
    "simulator",
    "observable",
    "depends",
    "cost",
    "samples",
    "bias",
    "margin",
    "sense",
    "along",
    "sizes",
    "grid",
    "explore",
    "special",
    "printed",
    "experiment",
    "symbol",
    "linear",
    "solve",
    "limit",
    "growth",
    "alt",
    "finite",
    "analysis",
];

/// The statements of one block. Definitions have the keyword `""`.
pub struct Statements {
    all: Vec<(&'static str, Statement)>,
    /// Keywords that an unknown statement was probably meant to be.
    misspelt: Vec<&'static str>,
}

impl Statements {
    /// Sorts what `masked` (a text without comments) holds in `block`; `allowed` says which keywords belong there.
    pub fn read(masked: &str, block: Block, allowed: &dyn Fn(&str) -> bool) -> (Statements, Vec<Diagnostic>) {
        let (found, mut faults) = statements(masked, block);
        let mut all: Vec<(&'static str, Statement)> = Vec::new();
        let mut misspelt = Vec::new();
        for statement in found {
            match keyword(masked, statement) {
                Ok(keyword) if !keyword.is_empty() && !allowed(keyword) => faults.push(
                    Diagnostic::new("C032", statement.word, format!("`{keyword}` does not belong in this block")).hint(
                        "a definitions block holds definitions, `linear`, `solve` and `symbol` lines; the rest stands in claims",
                    ),
                ),
                Ok(keyword) if ONCE.contains(&keyword) && all.iter().any(|(known, _)| *known == keyword) => faults
                    .push(
                        Diagnostic::new("C033", statement.word, format!("a second `{keyword}`"))
                            .hint("a claim has at most one: delete one of them"),
                    ),
                Ok(keyword) => all.push((keyword, statement)),
                Err(fault) => {
                    misspelt.extend(nearest(slice(masked, statement.word), KEYWORDS));
                    faults.push(fault);
                }
            }
        }
        (Statements { all, misspelt }, faults)
    }

    /// All statements with this keyword, in order.
    pub fn all(&self, keyword: &str) -> Vec<Statement> {
        self.all.iter().filter(|(known, _)| *known == keyword).map(|(_, statement)| *statement).collect()
    }

    /// Every statement with its keyword.
    pub fn whole(&self) -> impl Iterator<Item = (&'static str, Statement)> {
        self.all.iter().copied()
    }

    /// The statements that define names, in order, with their keywords: definitions have none, systems `linear` or `solve`.
    pub fn defining(&self) -> Vec<(&'static str, Statement)> {
        self.all.iter().filter(|(known, _)| matches!(*known, "" | "linear" | "solve")).copied().collect()
    }

    /// The statement with this keyword, of which there is at most one.
    pub fn one(&self, keyword: &str) -> Option<Statement> {
        self.all(keyword).first().copied()
    }

    /// True if no statement has the keyword, nor looks like a misspelling of it.
    pub fn lacks(&self, keyword: &str) -> bool {
        self.one(keyword).is_none() && !self.misspelt.contains(&keyword)
    }
}

/// The keyword of a statement, `""` for a definition.
fn keyword(masked: &str, statement: Statement) -> Result<&'static str, Diagnostic> {
    let word = slice(masked, statement.word);
    let rest = slice(masked, statement.rest);
    if let Some(keyword) = KEYWORDS.iter().find(|keyword| **keyword == word) {
        return Ok(keyword);
    }
    if word.is_empty() {
        let end = statement.word.start + rest.chars().next().map_or(0, char::len_utf8);
        let place = Span { start: statement.word.start, end };
        return Err(Diagnostic::new("C030", place, "a statement starts with a word")
            .hint("indent a line that goes on with the statement above it"));
    }
    let defines = rest.starts_with('(') || (rest.starts_with('=') && !rest.starts_with("=="));
    if defines {
        return Ok("");
    }
    let advice = match nearest(word, KEYWORDS) {
        Some(_) => hint(word, KEYWORDS),
        None => {
            "a definition is written `name = formula`; a line that goes on with the one above it is indented".into()
        }
    };
    Err(Diagnostic::new("C031", statement.word, format!("unknown statement `{word}`")).hint(advice))
}
