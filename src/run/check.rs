//! Judges every cell of a plan against a store of samples.

use super::extend::extend;
use super::plan::{Cell, CellSize, Plan, Prepared, limit_error};
use super::simulate::{collect, simulate};
use super::store::Store;
use super::{RunError, formulas, kinds};
use crate::claim::{Claim, Kind, Status};
use crate::compare::{Budget, Comparison, Moments, SizeGap, compare};
use crate::limit::{Formula, Place};
use crate::model::{Settings, Value};
use crate::num::Estimate;
use crate::record::{CellRecord, FitRecord, RunRecord, SizeRecord};
use crate::sim::Network;
use crate::verdict::rule::{RUN_LEVEL, cell_level};
use crate::verdict::{Judgement, Verdict, judge, margin};
use rayon::prelude::*;
use serde_json::{Map, Number};

/// Simulates what is missing and judges every claim over its grid.
pub fn check(prepared: &[Prepared], budget: Budget, store: &mut Store) -> Result<RunRecord, RunError> {
    let plan = simulate_plan(prepared, budget, store, true)?;
    judge_plan(&plan, prepared, budget, store)
}

/// Plans the run, draws the pilot, sets the replicates that the verdicts need, and draws those. Without permission to simulate
/// nothing is drawn; what then lacks is found by [`judge_plan`].
pub fn simulate_plan<'a>(
    prepared: &'a [Prepared<'a>],
    budget: Budget,
    store: &mut Store,
    may_simulate: bool,
) -> Result<Plan<'a>, RunError> {
    let mut plan = Plan::new(prepared, budget)?;
    if may_simulate {
        simulate("pilot", plan.sizes(), store)?;
    }
    let alpha = cell_level(plan.cells_with_statistics(), 1);
    extend(&mut plan, budget, alpha, store)?;
    if may_simulate {
        simulate("simulating", plan.sizes(), store)?;
    }
    Ok(plan)
}

/// Judges against what the store holds; a missing block is an error that says so.
pub fn judge_plan(plan: &Plan, prepared: &[Prepared], budget: Budget, store: &Store) -> Result<RunRecord, RunError> {
    let alpha = cell_level(plan.cells_with_statistics(), 1);
    let judged: Result<Vec<CellRecord>, RunError> =
        plan.cells.par_iter().map(|cell| judge_cell(cell, budget, alpha, store)).collect();
    let mut cells = judged?;
    cells.extend(plan.vacuous.iter().map(|claim| vacuous(claim)));
    for one in prepared {
        cells.extend(formula_faults(one)?);
    }
    // By claim, in the order of the grid; formula checks after it.
    cells.sort_by(|a, b| a.claim.cmp(&b.claim));
    Ok(RunRecord { level: RUN_LEVEL, seed: store.seed(), budget: budget.name().to_string(), cells })
}

/// The verdict that a status calls for.
fn expected(claim: &Claim) -> Verdict {
    match (claim.status, claim.kind) {
        (Status::KnownFalse, _) => Verdict::Disagrees,
        (_, Kind::Identity) => Verdict::Proved,
        (_, Kind::Bound | Kind::Monotone) => Verdict::NoCounterexample,
        _ => Verdict::Agrees,
    }
}

/// Settings as JSON: numbers as numbers, the rest as text.
pub fn settings_json(settings: &Settings) -> Map<String, serde_json::Value> {
    let value = |value: &Value| match value {
        Value::Number(x) => Number::from_f64(*x).map_or(serde_json::Value::Null, serde_json::Value::Number),
        other => serde_json::Value::String(other.to_string()),
    };
    settings.iter().map(|(name, v)| (name.to_string(), value(v))).collect()
}

fn at_default(claim: &Claim, settings: &Settings) -> Vec<String> {
    let same = |p: &&crate::claim::Parameter| settings.get(&p.name) == Some(&p.default);
    claim.parameters.iter().filter(same).map(|p| p.name.clone()).collect()
}

pub(super) fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

pub(super) fn empty_record(claim: &Claim, settings: &Settings, judgement: Judgement) -> CellRecord {
    CellRecord {
        claim: claim.id.clone(),
        set: settings_json(settings),
        defaults: at_default(claim, settings),
        verdict: judgement.verdict.name().to_string(),
        expected: expected(claim).name().to_string(),
        gap: None,
        interval: None,
        margin: None,
        detectable: None,
        replicates: 0,
        sizes: Vec::new(),
        reason: judgement.reason,
        limit: None,
        limit_abs_err: None,
        fit: None,
    }
}

fn vacuous(claim: &Claim) -> CellRecord {
    let reason = "no grid point meets the hypotheses: nothing was tested".to_string();
    empty_record(claim, &Settings::default(), Judgement { verdict: Verdict::Vacuous, reason })
}

/// The formula at the cell's point, at infinite size.
pub fn limit_at(cell: &Cell) -> Result<Estimate, RunError> {
    let place = Place { settings: cell.settings.clone(), size: None };
    let claim = cell.prepared.claim;
    let limit = cell.prepared.program.evaluate(Formula::Limit, &place);
    limit.map_err(|error| limit_error(claim, Some(&cell.settings), error))
}

fn judge_cell(cell: &Cell, budget: Budget, alpha: f64, store: &Store) -> Result<CellRecord, RunError> {
    let claim = cell.prepared.claim;
    match claim.kind {
        Kind::Identity | Kind::Monotone => return formulas::judge(cell),
        Kind::Limit | Kind::Bound if cell.sizes.is_empty() => return formulas::judge(cell),
        Kind::Bound | Kind::Moment | Kind::Rate => return kinds::judge(cell, budget, alpha, store),
        Kind::Limit | Kind::Diverges => {}
    }
    let limit = limit_at(cell)?;
    let margin = margin(limit.value, budget, claim.margin);
    let mut sizes = Vec::new();
    let mut gaps = Vec::new();
    for size in &cell.sizes {
        let (record, gap) = size_gap(cell, size, store)?;
        sizes.push(record);
        gaps.push(gap);
    }
    let replicates = sizes.iter().map(|s| s.trials).sum();
    let mut record =
        empty_record(claim, &cell.settings, Judgement { verdict: Verdict::Undecided, reason: String::new() });
    record.replicates = replicates;
    record.limit = finite(limit.value);
    record.limit_abs_err = finite(limit.abs_err);
    record.margin = finite(margin);
    record.sizes = sizes;
    let judgement = if limit.value.is_infinite() {
        both_infinite(&record)
    } else {
        let comparison = compare(&gaps, cell.rate(), alpha);
        describe(&mut record, &comparison, margin, cell.rate());
        judge(&comparison, margin)
    };
    record.verdict = judgement.verdict.name().to_string();
    record.reason = judgement.reason;
    Ok(record)
}

fn both_infinite(record: &CellRecord) -> Judgement {
    if !record.sizes.is_empty() && record.sizes.iter().all(|s| s.mean.is_none() && s.limit.is_none()) {
        return Judgement { verdict: Verdict::Agrees, reason: "infinite at every size, as the limit says".to_string() };
    }
    let reason = "the limit is infinite but simulations are finite: state it as a claim of kind `diverges`".to_string();
    Judgement { verdict: Verdict::Undecided, reason }
}

/// The statistics behind a verdict, for the record.
fn describe(record: &mut CellRecord, comparison: &Comparison, margin: f64, rate: f64) {
    match comparison {
        Comparison::Fitted(fitted) => {
            record.gap = Some(fitted.full.limit);
            record.interval = Some(fitted.interval);
            record.detectable = Some(fitted.detectable(margin));
            record.fit = Some(FitRecord {
                limit: fitted.full.limit,
                first: fitted.full.first,
                second: fitted.full.second,
                rate,
                chi_squared_p: fitted.full.chi_squared_p,
            });
        }
        Comparison::Quiet(quiet) => {
            record.gap = Some(quiet.last);
            record.interval = Some([quiet.last - quiet.tolerance, quiet.last + quiet.tolerance]);
            record.detectable = Some(margin + quiet.tolerance);
        }
        Comparison::Unusable(_) => {}
    }
}

pub(super) fn size_gap(cell: &Cell, size: &CellSize, store: &Store) -> Result<(SizeRecord, SizeGap), RunError> {
    let claim = cell.prepared.claim;
    let place = size.place(&cell.settings);
    let evaluate = |formula| {
        let value = cell.prepared.program.evaluate(formula, &place);
        value.map_err(|error| limit_error(claim, Some(&cell.settings), error))
    };
    let limit = evaluate(Formula::Limit)?;
    let applies = cell.prepared.program.finite_applies(&place);
    let applies = applies.map_err(|error| limit_error(claim, Some(&cell.settings), error))?;
    let finite_mean = if applies { Some(evaluate(Formula::Finite)?) } else { None };
    let Network { dim, width, .. } = size.network;
    let observed = collect(size, claim, store).ok_or_else(|| {
        RunError::Input(format!(
            "claim `{}` at {}: the results lack d = {dim}, m = {width}; run without --from to simulate it",
            claim.id, cell.settings
        ))
    })?;
    let mean = observed.map_or(f64::INFINITY, |o| o.moments.mean);
    let moments = observed.map(|o| o.moments).unwrap_or_default();
    let numeric_error = observed.map_or(0.0, |o| o.numeric_error);
    let gap = Moments { mean: mean - limit.value, ..moments };
    let record = SizeRecord {
        dim,
        width,
        trials: size.replicates,
        mean: finite(mean),
        std_error: finite(mean).map(|_| moments.standard_error()),
        limit: finite(limit.value),
        limit_abs_err: finite(limit.abs_err),
        finite: finite_mean.and_then(|f| finite(f.value)),
    };
    let scale = mean.abs().max(limit.value.abs()).max(1.0);
    Ok((record, SizeGap { dim, gap, scale, abs_err: limit.abs_err + numeric_error }))
}

/// Special cases that the formula misses and grid points where its second form differs: each a cell of its own.
fn formula_faults(prepared: &Prepared) -> Result<Vec<CellRecord>, RunError> {
    let claim = prepared.claim;
    let mut faults = Vec::new();
    let mut compare = |settings: &Settings, other: Formula, what: &str| -> Result<(), RunError> {
        let place = Place { settings: settings.clone(), size: None };
        if !prepared.program.admits(&place).map_err(|error| limit_error(claim, Some(settings), error))? {
            return Ok(());
        }
        let value = |formula| {
            prepared.program.evaluate(formula, &place).map_err(|error| limit_error(claim, Some(settings), error))
        };
        let (formula, stated) = (value(Formula::Limit)?, value(other)?);
        let close =
            formula.value == stated.value || (formula.value - stated.value).abs() <= formula.abs_err + stated.abs_err;
        if !close {
            let reason = format!("{what}: the formula gives {}, not {}", formula.value, stated.value);
            faults.push(empty_record(claim, settings, Judgement { verdict: Verdict::Disagrees, reason }));
        }
        Ok(())
    };
    for (index, special) in claim.specials.iter().enumerate() {
        compare(&special.settings, Formula::Special(index), "special case")?;
    }
    // The kinds that are about two formulas judge them themselves.
    if claim.alternative.is_some() && matches!(claim.kind, Kind::Limit | Kind::Moment) && claim.simulator.is_some() {
        for settings in &claim.grid {
            compare(settings, Formula::Alternative, "second form")?;
        }
    }
    Ok(faults)
}

/// 0: every verdict is what its status calls for; 1: some contrary; 2: none contrary, some undecided or vacuous.
pub fn exit_code(run: &RunRecord) -> i32 {
    let open = |cell: &&CellRecord| cell.verdict == "undecided" || cell.verdict == "vacuous";
    let met =
        |cell: &CellRecord| cell.verdict == cell.expected || (cell.expected == "proved" && cell.verdict == "agrees");
    if run.cells.iter().any(|cell| !met(cell) && !open(&cell)) {
        1
    } else if run.cells.iter().any(|cell| open(&cell)) {
        2
    } else {
        0
    }
}
