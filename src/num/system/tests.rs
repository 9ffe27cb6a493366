//! Systems with slopes written by hand: solutions, several of them, none.

use super::*;
use crate::num::sets::Segment;

type Values = fn(&[Segment]) -> Vec<Segment>;
type Slopes = fn(&[Segment]) -> Option<Vec<Vec<Segment>>>;

struct Given {
    values: Values,
    slopes: Slopes,
}

impl Equations for Given {
    fn values(&mut self, point: &[f64]) -> Option<Vec<Estimate>> {
        let exact: Vec<Segment> = point.iter().map(|x| Segment::exact(*x)).collect();
        (self.values)(&exact).into_iter().map(Segment::to_estimate).collect()
    }

    fn on_box(&mut self, part: &[Segment]) -> Option<Vec<Segment>> {
        Some((self.values)(part))
    }

    fn slopes(&mut self, part: &[Segment], _: bool) -> Option<Vec<Vec<Segment>>> {
        (self.slopes)(part)
    }
}

const ONE: Segment = Segment::ONE;
const ZERO: Segment = Segment::ZERO;

fn number(x: f64) -> Segment {
    Segment::exact(x)
}

fn side(low: f64, high: f64) -> Side {
    Side { low, low_closed: low.is_finite(), high, high_closed: high.is_finite() }
}

fn one(found: Found) -> (Vec<Estimate>, Grade) {
    match found {
        Found::One { values, grade } => (values, grade),
        other => panic!("{other:?}"),
    }
}

/// `x = 7 - y`, `x y = 12`: (3, 4) and (4, 3).
const PRODUCT: (Values, Slopes) = (
    |v| vec![v[0] - (number(7.0) - v[1]), v[0] * v[1] - number(12.0)],
    |v| Some(vec![vec![ONE, ONE], vec![v[1], v[0]]]),
);

/// `x^2 = 2`, `y = x`
const ROOTS: (Values, Slopes) =
    (|v| vec![v[0] * v[0] - number(2.0), v[1] - v[0]], |v| Some(vec![vec![number(2.0) * v[0], ZERO], vec![-ONE, ONE]]));

/// `x = e^-y`, `y = e^-x`
const OMEGA: (Values, Slopes) = (
    |v| vec![v[0] - (-v[1]).exp(), v[1] - (-v[0]).exp()],
    |v| Some(vec![vec![ONE, (-v[1]).exp()], vec![(-v[0]).exp(), ONE]]),
);

/// `x = y + 1/2`, `y = x + 1/4`: none.
const PARALLEL: (Values, Slopes) =
    (|v| vec![v[0] - v[1] - number(0.5), v[1] - v[0] - number(0.25)], |_| Some(vec![vec![ONE, -ONE], vec![-ONE, ONE]]));

fn solved((values, slopes): (Values, Slopes), domain: &[Side], explicit: bool, start: Option<&[f64]>) -> Found {
    solve(&mut Given { values, slopes }, domain, explicit, start.map(<[f64]>::to_vec))
}

#[test]
fn the_only_solution_is_proved() {
    let (values, grade) = one(solved(PRODUCT, &[side(0.0, 3.5), side(3.6, 10.0)], false, None));
    assert_eq!(grade, Grade::Proved);
    assert!(values[0].contains(3.0) && values[1].contains(4.0), "{values:?}");
    assert!(values.iter().all(|x| x.abs_err < 1e-14), "{values:?}");
    // w e^w = 1 (mpmath), on intervals without an end.
    let (values, grade) = one(solved(OMEGA, &[side(0.0, f64::INFINITY); 2], true, None));
    assert_eq!(grade, Grade::Proved);
    assert!(values.iter().all(|x| x.contains(0.567_143_290_409_783_8) && x.abs_err < 1e-14), "{values:?}");
    let line = f64::INFINITY;
    let (_, grade) = one(solved(OMEGA, &[side(-line, line); 2], true, None));
    assert_eq!(grade, Grade::Proved);
}

#[test]
fn several_solutions_are_told() {
    for domain in [side(-5.0, 5.0), side(-1.5, 1e6), side(f64::NEG_INFINITY, f64::INFINITY)] {
        assert!(matches!(solved(ROOTS, &[domain; 2], false, None), Found::Several(_)), "{domain:?}");
    }
    let (values, grade) = one(solved(ROOTS, &[side(-5.0, 5.0); 2], false, Some(&[1.0, 1.0])));
    assert!(grade == Grade::Alone && values.iter().all(|x| x.contains(2f64.sqrt())), "{values:?}");
    let (values, grade) = one(solved(ROOTS, &[side(0.0, 5.0); 2], false, None));
    assert!(grade == Grade::Proved && values.iter().all(|x| x.contains(2f64.sqrt())), "{values:?}");
}

#[test]
fn what_cannot_be_proved_is_estimated() {
    // Without slopes.
    let (values, grade) = one(solved((PRODUCT.0, |_| None), &[side(0.0, 3.5), side(3.6, 10.0)], false, None));
    assert!(grade == Grade::Unproved && values[0].contains(3.0) && values[1].contains(4.0), "{values:?}");
}

#[test]
fn what_has_no_solution_is_told() {
    let Found::Singular { residual, .. } = solved(PARALLEL, &[side(0.0, 1.0); 2], true, None) else { panic!() };
    assert!(residual > 0.3);
    // A double zero, x^2 = 0.
    let double: (Values, Slopes) = (|v| vec![v[0] * v[0]], |v| Some(vec![vec![number(2.0) * v[0]]]));
    assert!(matches!(solved(double, &[side(-1.0, 2.0)], false, None), Found::Singular { .. }));
    // x^2 = -1
    let none: (Values, Slopes) = (|v| vec![v[0] * v[0] + ONE], |v| Some(vec![vec![number(2.0) * v[0]]]));
    let Found::Nothing { point, residual } = solved(none, &[side(-3.0, 2.0)], false, None) else { panic!() };
    assert!((1.0..1.01).contains(&residual), "{point:?} {residual}");
    // x = 2x: 0, which an open interval leaves out and a closed one does not.
    let zero: (Values, Slopes) = (|v| vec![v[0] - number(2.0) * v[0]], |_| Some(vec![vec![-ONE]]));
    let open = Side { low_closed: false, ..side(0.0, 1.0) };
    assert!(matches!(solved(zero, &[open], true, None), Found::AtAnEnd(point) if point[0].abs() < 1e-7));
    assert!(one(solved(zero, &[side(0.0, 1.0)], true, None)).0[0].contains(0.0));
    let nowhere: (Values, Slopes) = (|_| vec![Segment::LINE], |_| None);
    assert!(matches!(solved(nowhere, &[side(0.0, 1.0)], true, None), Found::NoValue));
}
