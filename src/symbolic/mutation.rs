//! Systematically wrong versions of a formula, from its expression tree: what a hand that slips might have written.
//!
//! One change at a time, at every place where it applies. Only trees are made here; `run::mutants` judges them.

use super::expression::{Binary, Binding, Condition, Expr, Interval, Law, Node, Span};
use super::family::Family;
use super::functions::arity;
use super::source::to_source;
use dashu_int::IBig;
use dashu_ratio::RBig;
use std::collections::HashSet;

/// The kinds of change, as [`Mutant::operator`] names them.
pub mod operator {
    /// A number, `pi` included, times 1.05 or 0.95. Exponents and Hermite indices are not among them.
    pub const CONSTANT: &str = "constant";
    /// `a + b` for `a - b` and back; `a` for `-a`.
    pub const SIGN: &str = "sign";
    /// An exponent one higher or one lower.
    pub const EXPONENT: &str = "exponent";
    /// A term of a sum left out.
    pub const TERM: &str = "dropped term";
    /// A factor of a product or quotient, above or below the line, left out.
    pub const FACTOR: &str = "dropped factor";
    /// `1/rho` for `rho`.
    pub const RHO: &str = "inverse rho";
    /// `lambda(k + 1)` or `lambda(k - 1)` for `lambda(k)`.
    pub const HERMITE: &str = "Hermite index";
    /// `sigma` with one prime more or less, of at most two.
    pub const ACTIVATION: &str = "activation derivative";
    /// A defined function with one prime more or less.
    pub const DERIVATIVE: &str = "function derivative";
    /// `spectrum` for `covariance` and back; the other member of a pair; the quantile from the other end.
    pub const MEASURE: &str = "swapped measure";
    /// `b - a` for `a - b`, `b/a` for `a/b`, `f(y, x)` for `f(x, y)`.
    pub const ARGUMENTS: &str = "swapped arguments";
    /// An end of an integral times 1.05 or 0.95 (0.05 for 0); a series from the next or the previous index.
    pub const END: &str = "interval end";

    /// All kinds, in the order of reports.
    pub const ALL: [&str; 12] =
        [CONSTANT, SIGN, EXPONENT, TERM, FACTOR, RHO, HERMITE, ACTIVATION, DERIVATIVE, MEASURE, ARGUMENTS, END];
}

/// A formula with one change.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutant {
    /// The whole formula, the change included.
    pub expr: Expr,
    /// One of [`operator::ALL`].
    pub operator: &'static str,
    /// Place of what was changed in the formula's own text.
    pub span: Span,
}

/// Every version of the formula with one change, in the order of the tree, without two of the same text and without the
/// formula itself. Search intervals of roots are left alone: they choose a root and do not enter its value.
pub fn mutants(expr: &Expr) -> Vec<Mutant> {
    let mut changes = Vec::new();
    collect(&mut expr.clone(), &mut Vec::new(), &mut changes);
    let mut seen = HashSet::from([to_source(expr)]);
    let mut found = Vec::new();
    for Change { path, node, operator } in changes {
        let mut whole = expr.clone();
        let place = at(&mut whole, &path);
        let span = place.span;
        place.node = node;
        if seen.insert(to_source(&whole)) {
            found.push(Mutant { expr: whole, operator, span });
        }
    }
    found
}

/// What stands at the place that `path` leads to, one child after the other.
struct Change {
    path: Vec<usize>,
    node: Node,
    operator: &'static str,
}

fn at<'e>(expr: &'e mut Expr, path: &[usize]) -> &'e mut Expr {
    path.iter().fold(expr, |place, &child| children(place).swap_remove(child))
}

fn collect(expr: &mut Expr, path: &mut Vec<usize>, changes: &mut Vec<Change>) {
    changes.extend(local(expr).into_iter().map(|(operator, node)| Change { path: path.clone(), node, operator }));
    for (index, child) in children(expr).into_iter().enumerate() {
        path.push(index);
        collect(child, path, changes);
        path.pop();
    }
}

/// The trees directly below a node, without literal exponents and indices (which have operators of their own), names of laws,
/// and search intervals.
fn children(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.node {
        Node::Number(_) | Node::Infinity | Node::Name(_) | Node::Unknown { .. } => Vec::new(),
        Node::Apply { function, arguments, .. } => match function.as_str() {
            "lambda" | "hermite" => arguments.iter_mut().filter(|index| literal(index).is_none()).collect(),
            "quantile" => arguments.iter_mut().skip(1).collect(),
            _ => arguments.iter_mut().collect(),
        },
        Node::Negate(inner) => vec![inner],
        Node::Binary(operation, left, right) => {
            let own = *operation == Binary::Power && literal(right).is_some();
            if own { vec![left] } else { vec![left, right] }
        }
        Node::Integral { body, bindings, .. } => {
            let mut below: Vec<&mut Expr> = vec![body];
            for Binding { law, .. } in bindings {
                match law {
                    Law::NormalPair(argument) | Law::MarchenkoPastur(argument) => below.push(argument),
                    Law::Lebesgue(interval) => below.extend([&mut interval.low, &mut interval.high]),
                    Law::Family(_, parameters) => below.extend(parameters.iter_mut()),
                    Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra | Law::Measure(_) => {}
                }
            }
            below
        }
        Node::Root { body, .. } => vec![body],
        Node::Measure { transform, mass, .. } => vec![transform, mass],
        Node::Linear { equations, .. } => {
            equations.iter_mut().flat_map(|equation| [&mut equation.left, &mut equation.right]).collect()
        }
        Node::Cases { branches, otherwise } => {
            let mut below = Vec::new();
            for branch in branches {
                sides(&mut branch.condition, &mut below);
                below.push(&mut branch.value);
            }
            below.push(otherwise);
            below
        }
        Node::Series { term, .. } => vec![term],
        Node::Sum { from, to, term, .. } => {
            [from, to, term].into_iter().map(|part| &mut **part).filter(|part| literal(part).is_none()).collect()
        }
        Node::Let { value, body, .. } => vec![value, body],
    }
}

fn sides<'c>(condition: &'c mut Condition, below: &mut Vec<&'c mut Expr>) {
    match condition {
        Condition::Compare(_, left, right) => below.extend([&mut **left, &mut **right]),
        Condition::And(left, right) | Condition::Or(left, right) => {
            sides(left, below);
            sides(right, below);
        }
    }
}

/// A number, or minus one.
fn literal(expr: &Expr) -> Option<RBig> {
    match &expr.node {
        Node::Number(value) => Some(value.clone()),
        Node::Negate(inner) => match &inner.node {
            Node::Number(value) => Some(-value.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn factors() -> [RBig; 2] {
    [21, 19].map(|twentieths| RBig::from(twentieths) / RBig::from(20))
}

fn number(value: RBig) -> Expr {
    Expr::new(Node::Number(value), Span::default())
}

fn binary(operator: Binary, left: Expr, right: Expr) -> Node {
    Node::Binary(operator, Box::new(left), Box::new(right))
}

/// The changes of this node itself.
fn local(expr: &Expr) -> Vec<(&'static str, Node)> {
    match &expr.node {
        Node::Number(value) if value.is_zero() => Vec::new(),
        Node::Number(value) => factors().map(|f| (operator::CONSTANT, Node::Number(value * f))).to_vec(),
        Node::Name(name) => of_name(expr, name),
        Node::Negate(inner) => vec![(operator::SIGN, inner.node.clone())],
        Node::Binary(operation, left, right) => of_binary(*operation, left, right),
        Node::Apply { function, primes, arguments } => of_function(function, *primes, arguments),
        Node::Integral { expectation, body, bindings } => {
            let with = |bindings| Node::Integral { expectation: *expectation, body: body.clone(), bindings };
            of_bindings(bindings).into_iter().map(|(operator, bindings)| (operator, with(bindings))).collect()
        }
        Node::Series { variable, from, term } => {
            let starts = [from.checked_add(1), from.checked_sub(1)];
            let with = |from| Node::Series { variable: variable.clone(), from, term: term.clone() };
            starts.into_iter().flatten().map(|from| (operator::END, with(from))).collect()
        }
        Node::Sum { variable, from, to, term } => {
            let with = |from: Expr, to: Expr| {
                let (variable, term) = (variable.clone(), term.clone());
                (operator::END, Node::Sum { variable, from: Box::new(from), to: Box::new(to), term })
            };
            let steps = |end: &Expr| {
                [1, -1].map(|step| match literal(end) {
                    Some(value) => number(value + RBig::from(step)),
                    None => Expr::new(binary(Binary::Add, end.clone(), Expr::integer(step)), end.span),
                })
            };
            let starts = steps(from).map(|from| with(from, (**to).clone()));
            starts.into_iter().chain(steps(to).map(|to| with((**from).clone(), to))).collect()
        }
        Node::Infinity
        | Node::Root { .. }
        | Node::Cases { .. }
        | Node::Measure { .. }
        | Node::Linear { .. }
        | Node::Unknown { .. }
        | Node::Let { .. } => Vec::new(),
    }
}

fn of_name(expr: &Expr, name: &str) -> Vec<(&'static str, Node)> {
    match name {
        "pi" => {
            let scaled = |f| (operator::CONSTANT, binary(Binary::Multiply, number(f), expr.clone()));
            factors().map(scaled).to_vec()
        }
        "rho" => vec![(operator::RHO, binary(Binary::Divide, Expr::integer(1), expr.clone()))],
        _ => Vec::new(),
    }
}

fn of_binary(operation: Binary, left: &Expr, right: &Expr) -> Vec<(&'static str, Node)> {
    // A part that is itself a sum (or product) is not one term (or factor): its own parts are left out one by one.
    let sum = |e: &Expr| matches!(e.node, Node::Binary(Binary::Add | Binary::Subtract, ..));
    let product = |e: &Expr| matches!(e.node, Node::Binary(Binary::Multiply | Binary::Divide, ..));
    let (a, b) = (|| left.clone(), || right.clone());
    let mut found = Vec::new();
    match operation {
        Binary::Add | Binary::Subtract => {
            let other = if operation == Binary::Add { Binary::Subtract } else { Binary::Add };
            found.push((operator::SIGN, binary(other, a(), b())));
            if !sum(right) {
                found.push((operator::TERM, a().node));
            }
            if !sum(left) {
                let rest = if operation == Binary::Add { b().node } else { Node::Negate(Box::new(b())) };
                found.push((operator::TERM, rest));
            }
            if operation == Binary::Subtract {
                found.push((operator::ARGUMENTS, binary(operation, b(), a())));
            }
        }
        Binary::Multiply | Binary::Divide => {
            if !product(right) {
                found.push((operator::FACTOR, a().node));
            }
            if !product(left) {
                let one_over = |e| binary(Binary::Divide, Expr::integer(1), e);
                found.push((operator::FACTOR, if operation == Binary::Multiply { b().node } else { one_over(b()) }));
            }
            if operation == Binary::Divide {
                found.push((operator::ARGUMENTS, binary(operation, b(), a())));
            }
        }
        Binary::Power => {
            for step in [1, -1] {
                let changed = match literal(right) {
                    Some(exponent) => match exponent + RBig::from(step) {
                        zero if zero.is_zero() => Node::Number(RBig::ONE),
                        one if one == RBig::ONE => a().node,
                        other => binary(Binary::Power, a(), number(other)),
                    },
                    None => {
                        let sign = if step > 0 { Binary::Add } else { Binary::Subtract };
                        let exponent = binary(sign, b(), Expr::integer(1));
                        binary(Binary::Power, a(), Expr::new(exponent, right.span))
                    }
                };
                found.push((operator::EXPONENT, changed));
            }
        }
    }
    found
}

fn of_function(function: &str, primes: u32, arguments: &[Expr]) -> Vec<(&'static str, Node)> {
    let apply = |primes, arguments: Vec<Expr>| Node::Apply { function: function.to_string(), primes, arguments };
    let with_primes = |primes| apply(primes, arguments.to_vec());
    let neighbours = [primes.checked_add(1), primes.checked_sub(1)].into_iter().flatten();
    match (function, arguments) {
        ("lambda" | "hermite", [index]) => {
            let Some(k) = literal(index) else { return Vec::new() };
            let steps = [1, -1].map(|step| &k + RBig::from(IBig::from(step)));
            let valid = steps.into_iter().filter(|k| *k >= RBig::ZERO);
            valid.map(|k| (operator::HERMITE, apply(primes, vec![number(k)]))).collect()
        }
        ("sigma", [_]) => neighbours.filter(|p| *p <= 2).map(|p| (operator::ACTIVATION, with_primes(p))).collect(),
        ("quantile", [law, level]) => {
            let complement = match &level.node {
                Node::Binary(Binary::Subtract, one, rest) if literal(one) == Some(RBig::ONE) => (**rest).clone(),
                _ => Expr::new(binary(Binary::Subtract, Expr::integer(1), level.clone()), level.span),
            };
            let mut found = vec![(operator::MEASURE, apply(primes, vec![law.clone(), complement]))];
            let other = match &law.node {
                Node::Name(name) if name == "spectrum" => Some("covariance"),
                Node::Name(name) if name == "covariance" => Some("spectrum"),
                _ => None,
            };
            found.extend(other.map(|name| (operator::MEASURE, apply(primes, vec![Expr::name(name), level.clone()]))));
            found
        }
        // Nobody writes `exp'` for `exp`. A defined function may be confused with its derivative.
        _ if arity(function).is_some() => Vec::new(),
        (_, [_]) => neighbours.map(|p| (operator::DERIVATIVE, with_primes(p))).collect(),
        _ => {
            let swapped = |first: usize| {
                let mut arguments = arguments.to_vec();
                arguments.swap(first, first + 1);
                (operator::ARGUMENTS, apply(primes, arguments))
            };
            (1..arguments.len()).map(|second| swapped(second - 1)).collect()
        }
    }
}

fn of_bindings(bindings: &[Binding]) -> Vec<(&'static str, Vec<Binding>)> {
    let mut found = Vec::new();
    for (index, binding) in bindings.iter().enumerate() {
        let mut change = |operator, changed: Binding| {
            let mut all = bindings.to_vec();
            all[index] = changed;
            found.push((operator, all));
        };
        let law = |law| Binding { variables: binding.variables.clone(), law };
        match &binding.law {
            Law::Spectrum => change(operator::MEASURE, law(Law::Covariance)),
            Law::Covariance => change(operator::MEASURE, law(Law::Spectrum)),
            // The same as exchanging the two everywhere in the body. A Gaussian pair is symmetric.
            Law::Spectra => {
                let variables = binding.variables.iter().rev().cloned().collect();
                change(operator::MEASURE, Binding { variables, law: Law::Spectra });
            }
            Law::Lebesgue(interval) => {
                for low in ends(&interval.low) {
                    change(operator::END, law(Law::Lebesgue(Box::new(Interval { low, ..(**interval).clone() }))));
                }
                for high in ends(&interval.high) {
                    change(operator::END, law(Law::Lebesgue(Box::new(Interval { high, ..(**interval).clone() }))));
                }
            }
            // A rate taken for a scale, a standard deviation for a variance, two parameters exchanged.
            Law::Family(family, parameters) => {
                if let (Family::Exponential | Family::Gamma, Some((rate, before))) = (family, parameters.split_last()) {
                    let scale = Expr::new(binary(Binary::Divide, Expr::integer(1), rate.clone()), rate.span);
                    let parameters = before.iter().cloned().chain([scale]).collect();
                    change(operator::MEASURE, law(Law::Family(*family, parameters)));
                }
                if let (Family::Normal, [mean, sd]) = (family, &parameters[..]) {
                    let variance = Expr::new(binary(Binary::Power, sd.clone(), Expr::integer(2)), sd.span);
                    change(operator::MEASURE, law(Law::Family(*family, vec![mean.clone(), variance])));
                }
                if let (Family::Gamma | Family::Beta, [one, other]) = (family, &parameters[..]) {
                    change(operator::ARGUMENTS, law(Law::Family(*family, vec![other.clone(), one.clone()])));
                }
            }
            Law::Normal | Law::NormalPair(_) | Law::MarchenkoPastur(_) | Law::Measure(_) => {}
        }
    }
    found
}

/// Wrong versions of a finite end. A number other than 0 is a constant and has its changes as such.
fn ends(end: &Expr) -> Vec<Expr> {
    let infinite = |e: &Expr| matches!(e.node, Node::Infinity);
    match (&end.node, literal(end)) {
        (_, Some(zero)) if zero.is_zero() => vec![number(RBig::ONE / RBig::from(20))],
        (_, Some(_)) => Vec::new(),
        (Node::Negate(inner), None) if infinite(inner) => Vec::new(),
        _ if infinite(end) => Vec::new(),
        _ => {
            let scaled = |f| Expr::new(binary(Binary::Multiply, number(f), end.clone()), end.span);
            factors().map(scaled).to_vec()
        }
    }
}
