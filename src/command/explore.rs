//! `limitcheck explore`.

use super::{
    Failure, Outcome, budget, check_apart, check_json_target, command_line, kept_results, library::Library, prepare,
    print, programs::Programs, remark, write_json,
};
use crate::claim::{Claim, Status};
use crate::compare::Budget;
use crate::record::explored::ExploreRecord;
use crate::report::{explored_page, explored_table};
use crate::run::division::Shard;
use crate::run::explore::{Request, exit_code, explore};
use crate::run::files;
use crate::run::simulate::use_threads;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, claim files, or folders of them (default: the whole catalogue); what is known to be false only if it is named itself
    claims: Vec<String>,
    /// Random points of each claim
    #[arg(long, default_value_t = 12, allow_negative_numbers = true)]
    points: usize,
    /// How much to simulate and how narrow the margin: quick (2 %), standard (1 %), thorough (0.5 %)
    #[arg(long, default_value = "standard", value_parser = budget)]
    budget: Budget,
    /// Seed of the points and of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    /// Write a page of it, in Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the verdicts as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Keep the samples in this file and go on from what it holds
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// Draw and judge the points of one of N parts, K from 1; `limitcheck merge` puts their results together
    #[arg(long, value_name = "K/N", requires = "results", conflicts_with = "out")]
    shard: Option<Shard>,
    #[command(flatten)]
    programs: Programs,
}

/// More points of one claim than anybody waits for.
const MOST_POINTS: usize = 10_000;

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, &arguments.claims)?;
    let mut claims = library.claims(&arguments.claims)?;
    if arguments.points == 0 || arguments.points > MOST_POINTS {
        let message = format!("--points {}: name how many points, from 1 to {MOST_POINTS}", arguments.points);
        return Err(Failure::new(message));
    }
    let itself = |claim: &Claim| arguments.claims.iter().any(|name| named_so(name, claim));
    claims.found.retain(|claim| claim.status != Status::KnownFalse || itself(claim));
    if claims.found.is_empty() {
        return Err(Failure::new("every claim there is known to be false: to explore one, name it itself"));
    }
    if let Some(path) = &arguments.json {
        check_apart(path, arguments.results.as_deref())?;
        check_target(path)?;
        files::check_creatable(path)?;
    }
    if let Some(path) = &arguments.out {
        files::check_ours(path)?;
        files::check_creatable(path)?;
    }
    use_threads(arguments.jobs)?;
    let mut store = kept_results(arguments.results.as_deref(), arguments.seed)?;
    let started = std::time::Instant::now();
    let is_divided = arguments.shard.is_some() || store.divided().is_some();
    let ready = prepare(&claims, &arguments.programs)?.divided(is_divided);
    Programs::tell_of_others(&store, &ready.prepared);
    let request = Request { shard: arguments.shard, ..Request::new(arguments.points, arguments.budget) };
    let record = explore(&ready.prepared, request, &mut store)?;
    if let Some(path) = &arguments.json {
        check_target(path)?;
        write_json(path, &record)?;
    }
    let (points, budget, seed) = (arguments.points, arguments.budget, arguments.seed);
    let options = format!("--points {points} --budget {budget} --seed {seed}");
    if let Some(path) = &arguments.out {
        files::write_ours(
            path,
            &explored_page(&record, &command_line("explore", &arguments.claims, theory, &options)),
        )?;
    }
    let again = |claim: &str| {
        let found = ready.prepared.iter().map(|one| &one.claim).find(|one| one.id == claim);
        let name = found.map_or(claim, |found| library.word(found));
        command_line("explore", &[name.to_string()], theory, &options)
    };
    print(&explored_table(&record, &again))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(ready.code(exit_code(&record, &ready.prepared) as u8))
}

/// Whether the user's word for a claim is its file or its id.
fn named_so(name: &str, claim: &Claim) -> bool {
    name == claim.id || name == claim.text.path
}

fn check_target(path: &Path) -> Result<(), Failure> {
    check_json_target::<ExploreRecord>(path, "is not a file of explored points of limitcheck").map(|_| ())
}
