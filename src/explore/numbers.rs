//! Where random values of a number lie: between the ends that the claim states, or else where simulations can follow.

use crate::claim::{Domain, Parameter};
use crate::model::Value;
use proptest::prelude::*;

/// `rho` is a multiple of 1/8: then m/d is exact at every size of a ladder.
const EIGHTHS: f64 = 8.0;
/// Where `rho` lies, if the claim does not say: widths that a ladder can follow.
const RATIOS: (f64, f64) = (0.25, 4.0);
/// How far other numbers go from the default of the claim, as a factor; their corners go as far again, twice.
const REACH: f64 = 8.0;

/// Where a number is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    low: f64,
    high: f64,
    /// Equal shares for equal ratios, rather than for equal differences.
    logarithmic: bool,
    /// Multiples of 1/8 only.
    eighths: bool,
    /// Values beyond or at the ends that are visited on purpose.
    pub corners: [Option<f64>; 2],
}

impl Range {
    /// Of a parameter with this domain; `stated` are the ends that the claim states.
    pub fn of(parameter: &Parameter, domain: Domain, stated: Option<(f64, f64)>) -> Range {
        let default = match parameter.default {
            Value::Number(x) => x,
            _ => 1.0,
        };
        if parameter.name == "rho" {
            let (low, high) = stated.unwrap_or((RATIOS.0.max(domain.low), RATIOS.1.min(domain.high)));
            let eighths = (low * EIGHTHS).ceil() <= (high * EIGHTHS).floor() && low > 0.0;
            let stated = stated.map_or([None, None], |_| [Some(low), Some(high)]);
            return Range {
                low,
                high,
                logarithmic: low > 0.0,
                eighths,
                corners: if eighths { [None, None] } else { stated },
            };
        }
        if let Some((low, high)) = stated {
            return Range { low, high, logarithmic: low > 0.0, eighths: false, corners: [Some(low), Some(high)] };
        }
        let closed = |end: f64, closed: bool| Some(end).filter(|_| closed);
        let ends = [closed(domain.low, domain.low_closed), closed(domain.high, domain.high_closed)];
        if domain.low.is_finite() && domain.high.is_finite() {
            return Range { low: domain.low, high: domain.high, logarithmic: false, eighths: false, corners: ends };
        }
        let centre = if default == 0.0 { 1.0 } else { default.abs() };
        if domain.low < 0.0 {
            let within = |x: f64| x.clamp(domain.low, domain.high);
            let (low, high) = (within(-REACH * centre), within(REACH * centre));
            return Range { low, high, logarithmic: false, eighths: false, corners: [Some(0.0), ends[0].or(ends[1])] };
        }
        let within = |x: f64| x.clamp(domain.low, domain.high);
        Range {
            low: within(centre / REACH),
            high: within(centre * REACH),
            logarithmic: true,
            eighths: false,
            corners: [
                ends[0].or(Some(within(centre / REACH.powi(2)))),
                ends[1].or(Some(within(centre * REACH.powi(2)))),
            ],
        }
    }

    /// The value at a share of the way from the lower end to the upper one.
    pub fn at(self, share: f64) -> f64 {
        let x = match self.logarithmic {
            true => self.low * (self.high / self.low).powf(share),
            false => self.low + (self.high - self.low) * share,
        };
        if self.eighths {
            let (least, most) = ((self.low * EIGHTHS).ceil(), (self.high * EIGHTHS).floor());
            return (x * EIGHTHS).round().clamp(least, most) / EIGHTHS;
        }
        let short = two_digits(x);
        if short >= self.low && short <= self.high { short } else { x }
    }

    /// The values on both sides of the place where `crosses` changes, as near as this parameter comes.
    pub fn both_sides(self, crosses: impl Fn(f64) -> Option<bool>) -> Option<[f64; 2]> {
        const STEPS: usize = 24;
        let share = |step: usize| step as f64 / STEPS as f64;
        let mut before: Option<(f64, bool)> = None;
        for step in 0..=STEPS {
            let here = share(step);
            let Some(side) = crosses(self.at(here)) else {
                before = None;
                continue;
            };
            let Some((mut low, _)) = before.filter(|(_, other)| *other != side) else {
                before = Some((here, side));
                continue;
            };
            let mut high = here;
            // Until rounding makes the two neighbours one value, or there is nothing to tell them by.
            for _ in 0..6 {
                let middle = (low + high) / 2.0;
                match crosses(self.at(middle)) {
                    Some(found) if found == side => high = middle,
                    Some(_) => low = middle,
                    None => break,
                }
            }
            return Some([self.at(low), self.at(high)]);
        }
        None
    }

    /// Values in one of `parts` equal parts of the range.
    pub fn part(self, part: usize, parts: usize) -> BoxedStrategy<Value> {
        (0.0..1.0).prop_map(move |share: f64| Value::Number(self.at((part as f64 + share) / parts as f64))).boxed()
    }
}

/// The number with two significant digits.
pub fn two_digits(x: f64) -> f64 {
    format!("{x:.1e}").parse().unwrap_or(x)
}

/// Corners of `rho`: the thresholds at which a network has as many neurons as the input has coordinates.
pub const RATIO_CORNERS: [f64; 3] = [1.0, 0.875, 1.125];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::Span;

    fn range(name: &str, default: f64, domain: Domain, stated: Option<(f64, f64)>) -> Range {
        let value = Value::Number(default);
        let parameter = Parameter { name: name.into(), default: value, domain: Some(domain), span: Span::default() };
        Range::of(&parameter, domain, stated)
    }

    const POSITIVE: Domain = Domain { low: 0.0, low_closed: true, high: f64::INFINITY, high_closed: false };

    #[test]
    fn parts_cover_the_range_and_stay_in_it() {
        let unit = Domain { low: 0.0, low_closed: false, high: 1.0, high_closed: true };
        for (range, low, high) in [
            (range("rho", 1.0, POSITIVE, None), 0.25, 4.0),
            (range("rho", 0.5, unit, Some((0.3, 0.9))), 0.375, 0.875),
            (range("time", 1.0, POSITIVE, None), 0.125, 8.0),
            (range("time", 1.0, POSITIVE, Some((0.1, 4.0))), 0.1, 4.0),
        ] {
            let values: Vec<f64> = (0..=100).map(|k| range.at(f64::from(k) / 100.0)).collect();
            assert!(values.is_sorted() && values[0] == low && values[100] == high, "{range:?}: {values:?}");
        }
        assert_eq!(range("time", 1.0, POSITIVE, None).corners, [Some(0.0), Some(64.0)]);
        assert_eq!(range("smoothing", 0.25, unit, None).corners, [None, Some(1.0)]);
    }

    #[test]
    fn a_threshold_has_two_sides() {
        let ratio = range("rho", 1.0, POSITIVE, None);
        assert_eq!(ratio.both_sides(|x| Some(x >= 1.0)), Some([0.875, 1.0]));
        let time = range("time", 1.0, POSITIVE, None);
        let [below, above] = time.both_sides(|x| Some(x > 2.0)).unwrap();
        assert!(below <= 2.0 && above > 2.0 && above < 2.2, "{below} {above}");
        assert_eq!(time.both_sides(|_| Some(true)), None);
    }
}
