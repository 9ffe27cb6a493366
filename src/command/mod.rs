//! One file per verb of the command line. Each reads its arguments, calls the library, prints results on standard output.

pub mod bench;
pub mod calibrate;
pub mod check;
pub mod compare;
pub mod eval;
pub mod explore;
mod failure;
pub mod hermite;
pub mod interruption;
pub mod library;
pub mod list;
pub mod merge;
pub mod mutants;
pub mod plot;
pub mod question;
pub mod report;
pub mod show;
pub mod simulate;
pub mod sweep;
pub mod sync;
pub mod terms;

pub use failure::{Failure, Outcome, UNREADABLE, remark};

use library::Named;
use limitcheck::run::plan::Prepared;
use limitcheck::run::{RunError, files};
use serde::de::DeserializeOwned;
use std::io::Write;
use std::path::Path;

/// Claims ready to be judged.
pub struct Ready<'a> {
    pub prepared: Vec<Prepared<'a>>,
    /// Whether others were left out for their faults.
    pub faulty: bool,
}

impl Ready<'_> {
    /// The exit code, if what was judged alone would have this one.
    pub fn code(&self, judged: u8) -> u8 {
        if self.faulty { UNREADABLE } else { judged }
    }
}

/// Compiles the claims. What is wrong with one is said, and the others go on; an error if none is left.
pub fn prepare<'a>(claims: &'a Named) -> Result<Ready<'a>, Failure> {
    let mut ready = Ready { prepared: Vec::new(), faulty: claims.faulty };
    let mut first: Option<Failure> = None;
    for claim in &claims.found {
        match Prepared::new(claim) {
            Ok(one) => ready.prepared.push(one),
            Err(error) => {
                // The first is kept back for the case that it is the end of the matter.
                if let Some(Failure::Message(before)) = first.replace(error.into()) {
                    remark(&format!("error: {before}"));
                }
                ready.faulty = true;
            }
        }
    }
    match first {
        Some(failure) if ready.prepared.is_empty() => Err(failure),
        Some(Failure::Message(message)) => {
            remark(&format!("error: {message}"));
            Ok(ready)
        }
        _ => Ok(ready),
    }
}

/// Writes a result on standard output.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        _ => Failure::new(format!("standard output: {error}")),
    })
}

/// Likewise, as one line of JSON.
pub fn print_json<T: serde::Serialize>(value: &T) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::new)?;
    print(&(text + "\n"))
}

/// A number as JSON: infinite values as text.
pub fn json_number(x: f64) -> serde_json::Value {
    match serde_json::Number::from_f64(x) {
        Some(number) => serde_json::Value::Number(number),
        None if x == f64::INFINITY => "inf".into(),
        None if x == f64::NEG_INFINITY => "-inf".into(),
        None => serde_json::Value::Null,
    }
}

/// What a JSON file of ours holds, if it exists. Another's file is an error that says what it is not: asked before the run, so that no
/// work is lost, and again before writing.
pub fn check_json_target<T: DeserializeOwned>(path: &Path, is_not: &str) -> Result<Option<T>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(|error| RunError::file(path, format!("cannot be read: {error}")))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let found = serde_json::from_slice(&bytes);
    found
        .map(Some)
        .map_err(|_| RunError::file(path, format!("exists and {is_not}; move it away or choose another place")).into())
}

/// Writes JSON whole or not at all.
pub fn write_json<T: serde::Serialize>(path: &Path, record: &T) -> Result<(), RunError> {
    let text = serde_json::to_string_pretty(record).map_err(|error| RunError::file(path, error))?;
    files::write_whole(path, &(text + "\n"))
}

/// A command for a shell, as a page states it.
pub fn command_line(verb: &str, claims: &[String], theory: Option<&Path>, options: &str) -> String {
    let mut words = vec![format!("limitcheck {verb}")];
    words.extend(claims.iter().map(|claim| quoted(claim)));
    if let Some(folder) = theory {
        words.push(format!("--theory {}", quoted(&folder.display().to_string())));
    }
    words.push(options.to_string());
    words.join(" ")
}

/// In single quotes if a shell would split or expand it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if word.chars().all(plain) { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
