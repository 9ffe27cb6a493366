//! Markdown, plain-text tables, SVG and one HTML file from records. Draws and formats, never computes statistics.
//!
//! May import `record` only: what stands in a report stood in the results file. The bytes depend on the data alone.

mod atlas;
pub mod bench;
mod calibration;
mod canvas;
mod cells;
mod chapters;
mod chart;
mod colour;
mod explored;
mod gaps;
mod html;
mod hypotheses;
mod index;
pub mod interactive;
mod limits;
mod markdown;
mod number;
mod overview;
mod page;
mod summary;
pub mod sweep;
mod table;

pub use calibration::{calibration, exceeding};
pub use explored::{explored_page, explored_table};
pub use html::single_page;
pub use number::{interval, percent as percent_text, significant};
pub use summary::outcome;
pub use table::{text_table, verdict_table};

use crate::record::{ReportData, RunRecord};
use canvas::Figure;

/// A report: its pages, and the drawings that they show.
pub struct Report {
    /// (path relative to the report's folder, Markdown)
    pages: Vec<(String, String)>,
    figures: Vec<Figure>,
}

/// What the words mean: a page of every report.
const GLOSSARY: &str = include_str!("../../theory/glossary.md");

impl Report {
    /// Of a run. Claims without a [`ClaimRecord`](crate::record::ClaimRecord) appear in the index, without a page.
    pub fn new(data: &ReportData) -> Report {
        let groups = cells::by_claim(&data.run);
        let front =
            index::Figures { overview: overview::draw(data, &groups), hypotheses: hypotheses::draw(data, &groups) };
        let mut pages = vec![("README.md".to_string(), index::write(data, &groups, &front))];
        let mut figures: Vec<Figure> = front.overview.into_iter().chain(front.hypotheses).collect();
        if !data.atlas.is_empty() {
            pages.push(("atlas.md".to_string(), atlas::page(&data.atlas)));
            figures.extend(data.atlas.iter().map(atlas::draw));
        }
        for (_, claims) in chapters::claims_by_chapter(data) {
            for claim in claims {
                let cells = groups.iter().find(|(id, _)| *id == claim.id).map_or(&[][..], |(_, cells)| cells);
                let drawn = page::Figures {
                    limit: limits::draw(claim),
                    gap: gaps::draw(claim, cells),
                    experiment: limits::experiments(claim),
                };
                pages.push((format!("claims/{}.md", claim.id), page::write(data, claim, cells, &drawn)));
                figures.extend(drawn.limit.into_iter().chain(drawn.gap).chain(drawn.experiment));
            }
        }
        for (path, text) in &mut pages {
            let up = if path.contains('/') { "../" } else { "" };
            let others = [("README.md", "All claims"), ("atlas.md", "Atlas"), ("glossary.md", "Glossary")];
            let there = |(name, _): &(&str, &str)| path != name && (*name != "atlas.md" || !data.atlas.is_empty());
            let links = others.into_iter().filter(there).map(|(name, title)| format!("[{title}]({up}{name})"));
            *text += &format!("\n{}\n", links.collect::<Vec<_>>().join(" \u{b7} "));
        }
        pages.push(("glossary.md".to_string(), GLOSSARY.to_string()));
        Report { pages, figures }
    }

    /// Every file, as (path relative to the report's folder, content): `README.md`, `atlas.md`, `glossary.md`, `claims/<id>.md`, and
    /// `figures/*.svg`, for light and for dark pages; the atlas has its numbers beside it as `.csv`.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files = self.pages.clone();
        for figure in &self.figures {
            files.extend(drawn(&format!("figures/{}", figure.name), figure));
        }
        files
    }
}

/// The files of a figure, by its path without ending.
fn drawn(path: &str, figure: &Figure) -> Vec<(String, String)> {
    let mut files = vec![(format!("{path}.svg"), figure.svg(false)), (format!("{path}-dark.svg"), figure.svg(true))];
    if !figure.csv.is_empty() {
        files.push((format!("{path}.csv"), figure.csv.clone()));
    }
    files
}

/// The gaps of one claim's cells in a run against the size, as SVG for light pages; none where no cell has a gap at any size.
pub fn gap_figures(run: &RunRecord, id: &str, title: &str, kind: &str) -> Vec<String> {
    let cells: Vec<_> = run.cells.iter().filter(|cell| cell.claim == id).collect();
    gaps::drawn(gaps::Subject { id, title, kind }, &cells).iter().map(|figure| figure.svg(false)).collect()
}

/// Every file of the report of a run.
pub fn render(data: &ReportData) -> Vec<(String, String)> {
    Report::new(data).files()
}
