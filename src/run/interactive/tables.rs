//! A claim's values on a grid, and their distance from the formula between the nodes.

use super::super::RunError;
use super::super::plan::Prepared;
use super::super::progress::{Progress, interrupted};
use super::super::sweep::{Path, sweep};
use super::grid::{axis, length, numbers, sets, settings};
use super::interpolation::{At, value_at};
use crate::claim::Catalogue;
use crate::limit::{Formula, Place};
use crate::model::Settings;
use crate::record::SweepRow;
use crate::record::interactive::{AxisGrid, AxisKind, INFINITE, NONE, TableRecord};
use rayon::prelude::*;

/// Spectrum and size of the start at which the affine parts are tried, in turn.
const TRIALS: [(&str, &str); 5] =
    [("uniform", "0.5"), ("exponential", "1"), ("power(2)", "0.2"), ("rademacher", "0.5"), ("identity", "0.1")];

/// A unit of work on the progress bar: one evaluation.
const ONE: f64 = 1e6;

/// What rounding may leave of a zero.
const LEAST: f64 = 1e-9;

/// Most centres at which one table is compared with its formula.
const MOST_CENTRES: usize = 1000;

/// A share of the centres that falls evenly over all of them: the golden section.
const SECTION: f64 = 0.618_033_988_749_894_8;

/// Evaluates the claim at every node; then, with proofs and bounds, at centres of cells.
pub fn table(
    prepared: &Prepared,
    catalogue: &Catalogue,
    axes: &[AxisGrid],
    beta: &[f64],
    inverse: bool,
) -> Result<TableRecord, RunError> {
    let claim = prepared.claim;
    let mut nodes = Vec::new();
    for place in places(&axes.iter().map(length).collect::<Vec<_>>()) {
        let given: Vec<(String, String)> = axes.iter().zip(&place).flat_map(|(axis, node)| sets(axis, *node)).collect();
        nodes.push(settings(catalogue, claim, &given)?);
    }
    let values = nodes_of(prepared, &nodes)?;
    let (step, codes) = coded(values.iter().copied());
    let mut table = TableRecord {
        claim: claim.id.clone(),
        title: claim.title.clone(),
        axes: axes.iter().map(|axis| axis.name.clone()).collect(),
        inverse,
        step,
        codes,
        error: 0.0,
        error_at: String::new(),
        compared: 0,
        abs_err: 0.0,
    };
    let (places, centres) = centres(prepared, catalogue, axes, beta)?;
    let checked = with_bounds(prepared, centres)?;
    for (place, row) in places.iter().zip(&checked) {
        let Some(value) = stored(row) else { continue };
        // Next to the end of what the claim speaks of a cell has no value.
        let Some(near) = value_at(axes, &table, place) else { continue };
        table.compared += 1;
        let error = if value == near { 0.0 } else { (value - near).abs() / value.max(1.0) };
        if error > table.error {
            (table.error, table.error_at) = (error, written(row));
        }
    }
    let bounds = checked.iter().filter(|row| !row.outside).filter_map(|row| row.abs_err);
    table.abs_err = bounds.filter(|bound| bound.is_finite()).fold(0.0, f64::max);
    Ok(table)
}

/// Values at the nodes, without a look for proofs: what is stored has 16 bits, and the centres are compared with proofs.
fn nodes_of(prepared: &Prepared, nodes: &[Settings]) -> Result<Vec<Option<f64>>, RunError> {
    let progress = Progress::start("evaluating", nodes.len() as f64 * ONE);
    let value = |settings: &Settings| {
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        progress.advance(ONE);
        let place = Place { settings: settings.clone(), size: None };
        let outside = !prepared.program.admits(&place).unwrap_or(false);
        let value = prepared.program.estimate(Formula::Limit, &place).ok().map(|value| value.value);
        Ok(value.filter(|value| value.is_infinite() || !outside).filter(|value| *value >= -LEAST))
    };
    let found = nodes.par_iter().map(value).collect();
    progress.finish();
    found
}

/// Values at centres, in order, as one curve of a sweep.
fn with_bounds(prepared: &Prepared, settings: Vec<Settings>) -> Result<Vec<SweepRow>, RunError> {
    let path = Path { along: "rho".to_string(), logarithmic: false, by: None, curves: vec![settings] };
    Ok(sweep(prepared, &path, None)?.rows)
}

/// A value that the claim states; a number outside of its hypotheses is none, but an infinite one is.
fn stored(row: &SweepRow) -> Option<f64> {
    row.value.filter(|value| *value >= -LEAST)
}

fn written(row: &SweepRow) -> String {
    let value = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    row.set.iter().map(|(name, v)| format!("{name} = {}", value(v))).collect::<Vec<_>>().join(", ")
}

/// The square root of the largest value in equal steps: relative accuracy for what is large, absolute for what is small.
fn coded(values: impl Iterator<Item = Option<f64>> + Clone) -> (f64, Vec<u16>) {
    let largest = values.clone().flatten().filter(|value| value.is_finite()).fold(0.0, f64::max);
    let step = largest.sqrt() / f64::from(NONE - 1);
    let code = |value: Option<f64>| match value {
        None => NONE,
        Some(value) if value.is_infinite() => INFINITE,
        Some(_) if step == 0.0 => 0,
        Some(value) => (value.max(0.0).sqrt() / step).round() as u16,
    };
    (step, values.map(code).collect())
}

/// Centres of cells, at every choice, spread over all: as places of the table, and as settings.
fn centres(
    prepared: &Prepared,
    catalogue: &Catalogue,
    axes: &[AxisGrid],
    beta: &[f64],
) -> Result<(Vec<Vec<At>>, Vec<Settings>), RunError> {
    let cells = |axis: &AxisGrid| match axis.kind {
        AxisKind::Cubic => axis.at.len() - 1,
        // Each trial would be as many evaluations again: they are taken in turn.
        AxisKind::Parts => 1,
        AxisKind::Choice => length(axis),
    };
    let spectra = axis("spectrum").labels;
    let (mut found, mut centres) = (Vec::new(), Vec::new());
    let cells = places(&axes.iter().map(cells).collect::<Vec<_>>());
    for number in 0..cells.len().min(MOST_CENTRES) {
        let spread = (number as f64 * SECTION).fract() * cells.len() as f64;
        let cell = if cells.len() > MOST_CENTRES { &cells[spread as usize] } else { &cells[number] };
        let (mut place, mut given) = (Vec::new(), Vec::new());
        for (axis, cell) in axes.iter().zip(cell.iter().copied()) {
            match axis.kind {
                AxisKind::Choice => {
                    place.push(At::Node(cell));
                    given.extend(sets(axis, cell));
                }
                AxisKind::Parts => {
                    let (spectrum, start) = TRIALS[number % TRIALS.len()];
                    let known = spectra.iter().position(|label| label == spectrum);
                    let beta = known.and_then(|index| beta.get(index)).copied().unwrap_or(f64::NAN);
                    place.push(At::parts(beta, numbers(&[start])[0]));
                    given.push(("spectrum".to_string(), spectrum.to_string()));
                    given.push(("zeta".to_string(), start.to_string()));
                }
                AxisKind::Cubic => {
                    let x = (axis.at[cell] * axis.at[cell + 1]).sqrt();
                    place.push(At::Number(x));
                    given.push((axis.name.clone(), x.to_string()));
                }
            }
        }
        centres.push(settings(catalogue, prepared.claim, &given)?);
        found.push(place);
    }
    Ok((found, centres))
}

/// Every tuple of indices below these lengths, the last the fastest.
fn places(lengths: &[usize]) -> Vec<Vec<usize>> {
    lengths.iter().fold(vec![Vec::new()], |before, length| {
        let longer = |place: Vec<usize>| (0..*length).map(move |k| [&place[..], &[k]].concat());
        before.into_iter().flat_map(longer).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_what_is_large_and_what_is_small() {
        let values = [Some(0.0), Some(9.0), Some(1e-6), Some(f64::INFINITY), None];
        let (step, codes) = coded(values.into_iter());
        assert_eq!((codes[0], codes[3], codes[4]), (0, INFINITE, NONE));
        let value = |k: usize| (step * f64::from(codes[k])).powi(2);
        assert!((value(1) - 9.0).abs() < 1e-12 && (value(2) - 1e-6).abs() < 1e-7, "{step}");
        assert_eq!(coded([Some(0.0), None].into_iter()), (0.0, vec![0, NONE]));
    }

    #[test]
    fn places_run_over_all_nodes_the_last_axis_the_fastest() {
        assert_eq!(places(&[2, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
        assert_eq!(places(&[]), [[0; 0]]);
    }
}
