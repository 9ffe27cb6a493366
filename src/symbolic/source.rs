//! Formulas as a claim file writes them: what the parser reads back as the same tree.
//!
//! Exceptions are trees that no file can hold: a fraction such as 1/3 as one number prints as a quotient, and the local
//! names that derivatives make print as `let`.

use super::expression::{Binary, Binding, Branch, Comparison, Condition, Definition, Expr, Interval, Law, Node};
use dashu_base::{Abs, Sign};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

/// How strongly a form holds together; brackets go around a part that is weaker than its place asks.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Strength {
    Open,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// The text of a formula.
pub fn to_source(expr: &Expr) -> String {
    print(expr, Strength::Open)
}

/// The statement that makes a definition; `None` for an unknown of a linear system, which has none of its own.
pub fn definition_to_source(definition: &Definition) -> Option<String> {
    statement_to_source(definition, &definition.body)
}

/// Likewise with another body.
pub(crate) fn statement_to_source(definition: &Definition, body: &Expr) -> Option<String> {
    let text = to_source(body);
    match (&body.node, &definition.arguments[..]) {
        (Node::Unknown { .. }, _) => None,
        (Node::Linear { .. }, _) => Some(text),
        (_, []) => Some(format!("{} = {text}", definition.name)),
        (_, arguments) => Some(format!("{}({}) = {text}", definition.name, arguments.join(", "))),
    }
}

/// The text of a condition.
pub fn condition_to_source(condition: &Condition) -> String {
    match condition {
        Condition::Compare(comparison, left, right) => {
            format!("{} {} {}", print(left, Strength::Sum), sign(*comparison), print(right, Strength::Sum))
        }
        Condition::And(left, right) => format!("{} and {}", within_and(left, false), within_and(right, true)),
        Condition::Or(left, right) => {
            let right_text = condition_to_source(right);
            let right_text = if matches!(**right, Condition::Or(..)) { format!("({right_text})") } else { right_text };
            format!("{} or {right_text}", condition_to_source(left))
        }
    }
}

fn within_and(condition: &Condition, right: bool) -> String {
    let text = condition_to_source(condition);
    match condition {
        Condition::Or(..) => format!("({text})"),
        Condition::And(..) if right => format!("({text})"),
        _ => text,
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
    }
}

/// The text of `expr` where a form at least as strong as `least` is needed.
fn print(expr: &Expr, least: Strength) -> String {
    let (text, strength) = form(&expr.node);
    if strength < least { format!("({text})") } else { text }
}

fn form(node: &Node) -> (String, Strength) {
    let open = |expr: &Expr| print(expr, Strength::Open);
    match node {
        Node::Number(value) => number(value),
        Node::Infinity => ("inf".to_string(), Strength::Atom),
        Node::Name(name) => (name.clone(), Strength::Atom),
        Node::Apply { function, primes, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(open).collect();
            (format!("{function}{}({})", "'".repeat(*primes as usize), arguments.join(", ")), Strength::Atom)
        }
        Node::Negate(inner) => (format!("-{}", print(inner, Strength::Sign)), Strength::Sign),
        Node::Binary(operator, left, right) => binary(*operator, left, right),
        Node::Integral { expectation, body, bindings } => {
            let name = if *expectation { "E" } else { "Int" };
            let bindings: Vec<String> = bindings.iter().map(binding).collect();
            (format!("{name}[{} : {}]", open(body), bindings.join(", ")), Strength::Atom)
        }
        Node::Root { which, variable, interval: ends, body } => {
            (format!("{} {variable} in {} of {}", which.words(), interval(ends), open(body)), Strength::Open)
        }
        Node::Cases { branches, otherwise } => {
            let branches: Vec<String> = branches
                .iter()
                .map(|Branch { condition, value }| format!("{}: {}; ", condition_to_source(condition), open(value)))
                .collect();
            (format!("cases({}otherwise: {})", branches.concat(), open(otherwise)), Strength::Atom)
        }
        Node::Series { variable, from, term } => {
            (format!("sum {variable} from {from} of {}", open(term)), Strength::Open)
        }
        Node::Sum { variable, from, to, term } => {
            (format!("sum {variable} from {} to {} of {}", open(from), open(to), open(term)), Strength::Open)
        }
        Node::Measure { variable, transform, support, mass } => {
            let (transform, support) = (open(transform), interval(support));
            let text = format!("measure stieltjes {variable} -> {transform} within {support} mass {}", open(mass));
            (text, Strength::Open)
        }
        Node::Linear { unknowns, equations, search: Some(search) } => {
            let unknowns_in = |(name, ends): (&String, &Interval)| format!("{name} in {}", interval(ends));
            let domain: Vec<String> = unknowns.iter().zip(&search.intervals).map(unknowns_in).collect();
            let start: Vec<String> =
                unknowns.iter().zip(&search.start).map(|(name, x)| format!("{name} = {}", open(x))).collect();
            let start = if start.is_empty() { String::new() } else { format!(" from {}", start.join(", ")) };
            let equations: Vec<String> =
                equations.iter().map(|e| format!("{} = {}", open(&e.left), open(&e.right))).collect();
            (format!("solve {}{start}: {}", domain.join(", "), equations.join(", ")), Strength::Open)
        }
        Node::Linear { unknowns, equations, search: None } => {
            let equations: Vec<String> =
                equations.iter().map(|e| format!("{} = {}", open(&e.left), open(&e.right))).collect();
            (format!("linear {}: {}", unknowns.join(", "), equations.join(", ")), Strength::Open)
        }
        Node::Unknown { system, index } => (format!("unknown {index} of {system}"), Strength::Open),
        Node::Let { name, value, body } => (format!("let {name} = {} in {}", open(value), open(body)), Strength::Open),
    }
}

fn binary(operator: Binary, left: &Expr, right: &Expr) -> (String, Strength) {
    let (symbol, own, left_least, right_least) = match operator {
        Binary::Add => (" + ", Strength::Sum, Strength::Sum, Strength::Product),
        Binary::Subtract => (" - ", Strength::Sum, Strength::Sum, Strength::Product),
        Binary::Multiply => ("*", Strength::Product, Strength::Product, Strength::Sign),
        Binary::Divide => ("/", Strength::Product, Strength::Product, Strength::Sign),
        Binary::Power => ("^", Strength::Power, Strength::Atom, Strength::Power),
    };
    let right_text = print(right, right_least);
    // Two operators in a row could be read, but not well.
    let right_text = if right_text.starts_with('-') { format!("({right_text})") } else { right_text };
    (format!("{}{symbol}{right_text}", print(left, left_least)), own)
}

fn binding(binding: &Binding) -> String {
    let variables = match &binding.variables[..] {
        [one] => one.clone(),
        several => format!("({})", several.join(", ")),
    };
    match &binding.law {
        Law::Normal => format!("{variables} ~ normal"),
        Law::NormalPair(correlation) => format!("{variables} ~ normal({})", to_source(correlation)),
        Law::MarchenkoPastur(ratio) => format!("{variables} ~ mp({})", to_source(ratio)),
        Law::Spectrum => format!("{variables} ~ spectrum"),
        Law::Covariance => format!("{variables} ~ covariance"),
        Law::Spectra => format!("{variables} ~ spectra"),
        Law::Family(family, parameters) => {
            let parameters: Vec<String> = parameters.iter().map(to_source).collect();
            let inside = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
            format!("{variables} ~ {}{inside}", family.word())
        }
        Law::Measure(name) => format!("{variables} ~ {name}"),
        Law::Lebesgue(ends) => format!("{variables} in {}", interval(ends)),
    }
}

fn interval(ends: &Interval) -> String {
    let open = if ends.low_closed { '[' } else { '(' };
    let close = if ends.high_closed { ']' } else { ')' };
    format!("{open}{}, {}{close}", to_source(&ends.low), to_source(&ends.high))
}

fn number(value: &RBig) -> (String, Strength) {
    let Some((mantissa, exponent)) = decimal(&value.clone().abs()) else {
        return (format!("{}/{}", value.numerator(), value.denominator()), Strength::Product);
    };
    let text = literal(&mantissa, exponent);
    if value.sign() == Sign::Negative { (format!("-{text}"), Strength::Sign) } else { (text, Strength::Atom) }
}

/// `mantissa * 10^exponent` as the lexer reads it: exponents up to 300, digits or a point for the rest.
fn literal(mantissa: &IBig, exponent: i64) -> String {
    let digits = mantissa.to_string();
    let (length, plain) = (digits.len() as i64, 15);
    match exponent {
        0.. if length + exponent <= plain || exponent == 0 => digits + &"0".repeat(exponent as usize),
        301.. => format!("{digits}{}e300", "0".repeat((exponent - 300) as usize)),
        0.. => format!("{digits}e{exponent}"),
        -15.. => point(&digits, -exponent),
        -300.. => format!("{digits}e{exponent}"),
        _ => format!("{}e-300", point(&digits, -exponent - 300)),
    }
}

/// `digits` with `places` of them behind the point.
fn point(digits: &str, places: i64) -> String {
    let padded = format!("{digits:0>width$}", width = places as usize + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places as usize);
    format!("{whole}.{fraction}")
}

/// `mantissa * 10^exponent` for a number >= 0 with a finite decimal expansion, without trailing zeros in the mantissa.
pub(super) fn decimal(value: &RBig) -> Option<(IBig, i64)> {
    let mut rest = value.denominator().clone();
    let mut places = 0_i64;
    let mut factors = [0_i64; 2];
    for (count, prime) in factors.iter_mut().zip([2_u8, 5]) {
        while (&rest % UBig::from(prime)) == UBig::ZERO {
            rest /= UBig::from(prime);
            *count += 1;
            places = places.max(*count);
        }
    }
    if rest != UBig::ONE {
        return None;
    }
    let scaled = value.clone() * RBig::from(IBig::from(10).pow(places as usize));
    let (mut mantissa, mut exponent) = (scaled.into_parts().0, -places);
    while mantissa != IBig::ZERO && (&mantissa % IBig::from(10)) == IBig::ZERO {
        mantissa /= IBig::from(10);
        exponent += 1;
    }
    Some((mantissa, if value.is_zero() { 0 } else { exponent }))
}
