//! The value of a claim's formula for somebody who asks for it, refused where it would not be what the claim says.

use super::RunError;
use super::no_value::{limit_error, why_in_words};
use super::plan::{Prepared, hypothesis};
use super::progress::interrupted;
use crate::claim::Kind;
use crate::limit::{Evaluated, FiniteSize, Formula, Place};
use crate::model::Settings;
use crate::num::Estimate;
use rayon::prelude::*;

/// A value, and what its bound means.
#[derive(Clone, Debug, PartialEq)]
pub struct Graded {
    /// The value with its bound.
    pub value: Estimate,
    /// None: the bound is proved. Else why it is an estimate, with the line of the claim file.
    pub why: Option<String>,
}

/// Why there is no value to be had.
#[derive(Debug)]
pub enum Refusal {
    /// The formula is one in d and m, and no size is given.
    NeedsSize,
    /// A hypothesis of the claim does not hold: its line in the claim file.
    Outside(String),
    /// The formula has no value there.
    NoValue(Box<RunError>),
}

/// What the claim says at these settings, at a finite size if one is given.
///
/// # Errors
/// See [`Refusal`].
pub fn value(prepared: &Prepared, settings: &Settings, size: Option<FiniteSize>) -> Result<Graded, Refusal> {
    let claim = prepared.claim;
    let of_size = matches!(claim.kind, Kind::Moment | Kind::Rate);
    if size.is_none() && of_size && prepared.program.depends_on_size() {
        return Err(Refusal::NeedsSize);
    }
    let place = Place { settings: settings.clone(), size };
    let fault = |error| Refusal::NoValue(Box::new(limit_error(claim, Some(&place), error)));
    let found = prepared.program.evaluate_graded(Formula::Limit, &place);
    let unmet = prepared.program.unmet(&place).map_err(fault)?;
    // Outside its hypotheses a formula may have no value at all; an infinite one is a statement.
    let infinite = found.as_ref().is_ok_and(|found| found.value.value.is_infinite());
    if let Some(index) = unmet.filter(|_| !infinite) {
        return Err(Refusal::Outside(hypothesis(claim, index).to_string()));
    }
    let Evaluated { value, why, .. } = found.map_err(fault)?;
    Ok(Graded { value, why: why.map(|why| why_in_words(claim, &why)) })
}

/// Likewise at many settings, in their order and in parallel; the result does not depend on the number of threads.
pub fn values(prepared: &Prepared, settings: &[Settings]) -> Vec<Result<Graded, Refusal>> {
    let one = |settings: &Settings| match interrupted() {
        true => Err(Refusal::NoValue(Box::new(RunError::Interrupted))),
        false => value(prepared, settings, None),
    };
    settings.par_iter().map(one).collect()
}
