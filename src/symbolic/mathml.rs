//! Layouts as MathML Core, which browsers set without a script or a font from elsewhere.

mod element;
mod pieces;

use super::layout::Layout;
use element::{element, one, scripted};

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

#[cfg(test)]
mod tests;
