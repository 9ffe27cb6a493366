//! Evaluates the formulas of a program at any place.

use super::evaluation::Evaluation;
use super::place::{Evaluated, Formula, Place};
use super::program::Program;
use crate::formula::LimitError;
use crate::formula::code::Unit;
use crate::num::Estimate;
use crate::symbolic::Span;

impl Program {
    /// The formula's value with a bound on its error. The value is exactly infinite where the theory says so.
    ///
    /// # Errors
    /// The claim has no such formula, an operation is out of its domain, the error bounds leave a condition open, or the value of an
    /// integral, a root, a series or a system cannot be bounded.
    pub fn evaluate(&self, formula: Formula, place: &Place) -> Result<Estimate, LimitError> {
        self.evaluate_graded(formula, place).map(|found| found.value)
    }

    /// The value that [`Program::evaluate`] gives, with what its bound means and the work that it took.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_graded(&self, formula: Formula, place: &Place) -> Result<Evaluated, LimitError> {
        let unit = self.unit(formula, place)?;
        let evaluation = Evaluation::new(self, place);
        let value = evaluation.formula(unit).map_err(|fault| *fault)?;
        Ok(Evaluated { value, why: evaluation.why(), work: evaluation.work() })
    }

    /// The value with an estimated bound, without a look for a proof: for wrong versions of a formula, which are many, and on some of which
    /// no proof comes to an end. Of several roots any may be taken.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn estimate(&self, formula: Formula, place: &Place) -> Result<Estimate, LimitError> {
        Evaluation::without_proofs(self, place).formula(self.unit(formula, place)?).map_err(|fault| *fault)
    }

    /// Whether a finer computation, at other places, confirms a value whose bound is estimated. A reason that no computation mends, such as
    /// a root that may not be the only one, is never confirmed.
    pub fn confirms(&self, formula: Formula, place: &Place, found: &Evaluated) -> bool {
        let Ok(unit) = self.unit(formula, place) else { return false };
        let evaluation = Evaluation::finer(self, place);
        let Ok(value) = evaluation.formula(unit) else { return false };
        let gap = (value.value - found.value.value).abs();
        evaluation.why().is_none_or(|why| why.may_be_confirmed) && gap <= value.abs_err + found.value.abs_err
    }

    fn unit(&self, formula: Formula, place: &Place) -> Result<&Unit, LimitError> {
        let missing = |what: &str| LimitError { message: format!("the claim has no {what}"), span: Span::default() };
        let unit = match formula {
            Formula::Limit => &self.limit,
            Formula::Alternative => self.alternative.as_ref().ok_or_else(|| missing("second form (`alt`)"))?,
            Formula::Growth => self.growth.as_ref().ok_or_else(|| missing("rate of growth (`growth`)"))?,
            Formula::Finite => self.finite.as_ref().ok_or_else(|| missing("finite-size formula (`finite`)"))?,
            Formula::Cost => self.cost.as_ref().ok_or_else(|| missing("formula of what a draw costs (`cost`)"))?,
            Formula::Special(n) => self.specials.get(n).ok_or_else(|| missing("such special case"))?,
        };
        if formula == Formula::Finite && place.size.is_none() {
            return Err(LimitError {
                message: "a finite-size formula needs a dimension and a width".to_string(),
                span: unit.code.span,
            });
        }
        Ok(unit)
    }

    /// The value of the limit for a picture. [`Program::evaluate`] computes an integral over a Gaussian pair by two rules and checks one by
    /// the other. This function uses one rule only. The value is good to many digits, but no reliable bound comes with it.
    ///
    /// # Errors
    /// As for [`Program::evaluate`].
    pub fn sketch(&self, place: &Place) -> Result<f64, LimitError> {
        let evaluation = Evaluation::sketch(self, place);
        evaluation.formula(&self.limit).map(|value| value.value).map_err(|fault| *fault)
    }

    /// Whether the claim's formula may have another value at a finite size, because it depends on `d`, `m`, `rho` or eigenvalues.
    pub fn depends_on_size(&self) -> bool {
        self.limit.reads.sized()
    }

    /// Whether every `require` condition holds at the place.
    ///
    /// # Errors
    /// A condition that the error bounds leave open, or a side of it that has no value.
    pub fn admits(&self, place: &Place) -> Result<bool, LimitError> {
        Ok(self.unmet(place)?.is_none())
    }

    /// The first of the claim's `require` conditions that does not hold at the place.
    ///
    /// # Errors
    /// As [`Program::admits`].
    pub fn unmet(&self, place: &Place) -> Result<Option<usize>, LimitError> {
        let evaluation = Evaluation::new(self, place);
        for (index, (test, slots)) in self.require.iter().enumerate() {
            if !evaluation.test(test, *slots).map_err(|fault| *fault)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Whether the claim states a finite-size expectation and its `when` condition holds at the place.
    ///
    /// # Errors
    /// As [`Program::admits`].
    pub fn finite_applies(&self, place: &Place) -> Result<bool, LimitError> {
        let evaluation = Evaluation::new(self, place);
        match (&self.finite, &self.finite_when) {
            (None, _) => Ok(false),
            (Some(_), None) => Ok(place.size.is_some()),
            (Some(_), Some((test, slots))) => {
                Ok(place.size.is_some() && evaluation.test(test, *slots).map_err(|fault| *fault)?)
            }
        }
    }
}
