//! Runs compiled formulas by ball arithmetic: every value carries its error bound, every fault the place in the text.

use super::code::{Code, Elementary, GaussianMoment, Op, Root, Test, Unit};
use super::continuation::Continued;
use super::contour::Contours;
use super::eigenvalues::Laws;
use super::lanes::Kept;
use super::{LimitError, MomentKey, Place, Program, Work, moments};
use crate::model::{Activation, Settings};
use crate::num::Estimate;
use crate::num::roots::{End, RootError, bracketed_root};
use crate::symbolic::{Binary, Comparison, Span};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Boxed so that the results of the innermost operations stay small.
pub(super) type Fault = Box<LimitError>;
pub(super) type Outcome = Result<Estimate, Fault>;

/// Two sides that cannot be told apart count as equal if they are known this well, relative to `max(1, |side|)`.
const EQUAL_WITHIN: f64 = 1e-14;
/// Values of roots and calls remembered in one evaluation; beyond it they are computed again.
const MOST_REMEMBERED: usize = 4096;
/// Frames up to this size need no allocation.
const SMALL_FRAME: usize = 8;
/// Highest Hermite coefficient asked for.
const MAX_HERMITE: f64 = 10_000.0;

/// One evaluation of one formula at one place.
pub(super) struct Evaluation<'p> {
    pub program: &'p Program,
    place: &'p Place,
    settings: Cow<'p, Settings>,
    pub activation: Activation,
    pub laws: Laws,
    /// `rho`, once it is known.
    aspect: Cell<Option<Estimate>>,
    values: RefCell<Vec<Option<Estimate>>>,
    /// Unknowns of the linear systems solved so far.
    pub solved: RefCell<Vec<Option<Vec<Estimate>>>>,
    remembered: RefCell<HashMap<Key, Estimate>>,
    hermite: RefCell<HashMap<(u32, bool), Estimate>>,
    pub work: Cell<Work>,
    /// Memory of runs at many places at once, and how many of them are under way.
    pub kept: Kept<Estimate>,
    pub runs: Cell<u32>,
    /// For a picture: integrals over Gaussian pairs by one rule.
    pub sketch: bool,
    /// Whether one has been taken so.
    pub unchecked: Cell<bool>,
    pub contours: Contours,
    pub continued: Continued,
}

/// A root or a call with the bits of what it depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    root: bool,
    index: usize,
    depends: Vec<(u64, u64)>,
}

pub(super) fn fault<T>(message: impl Into<String>, span: Span) -> Result<T, Fault> {
    Err(Box::new(LimitError { message: message.into(), span }))
}

/// A ball as a message shows it.
pub(super) fn shown(x: Estimate) -> String {
    if x.abs_err == 0.0 { format!("{}", x.value) } else { format!("{} +- {:.1e}", x.value, x.abs_err) }
}

impl<'p> Evaluation<'p> {
    pub fn new(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        let mut settings = Cow::Borrowed(&place.settings);
        for (name, value) in program.defaults.iter() {
            if settings.get(name).is_none() {
                settings.to_mut().set(name, value.clone());
            }
        }
        Evaluation {
            program,
            place,
            activation: settings.activation(),
            laws: Laws::new(&settings, place.size.as_ref()),
            settings,
            aspect: Cell::new(None),
            values: RefCell::new(vec![None; program.values.len()]),
            solved: RefCell::new(vec![None; program.systems.len()]),
            remembered: RefCell::default(),
            hermite: RefCell::default(),
            work: Cell::default(),
            kept: Cell::default(),
            runs: Cell::default(),
            sketch: false,
            unchecked: Cell::new(false),
            contours: Contours::default(),
            continued: Continued::default(),
        }
    }

    /// See [`Program::sketch`].
    pub fn sketch(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        Evaluation { sketch: true, ..Evaluation::new(program, place) }
    }

    /// By the plain evaluators alone.
    #[cfg(test)]
    pub fn plain(program: &'p Program, place: &'p Place) -> Evaluation<'p> {
        Evaluation { runs: Cell::new(u32::MAX), ..Evaluation::new(program, place) }
    }

    /// Counts evaluations of an integrand.
    pub fn count_integrands(&self, number: usize) {
        let work = self.work.get();
        self.work.set(Work { integrands: work.integrands + number as u64, ..work });
    }

    /// A unit without arguments.
    pub fn formula(&self, unit: &Unit) -> Outcome {
        self.value(&unit.code, &mut vec![Estimate::ZERO; unit.slots])
    }

    pub fn value(&self, code: &Code, frame: &mut [Estimate]) -> Outcome {
        let span = code.span;
        Ok(match &code.op {
            Op::Constant(value) => *value,
            Op::Slot(slot) => frame[*slot],
            Op::Parameter(index) => return self.parameter(*index, span),
            Op::Aspect => return self.aspect(span),
            Op::Dim => Estimate::exact(self.size(span, "d")?.dim as f64),
            Op::Width => Estimate::exact(self.size(span, "m")?.width as f64),
            Op::Value { unit, foreign } => return self.shared_value(*unit, *foreign, span),
            Op::Unknown { system, index } => return self.unknown(*system, *index),
            Op::Call { function, arguments, foreign } => {
                return self.call(*function, arguments, *foreign, frame, span);
            }
            Op::Elementary(function, argument) => {
                let x = self.value(argument, frame)?;
                return elementary(*function, x, argument.span);
            }
            Op::Least(a, b) => self.value(a, frame)?.min(self.value(b, frame)?),
            Op::Greatest(a, b) => self.value(a, frame)?.max(self.value(b, frame)?),
            Op::Activation { order, argument } => {
                let x = self.value(argument, frame)?;
                return self.activation_at(*order, x, span);
            }
            Op::HermiteCoefficient { order, normalised } => {
                let k = self.value(order, frame)?;
                return self.hermite_coefficient(k, *normalised, span);
            }
            Op::Quantile { of, level, complement } => {
                let (p, q) = (self.value(level, frame)?, self.value(complement, frame)?);
                return self.laws.quantile(*of, p, q).or_else(|message| fault(message, level.span));
            }
            Op::Negate(inner) => -self.value(inner, frame)?,
            Op::Arithmetic(operator, a, b) => {
                let (x, y) = (self.value(a, frame)?, self.value(b, frame)?);
                return arithmetic(*operator, x, y, b.span, span);
            }
            Op::WholePower(base, exponent) => {
                let x = self.value(base, frame)?;
                match x.powi(*exponent) {
                    Some(power) => return defined(power, span, || format!("({})^{exponent}", shown(x))),
                    None => {
                        let message = format!("power {exponent} of a value that may be zero here: {}", shown(x));
                        return fault(message, base.span);
                    }
                }
            }
            Op::GaussianMoments(terms) => {
                let mut sum = Estimate::ZERO;
                for (factor, moment) in terms {
                    let factor = self.value(factor, frame)?;
                    // A term that is not there does not count, however large the moment.
                    if factor != Estimate::ZERO {
                        sum = sum + factor * self.moment(*moment, span)?;
                    }
                }
                return defined(sum, span, || "sum of infinite moments of opposite sign".to_string());
            }
            Op::Integral(integral) => return self.integral(integral, frame, span),
            Op::Root(root) => return self.root(root, frame, span),
            Op::Cases(branches, otherwise) => {
                for (test, value) in branches {
                    if self.test(test, frame)? {
                        return self.value(value, frame);
                    }
                }
                return self.value(otherwise, frame);
            }
            Op::Series { slot, from, term } => return self.series(*slot, *from, term, frame, span),
            Op::Let { slot, value, body } => {
                frame[*slot] = self.value(value, frame)?;
                return self.value(body, frame);
            }
        })
    }

    /// Truth of a condition. Sides whose balls do not overlap, or which are both exact, compare by value. Otherwise they count as
    /// equal if they are known to within 1e-14 (relative to `max(1, |side|)`): rounding alone then separates them.
    /// Sides known less well than that and not separated are a fault, not a guess.
    pub fn test(&self, test: &Test, frame: &mut [Estimate]) -> Result<bool, Fault> {
        match test {
            Test::Compare(comparison, a, b) => {
                let (x, y) = (self.value(a, frame)?, self.value(b, frame)?);
                let Some(order) = compare(x, y) else {
                    let message = format!("cannot decide the condition: {} against {} overlap", shown(x), shown(y));
                    return fault(message, Span { start: a.span.start, end: b.span.end.max(a.span.end) });
                };
                Ok(holds(*comparison, order))
            }
            Test::And(a, b) => Ok(self.test(a, frame)? && self.test(b, frame)?),
            Test::Or(a, b) => Ok(self.test(a, frame)? || self.test(b, frame)?),
        }
    }

    fn parameter(&self, index: usize, span: Span) -> Outcome {
        let name = &self.program.parameters[index];
        match self.settings.number(name) {
            Some(value) => Ok(Estimate::exact(value)),
            None => fault(format!("`{name}` has no value: the claim declares no such parameter"), span),
        }
    }

    fn aspect(&self, span: Span) -> Outcome {
        if let Some(known) = self.aspect.get() {
            return Ok(known);
        }
        let value = self.aspect_ratio(span)?;
        self.aspect.set(Some(value));
        Ok(value)
    }

    fn aspect_ratio(&self, span: Span) -> Outcome {
        if let Some(size) = &self.place.size {
            let (width, dim) = (Estimate::exact(size.width as f64), Estimate::exact(size.dim as f64));
            return width.div(dim).map_or_else(|| fault("the dimension is zero", span), Ok);
        }
        match self.settings.number("rho") {
            Some(value) => Ok(Estimate::exact(value)),
            None => fault("`rho` has no value: the claim declares no such parameter", span),
        }
    }

    fn size(&self, span: Span, name: &str) -> Result<&super::FiniteSize, Fault> {
        match &self.place.size {
            Some(size) => Ok(size),
            None => fault(format!("`{name}` is finite only in a finite-size formula"), span),
        }
    }

    fn shared_value(&self, index: usize, foreign: bool, span: Span) -> Outcome {
        if let Some(value) = self.values.borrow()[index] {
            return Ok(value);
        }
        let unit = &self.program.values[index];
        // The same at every size of a cell, and along every number that it does not depend on.
        let same_eigenvalues = !unit.reads.eigenvalues || self.place.size.is_none();
        let shared = unit.heavy && !unit.reads.aspect && !unit.reads.solved && same_eigenvalues;
        let settings = if shared { self.settings.with_numbers(&unit.reads.numbers) } else { Settings::default() };
        let lock = || self.program.fixed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let same = |(known, read, _): &&(usize, Settings, Estimate)| *known == index && *read == settings;
        let known = if shared { lock().iter().find(same).map(|(.., value)| *value) } else { None };
        let value = match known {
            Some(value) => value,
            None => self.formula(unit).map_err(|fault| relocated(fault, unit, foreign, span))?,
        };
        if shared && known.is_none() && !self.unchecked.get() && lock().len() < MOST_REMEMBERED {
            lock().push((index, settings, value));
        }
        self.values.borrow_mut()[index] = Some(value);
        Ok(value)
    }

    fn call(&self, function: usize, arguments: &[Code], foreign: bool, frame: &mut [Estimate], span: Span) -> Outcome {
        let unit = &self.program.functions[function];
        let mut small = [Estimate::ZERO; SMALL_FRAME];
        let mut large = vec![];
        let inner = if unit.slots <= SMALL_FRAME {
            &mut small[..unit.slots]
        } else {
            large.resize(unit.slots, Estimate::ZERO);
            &mut large[..]
        };
        for (slot, argument) in arguments.iter().enumerate() {
            inner[slot] = self.value(argument, frame)?;
        }
        let key = unit.heavy.then(|| Key {
            root: false,
            index: function,
            depends: inner[..arguments.len()].iter().map(bits).collect(),
        });
        if let Some(known) = key.as_ref().and_then(|key| self.remembered.borrow().get(key).copied()) {
            return Ok(known);
        }
        let value = self.value(&unit.code, inner).map_err(|fault| relocated(fault, unit, foreign, span))?;
        self.remember(key, value);
        Ok(value)
    }

    fn remember(&self, key: Option<Key>, value: Estimate) {
        let mut remembered = self.remembered.borrow_mut();
        if let Some(key) = key
            && remembered.len() < MOST_REMEMBERED
        {
            remembered.insert(key, value);
        }
    }

    pub fn root(&self, root: &Root, frame: &mut [Estimate], span: Span) -> Outcome {
        let depends = root.depends.iter().map(|slot| bits(&frame[*slot])).collect();
        let key = Key { root: true, index: root.id, depends };
        if let Some(known) = self.remembered.borrow().get(&key) {
            return Ok(*known);
        }
        let low = End { value: self.value(&root.low, frame)?.value, closed: root.low_closed };
        let high = End { value: self.value(&root.high, frame)?.value, closed: root.high_closed };
        if low.value > high.value || low.value.is_nan() || high.value.is_nan() {
            return fault(format!("the interval of the root is empty: {} to {}", low.value, high.value), span);
        }
        let work = self.work.get();
        self.work.set(Work { roots: work.roots + 1, ..work });
        let mut function = |x: f64| {
            frame[root.slot] = Estimate::exact(x);
            self.value(&root.body, frame)
        };
        let value = match bracketed_root(&mut function, low, high) {
            Ok(value) => value,
            Err(RootError::Function(inner)) => return Err(inner),
            Err(RootError::NoBracket { low, high, evaluations }) => {
                return fault(
                    format!(
                        "no root found: the expression does not change sign between {:e} (value {:e}) and {:e} (value {:e}); \
                         {evaluations} evaluations",
                        low.0, low.1, high.0, high.1
                    ),
                    span,
                );
            }
            Err(RootError::Unverified { best }) => {
                return fault(format!("the root near {} could not be verified", shown(best)), span);
            }
        };
        self.remember(Some(key), value);
        Ok(value)
    }

    pub fn moment(&self, moment: GaussianMoment, span: Span) -> Outcome {
        match moment {
            GaussianMoment::One => Ok(Estimate::ONE),
            GaussianMoment::First(k) => self.known_moment(MomentKey::Hermite(k), span),
            GaussianMoment::Second(i, j) => self.known_moment(MomentKey::Second(i, j), span),
        }
    }

    pub fn hermite_coefficient(&self, k: Estimate, normalised: bool, span: Span) -> Outcome {
        let whole = k.abs_err == 0.0 && k.value.fract() == 0.0 && (0.0..=MAX_HERMITE).contains(&k.value);
        if !whole {
            let name = if normalised { "hermite" } else { "lambda" };
            let message = format!("`{name}` takes a whole number from 0 to {MAX_HERMITE}, not {}", shown(k));
            return fault(message, span);
        }
        let k = k.value as u32;
        if let Some(known) = self.hermite.borrow().get(&(k, normalised)) {
            return Ok(*known);
        }
        let key = if normalised { MomentKey::Normalised(k) } else { MomentKey::Hermite(k) };
        let value = self.known_moment(key, span)?;
        self.hermite.borrow_mut().insert((k, normalised), value);
        Ok(value)
    }

    fn known_moment(&self, key: MomentKey, span: Span) -> Outcome {
        let lock = || self.program.moments.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let same =
            |(activation, k, _): &&(Activation, MomentKey, Estimate)| *k == key && *activation == self.activation;
        if let Some((_, _, value)) = lock().iter().find(same) {
            return Ok(*value);
        }
        let result = match key {
            MomentKey::Hermite(k) => moments::hermite_coefficient(&self.activation, k).map(|m| m.estimate),
            MomentKey::Normalised(k) => moments::normalised_coefficient(&self.activation, k),
            MomentKey::Second(i, j) => moments::second_moment(&self.activation, i, j).map(|m| m.estimate),
        };
        let value = match result {
            Ok(estimate) => estimate,
            Err(message) => return fault(message, span),
        };
        lock().push((self.activation.clone(), key, value));
        Ok(value)
    }
}

fn bits(x: &Estimate) -> (u64, u64) {
    (x.value.to_bits(), x.abs_err.to_bits())
}

/// A fault inside the shared definitions, seen from the claim.
pub(super) fn relocated(mut fault: Fault, unit: &Unit, foreign: bool, span: Span) -> Fault {
    if foreign {
        // A function written with the unknowns of a linear system is called `D[r, a]`.
        let name = unit.name.as_deref().and_then(|name| name.split('[').next());
        let name = name.unwrap_or("the shared definitions");
        fault.message = format!("in `{name}`: {}", fault.message);
        fault.span = span;
    }
    fault
}

pub(super) fn compare(x: Estimate, y: Estimate) -> Option<Ordering> {
    if (x.abs_err == 0.0 && y.abs_err == 0.0) || x.is_infinity() || y.is_infinity() {
        return x.value.partial_cmp(&y.value);
    }
    if let Some(sign) = (x - y).sign() {
        return Some(sign);
    }
    let scale = x.value.abs().max(y.value.abs()).max(1.0);
    (x.abs_err + y.abs_err <= EQUAL_WITHIN * scale).then_some(Ordering::Equal)
}

/// Whether two sides in this order stand in this relation.
pub(super) fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    }
}

fn defined(value: Estimate, span: Span, what: impl FnOnce() -> String) -> Outcome {
    if value.value.is_nan() { fault(format!("no value: {}", what()), span) } else { Ok(value) }
}

fn arithmetic(operator: Binary, x: Estimate, y: Estimate, right: Span, span: Span) -> Outcome {
    let (value, sign) = match operator {
        Binary::Add => (x + y, "+"),
        Binary::Subtract => (x - y, "-"),
        Binary::Multiply => (x * y, "*"),
        Binary::Divide => match x.div(y) {
            Some(quotient) => (quotient, "/"),
            None => return fault(format!("division by a value that may be zero here: {}", shown(y)), right),
        },
        Binary::Power => match x.pow(y) {
            Some(power) => (power, "^"),
            None => {
                return fault(format!("({})^({}) is not defined for real numbers", shown(x), shown(y)), span);
            }
        },
    };
    defined(value, span, || format!("({}) {sign} ({})", shown(x), shown(y)))
}

pub(super) fn elementary(function: Elementary, x: Estimate, span: Span) -> Outcome {
    let outside = |what: &str| fault(format!("{what}: {}", shown(x)), span);
    let value = match function {
        Elementary::Sqrt => match x.sqrt() {
            Some(root) => root,
            None => return outside("square root of a negative value"),
        },
        Elementary::Ln => match x.ln() {
            Some(logarithm) => logarithm,
            None => return outside("logarithm of a value that may not be positive"),
        },
        Elementary::Log1p => match x.log1p() {
            Some(logarithm) => logarithm,
            None => return outside("log1p of a value that may not exceed -1"),
        },
        Elementary::Tan => match x.tan() {
            Some(tangent) => tangent,
            None => return outside("tangent at a pole"),
        },
        Elementary::Asin | Elementary::Acos => {
            let angle = if function == Elementary::Asin { x.asin() } else { x.acos() };
            match angle {
                Some(angle) => angle,
                None => return outside("inverse sine or cosine outside [-1, 1]"),
            }
        }
        Elementary::Exp => x.exp(),
        Elementary::Expm1 => x.expm1(),
        Elementary::Exprel(0) => x.exprel(),
        Elementary::Exprel(order) => super::series::exprel_derivative(order, x),
        Elementary::Sin => x.sin(),
        Elementary::Cos => x.cos(),
        Elementary::Atan => x.atan(),
        Elementary::Tanh => x.tanh(),
        Elementary::Erf => x.erf(),
        Elementary::Erfc => x.erfc(),
        Elementary::Abs => x.abs(),
        Elementary::PositivePart => x.positive_part(),
    };
    defined(value, span, || format!("argument {}", shown(x)))
}
