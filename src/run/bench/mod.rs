//! How long each claim takes to decide at each budget, how fast its networks come near the limit, what one network costs.
//!
//! Every claim is judged by itself, on networks of its own: nothing that another claim or budget has drawn or evaluated is taken
//! over. Which budgets are left out is settled by the work formulas, so that only the seconds differ from run to run.

mod cost;
mod foretold;
mod rates;
mod stages;

use super::RunError;
use super::check::{check_plan, is_open};
use super::plan::{Plan, Prepared};
use super::progress::{Progress, interrupted};
use super::store::{Key, Store, fingerprint};
use crate::claim::Claim;
use crate::compare::Budget;
use crate::record::RunRecord;
use crate::record::bench::{BenchBudget, BenchRecord, BenchRow, BenchSetting, BenchSummary, BenchTime, Judged};
use foretold::{Before, foretold, speed};
use std::collections::BTreeMap;
use std::time::Instant;

/// What the bar counts one claim as.
const PROGRESS_STEP: f64 = 1e6;

/// A budget, and the seconds (by the work formulas) that one claim may take at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowance {
    /// The budget that the claim is judged at.
    pub budget: Budget,
    /// Foretold seconds above which it is left out.
    pub seconds: f64,
}

/// What is to be measured. Budgets stand from the cheapest to the dearest: each is foretold from the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The budgets in use.
    pub allowances: Vec<Allowance>,
    /// Foretold seconds that the draws of one size may take for the cost of a network; 0 for none.
    pub cost_seconds: f64,
    /// Seed of every network.
    pub seed: u64,
}

impl Request {
    /// What rows of this request, this program and this machine have in common.
    pub fn setting(&self) -> BenchSetting {
        let budget = |one: &Allowance| BenchBudget {
            name: one.budget.name().to_string(),
            margin: one.budget.margin_fraction(),
            seconds: one.seconds,
        };
        BenchSetting {
            program: program(),
            seed: self.seed,
            threads: rayon::current_num_threads(),
            processor: processor(),
            budgets: self.allowances.iter().map(budget).collect(),
            cost_seconds: self.cost_seconds,
        }
    }
}

/// The version alone does not tell two builds apart, and seconds of one are not those of the other.
fn program() -> String {
    let bytes = std::env::current_exe().and_then(std::fs::read).unwrap_or_default();
    format!("limitcheck {} ({:016x})", env!("CARGO_PKG_VERSION"), fingerprint(&bytes))
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = text.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim().to_string())
}

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
    let mut record =
        BenchRecord { setting, complete: false, summaries: Vec::new(), claims: claims_done, costs, stages: None };
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
    record.stages = stages::stages(request)?;
    record.complete = true;
    keep(&record)?;
    Ok(record)
}

/// Of the budget with this number.
fn summary(rows: &[BenchRow], budget: usize) -> BenchSummary {
    let decided = |simulated: bool| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row.simulated == simulated);
        let judged = rows.filter_map(|row| row.times[budget].judged.as_ref()).filter(|judged| judged.open.is_empty());
        judged.map(|judged| judged.seconds).collect()
    };
    let (networks, formulas) = (decided(true), decided(false));
    BenchSummary {
        simulated: rows.iter().filter(|row| row.simulated).count(),
        decided: networks.len(),
        total_seconds: sum(&networks),
        median_seconds: median(networks),
        formulas_decided: formulas.len(),
        formulas_seconds: sum(&formulas),
    }
}

/// Of no seconds: 0, not the -0 of `Iterator::sum`.
fn sum(seconds: &[f64]) -> f64 {
    seconds.iter().fold(0.0, |sum, one| sum + one)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        even if even % 2 == 0 => Some((values[middle - 1] + values[middle]) / 2.0),
        _ => Some(values[middle]),
    }
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
        let mut time = BenchTime { foretold: work / speed(claim), judged: None };
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
        *judged.verdicts.entry(cell.verdict.clone()).or_default() += 1;
        if is_open(cell) && !judged.open.contains(&cell.reason) {
            judged.open.push(cell.reason.clone());
        }
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_is_decided() {
        let row = |simulated: bool, seconds: f64, open: &[&str]| BenchRow {
            claim: String::new(),
            statement: String::new(),
            kind: String::new(),
            simulated,
            times: vec![BenchTime {
                foretold: 0.0,
                judged: Some(Judged {
                    seconds,
                    work: 0.0,
                    networks: 0,
                    verdicts: BTreeMap::new(),
                    open: open.iter().map(|reason| reason.to_string()).collect(),
                }),
            }],
            rate: None,
            no_rate: String::new(),
        };
        let mut rows = vec![row(true, 4.0, &[]), row(true, 1.0, &[]), row(true, 9.0, &["noise"]), row(false, 0.5, &[])];
        let found = summary(&rows, 0);
        assert_eq!((found.simulated, found.decided, found.formulas_decided), (3, 2, 1));
        assert_eq!((found.median_seconds, found.total_seconds, found.formulas_seconds), (Some(2.5), 5.0, 0.5));
        rows[0].times[0].judged = None;
        assert_eq!(summary(&rows, 0).median_seconds, Some(1.0));
        let none = summary(&[], 0);
        assert!(none.median_seconds.is_none() && none.formulas_seconds.is_sign_positive());
    }
}
