//! A chart's layout and its drawing.

use super::labels::{Box, Label, Place, Places, around};
use super::wrap::wrapped;
use super::{Axis, Chart, Key, Mark, Panel, Series, Shape};
use crate::report::canvas::{Anchor, Canvas, Figure, LABEL, SMALL, Stroke, TITLE, Text, characters, text_width};
use crate::report::colour::Colour;
use crate::report::table::elide;

/// Room for ticks and the name of the axis left of a panel, right of it, below it.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 14.0;
const FOOT: f64 = 48.0;
/// Room above a panel with a heading of one line; each further line takes more.
const HEAD: f64 = 24.0;
const LINE: f64 = 14.0;
/// Most lines of a heading.
const HEADING_LINES: usize = 4;
const KEY_WIDTH: f64 = 26.0;
const KEY_GAP: f64 = 18.0;
const KEY_LINE: f64 = 18.0;

/// A panel's place on the sheet.
struct Frame<'a> {
    panel: &'a Panel,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Where the labels of a panel's marks and the names of its series stand; None where there is no place.
struct Names {
    labels: Vec<Option<Label>>,
    series: Vec<Option<Place>>,
}

impl Chart {
    pub fn draw(mut self) -> Figure {
        let (columns, wide, high) = match (self.columns, self.panels.len()) {
            (0 | 1, 0 | 1) => (1, 700.0, 380.0),
            (2, _) | (0, 2 | 4) => (2, 430.0, 310.0),
            _ => (3, 310.0, 270.0),
        };
        let width = columns as f64 * wide;
        let inner = wide - LEFT - RIGHT;
        let lines = |panel: &Panel| heading(panel, inner).len();
        let heads =
            self.panels.chunks(columns).map(|row| HEAD + LINE * row.iter().map(lines).max().unwrap_or(1) as f64);
        let heads: Vec<f64> = heads.map(|head| head - LINE).collect();
        let frame = |(k, panel)| {
            let head = heads[k / columns];
            Frame { panel, left: LEFT, right: LEFT + inner, top: head, bottom: head + high - FOOT - HEAD }
        };
        let frames: Vec<Frame> = self.panels.iter().enumerate().map(frame).collect();
        let names: Vec<Names> = frames.iter().map(Frame::names).collect();
        // What has no place beside its curve in any panel joins the key.
        let mut named: Vec<&str> = Vec::new();
        for (frame, names) in frames.iter().zip(&names) {
            let placed = frame.panel.series.iter().zip(&names.series).filter(|(_, place)| place.is_some());
            named.extend(placed.map(|(series, _)| series.label.as_str()));
        }
        let mut key: Vec<(Key, String)> = Vec::new();
        for series in self.panels.iter().flat_map(|panel| &panel.series) {
            let known = named.contains(&series.label.as_str()) || key.iter().any(|(_, text)| *text == series.label);
            if !series.label.is_empty() && !known {
                key.push((entry(series), series.label.clone()));
            }
        }
        key.append(&mut self.key);
        let mut parts = draw_key(&key, (LEFT, 6.0), width - LEFT - RIGHT);
        let mut y = 8.0 + key_height(&key, width - LEFT - RIGHT);
        for (row, head) in heads.iter().enumerate() {
            for k in (row * columns..(row + 1) * columns).take_while(|k| *k < frames.len()) {
                let mut canvas = Canvas::new(wide, head + high - HEAD);
                frames[k].draw(&mut canvas, &names[k], if columns == 1 { (9, 7) } else { (6, 6) });
                parts.push((((k - row * columns) as f64 * wide, y), canvas));
            }
            y += head + high - HEAD;
        }
        if !self.note.is_empty() {
            let mut canvas = Canvas::new(width, LINE + 6.0);
            let note = elide(&self.note, characters(width - LEFT - RIGHT, SMALL));
            canvas.text(&note, (LEFT, LINE / 2.0), Text::new(SMALL, Anchor::Start).colour(Colour::Soft));
            parts.push(((0.0, y), canvas));
            y += LINE + 6.0;
        }
        Figure { name: self.name, alt: self.title, csv: self.csv, size: (width, y), parts }
    }
}

fn heading(panel: &Panel, width: f64) -> Vec<String> {
    wrapped(&panel.heading, characters(0.95 * width, LABEL), HEADING_LINES)
}

fn entry(series: &Series) -> Key {
    match series.bars {
        Some(_) => Key::Bars(series.colour),
        None => Key::Line(series.stroke, series.colour),
    }
}

impl Frame<'_> {
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (across, up) = (self.panel.x.axis.fraction(x), self.panel.y.axis.fraction(y));
        (self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top))
    }

    /// A curve in pixels, cut where it leaves the panel.
    fn path(&self, line: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let inside = |(x, y): (f64, f64)| {
            let (dx, dy) = (1.0, 1.0);
            x >= self.left - dx && x <= self.right + dx && y >= self.top - dy && y <= self.bottom + dy
        };
        let points: Vec<(f64, f64)> = line.iter().map(|point| self.at(*point)).collect();
        let nowhere = (f64::NAN, f64::NAN);
        let mut out: Vec<(f64, f64)> = Vec::new();
        for (k, point) in points.iter().enumerate() {
            let before = k.checked_sub(1).map(|before| points[before]);
            match before.filter(|before| inside(*before) != inside(*point)) {
                Some(before) if inside(*point) => out.extend([nowhere, self.cut(*point, before), *point]),
                Some(before) => out.extend([self.cut(before, *point), nowhere]),
                None => out.push(if inside(*point) { *point } else { nowhere }),
            }
        }
        out
    }

    /// Where the way from a point inside to one outside crosses the edge.
    fn cut(&self, from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
        let share = |from: f64, to: f64, low: f64, high: f64| match to - from {
            step if to > high => (high - from) / step,
            step if to < low => (low - from) / step,
            _ => 1.0,
        };
        let share = share(from.0, to.0, self.left, self.right).min(share(from.1, to.1, self.top, self.bottom));
        (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
    }

    /// What a mark covers, its bar included.
    fn covered(&self, mark: &Mark) -> Box {
        let (x, y) = self.at((mark.x, mark.y));
        let ends = mark.up.map_or([y, y], |ends| ends.map(|end| self.at((mark.x, end)).1));
        let ends = ends.map(|end| if end.is_finite() { end } else { y });
        [x - 4.0, ends[1].min(y) - 4.0, x + 4.0, ends[0].max(y) + 4.0]
    }

    /// Where labels of marks and names of series stand.
    fn names(&self) -> Names {
        let marks: Vec<(&Mark, Box)> =
            self.panel.series.iter().flat_map(|series| &series.marks).map(|mark| (mark, self.covered(mark))).collect();
        let asked: Vec<(Box, (f64, f64), &str)> =
            marks.iter().map(|(mark, area)| (*area, self.at((mark.x, mark.y)), mark.label.as_str())).collect();
        let labels = around(&asked, [self.left, self.top, self.right, self.bottom], SMALL);
        let taken =
            marks.iter().map(|(_, area)| *area).chain(labels.iter().flatten().map(|label| label.area)).collect();
        Names { series: self.places(taken), labels }
    }

    /// Where the names of the series stand, beside what is taken.
    fn places(&self, mut taken: Vec<Box>) -> Vec<Option<Place>> {
        let curve = |series: &Series| match series.line.is_empty() {
            true => series.marks.iter().map(|mark| self.at((mark.x, mark.y))).collect(),
            false => self.path(&series.line),
        };
        let curves: Vec<Vec<(f64, f64)>> = self.panel.series.iter().map(curve).collect();
        for (at, text) in &self.panel.notes {
            let ((x, y), half) = (self.at(*at), text_width(text, SMALL) / 2.0);
            taken.push([x - half, y - 7.0, x + half, y + 7.0]);
        }
        let mut places = Places::new([self.left, self.top, self.right, self.bottom], &curves, taken);
        let find = |(k, series): (usize, &Series)| {
            let named = !series.label.is_empty() && series.bars.is_none();
            if named { places.find(k, &series.label, SMALL) } else { None }
        };
        self.panel.series.iter().enumerate().map(find).collect()
    }

    fn draw(&self, canvas: &mut Canvas, names: &Names, (across, up): (usize, usize)) {
        for [from, to] in &self.panel.bands {
            let clamp = |axis: &Axis, value: f64| value.clamp(axis.low, axis.high);
            let [from, to] =
                [from, to].map(|(x, y)| self.at((clamp(&self.panel.x.axis, *x), clamp(&self.panel.y.axis, *y))));
            canvas.rectangle(from, to, Colour::Band);
        }
        for series in &self.panel.series {
            if let Some(wide) = series.bars {
                for (x, y) in series.line.iter().filter(|(_, y)| *y > 0.0) {
                    let (from, to) = (self.at((x - 0.46 * wide, 0.0)), self.at((x + 0.46 * wide, *y)));
                    canvas.rectangle((from.0, from.1.min(self.bottom)), (to.0, to.1.max(self.top)), series.colour);
                }
            }
        }
        self.axes(canvas, across, up);
        for series in self.panel.series.iter().filter(|series| series.bars.is_none()) {
            let path = self.path(&series.line);
            canvas.curve(&path, series.stroke, series.colour, series.width);
            // A curve of one point, or one that stays at its place, would not show.
            let first = path.iter().find(|(x, y)| x.is_finite() && y.is_finite());
            let stays = |from: &&(f64, f64)| !path.iter().any(|to| (to.0 - from.0).hypot(to.1 - from.1) > 1.0);
            if let Some(first) = first.filter(stays) {
                canvas.disc(*first, 4.0, series.colour);
            }
            if series.arrows {
                arrows(canvas, &path, series.colour);
            }
        }
        let marks = self.panel.series.iter().flat_map(|series| series.marks.iter().map(|mark| (mark, series.colour)));
        for ((mark, colour), label) in marks.zip(&names.labels) {
            self.mark(canvas, mark, label.as_ref(), colour);
        }
        for (series, place) in self.panel.series.iter().zip(&names.series) {
            if let Some(place) = place {
                if let Some([from, to]) = place.leader {
                    canvas.line(from, to, series.colour, 0.7);
                }
                canvas.text(
                    &series.label,
                    place.middle,
                    Text::new(SMALL, Anchor::Middle).colour(legible(series.colour)).rim(),
                );
            }
        }
        for (at, text) in &self.panel.notes {
            let ((x, y), half) = (self.at(*at), text_width(text, SMALL) / 2.0);
            let x = x.max(self.left + half + 4.0).min(self.right - half);
            canvas.text(text, (x, y), Text::new(SMALL, Anchor::Middle).colour(Colour::Soft).rim());
        }
    }

    /// Grid, ticks, names of the axes, heading.
    fn axes(&self, canvas: &mut Canvas, across: usize, up: usize) {
        let Panel { x, y, .. } = self.panel;
        let tick = Text::new(SMALL, Anchor::Middle).colour(Colour::Soft);
        let gap = (f64::NAN, f64::NAN);
        let (mut grid, mut frame) =
            (Vec::new(), vec![(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)]);
        let mut texts = Vec::new();
        for (value, text) in y.ticks.clone().unwrap_or_else(|| y.axis.ticks(up)) {
            let (_, at) = self.at((x.axis.low, value));
            grid.extend([(self.left, at), (self.right, at), gap]);
            texts.push((text, (self.left - 6.0, at), Text { anchor: Anchor::End, ..tick }));
        }
        for (value, text) in x.ticks.clone().unwrap_or_else(|| x.axis.ticks(across)) {
            let (at, _) = self.at((value, y.axis.low));
            frame.extend([gap, (at, self.bottom), (at, self.bottom + 4.0)]);
            texts.push((text, (at, self.bottom + 13.0), tick));
        }
        canvas.curve(&grid, Stroke::Solid, Colour::Grid, 0.8);
        canvas.curve(&frame, Stroke::Solid, Colour::Soft, 0.9);
        texts.iter().for_each(|(text, at, how)| canvas.text(text, *at, *how));
        let middle = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0);
        canvas.text(&x.label, (middle.0, self.bottom + 31.0), Text::new(LABEL, Anchor::Middle));
        let lines = wrapped(&y.label, characters(self.bottom - self.top + 20.0, LABEL), 2);
        for (line, text) in lines.iter().enumerate() {
            let at = self.left - LEFT + if lines.len() > 1 { 8.0 } else { 12.0 } + 13.0 * line as f64;
            canvas.text(text, (at, middle.1), Text::new(LABEL, Anchor::Middle).upright());
        }
        let how = Text::new(LABEL, Anchor::Start).bold();
        let how = if self.panel.alarm { how.colour(Colour::Alarm) } else { how };
        for (k, line) in heading(self.panel, self.right - self.left).iter().rev().enumerate() {
            canvas.text(line, (self.left, self.top - 11.0 - LINE * k as f64), how);
        }
    }

    fn mark(&self, canvas: &mut Canvas, mark: &Mark, label: Option<&Label>, colour: Colour) {
        let (x, y) = self.at((mark.x, mark.y));
        let (low, high) = (self.bottom, self.top);
        if !x.is_finite() || x < self.left - 1.0 || x > self.right + 1.0 {
            return;
        }
        // Beyond the panel: a triangle at its edge says where.
        if !y.is_finite() || y < high - 1.0 || y > low + 1.0 {
            if !y.is_nan() {
                let (edge, inward) = if y < high { (high, 7.0) } else { (low, -7.0) };
                canvas.polygon(&[(x, edge), (x - 4.0, edge + inward), (x + 4.0, edge + inward)], colour);
            }
            return;
        }
        let thick = if mark.shape == Shape::Diamond { 2.0 } else { 1.2 };
        if let Some(ends) = mark.up {
            let [from, to] = ends.map(|end| self.at((mark.x, end)).1);
            let from = if from.is_finite() { from.min(low) } else { low };
            canvas.line((x, from), (x, if to.is_finite() { to.max(high) } else { high }), colour, thick);
        }
        if let Some(ends) = mark.across {
            let [from, to] = ends.map(|end| self.at((end, mark.y)).0.clamp(self.left, self.right));
            canvas.line((from, y), (to, y), colour, thick);
        }
        shape(canvas, mark.shape, (x, y), colour);
        if let Some(label) = label {
            canvas.text(&mark.label, label.middle, Text::new(SMALL, Anchor::Middle).colour(legible(colour)).rim());
        }
    }
}

/// A colour in which small text can be read.
fn legible(colour: Colour) -> Colour {
    match colour {
        Colour::Hue(hue, shade) => Colour::Hue(hue, shade.max(0.7)),
        Colour::Faint => Colour::Soft,
        other => other,
    }
}

pub(super) fn shape(canvas: &mut Canvas, shape: Shape, (x, y): (f64, f64), colour: Colour) {
    match shape {
        Shape::Ring => canvas.ring((x, y), 2.6, colour),
        Shape::Disc => canvas.disc((x, y), 3.2, colour),
        Shape::Dot => canvas.disc((x, y), 2.3, colour),
        Shape::Cross => canvas.cross((x, y), 3.8, colour),
        Shape::Tick => canvas.line((x, y - 5.5), (x, y + 5.5), colour, 2.0),
        Shape::Diamond => {
            const R: f64 = 4.0;
            canvas.polygon(&[(x - R, y), (x, y - R), (x + R, y), (x, y + R)], colour);
        }
        Shape::Bar => {}
    }
}

/// Heads along a path, a third of it apart.
fn arrows(canvas: &mut Canvas, path: &[(f64, f64)], colour: Colour) {
    let step = |pair: &[(f64, f64)]| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
    let total: f64 = path.windows(2).map(step).filter(|step| step.is_finite()).sum();
    let mut next = total / 6.0;
    let mut done = 0.0;
    for pair in path.windows(2).filter(|pair| step(pair) > 0.0) {
        done += step(pair);
        if done >= next && total > 30.0 {
            next += total / 3.0;
            let (dx, dy) = ((pair[1].0 - pair[0].0) / step(pair), (pair[1].1 - pair[0].1) / step(pair));
            let (x, y) = pair[1];
            let tip = (x + 5.0 * dx, y + 5.0 * dy);
            let foot = [-1.0, 1.0].map(|side| (x - 4.0 * dx - 4.5 * side * dy, y - 4.0 * dy + 4.5 * side * dx));
            canvas.polygon(&[tip, foot[0], foot[1]], colour);
        }
    }
}

/// Positions of the key's entries in a strip of a width, from its left end, and the number of lines they fill.
fn place_key(key: &[(Key, String)], width: f64) -> (Vec<(f64, usize)>, usize) {
    let (mut x, mut line) = (0.0, 0);
    let mut places = Vec::new();
    for (_, text) in key {
        let wide = KEY_WIDTH + text_width(text, SMALL);
        if x > 0.0 && x + wide > width {
            x = 0.0;
            line += 1;
        }
        places.push((x, line));
        x += wide + KEY_GAP;
    }
    (places, if key.is_empty() { 0 } else { line + 1 })
}

/// Height of a key in a strip of a width.
pub(super) fn key_height(key: &[(Key, String)], width: f64) -> f64 {
    place_key(key, width).1 as f64 * KEY_LINE
}

/// A key from the left upper corner of a strip of its own, so that it covers no data; each entry is a part.
pub(super) fn draw_key(key: &[(Key, String)], (left, top): (f64, f64), width: f64) -> Vec<((f64, f64), Canvas)> {
    let (places, _) = place_key(key, width);
    let part = |((entry, text), (x, line)): (&(Key, String), (f64, usize))| {
        let mut canvas = Canvas::new(KEY_WIDTH + text_width(text, SMALL) + 4.0, KEY_LINE);
        let y = KEY_LINE / 2.0;
        match *entry {
            Key::Line(stroke, colour) => canvas.curve(&[(0.0, y), (20.0, y)], stroke, colour, 1.9),
            Key::Bars(colour) => canvas.rectangle((0.0, y - 5.0), (20.0, y + 5.0), colour),
            Key::Band => canvas.rectangle((0.0, y - 5.0), (20.0, y + 5.0), Colour::Band),
            Key::Mark(kind, colour) => {
                if matches!(kind, Shape::Ring | Shape::Diamond | Shape::Bar) {
                    canvas.line((10.0, y - 6.5), (10.0, y + 6.5), colour, 1.3);
                }
                shape(&mut canvas, kind, (10.0, y), colour);
            }
        }
        canvas.text(text, (KEY_WIDTH, y), Text::new(SMALL, Anchor::Start));
        ((left + x, top + line as f64 * KEY_LINE), canvas)
    };
    key.iter().zip(places).map(part).collect()
}

/// The size of headings of rows.
pub(super) const HEADING: f64 = TITLE;
