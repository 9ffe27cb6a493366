//! One evaluation of one formula at one place: what names stand for there, and what has been computed already.

use super::activation;
use super::laws::Laws;
use super::moments;
use super::place::{Place, Work};
use super::pools::{Pooled, Pools};
use super::program::Program;
use super::roots::Continued;
use super::shared::{Defined, MomentKey};
use super::systems::solution;
use crate::formula::code::{Code, Eigenvalue, GaussianMoment, Op, Test, Unit};
use crate::formula::number::{Number, Single};
use crate::formula::registers::{Difference, Registers};
use crate::formula::walk::{self, Context, Machine, number, truth};
use crate::formula::{Fault, Why, fault, relocated};
use crate::model::{Activation, Settings};
use crate::num::Estimate;
use crate::num::affine::{AffineError, affine_zero};
use crate::num::many::Many;
use crate::symbolic::Span;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Walks at many places may be nested this deep, one inside an integral of another. The depth is limited because the work of a failed walk
/// is repeated place by place, at every level of the nesting.
const MOST_NESTED: u32 = 3;
/// So many values of roots and calls are remembered in one evaluation. Further ones are computed again each time.
const MOST_REMEMBERED: usize = 4096;
/// So many evaluations on sets are made in one evaluation. Then values are estimated.
const MOST_EFFORT: u64 = 4_000_000;
/// Most pieces of an integral inside a formula that is walked on sets.
const MOST_PIECES: usize = 48;
/// So many evaluations of integrands are made for one value. One that needs more is refused.
const MOST_INTEGRANDS: u64 = 10_000_000;
/// Highest order of a Hermite coefficient that a formula may ask for.
const MAX_HERMITE: f64 = 10_000.0;

type Outcome = Result<Estimate, Fault>;

pub struct Evaluation<'p> {
    pub program: &'p Program,
    pub point: Point<'p>,
    known: Known,
    pub pools: Pools,
    pub continued: Continued,
    pub contours: super::integrate::Contours,
    pub work: Cell<Work>,
    /// Evaluations on sets that are still allowed.
    effort: Cell<u64>,
    /// Whether a place at which two sides of a condition agree within rounding has no value, instead of being noted.
    pub strict: Cell<bool>,
    /// Whether there was such a place.
    pub doubt: Cell<bool>,
    /// Most pieces of an integral inside a formula that is walked on sets.
    pub pieces: Cell<usize>,
    /// The first reason why the value's bound is an estimate.
    why: RefCell<Option<Why>>,
    /// Estimates are computed at more places than usual, to confirm others.
    finer: bool,
    /// No integral is to be enclosed.
    estimating: bool,
    /// The value is for a picture, so integrals over Gaussian pairs may be computed by one rule, without a check by a second one.
    sketch: bool,
    /// Whether an integral over a Gaussian pair was computed without that check.
    unchecked: Cell<bool>,
}

/// The place, with the activation and the laws that its settings name.
pub struct Point<'p> {
    place: &'p Place,
    settings: Cow<'p, Settings>,
    pub activation: Activation,
    pub laws: Laws,
}

/// A value, and why its bound is an estimate, if it is.
type WithReason = (Estimate, Option<Why>);
/// The unknowns of a system, likewise.
type Solved = (Vec<Estimate>, Option<Why>);

/// Values that were computed already in this evaluation.
struct Known {
    /// Ratios of sizes such as `rho`, for each of the program's sizes.
    ratios: Vec<Cell<Option<Estimate>>>,
    values: RefCell<Vec<Option<WithReason>>>,
    /// Unknowns of systems.
    solved: RefCell<Vec<Option<Solved>>>,
    remembered: RefCell<HashMap<Key, WithReason>>,
    hermite: RefCell<HashMap<(u32, bool), WithReason>>,
}

/// Identifies a root or a call by its number and by the bits of the values that it depends on.
#[derive(PartialEq, Eq, Hash)]
pub struct Key {
    root: bool,
    index: usize,
    depends: Vec<(u64, u64)>,
}

impl Key {
    pub fn root(index: usize, depends: impl Iterator<Item = Estimate>) -> Key {
        Key { root: true, index, depends: depends.map(bits).collect() }
    }

    pub fn call(index: usize, arguments: &[Estimate]) -> Key {
        Key { root: false, index, depends: arguments.iter().copied().map(bits).collect() }
    }
}

fn bits(x: Estimate) -> (u64, u64) {
    (x.value.to_bits(), x.abs_err.to_bits())
}

impl<'p> Evaluation<'p> {
    pub fn new(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        let mut settings = Cow::Borrowed(&place.settings);
        for (name, value) in program.defaults.iter() {
            if settings.get(name).is_none() {
                settings.to_mut().set(name, value.clone());
            }
        }
        let laws = Laws::new(&settings, place.size.as_ref());
        Evaluation {
            program,
            point: Point { place, activation: settings.activation(), laws, settings },
            known: Known {
                ratios: vec![Cell::new(None); program.sizes.len()],
                values: RefCell::new(vec![None; program.values.len()]),
                solved: RefCell::new(vec![None; program.systems.len()]),
                remembered: RefCell::default(),
                hermite: RefCell::default(),
            },
            pools: Pools::default(),
            continued: Continued::default(),
            contours: super::integrate::Contours::default(),
            work: Cell::default(),
            effort: Cell::new(MOST_EFFORT),
            pieces: Cell::new(MOST_PIECES),
            strict: Cell::new(false),
            doubt: Cell::new(false),
            why: RefCell::new(None),
            finer: false,
            estimating: false,
            sketch: false,
            unchecked: Cell::new(false),
        }
    }

    /// See [`Program::sketch`].
    pub fn sketch(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        Evaluation { sketch: true, ..Evaluation::new(program, place) }
    }

    /// See [`Program::estimate`].
    pub fn without_proofs(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        Evaluation { effort: Cell::new(0), ..Evaluation::new(program, place) }
    }

    /// See [`Program::confirms`].
    pub fn finer(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        let evaluation = Evaluation { finer: true, ..Evaluation::new(program, place) };
        evaluation.contours.refine();
        evaluation
    }

    pub fn work(&self) -> Work {
        self.work.get()
    }

    /// Spends evaluations on sets; whether as many were left.
    pub fn effort(&self, number: usize) -> bool {
        let left = self.effort.get();
        self.effort.set(left.saturating_sub(number as u64));
        left > number as u64
    }

    /// Notes why the value's bound is an estimate: rules that check each other found it. The first reason counts.
    pub fn estimated(&self, reason: impl FnOnce() -> String, span: Span) {
        self.why.borrow_mut().get_or_insert_with(|| Why { reason: reason(), span, may_be_confirmed: true });
    }

    /// Likewise, where something was assumed that no further computation confirms.
    pub fn assumed(&self, reason: impl FnOnce() -> String, span: Span) {
        let mut why = self.why.borrow_mut();
        match why.as_mut() {
            Some(known) => known.may_be_confirmed = false,
            None => *why = Some(Why { reason: reason(), span, may_be_confirmed: false }),
        }
    }

    /// An evaluation whose integrals are all estimated, to compare with those that are enclosed.
    #[cfg(test)]
    pub fn estimating(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        Evaluation { estimating: true, ..Evaluation::new(program, place) }
    }

    /// Whether integrals are estimated without a look for a proof.
    pub fn is_estimating(&self) -> bool {
        self.estimating || self.sketched()
    }

    /// Whether estimates are to be computed again, more finely.
    pub fn is_finer(&self) -> bool {
        self.finer
    }

    /// Why the bound of what was evaluated is an estimate; `None` if it is proved.
    pub fn why(&self) -> Option<Why> {
        self.why.borrow().clone()
    }

    /// Whether an integral over a Gaussian pair may be computed by one rule. If so, all values from now on count as good for a picture
    /// only.
    pub fn sketched(&self) -> bool {
        self.unchecked.set(self.unchecked.get() || self.sketch);
        self.sketch
    }

    /// Whether one value has taken more evaluations of integrands than are allowed.
    pub fn is_overworked(&self) -> bool {
        self.work.get().integrands > MOST_INTEGRANDS
    }

    /// Counts evaluations of an integrand.
    pub fn count_integrands(&self, number: usize) {
        let work = self.work.get();
        self.work.set(Work { integrands: work.integrands + number as u64, ..work });
    }

    pub fn count_root(&self) {
        let work = self.work.get();
        self.work.set(Work { roots: work.roots + 1, ..work });
    }

    /// A unit without arguments.
    pub fn formula(&self, unit: &Unit) -> Outcome {
        self.with_arguments(unit, &[])
    }

    /// A unit whose first variables have these values.
    pub fn with_arguments(&self, unit: &Unit, arguments: &[f64]) -> Outcome {
        self.pools.real.lend(|registers: &mut Registers<Estimate>| {
            registers.begin(unit.slots, 1);
            arguments.iter().enumerate().for_each(|(slot, x)| registers.set(slot, Estimate::exact(*x)));
            number(self, &unit.code, registers)
        })
    }

    /// The truth of a condition that takes so many variables.
    pub fn test(&self, test: &Test, slots: usize) -> Result<bool, Fault> {
        let truth = self.pools.real.lend(|registers: &mut Registers<Estimate>| {
            registers.begin(slots, 1);
            truth(self, test, registers)
        })?;
        Ok(truth == Some(true))
    }

    /// The code's values at `values.len()` places (at most [`LANES`]). The variables in `variables` have a value of their own for each
    /// place. The other variables have the values that stand in the registers.
    ///
    /// # Errors
    /// The fault of the first place that has one.
    pub fn at_places<L>(
        &self,
        code: &Code,
        variables: &[(usize, &L)],
        registers: &mut Registers<<L as Many>::One>,
        values: &mut [<L as Many>::One],
    ) -> Result<(), Fault>
    where
        L: Many + Number<One = <L as Many>::One>,
        <L as Many>::One: Single,
        Self: Machine<L> + Machine<<L as Many>::One>,
        Pools: Pooled<L>,
    {
        self.at_places_near(code, variables, None, registers, values)
    }

    /// Likewise, where more is known of a difference.
    pub fn at_places_near<L>(
        &self,
        code: &Code,
        variables: &[(usize, &L)],
        difference: Option<&Difference<L>>,
        registers: &mut Registers<<L as Many>::One>,
        values: &mut [<L as Many>::One],
    ) -> Result<(), Fault>
    where
        L: Many + Number<One = <L as Many>::One>,
        <L as Many>::One: Single,
        Self: Machine<L> + Machine<<L as Many>::One>,
        Pools: Pooled<L>,
    {
        // If the attempt at all places at once fails, the places are evaluated one by one, and that counts the work again. So the count is
        // then set back to what it is here.
        let (work, nested) = (self.work.get(), self.pools.nested.get());
        if values.len() > 1 && nested < MOST_NESTED {
            self.pools.nested.set(nested + 1);
            let done = Pooled::<L>::pool(&self.pools)
                .lend(|wide| walk::at_places(self, code, variables, difference.cloned(), registers, wide, values));
            self.pools.nested.set(nested);
            if done {
                return Ok(());
            }
        }
        self.work.set(work);
        for (place, value) in values.iter_mut().enumerate() {
            for (slot, each) in variables {
                *registers.slot_mut(*slot) = Many::at(*each, place);
            }
            registers.difference = difference.map(|known| known.at(place));
            let found = number(self, code, registers);
            registers.difference = None;
            *value = found?;
        }
        Ok(())
    }

    pub fn remembered(&self, key: &Key) -> Option<Estimate> {
        self.known.remembered.borrow().get(key).map(|known| self.noted(known))
    }

    /// A value that was known, whose reason counts again.
    fn noted(&self, (value, why): &WithReason) -> Estimate {
        self.note(why.clone());
        *value
    }

    fn note(&self, why: Option<Why>) {
        let Some(why) = why else { return };
        let mut noted = self.why.borrow_mut();
        match noted.as_mut() {
            Some(known) => known.may_be_confirmed &= why.may_be_confirmed,
            None => *noted = Some(why),
        }
    }

    /// What was noted so far. What is noted from now on belongs to the next value that is remembered.
    pub fn take_why(&self) -> Option<Why> {
        self.why.take()
    }

    /// Remembers a value with what was noted since [`Evaluation::take_why`] gave `before`.
    pub fn remember(&self, before: Option<Why>, known: Option<(Key, Estimate)>) {
        let own = self.own_why(before);
        let Some((key, value)) = known else { return };
        let mut remembered = self.known.remembered.borrow_mut();
        if remembered.len() < MOST_REMEMBERED {
            remembered.insert(key, (value, own));
        }
    }

    /// Only this counts, whatever was noted since.
    pub fn forget_why(&self, before: Option<Why>) {
        *self.why.borrow_mut() = before;
    }

    /// What was noted since `before`, which counts again too.
    pub fn own_why(&self, before: Option<Why>) -> Option<Why> {
        let own = self.why.take();
        self.note(before);
        self.note(own.clone());
        own
    }

    /// The activation or a derivative of it at a ball.
    pub fn activation_at(&self, order: u32, x: Estimate, span: Span) -> Outcome {
        let activation = &self.point.activation;
        if order > activation.last_square_integrable() {
            return fault(
                format!(
                    "derivative {order} of `{activation}` is not a function; only `E` of a multiple of it, or of its product with one \
                     more factor of the activation, at a Gaussian variable has a value"
                ),
                span,
            );
        }
        if !x.is_finite() {
            return fault(format!("the activation at {}", x.shown()), span);
        }
        Ok(activation::at(activation, order, x))
    }

    fn parameter(&self, name: &str, span: Span) -> Outcome {
        match self.point.settings.number(name) {
            Some(value) => Ok(Estimate::exact(value)),
            None => fault(format!("`{name}` has no value: the claim declares no such parameter"), span),
        }
    }

    /// The ratio of a size to the first: rounded as the sizes are, or the parameter at infinite size.
    fn ratio(&self, index: usize, span: Span) -> Outcome {
        if let Some(known) = self.known.ratios[index].get() {
            return Ok(known);
        }
        let value = match (&self.point.place.size, &self.program.sizes[index].ratio) {
            (Some(_), _) => {
                let (size, first) = (self.size(index, span)?, self.size(0, span)?);
                size.div(first).map_or_else(|| fault("a size is zero", span), Ok)
            }
            (None, Some(name)) => self.parameter(name, span),
            (None, None) => fault("a ratio of sizes that nothing states", span),
        }?;
        self.known.ratios[index].set(Some(value));
        Ok(value)
    }

    fn size(&self, index: usize, span: Span) -> Outcome {
        let name = &self.program.sizes[index].name;
        match &self.point.place.size {
            Some(size) => match size.sizes.get(name) {
                Some(size) => Ok(Estimate::exact(size as f64)),
                None => fault(format!("the size `{name}` is not among {}", size.sizes), span),
            },
            None => fault(format!("`{name}` is finite only in a finite-size formula"), span),
        }
    }

    fn shared_value(&self, index: usize, foreign: bool, span: Span) -> Outcome {
        if let Some(known) = &self.known.values.borrow()[index] {
            return Ok(self.noted(known));
        }
        let unit = &self.program.values[index];
        // Such a value is the same at every size of a cell, and it does not change with numbers that it does not depend on.
        let same_eigenvalues = !unit.reads.eigenvalues || self.point.place.size.is_none();
        let shared = !self.finer && unit.heavy && !unit.reads.aspect && !unit.reads.solved && same_eigenvalues;
        let defined = shared.then(|| Defined::new(index, &self.point.settings, &unit.reads.numbers));
        let known = match defined.as_ref().and_then(|defined| self.program.shared.definition(defined)) {
            Some(known) => {
                self.noted(&known);
                known
            }
            None => {
                let before = self.take_why();
                let found = self.formula(unit).map_err(|fault| relocated(fault, unit, foreign, span));
                if let Some(why) = self.why.borrow_mut().as_mut().filter(|_| foreign) {
                    // The text of the shared definitions is not the claim's.
                    why.span = span;
                }
                let why = self.own_why(before);
                let known = (found?, why);
                // A value that was not checked is good enough for a picture but for nothing else, so it is not remembered for other
                // evaluations.
                if let Some(defined) = defined.filter(|_| !self.unchecked.get()) {
                    self.program.shared.remember_definition(defined, known.clone());
                }
                known
            }
        };
        let value = known.0;
        self.known.values.borrow_mut()[index] = Some(known);
        Ok(value)
    }

    /// An unknown of a system, solved at most once. Not inlined, so that evaluations take little stack.
    #[inline(never)]
    fn unknown(&self, system: usize, index: usize) -> Outcome {
        if let Some((unknowns, why)) = &self.known.solved.borrow()[system] {
            self.note(why.clone());
            return Ok(unknowns[index]);
        }
        let before = self.take_why();
        let found = self.solve(system);
        let why = self.own_why(before);
        let unknowns = found?;
        let value = unknowns[index];
        self.known.solved.borrow_mut()[system] = Some((unknowns, why));
        Ok(value)
    }

    fn solve(&self, system: usize) -> Result<Vec<Estimate>, Fault> {
        let system = &self.program.systems[system];
        if let Some(domain) = &system.domain {
            // What is noted at points on the way says nothing of the solution.
            let before = self.take_why();
            let found = solution(self, system, domain);
            self.forget_why(before);
            let (values, why) = found?;
            // Again at the solution, for what is to be noted there.
            let point: Vec<f64> = values.iter().map(|x| x.value).collect();
            for unit in &system.equations {
                self.with_arguments(unit, &point)?;
            }
            if let Some(why) = why {
                self.estimated(|| why, system.span);
            }
            return Ok(values);
        }
        let mut gaps = |point: &[f64]| {
            system.equations.iter().map(|unit| self.with_arguments(unit, point)).collect::<Result<Vec<_>, Fault>>()
        };
        let names = system.unknowns.join(", ");
        let place = |equation: usize| system.equations[equation].code.span;
        affine_zero(system.unknowns.len(), &mut gaps).or_else(|error| match error {
            AffineError::Map(inner) => Err(inner),
            AffineError::Singular => fault(
                format!("the linear system for {names} is singular here: it does not determine them"),
                system.span,
            ),
            AffineError::NotFinite(equation) => {
                fault(format!("this equation for {names} has no finite value"), place(equation))
            }
            AffineError::NotAffine(equation) => {
                let message = format!("this equation is not affine in {names}: its residual does not vanish");
                fault(message, place(equation))
            }
        })
    }

    fn known_moment(&self, key: MomentKey, span: Span) -> Outcome {
        let activation = &self.point.activation;
        let moment = match self.program.shared.moment(key, activation) {
            Some(moment) => moment,
            None => {
                let found = match key {
                    MomentKey::Hermite(k) => moments::hermite_coefficient(activation, k),
                    MomentKey::Normalised(k) => moments::normalised_coefficient(activation, k),
                    MomentKey::Second(i, j) => moments::second_moment(activation, i, j),
                };
                let moment = found.or_else(|message| fault(message, span))?;
                self.program.shared.remember_moment(key, activation, moment.clone());
                moment
            }
        };
        if let Some(reason) = moment.why {
            self.assumed(|| reason, span);
        }
        Ok(moment.estimate)
    }

    /// A bound of all normalised Hermite coefficients from an order on: the root of what the earlier ones leave of `E s^2`.
    pub fn largest_coefficient(&self, from: f64, span: Span) -> Option<f64> {
        let mut left = self.known_moment(MomentKey::Second(0, 0), span).ok()?;
        let known = from.clamp(0.0, MAX_HERMITE) as u32;
        for k in 0..known {
            let Some((coefficient, None)) = self.known.hermite.borrow().get(&(k, true)).cloned() else { break };
            left = left - coefficient * coefficient;
        }
        Some(left.high().max(0.0).sqrt() * (1.0 + 2.0 * f64::EPSILON))
    }
}

impl Context for Evaluation<'_> {
    fn function(&self, index: usize) -> &Unit {
        &self.program.functions[index]
    }

    fn name(&self, code: &Code) -> Outcome {
        let span = code.span;
        match code.op {
            Op::Parameter(index) => self.parameter(&self.program.parameters[index], span),
            Op::Ratio(index) => self.ratio(index, span),
            Op::Size(index) => self.size(index, span),
            Op::Value { unit, foreign } => self.shared_value(unit, foreign, span),
            Op::Unknown { system, index } => self.unknown(system, index),
            _ => fault("this is not a name", span),
        }
    }

    fn moment(&self, moment: GaussianMoment, span: Span) -> Outcome {
        match moment {
            GaussianMoment::One => Ok(Estimate::ONE),
            GaussianMoment::First(k) => self.known_moment(MomentKey::Hermite(k), span),
            GaussianMoment::Second(i, j) => self.known_moment(MomentKey::Second(i, j), span),
        }
    }

    fn hermite_coefficient(&self, k: Estimate, normalised: bool, span: Span) -> Outcome {
        let whole = k.abs_err == 0.0 && k.value.fract() == 0.0 && (0.0..=MAX_HERMITE).contains(&k.value);
        if !whole {
            let name = if normalised { "hermite" } else { "lambda" };
            let message = format!("`{name}` takes a whole number from 0 to {MAX_HERMITE}, not {}", k.shown());
            return fault(message, span);
        }
        let k = k.value as u32;
        if let Some(known) = self.known.hermite.borrow().get(&(k, normalised)) {
            return Ok(self.noted(known));
        }
        let key = if normalised { MomentKey::Normalised(k) } else { MomentKey::Hermite(k) };
        let before = self.take_why();
        let found = self.known_moment(key, span);
        let why = self.own_why(before);
        let value = found?;
        self.known.hermite.borrow_mut().insert((k, normalised), (value, why));
        Ok(value)
    }

    fn quantile(&self, of: Eigenvalue, level: Estimate, complement: Estimate) -> Result<Estimate, String> {
        if self.point.laws.is_at_jump(of, level) {
            let reason = || "a level within rounding of a jump of a quantile function counts as the jump".to_string();
            Evaluation::assumed(self, reason, Span::default());
        }
        self.point.laws.quantile(of, level, complement)
    }

    fn assumed(&self, span: Span) {
        if self.strict.get() {
            self.doubt.set(true);
            return;
        }
        Evaluation::assumed(
            self,
            || "two sides of a condition that agree within rounding count as equal".to_string(),
            span,
        );
    }
}
