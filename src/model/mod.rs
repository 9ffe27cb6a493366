//! Definitions that both sides of a check share: activations, spectra, parameter values.
//!
//! No expectation is computed here (that is what `limit` and `sim` must do apart from each other).
//! May import `symbolic` only.

pub mod activation;
pub mod names;
mod numbers;
mod observable;
mod pairing;
pub mod settings;
mod sizes;
mod spectrum;

pub use activation::{Activation, DefinedActivation};
pub use numbers::Numbers;
pub use observable::{Observable, Signature};
pub use pairing::Pairing;
pub use settings::{Settings, Value, ValueError, Weights};
pub use sizes::Sizes;
pub use spectrum::{Spectrum, SpectrumError, eigenvalue_pairs, short};
