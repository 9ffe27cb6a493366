//! Axes: from values to places, with round ticks.

use crate::report::number::significant;

/// A scale from values to pixels; linear or logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    pub logarithmic: bool,
}

/// An axis begins at 0 if its values begin within this share of their range above it: then less than half of the panel is empty.
const NEAR_ZERO: f64 = 0.75;
/// Values that reach this share of their range below 0 are drawn as if they ended there: noise around 0.
const OVER_ZERO: f64 = 0.06;

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
        if self.low < NEAR_ZERO * span && self.low > -OVER_ZERO * span { Axis { low: 0.0, ..self } } else { self }
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
}
