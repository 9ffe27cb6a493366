//! The gap (simulation minus limit) of each cell against the size, with the fit that extrapolates it: a panel per cell.

use super::axis::{Axis, PANELS, Panel, Sheet, heading_style};
use super::cells::{Standing, full_point, point, standing, varying, verdict_text};
use super::figure::Figure;
use super::figure::{
    ALARM, BAND, Canvas, INK, Key, SMALL, SOFT, diamond, draw as draw_figure, regime_colour, text_width,
};
use super::markdown::csv_line;
use super::number::exact;
use crate::record::{CellRecord, ClaimRecord, SizeRecord};

/// Points of a drawn fit.
const FIT_POINTS: usize = 60;

/// The figures of a claim's gaps; none where no cell has a gap at any size.
pub fn draw(claim: &ClaimRecord, cells: &[&CellRecord]) -> Vec<Figure> {
    // A rate's shape is known up to a constant only, and a bound is about the nearest network, not the mean.
    if matches!(claim.kind.as_str(), "rate" | "bound") {
        return Vec::new();
    }
    let names = varying(cells);
    let with_gaps: Vec<&CellRecord> = cells.iter().copied().filter(|cell| !gaps(cell).is_empty()).collect();
    with_gaps.chunks(PANELS).enumerate().map(|(k, cells)| sheet(claim, cells, &names, k)).collect()
}

/// What grows along a cell's ladder: the first size, such as the dimension, or else the first that does not stay the same.
fn size_name(cell: &CellRecord) -> &str {
    let Some(first) = cell.sizes.first() else { return "d" };
    let stays = |name: &str| cell.sizes.iter().all(|size| size_of(size, name) == size_of(first, name));
    let names = first.names();
    names.iter().copied().find(|name| !stays(name)).unwrap_or(names[0])
}

fn size_of(size: &SizeRecord, name: &str) -> usize {
    let named = size.names().into_iter().zip(size.values());
    named.into_iter().find(|(known, _)| *known == name).map_or(size.dim, |(_, size)| size)
}

/// (size, gap, standard error) where both sides are finite, from the smallest size.
fn gaps(cell: &CellRecord) -> Vec<(f64, f64, f64)> {
    let name = size_name(cell);
    let mut out: Vec<(f64, f64, f64)> = cell
        .sizes
        .iter()
        .filter_map(|size| {
            let gap = size.mean? - size.limit?;
            let at = size_of(size, name);
            (gap.is_finite() && at > 0).then(|| (at as f64, gap, size.std_error.unwrap_or(0.0)))
        })
        .collect();
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out
}

fn rate(cell: &CellRecord) -> f64 {
    cell.fit.as_ref().map(|fit| fit.rate).filter(|rate| *rate > 0.0 && rate.is_finite()).unwrap_or(1.0)
}

/// Of a formula for every size, which is not extrapolated: the size whose gap is the cell's, at which its verdict was decided.
fn deciding<'a>(claim: &ClaimRecord, cell: &'a CellRecord) -> Option<&'a SizeRecord> {
    let gap = cell.gap.filter(|_| claim.kind == "moment")?;
    let away = |size: &&SizeRecord| {
        size.mean.zip(size.limit).map_or(f64::INFINITY, |(mean, limit)| (mean - limit - gap).abs())
    };
    cell.sizes.iter().min_by(|a, b| away(a).total_cmp(&away(b)))
}

fn sheet(claim: &ClaimRecord, cells: &[&CellRecord], names: &[&str], index: usize) -> Figure {
    let each = claim.kind == "moment";
    let colour = regime_colour(&claim.id);
    let name = size_name(cells[0]);
    let rates: Vec<f64> = cells.iter().map(|cell| rate(cell)).collect();
    let one_rate = rates.iter().all(|r| *r == rates[0]);
    let mut legend = vec![(Key::Points(colour), "mean gap at a size, \u{b1} 2 standard errors".to_string())];
    if cells.iter().any(|cell| cell.fit.is_some()) {
        legend.push((
            Key::Line(colour),
            match rates[0] {
                1.0 if one_rate => format!("fit L + b/{name} + c/{name}\u{b2}"),
                0.5 if one_rate => format!("fit L + b/\u{221a}{name} + c/{name}"),
                _ => format!("fit L + b {name}^\u{2212}r + c {name}^\u{2212}2r"),
            },
        ));
    }
    if cells.iter().any(|cell| cell.gap.is_some()) {
        let size = if each { "the size that decides" } else { "infinite size" };
        legend.push((Key::Diamond(INK), format!("gap at {size}, with its confidence interval")));
    }
    if cells.iter().any(|cell| cell.margin.is_some_and(|margin| margin > 0.0)) {
        legend.push((Key::Band, if each { "within the margin of that size" } else { "within the margin" }.into()));
    }
    let headings: Vec<String> = cells.iter().map(|cell| heading(cell, names)).collect();
    let sheet = Sheet::new(&headings, legend);
    let title = format!("{}: gap (simulation minus limit) against the size", claim.title);
    let spacing = match rates[0] {
        _ if each => format!("{name}, logarithmic"),
        _ if !one_rate => format!("{name}, spaced by the fit's power of {name}"),
        1.0 => format!("{name}, spaced as 1/{name}"),
        0.5 => format!("{name}, spaced as 1/\u{221a}{name}"),
        r => format!("{name}, spaced as {name}^\u{2212}{r}"),
    };
    let svg = draw_figure(sheet.width, sheet.height, &title, |canvas| {
        for (k, cell) in cells.iter().enumerate() {
            panel(canvas, &sheet, k, (claim, cell), &headings[k], colour);
        }
        sheet.labels(canvas, &spacing, "gap (simulation \u{2212} limit)");
    });
    let suffix = if index == 0 { String::new() } else { format!("-{}", index + 1) };
    Figure { name: format!("{}-gap{suffix}", claim.id), alt: title, svg, csv: csv(claim, cells) }
}

/// Where a cell stands among the claim's, and its verdict.
fn heading(cell: &CellRecord, names: &[&str]) -> String {
    let at = point(cell, names);
    let separator = if at.is_empty() { "" } else { ": " };
    format!("{at}{separator}{}", verdict_text(cell))
}

fn panel(
    canvas: &mut Canvas,
    sheet: &Sheet,
    k: usize,
    (claim, cell): (&ClaimRecord, &CellRecord),
    heading: &str,
    colour: plotters::prelude::RGBColor,
) {
    let (rows, r) = (gaps(cell), rate(cell));
    let decides = deciding(claim, cell).map(|size| size_of(size, size_name(cell)) as f64);
    let abscissa = |size: f64| if decides.is_some() { size.ln() } else { size.powf(-r) };
    let widest = rows.iter().map(|row| abscissa(row.0)).fold(0.0, f64::max);
    // Infinite size is at 0; a little room to its left for the estimate there.
    let x = match decides {
        Some(_) => Axis::over(rows.iter().map(|row| abscissa(row.0)), 0.08),
        None => Axis { low: -0.06 * widest, high: 1.06 * widest, logarithmic: false },
    };
    let estimate = decides.map_or(0.0, abscissa);
    let fit: Vec<(f64, f64)> = cell
        .fit
        .iter()
        .flat_map(|fit| {
            (0..=FIT_POINTS).map(|i| {
                let x = widest * i as f64 / FIT_POINTS as f64;
                (x, fit.limit + fit.first * x + fit.second * x * x)
            })
        })
        .collect();
    let margin = cell.margin.unwrap_or(0.0);
    let heights = rows.iter().flat_map(|(_, gap, error)| [gap - 2.0 * error, gap + 2.0 * error]);
    let heights = heights.chain(cell.interval.into_iter().flatten()).chain(cell.gap).chain([-margin, margin]);
    let y = Axis::over(heights.chain(fit.iter().map(|point| point.1)), 0.07);
    let panel = sheet.panel(k, x, y);
    if margin > 0.0 {
        // Other sizes have margins of their own.
        let room = 0.05 * (x.high - x.low);
        let (from, to) = if decides.is_some() { (estimate - room, estimate + room) } else { (x.low, x.high) };
        canvas.rectangle(panel.at((from, -margin)), panel.at((to, margin)), BAND);
    }
    let ticks = match decides {
        Some(_) => rows.iter().map(|row| (abscissa(row.0), row.0.to_string())).collect(),
        None => size_ticks(&panel, &rows, &abscissa),
    };
    panel.frame(canvas, &ticks, &y.ticks(sheet.tick_counts().1));
    canvas.line(panel.at((x.low, 0.0)), panel.at((x.high, 0.0)), SOFT, 0.7);
    let style = if standing(cell) == Standing::Contrary { heading_style().colour(ALARM) } else { heading_style() };
    panel.heading(canvas, heading, style);
    let fit: Vec<_> = fit.into_iter().map(|point| panel.at(point)).collect();
    canvas.curve(&fit, colour, 1.8);
    for (size, gap, error) in rows {
        let at = |gap: f64| panel.at((abscissa(size), gap));
        canvas.bar_point(at(gap), (at(gap - 2.0 * error).1, at(gap + 2.0 * error).1), colour);
    }
    if let Some(gap) = cell.gap {
        let [low, high] = cell.interval.unwrap_or([gap, gap]);
        let height = |value: f64| panel.at((estimate, value)).1;
        diamond(canvas, panel.at((estimate, gap)), (height(low), height(high)), INK);
    }
}

/// The sizes of the ladder as labels that stand clear of each other, and infinity at 0.
fn size_ticks(panel: &Panel, rows: &[(f64, f64, f64)], abscissa: &dyn Fn(f64) -> f64) -> Vec<(f64, String)> {
    let mut ticks = vec![(0.0, "\u{221e}".to_string())];
    let place = |x: f64| panel.at((x, 0.0)).0;
    // The smallest sizes have most room; those that crowd near infinity go without a label.
    let (left_edge, mut right_edge) = (place(0.0) + 9.0, f64::INFINITY);
    for (size, _, _) in rows {
        let text = format!("{size}");
        let half = text_width(&text, SMALL) / 2.0;
        let x = place(abscissa(*size));
        if x + half + 5.0 <= right_edge && x - half >= left_edge {
            ticks.push((abscissa(*size), text));
            right_edge = x - half;
        }
    }
    ticks
}

fn csv(claim: &ClaimRecord, cells: &[&CellRecord]) -> String {
    let mut out = String::from("cell,verdict,d,m,trials,gap,standard_error,interval_low,interval_high,margin\n");
    for cell in cells {
        let lead = [full_point(cell), cell.verdict.to_string()];
        for size in &cell.sizes {
            let gap = size.mean.zip(size.limit).map(|(mean, limit)| mean - limit);
            let counts = [size.dim.to_string(), size.width.to_string(), size.trials.to_string()];
            let numbers = [exact(gap), exact(size.std_error), String::new(), String::new(), String::new()];
            out += &csv_line(&[&lead[..], &counts, &numbers].concat());
        }
        let [low, high] = cell.interval.map_or([None, None], |ends| ends.map(Some));
        let numbers = [exact(cell.gap), String::new(), exact(low), exact(high), exact(cell.margin)];
        let place = deciding(claim, cell).map(|size| [size.dim.to_string(), size.width.to_string()]);
        let place = place.unwrap_or_else(|| ["inf".into(), "inf".into()]);
        out += &csv_line(&[&lead[..], &place, &[cell.replicates.to_string()], &numbers].concat());
    }
    out
}

/// The fit of a cell in words and LaTeX-free text, for its table.
pub fn fit_text(cell: &CellRecord) -> Option<String> {
    use super::number::significant;
    let fit = cell.fit.as_ref()?;
    let name = size_name(cell);
    let r = significant(fit.rate, 3);
    let term = |x: f64| if x < 0.0 { format!("- {}", significant(-x, 4)) } else { format!("+ {}", significant(x, 4)) };
    Some(format!(
        "Fit of the gap: {} {} {name}^-{r} {} {name}^-{} (chi-squared tail probability {}).",
        significant(fit.limit, 3),
        term(fit.first),
        term(fit.second),
        significant(2.0 * fit.rate, 3),
        significant(fit.chi_squared_p, 2)
    ))
}
