//! Every simulator of the library, in the order of `limitcheck list --simulators`.

use super::definition::Definition;
use super::interface::Simulator;
use super::{
    additive_tangent, adversarial, adversarial_network, full_training, init, inputs, kernel, kernel_matrix,
    lazy_random_features, lazy_tangent, neural_tangent, offset, random_features, random_matrix, tangent,
    tangent_samples, training_path, training_steps,
};
use crate::model::Signature;

static DEFINITIONS: [&Definition; 33] = [
    &init::INIT,
    &random_features::RANDOM_FEATURES,
    &random_features::NO_INTERCEPT,
    &lazy_random_features::FLOW,
    &lazy_random_features::DECAY,
    &neural_tangent::NEURAL_TANGENT,
    &tangent::GENERAL_TANGENT,
    &full_training::OPTIMUM,
    &full_training::DESCENT,
    &random_matrix::EIGENVALUES,
    &random_matrix::RESOLVENT,
    &kernel_matrix::KERNEL_MATRIX,
    &kernel::FEATURES,
    &kernel::TANGENT,
    &kernel::FEATURES_ENSEMBLE,
    &kernel::TANGENT_ENSEMBLE,
    &adversarial::GRADIENT,
    &adversarial::ATTACKED_TARGET,
    &adversarial_network::ATTACKED_NETWORK,
    &lazy_tangent::RANDOM_START,
    &lazy_tangent::SYMMETRISED,
    &additive_tangent::ADDITIVE_TANGENT,
    &training_path::FLOW,
    &training_steps::DESCENT,
    &training_steps::ONLINE,
    &inputs::RANDOM_FEATURES_ON_SPHERE,
    &inputs::RANDOM_FEATURES_ON_SIGNS,
    &inputs::NEURAL_TANGENT_ON_SPHERE,
    &inputs::NEURAL_TANGENT_ON_SIGNS,
    &offset::RANDOM_FEATURES,
    &offset::RANDOM_FEATURES_NO_INTERCEPT,
    &offset::NEURAL_TANGENT,
    &tangent_samples::TANGENT_SAMPLES,
];

/// Every simulator of the library.
pub fn simulators() -> impl Iterator<Item = Simulator> {
    DEFINITIONS.iter().map(|definition| Simulator::built_in(*definition))
}

/// The simulator of the library that claims call so.
pub fn simulator(name: &str) -> Option<Simulator> {
    simulators().find(|simulator| simulator.name() == name)
}

/// What claims may name: for the reader of claims.
pub fn signatures() -> Vec<Signature> {
    let one = |simulator: Simulator| Signature {
        simulator: simulator.name().to_string(),
        observables: simulator.observables().to_vec(),
    };
    simulators().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Numbers;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_read_back() {
        let names: BTreeSet<&str> = DEFINITIONS.iter().map(|definition| definition.name).collect();
        assert_eq!(names.len(), DEFINITIONS.len(), "a name stands twice");
        for definition in DEFINITIONS {
            assert_eq!(simulator(definition.name).unwrap().description(), definition.description);
            let observed: BTreeSet<&str> = definition.observables.iter().map(|observable| observable.name()).collect();
            assert!(!observed.is_empty() && observed.len() == definition.observables.len(), "{}", definition.name);
            let numbers = definition.properties.numbers.unwrap_or_default();
            assert!(numbers.iter().all(|number| Numbers::default().get(number.name).is_some()), "{}", definition.name);
        }
        assert_eq!(simulator("adam"), None);
    }
}
