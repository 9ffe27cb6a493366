//! What a simulator is: the small interface of those in this folder and of a user's own.

use super::sample::{Sample, SimError};
use super::target::Target;
use crate::model::{Activation, Numbers, Observable, Weights};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// What decides which random weights are drawn: with the seed and the replicate's number, nothing else does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// What is drawn, and how it is trained.
    pub simulator: Simulator,
    /// Law of the rows of W.
    pub weights: Weights,
    /// `d`, at least 1.
    pub dim: usize,
    /// `m`, at least 1.
    pub width: usize,
}

/// Draws finite systems and observes them.
pub trait Simulate: Send + Sync {
    /// The name in claim files; part of the key of the random stream.
    fn name(&self) -> &str;

    /// One line for `list --simulators`.
    fn description(&self) -> &str {
        ""
    }

    /// What is observed of each draw, in the order in which samples hold it.
    fn observables(&self) -> &[Observable];

    /// What it depends on, and how it is drawn.
    fn properties(&self) -> Properties {
        Properties::OWN
    }

    /// How many consecutive replicates are best drawn at once; 1 where each is drawn by itself.
    fn at_once(&self) -> u64 {
        1
    }

    /// Draws consecutive replicates: the samples of each, as [`Simulate::draw`] gives them.
    ///
    /// # Errors
    /// The first replicate without samples, and why there are none.
    fn draw_many(
        &self,
        network: &Network,
        targets: &[Target],
        seed: u64,
        replicates: Range<u64>,
    ) -> Result<Vec<Vec<Sample>>, (u64, SimError)> {
        replicates.map(|number| self.draw(network, targets, seed, number).map_err(|error| (number, error))).collect()
    }

    /// What it cannot draw, whatever the weights.
    ///
    /// # Errors
    /// What is out of its domain, by name.
    fn refuses(&self, network: &Network, target: &Target) -> Result<(), SimError>;

    /// Cost of one draw for one target. Depends on the sizes alone, so that budgets never depend on a clock.
    fn cost(&self, network: &Network) -> Work;

    /// Draws replicate number `replicate` and observes it for every target, in order: one sample a target. It may depend on the network,
    /// the seed, the replicate's number and the sample's own target alone.
    ///
    /// # Errors
    /// Why there is no sample.
    fn draw(&self, network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError>;
}

/// What a simulator depends on, and how it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Properties {
    /// Numeric parameters on which a draw depends, besides the sizes and laws; None if every parameter of the claim may matter.
    pub numbers: Option<&'static [Number]>,
    /// Whether a target, with the eigenvalues of B, is involved.
    pub has_target: bool,
    /// False if every replicate is the same network.
    pub is_random: bool,
    /// Whether a draw takes tens of products of its matrices: a ladder of sizes then ends earlier.
    pub is_dear: bool,
    /// Whether a draw factorises a matrix of some `d^2` rows: a ladder of sizes then ends earlier still.
    pub is_very_dear: bool,
    /// Operations of a draw, from d and numbers, where the numbers matter for them; None where the sizes alone do.
    pub flops: Option<fn(f64, &Numbers) -> f64>,
    /// Whether a large draw keeps all threads busy by itself.
    pub by_panels: bool,
    /// Whether a draw works neuron by neuron, or input by input, rather than on matrices, which is slower.
    pub is_scalar: bool,
    /// Whether a draw with this activation evaluates a Hermite series for every pair of neurons.
    pub has_series: fn(&Activation) -> bool,
}

impl Properties {
    /// Of a user's own simulator: it may depend on everything, and nothing is known of how it works.
    pub const OWN: Properties = Properties {
        numbers: None,
        has_target: false,
        is_random: true,
        is_dear: false,
        is_very_dear: false,
        flops: None,
        by_panels: false,
        is_scalar: true,
        has_series: |_| false,
    };
}

/// A numeric parameter and its domain.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// As claims call it.
    pub name: &'static str,
    /// Whether it must be above 0, not only non-negative.
    pub positive: bool,
}

/// Cost of one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// Peak memory of the matrices, in bytes; `u64::MAX` if larger than that.
    pub bytes: u64,
    /// Floating-point operations, to leading order.
    pub flops: f64,
}

/// A simulator by its name: equal if the names are.
#[derive(Clone)]
pub struct Simulator(Handle);

#[derive(Clone)]
enum Handle {
    BuiltIn(&'static dyn Simulate),
    Own(Arc<dyn Simulate>),
}

impl Simulator {
    pub(super) const fn built_in(simulator: &'static dyn Simulate) -> Simulator {
        Simulator(Handle::BuiltIn(simulator))
    }

    /// A simulator of one's own.
    pub fn own(simulator: impl Simulate + 'static) -> Simulator {
        Simulator(Handle::Own(Arc::new(simulator)))
    }
}

impl Deref for Simulator {
    type Target = dyn Simulate;

    fn deref(&self) -> &Self::Target {
        match &self.0 {
            Handle::BuiltIn(simulator) => *simulator,
            Handle::Own(simulator) => &**simulator,
        }
    }
}

impl PartialEq for Simulator {
    fn eq(&self, other: &Simulator) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Simulator {}

impl PartialOrd for Simulator {
    fn partial_cmp(&self, other: &Simulator) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Simulator {
    fn cmp(&self, other: &Simulator) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Simulator {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Simulator({})", self.name())
    }
}
