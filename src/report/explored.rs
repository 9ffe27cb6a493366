//! Claims judged at random points, as plain text and as a page.

use super::cells::{Standing, full_point, standing};
use super::markdown::{Align, escape, table};
use super::number::{count, significant};
use super::table::text_table;
use crate::record::explored::{ExploreRecord, ExploredCell};
use serde_json::{Map, Value};

/// A row per claim, then every point that is contrary to its claim's status, with what it was shrunk to, then those that are open, then a
/// line of counts. `again` is the command that explores a claim in the same way.
pub fn explored_table(record: &ExploreRecord, again: &dyn Fn(&str) -> String) -> String {
    let header = ["", "claim", "points", "corners", "as expected", "open", "contrary", "worst gap in margins"];
    let right = [false, false, true, true, true, true, true, true];
    let rows: Vec<Vec<String>> = record
        .claims
        .iter()
        .map(|claim| {
            let cells: Vec<&ExploredCell> = record.cells.iter().filter(|one| one.cell.claim == claim.claim).collect();
            let of = |kind: Standing| cells.iter().filter(|one| standing(&one.cell) == kind).count();
            let worst = cells.iter().filter_map(|one| in_margins(one)).max_by(f64::total_cmp);
            let mark = cells.iter().map(|one| standing(&one.cell)).min().unwrap_or(Standing::Expected);
            vec![
                mark_of(mark).to_string(),
                claim.claim.clone(),
                claim.points.to_string(),
                claim.corners.to_string(),
                of(Standing::Expected).to_string(),
                (of(Standing::Open) + of(Standing::NoValue)).to_string(),
                of(Standing::Contrary).to_string(),
                worst.map_or_else(|| "-".to_string(), |worst| significant(worst, 2)),
            ]
        })
        .collect();
    let mut out = text_table(&header, &right, &rows);
    for kind in [Standing::NoValue, Standing::Contrary, Standing::Open] {
        for one in record.cells.iter().filter(|one| standing(&one.cell) == kind) {
            out += &told(one, kind, again);
        }
    }
    let skipped = record.claims.iter().filter_map(|claim| Some((&claim.claim, claim.skipped.as_ref()?)));
    for (claim, why) in skipped {
        out += &format!("\n  {claim}: not explored: {why}\n");
    }
    out + &summary(record)
}

/// The same as a page, in Markdown.
pub fn explored_page(record: &ExploreRecord, command: &str) -> String {
    let mut page = format!("# Between the grid points\n\nWritten by `{command}`.\n\n");
    page += &format!(
        "Every claim at random points of its own declarations, {} each: how they are chosen, and what the verdicts mean, is in \
         [METHOD](../theory/METHOD.md). *Worst gap* is the largest gap at infinite size among the points, in margins, and where it was.\n\n",
        record.points
    );
    let columns = [
        ("claim", Align::Left),
        ("points", Align::Right),
        ("corners", Align::Right),
        ("as expected", Align::Right),
        ("undecided", Align::Right),
        ("contrary", Align::Right),
        ("worst gap", Align::Right),
        ("there", Align::Left),
    ];
    let judged = record.claims.iter().filter(|claim| claim.skipped.is_none());
    let rows: Vec<Vec<String>> = judged
        .map(|claim| {
            let cells: Vec<&ExploredCell> = record.cells.iter().filter(|one| one.cell.claim == claim.claim).collect();
            let of = |kind: Standing| cells.iter().filter(|one| standing(&one.cell) == kind).count().to_string();
            let worst = cells.iter().filter_map(|one| Some((in_margins(one)?, one)));
            let worst = worst.max_by(|a, b| a.0.total_cmp(&b.0));
            vec![
                escape(&claim.claim),
                claim.points.to_string(),
                claim.corners.to_string(),
                of(Standing::Expected),
                of(Standing::Open),
                of(Standing::Contrary),
                worst.map_or_else(String::new, |(gap, _)| significant(gap, 2)),
                worst.map_or_else(String::new, |(_, one)| escape(&full_point(&one.cell))),
            ]
        })
        .collect();
    page += &table(&columns, &rows);
    page += &summary(record);
    for (kind, heading) in [
        (Standing::NoValue, "Without a value"),
        (Standing::Contrary, "Contrary to the status of the claim"),
        (Standing::Open, "Undecided"),
    ] {
        let cells: Vec<&ExploredCell> = record.cells.iter().filter(|one| standing(&one.cell) == kind).collect();
        if !cells.is_empty() {
            page += &format!("\n## {heading}\n\n");
        }
        for one in cells {
            let corner = if one.corner { " (a corner)" } else { "" };
            let cell = &one.cell;
            page +=
                &format!("* {} {}{corner}: {}", escape(&cell.claim), escape(&full_point(cell)), escape(&cell.reason));
            if let Some(settings) = &one.shrunk {
                page += &format!(". Shrunk to {}, where other networks say so too", escape(&text(settings)));
            } else if one.anew.is_some() {
                page += ". Not confirmed at a simpler point on other networks";
            }
            page += &one.grid.as_ref().map_or_else(String::new, |grid| format!(". To keep it: `{grid}`"));
            page += ".\n";
        }
    }
    let skipped: Vec<_> =
        record.claims.iter().filter_map(|claim| Some((&claim.claim, claim.skipped.as_ref()?))).collect();
    if !skipped.is_empty() {
        page += "\n## Not explored\n\n";
        skipped.iter().for_each(|(claim, why)| page += &format!("* {}: {}.\n", escape(claim), escape(why)));
    }
    page
}

/// The gap of a cell as a multiple of its margin.
fn in_margins(one: &ExploredCell) -> Option<f64> {
    let (gap, margin) = (one.cell.gap?, one.cell.margin?);
    (margin > 0.0).then(|| gap.abs() / margin)
}

fn mark_of(kind: Standing) -> &'static str {
    match kind {
        Standing::NoValue => "x",
        Standing::Contrary => "!",
        Standing::Open => "?",
        Standing::Expected => "",
    }
}

fn told(one: &ExploredCell, kind: Standing, again: &dyn Fn(&str) -> String) -> String {
    let cell = &one.cell;
    let corner = if one.corner { " (a corner)" } else { "" };
    let mut out =
        format!("\n{} {} {}{corner}: {}: {}\n", mark_of(kind), cell.claim, full_point(cell), cell.verdict, cell.reason);
    if let Some(settings) = &one.shrunk {
        let steps = one.steps.unwrap_or(0);
        let steps = if steps == 1 { "1 step".to_string() } else { format!("{steps} steps") };
        let reason = one.anew.as_ref().map_or("", |anew| anew.reason.as_str());
        out += &format!("    shrunk in {steps} to {}, where other networks say so too: {reason}\n", text(settings));
    } else if let Some(anew) = &one.anew {
        out += &format!("    not confirmed at a simpler point on other networks ({}: {})\n", anew.verdict, anew.reason);
    }
    if let Some(grid) = &one.grid {
        out += &format!("    to keep it, add to the claim:  {grid}\n    to see it again:  {}\n", again(&cell.claim));
    }
    out
}

fn text(settings: &Map<String, Value>) -> String {
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    };
    settings.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn summary(record: &ExploreRecord) -> String {
    let of = |kind: Standing| record.cells.iter().filter(move |one| standing(&one.cell) == kind);
    let open = of(Standing::Open).count();
    let corners = of(Standing::Open).filter(|one| one.corner).count();
    let claims = record.claims.iter().filter(|claim| claim.skipped.is_none()).count();
    format!(
        "\n{} of {}: {} as expected, {open} undecided ({corners} of them corners), {} contrary, {} without a value. Level {} for all of \
         them, half of it for the points and half for the way to simpler ones (budget {}, seed {}).\n",
        count(record.cells.len(), "point"),
        count(claims, "claim"),
        of(Standing::Expected).count(),
        of(Standing::Contrary).count(),
        of(Standing::NoValue).count(),
        significant(record.level, 2),
        record.budget,
        record.seed
    )
}
