//! Property tests: every simulated limit, mean and bound at random points of its own declarations, judged by standard errors at the quick
//! budget. What disagrees is shrunk, and stays in `regressions.md`. They take many minutes, so that `.ci/explored` runs them and `cargo test`
//! does not.
//!
//! All points together share the level of one run: a claim has its part of it, fixed by the number of claims.

use super::{Failed, Store, lock};
use limitcheck::claim::{Catalogue, Claim, Kind, Status};
use limitcheck::compare::Budget;
use limitcheck::record::CellRecord;
use limitcheck::report::{explored_table, verdict_table};
use limitcheck::run::check::{check, is_contrary, is_open};
use limitcheck::run::explore::{Request, explore};
use limitcheck::run::plan::Prepared;
use std::sync::Mutex;

/// Points of each claim; every fourth is a corner.
const POINTS: usize = 4;
/// Steps from a point that disagrees to a simpler one.
const STEPS: usize = 8;
/// The largest share of undecided points, corners left out.
const OPEN_SHARE: f64 = 0.05;
/// Too few points say nothing of a share: those of a test or two that are run by name.
const FEW: usize = 60;

/// Points of all tests of this run.
#[derive(Default)]
pub struct Tally {
    points: usize,
    open: Vec<String>,
    corners: usize,
    open_corners: usize,
}

/// The claims that have such a test.
pub fn claims(catalogue: &Catalogue) -> Vec<&Claim> {
    let kind = |claim: &&Claim| matches!(claim.kind, Kind::Limit | Kind::Moment | Kind::Bound);
    let simulated = |claim: &&Claim| claim.simulator.is_some() && claim.status != Status::KnownFalse;
    catalogue.claims.iter().filter(kind).filter(simulated).collect()
}

/// No point is contrary to the claim's status.
pub fn property(claim: &Claim, claims: usize, store: &Mutex<Store>, tally: &Mutex<Tally>) -> Result<(), Failed> {
    let run = Request::new(POINTS, Budget::Quick);
    let request = Request { steps: STEPS, level: run.level / claims as f64, ..run };
    let record = explore(&[Prepared::new(claim)?], request, &mut lock(store))?;
    let mut tally = tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    for one in &record.cells {
        let open = is_open(&one.cell);
        if one.corner {
            tally.corners += 1;
            tally.open_corners += usize::from(open);
        } else {
            tally.points += 1;
            if open {
                let settings = serde_json::to_string(&one.cell.set).unwrap_or_default();
                tally.open.push(format!("{} {settings}: {}", claim.id, one.cell.reason));
            }
        }
    }
    let wrong = |cell: &CellRecord| is_contrary(cell) || cell.has_no_value();
    match record.cells.iter().any(|one| wrong(&one.cell)) {
        true => Err(explored_table(&record, &|claim| format!("limitcheck explore {claim} --budget quick")).into()),
        false if record.cells.is_empty() => Err("no point meets the hypotheses".into()),
        false => Ok(()),
    }
}

impl Tally {
    /// Says what was left open; false if that is too much.
    pub fn tell(&self) -> bool {
        self.open.iter().for_each(|open| println!("undecided: {open}"));
        let (open, all) = (self.open.len(), self.points);
        println!("{open} of {all} random points undecided; of {} corners {}", self.corners, self.open_corners);
        all < FEW || open as f64 <= OPEN_SHARE * all as f64
    }
}

/// Points that disagreed once: `claim-id: rho = 3, activation = erf` in list items.
pub fn regressions(catalogue: &Catalogue) -> Result<(), Failed> {
    let text = include_str!("regressions.md");
    let mut seen = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("* `")?.split_once('`')).map(|(line, _)| line) {
        let (id, settings) = line.split_once(':').ok_or("a regression is written `claim: name = value, ..`")?;
        let claim = catalogue.find(id).map_err(|error| error.to_string())?;
        let pairs = settings.split(", ").filter_map(|one| one.split_once('='));
        let given: Vec<(String, String)> = pairs.map(|(a, b)| (a.trim().into(), b.trim().into())).collect();
        let at = catalogue.settings(claim, &given, &|path| Err(format!("{path}: no file is read here")));
        let at = at.map_err(|error| error.to_string())?;
        let claim = Claim { grid: vec![at], specials: Vec::new(), ..claim.clone() };
        let run = check(&[Prepared::new(&claim)?], Budget::Quick, &mut Store::new(1))?;
        if run.cells.iter().any(is_contrary) {
            return Err(verdict_table(&run, None).into());
        }
        seen += 1;
    }
    if seen == 0 { Err("no regression was read".into()) } else { Ok(()) }
}
