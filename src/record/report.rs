//! What a report draws: a claim's page, its curves and experiments.

use super::atlas::PictureRecord;
use super::mutants::MutantCounts;
use super::numbers;
use super::run::RunRecord;
use serde::{Deserialize, Serialize};

/// Everything that the report draws: the content of `report.json`, from which it is drawn again without simulations or formulas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    /// The verdicts.
    pub run: RunRecord,
    /// The command that makes this report again.
    pub command: String,
    /// Version of the program that collected the numbers.
    pub version: String,
    /// One for each claim of the run, in its order.
    pub claims: Vec<ClaimRecord>,
    /// Pictures of the theory as a whole; none where the run has not the claims for them.
    #[serde(default)]
    pub atlas: Vec<PictureRecord>,
    /// The interactive page lies beside the report.
    #[serde(default)]
    pub interactive: bool,
}

/// What a claim's page says besides its cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimRecord {
    /// The claim's id, also the name of its page.
    pub id: String,
    /// Heading of the page.
    pub title: String,
    /// `limit`, `moment`, ... as the claim file writes it.
    pub kind: String,
    /// `theorem`, `derived`, `conjecture` or `known-false`.
    pub status: String,
    /// Where the formula comes from, in words.
    pub source: String,
    /// What tends to infinity, in words; may be empty.
    pub grows: String,
    /// The claim of which a hypothesis does not hold here, and what holds in its place.
    pub breaks: Option<[String; 2]>,
    /// Why it holds: the claim file's own prose before the statement, in Markdown.
    #[serde(default)]
    pub why: String,
    /// LaTeX of the statement, without dollar signs.
    pub statement: String,
    /// LaTeX of each definition that the statement uses, in order, without dollar signs.
    pub definitions: Vec<String>,
    /// LaTeX of each hypothesis, without dollar signs.
    pub hypotheses: Vec<String>,
    /// Name, default and domain of each parameter, as text.
    pub parameters: Vec<[String; 3]>,
    /// The observable's name with spaces, such as `test error`; empty for a claim about formulas.
    pub observable: String,
    /// `exact`, or an order such as `d^-1/2`.
    pub bias: String,
    /// Paragraphs of plain text: remarks of the claim file, then what was checked without simulation.
    pub analysis: Vec<String>,
    /// How many of them are the claim file's remarks.
    #[serde(default)]
    pub remarks: usize,
    /// Path of the claim file from the repository's root.
    pub path: String,
    /// What the curves run along: `m/d`, or the name of a parameter.
    pub curve_axis: String,
    /// One for each combination of the other settings on the grid; only of claims of kind `limit`.
    pub curves: Vec<CurveRecord>,
    /// In the order of the claim file.
    pub experiments: Vec<ExperimentRecord>,
    /// How its wrong versions fared; null where no such run is beside the results.
    #[serde(default)]
    pub mutants: Option<MutantCounts>,
}

/// The limit along rho or another parameter, with the cells' largest size as points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveRecord {
    /// The settings that differ from the defaults, for the legend.
    pub label: String,
    /// (m/d or the parameter, limit)
    #[serde(with = "numbers::pairs")]
    pub limit: Vec<(f64, f64)>,
    /// (m/d or the parameter, mean, standard error) of simulations at one dimension.
    #[serde(with = "numbers::triples")]
    pub points: Vec<(f64, f64, f64)>,
    /// The dimension of the points; 0 where there are none.
    pub points_dim: usize,
    /// (m/d or the parameter, value at infinite size, ends of its interval) of the cells that extrapolate.
    #[serde(default)]
    pub extrapolated: Vec<[f64; 4]>,
}

/// Simulations against the width at one dimension, beside the limit and, where known, the exact finite-size mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentRecord {
    /// Settings that differ from the claim's defaults; `defaults` where none does.
    pub label: String,
    /// `d`
    pub dim: usize,
    /// One for each width, in the order of the claim file.
    pub rows: Vec<ExperimentRow>,
    /// (width, limit) from the narrowest to the widest and between.
    #[serde(default)]
    pub curve: Vec<(f64, f64)>,
}

/// One width of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentRow {
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
    /// Of the simulated observable.
    pub mean: f64,
    /// Standard error of the mean.
    pub std_error: f64,
    /// The formula at m/d and at the eigenvalue pairs in use at this size; may be infinite.
    #[serde(with = "numbers")]
    pub limit: f64,
    /// Bound on the error of `limit`.
    pub limit_abs_err: f64,
    /// Exact expectation at this size, where the claim states one.
    pub finite: Option<f64>,
}
