//! `limitcheck compare`.

use super::{Failure, Outcome, print};
use limitcheck::record::{CellRecord, RunRecord};
use limitcheck::run::files;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Two files written by `check --json` (or a report's verdicts.json)
    a: PathBuf,
    b: PathBuf,
}

fn load(path: &Path) -> Result<RunRecord, Failure> {
    let text = files::read(path)?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("{}: is not a verdict file of `check --json`: {error}", path.display())))
}

/// Prints cells whose verdict differs and cells that only one file has. Exit code 0 if there are none, 1 otherwise.
pub fn run(arguments: &Arguments) -> Outcome {
    let (a, b) = (load(&arguments.a)?, load(&arguments.b)?);
    let key = |cell: &CellRecord| (cell.claim.clone(), serde_json::Value::Object(cell.set.clone()).to_string());
    let mut text = String::new();
    for cell in &a.cells {
        match b.cells.iter().find(|other| key(other) == key(cell)) {
            Some(other) if other.verdict != cell.verdict => {
                text += &format!("{} {}: {} -> {}\n", cell.claim, key(cell).1, cell.verdict, other.verdict);
            }
            Some(_) => {}
            None => text += &format!("{} {}: only in {}\n", cell.claim, key(cell).1, arguments.a.display()),
        }
    }
    for cell in b.cells.iter().filter(|cell| !a.cells.iter().any(|other| key(other) == key(cell))) {
        text += &format!("{} {}: only in {}\n", cell.claim, key(cell).1, arguments.b.display());
    }
    let same = text.is_empty();
    if same {
        text = format!("the same {} verdicts\n", a.cells.len());
    }
    print(&text)?;
    Ok(u8::from(!same))
}
