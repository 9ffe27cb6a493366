//! Linear systems, `linear r, a: r = E[x*D(x) : x ~ mp(rho)]/rho, a = ...`: whether the equations are affine in the unknowns,
//! and definitions brought into an order in which each uses earlier ones only.
//!
//! The equations may use definitions below them, and those may use the unknowns. For an evaluation such a definition becomes a
//! function of the unknowns too: `D(x)` is `D[r, a](x, r, a)` in the equations, and itself everywhere else.

use super::expression::{self, Definition, Node, Span};

mod affine;
mod fault;
mod order;
mod uses;

pub use fault::{SystemFault, SystemFaultKind};
pub use order::in_order;

use affine::Search;
use uses::Uses;

/// Faults of the system that is definition number `system`; none if its equations are affine in the unknowns as they are written:
/// these are added, multiplied and divided by what does not depend on them, integrated, and chosen by conditions that do not
/// depend on them. Places in shared definitions become those of the name that led there.
pub fn system_faults(definitions: &[Definition], system: usize) -> Vec<SystemFault> {
    let Node::Linear { unknowns, equations, search } = &definitions[system].body.node else { return vec![] };
    let uses = Uses::new(definitions);
    if let Some(search) = search {
        let mut faults = missing(&uses, system, unknowns);
        faults.extend(domain(&uses, system, unknowns, search));
        faults.extend(entangled(&uses, system));
        return faults;
    }
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
    faults.extend(missing(&uses, system, unknowns));
    faults
}

/// Unknowns that no equation mentions.
fn missing(uses: &Uses, system: usize, unknowns: &[String]) -> Vec<SystemFault> {
    let occurs = uses.occurring(system);
    let absent = unknowns.iter().enumerate().filter(|(_, unknown)| !occurs.contains(&unknown.as_str()));
    let fault = |(index, unknown): (usize, &String)| SystemFault {
        kind: SystemFaultKind::Missing(index),
        message: format!("the unknown `{unknown}` occurs in no equation"),
        span: uses.definitions[system].span,
    };
    absent.map(fault).collect()
}

/// Intervals and places to start from that depend on the unknowns.
fn domain(uses: &Uses, system: usize, unknowns: &[String], search: &expression::Search) -> Vec<SystemFault> {
    let dependent = uses.dependent(system);
    let depends = |name: &str| {
        unknowns.iter().any(|unknown| unknown == name)
            || uses.definitions.iter().zip(&dependent).any(|(known, dependent)| *dependent && known.name == name)
    };
    let mut faults = vec![];
    search.visit(&mut |expr| {
        if let Some(name) = expr.names().into_iter().find(|name| depends(name)) {
            let message = format!("`{name}` is not known before the equations are solved");
            faults.push(SystemFault { kind: SystemFaultKind::Domain, message, span: expr.span });
        }
    });
    faults
}

/// Unknowns of other systems, and measures, that the equations need and that depend on the unknowns themselves.
fn entangled(uses: &Uses, system: usize) -> Vec<SystemFault> {
    let span = uses.definitions[system].span;
    let fault = |index: usize| {
        let definition = &uses.definitions[index];
        let name = &definition.name;
        let (kind, message) = match definition.body.node {
            Node::Unknown { .. } => {
                (SystemFaultKind::Entangled, format!("`{name}` solves equations that depend on the unknowns of these"))
            }
            Node::Measure { .. } => (
                SystemFaultKind::Measure,
                format!("the measure `{name}` depends on unknowns of the equations that use it"),
            ),
            _ => return None,
        };
        Some(SystemFault { kind, message, span })
    };
    uses.needed(system).into_iter().filter_map(fault).collect()
}
