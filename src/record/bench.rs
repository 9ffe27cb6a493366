//! What `bench` measured: the JSON of `bench --json`, and what its page draws.

use super::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Seconds to decide each claim at each budget, rates of convergence, and what one network costs at several sizes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchRecord {
    /// What was run, and where.
    pub setting: BenchSetting,
    /// Whether every claim has its row; a run goes on from a file that says no.
    pub complete: bool,
    /// One for each budget, over the claims that have a row.
    pub summaries: Vec<BenchSummary>,
    /// In the order in which the claims were named.
    pub claims: Vec<BenchRow>,
    /// What one network costs.
    pub costs: Vec<CostRecord>,
}

/// Rows are comparable, and are gone on from, where all of this is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchSetting {
    /// Version of the program, and a fingerprint of the file that ran.
    pub program: String,
    /// Seed of every network.
    pub seed: u64,
    /// Threads in use.
    pub threads: usize,
    /// Model of the processor, where the system tells it.
    pub processor: Option<String>,
    /// The budgets, from the cheapest to the dearest.
    pub budgets: Vec<BenchBudget>,
    /// Seconds, foretold, that the draws of one size may take for the cost of a network; 0 for none.
    pub cost_seconds: f64,
}

/// A budget, and what one claim may cost at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchBudget {
    /// `quick`, `standard` or `thorough`.
    pub name: String,
    /// Margin as a fraction of the limit.
    pub margin: f64,
    /// A claim that is foretold to take more seconds is left out.
    pub seconds: f64,
}

/// How many claims a budget decides, and in what time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchSummary {
    /// Claims whose verdicts rest on networks.
    pub simulated: usize,
    /// Those of them none of whose cells is left open.
    pub decided: usize,
    /// Median of the seconds of the decided ones; None where there is none.
    pub median_seconds: Option<f64>,
    /// Sum of the same seconds.
    pub total_seconds: f64,
    /// Of the other claims, those none of whose cells is left open.
    pub formulas_decided: usize,
    /// Sum of the seconds of those.
    pub formulas_seconds: f64,
}

/// What was measured of one claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchRow {
    /// The claim's id.
    pub claim: String,
    /// Fingerprint of what the claim says: a row is not taken over for another statement of the same name.
    pub statement: String,
    /// `limit`, `moment`, ...
    pub kind: String,
    /// Whether its verdicts rest on networks; else it is about formulas, or about samples of the reader's own.
    pub simulated: bool,
    /// One for each budget, in their order.
    pub times: Vec<BenchTime>,
    /// Of the dearest budget at which one could be measured.
    pub rate: Option<RateRecord>,
    /// Why there is no rate; empty where there is one.
    pub no_rate: String,
}

/// A claim at a budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchTime {
    /// Seconds that the work formulas foretell.
    pub foretold: f64,
    /// None where the claim was left out, because it was foretold to take longer than allowed.
    pub judged: Option<Judged>,
}

/// A claim that was judged over its whole grid, on networks of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Wall time from the claim to its verdicts: formulas compiled and evaluated, networks drawn, gaps judged.
    pub seconds: f64,
    /// Of the networks, in floating-point operations by the work formulas.
    pub work: f64,
    /// Networks drawn; one that was observed for several targets counts for each.
    pub networks: u64,
    /// How many cells have each verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Why cells are undecided or vacuous, each reason once; empty where the claim is decided.
    pub open: Vec<String>,
}

/// How fast gaps fall: like `d^-measured`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateRecord {
    /// The budget whose networks it was measured on.
    pub budget: String,
    /// Exponent that the claim states.
    pub claimed: f64,
    /// Exponent that the networks show.
    pub measured: f64,
    /// Of the measured exponent, at 95 %.
    pub interval: [f64; 2],
    /// Tail probability of the fit's own chi-squared.
    pub chi_squared_p: f64,
    /// The cell, where it differs from the claim's defaults.
    pub set: Map<String, Value>,
    /// What falls, at each size.
    pub sizes: Vec<RateSizeRecord>,
}

/// What falls like a power of the dimension, at one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateSizeRecord {
    /// Dimension d.
    pub dim: usize,
    /// Absolute gap between sample mean and limit; of a claim about a rate the mean itself.
    pub value: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// Seconds of one draw against the dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostRecord {
    /// The simulator.
    pub simulator: String,
    /// Activation of its neurons.
    pub activation: String,
    /// In increasing order of the dimension; those left out as too dear are not among them.
    pub sizes: Vec<CostSize>,
    /// Exponents fitted to the seconds and to the work formula at the same sizes; None for fewer than two sizes.
    pub exponents: Option<CostExponents>,
}

/// One draw at one size, every observable included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostSize {
    /// Dimension d.
    pub dim: usize,
    /// Width m.
    pub width: usize,
    /// Networks drawn.
    pub draws: u64,
    /// Median of their seconds, on one thread.
    pub seconds: f64,
    /// Work of one draw, in floating-point operations by the work formulas.
    pub work: f64,
}

/// Slopes of straight lines through the logarithms, by least squares: cost grows like `d^slope`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostExponents {
    /// Of the measured seconds.
    pub seconds: f64,
    /// Of the work formula.
    pub work: f64,
}
