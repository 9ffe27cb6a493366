//! A program of a user's own as a simulator like any other: questions from networks and targets, samples from answers.

use super::RunError;
use super::plan::CellSize;
use super::program::{Command, Failure, Pool, Question, seed_words, shown};
use super::records::settings_json;
use crate::claim::{Claim, ProgramText};
use crate::model::{Observable, Sizes};
use crate::sim::{Network, Sample, SimError, Simulate, Simulator, Target, Work};
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// What a claim's program gives for its observable.
struct Program {
    name: String,
    observables: Vec<Observable>,
    pool: Pool,
    /// Whether it gives the same values for the same seeds: found out once, at its first block.
    repeats: OnceLock<Result<(), SimError>>,
}

/// The simulator of a claim whose simulator is a program. It runs nothing before the first draw.
///
/// # Errors
/// The claim has no program; a file that it depends on cannot be read.
pub fn simulator(claim: &Claim, timeout: Duration) -> Result<Simulator, RunError> {
    let command = command(claim)?;
    let observables: Vec<Observable> = claim.observable.iter().cloned().collect();
    let names: Vec<&str> = observables.iter().map(Observable::name).collect();
    // Part of the key of stored samples: another command, or other code, has another name.
    let name = format!("program {} {}", command.digest, names.join(" "));
    let pool = Pool::new(command, timeout);
    Ok(Simulator::own(Program { name, observables, pool, repeats: OnceLock::new() }))
}

/// What would be run for a claim, as a terminal may show it, and where.
pub fn command_shown(claim: &Claim) -> String {
    let quoted = |word: &String| match word.is_empty() || word.contains([' ', '\'']) {
        true => format!("'{word}'"),
        false => word.clone(),
    };
    let words = claim.program.as_ref().map(|program| program.words.iter().map(quoted).collect::<Vec<_>>());
    shown(&words.unwrap_or_default().join(" "))
}

/// What is sent to a claim's program and received from it for the first replicates of a size, line by line; then whether other
/// processes, asked in another order, give the same values.
///
/// # Errors
/// A program that gives no values, or others for the same seeds.
pub fn rehearse(
    claim: &Claim,
    timeout: Duration,
    size: &CellSize,
    seed: u64,
    count: u64,
    show: &dyn Fn(&str, &str),
) -> Result<(), RunError> {
    let pool = Pool::new(command(claim)?, timeout);
    let observables: Vec<Observable> = claim.observable.iter().cloned().collect();
    let question = question(&size.network, &size.target, &observables);
    let seeded = seeded(&size.sizes, seed, 0..count);
    let failed = |failure: Failure| RunError::Simulation {
        place: format!("simulator program, {}, seed {seed}, replicate {}", size.sizes, failure.replicate),
        error: SimError::failed(failure.message),
    };
    let values = pool.ask(&question, &seeded, show).map_err(failed)?;
    match pool.repeats(&question, &seeded, &values).map_err(failed)? {
        None => Ok(()),
        Some(replicate) => Err(failed(Failure { replicate, message: IGNORES_SEEDS.to_string() })),
    }
}

const IGNORES_SEEDS: &str = "the program gives other values for the same seed in another process, or asked in another order: all that \
                             is random in it must follow from the `seed` of the replicate";

fn command(claim: &Claim) -> Result<Command, RunError> {
    let input = |message: String| RunError::Input(format!("claim `{}`: {message}", claim.id));
    let program = claim.program.as_ref().ok_or_else(|| input("its simulator is not a program".to_string()))?;
    let ProgramText { words, depends } = program;
    let folder = Path::new(&claim.text.path).parent().unwrap_or(Path::new(""));
    Command::new(words, folder, depends).map_err(input)
}

fn question(network: &Network, target: &Target, observables: &[Observable]) -> Question {
    let sizes = sizes(network, target);
    Question {
        sizes: sizes.iter().map(|(name, size)| (name.to_string(), size.into())).collect(),
        settings: settings_json(&target.settings),
        observables: observables.iter().map(|observable| observable.name().to_string()).collect(),
    }
}

fn sizes(network: &Network, target: &Target) -> Sizes {
    target.sizes.clone().unwrap_or_else(|| Sizes::network(network.dim, network.width))
}

fn seeded(sizes: &Sizes, seed: u64, replicates: Range<u64>) -> Vec<(u64, [u32; 8])> {
    replicates.map(|replicate| (replicate, seed_words(seed, sizes.iter(), replicate))).collect()
}

impl Simulate for Program {
    fn name(&self) -> &str {
        &self.name
    }

    fn observables(&self) -> &[Observable] {
        &self.observables
    }

    fn at_once(&self) -> u64 {
        super::program::BLOCK as u64
    }

    fn refuses(&self, _: &Network, _: &Target) -> Result<(), SimError> {
        Ok(())
    }

    /// Where the claim says nothing: the cube of the larger size.
    fn cost(&self, network: &Network) -> Work {
        Work { bytes: 0, flops: (network.dim.max(network.width) as f64).powi(3) }
    }

    fn draw(&self, network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
        let drawn = self.draw_many(network, targets, seed, replicate..replicate + 1).map_err(|(_, error)| error)?;
        drawn.into_iter().next().ok_or_else(|| SimError::failed("no replicate"))
    }

    fn draw_many(
        &self,
        network: &Network,
        targets: &[Target],
        seed: u64,
        replicates: Range<u64>,
    ) -> Result<Vec<Vec<Sample>>, (u64, SimError)> {
        let failed = |failure: Failure| (failure.replicate, SimError::failed(failure.message));
        let first = replicates.start;
        let mut samples: Vec<Vec<Sample>> = replicates.clone().map(|_| Vec::with_capacity(targets.len())).collect();
        for target in targets {
            let question = question(network, target, &self.observables);
            let seeded = seeded(&sizes(network, target), seed, replicates.clone());
            if let Some(Err(error)) = self.repeats.get() {
                return Err((first, error.clone()));
            }
            let values = self.pool.ask(&question, &seeded, &|_, _| {}).map_err(failed)?;
            let repeats = self.repeats.get_or_init(|| match self.pool.repeats(&question, &seeded, &values) {
                Ok(None) => Ok(()),
                Ok(Some(replicate)) => Err(SimError::failed(format!("{IGNORES_SEEDS} (replicate {replicate})"))),
                Err(failure) => Err(SimError::failed(failure.message)),
            });
            repeats.clone().map_err(|error| (first, error))?;
            for (samples, values) in samples.iter_mut().zip(values) {
                samples.push(Sample::new(values.into_iter().map(|value| (value, 0.0)).collect::<Vec<_>>()));
            }
        }
        Ok(samples)
    }
}
