//! Claims, judged.

use super::claim::Claim;
use super::error::Error;
use crate::compare::Budget;
use crate::record::RunRecord;
use crate::run;
use crate::run::plan::Prepared;
use crate::run::store::Store;

/// How claims are judged.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CheckOptions {
    /// What a cell may cost, and how wide its margin is.
    pub budget: Budget,
    /// Of every network: the same seed gives the same record, for any number of threads.
    pub seed: u64,
}

impl CheckOptions {
    /// With seed 1, as on the command line.
    pub fn new(budget: Budget) -> CheckOptions {
        CheckOptions { budget, seed: 1 }
    }

    /// With another seed.
    pub fn seed(mut self, seed: u64) -> CheckOptions {
        self.seed = seed;
        self
    }
}

/// Judges claims over their grids, at one level for all of them together; they share the networks of their simulators.
///
/// # Errors
/// Formulas that cannot be evaluated anywhere; two claims with one id. A cell without a value is no error: its verdict says so.
pub fn check(claims: &[Claim], options: &CheckOptions) -> Result<RunRecord, Error> {
    for (index, claim) in claims.iter().enumerate() {
        if claims[..index].iter().any(|other| other.id() == claim.id()) {
            return Err(Error::Request(format!("claim `{}` is given twice", claim.id())));
        }
    }
    let prepared: Result<Vec<Prepared>, Error> = claims.iter().map(Claim::prepared).collect();
    Ok(run::check::check(&prepared?, options.budget, &mut Store::new(options.seed))?)
}

impl Claim {
    /// Judges the claim over its grid: simulation against limit.
    ///
    /// # Errors
    /// Formulas that cannot be evaluated anywhere. A cell without a value is no error: its verdict says so.
    pub fn check(&self, budget: Budget) -> Result<RunRecord, Error> {
        check(std::slice::from_ref(self), &CheckOptions::new(budget))
    }
}
