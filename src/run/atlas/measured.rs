//! How the gaps of a cell fall with the size: the power of d that they follow, beside the one that is claimed.

use crate::compare::power::{Power, PowerPoint, power};
use crate::record::{CellRecord, PointRecord, RunRecord, SeriesRecord, SizeRecord};
use serde_json::Value;

/// A gap stands clear of its noise from this many standard errors on; others do not enter the power.
const CLEAR: f64 = 3.0;

/// The run's cell of a claim with these settings, all others at the claim's defaults.
pub fn find<'a>(run: &'a RunRecord, claim: &str, settings: &[(String, String)]) -> Option<&'a CellRecord> {
    let same = |value: &Value, text: &str| match value {
        Value::Number(number) => text.parse().ok() == number.as_f64(),
        Value::String(known) => known == text,
        _ => false,
    };
    run.cells.iter().find(|cell| {
        let given = settings.iter().all(|(name, text)| cell.set.get(name).is_some_and(|value| same(value, text)));
        let others = cell.set.keys().filter(|name| !settings.iter().any(|(given, _)| given == *name));
        cell.claim == claim
            // One that has no value is found too, and shows nothing.
            && (!cell.sizes.is_empty() || cell.has_no_value())
            && given
            && others.into_iter().all(|name| cell.defaults.contains(name))
    })
}

/// The sizes of the gaps as points with the power of d fitted to them, and the claimed order as a line through their middle.
pub fn gap(cell: &CellRecord, label: &str) -> Vec<SeriesRecord> {
    let points: Vec<PointRecord> = cell.sizes.iter().filter_map(point).collect();
    let clear: Vec<&PointRecord> = points.iter().filter(|p| p.y > CLEAR * p.y_error.unwrap_or(0.0)).collect();
    let power = power_of(&clear);
    let claimed = cell.fit.as_ref().map(|fit| fit.rate);
    let said = match (power, claimed) {
        (Some(Power { exponent, error, .. }), Some(rate)) => {
            format!(
                "{label}: slope {exponent:.2} (standard error {error:.2}), claimed -{}",
                (rate * 100.0).round() / 100.0
            )
        }
        _ => label.to_string(),
    };
    let (first, last) = match (points.first(), points.last()) {
        (Some(first), Some(last)) => (first.dim as f64, last.dim as f64),
        _ => return Vec::new(),
    };
    let line = |exponent: f64, middle: (f64, f64)| {
        [first, last].map(|d| (d, middle.1 * (d / middle.0).powf(exponent))).to_vec()
    };
    let record = |label: String, stroke: &str, line, points| SeriesRecord {
        label,
        colour: String::new(),
        shade: 1.0,
        stroke: stroke.into(),
        line,
        points,
        arrows: false,
    };
    let mut out = Vec::new();
    let fitted = power.map_or(Vec::new(), |power| line(power.exponent, power.middle));
    out.push(record(said, "line", fitted, points));
    if let (Some(power), Some(rate)) = (power, claimed) {
        // Its name is part of the other's.
        out.push(record(String::new(), "dashed", line(-rate, power.middle), Vec::new()));
    }
    out
}

fn point(size: &SizeRecord) -> Option<PointRecord> {
    let gap = size.mean? - size.limit?;
    let (dim, width, trials) = (size.dim, size.width, size.trials);
    Some(PointRecord {
        x: dim as f64,
        y: gap.abs(),
        y_error: size.std_error,
        dim,
        width,
        trials,
        ..PointRecord::default()
    })
}

/// The power of d that at least three points follow.
fn power_of(points: &[&PointRecord]) -> Option<Power> {
    let point = |p: &&PointRecord| PowerPoint { x: p.x, y: p.y, error: p.y_error.unwrap_or(0.0) };
    if points.len() < 3 { None } else { power(&points.iter().map(point).collect::<Vec<_>>()) }
}
