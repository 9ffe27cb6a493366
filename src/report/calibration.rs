//! The calibration report: how often the judge is right and wrong, on mock samples and over seeds.

use super::markdown::{Align, escape, table};
use super::number::{percent, significant};
use crate::record::{CalibrationRecord, CalibrationRow, NullCell, NullRun};
use serde_json::Value;

/// The page, in Markdown.
pub fn calibration(record: &CalibrationRecord, command: &str) -> String {
    let mut page = String::from("# Calibration of the judge\n\n");
    page += &format!("Written by `{command}` (seed {}).\n\n", record.seed);
    page += "Mock samples with known truth go through the same looks and the same rule as a run (`step` in `src/verdict/looks.rs`). A gap at infinite \
             size within the margin makes `disagrees` false, one beyond it makes `agrees` false; just beyond and just within the margin are the \
             worst cases for either. *Level* is that of one cell, all six looks together. Intervals are 95 % (Clopper and Pearson). Where no noise is \
             named it is normal, with a deviation that falls like 1/d, and the declared order is the true one.\n";
    for (inside, heading, text) in [
        (true, "Within the hypotheses", "The rate of false verdicts must not exceed the level."),
        (
            false,
            "Outside the hypotheses",
            "The declared order is wrong, or the bias has a form that the fit does not know. The level is not promised here; what comes out is what \
             [LIMITS](../theory/LIMITS.md) speaks of.",
        ),
    ] {
        let rows: Vec<&CalibrationRow> = record.rows.iter().filter(|row| row.inside == inside).collect();
        page += &format!("\n## {heading}\n\n{text}\n\n{}", mock_table(&rows));
    }
    let over: Vec<&str> = exceeding(record).map(|row| row.name.as_str()).collect();
    page += &match over.len() {
        0 => "\nNo row within the hypotheses exceeds its level.\n".to_string(),
        _ => format!("\n**Rows within the hypotheses that exceed their level:** {}.\n", over.join("; ")),
    };
    if let Some(null) = &record.null {
        page += &null_section(null);
    }
    page
}

/// Rows within the hypotheses whose rate of false verdicts is above the level for certain.
pub fn exceeding(record: &CalibrationRecord) -> impl Iterator<Item = &CalibrationRow> {
    record.rows.iter().filter(|row| row.inside && row.wrong_interval[0] > row.level)
}

fn mock_table(rows: &[&CalibrationRow]) -> String {
    let columns = [
        ("truth", Align::Left),
        ("level", Align::Right),
        ("verdicts", Align::Right),
        ("false", Align::Right),
        ("rate of false verdicts", Align::Left),
        ("right", Align::Right),
        ("undecided: rate or order", Align::Right),
        ("undecided: other", Align::Right),
        ("draws", Align::Right),
    ];
    let line = |row: &&CalibrationRow| {
        let share = |n: u64| percent(n as f64 / row.verdicts as f64);
        let [low, high] = row.wrong_interval.map(percent);
        vec![
            escape(&row.name),
            percent(row.level),
            row.verdicts.to_string(),
            row.wrong.to_string(),
            format!("{low} to {high}"),
            format!("{} {}", share(row.right), row.right_is),
            share(row.form),
            share(row.open),
            significant(row.draws, 3),
        ]
    };
    table(&columns, &rows.iter().map(line).collect::<Vec<_>>())
}

fn null_section(null: &NullRun) -> String {
    let [low, high] = null.interval.map(percent);
    let mut text = format!(
        "\n## True limits over {} seeds\n\nThe cheap cells of the catalogue (test error and robustness of `init`, `rf` and `nt`), simulated anew with each seed, {} networks per size, one look: how often does the {} \
         interval of the gap miss zero? Of the fit with all sizes, over all cells, in {} of cases; cells share networks, so the interval of that share, {low} to \
         {high}, is taken over seeds. ",
        null.seeds,
        null.replicates,
        percent(1.0 - null.level),
        percent(null.share),
    );
    let off = null.cells.iter().filter(|c| c.full_interval[0] > null.level || c.full_interval[1] < null.level).count();
    text += &format!(
        "Of {} cells {off} have a rate whose own 95 % interval leaves {} out.\n\n",
        null.cells.len(),
        percent(null.level)
    );
    let columns = [
        ("claim", Align::Left),
        ("set", Align::Left),
        ("seeds", Align::Right),
        ("all sizes", Align::Right),
        ("rate", Align::Left),
        ("without the smallest", Align::Right),
        ("hull", Align::Right),
        ("chi-squared", Align::Right),
    ];
    let line = |cell: &NullCell| {
        let [low, high] = cell.full_interval.map(percent);
        let setting = |(name, value): (&String, &Value)| match value {
            Value::String(text) => format!("{name} = {text}"),
            other => format!("{name} = {other}"),
        };
        let set: Vec<String> = cell.set.iter().map(setting).collect();
        vec![
            escape(&cell.claim),
            escape(&set.join(", ")),
            cell.seeds.to_string(),
            cell.full.to_string(),
            format!("{low} to {high}"),
            cell.reduced.to_string(),
            cell.hull.to_string(),
            cell.form.to_string(),
        ]
    };
    text + &table(&columns, &null.cells.iter().map(line).collect::<Vec<_>>())
}
