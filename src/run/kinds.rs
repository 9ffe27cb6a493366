//! Judges simulated claims that are not limits: means at every finite size, rates, bounds over networks.

use super::RunError;
use super::check::{empty_record, finite, size_gap};
use super::plan::Cell;
use super::simulate::collect;
use super::store::Store;
use crate::claim::{Kind, Sense};
use crate::compare::fit::{NOISELESS_TOLERANCE, NOISELESS_VARIANCE};
use crate::compare::quantile::student_two_sided;
use crate::compare::{Budget, RateSize, compare_rate};
use crate::record::{CellRecord, SizeRecord};
use crate::verdict::kinds::{Each, Slack, judge_bound, judge_each, judge_rate};
use crate::verdict::{Judgement, Verdict, margin};

/// The cell's verdict from its samples.
pub fn judge(cell: &Cell, budget: Budget, alpha: f64, store: &Store) -> Result<CellRecord, RunError> {
    let mut sizes = Vec::new();
    let mut gaps = Vec::new();
    for size in &cell.sizes {
        let (record, gap) = size_gap(cell, size, store)?;
        sizes.push(record);
        gaps.push(gap);
    }
    let claim = cell.prepared.claim;
    let undecided = Judgement { verdict: Verdict::Undecided, reason: String::new() };
    let mut record = empty_record(claim, &cell.settings, undecided);
    record.replicates = sizes.iter().map(|size| size.trials).sum();
    if let Some(infinite) =
        sizes.iter().find(|size| size.limit.is_none() || size.mean.is_none() && claim.kind != Kind::Bound)
    {
        record.reason = format!("a value or the formula is not finite at d = {}", infinite.dim);
        record.sizes = sizes;
        return Ok(record);
    }
    let judgement = match claim.kind {
        Kind::Bound => bound(cell, &sizes, store, &mut record),
        Kind::Rate => {
            let size = |(gap, size): (&crate::compare::SizeGap, &SizeRecord)| {
                let shape = size.limit.unwrap_or(f64::NAN);
                let moments = crate::compare::Moments { mean: gap.gap.mean + shape, ..gap.gap };
                RateSize { dim: gap.dim, moments, shape }
            };
            let points: Vec<RateSize> = gaps.iter().zip(&sizes).map(size).collect();
            let fit = compare_rate(&points, cell.rate(), alpha);
            record.gap = fit.map(|fit| fit.exponent);
            record.interval = fit.map(|fit| fit.interval);
            record.margin = Some(crate::verdict::kinds::RATE_MARGIN);
            judge_rate(fit.as_ref())
        }
        _ => {
            let share = alpha / gaps.len().max(1) as f64;
            let each = |(gap, size): (&crate::compare::SizeGap, &SizeRecord)| {
                let value = size.limit.unwrap_or(0.0);
                let noise = if gap.gap.variance() < NOISELESS_VARIANCE {
                    NOISELESS_TOLERANCE * gap.scale
                } else {
                    student_two_sided(share, (gap.gap.count - 1) as f64) * gap.gap.standard_error()
                };
                let margin = margin(value, budget, claim.margin);
                Each { dim: gap.dim, gap: gap.gap.mean, half: noise + gap.abs_err, margin }
            };
            let each: Vec<Each> = gaps.iter().zip(&sizes).map(each).collect();
            let (decides, judgement) = judge_each(&each);
            if let (Some(size), Some(shown)) = (each.get(decides), sizes.get(decides)) {
                record.gap = Some(size.gap);
                record.interval = Some([size.gap - size.half, size.gap + size.half]);
                record.margin = Some(size.margin);
                record.detectable = Some(size.margin + 2.0 * size.half);
                record.limit = shown.limit;
                record.limit_abs_err = shown.limit_abs_err;
            }
            judgement
        }
    };
    record.verdict = judgement.verdict.name().to_string();
    record.reason = judgement.reason;
    record.sizes = sizes;
    Ok(record)
}

/// Every network of every size against the bound at that size.
fn bound(cell: &Cell, sizes: &[SizeRecord], store: &Store, record: &mut CellRecord) -> Judgement {
    let claim = cell.prepared.claim;
    let slack = |(size, shown): (&super::plan::CellSize, &SizeRecord)| {
        let bound = shown.limit?;
        // Infinite values keep a lower bound and break an upper one.
        let Some(observed) = collect(size, claim, store)? else {
            let slack = if claim.sense == Sense::AtLeast { f64::INFINITY } else { f64::NEG_INFINITY };
            return Some(Slack { dim: shown.dim, slack, error: 0.0 });
        };
        let slack = match claim.sense {
            Sense::AtLeast => observed.min - bound,
            Sense::AtMost => bound - observed.max,
        };
        Some(Slack { dim: shown.dim, slack, error: observed.numeric_error + shown.limit_abs_err.unwrap_or(0.0) })
    };
    let slacks: Vec<Slack> = cell.sizes.iter().zip(sizes).filter_map(slack).collect();
    let (nearest, judgement) = judge_bound(&slacks, record.replicates);
    if let Some(found) = slacks.get(nearest) {
        record.gap = finite(found.slack);
        record.limit = sizes[nearest].limit;
        record.limit_abs_err = sizes[nearest].limit_abs_err;
    }
    judgement
}
