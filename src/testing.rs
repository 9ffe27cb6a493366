//! What tests share: the catalogue of the binary, and a reader of claims that knows the library's simulators.

use crate::claim::{self, Catalogue, Claim, Definitions, Diagnostics};
use crate::model::settings::ReadFile;
pub use crate::sim::signatures;
use std::sync::OnceLock;

/// The catalogue of the binary, read once.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::embedded(&signatures()).unwrap_or_else(|faults| panic!("{}", faults[0])))
}

/// Reads a claim that may name the library's simulators.
///
/// # Errors
/// As [`claim::read_claim`].
pub fn read_claim(path: &str, text: &str, shared: &Definitions, read: ReadFile) -> Result<Claim, Diagnostics> {
    claim::read_claim(path, text, shared, &signatures(), read)
}
