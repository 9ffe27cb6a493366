//! The limit along rho, time or another parameter, with simulations as points: a panel per curve, the other curves faint behind it.

use super::axis::{Axis, PANELS, Sheet, heading_style};
use super::figure::Figure;
use super::figure::{Canvas, FAINT, Key, draw as draw_figure, regime_colour};
use super::markdown::csv_line;
use super::number::exact;
use crate::record::{ClaimRecord, CurveRecord};

/// How the y axis names an observable.
pub fn observable_label(observable: &str) -> String {
    match observable {
        "robustness" => "R = E|\u{2207}f|\u{b2} / E|\u{2207}f*|\u{b2}".into(),
        "test error" | "test-error" => "test error \u{3b5}".into(),
        other => other.into(),
    }
}

/// `d = 400`, or a range, or nothing where no curve has points.
fn dims(curves: &[CurveRecord]) -> String {
    let mut dims: Vec<usize> = curves.iter().filter(|c| !c.points.is_empty()).map(|c| c.points_dim).collect();
    dims.sort_unstable();
    match (dims.first(), dims.last()) {
        (Some(low), Some(high)) if low == high => format!("d = {low}"),
        (Some(low), Some(high)) => format!("d = {low} to {high}"),
        _ => String::new(),
    }
}

/// The figures of a claim's curves; none where it has none.
pub fn draw(claim: &ClaimRecord) -> Vec<Figure> {
    claim.curves.chunks(PANELS).enumerate().map(|(k, curves)| sheet(claim, curves, k)).collect()
}

fn sheet(claim: &ClaimRecord, curves: &[CurveRecord], index: usize) -> Figure {
    let colour = regime_colour(&claim.id);
    let mut legend = vec![(Key::Line(colour), "limit".to_string())];
    if curves.iter().any(|curve| !curve.points.is_empty()) {
        legend.push((Key::Points(colour), format!("simulation, {}, \u{b1} 2 standard errors", dims(curves))));
    }
    if curves.len() > 1 {
        legend.push((Key::Line(FAINT), "limit in the other panels".into()));
    }
    let headings: Vec<String> = curves.iter().map(|curve| curve.label.clone()).collect();
    let sheet = Sheet::new(&headings, legend);
    let x = across(&claim.curve_axis, curves);
    let y = Axis::over(curves.iter().flat_map(heights), 0.06).reach_zero();
    let (across, up) = sheet.tick_counts();
    let title = format!("{}: limit and simulations along {}", claim.title, claim.curve_axis);
    let svg = draw_figure(sheet.width, sheet.height, &title, |canvas| {
        for (k, curve) in curves.iter().enumerate() {
            let panel = sheet.panel(k, x, y);
            panel.frame(canvas, &x.ticks(across), &y.ticks(up));
            panel.heading(canvas, &curve.label, heading_style());
            let line = |canvas: &mut Canvas, curve: &CurveRecord, colour, width| {
                let points: Vec<_> = curve.limit.iter().filter(|p| x.covers(p.0)).map(|p| panel.at(*p)).collect();
                match points[..] {
                    // A curve of one point would not show as a line.
                    [(px, py)] => canvas.line((px - 5.0, py), (px + 5.0, py), colour, width),
                    _ => canvas.curve(&points, colour, width),
                }
            };
            for other in curves.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, other)| other) {
                line(canvas, other, FAINT, 1.0);
            }
            line(canvas, curve, colour, 2.0);
            for (rho, mean, error) in &curve.points {
                // A start, at time 0, stands at the left edge of a logarithmic axis.
                let at = |y: f64| panel.at((if x.covers(*rho) { *rho } else { x.low }, y));
                canvas.bar_point(at(*mean), (at(mean - 2.0 * error).1, at(mean + 2.0 * error).1), colour);
            }
        }
        let start = x.logarithmic && curves.iter().any(|curve| curve.points.iter().any(|point| point.0 == 0.0));
        let label = format!("{}{}", claim.curve_axis, if start { " (0 at the left edge)" } else { "" });
        sheet.labels(canvas, &label, &observable_label(&claim.observable));
    });
    let suffix = if index == 0 { String::new() } else { format!("-{}", index + 1) };
    Figure { name: format!("{}-limit{suffix}", claim.id), alt: title, svg, csv: csv(&claim.curve_axis, curves) }
}

/// Along time most happens early: logarithmic, from a ten-thousandth of the largest time on.
fn across(name: &str, curves: &[CurveRecord]) -> Axis {
    let values = || curves.iter().flat_map(rhos);
    let largest = values().filter(|x| x.is_finite()).fold(0.0, f64::max);
    if name == "time" && largest > 0.0 {
        return Axis::logarithmic(values().filter(|x| *x >= 1e-4 * largest));
    }
    let x = Axis::over_sizes(values(), 200.0);
    if x.logarithmic { x } else { x.reach_zero() }
}

fn rhos(curve: &CurveRecord) -> impl Iterator<Item = f64> + Clone + '_ {
    curve.limit.iter().map(|(rho, _)| *rho).chain(curve.points.iter().map(|(rho, _, _)| *rho))
}

fn heights(curve: &CurveRecord) -> impl Iterator<Item = f64> + '_ {
    let bars = curve.points.iter().flat_map(|(_, mean, error)| [mean - 2.0 * error, mean + 2.0 * error]);
    curve.limit.iter().map(|(_, limit)| *limit).chain(bars)
}

fn csv(axis: &str, curves: &[CurveRecord]) -> String {
    let mut out = format!("curve,what,{},value,standard_error,d\n", axis.replace('/', "_over_"));
    for curve in curves {
        for (rho, limit) in &curve.limit {
            let fields = ["limit".into(), exact(Some(*rho)), exact(Some(*limit)), String::new(), String::new()];
            out += &csv_line(&[&[curve.label.clone()][..], &fields].concat());
        }
        for (rho, mean, error) in &curve.points {
            let numbers = [*rho, *mean, *error].map(|x| exact(Some(x)));
            let label = [curve.label.clone(), "simulation".into()];
            out += &csv_line(&[&label[..], &numbers, &[curve.points_dim.to_string()]].concat());
        }
    }
    out
}
