//! Faults of a claim file: what is wrong, where, and what to do; and their rendering with the text underlined.
//!
//! No fault is decided here.

use crate::symbolic::Span;
use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use std::fmt;

/// Faults that are drawn; a file that is something else altogether has thousands.
const MOST_SHOWN: usize = 20;

/// Longest line that is drawn in full, in bytes.
const LONGEST_DRAWN: usize = 1000;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code such as `C012`; C00x the document, C01x characters and numbers, C02x grammar, C03x statements,
    /// C04x names in formulas, C05x parameters and values, C06x what a claim lacks, C07x activations of one's own,
    /// C08x the catalogue, C09x linear systems, C10x samples of one's own, C11x figures of the atlas.
    pub code: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// Byte range in the file.
    pub span: Span,
    /// The remedy; empty if the message says it all.
    pub hint: String,
}

impl Diagnostic {
    /// A fault without a remedy; see [`Diagnostic::hint`].
    pub fn new(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: message.into(), span, hint: String::new() }
    }

    /// The same fault with this remedy in place of any it had.
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = hint.into();
        self
    }
}

/// All faults found in one file, in the order of their places. `Display` draws them as `render(false)` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file as the user named it.
    pub path: String,
    /// The whole file, which the spans refer to.
    pub text: String,
    /// Sorted by place, each once.
    pub faults: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Sorts the faults by place and drops repetitions.
    pub fn new(path: &str, text: &str, mut faults: Vec<Diagnostic>) -> Diagnostics {
        faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
        faults.dedup();
        Diagnostics { path: path.to_string(), text: text.to_string(), faults }
    }

    /// Each fault with file, line, column, the text underlined and the hint.
    pub fn render(&self, color: bool) -> String {
        // A control character would move the terminal's cursor: a space has the same length in bytes.
        let shown: String =
            self.text.chars().map(|c| if c.is_ascii_control() && !"\r\n\t".contains(c) { ' ' } else { c }).collect();
        let first = self.faults.iter().take(MOST_SHOWN);
        let mut parts: Vec<String> = first.map(|fault| self.render_one(fault, &shown, color)).collect();
        if self.faults.len() > MOST_SHOWN {
            parts.push(format!("{} more faults in {}\n", self.faults.len() - MOST_SHOWN, self.path));
        }
        parts.join("\n")
    }

    /// Line, column and the text around a fault, where the line is too long to be drawn.
    fn in_long_line(&self, fault: &Diagnostic, start: usize, end: usize) -> Option<String> {
        let from = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[end..].find('\n').map_or(self.text.len(), |at| end + at);
        let longest = self.text[from..to].lines().map(str::len).max().unwrap_or(0);
        if longest <= LONGEST_DRAWN {
            return None;
        }
        let line = self.text[..start].matches('\n').count() + 1;
        let column = self.text[from..start].chars().count() + 1;
        let excerpt: String = self.text[start..].chars().take_while(|c| !c.is_control()).take(60).collect();
        let (path, Diagnostic { code, message, hint, .. }) = (&self.path, fault);
        Some(format!("[{code}] Error: {message}\n    {path}:{line}:{column}, at `{excerpt}`\n    Help: {hint}\n"))
    }

    fn render_one(&self, fault: &Diagnostic, shown: &str, color: bool) -> String {
        let end = fault.span.end.min(self.text.len());
        let range = fault.span.start.min(end)..end;
        if let Some(plain) = self.in_long_line(fault, range.start, range.end) {
            return plain;
        }
        let config = Config::default()
            .with_color(color)
            .with_char_set(CharSet::Unicode)
            .with_index_type(IndexType::Byte)
            .with_tab_width(4);
        let path = self.path.as_str();
        let mut report = Report::build(ReportKind::Error, (path, range.clone()))
            .with_config(config)
            .with_code(fault.code)
            .with_message(&fault.message)
            .with_label(Label::new((path, range)).with_message(label(&fault.message)));
        if !fault.hint.is_empty() {
            report = report.with_help(&fault.hint);
        }
        let mut bytes = Vec::new();
        match report.finish().write((path, Source::from(shown)), &mut bytes) {
            Ok(()) => {
                let drawn = String::from_utf8_lossy(&bytes);
                drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
            }
            // Writing to memory does not fail; the message must reach the user all the same.
            Err(_) => format!("[{}] Error: {} ({})\n", fault.code, fault.message, fault.hint),
        }
    }
}

/// What stands at the underlined text: the message, or its first clause if it is long.
fn label(message: &str) -> &str {
    if message.len() <= 70 { message } else { message.split(": ").next().unwrap_or(message) }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
