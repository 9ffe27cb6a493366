//! The first page: what came out, what needs a look, the main pictures, and every claim by chapter.

use super::canvas::Figure;
use super::cells::{Group, Standing, enclosed_text, full_point, standing, verdict_text};
use super::chapters::Chapter;
use super::hypotheses;
use super::markdown::{Align, command, details, escape, picture, table};
use super::number::significant;
use super::overview::scaled;
use super::summary::{level, link, outcome, sensitivity, summary};
use crate::record::{CellRecord, ReportData};

/// The figures of the page.
pub struct Figures {
    pub overview: Option<Figure>,
    pub hypotheses: Option<Figure>,
}

/// `README.md` of the report.
pub fn write(data: &ReportData, groups: &[Group], figures: &Figures) -> String {
    let mut out = String::from("# Results\n\n");
    out += &findings(data);
    out += &attention(data, groups);
    out += &front(data);
    out += &hypotheses::section(data, groups, figures.hypotheses.as_ref());
    out += "\n## Claims\n\n";
    out += &claims(data, groups);
    out += "\nSmallest detectable error: the smallest error of a formula that this run would have found with probability 95 %, at the grid point where it \
            is largest relative to the limit; in brackets its share of the limit.\n";
    if let Some(figure) = &figures.overview {
        out += "\n## All claims at a glance\n\n";
        out += &picture(&figure.alt, &format!("figures/{}", figure.name));
        let left = groups.iter().filter(|(_, cells)| !cells.iter().any(|cell| scaled(cell).is_some())).count();
        if left > 0 {
            out += &format!(
                "\nNot drawn, because nothing is measured: {left} claims about formulas alone, proved or without a counterexample.\n"
            );
        }
    }
    out += "\n";
    out += &details("How this report was made: command, seed, counts", &facts(data));
    out
}

/// What was found, and where the formulas are from.
fn findings(data: &ReportData) -> String {
    if data.run.cells.is_empty() {
        return "No cells: nothing was tested.\n".into();
    }
    let mut out = format!("{}\n\n{}\n", outcome(&data.run), level(&data.run));
    if data.claims.iter().any(|claim| claim.source.contains("DB22")) {
        out += &format!("\n{PROVENANCE}\n");
    }
    out
}

/// Where the formulas of the catalogue are from.
const PROVENANCE: &str = "The regimes are those of Dohmatob and Bietti, *On the (Non-)Robustness of Two-Layer Neural Networks in Different Learning Regimes* \
    (arXiv 2203.11864), of which only the abstract was at hand. Every regime is derived here, and none of the paper's theorems is quoted. What the paper calls the \
    (non-)robustness measure is called sensitivity here, since it is large where a network is fragile.";

/// The main pictures of the theory, and where the others are.
fn front(data: &ReportData) -> String {
    if data.atlas.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## The theory in pictures\n");
    if data.interactive {
        out += &format!(
            "\n[Play with the theory]({}): every regime's curves, with controls, and simulated networks that close on them as d grows. One \
             file; open it in a browser.\n",
            super::interactive::NAME
        );
    }
    for one in data.atlas.iter().filter(|one| one.front).take(3) {
        out += &format!("\n{}", super::atlas::section(one, "###"));
    }
    let others = data.atlas.iter().filter(|one| !one.front);
    let titles: Vec<String> = others.map(|one| format!("* {}\n", escape(&one.title))).collect();
    if titles.is_empty() { out } else { out + &format!("\nMore in the [atlas](atlas.md):\n\n{}", titles.concat()) }
}

fn facts(data: &ReportData) -> String {
    let run = &data.run;
    let replicates: u64 = run.cells.iter().map(|cell| cell.replicates).sum();
    let row = |name: &str, text: String| vec![name.to_string(), text];
    let work = format!("{:.1e} floating-point operations, by the work formulas", run.work);
    let rows = vec![
        row("claims", data.claims.len().to_string()),
        row("cells (a claim at a grid point)", run.cells.len().to_string()),
        row("networks drawn, counted per cell", replicates.to_string()),
        row("their work", if run.work > 0.0 { work } else { "none".into() }),
        row(
            "formulas enclosed",
            enclosed_text(&run.cells).map_or("none".into(), |text| {
                format!("{text}: the error bound of every value is proved; the other cells say what is estimated")
            }),
        ),
        row("level", format!("{}, if the form of the fit holds", significant(run.level, 2))),
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
    if cells.is_empty() {
        return String::new();
    }
    cells.sort_by_key(|cell| standing(cell));
    let row = |cell: &&CellRecord| {
        let verdict = escape(&verdict_text(cell));
        let verdict = if standing(cell) <= Standing::Contrary { format!("**{verdict}**") } else { verdict };
        vec![link(data, &cell.claim), escape(&full_point(cell)), verdict, escape(cell.reason.trim())]
    };
    let rows: Vec<Vec<String>> = cells.iter().map(row).collect();
    let columns = [("claim", Align::Left), ("point", Align::Left), ("verdict", Align::Left), ("reason", Align::Left)];
    let without = if cells.iter().any(|cell| cell.has_no_value()) { "Without a value, contrary" } else { "Contrary" };
    format!("\n## {without} or undecided\n\n{}", table(&columns, &rows))
}

/// Every claim, by chapter; within one, what needs a look first.
fn claims(data: &ReportData, groups: &[Group]) -> String {
    struct Line<'a> {
        chapter: Chapter,
        worst: Standing,
        id: &'a str,
        title: &'a str,
        status: &'a str,
        cells: &'a [&'a CellRecord],
    }
    let cells_of = |id: &str| groups.iter().find(|(known, _)| *known == id).map_or(&[][..], |(_, cells)| cells);
    let worst = |cells: &[&CellRecord]| cells.iter().map(|cell| standing(cell)).min().unwrap_or(Standing::Open);
    let known = data.claims.iter().map(|claim| {
        let cells = cells_of(&claim.id);
        let (id, title, status) = (&*claim.id, &*claim.title, &*claim.status);
        Line { chapter: Chapter::of(claim), worst: worst(cells), id, title, status, cells }
    });
    let lost = groups.iter().filter(|(id, _)| !data.claims.iter().any(|claim| claim.id == *id));
    let lost = lost.map(|(id, cells)| Line {
        chapter: Chapter::Others,
        worst: worst(cells),
        id,
        title: "",
        status: "",
        cells,
    });
    let mut lines: Vec<Line> = known.chain(lost).collect();
    lines.sort_by_key(|line| (line.chapter, line.worst));
    let columns = [
        ("title", Align::Left),
        ("claim", Align::Left),
        ("status", Align::Left),
        ("verdicts", Align::Left),
        ("smallest detectable error", Align::Right),
    ];
    let row = |line: &Line| {
        vec![escape(line.title), link(data, line.id), escape(line.status), summary(line.cells), sensitivity(line.cells)]
    };
    let chapters = lines.chunk_by(|a, b| a.chapter == b.chapter);
    let tables: Vec<(&str, String)> = chapters
        .map(|lines| (lines[0].chapter.title(), table(&columns, &lines.iter().map(row).collect::<Vec<_>>())))
        .collect();
    match &tables[..] {
        [(_, only)] => only.clone(),
        [] => table(&columns, &[]),
        _ => tables.iter().map(|(title, table)| format!("### {title}\n\n{table}")).collect::<Vec<_>>().join("\n"),
    }
}
