//! From a pilot to the replicates that a verdict needs: each cell's sizes get as many as its margin calls for.

use super::RunError;
use super::check::limit_at;
use super::plan::{Cell, Plan, limit_error};
use super::simulate::collect;
use super::store::Store;
use crate::claim::Kind;
use crate::compare::Budget;
use crate::compare::design::{DesignSize, allocate};
use crate::compare::fit::NOISELESS_VARIANCE;
use crate::compare::ladder::more;
use crate::compare::quantile::student_two_sided;
use crate::limit::Formula;
use crate::sim::draw_flops;
use crate::verdict::kinds::RATE_MARGIN;
use crate::verdict::margin;
use rayon::prelude::*;

/// Degrees of freedom assumed when planning; the verdict uses those of the data.
const PLANNED_FREEDOM: f64 = 150.0;

/// Standard errors kept between the interval's end and the margin, so that a true limit is decided with probability 99 %.
const ROOM: f64 = 2.6;

/// A pilot of 64 knows a variance to 18 %: planning with this much more keeps its luck from leaving cells undecided.
const VARIANCE_RESERVE: f64 = 1.3;

/// Sets the replicates of every size from the variances of its pilot (which the store holds) and its work formula.
/// Depends on the pilot alone, not on what else the store holds, so a resumed run decides the same.
pub fn extend(plan: &mut Plan, budget: Budget, alpha: f64, store: &Store) -> Result<(), RunError> {
    let quantile = student_two_sided(alpha, PLANNED_FREEDOM);
    let extended: Result<Vec<()>, RunError> = plan
        .cells
        .par_iter_mut()
        .map(|cell| {
            let claim = cell.prepared.claim;
            match claim.kind {
                Kind::Limit | Kind::Diverges => {}
                Kind::Moment | Kind::Rate => return extend_each(cell, budget, alpha, store),
                Kind::Bound | Kind::Identity | Kind::Monotone => return Ok(()),
            }
            let limit = limit_at(cell)?;
            let mut sizes = Vec::new();
            for size in &cell.sizes {
                let moments = collect(size, claim, store).flatten().map(|observed| observed.moments);
                let Some(moments) = moments.filter(|_| size.network.simulator.needs_noise()) else { return Ok(()) };
                let (dim, drawn) = (size.network.dim, size.replicates);
                let variance = (moments.variance() * VARIANCE_RESERVE).max(NOISELESS_VARIANCE);
                sizes.push(DesignSize {
                    dim,
                    variance,
                    work: draw_flops(size.network, &size.target.activation),
                    drawn,
                });
            }
            if sizes.is_empty() || sizes.iter().all(|s| s.variance <= NOISELESS_VARIANCE) || !limit.value.is_finite() {
                return Ok(());
            }
            let target = margin(limit.value, budget, claim.margin) / (quantile + ROOM);
            let counts = allocate(&sizes, cell.rate(), target, budget.work_per_cell());
            for (size, count) in cell.sizes.iter_mut().zip(counts) {
                size.replicates = count;
            }
            Ok(())
        })
        .collect();
    extended.map(|_| ())
}

/// Standard error of an exponent, as a fraction of the relative standard errors of the means behind it: the ladder's ratio of 6
/// and the next order that is fitted besides make it about this much larger.
const EXPONENT_LEVER: f64 = 5.0;

/// Statements about every size: each size by itself gets what its own margin calls for, within its share of the work.
fn extend_each(cell: &mut Cell, budget: Budget, alpha: f64, store: &Store) -> Result<(), RunError> {
    let claim = cell.prepared.claim;
    let share = alpha / cell.sizes.len().max(1) as f64;
    let quantile = student_two_sided(share, PLANNED_FREEDOM) + ROOM;
    let allowance = budget.work_per_cell() / cell.sizes.len().max(1) as f64;
    for size in &mut cell.sizes {
        let Some(observed) = collect(size, claim, store).flatten() else { return Ok(()) };
        let place = size.place(&cell.settings);
        let value = cell.prepared.program.evaluate(Formula::Limit, &place);
        let value = value.map_err(|error| limit_error(claim, Some(&cell.settings), error))?.value;
        let margin = match claim.kind {
            Kind::Rate => RATE_MARGIN / EXPONENT_LEVER * observed.moments.mean.abs(),
            _ => margin(value, budget, claim.margin),
        };
        let deviation = (observed.moments.variance() * VARIANCE_RESERVE).sqrt();
        let needed = (deviation * quantile / margin).powi(2);
        let work = draw_flops(size.network, &size.target.activation);
        let mut count = size.replicates;
        while (count as f64) < needed && (count + more(count)) as f64 * work <= allowance {
            count += more(count);
        }
        size.replicates = count;
    }
    Ok(())
}
