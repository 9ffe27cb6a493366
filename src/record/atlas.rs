//! Pictures of the theory as a whole.

use super::numbers;
use serde::{Deserialize, Serialize};

/// A picture of the atlas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Name of the picture's files.
    pub id: String,
    /// Heading.
    pub title: String,
    /// What there is to see, and what was held fixed.
    pub caption: String,
    /// Stands in the index itself.
    pub front: bool,
    /// Panels in a row.
    pub columns: usize,
    /// Row by row.
    pub panels: Vec<PanelRecord>,
    /// The claims that it shows.
    pub claims: Vec<String>,
    /// The command that draws this picture by itself.
    pub command: String,
}

/// One pair of axes and what is drawn in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelRecord {
    /// Stands above the panel; may be empty.
    pub heading: String,
    /// What runs to the right.
    pub horizontal: AxisRecord,
    /// What runs upwards.
    pub vertical: AxisRecord,
    /// Drawn in this order.
    pub series: Vec<SeriesRecord>,
}

/// One axis of a panel; its ends follow from the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisRecord {
    /// With the unit, if there is one.
    pub label: String,
    /// Decades instead of a linear scale.
    pub logarithmic: bool,
    /// The axis begins at 0.
    #[serde(default)]
    pub zero: bool,
    /// (value, text) in place of round values; empty for these.
    #[serde(default)]
    pub ticks: Vec<(f64, String)>,
}

/// A curve, with simulations as points or bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesRecord {
    /// Empty: not named in the drawing.
    pub label: String,
    /// A regime (`rf`, `nt`, ...) whose colour it has, or `reference`.
    pub colour: String,
    /// From 0 (light) over 1/2 (the regime's own colour) to 1 (dark).
    pub shade: f64,
    /// `line`, `dashed`, `dotted`, `reference`, `bars` (bars are the points, as wide as they are apart), `marks` (a curve that is defined at
    /// whole numbers only), `atom` (a mass at a point), `note` (its label at a point, and nothing else).
    pub stroke: String,
    /// (horizontal, vertical), in the order in which they are joined; NaN leaves a gap.
    #[serde(with = "numbers::pairs")]
    pub line: Vec<(f64, f64)>,
    /// Simulations beside the line, or bars.
    pub points: Vec<PointRecord>,
    /// The direction in which the line is joined is shown.
    #[serde(default)]
    pub arrows: bool,
}

/// A mean over networks of one size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PointRecord {
    /// Horizontal coordinate.
    pub x: f64,
    /// Standard error, where x is a mean too.
    pub x_error: Option<f64>,
    /// The mean over networks, or what follows from it.
    pub y: f64,
    /// Standard error of y; null where one is not known.
    pub y_error: Option<f64>,
    /// `d`
    pub dim: usize,
    /// `m`
    pub width: usize,
    /// Networks behind the mean.
    pub trials: u64,
    /// Stands beside it; empty for nothing.
    #[serde(default)]
    pub label: String,
    /// Where it is extrapolated to; null: at x.
    #[serde(default)]
    pub at: Option<f64>,
    /// x at infinite size with the ends of its interval, where a cell extrapolates it.
    #[serde(default)]
    pub x_limit: Option<[f64; 3]>,
    /// Likewise y.
    #[serde(default)]
    pub y_limit: Option<[f64; 3]>,
}
