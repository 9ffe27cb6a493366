//! From gaps at several sizes to an interval for the gap at infinite size: ladder of sizes, fits, power.
//!
//! Pure statistics: knows no claims, networks or files. May import `num` only.

pub mod comparison;
pub mod design;
pub mod fit;
pub mod form;
pub mod ladder;
pub mod moments;
pub mod quantile;
pub mod rate;

pub use comparison::{Comparison, Fitted, Quiet, Rival, SizeGap, compare};
pub use fit::Fit;
pub use form::{Form, Order};
pub use ladder::Budget;
pub use moments::Moments;
pub use rate::{RateFit, RateSize, compare_rate};
