//! The atlas: which pictures of the theory the report draws, as data. Read from the blocks marked `figure` of a Markdown file; what a
//! claim makes of the settings, and every number, is found in `run`.
//!
//! ```text
//! figure width
//! title Every regime against the width
//! caption What to see.
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
    /// Unique; lower-case letters, digits and hyphens. The name of the picture's files.
    pub id: String,
    /// The picture's heading.
    pub title: String,
    /// What there is to see, and what was held fixed.
    pub caption: String,
    /// Stands in the index itself.
    pub front: bool,
    /// In order; each has a panel and a series at least.
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
            _ => Vec::new(),
        };
        let mut ids: Vec<String> = self.groups.iter().flat_map(|group| &group.series).flat_map(of).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

/// Panels with the series that they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Side by side, all with the series of the group.
    pub panels: Vec<Panel>,
    /// The path of the curves; a group without one has that of the group before. None is needed by references and cells.
    pub across: Option<Across>,
    /// In the order of the block.
    pub series: Vec<Series>,
    /// Networks to draw where the run has none on the path.
    pub simulate: Option<Simulated>,
}

/// One pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Which numbers of a series it shows.
    pub kind: PanelKind,
    /// What stands above it; may be empty.
    pub heading: String,
    /// What the axes say, where it is not what the kind says.
    pub horizontal: Option<String>,
    /// Likewise of the vertical axis.
    pub vertical: Option<String>,
    /// Scales of the horizontal and of the vertical axis; a logarithmic path makes the horizontal one logarithmic, too.
    pub logarithmic: [bool; 2],
}

/// What a panel shows of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelKind {
    /// The claim `...test-error` of the series, along the parameter.
    TestError,
    /// The claim `...robustness` of the series, along the parameter.
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
    /// Name of a number of every claim shown.
    pub parameter: String,
    /// Lower end, above 0 on a logarithmic path.
    pub low: f64,
    /// Upper end, above the lower one.
    pub high: f64,
    /// Whether the points of the curves are evenly spaced in the logarithm.
    pub logarithmic: bool,
}

/// One curve, or one set of marks, and its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// As the legend says it.
    pub label: String,
    /// How its line is drawn.
    pub stroke: Stroke,
    /// Where its numbers come from.
    pub source: Source,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Unbroken.
    Line,
    /// Long strokes.
    Dashed,
    /// Dots.
    Dotted,
}

impl Stroke {
    /// As the report's records spell it.
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
    Claim {
        /// Id of a claim, or of two with `*`.
        pattern: String,
        /// (name, value) as in a `grid` line; other parameters have their defaults.
        settings: Vec<(String, String)>,
    },
    /// A formula of `x`, between two values of it.
    Reference {
        /// In the claim language, of `x` alone.
        formula: String,
        /// Least `x`.
        low: f64,
        /// Largest `x`.
        high: f64,
    },
    /// |E s(G) he_k(G)| against k, orthonormal polynomials.
    Hermite {
        /// An activation as a claim names it.
        activation: String,
    },
    /// Density of simulated eigenvalues, from differences of a distribution function along the parameter.
    Histogram {
        /// Id of a claim about a distribution function.
        claim: String,
        /// (name, value); other parameters have their defaults.
        settings: Vec<(String, String)>,
        /// `d`
        dim: usize,
        /// Draws at each edge of a bin, at least 2.
        trials: u64,
        /// Bins of equal width along the path, 2 to 200.
        bins: usize,
    },
    /// A mass at a point of the horizontal axis.
    Atom {
        /// How much of the measure is there.
        mass: f64,
        /// Where.
        at: f64,
    },
    /// The label alone, at a point.
    Note {
        /// (horizontal, vertical)
        at: (f64, f64),
    },
    /// Gaps of one cell of the run.
    Cell {
        /// Id of the claim.
        claim: String,
        /// (name, value); other parameters have their defaults.
        settings: Vec<(String, String)>,
    },
}

/// `simulate d = 160, trials = 64, rho in {0.5, 1, 2}`: the series above, at these values of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulated {
    /// `d`
    pub dim: usize,
    /// Networks drawn at each value, at least 2.
    pub trials: u64,
    /// Of the path's parameter, one mark each.
    pub values: Vec<f64>,
}
