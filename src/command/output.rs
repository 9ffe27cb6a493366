//! What verbs print and write, and the arguments that several of them read alike.

use super::failure::Failure;
use crate::compare::Budget;
use crate::run::{RunError, files};
use serde::de::DeserializeOwned;
use std::io::Write;
use std::path::Path;

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
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    if word.chars().all(plain) { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// `--budget` as clap reads it.
pub fn budget(text: &str) -> Result<Budget, String> {
    text.parse()
}
