//! Judges claims at random admissible points, and looks for simpler points near those that disagree.

use super::RunError;
use super::check::{check_plan, check_share, is_contrary, is_open};
use super::division::{Division, Shard};
use super::plan::{Plan, Prepared};
use super::progress::interrupted;
use super::records::settings_json;
use super::shard::run_of;
use super::store::{Divided, RunOf, Store};
use crate::claim::{Claim, Kind, Status};
use crate::compare::Budget;
use crate::explore::{Point, Simpler, points};
use crate::model::Settings;
use crate::num::streams::stream;
use crate::record::explored::{ExploreRecord, ExploredCell, ExploredClaim};
use crate::record::{CellRecord, Verdict};
use crate::verdict::rule::{RUN_LEVEL, Terms};
use proptest::strategy::ValueTree;
use rand::Rng as _;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Most steps from a point that disagrees to a simpler one.
pub const MAX_STEPS: usize = 20;

/// What to explore.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Points of each claim.
    pub points: usize,
    /// How much to simulate and how narrow the margin.
    pub budget: Budget,
    /// Most steps from a point that disagrees to a simpler one, up to [`MAX_STEPS`].
    pub steps: usize,
    /// Shared by everything that is judged: half by the points, half by the steps to simpler ones.
    pub level: f64,
    /// The points of this part alone, which the store notes.
    pub shard: Option<Shard>,
}

impl Request {
    /// That many points, judged at the level of a run.
    pub fn new(points: usize, budget: Budget) -> Request {
        Request { points, budget, steps: MAX_STEPS, level: RUN_LEVEL, shard: None }
    }
}

/// A claim with its points in place of its grid.
struct Explored {
    claim: Claim,
    points: Vec<Point>,
    skipped: Option<String>,
}

/// Judges every claim at `request.points` random points, which the store's seed determines. Half of the level is shared by all points, whose
/// number is fixed before the first draw. The other half is for the way to simpler points: [`MAX_STEPS`] steps from each, and one more
/// judgement, on networks of another seed.
///
/// # Errors
/// A claim that cannot be compiled, a store that cannot be written, or an interruption.
pub fn explore(prepared: &[Prepared], request: Request, store: &mut Store) -> Result<ExploreRecord, RunError> {
    let seed = store.seed();
    let drawn: Vec<Explored> = prepared.par_iter().map(|one| drawn(one, request.points, seed)).collect();
    let explored = prepared.iter().zip(&drawn).filter(|(_, own)| own.skipped.is_none());
    let ready: Vec<Prepared> = explored.map(|(one, own)| one.again(&own.claim)).collect::<Result<_, _>>()?;
    let plan = Plan::new(&ready, request.budget)?;
    let asked = terms(request.budget, request.level / 2.0);
    let share = |shard: Shard| Division::new(&plan, &ready, &[], request.budget, false, shard.of).share(shard);
    let share = request.shard.map(share);
    let note = |store: &mut Store, sharing: Option<usize>| match request.shard {
        None => Ok(()),
        Some(shard) => {
            let of = run_of(prepared, asked, shard);
            let of = RunOf { verb: "explore".to_string(), level: request.level, points: Some(request.points), ..of };
            store.note(Divided::shard(of, shard.number, sharing))
        }
    };
    note(store, None)?;
    let (plan, run) = check_share(plan, &ready, asked, store, true, share.as_ref())?;
    let judgements = plan.cells_with_statistics().max(1) * (MAX_STEPS + 1);
    let fresh_seed = stream(seed, "explore", "judged anew", 0, 0, 0).next_u64();
    let mut shrinking = Shrinking {
        level: request.level / 2.0 / judgements as f64,
        request,
        store,
        fresh: Store::new(fresh_seed),
        known: BTreeMap::new(),
    };
    let mut record = ExploreRecord {
        level: request.level,
        seed,
        fresh_seed,
        budget: request.budget.name().to_string(),
        points: request.points,
        work: run.work,
        claims: drawn.iter().map(Explored::summary).collect(),
        cells: Vec::new(),
    };
    record.claims.sort_by(|a, b| a.claim.cmp(&b.claim));
    for cell in run.cells {
        let own = |one: &&Prepared| one.claim.id == cell.claim;
        let (Some(one), Some(source)) = (ready.iter().find(own), drawn.iter().find(|d| d.claim.id == cell.claim))
        else {
            continue;
        };
        let point = source.points.iter().find(|point| settings_json(&point.settings) == cell.set);
        let corner = point.is_some_and(|point| point.corner);
        let cell = CellRecord { asked: None, ..cell };
        let mut explored = ExploredCell { cell, corner, shrunk: None, steps: None, anew: None, grid: None };
        if let Some(point) = point.filter(|_| is_contrary(&explored.cell)) {
            shrinking.shrink(one, &point.settings, &mut explored)?;
        }
        record.cells.push(explored);
    }
    if let Some(share) = &share {
        // A claim without a point is some shard's too.
        let pointless = |id: &str| {
            let mut places = ready.iter().enumerate().filter(|(_, one)| one.claim.id == id);
            places.any(|(place, one)| one.claim.grid.is_empty() && share.has_claim(place))
        };
        let judged = |id: &str| record.cells.iter().any(|one| one.cell.claim == id);
        record.claims.retain(|one| judged(&one.claim) || pointless(&one.claim));
    }
    note(store, Some(plan.cells_with_statistics()))?;
    Ok(record)
}

fn drawn(one: &Prepared, count: usize, seed: u64) -> Explored {
    let claim = one.claim;
    let skipped = match claim.kind {
        _ if claim.samples.is_some() => Some("its samples are the reader's own, at the points of the grid"),
        Kind::Diverges => Some("its slope is taken along the grid, which is no single point"),
        _ => None,
    };
    let skipped = skipped.map(str::to_string);
    let points = if skipped.is_some() { Vec::new() } else { points(claim, &one.program, count, seed) };
    let grid = points.iter().map(|point| point.settings.clone()).collect();
    // What is stated at points of its own is checked by `check`.
    let claim = Claim { grid, specials: Vec::new(), printed: Vec::new(), ..claim.clone() };
    Explored { claim, points, skipped }
}

impl Explored {
    fn summary(&self) -> ExploredClaim {
        ExploredClaim {
            claim: self.claim.id.clone(),
            points: self.points.len(),
            corners: self.points.iter().filter(|point| point.corner).count(),
            skipped: self.skipped.clone(),
        }
    }
}

/// Looks for simpler points.
struct Shrinking<'s> {
    /// Of each judgement.
    level: f64,
    request: Request,
    store: &'s mut Store,
    /// Networks that no point and no step has seen.
    fresh: Store,
    /// What was judged before, by claim and settings: several points lead to the same simpler ones.
    known: BTreeMap<(String, String), bool>,
}

impl Shrinking<'_> {
    fn shrink(&mut self, one: &Prepared, at: &Settings, cell: &mut ExploredCell) -> Result<(), RunError> {
        let mut tree = Simpler::than(at, one.claim, &one.program);
        let mut steps = 0;
        let mut more = self.request.steps > 0 && tree.simplify();
        while more {
            steps += 1;
            let disagrees = self.disagrees(one, &tree.current())?;
            more = if disagrees { tree.simplify() } else { tree.complicate() } && steps < self.request.steps;
        }
        let simplest = tree.simplest().clone();
        let anew = judged(one, &simplest, self.request.budget, self.level, &mut self.fresh)?;
        let confirmed = anew.iter().any(|cell| cell.verdict == Verdict::Disagrees);
        let shown = if confirmed { &simplest } else { at };
        cell.shrunk = confirmed.then(|| settings_json(&simplest));
        cell.steps = Some(steps);
        cell.grid = Some(grid_line(one.claim, shown));
        cell.anew = anew.into_iter().max_by_key(|cell| cell.verdict == Verdict::Disagrees);
        Ok(())
    }

    fn disagrees(&mut self, one: &Prepared, settings: &Settings) -> Result<bool, RunError> {
        let key = (one.claim.id.clone(), settings.to_string());
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let cells = judged(one, settings, self.request.budget, self.level, self.store)?;
        let found = cells.iter().any(is_contrary);
        self.known.insert(key, found);
        Ok(found)
    }
}

/// The claim at one point.
fn judged(
    one: &Prepared,
    settings: &Settings,
    budget: Budget,
    level: f64,
    store: &mut Store,
) -> Result<Vec<CellRecord>, RunError> {
    if interrupted() {
        return Err(RunError::Interrupted);
    }
    let alone = Claim { grid: vec![settings.clone()], ..one.claim.clone() };
    let (_, run) = check_plan(&[one.again(&alone)?], terms(budget, level), store, true)?;
    Ok(run.cells.into_iter().map(|cell| CellRecord { asked: None, ..cell }).collect())
}

fn terms(budget: Budget, level: f64) -> Terms {
    Terms { level: Some(level), ..Terms::from(budget) }
}

/// `grid rho = 3, activation = erf`: what is not at its default.
pub fn grid_line(claim: &Claim, settings: &Settings) -> String {
    let off = |p: &&crate::claim::Parameter| settings.get(&p.name).is_some_and(|value| *value != p.default);
    let one = |p: &crate::claim::Parameter| {
        let value = settings.get(&p.name).map(|value| value.to_string()).unwrap_or_default();
        format!("{} = {value}", p.name)
    };
    let set: Vec<String> = claim.parameters.iter().filter(off).map(one).collect();
    format!("grid {}", set.join(", ")).trim_end().to_string()
}

/// As of `check`: 0 every point is as the status of its claim calls for, 1 some contrary, 2 some undecided or a claim without a point, 3 a
/// point without a value. A claim known to be false is met if one point disagrees.
pub fn exit_code(record: &ExploreRecord, claims: &[Prepared]) -> i32 {
    let mut code = 0;
    for claim in &record.claims {
        let cells: Vec<&CellRecord> =
            record.cells.iter().map(|cell| &cell.cell).filter(|cell| cell.claim == claim.claim).collect();
        let false_on_purpose =
            claims.iter().any(|one| one.claim.id == claim.claim && one.claim.status == Status::KnownFalse);
        let refuted = cells.iter().any(|cell| cell.verdict == Verdict::Disagrees);
        let own = if cells.iter().any(|cell| cell.has_no_value()) {
            3
        } else if false_on_purpose && refuted {
            0
        } else if cells.iter().any(|cell| is_contrary(cell)) {
            1
        } else if claim.skipped.is_none() && (cells.is_empty() || cells.iter().any(|cell| is_open(cell))) {
            2
        } else {
            0
        };
        code = match (code, own) {
            (3, _) | (_, 3) => 3,
            (1, _) | (_, 1) => 1,
            (before, own) => before.max(own),
        };
    }
    code
}
