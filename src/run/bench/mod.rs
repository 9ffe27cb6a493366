//! How long each claim takes to decide at each budget, how fast its networks come near the limit, what one network costs.
//!
//! Every claim is judged by itself, on networks of its own: nothing that another claim or budget has drawn or evaluated is taken
//! over. Which budgets are left out is settled by the work formulas, so that only the seconds differ from run to run.

mod cost;
mod foretold;
mod rates;
mod request;
mod summary;

pub use request::{Allowance, Request};

use super::RunError;
use super::check::{check_plan, is_open};
use super::plan::{Plan, Prepared};
use super::progress::{Progress, interrupted};
use super::store::{Key, Store, fingerprint};
use crate::claim::Claim;
use crate::record::RunRecord;
use crate::record::bench::{BenchRecord, BenchRow, BenchTime, Judged};
use foretold::{Before, foretold, speed};
use std::collections::BTreeMap;
use std::time::Instant;
use summary::summary;

/// What the bar counts one claim as.
const PROGRESS_STEP: f64 = 1e6;

/// Measures every claim in turn, then the cost of a network. Rows that `before` has of the same statement are taken over if its
/// setting is the same. After each row `keep` gets what there is.
///
/// # Errors
/// A formula that cannot be compiled, an interruption, or an error of `keep`.
pub fn bench(
    claims: &[Claim],
    request: &Request,
    before: Option<BenchRecord>,
    keep: &mut dyn FnMut(&BenchRecord) -> Result<(), RunError>,
) -> Result<BenchRecord, RunError> {
    let setting = request.setting();
    let known = before.filter(|before| before.setting == setting).map_or(Vec::new(), |before| before.claims);
    let (claims_done, costs) = (Vec::new(), Vec::new());
    let mut record = BenchRecord { setting, complete: false, summaries: Vec::new(), claims: claims_done, costs };
    let progress = Progress::start("claims", claims.len() as f64 * PROGRESS_STEP);
    for claim in claims {
        let statement = format!("{:016x}", fingerprint(format!("{claim:?}").as_bytes()));
        let same = |row: &&BenchRow| row.claim == claim.id && row.statement == statement;
        let found = match known.iter().find(same) {
            Some(row) => row.clone(),
            None => row(claim, statement, request)?,
        };
        record.claims.push(found);
        record.summaries = (0..request.allowances.len()).map(|budget| summary(&record.claims, budget)).collect();
        keep(&record)?;
        progress.advance(PROGRESS_STEP);
    }
    progress.finish();
    record.costs = cost::costs(request)?;
    record.complete = true;
    keep(&record)?;
    Ok(record)
}

fn row(claim: &Claim, statement: String, request: &Request) -> Result<BenchRow, RunError> {
    let mut row = BenchRow {
        claim: claim.id.clone(),
        statement,
        kind: claim.kind.to_string(),
        simulated: claim.simulator.is_some(),
        times: Vec::new(),
        rate: None,
        no_rate: "no budget was run".to_string(),
    };
    let ahead = [Prepared::new(claim)?];
    let mut before: Option<Before> = None;
    for allowance in &request.allowances {
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        let budget = allowance.budget;
        let mut next = Plan::new(&ahead, budget)?;
        if let Some(before) = &before {
            next.keep_those_of(&before.plan);
        }
        let work = foretold(before.as_ref(), &next, budget);
        let mut time = BenchTime { foretold: work / speed(&ahead[0]), judged: None };
        if time.foretold <= allowance.seconds {
            let start = Instant::now();
            let alone = [Prepared::new(claim)?];
            let (plan, run) = check_plan(&alone, budget, &mut Store::new(request.seed), true)?;
            time.judged = Some(judged(start.elapsed().as_secs_f64(), &plan, &run));
            match rates::rate(claim, &run.cells, budget) {
                Ok(found) => row.rate = Some(found),
                Err(why) => row.no_rate = why,
            }
            // The same sizes and replicates, without the formulas that this budget has compiled.
            let mut drawn = Plan::new(&ahead, budget)?;
            drawn.keep_those_of(&plan);
            for (mine, cell) in drawn.cells.iter_mut().zip(&plan.cells) {
                mine.set_replicates(&cell.sizes.iter().map(|size| size.replicates).collect::<Vec<_>>());
            }
            // Grid points without a value cost nothing, now or at the next budget.
            let cells = run.cells.into_iter().filter(|cell| !cell.has_no_value()).collect();
            before = Some(Before { budget, plan: drawn, cells });
        }
        row.times.push(time);
    }
    if row.rate.is_some() {
        row.no_rate = String::new();
    }
    Ok(row)
}

fn judged(seconds: f64, plan: &Plan, run: &RunRecord) -> Judged {
    let blocks: BTreeMap<Key, u64> =
        plan.sizes().flat_map(|size| size.keys()).map(|key| (key.clone(), key.count)).collect();
    let mut judged = Judged {
        seconds,
        work: run.work,
        networks: blocks.values().sum(),
        verdicts: BTreeMap::new(),
        open: Vec::new(),
    };
    for cell in &run.cells {
        *judged.verdicts.entry(cell.verdict).or_default() += 1;
        if is_open(cell) && !judged.open.contains(&cell.reason) {
            judged.open.push(cell.reason.clone());
        }
    }
    judged
}
