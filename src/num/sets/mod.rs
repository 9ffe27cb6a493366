//! Numbers that are sets, on which a formula is evaluated once to learn something of all their members: [`Segment`] (a real interval),
//! [`Disc`] (an analytic function on a complex disc) and [`Tail`] (a function on a whole half-line).
//!
//! What these say about an integrand proves the error of a Gauss rule, of a cut end, of a root. `theory/NUMERICS.md` has the theorems.
//!
//! Trusted: the hardware's arithmetic, and library functions to two units in the last place.

pub mod disc;
mod exponential_integral;
mod hermite;
pub mod kind;
pub mod rounding;
pub mod segment;
pub mod signs;
mod slope;
pub mod tail;
#[cfg(test)]
mod tests;

pub use disc::Disc;
pub use kind::{Function, Kind, Set};
pub use segment::Segment;
pub use signs::Signs;
pub use slope::Slope;
pub use tail::Tail;
