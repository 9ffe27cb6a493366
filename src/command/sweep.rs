//! `limitcheck sweep`.

use super::question::{Question, exit_code};
use super::{Failure, Outcome, print};
use crate::report::sweep::{csv, is_json_lines, json_lines};
use crate::run::{RunError, files};
use std::path::{Path, PathBuf};

/// Shown below the options.
pub const EXAMPLES: &str = "Examples:
  limitcheck sweep rf-test-error --along rho=0.1:4:40
  limitcheck sweep rf-test-error --along rho=0.25,0.5,1,2 --by activation=relu,gelu --dim 64 --trials 100
  limitcheck sweep sgd-flow-test-error --along time=log:0.01:10:30 --format json --out curve.jsonl

A row has every parameter, the formula's value with a bound on its error (`inf` where infinite), and with --dim the mean and
standard error of the simulated networks, beside the formula at their own m/d and eigenvalues. Points outside the claim's
hypotheses keep their row: the note says which hypothesis fails. Exit code 2 if a point within them has no value.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    question: Question,
    /// With --dim: simulate at every n-th point of a curve only
    #[arg(long, value_name = "N", requires = "dim")]
    every: Option<usize>,
    /// csv, or json: one object a line (default: what the name of --out says, else csv)
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write into this file (.csv, .json or .jsonl) instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Format {
    /// Comma-separated values with a line of names
    Csv,
    /// An object a line
    Json,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let format = format(arguments)?;
    if let Some(path) = &arguments.out {
        check_target(path, format)?;
        files::check_creatable(path)?;
    }
    let record = arguments.question.answer(theory, arguments.every, None)?;
    let text = match format {
        Format::Csv => csv(&record),
        Format::Json => json_lines(&record),
    };
    match (&arguments.out, format) {
        (None, _) => print(&text)?,
        (Some(path), Format::Csv) => files::write_ours(path, &text)?,
        (Some(path), Format::Json) => {
            check_target(path, format)?;
            files::write_whole(path, &text)?;
        }
    }
    Ok(exit_code(&record))
}

/// What `--format` or the file's name says; both must agree, since a file is known as ours by its form.
fn format(arguments: &Arguments) -> Result<Format, Failure> {
    let Some(path) = &arguments.out else { return Ok(arguments.format.unwrap_or(Format::Csv)) };
    let named = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Some(Format::Csv),
        Some("json" | "jsonl") => Some(Format::Json),
        _ => None,
    };
    match (arguments.format, named) {
        (Some(asked), Some(named)) if asked != named => {
            let message = "its ending and --format say different things; name it .csv, or .jsonl for --format json";
            Err(RunError::file(path, message).into())
        }
        (_, Some(format)) => Ok(format),
        (Some(format), None) if files::is_special(path) => Ok(format),
        (None, None) if files::is_special(path) => Ok(Format::Csv),
        _ => Err(RunError::file(path, "which format? name it .csv, or .jsonl for one JSON object a line").into()),
    }
}

/// Asked before the run, so that no work is lost, and again before writing.
fn check_target(path: &Path, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json if path.is_file() && !is_json_lines(&files::read(path)?) => {
            let message = "exists and was not written by limitcheck; move it away or choose another place";
            Err(RunError::file(path, message).into())
        }
        Format::Csv if !files::is_special(path) => Ok(files::check_ours(path)?),
        _ => Ok(()),
    }
}
