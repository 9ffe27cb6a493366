//! Real intervals with outward rounding.
//!
//! Every operation returns a segment that contains the result for all numbers of its operands. Sums, products and quotients that are
//! doubles stay exact, so that signs at the ends of panels are decided. An infinite end is a bound of numbers that are finite.
//! A function with a domain has no value on a segment part of which lies outside.

mod functions;

use crate::num::Estimate;
use crate::num::sets::rounding::{add_down, add_up, divide_down, divide_up, multiply_down, multiply_up};
use crate::num::sets::signs::Signs;
use std::ops::{Add, Mul, Neg, Sub};

/// All real numbers from `low` to `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub low: f64,
    pub high: f64,
}

impl Segment {
    pub const ZERO: Segment = Segment::exact(0.0);
    pub const ONE: Segment = Segment::exact(1.0);
    /// All real numbers.
    pub const LINE: Segment = Segment { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// One double.
    pub const fn exact(x: f64) -> Segment {
        Segment { low: x, high: x }
    }

    /// From `low` to `high`; all numbers if these are no interval.
    pub fn new(low: f64, high: f64) -> Segment {
        if low <= high { Segment { low, high } } else { Segment::LINE }
    }

    /// What a ball may be; `None` if it is no finite number.
    pub fn of(x: Estimate) -> Option<Segment> {
        if x.value.is_nan() || x.is_infinity() {
            return None;
        }
        Some(Segment { low: x.low(), high: x.high() })
    }

    /// The ball around the segment; `None` if it is unbounded.
    pub fn to_estimate(self) -> Option<Estimate> {
        if !self.is_bounded() {
            return None;
        }
        let middle = 0.5 * self.low + 0.5 * self.high;
        let radius =
            if self.low == self.high { 0.0 } else { add_up(self.high, -middle).max(add_up(middle, -self.low)) };
        Some(Estimate::new(middle, radius))
    }

    /// Whether both ends are finite.
    pub fn is_bounded(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Half the length.
    pub fn radius(self) -> f64 {
        0.5 * self.high - 0.5 * self.low
    }

    /// The largest magnitude.
    pub fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// The least segment around both.
    pub fn hull(self, other: Segment) -> Segment {
        Segment { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What both have in common; `None` if that is nothing.
    pub fn intersection(self, other: Segment) -> Option<Segment> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Segment { low, high })
    }

    /// `true` if no number is negative, `false` if none is positive, `None` if there are both.
    #[inline]
    fn sign(self) -> Option<bool> {
        if self.low >= 0.0 {
            Some(true)
        } else if self.high <= 0.0 {
            Some(false)
        } else {
            None
        }
    }

    /// `|x|`
    pub fn abs(self, signs: &mut Signs) -> Segment {
        let sign = self.sign();
        signs.record(sign);
        match sign {
            Some(true) => self,
            Some(false) => -self,
            None => Segment { low: 0.0, high: self.magnitude() },
        }
    }

    /// `max(x, 0)`
    pub fn positive_part(self, signs: &mut Signs) -> Segment {
        let sign = self.sign();
        signs.record(sign);
        match sign {
            Some(true) => self,
            Some(false) => Segment::ZERO,
            None => Segment { low: 0.0, high: self.high },
        }
    }

    /// The larger of two numbers.
    pub fn max(self, other: Segment, signs: &mut Signs) -> Segment {
        let first = if self.low >= other.high {
            Some(true)
        } else if self.high <= other.low {
            Some(false)
        } else {
            None
        };
        signs.record(first);
        match first {
            Some(true) => self,
            Some(false) => other,
            None => Segment { low: self.low.max(other.low), high: self.high.max(other.high) },
        }
    }

    /// The smaller of two numbers.
    pub fn min(self, other: Segment, signs: &mut Signs) -> Segment {
        -(-self).max(-other, signs)
    }

    /// Whether `self < other` everywhere or nowhere; `None`, noted, if the segments leave it open. Two that touch leave it open: the
    /// set where they are equal need not be a point.
    pub fn less(self, other: Segment, signs: &mut Signs) -> Option<bool> {
        let less = if self.high < other.low {
            Some(true)
        } else if self.low >= other.high {
            Some(false)
        } else {
            None
        };
        signs.record(less);
        less
    }

    /// `self/other`; `None` if the divisor may be 0.
    pub fn div(self, other: Segment) -> Option<Segment> {
        if other.contains(0.0) {
            return None;
        }
        if other.high < 0.0 {
            return (-self).div(-other);
        }
        // The divisor that makes the quotient least, and largest, by the signs of the ends.
        let low = divide_down(self.low, if self.low >= 0.0 { other.high } else { other.low });
        let high = divide_up(self.high, if self.high >= 0.0 { other.low } else { other.high });
        Some(Segment::new(low, high))
    }
}

impl Add for Segment {
    type Output = Segment;

    #[inline]
    fn add(self, other: Segment) -> Segment {
        Segment { low: add_down(self.low, other.low), high: add_up(self.high, other.high) }
    }
}

impl Neg for Segment {
    type Output = Segment;

    #[inline]
    fn neg(self) -> Segment {
        Segment { low: -self.high, high: -self.low }
    }
}

impl Sub for Segment {
    type Output = Segment;

    #[inline]
    fn sub(self, other: Segment) -> Segment {
        self + (-other)
    }
}

impl Mul for Segment {
    type Output = Segment;

    #[inline]
    fn mul(self, other: Segment) -> Segment {
        // Which ends make the product least, and largest, follows from the signs.
        let [low, high] = match (self.sign(), other.sign()) {
            (Some(true), Some(true)) => [(self.low, other.low), (self.high, other.high)],
            (Some(true), Some(false)) => [(self.high, other.low), (self.low, other.high)],
            (Some(true), None) => [(self.high, other.low), (self.high, other.high)],
            (Some(false), Some(true)) => [(self.low, other.high), (self.high, other.low)],
            (Some(false), Some(false)) => [(self.high, other.high), (self.low, other.low)],
            (Some(false), None) => [(self.low, other.high), (self.low, other.low)],
            (None, Some(true)) => [(self.low, other.high), (self.high, other.high)],
            (None, Some(false)) => [(self.high, other.low), (self.low, other.low)],
            (None, None) => {
                let low = multiply_down(self.low, other.high).min(multiply_down(self.high, other.low));
                let high = multiply_up(self.low, other.low).max(multiply_up(self.high, other.high));
                return Segment { low, high };
            }
        };
        let (low, high) = (multiply_down(low.0, low.1), multiply_up(high.0, high.1));
        Segment { low, high }
    }
}
