//! How fast the gaps of a claim's cells fall with the dimension, beside what the claim states. A measurement, not a verdict.

use crate::claim::{Bias, Claim, Kind, Status};
use crate::compare::{Budget, Moments, RateSize, compare_rate};
use crate::record::bench::{RateRecord, RateSizeRecord};
use crate::record::{CellRecord, SizeRecord};

/// Two-sided level of the intervals.
const LEVEL: f64 = 0.05;

/// A rate is measured where the gap of every size is at least this many standard errors.
const CLEAR: f64 = 3.0;

/// The rate of the cell that shows it most clearly (whose interval is narrowest), or why none is known.
pub fn rate(claim: &Claim, cells: &[CellRecord], budget: Budget) -> Result<RateRecord, String> {
    if claim.simulator.is_none() || !matches!(claim.kind, Kind::Limit | Kind::Rate) {
        return Err("nothing converges in this kind of claim".to_string());
    }
    if claim.status == Status::KnownFalse {
        return Err("the limit is known to be false, so that its gap stays".to_string());
    }
    let Bias::Power(next_order) = claim.bias else {
        return Err("the claim says that the gap is zero at every size".to_string());
    };
    let mut best: Option<RateRecord> = None;
    for cell in cells {
        let Some(found) = rate_of(claim, cell, next_order, budget) else { continue };
        let width = |rate: &RateRecord| rate.interval[1] - rate.interval[0];
        if best.as_ref().is_none_or(|best| width(&found) < width(best)) {
            best = Some(found);
        }
    }
    best.ok_or_else(|| format!("in no cell is what falls at least {CLEAR} standard errors from zero at every size"))
}

fn rate_of(claim: &Claim, cell: &CellRecord, next_order: f64, budget: Budget) -> Option<RateRecord> {
    let points: Vec<(f64, RateSize)> =
        cell.sizes.iter().map(|size| point(claim.kind, size, next_order)).collect::<Option<_>>()?;
    let sizes: Vec<RateSize> = points.iter().map(|(_, size)| *size).collect();
    // A gap that changes its sign is no power of d yet.
    if points.iter().any(|(sign, _)| *sign != points[0].0) {
        return None;
    }
    let fit = compare_rate(&sizes, next_order, LEVEL)?;
    // The claimed shape is a power, which its ends tell: of a limit that of its bias, of a rate its formula.
    let (first, last) = (sizes.first()?, sizes.last()?);
    let claimed = (first.shape / last.shape).ln() / (last.dim as f64 / first.dim as f64).ln();
    // What is left beyond d^-claimed is d^s: it falls like d^-(claimed - s).
    let [low, high] = fit.interval;
    Some(RateRecord {
        budget: budget.name().to_string(),
        claimed,
        measured: claimed - fit.exponent,
        interval: [claimed - high, claimed - low],
        chi_squared_p: fit.chi_squared_p,
        set: cell.set.clone().into_iter().filter(|(name, _)| !cell.defaults.contains(name)).collect(),
        sizes: sizes.iter().map(size_record).collect(),
    })
}

/// What falls at a size, with its sign; None where it is not clear of zero.
fn point(kind: Kind, size: &SizeRecord, next_order: f64) -> Option<(f64, RateSize)> {
    let (mean, limit, error) = (size.mean?, size.limit?, size.std_error?);
    let (falls, shape) = match kind {
        Kind::Rate => (mean, limit),
        _ => (mean - limit, (size.dim as f64).powf(-next_order)),
    };
    let count = size.trials as f64;
    let moments = Moments { count: size.trials, mean: falls.abs(), squares: error * error * count * (count - 1.0) };
    let clear = size.trials > 1 && falls.abs() > CLEAR * error;
    clear.then_some((falls.signum(), RateSize { dim: size.dim, moments, shape }))
}

fn size_record(size: &RateSize) -> RateSizeRecord {
    RateSizeRecord { dim: size.dim, value: size.moments.mean, std_error: size.moments.standard_error() }
}
