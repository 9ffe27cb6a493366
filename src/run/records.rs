//! What a run knows of a cell, as it stands on disk.

use super::gaps::{Own, mean};
use super::plan::Cell;
use super::store::Observed;
use crate::claim::{Claim, Kind, Status};
use crate::compare::{Comparison, Order};
use crate::model::{Settings, Value};
use crate::record::{CellRecord, FitRecord, SizeRecord};
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

pub(super) fn vacuous(claim: &Claim) -> CellRecord {
    let reason = "no grid point meets the hypotheses: nothing was tested".to_string();
    empty_record(claim, &Settings::default(), Judgement { verdict: Verdict::Vacuous, reason })
}

/// The sizes of a cell: what was observed, what the formula says.
pub(super) fn size_records(cell: &Cell, observed: &[Option<Observed>], own: &Own) -> Vec<SizeRecord> {
    let record = |(index, (size, observed)): (usize, (&super::plan::CellSize, &Option<Observed>))| {
        let limit = own.sizes[index];
        SizeRecord {
            dim: size.network.dim,
            width: size.network.width,
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
            record.fit = Some(FitRecord {
                limit: fitted.full.limit,
                first: fitted.full.first,
                second: fitted.full.second,
                rate: if let Order::Power(rate) = order { rate } else { 1.0 },
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
