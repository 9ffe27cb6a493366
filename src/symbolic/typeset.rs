//! How formulas are set: from an expression to a [`Layout`], which is then written as LaTeX.
//!
//! The LaTeX is for GitHub, which reads a backslash before punctuation as Markdown's own, so there is no `\,`, `\{` or `\\`
//! here, and `<` is `\lt`.

use super::expression::{
    Binary, Binding, Branch, Comparison, Condition, Definition, Equation, Expr, Interval, Law, Node, Search, Which,
};
use super::family::Family;
use super::layout::Layout;
use super::source::decimal;
use dashu_base::{Abs, Sign};
use dashu_ratio::RBig;
use std::collections::BTreeMap;

/// Sets formulas, with the LaTeX of their names; a name that is not in the table gets a default (see [`Typeset::name`]).
#[derive(Clone, Copy, Debug)]
pub struct Typeset<'a> {
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
    layout: Layout,
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
const NAMED: [(&str, &str); 25] = [
    ("log", "\\log"),
    ("sinh", "\\sinh"),
    ("cosh", "\\cosh"),
    ("logistic", "\\mathrm{logistic}"),
    ("softplus", "\\mathrm{softplus}"),
    ("sign", "\\mathrm{sign}"),
    ("normal_cdf", "\\Phi"),
    ("normal_pdf", "\\varphi"),
    ("gamma", "\\Gamma"),
    ("lgamma", "\\ln \\Gamma"),
    ("digamma", "\\psi"),
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

impl<'a> Typeset<'a> {
    pub fn new(symbols: &'a BTreeMap<String, String>) -> Typeset<'a> {
        Typeset { symbols }
    }

    /// A formula.
    pub fn expression(&self, expr: &Expr) -> Layout {
        self.form(expr).layout
    }

    /// A condition.
    pub fn condition(&self, condition: &Condition) -> Layout {
        match condition {
            Condition::Compare(comparison, left, right) => {
                let sign = match comparison {
                    Comparison::Less => " \\lt ",
                    Comparison::LessEqual => " \\le ",
                    Comparison::Greater => " \\gt ",
                    Comparison::GreaterEqual => " \\ge ",
                    Comparison::Equal => " = ",
                    Comparison::NotEqual => " \\ne ",
                };
                let (left, right) = (self.at_least(left, Strength::Sum), self.at_least(right, Strength::Sum));
                Layout::row([left, Layout::piece(sign), right])
            }
            Condition::And(left, right) => {
                Layout::row([self.part(left), Layout::piece(" \\text{ and } "), self.part(right)])
            }
            Condition::Or(left, right) => {
                Layout::row([self.condition(left), Layout::piece(" \\text{ or } "), self.condition(right)])
            }
        }
    }

    fn part(&self, condition: &Condition) -> Layout {
        let layout = self.condition(condition);
        if matches!(condition, Condition::Or(..)) { brackets(layout) } else { layout }
    }

    /// `name = body`, `name(x) = body`, a system of equations; `None` for an unknown of a system, which that defines.
    pub fn definition(&self, definition: &Definition) -> Option<Layout> {
        match &definition.body.node {
            Node::Unknown { .. } => None,
            Node::Linear { unknowns, equations, search } => Some(self.system(unknowns, equations, search.as_deref())),
            _ => Some(self.plain_definition(definition)),
        }
    }

    /// The equations below each other, their signs aligned.
    fn system(&self, unknowns: &[String], equations: &[Equation], search: Option<&Search>) -> Layout {
        let equal = |right: &Expr| Layout::row([Layout::piece("= "), self.expression(right)]);
        let rows = equations.iter().map(|e| vec![self.expression(&e.left), equal(&e.right)]).collect();
        let table = Layout::Table { environment: "aligned", rows };
        let braced = Layout::fenced("\\left\\lbrace ", table, " \\right.");
        let domain = search.map(|search| {
            let intervals = Layout::list(search.intervals.iter().map(|ends| self.interval(ends)), " \\times ");
            let mut domain = vec![Layout::piece(" \\in "), intervals];
            if !search.start.is_empty() {
                let start = Layout::list(search.start.iter().map(|start| self.expression(start)), ", ");
                domain.extend([
                    Layout::piece(" \\text{, from } "),
                    Layout::fenced("(", start, ")"),
                    Layout::piece(" \\text{,}"),
                ]);
            }
            Layout::Row(domain)
        });
        let domain = domain.unwrap_or(Layout::Row(vec![]));
        Layout::row([self.tuple(unknowns), domain, Layout::piece(" \\text{ solves } "), braced])
    }

    /// A name, or several in brackets.
    fn tuple(&self, names: &[String]) -> Layout {
        match names {
            [one] => self.name(one),
            several => Layout::fenced("(", Layout::list(several.iter().map(|name| self.name(name)), ", "), ")"),
        }
    }

    fn plain_definition(&self, definition: &Definition) -> Layout {
        let symbol = definition.symbol.clone().unwrap_or_else(|| self.symbol(&definition.name));
        let name = Layout::piece(symbol);
        if let Node::Measure { variable, transform, support, mass } = &definition.body.node {
            let point = if variable == "u" { "x" } else { "u" };
            let below = Layout::row([Layout::piece(format!("{point} - ")), self.name(variable)]);
            return Layout::row([
                Layout::piece("\\int "),
                Layout::fraction(Layout::piece("1"), below),
                Layout::piece(" \\thinspace "),
                name,
                Layout::piece(format!("(\\mathrm{{d}} {point}) = ")),
                self.expression(transform),
                Layout::piece(" \\text{, a measure of mass } "),
                self.expression(mass),
                Layout::piece(" \\text{ within } "),
                self.interval(support),
            ]);
        }
        let mut row = vec![name];
        if !definition.arguments.is_empty() {
            let arguments = Layout::list(definition.arguments.iter().map(|argument| self.name(argument)), ", ");
            row.push(Layout::fenced("(", arguments, ")"));
        }
        row.extend([Layout::piece(" = "), self.expression(&definition.body)]);
        Layout::Row(row)
    }

    /// A name, set: its symbol, or a default made from its letters.
    pub fn name(&self, name: &str) -> Layout {
        Layout::piece(self.symbol(name))
    }

    /// LaTeX of a name: its symbol; else a Greek letter for its name, a digit at the end or what follows `_` as subscript,
    /// several letters upright.
    fn symbol(&self, name: &str) -> String {
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

    fn at_least(&self, expr: &Expr, least: Strength) -> Layout {
        let form = self.form(expr);
        if form.strength < least { brackets(form.layout) } else { form.layout }
    }

    fn form(&self, expr: &Expr) -> Form {
        let set = |expr: &Expr| self.expression(expr);
        match &expr.node {
            Node::Number(value) => number(value),
            Node::Infinity => atom(Layout::piece("\\infty")),
            Node::Name(name) => {
                let symbol = self.symbol(name);
                // A symbol such as \alpha^2 has an exponent of its own.
                let strength = if symbol.contains('^') { Strength::Factor } else { Strength::Atom };
                Form { layout: Layout::piece(symbol), strength }
            }
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments),
            Node::Negate(inner) => {
                let layout = Layout::row([Layout::piece("-"), self.at_least(inner, Strength::Product)]);
                Form { layout, strength: Strength::Sign }
            }
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::Integral { expectation: true, body, bindings } => {
                let laws = Layout::list(bindings.iter().map(|binding| self.binding(binding)), ",\\enspace ");
                let expectation = Layout::below(Layout::piece("\\mathbb{E}"), laws);
                atom(Layout::row([expectation, Layout::fenced("\\left[", set(body), "\\right]")]))
            }
            Node::Integral { body, bindings, .. } => self.integral(body, bindings),
            Node::Root { which, variable, interval, body } => {
                let layout = Layout::row([
                    Layout::piece(match which {
                        Which::Only => "\\text{the root } ",
                        Which::First => "\\text{the first root } ",
                        Which::Last => "\\text{the last root } ",
                    }),
                    self.name(variable),
                    Layout::piece(" \\in "),
                    self.interval(interval),
                    Layout::piece(" \\text{ of } "),
                    set(body),
                    Layout::piece(" = 0"),
                ]);
                Form { layout, strength: Strength::Open }
            }
            Node::Cases { branches, otherwise } => {
                let row = |Branch { condition, value }: &Branch| {
                    vec![set(value), Layout::row([Layout::piece("\\text{if } "), self.condition(condition)])]
                };
                let rest = vec![set(otherwise), Layout::piece("\\text{otherwise}")];
                let rows = branches.iter().map(row).chain([rest]).collect();
                atom(Layout::Table { environment: "cases", rows })
            }
            Node::Series { variable, from, term } => {
                let from = Layout::row([self.name(variable), Layout::piece(format!(" = {from}"))]);
                let sum = Layout::both(Layout::piece("\\sum"), from, Layout::piece("\\infty"));
                let layout = Layout::row([sum, Layout::piece(" "), self.at_least(term, Strength::Sign)]);
                Form { layout, strength: Strength::Open }
            }
            Node::Sum { variable, from, to, term } => {
                let from = Layout::row([self.name(variable), Layout::piece(" = "), set(from)]);
                let sum = Layout::both(Layout::piece("\\sum"), from, set(to));
                let layout = Layout::row([sum, Layout::piece(" "), self.at_least(term, Strength::Sign)]);
                Form { layout, strength: Strength::Open }
            }
            Node::Measure { variable, transform, .. } => {
                let layout = Layout::row([self.name(variable), Layout::piece(" \\mapsto "), set(transform)]);
                Form { layout, strength: Strength::Open }
            }
            Node::Linear { unknowns, equations, search } => {
                Form { layout: self.system(unknowns, equations, search.as_deref()), strength: Strength::Open }
            }
            Node::Unknown { .. } => atom(Layout::piece("?")),
            Node::Let { name, value, body } => {
                let with = Layout::piece(" \\text{ with } ");
                let layout = Layout::row([set(body), with, self.name(name), Layout::piece(" = "), set(value)]);
                Form { layout, strength: Strength::Open }
            }
        }
    }

    fn binary(&self, operator: Binary, left: &Expr, right: &Expr) -> Form {
        match operator {
            Binary::Add | Binary::Subtract => {
                let sign = Layout::piece(if operator == Binary::Add { " + " } else { " - " });
                let (left, right) = (self.at_least(left, Strength::Sum), self.at_least(right, Strength::Product));
                Form { layout: Layout::row([left, sign, right]), strength: Strength::Sum }
            }
            Binary::Multiply => {
                let left = self.at_least(left, Strength::Sign);
                let negative = left.latex().starts_with('-');
                let layout = juxtapose(left, self.at_least(right, Strength::Product));
                Form { layout, strength: if negative { Strength::Sign } else { Strength::Product } }
            }
            Binary::Divide => {
                let layout = Layout::fraction(self.expression(left), self.expression(right));
                Form { layout, strength: Strength::Factor }
            }
            Binary::Power => {
                let base = self.at_least(left, Strength::Atom);
                Form { layout: Layout::power(base, self.expression(right)), strength: Strength::Factor }
            }
        }
    }

    fn apply(&self, function: &str, primes: u32, arguments: &[Expr]) -> Form {
        let first = || arguments.first().map_or(Layout::Row(Vec::new()), |argument| self.expression(argument));
        let exp = |exponent| Layout::above(Layout::piece("e"), exponent);
        let less_one = |power| Layout::row([power, Layout::piece(" - 1")]);
        match (function, arguments) {
            ("sqrt", [_]) => return atom(Layout::root(first())),
            ("exp", [_]) => return Form { layout: exp(first()), strength: Strength::Factor },
            ("expm1", [_]) => return Form { layout: less_one(exp(first())), strength: Strength::Sum },
            ("exprel", [_]) => {
                let layout = Layout::fraction(less_one(exp(first())), first());
                return Form { layout, strength: Strength::Factor };
            }
            ("log1p", [argument]) => {
                let inside = Layout::row([Layout::piece("1 + "), self.at_least(argument, Strength::Product)]);
                return atom(Layout::call(Layout::piece("\\ln"), brackets(inside)));
            }
            ("abs", [_]) => return atom(Layout::fenced("\\left\\lvert ", first(), " \\right\\rvert")),
            ("pos", [_]) => return atom(Layout::index(brackets(first()), Layout::piece("+"))),
            ("lambda", [_]) => return atom(Layout::index(Layout::piece("\\lambda"), first())),
            ("besselj" | "besseli", [order, x]) => {
                let letter = Layout::piece(if function == "besselj" { "J" } else { "I" });
                let name = Layout::index(letter, self.expression(order));
                return atom(Layout::call(name, brackets(self.expression(x))));
            }
            ("binomial", [n, k]) => {
                let rows = vec![vec![self.expression(n)], vec![self.expression(k)]];
                let table = Layout::Table { environment: "matrix", rows };
                return atom(Layout::fenced("\\left(", table, "\\right)"));
            }
            ("hermite", [_]) => return atom(Layout::index(Layout::piece("h"), first())),
            ("quantile", [law, p]) => {
                let law = if law.node == Node::Name("spectrum".to_string()) { "B" } else { "\\Gamma" };
                let quantile = Layout::below(Layout::piece("Q"), Layout::piece(law));
                return atom(Layout::call(quantile, brackets(self.expression(p))));
            }
            _ => {}
        }
        let named = NAMED.iter().find(|(known, _)| *known == function).map(|(_, latex)| latex.to_string());
        let symbol = named.unwrap_or_else(|| self.symbol(function));
        let wrapped = primes > 0 && symbol.contains('^');
        let name = if wrapped { brackets(Layout::piece(symbol)) } else { Layout::piece(symbol) };
        let arguments = Layout::list(arguments.iter().map(|argument| self.expression(argument)), ", ");
        atom(Layout::call(Layout::primed(name, primes), brackets(arguments)))
    }

    fn integral(&self, body: &Expr, bindings: &[Binding]) -> Form {
        let sign = || Layout::piece("\\int");
        let mut row = Vec::new();
        for binding in bindings {
            match &binding.law {
                Law::Lebesgue(ends) => {
                    row.push(Layout::both(sign(), self.expression(&ends.low), self.expression(&ends.high)));
                }
                Law::Measure(_) => row.push(sign()),
                _ => row.push(Layout::below(sign(), self.binding(binding))),
            }
            row.push(Layout::piece(" "));
        }
        row.push(self.at_least(body, Strength::Product));
        // Later variables are the inner ones.
        for binding in bindings.iter().rev() {
            let variables = Layout::list(binding.variables.iter().map(|variable| self.name(variable)), " ");
            row.push(Layout::piece(" \\thinspace "));
            match &binding.law {
                Law::Measure(name) => {
                    let element = Layout::row([Layout::piece("\\mathrm{d} "), variables]);
                    row.extend([self.name(name), Layout::fenced("(", element, ")")]);
                }
                _ => row.extend([Layout::piece("\\mathrm{d} "), variables]),
            }
        }
        Form { layout: Layout::Row(row), strength: Strength::Product }
    }

    fn binding(&self, binding: &Binding) -> Layout {
        let law = match &binding.law {
            Law::Normal => Layout::piece("\\mathcal{N}(0, 1)"),
            Law::NormalPair(correlation) => {
                let inside = Layout::fenced("(", self.expression(correlation), ")");
                Layout::row([Layout::piece("\\mathcal{N}_2"), inside])
            }
            Law::MarchenkoPastur(ratio) => {
                Layout::row([Layout::piece("\\mathrm{MP}"), Layout::fenced("(", self.expression(ratio), ")")])
            }
            Law::Spectrum => Layout::piece("\\mu_B"),
            Law::Covariance => Layout::piece("\\mu_{\\Gamma}"),
            Law::Spectra => Layout::piece("\\mu_{B,\\Gamma}"),
            Law::Family(family, parameters) => self.family(*family, parameters),
            Law::Measure(name) => self.name(name),
            Law::Lebesgue(ends) => self.interval(ends),
        };
        let sign = if matches!(binding.law, Law::Lebesgue(_)) { " \\in " } else { " \\sim " };
        Layout::row([self.tuple(&binding.variables), Layout::piece(sign), law])
    }

    /// A law with parameters. Of a normal law the variance is shown, as is usual.
    fn family(&self, family: Family, parameters: &[Expr]) -> Layout {
        let letter = match family {
            Family::Normal => "\\mathcal{N}",
            Family::Uniform => "\\mathrm{Uniform}",
            Family::Exponential => "\\mathrm{Exp}",
            Family::Gamma => "\\mathrm{Gamma}",
            Family::Beta => "\\mathrm{Beta}",
            Family::ChiSquared => "\\chi^2",
            Family::Student => "t",
            Family::Rademacher => return Layout::piece("\\mathrm{Rademacher}"),
            Family::Bernoulli => "\\mathrm{Bernoulli}",
            Family::Poisson => "\\mathrm{Poisson}",
            Family::Semicircle => "\\mathrm{SC}",
        };
        let inside = match (family, parameters) {
            (Family::Normal, [mean, sd]) => {
                let square = Layout::power(self.at_least(sd, Strength::Atom), Layout::piece("2"));
                Layout::row([self.expression(mean), Layout::piece(", "), square])
            }
            _ => Layout::list(parameters.iter().map(|parameter| self.expression(parameter)), ", "),
        };
        let name = match family {
            Family::ChiSquared | Family::Student => return Layout::index(Layout::piece(letter), inside),
            _ => Layout::piece(letter),
        };
        Layout::row([name, Layout::fenced("(", inside, ")")])
    }

    /// An interval.
    pub fn interval(&self, ends: &Interval) -> Layout {
        let open = if ends.low_closed { "[" } else { "(" };
        let close = if ends.high_closed { "]" } else { ")" };
        let inside = Layout::row([self.expression(&ends.low), Layout::piece(", "), self.expression(&ends.high)]);
        Layout::fenced(open, inside, close)
    }
}

fn atom(layout: Layout) -> Form {
    Form { layout, strength: Strength::Atom }
}

/// Brackets as high as what they hold; plain ones where nothing in it is high.
fn brackets(inside: Layout) -> Layout {
    let text = inside.latex();
    let high = ["\\frac", "\\int", "\\sum", "\\begin", "\\left", "\\sqrt", "^{"].iter().any(|form| text.contains(form));
    if high { Layout::fenced("\\left(", inside, "\\right)") } else { Layout::fenced("(", inside, ")") }
}

/// Two factors side by side: a dot where numbers would run together, a thin space where a call could be read.
fn juxtapose(left: Layout, right: Layout) -> Layout {
    let (before, after) = (left.latex(), right.latex());
    let digit = |c: char| c.is_ascii_digit();
    let between = if after.starts_with(digit) || (before.ends_with(digit) && after.starts_with("\\frac")) {
        " \\cdot "
    } else if !before.chars().all(|c| c.is_ascii_digit() || c == '.')
        && (after.starts_with('(') || after.starts_with("\\left("))
    {
        " \\thinspace "
    } else {
        " "
    };
    Layout::row([left, Layout::piece(between), right])
}

/// Short decimals as such, other fractions as fractions, very large and small numbers with a power of ten.
fn number(value: &RBig) -> Form {
    let size = value.clone().abs();
    let ten = |exponent: i64| Layout::above(Layout::piece("10"), Layout::piece(exponent.to_string()));
    let Form { layout, strength } = match decimal(&size) {
        Some((mantissa, exponent)) => {
            let digits = mantissa.to_string();
            if exponent >= 0 && digits.len() as i64 + exponent <= 15 {
                atom(Layout::piece(digits + &"0".repeat(exponent as usize)))
            } else if (-6..0).contains(&exponent) {
                let padded = format!("{digits:0>width$}", width = (1 - exponent) as usize);
                let (whole, fraction) = padded.split_at(padded.len() - (-exponent) as usize);
                atom(Layout::piece(format!("{whole}.{fraction}")))
            } else if digits == "1" {
                Form { layout: ten(exponent), strength: Strength::Factor }
            } else if exponent == 0 {
                atom(Layout::piece(digits))
            } else {
                let layout = Layout::row([Layout::piece(digits), Layout::piece(" \\cdot "), ten(exponent)]);
                Form { layout, strength: Strength::Product }
            }
        }
        None => {
            let (top, bottom) = (size.numerator().to_string(), size.denominator().to_string());
            Form { layout: Layout::fraction(Layout::piece(top), Layout::piece(bottom)), strength: Strength::Factor }
        }
    };
    if value.sign() == Sign::Negative {
        Form { layout: Layout::row([Layout::piece("-"), layout]), strength: Strength::Sign }
    } else {
        Form { layout, strength }
    }
}

#[cfg(test)]
mod tests;
