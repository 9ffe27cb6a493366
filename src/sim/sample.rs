//! What one draw shows, or why there is none.

/// What is observed of one draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// In the order of the simulator's observables, each with a bound on its numerical error.
    values: Vec<(f64, f64)>,
    /// Bound on the numerical error of the first two: what a residual left open.
    pub numeric_error: f64,
}

impl Sample {
    /// Values in the order of the simulator's observables, each with a bound on its numerical error.
    pub fn new(values: impl Into<Vec<(f64, f64)>>) -> Sample {
        let values = values.into();
        let numeric_error = values.iter().take(2).fold(0.0_f64, |largest, (_, error)| largest.max(*error));
        Sample { values, numeric_error }
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
        Sample::new([
            (test_error, numeric_error),
            (robustness, numeric_error),
            (tradeoff, tradeoff_error),
            (projection, projection_error),
        ])
    }

    /// A network with more observables behind those that every network has, each with its bound.
    pub(crate) fn and(mut self, more: &[(f64, f64)]) -> Sample {
        self.values.extend(more);
        self
    }

    /// `E(f - f*)^2 / E f*^2` of a network; of simulators of something else their first observable.
    pub fn test_error(&self) -> f64 {
        self.at(0).0
    }

    /// `E|grad f|^2 / E|grad f*|^2` of a network, infinite if it jumps; of simulators of something else their second observable, and NaN
    /// where there is none.
    pub fn robustness(&self) -> f64 {
        self.values.get(1).map_or(f64::NAN, |(value, _)| *value)
    }

    /// How many values it has.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Value and error bound of the observable at this place in the simulator's list.
    ///
    /// # Panics
    /// Behind the last one.
    pub fn at(&self, index: usize) -> (f64, f64) {
        self.values[index]
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
    /// A failure, in words.
    pub fn failed(message: impl Into<String>) -> SimError {
        SimError::Failed(message.into())
    }
}
