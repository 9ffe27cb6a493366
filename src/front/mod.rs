//! What a program that uses this library calls: claims, their limits, networks beside them, verdicts. A thin layer over `run`, which does
//! the work.
//!
//! May import everything but `report` and `command`.

mod catalogue;
mod check;
mod claim;
mod error;
mod function;
mod point;
mod setting;
mod simulation;

pub use catalogue::Catalogue;
pub use check::{CheckOptions, check};
pub use claim::Claim;
pub use error::{Error, Fault};
pub use function::{Drawing, Function};
pub use point::{Curve, Limit, Point};
pub use setting::Setting;
pub use simulation::Simulation;
