//! How fast the gaps of a claim's cells fall with the dimension, beside what the claim states. A measurement, not a verdict.

use crate::claim::{Bias, Claim, Kind, Status};
use crate::compare::{Budget, Moments, RateSize, compare_rate};
use crate::record::bench::{RateRecord, RateSizeRecord};
use crate::record::{CellRecord, SizeRecord};

/// Two-sided level of the intervals.
const LEVEL: f64 = 0.05;

/// A rate is measured where the gap of every size is at least this many standard errors.
const CLEAR: f64 = 3.0;

/// An interval wider than this share of the claimed exponent tells nothing of it.
const WIDEST: f64 = 1.0;

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
        let tells = width(&found) <= WIDEST * found.claimed;
        if tells && best.as_ref().is_none_or(|best| width(&found) < width(best)) {
            best = Some(found);
        }
    }
    best.ok_or_else(|| "in no cell do the gaps stand out of the noise far enough to tell the exponent".to_string())
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A cell whose sample means are `mean(d)`, of 400 networks each, with standard errors of one in a thousand.
    fn cell(mean: impl Fn(f64) -> f64, limit: impl Fn(f64) -> f64) -> CellRecord {
        let size = |dim: usize| {
            let (mean, limit) = (mean(dim as f64), limit(dim as f64));
            let std_error = 1e-3 * (mean - limit).abs();
            json!({"dim": dim, "width": dim, "trials": 400, "mean": mean, "std_error": std_error, "limit": limit})
        };
        let sizes: Vec<_> = [24, 40, 64, 96, 144].into_iter().map(size).collect();
        let cell = json!({"claim": "", "set": {"rho": 0.5, "zeta": 1}, "defaults": ["zeta"], "verdict": "agrees", "expected": "agrees",
            "replicates": 2000, "sizes": sizes, "reason": ""});
        serde_json::from_value(cell).unwrap()
    }

    #[test]
    fn the_rate_of_gaps_is_that_of_their_fall() {
        let catalogue = crate::testing::catalogue();
        let claim = catalogue.find("nt-test-error").unwrap();
        let measure = |cells: &[CellRecord]| rate(claim, cells, Budget::Quick);
        let falls = |power: f64| cell(move |d| 0.25 - 3.0 * d.powf(-power), |_| 0.25);
        let found = measure(&[falls(1.5)]).unwrap();
        assert!((found.measured - 1.5).abs() < 1e-9 && (found.claimed - 1.0).abs() < 1e-12, "{found:?}");
        assert!(1.4 < found.interval[0] && found.interval[0] < 1.5 && 1.5 < found.interval[1], "{found:?}");
        assert_eq!(found.set, json!({"rho": 0.5}).as_object().unwrap().clone());
        assert_eq!((found.sizes[0].dim, found.sizes.len()), (24, 5));
        // The cell whose interval is narrowest speaks for the claim.
        let mut vague = falls(1.2);
        vague.sizes.iter_mut().for_each(|size| size.std_error = size.std_error.map(|error| 10.0 * error));
        assert_eq!(measure(&[vague.clone(), falls(1.5), vague.clone()]).unwrap().interval, found.interval);
        // Gaps of both signs, or lost in noise at one size, have no rate.
        let mut turns = falls(1.5);
        turns.sizes[4].mean = Some(1.0);
        vague.sizes[0].std_error = Some(1.0);
        assert!(measure(&[turns, vague]).unwrap_err().contains("out of the noise"));
        let exact = catalogue.find("nt-mean-test-error").unwrap();
        assert!(rate(exact, &[falls(1.0)], Budget::Quick).unwrap_err().contains("nothing converges"));
    }

    #[test]
    fn a_claim_about_a_rate_states_a_shape() {
        let catalogue = crate::testing::catalogue();
        let claim = catalogue.find("linearised-gradient").unwrap();
        let found = rate(claim, &[cell(|d| 0.4 * d.powf(-0.75), |d| d.powf(-0.5))], Budget::Quick).unwrap();
        assert!((found.claimed - 0.5).abs() < 1e-12 && (found.measured - 0.75).abs() < 1e-9, "{found:?}");
    }
}
