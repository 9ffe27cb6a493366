//! The gap (simulation minus limit) of each cell against the size, in margins, with the fit that extrapolates it: a panel per cell.

use super::canvas::{Figure, SMALL, text_width};
use super::cells::{Standing, point, standing, varying, verdict_text};
use super::chart::{Axis, Chart, Key, Mark, Panel, Scale, Series, Shape};
use super::colour::{Colour, Hue};
use crate::record::{CellRecord, ClaimRecord, SizeRecord};

/// Points of a drawn fit.
const FIT_POINTS: usize = 60;
/// Most panels in one figure; more make more figures.
const PANELS: usize = 12;
/// Margins at which the common scale ends at the latest; what lies beyond is a triangle at the edge.
const FARTHEST: f64 = 12.0;

/// The figures of a claim's gaps; none where no cell has a gap at any size.
pub fn draw(claim: &ClaimRecord, cells: &[&CellRecord]) -> Vec<Figure> {
    drawn(Subject { id: &claim.id, title: &claim.title, kind: &claim.kind }, cells)
}

/// What is said of a claim beside its gaps.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// As the claim file writes it.
    pub kind: &'a str,
}

/// Likewise, of a claim of which no more is known.
pub fn drawn(claim: Subject, cells: &[&CellRecord]) -> Vec<Figure> {
    // A rate's shape is known up to a constant only, and a bound is about the nearest network, not the mean.
    if matches!(claim.kind, "rate" | "bound") {
        return Vec::new();
    }
    let names = varying(cells);
    let with_gaps: Vec<&CellRecord> =
        cells.iter().copied().filter(|cell| !gaps(cell).is_empty() && unit(cell).is_some()).collect();
    with_gaps.chunks(PANELS).enumerate().map(|(k, cells)| sheet(claim, cells, &names, k)).collect()
}

/// The margin, in which gaps are drawn.
fn unit(cell: &CellRecord) -> Option<f64> {
    cell.margin.filter(|margin| *margin > 0.0 && margin.is_finite())
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
fn deciding<'a>(claim: Subject, cell: &'a CellRecord) -> Option<&'a SizeRecord> {
    let gap = cell.gap.filter(|_| claim.kind == "moment")?;
    let away = |size: &&SizeRecord| {
        size.mean.zip(size.limit).map_or(f64::INFINITY, |(mean, limit)| (mean - limit - gap).abs())
    };
    cell.sizes.iter().min_by(|a, b| away(a).total_cmp(&away(b)))
}

fn sheet(claim: Subject, cells: &[&CellRecord], names: &[&str], index: usize) -> Figure {
    let each = claim.kind == "moment";
    let colour = Hue::of_regime(claim.id).plain();
    let name = size_name(cells[0]);
    let rates: Vec<f64> = cells.iter().map(|cell| rate(cell)).collect();
    let one_rate = rates.iter().all(|r| *r == rates[0]);
    let mut key = vec![(Key::Mark(Shape::Ring, colour), "mean gap at a size, \u{b1} 2 standard errors".to_string())];
    let is_curve = |cell: &&CellRecord| cell.fit.as_ref().is_some_and(|fit| (fit.first, fit.second) != (0.0, 0.0));
    if cells.iter().any(is_curve) {
        let text = match rates[0] {
            1.0 if one_rate => format!("fit L + b/{name} + c/{name}\u{b2}"),
            0.5 if one_rate => format!("fit L + b/\u{221a}{name} + c/{name}"),
            _ => format!("fit L + b {name}^\u{2212}r + c {name}^\u{2212}2r"),
        };
        key.push((Key::Line(super::canvas::Stroke::Solid, colour), text));
    }
    if cells.iter().any(|cell| cell.gap.is_some()) {
        let size = if each { "the size that decides" } else { "infinite size" };
        let text = format!("gap at {size}, with its confidence interval");
        key.push((Key::Mark(Shape::Diamond, Colour::Ink), text));
    }
    key.push((Key::Band, if each { "within the margin of that size" } else { "within the margin" }.into()));
    let spacing = match rates[0] {
        _ if each => format!("{name}, logarithmic"),
        _ if !one_rate => format!("{name}, spaced by the fit's power of {name}"),
        1.0 => format!("{name}, spaced as 1/{name}"),
        0.5 => format!("{name}, spaced as 1/\u{221a}{name}"),
        r => format!("{name}, spaced as {name}^\u{2212}{r}"),
    };
    // One scale for all cells.
    let heights = cells.iter().flat_map(|cell| heights(cell)).map(|height| height.clamp(-FARTHEST, FARTHEST));
    let y = Axis::over(heights.chain([-1.3, 1.3]), 0.05);
    let panels = cells.iter().map(|cell| panel((claim, cell), heading(cell, names), colour, &spacing, y)).collect();
    let title = format!("{}: gap (simulation minus limit) against the size, in margins", claim.title);
    let suffix = if index == 0 { String::new() } else { format!("-{}", index + 1) };
    let name = format!("{}-gap{suffix}", claim.id);
    Chart { name, title, columns: 0, panels, key, note: String::new(), csv: String::new() }.draw()
}

/// Gaps with their bars, and the interval, in margins.
fn heights(cell: &CellRecord) -> Vec<f64> {
    let unit = unit(cell).unwrap_or(1.0);
    let bars = gaps(cell).into_iter().flat_map(|(_, gap, error)| [gap - 2.0 * error, gap + 2.0 * error]);
    bars.chain(cell.interval.into_iter().flatten()).chain(cell.gap).map(|height| height / unit).collect()
}

/// Where a cell stands among the claim's, and its verdict.
fn heading(cell: &CellRecord, names: &[&str]) -> String {
    let at = point(cell, names);
    let separator = if at.is_empty() { "" } else { ": " };
    format!("{at}{separator}{}", verdict_text(cell))
}

fn panel((claim, cell): (Subject, &CellRecord), heading: String, colour: Colour, spacing: &str, y: Axis) -> Panel {
    let (rows, r, unit) = (gaps(cell), rate(cell), unit(cell).unwrap_or(1.0));
    let decides = deciding(claim, cell).map(|size| size_of(size, size_name(cell)) as f64);
    let abscissa = |size: f64| if decides.is_some() { size.ln() } else { size.powf(-r) };
    let widest = rows.iter().map(|row| abscissa(row.0)).fold(0.0, f64::max);
    // Infinite size is at 0; a little room to its left for the estimate there.
    let x = match decides {
        Some(_) => Axis::over(rows.iter().map(|row| abscissa(row.0)), 0.08),
        None => Axis { low: -0.06 * widest, high: 1.06 * widest, logarithmic: false },
    };
    let estimate = decides.map_or(0.0, abscissa);
    // Other sizes have margins of their own.
    let room = 0.05 * (x.high - x.low);
    let (from, to) = if decides.is_some() { (estimate - room, estimate + room) } else { (x.low, x.high) };
    let mut series = Series { width: 1.8, ..Series::new("", colour) };
    if let Some(fit) = &cell.fit {
        let at = |k: usize| {
            let x = widest * k as f64 / FIT_POINTS as f64;
            (x, (fit.limit + fit.first * x + fit.second * x * x) / unit)
        };
        series.line = (0..=FIT_POINTS).map(at).collect();
    }
    let ring = |(size, gap, error): &(f64, f64, f64)| {
        let ends = [gap - 2.0 * error, gap + 2.0 * error].map(|end| end / unit);
        Mark::new(Shape::Ring, abscissa(*size), gap / unit, Some(ends))
    };
    series.marks = rows.iter().map(ring).collect();
    let gap = |gap: f64| {
        Mark::new(Shape::Diamond, estimate, gap / unit, cell.interval.map(|ends| ends.map(|end| end / unit)))
    };
    let extrapolated = Series { marks: cell.gap.map(gap).into_iter().collect(), ..Series::new("", Colour::Ink) };
    let zero = Series { width: 0.8, line: vec![(x.low, 0.0), (x.high, 0.0)], ..Series::new("", Colour::Soft) };
    let ticks = match decides {
        Some(_) => rows.iter().map(|row| (abscissa(row.0), row.0.to_string())).collect(),
        None => size_ticks(x, &rows, &abscissa),
    };
    Panel {
        heading,
        alarm: standing(cell) == Standing::Contrary,
        x: Scale { label: spacing.to_string(), axis: x, ticks: Some(ticks) },
        y: Scale::new("gap, in margins", y),
        bands: vec![[(from, -1.0), (to, 1.0)]],
        series: vec![zero, series, extrapolated],
        notes: Vec::new(),
    }
}

/// Width of a panel in a figure of several, less than which none has.
const PANEL: f64 = 230.0;

/// The sizes of the ladder as labels that stand clear of each other, and infinity at 0. The largest and the smallest come first.
fn size_ticks(x: Axis, rows: &[(f64, f64, f64)], abscissa: &dyn Fn(f64) -> f64) -> Vec<(f64, String)> {
    let mut ticks = vec![(0.0, "\u{221e}".to_string())];
    let place = |value: f64| x.fraction(value) * PANEL;
    let mut taken = vec![(place(0.0), 5.0)];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|k| (*k + 1 != rows.len(), *k));
    for row in order.into_iter().map(|k| rows[k]) {
        let text = format!("{}", row.0);
        let (at, half) = (place(abscissa(row.0)), text_width(&text, SMALL) / 2.0);
        if taken.iter().all(|(other, room)| (at - other).abs() > half + room + 2.0) {
            taken.push((at, half));
            ticks.push((abscissa(row.0), text));
        }
    }
    ticks
}

/// The fit of a cell in words and LaTeX-free text, for its table.
pub fn fit_text(cell: &CellRecord) -> Option<String> {
    use super::number::significant;
    let fit = cell.fit.as_ref()?;
    let tail = significant(fit.chi_squared_p, 2);
    if (fit.first, fit.second) == (0.0, 0.0) {
        return Some(format!(
            "The claim says that the gap is the same at every size. Their weighted mean: {} (chi-squared tail probability {tail}).",
            significant(fit.limit, 3)
        ));
    }
    let name = size_name(cell);
    let r = significant(fit.rate, 3);
    let term = |x: f64| if x < 0.0 { format!("- {}", significant(-x, 4)) } else { format!("+ {}", significant(x, 4)) };
    Some(format!(
        "Fit of the gap: {} {} {name}^-{r} {} {name}^-{} (chi-squared tail probability {}).",
        significant(fit.limit, 3),
        term(fit.first),
        term(fit.second),
        significant(2.0 * fit.rate, 3),
        tail
    ))
}
