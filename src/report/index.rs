//! The first page: what was run, what came out, and what needs a look, first.

use super::cells::{Group, Standing, enclosed_text, full_point, standing, verdict_counts, verdict_text};
use super::figure::Figure;
use super::hypotheses;
use super::markdown::{Align, command, escape, image, table};
use super::number::{count, significant};
use super::overview::is_drawn;
use super::summary::{link, sensitivity, summary};
use crate::record::{CellRecord, ReportData};

/// `README.md` of the report.
pub fn write(data: &ReportData, groups: &[Group], overview: Option<&Figure>) -> String {
    let mut out = String::from("# Results\n\n");
    out += &facts(data);
    out += &attention(data, groups);
    out += &atlas(data);
    out += &hypotheses::section(data, groups);
    out += "\n## Claims\n\n";
    out += &claims(data, groups);
    out += "\nSmallest detectable error: the smallest error of a formula that this run would have found with 95 % power; \
            that of the claim's cell where it is largest relative to the limit (to 0.1 where the limit is smaller), in brackets its share of the limit there.\n";
    if let Some(figure) = overview {
        out += "\n## All cells\n\n";
        out += &image(&figure.alt, &format!("figures/{}.svg", figure.name));
        let left = data.run.cells.iter().filter(|cell| !is_drawn(cell)).count();
        out += &format!("\nNumbers: [`{0}.csv`](figures/{0}.csv).", figure.name);
        if left > 0 {
            out += &format!(" Not drawn, for lack of an interval or a margin: {}.", count(left, "cell"));
        }
        out.push('\n');
    }
    out
}

/// The main pictures of the theory, and where the others are.
fn atlas(data: &ReportData) -> String {
    if data.atlas.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## The theory in pictures\n");
    for picture in data.atlas.iter().filter(|picture| picture.front) {
        out += &format!("\n{}", super::atlas::section(picture, "###"));
    }
    let titles: Vec<String> = data.atlas.iter().map(|picture| escape(&picture.title)).collect();
    out + &format!("\nAll pictures, in the [atlas](atlas.md): {}.\n", titles.join("; "))
}

fn facts(data: &ReportData) -> String {
    let run = &data.run;
    let replicates: u64 = run.cells.iter().map(|cell| cell.replicates).sum();
    let verdicts = match verdict_counts(run.cells.iter()) {
        counts if counts.is_empty() => "none".to_string(),
        counts => counts.iter().map(|(verdict, n)| format!("{n} {verdict}")).collect::<Vec<_>>().join(", "),
    };
    let row = |name: &str, text: String| vec![name.to_string(), text];
    let rows = vec![
        row("verdicts", escape(&verdicts)),
        row("cells (a claim at a grid point)", run.cells.len().to_string()),
        row("claims", data.claims.len().to_string()),
        row("networks drawn, counted per cell", replicates.to_string()),
        row(
            "their work",
            if run.work > 0.0 {
                format!("{:.1e} floating-point operations, by the work formulas", run.work)
            } else {
                "none".into()
            },
        ),
        row(
            "formulas enclosed",
            enclosed_text(&run.cells).map_or("none".into(), |text| {
                format!("{text}: the error bound of every value is proved; the other cells say what is estimated")
            }),
        ),
        row(
            "level",
            format!(
                "{}: probability of any false verdict in the whole run, if the form of the fits holds",
                significant(run.level, 2)
            ),
        ),
        row("budget", escape(&run.budget)),
        row("seed", run.seed.to_string()),
        row("version", escape(&data.version)),
    ];
    let heading = [("what", Align::Left), ("in this run", Align::Left)];
    let again = "All numbers behind these pages stand in `report.json`. The same files are drawn from it, without simulating or evaluating, by";
    format!(
        "{}\nMade by\n\n{}\n{again}\n\n{}",
        table(&heading, &rows),
        command(&data.command),
        command("limitcheck report --from report.json --out .")
    )
}

/// The cells that have no value, are contrary or open, with reasons, in this order.
fn attention(data: &ReportData, groups: &[Group]) -> String {
    let mut cells: Vec<&CellRecord> =
        groups.iter().flat_map(|(_, cells)| cells).copied().filter(|c| standing(c) != Standing::Expected).collect();
    if data.run.cells.is_empty() {
        return "\nNo cells: nothing was tested.\n".into();
    }
    if cells.is_empty() {
        return "\nEvery verdict is the one that its claim's status calls for.\n".into();
    }
    cells.sort_by_key(|cell| standing(cell));
    let rows: Vec<Vec<String>> = cells
        .iter()
        .map(|cell| {
            let verdict = escape(&verdict_text(cell));
            let verdict = if standing(cell) <= Standing::Contrary { format!("**{verdict}**") } else { verdict };
            vec![link(data, &cell.claim), escape(&full_point(cell)), verdict, escape(cell.reason.trim())]
        })
        .collect();
    let columns = [("claim", Align::Left), ("point", Align::Left), ("verdict", Align::Left), ("reason", Align::Left)];
    let without = if cells.iter().any(|cell| cell.has_no_value()) { "Without a value, contrary" } else { "Contrary" };
    format!("\n## {without} or undecided\n\n{}", table(&columns, &rows))
}

fn claims(data: &ReportData, groups: &[Group]) -> String {
    struct Row<'a> {
        section: usize,
        worst: Standing,
        id: &'a str,
        title: &'a str,
        status: &'a str,
        cells: &'a [&'a CellRecord],
    }
    let cells_of = |id: &str| groups.iter().find(|(known, _)| *known == id).map_or(&[][..], |(_, cells)| cells);
    let worst = |cells: &[&CellRecord]| cells.iter().map(|cell| standing(cell)).min().unwrap_or(Standing::Open);
    let mut rows: Vec<Row> = data
        .claims
        .iter()
        .map(|claim| {
            let cells = cells_of(&claim.id);
            let section = section(&claim.kind, &claim.status);
            Row { section, worst: worst(cells), id: &claim.id, title: &claim.title, status: &claim.status, cells }
        })
        .collect();
    for (id, cells) in groups {
        if !data.claims.iter().any(|claim| claim.id == *id) {
            rows.push(Row { section: 0, worst: worst(cells), id, title: "", status: "", cells });
        }
    }
    rows.sort_by_key(|row| row.worst);
    let columns = [
        ("claim", Align::Left),
        ("title", Align::Left),
        ("status", Align::Left),
        ("verdicts", Align::Left),
        ("smallest detectable error", Align::Right),
    ];
    let line = |row: &Row| {
        vec![link(data, row.id), escape(row.title), escape(row.status), summary(row.cells), sensitivity(row.cells)]
    };
    let mut sections = Vec::new();
    for (index, heading) in SECTIONS.iter().enumerate() {
        let lines: Vec<Vec<String>> = rows.iter().filter(|row| row.section == index).map(line).collect();
        if !lines.is_empty() {
            sections.push((heading, table(&columns, &lines)));
        }
    }
    match &sections[..] {
        [(_, only)] => only.clone(),
        _ => sections.iter().map(|(heading, table)| format!("### {heading}\n\n{table}")).collect::<Vec<_>>().join("\n"),
    }
}

/// Headings of the sections, in their order.
const SECTIONS: [&str; 6] = [
    "Limits",
    "Exact means at every size",
    "Rates and growth",
    "Identities",
    "Inequalities and monotone formulas: no counterexample is the best there is",
    "Known to be false: must be refuted",
];

/// Which section a claim stands in.
fn section(kind: &str, status: &str) -> usize {
    match (kind, status) {
        (_, "known-false") => 5,
        ("moment", _) => 1,
        ("rate" | "diverges", _) => 2,
        ("identity", _) => 3,
        ("bound" | "monotone", _) => 4,
        _ => 0,
    }
}
