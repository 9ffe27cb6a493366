//! The interactive page: one HTML file of the theory to play with. The drawing is done by its script, from the numbers in it; without
//! script there is a drawing of the widths.

use super::canvas::{Stroke, rules};
use super::chart::{Axis, Chart, Panel, Scale, Series};
use super::colour::{Colour, Hue};
use super::markdown::html as escape;
use crate::record::interactive::{AxisGrid, INFINITE, InteractiveRecord, NONE, RegimeRecord, TableRecord};

const PAGE: &str = include_str!("interactive/page.html");
const STYLE: &str = include_str!("interactive/page.css");
/// In this order, as one script.
const SCRIPTS: [&str; 6] = [
    include_str!("interactive/values.js"),
    include_str!("interactive/state.js"),
    include_str!("interactive/charts.js"),
    include_str!("interactive/readout.js"),
    include_str!("interactive/commands.js"),
    include_str!("interactive/page.js"),
];

/// The page's name where it lies beside a report.
pub const NAME: &str = "page.html";

/// Where the numbers begin and end in the page.
pub const DATA: [&str; 2] = ["<script type=\"application/json\" id=\"data\">", "</script>"];

/// Writes the page.
pub fn interactive_page(record: &InteractiveRecord) -> String {
    let json = serde_json::to_string(record).expect("records hold text and finite numbers");
    // Within a script element `</` would end it.
    let data = format!("{}{}{}", DATA[0], json.replace("</", "<\\/"), DATA[1]);
    let script = format!("\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat());
    let parts = [
        ("{{style}}", format!("{STYLE}{}{}", colours(record), rules())),
        ("{{still}}", still(record)),
        ("{{version}}", escape(&record.version)),
        ("{{command}}", escape(&record.command)),
        ("{{data}}", data),
        ("{{script}}", script),
    ];
    // From the end on, so that no part is searched for the marks of another.
    let mut page = PAGE.to_string();
    for (mark, text) in parts.iter().rev() {
        page = page.replacen(mark, text, 1);
    }
    page
}

/// The regimes' colours as variables of the style sheet.
fn colours(record: &InteractiveRecord) -> String {
    let of = |page: usize| -> String {
        let one =
            |regime: &RegimeRecord| format!("--{}: {}; ", regime.id, Hue::of_regime(&regime.id).plain().hex(page));
        record.regimes.iter().map(one).collect()
    };
    format!(":root {{ {} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {} }} }}\n", of(0), of(1))
}

/// Both numbers against the width at the end of training, at the nodes of the tables: quadratic activation, exponential spectrum.
fn still(record: &InteractiveRecord) -> String {
    let panel = |index: usize, heading: &str| Panel {
        heading: heading.to_string(),
        alarm: false,
        x: Scale::new("width over dimension, m/d", Axis { low: 0.0, high: 3.0, logarithmic: false }),
        y: Scale::new(heading, Axis { low: 0.0, high: 1.05, logarithmic: false }),
        bands: Vec::new(),
        series: record.regimes.iter().filter_map(|regime| along_width(record, regime, index)).collect(),
        notes: Vec::new(),
    };
    let chart = Chart {
        name: "still".to_string(),
        title: "Test error and sensitivity of the regimes against the width, at the end of training".to_string(),
        columns: 2,
        panels: vec![panel(0, "test error"), panel(1, "sensitivity")],
        key: Vec::new(),
        note: String::new(),
        csv: String::new(),
    };
    format!("<figure>{}</figure>", chart.draw().inline())
}

fn along_width(record: &InteractiveRecord, regime: &RegimeRecord, index: usize) -> Option<Series> {
    let claim = &regime.stages.get("end")?[index];
    let table = record.tables.iter().find(|table| table.claim == *claim)?;
    let axes: Vec<&AxisGrid> =
        table.axes.iter().filter_map(|name| record.axes.iter().find(|axis| axis.name == *name)).collect();
    let (rho, choices) = axes.split_last().filter(|(last, _)| last.name == "rho")?;
    let row = choices.iter().try_fold(0, |row, axis| {
        let wanted = ["isotropic", "quadratic", "exponential"];
        let node = axis.labels.iter().position(|label| wanted.contains(&label.as_str()))?;
        Some(row * axis.labels.len() + node)
    })?;
    let line: Vec<(f64, f64)> = rho
        .at
        .iter()
        .enumerate()
        .filter(|(_, x)| **x <= 3.0)
        .filter_map(|(k, x)| Some((*x, value(table, row * rho.at.len() + k)?)))
        .collect();
    let colour = Colour::Hue(Hue::of_regime(&regime.id), 0.5);
    (!line.is_empty()).then(|| Series { line, stroke: Stroke::Solid, ..Series::new(&regime.label, colour) })
}

fn value(table: &TableRecord, place: usize) -> Option<f64> {
    let code = table.codes.get(place).filter(|code| ![NONE, INFINITE].contains(*code))?;
    Some((table.step * f64::from(*code)).powi(2))
}
