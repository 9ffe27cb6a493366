//! All cells in one figure: the gap's confidence interval divided by the margin, a row per cell, grouped by claim.

use super::axis::{Axis, Panel};
use super::cells::{Group, Standing, full_point, point, standing, varying, verdict_text};
use super::figure::Figure;
use super::figure::{
    ALARM, Anchor, BAND, Canvas, GRID, INK, Key, LABEL, SMALL, SOFT, Text, characters, draw as draw_figure, legend,
    legend_height, regime_colour, text_width,
};
use super::markdown::csv_line;
use super::number::{exact, significant};
use super::table::elide;
use crate::record::{CellRecord, Verdict};

const WIDTH: f64 = 960.0;
/// Left and right edge of the plot; claims and points stand left of it, verdicts that need a look right of it.
const LEFT: f64 = 400.0;
const RIGHT: f64 = 720.0;
/// Where the names of claims begin, and the room that stays free between them and the cells' labels.
const NAMES: f64 = 22.0;
const BETWEEN: f64 = 4.0;
/// Margins at which the axis ends at the latest; what lies beyond is an arrow at the edge.
const FARTHEST: f64 = 4.0;

/// A cell's gap and interval in units of its margin.
fn scaled(cell: &CellRecord) -> Option<(f64, [f64; 2])> {
    let margin = cell.margin.filter(|m| *m > 0.0)?;
    let gap = cell.gap.filter(|g| g.is_finite())? / margin;
    let [low, high] = cell.interval?.map(|end| end / margin);
    (gap.is_finite() && low.is_finite() && high.is_finite()).then_some((gap, [low, high]))
}

/// Whether the overview has a row for the cell.
pub fn is_drawn(cell: &CellRecord) -> bool {
    scaled(cell).is_some()
}

/// The overview, or none where no cell has an interval and a margin.
pub fn draw(groups: &[Group]) -> Option<Figure> {
    let groups: Vec<Group> = groups
        .iter()
        .map(|(id, cells)| (*id, cells.iter().copied().filter(|c| scaled(c).is_some()).collect::<Vec<_>>()))
        .filter(|(_, cells)| !cells.is_empty())
        .collect();
    let count: usize = groups.iter().map(|(_, cells)| cells.len()).sum();
    if count == 0 {
        return None;
    }
    let row = match count {
        0..=60 => 16.0,
        61..=150 => 12.0,
        _ => 8.0,
    };
    let mut entries = vec![
        (Key::Band, "within the margin".to_string()),
        (Key::Mark(Standing::Expected, INK), "verdict as expected".into()),
    ];
    let has = |standing_is| groups.iter().flat_map(|(_, cells)| cells).any(|cell| standing(cell) == standing_is);
    if has(Standing::Open) {
        entries.push((Key::Mark(Standing::Open, INK), "undecided".into()));
    }
    if has(Standing::Contrary) {
        entries.push((Key::Mark(Standing::Contrary, ALARM), "contrary".into()));
    }
    let top = 26.0 + legend_height(&entries, WIDTH - 40.0);
    // A short claim still needs the height of its name.
    let height_of = |cells: &[&CellRecord]| (cells.len() as f64 * row).max(14.0) + 8.0;
    let bottom = top + groups.iter().map(|(_, cells)| height_of(cells)).sum::<f64>();
    let ends = groups.iter().flat_map(|(_, cells)| cells).filter_map(|cell| scaled(cell)).flat_map(|(_, ends)| ends);
    let near = ends.map(f64::abs).filter(|end| *end <= FARTHEST);
    let reach = near.fold(1.4, |reach, end| f64::max(reach, 1.05 * end));
    let panel = Panel {
        left: LEFT,
        right: RIGHT,
        top,
        bottom,
        x: Axis { low: -reach, high: reach, logarithmic: false },
        y: Axis { low: 0.0, high: 1.0, logarithmic: false },
    };
    let title = "Gap of every cell with its confidence interval, in units of its margin".to_string();
    let svg = draw_figure(WIDTH, bottom + 46.0, &title, |canvas| {
        legend(canvas, &entries, (20.0, 8.0), WIDTH - 40.0);
        canvas.rectangle(panel.at((-1.0, 0.0)), panel.at((1.0, 1.0)), BAND);
        for (value, _) in panel.x.ticks(8) {
            canvas.line(panel.at((value, 0.0)), panel.at((value, 1.0)), GRID, 0.8);
        }
        canvas.line(panel.at((0.0, 0.0)), panel.at((0.0, 1.0)), SOFT, 0.8);
        panel.frame(canvas, &panel.x.ticks(8), &[]);
        // A tall figure is read from both ends.
        for (value, text) in panel.x.ticks(8).iter().filter(|_| count > 40) {
            let at = (panel.at((*value, 1.0)).0, top - 9.0);
            canvas.text(text, at, Text::new(SMALL, Anchor::Middle).colour(SOFT));
        }
        let x_label = "gap / margin (of limits at infinite size, of means at the size that decides)";
        canvas.text(x_label, ((LEFT + RIGHT) / 2.0, bottom + 32.0), Text::new(LABEL, Anchor::Middle));
        let mut y = top;
        for (id, cells) in &groups {
            group(canvas, &panel, (id, cells), y, row);
            y += height_of(cells);
            if y < bottom - 1.0 {
                canvas.line((14.0, y), (WIDTH - 14.0, y), GRID, 0.8);
            }
        }
    });
    Some(Figure { name: "overview".into(), alt: title, svg, csv: csv(&groups) })
}

fn group(canvas: &mut Canvas, panel: &Panel, (id, cells): (&str, &[&CellRecord]), top: f64, row: f64) {
    let colour = regime_colour(id);
    canvas.rectangle((14.0, top + 4.0), (17.0, top + 4.0 + (cells.len() as f64 * row).max(14.0)), colour);
    let name = elide(id, characters(LEFT - 180.0, SMALL));
    let first = top + 4.0 + (row / 2.0).max(7.0);
    canvas.text(&name, (NAMES, first), Text::new(SMALL, Anchor::Start).bold());
    let names = varying(cells);
    let size = SMALL.min(row - 1.0);
    for (k, cell) in cells.iter().enumerate() {
        let y = top + 4.0 + (k as f64 + 0.5) * row.max(14.0 / cells.len() as f64);
        // Beside the claim's name there is less room than below it.
        let beside = y - size / 2.0 < first + SMALL / 2.0 + 1.0;
        let taken = if beside { text_width(&name, SMALL) + BETWEEN } else { 0.0 };
        let label = elide(&point(cell, &names), characters(LEFT - 12.0 - NAMES - taken, size));
        canvas.text(&label, (LEFT - 12.0, y), Text::new(size, Anchor::End).colour(SOFT));
        let Some((gap, [low, high])) = scaled(cell) else { continue };
        let contrary = standing(cell) == Standing::Contrary;
        let ink = if contrary { ALARM } else { colour };
        interval(canvas, panel, (gap, [low, high]), y, (standing(cell), ink), row);
        let far = !(panel.x.low..=panel.x.high).contains(&gap);
        let mut note = match cell.verdict {
            _ if contrary => format!("contrary: {}", cell.verdict),
            Verdict::Agrees => String::new(),
            _ => verdict_text(cell),
        };
        if far {
            note += &format!(" ({} margins)", significant(gap, 2).replace('-', "\u{2212}"));
        }
        let note = elide(note.trim(), characters(WIDTH - RIGHT - 24.0, size));
        canvas.text(&note, (RIGHT + 14.0, y), Text::new(size, Anchor::Start).colour(ink_of(contrary)));
    }
}

fn ink_of(contrary: bool) -> plotters::prelude::RGBColor {
    if contrary { ALARM } else { INK }
}

/// The interval, cut at the panel's edges; an arrow where it goes on beyond.
fn interval(
    canvas: &mut Canvas,
    panel: &Panel,
    (gap, [low, high]): (f64, [f64; 2]),
    y: f64,
    (standing, colour): (Standing, plotters::prelude::RGBColor),
    row: f64,
) {
    let Axis { low: first, high: last, .. } = panel.x;
    let place = |value: f64| panel.at((value.clamp(first, last), 0.0)).0;
    canvas.line((place(low), y), (place(high), y), colour, 1.6);
    let r = (0.3 * row).min(3.6);
    if low < first {
        let x = panel.left;
        canvas.polygon(&[(x - 1.0, y), (x + 2.0 * r, y - r), (x + 2.0 * r, y + r)], colour);
    }
    if high > last {
        let x = panel.right;
        canvas.polygon(&[(x + 1.0, y), (x - 2.0 * r, y - r), (x - 2.0 * r, y + r)], colour);
    }
    if (first..=last).contains(&gap) {
        canvas.standing_mark(standing, (place(gap), y), r.min(3.2), colour);
    }
}

fn csv(groups: &[Group]) -> String {
    let mut out =
        String::from("claim,point,verdict,expected,gap,interval_low,interval_high,margin,gap_over_margin,replicates\n");
    for cell in groups.iter().flat_map(|(_, cells)| cells) {
        let [low, high] = cell.interval.map_or([None, None], |ends| ends.map(Some));
        let texts = [cell.claim.clone(), full_point(cell), cell.verdict.to_string(), cell.expected.to_string()];
        let ratio = scaled(cell).map(|(gap, _)| gap);
        let numbers = [cell.gap, low, high, cell.margin, ratio].map(exact);
        out += &csv_line(&[&texts[..], &numbers, &[cell.replicates.to_string()]].concat());
    }
    out
}
