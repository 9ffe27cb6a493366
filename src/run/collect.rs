//! Collects everything that the report draws: verdicts, curves of the limit, simulations beside them, experiments, the atlas.

use super::RunError;
use super::atlas;
use super::check::check_plan;
use super::curve::{cost_at, limit_at};
use super::mutants::{MutantRecord, MutantsRecord, score_plan};
use super::no_value::{limit_error, reason};
use super::plan::{Cell, CellSize, Plan, Prepared};
use super::progress::interrupted;
use super::records::extrapolated_at;
use super::simulate::{collect, failure, simulate};
use super::store::Store;
use crate::claim::atlas::Figure;
use crate::claim::{self, Claim, Kind};
use crate::limit::Formula;
use crate::model::{Settings, Sizes, Value};
use crate::record::{
    CellRecord, ClaimRecord, CurveRecord, ExperimentRecord, ExperimentRow, MutantCounts, ReportData, RunRecord, Subject,
};
use crate::symbolic::Layout;
use crate::verdict::Terms;
use rayon::prelude::*;

/// Points of a limit curve, and fewest of one that is dear.
const CURVE_POINTS: usize = 48;
const FEWEST_CURVE_POINTS: usize = 20;
/// Evaluations of integrands that a curve may cost beyond its fewest points.
const CURVE_WORK: u64 = 4_000_000;

/// Simulates what is missing (or fails on it, if not allowed to), judges, and gathers the rest.
///
/// # Errors
/// As [`check`](super::check::check); a figure that does not suit its claims; a missing block where nothing may be simulated.
pub fn report_data(
    prepared: &[Prepared],
    figures: &[Figure],
    terms: impl Into<Terms>,
    store: &mut Store,
    may_simulate: bool,
    command: String,
) -> Result<ReportData, RunError> {
    let terms = terms.into();
    let (plan, run) = check_plan(prepared, terms, store, may_simulate)?;
    let experiments: Vec<Vec<Vec<Width>>> = prepared.iter().map(experiment_sizes).collect();
    if may_simulate {
        simulate("experiments", experiments.iter().flatten().flatten().flatten(), store)?;
    }
    let claims: Result<Vec<ClaimRecord>, RunError> = prepared
        .par_iter()
        .zip(&experiments)
        .map(|(one, sizes)| claim_record(one, &plan, sizes, store, &run))
        .collect();
    let atlas = atlas::pictures(figures, prepared, &plan, &run, store, may_simulate)?;
    let version = format!("limitcheck {}", env!("CARGO_PKG_VERSION"));
    let mut data = ReportData { run, command, version, claims: claims?, atlas, interactive: false };
    add_mutants(&mut data, &score_plan(&plan, prepared, terms.budget, store)?);
    Ok(data)
}

/// What a report draws besides the cells of the plan: experiments, and points of figures. Of a plan that nothing was drawn for, some are cells'
/// pilots.
pub(super) fn further_sizes(prepared: &[Prepared], figures: &[Figure], plan: &Plan) -> Result<Vec<CellSize>, RunError> {
    let mut sizes: Vec<CellSize> = prepared.iter().flat_map(experiment_sizes).flatten().flatten().collect();
    sizes.extend(atlas::sizes(figures, prepared, plan)?);
    Ok(sizes)
}

/// The size of one width of an experiment, or why there cannot be one.
type Width = Result<CellSize, RunError>;

fn experiment_sizes(prepared: &Prepared) -> Vec<Vec<Width>> {
    let sizes = |experiment: &claim::Experiment| {
        let one = |width: &usize| {
            let sizes = Sizes::network(experiment.dim, *width);
            prepared.size(&experiment.settings, sizes, experiment.trials)
        };
        experiment.widths.iter().map(one).collect()
    };
    prepared.claim.experiments.iter().map(sizes).collect()
}

fn claim_record(
    prepared: &Prepared,
    plan: &Plan,
    experiments: &[Vec<Width>],
    store: &Store,
    run: &RunRecord,
) -> Result<ClaimRecord, RunError> {
    let claim = prepared.claim;
    let statement = claim::sync::statement(claim);
    let cells: Vec<&Cell> = plan.cells.iter().filter(|cell| cell.prepared.claim.id == claim.id).collect();
    let mut analysis = claim.analysis.clone();
    let remarks = analysis.len();
    analysis.extend(formula_checks(claim, run));
    let mut experiments_done = Vec::new();
    for (experiment, sizes) in claim.experiments.iter().zip(experiments) {
        let (record, lacking) = measured(prepared, experiment, sizes, store)?;
        // One without a row is no table; the lines say why.
        experiments_done.extend(Some(record).filter(|record| !record.rows.is_empty()));
        analysis.extend(lacking);
    }
    Ok(ClaimRecord {
        id: claim.id.clone(),
        title: claim.title.clone(),
        kind: claim.kind.to_string(),
        status: claim.status.to_string(),
        source: claim.source.clone(),
        grows: claim.grows.clone(),
        breaks: claim.breaks.as_ref().map(|breaks| [breaks.claim.clone(), breaks.hypothesis.clone()]),
        why: why(&claim.text.text),
        statement: statement.limit.latex(),
        definitions: statement.definitions.iter().map(Layout::latex).collect(),
        hypotheses: statement.hypotheses.iter().map(Layout::latex).collect(),
        parameters: claim.parameters.iter().map(parameter_row).collect(),
        observable: claim.observable.as_ref().map_or(String::new(), |observable| observable.name().replace('-', " ")),
        bias: claim.bias.in_size(claim.sizes.grows()),
        analysis,
        remarks,
        path: claim.text.path.clone(),
        curve_axis: if curve_axis(claim) == "rho" { "m/d" } else { curve_axis(claim) }.to_string(),
        curves: curves(prepared, &cells, store, run)?,
        experiments: experiments_done,
        mutants: None,
    })
}

/// The prose of a claim file between its heading and its statement.
fn why(text: &str) -> String {
    let ends = ["<!-- statement -->", "```", "~~~"].into_iter().filter_map(|mark| text.find(mark));
    let prose = &text[..ends.min().unwrap_or(text.len())];
    let lines: Vec<&str> = prose.lines().skip_while(|line| line.trim().is_empty() || line.starts_with("# ")).collect();
    lines.join("\n").trim().to_string()
}

fn parameter_row(parameter: &claim::Parameter) -> [String; 3] {
    let domain = parameter.domain.map(|d| d.to_string()).unwrap_or_default();
    [parameter.name.clone(), parameter.default.to_string(), domain]
}

/// Puts what became of the claims' wrong versions into the report.
fn add_mutants(data: &mut ReportData, mutants: &MutantsRecord) {
    for claim in &mut data.claims {
        let Some(found) = mutants.claims.iter().find(|one| one.claim == claim.id) else { continue };
        let survivor = |one: &MutantRecord| (one.formula.clone(), one.operator.clone(), one.margins);
        claim.mutants = Some(MutantCounts {
            budget: mutants.budget.clone(),
            seed: mutants.seed,
            counts: found.counts,
            survivors: found.survivors.iter().map(survivor).collect(),
            notes: found.notes.clone(),
        });
    }
}

/// What was checked of the formula by itself, before any simulation.
fn formula_checks(claim: &Claim, run: &RunRecord) -> Vec<String> {
    let failed = |what: Subject| run.cells.iter().filter(|c| c.claim == claim.id && c.subject == what).count();
    let mut lines = Vec::new();
    if !claim.specials.is_empty() {
        let (all, bad) = (claim.specials.len(), failed(Subject::SpecialCase));
        lines.push(format!(
            "Checked without simulation: {} of {all} stated special values are met within the error bounds.",
            all - bad
        ));
    }
    if claim.alternative.is_some() {
        // A cell without a value has no second form to agree with.
        let by_itself = |c: &&CellRecord| c.subject == Subject::GridPoint;
        let cells = run.cells.iter().filter(|c| c.claim == claim.id && c.has_no_value());
        let (all, bad) = (claim.grid.len(), failed(Subject::SecondForm) + cells.filter(by_itself).count());
        lines
            .push(format!("Checked without simulation: the second form agrees at {} of {all} grid points.", all - bad));
    }
    lines
}

/// Settings that differ from the claim's defaults, leaving out `except`.
fn label(claim: &Claim, settings: &Settings, except: &str) -> String {
    let default = |name: &str| claim.parameters.iter().find(|p| p.name == name).map(|p| &p.default);
    let parts: Vec<String> = settings
        .iter()
        .filter(|(name, value)| *name != except && default(name) != Some(value))
        .map(|(name, value)| match value {
            Value::Number(_) => format!("{name} = {value}"),
            _ => format!("{name} {value}"),
        })
        .collect();
    if parts.is_empty() { "defaults".to_string() } else { parts.join(", ") }
}

/// Parameters along which a reader wants to see a limit rather than along the width.
const AXES: [&str; 3] = ["time", "decay", "theta"];

/// The parameter along which the claim's curves run.
fn curve_axis(claim: &Claim) -> &'static str {
    AXES.into_iter().find(|name| claim.parameter(name).is_some()).unwrap_or("rho")
}

/// One curve along that parameter per combination of the other settings on the grid, with the largest simulated size as points.
fn curves(prepared: &Prepared, cells: &[&Cell], store: &Store, run: &RunRecord) -> Result<Vec<CurveRecord>, RunError> {
    let claim = prepared.claim;
    let axis = curve_axis(claim);
    if claim.kind != Kind::Limit || claim.parameter(axis).is_none() {
        return Ok(Vec::new());
    }
    let mut groups: Vec<(String, Vec<&Cell>)> = Vec::new();
    for cell in cells {
        let label = label(claim, &cell.settings, axis);
        match groups.iter_mut().find(|(other, _)| *other == label) {
            Some((_, group)) => group.push(cell),
            None => groups.push((label, vec![cell])),
        }
    }
    let largest = cells.iter().filter_map(|c| c.settings.number(axis)).fold(1.0, f64::max);
    let curve = |(label, group): (String, Vec<&Cell>)| {
        let mut limit = Vec::new();
        let settings = &group[0].settings;
        let work = cost_at(prepared, settings, axis, 0.61 * largest);
        let affordable = (CURVE_WORK / work.max(1)).min(CURVE_POINTS as u64) as usize;
        let points = affordable.max(FEWEST_CURVE_POINTS);
        for step in 0..points {
            if interrupted() {
                return Err(RunError::Interrupted);
            }
            let share = (step as f64 + 0.5) / points as f64;
            // Along time most happens early.
            let x = 1.25 * largest * if axis == "time" { share.powi(3) } else { share };
            limit.extend(limit_at(prepared, settings, axis, x).map(|value| (x, value)));
        }
        let mut points = Vec::new();
        let mut points_dim = 0;
        let mut extrapolated = Vec::new();
        for cell in group {
            let x = cell.settings.number(axis);
            let judged = extrapolated_at(run, &claim.id, &cell.settings);
            extrapolated.extend(x.zip(judged).map(|(x, [value, low, high])| [x, value, low, high]));
            let Some(size) = cell.sizes.last() else { continue };
            if let Some(Some(observed)) = collect(size, claim, store) {
                let moments = observed.moments;
                let ratio = size.sizes.second() as f64 / size.sizes.first() as f64;
                let x = if axis == "rho" { Some(ratio) } else { cell.settings.number(axis) };
                points.extend(x.map(|x| (x, moments.mean, moments.standard_error())));
                points_dim = size.sizes.first();
            }
        }
        Ok(CurveRecord { label, limit, points, points_dim, extrapolated })
    };
    groups.into_par_iter().map(curve).collect()
}

/// Points of the limit beside an experiment.
const EXPERIMENT_POINTS: usize = 60;

/// The limit along the widths of an experiment, as far as it can be had without sizes.
fn experiment_curve(prepared: &Prepared, experiment: &claim::Experiment) -> Vec<(f64, f64)> {
    let (Some(low), Some(high)) = (experiment.widths.iter().min(), experiment.widths.iter().max()) else {
        return Vec::new();
    };
    let (low, high) = (*low as f64, *high as f64);
    let at = |step: usize| {
        let width = low + (high - low) * step as f64 / EXPERIMENT_POINTS as f64;
        let limit = limit_at(prepared, &experiment.settings, "rho", width / experiment.dim as f64)?;
        Some((width, limit))
    };
    (0..=EXPERIMENT_POINTS).into_par_iter().filter_map(at).collect()
}

/// The rows of an experiment, and a line for each width that has no value.
fn measured(
    prepared: &Prepared,
    experiment: &claim::Experiment,
    sizes: &[Width],
    store: &Store,
) -> Result<(ExperimentRecord, Vec<String>), RunError> {
    let (mut rows, mut lacking) = (Vec::new(), Vec::new());
    let label = label(prepared.claim, &experiment.settings, "rho");
    for (size, width) in sizes.iter().zip(&experiment.widths) {
        // A size that cannot be has said so once; its error is not to be had twice.
        let row = match size {
            Ok(size) => row(prepared, experiment, size, store),
            Err(RunError::Size { message, .. }) => {
                lacking.push(format!("No value in the experiment ({label}) at m = {width}: {message}."));
                continue;
            }
            Err(other) => return Err(RunError::Input(other.to_string())),
        };
        match row {
            Ok(row) => rows.push(row),
            Err(error) => lacking.push(format!("No value in the experiment ({label}): {}.", reason(error)?)),
        }
    }
    let curve = experiment_curve(prepared, experiment);
    Ok((ExperimentRecord { label, dim: experiment.dim, rows, curve }, lacking))
}

fn row(
    prepared: &Prepared,
    experiment: &claim::Experiment,
    size: &CellSize,
    store: &Store,
) -> Result<ExperimentRow, RunError> {
    let claim = prepared.claim;
    let place = size.place(&experiment.settings);
    let fault = |error| limit_error(claim, Some(&place), error);
    let evaluate = |formula| prepared.program.evaluate(formula, &place).map_err(fault);
    let limit = evaluate(Formula::Limit)?;
    let applies = prepared.program.finite_applies(&place).map_err(fault)?;
    let finite = if applies { Some(evaluate(Formula::Finite)?.value) } else { None };
    let (width, dim) = (size.network.width, size.network.dim);
    let moments = collect(size, claim, store).flatten().map(|observed| observed.moments).ok_or_else(|| {
        let lacks = format!("claim `{}`: the results lack its experiment at d = {dim}, m = {width}", claim.id);
        failure(size, store).unwrap_or(RunError::Input(lacks))
    })?;
    Ok(ExperimentRow {
        width,
        trials: size.replicates,
        mean: moments.mean,
        std_error: moments.standard_error(),
        limit: limit.value,
        limit_abs_err: limit.abs_err,
        finite,
    })
}
