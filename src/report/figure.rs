//! A finished figure, and a sheet to draw it on, in pixels of the finished figure, with the report's colours, marks and legend.
//!
//! Drawn by the SVG backend of `plotters`. It rounds to whole pixels, so the sheet is four times larger and scaled by its view box.

use super::cells::Standing;
use plotters::prelude::{DrawingBackend, FontTransform, IntoFont, RGBColor, SVGBackend, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A drawing, its numbers, and what a reader who cannot see it is told.
pub struct Figure {
    /// File name without folder and ending.
    pub name: String,
    pub alt: String,
    pub svg: String,
    pub csv: String,
}

/// Pixels of the sheet to a pixel of the finished figure.
const SCALE: f64 = 4.0;
/// The backend divides font sizes by this number.
const FONT_DIVISOR: f64 = 1.24;
/// Width of a character of a sans-serif font, as a fraction of the font size. On the safe side.
const CHARACTER: f64 = 0.56;

pub const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub const SOFT: RGBColor = RGBColor(0x66, 0x66, 0x66);
pub const FAINT: RGBColor = RGBColor(0xC4, 0xC4, 0xC4);
pub const GRID: RGBColor = RGBColor(0xE9, 0xE9, 0xE9);
pub const BAND: RGBColor = RGBColor(0xE4, 0xEA, 0xEE);
pub const WHITE: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Okabe and Ito's vermilion, kept for what is contrary.
pub const ALARM: RGBColor = VERMILION;

/// Sizes of text, in pixels.
pub const TITLE: f64 = 13.0;
pub const LABEL: f64 = 12.0;
pub const SMALL: f64 = 10.5;

// The palette of Okabe and Ito, without its yellow, which white drowns, and with a grey for its black.
pub const ORANGE: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
pub const SKY_BLUE: RGBColor = RGBColor(0x56, 0xB4, 0xE9);
pub const GREEN: RGBColor = RGBColor(0x00, 0x9E, 0x73);
pub const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
pub const VERMILION: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
pub const PURPLE: RGBColor = RGBColor(0xCC, 0x79, 0xA7);
pub const GREY: RGBColor = RGBColor(0x55, 0x55, 0x55);

/// The colour of a claim's regime, by the first part of its id.
pub fn regime_colour(id: &str) -> RGBColor {
    match id.split('-').next() {
        Some("init") => ORANGE,
        Some("rf") => BLUE,
        Some("nt") => GREEN,
        Some("sgd") => PURPLE,
        Some("kernel") => SKY_BLUE,
        _ => GREY,
    }
}

/// Colours of series that belong to no regime, in their order.
const SERIES: [RGBColor; 6] = [BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, INK];

/// The colour of the n-th series that belongs to no regime.
pub fn series_colour(index: usize) -> RGBColor {
    SERIES[index % SERIES.len()]
}

/// A colour on the way from light (0) over itself (1/2) to dark (1).
pub fn shade(colour: RGBColor, share: f64) -> RGBColor {
    let (towards, part) = if share < 0.5 { (255.0, 0.5 - share) } else { (0.0, share - 0.5) };
    let mix = |c: u8| (f64::from(c) + (towards - f64::from(c)) * part.clamp(0.0, 0.5)).round() as u8;
    RGBColor(mix(colour.0), mix(colour.1), mix(colour.2))
}

/// Estimated width of a text.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * CHARACTER
}

/// The number of characters that fit into a width.
pub fn characters(width: f64, size: f64) -> usize {
    (width / (size * CHARACTER)).max(0.0) as usize
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set; its vertical middle is at its position.
#[derive(Clone, Copy)]
pub struct Text {
    pub size: f64,
    pub colour: RGBColor,
    pub anchor: Anchor,
    pub bold: bool,
    /// Reads upwards.
    pub upright: bool,
}

impl Text {
    pub fn new(size: f64, anchor: Anchor) -> Text {
        Text { size, colour: INK, anchor, bold: false, upright: false }
    }

    pub fn colour(self, colour: RGBColor) -> Text {
        Text { colour, ..self }
    }

    pub fn bold(self) -> Text {
        Text { bold: true, ..self }
    }

    pub fn upright(self) -> Text {
        Text { upright: true, ..self }
    }
}

/// A sheet being drawn on. Coordinates are pixels of the finished figure, y downwards; what is not finite is left out.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

/// Draws a figure on a white card, which keeps it legible on dark pages and in print. `title` is for readers who cannot see it.
pub fn draw(width: f64, height: f64, title: &str, paint: impl FnOnce(&mut Canvas)) -> String {
    let size = ((width * SCALE).round() as u32, (height * SCALE).round() as u32);
    let mut buffer = String::new();
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut buffer, size) };
    canvas.rectangle((0.0, 0.0), (width, height), WHITE);
    paint(&mut canvas);
    // Writing to a string cannot fail: the backend's error is that of a file.
    let _ = canvas.backend.present();
    drop(canvas);
    // The backend's own first line states the size of the sheet; the finished figure is smaller.
    let body = buffer.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "<svg width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" stroke-linejoin=\"round\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title>{}</title>\n{body}",
        width.round(),
        height.round(),
        size.0,
        size.1,
        escape(title)
    )
}

/// Text that XML reads as it stands.
fn escape(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// XML has no way to write control characters.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect()
}

fn pixel((x, y): (f64, f64)) -> Option<(i32, i32)> {
    let round = |v: f64| (v.is_finite() && v.abs() < 1e6).then(|| (v * SCALE).round() as i32);
    Some((round(x)?, round(y)?))
}

fn pen(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: (width * SCALE).round().max(1.0) as u32 }
}

impl Canvas<'_> {
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor, width: f64) {
        if let (Some(from), Some(to)) = (pixel(from), pixel(to)) {
            let _ = self.backend.draw_line(from, to, &pen(colour, width));
        }
    }

    /// A curve, interrupted where a point is not finite.
    pub fn curve(&mut self, points: &[(f64, f64)], colour: RGBColor, width: f64) {
        for run in points.split(|point| pixel(*point).is_none()) {
            if run.len() > 1 {
                let _ = self.backend.draw_path(run.iter().copied().filter_map(pixel), &pen(colour, width));
            }
        }
    }

    /// A curve of dashes.
    pub fn dashed(&mut self, points: &[(f64, f64)], colour: RGBColor, width: f64) {
        self.broken(points, (5.0, 3.5), colour, width);
    }

    /// A curve of dots.
    pub fn dotted(&mut self, points: &[(f64, f64)], colour: RGBColor, width: f64) {
        self.broken(points, (1.4, 2.4), colour, width);
    }

    /// A curve of dashes of a length, with gaps of another.
    fn broken(&mut self, points: &[(f64, f64)], (dash, gap): (f64, f64), colour: RGBColor, width: f64) {
        for run in points.split(|point| pixel(*point).is_none()) {
            for dash in dashes(run, dash, gap) {
                self.curve(&dash, colour, width);
            }
        }
    }

    pub fn rectangle(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), fill: RGBColor) {
        if let (Some(a), Some(b)) = (pixel((x0.min(x1), y0.min(y1))), pixel((x0.max(x1), y0.max(y1)))) {
            let _ = self.backend.draw_rect(a, b, &pen(fill, 1.0), true);
        }
    }

    pub fn polygon(&mut self, corners: &[(f64, f64)], fill: RGBColor) {
        let corners: Option<Vec<_>> = corners.iter().copied().map(pixel).collect();
        if let Some(corners) = corners {
            let _ = self.backend.fill_polygon(corners, &pen(fill, 1.0));
        }
    }

    pub fn disc(&mut self, centre: (f64, f64), radius: f64, fill: RGBColor) {
        if let Some(centre) = pixel(centre) {
            let _ = self.backend.draw_circle(centre, (radius * SCALE).round() as u32, &pen(fill, 1.0), true);
        }
    }

    /// A circle filled with white.
    pub fn ring(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor, width: f64) {
        self.disc(centre, radius, WHITE);
        if let Some(centre) = pixel(centre) {
            let _ = self.backend.draw_circle(centre, (radius * SCALE).round() as u32, &pen(colour, width), false);
        }
    }

    /// A vertical error bar with a ring at the value.
    pub fn bar_point(&mut self, (x, y): (f64, f64), (low, high): (f64, f64), colour: RGBColor) {
        self.line((x, low), (x, high), colour, 1.2);
        self.ring((x, y), 2.6, colour, 1.3);
    }

    /// The mark of a cell: a disc as expected, a ring where undecided or vacuous, a cross where contrary.
    pub fn standing_mark(&mut self, standing: Standing, (x, y): (f64, f64), radius: f64, colour: RGBColor) {
        match standing {
            Standing::Expected => self.disc((x, y), radius, colour),
            Standing::Open | Standing::NoValue => self.ring((x, y), radius, colour, 1.2),
            Standing::Contrary => {
                let r = radius * 1.15;
                self.line((x - r, y - r), (x + r, y + r), ALARM, 1.8);
                self.line((x - r, y + r), (x + r, y - r), ALARM, 1.8);
            }
        }
    }

    pub fn text(&mut self, text: &str, position: (f64, f64), how: Text) {
        // The backend centres the small letters on the position; capitals and digits rise above them.
        let drop = 0.09 * how.size;
        let (x, y) = position;
        let shifted = if how.upright { (x + drop, y) } else { (x, y + drop) };
        let Some(position) = pixel(shifted) else { return };
        let horizontal = match how.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let turn = if how.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let mut font = ("sans-serif", how.size * SCALE * FONT_DIVISOR).into_font().transform(turn);
        if how.bold {
            font = font.style(plotters::prelude::FontStyle::Bold);
        }
        let style = TextStyle::from(font).color(&how.colour).pos(Pos::new(horizontal, VPos::Center));
        let _ = self.backend.draw_text(&printable(text), &style, position);
    }
}

/// Cuts a curve into dashes of a length, with gaps between them. At most some thousands: a drawing is no wider.
fn dashes(points: &[(f64, f64)], dash: f64, gap: f64) -> Vec<Vec<(f64, f64)>> {
    let mut out: Vec<Vec<(f64, f64)>> = Vec::new();
    let (mut left, mut on) = (dash, true);
    let mut current: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        let mut done = 0.0;
        while length - done > left && out.len() < 10_000 {
            done += left;
            let at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            if on {
                current.push(at);
                out.push(std::mem::take(&mut current));
            } else {
                current = vec![at];
            }
            on = !on;
            left = if on { dash } else { gap };
        }
        left -= length - done;
        if on {
            current.push((x1, y1));
        }
    }
    if on && current.len() > 1 {
        out.push(current);
    }
    out
}

/// What stands before a legend's text.
#[derive(Clone, Copy)]
pub enum Key {
    Line(RGBColor),
    Dashed(RGBColor),
    Dotted(RGBColor),
    Points(RGBColor),
    Bars(RGBColor),
    /// An error bar by itself.
    Error(RGBColor),
    Band,
    Mark(Standing, RGBColor),
    /// An estimate with its interval.
    Diamond(RGBColor),
}

const KEY_WIDTH: f64 = 26.0;
const KEY_GAP: f64 = 18.0;
pub const LEGEND_LINE: f64 = 18.0;

/// Positions of the legend's entries in a strip of a width, from its left end, and the number of lines they fill.
fn place_legend(entries: &[(Key, String)], width: f64) -> (Vec<(f64, usize)>, usize) {
    let (mut x, mut line) = (0.0, 0);
    let mut places = Vec::new();
    for (_, text) in entries {
        let wide = KEY_WIDTH + text_width(text, SMALL);
        if x > 0.0 && x + wide > width {
            x = 0.0;
            line += 1;
        }
        places.push((x, line));
        x += wide + KEY_GAP;
    }
    (places, if entries.is_empty() { 0 } else { line + 1 })
}

/// Height of a legend in a strip of a width.
pub fn legend_height(entries: &[(Key, String)], width: f64) -> f64 {
    place_legend(entries, width).1 as f64 * LEGEND_LINE
}

/// Draws a legend from the left upper corner of a strip of its own, so that it covers no data.
pub fn legend(canvas: &mut Canvas, entries: &[(Key, String)], (left, top): (f64, f64), width: f64) {
    let (places, _) = place_legend(entries, width);
    for ((key, text), (x, line)) in entries.iter().zip(places) {
        let (x, y) = (left + x, top + (line as f64 + 0.5) * LEGEND_LINE);
        let (from, to, middle) = ((x, y), (x + 20.0, y), (x + 10.0, y));
        match *key {
            Key::Line(colour) => canvas.line(from, to, colour, 1.8),
            Key::Dashed(colour) => canvas.dashed(&[from, to], colour, 1.4),
            Key::Dotted(colour) => canvas.dotted(&[from, to], colour, 1.8),
            Key::Bars(colour) => canvas.rectangle((x, y - 5.0), (x + 20.0, y + 5.0), colour),
            Key::Error(colour) => canvas.line((x + 10.0, y - 6.5), (x + 10.0, y + 6.5), colour, 1.3),
            Key::Points(colour) => canvas.bar_point(middle, (y - 6.5, y + 6.5), colour),
            Key::Band => canvas.rectangle((x, y - 5.0), (x + 20.0, y + 5.0), BAND),
            Key::Mark(standing, colour) => canvas.standing_mark(standing, middle, 3.2, colour),
            Key::Diamond(colour) => diamond(canvas, middle, (y - 6.5, y + 6.5), colour),
        }
        canvas.text(text, (x + KEY_WIDTH, y), Text::new(SMALL, Anchor::Start));
    }
}

/// The estimate at infinite size with its interval.
pub fn diamond(canvas: &mut Canvas, (x, y): (f64, f64), (low, high): (f64, f64), colour: RGBColor) {
    const R: f64 = 3.8;
    canvas.line((x, low), (x, high), colour, 2.0);
    canvas.polygon(&[(x - R, y), (x, y - R), (x + R, y), (x, y + R)], colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_the_curve_in_order() {
        let out = dashes(&[(0.0, 0.0), (6.0, 0.0), (6.0, 14.0)], 5.0, 3.0);
        assert_eq!(out[0], vec![(0.0, 0.0), (5.0, 0.0)]);
        assert_eq!(out[1], vec![(6.0, 2.0), (6.0, 7.0)]);
        assert_eq!(out[2], vec![(6.0, 10.0), (6.0, 14.0)]);
        assert!(dashes(&[], 5.0, 3.0).is_empty());
    }

    #[test]
    fn shades_go_from_light_to_dark_and_keep_the_colour_in_the_middle() {
        let blue = RGBColor(0x00, 0x72, 0xB2);
        assert_eq!(shade(blue, 0.5), blue);
        assert_eq!(shade(blue, 0.0), RGBColor(128, 185, 217));
        assert_eq!(shade(blue, 1.0), RGBColor(0, 57, 89));
    }

    #[test]
    fn a_figure_states_its_finished_size_and_escapes_its_texts() {
        let svg = draw(100.0, 50.0, "a < b & c", |canvas| {
            canvas.text("x<y\u{1}", (10.0, 10.0), Text::new(LABEL, Anchor::Start));
            canvas.line((0.0, f64::NAN), (1.0, 1.0), INK, 1.0);
        });
        assert!(svg.starts_with("<svg width=\"100\" height=\"50\" viewBox=\"0 0 400 200\""));
        assert!(svg.contains("a &lt; b &amp; c") && svg.contains("x&lt;y "));
        assert!(!svg.contains("<line") && svg.trim_end().ends_with("</svg>"));
    }
}
