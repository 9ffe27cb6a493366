//! How the variable of an integrator gives the variables of a formula.

use super::super::evaluation::Evaluation;
use super::super::laws::Laws;
use crate::formula::code::Eigenvalue;
use crate::formula::number::Single;
use crate::formula::registers::{Difference, Other, Registers};
use crate::num::Estimate;
use crate::num::enclosed::Places;
use crate::num::enclosed::laws::{Near, Place};
use crate::num::many::{Estimates, Many};
use crate::num::sets::{Kind, Set};

/// An eigenvalue as the quantile at the integrator's variable.
#[derive(Clone, Copy)]
pub struct Level {
    pub slot: usize,
    pub of: Eigenvalue,
    /// At one minus the variable.
    pub opposite: bool,
    /// Its value, where it is one between two jumps.
    pub constant: Option<Estimate>,
}

/// The variables of a formula, by their slots.
#[derive(Clone)]
pub enum Variables {
    /// The integrator's variable itself.
    Plain(usize),
    /// The variable, and one minus it in the next slot.
    Beside(usize),
    /// The variable, and the same or its opposite as another one.
    Both { first: usize, second: usize, opposite: bool },
    /// Quantiles at the variable.
    Levels(Vec<Level>),
}

impl Variables {
    /// Sets the variables on a set. `None`: they have no value there.
    pub fn set<K: Set>(&self, evaluation: &Evaluation, place: &Place<K>, registers: &mut Registers<K>) -> Option<()> {
        let Place { x, near } = *place;
        match self {
            Variables::Plain(slot) => *registers.slot_mut(*slot) = x,
            Variables::Beside(slot) => {
                *registers.slot_mut(*slot) = x;
                *registers.slot_mut(slot + 1) = complement(x, near)?;
                // A variable of a formula around this one may have had a known difference.
                registers.difference = match near {
                    Some(near) if near.end.abs_err == 0.0 => {
                        let value = if near.above { near.distance } else { near.distance.neg()? };
                        Some(Difference { first: *slot, second: Other::Number(near.end.value), value })
                    }
                    _ => None,
                };
            }
            Variables::Both { first, second, opposite } => {
                *registers.slot_mut(*first) = x;
                *registers.slot_mut(*second) = if *opposite { x.neg()? } else { x };
            }
            Variables::Levels(levels) => {
                let rest = complement(x, near)?;
                for level in levels {
                    let (p, q) = if level.opposite { (rest, x) } else { (x, rest) };
                    *registers.slot_mut(level.slot) = match level.constant {
                        Some(value) => K::of(value)?,
                        None => evaluation.point.laws.quantile_on(level.of, p, q, &mut registers.signs)?,
                    };
                }
            }
        }
        Some(())
    }

    /// The variables at several places: for each its slot and its values. `None`: they have no value at some place.
    pub fn at(&self, laws: &Laws, places: Places) -> Option<Vec<(usize, Estimates)>> {
        let many = Estimates::of;
        let complements = || -> Vec<Estimate> {
            let near = |i: usize| {
                places.near.map(|near| Near { end: near.end, above: near.above, distance: near.distance[i] })
            };
            let each = places.xs.iter().enumerate();
            each.map(|(i, x)| complement(*x, near(i)).unwrap_or(Estimate::UNDEFINED)).collect()
        };
        Some(match self {
            Variables::Plain(slot) => vec![(*slot, many(places.xs))],
            Variables::Beside(slot) => vec![(*slot, many(places.xs)), (slot + 1, many(&complements()))],
            Variables::Both { first, second, opposite } => {
                let mut other = many(places.xs);
                if *opposite {
                    Many::negate(&mut other);
                }
                vec![(*first, many(places.xs)), (*second, other)]
            }
            Variables::Levels(levels) => {
                let rests = complements();
                let mut variables = vec![];
                for level in levels {
                    if let Some(value) = level.constant {
                        variables.push((level.slot, Estimates::same(value)));
                        continue;
                    }
                    let at = |(p, q): (&Estimate, &Estimate)| {
                        let (p, q) = if level.opposite { (q, p) } else { (p, q) };
                        laws.quantile(level.of, *p, *q).ok()
                    };
                    let values: Option<Vec<Estimate>> = places.xs.iter().zip(&rests).map(at).collect();
                    variables.push((level.slot, many(&values?)));
                }
                variables
            }
        })
    }
}

/// What is known at several places of the distance from an end.
pub fn difference_at(variables: &Variables, places: Places) -> Option<Difference<Estimates>> {
    let (Variables::Beside(slot), Some(near)) = (variables, places.near) else { return None };
    if near.end.abs_err > 0.0 {
        return None;
    }
    let mut value = Estimates::of(near.distance);
    if !near.above {
        Many::negate(&mut value);
    }
    Some(Difference { first: *slot, second: Other::Number(near.end.value), value })
}

/// `1 - x`, which near the end 1 is the distance from it.
fn complement<K: Kind>(x: K, near: Option<Near<K>>) -> Option<K> {
    match near {
        Some(near) if !near.above && near.end == Estimate::ONE => Some(near.distance),
        _ => K::exact(1.0)?.sub(x),
    }
}

/// The variables that stand in some registers, on another kind of number. `None`: one of them has no value of that kind.
pub fn carried<S: Single, K: Single>(
    from: &Registers<S>,
    to: &mut Registers<K>,
    convert: impl Fn(S) -> Option<K>,
) -> Option<()> {
    let frame = from.frame();
    to.begin(frame.len(), 1);
    for (slot, x) in frame.iter().enumerate() {
        *to.slot_mut(slot) = convert(*x)?;
    }
    Some(())
}
