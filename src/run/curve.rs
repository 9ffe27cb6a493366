//! A limit along a parameter, for pictures.

use super::RunError;
use super::plan::{Prepared, limit_error};
use crate::limit::{Formula, Place};
use crate::model::{Settings, Value};

/// The limit with the parameter at x. None where its domain or the hypotheses end, and where the formula has no finite value: a
/// curve illustrates and has a gap there, while a cell's own failure is an error.
pub fn limit_at(one: &Prepared, settings: &Settings, parameter: &str, x: f64) -> Result<Option<f64>, RunError> {
    let inside = one.claim.parameter(parameter).and_then(|parameter| parameter.domain);
    if inside.is_some_and(|domain| !domain.contains(x)) {
        return Ok(None);
    }
    let place = place(settings, parameter, x);
    let admitted = one.program.admits(&place);
    if !admitted.map_err(|error| limit_error(one.claim, Some(&place.settings), error))? {
        return Ok(None);
    }
    Ok(one.program.sketch(&place).ok().filter(|value| value.is_finite()))
}

/// Evaluations of integrands that one point costs, taken at x. That should be no point of the curve and no cell: what was evaluated
/// there is remembered and would seem cheap.
pub fn cost_at(one: &Prepared, settings: &Settings, parameter: &str, x: f64) -> u64 {
    let place = place(settings, parameter, x);
    one.program.evaluate_counted(Formula::Limit, &place).map_or(0, |(_, work)| work.integrands)
}

fn place(settings: &Settings, parameter: &str, x: f64) -> Place {
    let mut settings = settings.clone();
    settings.set(parameter, Value::Number(x));
    Place { settings, size: None }
}
