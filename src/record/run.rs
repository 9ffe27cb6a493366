//! A run of `check`: its cells, judged.

use super::verdict::{Standing, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// What is compared; left out for points of the grid.
    #[serde(default, skip_serializing_if = "Subject::is_grid_point")]
    pub subject: Subject,
    /// What is said of the cell.
    pub verdict: Verdict,
    /// The verdict that the claim's status calls for.
    pub expected: Verdict,
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

impl CellRecord {
    /// The verdict, with what was asked for: `agrees within 10 % at level 0.01`.
    pub fn stated(&self) -> String {
        let Some(AskedRecord { margin, level }) = &self.asked else { return self.verdict.to_string() };
        let how = if self.verdict == Verdict::Disagrees { "beyond" } else { "within" };
        format!("{} {how} {margin} at level {level}", self.verdict)
    }

    /// Whether the cell could not be judged: a formula, a size or a network of it has no value.
    pub fn has_no_value(&self) -> bool {
        self.verdict == Verdict::NoValue
    }

    /// How its verdict stands to the one that the claim's status calls for.
    pub fn standing(&self) -> Standing {
        self.verdict.standing(self.expected)
    }
}

/// What a cell compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Subject {
    /// The claim at a point of its grid.
    #[default]
    GridPoint,
    /// The formula with a value that the claim states for a special case.
    SpecialCase,
    /// The formula with its second form.
    SecondForm,
}

impl Subject {
    fn is_grid_point(&self) -> bool {
        *self == Subject::GridPoint
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
    /// `d`, or the first of the claim's own sizes.
    pub dim: usize,
    /// `m`, or the second of the claim's own sizes; 1 where there is none.
    pub width: usize,
    /// All sizes with their names, of a claim whose sizes are not `d` and `m`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<(String, usize)>,
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

impl SizeRecord {
    /// Names of the sizes, the one that grows first.
    pub fn names(&self) -> Vec<&str> {
        match &self.named[..] {
            [] => vec!["d", "m"],
            named => named.iter().map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// The sizes, in the order of their names.
    pub fn values(&self) -> Vec<usize> {
        match &self.named[..] {
            [] => vec![self.dim, self.width],
            named => named.iter().map(|(_, size)| *size).collect(),
        }
    }

    /// `d = 24, m = 12`
    pub fn in_words(&self) -> String {
        let named = self.names().into_iter().zip(self.values());
        named.map(|(name, size)| format!("{name} = {size}")).collect::<Vec<_>>().join(", ")
    }

    /// `d = 24`
    pub fn first_in_words(&self) -> String {
        format!("{} = {}", self.names()[0], self.dim)
    }
}
