//! Special functions with proved bounds: the gamma function, the derivatives of its logarithm, Bessel functions.
//!
//! Values are computed in balls from expansions whose remainders have bounds; nothing is taken from a library. `theory/NUMERICS.md`
//! names the theorems.

mod bessel;
mod gamma;

pub use bessel::Bessel;
pub use gamma::{LEAST_GAMMA, LEAST_LOG_GAMMA, polygamma_size};

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
