//! `limitcheck check`.

use super::{
    Failure, Outcome, check_apart, check_json_target, kept_results, library::Library, prepare, print,
    programs::Programs, remark, terms, write_json,
};
use crate::record::RunRecord;
use crate::run::check::{check, exit_code};
use crate::run::division::Shard;
use crate::run::files;
use crate::run::shard::check_shard;
use crate::run::simulate::use_threads;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, claim files, or folders of them (default: the whole catalogue)
    claims: Vec<String>,
    #[command(flatten)]
    terms: terms::Arguments,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    /// Write the verdicts as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Keep the samples in this file and go on from what it holds
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// Draw and judge one of N parts of the run, K from 1; `limitcheck merge` puts their results together
    #[arg(long, value_name = "K/N", requires = "results")]
    shard: Option<Shard>,
    #[command(flatten)]
    programs: Programs,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    let terms = arguments.terms.of(theory, &claims)?;
    if let Some(path) = &arguments.json {
        check_apart(path, arguments.results.as_deref())?;
        check_verdict_target(path)?;
        files::check_creatable(path)?;
    }
    use_threads(arguments.jobs)?;
    let mut store = kept_results(arguments.results.as_deref(), arguments.seed)?;
    let started = std::time::Instant::now();
    let is_divided = arguments.shard.is_some() || store.divided().is_some();
    let ready = prepare(&claims, &arguments.programs)?.divided(is_divided);
    Programs::tell_of_others(&store, &ready.prepared);
    let record = match arguments.shard {
        Some(shard) => check_shard(&ready.prepared, None, terms, &mut store, shard)?,
        None => check(&ready.prepared, terms, &mut store)?,
    };
    if let Some(path) = &arguments.json {
        check_verdict_target(path)?;
        write_json(path, &record)?;
    }
    print(&crate::report::verdict_table(&record, None))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(ready.code(exit_code(&record) as u8))
}

/// Fails if the file exists and holds no verdicts of ours.
pub fn check_verdict_target(path: &Path) -> Result<(), Failure> {
    check_json_target::<RunRecord>(path, "is not a verdict file of limitcheck").map(|_| ())
}
