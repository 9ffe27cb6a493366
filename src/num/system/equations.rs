//! What a solver is told of a system of equations: values, values on a box, slopes over a box, and where the unknowns are looked for.

use crate::num::Estimate;
use crate::num::sets::Segment;

/// As many equations as unknowns. The value of an equation is the difference of its two sides.
pub trait Equations {
    /// Values at a point; `None` if some equation has none.
    fn values(&mut self, point: &[f64]) -> Option<Vec<Estimate>>;
    /// All values of each equation on a box; `None` if they are unknown.
    fn on_box(&mut self, part: &[Segment]) -> Option<Vec<Segment>>;
    /// Slopes of each equation (rows) along each unknown (columns) over a box: a step of one unknown inside the box changes the equation by the
    /// step times one of them. `None` if they are unknown. `sharp`: with all the work that it takes to make them narrow.
    fn slopes(&mut self, part: &[Segment], sharp: bool) -> Option<Vec<Vec<Segment>>>;
}

/// Where an unknown is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    pub low: f64,
    pub low_closed: bool,
    pub high: f64,
    pub high_closed: bool,
}

/// A solution that is no farther than this from an open end, relative to `1 + |end|`, is taken for the end itself, unless it is proved not to
/// be.
const AT_AN_END: f64 = 1e-7;

impl Side {
    pub fn contains(&self, x: f64) -> bool {
        (x > self.low || (self.low_closed && x == self.low)) && (x < self.high || (self.high_closed && x == self.high))
    }

    /// Whether every number of a segment belongs to it.
    pub fn holds(&self, segment: Segment) -> bool {
        self.contains(segment.low) && self.contains(segment.high)
    }

    /// Whether a number is so close to an end that does not belong to it as to be taken for it.
    pub fn is_at_an_end(&self, x: f64) -> bool {
        let near =
            |end: f64, closed: bool| !closed && end.is_finite() && (x - end).abs() <= AT_AN_END * (1.0 + end.abs());
        near(self.low, self.low_closed) || near(self.high, self.high_closed)
    }

    /// Its closure.
    pub fn closure(&self) -> Segment {
        Segment { low: self.low, high: self.high }
    }

    /// The number nearest to where a step from `from` inside it leads. Of a step across an open end nine tenths of the way to it are gone.
    pub fn reached(&self, from: f64, to: f64) -> f64 {
        if self.contains(to) {
            return to;
        }
        let (end, closed) = if to < from { (self.low, self.low_closed) } else { (self.high, self.high_closed) };
        if closed { end } else { from + 0.9 * (end - from) }
    }

    /// Three places to start from, the first in the middle.
    pub fn starts(&self) -> [f64; 3] {
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => [0.5, 0.12, 0.88].map(|share| self.low + share * (self.high - self.low)),
            (true, false) => [1.1, 0.15, 7.0].map(|step| self.low + step),
            (false, true) => [1.1, 0.15, 7.0].map(|step| self.high - step),
            (false, false) => [0.2, -1.7, 2.3],
        }
    }
}
