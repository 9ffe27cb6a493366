//! `limitcheck simulate`.

use super::{Failure, Outcome, interruption, library::Library, print, print_json, programs::Programs};
use crate::claim::Claim;
use crate::compare::Moments;
use crate::report::significant;
use crate::run::plan::{CellSize, observable};
use crate::run::program::shown;
use crate::run::progress::Progress;
use crate::run::records::settings_json;
use crate::run::simulate::{replicates, use_threads};
use crate::run::simulator_program::rehearse;
use crate::sim::{simulator, simulators, work};
use serde_json::json;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Id of a claim, or a claim file
    claim: String,
    /// Dimension d
    #[arg(long, allow_negative_numbers = true)]
    dim: usize,
    /// Width m (default: rho * d, rounded)
    #[arg(long, allow_negative_numbers = true)]
    width: Option<usize>,
    /// Number of independent networks
    #[arg(long, default_value_t = 64, allow_negative_numbers = true)]
    trials: u64,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Set a parameter, e.g. --set rho=2 --set activation=gelu
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Another simulator than the claim's (see `list --simulators`)
    #[arg(long)]
    simulator: Option<String>,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    /// Print JSON, every sample included
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    programs: Programs,
}

/// Networks per step of the progress bar.
const STEP: u64 = 256;

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    if arguments.trials == 0 {
        return Err(Failure::new("--trials 0: at least one network is needed"));
    }
    let library = Library::for_claims(theory, std::slice::from_ref(&arguments.claim))?;
    let mut claim = library.claim(&arguments.claim)?;
    if let Some(name) = &arguments.simulator {
        if simulator(name).is_none() {
            let known: Vec<String> = simulators().map(|s| s.name().to_string()).collect();
            let hint = crate::model::names::hint(name, known.iter().map(String::as_str));
            return Err(Failure::new(format!("unknown simulator `{name}` ({hint})")));
        }
        claim.simulator = Some(name.clone());
        claim.program = None;
    }
    let settings = library.settings(&claim, &arguments.set)?;
    let sizes = claim.sizes.with_second(arguments.dim, arguments.width, &settings);
    use_threads(arguments.jobs)?;
    let prepared = arguments.programs.prepare(&claim)?;
    let size = prepared.size(&settings, sizes.clone(), arguments.trials)?;
    let observable = observable(&claim);
    let known = size.network.simulator.observables();
    let place = known.iter().position(|other| other.name() == observable).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|other| other.name()).collect();
        let simulator = size.network.simulator.name();
        Failure::new(format!("simulator `{simulator}` does not observe `{observable}`, but {}", names.join(", ")))
    })?;
    interruption::end_in_order(false);
    if claim.program.is_some() && arguments.simulator.is_none() {
        rehearsed(&claim, arguments, &size)?;
    }
    let cost = work(&size.network).flops;
    let progress = Progress::start("simulating", cost * arguments.trials as f64);
    let mut samples = Vec::new();
    for first in (0..arguments.trials).step_by(STEP as usize) {
        let count = STEP.min(arguments.trials - first);
        let drawn = replicates(&size.network, std::slice::from_ref(&size.target), arguments.seed, first, count)?;
        samples.extend(drawn.iter().map(|one| one[0].at(place).0));
        progress.advance(cost * count as f64);
    }
    progress.finish();
    let finite = samples.iter().all(|x| x.is_finite());
    let moments = Moments::of(&samples);
    let mean = finite.then_some(moments.mean);
    let std_error = (finite && samples.len() > 1).then(|| moments.standard_error());
    if arguments.json {
        let samples: Vec<Option<f64>> = samples.iter().map(|x| x.is_finite().then_some(*x)).collect();
        print_json(
            &json!({"claim": claim.id, "set": settings_json(&settings), "dim": sizes.first(), "width": sizes.second(),
                           "trials": arguments.trials, "mean": mean, "std_error": std_error, "samples": samples}),
        )?;
    } else {
        let show = |x: Option<f64>| x.map_or("not finite".to_string(), |x| significant(x, 6));
        let error = match std_error {
            Some(error) => format!("{error:.1e}"),
            None if finite => "unknown (one network)".to_string(),
            None => "none".to_string(),
        };
        print(&format!(
            "{}{}\n{sizes}, {} networks, seed {}: mean {}, standard error {error}\n",
            claim.id,
            settings.located(),
            arguments.trials,
            arguments.seed,
            show(mean)
        ))?;
    }
    Ok(0)
}

/// Most replicates whose lines are shown.
const SHOWN: u64 = 4;

/// Shows what is sent to a program and received for the first replicates, and whether its seeds decide its values.
fn rehearsed(claim: &Claim, arguments: &Arguments, size: &CellSize) -> Result<(), Failure> {
    let count = arguments.trials.min(SHOWN);
    let show = |way: &str, line: &str| {
        if !arguments.json {
            // Whoever closed the output is told so by the result.
            let _ = print(&format!("{way} {}\n", shown(line)));
        }
    };
    rehearse(claim, arguments.programs.timeout()?, size, arguments.seed, count, &show)?;
    if !arguments.json {
        print("the same seeds give the same values in another process, asked in another order\n\n")?;
    }
    Ok(())
}
