//! Which parameters a claim must have so that it can use a definition.

use crate::claim::words::NUMERIC_PARAMETERS;
use crate::symbolic::{Definition, Law, Node};
use std::collections::{BTreeMap, BTreeSet};

/// What a definition needs of a claim that uses it, through other definitions too.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Needs {
    pub(super) numbers: BTreeSet<String>,
    pub(super) spectrum: bool,
}

/// What each definition needs. One pass finds all, as definitions use earlier ones; more are for linear systems, which may use
/// later ones.
pub(super) fn needs(definitions: &[Definition]) -> BTreeMap<&str, Needs> {
    let has_systems = definitions.iter().any(|definition| matches!(definition.body.node, Node::Linear { .. }));
    let mut all: BTreeMap<&str, Needs> = BTreeMap::new();
    loop {
        let before = if has_systems { all.clone() } else { BTreeMap::new() };
        for definition in definitions {
            all.insert(&definition.name, own_needs(definition, &all));
        }
        if !has_systems || all == before {
            return all;
        }
    }
}

/// What a definition needs, given what others do.
fn own_needs(definition: &Definition, all: &BTreeMap<&str, Needs>) -> Needs {
    let mut own = Needs::default();
    definition.body.visit(&mut |expr| {
        for name in expr.names() {
            if let Some(used) = all.get(name) {
                own.numbers.extend(used.numbers.iter().cloned());
                own.spectrum |= used.spectrum;
            } else if NUMERIC_PARAMETERS.iter().any(|(known, _)| *known == name) {
                own.numbers.insert(name.to_string());
            }
            own.spectrum |= name == "spectrum";
        }
        if let Node::Integral { bindings, .. } = &expr.node {
            own.spectrum |= bindings.iter().any(|b| matches!(b.law, Law::Spectrum | Law::Spectra));
        }
    });
    own
}
