//! Samples of a reader's own simulation: a table with the columns d, m, replicate, value beside the claim file.

use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::Parsed;
use super::types::{OwnSamples, SampleSize};
use crate::model::settings::ReadFile;
use crate::model::{Settings, short};
use crate::symbolic::Span;
use std::collections::BTreeMap;

const HEADER: &str = "d,m,replicate,value";

/// Fewest sizes: less gives no extrapolation.
const MIN_SIZES: usize = 5;
/// Smallest ratio of the last size to the first, likewise.
const MIN_RATIO: usize = 6;
/// Fewest replicates of a size: less gives no variance to judge by.
const MIN_REPLICATES: usize = 16;

/// Largest dimension or width: an integer that a double holds exactly.
const MAX_SIZE: usize = 1 << 53;

/// `samples file.csv` (or `samples: file.csv`).
pub fn samples(masked: &str, statement: Statement, read: ReadFile) -> Parsed<OwnSamples> {
    let text = slice(masked, statement.rest);
    let path = text.strip_prefix(':').unwrap_or(text).trim();
    let fault = |message: String, hint: &str| {
        Diagnostic::new(
            "C100",
            if statement.rest.start == statement.rest.end { statement.word } else { statement.rest },
            message,
        )
        .hint(hint)
    };
    if path.is_empty() {
        return Err(fault(
            "`samples` names no file".to_string(),
            "write `samples file.csv`, relative to the claim file",
        ));
    }
    let content = read(path)
        .map_err(|why| fault(format!("cannot read `{path}`: {why}"), "the path is relative to the claim file"))?;
    table(path, &content).map_err(|(message, hint)| fault(message, hint))
}

type Wrong = (String, &'static str);

/// The table of a file, sizes in increasing order of d.
fn table(path: &str, content: &str) -> Result<OwnSamples, Wrong> {
    let lines =
        content.trim_start_matches('\u{feff}').lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let columns = |line: &str| line.split(',').map(|field| field.trim().to_string()).collect::<Vec<String>>();
    match lines.next() {
        Some((_, line)) if columns(line).join(",") == HEADER => {}
        found => {
            let place = found.map_or(String::new(), |(number, _)| format!(", line {number}"));
            return Err((format!("{path}{place}: no head line"), "the first line is d,m,replicate,value"));
        }
    }
    // Of each (d, m, replicate) the line that gave it.
    let mut seen: BTreeMap<(usize, usize, u64), usize> = BTreeMap::new();
    let mut sizes: BTreeMap<usize, (usize, BTreeMap<u64, f64>)> = BTreeMap::new();
    for (number, line) in lines {
        let at = |message: String| format!("{path}, line {number}: {message}");
        let fields = columns(line);
        let [dim, width, replicate, value] = fields.as_slice() else {
            let message = at(format!("{} fields, not 4", fields.len()));
            return Err((message, "every line is d,m,replicate,value, such as 24,12,0,0.517"));
        };
        let size = |name: &str, text: &str| match text.parse::<usize>() {
            Ok(size) if (1..=MAX_SIZE).contains(&size) => Ok(size),
            _ => Err((at(format!("{name} = `{text}`")), "d and m are whole numbers of at least 1")),
        };
        let (dim, width) = (size("d", dim)?, size("m", width)?);
        let replicate: u64 = replicate.parse().map_err(|_| {
            (at(format!("replicate = `{replicate}`")), "replicates are numbered 0, 1, 2, ... at each size")
        })?;
        let value = match value.parse::<f64>() {
            Ok(value) if value.is_finite() => value,
            _ => return Err((at(format!("value = `{value}`")), "a value is a finite number")),
        };
        if let Some(first) = seen.insert((dim, width, replicate), number) {
            let message = at(format!("d = {dim}, m = {width}, replicate {replicate} is already on line {first}"));
            return Err((message, "every replicate of a size has a number of its own and stands once"));
        }
        let (own, values) = sizes.entry(dim).or_insert_with(|| (width, BTreeMap::new()));
        if *own != width {
            let message = at(format!("d = {dim} has m = {width} here and m = {own} above"));
            return Err((message, "a claim is judged at one ratio m/d: one width for each d"));
        }
        values.insert(replicate, value);
    }
    enough(path, &sizes)?;
    // By number, so that the order of the lines does not matter.
    let size = |(dim, (width, values)): (usize, (usize, BTreeMap<u64, f64>))| SampleSize {
        dim,
        width,
        values: values.into_values().collect(),
    };
    Ok(OwnSamples { path: path.to_string(), sizes: sizes.into_iter().map(size).collect() })
}

fn enough(path: &str, sizes: &BTreeMap<usize, (usize, BTreeMap<u64, f64>)>) -> Result<(), Wrong> {
    if sizes.len() < MIN_SIZES {
        let message = format!("{path}: {} different d, fewer than {MIN_SIZES}", sizes.len());
        return Err((message, "extrapolation needs five sizes or more, the largest at least six times the smallest"));
    }
    let ends = sizes.keys().next().zip(sizes.keys().next_back());
    if let Some((first, last)) = ends.filter(|(first, last)| **last / MIN_RATIO < **first) {
        let message = format!("{path}: d from {first} to {last}, a ratio below {MIN_RATIO}");
        return Err((message, "extrapolation needs five sizes or more, the largest at least six times the smallest"));
    }
    if let Some((dim, (_, values))) = sizes.iter().find(|(_, (_, values))| values.len() < MIN_REPLICATES) {
        let message = format!("{path}: {} replicates at d = {dim}, fewer than {MIN_REPLICATES}", values.len());
        return Err((message, "intervals need a variance: give 16 replicates of each size or more, better 64"));
    }
    Ok(())
}

/// Samples are of one grid point, and of its ratio m/d up to rounding.
pub fn fits(samples: &OwnSamples, grid: &[Settings], place: Span) -> Vec<Diagnostic> {
    let fault = |message: String, hint: &str| Diagnostic::new("C101", place, message).hint(hint);
    let [point] = grid else {
        let message = format!("samples of one point, but the grid has {}", grid.len());
        return vec![fault(
            message,
            "samples say nothing of parameters: give each point a claim and a file of its own",
        )];
    };
    let Some(rho) = point.number("rho") else { return Vec::new() };
    let off = |size: &&SampleSize| (size.width as f64 - rho * size.dim as f64).abs() > 1.0;
    let found = samples.sizes.iter().find(off).map(|size| {
        let message = format!("{}: d = {}, m = {} is not of rho = {}", samples.path, size.dim, size.width, short(rho));
        fault(message, "m is rho*d, rounded; set rho on the grid line to the ratio of the samples")
    });
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five sizes with 16 replicates each.
    fn good() -> String {
        let mut text = String::from("d, m, replicate, value\n");
        for dim in [8, 12, 16, 24, 48] {
            for replicate in 0..16 {
                text += &format!("{dim},{},{replicate},{}\n", dim / 2, 0.25 + f64::from(replicate) / 1e3);
            }
        }
        text
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let found = table("own.csv", &good()).unwrap();
        assert_eq!(
            found.sizes.iter().map(|s| (s.dim, s.width)).collect::<Vec<_>>(),
            [(8, 4), (12, 6), (16, 8), (24, 12), (48, 24)]
        );
        assert!(found.sizes.iter().all(|s| s.values.len() == 16 && s.values.is_sorted()));
        let text = good();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let other = format!("\u{feff}# mine\r\n\r\n{}\r\n", lines.join("\r\n"));
        assert_eq!(table("own.csv", &other).unwrap(), found);
    }

    #[test]
    fn faults_name_the_line() {
        for (from, to, expected) in [
            ("d, m, replicate, value\n", "", "own.csv, line 1: no head line"),
            ("8,4,3,0.253", "8,4,0.253", "line 5: 3 fields, not 4"),
            ("8,4,3,0.253", "8,4,3,0.253,1", "line 5: 5 fields"),
            ("8,4,3,0.253", "8.5,4,3,0.253", "line 5: d = `8.5`"),
            ("8,4,3,0.253", "8,0,3,0.253", "line 5: m = `0`"),
            ("8,4,3,0.253", "8,4,-3,0.253", "line 5: replicate = `-3`"),
            ("8,4,3,0.253", "8,4,3,nan", "line 5: value = `nan`"),
            ("8,4,3,0.253", "8,4,3,1e999", "line 5: value = `1e999`"),
            ("8,4,3,0.253", "8,4,2,0.253", "line 5: d = 8, m = 4, replicate 2 is already on line 4"),
            ("8,4,3,0.253", "8,5,3,0.253", "line 5: d = 8 has m = 5 here and m = 4 above"),
            ("8,4,3,0.253\n", "", "15 replicates at d = 8"),
            ("48,", "24,", "d = 24 has m = 24 here and m = 12 above"),
            ("48,24", "47,24", "d from 8 to 47, a ratio below 6"),
            ("12,6", "16,8", "is already on line"),
        ] {
            let (message, hint) = table("own.csv", &good().replace(from, to)).unwrap_err();
            assert!(message.contains(expected) && !hint.is_empty(), "{from} to {to}: {message}");
        }
        let four: String = good().lines().filter(|line| !line.starts_with("12,")).map(|l| format!("{l}\n")).collect();
        assert!(table("own.csv", &four).unwrap_err().0.contains("4 different d, fewer than 5"));
        assert!(table("own.csv", "").unwrap_err().0.contains("no head line"));
    }
}
