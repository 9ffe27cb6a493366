//! All claims in one figure, a row each: the cell that is farthest from what is claimed, or, of what must be refuted, the one nearest to it.

use super::canvas::Figure;
use super::cells::{Group, Standing, full_point, standing, verdict_text};
use super::chapters::{Chapter, by_chapter};
use super::chart::rows::{Row, RowChart, RowMark, Section};
use super::chart::{Axis, Key, Shape};
use super::colour::{Colour, Hue};
use super::number::significant;
use crate::record::{CellRecord, ReportData, Verdict};

/// Margins at which the axis ends at the latest; what lies beyond is a triangle at its end.
const FARTHEST: f64 = 4.0;

/// A cell's gap and interval in units of its margin.
pub fn scaled(cell: &CellRecord) -> Option<(f64, [f64; 2])> {
    let margin = cell.margin.filter(|m| *m > 0.0)?;
    let gap = cell.gap.filter(|g| g.is_finite())? / margin;
    let [low, high] = cell.interval?.map(|end| end / margin);
    (gap.is_finite() && low.is_finite() && high.is_finite()).then_some((gap, [low, high]))
}

/// The overview, or none where no cell has an interval and a margin.
pub fn draw(data: &ReportData, groups: &[Group]) -> Option<Figure> {
    let [held, refuted] = [false, true].map(|refuted| rows(data, groups, refuted));
    let ends = |rows: &[(String, Vec<Row>)]| -> Vec<f64> {
        let marks = rows.iter().flat_map(|(_, rows)| rows).flat_map(|row| &row.marks);
        marks.flat_map(|mark| mark.ends.unwrap_or([mark.value; 2])).collect()
    };
    let reach =
        ends(&held).into_iter().map(f64::abs).filter(|end| *end <= FARTHEST).fold(1.2, |a, b| f64::max(a, 1.05 * b));
    let far = ends(&refuted);
    let mut key = vec![(Key::Band, "within the margin".to_string())];
    key.push((Key::Mark(Shape::Disc, Colour::Ink), "as called for".into()));
    if groups.iter().flat_map(|(_, cells)| cells).any(|cell| scaled(cell).is_some() && standing(cell) == Standing::Open)
    {
        key.push((Key::Mark(Shape::Ring, Colour::Ink), "undecided".into()));
    }
    if groups.iter().flat_map(|(_, cells)| cells).any(|cell| standing(cell) == Standing::Contrary) {
        key.push((Key::Mark(Shape::Cross, Colour::Alarm), "contrary".into()));
    }
    RowChart {
        name: "overview".into(),
        title: "Every claim: the gap of its worst grid point with its confidence interval, in margins".into(),
        key,
        sections: vec![
            Section {
                heading: if refuted.is_empty() {
                    String::new()
                } else {
                    "Formulas held true: the grid point with the largest gap".into()
                },
                axis: Axis { low: -reach, high: reach, logarithmic: false },
                label: "gap / margin, extrapolated to infinite size".into(),
                band: Some([-1.0, 1.0]),
                groups: held,
            },
            Section {
                heading: "Formulas that must be refuted: the grid point with the smallest gap".into(),
                axis: Axis::logarithmic(far.into_iter().chain([0.5])),
                label: "|gap| / margin, logarithmic".into(),
                band: Some([0.0, 1.0]),
                groups: refuted,
            },
        ],
        csv: String::new(),
    }
    .draw()
}

/// Rows by chapter, of the claims whose cells are to be refuted or of the others.
fn rows(data: &ReportData, groups: &[Group], refuted: bool) -> Vec<(String, Vec<Row>)> {
    let row = |group: &&Group| {
        let (id, cells) = group;
        let ours = cells.iter().filter(|cell| (cell.expected == Verdict::Disagrees) == refuted);
        let with_gap = ours.filter_map(|cell| Some((*cell, scaled(cell)?)));
        let far = |(_, (gap, [low, high])): &(&CellRecord, (f64, [f64; 2]))| match refuted {
            // The end of the interval that is nearest to zero.
            true => -low.abs().min(high.abs()).min(gap.abs()),
            false => low.abs().max(high.abs()),
        };
        let worst = with_gap.max_by(|a, b| standing(b.0).cmp(&standing(a.0)).then(far(a).total_cmp(&far(b))))?;
        Some(one(id, worst, refuted))
    };
    by_chapter(data, groups)
        .into_iter()
        .map(|(chapter, groups)| (heading(chapter), groups.iter().filter_map(row).collect::<Vec<Row>>()))
        .filter(|(_, rows)| !rows.is_empty())
        .collect()
}

fn heading(chapter: Chapter) -> String {
    chapter.title().to_string()
}

fn one(id: &str, (cell, (gap, ends)): (&CellRecord, (f64, [f64; 2])), refuted: bool) -> Row {
    let standing = standing(cell);
    let (shape, colour) = match standing {
        Standing::Contrary => (Shape::Cross, Colour::Alarm),
        Standing::Expected => (Shape::Disc, Hue::of_regime(id).plain()),
        _ => (Shape::Ring, Hue::of_regime(id).plain()),
    };
    let (value, ends) = match refuted {
        true if gap < 0.0 => (-gap, [-ends[1], -ends[0]]),
        _ => (gap, ends),
    };
    let far = !refuted && value.abs() > FARTHEST;
    let remark = match standing {
        Standing::Expected => String::new(),
        _ => format!("{} at {}", verdict_text(cell), full_point(cell)),
    };
    let remark = if far { format!("{remark} ({} margins)", significant(gap, 2)) } else { remark };
    Row {
        name: id.to_string(),
        remark: remark.trim().to_string(),
        alarm: standing == Standing::Contrary,
        marks: vec![RowMark { shape, value, ends: Some(ends), colour }],
        joined: None,
    }
}
