//! The pictures of the atlas, and the page that holds them with their captions.

use super::axis::{Axis, LEFT, Panel, heading_style};
use super::figure::Figure;
use super::figure::{
    Anchor, Canvas, FAINT, INK, Key, SMALL, SOFT, Text, draw as draw_figure, legend, legend_height, regime_colour,
    series_colour, shade, text_width,
};
use super::markdown::{command, csv_line, escape, image};
use super::number::exact;
use crate::record::{AxisRecord, PanelRecord, PictureRecord, PointRecord, SeriesRecord};
use plotters::prelude::RGBColor;

/// Room right of a panel without labels.
const RIGHT: f64 = 18.0;
/// Room above a panel for its heading.
const HEAD: f64 = 26.0;
/// Room below a panel for ticks and the axis' name.
const FOOT: f64 = 48.0;
/// Least distance of two labels at the ends of curves.
const LABEL_LINE: f64 = 12.5;
/// Between a panel and its labels: the leader, and a piece of the curve's own stroke.
const LEADER: f64 = 9.0;
const SWATCH: f64 = 15.0;
/// Longest label at the end of a curve, in characters.
const LONGEST: usize = 26;

/// Name of a picture's files.
fn name(picture: &PictureRecord) -> String {
    format!("atlas-{}", picture.id)
}

/// One picture.
pub fn draw(picture: &PictureRecord) -> Figure {
    let columns = picture.columns.max(1);
    let (wide, high) = match columns {
        1 => (560.0, 330.0),
        2 => (300.0, 235.0),
        _ => (205.0, 205.0),
    };
    let right = if picture.at_ends { room_for_labels(picture) } else { RIGHT };
    let step = (LEFT + wide + right, HEAD + high + FOOT);
    let width = step.0 * columns as f64;
    let entries = entries(picture);
    let top = 8.0 + legend_height(&entries, width - LEFT - RIGHT);
    let height = top + step.1 * picture.panels.len().div_ceil(columns) as f64;
    let svg = draw_figure(width, height, &picture.title, |canvas| {
        legend(canvas, &entries, (LEFT, 6.0), width - LEFT - RIGHT);
        for (k, record) in picture.panels.iter().enumerate() {
            let (left, up) = ((k % columns) as f64 * step.0 + LEFT, top + (k / columns) as f64 * step.1 + HEAD);
            let [x, y] = scales(record);
            let panel = Panel { left, right: left + wide, top: up, bottom: up + high, x, y };
            draw_panel(canvas, &panel, record, if columns == 1 { (9, 7) } else { (6, 6) });
            if picture.at_ends {
                name_ends(canvas, &panel, record);
            }
        }
    });
    Figure { name: name(picture), alt: picture.title.clone(), svg, csv: csv(picture) }
}

/// Whether a series is a curve that is named: what has nothing to show is not.
fn is_named(series: &&SeriesRecord) -> bool {
    !series.label.is_empty() && (!series.line.is_empty() || !series.points.is_empty())
}

fn room_for_labels(picture: &PictureRecord) -> f64 {
    let labels = picture.panels.iter().flat_map(|panel| &panel.series).filter(is_named);
    let longest = labels.map(|series| text_width(&short(&series.label), SMALL)).fold(0.0, f64::max);
    LEADER + SWATCH + longest + 10.0
}

fn short(label: &str) -> String {
    super::table::elide(label, LONGEST)
}

/// The legend: what marks mean, and the series themselves where they are not named at their ends.
fn entries(picture: &PictureRecord) -> Vec<(Key, String)> {
    let series = || picture.panels.iter().flat_map(|panel| panel.series.iter().enumerate());
    let mut out: Vec<(Key, String)> = Vec::new();
    if !picture.at_ends {
        for (index, one) in series().filter(|(_, one)| is_named(one)) {
            let colour = colour_of(one, index);
            let key = match one.stroke.as_str() {
                "dashed" => Key::Dashed(colour),
                "dotted" => Key::Dotted(colour),
                "bars" => Key::Bars(light(colour)),
                _ => Key::Line(colour),
            };
            if !out.iter().any(|(_, label)| *label == one.label) {
                out.push((key, one.label.clone()));
            }
        }
    }
    let points = || series().flat_map(|(_, one)| one.points.iter().map(move |point| (one, point)));
    let marked = || points().filter(|(one, _)| one.stroke != "bars").map(|(_, point)| point);
    if marked().next().is_some() {
        let dims = dims(marked());
        let bars = if marked().any(|p| p.y_error.is_some_and(|e| e > 0.0)) { ", \u{b1} 2 standard errors" } else { "" };
        out.push((Key::Points(INK), format!("mean of simulations, {dims}{bars}")));
    }
    let barred = || points().filter(|(one, point)| one.stroke == "bars" && point.y_error.is_some());
    if let Some((one, _)) = barred().next() {
        out.push((Key::Error(shade(colour_of(one, 0), 0.8)), "\u{b1} 2 standard errors".into()));
    }
    out
}

/// `d = 160`, or the range.
fn dims<'a>(points: impl Iterator<Item = &'a PointRecord>) -> String {
    let mut dims: Vec<usize> = points.map(|point| point.dim).collect();
    dims.sort_unstable();
    match (dims.first(), dims.last()) {
        (Some(low), Some(high)) if low != high => format!("d = {low} to {high}"),
        (Some(low), _) => format!("d = {low}"),
        _ => String::new(),
    }
}

fn colour_of(series: &SeriesRecord, index: usize) -> RGBColor {
    match series.colour.as_str() {
        "" => series_colour(index),
        number if number.parse::<usize>().is_ok() => series_colour(number.parse().unwrap_or(index)),
        "reference" => SOFT,
        // A single series of its regime has the plain colour; several go from light to dark.
        regime if series.shade < 1.0 => shade(regime_colour(regime), (series.shade - 0.35) / 1.3),
        regime => regime_colour(regime),
    }
}

fn light(colour: RGBColor) -> RGBColor {
    shade(colour, 0.0)
}

/// Lower and upper end of a point's bar; on a logarithmic axis it stays above 0.
fn bar(point: &PointRecord) -> [f64; 2] {
    let error = point.y_error.unwrap_or(0.0);
    [point.y - 2.0 * error, point.y + 2.0 * error]
}

fn scales(panel: &PanelRecord) -> [Axis; 2] {
    let all = |pick: &dyn Fn((f64, f64)) -> f64| -> Vec<f64> {
        panel.series.iter().flat_map(|series| series.line.iter().map(|p| pick(*p)).collect::<Vec<_>>()).collect()
    };
    let points = || panel.series.iter().flat_map(|series| &series.points);
    let (mut xs, mut ys) = (all(&|p| p.0), all(&|p| p.1));
    xs.extend(points().map(|p| p.x));
    if panel.vertical.logarithmic {
        // A bar that reaches down to 0 must not stretch the axis.
        ys.extend(points().flat_map(|p| [p.y, bar(p)[1], bar(p)[0].max(0.3 * p.y)]));
    } else {
        ys.extend(points().flat_map(bar));
    }
    let axis = |record: &AxisRecord, values: Vec<f64>, margin| match record.logarithmic {
        true => Axis::logarithmic(values.into_iter()),
        false => Axis::over(values.into_iter(), margin).reach_zero(),
    };
    [axis(&panel.horizontal, xs, 0.02), axis(&panel.vertical, ys, 0.05)]
}

fn draw_panel(canvas: &mut Canvas, panel: &Panel, record: &PanelRecord, (across, up): (usize, usize)) {
    let inside = |(x, y): (f64, f64)| (x, y.clamp(panel.top - 3.0, panel.bottom));
    let series = || record.series.iter().enumerate();
    for (index, one) in series().filter(|(_, one)| one.stroke == "bars") {
        draw_bars(canvas, panel, &one.points, colour_of(one, index));
    }
    panel.frame(canvas, &panel.x.ticks(across), &panel.y.ticks(up));
    if !record.heading.is_empty() {
        panel.heading(canvas, &record.heading, heading_style());
    }
    panel.axis_labels(canvas, &record.horizontal.label, &record.vertical.label);
    for (index, one) in series() {
        let colour = colour_of(one, index);
        let line: Vec<(f64, f64)> = one.line.iter().map(|p| panel.at(*p)).collect();
        let thin = one.colour == "reference";
        match one.stroke.as_str() {
            "dashed" => canvas.dashed(&line, colour, if thin { 1.1 } else { 1.9 }),
            "dotted" => canvas.dotted(&line, colour, if thin { 1.2 } else { 2.0 }),
            "reference" => canvas.curve(&line, colour, 1.1),
            "marks" => {
                canvas.curve(&line, shade(colour, 0.15), 0.8);
                line.iter().for_each(|at| canvas.disc(*at, 2.3, colour));
            }
            _ => canvas.curve(&line, colour, 2.0),
        }
        // A curve that stays at one place is a point.
        let extent = |pick: fn(&(f64, f64)) -> f64| {
            let values = || line.iter().map(pick).filter(|v| v.is_finite());
            values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
        };
        if line.len() > 1 && extent(|p| p.0) < 1.0 && extent(|p| p.1) < 1.0 {
            canvas.disc(line[0], 4.0, colour);
        }
    }
    for (index, one) in series().filter(|(_, one)| one.stroke != "bars") {
        let colour = colour_of(one, index);
        for point in &one.points {
            let at = panel.at((point.x, point.y));
            if let Some(error) = point.x_error {
                let ends = [-2.0, 2.0].map(|k| panel.at((point.x + k * error, point.y)));
                canvas.line(ends[0], ends[1], colour, 1.2);
            }
            let [low, high] = bar(point).map(|y| inside(panel.at((point.x, y))).1);
            let low = if low.is_finite() { low } else { panel.bottom };
            canvas.bar_point(at, (low, high), colour);
        }
    }
}

/// Bars around the points, as wide as these are apart, each with its error.
fn draw_bars(canvas: &mut Canvas, panel: &Panel, points: &[PointRecord], colour: RGBColor) {
    let apart = points.windows(2).map(|pair| pair[1].x - pair[0].x).fold(f64::INFINITY, f64::min);
    for point in points.iter().filter(|point| point.y > 0.0 && apart.is_finite()) {
        let (from, to) = (panel.at((point.x - 0.46 * apart, 0.0)), panel.at((point.x + 0.46 * apart, point.y)));
        canvas.rectangle((from.0, from.1.min(panel.bottom)), to, light(colour));
    }
    for point in points.iter().filter(|point| point.y_error.is_some()) {
        let [low, high] = bar(point).map(|y| panel.at((point.x, y.max(0.0))));
        canvas.line(low, high, shade(colour, 0.8), 1.3);
    }
}

/// The name of every series right of the panel, near the end of its curve, with a leader.
fn name_ends(canvas: &mut Canvas, panel: &Panel, record: &PanelRecord) {
    let end = |(index, series): (usize, &SeriesRecord)| {
        let last = series.line.iter().rev().find(|p| p.0.is_finite() && p.1.is_finite()).copied();
        let last = last.or_else(|| series.points.last().map(|p| (p.x, p.y)))?;
        Some((panel.at(last), index))
    };
    let named = record.series.iter().enumerate().filter(|(_, series)| is_named(series));
    let mut ends: Vec<((f64, f64), usize)> = named.filter_map(end).collect();
    ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1).then(a.1.cmp(&b.1)));
    let wanted: Vec<f64> = ends.iter().map(|(at, _)| at.1).collect();
    let places = spread(&wanted, LABEL_LINE, (panel.top, panel.bottom + 6.0));
    for ((from, index), to) in ends.into_iter().zip(places) {
        let series = &record.series[index];
        let colour = colour_of(series, index);
        let start = panel.right + LEADER;
        canvas.line((from.0 + 1.5, from.1), (start - 1.0, to), FAINT, 0.7);
        let swatch = [(start, to), (start + SWATCH - 3.0, to)];
        match series.stroke.as_str() {
            "dashed" => canvas.dashed(&swatch, colour, 2.0),
            "dotted" => canvas.dotted(&swatch, colour, 2.2),
            "reference" => canvas.curve(&swatch, colour, 1.1),
            _ => canvas.curve(&swatch, colour, 2.2),
        }
        canvas.text(&short(&series.label), (start + SWATCH, to), Text::new(SMALL, Anchor::Start));
    }
}

/// Places as near to the wanted ones (in increasing order) as a least distance and two ends allow.
fn spread(wanted: &[f64], apart: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::new();
    for want in wanted {
        let least = places.last().map_or(low, |last| last + apart);
        places.push(want.max(least));
    }
    let mut most = high;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - apart;
    }
    places
}

fn csv(picture: &PictureRecord) -> String {
    let mut out = String::from("panel,series,what,x,x_standard_error,y,y_standard_error,d,m,trials\n");
    for (k, panel) in picture.panels.iter().enumerate() {
        let heading = if panel.heading.is_empty() { panel.vertical.label.clone() } else { panel.heading.clone() };
        for series in &panel.series {
            let lead = |what: &str| [format!("{}: {heading}", k + 1), series.label.clone(), what.to_string()];
            for (x, y) in series.line.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
                let numbers = [exact(Some(*x)), String::new(), exact(Some(*y))];
                out += &csv_line(&[&lead("curve")[..], &numbers, &vec![String::new(); 4]].concat());
            }
            for point in &series.points {
                let numbers = [Some(point.x), point.x_error, Some(point.y), point.y_error].map(exact);
                let counts = [point.dim.to_string(), point.width.to_string(), point.trials.to_string()];
                out += &csv_line(&[&lead("simulation")[..], &numbers, &counts].concat());
            }
        }
    }
    out
}

/// A picture with its caption, numbers and command.
pub fn section(picture: &PictureRecord, level: &str) -> String {
    let file = name(picture);
    let mut out = format!("{level} {}\n\n", escape(&picture.title));
    out += &image(&picture.title, &format!("figures/{file}.svg"));
    out += &format!("\n{}\n\nNumbers: [`{file}.csv`](figures/{file}.csv). ", caption(picture));
    if picture.claims.is_empty() {
        return out + "Drawn with every report of the whole catalogue.\n";
    }
    let claims: Vec<String> = picture.claims.iter().map(|id| format!("[{id}](claims/{id}.md)")).collect();
    out += &format!("Claims: {}. To draw it by itself:\n\n", claims.join(", "));
    out + &command(&picture.command)
}

/// What there is to see, and what the points are.
fn caption(picture: &PictureRecord) -> String {
    let mut text = escape(&picture.caption);
    let points = || picture.panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let trials: Vec<u64> = points().map(|point| point.trials).filter(|n| *n > 1).collect();
    if let (Some(least), Some(most)) = (trials.iter().min(), trials.iter().max()) {
        let count = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        text += &format!(" Simulated means: {}, {count} networks each.", dims(points()));
    }
    text
}

/// `atlas.md`: all pictures.
pub fn page(pictures: &[PictureRecord]) -> String {
    let mut out = String::from(
        "# Atlas\n\nThe theory in pictures. Curves are limits, evaluated from the claim files; marks are finite networks.\n",
    );
    for picture in pictures {
        out += &format!("\n{}", section(picture, "##"));
    }
    out + "\n[All claims](README.md)\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_apart_and_stay_within_their_ends() {
        assert_eq!(spread(&[10.0, 50.0], 12.0, (0.0, 100.0)), [10.0, 50.0]);
        assert_eq!(spread(&[10.0, 11.0, 12.0], 12.0, (0.0, 100.0)), [10.0, 22.0, 34.0]);
        assert_eq!(spread(&[95.0, 99.0], 12.0, (0.0, 100.0)), [88.0, 100.0]);
    }
}
