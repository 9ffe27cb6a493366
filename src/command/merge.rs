//! `limitcheck merge`.

use super::{Outcome, print};
use crate::run::files;
use crate::run::store::Store;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    /// Results files of the same seed
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
        merged.merge(Store::load(path)?)?;
    }
    files::write_whole(&arguments.out, &merged.to_text())?;
    print(&format!("{}: {} blocks of replicates\n", arguments.out.display(), merged.len()))?;
    Ok(0)
}
