//! Judges cells look by look: all that are open draw together what they need next, are judged, and drop out when decided.
//!
//! What a cell draws depends on its own schedule and samples, never on what else the store holds, so a resumed run decides the
//! same.

use super::gaps::{Own, at_infinity, gaps, observe, slopes, value};
use super::own_samples::judge_own;
use super::plan::{Cell, CellSize, Plan, Prepared};
use super::records::{describe, empty_record, finite, size_records};
use super::simulate::simulate;
use super::store::Store;
use super::{RunError, formulas, kinds};
use crate::claim::Kind;
use crate::compare::{Budget, SizeGap};
use crate::limit::{Formula, Place};
use crate::num::Estimate;
use crate::record::{CellRecord, RunRecord};
use crate::sim::draw_flops;
use crate::verdict::rule::{RUN_LEVEL, cell_level};
use crate::verdict::{Judgement, LOOKS, Rules, Step, Verdict, margin, step};
use rayon::prelude::*;
use std::sync::Mutex;

/// Judges every cell of the plan, whose sizes then have the replicates that the verdicts rest on. Without permission to
/// simulate a missing block is an error.
pub(crate) fn judge_in_looks(
    plan: &mut Plan,
    budget: Budget,
    store: &mut Store,
    may_simulate: bool,
) -> Result<Vec<CellRecord>, RunError> {
    let alpha = cell_level(plan.cells_with_statistics(), LOOKS);
    let mut records: Vec<Option<CellRecord>> = plan.cells.iter().map(|_| None).collect();
    let cells = plan.cells.iter_mut().enumerate();
    let mut open: Vec<Open> = cells.map(|(index, cell)| Open::new(index, cell, budget, alpha)).collect();
    for round in 1..=LOOKS {
        if may_simulate {
            let what = if round == 1 { "pilot" } else { "simulating" };
            simulate(what, open.iter().flat_map(|one| one.cell.drawn()), store)?;
        }
        let looked: Result<Vec<Option<CellRecord>>, RunError> =
            open.par_iter_mut().map(|one| one.look(store)).collect();
        let mut undecided = Vec::new();
        for (one, record) in open.into_iter().zip(looked?) {
            match record {
                Some(record) => records[one.index] = Some(record),
                None => undecided.push(one),
            }
        }
        open = undecided;
    }
    // A step at the last look always stops.
    Ok(records.into_iter().flatten().collect())
}

/// Looks for one cell that refutes a claim: one cell at a time, whichever look has least left to draw, and no further than the
/// first `disagrees`, which is then the last of the records. The verdicts are those of a run's; cells that were not
/// needed have none. Cells come last where the claim says what `right` says, which it is a wrong version of: it cannot be refuted
/// there. The store is held for draws and looks only, so that several claims may be evaluated at once.
///
/// # Errors
/// As [`check`](super::check::check).
pub fn refutation(
    prepared: &Prepared,
    right: &Prepared,
    budget: Budget,
    store: &Mutex<Store>,
) -> Result<RunRecord, RunError> {
    // Whoever failed while holding the store has left whole blocks behind.
    let held = || store.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut plan = Plan::new(std::slice::from_ref(prepared), budget)?;
    let alpha = cell_level(plan.cells_with_statistics(), LOOKS);
    let cells = plan.cells.iter_mut().enumerate();
    let mut open: Vec<Open> = cells.map(|(index, cell)| Open::new(index, cell, budget, alpha)).collect();
    let mut last: Vec<Open> = Vec::new();
    let mut run = RunRecord {
        level: RUN_LEVEL,
        seed: held().seed(),
        budget: budget.name().to_string(),
        work: 0.0,
        cells: Vec::new(),
    };
    loop {
        if open.is_empty() {
            open = std::mem::take(&mut last);
        }
        if open.is_empty() {
            return Ok(run);
        }
        let next = cheapest(&open, &held());
        let first_look = open[next].own.is_none();
        open[next].evaluate()?;
        if first_look && open.len() > 1 && open[next].says(right) {
            last.push(open.remove(next));
            continue;
        }
        let mut store = held();
        simulate("simulating", open[next].cell.drawn(), &mut store)?;
        if let Some(record) = open[next].look(&store)? {
            open.remove(next);
            let refuted = record.verdict == Verdict::Disagrees.name();
            run.cells.push(record);
            if refuted {
                return Ok(run);
            }
        }
    }
}

/// Which cell has least left to draw.
fn cheapest(open: &[Open], store: &Store) -> usize {
    let left = |one: &Open| one.cell.drawn().map(|size| work_left(size, store)).sum::<f64>();
    let mut best = (0, f64::INFINITY);
    for (index, one) in open.iter().enumerate() {
        let left = left(one);
        if left < best.1 {
            best = (index, left);
        }
    }
    best.0
}

/// Work of the blocks that the store lacks.
fn work_left(size: &CellSize, store: &Store) -> f64 {
    let missing = size.keys().into_iter().filter(|key| store.get(key).is_none());
    missing.map(|key| key.count as f64 * draw_flops(size.network, &size.target.activation)).sum()
}

/// A cell whose verdict is open.
pub(super) struct Open<'p, 'a> {
    /// Its number in the plan.
    pub index: usize,
    pub cell: &'p mut Cell<'a>,
    /// Evaluated at the first look.
    own: Option<Own>,
    budget: Budget,
    alpha: f64,
    look: usize,
}

impl<'p, 'a> Open<'p, 'a> {
    pub fn new(index: usize, cell: &'p mut Cell<'a>, budget: Budget, alpha: f64) -> Open<'p, 'a> {
        Open { index, cell, own: None, budget, alpha, look: 1 }
    }

    /// Evaluates the formula where the cell is judged, if that is not done.
    pub fn evaluate(&mut self) -> Result<(), RunError> {
        if self.own.is_none() && !self.cell.sizes.is_empty() {
            self.own = Some(Own::of(self.cell)?);
        }
        Ok(())
    }

    /// Whether another version of the claim has these values too, up to the margin, as far as they are evaluated.
    fn says(&self, other: &Prepared) -> bool {
        let Some(own) = &self.own else { return false };
        let twin = Cell {
            prepared: other,
            settings: self.cell.settings.clone(),
            sizes: self.cell.sizes.clone(),
            before: None,
        };
        let places = twin.sizes.iter().map(|size| size.place(&twin.settings));
        let values: Vec<(Estimate, Place)> = match own.limit {
            Some(limit) => vec![(limit, at_infinity(&twin))],
            None => own.sizes.iter().copied().zip(places).collect(),
        };
        let close = |(own, place): (Estimate, Place)| {
            value(&twin, Formula::Limit, &place).is_ok_and(|other| {
                let margin = margin(other.value, self.budget, self.cell.prepared.claim.margin);
                own.value == other.value || (own.value - other.value).abs() <= margin
            })
        };
        values.into_iter().all(close)
    }

    /// Judges by what has been drawn: the record if the verdict is final, else the cell's sizes have new counts to draw.
    pub fn look(&mut self, store: &Store) -> Result<Option<CellRecord>, RunError> {
        let claim = self.cell.prepared.claim;
        if let Some(samples) = &claim.samples {
            return judge_own(self.cell, samples, self.budget, self.alpha * LOOKS as f64).map(Some);
        }
        match claim.kind {
            Kind::Identity | Kind::Monotone => return formulas::judge(self.cell).map(Some),
            Kind::Limit | Kind::Bound if self.cell.sizes.is_empty() => return formulas::judge(self.cell).map(Some),
            _ => {}
        }
        let observed = match claim.kind {
            Kind::Diverges => slopes(self.cell, store)?,
            _ => observe(self.cell, store)?,
        };
        self.evaluate()?;
        let Some(own) = &self.own else { return formulas::judge(self.cell).map(Some) };
        let mut record =
            empty_record(claim, &self.cell.settings, Judgement { verdict: Verdict::Undecided, reason: String::new() });
        record.sizes = size_records(self.cell, &observed, own);
        record.replicates = record.sizes.iter().map(|s| s.trials).sum();
        let next = match claim.kind {
            Kind::Bound => kinds::bound(self.cell, &observed, &mut record),
            Kind::Moment | Kind::Rate => {
                let gaps = gaps(self.cell, &observed, &own.sizes);
                let rules = kinds::Rules { budget: self.budget, alpha: self.alpha, look: self.look };
                kinds::judge(self.cell, &rules, &gaps, own, &mut record)
            }
            _ => {
                let limit = own.limit.unwrap_or(Estimate::exact(f64::NAN));
                self.limit(limit, &gaps(self.cell, &observed, &own.sizes), &mut record)
            }
        };
        let Some((look, counts)) = next else { return Ok(Some(record)) };
        self.look = look;
        self.cell.set_replicates(&counts);
        Ok(None)
    }

    /// A limit of simulated networks: the next look and its counts, or None if the record holds the verdict.
    fn limit(&self, limit: Estimate, gaps: &[SizeGap], record: &mut CellRecord) -> Option<(usize, Vec<u64>)> {
        let cell = &self.cell;
        let margin = margin(limit.value, self.budget, cell.prepared.claim.margin);
        record.limit = finite(limit.value);
        record.limit_abs_err = finite(limit.abs_err);
        record.margin = finite(margin);
        let judgement = if limit.value.is_infinite() {
            both_infinite(record)
        } else if cell.before.is_some() && limit.value <= margin {
            let reason = format!("a slope of {:.2e} is within the margin of zero: it shows no growth", limit.value);
            Judgement { verdict: Verdict::Undecided, reason }
        } else {
            let rules = Rules { order: cell.order(), margin, alpha: self.alpha, work_cap: self.budget.work_per_cell() };
            match step(&rules, self.look, gaps, &cell.work()) {
                Step::Draw { look, counts } => return Some((look, counts)),
                Step::Stop(comparison, judgement) => {
                    describe(record, &comparison, margin, cell.order());
                    judgement
                }
            }
        };
        record.verdict = judgement.verdict.name().to_string();
        record.reason = judgement.reason;
        None
    }
}

fn both_infinite(record: &CellRecord) -> Judgement {
    if !record.sizes.is_empty() && record.sizes.iter().all(|s| s.mean.is_none() && s.limit.is_none()) {
        return Judgement { verdict: Verdict::Agrees, reason: "infinite at every size, as the limit says".to_string() };
    }
    let reason = "the limit is infinite but simulations are finite: state it as a claim of kind `diverges`".to_string();
    Judgement { verdict: Verdict::Undecided, reason }
}
