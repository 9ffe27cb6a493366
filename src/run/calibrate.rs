//! Calibrates the judge: many verdicts on mock samples with known truth, and the fits' intervals on real cells over many seeds.

use super::RunError;
use super::gaps::{Own, gaps, observe};
use super::plan::{Cell, Plan, Prepared};
use super::progress::{Progress, interrupted};
use super::records::{at_default, settings_json};
use super::simulate::simulate;
use super::store::Store;
use crate::calibration::{Outcome, Row, Tally, rows, verdict};
use crate::claim::{Claim, Kind};
use crate::compare::quantile::{binomial_interval, student_two_sided};
use crate::compare::{Budget, Comparison, Moments, compare};
use crate::record::{CalibrationRecord, CalibrationRow, NullCell, NullRun};
use rayon::prelude::*;
use std::path::Path;

/// Levels of one cell, verdicts at each, and the rows tried there: all, or the first so many of the plainest.
const LEVELS: [(f64, u64); 2] = [(0.05, 2_000), (0.01, 2_000)];
const FINE_LEVEL: (f64, u64) = (1e-3, 20_000);
const FINE_ROWS: [&str; 2] = ["true, bias d^-1", "just beyond the margin"];

/// Confidence of the intervals about measured rates.
const CONFIDENCE: f64 = 0.95;

/// What the bar counts one verdict as.
const PROGRESS_STEP: f64 = 1e6;

/// Verdicts on every mock row.
pub(crate) fn mock_rows(seed: u64) -> Result<Vec<CalibrationRow>, RunError> {
    let rows = rows();
    let mut tasks: Vec<(&Row, f64, u64)> = Vec::new();
    for (level, verdicts) in LEVELS {
        tasks.extend(rows.iter().map(|row| (row, level, verdicts)));
    }
    let fine = rows.iter().filter(|row| FINE_ROWS.contains(&row.name));
    tasks.extend(fine.map(|row| (row, FINE_LEVEL.0, FINE_LEVEL.1)));
    let total: u64 = tasks.iter().map(|(_, _, verdicts)| verdicts).sum();
    let progress = Progress::start("mock verdicts", total as f64 * PROGRESS_STEP);
    let mut measured = Vec::new();
    for (row, level, verdicts) in tasks {
        let outcomes: Result<Vec<Outcome>, RunError> = (0..verdicts)
            .into_par_iter()
            .map(
                |number| if interrupted() { Err(RunError::Interrupted) } else { Ok(verdict(row, level, seed, number)) },
            )
            .collect();
        let tally = outcomes?.into_iter().fold(Tally::default(), Tally::with);
        measured.push(record(row, level, &tally));
        progress.advance(verdicts as f64 * PROGRESS_STEP);
    }
    progress.finish();
    Ok(measured)
}

fn record(row: &Row, level: f64, tally: &Tally) -> CalibrationRow {
    let n = tally.verdicts;
    CalibrationRow {
        name: row.name.to_string(),
        inside: row.inside,
        level,
        verdicts: n,
        right: tally.right(row),
        right_is: row.right(),
        wrong: tally.wrong(row),
        wrong_interval: binomial_interval(tally.wrong(row), n, CONFIDENCE),
        form: tally.form,
        open: tally.open,
        draws: tally.draws as f64 / n as f64,
    }
}

/// Sizes of the null run, smaller than those of any budget, and replicates at each: one look.
const NULL_DIMS: [usize; 5] = [16, 24, 40, 64, 96];
const NULL_REPLICATES: u64 = 128;

/// Cells whose replicates of the null run cost more operations than this are left out.
const NULL_WORK: f64 = 4e8;

/// Two-sided level of the intervals of the null run.
const NULL_LEVEL: f64 = 0.05;

/// The cheap cells of true limits of networks, simulated anew with each of `seeds` seeds: how often does the 95 % interval of the gap miss
/// zero? Cells without a value, and those whose spectra do not fill the dimensions in use, are left out. With a folder, samples are kept there, one results file a seed, and a run goes on from what it holds.
pub(crate) fn null_run(prepared: &[Prepared], seeds: u64, folder: Option<&Path>) -> Result<NullRun, RunError> {
    let mut plan = Plan::new(prepared, Budget::Quick)?;
    plan.cells.retain(|cell| cell.needs_statistics() && is_network(cell.prepared.claim));
    plan.cells.retain_mut(|cell| {
        let rule = &cell.prepared.claim.sizes;
        let size = |dim| cell.prepared.size(&cell.settings, rule.at(dim, &cell.settings), NULL_REPLICATES);
        // A law whose atoms these dimensions do not hold has no such sizes.
        let sizes: Result<_, RunError> = NULL_DIMS.into_iter().map(size).collect();
        sizes.is_ok_and(|sizes| {
            cell.sizes = sizes;
            work(cell) <= NULL_WORK
        })
    });
    // Every cell that is left is one of simulated networks.
    let own: Vec<Own> = plan.evaluate()?.into_iter().flatten().collect();
    let mut cells: Vec<NullCell> = plan.cells.iter().map(null_cell).collect();
    // Cells of one seed share networks; seeds are independent.
    let mut shares = Vec::new();
    for seed in 1..=seeds {
        let mut store = match folder {
            Some(folder) => Store::open(&folder.join(format!("seed-{seed}.jsonl")), seed)?,
            None => Store::new(seed),
        };
        simulate("null run", plan.cells.iter().flat_map(|cell| &cell.sizes), &mut store)?;
        let mut missed = Vec::new();
        for ((cell, own), record) in plan.cells.iter().zip(&own).zip(&mut cells) {
            let gaps = gaps(cell, &observe(cell, &store)?, &own.sizes);
            // Cells without noise have no interval to miss with.
            let Comparison::Fitted(fitted) = compare(&gaps, cell.order(), NULL_LEVEL) else { continue };
            let misses = |[low, high]: [f64; 2]| u64::from(low > 0.0 || high < 0.0);
            let miss = misses(fitted.full.interval());
            record.seeds += 1;
            record.full += miss;
            record.reduced += misses(fitted.reduced.interval());
            record.hull += misses(fitted.interval);
            record.form += u64::from(fitted.full.chi_squared_p < NULL_LEVEL);
            missed.push(miss as f64);
        }
        shares.push(Moments::of(&missed).mean);
    }
    cells.retain(|cell| cell.seeds > 0);
    for cell in &mut cells {
        cell.full_interval = binomial_interval(cell.full, cell.seeds, CONFIDENCE);
    }
    let share = Moments::of(&shares);
    let half = match share.count {
        0 | 1 => f64::INFINITY,
        n => student_two_sided(1.0 - CONFIDENCE, (n - 1) as f64) * share.standard_error(),
    };
    let interval = [(share.mean - half).max(0.0), (share.mean + half).min(1.0)];
    Ok(NullRun { seeds, replicates: NULL_REPLICATES, level: NULL_LEVEL, share: share.mean, interval, cells })
}

/// Limits of what networks show: claims of other observables have so little noise that the order which the fit does not know is
/// seen at sizes as small as these (LIMITS).
fn is_network(claim: &Claim) -> bool {
    let simulator = matches!(claim.simulator.as_deref(), Some("init" | "rf" | "nt"));
    let observable = claim.observable.as_ref().map(|observable| observable.name());
    let observable = matches!(observable, Some("test-error" | "robustness"));
    claim.kind == Kind::Limit && simulator && observable
}

fn work(cell: &Cell) -> f64 {
    let one = |size: &super::plan::CellSize| size.flops();
    cell.sizes.iter().map(one).sum::<f64>() * NULL_REPLICATES as f64
}

fn null_cell(cell: &Cell) -> NullCell {
    let usual = at_default(cell.prepared.claim, &cell.settings);
    let mut set = settings_json(&cell.settings);
    set.retain(|name, _| !usual.contains(name));
    NullCell {
        claim: cell.prepared.claim.id.clone(),
        set,
        seeds: 0,
        full: 0,
        full_interval: [0.0, 1.0],
        reduced: 0,
        hull: 0,
        form: 0,
    }
}

/// Everything that the calibration report shows.
///
/// # Errors
/// A results file that cannot be written, a network that cannot be simulated, or an interruption.
pub fn calibrate(
    prepared: &[Prepared],
    seed: u64,
    seeds: u64,
    folder: Option<&Path>,
) -> Result<CalibrationRecord, RunError> {
    let rows = mock_rows(seed)?;
    let null = if seeds > 0 { Some(null_run(prepared, seeds, folder)?) } else { None };
    Ok(CalibrationRecord { seed, rows, null })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every claim of the catalogue is either among the cells or left out, whatever laws it speaks of.
    #[test]
    fn the_whole_catalogue_can_be_simulated_anew() {
        let catalogue = crate::testing::catalogue();
        let prepared: Vec<Prepared> = catalogue.claims.iter().map(|claim| Prepared::new(claim).unwrap()).collect();
        let run = null_run(&prepared, 1, None).unwrap();
        let claims: std::collections::BTreeSet<&str> = run.cells.iter().map(|cell| cell.claim.as_str()).collect();
        for id in ["init-test-error", "rf-robustness", "nt-test-error"] {
            assert!(claims.contains(id), "{claims:?}");
        }
        assert!(run.cells.len() > 40, "{} cells", run.cells.len());
    }
}
