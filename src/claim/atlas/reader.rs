//! From the blocks marked `figure` to figures, or to faults with their places.

use super::super::assignment::{Assignment, assignments, split_at_word, trim};
use super::super::diagnostic::{Diagnostic, Diagnostics};
use super::super::document::{Statement, blocks, slice, statements, without_comments};
use super::super::parser::Parsed;
use super::{Across, Figure, Group, Panel, PanelKind, Series, Simulated, Source, Stroke};
use crate::model::names::hint;
use crate::symbolic::Span;

/// The fence's marker.
const MARKER: &str = "figure";

const PANEL_KINDS: [(&str, PanelKind); 5] = [
    ("test-error", PanelKind::TestError),
    ("robustness", PanelKind::Robustness),
    ("plane", PanelKind::Plane),
    ("value", PanelKind::Value),
    ("gap", PanelKind::Gap),
];

/// True if a line opens a block marked so.
pub fn has_figures(text: &str) -> bool {
    blocks(text, MARKER).map_or(true, |found| !found.is_empty())
}

/// Every figure of a file, in its order.
pub fn read_figures(path: &str, text: &str) -> Result<Vec<Figure>, Diagnostics> {
    let all = |faults| Diagnostics::new(path, text, faults);
    let mut figures: Vec<Figure> = Vec::new();
    let mut faults = Vec::new();
    for block in blocks(text, MARKER).map_err(all)? {
        let masked = without_comments(text, block);
        let (found, mut own) = statements(&masked, block);
        let line = text[..block.fence.start].matches('\n').count() + 1;
        let mut reader =
            Reader { masked: &masked, fence: block.fence, figure: blank(format!("{path}:{line}"), block.fence) };
        own.extend(found.into_iter().filter_map(|statement| reader.statement(statement).err()));
        if own.is_empty() {
            own.extend(reader.lacks());
        }
        if figures.iter().any(|other| other.id == reader.figure.id) {
            let message = format!("a second figure `{}`", reader.figure.id);
            own.push(Diagnostic::new("C110", block.fence, message).hint("ids are unique: choose another"));
        }
        faults.append(&mut own);
        figures.push(reader.figure);
    }
    if faults.is_empty() { Ok(figures) } else { Err(all(faults)) }
}

fn blank(place: String, fence: Span) -> Figure {
    let text = String::new;
    Figure { id: text(), title: text(), caption: text(), front: false, groups: Vec::new(), place, fence }
}

struct Reader<'a> {
    masked: &'a str,
    fence: Span,
    figure: Figure,
}

const WORDS: [&str; 19] = [
    "figure",
    "title",
    "caption",
    "front",
    "panel",
    "horizontal",
    "vertical",
    "logarithmic",
    "across",
    "line",
    "dashed",
    "dotted",
    "reference",
    "hermite",
    "histogram",
    "atom",
    "note",
    "cell",
    "simulate",
];

fn fault(span: Span, message: impl Into<String>, remedy: &str) -> Diagnostic {
    Diagnostic::new("C110", span, message).hint(remedy)
}

impl Reader<'_> {
    fn text(&self, span: Span) -> String {
        slice(self.masked, span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn statement(&mut self, statement: Statement) -> Parsed<()> {
        let (word, rest) = (slice(self.masked, statement.word), self.text(statement.rest));
        match word {
            "figure" => self.figure.id = rest,
            "title" => self.figure.title = rest,
            "caption" => self.figure.caption = rest,
            "front" => self.figure.front = true,
            "panel" => self.panel(statement, &rest)?,
            "horizontal" | "vertical" | "logarithmic" => {
                let panel = self.figure.groups.last_mut().and_then(|group| group.panels.last_mut());
                let panel =
                    panel.ok_or_else(|| fault(statement.word, "there is no panel yet", "put it below a `panel`"))?;
                match word {
                    "horizontal" => panel.horizontal = Some(rest),
                    "vertical" => panel.vertical = Some(rest),
                    _ => panel.logarithmic = [rest.contains('x'), rest.contains('y')],
                }
            }
            "across" => {
                let across = self.across(statement)?;
                self.group(statement.word)?.across = Some(across);
            }
            "simulate" => {
                let simulate = self.simulate(statement)?;
                self.group(statement.word)?.simulate = Some(simulate);
            }
            "line" | "dashed" | "dotted" | "reference" | "hermite" | "histogram" | "atom" | "note" | "cell" => {
                let series = self.series(word, statement)?;
                self.group(statement.word)?.series.push(series);
            }
            other => {
                return Err(Diagnostic::new("C110", statement.word, format!("unknown statement `{other}`"))
                    .hint(hint(other, WORDS)));
            }
        }
        Ok(())
    }

    fn group(&mut self, place: Span) -> Parsed<&mut Group> {
        let lacking = || fault(place, "there is no panel yet", "start with a line `panel test-error`, or another kind");
        self.figure.groups.last_mut().ok_or_else(lacking)
    }

    /// `panel test-error: heading`. The first one after a series starts a new group, with the path of the one before.
    fn panel(&mut self, statement: Statement, rest: &str) -> Parsed<()> {
        let (kind, heading) = rest.split_once(':').unwrap_or((rest, ""));
        let kind = choose(&PANEL_KINDS, kind.trim(), statement.span())?;
        let heading = heading.trim().to_string();
        let panel = Panel { kind, heading, horizontal: None, vertical: None, logarithmic: [false; 2] };
        match self.figure.groups.last_mut() {
            Some(group) if group.series.is_empty() => group.panels.push(panel),
            last => {
                let across = last.and_then(|group| group.across.clone());
                self.figure.groups.push(Group { panels: vec![panel], across, ..Group::default() });
            }
        }
        Ok(())
    }

    fn number(&self, text: &str, place: Span) -> Parsed<f64> {
        let value: Option<f64> = text.trim().parse().ok().filter(|x: &f64| x.is_finite());
        value.ok_or_else(|| fault(place, format!("`{}` is no number", text.trim()), "write it like 0.5 or 1e-3"))
    }

    /// The two ends of `[low, high]`.
    fn ends(&self, text: &str, place: Span) -> Parsed<(f64, f64)> {
        let inside = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let Some((low, high)) = inside.and_then(|inside| inside.split_once(',')) else {
            return Err(fault(place, "two ends are needed here", "write them as [0, 3]"));
        };
        let (low, high) = (self.number(low, place)?, self.number(high, place)?);
        if low < high {
            Ok((low, high))
        } else {
            Err(fault(place, "the lower end comes first", "write them as [0, 3]"))
        }
    }

    fn across(&self, statement: Statement) -> Parsed<Across> {
        let form = "write across rho in [0, 3], or across time in [0.01, 100] logarithmic";
        let (name, rest) = split_at_word(self.masked, statement.rest, "in")
            .ok_or_else(|| fault(statement.rest, "this is no path along a parameter", form))?;
        let text = self.text(rest);
        let (ends, logarithmic) = match text.strip_suffix("logarithmic") {
            Some(ends) => (ends.to_string(), true),
            None => (text, false),
        };
        let (low, high) = self.ends(&ends, rest)?;
        if logarithmic && low <= 0.0 {
            return Err(fault(rest, "a logarithmic path starts above 0", form));
        }
        Ok(Across { parameter: self.text(name), low, high, logarithmic })
    }

    fn simulate(&self, statement: Statement) -> Parsed<Simulated> {
        let form = "write simulate d = 160, trials = 64, rho in {0.5, 1, 2}";
        let (mut dim, mut trials, mut values) = (0, 0, Vec::new());
        for assignment in assignments(self.masked, statement.rest)? {
            let numbers: Parsed<Vec<f64>> =
                assignment.values.iter().map(|span| self.number(slice(self.masked, *span), *span)).collect();
            let numbers = numbers?;
            match assignment.name.as_str() {
                "d" => dim = numbers[0] as usize,
                "trials" => trials = numbers[0] as u64,
                _ => values = numbers,
            }
        }
        if dim == 0 || trials < 2 || values.is_empty() {
            return Err(fault(statement.rest, "a dimension, at least two trials and values are needed", form));
        }
        Ok(Simulated { dim, trials, values })
    }

    fn series(&self, word: &str, statement: Statement) -> Parsed<Series> {
        let form = "write line LABEL: CLAIM, name = value, ...";
        let text = slice(self.masked, statement.rest);
        let colon = text.find(':').ok_or_else(|| fault(statement.rest, "a label with a colon is missing", form))?;
        let label = text[..colon].split_whitespace().collect::<Vec<_>>().join(" ");
        let rest = trim(self.masked, Span { start: statement.rest.start + colon + 1, end: statement.rest.end });
        let stroke = match word {
            "dashed" => Stroke::Dashed,
            "dotted" => Stroke::Dotted,
            _ => Stroke::Line,
        };
        let source = match word {
            "reference" => {
                let (formula, ends) = split_at_word(self.masked, rest, "in").ok_or_else(|| {
                    fault(rest, "the ends of x are missing", "write reference LABEL: 1 - x in [0, 1]")
                })?;
                let (low, high) = self.ends(slice(self.masked, ends), ends)?;
                Source::Reference { formula: self.text(formula), low, high }
            }
            "hermite" => Source::Hermite { activation: self.text(rest) },
            "histogram" => {
                let (claim, mut settings) = self.claim(rest)?;
                let mut count = |name: &str| -> Parsed<usize> {
                    let place = settings.iter().position(|(known, _)| known == name);
                    let place =
                        place.ok_or_else(|| fault(rest, format!("`{name}` is missing"), "write d, trials and bins"))?;
                    Ok(self.number(&settings.remove(place).1, rest)? as usize)
                };
                let (dim, trials, bins) = (count("d")?, count("trials")? as u64, count("bins")?);
                if dim == 0 || trials < 2 || !(2..=200).contains(&bins) {
                    return Err(fault(rest, "a dimension, two trials and 2 to 200 bins are needed", form));
                }
                Source::Histogram { claim, settings, dim, trials, bins }
            }
            "atom" => {
                let form = "write atom LABEL: 0.5 at 0";
                let text = self.text(rest);
                let (mass, at) =
                    text.split_once(" at ").ok_or_else(|| fault(rest, "the place of the mass is missing", form))?;
                Source::Atom { mass: self.number(mass, rest)?, at: self.number(at, rest)? }
            }
            "note" => {
                let form = "write note LABEL: 0.2, 0.1";
                let text = self.text(rest);
                let (x, y) =
                    text.split_once(',').ok_or_else(|| fault(rest, "the place of the note is missing", form))?;
                Source::Note { at: (self.number(x, rest)?, self.number(y, rest)?) }
            }
            "cell" => {
                let (claim, settings) = self.claim(rest)?;
                Source::Cell { claim, settings }
            }
            _ => {
                let (pattern, settings) = self.claim(rest)?;
                Source::Claim { pattern, settings }
            }
        };
        Ok(Series { label, stroke, source })
    }

    /// `rf-*, activation = quadratic`: id and settings.
    fn claim(&self, span: Span) -> Parsed<(String, Vec<(String, String)>)> {
        let text = slice(self.masked, span);
        let Some(comma) = text.find(',') else { return Ok((self.text(span), Vec::new())) };
        let rest = trim(self.masked, Span { start: span.start + comma + 1, end: span.end });
        let setting = |assignment: Assignment| match assignment.values[..] {
            [value] => Ok((assignment.name, self.text(value))),
            _ => Err(fault(assignment.name_span, "a series has one value of each parameter", "write a line for each")),
        };
        let settings: Parsed<Vec<_>> = assignments(self.masked, rest)?.into_iter().map(setting).collect();
        Ok((text[..comma].trim().to_string(), settings?))
    }

    /// What the figure lacks.
    fn lacks(&self) -> Option<Diagnostic> {
        let Figure { id, title, caption, groups, .. } = &self.figure;
        let bad_id = id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let path = |group: &Group| {
            group.series.iter().any(|s| matches!(s.source, Source::Claim { .. } | Source::Histogram { .. }))
        };
        let (what, remedy) = if bad_id {
            ("an id is missing", "add a line `figure ID`: lower-case letters, digits and hyphens")
        } else if title.is_empty() || caption.is_empty() {
            ("a title or a caption is missing", "add lines `title ...` and `caption ...`: what is there to see?")
        } else if groups.is_empty() || groups.iter().any(|group| group.series.is_empty()) {
            ("a panel without a series", "add lines such as `panel test-error` and `line rf: rf-*`")
        } else if groups.iter().any(|group| path(group) && group.across.is_none()) {
            ("the parameter along which the curves run is missing", "add a line `across rho in [0, 3]`")
        } else {
            return None;
        };
        Some(fault(self.fence, what, remedy))
    }
}

fn choose<T: Copy>(known: &[(&'static str, T)], text: &str, place: Span) -> Parsed<T> {
    known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        Diagnostic::new("C110", place, format!("`{text}` is not among the choices")).hint(hint(text, names))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: &str = "# Atlas\n\n```figure\nfigure width\ntitle Width\ncaption See\n  this.\nfront\npanel test-error\n\
                         panel robustness: R\nacross rho in [0, 3]\nline rf: rf-*, spectrum = two-point(2,1,0.5), zeta = 1/2\n\
                         reference bound: (1 - x)^2 in [0, 1]\nsimulate d = 16, trials = 8, rho in {0.5, 1}\n\
                         panel value\nhermite relu: relu\n```\n";

    #[test]
    fn a_figure_reads() {
        let found = read_figures("atlas.md", WIDTH).unwrap_or_else(|faults| panic!("{faults}"));
        let figure = &found[0];
        assert_eq!((figure.caption.as_str(), figure.place.as_str()), ("See this.", "atlas.md:3"));
        assert!(figure.front && figure.groups.len() == 2);
        let group = &figure.groups[0];
        assert_eq!((group.panels[1].kind, group.panels[1].heading.as_str()), (PanelKind::Robustness, "R"));
        let settings =
            [("spectrum", "two-point(2,1,0.5)"), ("zeta", "1/2")].map(|(a, b)| (a.to_string(), b.to_string()));
        assert_eq!(group.series[0].source, Source::Claim { pattern: "rf-*".into(), settings: settings.to_vec() });
        let bound = Source::Reference { formula: "(1 - x)^2".into(), low: 0.0, high: 1.0 };
        assert_eq!(group.series[1].source, bound);
        assert_eq!(group.simulate, Some(Simulated { dim: 16, trials: 8, values: vec![0.5, 1.0] }));
        assert!(has_figures(WIDTH) && !has_figures("```claim\n```\n"));
    }

    #[test]
    fn faults_are_placed_and_say_what_to_do() {
        for (good, bad, said) in [
            ("figure width", "figure Width", "an id is missing"),
            ("title Width", "titel Width", "did you mean `title`?"),
            ("panel test-error", "panel test-eror", "did you mean `test-error`?"),
            ("across rho in [0, 3]", "across rho in [3, 0]", "the lower end comes first"),
            ("across rho in [0, 3]\n", "", "the parameter along which the curves run is missing"),
            ("line rf: rf-*", "line rf-*", "a label with a colon is missing"),
            ("trials = 8", "trials = 1", "at least two trials"),
            ("hermite relu: relu\n", "", "a panel without a series"),
            ("zeta = 1/2", "zeta in {1, 2}", "one value of each parameter"),
            ("(1 - x)^2 in [0, 1]", "(1 - x)^2", "the ends of x are missing"),
        ] {
            assert!(WIDTH.contains(good), "{good}");
            let faults = read_figures("atlas.md", &WIDTH.replacen(good, bad, 1)).unwrap_err();
            let shown = faults.to_string();
            assert!(shown.contains(said) && shown.contains("atlas.md:"), "{bad}:\n{shown}");
        }
        let twice = format!("{WIDTH}{WIDTH}");
        assert!(read_figures("atlas.md", &twice).unwrap_err().to_string().contains("a second figure"));
    }
}
