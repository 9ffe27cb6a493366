//! What a program that uses this library calls: claims, their limits, networks beside them, verdicts. A thin layer over `run`, which does
//! the work.
//!
//! May import everything but `report` and `command`.

mod catalogue;
mod check;
mod claim;
mod error;
mod function;
mod options;
mod point;
mod setting;
mod simulation;
mod workers;

pub use catalogue::Catalogue;
pub use check::{check, explore};
pub use claim::Claim;
pub use error::{Error, Fault};
pub use function::{Drawing, Function};
pub use options::CheckOptions;
pub use point::{Curve, Limit, Point};
pub use setting::Setting;
pub use simulation::Simulation;
pub use workers::{Stage, Watch, Workers};
