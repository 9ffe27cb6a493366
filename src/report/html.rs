//! The whole report as one HTML file that needs nothing else: pages as sections, figures as inlined SVG, formulas as MathML.
//!
//! Made from the Markdown of the pages, so that both say the same.

use super::Report;
use super::canvas::{Figure, rules};
use super::cells::{Standing, by_claim, standing};
use super::chapters::claims_by_chapter;
use super::interactive::NAME;
use super::markdown::html as escape;
use crate::record::{ReportData, Verdict, base64};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");
/// A subset of Latin Modern Math, without which brackets do not grow: `theory/` has no letters beyond it.
const FONT: &[u8] = include_bytes!("math.woff2");

/// Writes a report as one page. Links to files that are not in it become plain text.
pub fn single_page(data: &ReportData, report: &Report) -> String {
    let book = Book {
        pages: report.pages.iter().map(|(name, _)| name.as_str()).collect(),
        figures: report.figures.iter().map(|figure| (figure.name.as_str(), figure)).collect(),
    };
    let mut sections = String::new();
    for (name, text) in &report.pages {
        sections += &format!("<section id=\"{}\">\n{}</section>\n", anchor(name), book.section(name, text));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Formulas against simulations: results of {}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n@font-face{{font-family:\"Report Math\";src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n{STYLE}{}</style>\n</head>\n<body>\n{}\
         <main>\n{sections}</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&data.version),
        base64::encode(FONT),
        rules(),
        navigation(data),
    )
}

/// The pages: the claims by chapter, with titles and a mark of how their verdicts stand to the ones that their status calls for.
fn navigation(data: &ReportData) -> String {
    let groups = by_claim(&data.run);
    let link = |page: &str, mark: &str, title: &str, id: &str| {
        let title = escape(title).replace('"', "&quot;");
        format!("<li><a href=\"#{}\" data-id=\"{}\">{mark}{title}</a></li>\n", anchor(page), escape(id))
    };
    let mut entries = link("README.md", "", "Results", "");
    if !data.atlas.is_empty() {
        entries += &link("atlas.md", "", "Atlas", "");
    }
    entries += &link("glossary.md", "", "Glossary", "");
    let mut out = format!("<ul>\n{entries}</ul>\n");
    for (chapter, claims) in claims_by_chapter(data) {
        out += &format!("<h2>{}</h2>\n<ul>\n", escape(chapter.title()));
        for claim in claims {
            let cells = groups.iter().find(|(id, _)| *id == claim.id).map_or(&[][..], |(_, cells)| cells);
            let (class, sign, said) = match cells.iter().map(|cell| standing(cell)).min() {
                Some(Standing::NoValue) => ("contrary", "\u{2205}", "no value"),
                Some(Standing::Contrary) => ("contrary", "!", "contrary to what is claimed"),
                Some(Standing::Open) => ("open", "?", "undecided"),
                Some(Standing::Expected) if cells.iter().all(|cell| cell.expected == Verdict::Disagrees) => {
                    ("refuted", "\u{2715}", "refuted, as it must be")
                }
                Some(Standing::Expected) => ("expected", "\u{2713}", "holds"),
                None => ("open", "\u{b7}", "not judged"),
            };
            let mark = format!(
                "<span class=\"mark {class}\" role=\"img\" aria-label=\"{said}\" title=\"{said}\">{sign}</span>"
            );
            out += &link(&format!("claims/{}.md", claim.id), &mark, &claim.title, &claim.id);
        }
        out += "</ul>\n";
    }
    format!(
        "<nav aria-label=\"Pages\">\n<details id=\"menu\">\n<summary>Contents</summary>\n\
         <input id=\"narrow\" type=\"search\" placeholder=\"Find a claim\" aria-label=\"Find a claim\" hidden>\n{out}</details>\n</nav>\n"
    )
}

/// The place of a page in the file.
fn anchor(name: &str) -> String {
    let stem = name.trim_end_matches(".md");
    stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// What the pages refer to.
struct Book<'a> {
    pages: BTreeSet<&'a str>,
    figures: BTreeMap<&'a str, &'a Figure>,
}

impl Book<'_> {
    fn section(&self, name: &str, text: &str) -> String {
        let mut events: Vec<Event> = Vec::new();
        // Of a link to another file only the text stays.
        let mut links: Vec<bool> = Vec::new();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_MATH) {
            match event {
                Event::InlineHtml(tag) | Event::Html(tag) if is_picture(&tag) => {
                    let source = tag.split_once(" src=\"").and_then(|(_, rest)| rest.split_once(".svg\""));
                    events.extend(source.map(|(path, _)| Event::InlineHtml(self.figure(path).into())));
                }
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
                Event::DisplayMath(latex) => {
                    let block = format!("<div class=\"formula\">{}</div>", formula(&latex, true));
                    events.push(Event::InlineHtml(block.into()));
                }
                Event::InlineMath(latex) => events.push(Event::InlineHtml(formula(&latex, false).into())),
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
        // Most cells of tables are numbers: what sets them flush right is said once, in the style.
        for cell in ["<td", "<th"] {
            out = out.replace(&format!("{cell}>"), &format!("{cell} class=\"l\">"));
            out = out.replace(&format!("{cell} style=\"text-align: right\">"), &format!("{cell}>"));
        }
        // HTML lets the ends of cells and rows go unsaid: a fifth of what tables take.
        for end in ["</td>", "</th>", "</tr>", "</thead>", "</tbody>"] {
            out = out.replace(end, "");
        }
        // Formulas and figures are blocks: a paragraph around one would end where it begins.
        for (open, close) in [("<div class=\"formula\">", "</div>"), ("<figure>", "</figure>")] {
            out = out.replace(&format!("<p>{open}"), open).replace(&format!("{close}</p>"), close);
        }
        out
    }

    fn figure(&self, path: &str) -> String {
        let name = path.rsplit_once("figures/").map_or(path, |(_, name)| name);
        match self.figures.get(name) {
            Some(figure) => format!("<figure>{}</figure>", figure.inline()),
            None => String::new(),
        }
    }

    /// Where a link leads from the single page: to a section of it, to the interactive page beside it, or out into the world.
    fn target(&self, page: &str, path: &str) -> Option<String> {
        if path.starts_with("https://") || path.starts_with("http://") {
            return Some(escape(path).replace('"', "&quot;"));
        }
        let file = resolve(page, path.split('#').next().unwrap_or(path));
        if file == NAME {
            return Some(NAME.to_string());
        }
        self.pages.contains(file.as_str()).then(|| format!("#{}", anchor(&file)))
    }
}

/// The tags of a picture, of which only that of the drawing counts.
fn is_picture(tag: &str) -> bool {
    ["<picture>", "</picture>", "<source ", "<img "].iter().any(|start| tag.starts_with(start))
}

/// LaTeX as MathML; as it stands where it is none that can be read.
fn formula(latex: &str, block: bool) -> String {
    let storage = pulldown_latex::Storage::new();
    // Rows end in `\\cr`, which Markdown leaves alone.
    let text = latex.replace("\\cr", "\\\\");
    let display_mode =
        if block { pulldown_latex::config::DisplayMode::Block } else { pulldown_latex::config::DisplayMode::Inline };
    let config = pulldown_latex::RenderConfig { display_mode, ..Default::default() };
    let events: Result<Vec<_>, _> = pulldown_latex::Parser::new(text.trim(), &storage).collect();
    let mut out = String::new();
    let written = events.is_ok_and(|events| {
        let events = events.into_iter().map(Ok::<_, std::convert::Infallible>);
        pulldown_latex::push_mathml(&mut out, events, config).is_ok()
    });
    // What the writer leaves for HTML to forgive.
    let out =
        out.replace("&nbsp;", "\u{a0}").replace("<mo><</mo>", "<mo>&lt;</mo>").replace("\"minsize=", "\" minsize=");
    if written { out } else { format!("<code class=\"latex\">{}</code>", escape(latex.trim())) }
}

fn html(text: &'static str) -> Event<'static> {
    Event::Html(CowStr::Borrowed(text))
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
