//! Claims by name, and the simulators that claim files may name.

use super::claim::Claim;
use super::error::Error;
use crate::claim::{self, read_claim};
use crate::model::Signature;
use crate::run::files;
use crate::sim::{Simulator, signatures};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Claims, the definitions that they share, and simulators.
#[derive(Clone)]
pub struct Catalogue {
    claims: Arc<claim::Catalogue>,
    /// Simulators of the caller's.
    own: Vec<Simulator>,
}

impl Catalogue {
    /// The catalogue that the library brings along: the theory of test error and robustness of two-layer networks.
    pub fn bundled() -> Catalogue {
        static BUNDLED: OnceLock<Arc<claim::Catalogue>> = OnceLock::new();
        let read = || match claim::Catalogue::embedded(&signatures()) {
            Ok(catalogue) => Arc::new(catalogue),
            // The tests read every file of it.
            Err(faults) => unreachable!("the bundled catalogue has faults: {}", faults[0]),
        };
        Catalogue { claims: Arc::clone(BUNDLED.get_or_init(read)), own: Vec::new() }
    }

    /// The same, with a simulator of the caller's that claim files may name, in place of the library's of that name if there is one.
    pub fn with_simulator(mut self, simulator: Simulator) -> Catalogue {
        self.own.retain(|other| *other != simulator);
        self.own.push(simulator);
        self
    }

    /// Ids of all claims, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.claims.claims.iter().map(|claim| claim.id.as_str())
    }

    /// The claim with this id.
    ///
    /// # Errors
    /// [`Error::Unknown`], with a near name.
    pub fn claim(&self, id: &str) -> Result<Claim, Error> {
        Ok(self.with_own(self.claims.find(id)?.clone()))
    }

    /// The claim in a file, which may use the catalogue's definitions. What the file names in `file(PATH)` is read beside it.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Faults`] with their places.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Claim, Error> {
        let text = files::read(path.as_ref())?;
        self.parse(&path.as_ref().display().to_string(), &text)
    }

    /// A claim from the text of a claim file. `name` stands for the file in messages, and `file(PATH)` is read relative to it.
    ///
    /// # Errors
    /// [`Error::Faults`] with their places.
    pub fn parse(&self, name: &str, text: &str) -> Result<Claim, Error> {
        let read = |file: &str| files::read_beside(name, file);
        Ok(self.with_own(read_claim(name, text, &self.claims.definitions, &self.signatures(), &read)?))
    }

    /// The claim, simulated by the caller's simulator if it names one.
    fn with_own(&self, claim: claim::Claim) -> Claim {
        let named = |own: &&Simulator| Some(own.name()) == claim.simulator.as_deref();
        let own = self.own.iter().find(named).cloned();
        Claim::new(claim, self.claims.clone(), own)
    }

    /// What claim files may name.
    fn signatures(&self) -> Vec<Signature> {
        let mut known = signatures();
        known.retain(|one| self.own.iter().all(|own| own.name() != one.simulator));
        known.extend(
            self.own
                .iter()
                .map(|own| Signature { simulator: own.name().to_string(), observables: own.observables().to_vec() }),
        );
        known
    }
}

impl Claim {
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
}
