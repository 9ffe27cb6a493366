//! A sheet to draw on, and the finished drawing: SVG elements whose colours are classes, so that one drawing serves light and dark pages.

use super::colour::Colour;

/// A drawing, and what a reader who cannot see it is told.
pub struct Figure {
    /// File name without folder and ending.
    pub name: String,
    pub alt: String,
    /// Comma-separated values beside it; empty where a page has the numbers in a table.
    pub csv: String,
    pub size: (f64, f64),
    /// With the places of their left upper corners; narrow screens put them below each other.
    pub parts: Vec<((f64, f64), Canvas)>,
}

/// Width of a character of a sans-serif font, as a fraction of the font size. On the safe side.
const CHARACTER: f64 = 0.54;

/// Sizes of text, in pixels.
pub const TITLE: f64 = 13.0;
pub const LABEL: f64 = 12.0;
pub const SMALL: f64 = 11.0;

/// How the elements of a drawing look, but for their colours.
const LOOK: &str = "svg{font-family:system-ui,-apple-system,Segoe UI,Helvetica,Arial,sans-serif;font-size:11px;fill:none;stroke-linejoin:round}\
    path{stroke:currentColor}text,rect,circle,.f{fill:currentColor;stroke:none}.m{text-anchor:middle}.e{text-anchor:end}.w{font-weight:600}\
    .h{stroke-width:3.5;paint-order:stroke}.r{stroke:currentColor;stroke-width:1.3}";

/// The rules of colours that a drawing has, on light (0) or dark (1) pages. Rings and the rims of texts have that of the paper.
fn colours(page: usize, used: impl Fn(&Colour) -> bool, within: &str) -> String {
    let paper = Colour::Paper.hex(page);
    let own: String = Colour::all().filter(used).map(|colour| colour.rule(page)).collect();
    format!("{own}{within}.r{{fill:{paper}}}{within}.h{{stroke:{paper}}}")
}

impl Figure {
    /// The drawing by itself, for light or for dark pages.
    pub fn svg(&self, dark: bool) -> String {
        let mut card = Canvas::new(self.size.0, self.size.1);
        card.rectangle((0.0, 0.0), self.size, Colour::Paper);
        let mut body = card.body;
        for ((x, y), part) in &self.parts {
            body += &format!("<g transform=\"translate({} {})\">\n{}</g>\n", number(*x), number(*y), part.body);
        }
        let used = |colour: &Colour| body.contains(&format!("class=\"{}\"", colour.class()));
        let rules = colours(usize::from(dark), used, "");
        let opened = opened(self.size, &self.alt, " role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"");
        format!("{opened}<style>{LOOK}{rules}</style>\n{body}</svg>\n")
    }

    /// The drawing within a page that has the rules of [`rules`]: a drawing for each part, the first of which says what is to be seen.
    pub fn inline(&self) -> String {
        let mut out = String::new();
        for (index, (_, part)) in self.parts.iter().enumerate() {
            let (alt, more) =
                if index == 0 { (self.alt.as_str(), " role=\"img\"") } else { ("", " aria-hidden=\"true\"") };
            // Entries of the key are low. The panels after them begin a row of their own.
            if index > 0 && part.size.1 > 2.0 * self.parts[index - 1].1.size.1 {
                out += "<i></i>\n";
            }
            out += &opened(part.size, alt, more);
            out += &part.body;
            out += "</svg>\n";
        }
        out
    }
}

fn opened((width, height): (f64, f64), alt: &str, more: &str) -> String {
    let title = if alt.is_empty() { String::new() } else { format!("<title>{}</title>\n", escape(alt)) };
    let [width, height] = [width, height].map(|x| number(x.ceil()));
    format!("<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"{more}>\n{title}")
}

/// What a page needs for drawings within it: the colours, on light and dark screens, light on paper.
pub fn rules() -> String {
    let look: Vec<String> = LOOK
        .split_inclusive('}')
        .map(|rule| {
            let (names, body) = rule.split_once('{').unwrap_or((rule, ""));
            let names: Vec<String> = names.split(',').map(|name| format!("figure {}", name.trim())).collect();
            format!("{}{{{body}", names.join(","))
        })
        .collect();
    let of = |page: usize| colours(page, |_| true, "figure ");
    format!("{}\n{}\n@media screen and (prefers-color-scheme: dark) {{ {} }}\n", look.concat(), of(0), of(1))
}

/// Text that XML reads as it stands.
fn escape(text: &str) -> String {
    // XML has no way to write control characters.
    let printable = |c: char| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    let text: String = text.chars().map(printable).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    Solid,
    Dashed,
    Dotted,
}

/// How a text is set; its vertical middle is at its position.
#[derive(Clone, Copy)]
pub struct Text {
    pub size: f64,
    pub colour: Colour,
    pub anchor: Anchor,
    pub bold: bool,
    /// Reads upwards.
    pub upright: bool,
    /// Has a rim of the paper's colour, which keeps it legible upon lines.
    pub rim: bool,
}

impl Text {
    pub fn new(size: f64, anchor: Anchor) -> Text {
        Text { size, colour: Colour::Ink, anchor, bold: false, upright: false, rim: false }
    }

    pub fn colour(self, colour: Colour) -> Text {
        Text { colour, ..self }
    }

    pub fn bold(self) -> Text {
        Text { bold: true, ..self }
    }

    pub fn upright(self) -> Text {
        Text { upright: true, ..self }
    }

    pub fn rim(self) -> Text {
        Text { rim: true, ..self }
    }
}

/// A sheet being drawn on. Coordinates are pixels, y downwards; what is not finite is left out.
pub struct Canvas {
    pub size: (f64, f64),
    body: String,
}

/// Farthest that a point of a curve may lie off the drawn line to be left out, in pixels: no eye sees it.
const UNSEEN: f64 = 0.12;

/// A curve without the points that lie upon the line through those that stay.
fn thinned(run: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = run.first().copied().into_iter().collect();
    let mut first = 0;
    for next in 2..run.len() {
        let ((x0, y0), (x1, y1)) = (run[first], run[next]);
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length = dx.hypot(dy);
        // Beside the line, or before its start or behind its end, where the curve turns back.
        let off = |&(x, y): &(f64, f64)| {
            let along = (x - x0) * dx + (y - y0) * dy;
            let aside = ((x - x0) * dy - (y - y0) * dx).abs();
            length < UNSEEN || aside > UNSEEN * length || along < 0.0 || along > length * length
        };
        if run[first + 1..next].iter().any(off) {
            first = next - 1;
            out.push(run[first]);
        }
    }
    out.extend(run.last().filter(|_| run.len() > 1));
    out
}

/// A coordinate to a tenth of a pixel, as short as it can be written.
fn number(x: f64) -> String {
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".into() } else { text.into() }
}

/// A way through points in a path's own words, each step from the point before: a third shorter than places. Steps are taken between
/// rounded points, so that their rounding does not add up.
fn way(points: &[(f64, f64)]) -> String {
    let rounded: Vec<(i64, i64)> =
        points.iter().map(|(x, y)| ((10.0 * x).round() as i64, (10.0 * y).round() as i64)).collect();
    let number = |tenths: i64| number(tenths as f64 / 10.0);
    let mut path = rounded.first().map_or(String::new(), |(x, y)| format!("M{} {}", number(*x), number(*y)));
    let mut last = 'M';
    for pair in rounded.windows(2) {
        let step = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let (command, numbers) = match step {
            (0, 0) => continue,
            (x, 0) => ('h', vec![number(x)]),
            (0, y) => ('v', vec![number(y)]),
            (x, y) => ('l', vec![number(x), number(y)]),
        };
        if command != last {
            path.push(command);
        }
        for (k, text) in numbers.iter().enumerate() {
            // A minus sign separates, too.
            if (k > 0 || command == last) && !text.starts_with('-') {
                path.push(' ');
            }
            path += text;
        }
        last = command;
    }
    path
}

fn seen((x, y): (f64, f64)) -> bool {
    x.is_finite() && y.is_finite() && x.abs() < 1e5 && y.abs() < 1e5
}

impl Canvas {
    /// An empty sheet.
    pub fn new(width: f64, height: f64) -> Canvas {
        Canvas { size: (width, height), body: String::new() }
    }

    fn add(&mut self, colour: Colour, element: &str) {
        // Neighbours of one colour share the tag that names it.
        let opening = format!("<g class=\"{}\">", colour.class());
        let before = self.body.rfind("<g class=\"").map(|at| &self.body[at..]);
        match before.is_some_and(|group| group.starts_with(&opening)) {
            true => self.body.truncate(self.body.len() - "</g>\n".len()),
            false => self.body += &opening,
        }
        self.body += element;
        self.body += "</g>\n";
    }

    /// A curve, interrupted where a point is not finite.
    pub fn curve(&mut self, points: &[(f64, f64)], stroke: Stroke, colour: Colour, width: f64) {
        let mut path = String::new();
        for run in points.split(|point| !seen(*point)).filter(|run| run.len() > 1) {
            path += &way(&thinned(run));
        }
        let dashes = match stroke {
            Stroke::Solid => "",
            Stroke::Dashed => " stroke-dasharray=\"6 3.5\"",
            Stroke::Dotted => " stroke-dasharray=\"1.5 2.8\"",
        };
        if !path.is_empty() {
            self.add(colour, &format!("<path stroke-width=\"{width}\"{dashes} d=\"{path}\"/>"));
        }
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour, width: f64) {
        self.curve(&[from, to], Stroke::Solid, colour, width);
    }

    pub fn rectangle(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), fill: Colour) {
        if seen((x0, y0)) && seen((x1, y1)) {
            let [x, y, wide, high] = [x0.min(x1), y0.min(y1), (x1 - x0).abs(), (y1 - y0).abs()].map(number);
            self.add(fill, &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\"/>"));
        }
    }

    pub fn polygon(&mut self, corners: &[(f64, f64)], fill: Colour) {
        if corners.iter().all(|corner| seen(*corner)) {
            self.add(fill, &format!("<path class=\"f\" d=\"{}z\"/>", way(corners)));
        }
    }

    pub fn disc(&mut self, centre: (f64, f64), radius: f64, fill: Colour) {
        self.circle(centre, radius, fill, "");
    }

    /// A circle filled with the paper's colour.
    pub fn ring(&mut self, centre: (f64, f64), radius: f64, colour: Colour) {
        self.circle(centre, radius, colour, " class=\"r\"");
    }

    fn circle(&mut self, (x, y): (f64, f64), radius: f64, colour: Colour, how: &str) {
        if seen((x, y)) {
            self.add(colour, &format!("<circle{how} cx=\"{}\" cy=\"{}\" r=\"{radius}\"/>", number(x), number(y)));
        }
    }

    pub fn cross(&mut self, (x, y): (f64, f64), r: f64, colour: Colour) {
        self.line((x - r, y - r), (x + r, y + r), colour, 1.8);
        self.line((x - r, y + r), (x + r, y - r), colour, 1.8);
    }

    pub fn text(&mut self, text: &str, (x, y): (f64, f64), how: Text) {
        if text.is_empty() || !seen((x, y)) {
            return;
        }
        // The baseline is below the middle of capitals and digits.
        let drop = 0.35 * how.size;
        let (x, y) = if how.upright { (x + drop, y) } else { (x, y + drop) };
        let [x, y] = [x, y].map(number);
        let anchor = match how.anchor {
            Anchor::Start => "",
            Anchor::Middle => "m",
            Anchor::End => "e",
        };
        let classes = [anchor, if how.bold { "w" } else { "" }, if how.rim { "h" } else { "" }];
        let classes: Vec<&str> = classes.into_iter().filter(|class| !class.is_empty()).collect();
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
        let size = if how.size == SMALL { String::new() } else { format!(" font-size=\"{}\"", how.size) };
        let turn = if how.upright { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
        self.add(how.colour, &format!("<text{class} x=\"{x}\" y=\"{y}\"{size}{turn}>{}</text>", escape(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_states_its_size_and_escapes_its_texts() {
        let mut canvas = Canvas::new(100.0, 50.0);
        canvas.text("x<y\u{1}", (10.0, 10.0), Text::new(LABEL, Anchor::Start));
        canvas.line((0.0, f64::NAN), (1.0, 1.0), Colour::Ink, 1.0);
        let (alt, size) = ("a < b & c".to_string(), (100.0, 50.0));
        let figure = Figure { name: "a".into(), alt, csv: String::new(), size, parts: vec![((0.0, 0.0), canvas)] };
        let (light, dark) = (figure.svg(false), figure.svg(true));
        assert!(light.starts_with("<svg width=\"100\" height=\"50\" viewBox=\"0 0 100 50\""));
        assert!(light.contains("a &lt; b &amp; c") && light.contains("x&lt;y "));
        assert!(!light.contains("<path ") && light.trim_end().ends_with("</svg>"));
        assert!(light.contains(".paper{color:#ffffff}") && dark.contains(".paper{color:#14171a}"));
        assert!(!figure.inline().contains("<style>"));
    }

    #[test]
    fn points_upon_a_line_are_left_out_and_corners_stay() {
        let zigzag = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.05), (3.0, 0.0), (3.0, 2.0), (3.0, 1.0)];
        assert_eq!(thinned(&zigzag), [(0.0, 0.0), (3.0, 0.0), (3.0, 2.0), (3.0, 1.0)]);
        assert_eq!(thinned(&zigzag[..1]), zigzag[..1]);
    }

    #[test]
    fn neighbours_of_one_colour_share_a_group() {
        let mut canvas = Canvas::new(10.0, 10.0);
        canvas.disc((1.0, 2.0), 1.0, Colour::Ink);
        canvas.disc((3.04, 4.0), 1.0, Colour::Ink);
        assert_eq!(canvas.body.matches("class=\"ink\"").count(), 1);
        assert!(canvas.body.contains("cx=\"3\" cy=\"4\""));
    }

    #[test]
    fn a_way_leads_through_its_points() {
        assert_eq!(way(&[(1.0, 2.0), (3.0, 2.0), (3.0, -4.5), (2.9, -4.0), (4.0, -5.0)]), "M1 2h2v-6.5l-0.1 0.5 1.1-1");
        // Ten steps of a third of a tenth end where they should.
        let fine: Vec<(f64, f64)> = (0..=10).map(|k| (f64::from(k) / 30.0, 0.0)).collect();
        let ends: f64 = way(&fine)[5..].split(' ').map(|step| step.parse::<f64>().unwrap()).sum();
        assert!((ends - 0.3).abs() < 1e-9, "{}", way(&fine));
        assert_eq!(way(&[]), "");
    }
}
