//! Draws the networks that a plan needs and a store lacks: in parallel over replicates, in a fixed order.

use super::plan::{CellSize, blocks, flops};
use super::progress::{Progress, interrupted};
use super::store::{Block, Failure, Key, Observed, Store};
use super::{RunError, plan};
use crate::model::{Observable, Sizes};
use crate::sim::{Network, Sample, SimError, Simulator, Target, draw, is_drawn_alone};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Simulates every missing block of the sizes. Finished blocks are in the store whatever happens afterwards, those that cannot
/// be drawn too: they concern their own cells only.
/// Returns the number of networks drawn.
pub(crate) fn simulate<'a>(
    what: &'static str,
    sizes: impl Iterator<Item = &'a CellSize>,
    store: &mut Store,
) -> Result<u64, RunError> {
    let missing = blocks(sizes, |key| store.get(key).is_none());
    let cost = |(network, _, count): &(Network, u64, u64), targets: &BTreeMap<Key, Target>| {
        targets.values().map(|t| flops(network, t)).sum::<f64>() * *count as f64
    };
    let progress = Progress::start(what, missing.iter().map(|(key, targets)| cost(key, targets)).sum());
    let mut drawn = 0;
    let missing: Vec<_> = missing.into_iter().collect();
    let mut rest = &missing[..];
    while !rest.is_empty() {
        if interrupted() {
            progress.finish();
            return Err(RunError::Interrupted);
        }
        let (batch, later) = rest.split_at(batch_length(rest.iter().map(|(key, targets)| cost(key, targets))));
        rest = later;
        let seed = store.seed();
        let rows: Vec<Result<Vec<(Key, Block)>, RunError>> = batch
            .par_iter()
            .map(|(block, targets)| {
                let targets: Vec<(Key, Target)> = targets.iter().map(|(k, t)| (k.clone(), t.clone())).collect();
                together(block, &targets, seed)
            })
            .collect();
        // In the order of the plan, whichever thread was first. What others have finished before an interruption is kept.
        let (finished, stopped): (Vec<_>, Vec<_>) = rows.into_iter().partition(Result::is_ok);
        store.insert(finished.into_iter().flatten().flatten().collect())?;
        if let Some(error) = stopped.into_iter().find_map(Result::err) {
            return Err(error);
        }
        drawn += batch.iter().map(|((_, _, count), _)| count).sum::<u64>();
        let work = batch.iter().map(|(key, targets)| cost(key, targets)).sum();
        store.drawn += work;
        progress.advance(work);
    }
    progress.finish();
    Ok(drawn)
}

/// Draws a block of networks for all targets at once. If that fails, for each alone: a sample does not depend on the other targets,
/// so neither may whether there is one.
fn together(
    block_of @ (network, first, count): &(Network, u64, u64),
    targets: &[(Key, Target)],
    seed: u64,
) -> Result<Vec<(Key, Block)>, RunError> {
    if network.simulator.at_once() > 1 && targets.len() > 1 {
        // Each is asked for by itself anyway.
        let alone = targets.iter().map(|one| together(block_of, std::slice::from_ref(one), seed));
        return Ok(alone.collect::<Result<Vec<_>, RunError>>()?.into_iter().flatten().collect());
    }
    let only: Vec<Target> = targets.iter().map(|(_, target)| target.clone()).collect();
    match (replicates(network, &only, seed, *first, *count), targets) {
        (Ok(samples), _) => {
            let one = |(i, (key, _)): (usize, &(Key, Target))| (key.clone(), block(&network.simulator, &samples, i));
            Ok(targets.iter().enumerate().map(one).collect())
        }
        (Err(RunError::Simulation { place, error }), [(key, _)]) => {
            // One of a user's own may have other luck another time.
            let passing = network.simulator.properties().numbers.is_none();
            let failed = Some(Failure { place, message: error.to_string(), passing });
            Ok(vec![(key.clone(), Block { observed: BTreeMap::new(), failed })])
        }
        (Err(RunError::Simulation { .. }), _) => {
            let alone = targets.iter().map(|one| together(block_of, std::slice::from_ref(one), seed));
            Ok(alone.collect::<Result<Vec<_>, RunError>>()?.into_iter().flatten().collect())
        }
        (Err(error), _) => Err(error),
    }
}

/// Work of one batch of blocks: large enough to keep the threads busy, small enough that an interruption loses little. Networks
/// that are drawn alone are above it, so that no other block is under way beside theirs.
const BATCH_WORK: f64 = 2e9;
const BATCH_BLOCKS: usize = 32;

/// How many of the next blocks make a batch: at least one.
fn batch_length(costs: impl Iterator<Item = f64>) -> usize {
    let mut work = 0.0;
    let fits = |cost: &f64| {
        work += cost;
        work <= BATCH_WORK
    };
    costs.take(BATCH_BLOCKS).take_while(fits).count().max(1)
}

/// Samples of consecutive replicates, in order, for every target.
///
/// # Errors
/// [`RunError::Simulation`] with the replicate it is about: a size or number out of its domain, or a solve that its residual
/// does not confirm.
pub fn replicates(
    network: &Network,
    targets: &[Target],
    seed: u64,
    first: u64,
    count: u64,
) -> Result<Vec<Vec<Sample>>, RunError> {
    let place = |replicate| {
        let name = network.simulator.name();
        let sizes = targets.first().and_then(|target| target.sizes.clone());
        let sizes = sizes.unwrap_or_else(|| Sizes::network(network.dim, network.width));
        format!("simulator {name}, {sizes}, seed {seed}, replicate {replicate}")
    };
    let at_once = network.simulator.at_once();
    if at_once > 1 {
        let end = first + count;
        let many = |start: u64| {
            if interrupted() {
                return Err(RunError::Interrupted);
            }
            let drawn = network.simulator.draw_many(network, targets, seed, start..end.min(start + at_once));
            drawn.map_err(|(replicate, error)| match interrupted() {
                true => RunError::Interrupted,
                false => RunError::Simulation { place: place(replicate), error },
            })
        };
        let starts: Vec<u64> = (first..end).step_by(at_once as usize).collect();
        let drawn: Vec<Result<Vec<Vec<Sample>>, RunError>> = starts.into_par_iter().map(many).collect();
        return Ok(drawn.into_iter().collect::<Result<Vec<_>, RunError>>()?.into_iter().flatten().collect());
    }
    let one = |replicate: u64| {
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        draw(network, targets, seed, replicate)
            .map_err(|error: SimError| RunError::Simulation { place: place(replicate), error })
    };
    let numbers = first..first + count;
    if is_drawn_alone(network) {
        return numbers.map(one).collect();
    }
    // Of several errors the first in order, whichever thread met one first.
    let drawn: Vec<Result<Vec<Sample>, RunError>> = numbers.into_par_iter().map(one).collect();
    drawn.into_iter().collect()
}

fn block(simulator: &Simulator, samples: &[Vec<Sample>], target: usize) -> Block {
    let one = |(index, observable): (usize, &Observable)| {
        let values: Vec<(f64, f64)> = samples.iter().map(|sample| sample[target].at(index)).collect();
        (observable.name().to_string(), Observed::of(&values))
    };
    Block { observed: simulator.observables().iter().enumerate().map(one).collect(), failed: None }
}

/// What all blocks of a size showed of the claim's observable, merged in order: `Some(None)` where values were infinite, None
/// if a block is missing.
pub(crate) fn collect(size: &CellSize, claim: &crate::claim::Claim, store: &Store) -> Option<Option<Observed>> {
    let name = plan::observable(claim);
    let mut merged: Option<Option<Observed>> = None;
    for key in size.keys() {
        let more = *store.get(&key)?.observed.get(name)?;
        merged = Some(match merged {
            None => more,
            Some(sum) => sum.zip(more).map(|(sum, more)| sum.merge(more)),
        });
    }
    merged
}

/// Why a block of a size cannot be drawn, if there is such a block.
pub(crate) fn failure(size: &CellSize, store: &Store) -> Option<RunError> {
    let keys = size.keys();
    let failed = keys.iter().find_map(|key| store.get(key)?.failed.as_ref())?;
    Some(RunError::Simulation { place: failed.place.clone(), error: SimError::Failed(failed.message.clone()) })
}

const MAX_JOBS: usize = 1024;

/// Sets the number of threads for everything that follows; 0 means one per core.
///
/// # Errors
/// More than 1024, or a second call: threads are started once.
pub fn use_threads(jobs: usize) -> Result<(), RunError> {
    // Every thread has its own stack and networks: an absurd number ends the process before the first draw.
    if jobs > MAX_JOBS {
        return Err(RunError::Input(format!("--jobs {jobs}: at most {MAX_JOBS} threads; 0 means one per core")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build_global()
        .map_err(|error| RunError::Input(format!("--jobs {jobs}: {error}")))
}
