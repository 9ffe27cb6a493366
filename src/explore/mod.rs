//! Random admissible points of a claim, drawn from what the claim itself declares, and simpler points near one that disagrees.
//!
//! `numbers` and `laws` say how a parameter is drawn, `corners` which values are visited on purpose, `points` puts them together, `simpler`
//! proposes simpler settings. Nothing here knows a claim by its name, and nothing is simulated.
//!
//! May import `claim`, `limit`, `symbolic`, `model`, `num`.

mod corners;
mod laws;
mod numbers;
mod points;
mod simpler;

pub use points::{Point, points};
pub use simpler::Simpler;
