//! From a claim and a place to an [`Estimate`]: formulas compiled once, evaluated many times, with error bounds.
//!
//! `analysis`, `constants`, `measures` and `compile` turn expression trees into `code`; `evaluate` runs it by ball arithmetic; `expectation`,
//! `normal_pair`, `eigenvalues` and `series` do the sums and integrals, `linear` solves systems, `moments` the Gaussian moments of activations. Measures given by a
//! Stieltjes transform: `contour` integrates, `complex` runs the code at complex arguments, `continuation` follows roots there by `newton`. `lanes` runs the code at many
//! places at once, for all of these.
//!
//! May import `claim`, `symbolic`, `model`, `num`. Never `sim`: the two check each other.

mod activation;
mod analysis;
mod closed_forms;
mod code;
mod compile;
mod complex;
mod constants;
mod continuation;
mod contour;
mod contour_shape;
mod eigenvalues;
mod evaluate;
mod expectation;
mod lanes;
mod linear;
mod measures;
pub mod moments;
mod newton;
mod normal_pair;
mod series;

use crate::claim::Claim;
use crate::model::{Activation, Settings};
use crate::num::Estimate;
use crate::symbolic::linear::in_order;
use crate::symbolic::{Node, Span};
use code::{LinearSystem, Stieltjes, Test, Unit};
use evaluate::Evaluation;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a formula is evaluated.
#[derive(Clone, Debug)]
pub struct Place {
    /// Values of the claim's parameters; what is not set has its default.
    pub settings: Settings,
    /// Finite size in use: then `rho` is m/d, the spectra are the pairs, and `d`, `m` are defined. `None`: the limiting laws.
    pub size: Option<FiniteSize>,
}

/// A dimension, a width, and the (B, d Gamma) eigenvalue pairs in use there.
#[derive(Clone, Debug)]
pub struct FiniteSize {
    /// `d`, at least 1.
    pub dim: usize,
    /// `m`, at least 1.
    pub width: usize,
    /// One for each dimension: (eigenvalue of B before normalisation, eigenvalue of d Gamma).
    pub pairs: Arc<[(f64, f64)]>,
}

/// Which formula of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// The claim's `limit`.
    Limit,
    /// Its `alt`, the second form.
    Alternative,
    /// What a diverging observable grows like.
    Growth,
    /// The exact finite-size expectation; needs [`Place::size`].
    Finite,
    /// The stated value of the n-th special case.
    Special(usize),
}

/// A claim's formulas, ready to evaluate.
pub struct Program {
    /// Every parameter at its default, for what a place leaves open.
    defaults: Settings,
    /// Names of numeric parameters, and of what only the shared definitions know.
    parameters: Vec<String>,
    values: Vec<Unit>,
    functions: Vec<Unit>,
    measures: Vec<Stieltjes>,
    systems: Vec<LinearSystem>,
    /// Definitions without arguments, by name, the last of a name first.
    definitions: Vec<(String, usize)>,
    limit: Unit,
    alternative: Option<Unit>,
    growth: Option<Unit>,
    finite: Option<Unit>,
    finite_when: Option<(Test, usize)>,
    specials: Vec<Unit>,
    require: Vec<(Test, usize)>,
    /// Gaussian moments of the activations met so far: they depend on nothing else, and a quadrature is dear.
    moments: Mutex<Vec<(Activation, MomentKey, Estimate)>>,
    /// Definitions with integrals, roots or series that do not depend on the size, met so far: by number and the settings that they
    /// depend on.
    fixed: Mutex<Vec<(usize, Settings, Estimate)>>,
}

/// `E s^(i) s^(j)`, `lambda(k)`, or `lambda(k)/sqrt(k!)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MomentKey {
    Hermite(u32),
    Normalised(u32),
    Second(u32, u32),
}

/// Why a formula has no value at a place: says which operation, where in the claim file, and what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct LimitError {
    /// What has no value and why, in one line.
    pub message: String,
    /// Place in the claim's text (of the name that led there, if the fault is in the shared definitions).
    pub span: Span,
}

/// What an evaluation cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Roots solved; equal ones are solved once.
    pub roots: u64,
    /// Evaluations of integrands and summands.
    pub integrands: u64,
}

impl Program {
    /// Resolves every name of the claim's formulas, conditions and definitions.
    ///
    /// # Errors
    /// A name or form that no evaluation could resolve; most of these the claim's reader has found before.
    pub fn compile(claim: &Claim) -> Result<Program, LimitError> {
        let definitions =
            in_order(&claim.definitions).map_err(|fault| LimitError { message: fault.message, span: fault.span })?;
        let mut compiler = compile::Compiler::new(claim, &definitions)?;
        let limit = compiler.formula(&claim.limit)?;
        let alternative = claim.alternative.as_ref().map(|f| compiler.formula(f)).transpose()?;
        let growth = claim.growth.as_ref().map(|f| compiler.formula(f)).transpose()?;
        let finite = claim.finite.as_ref().map(|f| compiler.formula(&f.formula)).transpose()?;
        let when = claim.finite.as_ref().and_then(|f| f.when.as_ref());
        let finite_when = when.map(|c| compiler.condition(c)).transpose()?;
        let specials = claim.specials.iter().map(|s| compiler.formula(&s.value)).collect::<Result<_, _>>()?;
        let require = claim.require.iter().map(|c| compiler.condition(c)).collect::<Result<_, _>>()?;
        let mut named = vec![];
        for (index, definition) in definitions.iter().enumerate().rev() {
            let number = !matches!(definition.body.node, Node::Measure { .. } | Node::Linear { .. });
            if definition.arguments.is_empty() && number {
                named.push((definition.name.clone(), compiler.definition(index)?));
            }
        }
        let compile::Compiler { parameters, values, functions, measures, systems, .. } = compiler;
        Ok(Program {
            defaults: claim.defaults(),
            parameters,
            values,
            functions,
            measures,
            systems,
            definitions: named,
            limit,
            alternative,
            growth,
            finite,
            finite_when,
            specials,
            require,
            moments: Mutex::default(),
            fixed: Mutex::default(),
        })
    }

    /// Takes over what `other` has evaluated so far, of definitions that are the same in both: `other` is compiled from the same claim
    /// with changes, and `changed` names the definitions that these reach, directly or through others.
    pub fn inherit(&self, other: &Program, changed: &BTreeSet<String>) {
        let lock = |program: &Program| program.fixed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let same = |name: &str| {
            // A name that is defined twice could be either.
            let mut found = self.values.iter().enumerate().filter(|(_, unit)| unit.name.as_deref() == Some(name));
            found.next().filter(|_| found.next().is_none()).map(|(index, _)| index)
        };
        let taken = lock(other).into_iter().filter_map(|(index, settings, value)| {
            let name = other.values[index].name.as_deref()?;
            if changed.contains(name) { None } else { Some((same(name)?, settings, value)) }
        });
        let taken: Vec<(usize, Settings, Estimate)> = taken.collect();
        self.fixed.lock().unwrap_or_else(PoisonError::into_inner).extend(taken);
        let moments = other.moments.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.moments.lock().unwrap_or_else(PoisonError::into_inner).extend(moments);
    }

    /// The formula's value with a bound on its error; may be infinite (exactly) where the theory says so.
    ///
    /// # Errors
    /// The claim has no such formula; an operation out of its domain; a condition that the error bounds leave open; an
    /// integral, a root, a series or a system whose value cannot be bounded.
    pub fn evaluate(&self, formula: Formula, place: &Place) -> Result<Estimate, LimitError> {
        self.evaluate_counted(formula, place).map(|(value, _)| value)
    }

    /// [`Program::evaluate`], with what it cost.
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn evaluate_counted(&self, formula: Formula, place: &Place) -> Result<(Estimate, Work), LimitError> {
        let missing = |what: &str| LimitError { message: format!("the claim has no {what}"), span: Span::default() };
        let unit = match formula {
            Formula::Limit => &self.limit,
            Formula::Alternative => self.alternative.as_ref().ok_or_else(|| missing("second form (`alt`)"))?,
            Formula::Growth => self.growth.as_ref().ok_or_else(|| missing("rate of growth (`growth`)"))?,
            Formula::Finite => self.finite.as_ref().ok_or_else(|| missing("finite-size formula (`finite`)"))?,
            Formula::Special(n) => self.specials.get(n).ok_or_else(|| missing("such special case"))?,
        };
        if formula == Formula::Finite && place.size.is_none() {
            return Err(LimitError {
                message: "a finite-size formula needs a dimension and a width".to_string(),
                span: unit.code.span,
            });
        }
        let evaluation = Evaluation::new(self, place);
        let value = evaluation.formula(unit).map_err(|fault| *fault)?;
        Ok((value, evaluation.work.get()))
    }

    /// The value of the limit for a picture: where [`Program::evaluate`] takes an integral over a Gaussian pair by two rules, and checks
    /// one by the other, this takes it by one. Good to many digits, without a bound that could be relied on.
    ///
    /// # Errors
    /// As for [`Program::evaluate`].
    pub fn sketch(&self, place: &Place) -> Result<f64, LimitError> {
        let evaluation = Evaluation::sketch(self, place);
        evaluation.formula(&self.limit).map(|value| value.value).map_err(|fault| *fault)
    }

    /// Whether the claim's formula has other values at a finite size: it speaks of `d`, `m` or `rho`, or of eigenvalues.
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
            if !evaluation.test(test, &mut vec![Estimate::ZERO; *slots]).map_err(|fault| *fault)? {
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
            (Some(_), Some((test, slots))) => Ok(place.size.is_some()
                && evaluation.test(test, &mut vec![Estimate::ZERO; *slots]).map_err(|fault| *fault)?),
        }
    }

    /// The value of a definition without arguments, for reports.
    ///
    /// # Errors
    /// No such definition, or as [`Program::evaluate`].
    pub fn definition(&self, name: &str, place: &Place) -> Result<Estimate, LimitError> {
        let Some((_, unit)) = self.definitions.iter().find(|(known, _)| known == name) else {
            let known = self.definitions.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
            let hint = crate::model::names::hint(name, known);
            return Err(LimitError { message: format!("no definition `{name}` ({hint})"), span: Span::default() });
        };
        Evaluation::new(self, place).formula(&self.values[*unit]).map_err(|fault| *fault)
    }
}
