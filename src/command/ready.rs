//! Claims, compiled for a verb that judges them.

use super::failure::{Failure, UNREADABLE, remark};
use super::interruption;
use super::library::Named;
use super::programs::Programs;
use crate::run::RunError;
use crate::run::plan::Prepared;
use crate::run::store::Store;
use std::path::Path;

/// Claims ready to be judged.
pub struct Ready<'a> {
    pub prepared: Vec<Prepared<'a>>,
    /// Whether others were left out for their faults.
    pub faulty: bool,
}

impl<'a> Ready<'a> {
    /// Planned alike on every machine, if the run is divided.
    pub fn divided(self, is_divided: bool) -> Ready<'a> {
        if !is_divided {
            return self;
        }
        Ready { prepared: self.prepared.into_iter().map(Prepared::planned_anywhere).collect(), ..self }
    }

    /// The exit code, if what was judged alone would have this one.
    pub fn code(&self, judged: u8) -> u8 {
        if self.faulty { UNREADABLE } else { judged }
    }
}

/// Compiles the claims. What is wrong with one is said, and the others go on; an error if none is left.
pub fn prepare<'a>(claims: &'a Named, programs: &Programs) -> Result<Ready<'a>, Failure> {
    let mut ready = Ready { prepared: Vec::new(), faulty: claims.faulty };
    let mut first: Option<Failure> = None;
    for claim in &claims.found {
        match programs.prepare(claim) {
            Ok(one) => ready.prepared.push(one),
            Err(error) => {
                // The first is kept back for the case that it is the end of the matter.
                if let Some(Failure::Message(before)) = first.replace(error) {
                    remark(&format!("error: {before}"));
                }
                ready.faulty = true;
            }
        }
    }
    match first {
        Some(failure) if ready.prepared.is_empty() => Err(failure),
        Some(Failure::Message(message)) => {
            remark(&format!("error: {message}"));
            Ok(ready)
        }
        _ => Ok(ready),
    }
}

/// The samples of the file of `--results`, which grows with the run, or none at first. From here on an interruption ends the run in order.
pub fn kept_results(path: Option<&Path>, seed: u64) -> Result<Store, Failure> {
    let store = path.map_or_else(|| Ok(Store::new(seed)), |path| Store::open(path, seed))?;
    interruption::end_in_order(path.is_some());
    Ok(store)
}

/// An error if `--json` names the file of `--results`.
pub fn check_apart(json: &Path, results: Option<&Path>) -> Result<(), Failure> {
    if results == Some(json) {
        return Err(RunError::file(json, "cannot hold both --json and --results; name two files").into());
    }
    Ok(())
}
