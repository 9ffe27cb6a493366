//! A claim's values on a grid, and their distance from the formula between the nodes.

use super::super::RunError;
use super::super::plan::Prepared;
use super::super::sweep::{Path, sweep};
use super::grid::{axis, length, numbers, sets, settings};
use super::interpolation::{At, value_at};
use crate::claim::Catalogue;
use crate::model::Settings;
use crate::record::SweepRow;
use crate::record::interactive::{AxisGrid, AxisKind, INFINITE, NONE, TableRecord};

/// Spectrum and size of the start at which the affine parts are tried, in turn.
const TRIALS: [(&str, &str); 5] =
    [("uniform", "0.5"), ("exponential", "1.4"), ("power(2)", "0.2"), ("rademacher", "1"), ("identity", "0.1")];

/// Evaluates the claim at every node, then at the centre of every cell.
pub fn table(
    prepared: &Prepared,
    catalogue: &Catalogue,
    axes: &[AxisGrid],
    beta: &[f64],
) -> Result<TableRecord, RunError> {
    let claim = prepared.claim;
    let mut nodes = Vec::new();
    for place in places(&axes.iter().map(length).collect::<Vec<_>>()) {
        let given: Vec<(String, String)> = axes.iter().zip(&place).flat_map(|(axis, node)| sets(axis, *node)).collect();
        nodes.push(settings(catalogue, claim, &given)?);
    }
    let rows = evaluate(prepared, nodes)?;
    let (step, codes) = coded(rows.iter().map(stored));
    let mut table = TableRecord {
        claim: claim.id.clone(),
        title: claim.title.clone(),
        axes: axes.iter().map(|axis| axis.name.clone()).collect(),
        step,
        codes,
        error: 0.0,
        error_at: String::new(),
        compared: 0,
        abs_err: 0.0,
    };
    let (places, centres) = centres(prepared, catalogue, axes, beta)?;
    let checked = evaluate(prepared, centres)?;
    for (place, row) in places.iter().zip(&checked) {
        let Some(value) = stored(row) else { continue };
        let Some(near) = value_at(axes, &table, place) else {
            let at = written(row);
            return Err(RunError::Input(format!(
                "claim `{}` has a value at {at}, and none at the nodes there",
                claim.id
            )));
        };
        table.compared += 1;
        let error = if value == near { 0.0 } else { (value - near).abs() };
        if error > table.error {
            (table.error, table.error_at) = (error, written(row));
        }
    }
    let bounds = rows.iter().chain(&checked).filter(|row| !row.outside).filter_map(|row| row.abs_err);
    table.abs_err = bounds.filter(|bound| bound.is_finite()).fold(0.0, f64::max);
    Ok(table)
}

/// In order, as one curve of a sweep.
fn evaluate(prepared: &Prepared, settings: Vec<Settings>) -> Result<Vec<SweepRow>, RunError> {
    let path = Path { along: "rho".to_string(), logarithmic: false, by: None, curves: vec![settings] };
    Ok(sweep(prepared, &path, None)?.rows)
}

/// A value that the claim states; a number outside of its hypotheses is none, but an infinite one is.
fn stored(row: &SweepRow) -> Option<f64> {
    row.value.filter(|value| *value >= -1e-9)
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

/// Every cell's centre, at every choice: as places of the table, and as settings.
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
    for (number, cell) in places(&axes.iter().map(cells).collect::<Vec<_>>()).into_iter().enumerate() {
        let (mut place, mut given) = (Vec::new(), Vec::new());
        for (axis, cell) in axes.iter().zip(cell) {
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
