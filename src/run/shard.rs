//! One shard of a run: judges its own cells at the level of the whole run, and draws what else is its own. What the others have drawn is not
//! asked for: a cell looks at its own samples only.

use super::RunError;
use super::check::check_share;
use super::collect::further_sizes;
use super::division::{Division, Shard, cost};
use super::memory::{at_once, memory_limit};
use super::plan::{CellSize, Plan, Prepared, size_of};
use super::simulate::{replicates, simulate};
use super::store::{Divided, RunOf, Store, fingerprint};
use crate::claim::Claim;
use crate::claim::atlas::Figure;
use crate::compare::Budget;
use crate::model::{Settings, Sizes};
use crate::record::RunRecord;
use crate::sim::{simulator, work};
use crate::verdict::Terms;
use std::time::{Duration, Instant};

/// Draws and judges one shard of a check, or of a report with these figures; the store notes that it has begun, and that it has finished.
///
/// # Errors
/// As [`check`](super::check::check); a store that holds shards of another run.
pub fn check_shard(
    prepared: &[Prepared],
    figures: Option<&[Figure]>,
    terms: Terms,
    store: &mut Store,
    shard: Shard,
) -> Result<RunRecord, RunError> {
    let plan = Plan::new(prepared, terms.budget)?;
    let more = figures.map_or_else(|| Ok(Vec::new()), |figures| further_sizes(prepared, figures, &plan))?;
    let share = Division::new(&plan, prepared, &more, terms.budget, true, shard.of).share(shard);
    let run = RunOf {
        verb: if figures.is_some() { "report" } else { "check" }.to_string(),
        margin: terms.margin.map(|_| terms.margin_in_words(None)),
        ..run_of(prepared, terms, shard)
    };
    store.note(Divided::shard(run.clone(), shard.number, None))?;
    let (plan, record) = check_share(plan, prepared, terms, store, true, Some(&share))?;
    simulate("experiments and atlas", share.of(&more), store)?;
    store.note(Divided::shard(run, shard.number, Some(plan.cells_with_statistics())))?;
    Ok(record)
}

/// What the files of a run's shards state of it.
pub(super) fn run_of(prepared: &[Prepared], terms: Terms, shard: Shard) -> RunOf {
    RunOf {
        verb: String::new(),
        of: shard.of,
        budget: terms.budget.name().to_string(),
        level: terms.level(),
        margin: None,
        points: None,
        claims: prepared.iter().map(|one| (one.claim.id.clone(), digest(one.claim))).collect(),
    }
}

/// Of what a claim says, definitions of the catalogue included, and not of where its file lies.
fn digest(claim: &Claim) -> String {
    let mut claim = claim.clone();
    claim.text.path = String::new();
    format!("{:016x}", fingerprint(format!("{claim:?}").as_bytes()))
}

/// What the shards of a report will take.
pub struct Foretold {
    /// Operations of each shard.
    pub work: Vec<f64>,
    /// How many shards could have something to do.
    pub parts: usize,
    /// Memory of the networks that a task holds at once.
    pub bytes: u64,
    /// The network that takes it, in words.
    pub largest: String,
}

/// What `of` shards of a report with these figures will take, each with so many threads; by the work formulas.
///
/// # Errors
/// A figure that does not suit its claims.
pub fn foretold(
    prepared: &[Prepared],
    figures: &[Figure],
    budget: Budget,
    of: usize,
    threads: usize,
) -> Result<Foretold, RunError> {
    let plan = Plan::new(prepared, budget)?;
    let more = further_sizes(prepared, figures, &plan)?;
    let Division { work: shards, parts, .. } = Division::new(&plan, prepared, &more, budget, true, of);
    let taken = |size: &CellSize| work(&size.network).bytes.saturating_mul(at_once(&size.network, threads));
    let largest = plan.sizes().chain(&more).max_by_key(|size| taken(size));
    let (bytes, largest) = largest.map_or((0, "no network".to_string()), |size| {
        (taken(size), format!("networks of `{}` at {}", size.network.simulator.name(), size.sizes))
    });
    Ok(Foretold { work: shards, parts, bytes, largest })
}

/// For how long the speed is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// Operations a second that this machine does on random features of middle size, with all threads of the pool. For plans only: no result
/// depends on it.
///
/// # Errors
/// A network that cannot be drawn, or an interruption.
pub fn measured_speed() -> Result<f64, RunError> {
    let known = simulator("rf").ok_or_else(|| RunError::Input("no simulator `rf`".to_string()))?;
    let size =
        size_of(known, &Settings::default(), Sizes::network(128, 256), 1, memory_limit).map_err(RunError::Input)?;
    let targets = [size.target.clone()];
    const BLOCK: u64 = 256;
    // Memory and caches are warm for all that count.
    replicates(&size.network, &targets, 1, 0, BLOCK)?;
    let (start, mut drawn) = (Instant::now(), 0);
    while start.elapsed() < MEASURED {
        replicates(&size.network, &targets, 1, drawn, BLOCK)?;
        drawn += BLOCK;
    }
    Ok(drawn as f64 * cost(&size) / start.elapsed().as_secs_f64())
}
