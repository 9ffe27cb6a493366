//! A limit along a parameter, for pictures.

use super::plan::Prepared;
use crate::limit::{Formula, Place};
use crate::model::{Settings, Value};

/// The limit with the parameter at x. None where its domain or the hypotheses end, and where the formula has no finite value: a
/// curve illustrates and has a gap there, while a cell says that it has no value.
pub fn limit_at(one: &Prepared, settings: &Settings, parameter: &str, x: f64) -> Option<f64> {
    let inside = one.claim.parameter(parameter).and_then(|parameter| parameter.domain);
    if inside.is_some_and(|domain| !domain.contains(x)) {
        return None;
    }
    let place = place(settings, parameter, x);
    if !one.program.admits(&place).unwrap_or(false) {
        return None;
    }
    one.program.sketch(&place).ok().filter(|value| value.is_finite())
}

/// Evaluations of integrands that one point costs, taken at x. That should be no point of the curve and no cell: what was evaluated
/// there is remembered and would seem cheap.
pub fn cost_at(one: &Prepared, settings: &Settings, parameter: &str, x: f64) -> u64 {
    let place = place(settings, parameter, x);
    one.program.evaluate_graded(Formula::Limit, &place).map_or(0, |found| found.work.integrands)
}

fn place(settings: &Settings, parameter: &str, x: f64) -> Place {
    let mut settings = settings.clone();
    settings.set(parameter, Value::Number(x));
    Place { settings, size: None }
}
