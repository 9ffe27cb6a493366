//! What a drawn network is observed for.

use crate::model::{Activation, Numbers, Settings, Sizes};
use std::sync::Arc;

/// What is asked of a drawn network besides its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// [`Activation::Quadratic`] for simulators that know no other.
    pub activation: Activation,
    /// (eigenvalue of B before normalisation, eigenvalue of d Gamma), one per dimension.
    pub pairs: Arc<[(f64, f64)]>,
    /// A simulator uses those that its definition names.
    pub numbers: Numbers,
    /// The whole grid point, as the claim gives it, for simulators of a user's own. Those of the library look at the above alone.
    pub settings: Settings,
    /// The sizes with the names that the claim gives them, for simulators of a user's own; None where they are `d` and `m`.
    pub sizes: Option<Sizes>,
    /// What the claim says that a draw costs, in floating-point operations; None where the simulator says.
    pub flops: Option<f64>,
}

impl Target {
    /// What the library's simulators look at.
    pub fn new(activation: Activation, pairs: impl Into<Arc<[(f64, f64)]>>, numbers: Numbers) -> Target {
        Target { activation, pairs: pairs.into(), numbers, settings: Settings::default(), sizes: None, flops: None }
    }

    /// Eigenvalues of B, scaled to `||B||_F = 1`.
    pub(super) fn normalised(&self) -> Vec<f64> {
        let norm = self.pairs.iter().map(|(b, _)| b * b).sum::<f64>().sqrt();
        self.pairs.iter().map(|(b, _)| b / norm).collect()
    }

    /// Eigenvalues of B, scaled to `||B||_F^2 = d`.
    pub(super) fn mean_square_one(&self) -> Vec<f64> {
        let scale = (self.pairs.len() as f64).sqrt();
        self.normalised().into_iter().map(|b| b * scale).collect()
    }

    /// Whether the rows have no covariance.
    pub(super) fn is_isotropic(&self) -> bool {
        self.pairs.iter().all(|(_, t)| *t == 1.0)
    }

    /// Eigenvalues of `d Gamma`.
    pub(super) fn variances(&self) -> Vec<f64> {
        self.pairs.iter().map(|(_, t)| *t).collect()
    }
}

/// The places of the targets, among those given, in groups of which `same` holds, each in order.
pub(super) fn groups(targets: &[Target], places: &[usize], same: impl Fn(&Target, &Target) -> bool) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    for place in places {
        match found.iter_mut().find(|group| same(&targets[group[0]], &targets[*place])) {
            Some(group) => group.push(*place),
            None => found.push(vec![*place]),
        }
    }
    found
}

/// Whether the rows of two targets have the same covariance.
pub(super) fn same_covariance(a: &Target, b: &Target) -> bool {
    a.pairs.iter().map(|p| p.1).eq(b.pairs.iter().map(|p| p.1))
}
