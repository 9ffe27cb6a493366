//! Gamma and Bessel functions of segments: monotone between known places, or by a bound of the slope.

use super::Segment;
use crate::num::Estimate;
use crate::num::special::{Bessel, LEAST_GAMMA, LEAST_LOG_GAMMA};
use std::f64::consts::PI;

/// The gamma function falls before the first and rises after the second.
const TURNS: [f64; 2] = [1.461, 1.462];

impl Segment {
    /// A positive function that falls before `TURNS` and rises after, with a bound of its least value.
    fn cup(self, function: impl Fn(Estimate) -> Option<Estimate>, least: f64) -> Option<Segment> {
        let end = |x: f64| {
            if x == 0.0 || x == f64::INFINITY {
                return Some(Segment { low: f64::MAX, high: f64::INFINITY });
            }
            let value = function(Estimate::exact(x))?;
            if value.value == f64::INFINITY {
                return Some(Segment { low: f64::MAX, high: f64::INFINITY });
            }
            Segment::of(value)
        };
        let (low, high) = (end(self.low)?, end(self.high)?);
        let lowest = if self.high <= TURNS[0] {
            high.low
        } else if self.low >= TURNS[1] {
            low.low
        } else {
            least
        };
        Some(Segment::new(lowest.max(least), low.high.max(high.high)))
    }

    /// The gamma function; `None` if the segment may hold a pole.
    pub fn gamma(self) -> Option<Segment> {
        if self.low >= 0.0 {
            return self.cup(Estimate::gamma, LEAST_GAMMA);
        }
        if self.high >= 0.0 {
            return None;
        }
        // Gamma(x) Gamma(1 - x) = pi/sin(pi x)
        let circle = Segment::of(Estimate::new(PI, 1.3e-16))?;
        circle.div((circle * self).sin() * (Segment::ONE - self).gamma()?)
    }

    /// `ln Gamma(x)`; `None` unless x is positive.
    pub fn lgamma(self) -> Option<Segment> {
        if self.low < 0.0 { None } else { self.cup(Estimate::lgamma, LEAST_LOG_GAMMA) }
    }

    /// The derivative of order n + 1 of `ln Gamma(x)`, which is monotone for positive x.
    pub fn polygamma(self, n: u32) -> Option<Segment> {
        if self.low < 0.0 {
            if n > 0 || self.high >= 0.0 {
                return None;
            }
            let circle = Segment::of(Estimate::new(PI, 1.3e-16))?;
            let angle = circle * self;
            return Some((Segment::ONE - self).polygamma(0)? - circle * angle.cos().div(angle.sin())?);
        }
        let at = |x: f64| Segment::of(Estimate::exact(x).polygamma(n)?);
        // Odd orders fall from infinity to 0; even ones rise to 0, or to infinity if the order is 0.
        let falls = n % 2 == 1;
        let start = if self.low == 0.0 {
            Segment::exact(if falls { f64::INFINITY } else { f64::NEG_INFINITY })
        } else {
            at(self.low)?
        };
        let end = if self.high.is_finite() {
            at(self.high)?
        } else {
            Segment::exact(if n == 0 { f64::INFINITY } else { 0.0 })
        };
        Some(if falls { Segment::new(end.low, start.high) } else { Segment::new(start.low, end.high) })
    }

    /// A Bessel function of one order.
    pub fn bessel(self, kind: Bessel, order: f64) -> Option<Segment> {
        let whole = order.fract() == 0.0;
        if (!whole && (self.low < 0.0 || order < 0.0)) || !self.is_bounded() {
            return match kind {
                Bessel::J if whole => Some(Segment { low: -1.0, high: 1.0 }),
                _ => None,
            };
        }
        let at = |x: f64| Segment::of(kind.at(Estimate::exact(order), Estimate::exact(x))?);
        match kind {
            Bessel::J if whole => {
                // |J_n'| <= 1
                let value = Segment::of(kind.at(Estimate::exact(order), self.to_estimate()?)?)?;
                value.intersection(Segment { low: -1.0, high: 1.0 })
            }
            // |J_n| <= 1 for n >= 0
            Bessel::J => {
                let whole = Segment { low: -1.0, high: 1.0 };
                let value = kind.at(Estimate::exact(order), self.to_estimate()?).and_then(Segment::of);
                value.map_or(Some(whole), |value| value.intersection(whole))
            }
            // All coefficients are positive: it rises for x >= 0, and is even or odd.
            Bessel::I => {
                let (low, high) = (at(self.low)?, at(self.high)?);
                let even = whole && order.rem_euclid(2.0) == 0.0;
                if self.low >= 0.0 || !even {
                    return Some(Segment::new(low.low, high.high));
                }
                if self.high <= 0.0 {
                    return Some(Segment::new(high.low, low.high));
                }
                Some(Segment::new(at(0.0)?.low, low.high.max(high.high)))
            }
        }
    }
}
