//! The verbs and their arguments, and what becomes of an outcome.

use super::failure::{Failure, UNREADABLE, remark};
use super::{
    bench, calibrate, check, compare, eval, explore, hermite, interruption, list, merge, mutants, page, plot, report,
    show, simulate, slurm, sweep, sync,
};
use crate::run::progress;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;

/// Checks formulas for limits: evaluates them with error bounds, simulates finite networks, extrapolates to infinite size,
/// and says with statistics whether the two agree.
///
/// A claim is a Markdown file with one fenced `claim` block. The bundled catalogue is the theory of test error and
/// robustness of two-layer networks; a file of your own is checked by `limitcheck check my-conjecture.md`.
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 110)]
struct Arguments {
    /// Read the catalogue from this folder instead of the one in the binary
    #[arg(long, global = true, value_name = "DIR")]
    theory: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 every verdict is what its status calls for; 1 some contrary; 2 none contrary, some \
undecided or vacuous; 3 bad input or input/output, or a cell without a value, whatever the others say; 130 interrupted.";

#[derive(Subcommand)]
enum Verb {
    /// List the claims of the catalogue, or the simulators
    List(list::Arguments),
    /// Show a claim: statement, formula, hypotheses, parameters with domains and defaults
    Show(show::Arguments),
    /// Evaluate a claim's limit, with a bound on the error
    Eval(eval::Arguments),
    /// Simulate finite networks for a claim
    Simulate(simulate::Arguments),
    /// Write a claim's values along a parameter, simulated networks beside them, as CSV or JSON lines
    Sweep(sweep::Arguments),
    /// Draw a claim along a parameter, simulated networks beside it, as SVG
    Plot(plot::Arguments),
    /// Judge claims over their grids: simulation against limit
    Check(check::Arguments),
    /// Judge claims at random points that they speak of, and shrink what disagrees to simple settings
    Explore(explore::Arguments),
    /// Judge claims and write the report: an index, a page per claim, figures
    Report(report::Arguments),
    /// Write the interactive page: every regime's test error and sensitivity, to play with in a browser
    Page(page::Arguments),
    /// Judge systematically wrong versions of claims by the same samples: how many are refuted?
    Mutants(mutants::Arguments),
    /// Judge mock samples with known truth, to see how often the judge itself is right and wrong
    Calibrate(calibrate::Arguments),
    /// Measure how long each claim takes to decide at three margins, and how fast its gaps close
    Bench(bench::Arguments),
    /// Hermite coefficients of an activation
    Hermite(hermite::Arguments),
    /// Rewrite the LaTeX statement of a claim file from its formula
    Sync(sync::Arguments),
    /// Write the scripts of a report as a Slurm job array
    Slurm(slurm::Arguments),
    /// Merge results files of the same seed into one
    Merge(merge::Arguments),
    /// Compare the verdicts of two `check --json` files
    Compare(compare::Arguments),
}

/// Runs the command line: the program's name, then its arguments. Prints results on standard output and remarks on standard error, shows
/// progress on a terminal, and catches interrupts of the process. Returns the exit code.
///
/// Meant for the `main` of a program, to be called once.
pub fn run(words: impl IntoIterator<Item = OsString>) -> u8 {
    crate::num::keep_freed_memory();
    let arguments = match Arguments::try_parse_from(super::terms::joined(words.into_iter())) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; anything else is bad input, which has a code of its own here.
            let asked = !error.use_stderr();
            let printed = error.print().or_else(|fault| match fault.kind() {
                std::io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(fault),
            });
            return if asked && printed.is_ok() { 0 } else { UNREADABLE };
        }
    };
    interruption::listen();
    progress::show();
    let theory = arguments.theory.as_deref();
    let done = match arguments.verb {
        Verb::List(own) => list::run(theory, &own),
        Verb::Show(own) => show::run(theory, &own),
        Verb::Eval(own) => eval::run(theory, &own),
        Verb::Simulate(own) => simulate::run(theory, &own),
        Verb::Sweep(own) => sweep::run(theory, &own),
        Verb::Plot(own) => plot::run(theory, &own),
        Verb::Check(own) => check::run(theory, &own),
        Verb::Explore(own) => explore::run(theory, &own),
        Verb::Report(own) => report::run(theory, &own),
        Verb::Page(own) => page::run(theory, &own),
        Verb::Mutants(own) => mutants::run(theory, &own),
        Verb::Calibrate(own) => calibrate::run(theory, &own),
        Verb::Bench(own) => bench::run(theory, &own),
        Verb::Hermite(own) => hermite::run(&own),
        Verb::Sync(own) => sync::run(theory, &own),
        Verb::Slurm(own) => slurm::run(theory, &own),
        Verb::Merge(own) => merge::run(&own),
        Verb::Compare(own) => compare::run(&own),
    };
    match done {
        Ok(code) => code,
        Err(Failure::Interrupted) => {
            remark(interruption::message());
            interruption::CODE
        }
        // The reader of our output went away (`limitcheck list | head`): nothing is wrong on our side.
        Err(Failure::ClosedPipe) => 0,
        Err(Failure::Message(message)) => {
            remark(&format!("error: {}", message.trim_end()));
            UNREADABLE
        }
    }
}
