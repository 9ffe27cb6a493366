//! What can be read off an integrand before it is compiled: where it is not smooth, and whether it is a known Gaussian moment.

use super::super::code::{Eigenvalue, GaussianMoment, Levels};
use crate::symbolic::{Binary, Condition, Definition, Expr, Law, Node, Span, occurs};
use dashu_ratio::RBig;

/// How deeply functions are looked into for kinks; deeper ones are left to the quadrature's own convergence check.
const MAX_INLINED: u32 = 8;

/// An expression affine in the variable of integration, with the levels where the integrand is not smooth.
pub type AffineBreak = (Expr, Levels);

/// The places of `body` that are not smooth along `variable`, as far as their arguments are affine in it.
/// Kinks behind other expressions are not found; a quadrature that they upset reports that it did not converge.
pub fn breaks(body: &Expr, variable: &str, definitions: &[Definition]) -> Vec<AffineBreak> {
    let mut search = Search { variable, definitions, inner: vec![], found: vec![], inlined: 0 };
    search.visit(body);
    search.found
}

struct Search<'a> {
    variable: &'a str,
    definitions: &'a [Definition],
    /// Variables bound between the integral and the expression at hand.
    inner: Vec<String>,
    found: Vec<AffineBreak>,
    inlined: u32,
}

impl Search<'_> {
    fn add(&mut self, argument: &Expr, levels: Levels) {
        let own = occurs(argument, self.variable) && !self.inner.iter().any(|name| occurs(argument, name));
        let found = || (argument.clone(), levels);
        if own && is_affine(argument, self.variable) && !self.found.contains(&found()) {
            self.found.push(found());
        }
    }

    fn add_difference(&mut self, a: &Expr, b: &Expr) {
        let difference = Node::Binary(Binary::Subtract, Box::new(a.clone()), Box::new(b.clone()));
        self.add(&Expr::new(difference, a.span), Levels::Zero);
    }

    fn visit(&mut self, expr: &Expr) {
        if !occurs(expr, self.variable) {
            return;
        }
        match &expr.node {
            Node::Number(_)
            | Node::Infinity
            | Node::Name(_)
            | Node::Measure { .. }
            | Node::Linear { .. }
            | Node::Unknown { .. } => {}
            Node::Negate(inner) => self.visit(inner),
            Node::Binary(_, a, b) => {
                self.visit(a);
                self.visit(b);
            }
            Node::Apply { function, arguments, .. } => {
                arguments.iter().for_each(|a| self.visit(a));
                match (function.as_str(), &arguments[..]) {
                    ("sigma", [x]) => self.add(x, Levels::Kinks),
                    ("abs" | "pos" | "sign", [x]) => self.add(x, Levels::Zero),
                    ("min" | "max", [a, b]) => self.add_difference(a, b),
                    ("quantile", [law, level]) => {
                        if let Some(of) = eigenvalue_named(law) {
                            self.add(level, Levels::Quantile(of));
                        }
                    }
                    _ => self.look_into(function, arguments),
                }
            }
            Node::Integral { body, bindings, .. } => {
                let names: Vec<String> = bindings.iter().flat_map(|b| b.variables.iter().cloned()).collect();
                self.inside(names, body);
            }
            Node::Root { variable, body, .. } | Node::Series { variable, term: body, .. } => {
                self.inside(vec![variable.clone()], body);
            }
            Node::Sum { variable, term, .. } => self.inside(vec![variable.clone()], term),
            Node::Cases { branches, otherwise } => {
                for branch in branches {
                    self.visit_condition(&branch.condition);
                    self.visit(&branch.value);
                }
                self.visit(otherwise);
            }
            Node::Let { name, value, body } => {
                self.visit(value);
                let inlined = substitute(body, name, value);
                self.visit(&inlined);
            }
        }
    }

    fn inside(&mut self, names: Vec<String>, body: &Expr) {
        let depth = self.inner.len();
        if names.iter().all(|name| name != self.variable) {
            self.inner.extend(names);
            self.visit(body);
            self.inner.truncate(depth);
        }
    }

    fn visit_condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Compare(_, a, b) => self.add_difference(a, b),
            Condition::And(a, b) | Condition::Or(a, b) => {
                self.visit_condition(a);
                self.visit_condition(b);
            }
        }
    }

    /// Kinks inside a defined function.
    fn look_into(&mut self, function: &str, arguments: &[Expr]) {
        let definition = self.definitions.iter().rev().find(|d| d.name == function);
        let Some(definition) = definition else { return };
        if definition.arguments.len() == arguments.len() && self.inlined < MAX_INLINED {
            self.inlined += 1;
            let mut body = definition.body.clone();
            for (name, argument) in definition.arguments.iter().zip(arguments) {
                body = substitute(&body, name, argument);
            }
            self.visit(&body);
            self.inlined -= 1;
        }
    }
}

pub fn eigenvalue_named(law: &Expr) -> Option<Eigenvalue> {
    match &law.node {
        Node::Name(name) if name == "spectrum" => Some(Eigenvalue::Spectrum),
        Node::Name(name) if name == "covariance" => Some(Eigenvalue::Covariance),
        _ => None,
    }
}

fn is_affine(expr: &Expr, variable: &str) -> bool {
    let constant = |e: &Expr| !occurs(e, variable);
    match &expr.node {
        _ if constant(expr) => true,
        Node::Name(_) => true,
        Node::Negate(inner) => is_affine(inner, variable),
        Node::Binary(Binary::Add | Binary::Subtract, a, b) => is_affine(a, variable) && is_affine(b, variable),
        Node::Binary(Binary::Multiply, a, b) => {
            (constant(a) && is_affine(b, variable)) || (constant(b) && is_affine(a, variable))
        }
        Node::Binary(Binary::Divide, a, b) => constant(b) && is_affine(a, variable),
        _ => false,
    }
}

/// `expr` with `value` in place of the free name `name`. The result only serves to find split points. It is never evaluated as it is: this
/// function does not rename binders that would capture a variable of `value`. At worst that misplaces a split point of a quadrature that
/// checks itself.
fn substitute(expr: &Expr, name: &str, value: &Expr) -> Expr {
    let go = |e: &Expr| substitute(e, name, value);
    let boxed = |e: &Expr| Box::new(substitute(e, name, value));
    if !occurs(expr, name) {
        return expr.clone();
    }
    let node = match &expr.node {
        Node::Name(_) => return value.clone(),
        Node::Negate(inner) => Node::Negate(boxed(inner)),
        Node::Binary(op, a, b) => Node::Binary(*op, boxed(a), boxed(b)),
        Node::Apply { function, primes, arguments } => {
            Node::Apply { function: function.clone(), primes: *primes, arguments: arguments.iter().map(go).collect() }
        }
        Node::Cases { branches, otherwise } => {
            let mut branches = branches.clone();
            for branch in &mut branches {
                substitute_in_condition(&mut branch.condition, name, value);
                branch.value = go(&branch.value);
            }
            Node::Cases { branches, otherwise: boxed(otherwise) }
        }
        // An expression under a further binder cannot contain a split point of this variable.
        other => other.clone(),
    };
    Expr::new(node, expr.span)
}

fn substitute_in_condition(condition: &mut Condition, name: &str, value: &Expr) {
    match condition {
        Condition::Compare(_, a, b) => {
            **a = substitute(a, name, value);
            **b = substitute(b, name, value);
        }
        Condition::And(a, b) | Condition::Or(a, b) => {
            substitute_in_condition(a, name, value);
            substitute_in_condition(b, name, value);
        }
    }
}

/// Whether `body` depends on `variable` only inside the level of a quantile function, at an affine argument.
pub fn only_through_quantiles(body: &Expr, variable: &str) -> bool {
    let go = |e: &Expr| only_through_quantiles(e, variable);
    if !occurs(body, variable) {
        return true;
    }
    match &body.node {
        Node::Apply { function, arguments, .. } if function == "quantile" => {
            matches!(&arguments[..], [_, level] if is_affine(level, variable))
        }
        Node::Apply { arguments, .. } => arguments.iter().all(go),
        Node::Negate(inner) => go(inner),
        Node::Binary(_, a, b) => go(a) && go(b),
        Node::Integral { body, bindings, .. } => {
            bindings.iter().all(|b| matches!(b.law, Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra))
                && go(body)
        }
        Node::Cases { branches, otherwise } => {
            branches.iter().all(|b| go_condition(&b.condition, variable) && go(&b.value)) && go(otherwise)
        }
        _ => false,
    }
}

fn go_condition(condition: &Condition, variable: &str) -> bool {
    match condition {
        Condition::Compare(_, a, b) => only_through_quantiles(a, variable) && only_through_quantiles(b, variable),
        Condition::And(a, b) | Condition::Or(a, b) => go_condition(a, variable) && go_condition(b, variable),
    }
}

/// A term of an expectation over one standard Gaussian: a factor that does not depend on it, times a moment of the
/// activation, or times a general integrand.
pub enum GaussianTerm {
    Moment(Expr, GaussianMoment),
    General(Expr),
}

/// Splits `body` into terms linear or quadratic in `sigma`, `sigma'`, `sigma''` at `variable`; `None` if no term is.
pub fn gaussian_terms(body: &Expr, variable: &str) -> Option<Vec<GaussianTerm>> {
    let mut terms = vec![];
    collect_terms(body, variable, &Expr::integer(1), &mut terms);
    let known = |term: &GaussianTerm| {
        matches!(term, GaussianTerm::Moment(_, GaussianMoment::First(_) | GaussianMoment::Second(..)))
    };
    terms.iter().any(known).then_some(terms)
}

fn collect_terms(expr: &Expr, variable: &str, factor: &Expr, terms: &mut Vec<GaussianTerm>) {
    let constant = |e: &Expr| !occurs(e, variable);
    match &expr.node {
        Node::Binary(op @ (Binary::Add | Binary::Subtract), a, b) => {
            collect_terms(a, variable, factor, terms);
            let factor = if *op == Binary::Subtract { negated(factor) } else { factor.clone() };
            collect_terms(b, variable, &factor, terms);
        }
        Node::Negate(inner) => collect_terms(inner, variable, &negated(factor), terms),
        Node::Binary(Binary::Multiply, a, b) if constant(a) => {
            collect_terms(b, variable, &times(factor, a, expr.span), terms);
        }
        Node::Binary(Binary::Multiply, a, b) if constant(b) => {
            collect_terms(a, variable, &times(factor, b, expr.span), terms);
        }
        Node::Binary(Binary::Divide, a, b) if constant(b) => {
            let factor = Node::Binary(Binary::Divide, Box::new(factor.clone()), b.clone());
            collect_terms(a, variable, &Expr::new(factor, expr.span), terms);
        }
        _ => {
            let mut product = Product { factor: factor.clone(), orders: vec![] };
            let moment = match product.take(expr, variable, 1) {
                Some(()) => match product.orders[..] {
                    [] => Some(GaussianMoment::One),
                    [k] => Some(GaussianMoment::First(k)),
                    [i, j] => Some(GaussianMoment::Second(i.min(j), i.max(j))),
                    _ => None,
                },
                None => None,
            };
            terms.push(match moment {
                Some(moment) => GaussianTerm::Moment(product.factor, moment),
                None => GaussianTerm::General(times(factor, expr, expr.span)),
            });
        }
    }
}

struct Product {
    factor: Expr,
    /// Orders of derivative of the activation's factors.
    orders: Vec<u32>,
}

impl Product {
    /// Multiplies the term by `expr^exponent`. `None` if that is not a product of constants and activations.
    fn take(&mut self, expr: &Expr, variable: &str, exponent: u32) -> Option<()> {
        if !occurs(expr, variable) {
            for _ in 0..exponent {
                self.factor = times(&self.factor, expr, expr.span);
            }
            return Some(());
        }
        match &expr.node {
            Node::Apply { function, primes, arguments } if function == "sigma" => {
                let at_variable = matches!(&arguments[..], [Expr { node: Node::Name(name), .. }] if name == variable);
                if !at_variable || self.orders.len() + exponent as usize > 2 {
                    return None;
                }
                self.orders.extend((0..exponent).map(|_| *primes));
                Some(())
            }
            Node::Negate(inner) => {
                if exponent % 2 == 1 {
                    self.factor = negated(&self.factor);
                }
                self.take(inner, variable, exponent)
            }
            Node::Binary(Binary::Multiply, a, b) => {
                self.take(a, variable, exponent)?;
                self.take(b, variable, exponent)
            }
            Node::Binary(Binary::Divide, a, b) if !occurs(b, variable) => {
                for _ in 0..exponent {
                    let quotient = Node::Binary(Binary::Divide, Box::new(self.factor.clone()), b.clone());
                    self.factor = Expr::new(quotient, expr.span);
                }
                self.take(a, variable, exponent)
            }
            Node::Binary(Binary::Power, base, power) => match &power.node {
                Node::Number(n) if *n == RBig::ONE => self.take(base, variable, exponent),
                Node::Number(n) if *n == RBig::from(2) && exponent == 1 => self.take(base, variable, 2),
                _ => None,
            },
            _ => None,
        }
    }
}

fn times(a: &Expr, b: &Expr, span: Span) -> Expr {
    if *a == Expr::integer(1) {
        return b.clone();
    }
    Expr::new(Node::Binary(Binary::Multiply, Box::new(a.clone()), Box::new(b.clone())), span)
}

fn negated(expr: &Expr) -> Expr {
    Expr::new(Node::Negate(Box::new(expr.clone())), expr.span)
}
