//! A function of the caller's as a simulator.

use crate::model::{Observable, Settings, Value};
use crate::num::streams::stream;
use crate::sim::{Network, Sample, SimError, Simulate, Target, Work};
use rand::Rng;

/// What a function is asked to draw.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drawing<'a> {
    /// d
    pub dim: usize,
    /// m
    pub width: usize,
    /// Of the random numbers: eight words that no other replicate, size or seed of the run has. The same words are to give the same values.
    pub seed: [u32; 8],
    settings: &'a Settings,
}

impl Drawing<'_> {
    /// The value of a parameter that is a number; None for one that the claim has not.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.settings.number(name)
    }

    /// The value of any parameter, as the command line writes it.
    pub fn text(&self, name: &str) -> Option<String> {
        self.settings.get(name).map(Value::to_string)
    }

    /// Every parameter of the claim, sorted by name.
    pub fn settings(&self) -> Vec<(String, String)> {
        self.settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }
}

type Draw = dyn Fn(&Drawing) -> Result<Vec<f64>, String> + Send + Sync;

/// A simulator that calls a function for each draw.
pub struct Function {
    name: String,
    observables: Vec<Observable>,
    draw: Box<Draw>,
    cost: fn(usize, usize) -> f64,
}

impl Function {
    /// `name` is what claim files call the simulator; `draw` gives one value an observable, in their order, or says why there is none. It is
    /// called from several threads at once.
    pub fn new(
        name: &str,
        observables: &[&str],
        draw: impl Fn(&Drawing) -> Result<Vec<f64>, String> + Send + Sync + 'static,
    ) -> Function {
        let observables = observables.iter().map(|name| Observable::named(name)).collect();
        Function {
            name: name.to_string(),
            observables,
            draw: Box::new(draw),
            cost: |dim, width| 100.0 * (dim * width) as f64,
        }
    }

    /// Floating-point operations of one draw, from d and m, which budgets go by; 100 d m where this is not called.
    pub fn cost(mut self, cost: fn(usize, usize) -> f64) -> Function {
        self.cost = cost;
        self
    }
}

impl Simulate for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn observables(&self) -> &[Observable] {
        &self.observables
    }

    fn refuses(&self, _: &Network, _: &Target) -> Result<(), SimError> {
        Ok(())
    }

    fn cost(&self, network: &Network) -> Work {
        Work { bytes: 0, flops: (self.cost)(network.dim, network.width) }
    }

    fn draw(&self, network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
        let one = |target: &Target| {
            let mut words = stream(seed, &self.name, "function", network.dim, network.width, replicate);
            let seed = std::array::from_fn(|_| words.next_u32());
            let drawing = Drawing { dim: network.dim, width: network.width, seed, settings: &target.settings };
            let values = (self.draw)(&drawing).map_err(SimError::failed)?;
            Ok(Sample::new(values.into_iter().map(|value| (value, 0.0)).collect::<Vec<_>>()))
        };
        targets.iter().map(one).collect()
    }
}
