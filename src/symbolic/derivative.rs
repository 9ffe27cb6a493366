//! Symbolic derivatives of formulas: arithmetic, functions, integrals, roots, cases, series.
//!
//! Hygiene: no binder is ever renamed, because no sub-formula is ever moved under a binder that it was not under before.
//! The derivative of a body stays under the body's own binder; derivatives of what stands outside of it (the ends of an
//! integral's interval, the value of a `Let`) are multiplied on from outside. A bound variable of the same name as the variable of
//! differentiation shadows it: inside its binder the variable does not occur, and the body counts as constant.

use super::expectation::expectation as expectation_over;
use super::expression::{Binary, Binding, Branch, Comparison, Condition, Equation, Expr, Interval, Law, Node, Span};
use super::functions::{NOT_NEGATIVE, POSITIVE, PROBABILITY, expanded};
use dashu_ratio::RBig;

/// Longest formula that is differentiated.
const MOST_NODES: usize = 20_000;

/// Why a formula has no derivative, and the sub-formula at fault.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct DerivativeError {
    /// What cannot be differentiated and with respect to what, one line.
    pub message: String,
    /// Where the refused sub-formula stands in the text it was read from.
    pub span: Span,
}

/// `d expr / d variable`. Conditions of `cases` count as locally constant, and so do the branches of `abs`, `min`, `max`, `pos`.
/// Simplified only by dropping exact zeros and ones.
///
/// # Errors
/// A formula of more than 20000 nodes (products of many factors grow quadratically with each derivative); a law, `lambda` or
/// `quantile` whose argument depends on the variable; a defined function of several arguments that do; a third derivative of
/// the activation.
pub fn derivative(expr: &Expr, variable: &str) -> Result<Expr, DerivativeError> {
    let mut nodes = 0;
    expr.visit(&mut |_| nodes += 1);
    if nodes > MOST_NODES {
        let message = format!("the formula is too long to be differentiated ({nodes} terms, factors and functions)");
        return Err(DerivativeError { message, span: expr.span });
    }
    differentiate(expr, variable)
}

fn differentiate(expr: &Expr, variable: &str) -> Result<Expr, DerivativeError> {
    if !occurs(expr, variable) {
        return Ok(Expr::integer(0));
    }
    let span = expr.span;
    match &expr.node {
        Node::Number(_) | Node::Infinity => Ok(Expr::integer(0)),
        Node::Name(_) => Ok(Expr::integer(1)),
        Node::Negate(inner) => Ok(negate(differentiate(inner, variable)?, span)),
        Node::Binary(operator, left, right) => binary(*operator, left, right, variable, span),
        Node::Apply { function, primes, arguments } => apply(function, *primes, arguments, variable, span),
        Node::Integral { expectation, body, bindings } => integral(*expectation, body, bindings, variable, span),
        _ => form(expr, variable),
    }
}

/// Not inlined, so that the derivatives of deep formulas take little stack.
#[inline(never)]
fn form(expr: &Expr, variable: &str) -> Result<Expr, DerivativeError> {
    let span = expr.span;
    let d = |inner: &Expr| differentiate(inner, variable);
    let at = |node: Node| Expr::new(node, span);
    let refused = |what: &str| {
        let message = format!("{what} that depends on `{variable}` cannot be differentiated");
        Err(DerivativeError { message, span })
    };
    Ok(match &expr.node {
        // The equation knows only its own unknown of that name; the variable stands in the interval alone.
        Node::Root { variable: unknown, .. } if unknown == variable => Expr::integer(0),
        Node::Root { variable: unknown, body, .. } => {
            // F(p(z), z) = 0, so p' = -F_z / F_p at p = p(z); where the search interval ends does not matter.
            let ratio = binary_node(Binary::Divide, d(body)?, differentiate(body, unknown)?, span);
            at(Node::Let { name: unknown.clone(), value: Box::new(expr.clone()), body: Box::new(negate(ratio, span)) })
        }
        Node::Cases { branches, otherwise } => {
            let branches = branches
                .iter()
                .map(|branch| Ok(Branch { condition: branch.condition.clone(), value: d(&branch.value)? }))
                .collect::<Result<_, _>>()?;
            at(Node::Cases { branches, otherwise: Box::new(d(otherwise)?) })
        }
        Node::Series { variable: index, from, term } => {
            at(Node::Series { variable: index.clone(), from: *from, term: Box::new(d(term)?) })
        }
        Node::Sum { variable: index, from, to, term } => {
            let (variable, from, to) = (index.clone(), from.clone(), to.clone());
            at(Node::Sum { variable, from, to, term: Box::new(d(term)?) })
        }
        Node::Let { name, value, body } => {
            // d/dz B(p(z), z) = B_z + B_p p'. Both partial derivatives stay inside; p' stays outside.
            let inside = |body: Expr| match body {
                zero if is_integer(&zero, 0) => zero,
                body => at(Node::Let { name: name.clone(), value: value.clone(), body: Box::new(body) }),
            };
            let direct = if name == variable { Expr::integer(0) } else { inside(d(body)?) };
            let through = multiply(inside(differentiate(body, name)?), d(value)?, span);
            add(direct, through, span)
        }
        Node::Measure { .. } => return refused("a measure"),
        Node::Linear { .. } => return refused("a system of equations"),
        _ => Expr::integer(0),
    })
}

/// Whether `name` occurs free in `expr`.
pub fn occurs(expr: &Expr, name: &str) -> bool {
    match &expr.node {
        Node::Number(_) | Node::Infinity | Node::Unknown { .. } => false,
        Node::Name(n) => n == name,
        Node::Apply { arguments, .. } => arguments.iter().any(|a| occurs(a, name)),
        Node::Negate(inner) => occurs(inner, name),
        Node::Binary(_, left, right) => occurs(left, name) || occurs(right, name),
        Node::Integral { body, bindings, .. } => {
            for binding in bindings {
                if occurs_in_law(&binding.law, name) {
                    return true;
                }
                if binding.variables.iter().any(|v| v == name) {
                    return false;
                }
            }
            occurs(body, name)
        }
        Node::Root { variable, interval, body, .. } => {
            occurs_in_interval(interval, name) || (variable != name && occurs(body, name))
        }
        Node::Cases { branches, otherwise } => {
            branches.iter().any(|b| occurs_in_condition(&b.condition, name) || occurs(&b.value, name))
                || occurs(otherwise, name)
        }
        Node::Series { variable, term, .. } => variable != name && occurs(term, name),
        Node::Sum { variable, from, to, term } => {
            occurs(from, name) || occurs(to, name) || (variable != name && occurs(term, name))
        }
        Node::Measure { variable, transform, support, mass } => {
            occurs_in_interval(support, name) || occurs(mass, name) || (variable != name && occurs(transform, name))
        }
        Node::Linear { unknowns, equations, .. } => {
            let side = |e: &Equation| occurs(&e.left, name) || occurs(&e.right, name);
            unknowns.iter().all(|unknown| unknown != name) && equations.iter().any(side)
        }
        Node::Let { name: bound, value, body } => occurs(value, name) || (bound != name && occurs(body, name)),
    }
}

fn occurs_in_law(law: &Law, name: &str) -> bool {
    match law {
        Law::NormalPair(e) | Law::MarchenkoPastur(e) => occurs(e, name),
        Law::Lebesgue(interval) => occurs_in_interval(interval, name),
        Law::Family(_, parameters) => parameters.iter().any(|parameter| occurs(parameter, name)),
        Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra | Law::Measure(_) => false,
    }
}

fn occurs_in_interval(interval: &Interval, name: &str) -> bool {
    occurs(&interval.low, name) || occurs(&interval.high, name)
}

fn occurs_in_condition(condition: &Condition, name: &str) -> bool {
    match condition {
        Condition::Compare(_, a, b) => occurs(a, name) || occurs(b, name),
        Condition::And(a, b) | Condition::Or(a, b) => occurs_in_condition(a, name) || occurs_in_condition(b, name),
    }
}

fn binary(op: Binary, u: &Expr, v: &Expr, variable: &str, span: Span) -> Result<Expr, DerivativeError> {
    let (du, dv) = (differentiate(u, variable)?, differentiate(v, variable)?);
    Ok(match op {
        Binary::Add => add(du, dv, span),
        Binary::Subtract => subtract(du, dv, span),
        Binary::Multiply => add(multiply(du, v.clone(), span), multiply(u.clone(), dv, span), span),
        Binary::Divide if is_integer(&dv, 0) => binary_node(Binary::Divide, du, v.clone(), span),
        Binary::Divide => {
            let top = subtract(multiply(du, v.clone(), span), multiply(u.clone(), dv, span), span);
            binary_node(Binary::Divide, top, power(v.clone(), Expr::integer(2), span), span)
        }
        Binary::Power if is_integer(&dv, 0) => {
            let lowered = match &v.node {
                Node::Number(n) => Expr::new(Node::Number(n - RBig::ONE), v.span),
                _ => subtract(v.clone(), Expr::integer(1), span),
            };
            multiply(multiply(v.clone(), power(u.clone(), lowered, span), span), du, span)
        }
        Binary::Power => {
            // (u^v)' = u^v (v' ln u + v u'/u)
            let logarithm = call("ln", 0, u.clone(), span);
            let slope = add(
                multiply(dv, logarithm, span),
                multiply(v.clone(), binary_node(Binary::Divide, du, u.clone(), span), span),
                span,
            );
            multiply(power(u.clone(), v.clone(), span), slope, span)
        }
    })
}

fn apply(function: &str, primes: u32, arguments: &[Expr], variable: &str, span: Span) -> Result<Expr, DerivativeError> {
    let fault = |message: String| Err(DerivativeError { message, span });
    let [u] = arguments else {
        if let ("min" | "max", [a, b]) = (function, arguments) {
            let order = if function == "max" { Comparison::Greater } else { Comparison::Less };
            let (da, db) = (differentiate(a, variable)?, differentiate(b, variable)?);
            return Ok(choose(order, a.clone(), b.clone(), da, db, span));
        }
        if let ("besselj" | "besseli", [order, x]) = (function, arguments) {
            return bessel(function, order, x, variable, span);
        }
        if function == "binomial" {
            return fault(format!("`binomial` is for whole numbers, which cannot vary with `{variable}`"));
        }
        if function == "quantile" {
            return fault(format!("a quantile function cannot be differentiated (with respect to `{variable}`)"));
        }
        return fault(format!(
            "`{function}` has several arguments, and only functions of one can be differentiated (with respect to `{variable}`)"
        ));
    };
    if primes == 0
        && let Some(longer) = expanded(function, arguments, span)
    {
        return differentiate(&longer, variable);
    }
    let du = differentiate(u, variable)?;
    let one = || Expr::integer(1);
    let own = || call(function, primes, u.clone(), span);
    let square = |e: Expr| power(e, Expr::integer(2), span);
    let divide = |a: Expr, b: Expr| binary_node(Binary::Divide, a, b, span);
    let of = |name: &str| call(name, 0, u.clone(), span);
    let slope = match (function, primes) {
        ("lambda" | "hermite", _) => {
            return fault(format!("`{function}` takes a whole number, which cannot vary with `{variable}`"));
        }
        ("sigma", 2..) => return fault("the activation has no third derivative here".to_string()),
        ("sqrt", 0) => divide(one(), multiply(Expr::integer(2), own(), span)),
        ("exp", 0) => own(),
        ("ln", 0) => divide(one(), u.clone()),
        ("log1p", 0) => divide(one(), add(one(), u.clone(), span)),
        ("expm1", 0) => of("exp"),
        ("sin", 0) => of("cos"),
        ("cos", 0) => negate(of("sin"), span),
        ("tan", 0) => add(one(), square(own()), span),
        ("asin", 0) => divide(one(), call("sqrt", 0, subtract(one(), square(u.clone()), span), span)),
        ("acos", 0) => negate(divide(one(), call("sqrt", 0, subtract(one(), square(u.clone()), span), span)), span),
        ("atan", 0) => divide(one(), add(one(), square(u.clone()), span)),
        ("tanh", 0) => subtract(one(), square(own()), span),
        ("logistic", 0) => multiply(own(), call("logistic", 0, negate(u.clone(), span), span), span),
        ("softplus", 0) => of("logistic"),
        ("gamma", 0) => multiply(own(), of("digamma"), span),
        ("lgamma", 0) => of("digamma"),
        (NOT_NEGATIVE | POSITIVE | PROBABILITY, 0) => one(),
        ("erf" | "erfc", 0) => {
            let root = call("sqrt", 0, Expr::new(Node::Name("pi".to_string()), span), span);
            let bell = call("exp", 0, negate(square(u.clone()), span), span);
            let slope = multiply(divide(Expr::integer(2), root), bell, span);
            if function == "erf" { slope } else { negate(slope, span) }
        }
        ("abs", 0) => {
            let below =
                choose(Comparison::Less, u.clone(), Expr::integer(0), Expr::integer(-1), Expr::integer(0), span);
            choose(Comparison::Greater, u.clone(), Expr::integer(0), one(), below, span)
        }
        ("pos", 0) => choose(Comparison::Greater, u.clone(), Expr::integer(0), one(), Expr::integer(0), span),
        // sigma, exprel, digamma and defined functions carry their order of derivative as primes.
        _ => call(function, primes + 1, u.clone(), span),
    };
    Ok(multiply(slope, du, span))
}

/// Derivatives of Bessel functions by their neighbours: `J_n' = (J_(n-1) - J_(n+1))/2`, `I_n' = (I_(n-1) + I_(n+1))/2`.
fn bessel(function: &str, order: &Expr, x: &Expr, variable: &str, span: Span) -> Result<Expr, DerivativeError> {
    if occurs(order, variable) {
        let message = format!("the order of `{function}` depends on `{variable}`, which cannot be differentiated");
        return Err(DerivativeError { message, span });
    }
    let neighbour = |step: i64| {
        let order = match &order.node {
            Node::Number(n) => Expr::new(Node::Number(n + RBig::from(step)), order.span),
            _ => add(order.clone(), Expr::integer(step), span),
        };
        let arguments = vec![order, x.clone()];
        Expr::new(Node::Apply { function: function.to_string(), primes: 0, arguments }, span)
    };
    let both = if function == "besselj" {
        subtract(neighbour(-1), neighbour(1), span)
    } else {
        add(neighbour(-1), neighbour(1), span)
    };
    let slope = binary_node(Binary::Divide, both, Expr::integer(2), span);
    Ok(multiply(slope, differentiate(x, variable)?, span))
}

/// Differentiates `Integral` one binding at a time: the first binding around an integral over the others.
fn integral(
    expectation: bool,
    body: &Expr,
    bindings: &[Binding],
    variable: &str,
    span: Span,
) -> Result<Expr, DerivativeError> {
    let Some((first, rest)) = bindings.split_first() else {
        return differentiate(body, variable);
    };
    let inner = if rest.is_empty() {
        body.clone()
    } else {
        Expr::new(Node::Integral { expectation, body: Box::new(body.clone()), bindings: rest.to_vec() }, span)
    };
    if let (Law::Family(family, parameters), [name]) = (&first.law, &first.variables[..])
        && occurs_in_law(&first.law, variable)
    {
        // As the integral that it is; what the law depends on stands inside it then.
        return differentiate(&expectation_over(*family, parameters, name, inner, span), variable);
    }
    let shadowed = first.variables.iter().any(|v| v == variable);
    let slope = if shadowed { Expr::integer(0) } else { integral(expectation, body, rest, variable, span)? };
    let under = match slope {
        zero if is_integer(&zero, 0) => zero,
        slope => Expr::new(Node::Integral { expectation, body: Box::new(slope), bindings: vec![first.clone()] }, span),
    };
    match &first.law {
        Law::NormalPair(parameter) | Law::MarchenkoPastur(parameter) if occurs(parameter, variable) => {
            Err(DerivativeError {
                message: format!(
                    "the law's parameter depends on `{variable}`: such an integral cannot be differentiated"
                ),
                span: parameter.span,
            })
        }
        Law::Lebesgue(interval) => {
            // Leibniz: f(b) b' - f(a) a', where f is the integral over the later bindings.
            let boundary = |end: &Expr| -> Result<Expr, DerivativeError> {
                let speed = differentiate(end, variable)?;
                if is_integer(&speed, 0) {
                    return Ok(speed);
                }
                let value = first.variables.iter().rfold(inner.clone(), |body, name| {
                    let (value, body) = (Box::new(end.clone()), Box::new(body));
                    Expr::new(Node::Let { name: name.clone(), value, body }, span)
                });
                Ok(multiply(speed, value, end.span))
            };
            let ends = subtract(boundary(&interval.high)?, boundary(&interval.low)?, span);
            Ok(add(under, ends, span))
        }
        _ => Ok(under),
    }
}

pub(super) fn is_integer(expr: &Expr, value: i64) -> bool {
    matches!(&expr.node, Node::Number(n) if *n == RBig::from(value))
}

fn binary_node(op: Binary, a: Expr, b: Expr, span: Span) -> Expr {
    match op {
        Binary::Divide if is_integer(&a, 0) || is_integer(&b, 1) => a,
        _ => Expr::new(Node::Binary(op, Box::new(a), Box::new(b)), span),
    }
}

fn add(a: Expr, b: Expr, span: Span) -> Expr {
    match () {
        _ if is_integer(&a, 0) => b,
        _ if is_integer(&b, 0) => a,
        _ => binary_node(Binary::Add, a, b, span),
    }
}

fn subtract(a: Expr, b: Expr, span: Span) -> Expr {
    match () {
        _ if is_integer(&b, 0) => a,
        _ if is_integer(&a, 0) => negate(b, span),
        _ => binary_node(Binary::Subtract, a, b, span),
    }
}

fn multiply(a: Expr, b: Expr, span: Span) -> Expr {
    match () {
        _ if is_integer(&a, 0) || is_integer(&b, 1) => a,
        _ if is_integer(&b, 0) || is_integer(&a, 1) => b,
        _ => binary_node(Binary::Multiply, a, b, span),
    }
}

fn power(base: Expr, exponent: Expr, span: Span) -> Expr {
    match () {
        _ if is_integer(&exponent, 1) => base,
        _ if is_integer(&exponent, 0) => Expr::integer(1),
        _ => binary_node(Binary::Power, base, exponent, span),
    }
}

fn negate(inner: Expr, span: Span) -> Expr {
    match inner.node {
        Node::Number(n) => Expr::new(Node::Number(-n), inner.span),
        Node::Negate(twice) => *twice,
        _ => Expr::new(Node::Negate(Box::new(inner)), span),
    }
}

fn call(function: &str, primes: u32, argument: Expr, span: Span) -> Expr {
    Expr::new(Node::Apply { function: function.to_string(), primes, arguments: vec![argument] }, span)
}

/// `cases(a op b: yes; otherwise: no)`.
fn choose(op: Comparison, a: Expr, b: Expr, yes: Expr, no: Expr, span: Span) -> Expr {
    let condition = Condition::Compare(op, Box::new(a), Box::new(b));
    Expr::new(Node::Cases { branches: vec![Branch { condition, value: yes }], otherwise: Box::new(no) }, span)
}

#[cfg(test)]
mod tests;
