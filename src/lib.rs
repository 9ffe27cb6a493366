//! `limitcheck`: a theorem about a limit is a text file. The formula in it is evaluated with an error bound
//! ([`limit`]), finite networks are simulated ([`sim`]), and statistics say whether the two agree ([`compare`], [`verdict`]).
//!
//! Data flows one way:
//!
//! ```text
//! claim text -> Claim -> limit (Estimate) ------+
//!                  \                            +-> comparison -> verdict -> record -> report
//!                   -> sim (Samples per size) --+
//! ```
//!
//! `limit` and `sim` never import each other: their agreement is the evidence. `tests/architecture.rs` keeps the arrows.

pub mod calibration;
pub mod claim;
pub mod compare;
pub mod limit;
pub mod model;
pub mod num;
pub mod record;
pub mod report;
pub mod run;
pub mod sim;
pub mod symbolic;
pub mod verdict;
