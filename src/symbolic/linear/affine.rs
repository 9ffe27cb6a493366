//! What in the equations of a linear system is not affine in the unknowns as it is written.

use super::fault::{SystemFault, SystemFaultKind};
use crate::symbolic::expression::{Binary, Binding, Branch, Condition, Definition, Expr, Interval, Law, Node, Span};
use std::collections::BTreeMap;

/// Deepest nesting that is looked into, definitions included.
const MOST_DEPTH: usize = 1000;

/// Looks for what is not affine.
pub(super) struct Search<'d> {
    definitions: &'d [Definition],
    unknowns: &'d [String],
    dependent: Vec<bool>,
    /// Whether a definition depends on the unknowns, by which of its arguments do.
    known: BTreeMap<(usize, Vec<bool>), bool>,
    pub(super) faults: Vec<SystemFault>,
    /// The place in the claim's own text at which the walk went into a shared definition; faults found there are reported here.
    place: Option<Span>,
    /// Whether the formula at hand stands in the shared definitions.
    shared: bool,
    depth: usize,
    /// Whether a fault says already that the nesting is too deep.
    too_deep: bool,
}

impl<'d> Search<'d> {
    pub(super) fn new(
        definitions: &'d [Definition],
        unknowns: &'d [String],
        dependent: Vec<bool>,
        shared: bool,
    ) -> Search<'d> {
        Search {
            definitions,
            unknowns,
            dependent,
            known: BTreeMap::new(),
            faults: vec![],
            place: None,
            shared,
            depth: 0,
            too_deep: false,
        }
    }

    pub(super) fn fault(&mut self, kind: SystemFaultKind, message: &str, span: Span) {
        let fault = SystemFault { kind, message: message.to_string(), span: self.place.unwrap_or(span) };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn refuse(&mut self, what: &str, span: Span) {
        self.fault(SystemFaultKind::NotAffine, &format!("not affine in the unknowns: {what}"), span);
    }

    /// Reports a fault if `expr`, which must not depend on the unknowns, does.
    fn constant(&mut self, expr: &Expr, bound: &mut Vec<(String, bool)>, what: &str) {
        if self.depends(expr, bound) {
            self.refuse(what, expr.span);
        }
    }

    /// Whether `expr` depends on the unknowns; `bound` says of each variable around it whether that does.
    pub(super) fn depends(&mut self, expr: &Expr, bound: &mut Vec<(String, bool)>) -> bool {
        if self.depth >= MOST_DEPTH {
            if !std::mem::replace(&mut self.too_deep, true) {
                self.refuse("this is nested too deeply to tell", expr.span);
            }
            return true;
        }
        self.depth += 1;
        let depends = self.depends_inside(expr, bound);
        self.depth -= 1;
        depends
    }

    fn depends_inside(&mut self, expr: &Expr, bound: &mut Vec<(String, bool)>) -> bool {
        match &expr.node {
            Node::Number(_) | Node::Infinity | Node::Unknown { .. } | Node::Linear { .. } | Node::Measure { .. } => {
                false
            }
            Node::Name(name) => self.name(name, bound, expr.span),
            Node::Negate(inner) => self.depends(inner, bound),
            Node::Binary(operator, a, b) => self.binary(*operator, a, b, bound, expr.span),
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments, bound, expr.span),
            Node::Integral { body, bindings, .. } => self.integral(body, bindings, bound, expr.span),
            Node::Root { variable, interval, body, .. } => self.root(variable, interval, body, bound),
            Node::Cases { branches, otherwise } => self.cases(branches, otherwise, bound),
            Node::Series { variable, term, .. } => self.under(variable, false, term, bound),
            Node::Sum { variable, from, to, term } => {
                self.constant(from, bound, "an end of a sum depends on them");
                self.constant(to, bound, "an end of a sum depends on them");
                self.under(variable, false, term, bound)
            }
            Node::Let { name, value, body } => {
                let value = self.depends(value, bound);
                self.under(name, value, body, bound)
            }
        }
    }

    /// Under a binder whose variable depends on the unknowns, or not.
    fn under(&mut self, name: &str, depends: bool, body: &Expr, bound: &mut Vec<(String, bool)>) -> bool {
        bound.push((name.to_string(), depends));
        let depends = self.depends(body, bound);
        bound.pop();
        depends
    }

    /// Not inlined, like the next ones, so that deep formulas take little stack.
    #[inline(never)]
    fn integral(&mut self, body: &Expr, bindings: &[Binding], bound: &mut Vec<(String, bool)>, span: Span) -> bool {
        let outside = bound.len();
        for binding in bindings {
            self.law(&binding.law, bound, span);
            bound.extend(binding.variables.iter().map(|variable| (variable.clone(), false)));
        }
        let depends = self.depends(body, bound);
        bound.truncate(outside);
        depends
    }

    #[inline(never)]
    fn root(&mut self, variable: &str, ends: &Interval, body: &Expr, bound: &mut Vec<(String, bool)>) -> bool {
        self.interval(ends, bound, "the interval of a root depends on them");
        if self.under(variable, false, body, bound) {
            self.refuse("a root whose equation depends on them", body.span);
        }
        false
    }

    #[inline(never)]
    fn cases(&mut self, branches: &[Branch], otherwise: &Expr, bound: &mut Vec<(String, bool)>) -> bool {
        let mut depends = self.depends(otherwise, bound);
        for branch in branches {
            self.condition(&branch.condition, bound);
            depends |= self.depends(&branch.value, bound);
        }
        depends
    }

    #[inline(never)]
    fn name(&mut self, name: &str, bound: &[(String, bool)], span: Span) -> bool {
        if let Some((_, depends)) = bound.iter().rev().find(|(known, _)| known == name) {
            return *depends;
        }
        if self.unknowns.iter().any(|unknown| unknown == name) {
            return true;
        }
        match self.dependent_definition(name) {
            Some(index) => self.definition(index, vec![], span),
            None => false,
        }
    }

    fn dependent_definition(&self, name: &str) -> Option<usize> {
        let index = self.definitions.iter().position(|definition| definition.name == name)?;
        self.dependent[index].then_some(index)
    }

    /// Whether the definition number `index` depends on the unknowns if these arguments do; `span` is where it is used.
    pub(super) fn definition(&mut self, index: usize, arguments: Vec<bool>, span: Span) -> bool {
        let key = (index, arguments);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let definition = &self.definitions[index];
        if let Node::Unknown { .. } | Node::Linear { .. } = definition.body.node {
            let message = format!("`{}` solves equations that depend on the unknowns of these", definition.name);
            self.fault(SystemFaultKind::Entangled, &message, span);
            return false;
        }
        let (place, shared) = (self.place, self.shared);
        if definition.shared && !shared {
            (self.place, self.shared) = (Some(place.unwrap_or(span)), true);
        }
        let names = definition.arguments.iter().cloned();
        let depends = self.depends(&definition.body, &mut names.zip(key.1.iter().copied()).collect());
        (self.place, self.shared) = (place, shared);
        self.known.insert(key, depends);
        depends
    }

    #[inline(never)]
    fn binary(&mut self, op: Binary, a: &Expr, b: &Expr, bound: &mut Vec<(String, bool)>, span: Span) -> bool {
        let (left, right) = (self.depends(a, bound), self.depends(b, bound));
        match op {
            Binary::Add | Binary::Subtract => {}
            Binary::Multiply if left && right => self.refuse("a product of two parts that depend on them", span),
            Binary::Multiply => {}
            Binary::Divide if right => self.refuse("a denominator depends on them", b.span),
            Binary::Divide => {}
            Binary::Power if left && *b != Expr::integer(1) => self.refuse("a power of what depends on them", span),
            Binary::Power if right => self.refuse("an exponent depends on them", b.span),
            Binary::Power => {}
        }
        left || right
    }

    #[inline(never)]
    fn apply(
        &mut self,
        function: &str,
        primes: u32,
        arguments: &[Expr],
        bound: &mut Vec<(String, bool)>,
        span: Span,
    ) -> bool {
        let depends: Vec<bool> = arguments.iter().map(|argument| self.depends(argument, bound)).collect();
        let some = depends.contains(&true);
        match self.definitions.iter().position(|definition| definition.name == function) {
            Some(index) if self.definitions[index].arguments.len() == arguments.len() => {
                if primes > 0 && some {
                    self.refuse(&format!("`{function}'` at a point that depends on them"), span);
                    return true;
                }
                if some || self.dependent[index] { self.definition(index, depends, span) } else { false }
            }
            _ => {
                if some {
                    self.refuse(&format!("`{function}` of what depends on them"), span);
                }
                some
            }
        }
    }

    fn law(&mut self, law: &Law, bound: &mut Vec<(String, bool)>, span: Span) {
        match law {
            Law::NormalPair(argument) | Law::MarchenkoPastur(argument) => {
                self.constant(argument, bound, "the law of a variable depends on them");
            }
            Law::Lebesgue(interval) => self.interval(interval, bound, "an end of an integral depends on them"),
            Law::Family(_, parameters) => parameters
                .iter()
                .for_each(|parameter| self.constant(parameter, bound, "the law of a variable depends on them")),
            Law::Measure(name) if self.dependent_definition(name).is_some() => {
                let message = format!("the measure `{name}` depends on unknowns of the equations that use it");
                self.fault(SystemFaultKind::Measure, &message, span);
            }
            Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra | Law::Measure(_) => {}
        }
    }

    fn interval(&mut self, interval: &Interval, bound: &mut Vec<(String, bool)>, what: &str) {
        self.constant(&interval.low, bound, what);
        self.constant(&interval.high, bound, what);
    }

    fn condition(&mut self, condition: &Condition, bound: &mut Vec<(String, bool)>) {
        match condition {
            Condition::Compare(_, a, b) => {
                self.constant(a, bound, "a condition depends on them");
                self.constant(b, bound, "a condition depends on them");
            }
            Condition::And(a, b) | Condition::Or(a, b) => {
                self.condition(a, bound);
                self.condition(b, bound);
            }
        }
    }
}
