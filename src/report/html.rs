//! The whole report as one HTML file that needs nothing else: pages as sections, figures as inlined SVG, formulas as MathML.
//!
//! Made from the Markdown of the pages, so that both say the same.

use super::cells::{Standing, by_claim, standing};
use super::markdown::{html as escape, spelt};
use crate::record::ReportData;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");

/// Writes the report's files (see [`super::render`]) as one page. Links to files that are not in it become plain text.
pub fn single_page(data: &ReportData, files: &[(String, String)]) -> String {
    let pages: Vec<(&str, &str)> = files.iter().filter(|(name, _)| name.ends_with(".md")).map(borrowed).collect();
    let book = Book {
        files: files.iter().map(borrowed).collect(),
        formulas: data.claims.iter().flat_map(|claim| &claim.mathml).map(|(k, v)| (spelt(k), v.as_str())).collect(),
    };
    let mut sections = String::new();
    for (name, text) in &pages {
        sections += &format!("<section id=\"{}\">\n{}</section>\n", anchor(name), book.section(name, text));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Formulas against simulations: results of {}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n{}<main>\n{sections}</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&data.version),
        navigation(data, &pages)
    )
}

fn borrowed((name, content): &(String, String)) -> (&str, &str) {
    (name, content)
}

/// The pages, those of claims with a mark of how their verdicts stand to the ones that their status calls for.
fn navigation(data: &ReportData, pages: &[(&str, &str)]) -> String {
    let groups = by_claim(&data.run);
    let mut entries = String::new();
    for (name, text) in pages {
        let claim = data.claims.iter().find(|claim| *name == format!("claims/{}.md", claim.id));
        let first = text.lines().next().unwrap_or("").trim_start_matches('#').trim();
        let (label, title) = claim.map_or((first, first), |claim| (claim.id.as_str(), claim.title.as_str()));
        let cells = claim.and_then(|claim| groups.iter().find(|(id, _)| *id == claim.id)).map(|(_, cells)| cells);
        let (class, mark, said) = match cells.and_then(|cells| cells.iter().map(|cell| standing(cell)).min()) {
            Some(Standing::NoValue) => ("contrary", "\u{2205}", "no value"),
            Some(Standing::Contrary) => ("contrary", "\u{2715}", "contrary"),
            Some(Standing::Open) => ("open", "\u{25cb}", "open"),
            Some(Standing::Expected) => ("expected", "\u{25cf}", "as expected"),
            None => ("open", "", ""),
        };
        entries += &format!(
            "<li><a href=\"#{}\" title=\"{}\"><span class=\"mark {class}\" aria-label=\"{said}\">{mark}</span>{}</a></li>\n",
            anchor(name),
            escape(title).replace('"', "&quot;"),
            escape(label)
        );
    }
    format!(
        "<nav aria-label=\"Claims\">\n<input id=\"narrow\" type=\"search\" placeholder=\"Find a claim\" aria-label=\"Find a claim\" hidden>\n\
         <ul>\n{entries}</ul>\n</nav>\n"
    )
}

/// The place of a page in the file.
fn anchor(name: &str) -> String {
    let stem = name.trim_end_matches(".md");
    stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// What the pages refer to.
struct Book<'a> {
    files: BTreeMap<&'a str, &'a str>,
    /// MathML by the LaTeX of the pages.
    formulas: BTreeMap<String, &'a str>,
}

impl Book<'_> {
    fn section(&self, name: &str, text: &str) -> String {
        let mut events: Vec<Event> = Vec::new();
        // Texts of an image are said by the drawing itself; of a link to another file only the text stays.
        let mut in_image = false;
        let mut links: Vec<bool> = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_MATH) {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    in_image = true;
                    events.push(Event::InlineHtml(self.figure(name, &dest_url).into()));
                }
                Event::End(TagEnd::Image) => in_image = false,
                _ if in_image => {}
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let target = self.target(name, &dest_url);
                    links.push(target.is_some());
                    events.extend(target.map(|target| Event::InlineHtml(format!("<a href=\"{target}\">").into())));
                }
                Event::End(TagEnd::Link) => {
                    if links.pop() == Some(true) {
                        events.push(Event::InlineHtml("</a>".into()));
                    }
                }
                Event::DisplayMath(latex) | Event::InlineMath(latex) => {
                    events.push(Event::InlineHtml(self.formula(&latex).into()));
                }
                Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                    events.push(Event::Start(Tag::Heading { level: lower(level), id, classes, attrs }));
                }
                Event::End(TagEnd::Heading(level)) => events.push(Event::End(TagEnd::Heading(lower(level)))),
                Event::Start(Tag::Table(columns)) => {
                    events.push(html("<div class=\"scroll\">"));
                    events.push(Event::Start(Tag::Table(columns)));
                }
                Event::End(TagEnd::Table) => events.extend([Event::End(TagEnd::Table), html("</div>\n")]),
                other => events.push(other),
            }
        }
        let mut out = String::new();
        pulldown_cmark::html::push_html(&mut out, events.into_iter());
        // Formulas and figures are blocks: a paragraph around one would end where it begins.
        for (open, close) in
            [("<div class=\"formula\">", "</div>"), ("<figure>", "</figure>"), ("<figure class=\"tall\">", "</figure>")]
        {
            out = out.replace(&format!("<p>{open}"), open).replace(&format!("{close}</p>"), close);
        }
        out
    }

    fn figure(&self, page: &str, path: &str) -> String {
        match self.files.get(resolve(page, path).as_str()) {
            // One that no sheet of paper holds is printed from where it stands.
            Some(svg) if height(svg) > PAGE => format!("<figure class=\"tall\">{}</figure>", svg.trim()),
            Some(svg) => format!("<figure>{}</figure>", svg.trim()),
            None => format!("<p>{}</p>", escape(path)),
        }
    }

    /// Where a link leads from the single page: to a section of it, or out into the world.
    fn target(&self, page: &str, path: &str) -> Option<String> {
        if path.starts_with("https://") || path.starts_with("http://") {
            return Some(escape(path).replace('"', "&quot;"));
        }
        let file = resolve(page, path.split('#').next().unwrap_or(path));
        (file.ends_with(".md") && self.files.contains_key(file.as_str())).then(|| format!("#{}", anchor(&file)))
    }

    fn formula(&self, latex: &str) -> String {
        match self.formulas.get(&spelt(latex)) {
            Some(mathml) => format!("<div class=\"formula\">{mathml}</div>"),
            None => format!("<div class=\"formula\"><code class=\"latex\">{}</code></div>", escape(latex.trim())),
        }
    }
}

/// Height of a drawing in pixels, of which a sheet of paper holds fewer than [`PAGE`] at the width of the report's figures.
fn height(svg: &str) -> f64 {
    let after = svg.split_once(" height=\"").map_or("", |(_, after)| after);
    after.split('"').next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

const PAGE: f64 = 1250.0;

fn html(text: &'static str) -> Event<'static> {
    Event::Html(CowStr::Borrowed(text))
}

/// The file's own heading is a level above those of the pages.
fn lower(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

/// A path as a page writes it, from the report's folder.
fn resolve(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_anchors() {
        assert_eq!(resolve("claims/a.md", "../figures/a.svg"), "figures/a.svg");
        assert_eq!(resolve("README.md", "claims/a.md"), "claims/a.md");
        assert_eq!(anchor("claims/rf-test-error.md"), "claims-rf-test-error");
    }
}
