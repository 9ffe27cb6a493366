//! The page of `bench`: seconds to decide each claim, measured rates of convergence beside the claimed ones, the cost of a network.

mod figures;

use super::cells::value_text;
use super::markdown::{Align, details, escape, picture, table};
use super::number::{count, interval, percent, significant};
use crate::record::bench::{BenchBudget, BenchRecord, BenchRow, BenchSummary, BenchTime, CostRecord};
use crate::report::Figure;
use figures::is_met;

/// Name of the page in the report's folder. Its figures are in a folder of their own: that of the report's figures belongs to the
/// claims of the report.
pub const PAGE: &str = "benchmarks.md";

/// The figures, relative to the report's folder, without ending.
const FIGURES: [&str; 2] = ["benchmarks/seconds", "benchmarks/rates"];

/// Every path that [`files`] may give.
pub fn paths() -> Vec<String> {
    let figures = FIGURES.iter().flat_map(|name| [".svg", "-dark.svg", ".csv"].map(|ending| format!("{name}{ending}")));
    [PAGE.to_string()].into_iter().chain(figures).collect()
}

/// Every file, as (path relative to the report's folder, content).
pub fn files(record: &BenchRecord, command: &str) -> Vec<(String, String)> {
    let (seconds, rates) = (figures::seconds(record, FIGURES[0]), figures::rates(record, FIGURES[1]));
    let shown =
        |figure: &Option<Figure>| figure.as_ref().map_or(String::new(), |figure| picture(&figure.alt, &figure.name));
    let mut page = String::from("# Time to verdict\n\n");
    page += &headline(record, command);
    page += &open_claims(record);
    page += "\n## Seconds\n\n";
    page += &seconds_section(record);
    page += &shown(&seconds);
    page += "\n## Rates of convergence\n\n";
    page += &rates_section(record);
    page += &format!("\n{}", shown(&rates));
    page += &costs_section(&record.costs);
    let mut files = vec![(PAGE.to_string(), page)];
    for figure in [seconds, rates].into_iter().flatten() {
        files.extend(super::drawn(&figure.name, &figure));
    }
    files
}

fn headline(record: &BenchRecord, command: &str) -> String {
    let setting = &record.setting;
    let budget = |(budget, summary): (&BenchBudget, &BenchSummary)| {
        let BenchSummary { simulated, decided, median_seconds, total_seconds, .. } = *summary;
        let time = median_seconds.map_or(String::new(), |median| {
            format!(", in a median of {} s and {} s together", significant(median, 2), significant(total_seconds, 3))
        });
        format!(
            "* margin {} (budget `{}`): **{decided} of {simulated}** claims{time}\n",
            percent(budget.margin),
            budget.name
        )
    };
    let budgets = setting.budgets.iter().zip(&record.summaries);
    let mut out = String::from("Claims that rest on simulated networks, judged over their whole grids:\n\n");
    out += &budgets.map(budget).collect::<String>();
    let formulas = record.claims.iter().filter(|row| !row.simulated).count();
    if let (Some(last), true) = (record.summaries.last(), formulas > 0) {
        out += &format!(
            "\nOf {} about formulas or about samples from elsewhere {} are decided, in {} s together.\n",
            count(formulas, "claim"),
            last.formulas_decided,
            significant(last.formulas_seconds, 2)
        );
    }
    let measured = record.claims.iter().filter_map(|row| row.rate.as_ref());
    let [all, met] = [measured.clone().count(), measured.filter(|rate| is_met(rate)).count()];
    if all > 0 {
        out += &format!(
            "\nThe rate at which gaps close could be measured for {}; the 95 % interval has the claimed rate in it for {met} of them.\n",
            count(all, "claim")
        );
    }
    let processor = setting.processor.as_ref().map_or(String::new(), |name| format!(" of {}", escape(name)));
    out + &format!(
        "\nWritten by `{command}` (seed {}, {}) on {}{processor}.\n",
        setting.seed,
        escape(&setting.program),
        count(setting.threads, "thread")
    )
}

/// Which claims are not decided at a budget, and why.
fn open_claims(record: &BenchRecord) -> String {
    let mut out = String::new();
    for (index, budget) in record.setting.budgets.iter().enumerate() {
        let at = |row: &BenchRow| (escape(&row.claim), row.times[index].clone());
        let (judged, left): (Vec<_>, Vec<_>) =
            record.claims.iter().map(at).partition(|(_, time)| time.judged.is_some());
        if !left.is_empty() {
            let seconds = |time: &BenchTime| significant(time.foretold, 2);
            let named: Vec<String> =
                left.iter().map(|(claim, time)| format!("{claim} ({} s)", seconds(time))).collect();
            let allowed = significant(budget.seconds, 3);
            out += &format!(
                "* `{}`, left out as foretold to take more than {allowed} s: {}\n",
                budget.name,
                named.join(", ")
            );
        }
        for (claim, time) in judged {
            for reason in time.judged.iter().flat_map(|judged| &judged.open) {
                out += &format!("* `{}`, open: {claim}: {}\n", budget.name, escape(reason));
            }
        }
    }
    if out.is_empty() { out } else { format!("\n## Not decided\n\n{out}") }
}

fn seconds_section(record: &BenchRecord) -> String {
    let mut out = String::from(
        "Each claim is judged by itself in an empty store: nothing that another claim has drawn is taken over, as it is in a report. Seconds are wall time, formulas \
         included, and the one thing on this page that differs from run to run; work, networks, verdicts and rates depend on the seed alone. What is foretold comes from the \
         work formulas alone: from the pilot, or from the networks that the budget before took.\n\n",
    );
    let (networks, formulas): (Vec<&BenchRow>, Vec<&BenchRow>) = record.claims.iter().partition(|row| row.simulated);
    if !networks.is_empty() {
        out += &format!("{}\n", seconds_table(record, &networks));
    }
    if !formulas.is_empty() {
        let summary = format!("{} without networks", count(formulas.len(), "claim"));
        out += &format!("{}\n", details(&summary, &seconds_table(record, &formulas)));
    }
    out
}

fn seconds_table(record: &BenchRecord, rows: &[&BenchRow]) -> String {
    let names = record
        .setting
        .budgets
        .iter()
        .flat_map(|b| [format!("{}: s", percent(b.margin)), "networks".into(), "verdicts".into()]);
    let names: Vec<String> = names.collect();
    let mut columns = vec![("claim", Align::Left), ("kind", Align::Left)];
    let aligned = |(k, name)| (name, if k % 3 == 2 { Align::Left } else { Align::Right });
    columns.extend(names.iter().map(String::as_str).enumerate().map(aligned));
    let line = |row: &&BenchRow| {
        let mut cells = vec![escape(&row.claim), escape(&row.kind)];
        for time in &row.times {
            cells.extend(match &time.judged {
                Some(judged) => {
                    let verdicts = judged.verdicts.iter().map(|(verdict, n)| format!("{n} {verdict}"));
                    let verdicts = verdicts.collect::<Vec<_>>().join(", ");
                    [significant(judged.seconds, 2), judged.networks.to_string(), escape(&verdicts)]
                }
                None => ["left out".to_string(), String::new(), String::new()],
            });
        }
        cells
    };
    table(&columns, &rows.iter().map(line).collect::<Vec<_>>())
}

fn rates_section(record: &BenchRecord) -> String {
    let mut out = String::from(
        "The exponent r of `E sample - limit ~ d^-r`, fitted to the gaps at five sizes together with a next order, which is smaller by the power of d that the claim \
         states for its bias; with its 95 % interval, the hull of the fits with and without the smallest size. Of a claim about a rate it is the mean itself that falls, and where the shape is no power its slope from the smallest to the largest size is the claimed exponent. Shown is the \
         cell whose interval is narrowest, at the dearest budget that tells. This is a measurement beside the verdict and no part of it: a gap lost in noise has no rate, which says \
         nothing against the claim, and of true rates one interval in twenty misses.\n\n",
    );
    let columns = [
        ("claim", Align::Left),
        ("cell", Align::Left),
        ("budget", Align::Left),
        ("claimed", Align::Right),
        ("measured", Align::Right),
        ("95 % interval", Align::Left),
        ("chi-squared p", Align::Right),
    ];
    let line = |row: &BenchRow| {
        let rate = row.rate.as_ref()?;
        let [measured, low, high] = interval(rate.measured, rate.interval);
        let set = rate.set.iter().map(|(name, value)| format!("{name} = {}", value_text(value)));
        let mark = if is_met(rate) { "" } else { " (without the claimed one)" };
        Some(vec![
            escape(&row.claim),
            escape(&set.collect::<Vec<_>>().join(", ")),
            rate.budget.clone(),
            significant(rate.claimed, 3),
            measured,
            format!("{low} to {high}{mark}"),
            significant(rate.chi_squared_p, 2),
        ])
    };
    out += &match record.claims.iter().filter_map(line).collect::<Vec<_>>() {
        rows if rows.is_empty() => "No rate could be measured.\n".to_string(),
        rows => table(&columns, &rows),
    };
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for row in record.claims.iter().filter(|row| row.rate.is_none() && row.simulated) {
        match reasons.iter_mut().find(|(reason, _)| *reason == row.no_rate) {
            Some((_, claims)) => claims.push(escape(&row.claim)),
            None => reasons.push((&row.no_rate, vec![escape(&row.claim)])),
        }
    }
    if !reasons.is_empty() {
        out += "\nWithout a rate:\n\n";
    }
    for (reason, claims) in reasons {
        out += &format!("* {}: {}\n", escape(reason), claims.join(", "));
    }
    out
}

fn costs_section(costs: &[CostRecord]) -> String {
    let mut out = String::new();
    let columns = [
        ("d", Align::Right),
        ("m", Align::Right),
        ("draws", Align::Right),
        ("seconds of one", Align::Right),
        ("operations by the work formula", Align::Right),
        ("operations a second", Align::Right),
    ];
    for cost in costs {
        let line = |size: &crate::record::bench::CostSize| {
            let numbers = [size.seconds, size.work, size.work / size.seconds].map(|x| significant(x, 3));
            let counts = [size.dim.to_string(), size.width.to_string(), size.draws.to_string()];
            counts.into_iter().chain(numbers).collect()
        };
        let rows: Vec<Vec<String>> = cost.sizes.iter().map(line).collect();
        let exponents = match &cost.exponents {
            Some(found) => format!(
                "grows like d^{}, the work formula like d^{} over the same sizes (straight lines through the logarithms)",
                significant(found.seconds, 3),
                significant(found.work, 3)
            ),
            None => "was not measured at enough sizes for an exponent".to_string(),
        };
        out += &format!(
            "\n`{}` with {}: the time of one draw {exponents}.\n\n{}",
            cost.simulator,
            escape(&cost.activation),
            table(&columns, &rows)
        );
    }
    if out.is_empty() {
        return out;
    }
    format!("\n## Cost of a network\n\nMedian seconds of one draw with all its observables, on one thread.\n{out}")
}
