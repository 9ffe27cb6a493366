//! Judges every claim over its grid: cells look by look, then what the formulas say by themselves.

use super::RunError;
use super::division::Share;
use super::formulas::{Meeting, Two};
use super::looks::judge_in_looks;
use super::no_value::{limit_error, reason};
use super::plan::{Cell, Plan, Prepared, work};
use super::printed;
use super::progress::interrupted;
use super::records::{empty_record, no_value, vacuous};
use super::store::Store;
use crate::claim::Kind;
use crate::limit::{Formula, Place};
use crate::model::{Settings, short};
use crate::record::{CellRecord, RunRecord, Standing, Subject};
use crate::verdict::{Judgement, Terms, Verdict};

/// Simulates what is missing and judges every claim over its grid. A cell whose formula, size or network has no value says so, and the
/// others go on.
///
/// # Errors
/// A store that cannot be written, or an interruption.
pub fn check(prepared: &[Prepared], terms: impl Into<Terms>, store: &mut Store) -> Result<RunRecord, RunError> {
    check_plan(prepared, terms, store, true).map(|(_, run)| run)
}

/// Likewise, with the plan of the run, whose sizes have the replicates that the verdicts rest on. Without permission to simulate
/// a missing block is an error that says so.
///
/// # Errors
/// As [`check`], and a missing block where nothing may be simulated.
pub fn check_plan<'a>(
    prepared: &'a [Prepared<'a>],
    terms: impl Into<Terms>,
    store: &mut Store,
    may_simulate: bool,
) -> Result<(Plan<'a>, RunRecord), RunError> {
    let terms: Terms = terms.into();
    check_share(Plan::new(prepared, terms.budget)?, prepared, terms, store, may_simulate, None)
}

/// Likewise for one shard's cells, at the level that they have in the whole run. The plan is that of the whole run, and nothing was judged of it.
pub(super) fn check_share<'a>(
    mut plan: Plan<'a>,
    prepared: &'a [Prepared<'a>],
    terms: Terms,
    store: &mut Store,
    may_simulate: bool,
    share: Option<&Share>,
) -> Result<(Plan<'a>, RunRecord), RunError> {
    let own = |number: usize| share.is_none_or(|share| share.has_cell(number));
    let mut cells = judge_in_looks(&mut plan, terms, store, may_simulate, &own)?;
    for (_, one) in prepared.iter().enumerate().filter(|(place, _)| share.is_none_or(|share| share.has_claim(*place))) {
        let is_vacuous = plan.vacuous.iter().any(|claim| claim.id == one.claim.id);
        cells.extend(is_vacuous.then(|| vacuous(one.claim)));
        cells.extend(printed::cells(one)?);
        cells.extend(formula_faults(one, &plan)?);
    }
    // By claim, in the order of the grid; formula checks after it.
    cells.sort_by(|a, b| a.claim.cmp(&b.claim));
    let (level, seed, budget) = (terms.level(), store.seed(), terms.budget.name().to_string());
    let drawn = plan.cells.iter().filter(|cell| own(cell.number)).flat_map(Cell::drawn);
    let run = RunRecord { level, seed, budget, work: work(drawn), cells };
    Ok((plan, run))
}

/// Special cases that the formula misses and grid points where its second form differs, or where one of them has no value: each a cell
/// of its own.
fn formula_faults(prepared: &Prepared, plan: &Plan) -> Result<Vec<CellRecord>, RunError> {
    let without_value: Vec<&Settings> =
        plan.without_value.iter().filter(|point| point.claim.id == prepared.claim.id).map(|p| &p.settings).collect();
    let claim = prepared.claim;
    let mut faults = Vec::new();
    let mut compare = |settings: &Settings, other: Formula, subject: Subject, what: &str| -> Result<(), RunError> {
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        match differs(prepared, settings, other) {
            Ok(None) => {}
            Ok(Some((verdict, difference))) => {
                let reason = format!("{what}: {difference}");
                let record = empty_record(claim, settings, Judgement::new(verdict, reason));
                faults.push(CellRecord { subject, ..record });
            }
            Err(error) => {
                let reason = format!("{what}: {}", reason(error)?);
                faults.push(CellRecord { subject, ..no_value(claim, settings, reason) });
            }
        }
        Ok(())
    };
    for (index, special) in claim.specials.iter().enumerate() {
        compare(&special.settings, Formula::Special(index), Subject::SpecialCase, "special case")?;
    }
    // The kinds that are about two formulas judge them themselves.
    let sampled = claim.simulator.is_some() || claim.samples.is_some();
    if claim.alternative.is_some() && matches!(claim.kind, Kind::Limit | Kind::Moment | Kind::Diverges) && sampled {
        // A cell that has no value has said so.
        let silent = |settings: &&Settings| !without_value.contains(settings);
        for settings in claim.grid.iter().filter(silent) {
            compare(settings, Formula::Alternative, Subject::SecondForm, "second form")?;
        }
    }
    Ok(faults)
}

/// What the formula gives where the other one, stated beside it, is beyond both error bounds, or why the two cannot be compared; None where
/// they agree or the hypotheses do not hold.
fn differs(prepared: &Prepared, settings: &Settings, other: Formula) -> Result<Option<(Verdict, String)>, RunError> {
    let place = Place { settings: settings.clone(), size: None };
    let admits = prepared.program.admits(&place);
    if !admits.map_err(|error| limit_error(prepared.claim, Some(&place), error))? {
        return Ok(None);
    }
    let two = Two::at(prepared, place, other)?;
    Ok(match two.meeting() {
        Meeting::Equal { .. } => None,
        Meeting::Open(reason) => Some((Verdict::Undecided, reason)),
        Meeting::Apart => {
            let (formula, stated) = (short(two.one.value.value), short(two.other.value.value));
            Some((Verdict::Disagrees, format!("the formula gives {formula}, not {stated}")))
        }
    })
}

/// 0: every verdict is what its status calls for; 1: some contrary; 2: none contrary, some undecided or vacuous; 3, whatever the others
/// say: some cell has no value.
pub fn exit_code(run: &RunRecord) -> i32 {
    // The worst comes first.
    match run.cells.iter().map(CellRecord::standing).min() {
        Some(Standing::NoValue) => 3,
        Some(Standing::Contrary) => 1,
        Some(Standing::Open) => 2,
        Some(Standing::Expected) | None => 0,
    }
}

/// Whether something else was shown than the status calls for.
pub fn is_contrary(cell: &CellRecord) -> bool {
    cell.standing() == Standing::Contrary
}

/// Whether nothing was shown: the cell is undecided or vacuous, or has no value.
pub fn is_open(cell: &CellRecord) -> bool {
    matches!(cell.standing(), Standing::Open | Standing::NoValue)
}
