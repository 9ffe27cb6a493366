//! What a formula says at the sizes of a cell, what was observed there, and the difference: shared by verdicts and mutants.

use super::RunError;
use super::no_value::{limit_error, why_in_words};
use super::plan::{Cell, CellSize};
use super::simulate::{collect, failure};
use super::store::{Observed, Store};
use crate::claim::Kind;
use crate::compare::{Moments, SizeGap};
use crate::limit::{Evaluated, Formula, LimitError, Place};
use crate::model::Settings;
use crate::num::Estimate;

/// The claim's own values at a cell. Evaluated once: looks come and go, these stay.
pub struct Own {
    /// At infinite size; None for kinds whose formula is about finite sizes.
    pub limit: Option<Estimate>,
    /// At each size.
    pub sizes: Vec<Estimate>,
    /// Exact expectation at each size, where the claim states one.
    pub finite: Vec<Option<Estimate>>,
    /// Of a claim that diverges: how much `growth` rises from the point before.
    pub rise: Option<f64>,
    /// Why the bound of one of these values is estimated.
    pub why: Option<String>,
}

impl Own {
    /// At a cell whose sizes are simulated.
    pub fn of(cell: &Cell) -> Result<Own, RunError> {
        let places: Vec<Place> = cell.sizes.iter().map(|size| size.place(&cell.settings)).collect();
        Own::at(cell, &places)
    }

    /// At a cell whose sizes are compared with the formula at these places.
    pub fn at(cell: &Cell, places: &[Place]) -> Result<Own, RunError> {
        let limits = matches!(cell.prepared.claim.kind, Kind::Limit | Kind::Diverges);
        let mut own = Own { limit: None, sizes: Vec::new(), finite: Vec::new(), rise: rise(cell)?, why: None };
        if limits {
            own.limit = Some(own.value(cell, Formula::Limit, &at_infinity(cell))?);
        }
        for place in places {
            let here = own.value(cell, Formula::Limit, place)?;
            own.sizes.push(here);
            let applies = if place.size.is_some() { cell.prepared.program.finite_applies(place) } else { Ok(false) };
            let applies = applies.map_err(|error| limit_error(cell.prepared.claim, Some(place), error))?;
            let exact = if applies { Some(own.value(cell, Formula::Finite, place)?) } else { None };
            own.finite.push(exact);
        }
        Ok(own)
    }

    /// A formula's value, with a note if its bound is estimated.
    pub(super) fn value(&mut self, cell: &Cell, formula: Formula, place: &Place) -> Result<Estimate, RunError> {
        let found = graded(cell, formula, place)?;
        if let Some(why) = &found.why {
            self.why.get_or_insert_with(|| why_in_words(cell.prepared.claim, why));
        }
        Ok(found.value)
    }
}

/// A formula of the cell's claim, with the place in the message if it has no value.
pub fn value(cell: &Cell, formula: Formula, place: &Place) -> Result<Estimate, RunError> {
    graded(cell, formula, place).map(|found| found.value)
}

/// Likewise, with what its bound means.
pub fn graded(cell: &Cell, formula: Formula, place: &Place) -> Result<Evaluated, RunError> {
    let found = cell.prepared.program.evaluate_graded(formula, place);
    found.map_err(|error| limit_error(cell.prepared.claim, Some(place), error))
}

/// The cell's point, at infinite size.
pub fn at_infinity(cell: &Cell) -> Place {
    Place { settings: cell.settings.clone(), size: None }
}

/// What was observed at each size; None where a value was infinite. A missing block is an error that says so.
pub fn observe(cell: &Cell, store: &Store) -> Result<Vec<Option<Observed>>, RunError> {
    observe_at(cell, &cell.settings, &cell.sizes, store)
}

fn observe_at(
    cell: &Cell,
    settings: &Settings,
    sizes: &[CellSize],
    store: &Store,
) -> Result<Vec<Option<Observed>>, RunError> {
    let claim = cell.prepared.claim;
    let one = |size: &CellSize| {
        collect(size, claim, store).ok_or_else(|| {
            failure(size, store).unwrap_or_else(|| {
                RunError::Input(format!(
                    "claim `{}`{}: the results lack {}; run without --from to simulate it",
                    claim.id,
                    settings.located(),
                    size.sizes
                ))
            })
        })
    };
    sizes.iter().map(one).collect()
}

/// Of a claim that diverges: at each size, how much the observable rises from the point before per unit of `growth`.
pub fn slopes(cell: &Cell, own: &Own, store: &Store) -> Result<Vec<Option<Observed>>, RunError> {
    let now = observe(cell, store)?;
    let (Some(before), Some(rise)) = (&cell.before, own.rise) else { return Ok(now) };
    let then = observe_at(cell, &before.settings, &before.sizes, store)?;
    Ok(now.into_iter().zip(then).map(|(now, then)| Some(slope(now?, then?, rise))).collect())
}

/// The rise from one point to the next, per unit. The two may share their networks. However their means are correlated, the standard error
/// of the difference is at most the sum of the two, which stands here.
pub fn slope(now: Observed, then: Observed, rise: f64) -> Observed {
    let count = now.moments.count.min(then.moments.count);
    // What makes the sum the standard error of so many draws.
    let errors = now.moments.standard_error() + then.moments.standard_error();
    let squares = errors * errors * count as f64 * count.saturating_sub(1) as f64 / (rise * rise);
    let moments = Moments { count, mean: (now.moments.mean - then.moments.mean) / rise, squares };
    let numeric_error = (now.numeric_error + then.numeric_error) / rise;
    // Extremes of a slope would need the pairs.
    Observed { moments, min: moments.mean, max: moments.mean, numeric_error }
}

/// How much `growth` rises from the grid point before; None where there is no such point.
fn rise(cell: &Cell) -> Result<Option<f64>, RunError> {
    let Some(before) = &cell.before else { return Ok(None) };
    let at = |settings: &Settings| Place { settings: settings.clone(), size: None };
    let growth = |settings: &Settings| value(cell, Formula::Growth, &at(settings));
    let rise = growth(&cell.settings)?.value - growth(&before.settings)?.value;
    if rise.is_finite() && rise > 0.0 {
        return Ok(Some(rise));
    }
    let claim = cell.prepared.claim;
    let message = format!(
        "`growth` must rise from each grid point to the next, but does not from {} to {}: order the grid",
        before.settings, cell.settings
    );
    let span = claim.growth.as_ref().map(|growth| growth.span).unwrap_or_default();
    Err(limit_error(claim, Some(&at(&cell.settings)), LimitError { message, span }))
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
    sizes.map(|((size, observed), formula)| gap(size.sizes.first(), observed, *formula)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A difference of two samples whose deviations are opposite has the largest spread there is.
    #[test]
    fn no_correlation_is_assumed() {
        let deviations = [-2.0, -0.5, 1.0, 1.5];
        let observed = |x: &[f64]| Observed::of(&x.iter().map(|x| (*x, 0.0)).collect::<Vec<_>>()).unwrap();
        for factor in [-3.0, -1.0, 0.5, 1.0] {
            let other = deviations.map(|x| factor * x);
            let difference: Vec<f64> = deviations.iter().zip(other).map(|(x, y)| (x - y) / 2.0).collect();
            let truth = observed(&difference).moments.squares;
            let bound = slope(observed(&deviations), observed(&other), 2.0).moments.squares;
            assert!(truth <= bound * (1.0 + 1e-14), "{factor}");
            assert!(factor > 0.0 || truth >= bound * (1.0 - 1e-14), "{factor}");
        }
        // Of unequal numbers of draws the errors add likewise.
        let short = slope(observed(&deviations), observed(&deviations[..2]), 1.0).moments;
        let errors = [&deviations[..], &deviations[..2]].map(|x| observed(x).moments.standard_error());
        assert!(short.count == 2 && (short.standard_error() - errors[0] - errors[1]).abs() < 1e-14);
    }
}
