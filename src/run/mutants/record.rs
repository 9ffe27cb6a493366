//! Kill scores as data: the JSON of `limitcheck mutants`.

pub use crate::record::Counts;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::AddAssign;

impl Counts {
    /// killed / (killed + survived); None if there are neither.
    pub fn score(&self) -> Option<f64> {
        let judged = self.killed + self.survived;
        (judged > 0).then(|| self.killed as f64 / judged as f64)
    }

    pub(super) fn of(class: Class) -> Counts {
        let one = |wanted| usize::from(class == wanted);
        Counts {
            generated: 1,
            identical: one(Class::Identical),
            close: one(Class::Close),
            invalid: one(Class::Invalid),
            killed: one(Class::Killed),
            survived: one(Class::Survived),
        }
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
    /// In the order of [`operator::ALL`](crate::symbolic::mutation::operator::ALL).
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
    /// One of [`operator::ALL`](crate::symbolic::mutation::operator::ALL).
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
    /// One of [`operator::ALL`](crate::symbolic::mutation::operator::ALL).
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

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Identical,
    Close,
    Invalid,
    Killed,
    Survived,
}
