//! Values that evaluations of one program share, at whatever place: they are what would be computed again, bit by bit.

use crate::model::{Activation, Settings, Value};
use crate::num::Estimate;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Definitions remembered; beyond it they are computed again.
const MOST_DEFINITIONS: usize = 4096;

/// `E s^(i) s^(j)`, `lambda(k)`, or `lambda(k)/sqrt(k!)`.
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

/// Numbers among the settings, bit by bit.
type Key = (usize, Vec<u64>);

impl Defined {
    /// The definition of this number, which reads these numbers and any setting that is not a number.
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

#[derive(Default)]
pub struct Shared {
    /// Gaussian moments depend on the activation alone, and a quadrature is dear. A program meets few activations.
    moments: Mutex<HashMap<MomentKey, Vec<(Activation, Estimate)>>>,
    /// Definitions with integrals, roots or series that do not depend on the size.
    definitions: Mutex<HashMap<Key, Vec<(Settings, Estimate)>>>,
}

/// What a thread that panicked has left is whole: values are put in complete.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn moment(&self, key: MomentKey, activation: &Activation) -> Option<Estimate> {
        let moments = lock(&self.moments);
        moments.get(&key)?.iter().find(|(known, _)| known == activation).map(|(_, value)| *value)
    }

    pub fn remember_moment(&self, key: MomentKey, activation: &Activation, value: Estimate) {
        lock(&self.moments).entry(key).or_default().push((activation.clone(), value));
    }

    pub fn definition(&self, defined: &Defined) -> Option<Estimate> {
        let definitions = lock(&self.definitions);
        definitions.get(&defined.key())?.iter().find(|(known, _)| *known == defined.settings).map(|(_, value)| *value)
    }

    pub fn remember_definition(&self, defined: Defined, value: Estimate) {
        let mut definitions = lock(&self.definitions);
        if definitions.len() < MOST_DEFINITIONS {
            definitions.entry(defined.key()).or_default().push((defined.settings, value));
        }
    }

    /// Takes over what another program has met: its moments, and the definitions whose number here is known.
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
