//! What a run leaves behind: the judged results, as they stand on disk and as the report reads them.
//!
//! Plain data of its own, so that inner types stay free to change. May import nothing of this crate.

pub mod bench;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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
    /// The dimensions from which on the fitted gap stays below 5 % and below 1 % of the limit; null where the interval of the
    /// gap reaches beyond that at infinite size already, so that nobody can say.
    #[serde(default)]
    pub from_dim: [Option<u64>; 2],
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

/// Everything that the report draws: the content of `report.json`, from which it is drawn again without simulations or formulas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    pub run: RunRecord,
    /// The command that makes this report again.
    pub command: String,
    pub version: String,
    pub claims: Vec<ClaimRecord>,
    /// Pictures of the theory as a whole; none where the run has not the claims for them.
    #[serde(default)]
    pub atlas: Vec<PictureRecord>,
}

/// A picture of the atlas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureRecord {
    pub id: String,
    pub title: String,
    /// What there is to see, and what was held fixed.
    pub caption: String,
    /// Stands in the index itself.
    pub front: bool,
    /// Series are named at the end of their curves, rather than above the panels.
    pub at_ends: bool,
    /// Panels in a row.
    pub columns: usize,
    pub panels: Vec<PanelRecord>,
    /// The claims that it shows.
    pub claims: Vec<String>,
    /// The command that draws this picture by itself.
    pub command: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelRecord {
    pub heading: String,
    pub horizontal: AxisRecord,
    pub vertical: AxisRecord,
    pub series: Vec<SeriesRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisRecord {
    pub label: String,
    pub logarithmic: bool,
}

/// A curve, with simulations as points or bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesRecord {
    /// Empty: not named in the drawing.
    pub label: String,
    /// A regime (`rf`, `nt`, ...) whose colour it has, `reference`, or the number of a colour; empty: by its place among the series.
    pub colour: String,
    /// From 0 (light) to 1 (the full colour).
    pub shade: f64,
    /// `line`, `dashed`, `dotted`, `reference`, `bars` (bars are the points, as wide as they are apart), `marks` (a curve that is defined at
    /// whole numbers only).
    pub stroke: String,
    #[serde(with = "numbers::pairs")]
    pub line: Vec<(f64, f64)>,
    pub points: Vec<PointRecord>,
}

/// A mean over networks of one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRecord {
    pub x: f64,
    /// Standard error, where x is a mean too.
    pub x_error: Option<f64>,
    pub y: f64,
    /// Standard error of y; null where one is not known.
    pub y_error: Option<f64>,
    pub dim: usize,
    pub width: usize,
    pub trials: u64,
}

/// What a claim's page says besides its cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// MathML of each of these formulas, by its LaTeX.
    #[serde(default)]
    pub mathml: BTreeMap<String, String>,
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
    /// How its wrong versions fared; null where no such run is beside the results.
    #[serde(default)]
    pub mutants: Option<MutantCounts>,
}

/// How many mutants there are of each class. `generated` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub generated: usize,
    /// Equal to the formula by exact algebra.
    pub identical: usize,
    /// The value moves by less than 2 margins everywhere on the grid.
    pub close: usize,
    /// No formula, or without a value but where it does not differ.
    pub invalid: usize,
    /// Refuted by simulation in at least one cell.
    pub killed: usize,
    /// The rest: none of the cells disagrees.
    pub survived: usize,
}

/// What became of a claim's systematically wrong versions, judged by the same samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MutantCounts {
    pub budget: String,
    pub seed: u64,
    #[serde(flatten)]
    pub counts: Counts,
    /// Formula, operator, and the largest difference in margins, of those that survived.
    pub survivors: Vec<(String, String, Option<f64>)>,
    pub notes: Vec<String>,
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
    pub points_dim: usize,
}

/// Simulations against the width at one dimension, beside the limit and, where known, the exact finite-size mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    #[serde(with = "numbers")]
    pub limit: f64,
    pub limit_abs_err: f64,
    pub finite: Option<f64>,
}

/// Numbers that need not be finite: JSON has no infinity, so it is written as text.
mod numbers {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Finite(f64),
        Text(String),
    }

    fn of(x: f64) -> Either {
        if x.is_finite() { Either::Finite(x) } else { Either::Text(x.to_string()) }
    }

    fn back<E: serde::de::Error>(number: Either) -> Result<f64, E> {
        match number {
            Either::Finite(x) => Ok(x),
            Either::Text(text) => text.parse().map_err(|_| E::custom(format!("`{text}` is no number"))),
        }
    }

    pub fn serialize<S: Serializer>(x: &f64, to: S) -> Result<S::Ok, S::Error> {
        of(*x).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        back(Either::deserialize(from)?)
    }

    pub mod pairs {
        use super::*;

        pub fn serialize<S: Serializer>(rows: &[(f64, f64)], to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq(rows.iter().map(|(a, b)| (of(*a), of(*b))))
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(f64, f64)>, D::Error> {
            let rows = Vec::<(Either, Either)>::deserialize(from)?;
            rows.into_iter().map(|(a, b)| Ok((back(a)?, back(b)?))).collect()
        }
    }

    pub mod triples {
        use super::*;

        pub fn serialize<S: Serializer>(rows: &[(f64, f64, f64)], to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq(rows.iter().map(|(a, b, c)| (of(*a), of(*b), of(*c))))
        }

        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(f64, f64, f64)>, D::Error> {
            let rows = Vec::<(Either, Either, Either)>::deserialize(from)?;
            rows.into_iter().map(|(a, b, c)| Ok((back(a)?, back(b)?, back(c)?))).collect()
        }
    }
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
