//! Linear systems: unknowns from equations that hold them inside integrals too.

use super::LimitError;
use super::code::{LinearSystem, Op, Unit};
use super::compile::{self, Compiler, Scope};
use super::evaluate::{Evaluation, Fault, Outcome, fault};
use crate::num::Estimate;
use crate::num::affine::{AffineError, affine_zero};
use crate::symbolic::{Equation, Span};

impl<'c> Compiler<'c> {
    /// The linear system that the definition number `index` is.
    pub(super) fn system(
        &mut self,
        index: usize,
        unknowns: &'c [String],
        equations: &[Equation],
    ) -> Result<(), LimitError> {
        let definition = &self.definitions[index];
        let mut compiled = vec![];
        for equation in equations {
            let mut scope = Scope::new(index, definition.shared);
            for unknown in unknowns {
                scope.bind(unknown, false);
            }
            let code = self.code(&equation.difference(), &mut scope)?;
            compiled.push(scope.unit(code, None));
        }
        self.systems.push(LinearSystem { unknowns: unknowns.to_vec(), equations: compiled, span: definition.span });
        self.system_names.push(&definition.name);
        Ok(())
    }

    /// Not inlined, so that deep formulas take little stack.
    #[inline(never)]
    pub(super) fn unknown(
        &mut self,
        name: &str,
        index: usize,
        scope: &mut Scope,
        span: Span,
    ) -> Result<Op, LimitError> {
        let Some(system) = self.system_names.iter().rposition(|known| *known == name) else {
            return compile::fault(format!("the equations of `{name}` are missing"), span);
        };
        let depth = self.systems[system].equations.iter().map(|unit| unit.depth).max().unwrap_or(0);
        scope.reach(depth, span)?;
        Ok(Op::Unknown { system, index })
    }
}

impl Evaluation<'_> {
    /// An unknown of a system, solved at most once per evaluation. Not inlined, so that evaluations take little stack.
    #[inline(never)]
    pub(super) fn unknown(&self, system: usize, index: usize) -> Outcome {
        if let Some(unknowns) = &self.solved.borrow()[system] {
            return Ok(unknowns[index]);
        }
        let unknowns = self.solve(system)?;
        let value = unknowns[index];
        self.solved.borrow_mut()[system] = Some(unknowns);
        Ok(value)
    }

    fn solve(&self, system: usize) -> Result<Vec<Estimate>, Fault> {
        let system = &self.program.systems[system];
        let mut gaps = |point: &[f64]| {
            let gap = |unit: &Unit| {
                let mut frame = vec![Estimate::ZERO; unit.slots];
                frame.iter_mut().zip(point).for_each(|(slot, x)| *slot = Estimate::exact(*x));
                self.value(&unit.code, &mut frame)
            };
            system.equations.iter().map(gap).collect::<Result<Vec<_>, Fault>>()
        };
        let names = system.unknowns.join(", ");
        affine_zero(system.unknowns.len(), &mut gaps).or_else(|error| match error {
            AffineError::Map(inner) => Err(inner),
            AffineError::Singular => fault(
                format!("the linear system for {names} is singular here: it does not determine them"),
                system.span,
            ),
            AffineError::NotFinite(equation) => {
                let span = system.equations[equation].code.span;
                fault(format!("this equation for {names} has no finite value"), span)
            }
            AffineError::NotAffine(equation) => {
                let span = system.equations[equation].code.span;
                fault(format!("this equation is not affine in {names}: its residual does not vanish"), span)
            }
        })
    }
}
