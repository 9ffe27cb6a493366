//! Gaussian moments of an activation at the norms of a layer's neurons.
//!
//! They depend on the activation and the norms alone, so they are settled once for a range of norms and a number of terms, and then
//! interpolated. Both are rounded outwards to a few fixed ones, so that layers share them. What is remembered is what would be
//! computed again, so a sample does not depend on what was drawn before it.

use super::SimError;
use super::gaussian_moments::{MAX_TERMS, Raw, neurons, settled_width};
use super::norm_interpolation::Interpolation;
use crate::model::Activation;
use nalgebra::DMatrix;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Ranges of norms end at powers of this root of 2.
const STEPS_PER_OCTAVE: f64 = 8.0;
/// Coefficients remembered, 64 megabytes of them: beyond that the oldest are forgotten.
const MOST_REMEMBERED: usize = 8 << 20;

/// Oldest first.
static REMEMBERED: Mutex<VecDeque<(Key, Arc<Settled>)>> = Mutex::new(VecDeque::new());

/// What moments depend on: the terms, the ends of the range, the activation and the order of its derivative.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    terms: usize,
    range: (f64, f64),
    order: u32,
    activation: Activation,
}

/// The moments of a range of norms.
enum Settled {
    /// At a single norm.
    One(Raw),
    Range(Interpolation),
    /// Not smooth in the norm: every neuron by itself, with panels of this width, at which the ends differ by so much.
    Alone(f64, f64),
}

impl Settled {
    /// How many are held.
    fn coefficients(&self) -> usize {
        match self {
            Settled::One(raw) => raw.coefficients.len(),
            Settled::Range(interpolation) => interpolation.len(),
            Settled::Alone(..) => 1,
        }
    }
}

/// Moments of the activation (order 0) or its derivative (order 1) at these norms, of at least so many terms.
pub(super) fn moments(activation: &Activation, order: u32, norms: &[f64], terms: usize) -> Result<Raw, SimError> {
    let key = Key { activation: activation.clone(), order, range: range(norms), terms: rounded_terms(terms) };
    Ok(match &*remembered(&key)?.0 {
        Settled::One(one) => Raw {
            coefficients: DMatrix::from_fn(norms.len(), one.coefficients.ncols(), |_, n| one.coefficients[(0, n)]),
            squares: vec![one.squares[0]; norms.len()],
            energies: vec![one.energies[0]; norms.len()],
            weighted: vec![one.weighted[0]; norms.len()],
            coefficient_error: one.coefficient_error,
        },
        Settled::Range(interpolation) => interpolation.at(norms),
        Settled::Alone(width, difference) => at(&key, norms, *width, *difference)?,
    })
}

/// The ends of the range that the norms are in: powers of a root of 2, or the norm itself if all are the same.
fn range(norms: &[f64]) -> (f64, f64) {
    let smallest = norms.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = norms.iter().copied().fold(0.0, f64::max);
    if smallest == largest {
        return (smallest, largest);
    }
    let step = |norm: f64| norm.log2() * STEPS_PER_OCTAVE;
    let end = |steps: f64| (steps / STEPS_PER_OCTAVE).exp2();
    // Rounding may put an end on the wrong side of a norm that is next to it.
    (end(step(smallest).floor()).min(smallest), end(step(largest).ceil()).max(largest))
}

/// 8, 12, 16, 24, 32, ...
fn rounded_terms(terms: usize) -> usize {
    let power = terms.max(8).next_power_of_two();
    let rounded = if terms <= power / 4 * 3 { power / 4 * 3 } else { power };
    rounded.clamp(8, MAX_TERMS)
}

/// What is known of a key, settled now if it was not before; and whether it was.
fn remembered(key: &Key) -> Result<(Arc<Settled>, bool), SimError> {
    let memory = || REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, settled)) = memory().iter().find(|(known, _)| known == key) {
        return Ok((settled.clone(), true));
    }
    let settled = Arc::new(settle(key)?);
    let mut memory = memory();
    if memory.iter().all(|(known, _)| known != key) {
        memory.push_back((key.clone(), settled.clone()));
        let mut total: usize = memory.iter().map(|(_, settled)| settled.coefficients()).sum();
        while total > MOST_REMEMBERED
            && let Some((_, oldest)) = memory.pop_front()
        {
            total -= oldest.coefficients();
        }
    }
    Ok((settled, false))
}

fn settle(key: &Key) -> Result<Settled, SimError> {
    let Key { activation, order, range: (smallest, largest), terms } = key;
    let ends = [*smallest, *largest];
    let ends = if smallest == largest { &ends[..1] } else { &ends[..] };
    // The width is settled at the ends, then used for all.
    let (width, difference) = settled_width(activation, *order, ends, *terms)?;
    if smallest == largest {
        return Ok(Settled::One(at(key, ends, width, difference)?));
    }
    let interpolation = Interpolation::new((*smallest, *largest), |norms| at(key, norms, width, difference))?;
    Ok(interpolation.map_or(Settled::Alone(width, difference), Settled::Range))
}

fn at(key: &Key, norms: &[f64], width: f64, difference: f64) -> Result<Raw, SimError> {
    let mut raw = neurons(&key.activation, key.order, norms, key.terms, width)?;
    raw.coefficient_error += 10.0 * difference;
    Ok(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_norms_and_are_few() {
        let mut ends = Vec::new();
        for i in 1..2000 {
            let norms = [0.001 * f64::from(i), 0.002 + 0.0013 * f64::from(i)];
            let (low, high) = range(&norms);
            assert!(norms.iter().all(|norm| (low..=high).contains(norm)), "{norms:?}");
            assert!(low > norms[0] / 1.1 && high < norms[1].max(norms[0]) * 1.1);
            ends.push(high.to_bits());
        }
        ends.sort_unstable();
        ends.dedup();
        assert!(ends.len() < 100);
        assert_eq!(range(&[1.0, 1.0]), (1.0, 1.0));
    }

    #[test]
    fn terms_are_rounded_up_to_a_few_numbers() {
        for terms in 1..=MAX_TERMS {
            let rounded = rounded_terms(terms);
            assert!(rounded >= terms && rounded <= MAX_TERMS && (rounded <= 8 || rounded < 2 * terms));
        }
        let mut all: Vec<usize> = (1..=MAX_TERMS).map(rounded_terms).collect();
        all.dedup();
        assert!(all.len() <= 16, "{all:?}");
    }

    /// Work is done once for layers whose norms are in one range, and moments are those of a neuron by itself.
    #[test]
    fn a_second_layer_costs_no_quadrature() {
        let (one, other) = ([0.93, 1.04, 1.01], [0.95, 1.07, 0.99, 0.96]);
        for (activation, order) in [(Activation::Silu, 0), (Activation::Silu, 1), (Activation::Relu, 1)] {
            let key = |norms: &[f64]| Key { activation: activation.clone(), order, range: range(norms), terms: 48 };
            let (first, _) = remembered(&key(&one)).unwrap();
            let (second, known) = remembered(&key(&other)).unwrap();
            assert!(known && Arc::ptr_eq(&first, &second));
            let raw = moments(&activation, order, &other, 40).unwrap();
            let alone = neurons(&activation, order, &other, 48, 0.1875).unwrap();
            let off = (raw.coefficients - alone.coefficients).amax();
            assert!(off <= raw.coefficient_error + alone.coefficient_error && off < 1e-12, "{activation}: {off:e}");
        }
        // Settled anew, the same bits.
        let key = Key { activation: Activation::Silu, order: 0, range: range(&one), terms: 48 };
        let (Settled::Range(again), Settled::Range(known)) = (settle(&key).unwrap(), &*remembered(&key).unwrap().0)
        else {
            panic!("silu is smooth in the norm")
        };
        assert_eq!(again.at(&one), known.at(&one));
    }
}
