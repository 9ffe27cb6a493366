//! Parts of a formula as functions to integrate, to solve and to continue.

use super::evaluation::{Evaluation, Key};
use super::integrate::{Integrand, Problem, Transform, integral, series};
use super::roots::Equation;
use crate::formula::code::{Break, Code, Eigenvalue, Integral, Levels, Measure, Root, Stieltjes};
use crate::formula::number::{Single, short};
use crate::formula::registers::Registers;
use crate::formula::walk::number;
use crate::formula::{Fault, fault, relocated};
use crate::num::many::{ComplexEstimates, Estimates, Many};
use crate::num::roots::{End, RootError, bracketed_root};
use crate::num::sets::Segment;
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::{Span, Which};
use std::cmp::Ordering;

type Outcome = Result<Estimate, Fault>;

/// The number with the fewest digits within the bound of an estimate.
fn plainest(x: Estimate) -> f64 {
    let rounded = (0..17).filter_map(|digits| format!("{:.digits$e}", x.value).parse().ok());
    rounded.into_iter().find(|rounded| x.contains(*rounded)).unwrap_or(x.value)
}

/// Beyond this lie no roots that a double shows.
const FARTHEST: f64 = 1e300;

/// The body of an integral over real variables, with real values.
struct RealBody<'r, 'p> {
    evaluation: &'r Evaluation<'p>,
    body: &'r Code,
    registers: &'r mut Registers<Estimate>,
}

impl Integrand for RealBody<'_, '_> {
    fn at(&mut self, variables: &[(usize, &Estimates)], values: &mut [Estimate]) -> Result<(), Fault> {
        self.evaluation.count_integrands(values.len());
        if self.evaluation.is_overworked() {
            return fault("this value takes too many evaluations of integrands", self.body.span);
        }
        self.evaluation.at_places(self.body, variables, self.registers, values)
    }

    fn set(&mut self, slot: usize, x: Estimate) {
        self.registers.set(slot, x);
    }

    fn expression(&mut self, code: &Code) -> Result<Option<Estimate>, Fault> {
        number(self.evaluation, code, self.registers).map(Some)
    }

    fn sketch(&self) -> bool {
        self.evaluation.sketched()
    }
}

/// The real or the imaginary part of the body of an integral over real variables, where other variables have complex values.
struct PartOfBody<'r, 'p> {
    evaluation: &'r Evaluation<'p>,
    body: &'r Code,
    registers: &'r mut Registers<ComplexEstimate>,
    imaginary: bool,
    /// Whether all values of the body so far were real.
    real: bool,
}

impl Integrand for PartOfBody<'_, '_> {
    fn at(&mut self, variables: &[(usize, &Estimates)], values: &mut [Estimate]) -> Result<(), Fault> {
        self.evaluation.count_integrands(values.len());
        for (place, value) in values.iter_mut().enumerate() {
            for (slot, xs) in variables {
                *self.registers.slot_mut(*slot) = ComplexEstimate::real(xs.at(place));
            }
            let z = number(self.evaluation, self.body, self.registers)?;
            self.real &= z.is_real();
            *value = if self.imaginary { z.imaginary_part() } else { z.real_part() };
        }
        Ok(())
    }

    fn set(&mut self, slot: usize, x: Estimate) {
        *self.registers.slot_mut(slot) = ComplexEstimate::real(x);
    }

    fn expression(&mut self, code: &Code) -> Result<Option<Estimate>, Fault> {
        Ok(number(self.evaluation, code, self.registers)?.real())
    }

    fn sketch(&self) -> bool {
        self.evaluation.sketched()
    }
}

/// A measure and the place in a formula where its name stands, so that a fault in the measure can be reported there.
struct Named<'r, 'p> {
    evaluation: &'r Evaluation<'p>,
    number: usize,
    measure: &'r Stieltjes,
    foreign: bool,
    span: Span,
}

impl Named<'_, '_> {
    fn here(&self, fault: Fault) -> Fault {
        relocated(fault, &self.measure.transform, self.foreign, self.span)
    }
}

impl Transform for Named<'_, '_> {
    fn number(&self) -> usize {
        self.number
    }

    fn name(&self) -> &str {
        &self.measure.name
    }

    fn stated(&self) -> Result<(f64, f64, Estimate), Fault> {
        let [low, high, mass] = [&self.measure.low, &self.measure.high, &self.measure.mass]
            .map(|unit| self.evaluation.formula(unit).map_err(|fault| self.here(fault)));
        Ok((low?.low(), high?.high(), mass?))
    }

    fn at(&self, z: ComplexEstimate) -> Result<ComplexEstimate, Fault> {
        let unit = &self.measure.transform;
        let value = self.evaluation.pools.complex.lend(|registers: &mut Registers<ComplexEstimate>| {
            registers.begin(unit.slots, 1);
            *registers.slot_mut(0) = z;
            number(self.evaluation, &unit.code, registers)
        });
        value.map_err(|fault| self.here(fault))
    }

    fn at_many(&self, zs: &ComplexEstimates, values: &mut [ComplexEstimate]) -> Result<(), Fault> {
        let unit = &self.measure.transform;
        let done = self.evaluation.pools.complex.lend(|registers: &mut Registers<ComplexEstimate>| {
            registers.begin(unit.slots, 1);
            self.evaluation.at_places(&unit.code, &[(0, zs)], registers, values)
        });
        done.map_err(|fault| self.here(fault))
    }

    fn fault(&self, message: String) -> Fault {
        self.here(Box::new(crate::formula::LimitError { message, span: self.measure.span }))
    }
}

/// The function of a root at complex arguments.
pub struct Continuable<'r, 'p> {
    pub evaluation: &'r Evaluation<'p>,
    pub root: &'r Root,
    pub registers: &'r mut Registers<ComplexEstimate>,
    pub span: Span,
}

impl Equation for Continuable<'_, '_> {
    fn set(&mut self, arguments: &[ComplexEstimate]) {
        self.root.depends.iter().zip(arguments).for_each(|(slot, z)| *self.registers.slot_mut(*slot) = *z);
    }

    fn at(&mut self, p: ComplexEstimate) -> Option<ComplexEstimate> {
        *self.registers.slot_mut(self.root.slot) = p;
        number(self.evaluation, &self.root.body, self.registers).ok()
    }

    fn real_root(&mut self) -> Outcome {
        let slots = self.registers.at.slots;
        self.evaluation.pools.real.lend(|real: &mut Registers<Estimate>| {
            real.begin(slots, 1);
            (0..slots).for_each(|slot| real.set(slot, self.registers.slot(slot).real_part()));
            self.evaluation.root(self.root, real, self.span)
        })
    }
}

impl Evaluation<'_> {
    /// The value of an integral. This function and those below are not inlined, so that deep formulas take little stack.
    #[inline(never)]
    pub fn integral(&self, over: &Integral, registers: &mut Registers<Estimate>, span: Span) -> Outcome {
        // An expectation over finitely many values is their sum.
        if self.is_estimating() || self.is_sum(over) {
            return self.estimated_integral(over, registers, span);
        }
        let unproved = match self.enclosed_integral(over, registers) {
            Ok(value) => return Ok(value),
            Err(unproved) => unproved,
        };
        self.estimated(|| format!("this integral: {}", unproved.reason), span);
        self.estimated_integral(over, registers, span).or_else(|error| match unproved.diverges {
            true => fault(format!("no value: {}", unproved.reason), span),
            false => Err(error),
        })
    }

    /// The value of an integral by unlike rules that check each other, or by a sum.
    #[inline(never)]
    fn estimated_integral(&self, over: &Integral, registers: &mut Registers<Estimate>, span: Span) -> Outcome {
        if let Measure::Stieltjes { measure, slot, foreign } = over.measure {
            return self.over_measure(&over.body, (measure, slot, foreign), registers, span);
        }
        let mut body = RealBody { evaluation: self, body: &over.body, registers };
        let found = integral(&mut self.problem(&mut body, span), over)?;
        found.map_or_else(|| fault("this measure cannot be integrated over here", span), Ok)
    }

    /// Whether the existing sum over eigenvalues, or over pieces between jumps, is the integral.
    fn is_sum(&self, over: &Integral) -> bool {
        let laws = &self.point.laws;
        let discrete = |of| laws.discrete(of).is_some();
        match &over.measure {
            Measure::Eigenvalues { of, axis } => axis.used && discrete(*of),
            Measure::Spectra { first, second } => {
                let both = discrete(Eigenvalue::Spectrum) && discrete(Eigenvalue::Covariance);
                let one = (!second.used && discrete(Eigenvalue::Spectrum))
                    || (!first.used && discrete(Eigenvalue::Covariance));
                laws.pairs.is_some() || both || one
            }
            Measure::Lebesgue(measure) => {
                let jumps = |item: &Break| matches!(item.levels, Levels::Quantile(of) if discrete(of));
                measure.only_through_quantiles && measure.breaks.iter().all(jumps)
            }
            _ => false,
        }
    }

    fn problem<'a>(&'a self, body: &'a mut dyn Integrand, span: Span) -> Problem<'a> {
        Problem { body, laws: &self.point.laws, kinks: self.point.activation.kinks(), finer: self.is_finer(), span }
    }

    #[inline(never)]
    fn over_measure(
        &self,
        body: &Code,
        (number, slot, foreign): (usize, usize, bool),
        registers: &Registers<Estimate>,
        span: Span,
    ) -> Outcome {
        let measure = Named { evaluation: self, number, measure: &self.program.measures[number], foreign, span };
        self.pools.complex.lend(|complex: &mut Registers<ComplexEstimate>| {
            complex.begin(registers.at.slots, 1);
            for slot in 0..registers.at.slots {
                *complex.slot_mut(slot) = ComplexEstimate::real(*registers.slot(slot));
            }
            let mut f = |zs: &ComplexEstimates, values: &mut [ComplexEstimate]| {
                self.count_integrands(values.len());
                self.at_places(body, &[(slot, zs)], complex, values)
            };
            self.contours.integral(&measure, &mut f, span)
        })
    }

    /// An integral with complex values: its real and its imaginary part are computed separately, by the rules for real integrands.
    #[inline(never)]
    pub fn complex_integral(
        &self,
        over: &Integral,
        registers: &mut Registers<ComplexEstimate>,
        span: Span,
    ) -> Result<ComplexEstimate, Fault> {
        let mut part = |imaginary: bool| -> Result<(Estimate, bool), Fault> {
            let registers = &mut *registers;
            let mut body = PartOfBody { evaluation: self, body: &over.body, registers, imaginary, real: true };
            let value = integral(&mut self.problem(&mut body, span), over)?;
            let what = "this integral depends on the variable of a measure given by its Stieltjes transform: it cannot be over such a \
                        measure itself";
            Ok((value.map_or_else(|| fault(what, span), Ok)?, body.real))
        };
        let (re, real) = part(false)?;
        if real {
            return Ok(ComplexEstimate::real(re));
        }
        let (im, _) = part(true)?;
        Ok(ComplexEstimate::new(re.value, im.value, re.abs_err.hypot(im.abs_err)))
    }

    #[inline(never)]
    pub fn series(
        &self,
        (slot, from, term): (usize, u64, &Code),
        registers: &mut Registers<Estimate>,
        span: Span,
    ) -> Outcome {
        match self.enclosed_series((slot, from, term), registers) {
            Ok(value) => return Ok(value),
            Err(unproved) => self.assumed(|| format!("this series: {}", unproved.reason), span),
        }
        let mut at = |index: Estimate| {
            self.count_integrands(1);
            registers.set(slot, index);
            number(self, term, registers)
        };
        series(from, &mut at, term.span, span)
    }

    /// The root, if it is proved to be the only one. Several are a fault.
    fn proved_root(
        &self,
        root: &Root,
        (low, high): (End, End),
        registers: &mut Registers<Estimate>,
        span: Span,
    ) -> Result<Option<Estimate>, Fault> {
        let mut found = match self.enclosed_roots(root, low.value, high.value, registers) {
            Ok(found) => found,
            Err(unproved) => {
                self.assumed(|| format!("uniqueness of the root not shown: {}", unproved.reason), span);
                return Ok(None);
            }
        };
        // What was found lies inside. A closed end may be a root too.
        for (end, is_low) in [(low, true), (high, false)] {
            if !end.closed || !end.value.is_finite() {
                continue;
            }
            registers.set(root.slot, Estimate::exact(end.value));
            let there = number(self, &root.body, registers);
            if there.as_ref().is_ok_and(|value| *value == Estimate::ZERO) {
                found.found.insert(if is_low { 0 } else { found.found.len() }, Estimate::exact(end.value));
            } else if there.is_ok_and(|value| value.contains(0.0)) {
                self.assumed(
                    || "uniqueness of the root not shown: an end of the interval may be one".to_string(),
                    span,
                );
                return Ok(None);
            }
        }
        if let Some(value) = found.unique() {
            return Ok(Some(value));
        }
        if found.found.is_empty() && found.open.is_empty() {
            return fault(
                "no root found: the expression does not change sign in the interval, nor is it 0 there",
                span,
            );
        }
        let asked = match root.which {
            Which::Only => None,
            Which::First => found.first(),
            Which::Last => found.last(),
        };
        if asked.is_some() {
            return Ok(asked);
        }
        if root.which == Which::Only && found.found.len() > 1 {
            let all: Vec<String> = found.found.iter().take(4).map(|root| short(plainest(*root))).collect();
            let more = if found.found.len() > 4 { ", .." } else { "" };
            return fault(format!("several roots: {}{more}", all.join(", ")), span);
        }
        if root.which != Which::Only {
            return fault(format!("the {} could not be verified", root.which.words()), span);
        }
        let place =
            |place: &Segment| format!(", as one may lie between {} and {}", short(place.low), short(place.high));
        let open = found.open.first().map(place).unwrap_or_default();
        let reason = || format!("uniqueness of the root not shown{open}");
        // Another root beside one that was found is no matter of a finer look, unless it lies where doubles end.
        let inside = |place: &Segment| place.low.abs().min(place.high.abs()) < FARTHEST;
        let beside = !found.found.is_empty() && found.open.iter().any(inside);
        if beside || (self.is_finer() && self.changes_of_sign(root, (low.value, high.value), registers) != 1) {
            self.assumed(reason, span);
        } else {
            self.estimated(reason, span);
        }
        Ok(None)
    }

    /// How often the function of a root changes its sign along a grid, which is fine near the ends and near 0.
    fn changes_of_sign(&self, root: &Root, (low, high): (f64, f64), registers: &mut Registers<Estimate>) -> usize {
        let far = || (4..=75).map(|k| 4.0 * f64::from(k));
        let exponents = || (-48..=48).map(|k| 0.25 * f64::from(k)).chain(far()).chain(far().map(|k| -k));
        let sizes = || exponents().map(|exponent| 10f64.powf(exponent));
        let mut places: Vec<f64> = match (low.is_finite(), high.is_finite()) {
            (true, false) => sizes().map(|size| low + size).collect(),
            (false, true) => sizes().map(|size| high - size).collect(),
            (false, false) => sizes().flat_map(|size| [-size, size]).chain([0.0]).collect(),
            (true, true) => {
                let near = sizes().map(|size| size / (1.0 + size)).map(|share| low + (high - low) * share);
                near.chain((1..64).map(|k| low + (high - low) * f64::from(k) / 64.0)).collect()
            }
        };
        places.retain(|x| low < *x && *x < high);
        places.sort_by(f64::total_cmp);
        let mut signs = vec![];
        for x in places {
            registers.set(root.slot, Estimate::exact(x));
            let sign = number(self, &root.body, registers).ok().and_then(Estimate::sign);
            signs.extend(sign.filter(|sign| *sign != Ordering::Equal));
        }
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }

    #[inline(never)]
    pub fn root(&self, root: &Root, registers: &mut Registers<Estimate>, span: Span) -> Outcome {
        let key = Key::root(root.id, root.depends.iter().map(|slot| *registers.slot(*slot)));
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let before = self.take_why();
        let found = self.solved_root(root, registers, span);
        self.remember(before, found.as_ref().ok().map(|value| (key, *value)));
        found
    }

    fn solved_root(&self, root: &Root, registers: &mut Registers<Estimate>, span: Span) -> Outcome {
        let low = End { value: number(self, &root.low, registers)?.value, closed: root.low_closed };
        let high = End { value: number(self, &root.high, registers)?.value, closed: root.high_closed };
        if low.value > high.value || low.value.is_nan() || high.value.is_nan() {
            let (low, high) = (short(low.value), short(high.value));
            return fault(format!("the interval of the root is empty: {low} to {high}"), span);
        }
        self.count_root();
        if let Some(value) = self.proved_root(root, (low, high), registers, span)? {
            return Ok(value);
        }
        let mut function = |x: f64| {
            registers.set(root.slot, Estimate::exact(x));
            number(self, &root.body, registers)
        };
        match bracketed_root(&mut function, low, high) {
            Ok(value) => Ok(value),
            Err(RootError::Function(inner)) => Err(inner),
            Err(RootError::NoBracket { low, high, evaluations }) => fault(
                format!(
                    "no root found: the expression does not change sign between {:e} (value {:e}) and {:e} (value {:e}); \
                         {evaluations} evaluations",
                    low.0, low.1, high.0, high.1
                ),
                span,
            ),
            Err(RootError::Unverified { best }) => {
                fault(format!("the root near {} could not be verified", best.shown()), span)
            }
        }
    }
}
