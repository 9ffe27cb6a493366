//! Definitions that both sides of a check share: activations, spectra, parameter values.
//!
//! No expectation is computed here (that is what `limit` and `sim` must do apart from each other).
//! May import `symbolic` only.

pub mod activation;
pub mod names;
mod network;
mod pairing;
pub mod settings;
mod spectrum;

pub use activation::{Activation, DefinedActivation};
pub use network::{Numbers, Observable, Simulator};
pub use pairing::Pairing;
pub use settings::{Settings, Value, ValueError, Weights};
pub use spectrum::{Spectrum, SpectrumError, eigenvalue_pairs, short};
