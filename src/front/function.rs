//! A function of the caller's as a simulator.

use crate::model::{Observable, Settings, Sizes, Value};
use crate::run::program::{BLOCK, seed_words};
use crate::sim::{Network, Sample, SimError, Simulate, Target, Work};
use std::ops::Range;

/// What a function is asked to draw.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drawing<'a> {
    /// d, or the first of the claim's own sizes
    pub dim: usize,
    /// m, or the second of the claim's own sizes; 1 where there is none
    pub width: usize,
    /// Number of the draw among those of its size.
    pub replicate: u64,
    /// Of the random numbers: eight words that no other replicate, size or seed of the run has, the same that a program is given. The same
    /// words are to give the same values.
    pub seed: [u32; 8],
    sizes: &'a Sizes,
    settings: &'a Settings,
}

impl Drawing<'_> {
    /// The sizes with the names that the claim gives them, the one that grows first.
    pub fn sizes(&self) -> Vec<(&str, usize)> {
        self.sizes.iter().collect()
    }

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

/// The values of each of several draws of one size at one point, or the replicate that has none, and why.
type Draw = dyn Fn(&[Drawing]) -> Result<Vec<Vec<f64>>, (u64, String)> + Send + Sync;

/// A simulator that calls a function for each draw, or for many at once.
pub struct Function {
    name: String,
    observables: Vec<Observable>,
    draw: Box<Draw>,
    at_once: u64,
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
        let each = move |drawings: &[Drawing]| {
            drawings.iter().map(|drawing| draw(drawing).map_err(|why| (drawing.replicate, why))).collect()
        };
        Function { at_once: 1, ..Function::in_blocks(name, observables, each) }
    }

    /// The same with a function of up to 64 draws of one size at one point, in the order of their replicates: the values of each, or the
    /// number of a replicate that has none, and why.
    pub fn in_blocks(
        name: &str,
        observables: &[&str],
        draw: impl Fn(&[Drawing]) -> Result<Vec<Vec<f64>>, (u64, String)> + Send + Sync + 'static,
    ) -> Function {
        let observables = observables.iter().map(|name| Observable::named(name)).collect();
        Function {
            name: name.to_string(),
            observables,
            draw: Box::new(draw),
            at_once: BLOCK as u64,
            cost: |dim, width| 100.0 * (dim * width) as f64,
        }
    }

    /// Floating-point operations of one draw, from d and m, which budgets go by; 100 d m where this is not called. What the claim says of
    /// the cost goes before.
    pub fn cost(mut self, cost: fn(usize, usize) -> f64) -> Function {
        self.cost = cost;
        self
    }

    fn observe(
        &self,
        network: &Network,
        target: &Target,
        seed: u64,
        replicates: Range<u64>,
    ) -> Result<Vec<Sample>, (u64, SimError)> {
        let sizes = target.sizes.clone().unwrap_or_else(|| Sizes::network(network.dim, network.width));
        let one = |replicate| Drawing {
            dim: network.dim,
            width: network.width,
            replicate,
            seed: seed_words(seed, sizes.iter(), replicate),
            sizes: &sizes,
            settings: &target.settings,
        };
        let (first, count) = (replicates.start, replicates.end - replicates.start);
        let drawings: Vec<Drawing> = replicates.map(one).collect();
        let failed = |(replicate, why): (u64, String)| (replicate, SimError::failed(why));
        let values = (self.draw)(&drawings).map_err(failed)?;
        if values.len() as u64 != count {
            return Err(failed((first, format!("values of {} draws, of {count} that were asked for", values.len()))));
        }
        let sample = |(index, values): (usize, Vec<f64>)| {
            if values.len() != self.observables.len() {
                let why = format!("{} of {} values, one an observable", values.len(), self.observables.len());
                return Err(failed((first + index as u64, why)));
            }
            Ok(Sample::new(values.into_iter().map(|value| (value, 0.0)).collect::<Vec<_>>()))
        };
        values.into_iter().enumerate().map(sample).collect()
    }
}

impl Simulate for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn observables(&self) -> &[Observable] {
        &self.observables
    }

    fn at_once(&self) -> u64 {
        self.at_once
    }

    fn refuses(&self, _: &Network, _: &Target) -> Result<(), SimError> {
        Ok(())
    }

    fn cost(&self, network: &Network) -> Work {
        Work { bytes: 0, flops: (self.cost)(network.dim, network.width) }
    }

    fn draw(&self, network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
        let one = |target: &Target| self.observe(network, target, seed, replicate..replicate + 1);
        let drawn: Result<Vec<Vec<Sample>>, (u64, SimError)> = targets.iter().map(one).collect();
        Ok(drawn.map_err(|(_, error)| error)?.into_iter().flatten().collect())
    }

    fn draw_many(
        &self,
        network: &Network,
        targets: &[Target],
        seed: u64,
        replicates: Range<u64>,
    ) -> Result<Vec<Vec<Sample>>, (u64, SimError)> {
        let mut samples: Vec<Vec<Sample>> = replicates.clone().map(|_| Vec::with_capacity(targets.len())).collect();
        for target in targets {
            let observed = self.observe(network, target, seed, replicates.clone())?;
            samples.iter_mut().zip(observed).for_each(|(samples, sample)| samples.push(sample));
        }
        Ok(samples)
    }
}
