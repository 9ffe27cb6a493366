//! `limitcheck compare`.

use super::{Failure, Outcome, print};
use crate::record::{CellRecord, RunRecord};
use crate::run::files;
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

/// What names a cell in both files: claim, point, and which of several at that point (a special case the formula misses is a cell
/// of its own).
type Name = (String, String, usize);

fn named(run: &RunRecord) -> Vec<(Name, &CellRecord)> {
    let mut cells: Vec<(Name, &CellRecord)> = Vec::new();
    for cell in &run.cells {
        let set = serde_json::Value::Object(cell.set.clone()).to_string();
        let before = cells.iter().filter(|((claim, at, _), _)| *claim == cell.claim && *at == set).count();
        cells.push(((cell.claim.clone(), set, before), cell));
    }
    cells
}

/// Prints cells whose verdict differs and cells that only one file has. Exit code 0 if there are none, 1 otherwise.
pub fn run(arguments: &Arguments) -> Outcome {
    let (a, b) = (load(&arguments.a)?, load(&arguments.b)?);
    let (first, second) = (named(&a), named(&b));
    let verdict = |cells: &[(Name, &CellRecord)], name: &Name| {
        cells.iter().find(|(other, _)| other == name).map(|(_, cell)| cell.verdict)
    };
    let mut text = String::new();
    for (name, cell) in &first {
        match verdict(&second, name) {
            Some(other) if other != cell.verdict => {
                text += &format!("{} {}: {} -> {other}\n", name.0, name.1, cell.verdict);
            }
            Some(_) => {}
            None => text += &format!("{} {}: only in {}\n", name.0, name.1, arguments.a.display()),
        }
    }
    for (name, _) in second.iter().filter(|(name, _)| verdict(&first, name).is_none()) {
        text += &format!("{} {}: only in {}\n", name.0, name.1, arguments.b.display());
    }
    let same = text.is_empty();
    if same {
        text = format!("the same {} verdicts\n", a.cells.len());
    }
    print(&text)?;
    Ok(u8::from(!same))
}
