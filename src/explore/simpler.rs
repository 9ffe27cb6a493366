//! Simpler settings near a point that disagrees: fewest parameters off their defaults, roundest numbers.

use super::numbers::two_digits;
use super::points::admits;
use crate::claim::Claim;
use crate::limit::Program;
use crate::model::{Activation, Settings, Spectrum, Value, short};
use proptest::strategy::ValueTree;
use std::collections::VecDeque;

/// Proposes simpler admissible settings, one at a time: [`ValueTree::simplify`] says that the present ones still disagree,
/// [`ValueTree::complicate`] that they do not.
pub struct Simpler<'a> {
    claim: &'a Claim,
    program: &'a Program,
    /// The simplest settings so far that disagree.
    accepted: Settings,
    current: Settings,
    proposed: VecDeque<Settings>,
    /// What was proposed before is not proposed again.
    seen: Vec<Settings>,
}

impl<'a> Simpler<'a> {
    /// Begins at a point that disagrees.
    pub fn than(settings: &Settings, claim: &'a Claim, program: &'a Program) -> Simpler<'a> {
        let (accepted, current) = (settings.clone(), settings.clone());
        Simpler { claim, program, accepted, current, proposed: VecDeque::new(), seen: vec![settings.clone()] }
    }

    /// The simplest settings so far that disagree.
    pub fn simplest(&self) -> &Settings {
        &self.accepted
    }

    fn next(&mut self) -> bool {
        while let Some(settings) = self.proposed.pop_front() {
            if self.seen.contains(&settings) {
                continue;
            }
            self.seen.push(settings.clone());
            if admits(self.claim, self.program, &settings) {
                self.current = settings;
                return true;
            }
        }
        self.current = self.accepted.clone();
        false
    }

    /// First every parameter off its default set to it, then each with a simpler value.
    fn proposals(&self) -> VecDeque<Settings> {
        let with = |name: &str, value: Value| {
            let mut settings = self.accepted.clone();
            settings.set(name, value);
            settings
        };
        let off = self.claim.parameters.iter().filter_map(|parameter| {
            let value = self.accepted.get(&parameter.name)?;
            (*value != parameter.default).then_some((parameter, value))
        });
        let off: Vec<_> = off.collect();
        let defaults = off.iter().map(|(parameter, _)| with(&parameter.name, parameter.default.clone()));
        let simpler = off
            .iter()
            .flat_map(|(parameter, value)| simpler_values(value).into_iter().map(|value| with(&parameter.name, value)));
        defaults.chain(simpler).collect()
    }
}

impl ValueTree for Simpler<'_> {
    type Value = Settings;

    fn current(&self) -> Settings {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.accepted = self.current.clone();
        self.proposed = self.proposals();
        self.next()
    }

    fn complicate(&mut self) -> bool {
        self.next()
    }
}

/// Simpler values than this one, the simplest first.
fn simpler_values(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(x) => rounder(*x).into_iter().map(Value::Number).collect(),
        Value::Activation(activation) => simpler_activations(activation).into_iter().map(Value::Activation).collect(),
        Value::Spectrum(law) => simpler_laws(law).into_iter().map(Value::Spectrum).collect(),
        Value::Covariance(law) => {
            let bounded = |law: &Spectrum| law.is_non_negative() && *law != Spectrum::Exponential;
            simpler_laws(law).into_iter().filter(bounded).map(Value::Covariance).collect()
        }
        Value::Pairing(_) | Value::Weights(_) => Vec::new(),
    }
}

/// Shorter numbers near this one.
fn rounder(x: f64) -> Vec<f64> {
    let one_digit: f64 = format!("{x:.0e}").parse().unwrap_or(x);
    let halves = (2.0 * x).round() / 2.0;
    let mut found = Vec::new();
    for candidate in [x.round(), halves, one_digit, two_digits(x)] {
        if short(candidate).len() < short(x).len() && !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

fn simpler_activations(activation: &Activation) -> Vec<Activation> {
    use Activation::*;
    let order = [Relu, Quadratic, Erf, Hermite(3)];
    let place = order.iter().position(|known| known == activation).unwrap_or(order.len());
    order.into_iter().take(place).collect()
}

fn simpler_laws(law: &Spectrum) -> Vec<Spectrum> {
    let order = [Spectrum::Identity, Spectrum::Exponential, Spectrum::Uniform, Spectrum::Rademacher];
    let place = order.iter().position(|known| known == law).unwrap_or(order.len());
    order.into_iter().take(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::catalogue;

    /// The settings that the tree ends at, if what disagrees is what `wrong` says.
    fn shrunk(settings: &[(&str, Value)], wrong: impl Fn(&Settings) -> bool) -> String {
        let claim = catalogue().find("rf-test-error").unwrap();
        let program = Program::compile(claim).unwrap();
        let mut start = claim.defaults();
        settings.iter().for_each(|(name, value)| start.set(name, value.clone()));
        let mut tree = Simpler::than(&start, claim, &program);
        let mut more = tree.simplify();
        let mut steps = 0;
        while more {
            steps += 1;
            assert!(steps < 40, "{}", tree.current());
            more = if wrong(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        tree.simplest().to_string()
    }

    #[test]
    fn what_does_not_matter_goes_back_to_its_default() {
        let start = [
            ("rho", Value::Number(2.625)),
            ("activation", Value::Activation(Activation::Tanh)),
            ("spectrum", Value::Spectrum(Spectrum::Rademacher)),
        ];
        let found = shrunk(&start, |settings| settings.number("rho").unwrap() > 1.5);
        assert_eq!(
            found,
            "activation=relu, covariance=isotropic, pairing=comonotone, rho=3, spectrum=exponential, weights=gaussian"
        );
        let odd = [Activation::Tanh, Activation::Erf];
        let found = shrunk(&start, |settings| odd.contains(&settings.activation()));
        assert!(found.contains("activation=erf") && found.contains("rho=1,"), "{found}");
    }
}
