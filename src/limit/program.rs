//! A claim's formulas, compiled once.

use super::shared::Shared;
use crate::claim::Claim;
use crate::formula::LimitError;
use crate::formula::code::{LinearSystem, Stieltjes, Test, Unit};
use crate::formula::compile::{Compiler, SizeName};
use crate::model::{Settings, Value};
use crate::symbolic::linear::in_order;
use std::collections::BTreeSet;

/// A claim's formulas, ready to evaluate.
pub struct Program {
    /// The default of every parameter, used for parameters that a place does not set.
    pub(super) defaults: Settings,
    /// Names of the claim's numeric parameters, and of parameters that only the shared definitions mention.
    pub(super) parameters: Vec<String>,
    /// The claim's sizes, the one that grows first.
    pub(super) sizes: Vec<SizeName>,
    pub(super) values: Vec<Unit>,
    pub(super) functions: Vec<Unit>,
    pub(super) measures: Vec<Stieltjes>,
    pub(super) systems: Vec<LinearSystem>,
    pub(super) limit: Unit,
    pub(super) alternative: Option<Unit>,
    pub(super) growth: Option<Unit>,
    pub(super) finite: Option<Unit>,
    pub(super) cost: Option<Unit>,
    pub(super) finite_when: Option<(Test, usize)>,
    pub(super) specials: Vec<Unit>,
    pub(super) require: Vec<(Test, usize)>,
    /// Values computed so far that are the same at other places.
    pub(super) shared: Shared,
}

impl Program {
    /// Resolves every name of the claim's formulas, conditions and definitions.
    ///
    /// # Errors
    /// A name or a form that no evaluation could resolve. The claim's reader has already refused most of these.
    pub fn compile(claim: &Claim) -> Result<Program, LimitError> {
        let definitions =
            in_order(&claim.definitions).map_err(|fault| LimitError { message: fault.message, span: fault.span })?;
        let numeric = claim.parameters.iter().filter(|p| matches!(p.default, Value::Number(_)));
        let sizes = claim.sizes.named().map(|(name, ratio)| SizeName { name: name.to_string(), ratio });
        let mut compiler = Compiler::new(numeric.map(|p| p.name.clone()).collect(), sizes.collect(), &definitions)?;
        let limit = compiler.formula(&claim.limit)?;
        let alternative = claim.alternative.as_ref().map(|f| compiler.formula(f)).transpose()?;
        let growth = claim.growth.as_ref().map(|f| compiler.formula(f)).transpose()?;
        let finite = claim.finite.as_ref().map(|f| compiler.formula(&f.formula)).transpose()?;
        let cost = claim.cost.as_ref().map(|f| compiler.formula(f)).transpose()?;
        let when = claim.finite.as_ref().and_then(|f| f.when.as_ref());
        let finite_when = when.map(|c| compiler.condition(c)).transpose()?;
        let specials = claim.specials.iter().map(|s| compiler.formula(&s.value)).collect::<Result<_, _>>()?;
        let require = claim.require.iter().map(|c| compiler.condition(c)).collect::<Result<_, _>>()?;
        let Compiler { parameters, sizes, values, functions, measures, systems, .. } = compiler;
        Ok(Program {
            defaults: claim.defaults(),
            parameters,
            sizes,
            values,
            functions,
            measures,
            systems,
            limit,
            alternative,
            growth,
            finite,
            cost,
            finite_when,
            specials,
            require,
            shared: Shared::default(),
        })
    }

    /// Takes over the values that `other` has computed so far, for definitions that are the same in both programs. `other` is compiled from
    /// the same claim with changes. `changed` names the definitions that the changes affect, directly or through other definitions.
    pub fn inherit(&self, other: &Program, changed: &BTreeSet<String>) {
        let same = |name: &str| {
            // If a name is defined twice, it is not clear which definition is meant, so it is left out.
            let mut found = self.values.iter().enumerate().filter(|(_, unit)| unit.name.as_deref() == Some(name));
            found.next().filter(|_| found.next().is_none()).map(|(index, _)| index)
        };
        self.shared.inherit(&other.shared, |unit| {
            let name = other.values[unit].name.as_deref()?;
            if changed.contains(name) { None } else { same(name) }
        });
    }
}
