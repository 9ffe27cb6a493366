//! `limitcheck mutants`.

use super::{
    Failure, Outcome, UNREADABLE, check_apart, check_json_target, kept_results, library::Library, prepare, print,
    programs::Programs, remark, write_json,
};
use crate::compare::Budget;
use crate::model::short;
use crate::report::{significant, text_table};
use crate::run::mutants::{Counts, MutantRecord, MutantsRecord, score};
use crate::run::simulate::use_threads;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, claim files, or folders of them (default: the whole catalogue)
    claims: Vec<String>,
    /// How much to simulate and how narrow the margin: quick (2 %), standard (1 %), thorough (0.5 %)
    #[arg(long, default_value = "standard", value_parser = super::budget)]
    budget: Budget,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0)]
    jobs: usize,
    /// Keep the samples in this file and go on from what it holds, e.g. that of `check --results`
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// Least share of wrong formulas to be refuted, of those that are neither identical, close nor invalid
    #[arg(long, default_value_t = 0.98, value_name = "FRACTION", value_parser = fraction)]
    score: f64,
    /// Write counts and survivors as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    programs: Programs,
}

fn fraction(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("a fraction is from 0 to 1".to_string()) }
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    if let Some(path) = &arguments.json {
        check_apart(path, arguments.results.as_deref())?;
        check_target(path)?;
    }
    use_threads(arguments.jobs)?;
    let mut store = kept_results(arguments.results.as_deref(), arguments.seed)?;
    let started = std::time::Instant::now();
    let ready = prepare(&claims, &arguments.programs)?;
    Programs::tell_of_others(&store, &ready.prepared);
    let record = score(&ready.prepared, arguments.budget, &mut store)?;
    if let Some(path) = &arguments.json {
        check_target(path)?;
        write_json(path, &record)?;
    }
    print(&text(&record, arguments.score))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    let code = if record.no_value > 0 { UNREADABLE } else { u8::from(!reached(&record, arguments.score)) };
    Ok(ready.code(code))
}

/// Nothing judged is no score.
fn reached(record: &MutantsRecord, least: f64) -> bool {
    record.score.is_some_and(|score| score >= least)
}

/// Fails if the file exists and is not ours.
fn check_target(path: &Path) -> Result<(), Failure> {
    check_json_target::<MutantsRecord>(path, "was not written by `limitcheck mutants`").map(|_| ())
}

fn text(record: &MutantsRecord, least: f64) -> String {
    let claims = record.claims.iter().map(|claim| row(&claim.claim, claim.counts));
    let mut out = table("claim", claims.chain([row("total", record.total)]).collect());
    out += "\n";
    out += &table("operator", record.operators.iter().map(|own| row(&own.operator, own.counts)).collect());
    let listed = |title: &str, of: fn(&crate::run::mutants::ClaimMutants) -> &[MutantRecord]| {
        let lines: Vec<String> = record
            .claims
            .iter()
            .flat_map(|claim| of(claim).iter().map(|mutant| format!("{}: {}", claim.claim, line(mutant))))
            .collect();
        if lines.is_empty() { String::new() } else { format!("\n{title}\n{}", lines.concat()) }
    };
    out += &listed("close, never more than 2 margins away:", |claim| &claim.close_mutants);
    out += &listed("survived:", |claim| &claim.survivors);
    for claim in &record.claims {
        out += &claim.notes.iter().map(|note| format!("\n{}: {note}\n", claim.claim)).collect::<String>();
    }
    let asked = if reached(record, least) { "at or above" } else { "below" };
    out += &match record.score {
        Some(score) => format!(
            "\nscore {} ({} of {} killed): {asked} the {} asked (budget {}, seed {}).\n",
            percent(Some(score)),
            record.total.killed,
            record.total.killed + record.total.survived,
            short(least),
            record.budget,
            record.seed
        ),
        None => "\nno score: there was no mutant to judge.\n".to_string(),
    };
    out
}

fn table(what: &str, rows: Vec<Vec<String>>) -> String {
    let header = [what, "generated", "identical", "close", "invalid", "killed", "survived", "score"];
    text_table(&header, &[false, true, true, true, true, true, true, true], &rows)
}

fn row(name: &str, counts: Counts) -> Vec<String> {
    let Counts { generated, identical, close, invalid, killed, survived } = counts;
    let numbers = [generated, identical, close, invalid, killed, survived].map(|n| n.to_string());
    [name.to_string()].into_iter().chain(numbers).chain([percent(counts.score())]).collect()
}

/// Rounded down, so that 100 % means all.
fn percent(score: Option<f64>) -> String {
    score.map_or("-".to_string(), |score| format!("{:.1} %", (score * 1000.0).floor() / 10.0))
}

fn line(mutant: &MutantRecord) -> String {
    if mutant.largest_shift == Some(0.0) {
        return format!("{}\n  {}: differs nowhere on the grid\n", mutant.formula, mutant.operator);
    }
    let settings = mutant.set.iter().map(|(name, value)| match value {
        serde_json::Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    let place = settings.collect::<Vec<_>>().join(", ");
    let size = mutant.dim.map_or(String::new(), |dim| format!(", d = {dim}"));
    let shift = |x: Option<f64>| x.map_or("inf".to_string(), |x| significant(x, 2));
    let (value, margins) = (shift(mutant.largest_shift), shift(mutant.margins));
    format!("{}\n  {}: differs by {value} ({margins} margins) at {place}{size}\n", mutant.formula, mutant.operator)
}
