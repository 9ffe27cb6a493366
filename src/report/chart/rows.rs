//! Rows of marks on a common axis: a name, what was found, and a remark, in groups with headings; sections with an axis each.

use super::draw::{HEADING, draw_key, key_height, shape};
use super::{Axis, Key, Shape};
use crate::report::canvas::{Anchor, Canvas, Figure, LABEL, SMALL, Stroke, Text, characters};
use crate::report::colour::Colour;
use crate::report::table::elide;

const WIDTH: f64 = 900.0;
/// The panel's edges; names stand left of it, remarks right.
const LEFT: f64 = 400.0;
const RIGHT: f64 = 740.0;
const ROW: f64 = 16.0;
const GROUP: f64 = 22.0;

/// Sections below each other.
pub struct RowChart {
    /// File name without folder and ending.
    pub name: String,
    /// For readers who cannot see it.
    pub title: String,
    pub key: Vec<(Key, String)>,
    pub sections: Vec<Section>,
    /// Comma-separated values beside it; empty for none.
    pub csv: String,
}

/// Groups of rows with one axis.
pub struct Section {
    pub heading: String,
    pub axis: Axis,
    pub label: String,
    /// What does not matter.
    pub band: Option<[f64; 2]>,
    /// (heading, rows)
    pub groups: Vec<(String, Vec<Row>)>,
}

pub struct Row {
    pub name: String,
    /// Stands right of the panel.
    pub remark: String,
    pub alarm: bool,
    pub marks: Vec<RowMark>,
    /// Colour of the line that joins the marks, if one does.
    pub joined: Option<Colour>,
}

pub struct RowMark {
    pub shape: Shape,
    pub value: f64,
    pub ends: Option<[f64; 2]>,
    pub colour: Colour,
}

impl Section {
    fn height(&self) -> f64 {
        let groups = self.groups.iter().map(|(heading, rows)| {
            let head = if heading.is_empty() { 4.0 } else { GROUP };
            head + ROW * rows.len() as f64
        });
        let heading = if self.heading.is_empty() { 0.0 } else { 26.0 };
        heading + groups.sum::<f64>() + 58.0
    }
}

impl RowChart {
    /// None where there is no row.
    pub fn draw(mut self) -> Option<Figure> {
        self.sections.retain(|section| section.groups.iter().any(|(_, rows)| !rows.is_empty()));
        if self.sections.is_empty() {
            return None;
        }
        let top = 10.0 + key_height(&self.key, WIDTH - 40.0);
        let mut parts = draw_key(&self.key, (20.0, 6.0), WIDTH - 40.0);
        let mut y = top;
        for section in &self.sections {
            let mut canvas = Canvas::new(WIDTH, section.height());
            draw_section(&mut canvas, section);
            parts.push(((0.0, y), canvas));
            y += section.height();
        }
        Some(Figure { name: self.name, alt: self.title, csv: self.csv, size: (WIDTH, y), parts })
    }
}

fn draw_section(canvas: &mut Canvas, section: &Section) {
    let place = |value: f64| LEFT + section.axis.fraction(value) * (RIGHT - LEFT);
    let start = if section.heading.is_empty() { 0.0 } else { 26.0 };
    let bottom = section.height() - 50.0;
    canvas.text(&section.heading, (20.0, 12.0), Text::new(HEADING, Anchor::Start).bold());
    if let Some([low, high]) = section.band {
        let [low, high] = [low, high].map(|end| place(end.clamp(section.axis.low, section.axis.high)));
        canvas.rectangle((low, start), (high, bottom), Colour::Band);
    }
    // The middle of the band is where a true formula's gap is.
    if section.band.is_some_and(|[low, high]| low < 0.0 && high > 0.0) {
        canvas.line((place(0.0), start), (place(0.0), bottom), Colour::Faint, 0.9);
    }
    for (value, text) in section.axis.ticks(7) {
        canvas.line((place(value), start), (place(value), bottom), Colour::Grid, 0.8);
        let how = Text::new(SMALL, Anchor::Middle).colour(Colour::Soft);
        canvas.text(&text, (place(value), bottom + 12.0), how);
    }
    canvas.line((LEFT, bottom), (RIGHT, bottom), Colour::Soft, 0.9);
    canvas.text(&section.label, ((LEFT + RIGHT) / 2.0, bottom + 30.0), Text::new(LABEL, Anchor::Middle));
    let mut y = start;
    for (heading, rows) in &section.groups {
        if heading.is_empty() {
            y += 4.0;
        } else {
            let how = Text::new(SMALL, Anchor::Start).bold();
            canvas.text(heading, (20.0, y + 0.6 * GROUP), how);
            y += GROUP;
        }
        for row in rows {
            draw_row(canvas, section, row, y + ROW / 2.0);
            y += ROW;
        }
    }
}

fn draw_row(canvas: &mut Canvas, section: &Section, row: &Row, y: f64) {
    let Axis { low, high, .. } = section.axis;
    let place = |value: f64| LEFT + section.axis.fraction(value).clamp(0.0, 1.0) * (RIGHT - LEFT);
    let ink = if row.alarm { Colour::Alarm } else { Colour::Ink };
    let name = elide(&row.name, characters(LEFT - 50.0, SMALL));
    canvas.text(&name, (LEFT - 12.0, y), Text::new(SMALL, Anchor::End).colour(ink));
    if let Some(colour) = row.joined {
        let ends: Vec<(f64, f64)> = row.marks.iter().map(|mark| (place(mark.value), y)).collect();
        canvas.curve(&ends, Stroke::Solid, colour, 1.2);
    }
    for mark in row.marks.iter().filter(|mark| !mark.value.is_nan()) {
        if let Some([from, to]) = mark.ends {
            canvas.line((place(from), y), (place(to), y), mark.colour, 1.8);
        }
        let x = place(mark.value);
        // Beyond the axis: a triangle at its end.
        match mark.value {
            value if value < low => canvas.polygon(&[(x, y), (x + 8.0, y - 4.0), (x + 8.0, y + 4.0)], mark.colour),
            value if value > high => canvas.polygon(&[(x, y), (x - 8.0, y - 4.0), (x - 8.0, y + 4.0)], mark.colour),
            _ => shape(canvas, mark.shape, (x, y), mark.colour),
        }
    }
    let room = characters(WIDTH - RIGHT - 20.0, SMALL);
    canvas.text(
        &elide(&row.remark, room),
        (RIGHT + 12.0, y),
        Text::new(SMALL, Anchor::Start).colour(if row.alarm { Colour::Alarm } else { Colour::Soft }),
    );
}
