//! Layouts as MathML Core, which browsers set without a script or a font from elsewhere.

mod pieces;

use super::layout::Layout;

impl Layout {
    /// The formula as a displayed `math` element.
    pub fn mathml(&self) -> String {
        format!("<math display=\"block\">{}</math>", one(self.elements()))
    }

    /// The formula's elements, side by side.
    fn elements(&self) -> Vec<String> {
        match self {
            Layout::Piece(latex) => pieces::read(latex),
            Layout::Row(parts) => parts.iter().flat_map(Layout::elements).collect(),
            Layout::Fraction(top, bottom) => vec![element("mfrac", &[top.element(), bottom.element()])],
            Layout::Root(inside) => vec![element("msqrt", &inside.elements())],
            Layout::Scripts(scripts) => {
                let below = scripts.below.as_ref().map(Layout::element);
                let above = scripts.above.as_ref().map(Layout::element);
                vec![scripted(scripts.base.element(), below, above)]
            }
            Layout::Fenced { open, body, close } => {
                let high = open.starts_with("\\left");
                let bracket = |latex: &str, form| {
                    let latex = latex.trim().trim_start_matches("\\left").trim_start_matches("\\right");
                    pieces::bracket(latex, form, high)
                };
                let mut row = bracket(open, "prefix");
                row.extend(body.elements());
                row.extend(bracket(close, "postfix"));
                vec![element("mrow", &row)]
            }
            Layout::Call(function, arguments) => {
                // The sign for "applied to" is not seen: it is for readers that speak.
                let applied = "<mo>&#x2061;</mo>".to_string();
                vec![element("mrow", &[function.element(), applied, arguments.element()])]
            }
            Layout::Primed(function, primes) => {
                let primes = format!("<mo>{}</mo>", "\u{2032}".repeat(*primes as usize));
                vec![element("msup", &[function.element(), primes])]
            }
            Layout::Table { environment, rows } => {
                let cells = |row: &Vec<Layout>| {
                    let cells: Vec<String> = row.iter().map(|cell| element("mtd", &[cell.element()])).collect();
                    element("mtr", &cells)
                };
                let rows: String = rows.iter().map(cells).collect();
                let table = format!("<mtable class=\"{environment}\">{rows}</mtable>");
                match *environment {
                    "cases" => {
                        vec![element("mrow", &[pieces::bracket("\\lbrace", "prefix", true), vec![table]].concat())]
                    }
                    _ => vec![table],
                }
            }
        }
    }

    /// The formula as one element.
    fn element(&self) -> String {
        one(self.elements())
    }
}

fn element(name: &str, children: &[String]) -> String {
    format!("<{name}>{}</{name}>", children.concat())
}

/// Several elements as one.
fn one(mut elements: Vec<String>) -> String {
    match elements.len() {
        1 => elements.remove(0),
        _ => element("mrow", &elements),
    }
}

/// An element with scripts; those of a sum stand below and above it.
fn scripted(base: String, below: Option<String>, above: Option<String>) -> String {
    let sum = base == "<mo>\u{2211}</mo>";
    match (below, above) {
        (Some(below), Some(above)) => element(if sum { "munderover" } else { "msubsup" }, &[base, below, above]),
        (Some(below), None) => element(if sum { "munder" } else { "msub" }, &[base, below]),
        (None, Some(above)) => element("msup", &[base, above]),
        (None, None) => base,
    }
}

#[cfg(test)]
mod tests;
