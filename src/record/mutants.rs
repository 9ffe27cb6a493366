//! Kill scores: the JSON of `limitcheck mutants`, and what a claim's page says of them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::AddAssign;

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

impl Counts {
    /// killed / (killed + survived); None if there are neither.
    pub fn score(&self) -> Option<f64> {
        let judged = self.killed + self.survived;
        (judged > 0).then(|| self.killed as f64 / judged as f64)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.generated += other.generated;
        self.identical += other.identical;
        self.close += other.close;
        self.invalid += other.invalid;
        self.killed += other.killed;
        self.survived += other.survived;
    }
}

/// Kill scores of a run: the JSON of `mutants --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MutantsRecord {
    /// Level of the run's verdicts on formulas, mutants included.
    pub level: f64,
    /// Seed of the samples.
    pub seed: u64,
    /// `quick`, `standard` or `thorough`.
    pub budget: String,
    /// Over all claims.
    pub total: Counts,
    /// `killed/(killed + survived)` over all claims; null if there are neither.
    pub score: Option<f64>,
    /// Cells of the claims themselves that have no value: no mutant is judged by them. Left out where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub no_value: usize,
    /// In the order of `symbolic::mutation::operator::ALL`.
    pub operators: Vec<OperatorRecord>,
    /// In the order in which they were named.
    pub claims: Vec<ClaimMutants>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// All mutants that one operator made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperatorRecord {
    /// One of `symbolic::mutation::operator::ALL`.
    pub operator: String,
    /// Of this operator, over all claims.
    #[serde(flatten)]
    pub counts: Counts,
    /// Of this operator; null if no mutant was judged.
    pub score: Option<f64>,
}

/// The mutants of one claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimMutants {
    /// The claim's id.
    pub claim: String,
    /// Of this claim, over all operators.
    #[serde(flatten)]
    pub counts: Counts,
    /// Of this claim; null if no mutant was judged.
    pub score: Option<f64>,
    /// The mutants of class `survived`.
    pub survivors: Vec<MutantRecord>,
    /// The mutants of class `close`.
    pub close_mutants: Vec<MutantRecord>,
    /// The mutants of class `invalid`, with the reason.
    pub invalid_mutants: Vec<MutantRecord>,
    /// Why cells or the whole claim take no part, if so.
    pub notes: Vec<String>,
}

/// One mutant and where it differs most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MutantRecord {
    /// Source text of the changed line: `limit ...` or `name = ...`.
    pub formula: String,
    /// One of `symbolic::mutation::operator::ALL`.
    pub operator: String,
    /// |mutant - formula| where it is most in margins of the cell; null where it is infinite or unknown.
    pub largest_shift: Option<f64>,
    /// The same in margins.
    pub margins: Option<f64>,
    /// The cell where that is, and the dimension (null: at infinite size).
    pub set: Map<String, Value>,
    /// `d`; null at infinite size.
    pub dim: Option<usize>,
    /// Why it is invalid; empty for the others.
    pub reason: String,
}
