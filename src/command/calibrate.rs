//! `limitcheck calibrate`.

use super::{Outcome, interruption, library::Library, print, remark};
use crate::report::{calibration, exceeding};
use crate::run::calibrate::calibrate;
use crate::run::plan::Prepared;
use crate::run::simulate::use_threads;
use crate::run::{RunError, files};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Seed of the mock samples
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Besides, judge the cheap cells of the catalogue with so many seeds
    #[arg(long, default_value_t = 0, value_name = "N")]
    seeds: u64,
    /// Keep the samples of those seeds in this folder and go on from what it holds
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// The report
    #[arg(long, value_name = "FILE", default_value = "reports/calibration.md")]
    out: PathBuf,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
}

/// Exit code 1 if a row within the hypotheses exceeds its level.
pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::open(theory)?;
    let claims = &library.catalogue.claims;
    files::check_ours(&arguments.out)?;
    use_threads(arguments.jobs)?;
    interruption::end_in_order(arguments.results.is_some());
    let started = std::time::Instant::now();
    let prepared: Result<Vec<Prepared>, RunError> = claims.iter().map(Prepared::new).collect();
    let record = calibrate(&prepared?, arguments.seed, arguments.seeds, arguments.results.as_deref())?;
    let mut command = format!("limitcheck calibrate --seed {}", arguments.seed);
    if arguments.seeds > 0 {
        command += &format!(" --seeds {}", arguments.seeds);
    }
    files::write_ours(&arguments.out, &calibration(&record, &command))?;
    let above = exceeding(&record).count();
    print(&format!(
        "{} rows of verdicts, {above} of them above their level; written to {}\n",
        record.rows.len(),
        arguments.out.display()
    ))?;
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(u8::from(above > 0))
}
