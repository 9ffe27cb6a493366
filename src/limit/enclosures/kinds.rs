//! An evaluation with numbers that are sets.

use super::super::activation;
use super::super::evaluation::Evaluation;
use super::inner::OnSet;
use crate::formula::code::{Code, Eigenvalue, Op};
use crate::formula::number::Refusal;
use crate::formula::registers::Registers;
use crate::formula::walk::{Context, Machine, Unpaired, either_branch};
use crate::formula::{Fault, fault};
use crate::num::Estimate;
use crate::num::sets::Signs;
use crate::symbolic::Span;

impl<K: OnSet> Machine<K> for Evaluation<'_> {
    fn activation(&self, order: u32, x: &mut K, signs: &mut Signs, _: usize, span: Span) -> Result<(), Fault> {
        let known = order <= self.point.activation.last_square_integrable();
        match activation::on(&self.point.activation, order, *x, signs).filter(|_| known) {
            Some(value) => *x = value,
            None => return fault(String::new(), span),
        }
        Ok(())
    }

    fn coefficient(&self, order: K, normalised: bool, span: Span) -> Result<K, Fault> {
        let found = match order.single() {
            Some(k) => K::of(self.hermite_coefficient(Estimate::exact(k), normalised, span)?),
            // In a tail of orders: what the orders before it leave.
            None if normalised => self.largest_coefficient(order.least(), span).and_then(K::within_size),
            None => None,
        };
        found.map_or_else(|| fault(String::new(), span), Ok)
    }

    fn quantile_at(&self, of: Eigenvalue, p: K, q: K, signs: &mut Signs) -> Result<K, Unpaired> {
        self.point.laws.quantile_on(of, p, q, signs).ok_or(Unpaired::Refused(Refusal::Undefined))
    }

    fn inner(&self, code: &Code, registers: &mut Registers<K>) -> Result<(), Fault> {
        if let Some((law, slot, body)) = self.atoms(code) {
            return self.over_atoms(law, slot, body, registers);
        }
        let value = match &code.op {
            Op::Integral(integral) => K::inner_integral(self, integral, registers),
            Op::Series { slot, from, term } => K::inner_series(self, (*slot, *from, term), registers),
            _ => None,
        };
        *registers.value() = value.map_or_else(|| fault(String::new(), code.span), Ok)?;
        Ok(())
    }

    fn one_by_one(&self, code: &Code, registers: &mut Registers<K>) -> Result<(), Fault> {
        either_branch(self, code, registers)
    }
}
