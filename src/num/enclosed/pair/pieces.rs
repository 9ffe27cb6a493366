//! Pieces of the range of x between lines along which a function of a pair is not smooth.

use crate::num::Estimate;
use crate::num::sets::{Kind, Segment};

/// Width of the strip of t, beside a line along which f jumps, that segments alone enclose.
pub(super) const STRIP: f64 = 1.0 / (1_u64 << 50) as f64;

/// `1/(2 pi)` as a logarithm, to the nearest double.
const LOG_TWO_PI: Estimate = Estimate { value: 1.837_877_066_409_345_3, abs_err: 2.3e-16 };

/// `constant + slope y`
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub constant: Estimate,
    slope: Estimate,
}

impl Line {
    pub fn at<N: Kind>(self, y: N) -> Option<N> {
        let constant = N::of(self.constant)?;
        if self.slope == Estimate::ZERO { Some(constant) } else { N::of(self.slope)?.mul(y)?.add(constant) }
    }

    pub fn minus(self, other: Line) -> Line {
        Line { constant: self.constant - other.constant, slope: self.slope - other.slope }
    }
}

/// `u = large x + small y`, `v = large x - small y`
#[derive(Clone, Copy)]
pub(super) struct Rotation {
    pub large: Estimate,
    pub small: Estimate,
}

impl Rotation {
    /// The end at x = c.
    pub fn fixed(&self, c: f64) -> End {
        let x = Line { constant: Estimate::exact(c), slope: Estimate::ZERO };
        let along = |slope| Line { constant: self.large * Estimate::exact(c), slope };
        End { x, u: along(self.small), v: along(-self.small) }
    }

    /// The end where u (or v) is k: `x = (k -+ S y)/L`, and the other is `k -+ 2 S y`.
    pub fn kink(&self, k: f64, of_u: bool) -> Option<End> {
        let k = Estimate::exact(k);
        let sign = Estimate::exact(if of_u { -1.0 } else { 1.0 });
        let x = Line { constant: k.div(self.large)?, slope: (sign * self.small).div(self.large)? };
        let here = Line { constant: k, slope: Estimate::ZERO };
        let other = Line { constant: k, slope: sign * self.small * Estimate::exact(2.0) };
        Some(if of_u { End { x, u: here, v: other } } else { End { x, u: other, v: here } })
    }

    /// The end at x = 0, where `u = -v`.
    pub fn middle(&self) -> End {
        let along = |slope| Line { constant: Estimate::ZERO, slope };
        End { x: along(Estimate::ZERO), u: along(self.small), v: along(-self.small) }
    }
}

/// x, u and v along one end of a piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub x: Line,
    pub u: Line,
    pub v: Line,
}

/// A piece of the range of x: `x = a + (b - a) t` for t from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub a: End,
    pub b: End,
}

/// A piece for the y of one panel, where t is between two ends: signs may be open at 0 and 1 themselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub piece: Piece,
    pub low: f64,
    pub high: f64,
    /// No sign is open between the ends.
    pub decided: bool,
}

/// The arguments before mirroring, and the weight, at some `(t, y)`.
pub(super) struct Place<N> {
    pub x: N,
    pub u: N,
    pub v: N,
    pub weight: N,
}

/// A piece at some y: x, u and v at t = 0, and what each gains up to t = 1.
pub(super) struct Along<N> {
    starts: [N; 3],
    gains: [N; 3],
    /// `y^2`
    square: N,
}

impl<N: Kind> Along<N> {
    pub fn place(&self, t: N) -> Option<Place<N>> {
        let at = |i: usize| self.gains[i].mul(t)?.add(self.starts[i]);
        let x = at(0)?;
        let squares = x.powi(2)?.add(self.square)?;
        let density = squares.mul(N::exact(-0.5)?)?.sub(N::of(LOG_TWO_PI)?)?.exp()?;
        Some(Place { x, u: at(1)?, v: at(2)?, weight: self.gains[0].mul(density)? })
    }
}

impl Piece {
    pub fn along<N: Kind>(&self, y: N) -> Option<Along<N>> {
        let (a, b) = (&self.a, &self.b);
        let starts = [a.x.at(y)?, a.u.at(y)?, a.v.at(y)?];
        let gains = [b.x.minus(a.x).at(y)?, b.u.minus(a.u).at(y)?, b.v.minus(a.v).at(y)?];
        Some(Along { starts, gains, square: y.powi(2)? })
    }

    pub fn place<N: Kind>(&self, t: N, y: N) -> Option<Place<N>> {
        self.along(y)?.place(t)
    }

    /// On segments a value along the piece is a mean of those at its ends: three ways to say it, and all hold.
    pub fn segment(&self, t: Segment, y: Segment) -> Option<Place<Segment>> {
        let rest = Segment::ONE - t;
        let along = |a: Line, b: Line| -> Option<Segment> {
            let (at_a, at_b) = (a.at(y)?, b.at(y)?);
            let (forward, back) = (b.minus(a).at(y)?, a.minus(b).at(y)?);
            let mean = at_a * rest + at_b * t;
            mean.intersection(at_a + forward * t)?.intersection(at_b + back * rest)
        };
        let width = self.b.x.minus(self.a.x).at(y)?;
        let x = along(self.a.x, self.b.x)?;
        let squares = x.powi(2)? + y.powi(2)?;
        let density = (squares * Segment::exact(-0.5) - Segment::of(LOG_TWO_PI)?).exp();
        Some(Place { x, u: along(self.a.u, self.b.u)?, v: along(self.a.v, self.b.v)?, weight: width * density })
    }
}

/// Ranges of a coordinate.
pub(super) type Ranges = Vec<(f64, f64)>;

/// Ranges of y between the places where lines cross, and strips around those places: they are no doubles, and signs may be open
/// there.
pub(super) fn crossings(start: f64, end: f64, lines: &[End], at_zero: bool) -> (Ranges, Ranges) {
    let mut cuts: Ranges = if at_zero { vec![(-STRIP, STRIP)] } else { vec![] };
    for (i, one) in lines.iter().enumerate() {
        for other in &lines[..i] {
            let difference = one.x.minus(other.x);
            // Lines that are parallel to within rounding are lines of the same variable, or the same line: in their order.
            let Some(crossing) = (-difference.constant).div(difference.slope) else { continue };
            cuts.push((crossing.low() - STRIP, crossing.high() + STRIP));
        }
    }
    cuts.retain(|(low, high)| *high > start && *low < end);
    cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranges, mut strips, mut from) = (vec![], vec![], start);
    for (low, high) in cuts {
        let (low, high) = (low.max(from), high.min(end));
        if low > from {
            ranges.push((from, low));
        }
        if high > low {
            strips.push((low, high));
        }
        from = from.max(high);
    }
    if end > from {
        ranges.push((from, end));
    }
    (ranges, strips)
}
