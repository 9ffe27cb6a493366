//! Which rules are good enough: over y, by steps of x; and over x, for all y of a panel.

use super::pieces::{Piece, Span};
use super::run::{Part, Run, Strip};
use crate::num::Estimate;
use crate::num::enclosed::gauss_legendre;
use crate::num::enclosed::panels::Refusal;
use crate::num::sets::rounding::above;
use crate::num::sets::{Disc, Segment};

/// Ellipses for panels of y and of x, the first to be tried first.
const OUTER_ELLIPSES: [f64; 3] = [3.4, 5.5, 2.3];
const INNER_ELLIPSES: [f64; 5] = [3.4, 5.5, 2.3, 10.0, 1.7];
/// Rules with as few points are taken without a look at other ellipses.
const FEW_POINTS: usize = 10;
/// Longest step of x and longest part of y, in which the other variable's analyticity is shown.
const STEP: f64 = 0.5;
/// Share of the largest M with which the longest rule is good enough that one step may have; else it is cut further.
const STEP_SHARE: f64 = 1.0 / 64.0;
/// Halvings of the range of x at most, and at most while a sign is open.
const STEP_DEPTH: u32 = 16;
const OPEN_DEPTH: u32 = 9;

impl<E> Run<'_, E> {
    /// The shortest rule over y that is good enough, with its error.
    pub(super) fn outer_rule(
        &mut self,
        panel: Strip,
        spans: &[Span],
        share: f64,
    ) -> Result<Option<(usize, f64)>, Refusal<E>> {
        let middle = 0.5 * panel.low + 0.5 * panel.high;
        let half_width = above((panel.high - middle).max(middle - panel.low));
        let mut best: Option<(usize, f64)> = None;
        for r in OUTER_ELLIPSES {
            let y = Disc::new(middle, above(half_width * gauss_legendre::half_axis(r)));
            let longest = gauss_legendre::error_bound(half_width, 1.0, r, gauss_legendre::POINTS.len() - 1);
            let limit = STEP_SHARE * share / longest;
            let mut most = Some(0.0);
            for span in spans {
                let part = self.outer_bound(panel, span, y, limit)?;
                most = most.zip(part).map(|(sum, part)| above(sum + part));
                if most.is_none() {
                    break;
                }
            }
            let Some(most) = most else { continue };
            if let Some(rule) = gauss_legendre::least_rule(half_width, most, r, share)
                && best.is_none_or(|(least, _)| rule < least)
            {
                best = Some((rule, gauss_legendre::error_bound(half_width, most, r, rule)));
            }
            if best.is_some_and(|(rule, _)| gauss_legendre::POINTS[rule] <= FEW_POINTS) {
                break;
            }
        }
        Ok(best)
    }

    /// How far the integral over a piece, for y on a disc around the panel, is from linear in y: summed over steps of t. `None` if the
    /// signs are not the same all over some step, or the integrand may not be analytic. A step is cut until its part is within the limit.
    fn outer_bound(&mut self, panel: Strip, span: &Span, y: Disc, limit: f64) -> Result<Option<f64>, Refusal<E>> {
        let real = Segment { low: panel.low, high: panel.high };
        let piece = &span.piece;
        if span.decided {
            // The signs of all steps.
            self.segment(piece, Segment { low: span.low, high: span.high }, real)?;
        }
        let width = piece.b.x.minus(piece.a.x).at(real).map_or(f64::INFINITY, Segment::magnitude);
        let mut todo = vec![(span.low, span.high, 0)];
        let mut sum = 0.0;
        while let Some((low, high, depth)) = todo.pop() {
            let middle: f64 = 0.5 * (low + high);
            let length = high - low;
            if length * width <= 2.0 * STEP || depth >= STEP_DEPTH {
                if !span.decided {
                    self.segment(piece, Segment { low, high }, real)?;
                }
                let open = self.signs.undecided();
                let good = |rest: Option<f64>| rest.filter(|rest| rest * length <= limit);
                if !open && let Some(rest) = good(self.rest(piece, Disc::ball(middle, above(0.5 * length)), y)?) {
                    sum += rest * length;
                    continue;
                }
                // If a single t does not do, shorter steps will not either. A sign that is still open is that of a line not told.
                if depth >= if open { OPEN_DEPTH } else { STEP_DEPTH }
                    || (!open && good(self.rest(piece, Disc::ball(middle, 0.0), y)?).is_none())
                {
                    return Ok(None);
                }
            }
            todo.extend([(middle, high, depth + 1), (low, middle, depth + 1)]);
        }
        // At most 2^16 steps: the sum is good to 1e-11.
        Ok(Some(sum * (1.0 + 1e-10)))
    }

    /// Adds inner rules that are good enough for all y of a panel; whether there are.
    pub(super) fn plan(
        &mut self,
        panel: Strip,
        spans: &[Span],
        share: f64,
        plan: &mut Vec<Part>,
    ) -> Result<bool, Refusal<E>> {
        let real = Segment { low: panel.low, high: panel.high };
        for span in spans {
            let piece = &span.piece;
            let mut todo = vec![(span.low, span.high)];
            while let Some((low, high)) = todo.pop() {
                let value = self.segment(piece, Segment { low, high }, real)?;
                let length = Estimate::exact(high) - Estimate::exact(low);
                if let Some(value) = value.and_then(Segment::to_estimate)
                    && value.abs_err * length.value <= share
                {
                    plan.push(Part::Known(value * length));
                    continue;
                }
                if let Some((rule, error)) = self.inner_rule(panel, piece, (low, high), share)? {
                    plan.push(Part::Rule { piece: Box::new(*piece), low, high, rule, error });
                    continue;
                }
                let middle: f64 = 0.5 * (low + high);
                if high - low < 1e-9 {
                    return Ok(false);
                }
                todo.extend([(middle, high), (low, middle)]);
            }
        }
        Ok(true)
    }

    fn inner_rule(
        &mut self,
        panel: Strip,
        piece: &Piece,
        (low, high): (f64, f64),
        share: f64,
    ) -> Result<Option<(usize, f64)>, Refusal<E>> {
        if self.signs.undecided() {
            return Ok(None);
        }
        let middle = 0.5 * (low + high);
        let half_width = above((high - middle).max(middle - low));
        let count = ((panel.high - panel.low) / STEP).ceil().max(1.0);
        let mut best: Option<(usize, f64)> = None;
        for r in INNER_ELLIPSES {
            let t = Disc::new(middle, above(half_width * gauss_legendre::half_axis(r)));
            let mut most = Some(0.0_f64);
            for part in 0..count as u32 {
                let (from, to) = (f64::from(part) / count, f64::from(part + 1) / count);
                let ends = [from, to].map(|share| panel.low + (panel.high - panel.low) * share);
                let centre = 0.5 * (ends[0] + ends[1]);
                // A little more than half the part, so that parts overlap and cover the panel.
                let y = Disc::ball(
                    centre,
                    above(0.5 * (ends[1] - ends[0])) + 4.0 * f64::EPSILON * (panel.low.abs() + panel.high.abs()),
                );
                let rest = self.rest(piece, t, y)?;
                most = most.zip(rest).map(|(most, rest)| most.max(rest));
                if most.is_none() {
                    break;
                }
            }
            let rule = most.and_then(|most| gauss_legendre::least_rule(half_width, most, r, share));
            match (rule, best) {
                (Some(rule), Some((least, _))) if rule >= least => break,
                (Some(rule), _) => {
                    best =
                        Some((rule, gauss_legendre::error_bound(half_width, most.unwrap_or(f64::INFINITY), r, rule)));
                }
                (None, Some(_)) => break,
                (None, None) => {}
            }
            if best.is_some_and(|(rule, _)| gauss_legendre::POINTS[rule] <= FEW_POINTS) {
                break;
            }
        }
        Ok(best)
    }
}
