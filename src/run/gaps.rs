//! What a formula says at the sizes of a cell, what was observed there, and the difference: shared by verdicts and mutants.

use super::RunError;
use super::plan::{Cell, limit_error};
use super::simulate::collect;
use super::store::{Observed, Store};
use crate::compare::{Moments, SizeGap};
use crate::limit::{Formula, Place};
use crate::num::Estimate;

/// The claim's own values at a cell. Evaluated once: looks come and go, these stay.
pub struct Own {
    /// At each size.
    pub sizes: Vec<Estimate>,
    /// Exact expectation at each size, where the claim states one.
    pub finite: Vec<Option<Estimate>>,
}

impl Own {
    pub fn of(cell: &Cell) -> Result<Own, RunError> {
        let mut own = Own { sizes: Vec::new(), finite: Vec::new() };
        for size in &cell.sizes {
            let place = size.place(&cell.settings);
            own.sizes.push(value(cell, Formula::Limit, &place)?);
            let applies = cell.prepared.program.finite_applies(&place);
            let applies = applies.map_err(|error| limit_error(cell.prepared.claim, Some(&cell.settings), error))?;
            own.finite.push(if applies { Some(value(cell, Formula::Finite, &place)?) } else { None });
        }
        Ok(own)
    }
}

/// A formula of the cell's claim, with the place in the message if it has no value.
pub fn value(cell: &Cell, formula: Formula, place: &Place) -> Result<Estimate, RunError> {
    let value = cell.prepared.program.evaluate(formula, place);
    value.map_err(|error| limit_error(cell.prepared.claim, Some(&cell.settings), error))
}

/// The cell's point, at infinite size.
pub fn at_infinity(cell: &Cell) -> Place {
    Place { settings: cell.settings.clone(), size: None }
}

/// What was observed at each size; None where a value was infinite. A missing block is an error that says so.
pub fn observe(cell: &Cell, store: &Store) -> Result<Vec<Option<Observed>>, RunError> {
    let claim = cell.prepared.claim;
    let one = |size: &super::plan::CellSize| {
        collect(size, claim, store).ok_or_else(|| {
            RunError::Input(format!(
                "claim `{}` at {}: the results lack d = {}, m = {}; run without --from to simulate it",
                claim.id, cell.settings, size.network.dim, size.network.width
            ))
        })
    };
    cell.sizes.iter().map(one).collect()
}

/// Mean of what was observed; infinite where a value was.
pub fn mean(observed: &Option<Observed>) -> f64 {
    observed.map_or(f64::INFINITY, |o| o.moments.mean)
}

/// Observed minus formula at one size.
pub fn gap(dim: usize, observed: &Option<Observed>, formula: Estimate) -> SizeGap {
    let mean = mean(observed);
    let moments = observed.map(|o| o.moments).unwrap_or_default();
    SizeGap {
        dim,
        gap: Moments { mean: mean - formula.value, ..moments },
        scale: mean.abs().max(formula.value.abs()).max(1.0),
        abs_err: formula.abs_err + observed.map_or(0.0, |o| o.numeric_error),
    }
}

/// Likewise at every size of a cell.
pub fn gaps(cell: &Cell, observed: &[Option<Observed>], formula: &[Estimate]) -> Vec<SizeGap> {
    let sizes = cell.sizes.iter().zip(observed).zip(formula);
    sizes.map(|((size, observed), formula)| gap(size.network.dim, observed, *formula)).collect()
}
