//! One claim, with its formulas compiled once.

use super::catalogue::Catalogue;
use super::check::{CheckOptions, check};
use super::error::Error;
use super::point::{Curve, Point};
use super::setting::Setting;
use crate::claim::{self, sync};
use crate::compare::Budget;
use crate::record::RunRecord;
use crate::run::files;
use crate::run::plan::Prepared;
use crate::sim::Simulator;
use std::path::Path;
use std::sync::{Arc, OnceLock};

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

    /// The claim in a file; it may use the definitions of the bundled catalogue.
    ///
    /// # Errors
    /// As [`Catalogue::read`].
    pub fn read(path: impl AsRef<Path>) -> Result<Claim, Error> {
        Catalogue::bundled().read(path)
    }

    /// A claim from the text of a claim file.
    ///
    /// # Errors
    /// As [`Catalogue::parse`].
    pub fn parse(name: &str, text: &str) -> Result<Claim, Error> {
        Catalogue::bundled().parse(name, text)
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

    /// The statement in LaTeX, without dollar signs.
    pub fn latex(&self) -> String {
        sync::statement(&self.0.claim).limit.latex()
    }

    /// Names of the parameters, each with its default as the command line writes it, in the order of the file.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.0.claim.parameters.iter().map(|p| (p.name.clone(), p.default.to_string())).collect()
    }

    /// The claim with these parameters, and the defaults for all others.
    ///
    /// # Errors
    /// [`Error::Unknown`]: a parameter that the claim has not, or one given twice; a value out of its domain.
    pub fn at<N, S>(&self, settings: impl IntoIterator<Item = (N, S)>) -> Result<Point, Error>
    where
        N: AsRef<str>,
        S: Into<Setting>,
    {
        let given: Vec<(String, String)> =
            settings.into_iter().map(|(name, value)| (name.as_ref().to_string(), value.into().text())).collect();
        let read = |file: &str| self.read_beside(file);
        let settings = self.0.catalogue.settings(&self.0.claim, &given, &read)?;
        Ok(Point::new(self.clone(), settings))
    }

    /// The claim along a parameter, with the defaults for all others.
    ///
    /// # Errors
    /// As [`Claim::at`].
    pub fn along(&self, name: &str, values: &[f64]) -> Result<Curve, Error> {
        self.at::<&str, f64>([])?.along(name, values)
    }

    /// Judges the claim over its grid: simulation against limit.
    ///
    /// # Errors
    /// Formulas that cannot be evaluated anywhere. A cell without a value is no error: its verdict says so.
    pub fn check(&self, budget: Budget) -> Result<RunRecord, Error> {
        check(std::slice::from_ref(self), &CheckOptions::new(budget))
    }

    /// What `file(PATH)` leads to.
    fn read_beside(&self, file: &str) -> Result<String, String> {
        let own = &self.0.claim.text.path;
        let bundled = self.0.catalogue.claims.iter().any(|known| known.text.path == *own && own.starts_with("theory/"));
        if bundled { claim::catalogue::read_embedded(own, file) } else { files::read_beside(own, file) }
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
