//! What a claim will cost at a budget, from the work formulas and the networks that the budget before took. Never from the clock.

use crate::compare::Budget;
use crate::compare::ladder::MIN_REPLICATES;
use crate::run::plan::{Cell, CellSize, Plan};
use crate::sim::draw_flops;

/// Work that the plan `next`, not yet drawn, will take at its budget: at least its pilot. Where an earlier budget was run, each cell
/// needs the replicates that it took there, more by the squared ratio of the margins, fewer as the variance falls like 1/d; up to
/// what a cell may cost.
pub fn foretold(before: Option<&(Budget, Plan)>, next: &Plan, budget: Budget) -> f64 {
    let Some((earlier, before)) = before else { return next.work() };
    let narrower = (earlier.margin_fraction() / budget.margin_fraction()).powi(2);
    let cost = |(old, new): (&Cell, &Cell)| {
        let sizes = old.drawn().zip(new.drawn());
        let total: f64 = sizes.map(|(old, new)| replicates(old, new, narrower) * one(new)).sum();
        total.min(budget.work_per_cell()).max(new.drawn().map(all).sum())
    };
    let cells: f64 = before.cells.iter().zip(&next.cells).map(cost).sum();
    // Cells that share their networks draw them once: as much is saved as was before.
    let alone: f64 = before.sizes().map(all).sum();
    if alone > 0.0 { (cells * before.work() / alone).max(next.work()) } else { next.work() }
}

fn replicates(old: &CellSize, new: &CellSize, narrower: f64) -> f64 {
    // Cells without noise have one network a size and keep it.
    if old.replicates == 1 {
        return 1.0;
    }
    let larger = new.network.dim as f64 / old.network.dim as f64;
    (old.replicates as f64 * narrower / larger).max(MIN_REPLICATES as f64)
}

/// Cost of one draw.
fn one(size: &CellSize) -> f64 {
    draw_flops(size.network, &size.target.activation)
}

/// Cost of all draws of a size.
fn all(size: &CellSize) -> f64 {
    size.replicates as f64 * one(size)
}
