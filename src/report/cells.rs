//! What every table and figure says about a cell: its point, its standing, its place in the run.

use super::number::significant;
pub use crate::record::Standing;
use crate::record::{CellRecord, RunRecord, Verdict};
use serde_json::Value;

/// Standing of a cell's verdict.
pub fn standing(cell: &CellRecord) -> Standing {
    cell.standing()
}

/// A claim's id with its cells.
pub type Group<'a> = (&'a str, Vec<&'a CellRecord>);

/// The cells by claim, both in the order of the run.
pub fn by_claim(run: &RunRecord) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for cell in &run.cells {
        match groups.iter_mut().find(|(id, _)| *id == cell.claim) {
            Some((_, cells)) => cells.push(cell),
            None => groups.push((&cell.claim, vec![cell])),
        }
    }
    groups
}

/// A parameter's value as the command line takes it.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |x| significant(x, 6)),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Names of the parameters whose value is not the same in all cells; `rho` first. All names where there is
/// one cell only.
pub fn varying<'a>(cells: &[&'a CellRecord]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for cell in cells {
        names.extend(cell.set.keys().map(String::as_str));
    }
    names.sort_by_key(|name| (*name != "rho", *name));
    names.dedup();
    if cells.len() > 1 {
        names.retain(|name| cells.iter().any(|cell| cell.set.get(*name) != cells[0].set.get(*name)));
    }
    names
}

/// The parameters that are the same in all cells, as `name=value`, and empty where all vary.
pub fn common(cells: &[&CellRecord]) -> String {
    let varying = varying(cells);
    let Some(first) = cells.first() else { return String::new() };
    let names: Vec<&str> = first.set.keys().map(String::as_str).filter(|name| !varying.contains(name)).collect();
    every_setting(first, &names)
}

/// The named parameters of a cell as `name=value`, which is how the command line takes them; those at the claim's default
/// are left out (but rho, the axis of every plot).
pub fn point(cell: &CellRecord, names: &[&str]) -> String {
    let said = |name: &&&str| **name == "rho" || !cell.defaults.iter().any(|other| other == **name);
    let names: Vec<&str> = names.iter().filter(said).copied().collect();
    if names.is_empty() && !cell.set.is_empty() { "defaults".into() } else { every_setting(cell, &names) }
}

/// All parameters of a cell, those at their default too.
pub fn full_point(cell: &CellRecord) -> String {
    every_setting(cell, &varying(&[cell]))
}

fn every_setting(cell: &CellRecord, names: &[&str]) -> String {
    let part = |name: &&str| cell.set.get(*name).map(|value| format!("{name}={}", value_text(value)));
    names.iter().filter_map(part).collect::<Vec<_>>().join(", ")
}

/// How often each verdict occurs, commonest first: `22 agrees, 1 undecided`.
pub fn verdict_counts<'a>(cells: impl Iterator<Item = &'a CellRecord>) -> Vec<(Verdict, usize)> {
    let mut counts: Vec<(Verdict, usize)> = Vec::new();
    for cell in cells {
        match counts.iter_mut().find(|(verdict, _)| *verdict == cell.verdict) {
            Some((_, n)) => *n += 1,
            None => counts.push((cell.verdict, 1)),
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

/// The verdict, with the expected one where that differs in kind.
pub fn verdict_text(cell: &CellRecord) -> String {
    match standing(cell) {
        Standing::Expected if cell.verdict == Verdict::Disagrees => format!("{}, as expected", cell.stated()),
        Standing::Contrary => format!("{}, expected: {}", cell.stated(), cell.expected),
        _ if cell.confirmed => format!("{}*", cell.stated()),
        _ => cell.stated(),
    }
}

/// How many limits are enclosed: their bounds are proved.
pub fn enclosed_text(cells: &[CellRecord]) -> Option<String> {
    let graded: Vec<&CellRecord> = cells.iter().filter(|cell| cell.grade.is_some()).collect();
    let enclosed = graded.iter().filter(|cell| cell.why.is_none()).count();
    (!graded.is_empty()).then(|| format!("{enclosed} of {} cells", graded.len()))
}

/// The limit at the cell's point; `infinite` where the cell was judged and its limit is not a number.
pub fn limit_text(cell: &CellRecord) -> String {
    match cell.limit {
        Some(limit) => significant(limit, 6),
        None if matches!(cell.verdict, Verdict::Agrees | Verdict::Disagrees | Verdict::Undecided) => "infinite".into(),
        None => "-".into(),
    }
}

/// The cell with the largest smallest-detectable error, relative to the limit (to 0.1 where the limit is smaller,
/// since the margin is absolute there).
pub fn least_sensitive<'a>(cells: &[&'a CellRecord]) -> Option<(&'a CellRecord, f64)> {
    let score = |cell: &CellRecord, detectable: f64| detectable / cell.limit.map_or(1.0, |l| l.abs().max(0.1));
    let scored = cells.iter().filter_map(|cell| cell.detectable.map(|found| (*cell, found)));
    scored.filter(|(_, d)| d.is_finite()).max_by(|a, b| score(a.0, a.1).total_cmp(&score(b.0, b.1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_varies_is_in_the_point() {
        let mut a = CellRecord { claim: "a".into(), ..CellRecord::default() };
        a.set.insert("activation".into(), "relu".into());
        a.set.insert("rho".into(), 0.5.into());
        let mut b = a.clone();
        b.set.insert("rho".into(), (1.0f64 / 3.0).into());
        let names = varying(&[&a, &b]);
        assert_eq!(point(&b, &names), "rho=0.333333");
        assert_eq!(common(&[&a, &b]), "activation=relu");
        assert_eq!(full_point(&a), "rho=0.5, activation=relu");
        assert_eq!(common(&[&a]), "");
    }
}
