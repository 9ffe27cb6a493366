//! Definitions in the order of their use, with what linear systems use further below as functions of the unknowns.

use super::fault::{SystemFault, SystemFaultKind};
use super::uses::Uses;
use crate::symbolic::derivative::derivative;
use crate::symbolic::expression::{Definition, Expr, Node, Span};

/// The definitions in an order in which each uses earlier ones only, with what the equations of linear systems need written as
/// functions of the unknowns. A list without such systems stays as it is.
///
/// Errors: unknowns of two systems that depend on each other, a measure that depends on unknowns of the equations that use it, a
/// function without a derivative; the span is that of the system.
pub fn in_order(definitions: &[Definition]) -> Result<Vec<Definition>, SystemFault> {
    if definitions.iter().all(|definition| !matches!(definition.body.node, Node::Linear { .. })) {
        return Ok(definitions.to_vec());
    }
    let mut order = Order { uses: Uses::new(definitions), begun: vec![false; definitions.len()], made: vec![] };
    (0..definitions.len()).try_for_each(|index| order.add(index))?;
    Ok(order.made)
}

struct Order<'d> {
    uses: Uses<'d>,
    begun: Vec<bool>,
    made: Vec<Definition>,
}

impl Order<'_> {
    /// Adds a definition behind everything that it uses.
    fn add(&mut self, index: usize) -> Result<(), SystemFault> {
        if std::mem::replace(&mut self.begun[index], true) {
            return Ok(());
        }
        let definition = &self.uses.definitions[index];
        if let Node::Linear { unknowns, .. } = &definition.body.node {
            let needed = self.uses.needed(index);
            for used in
                needed.iter().chain([&index]).flat_map(|user| self.uses.direct[*user].clone()).collect::<Vec<_>>()
            {
                let own = matches!(&self.uses.definitions[used].body.node, Node::Unknown { system, .. } if *system == definition.name);
                if !own && !needed.contains(&used) {
                    self.add(used)?;
                }
            }
            let mut lift = Lift {
                definitions: self.uses.definitions,
                needed: &needed,
                unknowns,
                span: definition.span,
                made: vec![],
            };
            needed.iter().try_for_each(|used| lift.lifted(*used, 0).map(|_| ()))?;
            let body = lift.rewritten(&definition.body, None)?;
            self.made.append(&mut lift.made);
            self.made.push(Definition { body, ..definition.clone() });
            return Ok(());
        }
        for used in self.uses.direct[index].clone() {
            self.add(used)?;
        }
        self.made.push(definition.clone());
        Ok(())
    }
}

/// Writes definitions as functions of the unknowns too.
struct Lift<'d> {
    definitions: &'d [Definition],
    needed: &'d [usize],
    unknowns: &'d [String],
    span: Span,
    made: Vec<Definition>,
}

impl Lift<'_> {
    /// The name of the definition number `index`, differentiated `primes` times, as a function of the unknowns too.
    fn lifted(&mut self, index: usize, primes: u32) -> Result<String, SystemFault> {
        let definition = &self.definitions[index];
        let name = format!("{}{}[{}]", definition.name, "'".repeat(primes as usize), self.unknowns.join(", "));
        if self.made.iter().any(|known| known.name == name) {
            return Ok(name);
        }
        let fault = |kind, message| Err(SystemFault { kind, message, span: self.span });
        let mut body = definition.body.clone();
        match (&body.node, &definition.arguments[..]) {
            (Node::Unknown { .. } | Node::Linear { .. }, _) => {
                let message = format!("`{}` solves equations that depend on the unknowns of these", definition.name);
                return fault(SystemFaultKind::Entangled, message);
            }
            (Node::Measure { .. }, _) => {
                let message =
                    format!("the measure `{}` depends on unknowns of the equations that use it", definition.name);
                return fault(SystemFaultKind::Measure, message);
            }
            (_, [argument]) => {
                for _ in 0..primes {
                    body = derivative(&body, argument).map_err(|why| {
                        let message = format!("`{}` has no derivative: {}", definition.name, why.message);
                        SystemFault { kind: SystemFaultKind::NotAffine, message, span: self.span }
                    })?;
                }
            }
            _ => {}
        }
        let body = self.rewritten(&body, Some(index))?;
        let arguments = definition.arguments.iter().chain(self.unknowns).cloned().collect();
        self.made.push(Definition { name: name.clone(), arguments, body, ..definition.clone() });
        Ok(name)
    }

    /// `body` with every definition that was written as a function of the unknowns called as such. `own` is the definition whose
    /// body this is: as there is no recursion, its name can only be that of a bound variable there, and stays.
    fn rewritten(&mut self, body: &Expr, own: Option<usize>) -> Result<Expr, SystemFault> {
        let mut body = body.clone();
        let mut outcome = Ok(());
        body.rewrite(&mut |expr| {
            let (name, primes, arguments) = match &mut expr.node {
                Node::Name(name) => (name.clone(), 0, vec![]),
                Node::Apply { function, primes, arguments } => (function.clone(), *primes, std::mem::take(arguments)),
                _ => return,
            };
            let index = self.needed.iter().find(|index| self.definitions[**index].name == name && own != Some(**index));
            let lifted = index.map(|index| self.lifted(*index, primes));
            let unknowns = self.unknowns.iter().map(|unknown| Expr::new(Node::Name(unknown.clone()), expr.span));
            match (lifted, &mut expr.node) {
                (Some(Ok(function)), node) => {
                    *node =
                        Node::Apply { function, primes: 0, arguments: arguments.into_iter().chain(unknowns).collect() };
                }
                (Some(Err(fault)), _) => outcome = Err(fault),
                (None, Node::Apply { arguments: own, .. }) => *own = arguments,
                (None, _) => {}
            }
        });
        outcome.map(|()| body)
    }
}
