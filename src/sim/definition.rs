//! A simulator of the library as one static definition, which stands in the file that simulates it.

use super::interface::{Network, Number, Properties, Simulate, Work};
use super::sample::{Sample, SimError};
use super::target::Target;
use crate::model::{Activation, Observable, Weights};

/// The samples of one replicate: seed and number.
pub(crate) type Draw = fn(&Network, &[Target], u64, u64) -> Result<Vec<Sample>, SimError>;

/// A simulator of the library.
pub(crate) struct Definition {
    /// The name in claim files; part of the key of the random stream.
    pub name: &'static str,
    /// One line for `list --simulators`.
    pub description: &'static str,
    /// What is observed of each draw, in the order in which samples hold it.
    pub observables: &'static [Observable],
    /// What it depends on, and how it is drawn.
    pub properties: Properties,
    /// What it refuses besides what every simulator of the library does.
    pub refuses: fn(&Network, &Target) -> Result<(), SimError>,
    /// Doubles held at once and floating-point operations of a draw, from d and m.
    pub cost: fn(f64, f64) -> (f64, f64),
    /// The draws of [`super::draw`].
    pub draw: Draw,
}

/// Networks on matrices, without numeric parameters.
pub(crate) const MATRICES: Properties =
    Properties { numbers: Some(&[]), has_target: true, is_scalar: false, ..Properties::OWN };

/// A number that may be 0.
pub(crate) const fn non_negative(name: &'static str) -> Number {
    Number { name, positive: false }
}

/// A number above 0.
pub(crate) const fn positive(name: &'static str) -> Number {
    Number { name, positive: true }
}

impl Simulate for Definition {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &str {
        self.description
    }

    fn observables(&self) -> &[Observable] {
        self.observables
    }

    fn properties(&self) -> Properties {
        self.properties
    }

    fn refuses(&self, network: &Network, target: &Target) -> Result<(), SimError> {
        check(self.properties.numbers.unwrap_or_default(), network, target)?;
        (self.refuses)(network, target)
    }

    fn cost(&self, network: &Network) -> Work {
        let (entries, flops) = (self.cost)(network.dim as f64, network.width as f64);
        // The cast saturates.
        Work { bytes: (entries * 8.0) as u64, flops }
    }

    fn draw(&self, network: &Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
        (self.draw)(network, targets, seed, replicate)
    }
}

/// What every simulator of the library needs of a target, whatever the weights.
fn check(numbers: &[Number], network: &Network, target: &Target) -> Result<(), SimError> {
    let pairs = &target.pairs;
    if pairs.len() != network.dim {
        let message = format!("dimension {} needs as many eigenvalue pairs, not {}", network.dim, pairs.len());
        return Err(SimError::failed(message));
    }
    if !pairs.iter().all(|(b, t)| b.is_finite() && t.is_finite() && *t >= 0.0) {
        return Err(SimError::failed("eigenvalues must be finite, and those of the covariance non-negative"));
    }
    if pairs.iter().all(|(b, _)| *b == 0.0) || pairs.iter().all(|(_, t)| *t == 0.0) {
        return Err(SimError::failed("every eigenvalue of the target, or of the covariance, is zero"));
    }
    if network.weights == Weights::Sphere && !target.is_isotropic() {
        return Err(SimError::failed("weights on the unit sphere have no covariance: set weights = gaussian"));
    }
    for Number { name, positive } in numbers {
        let value = target.numbers.get(name).unwrap_or(f64::NAN);
        if !(value.is_finite() && value >= 0.0 && (value > 0.0 || !positive)) {
            let sign = if *positive { "positive" } else { "non-negative" };
            return Err(SimError::failed(format!("{name} must be finite and {sign}, not {value}")));
        }
    }
    Ok(())
}

/// Nothing is refused besides what every simulator refuses.
pub(crate) fn nothing(_: &Network, _: &Target) -> Result<(), SimError> {
    Ok(())
}

/// Activations other than the quadratic one.
pub(crate) fn other_activations(network: &Network, target: &Target) -> Result<(), SimError> {
    if target.activation == Activation::Quadratic {
        return Ok(());
    }
    let (name, activation) = (network.simulator.name(), &target.activation);
    Err(SimError::failed(format!("simulator `{name}` is for the quadratic activation, not `{activation}`")))
}

/// Other activations, and covariances.
pub(crate) fn covariances(network: &Network, target: &Target) -> Result<(), SimError> {
    other_activations(network, target)?;
    if target.is_isotropic() {
        return Ok(());
    }
    let name = network.simulator.name();
    Err(SimError::failed(format!("simulator `{name}` has no covariance: set covariance = isotropic")))
}

/// Whether the covariances of an activation's features have no closed form.
pub(crate) fn has_no_closed_form(activation: &Activation) -> bool {
    use Activation::{Defined, Elu, Hardswish, LeakyRelu, Mish, Selu, Sigmoid, Silu, Softplus, Softsign, Tanh};
    matches!(
        activation,
        Tanh | Sigmoid | Softplus | Silu | Mish | Softsign | Hardswish | LeakyRelu | Elu | Selu | Defined(_)
    )
}
