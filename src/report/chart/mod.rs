//! Charts: panels of curves with points, and rows of marks. What to show is data; here it gets its place and is drawn.
//!
//! The atlas, the limits, gaps and experiments of a claim, and `plot` are a [`Chart`]; the overview, the broken hypotheses and the
//! benchmarks are a [`rows::RowChart`].

mod axis;
mod draw;
mod labels;
pub mod rows;
mod wrap;

pub use axis::Axis;

use super::canvas::Stroke;
use super::colour::Colour;

/// Panels of equal size in rows, below a key for what its place does not name.
pub struct Chart {
    /// File name without folder and ending.
    pub name: String,
    /// For readers who cannot see it.
    pub title: String,
    /// Panels in a row; 0 for as many as suit their number.
    pub columns: usize,
    pub panels: Vec<Panel>,
    /// What marks mean.
    pub key: Vec<(Key, String)>,
    /// Stands below.
    pub note: String,
    /// Comma-separated values beside it; empty for none.
    pub csv: String,
}

/// A pair of axes with what is drawn in it, in this order: bands, bars, curves, marks, labels.
pub struct Panel {
    pub heading: String,
    /// Its heading stands out.
    pub alarm: bool,
    pub x: Scale,
    pub y: Scale,
    /// Rectangles within which a gap does not matter.
    pub bands: Vec<[(f64, f64); 2]>,
    pub series: Vec<Series>,
    /// Texts at a place.
    pub notes: Vec<((f64, f64), String)>,
}

/// An axis with its name.
pub struct Scale {
    pub label: String,
    pub axis: Axis,
    /// In place of round values.
    pub ticks: Option<Vec<(f64, String)>>,
}

impl Scale {
    pub fn new(label: impl Into<String>, axis: Axis) -> Scale {
        Scale { label: label.into(), axis, ticks: None }
    }
}

/// A curve with its marks.
#[derive(Clone)]
pub struct Series {
    /// Stands beside the curve, or in the key if there is no room; empty for none.
    pub label: String,
    pub colour: Colour,
    pub stroke: Stroke,
    pub width: f64,
    /// In the order in which they are joined; what is not finite leaves a gap.
    pub line: Vec<(f64, f64)>,
    /// Heads along the curve, in its direction.
    pub arrows: bool,
    /// The line is a row of bars of this width, from 0 up.
    pub bars: Option<f64>,
    pub marks: Vec<Mark>,
}

impl Series {
    pub fn new(label: impl Into<String>, colour: Colour) -> Series {
        Series {
            label: label.into(),
            colour,
            stroke: Stroke::Solid,
            width: 2.0,
            line: Vec::new(),
            arrows: false,
            bars: None,
            marks: Vec::new(),
        }
    }
}

/// A value with its bars.
#[derive(Clone, Debug)]
pub struct Mark {
    pub shape: Shape,
    pub x: f64,
    pub y: f64,
    /// Ends of the horizontal bar, if there is one.
    pub across: Option<[f64; 2]>,
    /// Ends of the upright bar, if there is one.
    pub up: Option<[f64; 2]>,
    /// Stands beside it; empty for none.
    pub label: String,
}

impl Mark {
    pub fn new(shape: Shape, x: f64, y: f64, up: Option<[f64; 2]>) -> Mark {
        Mark { shape, x, y, across: None, up, label: String::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A mean over networks of one size.
    Ring,
    /// An estimate at infinite size.
    Diamond,
    /// As expected.
    Disc,
    /// Contrary.
    Cross,
    /// A value that is defined at whole numbers only.
    Dot,
    /// The bar alone.
    Bar,
    /// An upright line, for what is claimed.
    Tick,
}

/// What stands before a text of the key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key {
    Line(Stroke, Colour),
    Mark(Shape, Colour),
    Bars(Colour),
    Band,
}
