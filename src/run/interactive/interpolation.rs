//! The value of a table between its nodes. The page's script does the same; what both share is the table.

use crate::record::interactive::{AxisGrid, AxisKind, INFINITE, NONE, TableRecord};

/// A place on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// A node.
    Node(usize),
    /// Shares of the nodes of an axis of parts.
    Parts([f64; 3]),
    /// A number between nodes.
    Number(f64),
}

impl At {
    /// On the axis of parts: `beta` of the spectrum, size of the start.
    pub fn parts(beta: f64, start: f64) -> At {
        At::Parts([1.0 - beta - start * start, beta, start * start])
    }
}

/// The table's value at a place, one coordinate for each of its axes; infinite where a node next to it is. None where too few nodes
/// have a value, or outside of an axis.
pub fn value_at(axes: &[AxisGrid], table: &TableRecord, place: &[At]) -> Option<f64> {
    let own: Option<Vec<&AxisGrid>> =
        table.axes.iter().map(|name| axes.iter().find(|axis| axis.name == *name)).collect();
    let value = below(&own?, table, place, 0)?;
    // Test error and sensitivity have no sign; a cubic may swing below.
    Some(value.max(0.0))
}

fn below(axes: &[&AxisGrid], table: &TableRecord, place: &[At], row: usize) -> Option<f64> {
    let Some((axis, rest)) = axes.split_first() else {
        return match *table.codes.get(row)? {
            NONE => None,
            INFINITE => Some(f64::INFINITY),
            code => Some((table.step * f64::from(code)).powi(2)),
        };
    };
    let (at, places) = place.split_first()?;
    let length = axis.at.len().max(axis.sets.len());
    let node = |k: usize| below(rest, table, places, row * length + k);
    match (axis.kind, at) {
        (AxisKind::Parts, At::Parts(shares)) => {
            (0..3).filter(|k| shares[*k] != 0.0).try_fold(0.0, |sum, k| Some(sum + shares[k] * node(k)?))
        }
        (AxisKind::Cubic, At::Number(x)) => {
            let (cell, nodes) = stencil(&axis.at, &axis.kinks, *x)?;
            let values: Vec<(usize, f64)> = nodes.filter_map(|k| Some((k, node(k)?))).collect();
            // Beyond the last node with a value there is none, but at a kink: there each side has its own limit.
            let is_there = |k: usize| axis.kinks.contains(&axis.at[k]) || values.iter().any(|(node, _)| *node == k);
            if axis.at[cell] != *x && !(is_there(cell) && is_there(cell + 1)) {
                return None;
            }
            let ordinate = |y: f64| if table.inverse { 1.0 / y } else { y };
            let points: Vec<(f64, f64)> = values.iter().map(|(k, y)| (axis.at[*k].ln(), ordinate(*y))).collect();
            lagrange(&points, x.ln()).map(ordinate)
        }
        (_, At::Node(k)) if *k < length => node(*k),
        _ => None,
    }
}

/// The node before a number, and the four about it, all on its side of every kink.
fn stencil(nodes: &[f64], kinks: &[f64], x: f64) -> Option<(usize, std::ops::Range<usize>)> {
    let last = nodes.len().checked_sub(1)?;
    if !(nodes[0] <= x && x <= nodes[last]) {
        return None;
    }
    let cell = nodes[..last].iter().rposition(|node| *node <= x)?;
    let is_end = |k: usize| k == 0 || k == last || kinks.contains(&nodes[k]);
    let low = (0..=cell).rev().find(|k| is_end(*k))?;
    let high = (cell + 1..=last).find(|k| is_end(*k))?;
    let first = cell.saturating_sub(1).max(low).min(high.saturating_sub(3).max(low));
    Some((cell, first..(first + 4).min(high + 1)))
}

/// The polynomial through the points; a single point gives no value but its own.
fn lagrange(points: &[(f64, f64)], x: f64) -> Option<f64> {
    if let Some((_, y)) = points.iter().find(|(node, _)| *node == x) {
        return Some(*y);
    }
    if points.len() < 2 {
        return None;
    }
    let weight = |k: usize| {
        let others = points.iter().enumerate().filter(|(other, _)| *other != k);
        others.map(|(_, (node, _))| (x - node) / (points[k].0 - node)).product::<f64>()
    };
    if points.iter().any(|(_, y)| y.is_infinite()) {
        return Some(f64::INFINITY);
    }
    Some(points.iter().enumerate().map(|(k, (_, y))| weight(k) * y).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(nodes: &[f64], kinks: &[f64], f: impl Fn(f64) -> f64) -> (Vec<AxisGrid>, TableRecord) {
        let axis = AxisGrid {
            name: "rho".into(),
            kind: AxisKind::Cubic,
            at: nodes.to_vec(),
            kinks: kinks.to_vec(),
            labels: vec![],
            sets: vec![],
        };
        let step = 2e-4;
        let codes = nodes.iter().map(|x| (f(*x).sqrt() / step).round() as u16).collect();
        let table = TableRecord {
            claim: String::new(),
            title: String::new(),
            axes: vec!["rho".into()],
            inverse: false,
            step,
            codes,
            error: 0.0,
            error_at: String::new(),
            compared: 0,
            abs_err: 0.0,
        };
        (vec![axis], table)
    }

    #[test]
    fn a_kink_at_a_node_is_kept_and_not_smoothed() {
        let nodes: Vec<f64> = (-6..=6).map(|k| (f64::from(k) / 4.0).exp2()).collect();
        let f = |x: f64| (1.0 - x).max(0.0);
        let near = |kinks: &[f64]| {
            let (axes, table) = table(&nodes, kinks, f);
            let at = |x: f64| value_at(&axes, &table, &[At::Number(x)]).unwrap();
            [0.95, 1.05].map(|x| (at(x) - f(x)).abs())
        };
        assert!(near(&[1.0]).iter().all(|error| *error < 5e-4), "{:?}", near(&[1.0]));
        assert!(near(&[]).iter().any(|error| *error > 3e-3), "{:?}", near(&[]));
    }

    #[test]
    fn nodes_give_their_own_values_and_the_outside_none() {
        let (axes, mut table) = table(&[0.5, 1.0, 2.0, 4.0, 8.0], &[], |x| x * x);
        let at = |table: &TableRecord, x: f64| value_at(&axes, table, &[At::Number(x)]);
        assert!((at(&table, 4.0).unwrap() - 16.0).abs() < 1e-3);
        assert_eq!(at(&table, 8.1), None);
        assert_eq!(at(&table, 0.4), None);
        assert_eq!(at(&table, f64::NAN), None);
        table.codes[1] = INFINITE;
        assert_eq!(at(&table, 1.5), Some(f64::INFINITY));
        // Cells next to a node without a value have none; those that it is only near to have the polynomial through the others.
        table.codes[1] = NONE;
        assert_eq!(at(&table, 1.5), None);
        // Through 4, 16 and 64 at 2, 4 and 8, which are equally far apart in the logarithm.
        let t = 3.0_f64.log2() - 1.0;
        let parabola = 4.0 * (1.0 + 3.0 * t + 4.5 * t * (t - 1.0));
        assert!((at(&table, 3.0).unwrap() - parabola).abs() < 1e-2);
    }

    #[test]
    fn one_over_a_value_reaches_towards_a_pole() {
        let (axes, mut table) = table(&[1.25, 1.5, 2.0, 2.5, 3.0], &[], |x| 1.0 / (x - 1.0));
        let at = |table: &TableRecord| (value_at(&axes, table, &[At::Number(1.3)]).unwrap() - 1.0 / 0.3).abs();
        let plain = at(&table);
        table.inverse = true;
        assert!(at(&table) < 0.01 && plain > 0.05, "{plain}, {}", at(&table));
    }
}
