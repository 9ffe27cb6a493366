//! What one draw shows, or why there is none.

/// Most observables that a simulator has.
const MAX_OBSERVABLES: usize = 8;

/// Observables that every network has.
const NETWORK_OBSERVABLES: usize = 4;

/// What is observed of one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In the order of [`Simulator::observables`](crate::model::Simulator::observables); 0 behind them.
    values: [f64; MAX_OBSERVABLES],
    /// Bounds on the numerical errors of the values.
    errors: [f64; MAX_OBSERVABLES],
    /// Bound on the numerical error of the first two: what a residual left open.
    pub numeric_error: f64,
}

impl Sample {
    /// Values in the order of [`Simulator::observables`](crate::model::Simulator::observables), each with its bound.
    pub(crate) fn new(observed: &[(f64, f64)]) -> Sample {
        let mut sample = Sample { values: [0.0; MAX_OBSERVABLES], errors: [0.0; MAX_OBSERVABLES], numeric_error: 0.0 };
        for (index, (value, error)) in observed.iter().enumerate() {
            sample.values[index] = *value;
            sample.errors[index] = *error;
        }
        sample.numeric_error = sample.errors[0].max(sample.errors[1]);
        sample
    }

    /// A network with this test error and this robustness (infinite for a network that jumps), each with that bound on its error.
    pub(crate) fn of_network(test_error: f64, robustness: f64, numeric_error: f64) -> Sample {
        // Rounding may leave either a hair below zero, where the root turns 1e-16 into 1e-8: its bound says so.
        let root = |x: f64| x.max(0.0).sqrt();
        let root_error = |x: f64| if x.is_finite() { root(x + numeric_error) - root(x - numeric_error) } else { 0.0 };
        let tradeoff = root(robustness) - (1.0 - root(test_error));
        let tradeoff_error = root_error(robustness) + root_error(test_error) + f64::EPSILON;
        let projection = robustness - (1.0 - test_error) * (1.0 - test_error);
        let projection_error = numeric_error * (1.0 + 2.0 * (1.0 - test_error).abs() + numeric_error) + f64::EPSILON;
        Sample::new(&[
            (test_error, numeric_error),
            (robustness, numeric_error),
            (tradeoff, tradeoff_error),
            (projection, projection_error),
        ])
    }

    /// A network with more observables behind those that every network has, each with its bound.
    pub(crate) fn and(mut self, more: &[(f64, f64)]) -> Sample {
        for (index, (value, error)) in more.iter().enumerate() {
            self.values[NETWORK_OBSERVABLES + index] = *value;
            self.errors[NETWORK_OBSERVABLES + index] = *error;
        }
        self
    }

    /// `E(f - f*)^2 / E f*^2` of a network; of simulators of something else their first observable.
    pub fn test_error(&self) -> f64 {
        self.values[0]
    }

    /// `E|grad f|^2 / E|grad f*|^2` of a network, infinite if it jumps; of simulators of something else their second observable.
    pub fn robustness(&self) -> f64 {
        self.values[1]
    }

    /// Value and error bound of the observable at this place in
    /// [`Simulator::observables`](crate::model::Simulator::observables); 0 behind the last.
    ///
    /// # Panics
    /// For places from 8 up, more than any simulator has.
    pub fn at(&self, index: usize) -> (f64, f64) {
        (self.values[index], self.errors[index])
    }
}

/// Why a network has no sample.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    /// What failed, where and why: a size or number out of its domain, a solve that its residual does not confirm.
    #[error("{0}")]
    Failed(String),
}

impl SimError {
    pub(super) fn failed(message: impl Into<String>) -> SimError {
        SimError::Failed(message.into())
    }
}
