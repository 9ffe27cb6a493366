//! One claim, with its formulas compiled once. What can be asked of it stands in the files that answer.

use super::error::Error;
use crate::claim::{self, sync};
use crate::run::plan::Prepared;
use crate::run::simulator_program;
use crate::sim::Simulator;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A claim: a formula for a limit, where it holds, and how it is tested. Cheap to clone; clones share what was computed.
#[derive(Clone)]
pub struct Claim(Arc<Inner>);

struct Inner {
    claim: claim::Claim,
    /// For what is said of parameters that the claim has not.
    catalogue: Arc<claim::Catalogue>,
    /// The caller's.
    simulator: Option<Simulator>,
    program: OnceLock<Arc<crate::limit::Program>>,
}

impl Claim {
    pub(super) fn new(claim: claim::Claim, catalogue: Arc<claim::Catalogue>, simulator: Option<Simulator>) -> Claim {
        Claim(Arc::new(Inner { claim, catalogue, simulator, program: OnceLock::new() }))
    }

    /// Its permanent name.
    pub fn id(&self) -> &str {
        &self.0.claim.id
    }

    /// One line in words.
    pub fn title(&self) -> &str {
        &self.0.claim.title
    }

    /// `limit`, `moment`, `rate`, `bound`, `identity`, `monotone` or `diverges`.
    pub fn kind(&self) -> String {
        self.0.claim.kind.to_string()
    }

    /// `theorem`, `derived`, `conjecture` or `known-false`.
    pub fn status(&self) -> String {
        self.0.claim.status.to_string()
    }

    /// The file that it stands in, as its reader was told.
    pub fn path(&self) -> &str {
        &self.0.claim.text.path
    }

    /// What is observed of each draw; None of a claim about formulas alone.
    pub fn observable(&self) -> Option<&str> {
        self.0.claim.observable.as_ref().map(|observable| observable.name())
    }

    /// The simulator as the claim names it: one of the library's, `program` or `given`; None of a claim about formulas or samples alone.
    pub fn simulator(&self) -> Option<&str> {
        self.0.claim.simulator.as_deref()
    }

    /// Names of the sizes, the one that grows first.
    pub fn sizes(&self) -> Vec<&str> {
        self.0.claim.sizes.named().map(|(name, _)| name).collect()
    }

    /// Whether the catalogue that the library brings along has a claim of this id.
    pub(super) fn is_bundled(&self) -> bool {
        self.0.catalogue.claims.iter().any(|known| known.id == self.id())
    }

    /// The claim, simulated by this in place of what it names, such as `simulator given`.
    pub fn simulated_by(&self, simulator: Simulator) -> Claim {
        Claim::new(self.0.claim.clone(), Arc::clone(&self.0.catalogue), Some(simulator))
    }

    /// What would be run for a claim whose simulator is a program, as a terminal may show it; None of any other.
    pub fn command(&self) -> Option<String> {
        self.0.claim.program.as_ref().map(|_| simulator_program::command_shown(&self.0.claim))
    }

    /// The claim, simulated by the program that it names: what stands in the claim file is then executed on this machine. Nothing runs before
    /// the first draw. `timeout` is for one replicate.
    ///
    /// # Errors
    /// A claim without a program; a file that the program depends on cannot be read.
    pub fn allowing_program(&self, timeout: Duration) -> Result<Claim, Error> {
        Ok(self.simulated_by(simulator_program::simulator(&self.0.claim, timeout)?))
    }

    /// The statement in LaTeX, without dollar signs.
    pub fn latex(&self) -> String {
        sync::statement(&self.0.claim).limit.latex()
    }

    /// Names of the parameters, each with its default as the command line writes it, in the order of the file.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.0.claim.parameters.iter().map(|p| (p.name.clone(), p.default.to_string())).collect()
    }

    /// With the formulas compiled, once for all clones.
    pub(super) fn prepared(&self) -> Result<Prepared<'_>, Error> {
        let claim = &self.0.claim;
        let simulator = self.0.simulator.clone();
        if let Some(program) = self.0.program.get() {
            return Ok(Prepared::with_program(claim, Arc::clone(program), simulator)?);
        }
        let prepared = match simulator {
            Some(simulator) => Prepared::simulated_by(claim, simulator)?,
            None => Prepared::new(claim)?,
        };
        // Another thread may have been first; both programs are the same.
        let _ = self.0.program.set(Arc::clone(&prepared.program));
        Ok(prepared)
    }

    pub(super) fn claim(&self) -> &claim::Claim {
        &self.0.claim
    }

    pub(super) fn catalogue(&self) -> &claim::Catalogue {
        &self.0.catalogue
    }
}
