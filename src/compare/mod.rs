//! From gaps at several sizes to an interval for the gap at infinite size: ladder of sizes, fits, power.
//!
//! Pure statistics: knows no claims, networks or files. May import `num` only.

pub(crate) mod below;
pub(crate) mod comparison;
pub(crate) mod design;
mod fit;
pub(crate) mod form;
pub(crate) mod gap;
pub(crate) mod ladder;
mod moments;
pub mod power;
pub mod quantile;
mod rate;

pub use comparison::{Comparison, Fitted, Quiet, Rival, compare};
pub use fit::Fit;
pub use form::{Form, Order, Term};
pub use gap::SizeGap;
pub use ladder::{Budget, Draws};
pub use moments::Moments;
pub(crate) use rate::{RateFit, RateSize, compare_rate};
