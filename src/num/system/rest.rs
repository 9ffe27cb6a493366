//! Whether the domain holds another solution: it is halved until each part is shown to have none, or is known.

use super::equations::{Equations, Side};
use super::proof::{Proved, applied, at_most_one, defect, middle_inverse, spread_of};
use crate::num::sets::Segment;

/// Parts that are looked at.
const MOST_PARTS: usize = 200;
/// A part that Krawczyk's test leaves less than this share of along some unknown is cut to that; others are halved.
const NARROWER: f64 = 0.7;

/// What the rest of the domain holds.
#[derive(Clone, Debug)]
pub enum Rest {
    /// No solution.
    Nothing,
    /// Another one, near this point.
    Another(Vec<f64>),
    /// Not shown.
    Open,
}

/// What the Krawczyk operator says of a part.
enum Part {
    /// No solution in it.
    Empty,
    /// Exactly one, near this point.
    One(Vec<f64>),
    /// All its solutions lie in this smaller part.
    Within(Vec<Segment>),
    Unknown,
}

/// What the domain, ends included, holds beside a solution.
pub fn rest(equations: &mut dyn Equations, domain: &[Side], known: &Proved) -> Rest {
    let whole: Vec<Segment> = domain.iter().map(Side::closure).collect();
    let mut open = vec![whole.clone()];
    let mut tried = 0;
    while let Some(part) = open.pop() {
        tried += 1;
        if tried > MOST_PARTS {
            return Rest::Open;
        }
        if inside(&part, &known.alone) {
            continue;
        }
        if equations.on_box(&part).is_some_and(|values| values.iter().any(|value| !value.contains(0.0))) {
            continue;
        }
        // Affine equations are decided by slopes over the whole domain.
        let slopes = equations.slopes(&part, tried == 1);
        if let Some(slopes) = &slopes {
            if inside(&known.within, &part) {
                let own = || middle_inverse(slopes).is_some_and(|inverse| at_most_one(&inverse, slopes));
                if at_most_one(&known.inverse, slopes) || own() {
                    continue;
                }
            } else {
                match tested(equations, &part, slopes) {
                    Part::Empty => continue,
                    Part::One(point) if meets(&part, &known.within).is_none() => return Rest::Another(point),
                    Part::Within(smaller) => {
                        open.push(smaller);
                        continue;
                    }
                    Part::One(_) | Part::Unknown => {}
                }
            }
        }
        match halves(&part, &whole) {
            Some(both) => open.extend(both),
            None => return Rest::Open,
        }
    }
    Rest::Nothing
}

fn tested(equations: &mut dyn Equations, part: &[Segment], slopes: &[Vec<Segment>]) -> Part {
    let bounded = part.iter().all(|x| x.is_bounded());
    let Some(inverse) = middle_inverse(slopes).filter(|_| bounded) else { return Part::Unknown };
    let middle: Vec<f64> = part.iter().map(|x| 0.5 * x.low + 0.5 * x.high).collect();
    let exact: Vec<Segment> = middle.iter().map(|x| Segment::exact(*x)).collect();
    let Some(values) = equations.on_box(&exact) else { return Part::Unknown };
    let offsets: Vec<Segment> = part.iter().zip(&exact).map(|(x, c)| *x - *c).collect();
    let spread = spread_of(&defect(&inverse, slopes), &offsets);
    let shift = applied(&inverse, &values);
    let image: Vec<Segment> = (0..part.len()).map(|i| exact[i] - shift[i] + spread[i]).collect();
    let Some(smaller) = meets(part, &image) else { return Part::Empty };
    if image.iter().zip(part).all(|(k, x)| x.low < k.low && k.high < x.high) {
        return Part::One(image.iter().map(|k| 0.5 * k.low + 0.5 * k.high).collect());
    }
    let narrower = smaller.iter().zip(part).any(|(k, x)| k.radius() < NARROWER * x.radius());
    if narrower { Part::Within(smaller) } else { Part::Unknown }
}

/// Whether a box lies in another.
fn inside(part: &[Segment], other: &[Segment]) -> bool {
    part.iter().zip(other).all(|(x, y)| y.low <= x.low && x.high <= y.high)
}

/// What two boxes have in common.
fn meets(part: &[Segment], other: &[Segment]) -> Option<Vec<Segment>> {
    part.iter().zip(other).map(|(x, y)| x.intersection(*y)).collect()
}

/// Above every share of a finite interval.
const INFINITE: f64 = 1e300;

/// Both halves along the unknown whose share of the domain is largest. Infinite ones go first, the one that begins nearest to 0 before others.
fn halves(part: &[Segment], whole: &[Segment]) -> Option<[Vec<Segment>; 2]> {
    let share = |i: usize| {
        let (x, all) = (part[i].radius(), whole[i].radius());
        let begins = part[i].low.abs().min(part[i].high.abs());
        match (x.is_infinite(), begins.is_infinite()) {
            (false, _) => x / all.min(1.0 + part[i].magnitude()),
            (true, false) => INFINITE / (1.0 + begins),
            (true, true) => INFINITE,
        }
    };
    let along = (0..part.len()).max_by(|a, b| share(*a).total_cmp(&share(*b)))?;
    let Segment { low, high } = part[along];
    let middle = match (low.is_finite(), high.is_finite()) {
        (true, true) => 0.5 * low + 0.5 * high,
        (true, false) => (low + 1.0).max(2.0 * low),
        (false, true) => (high - 1.0).min(2.0 * high),
        (false, false) => 0.0,
    };
    if !(low < middle && middle < high) {
        return None;
    }
    let half = |side: Segment| {
        let mut smaller = part.to_vec();
        smaller[along] = side;
        smaller
    };
    Some([half(Segment { low: middle, high }), half(Segment { low, high: middle })])
}
