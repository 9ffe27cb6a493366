//! How often the judge is right and wrong.

use super::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    /// The verdict that is right.
    pub right_is: Verdict,
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
