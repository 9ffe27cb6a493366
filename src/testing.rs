//! What tests share: the catalogue of the binary, a reader of claims that knows the library's simulators, and random matrices.

use crate::claim::{self, Catalogue, Claim, Definitions, Diagnostics};
use crate::model::settings::ReadFile;
use crate::num::streams::stream;
use crate::sim::{self, Simulator};

use nalgebra::DMatrix;
use rand_distr::{Distribution, StandardNormal};
use std::sync::OnceLock;

pub use crate::sim::signatures;

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

/// A matrix of standard normals, the next of the generator, column by column.
pub fn normals(rows: usize, columns: usize, generator: impl rand::Rng) -> DMatrix<f64> {
    DMatrix::from_iterator(rows, columns, StandardNormal.sample_iter(generator).take(rows * columns))
}

/// A matrix of standard normals of a test's own: another one for each purpose, key and shape.
pub fn gaussian(purpose: &str, rows: usize, columns: usize, key: u64) -> DMatrix<f64> {
    normals(rows, columns, stream(key, purpose, "test", rows, columns, 0))
}
