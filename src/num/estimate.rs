//! A value with a bound on its error, and arithmetic that keeps the bound.

use serde::{Deserialize, Serialize};

/// A number known to within `abs_err`: `|value - truth| <= abs_err`. Infinite values have `abs_err` 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    pub abs_err: f64,
}

impl Estimate {
    /// A double that is the exact value meant.
    pub const fn exact(value: f64) -> Estimate {
        Estimate { value, abs_err: 0.0 }
    }
}
