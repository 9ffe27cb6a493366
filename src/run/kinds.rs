//! Judges simulated claims that are not limits: means at every finite size, rates, bounds over networks.

use super::gaps::Own;
use super::plan::{Cell, CellSize};
use super::records::{conclude, finite};
use super::store::Observed;
use crate::claim::{Kind, Sense};
use crate::compare::comparison::NOISELESS_TOLERANCE;
use crate::compare::gap::NOISELESS_VARIANCE;
use crate::compare::quantile::student_two_sided;
use crate::compare::{Moments, Order, RateSize, SizeGap, compare_rate};
use crate::num::Estimate;
use crate::record::{CellRecord, SizeRecord};
use crate::verdict::kinds::{Each, RATE_MARGIN, Slack, judge_bound, judge_each, judge_rate};
use crate::verdict::looks::{EachDesign, next_each};
use crate::verdict::{Judgement, Terms, Verdict};

/// Standard error of an exponent, as a multiple of the relative standard errors of the means behind it: with the ladder's ratio of
/// 6 and the next order that is fitted besides it is about this much larger.
const EXPONENT_LEVER: f64 = 5.0;

/// What a look at a cell goes by.
pub(super) struct Rules {
    pub terms: Terms,
    pub alpha: f64,
    pub look: usize,
}

/// Moments and rates: the next look and its counts, or None if the record holds the verdict.
pub(super) fn judge(
    cell: &Cell,
    rules: &Rules,
    gaps: &[SizeGap],
    own: &Own,
    record: &mut CellRecord,
) -> Option<(usize, Vec<u64>)> {
    let (judgement, margins) = one_look(cell, rules.terms, rules.alpha, gaps, own, record);
    // Each size is compared by itself and gets its share of the level.
    let share = rules.alpha / gaps.len().max(1) as f64;
    if judgement.verdict == Verdict::Undecided && !margins.is_empty() {
        let design = |((size, gap), margin): ((&CellSize, &SizeGap), &f64)| EachDesign {
            deviation: gap.gap.variance().sqrt(),
            margin: *margin,
            work: size.flops(),
            drawn: gap.gap.count,
        };
        let design: Vec<EachDesign> = cell.sizes.iter().zip(gaps).zip(&margins).map(design).collect();
        let next = next_each(&design, share, rules.look, rules.terms.budget.work_per_cell());
        if next.is_some() {
            return next;
        }
    }
    conclude(record, judgement);
    None
}

/// The verdict of one look at a mean or a rate, and what each size by itself is to reach: nothing where no draws would help.
pub(super) fn one_look(
    cell: &Cell,
    terms: Terms,
    alpha: f64,
    gaps: &[SizeGap],
    own: &Own,
    record: &mut CellRecord,
) -> (Judgement, Vec<f64>) {
    if let Some(infinite) = record.sizes.iter().find(|size| size.limit.is_none() || size.mean.is_none()) {
        let reason = format!("a value or the formula is not finite at {}", infinite.first_in_words());
        return (Judgement::new(Verdict::Undecided, reason), Vec::new());
    }
    let claim = cell.prepared.claim;
    if claim.kind == Kind::Rate {
        let judgement = rate(cell, alpha, gaps, own, record);
        let reach = |size: &SizeRecord| RATE_MARGIN / EXPONENT_LEVER * size.mean.unwrap_or(0.0).abs();
        return (judgement, record.sizes.iter().map(reach).collect());
    }
    let margins: Vec<f64> = own.sizes.iter().map(|v| terms.margin(v.value, claim.margin)).collect();
    (moment(alpha / gaps.len().max(1) as f64, gaps, &margins, own, record), margins)
}

/// What is known of each size by itself, at this level a size.
pub(super) fn each(places: impl Iterator<Item = String>, share: f64, gaps: &[SizeGap], margins: &[f64]) -> Vec<Each> {
    let each = |((gap, margin), place): ((&SizeGap, &f64), String)| {
        let noise = if gap.gap.variance() < NOISELESS_VARIANCE {
            NOISELESS_TOLERANCE * gap.scale
        } else {
            student_two_sided(share, (gap.gap.count - 1) as f64) * gap.gap.standard_error()
        };
        let half = noise + gap.abs_err;
        Each { place, gap: gap.gap.mean, half, margin: *margin }
    };
    gaps.iter().zip(margins).zip(places).map(each).collect()
}

/// A formula for the mean at every size.
fn moment(share: f64, gaps: &[SizeGap], margins: &[f64], own: &Own, record: &mut CellRecord) -> Judgement {
    let each = each(record.sizes.iter().map(SizeRecord::in_words), share, gaps, margins);
    let (decides, judgement) = judge_each(&each);
    if let Some(size) = each.get(decides) {
        record.gap = Some(size.gap);
        record.interval = Some([size.gap - size.half, size.gap + size.half]);
        record.margin = Some(size.margin);
        record.detectable = Some(size.margin + 2.0 * size.half);
        record.limit = finite(own.sizes[decides].value);
        record.limit_abs_err = finite(own.sizes[decides].abs_err);
    }
    judgement
}

/// What power of d is left when the claimed shape is divided out.
fn rate(cell: &Cell, alpha: f64, gaps: &[SizeGap], own: &Own, record: &mut CellRecord) -> Judgement {
    let size = |(gap, shape): (&SizeGap, &Estimate)| {
        let moments = Moments { mean: gap.gap.mean + shape.value, ..gap.gap };
        RateSize { dim: gap.dim, moments, shape: shape.value }
    };
    let points: Vec<RateSize> = gaps.iter().zip(&own.sizes).map(size).collect();
    let next_order = if let Order::Power(rate) = cell.order() { rate } else { 1.0 };
    let fit = compare_rate(&points, next_order, alpha);
    record.gap = fit.map(|fit| fit.exponent);
    record.interval = fit.map(|fit| fit.interval);
    record.margin = Some(RATE_MARGIN);
    judge_rate(fit.as_ref(), cell.prepared.claim.sizes.grows())
}

/// Every network of every size against the bound at that size: one look, at the pilot.
pub(super) fn bound(cell: &Cell, observed: &[Option<Observed>], record: &mut CellRecord) -> Option<(usize, Vec<u64>)> {
    if let Some(infinite) = record.sizes.iter().find(|size| size.limit.is_none()) {
        record.reason = format!("the bound is not finite at {}", infinite.first_in_words());
        return None;
    }
    let at_least = cell.prepared.claim.sense == Sense::AtLeast;
    let slack = |(observed, shown): (&Option<Observed>, &SizeRecord)| {
        let bound = shown.limit?;
        // Infinite values keep a lower bound and break an upper one.
        let Some(observed) = observed else {
            let slack = if at_least { f64::INFINITY } else { f64::NEG_INFINITY };
            return Some(Slack { dim: shown.dim, slack, error: 0.0 });
        };
        let slack = if at_least { observed.min - bound } else { bound - observed.max };
        Some(Slack { dim: shown.dim, slack, error: observed.numeric_error + shown.limit_abs_err.unwrap_or(0.0) })
    };
    let slacks: Vec<Slack> = observed.iter().zip(&record.sizes).filter_map(slack).collect();
    let (nearest, judgement) = judge_bound(&slacks, record.replicates, cell.prepared.claim.sizes.grows());
    if let Some(found) = slacks.get(nearest) {
        record.gap = finite(found.slack);
        record.limit = record.sizes[nearest].limit;
        record.limit_abs_err = record.sizes[nearest].limit_abs_err;
    }
    conclude(record, judgement);
    None
}
