//! Integrals, roots and series with proved bounds: formulas are walked on numbers that are sets, and what these say is handed to
//! `num::enclosed`. What cannot be enclosed is refused with the reason; the caller then estimates it.

mod body;
mod inner;
mod integral;
mod kinds;
mod root;
mod series;
mod system;
mod variables;

use crate::formula::Fault;

/// Why there is no proved bound.
#[derive(Clone, Debug)]
pub struct Unproved {
    /// In a few words.
    pub reason: String,
    /// Whether it is an integral that may diverge.
    pub diverges: bool,
}

impl From<String> for Unproved {
    fn from(reason: String) -> Unproved {
        Unproved { reason, diverges: false }
    }
}

impl From<&str> for Unproved {
    fn from(reason: &str) -> Unproved {
        Unproved::from(reason.to_string())
    }
}

impl From<Fault> for Unproved {
    fn from(fault: Fault) -> Unproved {
        Unproved::from(fault.message)
    }
}
