//! Judges systematically wrong versions of claims against the samples that judge the claims themselves: how many of them
//! does the checker refute? No network is drawn for a mutant; it costs an evaluation per cell and size.

mod class;
mod test_bed;

pub use crate::record::{ClaimMutants, Counts, MutantRecord, MutantsRecord, OperatorRecord};

use super::RunError;
use super::check::check_plan;
use super::plan::{Plan, Prepared};
use super::progress::{Progress, interrupted};
use super::store::Store;
use crate::compare::Budget;
use crate::symbolic::mutation::operator;
use crate::verdict::LOOKS;
use crate::verdict::rule::{RUN_LEVEL, cell_level};
use class::Class;
use rayon::prelude::*;
use test_bed::{Change, TestBed};

/// What the bar counts one mutant as.
const PROGRESS_STEP: f64 = 1e6;

/// Simulates what the verdicts of the claims need and is missing, then judges every mutant of every claim.
///
/// Claims that are not limits of simulated networks, and those known to be false, have no mutants. Results do not depend on
/// the number of threads.
///
/// # Errors
/// The store cannot be written; interruption.
pub fn score(prepared: &[Prepared], budget: Budget, store: &mut Store) -> Result<MutantsRecord, RunError> {
    let (plan, run) = check_plan(prepared, budget, store, true)?;
    let mut record = score_plan(&plan, prepared, budget, store)?;
    record.no_value = run.cells.iter().filter(|cell| cell.has_no_value()).count();
    Ok(record)
}

/// Likewise against what the store holds for the plan of a run that was judged; a missing block is an error.
pub(crate) fn score_plan(
    plan: &Plan,
    prepared: &[Prepared],
    budget: Budget,
    store: &Store,
) -> Result<MutantsRecord, RunError> {
    let alpha = cell_level(RUN_LEVEL, plan.cells_with_statistics(), LOOKS);
    let mut beds = Vec::new();
    for one in prepared {
        beds.push(TestBed::new(one, plan, budget, alpha, store)?);
    }
    let tasks: Vec<(usize, Change)> =
        beds.iter().enumerate().flat_map(|(i, bed)| bed.changes().into_iter().map(move |c| (i, c))).collect();
    let progress = Progress::start("mutants", tasks.len() as f64 * PROGRESS_STEP);
    let judged: Result<Vec<(usize, Class, MutantRecord)>, RunError> = tasks
        .par_iter()
        .map(|(bed, change)| {
            if interrupted() {
                return Err(RunError::Interrupted);
            }
            let (class, record) = beds[*bed].class(change);
            progress.advance(PROGRESS_STEP);
            Ok((*bed, class, record))
        })
        .collect();
    progress.finish();
    Ok(assemble(beds, judged?, budget, store.seed()))
}

fn assemble(beds: Vec<TestBed>, judged: Vec<(usize, Class, MutantRecord)>, budget: Budget, seed: u64) -> MutantsRecord {
    let mut total = Counts::default();
    let mut operators: Vec<(&str, Counts)> = operator::ALL.iter().map(|name| (*name, Counts::default())).collect();
    let mut claims: Vec<ClaimMutants> = beds
        .into_iter()
        .map(|bed| ClaimMutants {
            claim: bed.claim.id.clone(),
            counts: Counts::default(),
            score: None,
            survivors: Vec::new(),
            close_mutants: Vec::new(),
            invalid_mutants: Vec::new(),
            notes: bed.notes,
        })
        .collect();
    for (bed, class, record) in judged {
        let (one, claim) = (class.counts(), &mut claims[bed]);
        total += one;
        claim.counts += one;
        if let Some((_, counts)) = operators.iter_mut().find(|(name, _)| *name == record.operator) {
            *counts += one;
        }
        match class {
            Class::Survived => claim.survivors.push(record),
            Class::Close => claim.close_mutants.push(record),
            Class::Invalid => claim.invalid_mutants.push(record),
            Class::Identical | Class::Killed => {}
        }
    }
    for claim in &mut claims {
        claim.score = claim.counts.score();
    }
    let operators = operators.into_iter().filter(|(_, counts)| counts.generated > 0);
    let operators =
        operators.map(|(name, counts)| OperatorRecord { operator: name.to_string(), counts, score: counts.score() });
    MutantsRecord {
        level: RUN_LEVEL,
        seed,
        budget: budget.name().to_string(),
        total,
        score: total.score(),
        no_value: 0,
        operators: operators.collect(),
        claims,
    }
}
