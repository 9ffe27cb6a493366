//! A claim along a parameter, as `sweep` writes it and `plot` draws it: comma-separated values, JSON lines, a figure.

use super::canvas::Stroke;
use super::cells::value_text;
use super::chart::{Axis, Chart, Key, Mark, Panel, Scale, Series, Shape};
use super::colour::{Colour, Hue};
use super::limits::observable_label;
use super::markdown::csv_line;
use super::number::exact;
use crate::record::{SweepPoint, SweepRecord, SweepRow};
use serde_json::{Map, Value, json};

/// Curves in one drawing: each colour once as a line and once dashed.
pub const MOST_CURVES: usize = 2 * Hue::SERIES.len();

/// Names of the columns behind the parameters; also the fields of a JSON line.
const SIMULATED: [&str; 7] = ["dim", "width", "trials", "mean", "std_error", "value_at_size", "abs_err_at_size"];

fn has_networks(record: &SweepRecord) -> bool {
    record.rows.iter().any(|row| row.simulated.is_some())
}

/// A line of names, then a row per point: the claim, every parameter, the formula's value with its error bound, what was
/// simulated, and a note. Numbers read back as the same numbers.
pub fn csv(record: &SweepRecord) -> String {
    let Some(first) = record.rows.first() else { return String::new() };
    let networks = has_networks(record);
    let names = first.set.keys().map(String::as_str);
    let mut header: Vec<&str> = ["claim"].into_iter().chain(names).chain(["value", "abs_err"]).collect();
    if networks {
        header.extend(SIMULATED);
    }
    header.push("note");
    let mut out = csv_line(&header.iter().map(|name| name.to_string()).collect::<Vec<_>>());
    for row in &record.rows {
        let setting = |value: &Value| match value {
            Value::Number(number) => exact(number.as_f64()),
            other => value_text(other),
        };
        let mut fields = vec![record.claim.clone()];
        fields.extend(row.set.values().map(setting));
        fields.extend([exact(row.value), exact(row.abs_err)]);
        if networks {
            fields.extend(row.simulated.as_ref().map_or(vec![String::new(); SIMULATED.len()], network_fields));
        }
        fields.push(note(row));
        out += &csv_line(&fields);
    }
    out
}

/// Why the formula or its networks have no value; empty where both have one.
fn note(row: &SweepRow) -> String {
    match (row.reason.is_empty(), row.outside) {
        (true, _) => String::new(),
        (false, true) => format!("outside the hypotheses: {}", row.reason),
        (false, false) => format!("no value: {}", row.reason),
    }
}

fn network_fields(point: &SweepPoint) -> Vec<String> {
    let mut fields = vec![point.dim.to_string(), point.width.to_string(), point.trials.to_string()];
    let numbers = [Some(point.mean), point.std_error, Some(point.value), Some(point.abs_err)];
    fields.extend(numbers.map(exact));
    fields
}

/// A row per point, each an object: `claim`, `set`, `value`, `abs_err` as `eval --json` has them, then what was simulated.
pub fn json_lines(record: &SweepRecord) -> String {
    let line = |row: &SweepRow| {
        let mut object = Map::new();
        object.insert("claim".into(), record.claim.clone().into());
        object.insert("set".into(), Value::Object(row.set.clone()));
        object.insert("value".into(), number(row.value));
        object.insert("abs_err".into(), number(row.abs_err));
        if let Some(point) = &row.simulated {
            let counts = [json!(point.dim), json!(point.width), json!(point.trials)];
            let numbers = [Some(point.mean), point.std_error, Some(point.value), Some(point.abs_err)].map(number);
            let values = counts.into_iter().chain(numbers);
            object.extend(SIMULATED.iter().map(|name| name.to_string()).zip(values));
        }
        if !row.reason.is_empty() {
            object.insert("note".into(), note(row).into());
        }
        Value::Object(object).to_string() + "\n"
    };
    record.rows.iter().map(line).collect()
}

/// Whether a text is what [`json_lines`] writes, or empty.
pub fn is_json_lines(text: &str) -> bool {
    let ours = |line: &str| {
        let object: Result<Map<String, Value>, _> = serde_json::from_str(line);
        object.is_ok_and(|object| ["claim", "set", "value", "abs_err"].iter().all(|name| object.contains_key(*name)))
    };
    text.lines().all(ours)
}

fn number(x: Option<f64>) -> Value {
    match x {
        Some(x) if x.is_infinite() => (if x > 0.0 { "inf" } else { "-inf" }).into(),
        Some(x) => serde_json::Number::from_f64(x).map_or(Value::Null, Value::Number),
        None => Value::Null,
    }
}

/// The figure as SVG: the formula as lines, simulated networks as rings with bars. None where there are more curves than can be told apart.
pub fn draw(record: &SweepRecord) -> Option<String> {
    let curves = curves(record);
    if curves.len() > MOST_CURVES {
        return None;
    }
    let mut key = Vec::new();
    if let Some(point) = record.rows.iter().find_map(|row| row.simulated.as_ref()) {
        let text = format!("mean of {} networks, d = {}, \u{b1} 2 standard errors", point.trials, point.dim);
        key.push((Key::Mark(Shape::Ring, if curves.len() == 1 { colour(record, 0, 1) } else { Colour::Ink }), text));
    }
    let fixed = |(name, value): (&String, &Value)| {
        let said = *name != record.along && Some(name) != record.by.as_ref();
        said.then(|| format!("{name} {}", value_text(value)))
    };
    let fixed = record.rows.iter().take(1).flat_map(|row| row.set.iter().filter_map(fixed)).collect::<Vec<_>>();
    let fixed = if fixed.is_empty() { String::new() } else { format!(" ({})", fixed.join(", ")) };
    let count = curves.len();
    let panel = Panel {
        heading: format!("{}{fixed}", record.title),
        alarm: false,
        x: Scale::new(if record.along == "rho" { "rho = m/d" } else { &record.along }, across(record)),
        y: Scale::new(observable_label(&record.observable), upwards(record)),
        bands: Vec::new(),
        series: curves.into_iter().enumerate().map(|(k, rows)| series(record, rows, (k, count))).collect(),
        notes: Vec::new(),
    };
    let title = format!("{}: the formula along {}", record.title, record.along);
    let (name, note, csv) = (record.claim.clone(), not_drawn(record), String::new());
    Some(Chart { name, title, columns: 1, panels: vec![panel], key, note, csv }.draw().svg(false))
}

/// Curves that are told apart by shades of their regime's colour; more have a hue each.
const SHADES: usize = 6;

fn colour(record: &SweepRecord, index: usize, count: usize) -> Colour {
    match count {
        0..=SHADES => Colour::nth(Hue::of_regime(&record.claim), index, count),
        _ => Hue::SERIES[index % Hue::SERIES.len()].plain(),
    }
}

/// The rows of each curve, from left to right: a list of values may be in any order.
fn curves(record: &SweepRecord) -> Vec<Vec<&SweepRow>> {
    let mut curves: Vec<Vec<&SweepRow>> = Vec::new();
    for row in &record.rows {
        match curves.iter_mut().find(|rows| rows[0].curve == row.curve) {
            Some(rows) => rows.push(row),
            None => curves.push(vec![row]),
        }
    }
    curves.iter_mut().for_each(|rows| rows.sort_by(|a, b| a.at.total_cmp(&b.at)));
    curves
}

fn series(record: &SweepRecord, rows: Vec<&SweepRow>, (index, count): (usize, usize)) -> Series {
    let label = match &record.by {
        Some(by) => format!("{by} {}", rows[0].curve),
        None if record.kind == "limit" => "limit".to_string(),
        None => "formula".to_string(),
    };
    let mut series = Series::new(label, colour(record, index, count));
    if index >= Hue::SERIES.len() {
        series.stroke = Stroke::Dashed;
    }
    series.line = rows.iter().map(|row| (row.at, row.value.unwrap_or(f64::NAN))).collect();
    let finite = |k: usize| series.line.get(k).is_some_and(|(_, y)| y.is_finite());
    let alone = |k: &usize| finite(*k) && !finite(k.wrapping_sub(1)) && !finite(k + 1);
    // A point between two gaps would not show as a line.
    let dots = (0..rows.len()).filter(alone).map(|k| Mark::new(Shape::Dot, series.line[k].0, series.line[k].1, None));
    let ring = |row: &&SweepRow| {
        let point = row.simulated.as_ref()?;
        Some(Mark::new(Shape::Ring, place(row, point, &record.along), point.mean, Some(ends(point))))
    };
    series.marks = dots.chain(rows.iter().filter_map(ring)).collect();
    series
}

/// Where a row's networks stand: at their own ratio of sizes.
fn place(row: &SweepRow, point: &SweepPoint, along: &str) -> f64 {
    if along == "rho" { point.width as f64 / point.dim as f64 } else { row.at }
}

fn across(record: &SweepRecord) -> Axis {
    let networks = record.rows.iter().filter_map(|row| Some(place(row, row.simulated.as_ref()?, &record.along)));
    let places = record.rows.iter().map(|row| row.at).chain(networks);
    let axis = Axis::over_sizes(places, if record.logarithmic { 1.0 } else { f64::INFINITY });
    if axis.logarithmic { axis } else { axis.reach_zero() }
}

/// Ratio of values beyond which an axis is logarithmic: near a pole all else would lie flat.
const STEEP: f64 = 300.0;

fn upwards(record: &SweepRecord) -> Axis {
    let heights = record.rows.iter().flat_map(|row| [row.value, row.simulated.as_ref().map(|point| point.mean)]);
    let heights: Vec<f64> = heights.flatten().collect();
    let steep = Axis::over_sizes(heights.iter().copied(), STEEP);
    if steep.logarithmic {
        return steep;
    }
    let bars = record.rows.iter().filter_map(|row| row.simulated.as_ref()).flat_map(ends);
    Axis::over(heights.iter().copied().chain(bars), 0.06).reach_zero()
}

/// Ends of a bar of two standard errors to either side.
fn ends(point: &SweepPoint) -> [f64; 2] {
    let bar = 2.0 * point.std_error.unwrap_or(0.0);
    [point.mean - bar, point.mean + bar]
}

/// What the drawing lacks, in words; empty if nothing.
fn not_drawn(record: &SweepRecord) -> String {
    let outside = record.rows.iter().filter(|row| row.value.is_none() && row.outside).count();
    let lacking = record.rows.iter().filter(|row| row.value.is_none() && !row.outside).count();
    let infinite: Vec<&SweepRow> = record.rows.iter().filter(|row| row.value.is_some_and(f64::is_infinite)).collect();
    let first = |row: &SweepRow| format!("infinite at {} = {}", record.along, exact(Some(row.at)));
    let infinite = match infinite[..] {
        [] => None,
        [one] => Some(first(one)),
        [one, ..] => Some(format!("{} values, the first {}", infinite.len(), first(one))),
    };
    let count = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}"));
    let parts = [count(outside, "outside the hypotheses"), count(lacking, "without a value"), infinite];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("Not drawn: {}.", parts.join("; "))
}
