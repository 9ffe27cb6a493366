//! The page of a claim: what it says, what came of it, and every number behind that.

use super::cells::{Standing, common, full_point, limit_text, point, standing, varying, verdict_text};
use super::experiments;
use super::figure::Figure;
use super::gaps::fit_text;
use super::markdown::{Align, command, details, escape, formula, image, table};
use super::number::{count, interval, rounded_up, significant, with_error};
use super::summary::{sensitivity, summary};
use super::table::size_row;
use crate::record::{CellRecord, ClaimRecord, Counts, ReportData};

/// The figures of a claim.
pub struct Figures {
    pub limit: Vec<Figure>,
    pub gap: Vec<Figure>,
    pub experiment: Vec<Figure>,
}

/// `claims/<id>.md`.
pub fn write(data: &ReportData, claim: &ClaimRecord, cells: &[&CellRecord], figures: &Figures) -> String {
    let mut out = format!("# {}\n\n", escape(&claim.title));
    out += &verdict_line(data, cells);
    out += "\n## Statement\n\n";
    out += &statement(claim);
    out += "\n";
    out += &facts(claim);
    if !claim.parameters.is_empty() {
        let rows: Vec<Vec<String>> =
            claim.parameters.iter().map(|row| row.iter().map(|text| escape(text)).collect()).collect();
        let columns = [("parameter", Align::Left), ("default", Align::Left), ("domain", Align::Left)];
        out += &format!("\n## Parameters\n\n{}", table(&columns, &rows));
    }
    for line in &claim.analysis {
        out += &format!("\n{}\n", escape(line.trim()));
    }
    if !figures.limit.is_empty() {
        out += &format!("\n## Limit along {}\n\n", escape(&claim.curve_axis));
        out += &drawings(&figures.limit);
    }
    out += "\n## Cells\n\n";
    out += &cell_table(&claim.kind, cells);
    if !figures.gap.is_empty() {
        out += "\n## Gap against the size\n\n";
        out += "Gap: mean over the networks drawn at a size, minus the limit formula at that size's m/d and eigenvalues.\n\n";
        out += &drawings(&figures.gap);
    }
    if cells.iter().any(|cell| !cell.sizes.is_empty()) {
        out += "\n## Sizes behind each cell\n\n";
        out += &sizes(cells);
    }
    if !claim.experiments.is_empty() {
        out += "\n## Experiments\n\n";
        out += &drawings(&figures.experiment);
        for experiment in &claim.experiments {
            out += "\n";
            out += &experiments::section(experiment);
        }
    }
    let near = near_limit(cells);
    if !near.is_empty() {
        out += &format!("\n## From which size on the limit is a good approximation\n\n{near}");
    }
    if cells.iter().any(|cell| cell.replicates > 0) {
        out += &format!("\n## Wrong versions of the formula\n\n{}", mutants(data, claim));
    }
    out += "\n## Reproduce\n\n";
    out += &command(&format!("limitcheck check {} --seed {} --budget {}", name(claim), data.run.seed, data.run.budget));
    out + "\n[All claims](../README.md)\n"
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

fn verdict_line(data: &ReportData, cells: &[&CellRecord]) -> String {
    if cells.is_empty() {
        return "Not judged in this run.\n".into();
    }
    let mut line = summary(cells);
    if !line.starts_with("**") {
        line = format!("**{line}**");
    }
    if let Some(margin) = span(cells.iter().filter_map(|cell| cell.margin)) {
        line += &format!("; margin {margin}");
    }
    if cells.iter().any(|cell| cell.detectable.is_some()) {
        let place = if cells.len() > 1 { ", in the cell where it is largest relative to the limit" } else { "" };
        line += &format!("; smallest detectable error {}{place}", sensitivity(cells));
    }
    line + &format!("; level {} for the whole run.\n", significant(data.run.level, 2))
}

fn statement(claim: &ClaimRecord) -> String {
    let mut out = formula(&claim.statement);
    let formulas = |intro: &str, list: &[String]| {
        if list.is_empty() {
            return String::new();
        }
        let lines: Vec<String> = list.iter().map(|latex| formula(latex)).collect();
        format!("\n{intro}\n\n{}", lines.join("\n"))
    };
    out += &formulas("where", &claim.definitions);
    out += &formulas("Hypotheses:", &claim.hypotheses);
    out
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
    table(&[("", Align::Left), (&escape(&claim.id), Align::Left)], &rows)
}

/// Figures with links to their numbers; all but the first open on a click.
fn drawings(figures: &[Figure]) -> String {
    let show = |figure: &Figure| {
        let picture = image(&figure.alt, &format!("../figures/{}.svg", figure.name));
        format!("{picture}\nNumbers: [`{0}.csv`](../figures/{0}.csv)\n", figure.name)
    };
    let Some((first, others)) = figures.split_first() else { return String::new() };
    let mut out = show(first);
    for (k, figure) in others.iter().enumerate() {
        out += &format!("\n{}", details(&format!("Figure {} of {}", k + 2, figures.len()), &show(figure)));
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
    let mut out = table(&columns, &rows);
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
             level. Agrees: the interval lies within the margin; disagrees: it lies outside."
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
        cell.detectable.map_or_else(none, |x| with_error(x, x)),
        if cell.replicates == 0 { none() } else { cell.replicates.to_string() },
        if standing(cell) == Standing::Expected { verdict } else { format!("**{verdict}**") },
    ]
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

/// How systematically wrong versions of the formula fared.
fn mutants(data: &ReportData, claim: &ClaimRecord) -> String {
    let Some(found) = &claim.mutants else {
        let budget = &data.run.budget;
        let make = format!(
            "limitcheck mutants --budget {budget} --seed {} --results results.jsonl --json mutants.json",
            data.run.seed
        );
        return format!(
            "Not judged here. In the report's folder, this judges systematic changes of every formula by the samples of the run, and the next report \
             shows the outcome:\n\n{}",
            command(&make)
        );
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
    let names = varying(cells);
    let columns = [
        ("d", Align::Right),
        ("m", Align::Right),
        ("trials", Align::Right),
        ("mean", Align::Right),
        ("standard error", Align::Right),
        ("limit at this size", Align::Right),
        ("its error bound", Align::Right),
        ("exact finite-size mean", Align::Right),
    ];
    let mut out = String::new();
    for cell in cells.iter().filter(|cell| !cell.sizes.is_empty()) {
        let rows: Vec<Vec<String>> = cell.sizes.iter().map(size_row).collect();
        let mut body = table(&columns, &rows);
        if let Some(fit) = fit_text(cell) {
            body += &format!("\n{}\n", escape(&fit));
        }
        if !cell.reason.trim().is_empty() {
            body += &format!("\n{}\n", escape(cell.reason.trim()));
        }
        let at = point(cell, &names);
        let separator = if at.is_empty() { "" } else { ": " };
        out += &details(&format!("{at}{separator}{}", verdict_text(cell)), &body);
        out.push('\n');
    }
    out.trim_end().to_string() + "\n"
}
