//! A claim along a parameter.

use serde_json::{Map, Value};

/// A claim's formula along a parameter, with simulated networks beside it where they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRecord {
    /// The claim's id.
    pub claim: String,
    /// The claim's title.
    pub title: String,
    /// `limit`, `moment`, ... as the claim file writes it.
    pub kind: String,
    /// The observable's name with spaces, such as `test error`; empty for a claim about formulas.
    pub observable: String,
    /// The parameter that is followed.
    pub along: String,
    /// Whether its values stand at equal ratios.
    pub logarithmic: bool,
    /// The parameter that tells the curves apart.
    pub by: Option<String>,
    /// Curve after curve, each in the order of the values asked for.
    pub rows: Vec<SweepRow>,
}

/// One point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRow {
    /// Every parameter: numbers as numbers, the rest as text.
    pub set: Map<String, Value>,
    /// Value of the parameter that is followed.
    pub at: f64,
    /// Value of the parameter that tells the curves apart, as text.
    pub curve: String,
    /// What the formula says; may be infinite; None where it has no value.
    pub value: Option<f64>,
    /// Bound on the error of the value; None where there is none.
    pub abs_err: Option<f64>,
    /// Networks at this point, where they were asked for and the formula has a value.
    pub simulated: Option<SweepPoint>,
    /// The claim's hypotheses do not hold here.
    pub outside: bool,
    /// Why there is no value, or which hypothesis does not hold.
    pub reason: String,
}

/// Networks drawn at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepPoint {
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
    /// Infinite if a network's value is.
    pub mean: f64,
    /// Standard error of the mean; None of a single network, or where it is not finite.
    pub std_error: Option<f64>,
    /// The formula at m/d and at the eigenvalue pairs in use at this size; may be infinite.
    pub value: f64,
    /// Bound on the error of that value; may be infinite.
    pub abs_err: f64,
}
