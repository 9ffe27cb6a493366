//! What a run leaves behind: the judged results, as they stand on disk and as the report reads them.
//!
//! Plain data of its own, so that inner types stay free to change. May import nothing of this crate.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The results of one run of `check`: the JSON of `check --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Probability of any false `agrees` or `disagrees` in the run.
    pub level: f64,
    pub seed: u64,
    /// `quick`, `standard` or `thorough`.
    pub budget: String,
    /// What the networks behind the verdicts cost, each counted once, in floating-point operations by the work formulas.
    #[serde(default)]
    pub work: f64,
    pub cells: Vec<CellRecord>,
}

/// A claim at a grid point, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRecord {
    pub claim: String,
    /// Parameter values: numbers as numbers, the rest as text.
    pub set: Map<String, Value>,
    /// Names of the parameters that have the claim's default value: tables leave them out.
    #[serde(default)]
    pub defaults: Vec<String>,
    /// `agrees`, `disagrees`, `undecided`, `vacuous`, `proved`, `no counterexample`.
    pub verdict: String,
    /// The verdict that the claim's status calls for.
    pub expected: String,
    /// Estimate of (simulation - limit) at infinite size; null for cells without a simulation.
    pub gap: Option<f64>,
    /// Confidence interval of the gap at the cell's share of the level, numerical error included.
    pub interval: Option<[f64; 2]>,
    pub margin: Option<f64>,
    /// Smallest error of the formula that would have been found with 95 % power.
    pub detectable: Option<f64>,
    /// Networks drawn for this cell, all sizes together.
    pub replicates: u64,
    pub sizes: Vec<SizeRecord>,
    /// Why, in a sentence.
    pub reason: String,
    /// The limit at the grid point itself (infinite size); null where infinite.
    pub limit: Option<f64>,
    pub limit_abs_err: Option<f64>,
    /// Coefficients of the fit `gap = L + b d^-r + c d^-2r`, if one was made.
    pub fit: Option<FitRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitRecord {
    pub limit: f64,
    pub first: f64,
    pub second: f64,
    pub rate: f64,
    /// Upper tail probability of the fit's chi-squared.
    pub chi_squared_p: f64,
}

/// One size of the ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizeRecord {
    pub dim: usize,
    pub width: usize,
    pub trials: u64,
    /// Mean of the simulated observable, and its standard error.
    pub mean: Option<f64>,
    pub std_error: Option<f64>,
    /// The limit formula at m/d and at the eigenvalue pairs in use at this size, with its error bound.
    pub limit: Option<f64>,
    pub limit_abs_err: Option<f64>,
    /// Exact expectation at this size, where the claim states one.
    pub finite: Option<f64>,
}

/// Everything that the report draws.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportData {
    pub run: RunRecord,
    /// The command that makes this report again.
    pub command: String,
    pub version: String,
    pub claims: Vec<ClaimRecord>,
}

/// What a claim's page says besides its cells.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimRecord {
    pub id: String,
    pub title: String,
    pub kind: String,
    pub status: String,
    pub source: String,
    pub grows: String,
    /// The claim of which a hypothesis does not hold here, and what holds in its place.
    pub breaks: Option<[String; 2]>,
    /// LaTeX of the statement, without dollar signs.
    pub statement: String,
    /// LaTeX of each definition that the statement uses, in order, without dollar signs.
    pub definitions: Vec<String>,
    /// LaTeX of each hypothesis, without dollar signs.
    pub hypotheses: Vec<String>,
    /// Name, default and domain of each parameter, as text.
    pub parameters: Vec<[String; 3]>,
    /// `test error` or `robustness`, as the axis says it.
    pub observable: String,
    pub bias: String,
    pub analysis: Vec<String>,
    /// Path of the claim file from the repository's root.
    pub path: String,
    /// What the curves run along: `m/d`, or the name of a parameter.
    pub curve_axis: String,
    pub curves: Vec<CurveRecord>,
    pub experiments: Vec<ExperimentRecord>,
}

/// The limit along rho or another parameter, with the cells' largest size as points.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveRecord {
    /// The settings that differ from the defaults, for the legend.
    pub label: String,
    /// (m/d or the parameter, limit)
    pub limit: Vec<(f64, f64)>,
    /// (m/d or the parameter, mean, standard error) of simulations at one dimension.
    pub points: Vec<(f64, f64, f64)>,
    pub points_dim: usize,
}

/// Simulations against the width at one dimension, beside the limit and, where known, the exact finite-size mean.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentRecord {
    pub label: String,
    pub dim: usize,
    pub rows: Vec<ExperimentRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentRow {
    pub width: usize,
    pub trials: u64,
    pub mean: f64,
    pub std_error: f64,
    pub limit: f64,
    pub limit_abs_err: f64,
    pub finite: Option<f64>,
}

/// How often the judge is right and wrong: the content of the calibration report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationRecord {
    pub seed: u64,
    pub rows: Vec<CalibrationRow>,
    pub null: Option<NullRun>,
}

/// One mock truth at one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationRow {
    pub name: String,
    /// Whether the form of the fit holds.
    pub inside: bool,
    /// Two-sided level of the cell, all looks together.
    pub level: f64,
    pub verdicts: u64,
    /// Verdicts that are right, and which one that is.
    pub right: u64,
    pub right_is: String,
    /// Verdicts that are false, and the 95 % interval of their rate.
    pub wrong: u64,
    pub wrong_interval: [f64; 2],
    /// Undecided: rate or order; for another reason.
    pub form: u64,
    pub open: u64,
    /// Mean number of draws of a verdict.
    pub draws: f64,
}

/// Intervals of the gap of true limits, over many seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NullRun {
    pub seeds: u64,
    /// Per size.
    pub replicates: u64,
    pub level: f64,
    /// Share of intervals (of the fit with all sizes) that miss zero, over all cells, and its 95 % interval over seeds.
    pub share: f64,
    pub interval: [f64; 2],
    pub cells: Vec<NullCell>,
}

/// Misses of one cell, over the seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NullCell {
    pub claim: String,
    /// Where it differs from the claim's defaults.
    pub set: Map<String, Value>,
    pub seeds: u64,
    /// Intervals that miss zero: of the fit with all sizes, with the 95 % interval of the rate; of the fit without the smallest; the hull.
    pub full: u64,
    pub full_interval: [f64; 2],
    pub reduced: u64,
    pub hull: u64,
    /// Chi-squared tail probabilities below the level.
    pub form: u64,
}

/// A claim's formula along a parameter, with simulated networks beside it where they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRecord {
    pub claim: String,
    pub title: String,
    pub kind: String,
    /// `test error` or `robustness`, as the axis says it; empty for a claim about formulas.
    pub observable: String,
    /// The parameter that is followed, and whether its values stand at equal ratios.
    pub along: String,
    pub logarithmic: bool,
    /// The parameter that tells the curves apart.
    pub by: Option<String>,
    /// Curve after curve, each in the order of the values asked for.
    pub rows: Vec<SweepRow>,
}

/// One point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRow {
    /// Every parameter: numbers as numbers, the rest as text.
    pub set: Map<String, Value>,
    /// Value of the parameter that is followed.
    pub at: f64,
    /// Value of the parameter that tells the curves apart, as text.
    pub curve: String,
    /// The formula and the bound on its error; may be infinite; None where it has no value.
    pub value: Option<f64>,
    pub abs_err: Option<f64>,
    pub simulated: Option<SweepPoint>,
    /// The claim's hypotheses do not hold here.
    pub outside: bool,
    /// Why there is no value.
    pub note: String,
}

/// Networks drawn at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    pub dim: usize,
    pub width: usize,
    pub trials: u64,
    /// Infinite if a network's value is.
    pub mean: f64,
    pub std_error: Option<f64>,
    /// The formula at m/d and at the eigenvalue pairs in use at this size, with the bound on its error.
    pub value: f64,
    pub abs_err: f64,
}
