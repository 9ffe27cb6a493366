//! Claims, compiled for a verb that judges them.

use super::failure::{Failure, UNREADABLE, remark};
use super::library::Named;
use super::programs::Programs;
use crate::run::plan::Prepared;

/// Claims ready to be judged.
pub struct Ready<'a> {
    pub prepared: Vec<Prepared<'a>>,
    /// Whether others were left out for their faults.
    pub faulty: bool,
}

impl Ready<'_> {
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
