//! Judges cells look by look: all that are open draw together what they need next, are judged, and drop out when decided.
//!
//! What a cell draws depends on its own schedule and samples, never on what else the store holds, so a resumed run decides the
//! same.

use super::evaluated::if_sampled;
use super::gaps::{Own, at_infinity, gaps, observe, slopes, value};
use super::needed;
use super::no_value::reason;
use super::own_samples::{judge_own, no_growth};
use super::plan::{Cell, CellSize, Plan, Prepared};
use super::records::{conclude, describe, empty_record, finite, grade, no_value, size_records};
use super::simulate::simulate;
use super::store::Store;
use super::{RunError, formulas, kinds};
use crate::claim::Kind;
use crate::compare::{Budget, SizeGap};
use crate::limit::{Formula, Place};
use crate::num::Estimate;
use crate::record::{AskedRecord, CellRecord, RunRecord};
use crate::verdict::kinds::RATE_MARGIN;
use crate::verdict::rule::{RUN_LEVEL, cell_level};
use crate::verdict::{Judgement, LOOKS, Rules, Step, Terms, Verdict, step};
use rayon::prelude::*;
use std::sync::Mutex;

/// Judges the cells of the plan whose numbers are `own`, at the level that all of them share; their sizes then have the replicates that the
/// verdicts rest on. Without permission to simulate a missing block is an error.
pub(crate) fn judge_in_looks(
    plan: &mut Plan,
    terms: Terms,
    store: &mut Store,
    may_simulate: bool,
    own: &dyn Fn(usize) -> bool,
) -> Result<Vec<CellRecord>, RunError> {
    let values = plan.evaluate()?;
    let alpha = cell_level(terms.level(), plan.cells_with_statistics(), LOOKS);
    let mut records: Vec<(usize, CellRecord)> =
        plan.without_value.iter().map(|point| (point.number, point.record())).collect();
    records.retain(|(number, _)| own(*number));
    let cells = plan.cells.iter_mut().zip(values).filter(|(cell, _)| own(cell.number));
    let begun = |(cell, values)| Open { says_needed: true, ..Open::new(cell, values, terms, alpha) };
    let mut open: Vec<Open> = cells.map(begun).collect();
    for round in 1..=LOOKS {
        if may_simulate {
            let what = if round == 1 { "pilot" } else { "simulating" };
            simulate(what, open.iter().flat_map(|one| one.cell.drawn()), store)?;
        }
        let looked: Result<Vec<Option<CellRecord>>, RunError> =
            open.par_iter_mut().map(|one| one.look(store).or_else(|error| one.no_value(error).map(Some))).collect();
        let mut undecided = Vec::new();
        for (one, record) in open.into_iter().zip(looked?) {
            match record {
                Some(record) => records.push((one.cell.number, record)),
                None => undecided.push(one),
            }
        }
        open = undecided;
    }
    // A step at the last look always stops, so every grid point has its record.
    records.sort_by_key(|(number, _)| *number);
    Ok(records.into_iter().map(|(_, record)| record).collect())
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
    let alpha = cell_level(RUN_LEVEL, plan.cells_with_statistics(), LOOKS);
    let none: Vec<CellRecord> = plan.without_value.iter().map(|point| point.record()).collect();
    let mut open: Vec<Open> = plan.cells.iter_mut().map(|cell| Open::new(cell, None, budget.into(), alpha)).collect();
    let mut last: Vec<Open> = Vec::new();
    let mut run =
        RunRecord { level: RUN_LEVEL, seed: held().seed(), budget: budget.name().to_string(), work: 0.0, cells: none };
    loop {
        if open.is_empty() {
            open = std::mem::take(&mut last);
        }
        if open.is_empty() {
            return Ok(run);
        }
        let next = cheapest(&open, &held());
        let first_look = open[next].own.is_none();
        let judged = match open[next].evaluate() {
            Err(error) => Some(open[next].no_value(error)?),
            Ok(()) if first_look && open.len() > 1 && open[next].says(right) => {
                last.push(open.remove(next));
                continue;
            }
            Ok(()) => {
                let mut store = held();
                simulate("simulating", open[next].cell.drawn(), &mut store)?;
                open[next].look(&store).or_else(|error| open[next].no_value(error).map(Some))?
            }
        };
        if let Some(record) = judged {
            open.remove(next);
            let refuted = record.verdict == Verdict::Disagrees;
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
    missing.map(|key| key.count as f64 * size.flops()).sum()
}

/// A cell whose verdict is open.
pub(super) struct Open<'p, 'a> {
    pub cell: &'p mut Cell<'a>,
    /// What its formulas say, once that was evaluated; None for a cell that no samples are compared with.
    own: Option<Own>,
    terms: Terms,
    alpha: f64,
    look: usize,
    /// Whether an undecided verdict is to say how many draws would decide, which takes mock runs.
    says_needed: bool,
}

impl<'p, 'a> Open<'p, 'a> {
    pub fn new(cell: &'p mut Cell<'a>, own: Option<Own>, terms: Terms, alpha: f64) -> Open<'p, 'a> {
        Open { cell, own, terms, alpha, look: 1, says_needed: false }
    }

    /// Evaluates the formula where the cell is judged, if that is not done.
    pub fn evaluate(&mut self) -> Result<(), RunError> {
        if self.own.is_none() {
            self.own = if_sampled(self.cell)?;
        }
        Ok(())
    }

    /// The record of a cell that cannot be judged; an error that concerns the whole run stays one.
    pub fn no_value(&self, error: RunError) -> Result<CellRecord, RunError> {
        Ok(no_value(self.cell.prepared.claim, &self.cell.settings, reason(error)?))
    }

    /// Whether another version of the claim has these values too, up to the margin, as far as they are evaluated.
    fn says(&self, other: &Prepared) -> bool {
        let Some(own) = &self.own else { return false };
        let twin = Cell {
            prepared: other,
            settings: self.cell.settings.clone(),
            sizes: self.cell.sizes.clone(),
            before: None,
            number: self.cell.number,
        };
        let places = twin.sizes.iter().map(|size| size.place(&twin.settings));
        let values: Vec<(Estimate, Place)> = match own.limit {
            Some(limit) => vec![(limit, at_infinity(&twin))],
            None => own.sizes.iter().copied().zip(places).collect(),
        };
        let close = |(own, place): (Estimate, Place)| {
            value(&twin, Formula::Limit, &place).is_ok_and(|other| {
                let margin = self.terms.margin(other.value, self.cell.prepared.claim.margin);
                own.value == other.value || (own.value - other.value).abs() <= margin
            })
        };
        values.into_iter().all(close)
    }

    /// Judges by what has been drawn: the record if the verdict is final, else the cell's sizes have new counts to draw.
    pub fn look(&mut self, store: &Store) -> Result<Option<CellRecord>, RunError> {
        let mut record = self.judged(store)?;
        if let Some(record) = &mut record {
            record.asked = asked(self.cell, self.terms);
        }
        Ok(record)
    }

    fn judged(&mut self, store: &Store) -> Result<Option<CellRecord>, RunError> {
        let claim = self.cell.prepared.claim;
        let Some(own) = &self.own else { return formulas::judge(self.cell).map(Some) };
        if let Some(samples) = &claim.samples {
            return Ok(Some(judge_own(self.cell, samples, own, self.terms, self.alpha * LOOKS as f64)));
        }
        let observed = match claim.kind {
            Kind::Diverges => slopes(self.cell, own, store)?,
            _ => observe(self.cell, store)?,
        };
        let mut record = empty_record(claim, &self.cell.settings, Judgement::new(Verdict::Undecided, String::new()));
        record.sizes = size_records(self.cell, &observed, own);
        record.replicates = record.sizes.iter().map(|s| s.trials).sum();
        grade(&mut record, own.why.clone());
        let gaps = gaps(self.cell, &observed, &own.sizes);
        let next = match claim.kind {
            Kind::Bound => kinds::bound(self.cell, &observed, &mut record),
            Kind::Moment | Kind::Rate => {
                let rules = kinds::Rules { terms: self.terms, alpha: self.alpha, look: self.look };
                kinds::judge(self.cell, &rules, &gaps, own, &mut record)
            }
            _ => {
                let limit = own.limit.unwrap_or(Estimate::exact(f64::NAN));
                self.limit(limit, &gaps, &mut record)
            }
        };
        let Some((look, counts)) = next else {
            if self.says_needed {
                self.note_needed(own, &gaps, &mut record);
            }
            return Ok(Some(record));
        };
        self.look = look;
        self.cell.set_replicates(&counts);
        Ok(None)
    }

    /// Says how many draws would decide, if the budget's were too few and the formula is finite.
    fn note_needed(&self, own: &Own, gaps: &[SizeGap], record: &mut CellRecord) {
        let claim = self.cell.prepared.claim;
        let margin = |value: f64| self.terms.margin(value, claim.margin);
        let margins: Vec<f64> = match claim.kind {
            Kind::Bound => return,
            Kind::Moment | Kind::Rate => own.sizes.iter().map(|value| margin(value.value)).collect(),
            _ => vec![margin(own.limit.map_or(f64::NAN, |limit| limit.value))],
        };
        let finite = gaps.iter().all(|size| size.gap.mean.is_finite() && size.gap.count > 1);
        if finite && gaps.len() == record.sizes.len() && margins.iter().all(|margin| margin.is_finite()) {
            needed::note(self.cell, own, self.alpha, gaps, &margins, record);
        }
    }

    /// A limit of simulated networks: the next look and its counts, or None if the record holds the verdict.
    fn limit(&self, limit: Estimate, gaps: &[SizeGap], record: &mut CellRecord) -> Option<(usize, Vec<u64>)> {
        let cell = &self.cell;
        let margin = self.terms.margin(limit.value, cell.prepared.claim.margin);
        record.limit = finite(limit.value);
        record.limit_abs_err = finite(limit.abs_err);
        record.margin = finite(margin);
        let judgement = if limit.value.is_infinite() {
            both_infinite(record)
        } else if cell.before.is_some() && limit.value <= margin {
            no_growth(limit)
        } else {
            let work_cap = self.terms.budget.work_per_cell();
            let grows = cell.prepared.claim.sizes.grows();
            let rules = Rules { order: cell.order(), margin, alpha: self.alpha, work_cap, grows };
            match step(&rules, self.look, gaps, &cell.work()) {
                Step::Draw { look, counts } => return Some((look, counts)),
                Step::Stop(comparison, judgement) => {
                    describe(record, &comparison, margin, cell.order());
                    judgement
                }
            }
        };
        conclude(record, judgement);
        None
    }
}

/// What a reader asked for, where the verdict rests on samples and something else than the budget's own was asked for.
fn asked(cell: &Cell, terms: Terms) -> Option<AskedRecord> {
    let claim = cell.prepared.claim;
    let margin = match claim.kind {
        Kind::Limit | Kind::Moment | Kind::Diverges => terms.margin_in_words(claim.margin),
        Kind::Rate => format!("an exponent of {RATE_MARGIN}"),
        _ => return None,
    };
    let sampled = claim.samples.is_some() || !cell.sizes.is_empty();
    (terms.are_own() && sampled).then(|| AskedRecord { margin, level: terms.level() })
}

fn both_infinite(record: &CellRecord) -> Judgement {
    if !record.sizes.is_empty() && record.sizes.iter().all(|s| s.mean.is_none() && s.limit.is_none()) {
        return Judgement::new(Verdict::Agrees, "infinite at every size, as the limit says".to_string());
    }
    let reason = "the limit is infinite but simulations are finite: state it as a claim of kind `diverges`".to_string();
    Judgement::new(Verdict::Undecided, reason)
}
