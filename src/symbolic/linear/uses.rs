//! Which definitions use which, and so which depend on the unknowns of a linear system.

use crate::symbolic::expression::{Definition, Node};
use std::collections::BTreeMap;

/// Which definitions use which.
pub(super) struct Uses<'d> {
    pub(super) definitions: &'d [Definition],
    /// For each definition the numbers of those that its body mentions.
    pub(super) direct: Vec<Vec<usize>>,
}

impl<'d> Uses<'d> {
    pub(super) fn new(definitions: &'d [Definition]) -> Uses<'d> {
        let numbers: BTreeMap<&str, usize> =
            definitions.iter().enumerate().map(|(i, d)| (d.name.as_str(), i)).collect();
        let direct = definitions.iter().enumerate().map(|(index, definition)| {
            let mut found = vec![];
            let own = own_unknowns(definition);
            definition.body.visit(&mut |expr| {
                let names = expr.names().into_iter().filter(|name| own.iter().all(|unknown| unknown != name));
                found.extend(names.filter_map(|name| numbers.get(name)).filter(|used| **used != index));
            });
            found.sort_unstable();
            found.dedup();
            found
        });
        Uses { definitions, direct: direct.collect() }
    }

    /// The definitions that depend on the unknowns of a system, the unknowns and the system itself not among them.
    pub(super) fn dependent(&self, system: usize) -> Vec<bool> {
        let is_unknown = |index: usize| {
            let name = &self.definitions[system].name;
            matches!(&self.definitions[index].body.node, Node::Unknown { system, .. } if system == name)
        };
        let mut dependent: Vec<bool> = (0..self.direct.len()).map(is_unknown).collect();
        loop {
            let more: Vec<usize> = (0..dependent.len())
                .filter(|index| {
                    *index != system && !dependent[*index] && self.direct[*index].iter().any(|u| dependent[*u])
                })
                .collect();
            if more.is_empty() {
                break;
            }
            more.into_iter().for_each(|index| dependent[index] = true);
        }
        (0..dependent.len()).map(|index| dependent[index] && !is_unknown(index)).collect()
    }

    /// The definitions dependent on the unknowns that the equations need, in order.
    pub(super) fn needed(&self, system: usize) -> Vec<usize> {
        let dependent = self.dependent(system);
        let mut needed = vec![false; dependent.len()];
        let mut open = vec![system];
        while let Some(index) = open.pop() {
            for &used in self.direct[index].iter().filter(|used| dependent[**used]) {
                if !needed[used] {
                    needed[used] = true;
                    open.push(used);
                }
            }
        }
        (0..needed.len()).filter(|index| needed[*index]).collect()
    }

    /// The unknowns that the equations mention, also through the definitions they need.
    pub(super) fn occurring(&self, system: usize) -> Vec<&'d str> {
        let own = own_unknowns(&self.definitions[system]);
        let mut found = vec![];
        for index in self.needed(system).into_iter().chain([system]) {
            self.definitions[index].body.visit(&mut |expr| {
                found.extend(expr.names().into_iter().filter(|name| own.iter().any(|unknown| unknown == name)));
            });
        }
        found
    }
}

/// The unknowns that a system defines; none of other definitions.
fn own_unknowns(definition: &Definition) -> &[String] {
    match &definition.body.node {
        Node::Linear { unknowns, .. } => unknowns,
        _ => &[],
    }
}
