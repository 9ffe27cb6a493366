//! What an exploration leaves behind: the JSON of `explore --json`.

use super::run::CellRecord;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Claims judged at random points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploreRecord {
    /// Probability of any false `agrees` or `disagrees` at the points, and of any false step on the way to simpler ones, together.
    pub level: f64,
    /// Seed of the points and of their networks.
    pub seed: u64,
    /// Seed of the networks on which simpler points were judged anew.
    pub fresh_seed: u64,
    /// `quick`, `standard` or `thorough`.
    pub budget: String,
    /// Points that were asked for, of each claim.
    pub points: usize,
    /// What the networks behind the verdicts at the points cost, in floating-point operations by the work formulas.
    pub work: f64,
    /// In the order of the claims' ids.
    pub claims: Vec<ExploredClaim>,
    /// In the order of the claims' ids, of each in the order of the points.
    pub cells: Vec<ExploredCell>,
}

/// How many points a claim was judged at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploredClaim {
    /// Its id.
    pub claim: String,
    /// Points that were found; fewer than asked for where the hypotheses hold at few.
    pub points: usize,
    /// How many of them have a value that is visited on purpose.
    pub corners: usize,
    /// Why it has no random points, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// A claim at a random point, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploredCell {
    /// The verdict at the point itself.
    #[serde(flatten)]
    pub cell: CellRecord,
    /// Whether the point has a value that is visited on purpose.
    pub corner: bool,
    /// The simplest settings found that disagree too, on other networks; only of a point that disagrees against its claim's status.
    #[serde(default)]
    pub shrunk: Option<Map<String, Value>>,
    /// Steps that were tried on the way there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    /// The simplest settings judged on those other networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anew: Option<CellRecord>,
    /// The line to paste into the claim, for the settings that are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
}
