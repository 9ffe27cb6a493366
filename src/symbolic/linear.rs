//! Linear systems, `linear r, a: r = E[x*D(x) : x ~ mp(rho)]/rho, a = ...`: whether the equations are affine in the unknowns,
//! and definitions brought into an order in which each uses earlier ones only.
//!
//! The equations may use definitions below them, and those may use the unknowns. For an evaluation such a definition becomes a
//! function of the unknowns too: `D(x)` is `D[r, a](x, r, a)` in the equations, and itself everywhere else.

use super::expression::{Definition, Node, Span};
use std::collections::BTreeMap;

mod affine;
mod order;

pub use order::in_order;

use affine::Search;

/// What is wrong with a system of equations, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemFault {
    pub kind: SystemFaultKind,
    pub message: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemFaultKind {
    NotAffine,
    /// An equation without an unknown.
    Idle,
    /// An unknown (the one of this number) in no equation.
    Missing(usize),
    /// Unknowns of another system depend on these, and these on them.
    Entangled,
    /// A measure would depend on the unknowns.
    Measure,
}

/// Faults of the system that is definition number `system`; none if its equations are affine in the unknowns as they are written:
/// these are added, multiplied and divided by what does not depend on them, integrated, and chosen by conditions that do not
/// depend on them. Places in shared definitions become those of the name that led there.
pub fn system_faults(definitions: &[Definition], system: usize) -> Vec<SystemFault> {
    let Node::Linear { unknowns, equations } = &definitions[system].body.node else { return vec![] };
    let uses = Uses::new(definitions);
    let mut search = Search::new(definitions, unknowns, uses.dependent(system), definitions[system].shared);
    // In order, so that no definition has to be looked into inside another.
    let is_unknown =
        |index: &usize| matches!(definitions[*index].body.node, Node::Unknown { .. } | Node::Linear { .. });
    for index in uses.needed(system).into_iter().filter(|index| !is_unknown(index)) {
        search.definition(index, vec![false; definitions[index].arguments.len()], definitions[index].span);
    }
    for equation in equations {
        let left = search.depends(&equation.left, &mut vec![]);
        let right = search.depends(&equation.right, &mut vec![]);
        if !left && !right {
            let span = Span { start: equation.left.span.start, end: equation.right.span.end };
            search.fault(SystemFaultKind::Idle, "no unknown occurs in this equation", span);
        }
    }
    let mut faults = search.faults;
    let occurs = uses.occurring(system);
    for (index, unknown) in unknowns.iter().enumerate().filter(|(_, unknown)| !occurs.contains(&unknown.as_str())) {
        let message = format!("the unknown `{unknown}` occurs in no equation");
        faults.push(SystemFault { kind: SystemFaultKind::Missing(index), message, span: definitions[system].span });
    }
    faults
}

/// Which definitions use which.
struct Uses<'d> {
    definitions: &'d [Definition],
    direct: Vec<Vec<usize>>,
}

impl<'d> Uses<'d> {
    fn new(definitions: &'d [Definition]) -> Uses<'d> {
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
    fn dependent(&self, system: usize) -> Vec<bool> {
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
    fn needed(&self, system: usize) -> Vec<usize> {
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
    fn occurring(&self, system: usize) -> Vec<&'d str> {
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

fn own_unknowns(definition: &Definition) -> &[String] {
    match &definition.body.node {
        Node::Linear { unknowns, .. } => unknowns,
        _ => &[],
    }
}
