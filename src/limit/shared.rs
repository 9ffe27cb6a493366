//! Values that all evaluations of one program share, whatever their places. Computing such a value again would give the same bits.

use super::moments::Moment;
use crate::formula::Why;
use crate::model::{Activation, Settings, Value};
use crate::num::Estimate;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many values of definitions are remembered. Further ones are computed again each time.
const MOST_DEFINITIONS: usize = 4096;

/// Which moment, in the order of the variants: `lambda(k)`, `lambda(k)/sqrt(k!)`, or `E s^(i) s^(j)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MomentKey {
    Hermite(u32),
    Normalised(u32),
    Second(u32, u32),
}

/// A definition by its number, with the settings that its value depends on.
pub struct Defined {
    number: usize,
    settings: Settings,
}

/// The number of a definition, and the bits of the numbers among its settings.
type Key = (usize, Vec<u64>);

impl Defined {
    /// The definition number `number`. Of the settings that are numbers its value depends on those named in `numbers` only. It may depend
    /// on any setting that is not a number.
    pub fn new(number: usize, settings: &Settings, numbers: &BTreeSet<String>) -> Defined {
        Defined { number, settings: settings.with_numbers(numbers) }
    }

    fn key(&self) -> Key {
        let bits = |(_, value): (&str, &Value)| match value {
            Value::Number(x) => Some(x.to_bits()),
            _ => None,
        };
        (self.number, self.settings.iter().filter_map(bits).collect())
    }
}

/// A value, and why its bound is an estimate, if it is.
type Known = (Estimate, Option<Why>);

#[derive(Default)]
pub struct Shared {
    /// Gaussian moments, which depend on the activation alone. They are kept since a quadrature is expensive. A program meets few
    /// activations, so a list for each moment is enough.
    moments: Mutex<HashMap<MomentKey, Vec<(Activation, Moment)>>>,
    /// Values of definitions that contain integrals, roots or series and do not depend on the size.
    definitions: Mutex<HashMap<Key, Vec<(Settings, Known)>>>,
}

/// Locks the map, even if a thread panicked while it held the lock. The map is valid then too, since only complete values are put in.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn moment(&self, key: MomentKey, activation: &Activation) -> Option<Moment> {
        let moments = lock(&self.moments);
        moments.get(&key)?.iter().find(|(known, _)| known == activation).map(|(_, moment)| moment.clone())
    }

    pub fn remember_moment(&self, key: MomentKey, activation: &Activation, moment: Moment) {
        lock(&self.moments).entry(key).or_default().push((activation.clone(), moment));
    }

    pub fn definition(&self, defined: &Defined) -> Option<Known> {
        let definitions = lock(&self.definitions);
        let known = definitions.get(&defined.key())?.iter().find(|(known, _)| *known == defined.settings);
        known.map(|(_, value)| value.clone())
    }

    pub fn remember_definition(&self, defined: Defined, value: Known) {
        let mut definitions = lock(&self.definitions);
        if definitions.len() < MOST_DEFINITIONS {
            definitions.entry(defined.key()).or_default().push((defined.settings, value));
        }
    }

    /// Takes over the values of another program: its moments, and its definitions for which `number_here` gives their number in this one.
    pub fn inherit(&self, other: &Shared, number_here: impl Fn(usize) -> Option<usize>) {
        let definitions = lock(&other.definitions).clone();
        for ((number, _), values) in definitions {
            let Some(number) = number_here(number) else { continue };
            for (settings, value) in values {
                self.remember_definition(Defined { number, settings }, value);
            }
        }
        let moments = lock(&other.moments).clone();
        for (key, values) in moments {
            for (activation, value) in values {
                if self.moment(key, &activation).is_none() {
                    self.remember_moment(key, &activation, value);
                }
            }
        }
    }
}
