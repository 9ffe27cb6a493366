//! What a claim will cost at a budget, from the work formulas and the networks that the budget before took. Never from the clock.

use crate::claim::Kind;
use crate::compare::Budget;
use crate::compare::ladder::MIN_REPLICATES;
use crate::record::{CellRecord, SizeRecord};
use crate::run::plan::{Cell, CellSize, Plan, Prepared};
use crate::verdict::Verdict;

/// Floating-point operations a second that two cores are taken to do, at the sizes of the ladders, for networks that are drawn and
/// evaluated as matrices.
pub const MATRIX_SPEED: f64 = 2e10;

/// The same for networks that are drawn and evaluated neuron by neuron, or input by input.
pub const SCALAR_SPEED: f64 = 2e9;

/// Floating-point operations a second for the networks of this claim. Their work, divided by it, is the seconds foretold.
pub fn speed(prepared: &Prepared) -> f64 {
    let is_scalar = prepared.simulator.as_ref().is_some_and(|simulator| simulator.properties().is_scalar);
    if is_scalar { SCALAR_SPEED } else { MATRIX_SPEED }
}

/// Half an interval, as a share of the margin, that the looks of a cell plan for.
const PLANNED: f64 = 0.55;

/// A claim that was judged at a budget.
pub struct Before<'a> {
    /// The budget.
    pub budget: Budget,
    /// With the replicates that the verdicts rest on.
    pub plan: Plan<'a>,
    /// The verdicts, in the order of the plan's cells.
    pub cells: Vec<CellRecord>,
}

/// Work that the plan `next`, not yet drawn, will take at its budget: at least its pilot. Where an earlier budget was run, each cell
/// needs the replicates that it took there, more or fewer as its interval must narrow, fewer as the variance falls with the dimension; up
/// to what a cell may cost.
pub fn foretold(before: Option<&Before>, next: &Plan, budget: Budget) -> f64 {
    let Some(Before { budget: earlier, plan, cells }) = before else { return next.work() };
    let margins = budget.margin_fraction() / earlier.margin_fraction();
    let cost = |((old, new), judged): ((&Cell, &Cell), &CellRecord)| {
        // The margin of an exponent is the same at every budget.
        let margins = if old.prepared.claim.kind == Kind::Rate { 1.0 } else { margins };
        let (more, falls) = (narrower(judged, margins), variance_exponent(judged));
        let need = |(old, new): (&CellSize, &CellSize)| {
            let larger = new.network.dim as f64 / old.network.dim as f64;
            replicates(old, more * larger.powf(-falls)) * one(new)
        };
        let total: f64 = old.drawn().zip(new.drawn()).map(need).sum();
        total.min(budget.work_per_cell()).max(new.drawn().map(all).sum())
    };
    let total: f64 = plan.cells.iter().zip(&next.cells).zip(cells).map(cost).sum();
    // Cells that share their networks draw them once: as much is saved as was before.
    let alone: f64 = plan.sizes().map(all).sum();
    if alone > 0.0 { (total * plan.work() / alone).max(next.work()) } else { next.work() }
}

/// By how much the variance must shrink for a margin that is `margins` times that of the verdict; 0 where the pilot will do, since the
/// gap is far beyond the margin or there is no interval.
fn narrower(cell: &CellRecord, margins: f64) -> f64 {
    match (cell.interval, cell.margin) {
        (Some([low, high]), Some(margin)) if cell.verdict != Verdict::Disagrees => {
            ((high - low) / (2.0 * PLANNED * margin * margins)).powi(2)
        }
        _ => 0.0,
    }
}

/// The variance of one draw falls like `d^-p` along the cell's sizes: p, from the smallest and the largest.
fn variance_exponent(cell: &CellRecord) -> f64 {
    let variance = |size: &SizeRecord| size.std_error.map(|error| error * error * size.trials as f64);
    let (Some(first), Some(last)) = (cell.sizes.first(), cell.sizes.last()) else { return 0.0 };
    match (variance(first), variance(last)) {
        (Some(a), Some(b)) if a > 0.0 && b > 0.0 && last.dim > first.dim => {
            (a / b).ln() / (last.dim as f64 / first.dim as f64).ln()
        }
        _ => 0.0,
    }
}

/// At a size that had this many replicates, if it needs `more` times as many. Without noise one network a size is enough.
fn replicates(old: &CellSize, more: f64) -> f64 {
    if old.replicates == 1 { 1.0 } else { (old.replicates as f64 * more).max(MIN_REPLICATES as f64) }
}

/// Cost of one draw.
fn one(size: &CellSize) -> f64 {
    size.flops()
}

/// Cost of all draws of a size.
fn all(size: &CellSize) -> f64 {
    size.replicates as f64 * one(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::check::check_plan;
    use crate::run::store::Store;

    /// A budget that was run tells what the next one will take; without one the pilot is all that is known.
    #[test]
    fn work_is_foretold_within_a_factor_of_four() {
        let catalogue = crate::testing::catalogue();
        for name in ["adversarial-gain", "inputs-sphere-rf", "inputs-sphere-rf-unchanged", "mp-moment-2"] {
            let prepared = [Prepared::new(catalogue.find(name).unwrap()).unwrap()];
            let [quick, standard] =
                [Budget::Quick, Budget::Standard].map(|budget| Plan::new(&prepared, budget).unwrap());
            let (plan, run) = check_plan(&prepared, Budget::Quick, &mut Store::new(1), true).unwrap();
            let pilot = foretold(None, &quick, Budget::Quick);
            assert!(pilot > 0.0 && pilot <= run.work, "{name}: {pilot} of {}", run.work);
            let before = Before { budget: Budget::Quick, plan, cells: run.cells };
            let ahead = foretold(Some(&before), &standard, Budget::Standard);
            let (_, run) = check_plan(&prepared, Budget::Standard, &mut Store::new(1), true).unwrap();
            assert!((0.25..4.0).contains(&(ahead / run.work)), "{name}: foretold {ahead}, took {}", run.work);
            assert!(ahead >= standard.work());
        }
    }
}
