//! What a claim says, as data.

use crate::model::{Activation, Observable, Settings, Simulator, Value};
use crate::symbolic::{Condition, Definition, Expr, Span};
use std::collections::BTreeMap;
use std::fmt;

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
    /// Which hypothesis of another claim does not hold here.
    pub breaks: Option<Breaks>,
    pub parameters: Vec<Parameter>,
    /// Activations that the file defines.
    pub activations: Vec<Activation>,
    /// Hypotheses: grid points that fail one are not tested.
    pub require: Vec<Condition>,
    pub simulator: Option<Simulator>,
    pub observable: Option<Observable>,
    /// The reader's own simulation, in place of a simulator.
    pub samples: Option<OwnSamples>,
    pub bias: Bias,
    /// Which way the inequality of a `bound` goes.
    pub sense: Sense,
    /// The parameter along which a `monotone` formula is followed.
    pub along: Option<Along>,
    /// Tighter margin as a fraction of |limit|, if the file sets one.
    pub margin: Option<f64>,
    /// Shared definitions first, then the claim's own, in order of definition (a definition may use the ones before it).
    pub definitions: Vec<Definition>,
    /// LaTeX of names (`symbol` lines, shared ones too), by name.
    pub symbols: BTreeMap<String, String>,
    pub limit: Expr,
    /// A second form of the same limit.
    pub alternative: Option<Expr>,
    /// Of kind `diverges`: what the observable grows in proportion to; the limit is the slope.
    pub growth: Option<Expr>,
    /// Exact finite-size expectation of the observable in `d` and `m`, where it is known.
    pub finite: Option<Finite>,
    pub specials: Vec<Special>,
    /// Every point of the grid, in order, each with all parameters set.
    pub grid: Vec<Settings>,
    /// Of kind `moment`: dimension and width of each network that is drawn. Empty: those of the budget's ladder, with m/d at rho.
    pub sizes: Vec<(usize, usize)>,
    pub experiments: Vec<Experiment>,
    /// Lines of analysis for the report.
    pub analysis: Vec<String>,
    pub text: ClaimText,
}

/// `breaks rf-test-error: inputs uniform on the sphere`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaks {
    /// Id of the claim whose hypothesis it is.
    pub claim: String,
    /// What holds in its place, in words.
    pub hypothesis: String,
}

/// The file a claim came from.
#[derive(Clone, Debug)]
pub struct ClaimText {
    /// As the user named it, or `theory/...` for the embedded catalogue.
    pub path: String,
    pub text: String,
}

/// Samples of a simulation that is not ours: `samples FILE`.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSamples {
    /// As the claim names it.
    pub path: String,
    /// In increasing order of dimension.
    pub sizes: Vec<SampleSize>,
}

/// The values of one size, in the order of their replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleSize {
    pub dim: usize,
    pub width: usize,
    pub values: Vec<f64>,
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

/// Which way an inequality goes: simulated networks (or the limit) are at least, or at most, the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    AtLeast,
    AtMost,
}

/// `along rho in [0.1, 4] decreasing`.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    pub parameter: String,
    pub low: f64,
    pub high: f64,
    pub increasing: bool,
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

impl Claim {
    /// Every parameter at its default.
    pub fn defaults(&self) -> Settings {
        let mut settings = Settings::default();
        for parameter in &self.parameters {
            settings.set(&parameter.name, parameter.default.clone());
        }
        settings
    }

    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

impl Domain {
    pub fn contains(&self, x: f64) -> bool {
        let above = x > self.low || (self.low_closed && x == self.low);
        let below = x < self.high || (self.high_closed && x == self.high);
        above && below
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = if self.low_closed { '[' } else { '(' };
        let close = if self.high_closed { ']' } else { ')' };
        write!(out, "{open}{}, {}{close}", self.low, self.high)
    }
}

/// Kinds as a file writes them.
pub const KINDS: [(&str, Kind); 7] = [
    ("limit", Kind::Limit),
    ("moment", Kind::Moment),
    ("rate", Kind::Rate),
    ("bound", Kind::Bound),
    ("identity", Kind::Identity),
    ("monotone", Kind::Monotone),
    ("diverges", Kind::Diverges),
];

/// Senses of a bound as a file writes them.
pub const SENSES: [(&str, Sense); 2] = [("at-least", Sense::AtLeast), ("at-most", Sense::AtMost)];

/// Statuses as a file writes them.
pub const STATUSES: [(&str, Status); 4] = [
    ("theorem", Status::Theorem),
    ("derived", Status::Derived),
    ("conjecture", Status::Conjecture),
    ("known-false", Status::KnownFalse),
];

/// Orders of a bias as a file writes them; 2/3 is that of the edge of a spectrum.
pub const ORDERS: [(&str, f64); 5] = [("1/2", 0.5), ("2/3", 2.0 / 3.0), ("1", 1.0), ("3/2", 1.5), ("2", 2.0)];

/// The spelling of `value` in one of the tables above.
fn spelling<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|(_, known)| known == value).map_or("?", |(name, _)| name)
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(spelling(&KINDS, self))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(spelling(&STATUSES, self))
    }
}

impl fmt::Display for Sense {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(spelling(&SENSES, self))
    }
}

impl fmt::Display for Bias {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bias::Exact => write!(out, "exact"),
            Bias::Power(rate) => write!(out, "d^-{}", spelling(&ORDERS, rate)),
        }
    }
}
