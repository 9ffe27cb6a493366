//! Runs the binary, and writes the claims that the tests judge.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The binary with these arguments, in `folder`.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_limitcheck"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null()).env_remove("RAYON_NUM_THREADS");
    command
}

pub fn limitcheck(folder: &Path, arguments: &[&str]) -> Run {
    let output = command(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let run = Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!run.err.contains("panicked") && !run.out.contains("panicked"), "{arguments:?}: {}", run.err);
    run
}

/// The same, with the exit code that it must have.
pub fn expect(folder: &Path, arguments: &[&str], code: i32) -> Run {
    let run = limitcheck(folder, arguments);
    assert_eq!(run.code, Some(code), "{arguments:?}\n{}\n{}", run.out, run.err);
    run
}

/// Bad input: exit code 3, nothing on standard output, every fragment in the message.
pub fn refused(folder: &Path, arguments: &[&str], fragments: &[&str]) {
    let run = expect(folder, arguments, 3);
    assert!(run.out.is_empty(), "{arguments:?}: {}", run.out);
    for fragment in fragments {
        assert!(run.err.contains(fragment), "{arguments:?}: `{fragment}` is missing in: {}", run.err);
    }
    assert!(run.err.len() < 10_000, "{arguments:?}: a message of {} bytes", run.err.len());
}

/// Standard output as JSON: one value and nothing else.
pub fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = expect(folder, arguments, 0);
    assert!(run.err.is_empty(), "{arguments:?}: {}", run.err);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", run.out))
}

/// Checks that an object has exactly the fields, each of its type (`number?`: a number or null).
pub fn assert_fields(value: &Value, fields: &[(&str, &str)]) {
    assert_has_fields(value, fields);
    let more: Vec<&String> =
        value.as_object().unwrap().keys().filter(|key| fields.iter().all(|(name, _)| name != key)).collect();
    assert!(more.is_empty(), "unexpected fields {more:?}: {value}");
}

/// Checks that an object has at least the fields: records of a run may gain others.
pub fn assert_has_fields(value: &Value, fields: &[(&str, &str)]) {
    let object = value.as_object().unwrap_or_else(|| panic!("not an object: {value}"));
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    for (name, expected) in fields {
        let found = object.get(*name).map(kind).unwrap_or_else(|| panic!("no field `{name}` in {value}"));
        let fits = found == expected.trim_end_matches('?') || (expected.ends_with('?') && found == "null");
        assert!(fits, "`{name}` is {found}, not {expected}: {value}");
    }
}

pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A claim about the neural tangent model with a traceless target: its test error tends to (1 - rho)^2, with noise at every
/// size. Half a second at the quick budget.
pub fn tangent_claim(id: &str, status: &str, limit: &str, more: &str) -> String {
    format!(
        "# A test's own claim\n\n```claim\nclaim {id}\ntitle Tangent model, traceless target\nkind limit\nstatus {status}\n\
         source the tests\ngrows d and m, with m/d -> rho\n\nparameter rho = 0.5 in (0, inf)\nparameter spectrum = rademacher\n\n\
         simulator nt\nobservable test-error\nbias d^-1\n{more}\ngrid\n\nlimit {limit}\n```\n"
    )
}

/// A claim about the fully trained network: no noise, so that it takes no time.
pub fn trained_claim(id: &str, status: &str, limit: &str, more: &str) -> String {
    format!(
        "```claim\nclaim {id}\ntitle Fully trained network\nkind limit\nstatus {status}\nsource the tests\n\n\
         parameter rho = 0.25 in (0, inf)\nparameter spectrum = identity\n\nsimulator sgd\nobservable test-error\n\
         bias exact\n{more}\ngrid\n\nlimit {limit}\n```\n"
    )
}

/// Writes a file into a folder and returns its path as text.
pub fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path.display().to_string()
}

/// Every file below a folder, by its path relative to it.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Two folders hold the same files with the same bytes.
pub fn assert_same_tree(one: &Path, other: &Path) {
    let (one, other) = (tree(one), tree(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(*bytes == other[path], "{} differs", path.display());
    }
}

/// Waits until a running command has written so many lines to its results file.
pub fn wait_for_lines(file: &Path, lines: usize, child: &mut Child) {
    let start = Instant::now();
    loop {
        let written = fs::read(file).unwrap_or_default();
        if written.iter().filter(|byte| **byte == b'\n').count() >= lines {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "no {lines} lines after a minute");
        assert!(child.try_wait().unwrap().is_none(), "the run ended before it wrote {lines} lines");
        std::thread::sleep(Duration::from_millis(2));
    }
}
