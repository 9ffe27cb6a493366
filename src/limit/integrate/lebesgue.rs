//! Plain integrals between two ends, finite or not.

use super::super::sum::CompensatedSum;
use super::problem::{CUTS_OF_UNIT, Outcome, Problem, found};
use crate::formula::code::{Break, Lebesgue, Levels};
use crate::formula::number::short;
use crate::formula::{Fault, fault};
use crate::num::many::{Estimates, Many};
use crate::num::quadrature::{Purpose, SecondRule, integrate};
use crate::num::{Estimate, laws};

/// If a singular point of a quantile function is this close to an end of the interval, it counts as the end.
const AT_END: f64 = 1e-13;

/// How many times the uncertainty of an end times the integrand just inside may be missing.
const JUST_INSIDE: f64 = 32.0;

impl Problem<'_> {
    /// An integral with respect to Lebesgue measure between two ends. It changes its sign if the ends are in the wrong order.
    pub fn lebesgue(&mut self, measure: &Lebesgue) -> Outcome {
        let mut low = Edge { at: self.real(&measure.low)?, singular: !measure.low_closed };
        let mut high = Edge { at: self.real(&measure.high)?, singular: !measure.high_closed };
        if low.at == high.at && low.at.abs_err == 0.0 {
            return Ok(Estimate::ZERO);
        }
        let backwards = low.at.value > high.at.value;
        if backwards {
            std::mem::swap(&mut low, &mut high);
        }
        let mut points = self.break_points(&measure.breaks, measure.slot, true)?;
        let width = if low.at.is_finite() && high.at.is_finite() { high.at.value - low.at.value } else { 0.0 };
        let inside = self.cut(&[], &CUTS_OF_UNIT).into_iter().map(|share| low.at.value + share * width);
        points.extend(inside.map(Estimate::exact));
        points.retain(|p| p.value > low.at.value && p.value < high.at.value);
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        let quantiles = measure.breaks.iter().filter_map(|b| match b.levels {
            Levels::Quantile(of) => Some(of),
            _ => None,
        });
        let line = Line { slot: measure.slot, points };
        let value = if low.at.value.is_infinite() || high.at.value.is_infinite() {
            self.improper(&line, low.at, high.at)?
        } else if measure.only_through_quantiles && quantiles.clone().all(|of| self.laws.discrete(of).is_some()) {
            self.steps(&line, low.at, high.at)?
        } else {
            for point in self.singular_points(&measure.breaks, measure.slot)? {
                low.singular |= (point - low.at.value).abs() <= AT_END;
                high.singular |= (point - high.at.value).abs() <= AT_END;
            }
            self.segment(&line, low, high)?
        };
        Ok(if backwards { -value } else { value })
    }

    /// The integral of an integrand that is constant between the break points: for each piece one value times the length of the piece.
    fn steps(&mut self, line: &Line, low: Estimate, high: Estimate) -> Outcome {
        let mut sum = CompensatedSum::default();
        let mut from = low;
        for &to in line.points.iter().chain([&high]) {
            if to.value > from.value {
                let middle = from.value + 0.5 * (to.value - from.value);
                let middle = Estimate::exact(middle);
                sum.add(self.on_line(line, middle, Estimate::ONE - middle)?, to - from);
                from = to;
            }
        }
        Ok(sum.over(Estimate::ONE))
    }

    /// The integral between finite ends. Next to a singular end the variable of integration is the distance from that end, so that a small
    /// distance keeps its digits.
    fn segment(&mut self, line: &Line, low: Edge, high: Edge) -> Outcome {
        let (a, b) = (low.at.value, high.at.value);
        let shift = low.singular && a != 0.0;
        let reflect = high.singular && b != 0.0;
        let inside: Vec<f64> = line.points.iter().map(|p| p.value).collect();
        let middle = 0.5 * (a + b);
        let (mut start, mut end) = (a, b);
        let mut value = Estimate::ZERO;
        if shift {
            start = if reflect { middle } else { b };
            let breaks = between(inside.iter().map(|p| p - a), start - a);
            let from_low = |s: Estimate| {
                let p = Estimate::exact(a) + s;
                (p, Estimate::ONE - p)
            };
            value = value + self.along(line, &breaks, &from_low)?;
        }
        if reflect {
            end = if shift { middle } else { a.max(0.5 * (a + b)) };
            let breaks = between(inside.iter().map(|p| b - p), b - end);
            // If the upper end is 1, the distance from it is the complement 1 - p itself.
            let from_high = |s: Estimate| {
                let p = Estimate::exact(b) - s;
                (p, if b == 1.0 { s } else { Estimate::ONE - p })
            };
            value = value + self.along(line, &breaks, &from_high)?;
        }
        if start < end {
            let breaks: Vec<f64> = [start]
                .into_iter()
                .chain(inside.iter().copied().filter(|p| *p > start && *p < end))
                .chain([end])
                .collect();
            value = value + self.along(line, &breaks, &|p| (p, Estimate::ONE - p))?;
        }
        // If an end is only known to lie between two places, the integral is uncertain by that between them.
        for edge in [low.at, high.at] {
            if edge.abs_err > 0.0 {
                let end = |x: f64| Edge { at: Estimate::exact(x), singular: true };
                let line = Line { slot: line.slot, points: vec![] };
                let between = match self.segment(&line, end(edge.low()), end(edge.high())) {
                    Ok(between) => between.abs().high(),
                    // There may be no value beyond the end. Then what the integrand is just inside tells.
                    Err(_) => JUST_INSIDE * edge.abs_err * self.just_inside(&line, edge, 0.5 * (a + b))?,
                };
                value = value.widened(2.0 * between);
            }
        }
        Ok(value)
    }

    /// The largest size of the integrand at some places close to an uncertain end.
    fn just_inside(&mut self, line: &Line, edge: Estimate, middle: f64) -> Result<f64, Fault> {
        let inwards = middle - edge.value;
        let mut most: f64 = 0.0;
        for distance in [2.0 * edge.abs_err.copysign(inwards), 1e-12 * inwards, 1e-9 * inwards] {
            let near = Estimate::exact(edge.value + distance);
            most = most.max(self.on_line(line, near, Estimate::ONE - near)?.abs().high());
        }
        Ok(most)
    }

    /// The integral over a variable from which `places` computes p and `1 - p`.
    fn along(&mut self, line: &Line, breaks: &[f64], places: &dyn Fn(Estimate) -> (Estimate, Estimate)) -> Outcome {
        let span = self.span;
        let mut f = |xs: &[f64], _: Purpose, values: &mut [Estimate]| {
            let (ps, complements) = Estimates::pairs(xs.iter().map(|x| places(Estimate::exact(*x))));
            self.on_line_at(line, &ps, &complements, values)
        };
        found(integrate(&mut f, breaks, SecondRule::OfPanels), span)
    }

    /// Infinite ends, by `x = a + u/(1-u)` (or its mirror image) on [0, 1]: for integrands that fall at least like
    /// `1/x^2`; slower ones do not converge and say so. The whole line is split at 0.
    fn improper(&mut self, line: &Line, low: Estimate, high: Estimate) -> Outcome {
        if low.value.is_infinite() && high.value.is_infinite() {
            let left = self.improper(line, low, Estimate::ZERO)?;
            return Ok(left + self.improper(line, Estimate::ZERO, high)?);
        }
        let (origin, direction) = if high.value.is_infinite() { (low, 1.0) } else { (high, -1.0) };
        let distances = line.points.iter().map(|p| direction * (p.value - origin.value)).filter(|y| *y > 0.0);
        let kinks: Vec<f64> = distances.map(|y| y / (1.0 + y)).collect();
        let span = self.span;
        let mut f = |us: &[f64], qs: &[f64], values: &mut [Estimate]| {
            let (ps, complements) = Estimates::pairs(us.iter().zip(qs).map(|(u, q)| {
                let distance = Estimate::exact(direction * u).div(Estimate::exact(*q)).unwrap_or(Estimate::UNDEFINED);
                (origin + distance, Estimate::ONE - (origin + distance))
            }));
            self.on_line_at(line, &ps, &complements, values)?;
            for (value, q) in values.iter_mut().zip(qs) {
                let q = Estimate::exact(*q);
                let weighted = value.div(q).and_then(|once| once.div(q)).unwrap_or(Estimate::UNDEFINED);
                // An integrand that has underflowed to 0 stays 0, even if the weight is infinite.
                *value = if value.value == 0.0 && !weighted.is_finite() { Estimate::ZERO } else { weighted };
            }
            Ok(())
        };
        found(laws::unit(&mut f, &kinks), span)
    }

    /// The integrand at several places p, given `1 - p` for each of them. It must be finite there.
    fn on_line_at(
        &mut self,
        line: &Line,
        ps: &Estimates,
        complements: &Estimates,
        values: &mut [Estimate],
    ) -> Result<(), Fault> {
        self.body.at(&[(line.slot, ps), (line.slot + 1, complements)], values)?;
        match values.iter().position(|value| !value.is_finite()) {
            Some(place) => fault(format!("the integrand is not finite at {}", short(ps.at(place).value)), self.span),
            None => Ok(()),
        }
    }

    /// The integrand at one place p, given `1 - p` too.
    fn on_line(&mut self, line: &Line, p: Estimate, complement: Estimate) -> Outcome {
        let mut value = [Estimate::ZERO];
        let (p, complement) = (Estimates::same(p), Estimates::same(complement));
        self.body.at(&[(line.slot, &p), (line.slot + 1, &complement)], &mut value)?;
        Ok(value[0])
    }

    /// The places at which the quantile functions of continuous laws are singular.
    fn singular_points(&mut self, breaks: &[Break], slot: usize) -> Result<Vec<f64>, Fault> {
        let mut points = vec![];
        for item in breaks {
            if let Levels::Quantile(of) = item.levels
                && let Some(level) = self.laws.singular_level(of)
                && let Some((at_zero, slope)) = self.affine(&item.affine, slot, true)?
            {
                points.push((level - at_zero.value) / slope.value);
            }
        }
        Ok(points)
    }
}

/// An integrand on the real line, and where it is not smooth, in increasing order.
struct Line {
    slot: usize,
    points: Vec<Estimate>,
}

#[derive(Clone, Copy)]
struct Edge {
    at: Estimate,
    /// Whether the integrand may be singular at this end.
    singular: bool,
}

/// The list of 0, the points inside (0, span) in increasing order, and span.
fn between(points: impl Iterator<Item = f64>, span: f64) -> Vec<f64> {
    let mut breaks: Vec<f64> = points.filter(|p| *p > 0.0 && *p < span).chain([0.0, span]).collect();
    breaks.sort_by(f64::total_cmp);
    breaks
}
