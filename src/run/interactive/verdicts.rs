//! What a report says of the page's claims.

use crate::record::interactive::{AxisGrid, JudgedPoint, TableRecord, VerdictsRecord};
use crate::record::{CellRecord, ReportData, Verdict};
use std::collections::BTreeMap;

/// A report, and where its pages are.
pub struct Source {
    /// Its numbers.
    pub data: ReportData,
    /// Folder of its pages as seen from the page; None if it cannot be linked to.
    pub folder: Option<String>,
}

/// Verdicts of the claims that have a table, and their grid points among what the page can show.
pub fn verdicts(source: &Source, axes: &[AxisGrid], tables: &[TableRecord]) -> VerdictsRecord {
    let mut claims = BTreeMap::new();
    let mut points = Vec::new();
    for table in tables {
        let cells: Vec<&CellRecord> = source.data.run.cells.iter().filter(|cell| cell.claim == table.claim).collect();
        let mut counts: Vec<(Verdict, usize)> = Vec::new();
        for cell in &cells {
            match counts.iter_mut().find(|(verdict, _)| *verdict == cell.verdict) {
                Some((_, count)) => *count += 1,
                None => counts.push((cell.verdict, 1)),
            }
        }
        claims.insert(table.claim.clone(), counts);
        points.extend(cells.into_iter().filter_map(|cell| point(cell, axes)));
    }
    VerdictsRecord { command: source.data.command.clone(), folder: source.folder.clone(), claims, points }
}

/// The grid point as a state of the page; None where a setting cannot be chosen there, or nothing is extrapolated.
fn point(cell: &CellRecord, axes: &[AxisGrid]) -> Option<JudgedPoint> {
    let (limit, gap, [low, high]) = (cell.limit?, cell.gap?, cell.interval?);
    let text = |name: &str| cell.set.get(name).and_then(|value| value.as_str());
    let number = |name: &str| cell.set.get(name).and_then(|value| value.as_f64());
    let mut state = BTreeMap::new();
    for axis in axes.iter().filter(|axis| ["activation", "spectrum", "weights"].contains(&axis.name.as_str())) {
        // The parameters of the axis that the claim has, all at one of its nodes.
        let has = |(name, _): &&(String, String)| cell.set.contains_key(name.as_str());
        if !axis.sets[0].iter().any(|pair| has(&pair)) {
            continue;
        }
        let same = |sets: &Vec<(String, String)>| sets.iter().all(|(name, value)| text(name) == Some(value));
        let node = axis.sets.iter().position(same)?;
        state.insert(axis.name.clone(), axis.labels[node].clone());
    }
    for (name, parameter) in [("start", "zeta"), ("start", "scale"), ("time", "time"), ("samples", "samples")] {
        if let Some(x) = number(parameter) {
            state.insert(name.to_string(), x.to_string());
        }
    }
    let rho = number("rho")?;
    Some(JudgedPoint {
        claim: cell.claim.clone(),
        rho,
        state,
        value: [limit + gap, limit + low, limit + high],
        verdict: cell.verdict,
    })
}
