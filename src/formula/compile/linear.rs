//! Compiles linear systems: every equation as what is to vanish.

use super::super::LimitError;
use super::super::code::{LinearSystem, Op};
use super::scope::Scope;
use super::{Compiler, fault};
use crate::symbolic::{Equation, Span};

impl<'c> Compiler<'c> {
    /// The linear system that the definition number `index` is.
    pub fn system(&mut self, index: usize, unknowns: &'c [String], equations: &[Equation]) -> Result<(), LimitError> {
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
    pub fn unknown(&mut self, name: &str, index: usize, scope: &mut Scope, span: Span) -> Result<Op, LimitError> {
        let Some(system) = self.system_names.iter().rposition(|known| *known == name) else {
            return fault(format!("the equations of `{name}` are missing"), span);
        };
        let depth = self.systems[system].equations.iter().map(|unit| unit.depth).max().unwrap_or(0);
        scope.reach(depth, span)?;
        Ok(Op::Unknown { system, index })
    }
}
