//! A claim in a few words, for the tables of the first page: its link, its verdicts, its smallest detectable error.

use super::cells::{Standing, least_sensitive, standing, verdict_counts};
use super::markdown::escape;
use super::number::{percent, significant};
use crate::record::{CellRecord, ReportData, Verdict};

/// Link to a claim's page, or its id where it has none.
pub fn link(data: &ReportData, id: &str) -> String {
    if data.claims.iter().any(|claim| claim.id == id) {
        format!("[{}](claims/{id}.md)", escape(id))
    } else {
        escape(id)
    }
}

/// `agrees 12 of 12`, or every verdict with its count, in bold where a cell is contrary.
pub fn summary(cells: &[&CellRecord]) -> String {
    if cells.is_empty() {
        return "not judged".into();
    }
    let parts: Vec<String> = verdict_counts(cells.iter().copied())
        .iter()
        .map(|(verdict, n)| {
            let of = |cell: &&&CellRecord| cell.verdict == *verdict;
            let contrary = cells.iter().filter(of).filter(|cell| standing(cell) == Standing::Contrary).count();
            let text = format!("{} {n} of {}", escape(verdict.name()), cells.len());
            match contrary {
                0 if *verdict == Verdict::Disagrees => format!("{text} (as expected)"),
                0 => text,
                some if some == *n => format!("**{text} (contrary)**"),
                some => format!("**{text} ({some} contrary)**"),
            }
        })
        .collect();
    parts.join(", ")
}

/// The smallest detectable error of the least sensitive cell, with its size relative to the limit.
pub fn sensitivity(cells: &[&CellRecord]) -> String {
    match least_sensitive(cells) {
        None => "-".into(),
        Some((cell, found)) => match cell.limit.filter(|limit| *limit != 0.0 && limit.is_finite()) {
            Some(limit) if found < limit.abs() => {
                format!("{} ({})", significant(found, 2), percent(found / limit.abs()))
            }
            Some(limit) => format!("{} (limit {})", significant(found, 2), significant(limit, 2)),
            None => significant(found, 2),
        },
    }
}
