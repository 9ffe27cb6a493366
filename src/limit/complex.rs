//! Runs compiled formulas at complex values of some variables: what analytic functions of a real variable are off the
//! real axis. Forms that are not analytic (conditions, `abs`, quantiles, the activation) must not depend on such a variable.

use super::code::{Axis, Break, Code, Eigenvalue, Elementary, Integral, Levels, Measure, Op, Test};
use super::evaluate::{Evaluation, Fault, compare, elementary, fault, holds, relocated};
use super::expectation::{failed, one_at_a_time};
use super::lanes::{Ball, Kept, Run};
use crate::model::Pairing;
use crate::num::many::{ComplexEstimates, Estimates, Many};
use crate::num::quadrature;
use crate::num::{ComplexEstimate, Estimate, laws};
use crate::symbolic::{Binary, Span};
use std::cmp::Ordering;

pub(super) type ComplexOutcome = Result<ComplexEstimate, Fault>;

/// Deepest nesting of what is evaluated at complex values: keeps within the stack of any thread.
const MOST_DEPTH: u32 = 500;

/// A value as a message shows it.
pub(super) fn shown(z: ComplexEstimate) -> String {
    format!("{:.6} + {:.6} i", z.re, z.im)
}

/// The real frame with the same values, for parts that do not depend on a complex variable.
pub(super) fn real_frame(frame: &[ComplexEstimate]) -> Vec<Estimate> {
    frame.iter().map(|z| z.real_part()).collect()
}

impl Evaluation<'_> {
    pub(super) fn complex_value(&self, code: &Code, frame: &mut [ComplexEstimate]) -> ComplexOutcome {
        let depth = self.continued.depth.get();
        if depth >= MOST_DEPTH {
            return fault("this is nested too deeply to be evaluated at complex arguments", code.span);
        }
        self.continued.depth.set(depth + 1);
        let value = self.complex_inside(code, frame);
        self.continued.depth.set(depth);
        value
    }

    fn complex_inside(&self, code: &Code, frame: &mut [ComplexEstimate]) -> ComplexOutcome {
        let span = code.span;
        match &code.op {
            Op::Slot(slot) => Ok(frame[*slot]),
            // What does not depend on any variable.
            Op::Constant(_)
            | Op::Parameter(_)
            | Op::Aspect
            | Op::Dim
            | Op::Width
            | Op::Value { .. }
            | Op::Unknown { .. } => {
                let value = self.value(code, &mut [])?;
                finite(ComplexEstimate::real(value), span, "a value that is not finite")
            }
            Op::Call { function, arguments, foreign } => {
                let unit = &self.program.functions[*function];
                let mut inner = vec![ComplexEstimate::ZERO; unit.slots];
                for (slot, argument) in arguments.iter().enumerate() {
                    inner[slot] = self.complex_value(argument, frame)?;
                }
                self.complex_value(&unit.code, &mut inner).map_err(|fault| relocated(fault, unit, *foreign, span))
            }
            Op::Elementary(function, argument) => {
                let z = self.complex_value(argument, frame)?;
                complex_elementary(*function, z, span)
            }
            Op::Negate(inner) => Ok(-self.complex_value(inner, frame)?),
            Op::Arithmetic(operator, a, b) => {
                let (x, y) = (self.complex_value(a, frame)?, self.complex_value(b, frame)?);
                complex_arithmetic(*operator, x, y, b.span, span)
            }
            Op::WholePower(base, exponent) => {
                let z = self.complex_value(base, frame)?;
                match z.powi(*exponent) {
                    Some(power) => finite(power, span, "overflow"),
                    None => fault(format!("power {exponent} of a value that may be zero: {}", shown(z)), base.span),
                }
            }
            Op::GaussianMoments(terms) => {
                let mut sum = ComplexEstimate::ZERO;
                for (factor, moment) in terms {
                    let moment = ComplexEstimate::real(self.moment(*moment, span)?);
                    sum = sum + self.complex_value(factor, frame)? * moment;
                }
                finite(sum, span, "an infinite moment")
            }
            Op::Integral(integral) => self.complex_integral(integral, frame, span),
            Op::Root(root) => self.complex_root(root, frame, span),
            Op::Cases(branches, otherwise) => {
                for (test, value) in branches {
                    if self.complex_test(test, frame)? {
                        return self.complex_value(value, frame);
                    }
                }
                self.complex_value(otherwise, frame)
            }
            Op::Let { slot, value, body } => {
                frame[*slot] = self.complex_value(value, frame)?;
                self.complex_value(body, frame)
            }
            Op::Least(a, b) | Op::Greatest(a, b) => {
                let (x, y) = (self.complex_value(a, frame)?, self.complex_value(b, frame)?);
                let (x, y) = (self.only_real(x, a.span)?, self.only_real(y, b.span)?);
                let least = matches!(code.op, Op::Least(..));
                Ok(ComplexEstimate::real(if least { x.min(y) } else { x.max(y) }))
            }
            Op::Activation { order, argument } => {
                let z = self.complex_value(argument, frame)?;
                let x = self.only_real(z, span)?;
                Ok(ComplexEstimate::real(self.activation_at(*order, x, span)?))
            }
            Op::HermiteCoefficient { order, normalised } => {
                let k = self.complex_value(order, frame)?;
                Ok(ComplexEstimate::real(self.hermite_coefficient(self.only_real(k, span)?, *normalised, span)?))
            }
            Op::Quantile { of, level, complement } => {
                let (p, q) = (self.complex_value(level, frame)?, self.complex_value(complement, frame)?);
                let (p, q) = (self.only_real(p, span)?, self.only_real(q, span)?);
                let value = self.laws.quantile(*of, p, q).or_else(|message| fault(message, level.span))?;
                Ok(ComplexEstimate::real(value))
            }
            Op::Series { .. } => {
                fault("a series cannot be evaluated at complex arguments: write it in closed form", span)
            }
        }
    }

    fn only_real(&self, z: ComplexEstimate, span: Span) -> Result<Estimate, Fault> {
        match z.is_real() {
            true => Ok(z.real_part()),
            false => fault(
                "this is not an analytic function of the variable of a measure (given by its Stieltjes transform), as an \
                 integral over a contour around its support needs",
                span,
            ),
        }
    }

    fn complex_test(&self, test: &Test, frame: &mut [ComplexEstimate]) -> Result<bool, Fault> {
        match test {
            Test::Compare(comparison, a, b) => {
                let (x, y) = (self.complex_value(a, frame)?, self.complex_value(b, frame)?);
                let (x, y) = (self.only_real(x, a.span)?, self.only_real(y, b.span)?);
                let Some(order) = compare(x, y) else {
                    return fault("cannot decide the condition: the two sides overlap", a.span);
                };
                Ok(holds(*comparison, order))
            }
            Test::And(a, b) => Ok(self.complex_test(a, frame)? && self.complex_test(b, frame)?),
            Test::Or(a, b) => Ok(self.complex_test(a, frame)? || self.complex_test(b, frame)?),
        }
    }

    /// Real and imaginary part apart, by the rules for real integrands.
    fn complex_integral(&self, integral: &Integral, frame: &mut [ComplexEstimate], span: Span) -> ComplexOutcome {
        if let Some(value) = self.over_finitely_many(integral, frame)? {
            return Ok(value);
        }
        let mut real = true;
        let re = self.part_of_integral(integral, frame, span, &mut |z| {
            real &= z.is_real();
            z.real_part()
        })?;
        if real {
            return Ok(ComplexEstimate::real(re));
        }
        let im = self.part_of_integral(integral, frame, span, &mut ComplexEstimate::imaginary_part)?;
        Ok(ComplexEstimate::new(re.value, im.value, re.abs_err.hypot(im.abs_err)))
    }

    /// A law of finitely many values of one variable is a sum.
    fn over_finitely_many(
        &self,
        integral: &Integral,
        frame: &mut [ComplexEstimate],
    ) -> Result<Option<ComplexEstimate>, Fault> {
        let Measure::Eigenvalues { of, axis } = &integral.measure else { return Ok(None) };
        let Some(law) = self.laws.discrete(*of) else { return Ok(None) };
        let mut sum = ComplexEstimate::ZERO;
        for (value, weight) in &law.atoms {
            let body = self.at(&integral.body, axis.slot, *value, frame)?;
            sum = sum + body * ComplexEstimate::real(*weight);
        }
        Ok(sum.div(ComplexEstimate::real(law.total)))
    }

    /// The body with the real variable in `slot` at `x`.
    fn at(&self, body: &Code, slot: usize, x: Estimate, frame: &mut [ComplexEstimate]) -> ComplexOutcome {
        self.count_integrands(1);
        frame[slot] = ComplexEstimate::real(x);
        self.complex_value(body, frame)
    }

    fn part_of_integral(
        &self,
        integral: &Integral,
        frame: &mut [ComplexEstimate],
        span: Span,
        part: &mut dyn FnMut(ComplexEstimate) -> Estimate,
    ) -> Result<Estimate, Fault> {
        let body = &integral.body;
        let result = match &integral.measure {
            Measure::Normal { slot, breaks } => {
                let kinks = self.real_breaks(breaks, *slot, frame)?;
                laws::normal(&mut |x| Ok(part(self.at(body, *slot, Estimate::exact(x), frame)?)), &kinks)
            }
            Measure::MarchenkoPastur { aspect, slot } => {
                let rho = self.complex_value(aspect, frame)?;
                let rho = self.only_real(rho, aspect.span)?;
                if rho.sign() != Some(Ordering::Greater) {
                    return fault("the aspect ratio of `mp` is not positive", aspect.span);
                }
                let mut at = |rho: f64| {
                    let f = |x| Ok(part(self.at(body, *slot, Estimate::exact(x), frame)?));
                    laws::marchenko_pastur(&mut quadrature::one_by_one(f), rho)
                };
                let value = at(rho.value);
                match value {
                    Ok(value) if rho.abs_err > 0.0 => at(rho.high()).map(|moved| {
                        let change = moved - value;
                        value.widened(2.0 * (change.value.abs() + change.abs_err))
                    }),
                    value => value,
                }
            }
            Measure::Eigenvalues { of, axis } => {
                let kinks = self.real_breaks(&axis.breaks, axis.slot, frame)?;
                let mut f = one_at_a_time(|x| Ok(part(self.at(body, axis.slot, x, frame)?)));
                self.laws.expectation(*of, &mut f, &kinks)
            }
            Measure::Spectra { first, second } => {
                let independent = self.laws.pairs.is_none() && self.laws.pairing == Pairing::Independent;
                if independent && first.used && second.used {
                    return fault("an expectation over independent spectra at complex arguments: write two laws", span);
                }
                let breaks = |axis: &Axis, frame: &mut [ComplexEstimate]| match self.laws.pairs {
                    Some(_) => Ok(vec![]),
                    None => self.real_breaks(&axis.breaks, axis.slot, frame),
                };
                let (of_first, of_second) = (breaks(first, frame)?, breaks(second, frame)?);
                let single = |of,
                              axis: &Axis,
                              kinks: &[f64],
                              frame: &mut [ComplexEstimate],
                              part: &mut dyn FnMut(ComplexEstimate) -> Estimate| {
                    let mut f = one_at_a_time(|x| Ok(part(self.at(body, axis.slot, x, frame)?)));
                    self.laws.expectation(of, &mut f, kinks)
                };
                if !second.used {
                    single(Eigenvalue::Spectrum, first, &of_first, frame, part)
                } else if !first.used {
                    single(Eigenvalue::Covariance, second, &of_second, frame, part)
                } else {
                    let mut f = |bs: &Estimates, ts: &Estimates, values: &mut [Estimate]| {
                        for (lane, value) in values.iter_mut().enumerate() {
                            frame[first.slot] = ComplexEstimate::real(bs.at(lane));
                            *value = part(self.at(body, second.slot, ts.at(lane), frame)?);
                        }
                        Ok(())
                    };
                    self.laws.coupled(&mut f, &of_first, &of_second)
                }
            }
            Measure::NormalPair { .. } | Measure::Lebesgue(_) | Measure::Stieltjes { .. } => {
                return fault(
                    "this integral depends on the variable of a measure given by its Stieltjes transform: only E over normal, \
                     mp, spectrum, covariance and spectra may",
                    span,
                );
            }
        };
        result.or_else(|error| failed(error, span))
    }

    /// Where real affine expressions take their levels; where complex ones do is on no real line.
    fn real_breaks(&self, breaks: &[Break], slot: usize, frame: &mut [ComplexEstimate]) -> Result<Vec<f64>, Fault> {
        let mut points = vec![];
        for item in breaks {
            frame[slot] = ComplexEstimate::ZERO;
            let at_zero = self.complex_value(&item.affine, frame)?;
            frame[slot] = ComplexEstimate::ONE;
            let slope = self.complex_value(&item.affine, frame)? - at_zero;
            if !at_zero.is_real() || !slope.is_real() || slope.re == 0.0 {
                continue;
            }
            let mut push = |level: f64| points.push((level - at_zero.re) / slope.re);
            match item.levels {
                Levels::Zero => push(0.0),
                Levels::Kinks => self.activation.kinks().iter().for_each(|kink| push(*kink)),
                Levels::Quantile(_) => {}
            }
        }
        points.retain(|point| point.is_finite());
        Ok(points)
    }
}

impl Ball for ComplexEstimate {
    type Lanes = ComplexEstimates;
    const ZERO: ComplexEstimate = ComplexEstimate::ZERO;
    const REMEMBERS_CALLS: bool = false;

    fn constant(x: Estimate) -> Option<ComplexEstimate> {
        Some(ComplexEstimate::real(x)).filter(|z| z.is_finite())
    }

    fn power(self, exponent: ComplexEstimate) -> Option<ComplexEstimate> {
        complex_arithmetic(Binary::Power, self, exponent, Span::default(), Span::default()).ok()
    }

    fn whole_power(self, exponent: i32) -> Option<ComplexEstimate> {
        self.powi(exponent).filter(|power| power.is_finite())
    }

    fn elementary(self, function: Elementary) -> Option<ComplexEstimate> {
        complex_elementary(function, self, Span::default()).ok()
    }

    fn only_real(self) -> Option<Estimate> {
        self.is_real().then(|| self.real_part())
    }

    fn activation(evaluation: &Evaluation, order: u32, lanes: &mut ComplexEstimates, number: usize) -> Option<()> {
        let at = |z: ComplexEstimate| {
            evaluation.activation_at(order, z.only_real()?, Span::default()).ok().map(ComplexEstimate::real)
        };
        lanes.each(number, at).then_some(())
    }

    fn plainly(evaluation: &Evaluation, code: &Code, frame: &mut [ComplexEstimate]) -> ComplexOutcome {
        evaluation.complex_value(code, frame)
    }

    fn kept<'e>(evaluation: &'e Evaluation) -> &'e Kept<ComplexEstimate> {
        &evaluation.continued.kept
    }

    fn inner(run: &Run<Self>, code: &Code, frame: &mut [Self::Lanes], free: &mut [Self::Lanes]) -> Option<()> {
        match &code.op {
            Op::Root(root) => run.roots(code, root, frame, free),
            Op::Integral(integral) => match &integral.measure {
                Measure::Eigenvalues { of, axis } if run.evaluation.laws.discrete(*of).is_some() => {
                    run.over_finitely_many(&integral.body, *of, axis.slot, frame, free)
                }
                _ => run.lane_by_lane(code, frame, free),
            },
            _ => run.lane_by_lane(code, frame, free),
        }
    }
}

impl Run<'_, '_, ComplexEstimate> {
    /// [`Evaluation::over_finitely_many`]
    fn over_finitely_many(
        &self,
        body: &Code,
        of: Eigenvalue,
        slot: usize,
        frame: &mut [ComplexEstimates],
        free: &mut [ComplexEstimates],
    ) -> Option<()> {
        let law = self.evaluation.laws.discrete(of)?;
        let (sum, free) = free.split_first_mut()?;
        sum.fill(ComplexEstimate::ZERO);
        for (value, weight) in &law.atoms {
            self.evaluation.count_integrands(self.lanes);
            frame[slot].fill(ComplexEstimate::real(*value));
            self.value(body, frame, free)?;
            let term = free.first_mut()?;
            let weight = ComplexEstimates::same(ComplexEstimate::real(*weight));
            (term.multiply(&weight) && sum.add(term)).then_some(())?;
        }
        sum.divide(&ComplexEstimates::same(ComplexEstimate::real(law.total))).then_some(())
    }
}

fn finite(value: ComplexEstimate, span: Span, what: &str) -> ComplexOutcome {
    if value.is_finite() { Ok(value) } else { fault(format!("no value at a complex argument: {what}"), span) }
}

fn complex_arithmetic(
    operator: Binary,
    x: ComplexEstimate,
    y: ComplexEstimate,
    right: Span,
    span: Span,
) -> ComplexOutcome {
    let value = match operator {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply => x * y,
        Binary::Divide => match x.div(y) {
            Some(quotient) => quotient,
            None => return fault(format!("division by a value that may be zero: {}", shown(y)), right),
        },
        Binary::Power if x.is_real() && y.is_real() => match x.real_part().pow(y.real_part()) {
            Some(power) => ComplexEstimate::real(power),
            None => return fault("this power is not defined for real numbers", span),
        },
        Binary::Power => match x.ln() {
            Some(logarithm) => (logarithm * y).exp(),
            None => {
                return fault(format!("power of a value that may be on the negative half-line: {}", shown(x)), span);
            }
        },
    };
    finite(value, span, "overflow")
}

fn complex_elementary(function: Elementary, z: ComplexEstimate, span: Span) -> ComplexOutcome {
    if z.is_real() {
        let value = elementary(function, z.real_part(), span)?;
        return finite(ComplexEstimate::real(value), span, "overflow");
    }
    let cut = |value: Option<ComplexEstimate>| match value {
        Some(value) => Ok(value),
        None => fault(format!("{function:?} near a branch cut or a pole: {}", shown(z)), span),
    };
    let value = match function {
        Elementary::Sqrt => cut(z.sqrt())?,
        Elementary::Exp => z.exp(),
        Elementary::Ln => cut(z.ln())?,
        Elementary::Log1p => cut((ComplexEstimate::ONE + z).ln())?,
        Elementary::Expm1 => z.expm1(),
        Elementary::Exprel(order) => z.exprel(order),
        Elementary::Sin => z.sin(),
        Elementary::Cos => z.cos(),
        Elementary::Tan => cut(z.sin().div(z.cos()))?,
        Elementary::Tanh => cut(z.tanh())?,
        _ => {
            return fault(
                format!("{function:?} of the variable of a measure given by its Stieltjes transform is not available"),
                span,
            );
        }
    };
    finite(value, span, "overflow")
}
