//! Plain-text tables for standard output.

use super::cells::{
    Group, Standing, by_claim, common, full_point, point, standing, varying, verdict_counts, verdict_text,
};
use super::number::{count, interval, rounded_up, significant, with_error};
use crate::record::{CellRecord, RunRecord};

/// Shortest point column worth printing in a narrow terminal.
const SHORTEST_POINT: usize = 12;

/// Columns aligned by spaces, two between columns, nothing trailing. `right[k]` sets column k flush right.
/// Short rows are filled up. Widths count characters.
pub fn text_table(header: &[&str], right: &[bool], rows: &[Vec<String>]) -> String {
    let empty = String::new();
    let cell = |row: &[String], k: usize| row.get(k).unwrap_or(&empty).clone();
    let head: Vec<String> = header.iter().map(|h| h.to_string()).collect();
    let widths: Vec<usize> = (0..header.len())
        .map(|k| rows.iter().chain([&head]).map(|row| cell(row, k).chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in [&head].into_iter().chain(rows) {
        let cells = (0..header.len()).map(|k| {
            let text = cell(row, k);
            let padding = " ".repeat(widths[k] - text.chars().count());
            if right.get(k) == Some(&true) { padding + &text } else { text + &padding }
        });
        out += cells.collect::<Vec<_>>().join("  ").trim_end();
        out.push('\n');
    }
    out
}

/// The verdicts of a run, a row per cell, then the reasons of cells without a value (`x`), contrary (`!`) and open (`?`) ones, then a line of counts.
///
/// The point column holds what varies among the claim's cells; the other settings stand below the table.
/// `width` is the terminal's, in characters: the point column is cut to fit it where possible; reasons give the
/// whole point. None: nothing is cut.
pub fn verdict_table(run: &RunRecord, width: Option<usize>) -> String {
    let groups = by_claim(run);
    let mut rows = Vec::new();
    for (_, cells) in &groups {
        let names = varying(cells);
        rows.extend(cells.iter().map(|cell| row(cell, &point(cell, &names))));
    }
    align_pairs(&mut rows);
    let header = ["", "claim", "point", "gap", "interval", "margin", "detectable", "replicates", "verdict"];
    let right = [false, false, false, true, false, true, true, true, false];
    if let Some(width) = width {
        fit(&header, &mut rows, width);
    }
    let mut out = if rows.is_empty() { String::new() } else { text_table(&header, &right, &rows) };
    out += &notes(&groups, width);
    out += &summary(run);
    out
}

fn row(cell: &CellRecord, point: &str) -> Vec<String> {
    let none = || "-".to_string();
    let (gap, range) = match (cell.gap, cell.interval) {
        (Some(gap), Some(ends)) => {
            let [gap, low, high] = interval(gap, ends);
            // The tab is where `align_pairs` sets the upper ends flush.
            (gap, format!("[{low},\t{high}]"))
        }
        (Some(gap), None) => (significant(gap, 3), none()),
        _ => (none(), none()),
    };
    vec![
        mark(cell).into(),
        cell.claim.clone(),
        if point.is_empty() { none() } else { point.into() },
        gap,
        range,
        cell.margin.map_or_else(none, |x| with_error(x, x)),
        cell.detectable.map_or_else(none, |x| with_error(x, x)),
        if cell.replicates == 0 { none() } else { cell.replicates.to_string() },
        verdict_text(cell),
    ]
}

fn mark(cell: &CellRecord) -> &'static str {
    match standing(cell) {
        Standing::NoValue => "x",
        Standing::Contrary => "!",
        Standing::Open => "?",
        Standing::Expected => "",
    }
}

/// Pads `[low,<tab>high]` so that both ends stand flush right over all rows.
fn align_pairs(rows: &mut [Vec<String>]) {
    const INTERVAL: usize = 4;
    let split =
        |row: &Vec<String>| row[INTERVAL].split_once('\t').map(|(low, high)| (low[1..].to_string(), high.to_string()));
    let pairs: Vec<_> = rows.iter().map(split).collect();
    let left = pairs.iter().flatten().map(|(low, _)| low.len()).max().unwrap_or(0);
    let right = pairs.iter().flatten().map(|(_, high)| high.len()).max().unwrap_or(0);
    for (row, pair) in rows.iter_mut().zip(pairs) {
        if let Some((low, high)) = pair {
            row[INTERVAL] = format!("{:>1$} {high:>right$}", format!("[{low}"), left + 1);
        }
    }
}

/// Cuts the points so that the table fits `width`, if a point column of a useful width can do so.
fn fit(header: &[&str], rows: &mut [Vec<String>], width: usize) {
    const POINT: usize = 2;
    let widest = |k: usize| rows.iter().map(|row| row[k].chars().count()).max().unwrap_or(0).max(header[k].len());
    let others: usize = (0..header.len()).filter(|k| *k != POINT).map(widest).sum::<usize>() + 2 * (header.len() - 1);
    let room = width.saturating_sub(others).max(SHORTEST_POINT);
    for row in rows {
        row[POINT] = elide(&row[POINT], room);
    }
}

/// The text, or as much of it as fits in `room` characters with three dots at its end.
pub fn elide(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_string();
    }
    let kept: String = text.chars().take(room.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end_matches([' ', ',']))
}

/// Reasons of the cells that need a look, then the settings that no row shows.
fn notes(groups: &[Group], width: Option<usize>) -> String {
    let mut out = String::new();
    let mut open: Vec<&CellRecord> =
        groups.iter().flat_map(|(_, cells)| cells).copied().filter(|c| standing(c) != Standing::Expected).collect();
    open.sort_by_key(|cell| standing(cell));
    for cell in &open {
        let expected = match standing(cell) {
            Standing::Contrary => format!("{} (expected: {})", cell.stated(), cell.expected),
            _ => cell.stated(),
        };
        let at = format!("{} {}", cell.claim, full_point(cell));
        let text = format!("{}: {expected}: {}", at.trim(), cell.reason.trim());
        out += &wrap(&text, &format!("{} ", mark(cell)), width);
    }
    let mut shared: Vec<(String, Vec<&str>)> = Vec::new();
    for (id, cells) in groups {
        let text = common(cells);
        match shared.iter_mut().find(|(known, _)| *known == text) {
            _ if text.is_empty() => {}
            Some((_, ids)) => ids.push(id),
            None => shared.push((text, vec![id])),
        }
    }
    if !shared.is_empty() {
        out += "\nSettings that are the same in all of a claim's cells:\n";
        for (text, ids) in shared {
            out += &wrap(&format!("{}: {text}", ids.join(", ")), "  ", width);
        }
    }
    if out.is_empty() || out.starts_with('\n') { out } else { format!("\n{out}") }
}

/// Breaks a text at spaces; `lead` opens the first line, spaces the others.
fn wrap(text: &str, lead: &str, width: Option<usize>) -> String {
    let indent = " ".repeat(lead.len() + 2);
    let mut out = String::new();
    let mut line = lead.to_string();
    let mut fresh = true;
    for word in text.split_whitespace() {
        let longer = line.chars().count() + 1 + word.chars().count();
        if !fresh && width.is_some_and(|width| longer > width) {
            out += line.trim_end();
            out.push('\n');
            line = indent.clone();
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line += word;
        fresh = false;
    }
    out + line.trim_end() + "\n"
}

fn summary(run: &RunRecord) -> String {
    if run.cells.is_empty() {
        return "No cells: nothing was tested.\n".into();
    }
    let counts = verdict_counts(run.cells.iter());
    let counts: Vec<String> = counts.iter().map(|(verdict, n)| format!("{n} {verdict}")).collect();
    let contrary = run.cells.iter().filter(|cell| standing(cell) == Standing::Contrary).count();
    let contrary = match contrary {
        0 => "none contrary to its status".to_string(),
        1 => "1 contrary to its status".to_string(),
        n => format!("{n} contrary to their status"),
    };
    let confirmed = match run.cells.iter().filter(|cell| cell.confirmed).count() {
        0 => String::new(),
        n => format!(" {n} of them (*) by estimates that a finer computation confirms."),
    };
    format!(
        "\n{}: {}; {contrary}.{confirmed} Level {} for the whole run, if the form of the fit holds (budget {}, seed {}).\n",
        count(run.cells.len(), "cell"),
        counts.join(", "),
        significant(run.level, 2),
        run.budget,
        run.seed
    )
}

/// One size as text: its sizes (d, m), trials, mean, standard error, limit, its error bound, exact finite-size mean.
pub fn size_row(size: &crate::record::SizeRecord) -> Vec<String> {
    let none = || "-".to_string();
    let error = size.std_error.unwrap_or(f64::NAN);
    let sizes = size.values().into_iter().map(|size| size.to_string());
    let rest = [
        size.trials.to_string(),
        size.mean.map_or_else(none, |x| with_error(x, error)),
        size.std_error.map_or_else(none, |x| with_error(x, x)),
        size.limit.map_or_else(none, |x| significant(x, 6)),
        size.limit_abs_err.map_or_else(none, rounded_up),
        size.finite.map_or_else(none, |x| significant(x, 6)),
    ];
    sizes.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".into(), "10".into()], vec!["long".into(), "-3".into()], vec!["x".into()]];
        let text = text_table(&["name", "n"], &[false, true], &rows);
        assert_eq!(text, "name   n\na     10\nlong  -3\nx\n");
    }

    #[test]
    fn long_texts_are_cut_and_wrapped() {
        assert_eq!(elide("rho=0.5, activation=relu", 14), "rho=0.5, ac...");
        assert_eq!(elide("rho=0.5", 14), "rho=0.5");
        assert_eq!(wrap("one two three", "! ", Some(10)), "! one two\n    three\n");
        assert_eq!(wrap("one two three", "", None), "one two three\n");
    }
}
