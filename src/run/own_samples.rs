//! Judges a claim by the samples of the reader's own simulation: the rule of a run, at a single look.

use super::RunError;
use super::gaps::{Own, gap, slope};
use super::kinds;
use super::needed;
use super::plan::{Cell, pairs_of};
use super::records::{conclude, describe, empty_record, finite, grade, own_names};
use super::store::Observed;
use crate::claim::{Kind, OwnSamples, SampleSize};
use crate::compare::ladder::MIN_REPLICATES;
use crate::compare::{SizeGap, compare};
use crate::limit::{FiniteSize, Place};
use crate::model::{Settings, Sizes, Spectrum};
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
            dim: size.sizes.first(),
            width: size.sizes.second(),
            named: own_names(&size.sizes),
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
    let gaps: Vec<SizeGap> = sizes
        .iter()
        .zip(&observed)
        .zip(&own.sizes)
        .map(|((size, seen), own)| gap(size.sizes.first(), seen, *own))
        .collect();
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
    let grows = cell.prepared.claim.sizes.grows();
    let comparison = compare(gaps, cell.order(), alpha);
    describe(record, &comparison, margin, cell.order());
    let judgement = if cell.before.is_some() && limit.value <= margin {
        no_growth(limit)
    } else {
        judge(&comparison, margin, grows)
    };
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
        let (count, grows, first) = (size.values.len(), size.sizes.grows(), size.sizes.first());
        text += &format!("; only {count} replicates at {grows} = {first}: the level is approximate");
    }
    text
}

/// Where the formula is compared with each size: at the rounded ratios, and at our discretisation of the spectra if every d has one. A
/// formula in the sizes always stands at the size itself.
fn places(cell: &Cell, samples: &OwnSamples) -> (Vec<Place>, String) {
    let claim = cell.prepared.claim;
    let has_spectrum = claim.parameters.iter().any(|p| p.name == "spectrum" || p.name == "covariance");
    let in_sizes = matches!(claim.kind, Kind::Moment | Kind::Rate);
    let sizes = samples.at(&cell.settings);
    let spectrum = if has_spectrum { cell.settings.spectrum() } else { Spectrum::Identity };
    let at = |sizes: &Sizes, pairs| {
        let size = FiniteSize { sizes: sizes.clone(), pairs };
        Place { settings: cell.settings.clone(), size: Some(size) }
    };
    let sized = |size: &SampleSize| {
        let dim = size.sizes.first();
        let pairs = pairs_of(&cell.settings, &spectrum, dim).map_err(|why| (dim, why))?;
        Ok(at(&size.sizes, Some(pairs)))
    };
    let found: Result<Vec<Place>, (usize, String)> = sizes.iter().map(sized).collect();
    let grows = claim.sizes.grows();
    match found {
        Ok(places) if has_spectrum && claim.sizes.are_of_a_network() => {
            let note = "compared with the formula at m/d and at the eigenvalues that limitcheck uses at each d";
            (places, note.to_string())
        }
        other => {
            let names: Vec<&str> = claim.sizes.named().map(|(name, _)| name).collect();
            let note = if in_sizes {
                format!("compared with the formula at each {}", names.join(" and "))
            } else {
                let why = other.err().filter(|_| has_spectrum);
                let why = why.map(|(dim, why)| format!(" ({grows} = {dim}: {why})")).unwrap_or_default();
                let ratios: Vec<String> = names[1..].iter().map(|name| format!("{name}/{grows}")).collect();
                let ratios = if ratios.is_empty() { String::new() } else { format!("at {} and ", ratios.join(", ")) };
                format!("compared with the formula {ratios}at infinite size{why}")
            };
            (sizes.iter().map(|size| at(&size.sizes, None)).collect(), note)
        }
    }
}
