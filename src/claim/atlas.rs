//! The atlas: which pictures of the theory the report draws, as data. Read from the blocks marked `figure` of a Markdown file; what a
//! claim makes of the settings, and every number, is found in `run`.
//!
//! ```text
//! figure width
//! title Every regime against the width
//! caption What to see.
//! colours regimes
//! panel test-error
//! panel robustness
//! across rho in [0, 3]
//! line rf: rf-*, activation = quadratic
//! simulate d = 160, trials = 64, rho in {0.5, 1, 2}
//! ```
//!
//! Panels that follow each other share the series below them; `*` in a claim's id stands for `test-error` and `robustness`.

mod reader;

use crate::symbolic::Span;
pub(super) use reader::{has_figures, read_figures};

/// One picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub id: String,
    pub title: String,
    /// What there is to see, and what was held fixed.
    pub caption: String,
    /// Stands in the index itself.
    pub front: bool,
    pub colours: Colours,
    pub legend: Legend,
    pub groups: Vec<Group>,
    /// `path:line` of its block.
    pub place: String,
    /// The block's opening fence.
    pub fence: Span,
}

/// What the observables of a `*` are called in ids.
const BOTH: [&str; 2] = ["test-error", "robustness"];

/// The claims that an id with or without `*` stands for.
pub fn ids_of(pattern: &str) -> Vec<String> {
    match pattern.contains('*') {
        true => BOTH.map(|what| pattern.replace('*', what)).to_vec(),
        false => vec![pattern.to_string()],
    }
}

impl Figure {
    /// Ids of the claims that it shows, sorted.
    pub fn claims(&self) -> Vec<String> {
        let of = |series: &Series| match &series.source {
            Source::Claim { pattern, .. } => ids_of(pattern),
            Source::Histogram { claim, .. } | Source::Cell { claim, .. } => vec![claim.clone()],
            Source::Reference { .. } | Source::Hermite { .. } => Vec::new(),
        };
        let mut ids: Vec<String> = self.groups.iter().flat_map(|group| &group.series).flat_map(of).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// How series are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// A colour for each series.
    Series,
    /// The colour of the claim's regime, in shades from light to dark along the series of a regime.
    Shades,
    /// The colour of the claim's regime.
    Regimes,
}

/// Where the series are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legend {
    /// At the end of each curve.
    Ends,
    /// Above the panels.
    Top,
}

/// Panels with the series that they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub panels: Vec<Panel>,
    pub across: Option<Across>,
    pub series: Vec<Series>,
    pub simulate: Option<Simulated>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub kind: PanelKind,
    pub heading: String,
    /// What the axes say, where it is not what the kind says.
    pub horizontal: Option<String>,
    pub vertical: Option<String>,
    pub logarithmic: [bool; 2],
}

/// What a panel shows of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelKind {
    TestError,
    Robustness,
    /// Robustness against test error, along the parameter.
    Plane,
    /// The value of the claim that the series names.
    Value,
    /// |mean gap| against the dimension.
    Gap,
}

/// `across rho in [0, 3]`, or `across time in [0.01, 100] logarithmic`.
#[derive(Clone, Debug, PartialEq)]
pub struct Across {
    pub parameter: String,
    pub low: f64,
    pub high: f64,
    pub logarithmic: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub label: String,
    pub stroke: Stroke,
    pub source: Source,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    Line,
    Dashed,
    Dotted,
}

impl Stroke {
    pub fn name(self) -> &'static str {
        match self {
            Stroke::Line => "line",
            Stroke::Dashed => "dashed",
            Stroke::Dotted => "dotted",
        }
    }
}

/// Where a series' numbers come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A claim's limit along the parameter, simulations beside it. `*` stands for the panel's observable.
    Claim { pattern: String, settings: Vec<(String, String)> },
    /// A formula of `x`, between two values of it.
    Reference { formula: String, low: f64, high: f64 },
    /// |E s(G) he_k(G)| against k, orthonormal polynomials.
    Hermite { activation: String },
    /// Density of simulated eigenvalues, from differences of a distribution function along the parameter.
    Histogram { claim: String, settings: Vec<(String, String)>, dim: usize, trials: u64, bins: usize },
    /// Gaps of one cell of the run.
    Cell { claim: String, settings: Vec<(String, String)> },
}

/// `simulate d = 160, trials = 64, rho in {0.5, 1, 2}`: the series above, at these values of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    pub dim: usize,
    pub trials: u64,
    pub values: Vec<f64>,
}
