//! A claim in a few words, for the tables of the first page: its link, its verdicts, its smallest detectable error.

use super::cells::{Standing, least_sensitive, standing, verdict_counts};
use super::markdown::escape;
use super::number::count;
use super::number::{percent, significant};
use crate::record::{CellRecord, ReportData, RunRecord, Verdict};

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

/// What came out, in sentences: whether a verdict contradicts what is claimed, and whether what is known to be false was refuted.
pub fn outcome(run: &RunRecord) -> String {
    let (refuted, held): (Vec<&CellRecord>, Vec<&CellRecord>) =
        run.cells.iter().partition(|cell| cell.expected == Verdict::Disagrees);
    let claims = |cells: &[&CellRecord]| {
        let mut ids: Vec<&str> = cells.iter().map(|cell| cell.claim.as_str()).collect();
        ids.dedup();
        ids.len()
    };
    let of = |cells: &[&CellRecord], wanted: Standing| cells.iter().filter(|cell| standing(cell) == wanted).count();
    let mut said = Vec::new();
    if !held.is_empty() {
        let all = format!("the {} held true ({})", count(claims(&held), "claim"), count(held.len(), "grid point"));
        said.push(match of(&held, Standing::Contrary) {
            0 => format!("No verdict contradicts any of {all}."),
            n => format!(
                "**{} {} {all}.**",
                count(n, "verdict"),
                if n == 1 { "contradicts one of" } else { "contradict some of" }
            ),
        });
    }
    if !refuted.is_empty() {
        let formulas = count(claims(&refuted), "formula");
        said.push(match of(&refuted, Standing::Expected) {
            n if n == refuted.len() => format!(
                "The {formulas} known to be false {} refuted, at every grid point.",
                if claims(&refuted) == 1 { "is" } else { "are" }
            ),
            n => format!(
                "Of the {formulas} known to be false, {n} of {} are refuted.",
                count(refuted.len(), "grid point")
            ),
        });
    }
    let all: Vec<&CellRecord> = run.cells.iter().collect();
    for (wanted, what) in [(Standing::Open, "undecided"), (Standing::NoValue, "without a value")] {
        let n = of(&all, wanted);
        if n > 0 {
            said.push(format!("{} {} {what}.", count(n, "grid point"), if n == 1 { "is" } else { "are" }));
        }
    }
    said.join(" ")
}

/// What the level is, and on which condition.
pub fn level(run: &RunRecord) -> String {
    format!(
        "The probability that the run contains any false verdict is at most {}, if the form of the fit holds.",
        significant(run.level, 2)
    )
}
