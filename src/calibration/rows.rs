//! The truths that the judge is tried on.

use super::mock::{Noise, Shape, Spread};
use crate::compare::Order;
use crate::compare::form::Term;
use crate::verdict::Verdict;

/// Margin of every row: gaps are in the same unit.
pub(crate) const MARGIN: f64 = 0.01;

/// One truth, and what is claimed of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Part of the key of the row's random streams.
    pub name: &'static str,
    /// The order that the claim declares.
    pub order: Order,
    /// What the gap does besides its limit.
    pub shape: Shape,
    /// The gap at infinite size, in margins.
    pub limit: f64,
    /// Law of one draw about its mean.
    pub noise: Noise,
    /// How the deviation of a draw depends on the size.
    pub spread: Spread,
    /// Whether the form of the fit holds: then the level must, too.
    pub inside: bool,
}

impl Row {
    /// The verdict that is true of the limit: a gap at infinite size within the margin, or beyond it.
    pub fn right(&self) -> Verdict {
        if self.limit.abs() < 1.0 { Verdict::Agrees } else { Verdict::Disagrees }
    }

    /// The expected gap at dimension `dim`, its limit included; in the unit in which the margin is 0.01.
    pub fn gap(&self, dim: usize) -> f64 {
        self.limit * MARGIN + self.shape.at(dim)
    }
}

/// Just beyond the margin, and just within.
const BEYOND: f64 = 1.0 + 1e-9;
const WITHIN: f64 = 1.0 - 1e-9;

/// All rows. Coefficients are such that the bias at the smallest size is some ten margins, as for random features at the quick
/// budget.
pub fn rows() -> Vec<Row> {
    let power = |rate: f64| Order::Power(rate);
    let terms = |list: &[(f64, f64)]| Shape::Terms(list.iter().map(|(c, rate)| (*c, Term::Power(*rate))).collect());
    let usual = || terms(&[(2.0, 1.0), (-5.0, 2.0)]);
    let row = |name, order, shape, limit| Row {
        name,
        order,
        shape,
        limit,
        noise: Noise::Normal,
        spread: Spread::Falling(1.0),
        inside: true,
    };
    let with_noise = |row: Row, noise| Row { noise, ..row };
    let with_spread = |row: Row, spread| Row { spread, ..row };
    let outside = |row: Row| Row { inside: false, ..row };
    let half = || terms(&[(0.5, 0.5), (-0.5, 1.0)]);
    let fast = || terms(&[(10.0, 1.5), (-50.0, 3.0)]);
    let square = || terms(&[(20.0, 2.0), (200.0, 4.0)]);
    let none = || terms(&[]);
    let logarithm = |c: f64| Shape::Terms(vec![(c, Term::Power(1.0)), (c, Term::Logarithm(1.0))]);
    vec![
        row("true, bias d^-1", power(1.0), usual(), 0.0),
        row("true, bias d^-1/2", power(0.5), half(), 0.0),
        row("true, bias d^-3/2", power(1.5), fast(), 0.0),
        row("true, bias d^-2", power(2.0), square(), 0.0),
        row("true, exact", Order::Exact, none(), 0.0),
        with_spread(row("true, uneven variances", power(1.0), usual(), 0.0), Spread::Uneven),
        with_spread(row("true, deviation d^-1/2", power(1.0), usual(), 0.0), Spread::Falling(0.5)),
        with_noise(row("true, Student noise, 5 degrees of freedom", power(1.0), usual(), 0.0), Noise::Student(5.0)),
        with_noise(row("true, Student noise, 3 degrees of freedom", power(1.0), usual(), 0.0), Noise::Student(3.0)),
        with_noise(row("true, log-normal noise", power(1.0), usual(), 0.0), Noise::LogNormal),
        row("just beyond the margin", power(1.0), usual(), BEYOND),
        row("just within the margin", power(1.0), usual(), WITHIN),
        row("just beyond, bias of the other sign", power(1.0), terms(&[(-2.0, 1.0), (5.0, 2.0)]), BEYOND),
        row("just beyond, bias d^-1/2", power(0.5), half(), BEYOND),
        row("just beyond, exact", Order::Exact, none(), BEYOND),
        row("just within, exact", Order::Exact, none(), WITHIN),
        with_spread(row("just beyond, uneven variances", power(1.0), usual(), BEYOND), Spread::Uneven),
        with_noise(row("just beyond, Student noise, 3", power(1.0), usual(), BEYOND), Noise::Student(3.0)),
        with_noise(row("just beyond, log-normal noise", power(1.0), usual(), BEYOND), Noise::LogNormal),
        with_noise(row("just beyond, log-normal noise, below", power(1.0), usual(), -BEYOND), Noise::LogNormal),
        row("off by 2 margins", power(1.0), usual(), 2.0),
        row("off by 3 margins", power(1.0), usual(), 3.0),
        row("off by 5 margins", power(1.0), usual(), 5.0),
        row("off by 5 margins, bias d^-1/2", power(0.5), half(), 5.0),
        row("off by 2 margins, exact", Order::Exact, none(), 2.0),
        with_noise(row("off by 5 margins, Student noise, 3", power(1.0), usual(), 5.0), Noise::Student(3.0)),
        outside(row("true, claimed d^-1, bias d^-1/2", power(1.0), terms(&[(0.5, 0.5)]), 0.0)),
        outside(row("true, claimed d^-2, bias d^-1", power(2.0), usual(), 0.0)),
        outside(row("true, claimed d^-1/2, bias d^-1", power(0.5), usual(), 0.0)),
        outside(row("true, claimed exact, bias d^-1", Order::Exact, terms(&[(0.4, 1.0)]), 0.0)),
        outside(row("true, next order d^-3/2", power(1.0), terms(&[(2.0, 1.0), (-5.0, 1.5)]), 0.0)),
        outside(row("true, third order d^-3", power(1.0), terms(&[(2.0, 1.0), (-5.0, 2.0), (300.0, 3.0)]), 0.0)),
        outside(row("true, bias log d / d", power(1.0), logarithm(1.0), 0.0)),
        outside(row("true, bias 1 / log d", power(1.0), Shape::InverseLogarithm(0.1), 0.0)),
        outside(row("off by 5, claimed d^-1, bias -d^-1/2", power(1.0), terms(&[(-1.5, 0.5)]), 5.0)),
        outside(row("off by 2, claimed d^-1, bias -d^-1/2", power(1.0), terms(&[(-0.6, 0.5)]), 2.0)),
        outside(row("off by 5, bias -log d / d", power(1.0), logarithm(-3.0), 5.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_truths_as_named() {
        let rows = rows();
        let names: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), rows.len());
        for row in &rows {
            let right = if row.name.starts_with("true") || row.name.starts_with("just within") {
                Verdict::Agrees
            } else {
                Verdict::Disagrees
            };
            assert_eq!(row.right(), right, "{}", row.name);
            let far = 1_000_000_000_000;
            let tends =
                matches!(row.shape, Shape::InverseLogarithm(_)) || (row.gap(far) / MARGIN - row.limit).abs() < 0.01;
            assert!(tends, "{}", row.name);
        }
    }
}
