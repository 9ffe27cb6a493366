//! `limitcheck merge`.

use super::{Outcome, print};
use crate::run::store::Store;
use crate::run::{RunError, files};
use std::path::PathBuf;

/// Exit code where shards are missing: what is there is merged all the same.
const INCOMPLETE: u8 = 2;

#[derive(clap::Args)]
pub struct Arguments {
    /// Results files of the same seed, also those of shards: any of them, in any order, overlapping or merged before
    #[arg(required = true, num_args = 1..)]
    results: Vec<PathBuf>,
    /// File to write
    #[arg(long, default_value = "merged.jsonl", value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Outcome {
    files::check_ours(&arguments.out)?;
    let mut merged = Store::load(&arguments.results[0])?;
    for path in &arguments.results[1..] {
        merged.merge(Store::load(path)?).map_err(|error| RunError::file(path, error))?;
    }
    files::write_whole(&arguments.out, &merged.to_text())?;
    print(&format!("{}: {} blocks of replicates\n", arguments.out.display(), merged.len()))?;
    let Some(divided) = merged.divided() else { return Ok(0) };
    let missing = divided.missing();
    if missing.is_empty() {
        print(&format!("complete: all {} shards have finished\n", divided.run.of))?;
        return Ok(0);
    }
    print(&format!("missing: {}\n", missing.join("; ")))?;
    Ok(INCOMPLETE)
}
