//! Judges what needs no simulation: identities, inequalities between formulas, formulas that rise or fall.

use super::RunError;
use super::gaps::{at_infinity, graded};
use super::no_value::{limit_error, why_in_words};
use super::plan::{Cell, Prepared};
use super::range::rounded;
use super::records::{empty_record, finite, grade};
use crate::claim::{Along, Claim, Kind, Sense};
use crate::limit::{Evaluated, Formula, Place, Program};
use crate::model::{Value, short};
use crate::record::CellRecord;
use crate::symbolic::algebra::prove_equal;
use crate::verdict::{Judgement, Verdict};

/// Points at which a formula is followed along a parameter.
const STEPS: usize = 40;

/// Bounds of two values that are to be the same are together at most so much of the larger one, or this much where that is 0.
const SHARP: f64 = 1e-6;
const SHARP_AT_ZERO: f64 = 1e-9;

/// The cell's verdict from its formulas alone.
pub fn judge(cell: &Cell) -> Result<CellRecord, RunError> {
    let claim = cell.prepared.claim;
    if let (Kind::Monotone, Some(along)) = (claim.kind, &claim.along) {
        let (judgement, why) = monotone(cell, along)?;
        let mut record = empty_record(claim, &cell.settings, judgement);
        grade(&mut record, why);
        return Ok(record);
    }
    let two = if claim.alternative.is_some() { Some(Two::of(cell, Formula::Alternative)?) } else { None };
    let mut record = match (claim.kind, &two) {
        (Kind::Bound, Some(two)) => inequality(cell, two),
        (_, Some(two)) => equality(cell, two),
        (_, None) => {
            let reason = "nothing to compare with: the claim has no simulator and no second form (`alt`)".to_string();
            empty_record(claim, &cell.settings, Judgement::new(Verdict::Undecided, reason))
        }
    };
    let (limit, why) = match two {
        Some(two) => (two.one.value, two.why(claim)),
        None => {
            let limit = graded(cell, Formula::Limit, &at_infinity(cell))?;
            (limit.value, limit.why.map(|why| why_in_words(claim, &why)))
        }
    };
    grade(&mut record, why);
    record.limit = finite(limit.value);
    record.limit_abs_err = finite(limit.abs_err);
    Ok(record)
}

/// The limit and another formula at one place.
pub struct Two<'a> {
    program: &'a Program,
    place: Place,
    other_formula: Formula,
    pub one: Evaluated,
    pub other: Evaluated,
}

/// What two values say about whether they are one.
pub enum Meeting {
    /// They differ by more than their bounds.
    Apart,
    /// They are equal within their bounds. `confirmed`: both bounds are estimates, which an unlike computation confirms.
    Equal { confirmed: bool },
    /// Nothing can be said, for this reason.
    Open(String),
}

impl<'a> Two<'a> {
    fn of(cell: &'a Cell, other: Formula) -> Result<Two<'a>, RunError> {
        Two::at(cell.prepared, at_infinity(cell), other)
    }

    /// The limit and another formula of a claim.
    pub fn at(prepared: &'a Prepared, place: Place, other_formula: Formula) -> Result<Two<'a>, RunError> {
        let program = &prepared.program;
        let value = |formula| {
            let found = program.evaluate_graded(formula, &place);
            found.map_err(|error| limit_error(prepared.claim, Some(&place), error))
        };
        let (one, other) = (value(Formula::Limit)?, value(other_formula)?);
        Ok(Two { program, one, other, place, other_formula })
    }

    fn gap(&self) -> f64 {
        if self.one.value.value == self.other.value.value { 0.0 } else { self.one.value.value - self.other.value.value }
    }

    fn error(&self) -> f64 {
        self.one.value.abs_err + self.other.value.abs_err
    }

    fn why(&self, claim: &Claim) -> Option<String> {
        self.one.why.as_ref().or(self.other.why.as_ref()).map(|why| why_in_words(claim, why))
    }

    /// Whether the two are one value.
    pub fn meeting(&self) -> Meeting {
        let gap = self.gap();
        if gap.is_nan() || gap.abs() > self.error() {
            return Meeting::Apart;
        }
        self.settled()
    }

    /// Whether a verdict other than a difference can rest on the two values.
    fn settled(&self) -> Meeting {
        let (one, other, error) = (self.one.value, self.other.value, self.error());
        let size = one.value.abs().max(other.value.abs());
        // Two values that may both be 0 are judged as 0 is.
        let zero = one.contains(0.0) && other.contains(0.0);
        let sharp = if zero { SHARP_AT_ZERO } else { SHARP * size };
        if error > sharp {
            let reason =
                format!("the error bounds of the two formulas are {error:.1e} together, more than {sharp:.1e}");
            return Meeting::Open(reason);
        }
        let (Some(why), Some(_)) = (&self.one.why, &self.other.why) else { return Meeting::Equal { confirmed: false } };
        let confirmed = self.program.confirms(Formula::Limit, &self.place, &self.one)
            && self.program.confirms(self.other_formula, &self.place, &self.other);
        if confirmed {
            return Meeting::Equal { confirmed };
        }
        Meeting::Open(format!(
            "both values are estimates, and a finer computation does not confirm them: {}",
            why.reason
        ))
    }
}

/// Two forms of one number: proved by exact algebra, or equal within their error bounds here.
fn equality(cell: &Cell, two: &Two) -> CellRecord {
    let claim = cell.prepared.claim;
    let record = |verdict, reason: String| empty_record(claim, &cell.settings, Judgement::new(verdict, reason));
    let (gap, error) = (two.gap(), two.error());
    let proved = || {
        let alternative = claim.alternative.as_ref().filter(|_| claim.kind == Kind::Identity)?;
        prove_equal(&claim.limit, alternative, &claim.definitions)
    };
    let mut found = match two.meeting() {
        Meeting::Apart => record(
            Verdict::Disagrees,
            format!("the two forms differ by {gap:.3e}, beyond their error bounds ({error:.1e})"),
        ),
        _ if proved() == Some(true) => {
            let reason = "exact algebra: the difference of the two forms is zero, as formulas".to_string();
            record(Verdict::Proved, reason)
        }
        Meeting::Equal { confirmed } => {
            let how = if confirmed { ESTIMATED } else { "" };
            let reason = format!("the two forms are equal within their error bounds, {error:.1e}{how}");
            CellRecord { confirmed, ..record(Verdict::Agrees, reason) }
        }
        Meeting::Open(reason) => record(Verdict::Undecided, reason),
    };
    found.gap = finite(gap);
    found.interval = finite(gap).map(|gap| [gap - error, gap + error]);
    found.detectable = finite(2.0 * error);
    found
}

/// What the reason of a verdict says if it rests on two estimates.
const ESTIMATED: &str = " (estimates, confirmed by a finer computation)";

/// The limit is at least (or at most) the second form.
fn inequality(cell: &Cell, two: &Two) -> CellRecord {
    let claim = cell.prepared.claim;
    let error = two.error();
    let slack = match claim.sense {
        Sense::AtLeast => two.gap(),
        Sense::AtMost => -two.gap(),
    };
    let judged = |verdict, reason: String| empty_record(claim, &cell.settings, Judgement::new(verdict, reason));
    let mut record = if slack < -error {
        judged(Verdict::Disagrees, format!("the bound is broken by {:.3e}", -slack))
    } else {
        match two.settled() {
            Meeting::Equal { confirmed } => {
                let how = if confirmed { ESTIMATED } else { "" };
                let found =
                    judged(Verdict::NoCounterexample, format!("the bound holds, with {slack:.3e} to spare{how}"));
                CellRecord { confirmed, ..found }
            }
            Meeting::Open(reason) => judged(Verdict::Undecided, reason),
            Meeting::Apart => judged(Verdict::Undecided, "the two formulas cannot be compared".to_string()),
        }
    };
    record.gap = finite(slack);
    record.interval = finite(slack).map(|slack| [slack - error, slack + error]);
    record
}

/// The formula at equally spaced values of the parameter never goes the other way by more than its error bounds.
fn monotone(cell: &Cell, along: &Along) -> Result<(Judgement, Option<String>), RunError> {
    let claim = cell.prepared.claim;
    let mut steepest: Option<(f64, f64)> = None;
    let mut before: Option<Evaluated> = None;
    // Why a step cannot be judged: wide bounds, or two estimates.
    let mut open: Option<String> = None;
    let mut why: Option<String> = None;
    let mut moved = 0;
    for step in 0..=STEPS {
        let x = along.low + (along.high - along.low) * step as f64 / STEPS as f64;
        let mut settings = cell.settings.clone();
        settings.set(&along.parameter, Value::Number(x));
        let here = graded(cell, Formula::Limit, &Place { settings, size: None })?;
        if let Some(reason) = &here.why {
            why.get_or_insert_with(|| why_in_words(claim, reason));
        }
        if let Some(before) = before.filter(|before| before.value.value != here.value.value) {
            let (one, other) = (before.value, here.value);
            let rise = if along.increasing { other.value - one.value } else { one.value - other.value };
            let error = one.abs_err + other.abs_err;
            moved += usize::from(rise > error);
            if rise < -error && steepest.is_none_or(|(worst, _)| rise < worst) {
                steepest = Some((rise, x));
            }
            if error > SHARP * one.value.abs().max(other.value.abs()) {
                open.get_or_insert_with(|| {
                    format!("the error bounds before {} = {x} are {error:.1e}", along.parameter)
                });
            } else if before.why.is_some() && here.why.is_some() && rise <= 2.0 * error {
                open.get_or_insert_with(|| format!("two estimates meet before {} = {x}", along.parameter));
            }
        }
        before = Some(here);
    }
    let name = &along.parameter;
    let judgement = match (steepest, open) {
        (Some((rise, x)), _) => {
            let reason = format!("it goes the other way by {:.3e} before {name} = {}", -rise, short(rounded(x, 5)));
            Judgement::new(Verdict::Disagrees, reason)
        }
        (None, Some(reason)) => Judgement::new(Verdict::Undecided, reason),
        (None, None) => {
            let reason = format!("{moved} of {STEPS} steps along {name} go the way said, none the other way");
            Judgement::new(Verdict::NoCounterexample, reason)
        }
    };
    Ok((judgement, why))
}
