//! The page of a claim: why it holds and what came of it; then, folded, every number behind that.

use super::canvas::Figure;
use super::cells::{Standing, common, full_point, limit_text, point, standing, varying, verdict_text};
use super::gaps::fit_text;
use super::limits::experiment_table;
use super::markdown::{Align, command, details, escape, formula, picture, spelt, table};
use super::number::{count, interval, percent, rounded_up, significant, with_error};
use super::summary::{sensitivity, summary};
use super::table::size_row;
use crate::record::{CellRecord, ClaimRecord, Counts, ReportData};

/// The figures of a claim.
pub struct Figures {
    pub limit: Option<Figure>,
    pub gap: Vec<Figure>,
    pub experiment: Option<Figure>,
}

/// `claims/<id>.md`.
pub fn write(data: &ReportData, claim: &ClaimRecord, cells: &[&CellRecord], figures: &Figures) -> String {
    let mut out = format!("# {}\n\n", escape(&claim.title));
    out += &found(data, cells);
    if !claim.why.is_empty() {
        out += &format!("\n{}\n", linked(&claim.why, data));
    }
    for line in claim.analysis.iter().take(claim.remarks) {
        out += &format!("\n{}\n", escape(line.trim()));
    }
    out += "\n## The formula\n\n";
    out += &statement(claim);
    out += "\n## Verdicts\n\n";
    let mut gaps = figures.gap.iter();
    out += &gaps.next().map_or(String::new(), |figure| format!("{}\n", shown(figure)));
    out += &cell_table(&claim.kind, cells);
    // The rest opens on a click.
    let mut fold = |title: &str, body: String| {
        if !body.is_empty() {
            out += &format!("\n{}", details(title, &body));
        }
    };
    fold("The gaps of the other grid points", gaps.map(shown).collect::<Vec<_>>().join("\n"));
    fold(&format!("The limit along {}", claim.curve_axis), figures.limit.as_ref().map_or(String::new(), shown));
    let tables: String = claim.experiments.iter().map(|one| format!("\n{}", experiment_table(one))).collect();
    fold("Experiments", figures.experiment.as_ref().map_or(String::new(), shown) + &tables);
    fold("The sizes behind each grid point", sizes(cells));
    fold("From which size on the limit is a good approximation", near_limit(cells));
    fold("Wrong versions of the formula", mutants(claim));
    fold(
        "Checked without simulation",
        claim.analysis.iter().skip(claim.remarks).map(|line| format!("{}\n\n", escape(line.trim()))).collect(),
    );
    let again = format!("limitcheck check {} --seed {} --budget {}", name(claim), data.run.seed, data.run.budget);
    fold(
        "Claim file, status, source, parameters, command",
        format!("{}\nTo judge it again:\n\n{}", facts(claim), command(&again)),
    );
    out
}

/// Prose of a claim file, with its links to other claims leading to their pages, and without its other links.
fn linked(text: &str, data: &ReportData) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("](") {
        let (before, after) = (&rest[..at], &rest[at + 2..]);
        let Some((target, behind)) = after.split_once(')') else { break };
        let open = before.rfind('[').unwrap_or(at);
        let stem = target.rsplit('/').next().and_then(|file| file.strip_suffix(".md"));
        out += match stem.filter(|stem| data.claims.iter().any(|claim| claim.id == *stem)) {
            Some(stem) => format!("{before}]({stem}.md)"),
            None => format!("{}{}", &before[..open], before.get(open + 1..).unwrap_or_default()),
        }
        .as_str();
        rest = behind;
    }
    out + rest
}

fn shown(figure: &Figure) -> String {
    picture(&figure.alt, &format!("../figures/{}", figure.name))
}

/// How the command line finds the claim: by its id in the catalogue, by its path elsewhere.
fn name(claim: &ClaimRecord) -> &str {
    if claim.path.is_empty() || claim.path.starts_with("theory/") { &claim.id } else { &claim.path }
}

/// The smallest and the largest of some numbers, as text.
fn span(values: impl Iterator<Item = f64>) -> Option<String> {
    let values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    let (low, high) = (significant(low, 2), significant(high, 2));
    Some(if low == high { low } else { format!("{low} to {high}") })
}

/// What came out, in a sentence or two.
fn found(data: &ReportData, cells: &[&CellRecord]) -> String {
    if cells.is_empty() {
        return "Not judged in this run.\n".into();
    }
    let mut line = summary(cells);
    if !line.starts_with("**") {
        line = format!("**{line}**");
    }
    if let Some(margin) = span(cells.iter().filter_map(|cell| cell.margin)) {
        line += &format!(", with a margin of {margin}");
    }
    line += ".";
    if cells.iter().any(|cell| cell.detectable.is_some()) {
        let place = if cells.len() > 1 { " at the grid point where it is largest relative to the limit" } else { "" };
        line += &format!(" The smallest error that would have been found is {}{place}.", sensitivity(cells));
    }
    line + &format!(
        " The level of the whole run is {}, if the form of the fit holds.\n",
        significant(data.run.level, 2)
    )
}

/// The formula, its definitions as one aligned block, and what it is claimed for.
fn statement(claim: &ClaimRecord) -> String {
    let mut out = formula(&claim.statement);
    if !claim.hypotheses.is_empty() {
        out += &format!("\nfor\n\n{}", formula(&claim.hypotheses.join(",\\quad ")));
    }
    if !claim.definitions.is_empty() {
        let rows: Vec<String> = claim.definitions.iter().map(|latex| aligned(&spelt(latex))).collect();
        let block = formula(&format!("\\begin{{aligned}} {} \\end{{aligned}}", rows.join(" \\cr ")));
        out += &format!("\n{}", details("What the symbols stand for", &block));
    }
    out
}

/// A definition with a mark where it is aligned: before its first `=`, or before its words.
fn aligned(latex: &str) -> String {
    let mark = |place: usize| format!("{}&{}", &latex[..place], &latex[place..]);
    [latex.find(" = ").map(|at| at + 1), latex.find(" \\text{:").map(|at| at + 1)]
        .into_iter()
        .flatten()
        .min()
        .map_or(format!("&{latex}"), mark)
}

fn facts(claim: &ClaimRecord) -> String {
    let mut rows = Vec::new();
    let breaks = claim.breaks.as_ref().map_or(String::new(), |[of, instead]| format!("of {of}: {instead}"));
    let pairs = [
        ("kind", &claim.kind),
        ("status", &claim.status),
        ("source", &claim.source),
        ("what tends to infinity", &claim.grows),
        ("hypothesis broken", &breaks),
        ("observable", &claim.observable),
        ("order of simulated mean minus limit", &claim.bias),
    ];
    rows.extend(pairs.iter().filter(|(_, text)| !text.is_empty()).map(|(k, text)| vec![k.to_string(), escape(text)]));
    if !claim.path.is_empty() {
        let local = !claim.path.starts_with('/') && !claim.path.contains([' ', '(', ')', ':']);
        let text = escape(&claim.path);
        rows.push(vec![
            "claim file, with the setting and what is known".into(),
            if local { format!("[{text}](../../{})", claim.path) } else { text },
        ]);
    }
    let mut out = table(&[("", Align::Left), (&escape(&claim.id), Align::Left)], &rows);
    if !claim.parameters.is_empty() {
        let rows: Vec<Vec<String>> =
            claim.parameters.iter().map(|row| row.iter().map(|text| escape(text)).collect()).collect();
        let columns = [("parameter", Align::Left), ("default", Align::Left), ("domain", Align::Left)];
        out += &format!("\n{}", table(&columns, &rows));
    }
    out
}

fn cell_table(kind: &str, cells: &[&CellRecord]) -> String {
    if cells.is_empty() {
        return "None.\n".into();
    }
    let names = varying(cells);
    let rows: Vec<Vec<String>> = cells.iter().map(|cell| cell_row(cell, &names)).collect();
    let columns = [
        ("point", Align::Left),
        ("limit", Align::Right),
        ("error bound", Align::Right),
        (if kind == "bound" { "slack" } else { "gap" }, Align::Right),
        ("interval", Align::Right),
        ("margin", Align::Right),
        ("detectable", Align::Right),
        ("replicates", Align::Right),
        ("verdict", Align::Left),
    ];
    let mut out = filled(&columns, &rows);
    let shared = common(cells);
    if !shared.is_empty() {
        out += &format!("\nIn all cells: {}.\n", escape(&shared));
    }
    let unsaid =
        |cell: &&CellRecord| names.iter().any(|name| *name != "rho" && cell.defaults.iter().any(|d| d == name));
    if cells.len() > 1 && cells.iter().any(unsaid) {
        out += "\nA point names what differs between the cells and is not at its default.\n";
    }
    out += &format!("\n{}\n", reading(kind));
    out += &estimates(cells);
    let mut open: Vec<&&CellRecord> = cells.iter().filter(|cell| standing(cell) != Standing::Expected).collect();
    open.sort_by_key(|cell| standing(cell));
    for cell in open {
        let reason = escape(cell.reason.trim());
        out += &format!("\n* {}: **{}**: {reason}", escape(&full_point(cell)), escape(&verdict_text(cell)));
    }
    if out.ends_with('\n') { out } else { out + "\n" }
}

/// A table without the columns in which no row says anything.
fn filled(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let says = |k: &usize| rows.iter().any(|row| row[*k] != "-");
    let kept: Vec<usize> = (0..columns.len()).filter(says).collect();
    let columns: Vec<(&str, Align)> = kept.iter().map(|k| columns[*k]).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| kept.iter().map(|k| row[*k].clone()).collect()).collect();
    table(&columns, &rows)
}

/// How the numbers of a cell are to be read.
fn reading(kind: &str) -> &'static str {
    match kind {
        "moment" => {
            "Gap: mean over the networks minus the formula, at the size that decides, with its confidence interval at the cell's \
             share of the level. Agrees: the interval lies within the margin at every size; disagrees: it lies outside at some size."
        }
        "rate" => {
            "Gap: the power of d that is left when the claimed shape is divided out of the means, with its confidence interval at \
             the cell's share of the level. Agrees: the interval lies within the margin; disagrees: it lies outside."
        }
        "bound" => {
            "Slack: how far the nearest network, or the formula, stays from the bound. One that breaks it by more than its numerical \
             error refutes the claim; that none does is no proof."
        }
        "identity" => {
            "Gap: one form minus the other, with the error bounds of both. Proved: exact algebra on the formulas shows that they \
             are the same, whatever the parameters."
        }
        "monotone" => {
            "The formula is evaluated at 41 values of the parameter; a step the other way by more than its error bounds refutes it."
        }
        _ => {
            "Gap: simulation minus limit, extrapolated to infinite size, with its confidence interval at the cell's share of the \
             level. Agrees: the interval lies within the margin; disagrees: it lies outside. Detectable: the smallest error of the formula \
             that this cell would have found with probability 95 %, and its share of the limit."
        }
    }
}

/// Which formulas have a bound that is not proved, and why.
fn estimates(cells: &[&CellRecord]) -> String {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for why in cells.iter().filter_map(|cell| cell.why.as_deref()) {
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, n)) => *n += 1,
            None => reasons.push((why, 1)),
        }
    }
    let line = |(why, n): &(&str, usize)| {
        format!("\nEstimated, not proved, in {n} of {}: {}.\n", count(cells.len(), "cell"), escape(why))
    };
    reasons.iter().map(line).collect()
}

fn cell_row(cell: &CellRecord, names: &[&str]) -> Vec<String> {
    let none = || "-".to_string();
    let (gap, range) = match (cell.gap, cell.interval) {
        (Some(gap), Some(ends)) => {
            let [gap, low, high] = interval(gap, ends);
            (gap, format!("\\[{low}, {high}\\]"))
        }
        (Some(gap), None) => (significant(gap, 3), none()),
        _ => (none(), none()),
    };
    let at = point(cell, names);
    let verdict = escape(&verdict_text(cell));
    vec![
        if at.is_empty() { none() } else { escape(&at) },
        limit_text(cell),
        cell.limit_abs_err.map_or_else(none, rounded_up),
        gap,
        range,
        cell.margin.map_or_else(none, |x| with_error(x, x)),
        cell.detectable.map_or_else(none, |found| detectable(cell, found)),
        if cell.replicates == 0 { none() } else { cell.replicates.to_string() },
        if standing(cell) == Standing::Expected { verdict } else { format!("**{verdict}**") },
    ]
}

/// The smallest detectable error, and its share of the limit where that is not zero.
fn detectable(cell: &CellRecord, found: f64) -> String {
    let own = with_error(found, found);
    let nonzero = |limit: &f64| limit.is_finite() && limit.abs() > cell.limit_abs_err.unwrap_or(0.0);
    match cell.limit.filter(nonzero) {
        Some(limit) if found.is_finite() => format!("{own} ({})", percent(found / limit.abs())),
        _ => own,
    }
}

/// The dimensions from which on the fitted gaps stay below shares of the limit.
fn near_limit(cells: &[&CellRecord]) -> String {
    let names = varying(cells);
    let row = |cell: &&CellRecord| {
        let fit = cell.fit.as_ref().filter(|_| cell.limit.is_some_and(|limit| limit != 0.0))?;
        let smallest = cell.sizes.iter().map(|size| size.dim).min()? as u64;
        let from = |dim: Option<u64>| match dim {
            None => "not resolvable".to_string(),
            Some(dim) if dim <= smallest => format!("at most {smallest}"),
            Some(dim) => dim.to_string(),
        };
        let at = point(cell, &names);
        let at = if at.is_empty() { "-".to_string() } else { escape(&at) };
        Some([vec![at], fit.from_dim.map(from).to_vec()].concat())
    };
    let rows: Vec<Vec<String>> = cells.iter().filter_map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let columns =
        [("point", Align::Left), ("within 5 % from d =", Align::Right), ("within 1 % from d =", Align::Right)];
    format!(
        "{}\nFrom this dimension on, at the same m/d, the fitted gap between mean and limit stays below that share of the limit. Beyond the largest \
         size simulated this extrapolates the fit. Not resolvable: the interval of the gap at infinite size reaches beyond that share.\n",
        table(&columns, &rows)
    )
}

/// How systematically wrong versions of the formula fared. Those of a formula that is itself wrong say nothing.
fn mutants(claim: &ClaimRecord) -> String {
    let Some(found) =
        claim.mutants.as_ref().filter(|found| found.counts.generated > 0 && claim.status != "known-false")
    else {
        return String::new();
    };
    let columns = ["generated", "killed", "survived", "close", "identical", "invalid"].map(|name| (name, Align::Right));
    let Counts { generated, identical, close, invalid, killed, survived } = found.counts;
    let numbers = [generated, killed, survived, close, identical, invalid];
    let mut out = table(&columns, &[numbers.map(|n| n.to_string()).to_vec()]);
    out += &format!(
        "\nEach is the formula with one systematic change, judged by the same samples (budget {}, seed {}). Killed: refuted. Close: never more than two \
         margins away. Identical: the same by exact algebra. Invalid: without a value on the grid, or without one wherever the change matters.\n",
        escape(&found.budget),
        found.seed
    );
    let survivor = |(formula, operator, margins): &(String, String, Option<f64>)| {
        let apart = margins.map_or("infinitely many".to_string(), |x| significant(x, 2));
        format!("* survived: {} ({}; {apart} margins away at most)\n", escape(formula), escape(operator))
    };
    let survivors: String = found.survivors.iter().map(survivor).collect();
    let notes: String = found.notes.iter().map(|note| format!("* {}\n", escape(note))).collect();
    if survivors.is_empty() && notes.is_empty() { out } else { out + "\n" + &survivors + &notes }
}

fn sizes(cells: &[&CellRecord]) -> String {
    let varied = varying(cells);
    let columns =
        ["trials", "mean", "standard error", "limit at this size", "its error bound", "exact finite-size mean"];
    let mut out = String::new();
    for cell in cells.iter().filter(|cell| !cell.sizes.is_empty()) {
        let names = cell.sizes[0].names().into_iter().chain(columns);
        let columns: Vec<(&str, Align)> = names.map(|name| (name, Align::Right)).collect();
        let rows: Vec<Vec<String>> = cell.sizes.iter().map(size_row).collect();
        let mut body = filled(&columns, &rows);
        if let Some(fit) = fit_text(cell) {
            body += &format!("\n{}\n", escape(&fit));
        }
        if !cell.reason.trim().is_empty() {
            body += &format!("\n{}\n", escape(cell.reason.trim()));
        }
        let at = point(cell, &varied);
        let separator = if at.is_empty() { "" } else { ": " };
        out += &details(&format!("{at}{separator}{}", verdict_text(cell)), &body);
        out.push('\n');
    }
    out.trim_end().to_string() + "\n"
}
