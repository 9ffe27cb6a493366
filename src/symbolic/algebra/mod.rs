//! Exact algebra on formulas: two formulas are proved equal by reducing both to one quotient of polynomials.
//!
//! Here: the walk over a formula. `atoms` holds its unknowns and what counts as the same one, `integrals` the rules of integration,
//! `calculus` rational functions of one variable.

mod atoms;
mod calculus;
mod integrals;

use super::expectation::expectation as over_family;
use super::expression::{Binary, Binding, Comparison, Condition, Definition, Expr, Interval, Law, Node};
use super::family::Family;
use super::functions::{NOT_NEGATIVE, POSITIVE, PROBABILITY};
use super::polynomial::Quotient;
use atoms::{Algebra, Kind, Scope};
use dashu_ratio::RBig;
use integrals::EXPECTATION;

/// Proves or refutes `a = b` as an identity of rational functions; `None` where this algebra cannot tell.
///
/// Everything that is not arithmetic (functions, roots, integrals, cases, series) stands as an unknown; two of them are the
/// same unknown if they have the same form with equal parts, whatever their bound variables are called. Definitions are put in
/// their place, except functions that contain a root, an integral or a series. `E` and `Int` are linear: sums are split (each
/// part is taken to exist) and put together again where that shows that they cancel, factors that do not depend on the bound
/// variables come outside, `E[1]` is 1, powers of a Gaussian have their moments, adjacent intervals join, and the law of B is that
/// of its quantile function. A root of a linear equation is solved. `sqrt(x)` is `x^(1/2)`. So `Some(true)` is a proof;
/// `Some(false)` is given only if no unknown but names occurs.
pub fn prove_equal(a: &Expr, b: &Expr, definitions: &[Definition]) -> Option<bool> {
    // Letter for letter the same, however long.
    if a == b {
        return Some(true);
    }
    let mut algebra = Algebra { definitions, atoms: vec![], steps: 0 };
    let scope = Scope { names: vec![], visible: definitions.len(), depth: 0 };
    let (left, right) = (algebra.quotient(a, &scope)?, algebra.quotient(b, &scope)?);
    let known = |name: &str| algebra.atoms.iter().any(|a| matches!(&a.kind, Kind::Name(n) if n == name));
    // At a finite size rho is m/d: names that are not independent refute nothing.
    let independent = algebra.atoms.iter().all(|atom| matches!(atom.kind, Kind::Name(_)))
        && !(known("rho") && (known("d") || known("m")));
    if left.equals(&right)? || algebra.cancels(left.add(&right.negate())?) == Some(true) {
        return Some(true);
    }
    independent.then_some(false)
}

/// Sub-formulas visited before giving up; definitions are visited at every use.
const MOST_STEPS: u64 = 100_000;

impl Algebra<'_> {
    fn quotient(&mut self, expr: &Expr, scope: &Scope) -> Option<Quotient> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return None;
        }
        match &expr.node {
            Node::Number(n) => Some(Quotient::constant(n.clone())),
            Node::Infinity | Node::Measure { .. } | Node::Linear { .. } => None,
            // Opaque: equal only to itself.
            Node::Unknown { system, index } => self.form(format!("unknown {index} of {system}"), vec![], scope.depth),
            Node::Name(name) => self.name(name, scope),
            Node::Negate(inner) => Some(self.quotient(inner, scope)?.negate()),
            Node::Binary(operator, a, b) => {
                let (x, y) = (self.quotient(a, scope)?, self.quotient(b, scope)?);
                match operator {
                    Binary::Add => x.add(&y),
                    Binary::Subtract => x.add(&y.negate()),
                    Binary::Multiply => x.multiply(&y),
                    Binary::Divide => x.divide(&y),
                    Binary::Power => self.power(x, y),
                }
            }
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments, scope),
            Node::Let { name, value, body } => {
                let value = self.quotient(value, scope)?;
                self.quotient(body, &scope.with(name, value))
            }
            Node::Integral { expectation, body, bindings } => self.integral(*expectation, body, bindings, scope),
            Node::Root { which, variable, interval, body } => {
                let closed = |closed: bool| if closed { "[]" } else { "()" };
                let mut head =
                    format!("{}{}{}", which.words(), closed(interval.low_closed), closed(interval.high_closed));
                let mut parts = self.interval(interval, scope, &mut head)?;
                let inner = self.bind(scope, std::slice::from_ref(variable));
                let body = self.quotient(body, &inner)?;
                if let Some(solution) = self.linear_root(&body, scope.depth) {
                    return Some(solution);
                }
                // F and 3 F have the same zero.
                parts.push(body.up_to_a_factor()?);
                self.form(head, parts, scope.depth)
            }
            Node::Series { variable, from, term } => {
                let inner = self.bind(scope, std::slice::from_ref(variable));
                let term = self.quotient(term, &inner)?;
                self.form(format!("series from {from}"), vec![term], scope.depth)
            }
            Node::Sum { variable, from, to, term } => {
                let (from, to) = (self.quotient(from, scope)?, self.quotient(to, scope)?);
                let inner = self.bind(scope, std::slice::from_ref(variable));
                let term = self.quotient(term, &inner)?;
                self.form("sum".to_string(), vec![from, to, term], scope.depth)
            }
            Node::Cases { branches, otherwise } => {
                let (mut head, mut parts) = (String::from("cases"), vec![]);
                for branch in branches {
                    self.condition(&branch.condition, scope, &mut head, &mut parts)?;
                    parts.push(self.quotient(&branch.value, scope)?);
                    head.push(';');
                }
                parts.push(self.quotient(otherwise, scope)?);
                self.form(head, parts, scope.depth)
            }
        }
    }

    fn name(&mut self, name: &str, scope: &Scope) -> Option<Quotient> {
        if let Some((_, value)) = scope.names.iter().rev().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        let definitions = self.definitions;
        if let Some(index) = definitions[..scope.visible].iter().rposition(|d| d.name == name) {
            if !definitions[index].arguments.is_empty() {
                return None;
            }
            // A definition sees nothing of what is bound where it is used, so its own binders can be counted from 0: then it
            // is the same unknown wherever it is used.
            return self.quotient(&definitions[index].body, &Scope { names: vec![], visible: index, depth: 0 });
        }
        self.atom(Kind::Name(name.to_string()), vec![])
    }

    fn power(&mut self, base: Quotient, exponent: Quotient) -> Option<Quotient> {
        let whole = exponent.as_constant().filter(RBig::is_int).and_then(|n| i32::try_from(n.numerator()).ok());
        match whole {
            Some(n) => base.power(n),
            None => self.form("power".to_string(), vec![base, exponent], usize::MAX),
        }
    }

    fn apply(&mut self, function: &str, primes: u32, arguments: &[Expr], scope: &Scope) -> Option<Quotient> {
        if let (NOT_NEGATIVE | POSITIVE | PROBABILITY, [x]) = (function, arguments) {
            return self.quotient(x, scope);
        }
        let function = if function == "log" { "ln" } else { function };
        let mut head = format!("{function}{}", "'".repeat(primes as usize));
        let mut arguments = arguments;
        if let ("quantile", [Expr { node: Node::Name(law), .. }, _]) = (function, arguments) {
            head.push_str(law);
            arguments = &arguments[1..];
        }
        let values = arguments.iter().map(|a| self.quotient(a, scope)).collect::<Option<Vec<_>>>()?;
        let definitions = self.definitions;
        if let Some(index) =
            definitions[..scope.visible].iter().rposition(|d| d.name == function && !d.arguments.is_empty())
        {
            let definition = &definitions[index];
            let mut light = primes == 0 && definition.arguments.len() == values.len();
            definition.body.visit(&mut |e| {
                light &= !matches!(
                    e.node,
                    Node::Integral { .. } | Node::Root { .. } | Node::Series { .. } | Node::Sum { .. }
                );
            });
            if light {
                let names = definition.arguments.iter().cloned().zip(values).collect();
                return self.quotient(&definition.body, &Scope { names, visible: index, ..*scope });
            }
        }
        if let Some(value) = self.rational_function(function, primes, &values, scope) {
            return Some(value);
        }
        if let ("sqrt", [x]) = (head.as_str(), &values[..]) {
            return self.power(x.clone(), Quotient::constant(RBig::from_parts(1.into(), 2u8.into())));
        }
        self.form(head, values, usize::MAX)
    }

    fn interval(&mut self, interval: &Interval, scope: &Scope, head: &mut String) -> Option<Vec<Quotient>> {
        let mut parts = vec![];
        for end in [&interval.low, &interval.high] {
            match infinite(end) {
                Some(sign) => head.push_str(sign),
                None => {
                    head.push('.');
                    parts.push(self.quotient(end, scope)?);
                }
            }
        }
        Some(parts)
    }

    fn condition(
        &mut self,
        condition: &Condition,
        scope: &Scope,
        head: &mut String,
        parts: &mut Vec<Quotient>,
    ) -> Option<()> {
        match condition {
            Condition::Compare(comparison, a, b) => {
                head.push_str(match comparison {
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                    Comparison::Equal => "==",
                    Comparison::NotEqual => "!=",
                });
                parts.push(self.quotient(a, scope)?);
                parts.push(self.quotient(b, scope)?);
            }
            Condition::And(a, b) | Condition::Or(a, b) => {
                head.push_str(if matches!(condition, Condition::And(..)) { "&(" } else { "|(" });
                self.condition(a, scope, head, parts)?;
                self.condition(b, scope, head, parts)?;
                head.push(')');
            }
        }
        Some(())
    }

    fn integral(&mut self, expectation: bool, body: &Expr, bindings: &[Binding], scope: &Scope) -> Option<Quotient> {
        if let [Binding { variables, law: Law::Lebesgue(interval) }] = bindings {
            let inner = self.bind(scope, variables);
            let body = self.quotient(body, &inner)?;
            let mut ends = vec![];
            for end in [&interval.high, &interval.low] {
                let head = format!("primitive at {}", infinite(end).unwrap_or("."));
                let at = if infinite(end).is_none() { Some(self.quotient(end, scope)?) } else { None };
                ends.push(self.linear(&head, &[], at.as_ref(), body.clone(), scope.depth)?);
            }
            return ends[0].add(&ends[1].negate());
        }
        if let [Binding { variables, law: Law::Family(family, parameters) }] = bindings
            && let (Family::Normal | Family::Rademacher | Family::Bernoulli, [variable]) = (family, &variables[..])
        {
            return self.quotient(&over_family(*family, parameters, variable, body.clone(), body.span), scope);
        }
        let mut inner = scope.clone();
        let mass_one = expectation && !bindings.iter().any(|b| matches!(b.law, Law::Lebesgue(_) | Law::Measure(_)));
        let mut head = String::from(if mass_one { EXPECTATION } else { "integral" });
        let mut parts = vec![];
        for binding in bindings {
            parts.extend(self.law(&binding.law, &inner, &mut head)?);
            let mut variables = binding.variables.clone();
            match binding.law {
                Law::Spectrum => variables.push(String::new()),
                Law::Covariance => variables.insert(0, String::new()),
                _ => {}
            }
            head.push_str(&format!("/{}", variables.len()));
            inner = self.bind(&inner, &variables);
        }
        let body = self.quotient(body, &inner)?;
        self.linear(&head, &parts, None, body, scope.depth)
    }

    /// `law` written into the head, with its parameters as parts.
    fn law(&mut self, law: &Law, scope: &Scope, head: &mut String) -> Option<Vec<Quotient>> {
        let (name, parts) = match law {
            Law::Normal => ("normal", vec![]),
            Law::Spectrum | Law::Covariance | Law::Spectra => ("spectra", vec![]),
            Law::NormalPair(parameter) => ("pair", vec![self.quotient(parameter, scope)?]),
            Law::MarchenkoPastur(parameter) => ("mp", vec![self.quotient(parameter, scope)?]),
            Law::Lebesgue(interval) => ("", self.interval(interval, scope, head)?),
            Law::Measure(name) => (name.as_str(), vec![]),
            Law::Family(family, parameters) => {
                let parts =
                    parameters.iter().map(|parameter| self.quotient(parameter, scope)).collect::<Option<_>>()?;
                head.push_str(" family");
                (family.word(), parts)
            }
        };
        head.push(' ');
        head.push_str(name);
        Some(parts)
    }

    /// A defined function of one argument with roots or integrals in it, or a derivative of one, if its body comes out as a rational
    /// function of the argument.
    fn rational_function(
        &mut self,
        function: &str,
        primes: u32,
        values: &[Quotient],
        scope: &Scope,
    ) -> Option<Quotient> {
        let definitions = self.definitions;
        let index = definitions[..scope.visible].iter().rposition(|d| d.name == function)?;
        let definition = &definitions[index];
        let ([argument], [value]) = (&definition.arguments[..], values) else { return None };
        // The argument stands as the variable of a binder of its own, deeper than any around.
        let outer = Scope { names: vec![], visible: index, depth: scope.depth };
        let inner = self.bind(&outer, std::slice::from_ref(argument));
        let mut body = self.quotient(&definition.body, &inner)?;
        let variable = self.bound(scope.depth, 0)?;
        if !self.rational_in(&body, variable, scope.depth) {
            return None;
        }
        for _ in 0..primes {
            body = body.derivative(variable)?;
        }
        body.substitute(variable, value)
    }
}

/// `inf` or `-inf` as an end of an interval.
fn infinite(end: &Expr) -> Option<&'static str> {
    match &end.node {
        Node::Infinity => Some("+inf"),
        Node::Negate(inner) if inner.node == Node::Infinity => Some("-inf"),
        _ => None,
    }
}
