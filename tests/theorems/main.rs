//! Theorem validation: every claim file under `theory/` is a test of its own, named by its id with `_` for `-`.
//! `cargo test rf_robustness` judges that claim at the quick budget (undecided and vacuous fail), and its planted wrong
//! versions, which must be refuted. `.ci/explored rf_robustness` tries it at random points.
//!
//! The tests are found at run time (Cargo.toml: `harness = false`), so that a new claim file needs no Rust.

mod explored;
mod planted;
mod sensitive;

use explored::Tally;
use libtest_mimic::{Arguments, Failed, Trial};
use limitcheck::claim::{Catalogue, Claim, ClaimText};
use limitcheck::compare::Budget;
use limitcheck::record::{CellRecord, Verdict};
use limitcheck::report::verdict_table;
use limitcheck::run::check::{check, exit_code};
use limitcheck::run::looks::refutation;
use limitcheck::run::plan::Prepared;
use limitcheck::run::store::Store;
use limitcheck::testing::signatures;
use planted::Planted;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard};

fn theory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("theory")
}

fn read_beside(claim: &str, path: &str) -> Result<String, String> {
    read(&Path::new(claim).parent().unwrap_or(Path::new("")).join(path).display().to_string())
}

fn read(path: &str) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

/// Every Markdown file under `theory/`, folders within it too.
fn files(folder: &Path, found: &mut Vec<(String, String)>) -> Result<(), String> {
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "md") {
            let path = path.display().to_string();
            found.push((path.clone(), read(&path)?));
        }
    }
    Ok(())
}

fn catalogue() -> Result<Catalogue, String> {
    let mut found = Vec::new();
    files(&theory(), &mut found)?;
    found.sort();
    Catalogue::from_files(found, &signatures(), &read_beside)
        .map_err(|faults| faults.iter().map(|f| f.to_string()).collect())
}

/// Claims of the same simulator, and wrong versions, share their networks through one store; those of others go on beside them.
#[derive(Default)]
struct Stores(BTreeMap<String, Arc<Mutex<Store>>>);

impl Stores {
    fn of(&mut self, claim: &Claim) -> Arc<Mutex<Store>> {
        let fresh = || Arc::new(Mutex::new(Store::new(1)));
        match &claim.simulator {
            None => fresh(),
            Some(simulator) => Arc::clone(self.0.entry(simulator.clone()).or_insert_with(fresh)),
        }
    }

    fn work(&self) -> f64 {
        self.0.values().map(|store| lock(store).drawn).sum()
    }
}

/// A test that failed while holding the store leaves whole blocks behind: they stay usable.
fn lock(store: &Mutex<Store>) -> MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn validate(claim: &Claim, store: &Mutex<Store>) -> Result<(), Failed> {
    let run = check(&[Prepared::new(claim)?], Budget::Quick, &mut lock(store))?;
    if run.cells.is_empty() {
        return Err("no cell was judged".into());
    }
    match exit_code(&run) {
        0 => Ok(()),
        _ => Err(verdict_table(&run, None).into()),
    }
}

/// The wrong version must be refuted in at least one cell: by simulation, not by a stated special value or second form, if the
/// claim is simulated.
fn refute(planted: &Planted, right: &Claim, store: &Mutex<Store>) -> Result<(), Failed> {
    let ClaimText { path: name, text: claim } = &right.text;
    let definitions = read(&theory().join("definitions.md").display().to_string())?;
    let occurrences = claim.matches(planted.from).count() + definitions.matches(planted.from).count();
    if occurrences != 1 {
        return Err(format!("`{}` occurs {occurrences} times in the claim and the definitions", planted.from).into());
    }
    let claim = claim.replace(planted.from, planted.to);
    let definitions = definitions.replace(planted.from, planted.to);
    let shared = Catalogue::from_files(vec![("definitions.md".to_string(), definitions)], &signatures(), &read_beside)
        .map_err(|faults| faults.iter().map(|f| f.to_string()).collect::<String>())?;
    let claim = limitcheck::testing::read_claim(name, &claim, &shared.definitions, &|file| read_beside(name, file))?;
    let run = refutation(&Prepared::new(&claim)?, &Prepared::new(right)?, Budget::Quick, store)?;
    let unsimulated = claim.simulator.is_none();
    let refuted = |cell: &CellRecord| cell.verdict == Verdict::Disagrees && (cell.replicates > 0 || unsimulated);
    if run.cells.last().is_some_and(refuted) { Ok(()) } else { Err(verdict_table(&run, None).into()) }
}

fn main() -> ExitCode {
    limitcheck::num::keep_freed_memory();
    let mut arguments = Arguments::from_args();
    // More than there are cores: who waits for a store leaves its core to claims of other simulators.
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    arguments.test_threads.get_or_insert(4 * cores);
    let catalogue = match catalogue() {
        Ok(catalogue) => catalogue,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let mut stores = Stores::default();
    let mut trials = Vec::new();
    for claim in &catalogue.claims {
        let (own, shared) = (claim.clone(), stores.of(claim));
        trials.push(Trial::test(claim.id.replace('-', "_"), move || validate(&own, &shared)));
    }
    for planted in planted::all() {
        let name = format!("wrong_{}_{}", planted.claim.replace('-', "_"), planted.slip);
        match catalogue.find(planted.claim) {
            Ok(claim) => {
                let (right, shared) = (claim.clone(), stores.of(claim));
                trials.push(Trial::test(name, move || refute(planted, &right, &shared)));
            }
            Err(why) => {
                let why = why.to_string();
                trials.push(Trial::test(name, move || Err(why.into())));
            }
        }
    }
    let tally = Arc::new(Mutex::new(Tally::default()));
    let explored = explored::claims(&catalogue);
    for claim in &explored {
        let (own, shared, tally, count) = ((*claim).clone(), stores.of(claim), Arc::clone(&tally), explored.len());
        let name = format!("explored_{}", claim.id.replace('-', "_"));
        let trial = Trial::test(name, move || explored::property(&own, count, &shared, &tally));
        trials.push(trial.with_ignored_flag(true));
    }
    for claim in sensitive::claims(&catalogue) {
        let name = claim.id.replace('-', "_");
        for (word, percent, budget) in [("fifteen", 15, Budget::Quick), ("five", 5, Budget::Standard)] {
            let (own, shared) = (claim.clone(), stores.of(claim));
            let refuted = move || sensitive::refuted(&own, percent, budget, &shared);
            let trial = Trial::test(format!("{word}_percent_{name}"), refuted);
            trials.push(trial.with_ignored_flag(budget == Budget::Standard));
        }
    }
    let whole = catalogue.clone();
    trials.push(Trial::test("regressions", move || explored::regressions(&whole)));
    assert!(!catalogue.claims.is_empty(), "the catalogue has no claims");
    let conclusion = libtest_mimic::run(&arguments, trials);
    println!("simulated: {:.2e} floating-point operations by the work formulas\n", stores.work());
    let decided = tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).tell();
    if decided { conclusion.exit_code() } else { ExitCode::FAILURE }
}
