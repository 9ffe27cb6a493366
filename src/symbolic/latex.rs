//! Formulas as LaTeX that GitHub renders.
//!
//! GitHub reads a backslash before punctuation as Markdown's own, so there is no `\,`, `\{` or `\\` here, and `<` is `\lt`.

use super::expression::{
    Binary, Binding, Branch, Comparison, Condition, Definition, Equation, Expr, Interval, Law, Node,
};
use super::source::decimal;
use dashu::base::{Abs, Sign};
use dashu::rational::RBig;
use std::collections::BTreeMap;

/// LaTeX of names; a name that is not in the table gets a default (see [`Latex::name`]).
#[derive(Clone, Copy, Debug)]
pub struct Latex<'a> {
    symbols: &'a BTreeMap<String, String>,
}

/// How strongly a form holds together; brackets go around a part that is weaker than its place asks.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Strength {
    /// Roots and series: they go on to the right.
    Open,
    Sum,
    Sign,
    Product,
    /// A fraction, or something with an exponent: a factor, but no base of a power.
    Factor,
    Atom,
}

struct Form {
    text: String,
    strength: Strength,
}

const GREEK: [&str; 34] = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "varepsilon",
    "zeta",
    "eta",
    "theta",
    "vartheta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "varphi",
    "chi",
    "psi",
    "omega",
    "Gamma",
    "Delta",
    "Theta",
    "Lambda",
    "Sigma",
    "Phi",
    "Psi",
    "Omega",
];

/// Functions whose LaTeX is a name with brackets.
const NAMED: [(&str, &str); 14] = [
    ("ln", "\\ln"),
    ("sin", "\\sin"),
    ("cos", "\\cos"),
    ("tan", "\\tan"),
    ("asin", "\\arcsin"),
    ("acos", "\\arccos"),
    ("atan", "\\arctan"),
    ("tanh", "\\tanh"),
    ("erf", "\\mathrm{erf}"),
    ("erfc", "\\mathrm{erfc}"),
    ("min", "\\min"),
    ("max", "\\max"),
    ("sigma", "\\sigma"),
    ("lambda", "\\lambda"),
];

impl<'a> Latex<'a> {
    pub fn new(symbols: &'a BTreeMap<String, String>) -> Latex<'a> {
        Latex { symbols }
    }

    /// LaTeX of a formula.
    pub fn expression(&self, expr: &Expr) -> String {
        self.form(expr).text
    }

    /// LaTeX of a condition.
    pub fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Compare(comparison, left, right) => {
                let sign = match comparison {
                    Comparison::Less => "\\lt",
                    Comparison::LessEqual => "\\le",
                    Comparison::Greater => "\\gt",
                    Comparison::GreaterEqual => "\\ge",
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "\\ne",
                };
                format!("{} {sign} {}", self.at_least(left, Strength::Sum), self.at_least(right, Strength::Sum))
            }
            Condition::And(left, right) => format!("{} \\text{{ and }} {}", self.part(left), self.part(right)),
            Condition::Or(left, right) => {
                format!("{} \\text{{ or }} {}", self.condition(left), self.condition(right))
            }
        }
    }

    fn part(&self, condition: &Condition) -> String {
        let text = self.condition(condition);
        if matches!(condition, Condition::Or(..)) { brackets(&text) } else { text }
    }

    /// `name = body`, `name(x) = body`, a system of equations; `None` for an unknown of a system, which that defines.
    pub fn definition(&self, definition: &Definition) -> Option<String> {
        match &definition.body.node {
            Node::Unknown { .. } => None,
            Node::Linear { unknowns, equations } => Some(self.system(unknowns, equations)),
            _ => Some(self.plain_definition(definition)),
        }
    }

    /// The equations below each other, their signs aligned.
    fn system(&self, unknowns: &[String], equations: &[Equation]) -> String {
        let unknowns: Vec<String> = unknowns.iter().map(|unknown| self.name(unknown)).collect();
        let unknowns = match &unknowns[..] {
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        let row = |e: &Equation| format!("{} & = {}", self.expression(&e.left), self.expression(&e.right));
        let rows: Vec<String> = equations.iter().map(row).collect();
        let rows = format!("\\begin{{aligned}} {} \\end{{aligned}}", rows.join(" \\cr "));
        format!("{unknowns} \\text{{ solves }} \\left\\lbrace {rows} \\right.")
    }

    fn plain_definition(&self, definition: &Definition) -> String {
        let name = definition.symbol.clone().unwrap_or_else(|| self.name(&definition.name));
        if let Node::Measure { variable, transform, support, mass } = &definition.body.node {
            let point = if variable == "u" { "x" } else { "u" };
            let kernel = format!("\\frac{{1}}{{{point} - {}}}", self.name(variable));
            let transform =
                format!("\\int {kernel} \\thinspace {name}(\\mathrm{{d}} {point}) = {}", self.expression(transform));
            let (mass, support) = (self.expression(mass), self.interval(support));
            return format!("{transform} \\text{{, a measure of mass }} {mass} \\text{{ within }} {support}");
        }
        let arguments: Vec<String> = definition.arguments.iter().map(|argument| self.name(argument)).collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        format!("{name}{arguments} = {}", self.expression(&definition.body))
    }

    /// LaTeX of a name: its symbol; else a Greek letter for its name, a digit at the end or what follows `_` as subscript,
    /// several letters upright.
    pub fn name(&self, name: &str) -> String {
        if let Some(symbol) = self.symbols.get(name) {
            return symbol.clone();
        }
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let (base, subscript) = match name.split_once('_') {
            Some((base, rest)) if !base.is_empty() && !rest.is_empty() => (base, rest.replace('_', " ")),
            _ => (letters, name[letters.len()..].to_string()),
        };
        let base = if GREEK.contains(&base) {
            format!("\\{base}")
        } else if base.len() == 1 && base != "_" {
            base.to_string()
        } else {
            format!("\\mathrm{{{}}}", base.replace('_', " "))
        };
        match subscript.len() {
            0 => base,
            1 => format!("{base}_{subscript}"),
            _ if subscript.bytes().all(|b| b.is_ascii_digit()) => format!("{base}_{{{subscript}}}"),
            _ => format!("{base}_{{\\mathrm{{{subscript}}}}}"),
        }
    }

    fn at_least(&self, expr: &Expr, least: Strength) -> String {
        let form = self.form(expr);
        if form.strength < least { brackets(&form.text) } else { form.text }
    }

    fn form(&self, expr: &Expr) -> Form {
        let text = |expr: &Expr| self.expression(expr);
        match &expr.node {
            Node::Number(value) => number(value),
            Node::Infinity => atom("\\infty"),
            Node::Name(name) => {
                let symbol = self.name(name);
                // A symbol such as \alpha^2 has an exponent of its own.
                let strength = if symbol.contains('^') { Strength::Factor } else { Strength::Atom };
                Form { text: symbol, strength }
            }
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments),
            Node::Negate(inner) => {
                Form { text: format!("-{}", self.at_least(inner, Strength::Product)), strength: Strength::Sign }
            }
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::Integral { expectation: true, body, bindings } => {
                let laws: Vec<String> = bindings.iter().map(|binding| self.binding(binding)).collect();
                atom(format!("\\mathbb{{E}}_{{{}}}\\left[{}\\right]", laws.join(",\\enspace "), text(body)))
            }
            Node::Integral { body, bindings, .. } => self.integral(body, bindings),
            Node::Root { variable, interval, body } => {
                let (variable, interval) = (self.name(variable), self.interval(interval));
                let text = format!("\\text{{the root }} {variable} \\in {interval} \\text{{ of }} {} = 0", text(body));
                Form { text, strength: Strength::Open }
            }
            Node::Cases { branches, otherwise } => {
                let rows: Vec<String> = branches
                    .iter()
                    .map(|Branch { condition, value }| {
                        format!("{} & \\text{{if }} {}", text(value), self.condition(condition))
                    })
                    .chain([format!("{} & \\text{{otherwise}}", text(otherwise))])
                    .collect();
                atom(format!("\\begin{{cases}} {} \\end{{cases}}", rows.join(" \\cr ")))
            }
            Node::Series { variable, from, term } => {
                let (variable, term) = (self.name(variable), self.at_least(term, Strength::Sign));
                let text = format!("\\sum_{{{variable} = {from}}}^{{\\infty}} {term}");
                Form { text, strength: Strength::Open }
            }
            Node::Measure { variable, transform, .. } => {
                let text = format!("{} \\mapsto {}", self.name(variable), text(transform));
                Form { text, strength: Strength::Open }
            }
            Node::Linear { unknowns, equations } => {
                Form { text: self.system(unknowns, equations), strength: Strength::Open }
            }
            Node::Unknown { .. } => atom("?"),
            Node::Let { name, value, body } => {
                let text = format!("{} \\text{{ with }} {} = {}", text(body), self.name(name), text(value));
                Form { text, strength: Strength::Open }
            }
        }
    }

    fn binary(&self, operator: Binary, left: &Expr, right: &Expr) -> Form {
        match operator {
            Binary::Add | Binary::Subtract => {
                let sign = if operator == Binary::Add { "+" } else { "-" };
                let left = self.at_least(left, Strength::Sum);
                let text = format!("{left} {sign} {}", self.at_least(right, Strength::Product));
                Form { text, strength: Strength::Sum }
            }
            Binary::Multiply => {
                let left = self.at_least(left, Strength::Sign);
                let text = juxtapose(&left, &self.at_least(right, Strength::Product));
                let strength = if left.starts_with('-') { Strength::Sign } else { Strength::Product };
                Form { text, strength }
            }
            Binary::Divide => {
                let text = format!("\\frac{{{}}}{{{}}}", self.expression(left), self.expression(right));
                Form { text, strength: Strength::Factor }
            }
            Binary::Power => self.power(left, right),
        }
    }

    fn power(&self, base: &Expr, exponent: &Expr) -> Form {
        let exponent = self.expression(exponent);
        let exponent = if exponent.len() == 1 { exponent } else { format!("{{{exponent}}}") };
        Form { text: format!("{}^{exponent}", self.at_least(base, Strength::Atom)), strength: Strength::Factor }
    }

    fn apply(&self, function: &str, primes: u32, arguments: &[Expr]) -> Form {
        let texts: Vec<String> = arguments.iter().map(|argument| self.expression(argument)).collect();
        let first = texts.first().map_or("", String::as_str);
        match (function, arguments) {
            ("sqrt", [_]) => return atom(format!("\\sqrt{{{first}}}")),
            ("exp", [_]) => return Form { text: format!("e^{{{first}}}"), strength: Strength::Factor },
            ("expm1", [_]) => return Form { text: format!("e^{{{first}}} - 1"), strength: Strength::Sum },
            ("exprel", [_]) => {
                return Form { text: format!("\\frac{{e^{{{first}}} - 1}}{{{first}}}"), strength: Strength::Factor };
            }
            ("log1p", [argument]) => {
                return atom(format!("\\ln{}", call(&format!("1 + {}", self.at_least(argument, Strength::Product)))));
            }
            ("abs", [_]) => return atom(format!("\\left\\lvert {first} \\right\\rvert")),
            ("pos", [_]) => return atom(format!("{}_+", brackets(first))),
            ("lambda", [_]) if first.len() == 1 => return atom(format!("\\lambda_{first}")),
            ("hermite", [_]) if first.len() == 1 => return atom(format!("h_{first}")),
            ("hermite", [_]) => return atom(format!("h_{{{first}}}")),
            ("lambda", [_]) => return atom(format!("\\lambda_{{{first}}}")),
            ("quantile", [law, p]) => {
                let law = if law.node == Node::Name("spectrum".to_string()) { "B" } else { "\\Gamma" };
                return atom(format!("Q_{{{law}}}{}", call(&self.expression(p))));
            }
            _ => {}
        }
        let named = NAMED.iter().find(|(known, _)| *known == function).map(|(_, latex)| latex.to_string());
        let name = named.unwrap_or_else(|| self.name(function));
        let name = if primes > 0 && name.contains('^') { brackets(&name) } else { name };
        atom(format!("{name}{}{}", "'".repeat(primes as usize), call(&texts.join(", "))))
    }

    fn integral(&self, body: &Expr, bindings: &[Binding]) -> Form {
        let mut text = String::new();
        for binding in bindings {
            match &binding.law {
                Law::Lebesgue(ends) => {
                    text += &format!("\\int_{{{}}}^{{{}}} ", self.expression(&ends.low), self.expression(&ends.high));
                }
                Law::Measure(_) => text += "\\int ",
                _ => text += &format!("\\int_{{{}}} ", self.binding(binding)),
            }
        }
        text += &self.at_least(body, Strength::Product);
        // Later variables are the inner ones.
        for binding in bindings.iter().rev() {
            let variables: Vec<String> = binding.variables.iter().map(|variable| self.name(variable)).collect();
            text += &match &binding.law {
                Law::Measure(name) => {
                    format!(" \\thinspace {}(\\mathrm{{d}} {})", self.name(name), variables.join(" "))
                }
                _ => format!(" \\thinspace \\mathrm{{d}} {}", variables.join(" ")),
            };
        }
        Form { text, strength: Strength::Product }
    }

    fn binding(&self, binding: &Binding) -> String {
        let variables: Vec<String> = binding.variables.iter().map(|variable| self.name(variable)).collect();
        let variables = match &variables[..] {
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        };
        match &binding.law {
            Law::Normal => format!("{variables} \\sim \\mathcal{{N}}(0, 1)"),
            Law::NormalPair(correlation) => {
                format!("{variables} \\sim \\mathcal{{N}}_2({})", self.expression(correlation))
            }
            Law::MarchenkoPastur(ratio) => format!("{variables} \\sim \\mathrm{{MP}}({})", self.expression(ratio)),
            Law::Spectrum => format!("{variables} \\sim \\mu_B"),
            Law::Covariance => format!("{variables} \\sim \\mu_{{\\Gamma}}"),
            Law::Spectra => format!("{variables} \\sim \\mu_{{B,\\Gamma}}"),
            Law::Measure(name) => format!("{variables} \\sim {}", self.name(name)),
            Law::Lebesgue(ends) => format!("{variables} \\in {}", self.interval(ends)),
        }
    }

    /// LaTeX of an interval.
    pub fn interval(&self, ends: &Interval) -> String {
        let open = if ends.low_closed { '[' } else { '(' };
        let close = if ends.high_closed { ']' } else { ')' };
        format!("{open}{}, {}{close}", self.expression(&ends.low), self.expression(&ends.high))
    }
}

fn atom(text: impl Into<String>) -> Form {
    Form { text: text.into(), strength: Strength::Atom }
}

/// Brackets as high as what they hold; plain ones where nothing in it is high.
fn brackets(text: &str) -> String {
    let high = ["\\frac", "\\int", "\\sum", "\\begin", "\\left", "\\sqrt", "^{"].iter().any(|form| text.contains(form));
    if high { format!("\\left({text}\\right)") } else { format!("({text})") }
}

/// The brackets of a function's arguments.
fn call(arguments: &str) -> String {
    brackets(arguments)
}

/// Two factors side by side: a dot where numbers would run together, a thin space where a call could be read.
fn juxtapose(left: &str, right: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    if right.starts_with(digit) || (left.ends_with(digit) && right.starts_with("\\frac")) {
        format!("{left} \\cdot {right}")
    } else if !left.chars().all(|c| c.is_ascii_digit() || c == '.')
        && (right.starts_with('(') || right.starts_with("\\left("))
    {
        format!("{left} \\thinspace {right}")
    } else {
        format!("{left} {right}")
    }
}

/// Short decimals as such, other fractions as fractions, very large and small numbers with a power of ten.
fn number(value: &RBig) -> Form {
    let size = value.clone().abs();
    let Form { text, strength } = match decimal(&size) {
        Some((mantissa, exponent)) => {
            let digits = mantissa.to_string();
            if exponent >= 0 && digits.len() as i64 + exponent <= 15 {
                atom(digits + &"0".repeat(exponent as usize))
            } else if (-6..0).contains(&exponent) {
                let padded = format!("{digits:0>width$}", width = (1 - exponent) as usize);
                let (whole, fraction) = padded.split_at(padded.len() - (-exponent) as usize);
                atom(format!("{whole}.{fraction}"))
            } else if digits == "1" {
                Form { text: format!("10^{{{exponent}}}"), strength: Strength::Factor }
            } else if exponent == 0 {
                atom(digits)
            } else {
                Form { text: format!("{digits} \\cdot 10^{{{exponent}}}"), strength: Strength::Product }
            }
        }
        None => Form {
            text: format!("\\frac{{{}}}{{{}}}", size.numerator(), size.denominator()),
            strength: Strength::Factor,
        },
    };
    if value.sign() == Sign::Negative {
        Form { text: format!("-{text}"), strength: Strength::Sign }
    } else {
        Form { text, strength }
    }
}

#[cfg(test)]
mod tests;
