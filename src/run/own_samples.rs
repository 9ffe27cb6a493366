//! Judges a claim by the samples of the reader's own simulation: the rule of a run, at a single look.

use super::RunError;
use super::gaps::{Own, gap, slope};
use super::kinds;
use super::needed;
use super::plan::{Cell, pairs_of};
use super::records::{conclude, describe, empty_record, finite, grade};
use super::store::Observed;
use crate::claim::{Kind, OwnSamples, SampleSize};
use crate::compare::ladder::MIN_REPLICATES;
use crate::compare::{SizeGap, compare};
use crate::limit::{FiniteSize, Place};
use crate::model::{Settings, Spectrum, Value};
use crate::num::Estimate;
use crate::record::{CellRecord, SizeRecord};
use crate::verdict::{Judgement, Terms, Verdict, judge};

/// The formula at infinite size and where each size of the samples is compared with it.
pub(super) fn values(cell: &Cell, samples: &OwnSamples) -> Result<Own, RunError> {
    Own::at(cell, &places(cell, samples).0)
}

/// The cell's verdict at two-sided level `alpha`: there are no more looks to share it with.
pub(super) fn judge_own(cell: &Cell, samples: &OwnSamples, own: &Own, terms: Terms, alpha: f64) -> CellRecord {
    let claim = cell.prepared.claim;
    let sizes = samples.at(&cell.settings);
    let undecided = Judgement::new(Verdict::Undecided, String::new());
    let mut record = empty_record(claim, &cell.settings, undecided);
    grade(&mut record, own.why.clone());
    let observed = observed(cell, samples, own);
    let size_record = |index: usize, size: &SampleSize| {
        let moments = observed[index].map(|observed| observed.moments);
        SizeRecord {
            dim: size.dim,
            width: size.width,
            trials: size.values.len() as u64,
            mean: moments.and_then(|moments| finite(moments.mean)),
            std_error: moments.and_then(|moments| finite(moments.standard_error())),
            limit: finite(own.sizes[index].value),
            limit_abs_err: finite(own.sizes[index].abs_err),
            finite: own.finite[index].and_then(|exact| finite(exact.value)),
        }
    };
    record.sizes = sizes.iter().enumerate().map(|(index, size)| size_record(index, size)).collect();
    record.replicates = record.sizes.iter().map(|size| size.trials).sum();
    let gaps: Vec<SizeGap> =
        sizes.iter().zip(&observed).zip(&own.sizes).map(|((size, seen), own)| gap(size.dim, seen, *own)).collect();
    let margins = match claim.kind {
        Kind::Bound => {
            kinds::bound(cell, &observed, &mut record);
            Vec::new()
        }
        Kind::Moment | Kind::Rate => {
            let (judgement, margins) = kinds::one_look(cell, terms, alpha, &gaps, own, &mut record);
            conclude(&mut record, judgement);
            margins
        }
        _ => limit(cell, own, terms, alpha, &gaps, &mut record),
    };
    if claim.kind != Kind::Bound {
        needed::note(cell, own, alpha, &gaps, &margins, &mut record);
    }
    record.reason += &remarks(cell, samples);
    record
}

/// By extrapolation; returns the margin.
fn limit(cell: &Cell, own: &Own, terms: Terms, alpha: f64, gaps: &[SizeGap], record: &mut CellRecord) -> Vec<f64> {
    let limit = own.limit.unwrap_or(Estimate::exact(f64::NAN));
    let margin = terms.margin(limit.value, cell.prepared.claim.margin);
    record.limit = finite(limit.value);
    record.limit_abs_err = finite(limit.abs_err);
    record.margin = finite(margin);
    let comparison = compare(gaps, cell.order(), alpha);
    describe(record, &comparison, margin, cell.order());
    let judgement =
        if cell.before.is_some() && limit.value <= margin { no_growth(limit) } else { judge(&comparison, margin) };
    conclude(record, judgement);
    vec![margin]
}

/// Of a claim that diverges, whose slope may as well be 0.
pub(super) fn no_growth(limit: Estimate) -> Judgement {
    let reason = format!("a slope of {:.2e} is within the margin of zero: it shows no growth", limit.value);
    Judgement::new(Verdict::Undecided, reason)
}

/// What was observed at each size; of a claim that diverges, the slope from the point before.
fn observed(cell: &Cell, samples: &OwnSamples, own: &Own) -> Vec<Option<Observed>> {
    let at = |settings: &Settings| {
        let of = |size: &SampleSize| Observed::of(&size.values.iter().map(|x| (*x, 0.0)).collect::<Vec<_>>());
        samples.at(settings).iter().map(of).collect::<Vec<Option<Observed>>>()
    };
    let now = at(&cell.settings);
    let (Some(before), Some(rise)) = (&cell.before, own.rise) else { return now };
    now.into_iter().zip(at(&before.settings)).map(|(now, then)| Some(slope(now?, then?, rise))).collect()
}

/// What the reason of every verdict on own samples says besides.
fn remarks(cell: &Cell, samples: &OwnSamples) -> String {
    let mut text = format!("; samples of {}, {}", samples.path, places(cell, samples).1);
    if !samples.unread.is_empty() {
        text += &format!("; columns left aside: {}", samples.unread.join(", "));
    }
    let few = |size: &&SampleSize| (size.values.len() as u64) < MIN_REPLICATES;
    let few = samples.at(&cell.settings).iter().find(few).filter(|_| cell.prepared.claim.kind != Kind::Bound);
    if let Some(size) = few {
        text += &format!("; only {} replicates at d = {}: the level is approximate", size.values.len(), size.dim);
    }
    text
}

/// Where the formula is compared with each size: at m/d, and at our discretisation of the spectra if every d has one. A formula in
/// d and m always stands at the size itself.
fn places(cell: &Cell, samples: &OwnSamples) -> (Vec<Place>, String) {
    let claim = cell.prepared.claim;
    let has_spectrum = claim.parameters.iter().any(|p| p.name == "spectrum" || p.name == "covariance");
    let in_sizes = matches!(claim.kind, Kind::Moment | Kind::Rate);
    let sizes = samples.at(&cell.settings);
    let spectrum = if has_spectrum { cell.settings.spectrum() } else { Spectrum::Identity };
    let sized = |size: &SampleSize| {
        let pairs = pairs_of(&cell.settings, &spectrum, size.dim).map_err(|why| (size.dim, why))?;
        let size = FiniteSize { dim: size.dim, width: size.width, pairs };
        Ok(Place { settings: cell.settings.clone(), size: Some(size) })
    };
    let found: Result<Vec<Place>, (usize, String)> = sizes.iter().map(sized).collect();
    match found {
        Ok(places) if has_spectrum => {
            let note = "compared with the formula at m/d and at the eigenvalues that limitcheck uses at each d";
            (places, note.to_string())
        }
        Ok(places) if in_sizes => (places, "compared with the formula at each d and m".to_string()),
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
            (sizes.iter().map(infinite).collect(), note)
        }
    }
}
