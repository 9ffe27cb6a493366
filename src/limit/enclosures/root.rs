//! Roots with a proof that they are the only ones.

use super::super::evaluation::Evaluation;
use super::Unproved;
use super::inner::{FEW_PIECES, OnSet};
use super::variables::carried;
use crate::formula::code::{Code, Root};
use crate::formula::registers::Registers;
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::enclosed::roots::{Roots, roots};
use crate::num::sets::{Segment, Slope, Tail};

impl Evaluation<'_> {
    /// All roots in the interval, as far as they are proved; or why nothing is.
    pub fn enclosed_roots(
        &self,
        root: &Root,
        low: f64,
        high: f64,
        real: &mut Registers<Estimate>,
    ) -> Result<Roots, Unproved> {
        // Few pieces are enough for signs.
        let most = self.pieces.replace(FEW_PIECES);
        let found = self.sought_roots(root, low, high, real);
        self.pieces.set(most);
        found
    }

    fn sought_roots(
        &self,
        root: &Root,
        low: f64,
        high: f64,
        real: &mut Registers<Estimate>,
    ) -> Result<Roots, Unproved> {
        let unknown = || Unproved::from("an outer variable is not finite");
        Segment::pool(self).lend(|segments| {
            carried(real, segments, Segment::of).ok_or_else(unknown)?;
            let mut tails = Registers::new();
            carried(real, &mut tails, Tail::of).ok_or_else(unknown)?;
            <Slope<Segment>>::pool(self).lend(|slopes| {
                carried(real, slopes, |x| Some(Slope::constant(Segment::of(x)?))).ok_or_else(unknown)?;
                let mut f = |x: Segment| -> Result<Option<Segment>, Unproved> {
                    *segments.slot_mut(root.slot) = x;
                    let rough = self.on_set(&root.body, segments)?;
                    if x.low < x.high || rough.is_some_and(|rough| !rough.contains(0.0)) {
                        return Ok(rough);
                    }
                    // At one place integrals have their sharpest bounds. What is only estimated there is no proof.
                    real.set(root.slot, Estimate::exact(x.low));
                    let before = self.take_why();
                    let there = number(self, &root.body, real).ok().filter(|x| x.is_finite());
                    let proved = self.take_why().is_none();
                    self.forget_why(before);
                    Ok(there.filter(|_| proved).and_then(Segment::of).or(rough))
                };
                let mut slope = |x: Segment| -> Result<Option<Segment>, Unproved> {
                    let Some(variable) = Slope::variable(x, false) else { return Ok(None) };
                    *slopes.slot_mut(root.slot) = variable;
                    Ok(self.on_set(&root.body, slopes)?.map(|slope| slope.first))
                };
                let mut near = |x: Tail| -> Result<Option<Tail>, Unproved> {
                    *tails.slot_mut(root.slot) = x;
                    self.on_set(&root.body, &mut tails)
                };
                roots(&mut f, &mut slope, &mut near, low, high)
            })
        })
    }

    fn on_set<K: OnSet>(&self, code: &Code, registers: &mut Registers<K>) -> Result<Option<K>, Unproved> {
        if !self.effort(1) {
            return Err("the formula took too much work".into());
        }
        registers.signs.begin_record();
        Ok(number(self, code, registers).ok())
    }
}
