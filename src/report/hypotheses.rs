//! Which hypotheses matter: one line for every claim that breaks a hypothesis of another, under that claim.

use super::cells::{Group, verdict_counts};
use super::markdown::{Align, escape, table};
use super::number::significant;
use super::summary::link;
use crate::record::{CellRecord, ClaimRecord, ReportData};

/// The section, empty if the run has no such claim.
pub fn section(data: &ReportData, groups: &[Group]) -> String {
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
    format!(
        "\n## Which hypotheses matter\n\nOne hypothesis of a theorem broken at a time. Where the theorem's formula is claimed all the same, `disagrees` means that \
         the hypothesis is needed.\n\n{}\nGap: simulation minus formula, extrapolated to infinite size (of a formula for every size: at the size that decides), at the cell where it is largest. Its interval is the one that the verdict rests on, at the cell's share of the run's level.\n",
        table(&columns, &rows)
    )
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
