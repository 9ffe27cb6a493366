//! Judges what needs no simulation: identities, inequalities between formulas, formulas that rise or fall.

use super::RunError;
use super::no_value::limit_error;
use super::plan::Cell;
use super::range::rounded;
use super::records::{empty_record, finite};
use crate::claim::{Along, Kind, Sense};
use crate::limit::{Formula, Place};
use crate::model::{Settings, Value, short};
use crate::num::Estimate;
use crate::record::CellRecord;
use crate::symbolic::algebra::prove_equal;
use crate::verdict::{Judgement, Verdict};

/// Points at which a formula is followed along a parameter.
const STEPS: usize = 40;

/// The cell's verdict from its formulas alone.
pub fn judge(cell: &Cell) -> Result<CellRecord, RunError> {
    let claim = cell.prepared.claim;
    let mut record = match (claim.kind, &claim.along) {
        (Kind::Monotone, Some(along)) => empty_record(claim, &cell.settings, monotone(cell, along)?),
        (Kind::Bound, _) => inequality(cell)?,
        _ => equality(cell)?,
    };
    if claim.kind != Kind::Monotone {
        let limit = value(cell, Formula::Limit, &cell.settings)?;
        record.limit = finite(limit.value);
        record.limit_abs_err = finite(limit.abs_err);
    }
    Ok(record)
}

fn value(cell: &Cell, formula: Formula, settings: &Settings) -> Result<Estimate, RunError> {
    let place = Place { settings: settings.clone(), size: None };
    let value = cell.prepared.program.evaluate(formula, &place);
    value.map_err(|error| limit_error(cell.prepared.claim, Some(&place), error))
}

/// Two forms of one number: proved by exact algebra, or equal within their error bounds here.
fn equality(cell: &Cell) -> Result<CellRecord, RunError> {
    let claim = cell.prepared.claim;
    let record = |verdict, reason: String| empty_record(claim, &cell.settings, Judgement { verdict, reason });
    let Some(alternative) = &claim.alternative else {
        let reason = "nothing to compare with: the claim has no simulator and no second form (`alt`)".to_string();
        return Ok(record(Verdict::Undecided, reason));
    };
    let (one, other) =
        (value(cell, Formula::Limit, &cell.settings)?, value(cell, Formula::Alternative, &cell.settings)?);
    let gap = if one.value == other.value { 0.0 } else { one.value - other.value };
    let error = one.abs_err + other.abs_err;
    let equal = gap == 0.0 || gap.abs() <= error;
    let mut found = if !equal {
        record(
            Verdict::Disagrees,
            format!("the two forms differ by {gap:.3e}, beyond their error bounds ({error:.1e})"),
        )
    } else if claim.kind == Kind::Identity && prove_equal(&claim.limit, alternative, &claim.definitions) == Some(true) {
        let reason = "exact algebra: the difference of the two forms is zero, as formulas".to_string();
        record(Verdict::Proved, reason)
    } else {
        record(Verdict::Agrees, format!("the two forms are equal within their error bounds, {error:.1e}"))
    };
    found.gap = finite(gap);
    found.interval = finite(gap).map(|gap| [gap - error, gap + error]);
    found.detectable = finite(2.0 * error);
    Ok(found)
}

/// The limit is at least (or at most) the second form.
fn inequality(cell: &Cell) -> Result<CellRecord, RunError> {
    let claim = cell.prepared.claim;
    let (one, other) =
        (value(cell, Formula::Limit, &cell.settings)?, value(cell, Formula::Alternative, &cell.settings)?);
    let error = one.abs_err + other.abs_err;
    let slack = match claim.sense {
        _ if one.value == other.value => 0.0,
        Sense::AtLeast => one.value - other.value,
        Sense::AtMost => other.value - one.value,
    };
    let judgement = if slack < -error {
        Judgement { verdict: Verdict::Disagrees, reason: format!("the bound is broken by {:.3e}", -slack) }
    } else {
        Judgement { verdict: Verdict::NoCounterexample, reason: format!("the bound holds, with {slack:.3e} to spare") }
    };
    let mut record = empty_record(claim, &cell.settings, judgement);
    record.gap = finite(slack);
    record.interval = finite(slack).map(|slack| [slack - error, slack + error]);
    Ok(record)
}

/// The formula at equally spaced values of the parameter never goes the other way by more than its error bounds.
fn monotone(cell: &Cell, along: &Along) -> Result<Judgement, RunError> {
    let mut steepest: Option<(f64, f64)> = None;
    let mut before: Option<Estimate> = None;
    let mut moved = 0;
    for step in 0..=STEPS {
        let x = along.low + (along.high - along.low) * step as f64 / STEPS as f64;
        let mut settings = cell.settings.clone();
        settings.set(&along.parameter, Value::Number(x));
        let here = value(cell, Formula::Limit, &settings)?;
        if let Some(before) = before.filter(|before| before.value != here.value) {
            let rise = if along.increasing { here.value - before.value } else { before.value - here.value };
            let error = here.abs_err + before.abs_err;
            moved += usize::from(rise > error);
            if rise < -error && steepest.is_none_or(|(worst, _)| rise < worst) {
                steepest = Some((rise, x));
            }
        }
        before = Some(here);
    }
    let name = &along.parameter;
    Ok(match steepest {
        Some((rise, x)) => {
            let reason = format!("it goes the other way by {:.3e} before {name} = {}", -rise, short(rounded(x, 5)));
            Judgement { verdict: Verdict::Disagrees, reason }
        }
        None => {
            let reason = format!("{moved} of {STEPS} steps along {name} go the way said, none the other way");
            Judgement { verdict: Verdict::NoCounterexample, reason }
        }
    })
}
