//! The numbers of a report on disk, `report.json`: one JSON document with a line for each cell, claim and picture, so that two
//! versions of it can be compared line by line. What is drawn from it needs neither samples nor formulas.

use super::{RunError, files};
use crate::record::{ReportData, RunRecord};
use serde::Serialize;
use std::path::Path;

/// Name of the file in the report's folder.
pub const NAME: &str = "report.json";

/// The file's text.
pub fn to_text(data: &ReportData) -> String {
    let ReportData { run, command, version, claims, atlas, interactive } = data;
    let RunRecord { level, seed, budget, work, cells } = run;
    let [command, version, budget] = [command, version, budget].map(json);
    format!(
        "{},\"version\":{version},\"command\":{command},\n\"run\":{{\"level\":{},\"seed\":{seed},\"budget\":{budget},\"work\":{},\"cells\":[\n{}\n]}},\n\
         \"claims\":[\n{}\n],\n\"atlas\":[\n{}\n]{}}}\n",
        files::REPORT_MARK,
        json(level),
        json(work),
        lines(cells),
        lines(claims),
        lines(atlas),
        if *interactive { ",\n\"interactive\":true" } else { "" },
    )
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("records hold text and numbers")
}

fn lines<T: Serialize>(rows: &[T]) -> String {
    rows.iter().map(json).collect::<Vec<_>>().join(",\n")
}

/// Whether the file says that it holds the numbers of a report; a file that cannot be read says nothing.
pub fn is_report(path: &Path) -> bool {
    files::read(path).is_ok_and(|text| text.starts_with(files::REPORT_MARK))
}

/// Reads what [`to_text`] wrote.
///
/// # Errors
/// The file cannot be read, or is not what this version writes.
pub fn read(path: &Path) -> Result<ReportData, RunError> {
    serde_json::from_str(&files::read(path)?).map_err(|error| {
        RunError::file(
            path,
            format!("is damaged or of another version ({error}); draw the report from its results anew"),
        )
    })
}
