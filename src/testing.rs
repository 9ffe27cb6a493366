//! What tests share: the catalogue of the binary, and a reader of claims that knows the library's simulators.

use crate::claim::{self, Catalogue, Claim, Definitions, Diagnostics};
use crate::model::settings::ReadFile;
use crate::sim::{self, Simulator};

pub use crate::sim::signatures;
use std::sync::OnceLock;

/// The catalogue of the binary, read once.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::embedded(&signatures()).unwrap_or_else(|faults| panic!("{}", faults[0])))
}

/// The simulator of the library that claims call so.
///
/// # Panics
/// There is none of this name.
pub fn simulator(name: &str) -> Simulator {
    sim::simulator(name).unwrap_or_else(|| panic!("no simulator `{name}`"))
}

/// Reads a claim that may name the library's simulators.
///
/// # Errors
/// As [`claim::read_claim`].
pub fn read_claim(path: &str, text: &str, shared: &Definitions, read: ReadFile) -> Result<Claim, Diagnostics> {
    claim::read_claim(path, text, shared, &signatures(), read)
}
