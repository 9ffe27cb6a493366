//! A claim's formula along a parameter, and simulated networks beside it where asked: the numbers of `sweep` and `plot`.

use super::RunError;
use super::no_value::{limit_error, reason};
use super::plan::{CellSize, Prepared, hypothesis};
use super::progress::{Progress, interrupted};
use super::records::{finite, settings_json};
use super::simulate::{collect, failure, simulate};
use super::store::Store;
use crate::claim::{Claim, Kind};
use crate::limit::{Formula, LimitError, Place};
use crate::model::Settings;
use crate::num::Estimate;
use crate::record::{SweepPoint, SweepRecord, SweepRow};
use rayon::prelude::*;

/// What to follow: every curve has the same values of the parameter, in order.
#[derive(Clone, Debug)]
pub struct Path {
    /// A number of the claim.
    pub along: String,
    /// Whether its values stand at equal ratios, for the drawing's axis.
    pub logarithmic: bool,
    /// The parameter that tells the curves apart.
    pub by: Option<String>,
    /// A curve each: the settings of its points.
    pub curves: Vec<Vec<Settings>>,
}

/// Networks to draw at the points of a path.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    /// `d`; the width is `rho*d`, rounded, at least 1.
    pub dim: usize,
    /// Networks at each point, at least 1.
    pub trials: u64,
    /// The seed of the networks, which share their weights between points of equal size.
    pub seed: u64,
    /// At every n-th point of each curve, from the first.
    pub every: usize,
}

/// Evaluates, and simulates, in parallel; the result does not depend on the number of threads. A point outside the claim's
/// hypotheses, or without a value, says so in its note.
///
/// # Errors
/// A claim that has no value without sizes, or none that networks at one point show; sizes that cannot be; no value at any
/// point; an interruption.
pub fn sweep(prepared: &Prepared, path: &Path, draws: Option<Draws>) -> Result<SweepRecord, RunError> {
    let claim = prepared.claim;
    check_kind(claim, draws)?;
    let points: Vec<&Settings> = path.curves.iter().flatten().collect();
    // A size that cannot be is found out before anything is computed.
    let sizes: Result<Vec<Option<CellSize>>, RunError> =
        points.iter().map(|settings| draws.map(|draws| size_at(prepared, settings, draws)).transpose()).collect();
    let mut sizes = sizes?;
    let formulas = evaluate(prepared, &points, &sizes)?;
    if formulas.iter().all(|point| point.value().is_none()) {
        let why = formulas.first().map_or("no point", |point| point.reason.as_str());
        return Err(RunError::Input(format!("claim `{}` has no value at any of the points: {why}", claim.id)));
    }
    let length = path.curves.first().map_or(1, Vec::len).max(1);
    for (index, size) in sizes.iter_mut().enumerate() {
        let point = &formulas[index];
        if point.outside
            || point.value.is_none()
            || draws.is_some_and(|draws| !(index % length).is_multiple_of(draws.every.max(1)))
        {
            *size = None;
        }
    }
    let mut store = Store::new(draws.map_or(0, |draws| draws.seed));
    simulate("simulating", sizes.iter().flatten(), &mut store)?;
    let rows: Result<Vec<SweepRow>, RunError> = points
        .par_iter()
        .zip(&formulas)
        .zip(&sizes)
        .map(|((settings, point), size)| {
            let mut why = point.reason.clone();
            let simulated = match size.as_ref().map(|size| observed(prepared, settings, size, &store)).transpose() {
                Ok(simulated) => simulated,
                Err(error) => {
                    why = reason(error)?;
                    None
                }
            };
            let value = point.value();
            Ok(SweepRow {
                set: settings_json(settings),
                at: settings.number(&path.along).unwrap_or(f64::NAN),
                curve: path.by.iter().filter_map(|by| settings.get(by)).map(|value| value.to_string()).collect(),
                value: value.map(|value| value.value),
                abs_err: value.map(|value| value.abs_err),
                simulated,
                outside: point.outside,
                reason: why,
            })
        })
        .collect();
    Ok(SweepRecord {
        claim: claim.id.clone(),
        title: claim.title.clone(),
        kind: claim.kind.to_string(),
        observable: claim.observable.as_ref().map_or(String::new(), |observable| observable.name().replace('-', " ")),
        along: path.along.clone(),
        logarithmic: path.logarithmic,
        by: path.by.clone(),
        rows: rows?,
    })
}

/// Whether the formula is one in d and m, which has no value at infinite size.
fn is_of_finite_size(claim: &Claim) -> bool {
    matches!(claim.kind, Kind::Moment | Kind::Rate)
}

fn check_kind(claim: &Claim, draws: Option<Draws>) -> Result<(), RunError> {
    let (id, kind) = (&claim.id, claim.kind);
    let fault = |message: &str| Err(RunError::Input(format!("claim `{id}` is of kind `{kind}`: {message}")));
    match draws {
        None if is_of_finite_size(claim) => fault("a formula in d and m; say at which size, as in --dim 64"),
        Some(_) if claim.kind == Kind::Diverges => {
            fault("its formula is a slope, which networks at one point do not show; leave --dim out")
        }
        Some(draws) if draws.trials == 0 => {
            Err(RunError::Input("--trials 0: at least one network is needed".to_string()))
        }
        _ => Ok(()),
    }
}

fn size_at(prepared: &Prepared, settings: &Settings, draws: Draws) -> Result<CellSize, RunError> {
    prepared.size(settings, prepared.claim.sizes.at(draws.dim, settings), draws.trials)
}

/// What the formula says at a point.
struct Point {
    value: Option<Estimate>,
    /// Its hypotheses do not hold there.
    outside: bool,
    /// Why it has no value, or none that counts.
    reason: String,
}

impl Point {
    /// Outside its hypotheses a formula's number means nothing, but that it is infinite is a statement.
    fn value(&self) -> Option<Estimate> {
        self.value.filter(|value| !self.outside || value.value.is_infinite())
    }
}

/// A unit of work on the progress bar: one evaluation.
const ONE: f64 = 1e6;

fn evaluate(prepared: &Prepared, points: &[&Settings], sizes: &[Option<CellSize>]) -> Result<Vec<Point>, RunError> {
    let progress = Progress::start("evaluating", points.len() as f64 * ONE);
    let at = |settings: &Settings, size: &Option<CellSize>| {
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        let point = point(prepared, settings, size.as_ref().filter(|_| is_of_finite_size(prepared.claim)));
        progress.advance(ONE);
        Ok(point)
    };
    let found = points.par_iter().zip(sizes).map(|(settings, size)| at(settings, size)).collect();
    progress.finish();
    found
}

fn point(prepared: &Prepared, settings: &Settings, size: Option<&CellSize>) -> Point {
    let place = match size {
        Some(size) => size.place(settings),
        None => Place { settings: settings.clone(), size: None },
    };
    let value = prepared.program.evaluate(Formula::Limit, &place);
    let none = |error: &LimitError| match reason(limit_error(prepared.claim, Some(&place), error.clone())) {
        Ok(reason) => reason,
        Err(other) => other.to_string(),
    };
    let (outside, reason) = match (&prepared.program.unmet(&place), &value) {
        (Ok(Some(index)), _) => (true, hypothesis(prepared.claim, *index).trim().to_string()),
        (Err(error), _) | (Ok(None), Err(error)) => (false, none(error)),
        (Ok(None), Ok(_)) => (false, String::new()),
    };
    Point { value: value.ok(), outside, reason }
}

fn observed(prepared: &Prepared, settings: &Settings, size: &CellSize, store: &Store) -> Result<SweepPoint, RunError> {
    let claim = prepared.claim;
    let place = size.place(settings);
    let here = prepared.program.evaluate(Formula::Limit, &place);
    let here = here.map_err(|error| limit_error(claim, Some(&place), error))?;
    let (dim, width) = (size.sizes.first(), size.sizes.second());
    let found = collect(size, claim, store).ok_or_else(|| {
        let name = size.network.simulator.name();
        let other = format!("claim `{}`: simulator `{name}` does not show what it is about", claim.id);
        failure(size, store).unwrap_or(RunError::Input(other))
    })?;
    let moments = found.map(|found| found.moments);
    Ok(SweepPoint {
        dim,
        width,
        trials: size.replicates,
        mean: moments.map_or(f64::INFINITY, |moments| moments.mean),
        std_error: moments.filter(|moments| moments.count > 1).and_then(|moments| finite(moments.standard_error())),
        value: here.value,
        abs_err: here.abs_err,
    })
}
