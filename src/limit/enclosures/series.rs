//! Series whose rest is bounded: by an envelope of all later terms, or by an integral of terms that fall.

use super::super::evaluation::Evaluation;
use super::Unproved;
use super::body::Body;
use super::inner::OnSet;
use super::variables::{Variables, carried};
use crate::formula::code::Code;
use crate::formula::number::Single;
use crate::formula::registers::Registers;
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::enclosed::Settings;
use crate::num::enclosed::series::monotone;
use crate::num::sets::{Slope, Tail};

/// Most terms that are added one by one.
const MOST_TERMS: u64 = 20_000;
/// After how many terms the rest is looked at first; then each time after half as many again.
const FIRST_LOOK: u64 = 16;
/// The rest is small enough if it is below this, or below this share of the sum of magnitudes.
const NEGLIGIBLE: f64 = 1e-16;
/// The rest that is good enough where later terms have no proved bound, relative to the same.
const WORST: f64 = 1e-9;
/// Evaluations for the integral of the terms.
const BUDGET: usize = 20_000;
/// Bound aimed at for a series whose terms fall slowly.
const TOLERANCE: f64 = 1e-13;

impl Evaluation<'_> {
    /// `sum k from a of term` with a proved bound, or why there is none.
    pub fn enclosed_series(
        &self,
        (slot, from, term): (usize, u64, &Code),
        registers: &mut Registers<Estimate>,
    ) -> Result<Estimate, Unproved> {
        let mut sum = Estimate::ZERO;
        let (mut magnitude, mut look) = (0.0, from + FIRST_LOOK);
        for k in from..from + MOST_TERMS {
            if k == look {
                let rest = self.rest(slot, k, term, registers);
                if rest <= NEGLIGIBLE * magnitude || rest <= f64::MIN_POSITIVE {
                    return Ok(sum.widened(rest));
                }
                if rest.is_infinite()
                    && let Some(value) = self.slow(slot, k, term, registers)
                {
                    return Ok(sum + value);
                }
                look = k + (k - from) / 2 + 1;
            }
            self.count_integrands(1);
            registers.set(slot, Estimate::exact(k as f64));
            let before = self.take_why();
            let value = number(self, term, registers);
            if self.own_why(before.clone()).is_some() || value.is_err() {
                // From here on terms have no proved bound, or no value: the rest must do as it is.
                self.forget_why(before);
                let rest = self.rest(slot, k, term, registers);
                if rest <= WORST * magnitude {
                    return Ok(sum.widened(rest));
                }
                value?;
                return Err(format!("the term at {k} is an estimate").into());
            }
            let value = value?;
            if !value.is_finite() {
                return Err(format!("the term at {k} is {}", value.shown()).into());
            }
            sum = sum + value;
            magnitude += value.value.abs();
        }
        Err("no bound was found for its late terms".into())
    }

    /// A bound of the terms from k on together: `|a_(k + s)| <= e^(a + b s)` for all s.
    fn rest(&self, slot: usize, k: u64, term: &Code, registers: &Registers<Estimate>) -> f64 {
        if !self.effort(1) {
            return f64::INFINITY;
        }
        let found = Tail::pool(self).lend(|tails| {
            carried(registers, tails, Tail::of)?;
            *tails.slot_mut(slot) = Tail::line(Estimate::exact(k as f64), Estimate::ONE);
            number(self, term, tails).ok()
        });
        found.map_or(f64::INFINITY, |terms| terms.sum())
    }

    /// The terms from k on where they have one sign, and fall and are convex in size: between integrals of them.
    fn slow(&self, slot: usize, k: u64, term: &Code, registers: &mut Registers<Estimate>) -> Option<Estimate> {
        // From half a step earlier, where the midpoint rule begins.
        let start = Tail::line(Estimate::exact(k as f64 - 0.5), Estimate::ONE);
        let terms = <Slope<Tail>>::pool(self).lend(|slopes| {
            carried(registers, slopes, |x| Some(Slope::constant(Tail::of(x)?)))?;
            *slopes.slot_mut(slot) = Slope::variable(start, true)?;
            number(self, term, slopes).ok()
        })?;
        let (size, slope, curve) = (terms.value.sign()?, terms.first.sign()?, terms.second.and_then(Tail::sign));
        if slope == size {
            return None;
        }
        let settings = Settings { tolerance: TOLERANCE, budget: BUDGET };
        let mut body = Body::new(self, term, Variables::Plain(slot), registers)?;
        let convex = curve == Some(size);
        monotone(&mut body, k, convex, settings).ok().map(|found| found.value)
    }
}
