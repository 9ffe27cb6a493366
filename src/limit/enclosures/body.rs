//! The body of an integral on all kinds of numbers.

use super::super::evaluation::Evaluation;
use super::inner::OnSet;
use super::variables::{Variables, carried, difference_at};
use crate::formula::code::Code;
use crate::formula::registers::{Difference, Other, Registers};
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::enclosed::laws::Place;
use crate::num::enclosed::pair::{Pair, PairIntegrand};
use crate::num::enclosed::{Integrand, Places};
use crate::num::many::{Estimates, Many};
use crate::num::sets::{Disc, Segment, Signs, Tail};

/// The evaluation has looked at as many places as it may.
#[derive(Clone, Copy, Debug)]
pub struct Exhausted;

/// The body of an integral as a function of the variables that it is over; the other variables stand in the registers.
pub struct Body<'r, 'p> {
    pub evaluation: &'r Evaluation<'p>,
    pub code: &'r Code,
    pub variables: Variables,
    pub real: &'r mut Registers<Estimate>,
    segments: Registers<Segment>,
    discs: Registers<Disc>,
    tails: Registers<Tail>,
}

impl<'r, 'p> Body<'r, 'p> {
    /// `None`: an outer variable is not finite.
    pub fn new(
        evaluation: &'r Evaluation<'p>,
        code: &'r Code,
        variables: Variables,
        real: &'r mut Registers<Estimate>,
    ) -> Option<Body<'r, 'p>> {
        let (mut segments, mut discs, mut tails) = (Registers::new(), Registers::new(), Registers::new());
        carried(real, &mut segments, Segment::of)?;
        carried(real, &mut discs, Disc::of)?;
        carried(real, &mut tails, Tail::of)?;
        Some(Body { evaluation, code, variables, real, segments, discs, tails })
    }

    /// Values at several places, each variable by its slot. Where two sides of a condition cannot be told apart there is no value: the
    /// signs of the panel tell them apart.
    fn at_places(
        &mut self,
        variables: &[(usize, Estimates)],
        difference: Option<&Difference<Estimates>>,
        values: &mut [Estimate],
    ) {
        self.evaluation.count_integrands(values.len());
        let (strict, doubt) = (self.evaluation.strict.replace(true), self.evaluation.doubt.replace(false));
        let all: Vec<(usize, &Estimates)> = variables.iter().map(|(slot, xs)| (*slot, xs)).collect();
        let known = self.evaluation.at_places_near(self.code, &all, difference, self.real, values).is_ok();
        if !known || self.evaluation.doubt.get() {
            for (place, value) in values.iter_mut().enumerate() {
                for (slot, xs) in variables {
                    self.real.set(*slot, xs.at(place));
                }
                self.evaluation.doubt.set(false);
                self.real.difference = difference.map(|known| known.at(place));
                let found = number(self.evaluation, self.code, self.real);
                self.real.difference = None;
                *value = found.ok().filter(|_| !self.evaluation.doubt.get()).unwrap_or(Estimate::UNDEFINED);
            }
        }
        self.evaluation.strict.set(strict);
        self.evaluation.doubt.set(doubt);
    }
}

/// The code's value on a set, with the signs of a caller.
fn walked<K: OnSet>(
    evaluation: &Evaluation,
    code: &Code,
    registers: &mut Registers<K>,
    signs: &mut Signs,
    set: impl FnOnce(&mut Registers<K>) -> Option<()>,
) -> Result<Option<K>, Exhausted> {
    if !evaluation.effort(1) {
        return Err(Exhausted);
    }
    std::mem::swap(&mut registers.signs, signs);
    let value = set(registers).and_then(|()| number(evaluation, code, registers).ok());
    std::mem::swap(&mut registers.signs, signs);
    Ok(value)
}

impl Integrand<Exhausted> for Body<'_, '_> {
    fn segment(&mut self, place: &Place<Segment>, signs: &mut Signs) -> Result<Option<Segment>, Exhausted> {
        let Body { evaluation, code, variables, segments, .. } = self;
        walked(evaluation, code, segments, signs, |registers| variables.set(evaluation, place, registers))
    }

    fn disc(&mut self, place: &Place<Disc>, signs: &mut Signs) -> Result<Option<Disc>, Exhausted> {
        let Body { evaluation, code, variables, discs, .. } = self;
        walked(evaluation, code, discs, signs, |registers| variables.set(evaluation, place, registers))
    }

    fn tail(&mut self, place: &Place<Tail>) -> Result<Option<Tail>, Exhausted> {
        let Body { evaluation, code, variables, tails, .. } = self;
        let mut signs = Signs::new();
        walked(evaluation, code, tails, &mut signs, |registers| variables.set(evaluation, place, registers))
    }

    fn at(&mut self, places: Places, values: &mut [Estimate]) -> Result<(), Exhausted> {
        if !self.evaluation.effort(values.len()) {
            return Err(Exhausted);
        }
        match self.variables.at(&self.evaluation.point.laws, places) {
            Some(variables) => {
                let difference = difference_at(&self.variables, places);
                self.at_places(&variables, difference.as_ref(), values);
            }
            None => values.fill(Estimate::UNDEFINED),
        }
        Ok(())
    }
}

/// The body as a function of two variables, whose slots these are.
pub struct OfPair<'b, 'r, 'p> {
    pub body: &'b mut Body<'r, 'p>,
    pub first: usize,
    pub second: usize,
}

impl OfPair<'_, '_, '_> {
    fn set<K: OnSet>(first: usize, second: usize, at: &Pair<K>, registers: &mut Registers<K>) -> Option<()> {
        *registers.slot_mut(first) = at.u;
        *registers.slot_mut(second) = at.v;
        registers.difference = Some(Difference { first, second: Other::Slot(second), value: at.difference });
        Some(())
    }
}

impl PairIntegrand<Exhausted> for OfPair<'_, '_, '_> {
    fn segment(&mut self, at: &Pair<Segment>, signs: &mut Signs) -> Result<Option<Segment>, Exhausted> {
        let Body { evaluation, code, segments, .. } = &mut *self.body;
        walked(evaluation, code, segments, signs, |registers| OfPair::set(self.first, self.second, at, registers))
    }

    fn disc(&mut self, at: &Pair<Disc>, signs: &mut Signs) -> Result<Option<Disc>, Exhausted> {
        let Body { evaluation, code, discs, .. } = &mut *self.body;
        walked(evaluation, code, discs, signs, |registers| OfPair::set(self.first, self.second, at, registers))
    }

    fn tail(&mut self, at: &Pair<Tail>) -> Result<Option<Tail>, Exhausted> {
        let Body { evaluation, code, tails, .. } = &mut *self.body;
        let mut signs = Signs::new();
        walked(evaluation, code, tails, &mut signs, |registers| OfPair::set(self.first, self.second, at, registers))
    }

    fn at(&mut self, us: &[Estimate], vs: &[Estimate], values: &mut [Estimate]) -> Result<(), Exhausted> {
        if !self.body.evaluation.effort(values.len()) {
            return Err(Exhausted);
        }
        self.body.at_places(&[(self.first, Estimates::of(us)), (self.second, Estimates::of(vs))], None, values);
        Ok(())
    }
}
