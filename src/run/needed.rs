//! What an undecided verdict on samples lacks, a reader's own or simulated ones: draws at each size, or what no draws can mend.

use super::gaps::Own;
use super::kinds::each;
use super::plan::Cell;
use crate::claim::Kind;
use crate::compare::design::{DesignSize, allocate};
use crate::compare::{Comparison, Moments, Order, RateSize, SizeGap, compare, compare_rate};
use crate::record::{CellRecord, NeededSize, SizeRecord};
use crate::verdict::kinds::{RATE_MARGIN, follows_no_power, judge_each, judge_rate};
use crate::verdict::needed::{at_the_margin, cautious_variance, needed, supposed};
use crate::verdict::{Verdict, judge};

/// Draws at each size, and what they rest on; or why none would do.
type Found = Result<(Vec<u64>, &'static str), String>;

const RIGHT: &str = "if the formula is right";
const AS_SEEN: &str = "if the gap is what it seems";

/// Says in the record of an undecided cell how many draws a size would decide. `margins` are those of the sizes, of a mean; else one.
pub(super) fn note(cell: &Cell, own: &Own, alpha: f64, gaps: &[SizeGap], margins: &[f64], record: &mut CellRecord) {
    if record.verdict != Verdict::Undecided {
        return;
    }
    let found = match cell.prepared.claim.kind {
        Kind::Moment => means(record, alpha, gaps, margins),
        Kind::Rate => rate(cell.order(), own, alpha, gaps),
        Kind::Diverges if record.limit <= record.margin => {
            Err("by the formula itself hardly anything grows here".to_string())
        }
        _ => limit(cell.order(), alpha, gaps, margins.first().copied().unwrap_or(f64::NAN)),
    };
    match found {
        Ok((counts, supposed)) => {
            let text = |numbers: Vec<String>| numbers.join(", ");
            let draws = text(counts.iter().map(u64::to_string).collect());
            let grows = cell.prepared.claim.sizes.grows();
            let dims = text(record.sizes.iter().map(|size| size.dim.to_string()).collect());
            record.reason +=
                &format!("; {supposed}, {draws} draws at {grows} = {dims} would decide in nine cases of ten");
            let size = |(size, trials): (&SizeRecord, u64)| NeededSize { dim: size.dim, width: size.width, trials };
            record.needed = Some(record.sizes.iter().zip(counts).map(size).collect());
        }
        Err(why) => {
            record.reason += &format!("; no number of draws would decide: {why}");
            record.needed = Some(Vec::new());
        }
    }
}

/// The sizes with the gaps that are supposed.
fn with_means(gaps: &[SizeGap], mean: impl Fn(usize) -> f64) -> Vec<SizeGap> {
    let size = |(index, size): (usize, &SizeGap)| SizeGap { gap: Moments { mean: mean(index), ..size.gap }, ..*size };
    gaps.iter().enumerate().map(size).collect()
}

fn limit(order: Order, alpha: f64, gaps: &[SizeGap], margin: f64) -> Found {
    let fitted = match compare(gaps, order, alpha) {
        Comparison::Fitted(fitted) => fitted,
        Comparison::Quiet(_) => return Err("there is no noise that more of them would take away".to_string()),
        Comparison::Unusable(why) => return Err(why.to_string()),
    };
    if fitted.form_rejected() {
        return Err("they would only show more clearly that the gaps do not follow the claimed order".to_string());
    }
    let fit = fitted.full;
    if at_the_margin(fit.limit, fit.standard_error, margin) {
        return Err(format!("the gap, {:.2e}, lies at the margin, {margin:.2e}", fit.limit));
    }
    let gap = supposed(fit.limit, fit.standard_error);
    let rate = if let Order::Power(rate) = order { rate } else { 1.0 };
    let at = |index: usize| {
        let d = gaps[index].dim as f64;
        gap + fit.first * d.powf(-rate) + fit.second * d.powf(-2.0 * rate)
    };
    let truth = with_means(gaps, at);
    // What a draw costs is not known: all count alike.
    let design: Vec<DesignSize> = gaps
        .iter()
        .map(|size| DesignSize {
            dim: size.dim,
            variance: cautious_variance(&size.gap),
            work: 1.0,
            drawn: size.gap.count,
        })
        .collect();
    let now = allocate(&design, order, f64::INFINITY, f64::INFINITY).standard_error;
    let counts = |factor: f64| allocate(&design, order, now / factor.sqrt(), f64::INFINITY).counts;
    let decided = |sizes: &[SizeGap]| judge(&compare(sizes, order, alpha), margin, "").verdict;
    let found = needed(&truth, counts, decided).ok_or_else(|| {
        let numeric = fitted.numeric;
        if 2.0 * numeric > margin {
            format!("the formula's own error bound, {numeric:.1e}, is of the order of the margin, {margin:.1e}")
        } else {
            "other orders of the bias would fit as well, with another gap at infinite size".to_string()
        }
    })?;
    Ok((found, if gap == 0.0 { RIGHT } else { AS_SEEN }))
}

fn means(record: &CellRecord, alpha: f64, gaps: &[SizeGap], margins: &[f64]) -> Found {
    if margins.len() < gaps.len() {
        return Err("a value is not finite".to_string());
    }
    let errors: Vec<f64> = gaps.iter().map(|size| size.gap.standard_error()).collect();
    let close = |index: &usize| at_the_margin(gaps[*index].gap.mean, errors[*index], margins[*index]);
    let beyond = |index: usize| supposed(gaps[index].gap.mean, errors[index]).abs() > margins[index] + errors[index];
    if let Some(index) = (0..gaps.len()).find(close).filter(|_| !(0..gaps.len()).any(beyond)) {
        let (dim, gap, margin) = (gaps[index].dim, gaps[index].gap.mean, margins[index]);
        return Err(format!("the gap at d = {dim}, {gap:.2e}, lies at the margin, {margin:.2e}"));
    }
    let truth = with_means(gaps, |index| supposed(gaps[index].gap.mean, errors[index]));
    let counts = |factor: f64| {
        let count = |(index, size): (usize, &SizeGap)| {
            let distance = (margins[index] - size.gap.mean.abs()).abs().max(errors[index]);
            let least = factor * cautious_variance(&gaps[index].gap) / (distance * distance);
            size.gap.count.max(least.ceil() as u64)
        };
        truth.iter().enumerate().map(count).collect::<Vec<u64>>()
    };
    let share = alpha / gaps.len().max(1) as f64;
    let decided = |sizes: &[SizeGap]| {
        judge_each(&each(record.sizes.iter().map(SizeRecord::in_words), share, sizes, margins)).1.verdict
    };
    let found = needed(&truth, counts, decided)
        .ok_or_else(|| "the formula's own error bounds are of the order of the margin".to_string())?;
    let right = truth.iter().all(|size| size.gap.mean == 0.0);
    Ok((found, if right { RIGHT } else { AS_SEEN }))
}

fn rate(order: Order, own: &Own, alpha: f64, gaps: &[SizeGap]) -> Found {
    let next_order = if let Order::Power(rate) = order { rate } else { 1.0 };
    let points = |sizes: &[SizeGap]| -> Vec<RateSize> {
        let size = |(gap, shape): (&SizeGap, &crate::num::Estimate)| RateSize {
            dim: gap.dim,
            moments: Moments { mean: gap.gap.mean + shape.value, ..gap.gap },
            shape: shape.value,
        };
        sizes.iter().zip(&own.sizes).map(size).collect()
    };
    let own_points = points(gaps);
    let Some(fit) = compare_rate(&own_points, next_order, alpha) else {
        return Err("a mean or the shape is not positive".to_string());
    };
    if follows_no_power(&fit) {
        return Err("they would only show more clearly that the means follow no power of d".to_string());
    }
    if at_the_margin(fit.exponent, fit.standard_error, RATE_MARGIN) {
        return Err(format!("the exponent left over, {:.3}, lies at the margin, {RATE_MARGIN}", fit.exponent));
    }
    let exponent = supposed(fit.exponent, fit.standard_error);
    let base = gaps.first().map_or(1, |size| size.dim);
    let truth = with_means(gaps, |index| {
        let shape = own_points[index].shape;
        fit.mean(gaps[index].dim, base, shape, exponent, next_order) - shape
    });
    let counts = |factor: f64| gaps.iter().map(|size| (size.gap.count as f64 * factor).ceil() as u64).collect();
    let decided = |sizes: &[SizeGap]| judge_rate(compare_rate(&points(sizes), next_order, alpha).as_ref(), "").verdict;
    let found = needed(&truth, counts, decided).ok_or_else(|| "the means are too close to 0".to_string())?;
    Ok((found, if exponent == 0.0 { RIGHT } else { AS_SEEN }))
}
