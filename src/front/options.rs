//! What claims are judged by.

use super::claim::Claim;
use super::error::Error;
use crate::compare::Budget;
use crate::run::store::Store;
use crate::verdict::rule::{HIGHEST_LEVEL, WIDEST_FRACTION};
use crate::verdict::{Terms, Tolerance};
use std::path::PathBuf;

/// How claims are judged.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CheckOptions {
    /// What a cell may cost, and how wide its margin is.
    pub budget: Budget,
    /// Of every network: the same seed gives the same record, for any number of threads.
    pub seed: u64,
    /// Probability of any false verdict, at most 0.05, in place of 0.001; for claims outside the bundled catalogue.
    pub level: Option<f64>,
    /// The gap that does not matter, in place of the budget's; for claims outside the bundled catalogue.
    pub margin: Option<Tolerance>,
    /// A file that keeps the samples, and from which an interrupted run goes on.
    pub results: Option<PathBuf>,
}

impl CheckOptions {
    /// With seed 1, as on the command line, and nothing kept.
    pub fn new(budget: Budget) -> CheckOptions {
        CheckOptions { budget, seed: 1, level: None, margin: None, results: None }
    }

    /// With another seed.
    pub fn seed(mut self, seed: u64) -> CheckOptions {
        self.seed = seed;
        self
    }

    /// With another probability of any false verdict.
    pub fn level(mut self, level: f64) -> CheckOptions {
        self.level = Some(level);
        self
    }

    /// With another gap that does not matter.
    pub fn margin(mut self, margin: Tolerance) -> CheckOptions {
        self.margin = Some(margin);
        self
    }

    /// With a file that keeps the samples: it is made if it is not there, and gone on from if it is.
    pub fn results(mut self, path: impl Into<PathBuf>) -> CheckOptions {
        self.results = Some(path.into());
        self
    }

    /// What is asked of these claims.
    pub(super) fn terms(&self, claims: &[Claim]) -> Result<Terms, Error> {
        let terms = Terms { budget: self.budget, level: self.level, margin: self.margin };
        if let Some(claim) = claims.iter().find(|claim| terms.are_own() && claim.is_bundled()) {
            let message = "a level and a margin of one's own are for claims outside the catalogue";
            return Err(Error::Request(format!("{message}; those of `{}` are fixed", claim.id())));
        }
        if let Some(level) = self.level.filter(|level| !(*level > 0.0 && *level <= HIGHEST_LEVEL)) {
            return Err(Error::Request(format!("level {level}: a probability above 0, at most {HIGHEST_LEVEL}")));
        }
        match self.margin {
            Some(Tolerance::Fraction(fraction)) if !(fraction > 0.0 && fraction <= WIDEST_FRACTION) => {
                let form = format!("a fraction of the limit is above 0, at most {WIDEST_FRACTION}");
                Err(Error::Request(format!("margin {fraction}: {form}; `abs X` is a margin by itself")))
            }
            Some(Tolerance::Absolute(margin)) if !(margin > 0.0 && margin.is_finite()) => {
                Err(Error::Request(format!("margin abs {margin}: a gap is a finite number above 0")))
            }
            _ => Ok(terms),
        }
    }

    /// The samples that are there, and room for more.
    pub(super) fn store(&self) -> Result<Store, Error> {
        Ok(match &self.results {
            Some(path) => Store::open(path, self.seed)?,
            None => Store::new(self.seed),
        })
    }
}
