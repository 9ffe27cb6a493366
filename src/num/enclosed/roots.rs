//! All real roots of a function in an interval, with proof.
//!
//! The interval is halved until each part either has no root (0 is not among the values), or is monotone (0 is not among the slopes), or
//! cannot be halved. On a run of monotone parts with slopes of one sign there is at most one root, and the signs at the ends of the run
//! tell whether there is. An interval Newton step then narrows it: `x - f(x)/F'` for all slopes `F'` on the bracket holds the root.

use crate::num::Estimate;

use crate::num::sets::{Segment, Tail};

/// A function or its derivative on a segment: all its values there; `None` if it may have none or is not continuous.
pub type OnSegment<'a, E> = &'a mut dyn FnMut(Segment) -> Result<Option<Segment>, E>;

/// What is known of the roots in an open interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Roots {
    /// In each ball lies exactly one root, or at least one where the ball is as narrow as doubles allow. In increasing order.
    pub found: Vec<Estimate>,
    /// Elsewhere there are roots at most in these.
    pub open: Vec<Segment>,
}

impl Roots {
    /// The least root, if it is proved that there is none below it.
    pub fn first(&self) -> Option<Estimate> {
        let root = *self.found.first()?;
        self.open.iter().all(|place| place.low > root.high()).then_some(root)
    }

    /// The largest root, if it is proved that there is none above it.
    pub fn last(&self) -> Option<Estimate> {
        let root = *self.found.last()?;
        self.open.iter().all(|place| place.high < root.low()).then_some(root)
    }

    /// The root, if there is exactly one and that is proved.
    pub fn unique(&self) -> Option<Estimate> {
        match (self.found.as_slice(), self.open.as_slice()) {
            ([root], []) => Some(*root),
            _ => None,
        }
    }
}

/// Parts of the interval that are looked at, at most.
const PARTS: usize = 160;
/// Open places that are told at most; a search that meets more is given up.
const OPEN: usize = 8;
/// Largest radius of a root that was found, relative to `max(1, |root|)`.
const WIDEST: f64 = 1e-4;
/// Steps of one narrowing.
const STEPS: usize = 200;
/// A bracket is narrowed to this width, relative to its place, before slopes are asked for.
const CLOSE: f64 = 1e-6;
/// A part this narrow, relative to its place, is not halved.
const NARROW: f64 = 1.0 / (1_u64 << 46) as f64;
/// Least positive number of the search.
const LEAST: f64 = 1e-307;

/// What is known of a part.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// The sign is the same all over.
    Clear,
    /// Slopes of one sign.
    Monotone(bool),
    Open,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    place: Segment,
    kind: Kind,
    /// A continuous function.
    known: bool,
}

/// A function on all of a half-line of its argument's chart, as [`Tail`] has it.
pub type OnTail<'a, E> = &'a mut dyn FnMut(Tail) -> Result<Option<Tail>, E>;

/// The roots of f in the open interval from `low` to `high`, either of which may be infinite; `slope` is its derivative. `near` is f
/// again, for what lies next to an end, where f may have no value or no bound.
pub fn roots<E>(f: OnSegment<E>, slope: OnSegment<E>, near: OnTail<E>, low: f64, high: f64) -> Result<Roots, E> {
    let mut stack = vec![Segment { low, high }];
    let mut parts: Vec<Part> = vec![];
    let (mut looked, mut open) = (0, 0);
    while let Some(place) = stack.pop() {
        looked += 1;
        let mut part = classify(f, slope, place)?;
        if part.kind == Kind::Open
            && let Some(approach) = approach(place, low, high)
            && near(approach)?.is_some_and(Tail::is_nonzero)
        {
            part = Part { place, kind: Kind::Clear, known: true };
        }
        if part.kind == Kind::Open
            && looked < PARTS
            && open < OPEN
            && let Some(middle) = middle(place)
        {
            stack.extend([Segment { low: middle, ..place }, Segment { high: middle, ..place }]);
            continue;
        }
        open += usize::from(part.kind == Kind::Open);
        parts.push(part);
    }
    let mut roots = Roots { found: vec![], open: vec![] };
    let same = |a: &Part, b: &Part| a.kind == b.kind;
    for run in parts.chunk_by(same) {
        if run[0].kind == Kind::Clear {
            continue;
        }
        let place = Segment { low: run[0].place.low, high: run[run.len() - 1].place.high };
        let signs = (sign_at(f, place.low)?, sign_at(f, place.high)?);
        let known = run.iter().all(|part| part.known);
        match (run[0].kind, signs) {
            (Kind::Monotone(_), (Some(a), Some(b))) if a != b && a != 0 && b != 0 => {
                let root = narrow(f, slope, place, a)?;
                // A bracket that did not become narrow says little more than that there is a root.
                let narrow = root.is_finite() && root.abs_err <= WIDEST * root.value.abs().max(1.0);
                if narrow { roots.found.push(root) } else { roots.open.push(place) }
            }
            // A root at an end of the open interval is none, and there is no other.
            (Kind::Monotone(_), (Some(a), Some(b)))
                if a * b > 0 || (a == 0 && place.low == low) || (b == 0 && place.high == high) => {}
            (Kind::Open, (Some(a), Some(b))) if known && a * b < 0 && is_narrow(place) => {
                roots.found.push(place.to_estimate().unwrap_or(Estimate::UNDEFINED));
            }
            _ => roots.open.push(place),
        }
    }
    Ok(merged(roots))
}

/// Neighbouring open places as one.
fn merged(mut roots: Roots) -> Roots {
    let mut open: Vec<Segment> = vec![];
    for place in roots.open {
        match open.last_mut() {
            Some(last) if last.high == place.low => last.high = place.high,
            _ => open.push(place),
        }
    }
    roots.open = open;
    roots
}

fn is_narrow(place: Segment) -> bool {
    place.is_bounded() && place.high - place.low <= 64.0 * NARROW * place.magnitude()
}

fn classify<E>(f: OnSegment<E>, slope: OnSegment<E>, place: Segment) -> Result<Part, E> {
    let values = f(place)?;
    if values.is_some_and(|values| !values.contains(0.0)) {
        return Ok(Part { place, kind: Kind::Clear, known: true });
    }
    let slopes = if values.is_some() { slope(place)? } else { None };
    let kind = match slopes {
        Some(slopes) if slopes.low > 0.0 => Kind::Monotone(true),
        Some(slopes) if slopes.high < 0.0 => Kind::Monotone(false),
        _ => Kind::Open,
    };
    Ok(Part { place, kind, known: values.is_some() })
}

/// All of a part that touches an end of the interval, as a function of `s >= 0`: `end +- width e^-s`, or `place e^s` towards infinity.
fn approach(place: Segment, low: f64, high: f64) -> Option<Tail> {
    let exponential = |start: f64, step: f64| {
        let grown = Tail::line(Estimate::ZERO, Estimate::exact(step)).exp();
        Some(Tail::of(Estimate::exact(start))?.mul(grown))
    };
    let ball = |x: f64| Tail::of(Estimate::exact(x));
    let width = || Estimate::exact(place.high) - Estimate::exact(place.low);
    let decayed = || Some(Tail::of(width())?.mul(Tail::line(Estimate::ZERO, Estimate::exact(-1.0)).exp()));
    if place.high == f64::INFINITY && place.low > 0.0 {
        return exponential(place.low, 1.0);
    }
    if place.low == f64::NEG_INFINITY && place.high < 0.0 {
        return exponential(place.high, 1.0);
    }
    if !place.is_bounded() {
        return None;
    }
    if place.low == low {
        return if low == 0.0 { decayed() } else { Some(ball(low)?.add(decayed()?)) };
    }
    if place.high == high {
        return Some(ball(high)?.sub(decayed()?));
    }
    None
}

/// Where to halve: at 0, else in the logarithm where the ends are far apart; `None` if the part is narrow.
fn middle(place: Segment) -> Option<f64> {
    let Segment { low, high } = place;
    if low < 0.0 && high > 0.0 {
        return Some(0.0);
    }
    let (near, far) = if low >= 0.0 { (low, high) } else { (-high, -low) };
    let far = far.min(f64::MAX);
    if far <= LEAST || far - near <= NARROW * far {
        return None;
    }
    let size = if near * 4.0 < far || (near == 0.0 && far > 1.0) {
        // Square roots first: the product may overflow.
        near.max(LEAST).sqrt() * far.sqrt()
    } else {
        0.5 * near + 0.5 * far
    };
    let inside = near < size && size < far;
    inside.then_some(if low >= 0.0 { size } else { -size })
}

/// The sign of f at a place, 0 if it is exactly 0; at infinity that of all numbers beyond the doubles.
fn sign_at<E>(f: OnSegment<E>, x: f64) -> Result<Option<i32>, E> {
    let place = if x == f64::INFINITY {
        Segment { low: f64::MAX, high: x }
    } else if x == f64::NEG_INFINITY {
        Segment { low: x, high: -f64::MAX }
    } else {
        Segment::exact(x)
    };
    Ok(f(place)?.and_then(|value| match value {
        Segment { low: 0.0, high: 0.0 } => Some(0),
        Segment { low, .. } if low > 0.0 => Some(1),
        Segment { high, .. } if high < 0.0 => Some(-1),
        _ => None,
    }))
}

/// A bracket that points alone have narrowed as far as it is close, if they can; one double if the root is that. The points are chosen so
/// that a smooth function takes few, and no function takes more than one more than halving would (the method ITP of Oliveira and
/// Takahashi, 2021).
fn approached<E>(f: OnSegment<E>, place: Segment, sign: i32) -> Result<Segment, E> {
    let mut bracket = place;
    // Values at the ends, as far as they are known, made to increase.
    let mut ends: [Option<f64>; 2] = [None; 2];
    let mut plan: Option<Plan> = None;
    for _ in 0..STEPS {
        if bracket.high - bracket.low <= CLOSE * bracket.magnitude() {
            break;
        }
        let Some(half) = middle(bracket) else { break };
        let within_range =
            bracket.is_bounded() && bracket.high.abs().min(bracket.low.abs()) * 4.0 >= bracket.magnitude();
        let x = match ends {
            [Some(a), Some(b)] if within_range => plan.get_or_insert_with(|| Plan::new(bracket)).next(bracket, a, b),
            _ => half,
        };
        let x = if bracket.low < x && x < bracket.high { x } else { half };
        let Some(value) = f(Segment::exact(x))? else { break };
        if value == Segment::ZERO {
            return Ok(Segment::exact(x));
        }
        if value.contains(0.0) {
            break;
        }
        let like_low = (value.low > 0.0) == (sign > 0);
        let size = -f64::from(sign) * (0.5 * value.low + 0.5 * value.high);
        let known = size.is_finite().then_some(size);
        if like_low {
            (bracket.low, ends[0]) = (x, known);
        } else {
            (bracket.high, ends[1]) = (x, known);
        }
    }
    Ok(bracket)
}

/// How far the next point may be from the middle, so that halving is never beaten by more than one step.
struct Plan {
    /// Width that is close enough, times 2 to the power of the steps that are left, halved.
    reach: f64,
    /// One over five times the first width: how far a secant step is pushed towards the middle.
    push: f64,
}

impl Plan {
    fn new(bracket: Segment) -> Plan {
        let width = bracket.high - bracket.low;
        let close = CLOSE * bracket.magnitude();
        let halvings = (width / close).log2().ceil().max(0.0) + 1.0;
        Plan { reach: 0.5 * close * halvings.exp2(), push: 0.2 / width }
    }

    /// A secant step, pushed a little towards the middle, and not too far from it. `below` is negative, `above` is positive.
    fn next(&mut self, bracket: Segment, below: f64, above: f64) -> f64 {
        let width = bracket.high - bracket.low;
        let middle = bracket.low + 0.5 * width;
        let secant = bracket.low - below * width / (above - below);
        let aside = middle - secant;
        let pushed = secant + (self.push * width * width).min(aside.abs()).copysign(aside);
        let reach = (self.reach - 0.5 * width).max(0.0);
        self.reach *= 0.5;
        middle + (pushed - middle).clamp(-reach, reach)
    }
}

/// The root of a monotone function in a bracket, whose sign at the lower end is given: points narrow the bracket until a slope says more.
fn narrow<E>(f: OnSegment<E>, slope: OnSegment<E>, place: Segment, sign: i32) -> Result<Estimate, E> {
    let mut bracket = approached(f, place, sign)?;
    if bracket.low == bracket.high {
        return Ok(Estimate::exact(bracket.low));
    }
    for _ in 0..STEPS {
        let Some(centre) = middle(bracket) else { break };
        let before = bracket;
        let Some(value) = f(Segment::exact(centre))? else { break };
        if value == Segment::ZERO {
            return Ok(Estimate::exact(centre));
        }
        // The half that the sign at the centre tells.
        if value.low > 0.0 || value.high < 0.0 {
            let like_low = (value.low > 0.0) == (sign > 0);
            if like_low { bracket.low = centre } else { bracket.high = centre }
        }
        let step = slope(before)?.and_then(|slopes| value.div(slopes));
        if let Some(narrowed) = step.and_then(|step| bracket.intersection(Segment::exact(centre) - step)) {
            bracket = narrowed;
        }
        if bracket == before {
            break;
        }
    }
    Ok(bracket.to_estimate().unwrap_or(Estimate::UNDEFINED))
}
