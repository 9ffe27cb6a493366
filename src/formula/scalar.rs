//! A formula in one variable, compiled to give its value and first two derivatives: for activations that a claim defines.

use super::code::{Code, Eigenvalue, GaussianMoment, Op, Unit};
use super::compile::Compiler;
use super::fault::{Fault, fault};
use super::number::Jet;
use super::registers::{Pool, Registers};
use super::walk::{Context, Machine, either_branch, number};
use crate::num::Estimate;
use crate::num::sets::{Disc, Function, Segment, Set, Signs, Slope, Tail};
use crate::symbolic::{Condition, Expr, Node, Span, arity};

thread_local! {
    /// Registers for the walks on this thread. They are kept, since an activation is evaluated very often.
    static JETS: Pool<Jet> = Pool::default();
}

/// A compiled formula.
pub struct Scalar {
    formula: Unit,
    /// Values of the parts that do not depend on the variable, as doubles compute them, with the distance from the truth.
    constants: Vec<Estimate>,
}

/// Why a formula cannot be compiled: a part of it that is not a function of the one variable.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{what} cannot stand here")]
pub struct NotScalar {
    pub span: Span,
    pub what: String,
}

impl Scalar {
    /// Compiles a formula whose only free name is `variable` (besides `pi`).
    pub fn compile(expr: &Expr, variable: &str) -> Result<Scalar, NotScalar> {
        is_scalar(expr, variable)?;
        let refused = |error: super::LimitError| NotScalar { span: error.span, what: error.message };
        let mut compiler = Compiler::new(vec![], vec![], &[]).map_err(refused)?;
        let formula = compiler.formula_of(expr, variable).map_err(refused)?;
        let mut scalar = Scalar { formula, constants: vec![] };
        // The constants that a constant depends on stand before it, so they are known here.
        for unit in compiler.values {
            let value = Pool::default().lend(|registers: &mut Registers<Jet>| {
                registers.begin(unit.slots, 1);
                number(&scalar, &unit.code, registers).map_or(f64::NAN, |jet| jet.0[0])
            });
            let ball = Pool::default().lend(|registers: &mut Registers<Estimate>| {
                registers.begin(unit.slots, 1);
                number(&scalar, &unit.code, registers).unwrap_or(Estimate::UNDEFINED)
            });
            scalar.constants.push(Estimate::new(value, (ball - Estimate::exact(value)).abs().high()));
        }
        Ok(scalar)
    }

    /// Value, first and second derivative at `t`. At a kink a derivative is a one-sided or a mean value. What is undefined is NaN.
    pub fn jet(&self, t: f64) -> [f64; 3] {
        let run = |registers: &mut Registers<Jet>| {
            registers.begin(self.formula.slots, 1);
            *registers.slot_mut(0) = Jet::variable(t);
            number(self, &self.formula.code, registers).map_or([f64::NAN; 3], |jet| jet.0)
        };
        JETS.with(|pool| pool.lend(run))
    }

    /// The function, or a derivative of order at most 2, on a set.
    fn on_set<K: Set>(&self, order: u32, x: K, signs: &mut Signs) -> Option<K> {
        if order == 0 {
            return self.walked(x, signs);
        }
        let slope = self.walked(Slope::variable(x, order > 1)?, signs)?;
        if order == 1 { Some(slope.first) } else { slope.second }
    }

    fn walked<K: Set>(&self, x: K, signs: &mut Signs) -> Option<K> {
        Pool::default().lend(|registers: &mut Registers<K>| {
            registers.begin(self.formula.slots, 1);
            *registers.slot_mut(0) = x;
            std::mem::swap(&mut registers.signs, signs);
            let found = number(self, &self.formula.code, registers);
            std::mem::swap(&mut registers.signs, signs);
            found.ok()
        })
    }
}

impl Function for Scalar {
    fn ball(&self, order: u32, x: Estimate) -> Option<Estimate> {
        self.on_set(order, Segment::of(x)?, &mut Signs::new())?.to_estimate()
    }

    fn segment(&self, order: u32, x: Segment, signs: &mut Signs) -> Option<Segment> {
        self.on_set(order, x, signs)
    }

    fn disc(&self, order: u32, x: Disc, signs: &mut Signs) -> Option<Disc> {
        self.on_set(order, x, signs)
    }

    fn tail(&self, order: u32, x: Tail, signs: &mut Signs) -> Option<Tail> {
        self.on_set(order, x, signs)
    }
}

fn is_scalar(expr: &Expr, variable: &str) -> Result<(), NotScalar> {
    let refuse = |what: String| Err(NotScalar { span: expr.span, what });
    let go = |inner: &Expr| is_scalar(inner, variable);
    match &expr.node {
        Node::Number(_) => Ok(()),
        Node::Name(name) if name == variable || name == "pi" => Ok(()),
        Node::Name(name) => refuse(format!("`{name}`")),
        Node::Negate(inner) => go(inner),
        Node::Binary(_, left, right) => go(left).and(go(right)),
        Node::Apply { function, primes: 0, arguments } => {
            match (function.as_str(), arguments.len()) {
                ("sigma" | "lambda" | "hermite", _) => return refuse(format!("`{function}`")),
                (name, number) if arity(name) == Some(number) => {}
                (name, 1) => return refuse(format!("`{name}`")),
                (name, number) => return refuse(format!("`{name}` with {number} arguments")),
            }
            arguments.iter().try_for_each(go)
        }
        Node::Apply { function, .. } => refuse(format!("a derivative of `{function}`")),
        Node::Cases { branches, otherwise } => {
            branches.iter().try_for_each(|branch| is_test(&branch.condition, variable).and(go(&branch.value)))?;
            go(otherwise)
        }
        Node::Infinity => refuse("inf".to_string()),
        Node::Integral { .. } => refuse("an integral".to_string()),
        Node::Root { .. } => refuse("a root".to_string()),
        Node::Series { .. } | Node::Sum { .. } => refuse("a sum".to_string()),
        Node::Measure { .. } => refuse("a measure".to_string()),
        Node::Linear { .. } | Node::Unknown { .. } => refuse("a linear system".to_string()),
        Node::Let { .. } => refuse("a local name".to_string()),
    }
}

fn is_test(condition: &Condition, variable: &str) -> Result<(), NotScalar> {
    match condition {
        Condition::Compare(_, left, right) => is_scalar(left, variable).and(is_scalar(right, variable)),
        Condition::And(left, right) | Condition::Or(left, right) => {
            is_test(left, variable).and(is_test(right, variable))
        }
    }
}

const ONLY_FUNCTIONS: &str = "an activation is made of functions alone";

impl Context for Scalar {
    fn function(&self, _: usize) -> &Unit {
        &self.formula
    }

    fn name(&self, code: &Code) -> Result<Estimate, Fault> {
        match code.op {
            Op::Value { unit, .. } if unit < self.constants.len() => Ok(self.constants[unit]),
            _ => fault(ONLY_FUNCTIONS, code.span),
        }
    }

    fn moment(&self, _: GaussianMoment, span: Span) -> Result<Estimate, Fault> {
        fault(ONLY_FUNCTIONS, span)
    }

    fn hermite_coefficient(&self, _: Estimate, _: bool, span: Span) -> Result<Estimate, Fault> {
        fault(ONLY_FUNCTIONS, span)
    }

    fn quantile(&self, _: Eigenvalue, _: Estimate, _: Estimate) -> Result<Estimate, String> {
        Err(ONLY_FUNCTIONS.to_string())
    }
}

impl Machine<Estimate> for Scalar {
    fn activation(&self, _: u32, _: &mut Estimate, _: &mut Signs, _: usize, span: Span) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, span)
    }

    fn inner(&self, code: &Code, _: &mut Registers<Estimate>) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, code.span)
    }
}

impl<K: Set> Machine<K> for Scalar {
    fn activation(&self, _: u32, _: &mut K, _: &mut Signs, _: usize, span: Span) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, span)
    }

    fn inner(&self, code: &Code, _: &mut Registers<K>) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, code.span)
    }

    fn one_by_one(&self, code: &Code, registers: &mut Registers<K>) -> Result<(), Fault> {
        either_branch(self, code, registers)
    }
}

impl Machine<Jet> for Scalar {
    fn activation(&self, _: u32, _: &mut Jet, _: &mut Signs, _: usize, span: Span) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, span)
    }

    fn inner(&self, code: &Code, _: &mut Registers<Jet>) -> Result<(), Fault> {
        fault(ONLY_FUNCTIONS, code.span)
    }
}

#[cfg(test)]
#[path = "scalar_tests.rs"]
mod tests;
