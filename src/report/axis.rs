//! Axes, ticks, and panels side by side: the frame that all figures share.

use super::figure::{
    Anchor, Canvas, GRID, INK, Key, LABEL, SMALL, SOFT, TITLE, Text, characters, legend, legend_height,
};
use super::number::significant;
use super::table::elide;

/// A scale from values to pixels; linear or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub logarithmic: bool,
}

impl Axis {
    /// An axis over the finite ones of the values, with `margin` (a fraction of the span) at both ends.
    pub fn over(values: impl Iterator<Item = f64>, margin: f64) -> Axis {
        let (low, high) = range(values).unwrap_or((0.0, 1.0));
        // A single value gets room of its own size, so that its digits do not turn into ticks.
        let span = if high - low > 1e-9 * low.abs().max(high.abs()) { high - low } else { 0.2 * high.abs().max(1e-3) };
        let middle = (low + high) / 2.0;
        let half = ((high - low).max(span) / 2.0) + margin * span;
        Axis { low: middle - half, high: middle + half, logarithmic: false }
    }

    /// As [`Axis::over`], logarithmic where positive values span a ratio of more than `ratio`.
    pub fn over_sizes(values: impl Iterator<Item = f64> + Clone, ratio: f64) -> Axis {
        match range(values.clone()) {
            Some((low, high)) if low > 0.0 && high > ratio * low => {
                let room = (high / low).powf(0.04);
                Axis { low: low / room, high: high * room, logarithmic: true }
            }
            _ => Axis::over(values, 0.04),
        }
    }

    /// A logarithmic axis over the positive ones of the values.
    pub fn logarithmic(values: impl Iterator<Item = f64>) -> Axis {
        let (low, high) = range(values.filter(|v| *v > 0.0)).unwrap_or((0.1, 1.0));
        let room = (high / low).powf(0.04).max(1.05);
        Axis { low: low / room, high: high * room, logarithmic: true }
    }

    /// Lets the axis begin (or end) at 0 where the values come near enough for that.
    pub fn reach_zero(self) -> Axis {
        let span = self.high - self.low;
        if self.low < 0.75 * span && self.low > -0.06 * span { Axis { low: 0.0, ..self } } else { self }
    }

    /// Whether a value has a place: on a logarithmic axis what lies before its start has none.
    pub fn covers(&self, value: f64) -> bool {
        !self.logarithmic || value >= self.low
    }

    /// Position of a value as a fraction of the axis.
    pub fn fraction(&self, value: f64) -> f64 {
        if self.logarithmic {
            (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// Round values on the axis with their texts, `most` at most or little more.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        if self.logarithmic { self.log_ticks(most) } else { self.linear_ticks(most) }
    }

    fn linear_ticks(&self, most: usize) -> Vec<(f64, String)> {
        let raw = (self.high - self.low) / most.max(1) as f64;
        if !(raw.is_finite() && raw > 0.0) {
            return vec![];
        }
        let power = 10f64.powf(raw.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= raw * 0.999).unwrap_or(raw);
        let (first, last) = ((self.low / step - 1e-6).ceil(), (self.high / step + 1e-6).floor());
        if last - first > 50.0 {
            return vec![];
        }
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let text = |value: f64| match decimals {
            0..=4 if value.abs() < 1e6 => format!("{value:.decimals$}").replace("-0.", "\u{2212}0."),
            _ => significant(value, 3),
        };
        let text = |value: f64| text(value).replace('-', "\u{2212}");
        (first as i64..=last as i64)
            .map(|k| (k as f64 * step, if k == 0 { "0".to_string() } else { text(k as f64 * step) }))
            .collect()
    }

    fn log_ticks(&self, most: usize) -> Vec<(f64, String)> {
        let (from, to) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        if to - from > 60 {
            return vec![];
        }
        let mut out = Vec::new();
        for digits in [&[1.0, 2.0, 5.0][..], &[1.0, 3.0], &[1.0]] {
            out = (from..=to)
                .flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)))
                .filter(|value| (self.low * 0.9999..=self.high * 1.0001).contains(value))
                .map(|value| (value, power_text(value)))
                .collect();
            if out.len() <= most + 1 {
                return out;
            }
        }
        // Many decades: every second, third, ... of them.
        let apart = out.len().div_ceil(most.max(1) + 1);
        out.into_iter().step_by(apart).collect()
    }
}

/// A value of a logarithmic axis: written out where it is short, else with a power of ten.
fn power_text(value: f64) -> String {
    let power = value.log10().floor();
    let digit = (value / 10f64.powf(power)).round();
    if (-3.0..5.0).contains(&power) {
        return significant(value, 3);
    }
    let raised = |c: char| match c {
        '-' => '\u{207b}',
        '1' => '\u{b9}',
        '2' => '\u{b2}',
        '3' => '\u{b3}',
        digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
    };
    let power: String = format!("{power}").chars().map(raised).collect();
    if digit == 1.0 { format!("10{power}") } else { format!("{digit}\u{b7}10{power}") }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|v| v.is_finite()).fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((f64::min(low, v), f64::max(high, v))),
    })
}

/// A panel with its axes; maps values to pixels.
#[derive(Clone, Copy)]
pub struct Panel {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
    pub x: Axis,
    pub y: Axis,
}

impl Panel {
    pub fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            self.left + self.x.fraction(x) * (self.right - self.left),
            self.bottom - self.y.fraction(y) * (self.bottom - self.top),
        )
    }

    /// Grid lines with their labels, which come before the data, and the two axes.
    pub fn frame(&self, canvas: &mut Canvas, x_ticks: &[(f64, String)], y_ticks: &[(f64, String)]) {
        for (value, text) in y_ticks {
            let (_, y) = self.at((self.x.low, *value));
            canvas.line((self.left, y), (self.right, y), GRID, 0.8);
            canvas.text(text, (self.left - 6.0, y), Text::new(SMALL, Anchor::End).colour(SOFT));
        }
        for (value, text) in x_ticks {
            let (x, _) = self.at((*value, self.y.low));
            canvas.line((x, self.bottom), (x, self.bottom + 4.0), SOFT, 0.8);
            canvas.text(text, (x, self.bottom + 13.0), Text::new(SMALL, Anchor::Middle).colour(SOFT));
        }
        canvas.line((self.left, self.bottom), (self.right, self.bottom), SOFT, 0.9);
        canvas.line((self.left, self.top), (self.left, self.bottom), SOFT, 0.9);
    }

    /// Names of the axes: the one across below the ticks, the other one upright, in two lines if it is longer than the panel is high.
    pub fn axis_labels(&self, canvas: &mut Canvas, across: &str, up: &str) {
        let (x, y) = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        canvas.text(across, (x, self.bottom + 31.0), Text::new(LABEL, Anchor::Middle).colour(INK));
        let lines = wrapped(up, characters(self.bottom - self.top + HEAD, LABEL), 2);
        for (line, text) in lines.iter().enumerate() {
            let x = self.left - LEFT + 11.0 + (line as f64) * 13.0 - if lines.len() > 1 { 3.0 } else { 0.0 };
            canvas.text(text, (x, y), Text::new(LABEL, Anchor::Middle).upright());
        }
    }

    /// A heading above the panel, in as many lines as it takes.
    pub fn heading(&self, canvas: &mut Canvas, text: &str, how: Text) {
        let lines = wrapped(text, heading_room(self.right - self.left, how.size), HEADING_LINES);
        for (k, line) in lines.iter().rev().enumerate() {
            let y = self.top - 10.0 - k as f64 * (how.size + LEADING);
            canvas.text(line, (self.left, y), how);
        }
    }
}

/// Characters of a heading above a panel of a width: it may end in the room right of it.
fn heading_room(width: f64, size: f64) -> usize {
    characters(0.9 * (width + 20.0), size)
}

/// Most lines of a heading, and the room between two.
const HEADING_LINES: usize = 5;
const LEADING: f64 = 2.5;

/// Breaks a text into lines of at most `room` characters: at spaces, and inside a longer word behind a comma or an equals sign. What more
/// than `most` lines would take is cut.
fn wrapped(text: &str, room: usize, most: usize) -> Vec<String> {
    let room = room.max(4);
    let length = |text: &str| text.chars().count();
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            *last = word.to_string();
        } else if length(last) + 1 + length(word) <= room {
            *last += " ";
            *last += word;
        } else {
            lines.push(word.to_string());
        }
        while let Some(long) = lines.pop_if(|last| length(last) > room) {
            let fits: String = long.chars().take(room).collect();
            let end = fits.rfind([',', '=']).map_or(fits.len(), |place| place + 1);
            lines.extend([long[..end].to_string(), long[end..].to_string()]);
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        // One character more than fits, so that it is cut in any case.
        lines.push(elide(&format!("{rest} {}", " ".repeat(room)), room));
    }
    lines
}

/// Most panels in one figure; more make more figures.
pub const PANELS: usize = 12;

/// Panels of equal size in rows, below a legend.
pub struct Sheet {
    pub width: f64,
    pub height: f64,
    legend: Vec<(Key, String)>,
    columns: usize,
    panel: (f64, f64),
    /// Upper edge of the panels of each row, below their headings.
    rows: Vec<f64>,
    count: usize,
}

/// Room for tick labels and the y label at the left of a panel, for its heading above, for ticks below.
pub const LEFT: f64 = 70.0;
pub const HEAD: f64 = 40.0;
const FOOT: f64 = 26.0;
const RIGHT: f64 = 16.0;
/// Room for the x label below the last row.
const X_LABEL: f64 = 22.0;

impl Sheet {
    /// A panel for each heading, with room for the longest of a row above that row.
    pub fn new(headings: &[String], legend: Vec<(Key, String)>) -> Sheet {
        let count = headings.len();
        let (columns, panel) = match count {
            0 | 1 => (1, (620.0, 330.0)),
            2 | 4 => (2, (430.0, 270.0)),
            _ => (3, (300.0, 225.0)),
        };
        let how = heading_style();
        let room = heading_room(panel.0 - LEFT - RIGHT, how.size);
        let head = |row: &[String]| {
            let lines = row.iter().map(|text| wrapped(text, room, HEADING_LINES).len()).max().unwrap_or(1);
            HEAD + lines.saturating_sub(2) as f64 * (how.size + LEADING)
        };
        let width = columns as f64 * panel.0;
        let top = 10.0 + legend_height(&legend, width - LEFT - RIGHT);
        let mut rows = Vec::new();
        let mut bottom = top;
        for row in headings.chunks(columns) {
            rows.push(bottom + head(row));
            bottom += head(row) - HEAD + panel.1;
        }
        Sheet { width, height: bottom + X_LABEL, legend, columns, panel, rows, count }
    }

    /// The k-th panel.
    pub fn panel(&self, k: usize, x: Axis, y: Axis) -> Panel {
        let left = (k % self.columns) as f64 * self.panel.0;
        let top = self.rows.get(k / self.columns).copied().unwrap_or_default();
        Panel {
            left: left + LEFT,
            right: left + self.panel.0 - RIGHT,
            top,
            bottom: top + self.panel.1 - HEAD - FOOT,
            x,
            y,
        }
    }

    /// Ticks that fit a panel, across and up.
    pub fn tick_counts(&self) -> (usize, usize) {
        if self.columns == 1 { (8, 6) } else { (5, 5) }
    }

    /// Legend, and the axes' labels at the outer panels.
    pub fn labels(&self, canvas: &mut Canvas, x_label: &str, y_label: &str) {
        legend(canvas, &self.legend, (LEFT, 8.0), self.width - LEFT - RIGHT);
        let unit = Axis { low: 0.0, high: 1.0, logarithmic: false };
        for k in 0..self.count {
            let panel = self.panel(k, unit, unit);
            // The outer panels speak for the others.
            let across = if k + self.columns >= self.count { x_label } else { "" };
            let up = if k % self.columns == 0 { y_label } else { "" };
            panel.axis_labels(canvas, across, up);
        }
    }
}

/// How panels are headed.
pub fn heading_style() -> Text {
    Text::new(TITLE - 1.5, Anchor::Start).bold()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: Axis, most: usize) -> Vec<String> {
        axis.ticks(most).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round() {
        let linear = |low, high| Axis { low, high, logarithmic: false };
        assert_eq!(texts(linear(0.0, 1.0), 5), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts(linear(-0.012, 0.021), 4), ["\u{2212}0.01", "0", "0.01", "0.02"]);
        assert_eq!(texts(linear(0.0, 900.0), 5), ["0", "200", "400", "600", "800"]);
        assert_eq!(
            texts(Axis { low: 0.1, high: 10.0, logarithmic: true }, 8),
            ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
        );
        assert!(linear(0.0, f64::NAN).ticks(5).is_empty());
        let decades = texts(Axis { low: 1e-6, high: 20.0, logarithmic: true }, 4);
        assert_eq!(decades, ["10\u{207b}\u{2076}", "10\u{207b}\u{2074}", "0.01", "1"]);
    }

    #[test]
    fn a_single_value_gets_an_axis() {
        for value in [0.0, 1.0, -3.5e-7, 1e12] {
            let axis = Axis::over([value].into_iter(), 0.05);
            assert!(axis.low < value && value < axis.high, "{value}: {axis:?}");
        }
        let none = Axis::over([f64::INFINITY].into_iter(), 0.05);
        assert!(none.low < none.high);
    }

    #[test]
    fn long_headings_are_broken_and_cut_only_where_lines_run_out() {
        assert_eq!(wrapped("rho=1, activation=relu", 14, 5), ["rho=1,", "activation=", "relu"]);
        assert_eq!(wrapped("activation=poly(0,1/2,3/20): agrees", 20, 5), ["activation=poly(0,", "1/2,3/20): agrees"]);
        assert_eq!(wrapped("short", 14, 5), ["short"]);
        assert_eq!(wrapped("abcdefghij", 6, 5), ["abcdef", "ghij"]);
        assert_eq!(wrapped("one two three four", 6, 2), ["one", "two..."]);
        assert_eq!(wrapped("", 6, 2), [""]);
    }

    #[test]
    fn a_long_heading_makes_room_for_itself() {
        let sheet = |heading: &str| Sheet::new(&vec![heading.to_string(); 3], Vec::new());
        let unit = Axis { low: 0.0, high: 1.0, logarithmic: false };
        let (short, long) = (sheet("rho=1"), sheet(&"spectrum=rademacher, ".repeat(4)));
        assert!(long.height > short.height);
        let height = |sheet: &Sheet| sheet.panel(2, unit, unit).bottom - sheet.panel(2, unit, unit).top;
        assert_eq!(height(&long), height(&short));
    }
}
