//! `limitcheck bench`.

use super::{
    Failure, Outcome, UNREADABLE, check_json_target, command_line, interruption, library::Library, prepare, print,
    programs::Programs, remark, write_json,
};
use crate::claim::Claim;
use crate::compare::Budget;
use crate::record::Verdict;
use crate::record::bench::BenchRecord;
use crate::report::bench::{PAGE, files as pages, paths};
use crate::run::bench::{Allowance, Request, bench};
use crate::run::simulate::use_threads;
use crate::run::{RunError, files};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, claim files, or folders of them (default: the whole catalogue)
    claims: Vec<String>,
    /// Leave a claim out at the budget quick (margin 2 %) if the work formulas foretell more seconds; 0 leaves the budget out
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    quick: f64,
    /// As --quick, at the budget standard (1 %)
    #[arg(long, default_value_t = 150.0, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    standard: f64,
    /// As --quick, at the budget thorough (0.5 %)
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    thorough: f64,
    /// Seconds, foretold, for the draws of each size that show what a network costs; 0 leaves them out
    #[arg(long, default_value_t = 10.0, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    cost: f64,
    /// Folder to write benchmarks.md and its figures into
    #[arg(long, default_value = "reports", value_name = "DIR")]
    out: PathBuf,
    /// Seed of every random draw
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); only the seconds depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    /// Write what was measured as JSON, after each claim; the same command goes on from the file of an interrupted run
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    programs: Programs,
}

fn seconds(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err("seconds are 0 or more".to_string()) }
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let started = std::time::Instant::now();
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    let allowed = [arguments.quick, arguments.standard, arguments.thorough];
    let allowances = Budget::ALL.into_iter().zip(allowed).map(|(budget, seconds)| Allowance { budget, seconds });
    let allowances: Vec<Allowance> = allowances.filter(|one| one.seconds > 0.0).collect();
    if allowances.is_empty() {
        return Err(Failure::new("every budget has 0 seconds: there is nothing to measure"));
    }
    use_threads(arguments.jobs)?;
    let request = Request { allowances, cost_seconds: arguments.cost, seed: arguments.seed };
    files::check_writable(&arguments.out)?;
    for name in paths() {
        files::check_ours(&arguments.out.join(name))?;
    }
    let before = arguments.json.as_ref().map_or(Ok(None), |path| interrupted(path, &request))?;
    interruption::end_in_order(arguments.json.is_some());
    let mut keep = |record: &BenchRecord| match &arguments.json {
        Some(path) => write_json(path, record),
        None => Ok(()),
    };
    // Each is compiled anew when its time is taken: this only finds those that cannot be.
    let ready = prepare(&claims, &arguments.programs)?;
    let measured: Vec<Claim> = ready.prepared.iter().map(|one| one.claim.clone()).collect();
    let record = bench(&measured, &request, before, &mut keep)?;
    for (name, content) in pages(&record, &command(theory, arguments)) {
        files::write_ours(&arguments.out.join(name), &content)?;
    }
    print(&format!("{} claims measured; written to {}\n", record.claims.len(), arguments.out.join(PAGE).display()))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    let judged = record.claims.iter().flat_map(|row| &row.times).filter_map(|time| time.judged.as_ref());
    let lacking = judged.into_iter().any(|judged| judged.verdicts.contains_key(&Verdict::NoValue));
    Ok(ready.code(if lacking { UNREADABLE } else { 0 }))
}

/// What an interrupted run has left in the file, if anything. That of another setting is not thrown away in silence.
fn interrupted(path: &Path, request: &Request) -> Result<Option<BenchRecord>, Failure> {
    let found = check_json_target::<BenchRecord>(path, "was not written by `limitcheck bench`")?;
    files::check_creatable(path)?;
    let Some(found) = found.filter(|found| !found.complete) else { return Ok(None) };
    if found.setting != request.setting() {
        let message = "holds an interrupted run of another program, machine, seed or other allowances; finish that, delete it, or name \
                       another file";
        return Err(RunError::file(path, message).into());
    }
    Ok(Some(found))
}

/// The command that makes this page again.
fn command(theory: Option<&Path>, arguments: &Arguments) -> String {
    let Arguments { quick, standard, thorough, cost, seed, .. } = arguments;
    let options = format!("--quick {quick} --standard {standard} --thorough {thorough} --cost {cost} --seed {seed}");
    command_line("bench", &arguments.claims, theory, &options)
}
