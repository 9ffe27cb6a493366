//! Numbers that solve equations.

use crate::formula::code::{Domain, LinearSystem, Unit};
use crate::formula::{Fault, fault};
use crate::num::Estimate;
use crate::num::sets::Segment;
use crate::num::system::{Equations, Found, Grade, Side, solve};

/// What evaluates the equations of systems at one place of a claim.
pub trait Evaluates {
    /// A unit whose first variables have these values.
    fn unit_at(&self, unit: &Unit, arguments: &[f64]) -> Result<Estimate, Fault>;
    /// All values of each equation on a box.
    fn system_on(&self, system: &LinearSystem, part: &[Segment]) -> Option<Vec<Segment>>;
    /// All slopes of each equation along each unknown over a box.
    fn slopes_of_system(&self, system: &LinearSystem, part: &[Segment], sharp: bool) -> Option<Vec<Vec<Segment>>>;
}

/// The equations of a system at one place of a claim.
struct Equated<'e, E> {
    evaluation: &'e E,
    system: &'e LinearSystem,
    /// Of the first point without a value.
    fault: Option<Fault>,
}

impl<E: Evaluates> Equations for Equated<'_, E> {
    fn values(&mut self, point: &[f64]) -> Option<Vec<Estimate>> {
        let found: Result<Vec<Estimate>, Fault> =
            self.system.equations.iter().map(|unit| self.evaluation.unit_at(unit, point)).collect();
        found.map_err(|fault| self.fault.get_or_insert(fault)).ok()
    }

    fn on_box(&mut self, part: &[Segment]) -> Option<Vec<Segment>> {
        self.evaluation.system_on(self.system, part)
    }

    fn slopes(&mut self, part: &[Segment], sharp: bool) -> Option<Vec<Vec<Segment>>> {
        self.evaluation.slopes_of_system(self.system, part, sharp)
    }
}

/// The solution of a system, with a proved bound where there is a proof; otherwise with the reason why not.
pub fn solution<E: Evaluates>(
    evaluation: &E,
    system: &LinearSystem,
    domain: &Domain,
) -> Result<(Vec<Estimate>, Option<String>), Fault> {
    let names = system.unknowns.join(", ");
    let sides = sides(evaluation, system, domain)?;
    let start = start_of(evaluation, system, domain, &sides)?;
    let mut equations = Equated { evaluation, system, fault: None };
    let found = solve(&mut equations, &sides, domain.explicit, start);
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
                None => refused(format!("the equations for {names} have no finite value at any place to start from")),
            };
        }
    };
    let why = match grade {
        Grade::Proved => None,
        Grade::Alone => {
            Some(format!("the solution for {names} is the only one near it; that the domain has no other is not shown"))
        }
        Grade::Unproved => Some(format!("no box around the solution for {names} was shown to hold exactly one")),
    };
    Ok((values, why))
}

fn sides<E: Evaluates>(evaluation: &E, system: &LinearSystem, domain: &Domain) -> Result<Vec<Side>, Fault> {
    let mut sides = vec![];
    for (name, ((low, low_closed), (high, high_closed))) in system.unknowns.iter().zip(&domain.ends) {
        let (low, high) = (evaluation.unit_at(low, &[])?.value, evaluation.unit_at(high, &[])?.value);
        if low.is_nan() || high.is_nan() || low >= high {
            let message = format!("the interval of `{name}`, from {} to {}, is empty", digits(low), digits(high));
            return fault(message, system.span);
        }
        sides.push(Side { low, low_closed: *low_closed, high, high_closed: *high_closed });
    }
    Ok(sides)
}

fn start_of<E: Evaluates>(
    evaluation: &E,
    system: &LinearSystem,
    domain: &Domain,
    sides: &[Side],
) -> Result<Option<Vec<f64>>, Fault> {
    let mut start = vec![];
    for ((unit, side), name) in domain.start.iter().zip(sides).zip(&system.unknowns) {
        let value = evaluation.unit_at(unit, &[])?.value;
        if !side.contains(value) {
            let message = format!("`from` starts at {name} = {}, which is not in its interval", digits(value));
            return fault(message, unit.code.span);
        }
        start.push(value);
    }
    Ok(Some(start).filter(|start| !start.is_empty()))
}

/// Six digits, without zeros behind the last one that counts.
fn digits(x: f64) -> String {
    if x != 0.0 && (x.abs() < 1e-3 || x.abs() >= 1e6) {
        format!("{x:.5e}")
    } else {
        format!("{}", (x * 1e6).round() / 1e6)
    }
}
