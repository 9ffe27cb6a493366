//! Systems of equations on sets: values on a box, and slopes over it.

use super::super::evaluation::Evaluation;
use super::super::systems::Evaluates;
use super::inner::OnSet;
use crate::formula::Fault;
use crate::formula::code::{LinearSystem, Unit};
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::sets::{Segment, Slope};

/// Pieces of integrals in slopes that are to be sharp.
const MANY_PIECES: usize = 160;

impl Evaluates for Evaluation<'_> {
    fn unit_at(&self, unit: &Unit, arguments: &[f64]) -> Result<Estimate, Fault> {
        self.with_arguments(unit, arguments)
    }

    fn system_on(&self, system: &LinearSystem, part: &[Segment]) -> Option<Vec<Segment>> {
        system.equations.iter().map(|unit| self.unit_on(unit, part.iter().map(|x| Some(*x)))).collect()
    }

    fn slopes_of_system(&self, system: &LinearSystem, part: &[Segment], sharp: bool) -> Option<Vec<Vec<Segment>>> {
        let slope = |unit: &Unit, along: usize| {
            let variable = |(slot, x): (usize, &Segment)| {
                if slot == along { Slope::variable(*x, false) } else { Some(Slope::constant(*x)) }
            };
            self.unit_on(unit, part.iter().enumerate().map(variable)).map(|found: Slope<Segment>| found.first)
        };
        let usual = self.pieces.get();
        self.pieces.set(if sharp { MANY_PIECES } else { usual });
        let found =
            system.equations.iter().map(|unit| (0..part.len()).map(|along| slope(unit, along)).collect()).collect();
        self.pieces.set(usual);
        found
    }
}

impl Evaluation<'_> {
    /// A unit whose first variables are these.
    fn unit_on<K: OnSet>(&self, unit: &Unit, arguments: impl Iterator<Item = Option<K>>) -> Option<K> {
        if !self.effort(1) {
            return None;
        }
        K::pool(self).lend(|registers| {
            registers.begin(unit.slots, 1);
            for (slot, argument) in arguments.enumerate() {
                *registers.slot_mut(slot) = argument?;
            }
            registers.signs.begin_record();
            number(self, &unit.code, registers).ok()
        })
    }
}
