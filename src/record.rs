//! What a run leaves behind: the judged results, as they stand on disk and as the report reads them.
//!
//! Plain data of its own, so that inner types stay free to change. May import nothing of this crate.

pub mod bench;
pub mod explored;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The results of one run of `check`: the JSON of `check --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Probability of any false `agrees` or `disagrees` in the run.
    pub level: f64,
    /// Seed of every network: the same seed gives the same record.
    pub seed: u64,
    /// `quick`, `standard` or `thorough`.
    pub budget: String,
    /// What the networks behind the verdicts cost, each counted once, in floating-point operations by the work formulas.
    #[serde(default)]
    pub work: f64,
    /// In the order of the claims, of each in the order of its grid.
    pub cells: Vec<CellRecord>,
}

/// A claim at a grid point, judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CellRecord {
    /// The claim's id.
    pub claim: String,
    /// Parameter values: numbers as numbers, the rest as text.
    pub set: Map<String, Value>,
    /// Names of the parameters that have the claim's default value: tables leave them out.
    #[serde(default)]
    pub defaults: Vec<String>,
    /// `agrees`, `disagrees`, `undecided`, `vacuous`, `proved`, `no counterexample`, `no value`.
    pub verdict: String,
    /// The verdict that the claim's status calls for.
    pub expected: String,
    /// Estimate of (simulation - limit) at infinite size; null for cells without a simulation.
    pub gap: Option<f64>,
    /// Confidence interval of the gap at the cell's share of the level, numerical error included.
    pub interval: Option<[f64; 2]>,
    /// The gap that does not matter, in the observable's unit; null where there is no finite one.
    pub margin: Option<f64>,
    /// Smallest error of the formula that would have been found with 95 % power.
    pub detectable: Option<f64>,
    /// Networks drawn for this cell, all sizes together.
    pub replicates: u64,
    /// Smallest first; none for cells without a simulation.
    pub sizes: Vec<SizeRecord>,
    /// Why, in a sentence.
    pub reason: String,
    /// The limit at the grid point itself (infinite size); null where infinite.
    pub limit: Option<f64>,
    /// Bound on the error of `limit`; null where infinite.
    pub limit_abs_err: Option<f64>,
    /// `enclosed`: the bounds of the formula's values are proved. `estimated`: some are not. Null where nothing was evaluated.
    #[serde(default)]
    pub grade: Option<String>,
    /// Why a bound is estimated, and in which line.
    #[serde(default)]
    pub why: Option<String>,
    /// Whether the verdict rests on two estimates that a finer, unlike computation confirms.
    #[serde(default)]
    pub confirmed: bool,
    /// Coefficients of the fit `gap = L + b d^-r + c d^-2r`, if one was made.
    pub fit: Option<FitRecord>,
    /// The margin and the level that were asked for in place of the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<AskedRecord>,
    /// Of an undecided verdict on a reader's own samples: how many draws at each size would decide, those that are there included; none
    /// where no number would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needed: Option<Vec<NeededSize>>,
}

/// What a reader asked of agreement, where that is not what the budget asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskedRecord {
    /// Such as `10 %` of the limit, or `0.01`.
    pub margin: String,
    /// Of the whole run.
    pub level: f64,
}

/// Draws at one size that would decide a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeededSize {
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// All draws at this size.
    pub trials: u64,
}

/// Verdict of a cell that could not be judged, for want of a value.
pub const NO_VALUE: &str = "no value";

impl CellRecord {
    /// The verdict, with what was asked for: `agrees within 10 % at level 0.01`.
    pub fn stated(&self) -> String {
        let Some(AskedRecord { margin, level }) = &self.asked else { return self.verdict.clone() };
        match self.verdict.as_str() {
            "agrees" => format!("agrees within {margin} at level {level}"),
            "disagrees" => format!("disagrees beyond {margin} at level {level}"),
            other => format!("{other} within {margin} at level {level}"),
        }
    }

    /// Whether the cell could not be judged: a formula, a size or a network of it has no value.
    pub fn has_no_value(&self) -> bool {
        self.verdict == NO_VALUE
    }
}

/// The weighted fit behind a gap: `gap(d) = limit + first d^-rate + second d^(-2 rate)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitRecord {
    /// The gap at infinite size.
    pub limit: f64,
    /// Coefficient of `d^-rate`; 0 for a claim without bias.
    pub first: f64,
    /// Coefficient of `d^(-2 rate)`; 0 for a claim without bias.
    pub second: f64,
    /// The order that the claim declares; 1 where it declares none.
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
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
    /// Mean of the simulated observable; null where a network's value is infinite.
    pub mean: Option<f64>,
    /// Standard error of the mean.
    pub std_error: Option<f64>,
    /// The limit formula at m/d and at the eigenvalue pairs in use at this size.
    pub limit: Option<f64>,
    /// Bound on the error of `limit`.
    pub limit_abs_err: Option<f64>,
    /// Exact expectation at this size, where the claim states one.
    pub finite: Option<f64>,
}

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
}

/// A picture of the atlas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Name of the picture's files.
    pub id: String,
    /// Heading.
    pub title: String,
    /// What there is to see, and what was held fixed.
    pub caption: String,
    /// Stands in the index itself.
    pub front: bool,
    /// Series are named at the end of their curves, rather than above the panels.
    pub at_ends: bool,
    /// Panels in a row.
    pub columns: usize,
    /// Row by row.
    pub panels: Vec<PanelRecord>,
    /// The claims that it shows.
    pub claims: Vec<String>,
    /// The command that draws this picture by itself.
    pub command: String,
}

/// One pair of axes and what is drawn in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelRecord {
    /// Stands above the panel; may be empty.
    pub heading: String,
    /// What runs to the right.
    pub horizontal: AxisRecord,
    /// What runs upwards.
    pub vertical: AxisRecord,
    /// Drawn in this order.
    pub series: Vec<SeriesRecord>,
}

/// One axis of a panel; its ends follow from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisRecord {
    /// With the unit, if there is one.
    pub label: String,
    /// Decades instead of a linear scale.
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
    /// (horizontal, vertical), in the order in which they are joined; NaN leaves a gap.
    #[serde(with = "numbers::pairs")]
    pub line: Vec<(f64, f64)>,
    /// Simulations beside the line, or bars.
    pub points: Vec<PointRecord>,
}

/// A mean over networks of one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRecord {
    /// Horizontal coordinate.
    pub x: f64,
    /// Standard error, where x is a mean too.
    pub x_error: Option<f64>,
    /// The mean over networks, or what follows from it.
    pub y: f64,
    /// Standard error of y; null where one is not known.
    pub y_error: Option<f64>,
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
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
    /// The observable's name with spaces, such as `test error`; empty for a claim about formulas.
    pub observable: String,
    /// `exact`, or an order such as `d^-1/2`.
    pub bias: String,
    /// Paragraphs of plain text.
    pub analysis: Vec<String>,
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

/// How many mutants there are of each class. `generated` is the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All of them.
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
    /// Of the samples that they were judged by.
    pub budget: String,
    /// Of the samples that they were judged by.
    pub seed: u64,
    /// All of the claim's mutants.
    #[serde(flatten)]
    pub counts: Counts,
    /// Formula, operator, and the largest difference in margins, of those that survived.
    pub survivors: Vec<(String, String, Option<f64>)>,
    /// Why cells or the whole claim take no part, if so.
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
    /// The dimension of the points; 0 where there are none.
    pub points_dim: usize,
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
    /// Of the mock draws.
    pub seed: u64,
    /// Every mock truth at every level tried.
    pub rows: Vec<CalibrationRow>,
    /// True limits of networks, where they were run.
    pub null: Option<NullRun>,
}

/// One mock truth at one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationRow {
    /// What is true, and of what.
    pub name: String,
    /// Whether the form of the fit holds.
    pub inside: bool,
    /// Two-sided level of the cell, all looks together.
    pub level: f64,
    /// Verdicts given, each on draws of its own.
    pub verdicts: u64,
    /// Verdicts that are right.
    pub right: u64,
    /// `agrees` or `disagrees`.
    pub right_is: String,
    /// Verdicts that are false: the opposite of the right one.
    pub wrong: u64,
    /// Of the rate `wrong/verdicts`, by the binomial law.
    pub wrong_interval: [f64; 2],
    /// Undecided because the rate or order may be wrong.
    pub form: u64,
    /// Undecided for another reason.
    pub open: u64,
    /// Mean number of draws of a verdict.
    pub draws: f64,
}

/// Intervals of the gap of true limits, over many seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NullRun {
    /// Seeds run, from 1 up.
    pub seeds: u64,
    /// Per size.
    pub replicates: u64,
    /// Two-sided level of each interval: the share that misses is to be this.
    pub level: f64,
    /// Share of intervals (of the fit with all sizes) that miss zero, over all cells: its mean over the seeds.
    pub share: f64,
    /// The 95 % interval of the share, from how it varies between seeds.
    pub interval: [f64; 2],
    /// Each cell by itself.
    pub cells: Vec<NullCell>,
}

/// Misses of one cell, over the seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NullCell {
    /// The claim's id.
    pub claim: String,
    /// Where it differs from the claim's defaults.
    pub set: Map<String, Value>,
    /// Seeds at which the cell has noise, so that there is an interval.
    pub seeds: u64,
    /// Intervals that miss zero, of the fit with all sizes.
    pub full: u64,
    /// The 95 % interval of the rate `full/seeds`.
    pub full_interval: [f64; 2],
    /// Intervals that miss zero, of the fit without the smallest size.
    pub reduced: u64,
    /// Hulls of the two, as verdicts use them, that miss zero.
    pub hull: u64,
    /// Chi-squared tail probabilities below the level.
    pub form: u64,
}

/// A claim's formula along a parameter, with simulated networks beside it where they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRecord {
    /// The claim's id.
    pub claim: String,
    /// The claim's title.
    pub title: String,
    /// `limit`, `moment`, ... as the claim file writes it.
    pub kind: String,
    /// The observable's name with spaces, such as `test error`; empty for a claim about formulas.
    pub observable: String,
    /// The parameter that is followed.
    pub along: String,
    /// Whether its values stand at equal ratios.
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
    /// What the formula says; may be infinite; None where it has no value.
    pub value: Option<f64>,
    /// Bound on the error of the value; None where there is none.
    pub abs_err: Option<f64>,
    /// Networks at this point, where they were asked for and the formula has a value.
    pub simulated: Option<SweepPoint>,
    /// The claim's hypotheses do not hold here.
    pub outside: bool,
    /// Why there is no value.
    pub note: String,
}

/// Networks drawn at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
    /// Infinite if a network's value is.
    pub mean: f64,
    /// Standard error of the mean; None of a single network, or where it is not finite.
    pub std_error: Option<f64>,
    /// The formula at m/d and at the eigenvalue pairs in use at this size; may be infinite.
    pub value: f64,
    /// Bound on the error of that value; may be infinite.
    pub abs_err: f64,
}
