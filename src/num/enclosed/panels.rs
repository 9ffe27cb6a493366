//! A proved integral of a function over panels.
//!
//! On each panel the function is evaluated on the whole segment. If its values there hardly differ, that is the integral. If no sign is
//! left open, discs around the panel bound it on an ellipse, which bounds the error of a Gauss rule. Otherwise the panel is halved.

use crate::num::Estimate;
use crate::num::enclosed::gauss_legendre::{self, MOST_POINTS, POINTS};
use crate::num::sets::rounding::above;
use crate::num::sets::{Disc, Segment, Signs};

/// Ellipses that are tried, the largest first.
const ELLIPSES: [f64; 3] = [5.5, 3.4, 2.3];
/// A rule with as few points is taken without a look at other ellipses.
const FEW_POINTS: usize = 8;
/// A panel at the end of its interval that was halved so often is left to a chart, if there is one: at once where the integrand is
/// unbounded or has no value, later where it has, as its scale may just be small.
const SINGULAR_FROM: u32 = 1;
const ROUGH_FROM: u32 = 6;
/// Every so many halvings it is asked whether halving still narrows the values.
const PATIENCE: u32 = 4;
/// Share of the tolerance that one panel may take.
pub const PANEL_SHARE: f64 = 1.0 / 40.0;

/// A function of a real variable, on the number types. `None`: no value, or a sign that is left open and noted in the record.
pub trait Function<E> {
    fn segment(&mut self, x: Segment, signs: &mut Signs) -> Result<Option<Segment>, E>;
    fn disc(&mut self, x: Disc, signs: &mut Signs) -> Result<Option<Disc>, E>;
    /// Values at up to [`MOST_POINTS`] places; what is not finite has no value.
    fn at(&mut self, xs: &[Estimate], values: &mut [Estimate]) -> Result<(), E>;
}

/// Why there is no integral.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal<E> {
    /// The integrand failed.
    Integrand(E),
    /// Around this place the integrand has no value or no bound.
    NoValue { near: f64 },
    /// The evaluations allowed were used up; what encloses the integral so far, if its values are bounded.
    Budget { best: Option<Estimate> },
    /// Nothing bounds the integral near this end.
    Divergent { end: f64 },
}

impl<E> From<E> for Refusal<E> {
    fn from(error: E) -> Refusal<E> {
        Refusal::Integrand(error)
    }
}

/// Evaluations: how many are left, and how many were made of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    pub left: usize,
    pub segments: usize,
    pub discs: usize,
    pub points: usize,
    pub tails: usize,
}

impl Work {
    pub fn new(budget: usize) -> Work {
        Work { left: budget, segments: 0, discs: 0, points: 0, tails: 0 }
    }

    pub(crate) fn spend(&mut self, evaluations: usize) {
        self.left = self.left.saturating_sub(evaluations);
    }
}

/// What came of the panels of an interval.
pub(crate) struct Total {
    pub value: Estimate,
    /// The inner ends of the panels at the lower and the upper end that were left to a chart.
    pub deferred: [Option<f64>; 2],
}

#[derive(Clone, Copy)]
struct Panel {
    low: f64,
    high: f64,
    depth: u32,
    /// First ellipse to try.
    first: usize,
}

impl Panel {
    fn middle(self) -> f64 {
        0.5 * self.low + 0.5 * self.high
    }

    /// An upper bound of half the width.
    fn half_width(self) -> f64 {
        let middle = self.middle();
        above((self.high - middle).max(middle - self.low))
    }

    fn halves(self, first: usize) -> Option<[Panel; 2]> {
        let middle = self.middle();
        let depth = self.depth + 1;
        let apart = self.low < middle && middle < self.high;
        apart.then_some([
            Panel { low: self.low, high: middle, depth, first },
            Panel { low: middle, high: self.high, depth, first },
        ])
    }
}

/// One integration in progress.
struct Run<'a, E> {
    function: &'a mut dyn Function<E>,
    signs: Signs,
    /// Error that one panel may have.
    tolerance: f64,
    work: &'a mut Work,
}

/// The integral over `[ends[0], ends[1]]`, cut at `breaks` (sorted, strictly inside). With `defer`, a panel at that end on which
/// halving did not help is left out and told.
pub(crate) fn integrate<E>(
    function: &mut dyn Function<E>,
    ends: [f64; 2],
    breaks: &[f64],
    defer: [bool; 2],
    tolerance: f64,
    work: &mut Work,
) -> Result<Total, Refusal<E>> {
    let mut run = Run { function, signs: Signs::new(), tolerance, work };
    let mut places = vec![ends[0]];
    places.extend(breaks);
    places.push(ends[1]);
    let panel = |pair: &[f64]| Panel { low: pair[0], high: pair[1], depth: 0, first: 0 };
    // The leftmost panel is on top.
    let mut stack: Vec<Panel> = places.windows(2).rev().map(panel).collect();
    let mut sum = Total { value: Estimate::ZERO, deferred: [None; 2] };
    while let Some(panel) = stack.pop() {
        if panel.low >= panel.high {
            continue;
        }
        if run.work.left == 0 {
            stack.push(panel);
            return Err(Refusal::Budget { best: run.rough(sum, &stack)? });
        }
        let segment = match run.panel(panel)? {
            Outcome::Value(value) => {
                sum.value = sum.value + value;
                continue;
            }
            Outcome::Halve { segment, first } => {
                let late = panel.depth >= if segment.is_none() { SINGULAR_FROM } else { ROUGH_FROM };
                if late && defer[0] && panel.low == ends[0] {
                    sum.deferred[0] = Some(panel.high);
                    continue;
                }
                if late && defer[1] && panel.high == ends[1] {
                    sum.deferred[1] = Some(panel.low);
                    continue;
                }
                if let Some([left, right]) = panel.halves(first) {
                    stack.extend([right, left]);
                    continue;
                }
                segment
            }
        };
        // Two neighbouring doubles: what is known of the segment is all.
        let value = segment.and_then(Segment::to_estimate).ok_or(Refusal::NoValue { near: panel.low })?;
        sum.value = sum.value + value * width(panel);
    }
    Ok(sum)
}

fn width(panel: Panel) -> Estimate {
    Estimate::exact(panel.high) - Estimate::exact(panel.low)
}

enum Outcome {
    Value(Estimate),
    /// The values on the segment, if they are known; and the first ellipse to try on the halves.
    Halve {
        segment: Option<Segment>,
        first: usize,
    },
}

impl<E> Run<'_, E> {
    fn panel(&mut self, panel: Panel) -> Result<Outcome, E> {
        let segment = self.segment(Segment { low: panel.low, high: panel.high })?;
        let undecided = self.signs.undecided();
        let bounded = segment.filter(|s| s.is_bounded());
        if let Some(values) = bounded
            && self.is_enough(panel, values)?
        {
            let value = values.to_estimate().unwrap_or(Estimate::UNDEFINED);
            return Ok(Outcome::Value(value * width(panel)));
        }
        let mut first = usize::from(panel.depth == 0);
        if !undecided {
            let rule;
            (rule, first) = self.best_rule(panel)?;
            if let Some((rule, error)) = rule
                && let Some(value) = self.rule(panel, rule)?
            {
                return Ok(Outcome::Value(value.widened(error)));
            }
        }
        Ok(Outcome::Halve { segment: bounded, first })
    }

    fn segment(&mut self, x: Segment) -> Result<Option<Segment>, E> {
        self.work.segments += 1;
        self.work.spend(1);
        self.signs.begin_record();
        self.function.segment(x, &mut self.signs)
    }

    /// Whether the values on the segment may stand for the integral: they hardly differ, or they differ because the integrand's
    /// constants are uncertain, so that halving would not help.
    fn is_enough(&mut self, panel: Panel, values: Segment) -> Result<bool, E> {
        let radius = values.radius();
        if radius * (panel.high - panel.low) <= self.tolerance {
            return Ok(true);
        }
        if panel.depth == 0 || !panel.depth.is_multiple_of(PATIENCE) {
            return Ok(false);
        }
        // Two places, as one may happen to be a jump.
        let places = [0.37, 0.71].map(|share| Estimate::exact(panel.low + share * (panel.high - panel.low)));
        let mut points = [Estimate::UNDEFINED; 2];
        self.work.points += places.len();
        self.work.spend(places.len());
        self.function.at(&places, &mut points)?;
        Ok(points.iter().all(|point| point.is_finite() && radius <= 2.0 * point.abs_err))
    }

    /// The shortest rule that is good enough with its error bound, and the first ellipse to try on the halves.
    fn best_rule(&mut self, panel: Panel) -> Result<(Option<(usize, f64)>, usize), E> {
        let half_width = panel.half_width();
        let mut best: Option<(usize, f64)> = None;
        let mut seen = None;
        for (index, &r) in ELLIPSES.iter().enumerate().skip(panel.first) {
            let radius = above(half_width * gauss_legendre::half_axis(r));
            self.work.discs += 1;
            self.work.spend(1);
            self.signs.begin_replay();
            let disc = self.function.disc(Disc::new(panel.middle(), radius), &mut self.signs)?;
            let Some((rest, drift)) = disc.and_then(Disc::rest) else { continue };
            seen = seen.or(Some(index));
            // Both the integral and the rule may differ by as much from those of the analytic function.
            let drifted = above(4.0 * half_width * drift);
            if drifted > 0.5 * self.tolerance {
                continue;
            }
            let rule = gauss_legendre::least_rule(half_width, rest, r, self.tolerance);
            match (rule, best) {
                (Some(rule), Some((least, _))) if rule >= least => break,
                (None, Some(_)) => break,
                (Some(rule), _) => {
                    best = Some((rule, above(gauss_legendre::error_bound(half_width, rest, r, rule) + drifted)));
                }
                (None, None) => {}
            }
            if best.is_some_and(|(rule, _)| POINTS[rule] <= FEW_POINTS) {
                break;
            }
        }
        // The disc of a half with the next larger ellipse is about as large as that of the panel.
        let first = seen.map_or(1, |index: usize| index.saturating_sub(1));
        Ok((best, first))
    }

    /// The sum of a rule; `None` if the integrand has no value at a node.
    fn rule(&mut self, panel: Panel, rule: usize) -> Result<Option<Estimate>, E> {
        let mut places = [Estimate::ZERO; MOST_POINTS];
        let mut values = [Estimate::UNDEFINED; MOST_POINTS];
        let count = gauss_legendre::nodes(panel.low, panel.high, rule, &mut places);
        self.work.points += count;
        self.work.spend(count);
        self.function.at(&places[..count], &mut values[..count])?;
        for (place, value) in places[..count].iter().zip(&mut values) {
            if value.is_finite() {
                continue;
            }
            // A disc that is hardly more than a point remembers logarithms and the panel's signs.
            self.work.discs += 1;
            self.work.spend(1);
            self.signs.begin_replay();
            let Some(disc) = Disc::of(*place) else { return Ok(None) };
            match self.function.disc(disc, &mut self.signs)?.and_then(Disc::at_centre) {
                Some(found) => *value = found,
                None => return Ok(None),
            }
        }
        let sum = gauss_legendre::sum(panel.low, panel.high, rule, &values[..count]);
        Ok(sum.is_finite().then_some(sum))
    }

    /// The sum with what is left bounded by segments alone.
    fn rough(&mut self, sum: Total, left: &[Panel]) -> Result<Option<Estimate>, E> {
        if sum.deferred.iter().any(Option::is_some) {
            return Ok(None);
        }
        let mut total = sum.value;
        for panel in left {
            let segment = self.segment(Segment { low: panel.low, high: panel.high })?;
            let Some(value) = segment.and_then(Segment::to_estimate) else { return Ok(None) };
            total = total + value * width(*panel);
        }
        Ok(total.is_finite().then_some(total))
    }
}
