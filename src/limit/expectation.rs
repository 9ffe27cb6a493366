//! Expectations and integrals: each measure is handed to the quadrature or the sum that suits it.

use super::code::{Axis, Break, Code, Eigenvalue, Integral, Lebesgue, Levels, Measure};
use super::eigenvalues::Sum;
use super::evaluate::{Evaluation, Fault, Outcome, fault, shown};
use crate::model::Pairing;
use crate::num::laws::Side;
use crate::num::many::{Estimates, Many};
use crate::num::quadrature::{Purpose, QuadratureError, SecondRule, integrate};
use crate::num::{Estimate, laws};
use crate::symbolic::Span;

/// A singular point of a quantile function this close to an end of the interval is taken for the end.
const AT_END: f64 = 1e-13;

impl Evaluation<'_> {
    pub(super) fn integral(&self, integral: &Integral, frame: &mut [Estimate], span: Span) -> Outcome {
        let body = &integral.body;
        match &integral.measure {
            Measure::Normal { slot, breaks } => {
                let kinks = self.break_points(breaks, *slot, false, frame)?;
                self.normal(body, *slot, &kinks, frame, span)
            }
            Measure::NormalPair { correlation, first, second, symmetric } => {
                self.normal_pair(body, correlation, (first, second), *symmetric, frame, span)
            }
            Measure::MarchenkoPastur { aspect, slot } => {
                let rho = self.value(aspect, frame)?;
                if !(rho.low() > 0.0 && rho.value.is_finite()) {
                    return fault(format!("the aspect ratio of `mp` is {}, not positive", shown(rho)), aspect.span);
                }
                let mut at = |rho: f64| {
                    let mut f = |xs: &[f64], _: Purpose, values: &mut [Estimate]| {
                        self.integrands(body, &[(*slot, &Estimates::exact(xs))], frame, values)
                    };
                    laws::marchenko_pastur(&mut f, rho).or_else(|error| failed(error, span))
                };
                let value = at(rho.value)?;
                if rho.abs_err == 0.0 {
                    return Ok(value);
                }
                // Over so small a ball the dependence on rho is linear: the change towards one end, twice, bounds it.
                let change = at(rho.high())? - value;
                Ok(value.widened(2.0 * (change.value.abs() + change.abs_err)))
            }
            Measure::Eigenvalues { of, axis } => self.eigenvalue(body, *of, axis, frame, span),
            Measure::Spectra { first, second } => self.spectra(body, first, second, frame, span),
            Measure::Lebesgue(measure) => self.lebesgue(body, measure, frame, span),
            Measure::Stieltjes { measure, slot, foreign } => {
                self.over_measure(body, *measure, *slot, *foreign, frame, span)
            }
        }
    }

    /// The body where the variables have these values.
    pub(super) fn integrands(
        &self,
        body: &Code,
        variables: &[(usize, &Estimates)],
        frame: &mut [Estimate],
        values: &mut [Estimate],
    ) -> Result<(), Fault> {
        self.count_integrands(values.len());
        self.in_lanes(body, variables, frame, values)
    }

    pub(super) fn normal(
        &self,
        body: &Code,
        slot: usize,
        kinks: &[Estimate],
        frame: &mut [Estimate],
        span: Span,
    ) -> Outcome {
        let kinks: Vec<f64> = kinks.iter().map(|k| k.value).collect();
        let mut f = |xs: &[f64], _: Purpose, values: &mut [Estimate]| {
            self.integrands(body, &[(slot, &Estimates::exact(xs))], frame, values)
        };
        laws::normal_many(&mut f, &kinks, Side::Both, true).or_else(|error| failed(error, span))
    }

    fn eigenvalue(&self, body: &Code, of: Eigenvalue, axis: &Axis, frame: &mut [Estimate], span: Span) -> Outcome {
        if !axis.used {
            return self.value(body, frame);
        }
        // A sum over atoms needs no break points.
        let kinks = match self.laws.discrete(of) {
            Some(_) => vec![],
            None => self.break_values(&axis.breaks, axis.slot, frame)?,
        };
        let mut f = |xs: &Estimates, values: &mut [Estimate]| self.integrands(body, &[(axis.slot, xs)], frame, values);
        self.laws.expectation(of, &mut f, &kinks).or_else(|error| failed(error, span))
    }

    fn spectra(&self, body: &Code, first: &Axis, second: &Axis, frame: &mut [Estimate], span: Span) -> Outcome {
        if !second.used {
            return self.eigenvalue(body, Eigenvalue::Spectrum, first, frame, span);
        }
        if !first.used {
            return self.eigenvalue(body, Eigenvalue::Covariance, second, frame, span);
        }
        frame[first.slot] = Estimate::ZERO;
        frame[second.slot] = Estimate::ZERO;
        // A law of one value leaves an expectation over the other law alone, whatever the pairing.
        for (of, axis, other, other_axis) in [
            (Eigenvalue::Spectrum, first, Eigenvalue::Covariance, second),
            (Eigenvalue::Covariance, second, Eigenvalue::Spectrum, first),
        ] {
            if let Some([(value, _)]) = self.laws.discrete(of).map(|law| &law.atoms[..]) {
                frame[axis.slot] = *value;
                return self.eigenvalue(body, other, other_axis, frame, span);
            }
        }
        if self.laws.pairs.is_none() && self.laws.pairing == Pairing::Independent {
            let kinks = self.break_values(&first.breaks, first.slot, frame)?;
            let mut outer = one_at_a_time(|b| {
                frame[first.slot] = b;
                self.eigenvalue(body, Eigenvalue::Covariance, second, frame, span)
            });
            let result = self.laws.expectation(Eigenvalue::Spectrum, &mut outer, &kinks);
            return result.or_else(|error| failed(error, span));
        }
        let (mut first_kinks, mut second_kinks) = (vec![], vec![]);
        if self.laws.pairs.is_none() {
            first_kinks = self.break_values(&first.breaks, first.slot, frame)?;
            frame[first.slot] = Estimate::ZERO;
            second_kinks = self.break_values(&second.breaks, second.slot, frame)?;
        }
        let mut f = |bs: &Estimates, ts: &Estimates, values: &mut [Estimate]| {
            self.integrands(body, &[(first.slot, bs), (second.slot, ts)], frame, values)
        };
        self.laws.coupled(&mut f, &first_kinks, &second_kinks).or_else(|error| failed(error, span))
    }

    /// Lebesgue measure between two ends, backwards if they are in the wrong order.
    fn lebesgue(&self, body: &Code, measure: &Lebesgue, frame: &mut [Estimate], span: Span) -> Outcome {
        let mut low = Edge { at: self.value(&measure.low, frame)?, singular: !measure.low_closed };
        let mut high = Edge { at: self.value(&measure.high, frame)?, singular: !measure.high_closed };
        if low.at == high.at && low.at.abs_err == 0.0 {
            return Ok(Estimate::ZERO);
        }
        let backwards = low.at.value > high.at.value;
        if backwards {
            std::mem::swap(&mut low, &mut high);
        }
        let mut points = self.break_points(&measure.breaks, measure.slot, true, frame)?;
        points.retain(|p| p.value > low.at.value && p.value < high.at.value);
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        let quantiles = measure.breaks.iter().filter_map(|b| match b.levels {
            Levels::Quantile(of) => Some(of),
            _ => None,
        });
        let line = Line { body, slot: measure.slot, points, span };
        let value = if low.at.value.is_infinite() || high.at.value.is_infinite() {
            self.improper(&line, low.at, high.at, frame)?
        } else if measure.only_through_quantiles && quantiles.clone().all(|of| self.laws.discrete(of).is_some()) {
            self.steps(&line, low.at, high.at, frame)?
        } else {
            for point in self.singular_points(&measure.breaks, measure.slot, frame)? {
                low.singular |= (point - low.at.value).abs() <= AT_END;
                high.singular |= (point - high.at.value).abs() <= AT_END;
            }
            self.segment(&line, low, high, frame)?
        };
        Ok(if backwards { -value } else { value })
    }

    /// The integrand is constant between the break points: one value a piece, exact lengths.
    fn steps(&self, line: &Line, low: Estimate, high: Estimate, frame: &mut [Estimate]) -> Outcome {
        let mut sum = Sum::default();
        let mut from = low;
        for &to in line.points.iter().chain([&high]) {
            if to.value > from.value {
                let middle = from.value + 0.5 * (to.value - from.value);
                let middle = Estimate::exact(middle);
                sum.add(self.on_line(line, middle, Estimate::ONE - middle, frame)?, to - from);
                from = to;
            }
        }
        Ok(sum.over(Estimate::ONE))
    }

    /// Finite ends. Next to a singular end the variable of integration is the distance from it, so that it keeps its digits.
    fn segment(&self, line: &Line, low: Edge, high: Edge, frame: &mut [Estimate]) -> Outcome {
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
            value = value + self.along(line, &breaks, &from_low, frame)?;
        }
        if reflect {
            end = if shift { middle } else { a.max(0.5 * (a + b)) };
            let breaks = between(inside.iter().map(|p| b - p), b - end);
            // At the end 1 the distance is the complement itself.
            let from_high = |s: Estimate| {
                let p = Estimate::exact(b) - s;
                (p, if b == 1.0 { s } else { Estimate::ONE - p })
            };
            value = value + self.along(line, &breaks, &from_high, frame)?;
        }
        if start < end {
            let breaks: Vec<f64> = [start]
                .into_iter()
                .chain(inside.iter().copied().filter(|p| *p > start && *p < end))
                .chain([end])
                .collect();
            value = value + self.along(line, &breaks, &|p| (p, Estimate::ONE - p), frame)?;
        }
        // An end known to within e moves the integral by at most e times the integrand there.
        for (edge, inwards) in [(low.at, b - a), (high.at, a - b)] {
            if edge.abs_err > 0.0 {
                let near = Estimate::exact(edge.value + 1e-9 * inwards);
                let near = self.on_line(line, near, Estimate::ONE - near, frame)?;
                value = value.widened(2.0 * edge.abs_err * near.abs().high());
            }
        }
        Ok(value)
    }

    /// Over a variable of which `places` makes p and `1 - p`.
    fn along(
        &self,
        line: &Line,
        breaks: &[f64],
        places: &dyn Fn(Estimate) -> (Estimate, Estimate),
        frame: &mut [Estimate],
    ) -> Outcome {
        let mut f = |xs: &[f64], _: Purpose, values: &mut [Estimate]| {
            let (ps, complements) = side_by_side(xs.iter().map(|x| places(Estimate::exact(*x))));
            self.integrands(line.body, &[(line.slot, &ps), (line.slot + 1, &complements)], frame, values)
        };
        integrate(&mut f, breaks, SecondRule::OfPanels).or_else(|error| failed(error, line.span))
    }

    /// Infinite ends, by `x = a + u/(1-u)` (or its mirror image) on [0, 1]: for integrands that fall at least like
    /// `1/x^2`; slower ones do not converge and say so. The whole line is split at 0.
    fn improper(&self, line: &Line, low: Estimate, high: Estimate, frame: &mut [Estimate]) -> Outcome {
        if low.value.is_infinite() && high.value.is_infinite() {
            let left = self.improper(line, low, Estimate::ZERO, frame)?;
            return Ok(left + self.improper(line, Estimate::ZERO, high, frame)?);
        }
        let (origin, direction) = if high.value.is_infinite() { (low, 1.0) } else { (high, -1.0) };
        let distances = line.points.iter().map(|p| direction * (p.value - origin.value)).filter(|y| *y > 0.0);
        let kinks: Vec<f64> = distances.map(|y| y / (1.0 + y)).collect();
        let mut f = |us: &[f64], qs: &[f64], values: &mut [Estimate]| {
            let (ps, complements) = side_by_side(us.iter().zip(qs).map(|(u, q)| {
                let distance = Estimate::exact(direction * u).div(Estimate::exact(*q)).unwrap_or(Estimate::UNDEFINED);
                (origin + distance, Estimate::ONE - (origin + distance))
            }));
            self.integrands(line.body, &[(line.slot, &ps), (line.slot + 1, &complements)], frame, values)?;
            for (value, q) in values.iter_mut().zip(qs) {
                let q = Estimate::exact(*q);
                let weighted = value.div(q).and_then(|once| once.div(q)).unwrap_or(Estimate::UNDEFINED);
                // An integrand that has underflowed stays 0 whatever the weight.
                *value = if value.value == 0.0 && !weighted.is_finite() { Estimate::ZERO } else { weighted };
            }
            Ok(())
        };
        laws::unit(&mut f, &kinks).or_else(|error| failed(error, line.span))
    }

    /// The integrand at p, with `1 - p` beside it.
    fn on_line(&self, line: &Line, p: Estimate, complement: Estimate, frame: &mut [Estimate]) -> Outcome {
        let mut value = [Estimate::ZERO];
        let (p, complement) = (Estimates::same(p), Estimates::same(complement));
        self.integrands(line.body, &[(line.slot, &p), (line.slot + 1, &complement)], frame, &mut value)?;
        Ok(value[0])
    }

    /// Where the affine expressions take their levels, as values of the variable in `slot`.
    pub(super) fn break_points(
        &self,
        breaks: &[Break],
        slot: usize,
        has_complement: bool,
        frame: &mut [Estimate],
    ) -> Result<Vec<Estimate>, Fault> {
        let mut points = vec![];
        for item in breaks {
            let Some((at_zero, slope)) = self.affine(item, slot, has_complement, frame)? else { continue };
            let mut push = |level: Estimate| {
                if let Some(point) = (level - at_zero).div(slope)
                    && point.is_finite()
                {
                    points.push(point);
                }
            };
            match item.levels {
                Levels::Zero => push(Estimate::ZERO),
                Levels::Kinks => self.activation.kinks().iter().for_each(|kink| push(Estimate::exact(*kink))),
                Levels::Quantile(of) => {
                    if let Some(discrete) = self.laws.discrete(of) {
                        discrete.jumps.iter().for_each(|jump| push(*jump));
                    }
                }
            }
        }
        Ok(points)
    }

    fn break_values(&self, breaks: &[Break], slot: usize, frame: &mut [Estimate]) -> Result<Vec<f64>, Fault> {
        Ok(self.break_points(breaks, slot, false, frame)?.iter().map(|p| p.value).collect())
    }

    /// Where quantile functions of continuous laws are singular.
    fn singular_points(&self, breaks: &[Break], slot: usize, frame: &mut [Estimate]) -> Result<Vec<f64>, Fault> {
        let mut points = vec![];
        for item in breaks {
            if let Levels::Quantile(of) = item.levels
                && let Some(level) = self.laws.singular_level(of)
                && let Some((at_zero, slope)) = self.affine(item, slot, true, frame)?
            {
                points.push((level - at_zero.value) / slope.value);
            }
        }
        Ok(points)
    }

    /// Value at 0 and slope of an affine expression, unless it is constant or has no value there.
    fn affine(
        &self,
        item: &Break,
        slot: usize,
        has_complement: bool,
        frame: &mut [Estimate],
    ) -> Result<Option<(Estimate, Estimate)>, Fault> {
        let mut at = |x: Estimate| {
            frame[slot] = x;
            if has_complement {
                frame[slot + 1] = Estimate::ONE - x;
            }
            self.value(&item.affine, frame)
        };
        let at_zero = at(Estimate::ZERO)?;
        let slope = at(Estimate::ONE)? - at_zero;
        Ok((at_zero.is_finite() && slope.is_finite() && slope.value != 0.0).then_some((at_zero, slope)))
    }
}

/// At least one pair, as two variables.
pub(super) fn side_by_side(each: impl Iterator<Item = (Estimate, Estimate)>) -> (Estimates, Estimates) {
    let (mut xs, mut ys) = (Estimates::same(Estimate::ZERO), Estimates::same(Estimate::ZERO));
    for (lane, (x, y)) in each.enumerate() {
        if lane == 0 {
            xs.fill(x);
            ys.fill(y);
        } else {
            xs.put(lane, x);
            ys.put(lane, y);
        }
    }
    (xs, ys)
}

/// A function of one value as one of several.
pub(super) fn one_at_a_time(
    mut f: impl FnMut(Estimate) -> Outcome,
) -> impl FnMut(&Estimates, &mut [Estimate]) -> Result<(), Fault> {
    move |points, values| {
        for (lane, value) in values.iter_mut().enumerate() {
            *value = f(points.at(lane))?;
        }
        Ok(())
    }
}

/// An integrand on the real line, and where it is not smooth, in increasing order.
struct Line<'a> {
    body: &'a Code,
    slot: usize,
    points: Vec<Estimate>,
    span: Span,
}

#[derive(Clone, Copy)]
struct Edge {
    at: Estimate,
    /// The integrand may be singular there.
    singular: bool,
}

/// 0, the points inside (0, span) in increasing order, span.
fn between(points: impl Iterator<Item = f64>, span: f64) -> Vec<f64> {
    let mut breaks: Vec<f64> = points.filter(|p| *p > 0.0 && *p < span).chain([0.0, span]).collect();
    breaks.sort_by(f64::total_cmp);
    breaks
}

pub(super) fn failed(error: QuadratureError<Fault>, span: Span) -> Outcome {
    match error {
        QuadratureError::Integrand(inner) if inner.span == Span::default() => fault(inner.message, span),
        QuadratureError::Integrand(inner) => Err(inner),
        QuadratureError::NotFinite { at } => fault(format!("the integrand is not finite at {at}"), span),
        QuadratureError::NotConverged { best } => {
            let message = format!(
                "the integral could not be computed to the accuracy asked for (best value {:e}): it may diverge, or have a kink or a \
                 singularity that should be a limit of integration",
                best.value
            );
            fault(message, span)
        }
    }
}
