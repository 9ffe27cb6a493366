//! The two figures of the benchmarks: a row per claim, seconds at each budget, or the measured rate beside the claimed one.

use crate::record::bench::{BenchRecord, BenchRow, Judged, RateRecord};
use crate::report::Figure;
use crate::report::chart::rows::{Row, RowChart, RowMark, Section};
use crate::report::chart::{Axis, Key, Shape};
use crate::report::colour::{Colour, Hue};
use crate::report::markdown::csv_line;
use crate::report::number::exact;

/// Rates beyond these are triangles at the edge.
const RATES: [f64; 2] = [-0.5, 3.0];

/// Seconds of each claim that rests on networks, a mark for each budget, the slowest first; None where there is no such claim.
pub fn seconds(record: &BenchRecord, name: &str) -> Option<Figure> {
    let mut rows: Vec<&BenchRow> = record.claims.iter().filter(|row| row.simulated).collect();
    let judged =
        |row: &BenchRow, k: usize| row.times.get(k).and_then(|time| time.judged.as_ref()).map(|judged| judged.seconds);
    // By the second budget, the standard one, where it was measured; else by the first.
    let sort = |row: &BenchRow| judged(row, 1).or(judged(row, 0)).unwrap_or(0.0);
    rows.sort_by(|a, b| sort(b).total_cmp(&sort(a)));
    let budgets = &record.setting.budgets;
    let shade = |hue: Hue, k: usize| Colour::nth(hue, k, budgets.len());
    let mut key: Vec<(Key, String)> = Vec::new();
    for (k, budget) in budgets.iter().enumerate() {
        let text = format!("{}, margin {} %", budget.name, 100.0 * budget.margin);
        key.push((Key::Mark(Shape::Disc, shade(Hue::Grey, k)), text));
    }
    let all = || rows.iter().flat_map(|row| &row.times).filter_map(|time| time.judged.as_ref());
    if all().any(|judged| !judged.open.is_empty()) {
        key.push((Key::Mark(Shape::Ring, Colour::Ink), "some grid points undecided".to_string()));
    }
    let row = |row: &&BenchRow| {
        let hue = Hue::of_regime(&row.claim);
        let times = row.times.iter().enumerate().filter_map(|(k, time)| Some((k, time.judged.as_ref()?)));
        let mark = |(k, judged): (usize, &Judged)| {
            let shape = if judged.open.is_empty() { Shape::Disc } else { Shape::Ring };
            RowMark { shape, value: judged.seconds, ends: None, colour: shade(hue, k) }
        };
        let marks = times.map(mark).collect();
        let remark = if row.times.iter().any(|time| time.judged.is_none()) { "a budget left out" } else { "" };
        Row { name: row.claim.clone(), remark: remark.into(), alarm: false, marks, joined: Some(Colour::Faint) }
    };
    let axis = Axis::logarithmic(all().map(|judged| judged.seconds));
    let groups = vec![(String::new(), rows.iter().map(row).collect())];
    let section = Section { heading: String::new(), axis, label: "seconds".into(), band: None, groups };
    let title = "Seconds to decide each claim, at three margins".to_string();
    RowChart { name: name.into(), title, key, sections: vec![section], csv: seconds_csv(record) }.draw()
}

/// Measured and claimed rates of the claims that have one, by the measured rate; None where none has.
pub fn rates(record: &BenchRecord, name: &str) -> Option<Figure> {
    let mut rows: Vec<&BenchRow> = record.claims.iter().filter(|row| row.rate.is_some()).collect();
    let measured = |row: &BenchRow| row.rate.as_ref().map_or(0.0, |rate| rate.measured);
    rows.sort_by(|a, b| measured(b).total_cmp(&measured(a)));
    let csv = rates_csv(&rows);
    let row = |row: &&BenchRow| {
        let rate = row.rate.as_ref()?;
        let met = is_met(rate);
        let colour = if met { Hue::of_regime(&row.claim).plain() } else { Colour::Alarm };
        let found = RowMark { shape: Shape::Diamond, value: rate.measured, ends: Some(rate.interval), colour };
        let claimed = RowMark { shape: Shape::Tick, value: rate.claimed, ends: None, colour: Colour::Ink };
        let remark = if met { String::new() } else { "misses the claimed rate".into() };
        Some(Row { name: row.claim.clone(), remark, alarm: !met, marks: vec![found, claimed], joined: None })
    };
    let [lowest, highest] = RATES;
    let ends = rows
        .iter()
        .filter_map(|row| row.rate.as_ref())
        .flat_map(|rate| [rate.interval[0], rate.interval[1], rate.claimed]);
    let axis = Axis::over(ends.map(|end| end.clamp(lowest, highest)).chain([0.0, 2.0]), 0.04);
    let groups = vec![(String::new(), rows.iter().filter_map(row).collect())];
    let label = "r, of a gap that falls like d^\u{2212}r".to_string();
    let key = vec![
        (Key::Mark(Shape::Diamond, Colour::Ink), "measured, with its 95 % interval".to_string()),
        (Key::Mark(Shape::Tick, Colour::Ink), "claimed".to_string()),
    ];
    let sections = vec![Section { heading: String::new(), axis, label, band: None, groups }];
    let title = "How fast gaps close: measured and claimed exponents of 1/d".to_string();
    RowChart { name: name.into(), title, key, sections, csv }.draw()
}

fn seconds_csv(record: &BenchRecord) -> String {
    let mut out = String::from("claim,kind,budget,margin,seconds,work,foretold_seconds,networks,open\n");
    for row in &record.claims {
        for (time, budget) in row.times.iter().zip(&record.setting.budgets) {
            let judged = time.judged.as_ref();
            let mut fields = vec![row.claim.clone(), row.kind.clone(), budget.name.clone()];
            let numbers = [Some(budget.margin), judged.map(|j| j.seconds), judged.map(|j| j.work), Some(time.foretold)];
            fields.extend(numbers.map(exact));
            fields.push(judged.map_or(String::new(), |judged| judged.networks.to_string()));
            fields.push(judged.map_or(String::new(), |judged| judged.open.join("; ")));
            out += &csv_line(&fields);
        }
    }
    out
}

fn rates_csv(rows: &[&BenchRow]) -> String {
    let mut out = String::from("claim,budget,claimed,measured,low,high,chi_squared_p,d,value,standard_error\n");
    for row in rows {
        let Some(rate) = &row.rate else { continue };
        let [low, high] = rate.interval;
        let numbers = [rate.claimed, rate.measured, low, high, rate.chi_squared_p].map(|x| exact(Some(x)));
        for size in &rate.sizes {
            let own = [size.dim.to_string(), exact(Some(size.value)), exact(Some(size.std_error))];
            out += &csv_line(&[&[row.claim.clone(), rate.budget.clone()][..], &numbers, &own].concat());
        }
    }
    out
}

pub fn is_met(rate: &RateRecord) -> bool {
    // Shapes are powers up to rounding.
    let [low, high] = rate.interval;
    low - 1e-9 <= rate.claimed && rate.claimed <= high + 1e-9
}
