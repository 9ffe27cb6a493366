//! `limitcheck` finds out whether a formula for a limit is right: it evaluates the formula with an error bound, simulates finite
//! networks, and says with statistics, at one level for a whole run, whether the two agree.
//!
//! The flow, one way; a folder each:
//!
//! 1. A claim is a text file; [`claim::read_claim`] makes a [`claim::Claim`] of it, or lists its faults with their places.
//! 2. [`limit::Program`] compiles its formulas and evaluates them anywhere to a [`num::Estimate`], a value with a bound on its error.
//! 3. [`sim::draw`] draws finite networks, exact in the inputs, and observes [`sim::Sample`]s of them.
//! 4. [`compare::compare`] fits the gaps at several sizes, and [`verdict::judge`] says what they show of infinite size.
//! 5. [`run`] plans and does all of this, and leaves a [`record`], from which [`report`] draws its pages.
//!
//! ```text
//! claim text -> Claim -> limit (Estimate) ------+
//!                  \                            +-> comparison -> verdict -> record -> report
//!                   -> sim (Samples per size) --+
//! ```
//!
//! `limit` and `sim` never import each other: their agreement is the evidence. `tests/architecture.rs` keeps the arrows.
//!
//! A limit of the catalogue: how much of a quadratic target with half of its eigenvalues 1 and half of them -1 is not learnt by the
//! tangent model of a network with half as many neurons as inputs. It is `(1 - rho)^2`.
//!
//! ```
//! use limitcheck::claim::Catalogue;
//! use limitcheck::limit::{Formula, Place, Program};
//! use limitcheck::sim::signatures;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let catalogue = Catalogue::embedded(&signatures()).map_err(|faults| faults[0].to_string())?;
//! let claim = catalogue.find("nt-test-error")?;
//! let given = [("rho".to_string(), "0.5".to_string()), ("spectrum".to_string(), "rademacher".to_string())];
//! let settings = catalogue.settings(claim, &given, &|path| Err(format!("{path}: no file is read here")))?;
//! let limit = Program::compile(claim)?.evaluate(Formula::Limit, &Place { settings, size: None })?;
//! assert!((limit.value - 0.25).abs() <= limit.abs_err && limit.abs_err < 1e-10);
//! # Ok(())
//! # }
//! ```
//!
//! `examples/` has the same along a curve, networks beside a limit, and a conjecture of one's own, judged.

#![deny(missing_docs)]

pub mod calibration;
pub mod claim;
pub mod compare;
pub mod explore;
pub(crate) mod formula;
pub mod limit;
pub mod model;
pub mod num;
pub mod record;
pub mod report;
pub mod run;
pub mod sim;
pub mod symbolic;
#[doc(hidden)]
pub mod testing;
pub mod verdict;
