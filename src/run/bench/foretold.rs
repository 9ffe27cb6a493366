//! What a claim will cost at a budget, from the work formulas and the networks that the budget before took. Never from the clock.

use crate::claim::Claim;
use crate::compare::Budget;
use crate::compare::ladder::MIN_REPLICATES;
use crate::model::Simulator;
use crate::run::plan::{Cell, CellSize, Plan};
use crate::sim::draw_flops;

/// Floating-point operations a second that two cores are taken to do at the sizes of the ladders, where networks are matrices.
pub const MATRIX_SPEED: f64 = 2e10;

/// Likewise where they are drawn and evaluated neuron by neuron, or input by input.
pub const SCALAR_SPEED: f64 = 2e9;

/// By which of the two the work of the claim's networks becomes seconds.
pub fn speed(claim: &Claim) -> f64 {
    use Simulator::{Adversarial, FeatureKernel, FeatureKernels, TangentKernel, TangentKernels};
    match claim.simulator {
        Some(Adversarial | FeatureKernel | FeatureKernels | TangentKernel | TangentKernels) => SCALAR_SPEED,
        _ => MATRIX_SPEED,
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Catalogue;
    use crate::run::check::check_plan;
    use crate::run::plan::Prepared;
    use crate::run::store::Store;

    /// A budget that was run tells what the next one will take; without one the pilot is all that is known.
    #[test]
    fn work_is_foretold_within_a_factor_of_four() {
        let catalogue = Catalogue::embedded().unwrap();
        for name in ["adversarial-gain", "inputs-sphere-rf"] {
            let prepared = [Prepared::new(catalogue.find(name).unwrap()).unwrap()];
            let [quick, standard] =
                [Budget::Quick, Budget::Standard].map(|budget| Plan::new(&prepared, budget).unwrap());
            let (drawn, run) = check_plan(&prepared, Budget::Quick, &mut Store::new(1), true).unwrap();
            let pilot = foretold(None, &quick, Budget::Quick);
            assert!(pilot > 0.0 && pilot <= run.work, "{name}: {pilot} of {}", run.work);
            let ahead = foretold(Some(&(Budget::Quick, drawn)), &standard, Budget::Standard);
            let (_, run) = check_plan(&prepared, Budget::Standard, &mut Store::new(1), true).unwrap();
            assert!((0.25..4.0).contains(&(ahead / run.work)), "{name}: foretold {ahead}, took {}", run.work);
            assert!(ahead > standard.work());
        }
    }
}
