//! Networks drawn for a claim.

use super::error::Error;
use crate::compare::Moments;
use crate::model::Settings;
use crate::run::plan::{Prepared, observable};
use crate::run::simulate::replicates;

/// What networks of one size showed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Simulation {
    /// d
    pub dim: usize,
    /// m
    pub width: usize,
    /// What the simulator observes, in the order of the values.
    pub observables: Vec<String>,
    /// One row a network, one value an observable; infinite where a network's value is.
    pub samples: Vec<Vec<f64>>,
    /// The place of the claim's observable in a row.
    place: usize,
}

impl Simulation {
    pub(super) fn draw(
        prepared: &Prepared,
        settings: &Settings,
        [dim, width]: [usize; 2],
        trials: u64,
        seed: u64,
    ) -> Result<Simulation, Error> {
        let sizes = prepared.claim.sizes.with_second(dim, Some(width), settings);
        let size = prepared.size(settings, sizes, trials)?;
        let known = size.network.simulator.observables();
        let observables: Vec<String> = known.iter().map(|one| one.name().to_string()).collect();
        let wanted = observable(prepared.claim);
        let place = observables.iter().position(|name| name == wanted).ok_or_else(|| {
            let name = size.network.simulator.name();
            Error::Request(format!("simulator `{name}` does not observe `{wanted}`, but {}", observables.join(", ")))
        })?;
        let drawn = replicates(&size.network, std::slice::from_ref(&size.target), seed, 0, trials)?;
        let values = |sample: &crate::sim::Sample| (0..observables.len()).map(|k| sample.at(k).0).collect();
        let samples = drawn.iter().map(|targets| values(&targets[0])).collect();
        Ok(Simulation { dim, width, observables, samples, place })
    }

    /// The values of the claim's observable, in the order of the networks.
    pub fn values(&self) -> Vec<f64> {
        self.samples.iter().map(|row| row[self.place]).collect()
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        Moments::of(&self.values()).mean
    }

    /// The standard error of the mean; NaN of fewer than two networks.
    pub fn standard_error(&self) -> f64 {
        let moments = Moments::of(&self.values());
        if moments.count < 2 { f64::NAN } else { moments.standard_error() }
    }
}
