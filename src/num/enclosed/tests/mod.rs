//! Formulas written once for all number types, as integrands.
/// Defines a formula: `formula!(Name { field: f64 } |self, x, signs| body)`, or without fields.
macro_rules! formula {
    ($name:ident { $($field:ident: $type:ty),* } |$it:ident, $place:ident, $signs:ident| $body:expr) => {
        #[derive(Clone, Copy)]
        struct $name { $($field: $type),* }
        impl $crate::num::enclosed::tests::Formula for $name {
            #[allow(unused_variables)]
            fn value<N: Kind>(&self, $place: &Place<N>, $signs: &mut Signs) -> Option<N> {
                let $it = self;
                $body
            }
        }
    };
}

mod mixtures;
mod pairs;
mod roots_and_series;
mod tempting;

use crate::num::Estimate;
use crate::num::enclosed::laws::{Near, Place};
use crate::num::enclosed::panels::Refusal;
use crate::num::enclosed::{Integrand, Outcome, Places, Settings, interval};
use crate::num::sets::{Disc, Kind, Segment, Signs, Tail};

/// A formula in x on every kind of number.
pub trait Formula {
    fn value<N: Kind>(&self, place: &Place<N>, signs: &mut Signs) -> Option<N>;
}

/// A formula as an integrand that cannot fail.
pub struct Of<F>(pub F);

impl<F: Formula> Integrand<()> for Of<F> {
    fn segment(&mut self, place: &Place<Segment>, signs: &mut Signs) -> Result<Option<Segment>, ()> {
        Ok(self.0.value(place, signs))
    }

    fn disc(&mut self, place: &Place<Disc>, signs: &mut Signs) -> Result<Option<Disc>, ()> {
        Ok(self.0.value(place, signs))
    }

    fn tail(&mut self, place: &Place<Tail>) -> Result<Option<Tail>, ()> {
        Ok(self.0.value(place, &mut Signs::new()))
    }

    fn at(&mut self, places: Places, values: &mut [Estimate]) -> Result<(), ()> {
        for (i, value) in values.iter_mut().enumerate() {
            let near = places.near.map(|n| Near { end: n.end, above: n.above, distance: n.distance[i] });
            let place = Place { x: places.xs[i], near };
            *value = self.0.value(&place, &mut Signs::new()).unwrap_or(Estimate::UNDEFINED);
        }
        Ok(())
    }
}

/// A double as a constant of any kind.
pub fn c<N: Kind>(x: f64) -> Option<N> {
    N::exact(x)
}

/// One of two values, or either where the condition is open.
pub fn choose<N: Kind>(condition: Option<bool>, yes: Option<N>, no: Option<N>) -> Option<N> {
    match condition {
        Some(true) => yes,
        Some(false) => no,
        None => yes?.hull(no?),
    }
}

pub fn settings(tolerance: f64) -> Settings {
    Settings { tolerance, budget: 400_000 }
}

pub fn between(f: impl Formula, low: f64, high: f64, breaks: &[f64]) -> Outcome<()> {
    interval(&mut Of(f), Estimate::exact(low), Estimate::exact(high), breaks, settings(1e-12))
}

/// What came out against the truth: `Ok(true)` right, `Ok(false)` refused or wide, `Err` wrong.
pub fn judge(outcome: &Outcome<()>, truth: Option<f64>) -> Result<bool, String> {
    match (outcome, truth) {
        (Ok(found), Some(truth)) => {
            let off = (found.value.value - truth).abs();
            // The truth is given to the nearest double.
            let right = off <= found.value.abs_err + f64::EPSILON * truth.abs();
            if !right {
                return Err(format!("{:?} but {truth:e}, off {off:e}", found.value));
            }
            Ok(found.value.abs_err <= 1e-8 * truth.abs().max(1.0))
        }
        (Ok(found), None) if found.value.abs_err <= 1e-2 * found.value.value.abs().max(1.0) => {
            Err(format!("{:?} but there is none", found.value))
        }
        (Err(Refusal::Budget { best: Some(best) }), Some(truth)) if !best.contains(truth) => {
            Err(format!("refused with {best:?} but {truth:e}"))
        }
        _ => Ok(false),
    }
}
