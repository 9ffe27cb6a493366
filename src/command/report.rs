//! `limitcheck report`.

use super::{
    Failure, Outcome, UNREADABLE, check::check_verdict_target, interruption, kept_results, library::Library, prepare,
    print, programs::Programs, remark, terms, write_json,
};
use crate::record::ReportData;
use crate::report::interactive::NAME;
use crate::run::check::exit_code;
use crate::run::division::Shard;
use crate::run::shard::check_shard;
use crate::run::simulate::use_threads;
use crate::run::store::Store;
use crate::run::{RunError, collect, files, report_file};
use std::path::{Path, PathBuf};

/// The whole report as one file, which needs no network and no other file.
const SINGLE_PAGE: &str = "report.html";

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, claim files, or folders of them (default: the whole catalogue)
    claims: Vec<String>,
    #[command(flatten)]
    terms: terms::Arguments,
    /// Folder to write into
    #[arg(long, default_value = "reports", value_name = "DIR")]
    out: PathBuf,
    /// Draw without simulating: from the samples of a `results.jsonl`, or from the numbers of a `report.json`
    #[arg(long, value_name = "RESULTS", conflicts_with = "seed")]
    from: Option<PathBuf>,
    /// Draw and judge one of N parts of the report, K from 1, and write no pages; `limitcheck merge` puts their results together
    #[arg(long, value_name = "K/N", requires = "results", conflicts_with = "from")]
    shard: Option<Shard>,
    /// Of a part: keep its samples in this file and go on from what it holds
    #[arg(long, value_name = "FILE", requires = "shard")]
    results: Option<PathBuf>,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    #[command(flatten)]
    programs: Programs,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let started = std::time::Instant::now();
    if let (Some(shard), Some(results)) = (arguments.shard, &arguments.results) {
        return part(theory, arguments, shard, results);
    }
    let (mut data, faulty) = match &arguments.from {
        Some(path) if report_file::is_report(path) => (drawn_before(theory, arguments, path)?, false),
        from => gathered(theory, arguments, from.as_deref())?,
    };
    data.interactive = arguments.out.join(NAME).is_file();
    write(&arguments.out, &data)?;
    print(&crate::report::verdict_table(&data.run, None))?;
    let (index, single) = (arguments.out.join("README.md"), arguments.out.join(SINGLE_PAGE));
    print(&format!("\nreport: {}\nthe same as one file: {}\n", index.display(), single.display()))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(if faulty { UNREADABLE } else { exit_code(&data.run) as u8 })
}

/// One shard: its cells, and its part of the networks of experiments and figures.
fn part(theory: Option<&Path>, arguments: &Arguments, shard: Shard, results: &Path) -> Outcome {
    let started = std::time::Instant::now();
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    let terms = arguments.terms.of(theory, &claims)?;
    use_threads(arguments.jobs)?;
    let mut store = kept_results(Some(results), arguments.seed)?;
    let ready = prepare(&claims, &arguments.programs)?.divided(true);
    Programs::tell_of_others(&store, &ready.prepared);
    let record = check_shard(&ready.prepared, Some(&library.catalogue.figures), terms, &mut store, shard)?;
    print(&crate::report::verdict_table(&record, None))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(ready.code(exit_code(&record) as u8))
}

/// The numbers of an earlier report: nothing is simulated, evaluated or judged.
fn drawn_before(theory: Option<&Path>, arguments: &Arguments, path: &Path) -> Result<ReportData, Failure> {
    if !arguments.claims.is_empty() || theory.is_some() || arguments.terms.are_own() {
        let message = "holds the numbers and verdicts of a whole report: leave out the claims, --theory, --level and --margin, \
                       or name a results.jsonl";
        return Err(RunError::file(path, message).into());
    }
    let data = report_file::read(path)?;
    prepare_folder(&arguments.out, data.claims.iter().map(|claim| claim.id.as_str()))?;
    Ok(data)
}

/// From samples: those of a results file, or of this run. Says whether a claim file was left out for its faults.
fn gathered(theory: Option<&Path>, arguments: &Arguments, from: Option<&Path>) -> Result<(ReportData, bool), Failure> {
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    let terms = arguments.terms.of(theory, &claims)?;
    use_threads(arguments.jobs)?;
    let out = &arguments.out;
    prepare_folder(out, claims.found.iter().map(|claim| claim.id.as_str()))?;
    let (mut store, simulate) = match from {
        Some(path) => (Store::load(path)?, false),
        None => (Store::open(&out.join("results.jsonl"), arguments.seed)?, true),
    };
    interruption::end_in_order(true);
    let ready = prepare(&claims, &arguments.programs)?.divided(store.divided().is_some());
    Programs::tell_of_others(&store, &ready.prepared);
    let command = command_line(theory, arguments, store.seed());
    let figures = &library.catalogue.figures;
    let data = collect::report_data(&ready.prepared, figures, terms, &mut store, simulate, command)?;
    Ok((data, ready.faulty))
}

/// Before the first draw: a page or a verdict file that is not ours would stop the report at its end.
fn prepare_folder<'a>(out: &Path, claims: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    files::check_writable(out)?;
    let pages = claims.map(|id| out.join("claims").join(format!("{id}.md")));
    for page in pages.chain(["README.md", SINGLE_PAGE, report_file::NAME].map(|name| out.join(name))) {
        files::check_ours(&page)?;
    }
    check_verdict_target(&out.join("verdicts.json"))
}

fn write(out: &Path, data: &ReportData) -> Result<(), Failure> {
    let report = crate::report::Report::new(data);
    let pages = report.files();
    // All or nothing: a file that is not ours stops the report before the first page is replaced.
    for (name, _) in &pages {
        files::check_ours(&out.join(name))?;
    }
    for (name, content) in &pages {
        files::write_ours(&out.join(name), content)?;
    }
    files::write_ours(&out.join(SINGLE_PAGE), &crate::report::single_page(data, &report))?;
    files::write_whole(&out.join(report_file::NAME), &report_file::to_text(data))?;
    check_verdict_target(&out.join("verdicts.json"))?;
    Ok(write_json(&out.join("verdicts.json"), &data.run)?)
}

/// The command that makes this report again, for a shell.
fn command_line(theory: Option<&Path>, arguments: &Arguments, seed: u64) -> String {
    super::command_line("report", &arguments.claims, theory, &format!("{} --seed {seed}", arguments.terms.text()))
}
