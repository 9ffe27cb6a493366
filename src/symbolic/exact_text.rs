//! Exact constants as text, in the claim language and in LaTeX: `1/sqrt(2*pi)`, `1/3 + 1/(2*pi*sqrt(3))`.
//!
//! Nothing is computed here but the arrangement of a term above and below the line.

use super::exact::{Exact, Unit};
use dashu_base::{Sign, UnsignedAbs};
use dashu_int::UBig;
use dashu_ratio::RBig;
use std::fmt;

impl Exact {
    /// LaTeX, in the same arrangement as the plain text.
    pub fn latex(&self) -> String {
        self.written(Style::Latex)
    }

    fn written(&self, style: Style) -> String {
        let mut terms: Vec<(&Unit, &RBig)> = self.terms.iter().collect();
        terms.sort_by_key(|(unit, _)| (&unit.exponent, unit.half_powers.unsigned_abs(), &unit.radicand));
        let mut text = String::new();
        for (unit, coefficient) in terms {
            let negative = coefficient.sign() == Sign::Negative;
            text += match (text.is_empty(), negative) {
                (true, false) => "",
                (true, true) => "-",
                (false, false) => " + ",
                (false, true) => " - ",
            };
            text += &written_term(unit, coefficient, style);
        }
        if text.is_empty() { "0".to_string() } else { text }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// The claim language.
    Plain,
    Latex,
}

/// The magnitude of a term: roots go below the line where that removes a factor of the denominator.
fn written_term(unit: &Unit, coefficient: &RBig, style: Style) -> String {
    let (numerator, mut denominator) = coefficient.clone().into_parts();
    let numerator = numerator.unsigned_abs();
    let root_below = unit.radicand > UBig::ONE && (&denominator % &unit.radicand).is_zero();
    if root_below {
        denominator /= &unit.radicand;
    }
    let pi_below = unit.half_powers < 0;
    let (pi_whole, pi_half) = (unit.half_powers.unsigned_abs() / 2, unit.half_powers % 2 != 0);
    let (mut above, mut below) = (Vec::new(), Vec::new());
    if numerator > UBig::ONE {
        above.push(numerator.to_string());
    }
    if denominator > UBig::ONE {
        below.push(denominator.to_string());
    }
    let pi = if style == Style::Plain { "pi" } else { r"\pi" };
    if pi_whole > 0 {
        let power = match (pi_whole, style) {
            (1, _) => pi.to_string(),
            (_, Style::Plain) => format!("{pi}^{pi_whole}"),
            (_, Style::Latex) => format!("{pi}^{{{pi_whole}}}"),
        };
        if pi_below { below.push(power) } else { above.push(power) }
    }
    let n = (unit.radicand > UBig::ONE).then(|| unit.radicand.to_string());
    match (n, pi_half) {
        (None, false) => {}
        (Some(n), false) => if root_below { &mut below } else { &mut above }.push(root(&n, style)),
        (None, true) => if pi_below { &mut below } else { &mut above }.push(root(pi, style)),
        (Some(n), true) => match (root_below, pi_below) {
            (true, true) => below.push(root(&product(&[n, pi.to_string()], style), style)),
            (false, false) => above.push(root(&product(&[n, pi.to_string()], style), style)),
            (false, true) => above.push(root(&quotient(&n, pi, style), style)),
            (true, false) => above.push(root(&quotient(pi, &n, style), style)),
        },
    }
    if unit.exponent != RBig::ZERO {
        above.push(match style {
            Style::Plain => format!("exp({})", unit.exponent),
            Style::Latex if unit.exponent == RBig::ONE => "e".to_string(),
            Style::Latex => format!("e^{{{}}}", unit.exponent),
        });
    }
    let top = if above.is_empty() { "1".to_string() } else { product(&above, style) };
    match below.len() {
        0 => top,
        1 => quotient(&top, &below[0], style),
        _ if style == Style::Plain => format!("{top}/({})", product(&below, style)),
        _ => quotient(&top, &product(&below, style), style),
    }
}

fn root(of: &str, style: Style) -> String {
    if style == Style::Plain { format!("sqrt({of})") } else { format!(r"\sqrt{{{of}}}") }
}

fn quotient(top: &str, bottom: &str, style: Style) -> String {
    if style == Style::Plain { format!("{top}/{bottom}") } else { format!(r"\frac{{{top}}}{{{bottom}}}") }
}

fn product(factors: &[String], style: Style) -> String {
    factors.join(if style == Style::Plain { "*" } else { r" " })
}

impl fmt::Display for Exact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.written(Style::Plain))
    }
}
