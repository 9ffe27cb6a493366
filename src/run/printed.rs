//! Judges a formula by the numbers that others print of it: each is a cell.

use super::RunError;
use super::no_value::{limit_error, reason, why_in_words};
use super::plan::Prepared;
use super::progress::interrupted;
use super::records::{empty_record, finite, grade, no_value};
use crate::claim::Printed;
use crate::limit::{Formula, Place};
use crate::model::short;
use crate::num::Estimate;
use crate::record::CellRecord;
use crate::verdict::{Judgement, Verdict};
use dashu_ratio::RBig;

/// A cell for each printed number.
pub(super) fn cells(prepared: &Prepared) -> Result<Vec<CellRecord>, RunError> {
    prepared.claim.printed.iter().map(|printed| cell(prepared, printed)).collect()
}

fn cell(prepared: &Prepared, printed: &Printed) -> Result<CellRecord, RunError> {
    if interrupted() {
        return Err(RunError::Interrupted);
    }
    let claim = prepared.claim;
    let place = Place { settings: printed.settings.clone(), size: None };
    let of_cell = |error| limit_error(claim, Some(&place), error);
    let source = &printed.source;
    let without =
        |error: RunError| Ok(no_value(claim, &printed.settings, format!("printed {source}: {}", reason(error)?)));
    match prepared.program.admits(&place) {
        Ok(true) => {}
        Ok(false) => {
            let reason = format!("printed {source}: the hypotheses do not hold there");
            return Ok(empty_record(claim, &printed.settings, Judgement::new(Verdict::Vacuous, reason)));
        }
        Err(error) => return without(of_cell(error)),
    }
    let found = match prepared.program.evaluate_graded(Formula::Limit, &place) {
        Ok(found) => found,
        Err(error) => return without(of_cell(error)),
    };
    let (verdict, gap) = compare(found.value, printed);
    let half = printed.half_unit.to_f64().value();
    let value = short(found.value.value);
    let reason = match verdict {
        Verdict::Agrees => format!("printed {source}: the formula gives {value}, within half a unit of the last digit"),
        Verdict::Disagrees => {
            format!(
                "printed {source}: the formula gives {value}, off by {:.2e}, and half a unit of the last digit is {half:.0e}",
                gap.abs()
            )
        }
        _ => format!(
            "printed {source}: the formula gives {value} within {:.1e}, across half a unit of the last digit",
            found.value.abs_err
        ),
    };
    let mut record = empty_record(claim, &printed.settings, Judgement::new(verdict, reason));
    if record.expected == Verdict::Proved {
        // A number that was rounded is no second form.
        record.expected = Verdict::Agrees;
    }
    record.limit = finite(found.value.value);
    record.limit_abs_err = finite(found.value.abs_err);
    record.gap = finite(gap);
    record.interval = finite(gap).map(|gap| [gap - found.value.abs_err, gap + found.value.abs_err]);
    record.margin = Some(half);
    grade(&mut record, found.why.map(|why| why_in_words(claim, &why)));
    Ok(record)
}

/// The verdict, in exact arithmetic, and how far the formula is from the printed number.
pub(super) fn compare(value: Estimate, printed: &Printed) -> (Verdict, f64) {
    let (Ok(middle), Ok(error)) = (RBig::try_from(value.value), RBig::try_from(value.abs_err)) else {
        // An infinite value is no printed number; a value without a finite bound may be.
        let infinite = value.value.is_infinite() && value.abs_err.is_finite();
        return (if infinite { Verdict::Disagrees } else { Verdict::Undecided }, value.value);
    };
    let gap = middle - &printed.value;
    let distance = if gap < RBig::ZERO { -gap.clone() } else { gap.clone() };
    let verdict = if &distance + &error <= printed.half_unit {
        Verdict::Agrees
    } else if distance - error > printed.half_unit {
        Verdict::Disagrees
    } else {
        Verdict::Undecided
    };
    (verdict, gap.to_f64().value())
}
