//! What a claim says, as data.

use crate::model::{Activation, Settings, Value};
use crate::symbolic::{Condition, Definition, Expr, Span};

/// One claim file, read and checked.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Permanent name, e.g. `rf-test-error`.
    pub id: String,
    pub title: String,
    pub kind: Kind,
    pub status: Status,
    pub source: String,
    /// What tends to infinity, in words.
    pub grows: String,
    pub parameters: Vec<Parameter>,
    /// Activations that the file defines.
    pub activations: Vec<Activation>,
    /// Hypotheses: grid points that fail one are not tested.
    pub require: Vec<Condition>,
    pub simulator: Option<String>,
    pub observable: Option<Observable>,
    pub bias: Bias,
    /// Tighter margin as a fraction of |limit|, if the file sets one.
    pub margin: Option<f64>,
    /// Shared definitions first, then the claim's own, in order of definition (a definition may use the ones before it).
    pub definitions: Vec<Definition>,
    pub limit: Expr,
    /// A second form of the same limit.
    pub alternative: Option<Expr>,
    /// Exact finite-size expectation of the observable in `d` and `m`, where it is known.
    pub finite: Option<Finite>,
    pub specials: Vec<Special>,
    /// Every point of the grid, in order, each with all parameters set.
    pub grid: Vec<Settings>,
    pub experiments: Vec<Experiment>,
    /// Lines of analysis for the report.
    pub analysis: Vec<String>,
    pub text: ClaimText,
}

/// The file a claim came from.
#[derive(Clone, Debug)]
pub struct ClaimText {
    /// As the user named it, or `theory/...` for the embedded catalogue.
    pub path: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Limit,
    Moment,
    Rate,
    Bound,
    Identity,
    Monotone,
    Diverges,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Theorem,
    Derived,
    Conjecture,
    KnownFalse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Observable {
    TestError,
    Robustness,
}

/// Order of `E sample - limit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bias {
    /// The mean is the limit at every size.
    Exact,
    /// `d^-r` (a rate in m is the same rate in d, m being proportional to d).
    Power(f64),
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub default: Value,
    /// For numbers: admissible interval, ends excluded where `true`.
    pub domain: Option<Domain>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    pub low: f64,
    pub low_closed: bool,
    pub high: f64,
    pub high_closed: bool,
}

/// `finite FORMULA when CONDITION`.
#[derive(Clone, Debug)]
pub struct Finite {
    pub formula: Expr,
    pub when: Option<Condition>,
}

/// A known value at given settings.
#[derive(Clone, Debug)]
pub struct Special {
    pub settings: Settings,
    pub value: Expr,
    pub span: Span,
}

/// Simulations to show beside the limit along the width, at one dimension.
#[derive(Clone, Debug)]
pub struct Experiment {
    pub dim: usize,
    pub widths: Vec<usize>,
    pub trials: u64,
    pub settings: Settings,
}
