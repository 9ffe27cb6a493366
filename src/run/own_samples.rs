//! Judges a claim by the samples of the reader's own simulation: the rule of a run, at a single look.

use super::RunError;
use super::gaps::{Own, at_infinity};
use super::plan::{Cell, pairs_of};
use super::records::{conclude, describe, empty_record, finite, grade};
use crate::claim::{OwnSamples, SampleSize};
use crate::compare::ladder::MIN_REPLICATES;
use crate::compare::{Budget, Moments, SizeGap, compare};
use crate::limit::{FiniteSize, Formula, Place};
use crate::model::Value;
use crate::num::Estimate;
use crate::record::{CellRecord, SizeRecord};
use crate::verdict::{Judgement, Verdict, judge, margin};

/// The formula at infinite size and where each size of the samples is compared with it.
pub(super) fn values(cell: &Cell, samples: &OwnSamples) -> Result<Own, RunError> {
    let mut own = Own { limit: None, sizes: Vec::new(), finite: Vec::new(), rise: None, why: None };
    own.limit = Some(own.value(cell, Formula::Limit, &at_infinity(cell))?);
    for place in &places(cell, samples).0 {
        let here = own.value(cell, Formula::Limit, place)?;
        own.sizes.push(here);
    }
    Ok(own)
}

/// The cell's verdict at two-sided level `alpha`: there are no more looks to share it with.
pub(super) fn judge_own(cell: &Cell, samples: &OwnSamples, own: &Own, budget: Budget, alpha: f64) -> CellRecord {
    let claim = cell.prepared.claim;
    let limit = own.limit.unwrap_or(Estimate::exact(f64::NAN));
    let margin = margin(limit.value, budget, claim.margin);
    let undecided = Judgement::new(Verdict::Undecided, String::new());
    let mut record = empty_record(claim, &cell.settings, undecided);
    record.limit = finite(limit.value);
    record.limit_abs_err = finite(limit.abs_err);
    record.margin = finite(margin);
    grade(&mut record, own.why.clone());
    let (_, note) = places(cell, samples);
    let mut gaps = Vec::new();
    for (size, own) in samples.sizes.iter().zip(&own.sizes) {
        let observed = Moments::of(&size.values);
        record.sizes.push(SizeRecord {
            dim: size.dim,
            width: size.width,
            trials: observed.count,
            mean: finite(observed.mean),
            std_error: finite(observed.standard_error()),
            limit: finite(own.value),
            limit_abs_err: finite(own.abs_err),
            finite: None,
        });
        let gap = Moments { mean: observed.mean - own.value, ..observed };
        let scale = observed.mean.abs().max(own.value.abs()).max(1.0);
        gaps.push(SizeGap { dim: size.dim, gap, scale, abs_err: own.abs_err });
    }
    record.replicates = record.sizes.iter().map(|size| size.trials).sum();
    let comparison = compare(&gaps, cell.order(), alpha);
    describe(&mut record, &comparison, margin, cell.order());
    let mut judgement = judge(&comparison, margin);
    judgement.reason = format!("{}; samples of {}, {note}", judgement.reason, samples.path);
    if let Some(size) = samples.sizes.iter().find(|size| (size.values.len() as u64) < MIN_REPLICATES) {
        let few = format!("; only {} replicates at d = {}: the level is approximate", size.values.len(), size.dim);
        judgement.reason += &few;
    }
    conclude(&mut record, judgement);
    record
}

/// Where the formula is compared with each size: at m/d, and at our discretisation of the spectra if every d has one.
fn places(cell: &Cell, samples: &OwnSamples) -> (Vec<Place>, String) {
    let sized = |size: &SampleSize| {
        let pairs = pairs_of(&cell.settings, &cell.settings.spectrum(), size.dim).map_err(|why| (size.dim, why))?;
        let size = FiniteSize { dim: size.dim, width: size.width, pairs };
        Ok(Place { settings: cell.settings.clone(), size: Some(size) })
    };
    let has_spectrum = cell.prepared.claim.parameters.iter().any(|p| p.name == "spectrum" || p.name == "covariance");
    let found: Result<Vec<Place>, (usize, String)> = samples.sizes.iter().map(sized).collect();
    match found {
        Ok(places) if has_spectrum => {
            let note = "compared with the formula at m/d and at the eigenvalues that limitcheck uses at each d";
            (places, note.to_string())
        }
        other => {
            let infinite = |size: &SampleSize| {
                let mut settings = cell.settings.clone();
                if settings.number("rho").is_some() {
                    settings.set("rho", Value::Number(size.width as f64 / size.dim as f64));
                }
                Place { settings, size: None }
            };
            let why = other.err().filter(|_| has_spectrum);
            let why = why.map(|(dim, why)| format!(" (d = {dim}: {why})")).unwrap_or_default();
            let note = format!("compared with the formula at m/d and at infinite size{why}");
            (samples.sizes.iter().map(infinite).collect(), note)
        }
    }
}
