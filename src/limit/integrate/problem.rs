//! An integrand together with what an integral needs to know about it, and the steps that all integrals have in common.

use super::super::laws::Laws;
use crate::formula::code::{Break, Code, Levels};
use crate::formula::number::{Single, short};
use crate::formula::{Fault, fault};
use crate::num::laws::Side;
use crate::num::many::{Estimates, Many};
use crate::num::quadrature::{Purpose, QuadratureError};
use crate::num::{Estimate, laws};
use crate::symbolic::Span;

pub type Outcome = Result<Estimate, Fault>;

/// The body of an integral as a function of the variables that it integrates over.
pub trait Integrand {
    /// Values at several places at once. Each variable in `variables` has a value for each place. The others have the values they were set
    /// to.
    fn at(&mut self, variables: &[(usize, &Estimates)], values: &mut [Estimate]) -> Result<(), Fault>;
    /// Sets a variable.
    fn set(&mut self, slot: usize, x: Estimate);
    /// The value of another expression where the variables are what they were set to; `None` if it is not real.
    fn expression(&mut self, code: &Code) -> Result<Option<Estimate>, Fault>;
    /// Whether the value is for a picture only, so that one rule is enough. If so, the answer is also noted, since later values depend on
    /// it.
    fn sketch(&self) -> bool;
}

/// An integrand together with what an integral needs to know about it.
pub struct Problem<'a> {
    pub body: &'a mut dyn Integrand,
    pub laws: &'a Laws,
    /// Kinks of the activation.
    pub kinks: &'a [f64],
    /// Whether to cut the range at more places than usual.
    pub finer: bool,
    pub span: Span,
}

impl Problem<'_> {
    /// The body at the several places that a quadrature asks for. It must be finite there.
    pub fn sample(&mut self, variables: &[(usize, &Estimates)], values: &mut [Estimate]) -> Result<(), Fault> {
        self.body.at(variables, values)?;
        let Some(place) = values.iter().position(|value| !value.is_finite()) else { return Ok(()) };
        let at: Vec<String> = variables.iter().map(|(_, xs)| short(xs.at(place).value)).collect();
        let at = if at.len() == 1 { at[0].clone() } else { format!("({})", at.join(", ")) };
        fault(format!("the integrand is not finite at {at}"), self.span)
    }

    /// The value of a real expression.
    pub fn real(&mut self, code: &Code) -> Outcome {
        self.body.expression(code)?.map_or_else(
            || {
                let message = "this depends on the variable of a measure (given by its Stieltjes transform), which is complex here: it \
                               must be real";
                fault(message, code.span)
            },
            Ok,
        )
    }

    pub fn normal(&mut self, slot: usize, kinks: &[f64]) -> Outcome {
        let span = self.span;
        let kinks = self.cut(kinks, &CUTS_OF_NORMAL);
        let mut f =
            |xs: &[f64], _: Purpose, values: &mut [Estimate]| self.sample(&[(slot, &Estimates::exact(xs))], values);
        found(laws::normal_many(&mut f, &kinks, Side::Both, true), span)
    }

    /// Where to cut the range: at the kinks, and at more places if the integral is to be finer than usual.
    pub fn cut(&self, kinks: &[f64], more: &[f64]) -> Vec<f64> {
        let more = if self.finer { more } else { &[] };
        kinks.iter().chain(more).copied().collect()
    }

    pub fn marchenko_pastur(&mut self, aspect: &Code, slot: usize) -> Outcome {
        let span = self.span;
        let rho = self.real(aspect)?;
        if !(rho.low() > 0.0 && rho.value.is_finite()) {
            return fault(format!("the aspect ratio of `mp` is {}, not positive", rho.shown()), aspect.span);
        }
        let cuts = self.cut(&[], &CUTS_OF_UNIT);
        let mut at = |rho: f64| {
            let mut f =
                |xs: &[f64], _: Purpose, values: &mut [Estimate]| self.sample(&[(slot, &Estimates::exact(xs))], values);
            found(laws::marchenko_pastur(&mut f, rho, &cuts), span)
        };
        let value = at(rho.value)?;
        if rho.abs_err == 0.0 {
            return Ok(value);
        }
        // Over so small a ball the dependence on rho is close to linear. So twice the change towards one end bounds the error.
        let change = at(rho.high())? - value;
        Ok(value.widened(2.0 * (change.value.abs() + change.abs_err)))
    }

    /// The values of the variable in `slot` at which the affine expressions take their levels. An expression that is not real takes its
    /// level at no real place.
    pub fn break_points(
        &mut self,
        breaks: &[Break],
        slot: usize,
        has_complement: bool,
    ) -> Result<Vec<Estimate>, Fault> {
        let mut points = vec![];
        for item in breaks {
            let Some((at_zero, slope)) = self.affine(&item.affine, slot, has_complement)? else { continue };
            let mut push = |level: Estimate| {
                if let Some(point) = (level - at_zero).div(slope)
                    && point.is_finite()
                {
                    points.push(point);
                }
            };
            match item.levels {
                Levels::Zero => push(Estimate::ZERO),
                Levels::Kinks => self.kinks.iter().for_each(|kink| push(Estimate::exact(*kink))),
                Levels::Quantile(of) => {
                    if let Some(discrete) = self.laws.discrete(of) {
                        discrete.jumps.iter().for_each(|jump| push(*jump));
                    }
                }
            }
        }
        Ok(points)
    }

    pub fn break_values(&mut self, breaks: &[Break], slot: usize) -> Result<Vec<f64>, Fault> {
        Ok(self.break_points(breaks, slot, false)?.iter().map(|p| p.value).collect())
    }

    /// Value at 0 and slope of an affine expression, unless it is constant, has no value there or is not real.
    pub fn affine(
        &mut self,
        affine: &Code,
        slot: usize,
        has_complement: bool,
    ) -> Result<Option<(Estimate, Estimate)>, Fault> {
        let mut at = |x: Estimate| {
            self.body.set(slot, x);
            if has_complement {
                self.body.set(slot + 1, Estimate::ONE - x);
            }
            self.body.expression(affine)
        };
        let (Some(at_zero), Some(at_one)) = (at(Estimate::ZERO)?, at(Estimate::ONE)?) else { return Ok(None) };
        let slope = at_one - at_zero;
        Ok((at_zero.is_finite() && slope.is_finite() && slope.value != 0.0).then_some((at_zero, slope)))
    }
}

/// Where ranges are cut if an integral is to be finer than usual: at no place that a formula is likely to have.
pub const CUTS_OF_NORMAL: [f64; 6] = [-3.07, -1.53, -0.61, 0.37, 1.29, 2.83];
pub const CUTS_OF_UNIT: [f64; 3] = [0.237, 0.523, 0.779];

/// Largest bound of an estimated integral, relative to `max(1, |value|)`. A rule that does no better has not found the integral.
const WIDEST: f64 = 1e-3;

/// An estimated bound is ten times what the rules say, and no less than this, relative to the value.
const LEAST: f64 = 1e-12;

/// The integral that rules found, or why they did not.
pub fn found(outcome: Result<Estimate, QuadratureError<Fault>>, span: Span) -> Outcome {
    match outcome {
        Ok(value) if value.abs_err <= WIDEST * value.value.abs().max(1.0) => {
            Ok(value.widened(9.0 * value.abs_err + LEAST * value.value.abs().max(LEAST)))
        }
        Ok(best) => failed(QuadratureError::NotConverged { best }, span),
        Err(error) => failed(error, span),
    }
}

pub fn failed(error: QuadratureError<Fault>, span: Span) -> Outcome {
    match error {
        QuadratureError::Integrand(inner) if inner.span == Span::default() => fault(inner.message, span),
        QuadratureError::Integrand(inner) => Err(inner),
        // The integrand itself is finite. Its product with a weight, or the sum, is not.
        QuadratureError::NotFinite { .. } => fault("the integral is too large for a double", span),
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
