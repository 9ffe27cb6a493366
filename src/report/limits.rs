//! The charts of a claim: its limit along a parameter, and its experiments against the width.

use super::canvas::{Figure, Stroke};
use super::chart::{Axis, Chart, Key, Mark, Panel, Scale, Series, Shape};
use super::colour::{Colour, Hue};
use super::markdown::{Align, escape, table};
use super::number::{rounded_up, significant, with_error};
use crate::record::{ClaimRecord, CurveRecord, ExperimentRecord};

/// How an axis names an observable.
pub fn observable_label(observable: &str) -> String {
    match observable {
        "robustness" => "sensitivity R = E|\u{2207}f|\u{b2} / E|\u{2207}f*|\u{b2}".into(),
        "test error" | "test-error" => "test error \u{3b5} = E(f \u{2212} f*)\u{b2} / E f*\u{b2}".into(),
        "" => "value of the formula".into(),
        other => other.into(),
    }
}

/// Curves in one panel: more could not be told apart by shade.
const TOGETHER: usize = 5;

/// The limits of a claim along a parameter; None where it has none.
pub fn draw(claim: &ClaimRecord) -> Option<Figure> {
    let curves: Vec<&CurveRecord> =
        claim.curves.iter().filter(|curve| !curve.limit.is_empty() || !curve.points.is_empty()).collect();
    if curves.is_empty() {
        return None;
    }
    let hue = Hue::of_regime(&claim.id);
    let mut dims: Vec<usize> = curves.iter().filter(|c| !c.points.is_empty()).map(|c| c.points_dim).collect();
    dims.sort_unstable();
    let mut key = Vec::new();
    if let (Some(low), Some(high)) = (dims.first(), dims.last()) {
        let at = if low == high { format!("d = {low}") } else { format!("d = {low} to {high}") };
        key.push((Key::Mark(Shape::Ring, hue.plain()), format!("mean of networks, {at}, \u{b1} 2 standard errors")));
    }
    if curves.iter().any(|curve| !curve.extrapolated.is_empty()) {
        let text = "extrapolated to infinite d, with its confidence interval".to_string();
        key.push((Key::Mark(Shape::Diamond, hue.plain()), text));
    }
    let x = across(&claim.curve_axis, &curves);
    let y = Axis::over(curves.iter().flat_map(|curve| heights(curve)), 0.06).reach_zero();
    let start = x.logarithmic && curves.iter().any(|curve| curve.points.iter().any(|point| point.0 == 0.0));
    let panel = |curves: &[&CurveRecord]| Panel {
        heading: String::new(),
        alarm: false,
        x: Scale::new(format!("{}{}", claim.curve_axis, if start { " (0 at the left edge)" } else { "" }), x),
        y: Scale::new(observable_label(&claim.observable), y),
        bands: Vec::new(),
        series: curves
            .iter()
            .enumerate()
            .map(|(k, curve)| series(curve, x, Colour::nth(hue, k, curves.len())))
            .collect(),
        notes: Vec::new(),
    };
    let panels = curves.chunks(curves.len().div_ceil(curves.len().div_ceil(TOGETHER))).map(panel).collect();
    let title = format!("{}: limit and simulations along {}", claim.title, claim.curve_axis);
    let name = format!("{}-limit", claim.id);
    Some(Chart { name, title, columns: 0, panels, key, note: String::new(), csv: String::new() }.draw())
}

fn series(curve: &CurveRecord, x: Axis, colour: Colour) -> Series {
    let label = if curve.label == "defaults" { "" } else { &curve.label };
    let mut series = Series::new(label, colour);
    series.line = curve.limit.iter().copied().filter(|point| x.covers(point.0)).collect();
    // A start, at time 0, stands at the left edge of a logarithmic axis.
    let at = |value: f64| if x.covers(value) { value } else { x.low };
    let bar = |mean: f64, error: f64| error.is_finite().then_some([mean - 2.0 * error, mean + 2.0 * error]);
    let ring = |(x, mean, error): &(f64, f64, f64)| Mark::new(Shape::Ring, at(*x), *mean, bar(*mean, *error));
    series.marks.extend(curve.points.iter().map(ring));
    let diamond = |[x, value, low, high]: &[f64; 4]| Mark::new(Shape::Diamond, at(*x), *value, Some([*low, *high]));
    series.marks.extend(curve.extrapolated.iter().map(diamond));
    series
}

/// Along time most happens early: logarithmic, from a ten-thousandth of the largest time on.
fn across(name: &str, curves: &[&CurveRecord]) -> Axis {
    let values = || curves.iter().flat_map(|curve| places(curve));
    let largest = values().filter(|x| x.is_finite()).fold(0.0, f64::max);
    if name == "time" && largest > 0.0 {
        return Axis::logarithmic(values().filter(|x| *x >= 1e-4 * largest));
    }
    let x = Axis::over_sizes(values(), 200.0);
    if x.logarithmic { x } else { x.reach_zero() }
}

fn places(curve: &CurveRecord) -> impl Iterator<Item = f64> + Clone + '_ {
    curve.limit.iter().map(|(x, _)| *x).chain(curve.points.iter().map(|(x, _, _)| *x))
}

fn heights(curve: &CurveRecord) -> impl Iterator<Item = f64> + '_ {
    let bars = curve.points.iter().flat_map(|(_, mean, error)| [mean - 2.0 * error, mean + 2.0 * error]);
    let ends = curve.extrapolated.iter().flat_map(|[_, value, low, high]| [*value, *low, *high]);
    curve.limit.iter().map(|(_, limit)| *limit).chain(bars).chain(ends)
}

/// Simulations against the width at one dimension, beside the limit and the exact finite-size mean; None where there are none.
pub fn experiments(claim: &ClaimRecord) -> Option<Figure> {
    let drawn: Vec<&ExperimentRecord> = claim.experiments.iter().filter(|one| !one.rows.is_empty()).collect();
    if drawn.is_empty() {
        return None;
    }
    let colour = Hue::of_regime(&claim.id).plain();
    let panels = drawn.iter().map(|one| experiment_panel(claim, one, colour)).collect();
    let key = vec![(Key::Mark(Shape::Ring, colour), "mean of networks, \u{b1} 2 standard errors".to_string())];
    let title = format!("{}: simulations against the width", claim.title);
    let name = format!("{}-experiment", claim.id);
    Some(Chart { name, title, columns: 0, panels, key, note: String::new(), csv: String::new() }.draw())
}

fn experiment_panel(claim: &ClaimRecord, experiment: &ExperimentRecord, colour: Colour) -> Panel {
    let mut rows: Vec<_> = experiment.rows.iter().collect();
    rows.sort_by_key(|row| row.width);
    let widths = rows.iter().map(|row| row.width as f64);
    let x = Axis::over_sizes(widths.chain(experiment.curve.iter().map(|point| point.0)), 200.0);
    let x = if x.logarithmic { x } else { x.reach_zero() };
    let heights = rows.iter().flat_map(|row| {
        let bar = 2.0 * row.std_error;
        [row.mean - bar, row.mean + bar, row.limit, row.finite.unwrap_or(row.limit)]
    });
    let y = Axis::over(heights.chain(experiment.curve.iter().map(|point| point.1)), 0.06).reach_zero();
    let mut limit = Series { line: experiment.curve.clone(), ..Series::new("limit", colour) };
    if limit.line.is_empty() {
        // Known at the simulated widths only.
        limit.marks = rows.iter().map(|row| Mark::new(Shape::Dot, row.width as f64, row.limit, None)).collect();
    }
    let ring = |row: &&crate::record::ExperimentRow| {
        let ends = [row.mean - 2.0 * row.std_error, row.mean + 2.0 * row.std_error];
        Mark::new(Shape::Ring, row.width as f64, row.mean, Some(ends))
    };
    let simulated = Series { marks: rows.iter().map(ring).collect(), ..Series::new("", colour) };
    let finite = |row: &&crate::record::ExperimentRow| Some((row.width as f64, row.finite?));
    let mut exact = Series::new("exact mean at this d", Colour::Ink);
    (exact.line, exact.stroke, exact.width) = (rows.iter().filter_map(finite).collect(), Stroke::Dashed, 1.3);
    let mut series = vec![limit];
    if !exact.line.is_empty() {
        series.push(exact);
    }
    series.push(simulated);
    Panel {
        heading: heading(experiment),
        alarm: false,
        x: Scale::new("m (width)", x),
        y: Scale::new(observable_label(&claim.observable), y),
        bands: Vec::new(),
        series,
        notes: Vec::new(),
    }
}

fn heading(experiment: &ExperimentRecord) -> String {
    let dim = format!("d = {}", experiment.dim);
    if experiment.label.is_empty() { dim } else { format!("{dim}, {}", experiment.label) }
}

/// The numbers of an experiment as a table with a heading.
pub fn experiment_table(experiment: &ExperimentRecord) -> String {
    let finite = experiment.rows.iter().any(|row| row.finite.is_some());
    let mut columns = vec![
        ("m", Align::Right),
        ("m/d", Align::Right),
        ("trials", Align::Right),
        ("mean", Align::Right),
        ("standard error", Align::Right),
        ("limit", Align::Right),
        ("error bound", Align::Right),
    ];
    columns.extend(finite.then_some(("exact finite-size mean", Align::Right)));
    let row = |row: &crate::record::ExperimentRow| {
        vec![
            row.width.to_string(),
            significant(row.width as f64 / experiment.dim.max(1) as f64, 4),
            row.trials.to_string(),
            with_error(row.mean, row.std_error),
            with_error(row.std_error, row.std_error),
            significant(row.limit, 6),
            rounded_up(row.limit_abs_err),
            row.finite.map_or_else(|| "-".into(), |x| significant(x, 6)),
        ]
    };
    let rows: Vec<Vec<String>> = experiment.rows.iter().map(row).collect();
    format!("**{}**\n\n{}\n", escape(&heading(experiment)), table(&columns, &rows))
}
