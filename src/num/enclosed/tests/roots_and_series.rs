//! Roots with proof, and series with bounded tails.

use super::{Of, c};
use crate::num::Estimate;
use crate::num::enclosed::Settings;
use crate::num::enclosed::laws::Place;
use crate::num::enclosed::roots::{Roots, roots};
use crate::num::enclosed::series::monotone;
use crate::num::sets::{Kind, Segment, Signs, Tail};
use std::f64::consts::PI;

type Function = fn(Segment) -> Option<Segment>;

fn find(f: Function, slope: Function, low: f64, high: f64) -> Roots {
    let found = roots::<()>(&mut |x| Ok(f(x)), &mut |x| Ok(slope(x)), &mut |_| Ok(None), low, high).unwrap();
    println!("{found:?}");
    found
}

fn k(x: f64) -> Segment {
    Segment::exact(x)
}

fn unique(name: &str, roots: &Roots, truth: f64) {
    let root = roots.unique().unwrap_or_else(|| panic!("{name}: {roots:?}"));
    assert!((root.value - truth).abs() <= root.abs_err + f64::EPSILON * truth.abs(), "{name}: {root:?}");
    assert!(root.abs_err <= 1e-12 * truth.abs(), "{name}: {root:?}");
}

#[test]
fn roots_are_found_with_proof() {
    let infinity = f64::INFINITY;
    let cubic = find(
        |x| Some((x - k(1.0)) * (x - k(2.0)) * (x - k(3.0))),
        |x| Some((x - k(2.0)) * (x - k(3.0)) + (x - k(1.0)) * (x - k(3.0)) + (x - k(1.0)) * (x - k(2.0))),
        0.0,
        infinity,
    );
    assert_eq!(cubic.found.len(), 3, "{cubic:?}");
    assert!(cubic.found.iter().zip([1.0, 2.0, 3.0]).all(|(found, truth)| found.contains(truth)));
    unique(
        "lambert",
        &find(|x| Some(x * x.exp() - k(3.0)), |x| Some((x + k(1.0)) * x.exp()), 0.0, infinity),
        1.049_908_894_964_04,
    );
    unique("tiny", &find(|x| Some(x - k(1e-200)), |_| Some(k(1.0)), 0.0, infinity), 1e-200);
    unique("flat", &find(|x| (x - k(1.0)).powi(9), |x| Some(k(9.0) * (x - k(1.0)).powi(8)?), 0.0, 2.0), 1.0);
    unique("sqrt 2", &find(|x| Some(x * x - k(2.0)), |x| Some(k(2.0) * x), 0.0, infinity), 2f64.sqrt());
    unique("negative", &find(|x| Some(x * x - k(2.0)), |x| Some(k(2.0) * x), -infinity, 0.0), -(2f64.sqrt()));
    // 0 is no root in the open interval.
    unique("p(p - 1)", &find(|x| Some(x * (x - k(1.0))), |x| Some(k(2.0) * x - k(1.0)), 0.0, infinity), 1.0);
    let sine = find(|x| Some(x.sin()), |x| Some(x.cos()), 0.0, 10.0);
    assert_eq!(sine.found.len(), 3);
    assert!(
        sine.found
            .iter()
            .zip(1..)
            .all(|(found, n)| (found.value - f64::from(n) * PI).abs() <= found.abs_err + 1e-15 * f64::from(n))
    );
    let touch = find(|x| (x - k(1.0)).powi(2), |x| Some(k(2.0) * (x - k(1.0))), 0.0, infinity);
    assert!(touch.unique().is_none() && touch.open.iter().any(|place| place.contains(1.0)), "{touch:?}");
    let none = find(|x| Some(x * x + k(1.0)), |x| Some(k(2.0) * x), 0.0, infinity);
    assert!(none.found.is_empty() && none.open.is_empty(), "{none:?}");
    let pole = find(|x| k(1.0).div(x - k(1.0)), |x| k(-1.0).div((x - k(1.0)).powi(2)?), 0.0, 2.0);
    assert!(pole.found.is_empty(), "{pole:?}");
    // Two roots 1e-9 apart.
    let close = find(
        |x| Some((x - k(0.371)) * (x - k(0.371_000_001))),
        |x| Some(k(2.0) * x - k(0.371) - k(0.371_000_001)),
        0.0,
        1.0,
    );
    assert_eq!(close.found.len(), 2, "{close:?}");
}

formula!(InverseSquare {} | f, p, signs | c::<N>(1.0)?.div(p.x.powi(2)?));
formula!(InversePower { exponent: f64 } | f, p, signs | p.x.pow(c(f.exponent)?));
formula!(Harmonic {} | f, p, signs | c::<N>(1.0)?.div(p.x));

#[test]
fn series_have_bounded_tails() {
    let settings = Settings { tolerance: 1e-11, budget: 400_000 };
    let check = |name: &str, found: Estimate, truth: f64, error: f64| {
        println!("{name}: {found:?}");
        assert!((found.value - truth).abs() <= found.abs_err + f64::EPSILON * truth, "{name}: {found:?}");
        assert!(found.abs_err <= error, "{name}: {found:?}");
    };
    let zeta = monotone(&mut Of(InverseSquare {}), 1, true, settings).unwrap();
    println!("{:?}", zeta.work);
    check("zeta(2)", zeta.value, PI * PI / 6.0, 1e-10);
    let plain = monotone(&mut Of(InverseSquare {}), 1, false, settings).unwrap();
    check("zeta(2), not known convex", plain.value, PI * PI / 6.0, 1e-8);
    check(
        "zeta(1.5)",
        monotone(&mut Of(InversePower { exponent: -1.5 }), 1, true, settings).unwrap().value,
        2.612_375_348_685_488,
        1e-9,
    );
    assert!(monotone(&mut Of(Harmonic {}), 1, true, settings).is_err());
}

/// `sum e^(-s ln 2) = 2`, and a constant has no sum.
#[test]
fn geometric_sums_of_tails() {
    let rate = Estimate::exact(-std::f64::consts::LN_2);
    let halves = Tail::line(Estimate::ZERO, rate).exp();
    assert!((2.0..2.000_001).contains(&halves.sum()), "{}", halves.sum());
    assert_eq!(Tail::ONE.sum(), f64::INFINITY);
}
