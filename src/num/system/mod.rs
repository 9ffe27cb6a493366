//! Systems of nonlinear equations: solutions by damped iteration and Newton's method, a box around one in which it is proved to be the only
//! one, and the rest of the domain.

mod equations;
mod proof;
mod rest;
mod search;
#[cfg(test)]
mod tests;

pub use equations::{Equations, Side};
use proof::{Proved, proved};
use rest::{Rest, rest};
use search::{Reached, descend, spread, steady};

use super::Estimate;

/// Solutions that are closer than this, relative to `1 + |x|`, are one, where no proof says more.
const APART: f64 = 1e-6;
/// So many times the last Newton step is taken for the error where there is no proof, and no less than this, relative to `1 + |x|`.
const MARGIN: f64 = 10.0;
const LEAST_ERROR: f64 = 1e-12;

/// What is known of the solution found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// It is the only one in the domain, and in its bounds.
    Proved,
    /// It is in its bounds and the only one in a box around it. That the domain has no other is not shown.
    Alone,
    /// No box around it was shown to hold exactly one.
    Unproved,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum Found {
    One {
        values: Vec<Estimate>,
        grade: Grade,
    },
    /// Two of several solutions.
    Several([Vec<f64>; 2]),
    /// None: the best point, and the largest difference of two sides there.
    Nothing {
        point: Vec<f64>,
        residual: f64,
    },
    /// The equations are singular at this point, and hold there within this difference.
    Singular {
        point: Vec<f64>,
        residual: f64,
    },
    /// None but this, at an end that does not belong to the domain.
    AtAnEnd(Vec<f64>),
    /// No starting point has a value.
    NoValue,
}

struct Solution {
    reached: Reached,
    proof: Option<Proved>,
}

impl Solution {
    /// Whether a point leads to this solution, or is so close that it is taken for it.
    fn explains(&self, point: &[f64]) -> bool {
        match &self.proof {
            Some(proof) => proof.alone.iter().zip(point).all(|(alone, x)| alone.contains(*x)),
            None => self.reached.point.iter().zip(point).all(|(a, b)| (a - b).abs() <= APART * (1.0 + b.abs())),
        }
    }

    fn is_in(&self, domain: &[Side]) -> bool {
        let shown = self.is_shown_in(domain);
        shown || domain.iter().zip(&self.reached.point).all(|(side, x)| side.contains(*x) && !side.is_at_an_end(*x))
    }

    fn is_shown_in(&self, domain: &[Side]) -> bool {
        let inside = |proof: &Proved| domain.iter().zip(&proof.within).all(|(side, within)| side.holds(*within));
        self.proof.as_ref().is_some_and(inside)
    }

    fn values(&self) -> Vec<Estimate> {
        let point = &self.reached.point;
        match &self.proof {
            Some(proof) => point.iter().zip(&proof.errors).map(|(x, error)| Estimate::new(*x, *error)).collect(),
            None => {
                let error = |(x, distance): (&f64, &f64)| (MARGIN * distance).max(LEAST_ERROR * (1.0 + x.abs()));
                point.iter().zip(&self.reached.distance).map(|pair| Estimate::new(*pair.0, error(pair))).collect()
            }
        }
    }
}

/// The solution in the domain. `explicit`: equation i reads `unknown i = ...`. With a `start` the one that it leads to; without, several
/// places of the domain are tried, unless it is shown that there is only one.
pub fn solve(equations: &mut dyn Equations, domain: &[Side], explicit: bool, start: Option<Vec<f64>>) -> Found {
    let chosen = start.is_some();
    let starts = start.map_or_else(|| spread(domain), |start| vec![start]);
    let mut found: Option<(Solution, Grade)> = None;
    // Solutions at ends that do not belong to the domain.
    let mut outside: Vec<Solution> = vec![];
    let mut best: Option<Reached> = None;
    for start in starts {
        let known = |point: &[f64]| {
            found.iter().map(|(solution, _)| solution).chain(&outside).any(|solution| solution.explains(point))
        };
        let Some(reached) = descend(equations, domain, explicit, start, &known) else { continue };
        if known(&reached.point) {
            continue;
        }
        if !reached.solved {
            if best.as_ref().is_none_or(|best| reached.residual < best.residual) {
                best = Some(reached);
            }
            continue;
        }
        let values = equations.values(&reached.point);
        let proof = values.and_then(|values| proved(equations, &reached.point, &values));
        if proof.is_none() && !steady(equations, domain, &reached.point) {
            best = Some(Reached { singular: true, ..reached });
            continue;
        }
        let solution = Solution { reached, proof };
        if !solution.is_in(domain) {
            outside.push(solution);
            continue;
        }
        if let Some((first, _)) = &found {
            return Found::Several([first.reached.point.clone(), solution.reached.point]);
        }
        let grade = match &solution.proof {
            None => Grade::Unproved,
            Some(proof) => match rest(equations, domain, proof) {
                Rest::Another(other) if !chosen => return Found::Several([solution.reached.point, other]),
                Rest::Nothing if solution.is_shown_in(domain) => Grade::Proved,
                _ => Grade::Alone,
            },
        };
        if grade == Grade::Proved {
            return Found::One { values: solution.values(), grade };
        }
        found = Some((solution, grade));
    }
    if let Some((solution, grade)) = found {
        return Found::One { values: solution.values(), grade };
    }
    match (outside.pop(), best) {
        (Some(solution), _) => Found::AtAnEnd(solution.reached.point),
        (None, Some(Reached { point, residual, singular: true, .. })) => Found::Singular { point, residual },
        (None, Some(Reached { point, residual, .. })) => Found::Nothing { point, residual },
        (None, None) => Found::NoValue,
    }
}
