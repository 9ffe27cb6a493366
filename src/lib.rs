//! Finds out whether a formula for a limit is right: evaluates it with an error bound, simulates finite networks, and says with statistics,
//! at one level for a whole run, whether the two agree.
//!
//! A [`Claim`] is a text file: a formula, where it holds, and which finite systems it is about. [`Catalogue::bundled`] has some two hundred
//! claims on the test error and the robustness of two-layer networks; [`Claim::read`] reads a file of one's own (its language is in
//! `theory/LANGUAGE.md`).
//!
//! ```
//! use limitcheck::Catalogue;
//!
//! # fn main() -> Result<(), limitcheck::Error> {
//! let claim = Catalogue::bundled().claim("nt-test-error")?;
//!
//! // How much of a quadratic target with half of its eigenvalues 1 and half of them -1 is not learnt by the tangent model of a network
//! // with half as many neurons as inputs? It is (1 - rho)^2.
//! let point = claim.at([("rho", "0.5"), ("spectrum", "rademacher")])?;
//! let limit = point.limit()?;
//! assert!((limit.value - 0.25).abs() <= limit.abs_err && limit.is_enclosed());
//!
//! // The same along a parameter, and 100 networks of dimension 32.
//! let curve = claim.along("rho", &[0.25, 0.5, 0.75])?.limits()?;
//! assert!(curve[0].value > curve[2].value);
//! let networks = point.simulate(32, 100, 1)?;
//! assert!((networks.mean() - limit.value).abs() < 0.1);
//! # Ok(())
//! # }
//! ```
//!
//! A conjecture is judged over its grid:
//!
//! ```no_run
//! use limitcheck::{Budget, Claim, Verdict};
//!
//! # fn main() -> Result<(), limitcheck::Error> {
//! let run = Claim::read("my-conjecture.md")?.check(Budget::Quick)?;
//! assert_eq!(run.cells[0].verdict, Verdict::Agrees);
//! # Ok(())
//! # }
//! ```
//!
//! What is simulated may be the caller's own: a [`Function`], or anything that implements [`Simulate`], made known to claim files by
//! [`Catalogue::with_simulator`].
//!
//! ````
//! use limitcheck::{Catalogue, Function, Simulator};
//!
//! # fn main() -> Result<(), limitcheck::Error> {
//! let text = "```claim
//! claim tail
//! title What is left at size d
//! kind limit
//! status conjecture
//! source a guess
//! simulator mine
//! observable rest
//! bias d^-1
//! grid
//! limit 1
//! ```
//! ";
//! let mine = Function::new("mine", &["rest"], |drawing| Ok(vec![1.0 + 1.0 / drawing.dim as f64]));
//! let claim = Catalogue::bundled().with_simulator(Simulator::own(mine)).parse("tail.md", text)?;
//! assert_eq!(claim.at::<&str, f64>([])?.simulate(4, 2, 1)?.values(), [1.25, 1.25]);
//! # Ok(())
//! # }
//! ````
//!
//! Every failure is an [`Error`] that says where and what to do. Nothing here prints, listens to signals or writes a file, but the results
//! file that [`CheckOptions::results`] names. Work is spread over the threads of rayon's global pool, or over [`Workers`] of the caller's, who
//! may watch and stop it; results have the same bits for any number of threads.
//!
//! The program `limitcheck` is [`command::run`], so that other programs can ship it. `examples/` has three small programs.

#![deny(missing_docs)]

pub mod command;
mod front;

pub use compare::Budget;
pub use front::{
    Catalogue, CheckOptions, Claim, Curve, Drawing, Error, Fault, Function, Limit, Point, Setting, Simulation, Stage,
    Watch, Workers, check, explore,
};
pub use model::{Activation, Numbers, Observable, Settings, Weights};
pub use record::explored::{ExploreRecord, ExploredCell, ExploredClaim};
pub use record::{CellRecord, FitRecord, RunRecord, SizeRecord, Standing, Subject, Verdict};
pub use sim::{Network, Number, Properties, Sample, SimError, Simulate, Simulator, Target, Work};
pub use verdict::Tolerance;

// The rest is the inside, which the tests of this repository reach and which may change at any time.
#[doc(hidden)]
pub mod calibration;
#[doc(hidden)]
pub mod claim;
#[doc(hidden)]
pub mod compare;
#[doc(hidden)]
pub mod explore;
pub(crate) mod formula;
#[doc(hidden)]
pub mod limit;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod num;
#[doc(hidden)]
pub mod record;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod run;
#[doc(hidden)]
pub mod sim;
#[doc(hidden)]
pub mod symbolic;
#[doc(hidden)]
pub mod testing;
#[doc(hidden)]
pub mod verdict;
