//! Markdown, plain-text tables, SVG and one HTML file from records. Draws and formats, never computes statistics.
//!
//! May import `record` only: what stands in a report stood in the results file. The bytes depend on the data alone.

mod atlas;
mod axis;
pub mod bench;
mod calibration;
mod cells;
mod curves;
mod experiments;
mod explored;
mod figure;
mod gaps;
mod html;
mod hypotheses;
mod index;
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
pub use number::{interval, significant};
pub use table::{text_table, verdict_table};

use crate::record::ReportData;
use figure::Figure;

/// Every file of the report, as (path relative to the report's folder, content): `README.md`, `atlas.md`,
/// `claims/<id>.md`, and `figures/*.svg`, each with its numbers beside it in a `.csv` of the same name.
///
/// Claims of the run without a [`ClaimRecord`](crate::record::ClaimRecord) appear in the index, without a page.
pub fn render(data: &ReportData) -> Vec<(String, String)> {
    let groups = cells::by_claim(&data.run);
    let mut files = Vec::new();
    let overview = overview::draw(&groups);
    files.push(("README.md".to_string(), index::write(data, &groups, overview.as_ref())));
    let mut figures: Vec<Figure> = overview.into_iter().collect();
    if !data.atlas.is_empty() {
        files.push(("atlas.md".to_string(), atlas::page(&data.atlas)));
        figures.extend(data.atlas.iter().map(atlas::draw));
    }
    for claim in &data.claims {
        let cells = groups.iter().find(|(id, _)| *id == claim.id).map_or(&[][..], |(_, cells)| cells);
        let drawn = page::Figures {
            limit: curves::draw(claim),
            gap: gaps::draw(claim, cells),
            experiment: experiments::draw(claim),
        };
        files.push((format!("claims/{}.md", claim.id), page::write(data, claim, cells, &drawn)));
        figures.extend(drawn.limit.into_iter().chain(drawn.gap).chain(drawn.experiment));
    }
    for figure in figures {
        files.push((format!("figures/{}.svg", figure.name), figure.svg));
        files.push((format!("figures/{}.csv", figure.name), figure.csv));
    }
    files
}
