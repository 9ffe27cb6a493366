//! The questions that may be asked: limits, draws, verdicts. Each works on threads of its own, with the GIL released.

use crate::claim::Claim;
use crate::error::raised;
use crate::watched::{Door, watched};
use limitcheck::report;
use limitcheck::{Budget, CheckOptions, Curve, Error, Limit, RunRecord, Setting, Tolerance};
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde::Serialize;
use std::path::PathBuf;

/// A number or a text.
#[derive(FromPyObject)]
pub enum Given {
    Number(f64),
    Text(String),
}

type Point = Vec<(String, Given)>;

fn point(claim: &limitcheck::Claim, given: &Point) -> Result<limitcheck::Point, Error> {
    claim.at(given.iter().map(|(name, value)| {
        let value = match value {
            Given::Number(number) => Setting::from(*number),
            Given::Text(text) => Setting::from(text.as_str()),
        };
        (name.as_str(), value)
    }))
}

/// Values, bounds, why each bound is an estimate (None: it is proved), and what has no value.
type Limits<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>, Vec<Option<String>>, Vec<(usize, Py<PyAny>)>);

/// The limit at each point, at infinite size or at one size. What has no value is NaN, with its exception.
#[pyfunction]
pub fn limits<'py>(
    py: Python<'py>,
    claim: Claim,
    points: Vec<Point>,
    size: Option<(usize, usize)>,
) -> PyResult<Limits<'py>> {
    // One point has work for one thread.
    let threads = usize::from(points.len() == 1);
    let found = watched(py, threads, None, None, move |_| {
        let points: Result<Vec<limitcheck::Point>, Error> = points.iter().map(|given| point(&claim.0, given)).collect();
        let points = points?;
        match size {
            _ if points.is_empty() => Ok(Vec::new()),
            None => Curve::through(points)?.try_limits(),
            Some((dim, width)) => Ok(points.iter().map(|point| point.limit_at(dim, width)).collect()),
        }
    })?;
    let (mut values, mut errors, mut why, mut failed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, limit) in found.into_iter().enumerate() {
        let limit: Limit = match limit {
            Ok(limit) => limit,
            Err(error) => {
                values.push(f64::NAN);
                errors.push(f64::NAN);
                why.push(Some(error.to_string()));
                failed.push((index, raised(py, error).into_value(py).into_any()));
                continue;
            }
        };
        values.push(limit.value);
        errors.push(limit.abs_err);
        why.push(limit.why);
    }
    Ok((PyArray1::from_vec(py, values), PyArray1::from_vec(py, errors), why, failed))
}

/// Who draws: a name that tells its draws from others, and what is called with each block.
type Server<'py> = Option<(String, Bound<'py, PyAny>)>;

fn simulated(claims: &[Claim], name: Option<&str>, door: &Door) -> Result<Vec<limitcheck::Claim>, Error> {
    let one = |claim: &Claim| match name {
        Some(name) if claim.0.simulator() == Some("given") => door.simulate(&claim.0, name),
        _ => Ok(claim.0.clone()),
    };
    claims.iter().map(one).collect()
}

/// What the claim observes of `trials` draws of one size.
#[pyfunction]
#[pyo3(signature = (claim, given, sizes, trials, seed, threads, server))]
#[allow(clippy::too_many_arguments)]
pub fn simulate<'py>(
    py: Python<'py>,
    claim: Claim,
    given: Point,
    sizes: (usize, Option<usize>),
    trials: u64,
    seed: u64,
    threads: usize,
    server: Server<'py>,
) -> PyResult<(Bound<'py, PyArray1<f64>>, usize)> {
    let (name, serve) = server.unzip();
    let drawn = watched(py, threads, serve.as_ref(), None, move |door| {
        let claim = simulated(&[claim], name.as_deref(), door)?.remove(0);
        let point = point(&claim, &given)?;
        match sizes {
            (dim, Some(width)) => point.simulate_at(dim, width, trials, seed),
            (dim, None) => point.simulate(dim, trials, seed),
        }
    })?;
    Ok((PyArray1::from_vec(py, drawn.values()), drawn.width))
}

/// What claims are judged by.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Terms {
    budget: String,
    seed: u64,
    level: Option<f64>,
    margin: Option<String>,
    results: Option<PathBuf>,
    threads: usize,
}

impl Terms {
    fn options(self) -> PyResult<(CheckOptions, usize)> {
        let known = Budget::ALL.into_iter().find(|known| known.name() == self.budget);
        let unknown = || PyValueError::new_err(format!("budget {:?}: quick, standard or thorough", self.budget));
        let mut options = CheckOptions::new(known.ok_or_else(unknown)?).seed(self.seed);
        options.level = self.level;
        let margin = self.margin.map(|margin| margin.parse::<Tolerance>()).transpose();
        options.margin = margin.map_err(|why| PyValueError::new_err(format!("margin: {why}")))?;
        options.results = self.results;
        Ok((options, self.threads))
    }
}

/// The record of `check --json`.
#[pyfunction]
pub fn check<'py>(
    py: Python<'py>,
    claims: Vec<Claim>,
    terms: Terms,
    server: Server<'py>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<String> {
    let (options, threads) = terms.options()?;
    let (name, serve) = server.unzip();
    let record = watched(py, threads, serve.as_ref(), progress.as_ref(), move |door| {
        limitcheck::check(&simulated(&claims, name.as_deref(), door)?, &options)
    })?;
    text(&record)
}

/// The record of `explore --json`.
#[pyfunction]
pub fn explore<'py>(
    py: Python<'py>,
    claims: Vec<Claim>,
    points: usize,
    terms: Terms,
    server: Server<'py>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<String> {
    let (options, threads) = terms.options()?;
    let (name, serve) = server.unzip();
    let record = watched(py, threads, serve.as_ref(), progress.as_ref(), move |door| {
        limitcheck::explore(&simulated(&claims, name.as_deref(), door)?, points, &options)
    })?;
    text(&record)
}

fn text(record: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(record).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn run(record: &str) -> PyResult<RunRecord> {
    serde_json::from_str(record).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The verdicts of a record of `check`, as the command line prints them.
#[pyfunction]
pub fn table(record: &str) -> PyResult<String> {
    Ok(report::verdict_table(&run(record)?, None))
}

/// The gaps of a record of `check` against the size, as SVG. `claims` are ids with their titles and kinds.
#[pyfunction]
pub fn figures(record: &str, claims: Vec<(String, String, String)>) -> PyResult<Vec<String>> {
    let run = run(record)?;
    Ok(claims.iter().flat_map(|(id, title, kind)| report::gap_figures(&run, id, title, kind)).collect())
}
