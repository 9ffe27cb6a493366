//! Claims, judged over their grids and between them.

use super::claim::Claim;
use super::error::Error;
use super::options::CheckOptions;
use crate::compare::Budget;
use crate::record::RunRecord;
use crate::record::explored::ExploreRecord;
use crate::run;
use crate::run::explore::Request;
use crate::run::plan::Prepared;

/// More points of one claim than anybody waits for.
const MOST_POINTS: usize = 10_000;

/// Judges claims over their grids, at one level for all of them together; they share the networks of their simulators.
///
/// # Errors
/// Formulas that cannot be evaluated anywhere; two claims with one id; a results file that is none, or of another seed. A cell without a
/// value is no error: its verdict says so.
pub fn check(claims: &[Claim], options: &CheckOptions) -> Result<RunRecord, Error> {
    let terms = options.terms(claims)?;
    let prepared = prepared(claims)?;
    Ok(run::check::check(&prepared, terms, &mut options.store()?)?)
}

/// Judges each claim at `points` random points that it speaks of, which the seed determines, and looks for simpler settings near those that
/// disagree.
///
/// # Errors
/// As [`check`]; no points, or more than 10,000; a margin of one's own.
pub fn explore(claims: &[Claim], points: usize, options: &CheckOptions) -> Result<ExploreRecord, Error> {
    let terms = options.terms(claims)?;
    if points == 0 || points > MOST_POINTS {
        return Err(Error::Request(format!("{points} points: ask for 1 to {MOST_POINTS}")));
    }
    if options.margin.is_some() {
        return Err(Error::Request("a margin of one's own is for the points of the grid".to_string()));
    }
    let prepared = prepared(claims)?;
    let request = Request { level: terms.level(), ..Request::new(points, options.budget) };
    Ok(run::explore::explore(&prepared, request, &mut options.store()?)?)
}

fn prepared(claims: &[Claim]) -> Result<Vec<Prepared<'_>>, Error> {
    for (index, claim) in claims.iter().enumerate() {
        if claims[..index].iter().any(|other| other.id() == claim.id()) {
            return Err(Error::Request(format!("claim `{}` is given twice", claim.id())));
        }
    }
    claims.iter().map(Claim::prepared).collect()
}

impl Claim {
    /// Judges the claim over its grid: simulation against limit.
    ///
    /// # Errors
    /// Formulas that cannot be evaluated anywhere. A cell without a value is no error: its verdict says so.
    pub fn check(&self, budget: Budget) -> Result<RunRecord, Error> {
        check(std::slice::from_ref(self), &CheckOptions::new(budget))
    }

    /// Judges the claim at random points that it speaks of, with seed 1.
    ///
    /// # Errors
    /// As [`explore`].
    pub fn explore(&self, points: usize, budget: Budget) -> Result<ExploreRecord, Error> {
        explore(std::slice::from_ref(self), points, &CheckOptions::new(budget))
    }
}
