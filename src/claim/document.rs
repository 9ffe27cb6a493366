//! The fenced block of a Markdown file, and its statements with their places. What a statement means is not read here.

use super::diagnostic::Diagnostic;
use crate::symbolic::Span;

/// Which block a file is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Claim,
    Definitions,
}

impl BlockKind {
    pub fn marker(self) -> &'static str {
        match self {
            BlockKind::Claim => "claim",
            BlockKind::Definitions => "definitions",
        }
    }
}

/// A fenced block: the lines between the fences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Opening fence to the end of the closing fence's line, line end included.
    pub whole: Span,
    pub inside: Span,
    /// Spaces before the opening fence: the block's left edge.
    pub indent: usize,
    /// The opening fence, for faults about the block as a whole.
    pub fence: Span,
}

/// A statement: its first word, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    pub word: Span,
    /// After the word, without surrounding white space; empty at the end of the word if there is nothing.
    pub rest: Span,
}

impl Statement {
    pub fn span(&self) -> Span {
        Span { start: self.word.start, end: self.rest.end }
    }
}

/// The only block marked `kind` in `text`.
pub fn find_block(text: &str, kind: BlockKind) -> Result<Block, Vec<Diagnostic>> {
    let marker = kind.marker();
    let found = blocks(text, marker)?;
    match found[..] {
        [block] => Ok(block),
        [] => {
            let end = text.find(['\r', '\n']).unwrap_or(text.len());
            Err(vec![
                Diagnostic::new("C001", Span { start: 0, end }, format!("no block marked `{marker}`"))
                    .hint(format!("put the statements between a line ```{marker} and a line ```")),
            ])
        }
        [_, ref others @ ..] => Err(others
            .iter()
            .map(|block| {
                Diagnostic::new("C002", block.fence, format!("a second block marked `{marker}`"))
                    .hint("a file has exactly one: put each claim into a file of its own")
            })
            .collect()),
    }
}

/// True if a line opens a block marked so.
pub fn has_block(text: &str, kind: BlockKind) -> bool {
    lines(text).any(|line| fence(slice(text, line)).is_some_and(|f| f.info == kind.marker()))
}

struct Fence<'a> {
    indent: usize,
    mark: char,
    length: usize,
    info: &'a str,
}

/// Reads a line as a fence: up to three spaces, then at least three backticks or tildes.
fn fence(line: &str) -> Option<Fence<'_>> {
    let bare = line.trim_start_matches(' ');
    let indent = line.len() - bare.len();
    let mark = bare.chars().next().filter(|c| "`~".contains(*c))?;
    let info = bare.trim_start_matches(mark);
    let length = bare.len() - info.len();
    // A backtick in the rest of the line makes it inline code.
    (indent <= 3 && length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence {
        indent,
        mark,
        length,
        info: info.trim(),
    })
}

/// All blocks marked `marker`; other fenced blocks are stepped over.
pub fn blocks(text: &str, marker: &str) -> Result<Vec<Block>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut open: Option<(Fence, Span, usize)> = None;
    for line in lines(text) {
        let parsed = fence(slice(text, line));
        match (&open, parsed) {
            (None, Some(start)) => {
                let body = next_line(text, line.end);
                open = Some((start, line, body));
            }
            (Some((start, head, body)), Some(end))
                if end.mark == start.mark && end.length >= start.length && end.info.is_empty() =>
            {
                if start.info == marker {
                    let whole = Span { start: head.start, end: next_line(text, line.end) };
                    let inside = Span { start: *body, end: line.start };
                    found.push(Block { whole, inside, indent: start.indent, fence: *head });
                }
                open = None;
            }
            _ => {}
        }
    }
    match open {
        Some((start, head, _)) if start.info == marker => Err(vec![
            Diagnostic::new("C003", head, format!("the block marked `{marker}` is not closed"))
                .hint(format!("end it with a line {}", String::from(start.mark).repeat(start.length))),
        ]),
        _ => Ok(found),
    }
}

/// The lines of a text, without their ends (`\n` or `\r\n`).
fn lines(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let length = text[start..].find('\n').unwrap_or(text.len() - start);
        let line = text[start..start + length].trim_end_matches('\r');
        let span = Span { start, end: start + line.len() };
        start += length + 1;
        Some(span)
    })
}

/// Start of the line after the line that ends at `end`.
fn next_line(text: &str, end: usize) -> usize {
    text[end..].find('\n').map_or(text.len(), |n| end + n + 1)
}

pub fn slice(text: &str, span: Span) -> &str {
    &text[span.start..span.end]
}

/// `text` with every comment inside the block replaced by spaces, so that places stay what they are.
pub fn without_comments(text: &str, block: Block) -> String {
    let mut masked = String::with_capacity(text.len());
    masked.push_str(&text[..block.inside.start]);
    let mut comment = false;
    for c in slice(text, block.inside).chars() {
        comment = (comment || c == '#') && c != '\n' && c != '\r';
        if comment { masked.extend(std::iter::repeat_n(' ', c.len_utf8())) } else { masked.push(c) }
    }
    masked.push_str(&text[block.inside.end..]);
    masked
}

/// Most statements of a block: what is checked name against name stays quick.
const MAX_STATEMENTS: usize = 500;

/// The statements of a block; `masked` has no comments.
pub fn statements(masked: &str, block: Block) -> (Vec<Statement>, Vec<Diagnostic>) {
    let mut starts: Vec<Span> = Vec::new();
    let mut faults = Vec::new();
    let inside = slice(masked, block.inside);
    for line in lines(inside) {
        let span = Span { start: line.start + block.inside.start, end: line.end + block.inside.start };
        let content = slice(masked, span);
        if content.trim().is_empty() {
            continue;
        }
        let indent = content.len() - content.trim_start().len();
        let end = span.start + content.trim_end().len();
        if indent <= block.indent && content[..indent].bytes().all(|b| b == b' ') {
            starts.push(Span { start: span.start + indent, end });
        } else if let Some(last) = starts.last_mut() {
            last.end = end;
        } else {
            faults.push(
                Diagnostic::new("C004", Span { start: span.start + indent, end }, "the first statement is indented")
                    .hint("a statement starts at the left edge of the block; indented lines go on with the one above"),
            );
        }
    }
    if let Some(first) = starts.get(MAX_STATEMENTS) {
        let message = format!("more than {MAX_STATEMENTS} statements");
        faults.push(Diagnostic::new("C005", *first, message).hint("a claim is one formula: is this the right file?"));
        starts.truncate(MAX_STATEMENTS);
    }
    let statements = starts
        .into_iter()
        .map(|span| {
            let content = slice(masked, span);
            let length =
                content.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(content.len());
            let word = Span { start: span.start, end: span.start + length };
            let start = span.end - content[length..].trim_start().len();
            Statement { word, rest: Span { start, end: span.end } }
        })
        .collect();
    (statements, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(String, String)> {
        let block = find_block(text, BlockKind::Claim).unwrap();
        let masked = without_comments(text, block);
        let (found, faults) = statements(&masked, block);
        assert_eq!(faults, vec![]);
        found.iter().map(|s| (slice(text, s.word).to_string(), slice(&masked, s.rest).to_string())).collect()
    }

    #[test]
    fn statements_go_on_over_indented_lines_and_comments_vanish() {
        let text = "# T\n```claim\nclaim a # note\nlimit 1 +\n\n   2\n# all of it\ngrid\n```\nend\n";
        let expected = [("claim", "a"), ("limit", "1 +\n\n   2"), ("grid", "")];
        assert_eq!(split(text), expected.map(|(a, b)| (a.to_string(), b.to_string())));
        assert_eq!(split(&text.replace('\n', "\r\n"))[2], ("grid".to_string(), String::new()));
    }

    #[test]
    fn comments_keep_the_length_of_other_letters() {
        let text = "```claim\nclaim a # \u{3c1}\u{2212}\nlimit 1\n```\n";
        let block = find_block(text, BlockKind::Claim).unwrap();
        assert_eq!(without_comments(text, block).len(), text.len());
    }

    #[test]
    fn other_blocks_and_inline_code_are_no_claims() {
        let text = "``` claim ```\n~~~text\n```claim\nclaim no\n```\n~~~\n  ```claim\n  claim yes\n  ```\n";
        assert_eq!(split(text), vec![("claim".to_string(), "yes".to_string())]);
        assert!(has_block(text, BlockKind::Claim));
        assert!(!has_block("```rust\n```\n", BlockKind::Claim));
    }
}
