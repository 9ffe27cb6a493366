//! What a claim says, as data.

use super::size_rule::SizeRule;
use crate::model::{Activation, Observable, Settings, Sizes, Value, short};
use crate::symbolic::{Condition, Definition, Expr, Span};
use dashu_ratio::RBig;
use std::collections::BTreeMap;
use std::fmt;

/// One claim file, read and checked.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Permanent name, e.g. `rf-test-error`.
    pub id: String,
    /// One line in words, the heading of the claim's page.
    pub title: String,
    /// What `limit` means and how the verdict comes about.
    pub kind: Kind,
    /// What is thought of the claim, and so which verdict is expected.
    pub status: Status,
    /// Where the formula comes from: a key of `theory/bibliography.md` with a place, or `derived here`.
    pub source: String,
    /// What tends to infinity, in words.
    pub grows: String,
    /// Which hypothesis of another claim does not hold here.
    pub breaks: Option<Breaks>,
    /// In the order of the file.
    pub parameters: Vec<Parameter>,
    /// Activations that the file defines.
    pub activations: Vec<Activation>,
    /// Hypotheses: grid points that fail one are not tested.
    pub require: Vec<Condition>,
    /// The name of what draws finite networks; `None` of claims about formulas alone and of those with `samples`.
    pub simulator: Option<String>,
    /// Of `simulator program`: what is run.
    pub program: Option<ProgramText>,
    /// What a draw costs, in the sizes; None where the simulator knows by itself or nothing is said.
    pub cost: Option<Expr>,
    /// What is observed of each network; set together with the simulator.
    pub observable: Option<Observable>,
    /// The reader's own simulation, in place of a simulator.
    pub samples: Option<OwnSamples>,
    /// [`Bias::Exact`] where the file has no `bias` line.
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
    /// The formula that the claim makes; its meaning depends on the kind.
    pub limit: Expr,
    /// A second form of the same limit.
    pub alternative: Option<Expr>,
    /// Of kind `diverges`: what the observable grows in proportion to; the limit is the slope.
    pub growth: Option<Expr>,
    /// Exact finite-size expectation of the observable in `d` and `m`, where it is known.
    pub finite: Option<Finite>,
    /// Known values, compared with the limit without simulation.
    pub specials: Vec<Special>,
    /// Numbers that others print of the limit, each judged as a cell of its own.
    pub printed: Vec<Printed>,
    /// Every point of the grid, in order, each with all parameters set.
    pub grid: Vec<Settings>,
    /// Where random points lie, of the parameters that the file says it of.
    pub explored: Vec<Explored>,
    /// What grows, what follows, and at which sizes it is drawn.
    pub sizes: SizeRule,
    /// Drawn for the report; no verdict depends on them.
    pub experiments: Vec<Experiment>,
    /// Lines of analysis for the report.
    pub analysis: Vec<String>,
    /// The file itself, for messages and reproduction.
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
    /// The whole file: spans of the claim refer to it.
    pub text: String,
}

/// `simulator program "python3 ridge.py"`, and what its draws depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramText {
    /// The words of the command, at least one; no shell reads them.
    pub words: Vec<String>,
    /// Files of the `depends` lines, relative to the claim file.
    pub depends: Vec<String>,
}

/// Samples of a simulation that is not ours: `samples FILE`.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSamples {
    /// As the claim names it.
    pub path: String,
    /// One for each point of the grid, in its order.
    pub points: Vec<SamplePoint>,
    /// Columns that say nothing to the claim.
    pub unread: Vec<String>,
}

/// The samples of one point of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct SamplePoint {
    /// The point.
    pub settings: Settings,
    /// In increasing order of the first size.
    pub sizes: Vec<SampleSize>,
}

/// The values of one size, in the order of their replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleSize {
    /// Each at least 1; no two have the same first size.
    pub sizes: Sizes,
    /// At least 16 (of a bound: one), all finite.
    pub values: Vec<f64>,
}

impl OwnSamples {
    /// The sizes of a point; none if it has no samples.
    pub fn at(&self, settings: &Settings) -> &[SampleSize] {
        let found = self.points.iter().find(|point| point.settings == *settings);
        found.map_or(&[], |point| &point.sizes)
    }
}

/// What `limit` says, and hence how a claim is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What the observable tends to as the sizes grow; judged by extrapolation. Without a simulator the limit is compared with
    /// `alt`.
    Limit,
    /// The mean of the observable at every finite `d` and `m`.
    Moment,
    /// How the mean goes with `d` and `m`, up to a constant factor.
    Rate,
    /// What every network's observable is at least (or at most: [`Sense`]); without a simulator, the same of the limit and
    /// `alt`.
    Bound,
    /// What equals `alt`: proved by exact algebra where possible, else compared within error bounds.
    Identity,
    /// What rises or falls along a parameter: tried at 40 steps, which is no proof.
    Monotone,
    /// The slope of the observable against `growth`, which rises along the grid.
    Diverges,
}

/// How far the claim is from proved; only `KnownFalse` changes the verdict that is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Proved in the source.
    Theorem,
    /// Computed, but not with a published proof.
    Derived,
    /// Believed.
    Conjecture,
    /// False on purpose: the verdict is to be `disagrees`.
    KnownFalse,
}

/// Which way an inequality goes: simulated networks (or the limit) are at least, or at most, the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `at-least`, also where the file has no `sense`.
    AtLeast,
    /// `at-most`
    AtMost,
}

/// `along rho in [0.1, 4] decreasing`.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    /// Name of a declared number.
    pub parameter: String,
    /// Lower end, included.
    pub low: f64,
    /// Upper end, included; above `low`.
    pub high: f64,
    /// Whether the formula is to rise; else it is to fall.
    pub increasing: bool,
}

/// `explore zeta in [0.1, 4]` or `explore weights in {gaussian, sphere}`: narrows where random points of the claim lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Explored {
    /// Name of a declared parameter.
    pub parameter: String,
    /// The values that random points take.
    pub within: Within,
}

/// Values of a parameter at random points.
#[derive(Clone, Debug, PartialEq)]
pub enum Within {
    /// From the lower end to the upper one, both admissible, the lower one first.
    Between(f64, f64),
    /// One of these.
    Among(Vec<Value>),
}

/// Order of `E sample - limit`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bias {
    /// The mean is the limit at every size.
    Exact,
    /// `d^-r` (a rate in m is the same rate in d, m being proportional to d; so it is with other sizes).
    Power(f64),
}

/// What a claim leaves open: a number, a law, an activation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// As in formulas and on the command line.
    pub name: String,
    /// Its value where no other is set; within the domain.
    pub default: Value,
    /// The admissible interval of a number; `None` for `activation`, `spectrum`, `covariance`, `pairing`, `weights`.
    pub domain: Option<Domain>,
    /// What follows the word `parameter` in the text.
    pub span: Span,
}

/// An interval of admissible numbers, not empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Lower end, or `-inf`.
    pub low: f64,
    /// Whether the lower end is admissible; never if infinite.
    pub low_closed: bool,
    /// Upper end, or `inf`.
    pub high: f64,
    /// Whether the upper end is admissible; never if infinite.
    pub high_closed: bool,
}

/// `finite FORMULA when CONDITION`.
#[derive(Clone, Debug)]
pub struct Finite {
    /// In the parameters, `d` and `m`.
    pub formula: Expr,
    /// Where it holds; `None`: everywhere.
    pub when: Option<Condition>,
}

/// A known value at given settings.
#[derive(Clone, Debug)]
pub struct Special {
    /// All parameters, those that the line does not name at their defaults.
    pub settings: Settings,
    /// The formula of the value, in the parameters.
    pub value: Expr,
    /// The whole `special` line in the text.
    pub span: Span,
}

/// A number that a paper or a program prints, at given settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// All parameters, those that are not named at their defaults.
    pub settings: Settings,
    /// The number.
    pub value: RBig,
    /// Half a unit of its last digit.
    pub half_unit: RBig,
    /// As it is printed.
    pub text: String,
    /// Likewise, behind file and line where it is of a table.
    pub source: String,
    /// The whole `printed` line in the text.
    pub span: Span,
}

/// Simulations to show beside the limit along the width, at one dimension.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// `d`
    pub dim: usize,
    /// `m`, each a network of its own.
    pub widths: Vec<usize>,
    /// Networks drawn at each width.
    pub trials: u64,
    /// All parameters; `rho` is not used: m/d stands in its place.
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

    /// Whether printed numbers are all that it is judged by: no networks, no samples, no second form. Then its grid says nothing.
    pub fn is_judged_by_printed_numbers(&self) -> bool {
        let formulas = self.alternative.is_some() || self.along.is_some();
        !self.printed.is_empty() && self.simulator.is_none() && self.samples.is_none() && !formulas
    }

    /// The declaration of the parameter called `name`, if there is one.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

impl Domain {
    /// Whether `x` is admissible; never for NaN.
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
        write!(out, "{open}{}, {}{close}", short(self.low), short(self.high))
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
pub const ORDERS: [(&str, f64); 6] =
    [("1/3", 1.0 / 3.0), ("1/2", 0.5), ("2/3", 2.0 / 3.0), ("1", 1.0), ("3/2", 1.5), ("2", 2.0)];

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

impl Bias {
    /// As a file writes it, in the size that grows: `d^-1`.
    pub fn in_size(self, grows: &str) -> String {
        match self {
            Bias::Exact => "exact".to_string(),
            Bias::Power(rate) => format!("{grows}^-{}", spelling(&ORDERS, &rate)),
        }
    }
}
