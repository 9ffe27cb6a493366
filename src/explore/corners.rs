//! Values that are visited on purpose: thresholds of a claim's own formulas, ends of domains, ratios around 1, vanishing coefficients.

use super::laws;
use super::numbers::{RATIO_CORNERS, Range};
use crate::claim::{Claim, Within};
use crate::limit::{Formula, Place, Program};
use crate::model::{Settings, Value};
use crate::symbolic::{Binary, Condition, Expr, Node, Span};

/// Corners of one claim.
pub struct Corners {
    values: Vec<(String, Value)>,
    /// What is zero at a threshold.
    thresholds: Vec<Program>,
}

impl Corners {
    pub fn of(claim: &Claim) -> Corners {
        let mut values = Vec::new();
        for parameter in &claim.parameters {
            let name = &parameter.name;
            let narrowed = within(claim, name);
            let range = range(claim, name);
            if let Some(range) = range {
                let ratios = RATIO_CORNERS.into_iter().filter(|_| name == "rho");
                let ends = range.corners.into_iter().flatten();
                values.extend(ratios.chain(ends).map(|x| (name.clone(), Value::Number(x))));
            } else if narrowed.is_none() {
                values.extend(laws::corners(name).into_iter().map(|value| (name.clone(), value)));
            }
        }
        Corners { values, thresholds: thresholds(claim) }
    }

    /// How many kinds of corner there are.
    pub fn len(&self) -> usize {
        self.values.len() + self.thresholds.len()
    }

    /// The point with one parameter at the corner of that number; None if it has no such corner.
    pub fn apply(&self, claim: &Claim, number: usize, above: bool, mut point: Settings) -> Option<Settings> {
        if let Some((name, value)) = self.values.get(number) {
            point.set(name, value.clone());
            return Some(point);
        }
        let threshold = self.thresholds.get(number - self.values.len())?;
        claim.parameters.iter().find_map(|parameter| {
            let range = range(claim, &parameter.name)?;
            let at = |x: f64| {
                let mut settings = point.clone();
                settings.set(&parameter.name, Value::Number(x));
                settings
            };
            let positive = |x: f64| {
                let place = Place { settings: at(x), size: None };
                threshold.evaluate(Formula::Limit, &place).ok().map(|value| value.value >= 0.0)
            };
            range.both_sides(positive).map(|sides| at(sides[usize::from(above)]))
        })
    }
}

/// What the claim says of where random values of a parameter lie.
pub fn within<'a>(claim: &'a Claim, name: &str) -> Option<&'a Within> {
    claim.explored.iter().find(|explored| explored.parameter == name).map(|explored| &explored.within)
}

/// Where a number is drawn; None for what is no number, or one of a list of values.
pub fn range(claim: &Claim, name: &str) -> Option<Range> {
    let parameter = claim.parameter(name)?;
    match (parameter.domain, within(claim, name)) {
        (Some(domain), None) => Some(Range::of(parameter, domain, None)),
        (Some(domain), Some(Within::Between(low, high))) => Some(Range::of(parameter, domain, Some((*low, *high)))),
        _ => None,
    }
}

/// Formulas that are zero where a case of the claim's own formulas ends. What depends on bound variables is no threshold of a parameter.
fn thresholds(claim: &Claim) -> Vec<Program> {
    let mut zeros: Vec<Expr> = Vec::new();
    let mut add = |zero: Expr| {
        if !zeros.contains(&zero) {
            zeros.push(zero);
        }
    };
    let formulas = claim.definitions.iter().map(|definition| &definition.body).chain([&claim.limit]);
    for formula in formulas {
        formula.visit(&mut |inner| match &inner.node {
            Node::Cases { branches, .. } => branches.iter().for_each(|branch| sides(&branch.condition, &mut add)),
            Node::Apply { function, arguments, .. } => match (function.as_str(), &arguments[..]) {
                ("pos" | "abs", [argument]) => add(argument.clone()),
                ("min" | "max", [left, right]) => add(difference(left, right)),
                _ => {}
            },
            _ => {}
        });
    }
    zeros.into_iter().filter_map(|zero| program(claim, zero)).collect()
}

/// The difference of the two sides of every comparison in a condition.
fn sides(condition: &Condition, add: &mut dyn FnMut(Expr)) {
    match condition {
        Condition::And(one, other) | Condition::Or(one, other) => {
            sides(one, add);
            sides(other, add);
        }
        Condition::Compare(_, left, right) => add(difference(left, right)),
    }
}

fn difference(left: &Expr, right: &Expr) -> Expr {
    let node = Node::Binary(Binary::Subtract, Box::new(left.clone()), Box::new(right.clone()));
    Expr::new(node, Span::default())
}

/// The formula as the limit of a claim with the same definitions; None if it has no meaning outside a binding.
fn program(claim: &Claim, formula: Expr) -> Option<Program> {
    let alone = Claim {
        limit: formula,
        alternative: None,
        growth: None,
        finite: None,
        specials: Vec::new(),
        require: Vec::new(),
        grid: Vec::new(),
        ..claim.clone()
    };
    Program::compile(&alone).ok()
}
