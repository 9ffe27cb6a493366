//! A claim along a parameter, as `sweep` writes it and `plot` draws it: comma-separated values, JSON lines, a figure.

use super::axis::{Axis, Panel, Sheet};
use super::cells::value_text;
use super::curves::observable_label;
use super::figure::{
    Anchor, BLUE, Canvas, GREEN, GREY, INK, Key, LABEL, ORANGE, PURPLE, SKY_BLUE, SMALL, SOFT, TITLE, Text, VERMILION,
    characters, draw as draw_figure,
};
use super::markdown::csv_line;
use super::number::exact;
use super::table::elide;
use crate::record::{SweepPoint, SweepRecord, SweepRow};
use plotters::prelude::RGBColor;
use serde_json::{Map, Value, json};

/// Neighbouring curves have colours that are far apart.
const PALETTE: [RGBColor; 7] = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE, GREY];

/// Curves in one drawing: each colour once as a line and once dashed.
pub const MOST_CURVES: usize = 2 * PALETTE.len();

/// Room for the line below the axis that says what is not drawn.
const NOTE: f64 = 18.0;

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
        fields.push(row.note.clone());
        out += &csv_line(&fields);
    }
    out
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
        if !row.note.is_empty() {
            object.insert("note".into(), row.note.clone().into());
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

/// A curve of the drawing.
struct Curve<'a> {
    rows: Vec<&'a SweepRow>,
    colour: RGBColor,
    dashed: bool,
}

/// The figure as SVG: the formula as lines, simulated networks as circles with bars. None where there are more curves than
/// can be told apart.
pub fn draw(record: &SweepRecord) -> Option<String> {
    let curves = curves(record);
    if curves.len() > MOST_CURVES {
        return None;
    }
    let sheet = Sheet::new(&[String::new()], legend(record, &curves));
    let panel = sheet.panel(0, across(record), upwards(record));
    let title = format!("{}: the formula along {}", record.title, record.along);
    let note = not_drawn(record, &panel);
    let room = if note.is_empty() { 0.0 } else { NOTE };
    Some(draw_figure(sheet.width, sheet.height + room, &title, |canvas| {
        let (most_across, most_up) = sheet.tick_counts();
        panel.frame(canvas, &panel.x.ticks(most_across), &panel.y.ticks(most_up));
        heading(canvas, &panel, record);
        for curve in &curves {
            line(canvas, &panel, curve);
        }
        for curve in &curves {
            circles(canvas, &panel, curve, &record.along);
        }
        let x_label = if record.along == "rho" { "rho = m/d" } else { &record.along };
        let y_label = match record.observable.as_str() {
            "" => "value of the formula".to_string(),
            observable => observable_label(observable),
        };
        sheet.labels(canvas, x_label, &y_label);
        let below = (panel.left, sheet.height + 4.0);
        canvas.text(&note, below, Text::new(SMALL, Anchor::Start).colour(SOFT));
    }))
}

fn curves(record: &SweepRecord) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve> = Vec::new();
    for row in &record.rows {
        let index = curves.len();
        match curves.iter_mut().find(|curve| curve.rows[0].curve == row.curve) {
            Some(curve) => curve.rows.push(row),
            None => curves.push(Curve {
                rows: vec![row],
                colour: PALETTE[index % PALETTE.len()],
                dashed: index >= PALETTE.len(),
            }),
        }
    }
    // A list of values may be in any order; a line goes from left to right.
    curves.iter_mut().for_each(|curve| curve.rows.sort_by(|a, b| a.at.total_cmp(&b.at)));
    curves
}

fn legend(record: &SweepRecord, curves: &[Curve]) -> Vec<(Key, String)> {
    let key = |curve: &Curve| if curve.dashed { Key::Dashed(curve.colour) } else { Key::Line(curve.colour) };
    let name = |curve: &Curve| match &record.by {
        Some(by) => format!("{by} = {}", curve.rows[0].curve),
        None if record.kind == "limit" => "limit".to_string(),
        None => "formula".to_string(),
    };
    let mut entries: Vec<(Key, String)> = curves.iter().map(|curve| (key(curve), name(curve))).collect();
    if let Some(point) = record.rows.iter().find_map(|row| row.simulated.as_ref()) {
        let colour = if curves.len() == 1 { curves[0].colour } else { INK };
        let (dim, trials) = (point.dim, point.trials);
        let text = format!("mean of {trials} networks, d = {dim}, \u{b1} 2 standard errors");
        entries.push((Key::Points(colour), text));
    }
    entries
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

fn heading(canvas: &mut Canvas, panel: &Panel, record: &SweepRecord) {
    let width = panel.right - panel.left;
    let fixed = |(name, value): (&String, &Value)| {
        let said = *name != record.along && Some(name) != record.by.as_ref();
        said.then(|| format!("{name}={}", value_text(value)))
    };
    let fixed = record.rows.iter().take(1).flat_map(|row| row.set.iter().filter_map(fixed)).collect::<Vec<_>>();
    let title = elide(&record.title, characters(width, TITLE));
    canvas.text(&title, (panel.left, panel.top - 25.0), Text::new(TITLE, Anchor::Start).bold());
    let below = elide(&fixed.join(", "), characters(width, SMALL));
    canvas.text(&below, (panel.left, panel.top - 9.0), Text::new(SMALL, Anchor::Start).colour(SOFT));
}

fn line(canvas: &mut Canvas, panel: &Panel, curve: &Curve) {
    let points: Vec<(f64, f64)> =
        curve.rows.iter().map(|row| panel.at((row.at, row.value.unwrap_or(f64::NAN)))).collect();
    if curve.dashed {
        canvas.dashed(&points, curve.colour, 2.0);
    } else {
        canvas.curve(&points, curve.colour, 2.0);
    }
    // A point between two gaps would not show as a line.
    let finite = |k: Option<&(f64, f64)>| k.is_some_and(|(x, y)| x.is_finite() && y.is_finite());
    for (k, point) in points.iter().enumerate().filter(|(_, point)| finite(Some(*point))) {
        let before = k.checked_sub(1).and_then(|before| points.get(before));
        if !finite(before) && !finite(points.get(k + 1)) {
            canvas.line((point.0 - 4.0, point.1), (point.0 + 4.0, point.1), curve.colour, 2.0);
        }
    }
}

fn circles(canvas: &mut Canvas, panel: &Panel, curve: &Curve, along: &str) {
    for (row, point) in curve.rows.iter().filter_map(|row| Some((row, row.simulated.as_ref()?))) {
        let at = |height: f64| panel.at((place(row, point, along), height));
        // On a logarithmic axis a bar that reaches zero ends at the edge.
        let [low, high] = ends(point).map(|end| end.clamp(panel.y.low, panel.y.high));
        canvas.bar_point(at(point.mean), (at(low).1, at(high).1), curve.colour);
    }
}

/// What the drawing lacks, in words; empty if nothing.
fn not_drawn(record: &SweepRecord, panel: &Panel) -> String {
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
    elide(&format!("Not drawn: {}.", parts.join("; ")), characters(panel.right - panel.left, LABEL))
}
