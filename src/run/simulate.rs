//! Draws the networks that a plan needs and a store lacks: in parallel over replicates, in a fixed order.

use super::memory::memory_of_machine;
use super::plan::{CellSize, blocks, flops};
use super::progress::{Progress, interrupted};
use super::store::{Block, Failure, Key, Observed, Part, Store};
use super::unfinished::{Slots, UnderWay, Unfinished};
use super::{RunError, files, plan};
use crate::model::{Observable, Sizes};
use crate::sim::{Network, Sample, SimError, Simulator, Target, check_memory, draw, is_drawn_alone};
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
    for (network, _, _) in missing.keys() {
        // Of a run that was planned for a larger machine.
        check_memory(network, memory_of_machine(network)).map_err(|error| RunError::Input(error.to_string()))?;
    }
    let missing: Vec<Task> = missing.into_iter().flat_map(tasks).collect();
    let progress = Progress::start(what, missing.iter().map(Task::cost).sum());
    let mut drawn = 0;
    let mut rest = &missing[..];
    while !rest.is_empty() {
        if interrupted() {
            progress.finish();
            return Err(RunError::Interrupted);
        }
        let (batch, later) = rest.split_at(batch_length(rest.iter().map(Task::cost)));
        rest = later;
        let seed = store.seed();
        let under_way = UnderWay::begin(store.file(), batch.iter().map(|task| task.begun(store)).collect());
        let rows: Result<Vec<Vec<(Key, Block)>>, RunError> =
            batch.par_iter().zip(under_way.blocks()).map(|(task, block)| task.rows(&block.slots, seed)).collect();
        if matches!(rows, Err(RunError::Interrupted)) {
            let _whole = files::hold_writes();
            under_way.keep_finished();
        }
        // In the order of the plan, whichever thread was first.
        store.insert(rows?.into_iter().flatten().collect())?;
        drawn += batch.iter().map(|task| task.count).sum::<u64>();
        let work = batch.iter().map(Task::cost).sum();
        store.drawn += work;
        progress.advance(work);
    }
    progress.finish();
    Ok(drawn)
}

/// A block of networks, and the targets that they are observed for.
struct Task {
    network: Network,
    first: u64,
    count: u64,
    keys: Vec<Key>,
    targets: Vec<Target>,
}

/// One for a block, or one for each target where each is asked for by itself anyway.
fn tasks(((network, first, count), targets): ((Network, u64, u64), BTreeMap<Key, Target>)) -> Vec<Task> {
    let (keys, targets): (Vec<Key>, Vec<Target>) = targets.into_iter().unzip();
    let whole = Task { network, first, count, keys, targets };
    if whole.network.simulator.at_once() > 1 { whole.alone().collect() } else { vec![whole] }
}

impl Task {
    fn cost(&self) -> f64 {
        self.targets.iter().map(|target| flops(&self.network, target)).sum::<f64>() * self.count as f64
    }

    /// The same for each target alone.
    fn alone(&self) -> impl Iterator<Item = Task> {
        self.keys.iter().zip(&self.targets).map(|(key, target)| Task {
            network: self.network.clone(),
            keys: vec![key.clone()],
            targets: vec![target.clone()],
            ..*self
        })
    }

    /// With the replicates that an interrupted run has left for all targets.
    fn begun(&self, store: &Store) -> Unfinished {
        let slots = Slots::new(self.first, self.count);
        let observables = self.network.simulator.observables().len();
        let parts: Option<Vec<&Part>> = self.keys.iter().map(|key| store.part(key)).collect();
        for number in slots.numbers() {
            let known =
                |part: &&Part| part.values(number).filter(|values| values.len() == observables).map(Sample::new);
            if let Some(samples) = parts.as_ref().and_then(|parts| parts.iter().map(known).collect()) {
                slots.fill(number, samples);
            }
        }
        Unfinished { keys: self.keys.clone(), observables, slots }
    }

    /// Draws what is not finished for all targets at once. If that fails, for each alone: a sample does not depend on the other targets, so
    /// neither may whether there is one.
    fn rows(&self, slots: &Slots, seed: u64) -> Result<Vec<(Key, Block)>, RunError> {
        match (fill(&self.network, &self.targets, seed, slots), &self.keys[..]) {
            (Ok(()), keys) => {
                let one = |(i, key): (usize, &Key)| (key.clone(), block(&self.network.simulator, slots, i));
                Ok(keys.iter().enumerate().map(one).collect())
            }
            (Err(RunError::Simulation { place, error }), [key]) => {
                // One of a user's own may have other luck another time.
                let passing = self.network.simulator.properties().numbers.is_none();
                let failed = Some(Failure { place, message: error.to_string(), passing });
                Ok(vec![(key.clone(), Block { observed: BTreeMap::new(), failed })])
            }
            (Err(RunError::Simulation { .. }), _) => {
                let alone = self.alone().map(|one| one.rows(&Slots::new(one.first, one.count), seed));
                Ok(alone.collect::<Result<Vec<_>, RunError>>()?.into_iter().flatten().collect())
            }
            (Err(error), _) => Err(error),
        }
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
    let slots = Slots::new(first, count);
    fill(network, targets, seed, &slots)?;
    Ok(slots.into_samples())
}

/// Draws every replicate that is not finished.
fn fill(network: &Network, targets: &[Target], seed: u64, slots: &Slots) -> Result<(), RunError> {
    let place = |replicate| {
        let name = network.simulator.name();
        let sizes = targets.first().and_then(|target| target.sizes.clone());
        let sizes = sizes.unwrap_or_else(|| Sizes::network(network.dim, network.width));
        format!("simulator {name}, {sizes}, seed {seed}, replicate {replicate}")
    };
    let numbers = slots.numbers();
    let at_once = network.simulator.at_once();
    if at_once > 1 {
        let many = |start: u64| {
            let some = start..numbers.end.min(start + at_once);
            if some.clone().all(|number| slots.is_filled(number)) {
                return Ok(());
            }
            if interrupted() {
                return Err(RunError::Interrupted);
            }
            let drawn = network.simulator.draw_many(network, targets, seed, some.clone());
            let drawn = drawn.map_err(|(replicate, error)| match interrupted() {
                true => RunError::Interrupted,
                false => RunError::Simulation { place: place(replicate), error },
            })?;
            if drawn.len() as u64 != some.end - start {
                let name = network.simulator.name();
                let message =
                    format!("simulator `{name}` gave {} replicates in place of {}", drawn.len(), some.end - start);
                return Err(RunError::Simulation { place: place(start), error: SimError::failed(message) });
            }
            some.zip(drawn).for_each(|(number, samples)| slots.fill(number, samples));
            Ok(())
        };
        let starts: Vec<u64> = numbers.clone().step_by(at_once as usize).collect();
        let drawn: Vec<Result<(), RunError>> = starts.into_par_iter().map(many).collect();
        return drawn.into_iter().collect();
    }
    let one = |replicate: u64| {
        if slots.is_filled(replicate) {
            return Ok(());
        }
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        let drawn = draw(network, targets, seed, replicate);
        let samples = drawn.map_err(|error: SimError| RunError::Simulation { place: place(replicate), error })?;
        slots.fill(replicate, samples);
        Ok(())
    };
    if is_drawn_alone(network) {
        return numbers.into_iter().try_for_each(one);
    }
    // Of several errors the first in order, whichever thread met one first.
    let drawn: Vec<Result<(), RunError>> = numbers.into_par_iter().map(one).collect();
    drawn.into_iter().collect()
}

fn block(simulator: &Simulator, slots: &Slots, target: usize) -> Block {
    let one = |(index, observable): (usize, &Observable)| {
        let values: Vec<(f64, f64)> = slots.finished().map(|(_, samples)| samples[target].at(index)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::plan::Prepared;
    use crate::testing::catalogue;

    /// What an interrupted run has left of a block is taken over, and the rest of the block is drawn.
    #[test]
    fn finished_replicates_of_a_block_are_not_drawn_again() {
        let claim = catalogue().find("nt-test-error").unwrap();
        let prepared = Prepared::new(claim).unwrap();
        let sizes = [prepared.size(&claim.grid[0], Sizes::network(8, 4), 64).unwrap()];
        let mut whole = Store::new(1);
        assert_eq!(simulate("", sizes.iter(), &mut whole).unwrap(), 64);
        let samples = replicates(&sizes[0].network, std::slice::from_ref(&sizes[0].target), 1, 0, 64).unwrap();
        let values = |number: u64| {
            let sample = &samples[number as usize][0];
            (number, (0..sizes[0].network.simulator.observables().len()).map(|index| sample.at(index)).collect())
        };
        let key = sizes[0].keys().remove(0);
        let resumed = |replicates: Vec<(u64, Vec<(f64, f64)>)>| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("results.jsonl");
            let mut text = Store::new(1).to_text();
            text += &crate::run::store::part_line(&Part { key: key.clone(), replicates });
            std::fs::write(&path, text).unwrap();
            let mut store = Store::open(&path, 1).unwrap();
            assert!(store.is_empty() && store.part(&key).is_some());
            simulate("", sizes.iter(), &mut store).unwrap();
            (store.to_text(), std::fs::read_to_string(&path).unwrap())
        };
        let (memory, file) = resumed([3, 40, 41].map(values).into());
        assert!(memory == whole.to_text() && file == memory);
        // Had they been drawn again, it would not matter what the file says of them.
        let mut other = values(3);
        other.1.iter_mut().for_each(|(value, _)| *value += 1.0);
        assert_ne!(resumed(vec![other]).0, memory);
        // All but the observables of another version.
        assert_eq!(resumed(vec![(3, vec![(0.5, 0.0)])]).0, memory);
    }
}
