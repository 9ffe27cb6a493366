//! What a run knows of a cell, as it stands on disk.

use super::gaps::{Own, mean};
use super::no_value::WithoutValue;
use super::plan::Cell;
use super::store::Observed;
use crate::claim::{Claim, Kind, Status};
use crate::compare::below::below_from;
use crate::compare::{Comparison, Order};
use crate::model::{Settings, Sizes, Value};
use crate::record::{CellRecord, FitRecord, RunRecord, SizeRecord};
use crate::verdict::{Judgement, Verdict};
use serde_json::{Map, Number};

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

pub(super) fn at_default(claim: &Claim, settings: &Settings) -> Vec<String> {
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
        verdict: judgement.verdict,
        expected: expected(claim),
        reason: judgement.reason,
        ..CellRecord::default()
    }
}

/// Notes whether the bounds of the formula's values are proved, or else why not.
pub(super) fn grade(record: &mut CellRecord, why: Option<String>) {
    record.grade = Some(if why.is_none() { "enclosed" } else { "estimated" }.to_string());
    record.why = why;
}

pub(super) fn vacuous(claim: &Claim) -> CellRecord {
    let reason = "no grid point meets the hypotheses: nothing was tested".to_string();
    empty_record(claim, &Settings::default(), Judgement::new(Verdict::Vacuous, reason))
}

/// The verdict of a cell that cannot be judged.
pub(super) fn no_value(claim: &Claim, settings: &Settings, reason: String) -> CellRecord {
    empty_record(claim, settings, Judgement::new(Verdict::NoValue, reason))
}

impl WithoutValue<'_> {
    /// Its verdict.
    pub(crate) fn record(&self) -> CellRecord {
        no_value(self.claim, &self.settings, self.reason.clone())
    }
}

/// Sizes with their names, where these are not `d` and `m`.
pub(super) fn own_names(sizes: &Sizes) -> Vec<(String, usize)> {
    let named = sizes.iter().filter(|_| !sizes.are_of_a_network());
    named.map(|(name, size)| (name.to_string(), size)).collect()
}

/// The sizes of a cell: what was observed, what the formula says.
pub(super) fn size_records(cell: &Cell, observed: &[Option<Observed>], own: &Own) -> Vec<SizeRecord> {
    let record = |(index, (size, observed)): (usize, (&super::plan::CellSize, &Option<Observed>))| {
        let limit = own.sizes[index];
        SizeRecord {
            dim: size.sizes.first(),
            width: size.sizes.second(),
            named: own_names(&size.sizes),
            trials: size.replicates,
            mean: finite(mean(observed)),
            std_error: observed.map(|o| o.moments.standard_error()),
            limit: finite(limit.value),
            limit_abs_err: finite(limit.abs_err),
            finite: own.finite[index].and_then(|f| finite(f.value)),
        }
    };
    cell.sizes.iter().zip(observed).enumerate().map(record).collect()
}

/// The statistics behind a verdict.
pub(super) fn describe(record: &mut CellRecord, comparison: &Comparison, margin: f64, order: Order) {
    match comparison {
        Comparison::Fitted(fitted) => {
            record.gap = Some(fitted.full.limit);
            record.interval = Some(fitted.interval);
            record.detectable = Some(fitted.detectable(margin));
            let rate = if let Order::Power(rate) = order { rate } else { 1.0 };
            let smallest = record.sizes.iter().map(|size| size.dim).min().unwrap_or(1);
            let from = |share: f64| {
                let bound = share * record.limit?.abs();
                let sure = fitted.interval.iter().all(|end| end.abs() < bound);
                let coefficients = [fitted.full.limit, fitted.full.first, fitted.full.second];
                if sure { below_from(coefficients, rate, bound).map(|d| d.max(smallest as u64)) } else { None }
            };
            record.fit = Some(FitRecord {
                limit: fitted.full.limit,
                first: fitted.full.first,
                second: fitted.full.second,
                rate,
                chi_squared_p: fitted.full.chi_squared_p,
                from_dim: [from(0.05), from(0.01)],
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

/// Writes the verdict.
pub(super) fn conclude(record: &mut CellRecord, judgement: Judgement) {
    record.verdict = judgement.verdict;
    record.reason = judgement.reason;
}

/// What the run's cell of a claim at these settings says of infinite size: limit plus gap, with the ends of its interval. None where
/// nothing is extrapolated.
pub(super) fn extrapolated_at(run: &RunRecord, claim: &str, settings: &Settings) -> Option<[f64; 3]> {
    let set = settings_json(settings);
    let cell = run.cells.iter().find(|cell| cell.claim == claim && cell.set == set)?;
    let ([low, high], limit) = (cell.interval?, cell.limit?);
    cell.fit.as_ref().filter(|fit| fit.first != 0.0 || fit.second != 0.0)?;
    Some([limit + cell.gap?, limit + low, limit + high])
}
