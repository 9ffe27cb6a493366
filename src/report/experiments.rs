//! Simulations against the width at one dimension, beside the limit and the exact finite-size mean.

use super::axis::{Axis, PANELS, Sheet, heading_style};
use super::curves::observable_label;
use super::figure::Figure;
use super::figure::{INK, Key, draw as draw_figure, regime_colour};
use super::markdown::{Align, csv_line, escape, table};
use super::number::{exact, rounded_up, significant, with_error};
use crate::record::{ClaimRecord, ExperimentRecord};

/// The figures of a claim's experiments; none where it has none.
pub fn draw(claim: &ClaimRecord) -> Vec<Figure> {
    let drawn: Vec<&ExperimentRecord> = claim.experiments.iter().filter(|e| !e.rows.is_empty()).collect();
    drawn.chunks(PANELS).enumerate().map(|(k, experiments)| sheet(claim, experiments, k)).collect()
}

fn heading(experiment: &ExperimentRecord) -> String {
    let dim = format!("d = {}", experiment.dim);
    if experiment.label.is_empty() { dim } else { format!("{dim}, {}", experiment.label) }
}

fn sheet(claim: &ClaimRecord, experiments: &[&ExperimentRecord], index: usize) -> Figure {
    let colour = regime_colour(&claim.id);
    let mut legend = vec![
        (Key::Line(colour), "limit at m/d".to_string()),
        (Key::Points(colour), "simulation, \u{b1} 2 standard errors".into()),
    ];
    if experiments.iter().flat_map(|e| &e.rows).any(|row| row.finite.is_some()) {
        legend.push((Key::Dashed(INK), "exact mean at this d and m".into()));
    }
    let headings: Vec<String> = experiments.iter().map(|experiment| heading(experiment)).collect();
    let sheet = Sheet::new(&headings, legend);
    let (across, up) = sheet.tick_counts();
    let title = format!("{}: simulations against the width", claim.title);
    let svg = draw_figure(sheet.width, sheet.height, &title, |canvas| {
        for (k, experiment) in experiments.iter().enumerate() {
            let mut rows: Vec<_> = experiment.rows.iter().collect();
            rows.sort_by_key(|row| row.width);
            let x = Axis::over_sizes(rows.iter().map(|row| row.width as f64), 200.0);
            let x = if x.logarithmic { x } else { x.reach_zero() };
            let heights = rows.iter().flat_map(|row| {
                let bar = 2.0 * row.std_error;
                [row.mean - bar, row.mean + bar, row.limit, row.finite.unwrap_or(row.limit)]
            });
            let y = Axis::over(heights, 0.06).reach_zero();
            let panel = sheet.panel(k, x, y);
            panel.frame(canvas, &x.ticks(across), &y.ticks(up));
            panel.heading(canvas, &headings[k], heading_style());
            let limit: Vec<_> = rows.iter().map(|row| panel.at((row.width as f64, row.limit))).collect();
            canvas.curve(&limit, colour, 2.0);
            let finite =
                rows.iter().map(|row| panel.at((row.width as f64, row.finite.unwrap_or(f64::NAN)))).collect::<Vec<_>>();
            canvas.dashed(&finite, INK, 1.4);
            for row in &rows {
                let m = row.width as f64;
                let (_, low) = panel.at((m, row.mean - 2.0 * row.std_error));
                let (_, high) = panel.at((m, row.mean + 2.0 * row.std_error));
                canvas.bar_point(panel.at((m, row.mean)), (low, high), colour);
            }
        }
        sheet.labels(canvas, "m (width)", &observable_label(&claim.observable));
    });
    let suffix = if index == 0 { String::new() } else { format!("-{}", index + 1) };
    Figure { name: format!("{}-experiment{suffix}", claim.id), alt: title, svg, csv: csv(experiments) }
}

fn csv(experiments: &[&ExperimentRecord]) -> String {
    let mut out =
        String::from("experiment,d,m,trials,mean,standard_error,limit,limit_error_bound,exact_finite_size_mean\n");
    for experiment in experiments {
        for row in &experiment.rows {
            let counts = [experiment.dim.to_string(), row.width.to_string(), row.trials.to_string()];
            let numbers = [row.mean, row.std_error, row.limit, row.limit_abs_err].map(|x| exact(Some(x)));
            out += &csv_line(&[&[experiment.label.clone()][..], &counts, &numbers, &[exact(row.finite)]].concat());
        }
    }
    out
}

/// The numbers of an experiment as a table with a heading.
pub fn section(experiment: &ExperimentRecord) -> String {
    let columns = [
        ("m", Align::Right),
        ("m/d", Align::Right),
        ("trials", Align::Right),
        ("mean", Align::Right),
        ("standard error", Align::Right),
        ("limit", Align::Right),
        ("error bound", Align::Right),
        ("exact finite-size mean", Align::Right),
    ];
    let rows: Vec<Vec<String>> = experiment
        .rows
        .iter()
        .map(|row| {
            vec![
                row.width.to_string(),
                significant(row.width as f64 / experiment.dim.max(1) as f64, 4),
                row.trials.to_string(),
                with_error(row.mean, row.std_error),
                with_error(row.std_error, row.std_error),
                significant(row.limit, 6),
                rounded_up(row.limit_abs_err),
                row.finite.map_or_else(|| "-".into(), |x| significant(x, 6)),
            ]
        })
        .collect();
    format!("**{}**\n\n{}\n", escape(&heading(experiment)), table(&columns, &rows))
}
