//! Numbers that solve equations.

use super::evaluation::Evaluation;
use crate::formula::code::{Domain, LinearSystem};
use crate::formula::{Fault, fault};
use crate::num::Estimate;
use crate::num::sets::Segment;
use crate::num::system::{Equations, Found, Grade, Side, solve};

/// The equations of a system at one place of a claim.
struct Equated<'e, 'p> {
    evaluation: &'e Evaluation<'p>,
    system: &'e LinearSystem,
    /// Of the first point without a value.
    fault: Option<Fault>,
}

impl Equated<'_, '_> {
    fn at(&self, point: &[f64]) -> Result<Vec<Estimate>, Fault> {
        self.system.equations.iter().map(|unit| self.evaluation.with_arguments(unit, point)).collect()
    }
}

impl Equations for Equated<'_, '_> {
    fn values(&mut self, point: &[f64]) -> Option<Vec<Estimate>> {
        self.at(point).map_err(|fault| self.fault.get_or_insert(fault)).ok()
    }

    fn on_box(&mut self, part: &[Segment]) -> Option<Vec<Segment>> {
        self.evaluation.system_on(self.system, part)
    }

    fn slopes(&mut self, part: &[Segment], sharp: bool) -> Option<Vec<Vec<Segment>>> {
        self.evaluation.slopes_of_system(self.system, part, sharp)
    }
}

impl Evaluation<'_> {
    /// The solution of a system, with a proved bound where there is a proof.
    pub fn solution(&self, system: &LinearSystem, domain: &Domain) -> Result<Vec<Estimate>, Fault> {
        let names = system.unknowns.join(", ");
        let sides = self.sides(system, domain)?;
        let start = self.start(system, domain, &sides)?;
        let mut equations = Equated { evaluation: self, system, fault: None };
        // What is noted at points on the way says nothing of the solution.
        let before = self.take_why();
        let found = solve(&mut equations, &sides, domain.explicit, start);
        self.forget_why(before);
        let shown = |point: &[f64]| {
            let values = system.unknowns.iter().zip(point).map(|(name, x)| format!("{name} = {}", digits(*x)));
            values.collect::<Vec<_>>().join(", ")
        };
        let refused = |message: String| fault(message, system.span);
        let (values, grade) = match found {
            Found::One { values, grade } => (values, grade),
            Found::Several([one, other]) => {
                let places = format!("({}) and ({})", shown(&one), shown(&other));
                return refused(format!(
                    "these equations have several solutions, among them {places}: narrow the domain, or say near which one with `from`"
                ));
            }
            Found::Nothing { point, residual } => {
                return refused(format!(
                    "no solution was found in the domain: the best point is ({}), where the sides differ by up to {residual:.1e}",
                    shown(&point)
                ));
            }
            Found::Singular { point, residual } => {
                return refused(format!(
                    "these equations do not determine {names}: they are singular at ({}), where the sides differ by up to {residual:.1e}",
                    shown(&point)
                ));
            }
            Found::AtAnEnd(point) => {
                return refused(format!(
                    "the only solution found, ({}), lies at an end that does not belong to the domain",
                    shown(&point)
                ));
            }
            Found::NoValue => {
                return match equations.fault {
                    Some(why) => Err(why),
                    None => {
                        refused(format!("the equations for {names} have no finite value at any place to start from"))
                    }
                };
            }
        };
        // Again at the solution, for what is to be noted there.
        let point: Vec<f64> = values.iter().map(|x| x.value).collect();
        equations.at(&point)?;
        match grade {
            Grade::Proved => {}
            Grade::Alone => self.estimated(
                || {
                    format!(
                        "the solution for {names} is the only one near it; that the domain has no other is not shown"
                    )
                },
                system.span,
            ),
            Grade::Unproved => self.estimated(
                || format!("no box around the solution for {names} was shown to hold exactly one"),
                system.span,
            ),
        }
        Ok(values)
    }

    fn sides(&self, system: &LinearSystem, domain: &Domain) -> Result<Vec<Side>, Fault> {
        let mut sides = vec![];
        for (name, ((low, low_closed), (high, high_closed))) in system.unknowns.iter().zip(&domain.ends) {
            let (low, high) = (self.formula(low)?.value, self.formula(high)?.value);
            if low.is_nan() || high.is_nan() || low >= high {
                let message = format!("the interval of `{name}`, from {} to {}, is empty", digits(low), digits(high));
                return fault(message, system.span);
            }
            sides.push(Side { low, low_closed: *low_closed, high, high_closed: *high_closed });
        }
        Ok(sides)
    }

    fn start(&self, system: &LinearSystem, domain: &Domain, sides: &[Side]) -> Result<Option<Vec<f64>>, Fault> {
        let mut start = vec![];
        for ((unit, side), name) in domain.start.iter().zip(sides).zip(&system.unknowns) {
            let value = self.formula(unit)?.value;
            if !side.contains(value) {
                let message = format!("`from` starts at {name} = {}, which is not in its interval", digits(value));
                return fault(message, unit.code.span);
            }
            start.push(value);
        }
        Ok(Some(start).filter(|start| !start.is_empty()))
    }
}

/// Six digits, without zeros behind the last one that counts.
fn digits(x: f64) -> String {
    if x != 0.0 && (x.abs() < 1e-3 || x.abs() >= 1e6) {
        format!("{x:.5e}")
    } else {
        format!("{}", (x * 1e6).round() / 1e6)
    }
}
