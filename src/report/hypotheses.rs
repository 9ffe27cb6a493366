//! Which hypotheses matter: the old formula against the corrected one for every hypothesis that is broken, as a figure and a table.

use super::canvas::Figure;
use super::cells::{Group, verdict_counts};
use super::chart::rows::{Row, RowChart, RowMark, Section};
use super::chart::{Axis, Key, Shape};
use super::colour::{Colour, Hue};
use super::markdown::{Align, details, escape, picture, table};
use super::number::significant;
use super::summary::link;
use crate::record::{CellRecord, ClaimRecord, ReportData};

/// The section, empty if the run has no such claim.
pub fn section(data: &ReportData, groups: &[Group], figure: Option<&Figure>) -> String {
    let mut rows: Vec<(&str, Vec<String>)> = data
        .claims
        .iter()
        .filter_map(|claim| claim.breaks.as_ref().map(|breaks| (claim, breaks)))
        .map(|(claim, [of, hypothesis])| (of.as_str(), row(data, claim, of, hypothesis, cells(groups, &claim.id))))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    // The order of claims within each is that of their ids.
    rows.sort_by_key(|(of, _)| *of);
    let columns = [
        ("regime", Align::Left),
        ("what holds in place of its hypothesis", Align::Left),
        ("claimed then", Align::Left),
        ("the judge says", Align::Left),
        ("largest gap in margins (its interval)", Align::Right),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    let shown = figure.map_or(String::new(), |figure| picture(&figure.alt, &format!("figures/{}", figure.name)));
    let more = format!(
        "{}\nGap: simulation minus formula, extrapolated to infinite size (of a formula for every size: at the size that decides), at the grid point where it \
         is largest. Its interval is the one that the verdict rests on, at the cell's share of the run's level.\n",
        table(&columns, &rows)
    );
    format!(
        "\n## Which hypotheses matter\n\nOne hypothesis of a theorem is broken at a time, and its formula is claimed all the same (cross). Where that is refuted, the \
         hypothesis is needed, and a corrected formula stands beside it (disc). A disc without a cross: the formula, or a new one, holds without the \
         hypothesis.\n\n{shown}\n{}",
        details("The same as a table, with intervals", &more)
    )
}

/// A row for each broken hypothesis: the old formula and the corrected one. None where the run breaks none.
pub fn draw(data: &ReportData, groups: &[Group]) -> Option<Figure> {
    let mut found: Vec<(&str, Vec<Row>)> = Vec::new();
    let broken = data.claims.iter().filter_map(|claim| Some((claim, claim.breaks.as_ref()?)));
    for (claim, [of, hypothesis]) in broken {
        let Some(mark) = mark(claim, cells(groups, &claim.id)) else { continue };
        let at = found.iter().position(|(known, _)| known == of).unwrap_or_else(|| {
            found.push((of, Vec::new()));
            found.len() - 1
        });
        let rows = &mut found[at].1;
        match rows.iter_mut().find(|row| row.name == *hypothesis) {
            Some(row) => row.marks.push(mark),
            None => {
                let (name, remark) = (hypothesis.clone(), String::new());
                rows.push(Row { name, remark, alarm: false, marks: vec![mark], joined: Some(Colour::Faint) });
            }
        }
    }
    let title =
        |of: &str| data.claims.iter().find(|claim| claim.id == of).map_or(of.to_string(), |claim| claim.title.clone());
    let values = found.iter().flat_map(|(_, rows)| rows).flat_map(|row| &row.marks).map(|mark| mark.value);
    let axis = Axis::logarithmic(values.map(|value| value.max(0.05)).chain([0.05, 2.0]));
    let mut groups: Vec<(String, Vec<Row>)> = found.into_iter().map(|(of, rows)| (title(of), rows)).collect();
    for row in groups.iter_mut().flat_map(|(_, rows)| rows) {
        row.marks.sort_by(|a, b| b.value.total_cmp(&a.value));
        let refuted = row.marks.iter().any(|mark| mark.shape == Shape::Cross);
        row.remark = if refuted { "needed".into() } else { "not needed".into() };
    }
    RowChart {
        name: "hypotheses".into(),
        title: "Which hypotheses matter: gap of the old formula and of the corrected one, in margins".into(),
        key: vec![
            (Key::Mark(Shape::Cross, Colour::Alarm), "old formula, refuted".to_string()),
            (Key::Mark(Shape::Disc, Colour::Ink), "formula that holds".into()),
            (Key::Band, "within the margin".into()),
        ],
        sections: vec![Section {
            heading: String::new(),
            axis,
            label: "largest |gap| / margin, logarithmic".into(),
            band: Some([0.0, 1.0]),
            groups,
        }],
        csv: String::new(),
    }
    .draw()
}

fn mark(claim: &ClaimRecord, cells: &[&CellRecord]) -> Option<RowMark> {
    let value = cells.iter().filter_map(|cell| Some((cell.gap? / cell.margin?).abs())).max_by(f64::total_cmp)?;
    let (shape, colour) = match claim.status.as_str() {
        "known-false" => (Shape::Cross, Colour::Alarm),
        _ => (Shape::Disc, Hue::of_regime(claim.breaks.as_ref().map_or("", |[of, _]| of.as_str())).plain()),
    };
    Some(RowMark { shape, value, ends: None, colour })
}

fn cells<'a>(groups: &'a [Group<'a>], id: &str) -> &'a [&'a CellRecord] {
    groups.iter().find(|(known, _)| *known == id).map_or(&[][..], |(_, cells)| cells)
}

fn row(data: &ReportData, claim: &ClaimRecord, of: &str, hypothesis: &str, cells: &[&CellRecord]) -> Vec<String> {
    let verdicts = verdict_counts(cells.iter().copied());
    let verdicts: Vec<String> =
        verdicts.iter().map(|(verdict, n)| format!("{verdict} {n} of {}", cells.len())).collect();
    let gap = |cell: &&CellRecord| Some((cell.gap? / cell.margin?, cell.interval?, cell.margin?));
    let largest = cells.iter().filter_map(gap).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    let largest = largest.map_or("-".to_string(), |(gap, [low, high], margin)| {
        format!("{} ({} to {})", significant(gap, 2), significant(low / margin, 2), significant(high / margin, 2))
    });
    let what = match claim.status.as_str() {
        "known-false" => "the same limit".to_string(),
        _ => escape(&claim.title),
    };
    vec![
        link(data, of),
        escape(hypothesis),
        format!("{what} ({})", link(data, &claim.id)),
        verdicts.join(", "),
        largest,
    ]
}
