//! Arguments and exit code; each verb has its file in `command`.

mod command;

use clap::{Parser, Subcommand};
use command::{Failure, interruption};
use limitcheck::compare::Budget;
use std::path::PathBuf;
use std::process::ExitCode;

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
    List(command::list::Arguments),
    /// Show a claim: statement, formula, hypotheses, parameters with domains and defaults
    Show(command::show::Arguments),
    /// Evaluate a claim's limit, with a bound on the error
    Eval(command::eval::Arguments),
    /// Simulate finite networks for a claim
    Simulate(command::simulate::Arguments),
    /// Write a claim's values along a parameter, simulated networks beside them, as CSV or JSON lines
    Sweep(command::sweep::Arguments),
    /// Draw a claim along a parameter, simulated networks beside it, as SVG
    Plot(command::plot::Arguments),
    /// Judge claims over their grids: simulation against limit
    Check(command::check::Arguments),
    /// Judge claims at random points that they speak of, and shrink what disagrees to simple settings
    Explore(command::explore::Arguments),
    /// Judge claims and write the report: an index, a page per claim, figures
    Report(command::report::Arguments),
    /// Judge systematically wrong versions of claims by the same samples: how many are refuted?
    Mutants(command::mutants::Arguments),
    /// Judge mock samples with known truth, to see how often the judge itself is right and wrong
    Calibrate(command::calibrate::Arguments),
    /// Measure how long each claim takes to decide at three margins, and how fast its gaps close
    Bench(command::bench::Arguments),
    /// Hermite coefficients of an activation
    Hermite(command::hermite::Arguments),
    /// Rewrite the LaTeX statement of a claim file from its formula
    Sync(command::sync::Arguments),
    /// Merge results files of the same seed into one
    Merge(command::merge::Arguments),
    /// Compare the verdicts of two `check --json` files
    Compare(command::compare::Arguments),
}

fn main() -> ExitCode {
    limitcheck::num::keep_freed_memory();
    let arguments = match Arguments::try_parse_from(command::terms::joined(std::env::args_os())) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; anything else is bad input, which has a code of its own here.
            let asked = !error.use_stderr();
            let printed = error.print().or_else(|fault| match fault.kind() {
                std::io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(fault),
            });
            return ExitCode::from(if asked && printed.is_ok() { 0 } else { 3 });
        }
    };
    interruption::listen();
    let theory = arguments.theory.as_deref();
    let done = match arguments.verb {
        Verb::List(own) => command::list::run(theory, &own),
        Verb::Show(own) => command::show::run(theory, &own),
        Verb::Eval(own) => command::eval::run(theory, &own),
        Verb::Simulate(own) => command::simulate::run(theory, &own),
        Verb::Sweep(own) => command::sweep::run(theory, &own),
        Verb::Plot(own) => command::plot::run(theory, &own),
        Verb::Check(own) => command::check::run(theory, &own),
        Verb::Explore(own) => command::explore::run(theory, &own),
        Verb::Report(own) => command::report::run(theory, &own),
        Verb::Mutants(own) => command::mutants::run(theory, &own),
        Verb::Calibrate(own) => command::calibrate::run(theory, &own),
        Verb::Bench(own) => command::bench::run(theory, &own),
        Verb::Hermite(own) => command::hermite::run(&own),
        Verb::Sync(own) => command::sync::run(theory, &own),
        Verb::Merge(own) => command::merge::run(&own),
        Verb::Compare(own) => command::compare::run(&own),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(Failure::Interrupted) => {
            command::remark(interruption::message());
            ExitCode::from(interruption::CODE)
        }
        // The reader of our output went away (`limitcheck list | head`): nothing is wrong on our side.
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Message(message)) => {
            command::remark(&format!("error: {}", message.trim_end()));
            ExitCode::from(command::UNREADABLE)
        }
    }
}

/// `--budget` as clap reads it.
fn budget(text: &str) -> Result<Budget, String> {
    text.parse()
}
