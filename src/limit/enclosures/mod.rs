//! Integrals, roots and series with proved bounds: formulas are walked on numbers that are sets, and what these say is handed to
//! `num::enclosed`. What cannot be enclosed is refused with the reason; the caller then estimates it.

mod body;
mod inner;
mod integral;
mod kinds;
mod root;
mod series;
mod variables;

/// Why there is no proved bound, in a few words.
pub type Unproved = String;
