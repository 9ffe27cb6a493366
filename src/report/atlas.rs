//! The pictures of the atlas as charts, and the page that holds them with their captions.

use super::canvas::{Figure, Stroke};
use super::chart::{Axis, Chart, Key, Mark, Panel, Scale, Series, Shape};
use super::colour::{Colour, Hue};
use super::markdown::{command, csv_line, details, escape, picture as image};
use super::number::exact;
use crate::record::{AxisRecord, PanelRecord, PictureRecord, PointRecord, SeriesRecord};

/// Name of a picture's files.
fn name(picture: &PictureRecord) -> String {
    format!("atlas-{}", picture.id)
}

/// One picture.
pub fn draw(picture: &PictureRecord) -> Figure {
    Chart {
        name: name(picture),
        title: picture.title.clone(),
        columns: picture.columns.max(1),
        panels: picture.panels.iter().map(panel).collect(),
        key: key(picture),
        note: String::new(),
        csv: csv(picture),
    }
    .draw()
}

fn panel(record: &PanelRecord) -> Panel {
    let [x, y] = axes(record);
    let scale = |record: &AxisRecord, axis: Axis| Scale {
        label: record.label.clone(),
        axis,
        ticks: (!record.ticks.is_empty()).then(|| record.ticks.clone()),
    };
    let mut notes = Vec::new();
    let mut series = Vec::new();
    for one in &record.series {
        match (one.stroke.as_str(), one.line.first()) {
            // A mass at a point has no density: it is a line to the top of the panel.
            ("atom", Some((at, _))) => {
                let line = vec![(*at, y.low), (*at, y.high)];
                series.push(Series { width: 3.5, line, ..Series::new(&one.label, colour(one)) });
            }
            // A place where nothing is.
            ("note", Some(at)) => notes.push((*at, one.label.clone())),
            _ => series.extend(drawn(one)),
        }
    }
    Panel {
        heading: record.heading.clone(),
        alarm: false,
        x: scale(&record.horizontal, x),
        y: scale(&record.vertical, y),
        bands: Vec::new(),
        series,
        notes,
    }
}

/// A series with its simulations, and the values that were extrapolated from these.
fn drawn(record: &SeriesRecord) -> Vec<Series> {
    let colour = colour(record);
    let mut series = Series { line: record.line.clone(), arrows: record.arrows, ..Series::new(&record.label, colour) };
    match record.stroke.as_str() {
        "bars" => return bars(record, colour),
        "dashed" => series.stroke = Stroke::Dashed,
        "dotted" => series.stroke = Stroke::Dotted,
        "marks" => {
            series.width = 0.8;
            series.marks.extend(record.line.iter().map(|(x, y)| Mark::new(Shape::Dot, *x, *y, None)));
        }
        _ => {}
    }
    if record.colour == "reference" {
        series.width = 1.2;
    }
    for point in &record.points {
        let mut mark = Mark::new(Shape::Ring, point.x, point.y, point.y_error.map(|error| bar(point.y, error)));
        mark.across = point.x_error.map(|error| bar(point.x, error));
        mark.label = point.label.clone();
        series.marks.push(mark);
    }
    for point in &record.points {
        let Some([value, low, high]) = point.y_limit else { continue };
        let [x, left, right] = point.x_limit.unwrap_or([point.at.unwrap_or(point.x); 3]);
        let mut mark = Mark::new(Shape::Diamond, x, value, Some([low, high]));
        mark.across = point.x_limit.map(|_| [left, right]);
        series.marks.push(mark);
    }
    vec![series]
}

fn bar(value: f64, error: f64) -> [f64; 2] {
    [value - 2.0 * error, value + 2.0 * error]
}

/// Bars around the points, as wide as these are apart, each with its error.
fn bars(record: &SeriesRecord, colour: Colour) -> Vec<Series> {
    let points = &record.points;
    let apart = points.windows(2).map(|pair| pair[1].x - pair[0].x).fold(f64::INFINITY, f64::min);
    let light = match colour {
        Colour::Hue(hue, _) => Colour::Hue(hue, 0.1),
        other => other,
    };
    let line = points.iter().filter(|_| apart.is_finite()).map(|point| (point.x, point.y)).collect();
    let error = |point: &PointRecord| {
        Some(Mark::new(Shape::Bar, point.x, point.y.max(0.0), Some(bar(point.y, point.y_error?))))
    };
    let marks = points.iter().filter(|point| point.y > 0.0).filter_map(error).collect();
    let errors = Series { marks, ..Series::new("", colour) };
    vec![Series { line, bars: Some(apart), ..Series::new(&record.label, light) }, errors]
}

fn colour(series: &SeriesRecord) -> Colour {
    match series.colour.as_str() {
        "reference" => Colour::Soft,
        regime => Colour::shaded(Hue::of_regime(regime), series.shade),
    }
}

/// What the marks mean.
fn key(picture: &PictureRecord) -> Vec<(Key, String)> {
    let series = || picture.panels.iter().flat_map(|panel| &panel.series);
    let points = |bars: bool| series().filter(move |one| (one.stroke == "bars") == bars).flat_map(|one| &one.points);
    let mut out = Vec::new();
    if points(false).next().is_some() {
        let error =
            if points(false).any(|p| p.y_error.is_some_and(|e| e > 0.0)) { ", \u{b1} 2 standard errors" } else { "" };
        out.push((Key::Mark(Shape::Ring, Colour::Ink), format!("mean of networks, {}{error}", dims(points(false)))));
    }
    if points(false).any(|point| point.y_limit.is_some()) {
        let text = "extrapolated to infinite d, with its confidence interval";
        out.push((Key::Mark(Shape::Diamond, Colour::Ink), text.into()));
    }
    if points(true).any(|point| point.y_error.is_some()) {
        out.push((Key::Mark(Shape::Bar, Colour::Ink), "\u{b1} 2 standard errors".into()));
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

fn axes(panel: &PanelRecord) -> [Axis; 2] {
    let lines = || panel.series.iter().filter(|one| one.stroke != "atom").flat_map(|one| &one.line);
    let points = || panel.series.iter().flat_map(|one| &one.points);
    let limits = |pick: fn(&PointRecord) -> Option<[f64; 3]>| points().filter_map(pick).flatten();
    let xs = lines().map(|p| p.0).chain(points().map(|p| p.x)).chain(limits(|p| p.x_limit));
    let ys = lines().map(|p| p.1).chain(limits(|p| p.y_limit)).chain(points().flat_map(|p| {
        let ends = bar(p.y, p.y_error.unwrap_or(0.0));
        // A bar that reaches down to 0 must not stretch a logarithmic axis.
        [p.y, ends[1], if panel.vertical.logarithmic { ends[0].max(0.3 * p.y) } else { ends[0] }]
    }));
    let axis = |record: &AxisRecord, values: Vec<f64>, margin| match record.logarithmic {
        true => Axis::logarithmic(values.into_iter()),
        false => Axis::over(values.into_iter().chain(record.zero.then_some(0.0)), margin).reach_zero(),
    };
    let mut x = axis(&panel.horizontal, xs.collect(), 0.02);
    if panel.series.iter().any(|one| one.stroke == "atom") {
        x.low = x.low.min(-0.03 * (x.high - x.low));
    }
    [x, axis(&panel.vertical, ys.collect(), 0.05)]
}

fn csv(picture: &PictureRecord) -> String {
    let mut out = String::from(
        "panel,series,what,x,x_standard_error,y,y_standard_error,d,m,trials,extrapolated,extrapolated_low,extrapolated_high\n",
    );
    for (k, panel) in picture.panels.iter().enumerate() {
        let heading = if panel.heading.is_empty() { panel.vertical.label.clone() } else { panel.heading.clone() };
        for series in &panel.series {
            let lead = |what: &str| [format!("{}: {heading}", k + 1), series.label.clone(), what.to_string()];
            for (x, y) in series.line.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
                let numbers = [exact(Some(*x)), String::new(), exact(Some(*y))];
                out += &csv_line(&[&lead("curve")[..], &numbers, &vec![String::new(); 7]].concat());
            }
            for point in &series.points {
                let numbers = [Some(point.x), point.x_error, Some(point.y), point.y_error].map(exact);
                let counts = [point.dim.to_string(), point.width.to_string(), point.trials.to_string()];
                let limit = point.y_limit.map_or([None; 3], |ends| ends.map(Some)).map(exact);
                out += &csv_line(&[&lead("simulation")[..], &numbers, &counts, &limit].concat());
            }
        }
    }
    out
}

/// A picture with its caption, numbers and command.
pub fn section(picture: &PictureRecord, level: &str) -> String {
    let file = name(picture);
    let mut out = format!("{level} {}\n\n", escape(&picture.title));
    out += &image(&picture.title, &format!("figures/{file}"));
    out += &format!("\n{}\n\n", caption(picture));
    let mut more = format!("Numbers: [`{file}.csv`](figures/{file}.csv).\n");
    if !picture.claims.is_empty() {
        let claims: Vec<String> = picture.claims.iter().map(|id| format!("[{id}](claims/{id}.md)")).collect();
        more += &format!("\nClaims: {}.\n\nTo draw it by itself:\n\n{}", claims.join(", "), command(&picture.command));
    }
    out + &details("Numbers, claims, command", &more)
}

/// What there is to see, and what the points are.
fn caption(picture: &PictureRecord) -> String {
    let mut text = escape(&picture.caption);
    let points = || picture.panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let trials: Vec<u64> = points().map(|point| point.trials).filter(|n| *n > 1).collect();
    if let (Some(least), Some(most)) = (trials.iter().min(), trials.iter().max()) {
        let count = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        text += &format!("\n\nRings are means over {count} networks each, at {}.", dims(points()));
    }
    if points().any(|point| point.y_limit.is_some()) {
        text += " Networks of finite size lie off the limit, by a distance that falls like 1/d (or as the claim says). \
                 Diamonds are what is left when five sizes are extrapolated to infinite d, with the interval that the verdict rests on.";
    } else if trials.len() > 1
        && picture.panels.iter().any(|panel| {
            panel.series.iter().any(|one| !one.line.is_empty() && one.stroke != "bars" && !one.points.is_empty())
        })
    {
        text += " They lie off the limit, by a distance that falls like 1/d.";
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
    out
}
