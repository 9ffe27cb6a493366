//! What is kept of draws: which they are, and what they showed.

use crate::compare::Moments;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which replicates of which network observed for which target. The text forms are part of the file's format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub simulator: String,
    pub weights: String,
    pub dim: usize,
    pub width: usize,
    /// Activation, spectra and scales, as text that determines them.
    pub target: String,
    /// Number of the first replicate, and how many.
    pub first: u64,
    pub count: u64,
}

/// What a block of replicates showed, by the name of the observable; None where a value was infinite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// Empty where a network failed.
    pub observed: BTreeMap<String, Option<Observed>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failure>,
}

impl Block {
    pub(super) fn is_kept(&self) -> bool {
        self.failed.as_ref().is_none_or(|failed| !failed.passing)
    }
}

/// Why a block cannot be had: the first of its networks that cannot be drawn or solved. Kept like samples, so that a run which goes on
/// from the file says the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub place: String,
    pub message: String,
    /// Another time the block may be had: it is not kept in a file.
    #[serde(skip)]
    pub passing: bool,
}

/// One observable over a block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Observed {
    pub moments: Moments,
    pub min: f64,
    pub max: f64,
    /// Largest bound on a sample's numerical error.
    pub numeric_error: f64,
}

impl Observed {
    /// From values with their error bounds; None if one is not finite.
    pub(crate) fn of(values: &[(f64, f64)]) -> Option<Observed> {
        let plain: Vec<f64> = values.iter().map(|(value, _)| *value).collect();
        let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::NEG_INFINITY, f64::max);
        plain.iter().all(|value| value.is_finite()).then(|| Observed {
            moments: Moments::of(&plain),
            min: -largest(&mut plain.iter().map(|x| -x)),
            max: largest(&mut plain.iter().copied()),
            numeric_error: largest(&mut values.iter().map(|(_, error)| *error)),
        })
    }

    /// Both together; order matters in the last bits.
    pub(crate) fn merge(self, other: Observed) -> Observed {
        Observed {
            moments: self.moments.merge(other.moments),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            numeric_error: self.numeric_error.max(other.numeric_error),
        }
    }
}

/// Replicates that are finished of a block that is not: number, and the value of each observable with its error bound, in the simulator's
/// order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    #[serde(flatten)]
    pub key: Key,
    /// In the order of their numbers.
    pub replicates: Vec<(u64, Vec<(f64, f64)>)>,
}

impl Part {
    /// The values of a replicate, if it is among these.
    pub(crate) fn values(&self, replicate: u64) -> Option<&[(f64, f64)]> {
        let found = self.replicates.binary_search_by_key(&replicate, |(number, _)| *number).ok()?;
        Some(&self.replicates[found].1)
    }
}
