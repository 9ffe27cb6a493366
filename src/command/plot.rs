//! `limitcheck plot`.

use super::question::{Question, exit_code};
use super::{Failure, Outcome, print};
use crate::report::sweep::{MOST_CURVES, csv, draw};
use crate::run::{RunError, files};
use std::path::{Path, PathBuf};

/// Shown below the options.
pub const EXAMPLES: &str = "Examples:
  limitcheck plot rf-test-error --along rho=0.1:4:80
  limitcheck plot rf-test-error --along rho=0.1:4:80 --by activation=relu,gelu,tanh --dim 100 --trials 50 --out mine.svg
  limitcheck plot my-conjecture.md --along zeta=0:3:60 --set rho=2

Lines are the formula at infinite size; circles are means over simulated networks, with bars of two standard errors, drawn at
their own m/d. A drawing is an overlay of curves and judges nothing: for a verdict, see `limitcheck check`.";

/// Points of a curve at which networks are drawn, if not told otherwise.
const CIRCLES: usize = 20;

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    question: Question,
    /// With --dim: simulate at every n-th point of a curve (default: so that at most 20 are)
    #[arg(long, value_name = "N", requires = "dim")]
    every: Option<usize>,
    /// The drawing, an SVG file; the numbers stand beside it in a .csv file of the same name (default: CLAIM-PARAMETER.svg)
    #[arg(long, value_name = "FILE.svg")]
    out: Option<PathBuf>,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    if let Some(path) = &arguments.out {
        check_targets(path)?;
    }
    let record = arguments.question.answer(theory, arguments.every, Some(CIRCLES))?;
    let path = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}-{}.svg", record.claim, record.along)));
    check_targets(&path)?;
    let drawing = draw(&record).ok_or_else(|| {
        Failure::new(format!("--by: more than {MOST_CURVES} curves cannot be told apart; take fewer values"))
    })?;
    files::write_ours(&path.with_extension("csv"), &csv(&record))?;
    files::write_ours(&path, &drawing)?;
    print(&format!("{}\n{}\n", path.display(), path.with_extension("csv").display()))?;
    Ok(exit_code(&record))
}

/// Asked before the run, so that no work is lost, and again before writing.
fn check_targets(path: &Path) -> Result<(), Failure> {
    if path.extension().is_none_or(|ending| ending != "svg") {
        return Err(RunError::file(path, "is drawn as SVG; give it a name that ends in .svg").into());
    }
    for path in [path.to_path_buf(), path.with_extension("csv")] {
        files::check_ours(&path)?;
        files::check_creatable(&path)?;
    }
    Ok(())
}
