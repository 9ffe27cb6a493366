//! Parameters, their domains, and the points at which a claim is tested: grid, special values, experiments.

use super::assignment::{Assignment, assignments, split_at_word};
use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::{Parsed, Parser, literal};
use super::types::{Along, Domain, Experiment, Explored, Parameter, Within};
use super::words::{NUMERIC_PARAMETERS, reserved};
use crate::model::names::hint;
use crate::model::settings::{LAW_PARAMETERS, ReadFile};
use crate::model::{Activation, Settings, Value, eigenvalue_pairs, short};
use crate::symbolic::{Expr, Node, Span};

/// Code of a value that cannot be read.
pub const UNREADABLE_VALUE: &str = "C054";

/// Grid points a claim may have.
const MAX_POINTS: usize = 2000;
/// Largest dimension and largest width of an experiment.
const MAX_SIZE: f64 = 20_000.0;
/// Most trials of an experiment.
const MAX_TRIALS: f64 = 1e6;

/// What values are read with: the text, the activations of the file, and how to open `file(PATH)`.
pub struct Values<'a> {
    pub masked: &'a str,
    pub activations: &'a [Activation],
    pub read: ReadFile<'a>,
}

impl Values<'_> {
    fn value(&self, name: &str, span: Span) -> Parsed<Value> {
        let text = slice(self.masked, span);
        Value::parse(name, text, self.activations, self.read)
            .map_err(|why| Diagnostic::new(UNREADABLE_VALUE, span, why.message).hint(why.hint))
    }

    /// `rho = 1 in (0, inf)`, `activation = relu`.
    pub fn parameter(&self, span: Span) -> Parsed<Parameter> {
        let form = "write parameter rho = 1 in (0, inf), or parameter activation = relu";
        let (left, domain) = match split_at_word(self.masked, span, "in") {
            Some((left, domain)) => (left, Some(domain)),
            None => (span, None),
        };
        let assigned = assignments(self.masked, left).map_err(|fault| fault.hint(form))?;
        let [Assignment { name, name_span, values }] = &assigned[..] else {
            return Err(Diagnostic::new("C050", left, "a statement declares one parameter").hint(form));
        };
        let [value] = values[..] else {
            return Err(Diagnostic::new("C050", left, "a parameter has one default").hint(form));
        };
        let is_law = LAW_PARAMETERS.contains(&name.as_str());
        if !is_law && let Some(fault) = reserved(name, false, *name_span) {
            return Err(fault);
        }
        let default = self.value(name, value)?;
        let domain = match (domain, is_law) {
            (Some(place), true) => {
                return Err(Diagnostic::new("C051", place, format!("`{name}` has no interval"))
                    .hint("only numbers have one: leave it out"));
            }
            (None, false) => {
                return Err(Diagnostic::new("C051", span, format!("the domain of `{name}` is missing"))
                    .hint(format!("say which numbers are admissible: {name} = {default} in (0, inf)")));
            }
            (Some(place), false) => Some(domain_of(self.masked, place, name)?),
            (None, true) => None,
        };
        check_domain(name, &default, domain).map_err(|why| at(why, value))?;
        Ok(Parameter { name: name.clone(), default, domain, span })
    }

    /// `rho in [0.1, 4] decreasing`.
    pub fn along(&self, statement: Statement, parameters: &[Parameter]) -> Parsed<Along> {
        let form = "write along rho in [0.1, 4] decreasing (or increasing)";
        let fault = |message: &str| Diagnostic::new("C058", statement.rest, message).hint(form);
        let (name, rest) = split_at_word(self.masked, statement.rest, "in")
            .ok_or_else(|| fault("this is no path along a parameter"))?;
        let parameter = slice(self.masked, name).trim().to_string();
        if LAW_PARAMETERS.contains(&parameter.as_str()) {
            return Err(Diagnostic::new("C058", name, format!("`{parameter}` is not a number")).hint(form));
        }
        let Some(declared) = parameters.iter().find(|known| known.name == parameter) else {
            return Err(undeclared(&parameter, name, parameters));
        };
        let text = slice(self.masked, rest).trim();
        let increasing = match text.rsplit_once(char::is_whitespace) {
            Some((_, "increasing")) => true,
            Some((_, "decreasing")) => false,
            _ => return Err(fault("which way does the formula go?")),
        };
        let ends = text[..text.len() - "increasing".len()].trim();
        let ends = ends.strip_prefix('[').and_then(|ends| ends.strip_suffix(']')).and_then(|ends| ends.split_once(','));
        let number = |end: &str| match Value::parse(&parameter, end, self.activations, self.read) {
            Ok(Value::Number(x)) => Some(x),
            _ => None,
        };
        match ends.and_then(|(low, high)| number(low).zip(number(high))) {
            Some((low, high)) if low < high => {
                for end in [low, high] {
                    check_domain(&parameter, &Value::Number(end), declared.domain).map_err(|why| at(why, rest))?;
                }
                Ok(Along { parameter, low, high, increasing })
            }
            _ => Err(fault("the ends are two numbers, the lower one first")),
        }
    }

    /// `zeta in [0.1, 4]`, `weights in {gaussian, sphere}`: where random points lie.
    pub fn explored(&self, statement: Statement, parameters: &[Parameter]) -> Parsed<Explored> {
        let form = "write explore zeta in [0.1, 4], or explore weights in {gaussian, sphere}";
        let fault = |message: &str| Diagnostic::new("C058", statement.rest, message).hint(form);
        let (name, rest) = split_at_word(self.masked, statement.rest, "in")
            .ok_or_else(|| fault("this says not where random points lie"))?;
        let parameter = slice(self.masked, name).trim().to_string();
        let Some(declared) = parameters.iter().find(|known| known.name == parameter) else {
            return Err(undeclared(&parameter, name, parameters));
        };
        let text = slice(self.masked, rest).trim();
        let within = if text.starts_with('{') {
            let [assignment] = &assignments(self.masked, statement.rest)?[..] else {
                return Err(fault("a statement narrows one parameter"));
            };
            let values = assignment.values.iter().map(|place| self.declared_value(assignment, *place, parameters));
            Within::Among(values.collect::<Parsed<_>>()?)
        } else {
            let ends = text.strip_prefix('[').and_then(|ends| ends.strip_suffix(']'));
            let number = |end: &str| match Value::parse(&parameter, end, self.activations, self.read) {
                Ok(Value::Number(x)) => Some(x),
                _ => None,
            };
            match ends.and_then(|ends| ends.split_once(',')).and_then(|(a, b)| number(a).zip(number(b))) {
                Some((low, high)) if low < high => {
                    for end in [low, high] {
                        check_domain(&parameter, &Value::Number(end), declared.domain).map_err(|why| at(why, rest))?;
                    }
                    Within::Between(low, high)
                }
                _ => return Err(fault("the ends are two numbers, the lower one first")),
            }
        };
        Ok(Explored { parameter, within })
    }

    /// All settings that the assignments of `text[span]` make, what is not named at its default.
    pub fn settings(&self, span: Span, parameters: &[Parameter]) -> Parsed<Vec<Settings>> {
        let mut points = vec![defaults(parameters)];
        if span.start == span.end {
            return Ok(points);
        }
        for assignment in assignments(self.masked, span)? {
            let mut next = Vec::new();
            for place in &assignment.values {
                let value = self.declared_value(&assignment, *place, parameters)?;
                for point in &points {
                    let mut point = point.clone();
                    point.set(&assignment.name, value.clone());
                    next.push(point);
                }
            }
            if next.len() > MAX_POINTS {
                return Err(Diagnostic::new("C055", assignment.name_span, format!("more than {MAX_POINTS} points"))
                    .hint("take fewer values, or several lines that do not combine everything"));
            }
            points = reorder(next, assignment.values.len());
        }
        for point in &points {
            point.check().map_err(|why| Diagnostic::new("C056", span, why.message).hint(why.hint))?;
        }
        Ok(points)
    }

    fn declared_value(&self, assignment: &Assignment, place: Span, parameters: &[Parameter]) -> Parsed<Value> {
        let name = assignment.name.as_str();
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            return Err(undeclared(name, assignment.name_span, parameters));
        };
        let value = self.value(name, place)?;
        check_domain(name, &value, parameter.domain).map_err(|why| at(why, place))?;
        Ok(value)
    }

    /// `d = 450, m in {30, 450}, trials = 16` and settings other than rho.
    pub fn experiment(&self, statement: Statement, parameters: &[Parameter]) -> Parsed<Experiment> {
        let form = "write experiment d = 450, m in {30, 450}, trials = 16, spectrum = uniform";
        let (mut dim, mut widths, mut trials) = (None, None, None);
        let mut settings = defaults(parameters);
        for assignment in assignments(self.masked, statement.rest)? {
            let sizes =
                |most| -> Parsed<Vec<usize>> { assignment.values.iter().map(|v| self.size(*v, most)).collect() };
            let single = || match assignment.values[..] {
                [place] => Ok(place),
                _ => {
                    Err(Diagnostic::new("C057", assignment.name_span, "only m may have several values here").hint(form))
                }
            };
            match assignment.name.as_str() {
                "d" => dim = Some((self.size(single()?, MAX_SIZE)?, single()?)),
                "trials" => trials = Some(self.size(single()?, MAX_TRIALS)? as u64),
                "m" => widths = Some(sizes(MAX_SIZE)?),
                "rho" => {
                    return Err(Diagnostic::new("C057", assignment.name_span, "rho follows from the sizes: it is m/d")
                        .hint("set d and m"));
                }
                name => settings.set(name, self.declared_value(&assignment, single()?, parameters)?),
            }
        }
        let (Some((dim, place)), Some(widths), Some(trials)) = (dim, widths, trials) else {
            return Err(Diagnostic::new("C057", statement.span(), "an experiment needs d, m and trials").hint(form));
        };
        settings.check().map_err(|why| Diagnostic::new("C056", statement.rest, why.message).hint(why.hint))?;
        eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), settings.pairing(), dim)
            .map_err(|why| Diagnostic::new("C057", place, why.to_string()).hint("choose another d"))?;
        Ok(Experiment { dim, widths, trials, settings })
    }

    fn size(&self, span: Span, most: f64) -> Parsed<usize> {
        let text = slice(self.masked, span);
        match text.parse::<usize>() {
            Ok(size) if size >= 1 && size as f64 <= most => Ok(size),
            _ => Err(Diagnostic::new("C057", span, format!("`{text}` cannot be a size"))
                .hint(format!("write a whole number from 1 to {most}"))),
        }
    }
}

fn at((message, hint): (String, String), span: Span) -> Diagnostic {
    Diagnostic::new("C053", span, message).hint(hint)
}

/// The points in the order of the first parameter's values, then the second's: the newest value varies fastest.
fn reorder(points: Vec<Settings>, values: usize) -> Vec<Settings> {
    let rest = points.len() / values;
    (0..points.len()).map(|i| points[(i % values) * rest + i / values].clone()).collect()
}

/// Every parameter at its default.
pub fn defaults(parameters: &[Parameter]) -> Settings {
    let mut settings = Settings::default();
    for parameter in parameters {
        settings.set(&parameter.name, parameter.default.clone());
    }
    settings
}

fn undeclared(name: &str, span: Span, parameters: &[Parameter]) -> Diagnostic {
    let declared: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let advice = if let Some((_, declaration)) = NUMERIC_PARAMETERS.iter().find(|(known, _)| *known == name) {
        format!("declare it: {declaration}")
    } else if LAW_PARAMETERS.contains(&name) {
        format!("declare it: parameter {name} = ...")
    } else if declared.is_empty() {
        "the claim has no parameters".to_string()
    } else {
        hint(name, declared)
    };
    Diagnostic::new("C058", span, format!("the claim has no parameter `{name}`")).hint(advice)
}

/// Message and hint if a number lies outside its domain.
pub fn check_domain(name: &str, value: &Value, domain: Option<Domain>) -> Result<(), (String, String)> {
    match (value, domain) {
        (Value::Number(x), Some(domain)) if !domain.contains(*x) => {
            Err((format!("{name} = {} is out of its domain", short(*x)), format!("{name} lies in {domain}")))
        }
        _ => Ok(()),
    }
}

fn domain_of(masked: &str, span: Span, name: &str) -> Parsed<Domain> {
    let mut parser = Parser::new(masked, span)?;
    let interval = parser.interval()?;
    parser.finish()?;
    let domain = Domain {
        low: end(&interval.low, interval.low_closed)?,
        low_closed: interval.low_closed,
        high: end(&interval.high, interval.high_closed)?,
        high_closed: interval.high_closed,
    };
    if domain.low > domain.high || (domain.low == domain.high && !(domain.low_closed && domain.high_closed)) {
        return Err(
            Diagnostic::new("C051", span, "no number lies in this interval").hint("the smaller end comes first")
        );
    }
    if name == "rho" && (domain.low < 0.0 || domain.contains(0.0)) {
        return Err(Diagnostic::new("C051", span, "rho is a ratio of sizes and positive").hint("write in (0, inf)"));
    }
    Ok(domain)
}

/// An end of a domain: a number, a multiple of pi, or infinite.
fn end(expr: &Expr, closed: bool) -> Parsed<f64> {
    let value = match &expr.node {
        Node::Infinity => Some(f64::INFINITY),
        Node::Negate(inner) if inner.node == Node::Infinity => Some(f64::NEG_INFINITY),
        Node::Name(name) if name == "pi" => Some(std::f64::consts::PI),
        _ => literal(expr).map(|value| value.to_f64().value()),
    };
    let fault = |message: &str, hint: &str| Err(Diagnostic::new("C051", expr.span, message).hint(hint));
    match value {
        None => fault("the end of a domain is a number", "write a number such as 0 or 1/2, pi, inf or -inf"),
        Some(end) if end.is_infinite() && closed => {
            fault("an infinite end is never reached", "write a round bracket there")
        }
        Some(end) => Ok(end),
    }
}
