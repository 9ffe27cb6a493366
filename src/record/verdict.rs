//! What is said of a cell, and how that stands to what its claim's status calls for.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// What the checker says of a cell. Ordered by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Verdict {
    /// The gap at infinite size lies within the margin.
    #[serde(rename = "agrees")]
    Agrees,
    /// The gap at infinite size lies outside the margin.
    #[serde(rename = "disagrees")]
    Disagrees,
    /// The data do not decide.
    #[default]
    #[serde(rename = "undecided")]
    Undecided,
    /// No grid point meets the hypotheses: nothing was tested.
    #[serde(rename = "vacuous")]
    Vacuous,
    /// Exact algebra shows it.
    #[serde(rename = "proved")]
    Proved,
    /// The best that a test of an inequality can say.
    #[serde(rename = "no counterexample")]
    NoCounterexample,
    /// A formula, a size or a network of the cell has no value: nothing could be judged.
    #[serde(rename = "no value")]
    NoValue,
}

/// How a verdict stands to the one that the claim's status calls for, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// [`Verdict::NoValue`]: the cell could not be judged.
    NoValue,
    /// A definite verdict other than the expected one.
    Contrary,
    /// [`Verdict::Undecided`] or [`Verdict::Vacuous`]: nothing was shown.
    Open,
    /// As expected; a proof or an unrefuted bound is as good as agreement.
    Expected,
}

impl Verdict {
    /// As tables and records write it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Agrees => "agrees",
            Verdict::Disagrees => "disagrees",
            Verdict::Undecided => "undecided",
            Verdict::Vacuous => "vacuous",
            Verdict::Proved => "proved",
            Verdict::NoCounterexample => "no counterexample",
            Verdict::NoValue => "no value",
        }
    }

    /// How it stands to the verdict that is expected.
    pub fn standing(self, expected: Verdict) -> Standing {
        let positive =
            |verdict: Verdict| matches!(verdict, Verdict::Agrees | Verdict::Proved | Verdict::NoCounterexample);
        match self {
            Verdict::NoValue => Standing::NoValue,
            _ if self == expected || positive(self) && positive(expected) => Standing::Expected,
            Verdict::Undecided | Verdict::Vacuous => Standing::Open,
            _ => Standing::Contrary,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl PartialOrd for Verdict {
    fn partial_cmp(&self, other: &Verdict) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Verdict {
    fn cmp(&self, other: &Verdict) -> Ordering {
        self.name().cmp(other.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standing_follows_the_exit_codes() {
        use Verdict::{Agrees, Disagrees, NoCounterexample, NoValue, Proved, Undecided, Vacuous};
        for (verdict, expected, standing) in [
            (Agrees, Agrees, Standing::Expected),
            (Agrees, Proved, Standing::Expected),
            (NoCounterexample, Agrees, Standing::Expected),
            (Disagrees, Disagrees, Standing::Expected),
            (Agrees, Disagrees, Standing::Contrary),
            (Disagrees, Agrees, Standing::Contrary),
            (Undecided, Agrees, Standing::Open),
            (Undecided, Disagrees, Standing::Open),
            (Vacuous, Agrees, Standing::Open),
            (NoValue, Agrees, Standing::NoValue),
            (NoValue, Disagrees, Standing::NoValue),
        ] {
            assert_eq!(verdict.standing(expected), standing, "{verdict} for {expected}");
        }
    }

    /// The names are part of the format of records.
    #[test]
    fn records_hold_the_names() {
        use Verdict::{Agrees, Disagrees, NoCounterexample, NoValue, Proved, Undecided, Vacuous};
        for verdict in [Agrees, Disagrees, Undecided, Vacuous, Proved, NoCounterexample, NoValue] {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
            assert_eq!(serde_json::from_value::<Verdict>(verdict.name().into()).unwrap(), verdict);
        }
    }
}
