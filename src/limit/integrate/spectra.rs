//! Expectations over eigenvalues: of B, of d Gamma, of both jointly.

use super::super::laws::Laws;
use super::problem::{CUTS_OF_UNIT, Outcome, Problem, failed, found};
use crate::formula::code::{Axis, Eigenvalue};
use crate::model::Pairing;
use crate::num::Estimate;
use crate::num::many::{Estimates, Many};

impl Problem<'_> {
    pub fn eigenvalue(&mut self, of: Eigenvalue, axis: &Axis) -> Outcome {
        if !axis.used {
            return self.value();
        }
        let (laws, span) = (self.laws, self.span);
        // A sum over atoms needs no break points, and may have infinite terms.
        let discrete = laws.discrete(of).is_some();
        let kinks = if discrete { vec![] } else { self.break_values(&axis.breaks, axis.slot)? };
        let kinks = self.cut(&kinks, &CUTS_OF_UNIT);
        let mut f = |xs: &Estimates, values: &mut [Estimate]| match discrete {
            true => self.body.at(&[(axis.slot, xs)], values),
            false => self.sample(&[(axis.slot, xs)], values),
        };
        let outcome = laws.expectation(of, &mut f, &kinks);
        if discrete { outcome.or_else(|error| failed(error, span)) } else { found(outcome, span) }
    }

    /// The body, which depends on no variable that is integrated over.
    fn value(&mut self) -> Outcome {
        let mut value = [Estimate::ZERO];
        self.body.at(&[], &mut value)?;
        Ok(value[0])
    }

    pub fn spectra(&mut self, first: &Axis, second: &Axis) -> Outcome {
        if !second.used {
            return self.eigenvalue(Eigenvalue::Spectrum, first);
        }
        if !first.used {
            return self.eigenvalue(Eigenvalue::Covariance, second);
        }
        let (laws, span) = (self.laws, self.span);
        self.body.set(first.slot, Estimate::ZERO);
        self.body.set(second.slot, Estimate::ZERO);
        // If one law has only one value, what is left is an expectation over the other law alone, whatever the pairing.
        for (of, axis, other, other_axis) in [
            (Eigenvalue::Spectrum, first, Eigenvalue::Covariance, second),
            (Eigenvalue::Covariance, second, Eigenvalue::Spectrum, first),
        ] {
            if let Some([(value, _)]) = laws.discrete(of).map(|law| &law.atoms[..]) {
                self.body.set(axis.slot, *value);
                return self.eigenvalue(other, other_axis);
            }
        }
        if laws.pairs.is_none() && laws.pairing == Pairing::Independent {
            return self.independent(first, second);
        }
        let (mut first_kinks, mut second_kinks) = (vec![], vec![]);
        if laws.pairs.is_none() {
            first_kinks = self.break_values(&first.breaks, first.slot)?;
            self.body.set(first.slot, Estimate::ZERO);
            second_kinks = self.break_values(&second.breaks, second.slot)?;
        }
        let sum = sums(laws);
        let mut f = |bs: &Estimates, ts: &Estimates, values: &mut [Estimate]| {
            let variables = [(first.slot, bs), (second.slot, ts)];
            if sum { self.body.at(&variables, values) } else { self.sample(&variables, values) }
        };
        let outcome = laws.coupled(&mut f, &first_kinks, &second_kinks);
        if sum { outcome.or_else(|error| failed(error, span)) } else { found(outcome, span) }
    }

    /// An expectation over two independent laws: the expectation over one law of that over the other.
    fn independent(&mut self, first: &Axis, second: &Axis) -> Outcome {
        let (laws, span) = (self.laws, self.span);
        let kinks = self.break_values(&first.breaks, first.slot)?;
        let mut outer = |bs: &Estimates, values: &mut [Estimate]| {
            for (place, value) in values.iter_mut().enumerate() {
                self.body.set(first.slot, bs.at(place));
                *value = self.eigenvalue(Eigenvalue::Covariance, second)?;
            }
            Ok(())
        };
        let result = laws.expectation(Eigenvalue::Spectrum, &mut outer, &kinks);
        found(result, span)
    }
}

/// Whether an expectation over pairs of eigenvalues is a sum.
fn sums(laws: &Laws) -> bool {
    laws.pairs.is_some()
        || (laws.discrete(Eigenvalue::Spectrum).is_some() && laws.discrete(Eigenvalue::Covariance).is_some())
}
