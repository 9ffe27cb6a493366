//! The two figures of the benchmarks: a row per claim, seconds at each budget, or the measured rate beside the claimed one.

use crate::record::bench::{BenchRecord, BenchRow, Judged, RateRecord};
use crate::report::Figure;
use crate::report::axis::{Axis, Panel};
use crate::report::cells::Standing;
use crate::report::figure::{
    Anchor, Canvas, GREY, GRID, INK, Key, LABEL, SMALL, SOFT, Text, characters, draw, legend, legend_height,
    regime_colour, shade,
};
use crate::report::markdown::csv_line;
use crate::report::number::exact;
use crate::report::table::elide;

const WIDTH: f64 = 860.0;
/// Left and right edge of the panel; the claims' names stand left of it.
const LEFT: f64 = 250.0;
const RIGHT: f64 = 840.0;
/// Height of a claim's row.
const ROW: f64 = 14.0;
/// Rates beyond these are arrows at the edge.
const RATES: [f64; 2] = [-0.5, 3.0];

/// From the cheapest budget to the dearest, light to dark.
const SHADES: [f64; 3] = [0.1, 0.5, 1.0];

/// What the rows of a figure have in common.
struct Frame<'a> {
    name: &'a str,
    title: &'a str,
    axis: Axis,
    label: &'a str,
    entries: Vec<(Key, String)>,
    csv: String,
}

/// Seconds of each claim that rests on networks, a mark for each budget; None where there is no such claim.
pub fn seconds(record: &BenchRecord, name: &str) -> Option<Figure> {
    let rows: Vec<&BenchRow> = record.claims.iter().filter(|row| row.simulated).collect();
    let colour = |index: usize, colour| shade(colour, SHADES[index.min(2)]);
    let budgets = record.setting.budgets.iter().enumerate();
    let entry = |(index, budget): (usize, &crate::record::bench::BenchBudget)| {
        (
            Key::Mark(Standing::Expected, colour(index, GREY)),
            format!("{}, margin {} %", budget.name, 100.0 * budget.margin),
        )
    };
    let mut entries: Vec<(Key, String)> = budgets.map(entry).collect();
    let judged = || rows.iter().flat_map(|row| &row.times).filter_map(|time| time.judged.as_ref());
    if judged().any(|judged| !judged.open.is_empty()) {
        entries.push((Key::Mark(Standing::Open, GREY), "with open cells".to_string()));
    }
    let frame = Frame {
        name,
        title: "Seconds to decide each claim, at three margins",
        axis: Axis::logarithmic(judged().map(|judged| judged.seconds)),
        label: "seconds",
        entries,
        csv: seconds_csv(record),
    };
    frame.draw(&rows, |canvas, panel, row, y| {
        let times = row.times.iter().enumerate().filter_map(|(index, time)| Some((index, time.judged.as_ref()?)));
        let at = |judged: &Judged| (panel.at((judged.seconds, 0.0)).0, y);
        let times: Vec<(usize, &Judged)> = times.collect();
        let ends: Vec<(f64, f64)> = times.iter().map(|(_, judged)| at(judged)).collect();
        canvas.curve(&ends, shade(regime_colour(&row.claim), 0.2), 1.2);
        for (index, judged) in times {
            let standing = if judged.open.is_empty() { Standing::Expected } else { Standing::Open };
            canvas.standing_mark(standing, at(judged), 3.4, colour(index, regime_colour(&row.claim)));
        }
    })
}

/// Measured and claimed rates of the claims that have one; None where none has.
pub fn rates(record: &BenchRecord, name: &str) -> Option<Figure> {
    let rows: Vec<&BenchRow> = record.claims.iter().filter(|row| row.rate.is_some()).collect();
    let ends = rows
        .iter()
        .filter_map(|row| row.rate.as_ref())
        .flat_map(|rate| [rate.interval[0], rate.interval[1], rate.claimed]);
    let [lowest, highest] = RATES;
    let frame = Frame {
        name,
        title: "How fast gaps close: measured and claimed exponents of 1/d",
        axis: Axis::over(ends.map(|end| end.clamp(lowest, highest)).chain([0.0, 2.0]), 0.04),
        label: "r, of a gap that falls like d^\u{2212}r",
        entries: vec![
            (Key::Diamond(GREY), "measured, with its 95 % interval".to_string()),
            (Key::Line(INK), "claimed (upright)".to_string()),
        ],
        csv: rates_csv(&rows),
    };
    frame.draw(&rows, |canvas, panel, row, y| {
        if let Some(rate) = &row.rate {
            draw_rate(canvas, panel, rate, y, &row.claim);
        }
    })
}

impl Frame<'_> {
    fn draw(self, rows: &[&BenchRow], paint: impl Fn(&mut Canvas, &Panel, &BenchRow, f64)) -> Option<Figure> {
        if rows.is_empty() {
            return None;
        }
        let top = 32.0 + legend_height(&self.entries, WIDTH - 40.0);
        let bottom = top + ROW * rows.len() as f64;
        let y = Axis { low: 0.0, high: 1.0, logarithmic: false };
        let panel = Panel { left: LEFT, right: RIGHT, top, bottom, x: self.axis, y };
        let ticks = panel.x.ticks(8);
        let svg = draw(WIDTH, bottom + 46.0, self.title, |canvas| {
            legend(canvas, &self.entries, (20.0, 8.0), WIDTH - 40.0);
            for (value, text) in &ticks {
                canvas.line(panel.at((*value, 0.0)), panel.at((*value, 1.0)), GRID, 0.8);
                // A tall figure is read from both ends.
                let above = (panel.at((*value, 1.0)).0, top - 9.0);
                canvas.text(text, above, Text::new(SMALL, Anchor::Middle).colour(SOFT));
            }
            panel.frame(canvas, &ticks, &[]);
            canvas.text(self.label, ((LEFT + RIGHT) / 2.0, bottom + 32.0), Text::new(LABEL, Anchor::Middle));
            for (k, row) in rows.iter().enumerate() {
                let y = top + (k as f64 + 0.5) * ROW;
                if k > 0 && regime(&rows[k - 1].claim) != regime(&row.claim) {
                    canvas.line((14.0, y - ROW / 2.0), (RIGHT, y - ROW / 2.0), GRID, 0.8);
                }
                canvas.rectangle((14.0, y - ROW / 2.0), (17.0, y + ROW / 2.0), regime_colour(&row.claim));
                let name = elide(&row.claim, characters(LEFT - 34.0, SMALL));
                canvas.text(&name, (LEFT - 10.0, y), Text::new(SMALL, Anchor::End));
                paint(canvas, &panel, row, y);
            }
        });
        Some(Figure { name: self.name.to_string(), alt: self.title.to_string(), svg, csv: self.csv })
    }
}

fn regime(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn draw_rate(canvas: &mut Canvas, panel: &Panel, rate: &RateRecord, y: f64, claim: &str) {
    let Axis { low: first, high: last, .. } = panel.x;
    let place = |value: f64| panel.at((value.clamp(first, last), 0.0)).0;
    let colour = regime_colour(claim);
    let [low, high] = rate.interval;
    canvas.line((place(low), y), (place(high), y), colour, 1.6);
    let arrow = |canvas: &mut Canvas, x: f64, inwards: f64| {
        canvas.polygon(&[(x - inwards, y), (x + 7.0 * inwards, y - 3.4), (x + 7.0 * inwards, y + 3.4)], colour);
    };
    if low < first {
        arrow(canvas, panel.left, 1.0);
    }
    if high > last {
        arrow(canvas, panel.right, -1.0);
    }
    let claimed = place(rate.claimed);
    canvas.line((claimed, y - 0.45 * ROW), (claimed, y + 0.45 * ROW), INK, 1.6);
    if (first..=last).contains(&rate.measured) {
        let (x, r) = (place(rate.measured), 3.6);
        canvas.polygon(&[(x - r, y), (x, y - r), (x + r, y), (x, y + r)], colour);
    }
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
