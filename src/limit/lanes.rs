//! Runs compiled formulas at many values of a variable at once: one walk through the tree for all of them.
//!
//! Every lane takes the operations of the plain evaluators (`evaluate`, `complex`) in their order, so that its value has the same
//! bits. What those do beyond arithmetic (integrals, roots, series, conditions that differ between lanes) is left to them, lane by lane.
//! Where anything has no value there is no answer at all: the plain evaluator then says what is wrong, and where.

use super::code::{Code, Elementary, Op, Test};
use super::evaluate::{Evaluation, Fault, compare, elementary};
use crate::num::Estimate;
use crate::symbolic::{Binary, Comparison, Span};
use std::array;
use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// Most values at once: a panel of the quadrature.
pub(super) const LANES: usize = 32;
/// Most variables alive at once, and the deepest nesting: what is beyond is left to the plain evaluators. Keeps within the stack of any
/// thread, without allocation.
const MOST_SLOTS: usize = 8;
const MOST_DEPTH: u32 = 40;

/// Values with a bound on their errors, and the operations that plain evaluators make of formulas. `None`: no value.
pub(super) trait Ball: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> {
    const ZERO: Self;
    /// What does not depend on any variable.
    fn constant(x: Estimate) -> Option<Self>;
    /// Whether a result of arithmetic counts as a value.
    fn has_value(self) -> bool;
    fn quotient(self, other: Self) -> Option<Self>;
    fn power(self, exponent: Self) -> Option<Self>;
    fn whole_power(self, exponent: i32) -> Option<Self>;
    fn elementary(self, function: Elementary) -> Option<Self>;
    /// For what has real arguments only.
    fn only_real(self) -> Option<Estimate>;
    /// The plain evaluator.
    fn plainly(evaluation: &Evaluation, code: &Code, frame: &mut [Self]) -> Result<Self, Fault>;
}

/// One value for each lane, or one for all.
#[derive(Clone, Copy)]
pub(super) struct Lanes<B> {
    /// All are the first.
    same: bool,
    values: [B; LANES],
}

impl<B: Ball> Lanes<B> {
    pub fn same(value: B) -> Lanes<B> {
        Lanes { same: true, values: [value; LANES] }
    }

    pub fn each(values: &[B]) -> Lanes<B> {
        let mut lanes = Lanes { same: false, values: [B::ZERO; LANES] };
        lanes.values[..values.len()].copy_from_slice(values);
        lanes
    }

    fn at(&self, lane: usize) -> B {
        self.values[if self.same { 0 } else { lane }]
    }

    /// The function of every lane.
    #[inline(always)]
    fn map(mut self, lanes: usize, f: impl Fn(B) -> Option<B>) -> Option<Lanes<B>> {
        if self.same {
            return f(self.values[0]).map(Lanes::same);
        }
        for value in &mut self.values[..lanes] {
            *value = f(*value)?;
        }
        Some(self)
    }

    /// The function of every lane of both.
    #[inline(always)]
    fn zip(mut self, other: &Lanes<B>, lanes: usize, f: impl Fn(B, B) -> Option<B>) -> Option<Lanes<B>> {
        match (self.same, other.same) {
            (true, true) => return f(self.values[0], other.values[0]).map(Lanes::same),
            (false, true) => {
                let right = other.values[0];
                for value in &mut self.values[..lanes] {
                    *value = f(*value, right)?;
                }
            }
            (true, false) => {
                let left = self.values[0];
                self.same = false;
                for (value, right) in self.values[..lanes].iter_mut().zip(&other.values) {
                    *value = f(left, *right)?;
                }
            }
            (false, false) => {
                for (value, right) in self.values[..lanes].iter_mut().zip(&other.values) {
                    *value = f(*value, *right)?;
                }
            }
        }
        Some(self)
    }
}

/// What is run, and for how many lanes.
struct Run<'r, 'p> {
    evaluation: &'r Evaluation<'p>,
    lanes: usize,
}

impl Evaluation<'_> {
    /// The code's values where each of some variables has a value for each of `values.len()` lanes (at most [`LANES`]), and the others
    /// their values in the frame.
    ///
    /// # Errors
    /// The fault of the plain evaluator in the first lane that has one.
    pub(super) fn in_lanes<B: Ball>(
        &self,
        code: &Code,
        variables: &[(usize, &[B])],
        frame: &mut [B],
        values: &mut [B],
    ) -> Result<(), Fault> {
        let lanes = values.len();
        // Work that a failed attempt has counted is counted by the plain one.
        let work = self.work.get();
        if lanes > 1 && frame.len() <= MOST_SLOTS {
            let mut wide: [Lanes<B>; MOST_SLOTS] = array::from_fn(|slot| match frame.get(slot) {
                Some(value) => Lanes::same(*value),
                None => Lanes::same(B::ZERO),
            });
            for (slot, each) in variables {
                wide[*slot] = Lanes::each(each);
            }
            let run = Run { evaluation: self, lanes };
            if let Some(found) = run.value(code, &mut wide[..frame.len()], 0) {
                for (lane, value) in values.iter_mut().enumerate() {
                    *value = found.at(lane);
                }
                return Ok(());
            }
        }
        self.work.set(work);
        for (lane, value) in values.iter_mut().enumerate() {
            for (slot, each) in variables {
                frame[*slot] = each[lane];
            }
            *value = B::plainly(self, code, frame)?;
        }
        Ok(())
    }
}

impl Run<'_, '_> {
    fn value<B: Ball>(&self, code: &Code, frame: &mut [Lanes<B>], depth: u32) -> Option<Lanes<B>> {
        if depth == MOST_DEPTH {
            return None;
        }
        let lanes = self.lanes;
        let mut inner = |code: &Code| self.value(code, frame, depth + 1);
        match &code.op {
            Op::Slot(slot) => Some(frame[*slot]),
            Op::Constant(value) => B::constant(*value).map(Lanes::same),
            Op::Parameter(_) | Op::Aspect | Op::Dim | Op::Width | Op::Value { .. } | Op::Unknown { .. } => {
                let value = self.evaluation.value(code, &mut []).ok()?;
                B::constant(value).map(Lanes::same)
            }
            Op::Elementary(function, argument) => inner(argument)?.map(lanes, |x| x.elementary(*function)),
            Op::Negate(argument) => inner(argument)?.map(lanes, |x| Some(-x)),
            Op::Arithmetic(operator, a, b) => {
                let (x, y) = (inner(a)?, inner(b)?);
                let checked = |value: B| value.has_value().then_some(value);
                match operator {
                    Binary::Add => x.zip(&y, lanes, |x, y| checked(x + y)),
                    Binary::Subtract => x.zip(&y, lanes, |x, y| checked(x - y)),
                    Binary::Multiply => x.zip(&y, lanes, |x, y| checked(x * y)),
                    Binary::Divide => x.zip(&y, lanes, |x, y| x.quotient(y).and_then(checked)),
                    Binary::Power => x.zip(&y, lanes, |x, y| x.power(y).and_then(checked)),
                }
            }
            Op::WholePower(base, exponent) => {
                inner(base)?.map(lanes, |x| x.whole_power(*exponent).filter(|power| power.has_value()))
            }
            Op::Least(a, b) => inner(a)?.zip(&inner(b)?, lanes, |x, y| B::constant(x.only_real()?.min(y.only_real()?))),
            Op::Greatest(a, b) => {
                inner(a)?.zip(&inner(b)?, lanes, |x, y| B::constant(x.only_real()?.max(y.only_real()?)))
            }
            Op::Activation { order, argument } => inner(argument)?.map(lanes, |x| {
                B::constant(self.evaluation.activation_at(*order, x.only_real()?, Span::default()).ok()?)
            }),
            Op::Quantile { of, level, complement } => inner(level)?.zip(&inner(complement)?, lanes, |p, q| {
                B::constant(self.evaluation.laws.quantile(*of, p.only_real()?, q.only_real()?).ok()?)
            }),
            Op::Call { function, arguments, .. } => {
                let unit = &self.evaluation.program.functions[*function];
                if unit.heavy || unit.slots > MOST_SLOTS {
                    return self.lane_by_lane(code, frame);
                }
                let mut wide = [Lanes::same(B::ZERO); MOST_SLOTS];
                for (slot, argument) in wide.iter_mut().zip(arguments) {
                    *slot = inner(argument)?;
                }
                self.value(&unit.code, &mut wide[..unit.slots], depth + 1)
            }
            Op::Let { slot, value, body } => {
                frame[*slot] = inner(value)?;
                self.value(body, frame, depth + 1)
            }
            Op::Cases(branches, otherwise) => {
                for (test, value) in branches {
                    match self.test(test, frame, depth + 1)? {
                        Some(true) => return self.value(value, frame, depth + 1),
                        Some(false) => {}
                        None => return self.lane_by_lane(code, frame),
                    }
                }
                self.value(otherwise, frame, depth + 1)
            }
            Op::HermiteCoefficient { .. }
            | Op::GaussianMoments(_)
            | Op::Integral(_)
            | Op::Root(_)
            | Op::Series { .. } => self.lane_by_lane(code, frame),
        }
    }

    /// What the plain evaluator makes of each lane; of one, if no variable differs between them.
    fn lane_by_lane<B: Ball>(&self, code: &Code, frame: &[Lanes<B>]) -> Option<Lanes<B>> {
        let mut narrow = [B::ZERO; MOST_SLOTS];
        let narrow = &mut narrow[..frame.len()];
        let same = frame.iter().all(|slot| slot.same);
        let mut found = Lanes { same, values: [B::ZERO; LANES] };
        for lane in 0..if same { 1 } else { self.lanes } {
            narrow.iter_mut().zip(frame).for_each(|(value, slot)| *value = slot.at(lane));
            found.values[lane] = B::plainly(self.evaluation, code, narrow).ok()?;
        }
        Some(found)
    }

    /// The truth of a condition, if it is the same in every lane; the outer `None`: it cannot be told.
    fn test<B: Ball>(&self, test: &Test, frame: &mut [Lanes<B>], depth: u32) -> Option<Option<bool>> {
        let (a, b, decided) = match test {
            Test::Compare(comparison, a, b) => return self.compared(*comparison, (a, b), frame, depth),
            Test::And(a, b) => (a, b, false),
            Test::Or(a, b) => (a, b, true),
        };
        match self.test(a, frame, depth)? {
            Some(truth) if truth != decided => self.test(b, frame, depth),
            first => Some(first),
        }
    }

    fn compared<B: Ball>(
        &self,
        comparison: Comparison,
        (a, b): (&Code, &Code),
        frame: &mut [Lanes<B>],
        depth: u32,
    ) -> Option<Option<bool>> {
        let (x, y) = (self.value(a, frame, depth)?, self.value(b, frame, depth)?);
        let mut truth = None;
        for lane in 0..if x.same && y.same { 1 } else { self.lanes } {
            let order = compare(x.at(lane).only_real()?, y.at(lane).only_real()?)?;
            let holds = holds(comparison, order);
            if *truth.get_or_insert(holds) != holds {
                return Some(None);
            }
        }
        Some(truth)
    }
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

impl Ball for Estimate {
    const ZERO: Estimate = Estimate::ZERO;

    fn constant(x: Estimate) -> Option<Estimate> {
        Some(x)
    }

    fn has_value(self) -> bool {
        !self.value.is_nan()
    }

    fn quotient(self, other: Estimate) -> Option<Estimate> {
        self.div(other)
    }

    fn power(self, exponent: Estimate) -> Option<Estimate> {
        self.pow(exponent)
    }

    fn whole_power(self, exponent: i32) -> Option<Estimate> {
        self.powi(exponent)
    }

    fn elementary(self, function: Elementary) -> Option<Estimate> {
        elementary(function, self, Span::default()).ok()
    }

    fn only_real(self) -> Option<Estimate> {
        Some(self)
    }

    fn plainly(evaluation: &Evaluation, code: &Code, frame: &mut [Estimate]) -> Result<Estimate, Fault> {
        evaluation.value(code, frame)
    }
}
