//! Integrals that tempt an evaluator into a wrong number, with their truths: the single integrals of `sound-cases.json`, and others.

#![allow(unused_braces, reason = "formulas that take more than a line stand in braces")]
#![allow(clippy::excessive_precision, clippy::approx_constant, reason = "truths as they were given")]

use super::{Formula, Of, between, c, choose, judge, settings};
use crate::num::Estimate;
use crate::num::enclosed::laws::Place;
use crate::num::enclosed::{Outcome, interval, marchenko_pastur, normal};
use crate::num::sets::{Kind, Signs};
use std::f64::consts::PI;

/// The outcome must be right (or refused where that is allowed).
fn check(name: &str, truth: Option<f64>, must: bool, run: impl Fn() -> Outcome<()>) {
    let outcome = run();
    match &outcome {
        Ok(found) => {
            let w = found.work;
            let sum = w.segments + w.discs + w.points;
            println!(
                "{name:>16}: {:.15e} +- {:.1e}; {sum} = {} segments, {} discs, {} points, {} tails",
                found.value.value, found.value.abs_err, w.segments, w.discs, w.points, w.tails
            );
        }
        Err(refusal) => println!("{name:>16}: {refusal:?}"),
    }
    match judge(&outcome, truth) {
        Ok(true) => {}
        Ok(false) => assert!(!must, "{name} must be right"),
        Err(wrong) => panic!("{name}: {wrong}"),
    }
}

fn gauss(f: impl Formula, breaks: &[f64]) -> Outcome<()> {
    normal(&mut Of(f), breaks, settings(1e-12))
}

formula!(Peak { rate: f64, at: f64 } | f, p, signs | { p.x.sub(c(f.at)?)?.powi(2)?.mul(c(-f.rate)?)?.exp() });
formula!(
    Lorentz { rate: f64, at: f64 } | f,
    p,
    signs | { c::<N>(1.0)?.div(p.x.sub(c(f.at)?)?.powi(2)?.mul(c(f.rate)?)?.add(c(1.0)?)?) }
);
formula!(Exponential { rate: f64, shift: f64 } | f, p, signs | p.x.mul(c(f.rate)?)?.add(c(f.shift)?)?.exp());
formula!(Beyond { at: f64 } | f, p, signs | choose(c::<N>(f.at)?.less(p.x, signs), c(1.0), c(0.0)));
formula!(Within { square: f64 } | f, p, signs | choose(p.x.powi(2)?.less(c(f.square)?, signs), c(1.0), c(0.0)));
formula!(Hinge { at: f64 } | f, p, signs | p.x.sub(c(f.at)?)?.max(c(0.0)?, signs));
formula!(
    TwoHinges {} | f,
    p,
    signs | { p.x.sub(c(0.5)?)?.positive_part(signs)?.mul(c::<N>(1.5)?.sub(p.x)?.positive_part(signs)?) }
);
formula!(SineSquare { rate: f64 } | f, p, signs | p.x.mul(c(f.rate)?)?.sin()?.powi(2));
formula!(CosineSquare { rate: f64 } | f, p, signs | p.x.mul(c(f.rate)?)?.cos()?.powi(2));
formula!(Power { exponent: f64 } | f, p, signs | p.x.pow(c(f.exponent)?));
formula!(PowerOfLog { n: i32 } | f, p, signs | p.x.ln()?.powi(f.n));
formula!(InnerSingular { at: f64 } | f, p, signs | c::<N>(1.0)?.div(p.x.sub(c(f.at)?)?.abs(signs)?.sqrt()?));
formula!(
    DistancePower { at: f64, exponent: f64 } | f,
    p,
    signs | {
        let distance = match p.near {
            Some(near) if near.end == Estimate::exact(f.at) => near.distance,
            _ => p.x.sub(c(f.at)?)?.abs(signs)?,
        };
        distance.pow(c(f.exponent)?)
    }
);
formula!(Pole { at: f64 } | f, p, signs | c::<N>(1.0)?.div(p.x.sub(c(f.at)?)?));
formula!(ExpSquare { rate: f64 } | f, p, signs | p.x.powi(2)?.mul(c(f.rate)?)?.exp());
formula!(
    Bump { at: f64, width: f64 } | f,
    p,
    signs | { p.x.sub(c(f.at)?)?.div(c(f.width)?)?.powi(2)?.neg()?.exp()?.add(c(1.0)?) }
);
formula!(
    Density { at: f64, power: i32 } | f,
    p,
    signs | {
        let root = N::of(Estimate::exact(2.0) * Estimate::new(PI, 2e-16))?.sqrt()?;
        p.x.powi(f.power)?.mul(p.x.sub(c(f.at)?)?.powi(2)?.neg()?.mul(c(0.5)?)?.exp()?)?.div(root)
    }
);
formula!(
    Logistic { rate: f64 } | f,
    p,
    signs | {
        let e = p.x.mul(c(f.rate)?)?.exp()?;
        e.div(c::<N>(1.0)?.add(e)?)
    }
);
formula!(
    RightEnd { exponent: f64 } | f,
    p,
    signs | {
        let gap = match p.near {
            Some(near) if !near.above => near.distance,
            _ => c::<N>(1.0)?.sub(p.x)?,
        };
        gap.pow(c(f.exponent)?)
    }
);
formula!(Sinc { n: i32 } | f, p, signs | p.x.sin()?.div(p.x)?.powi(f.n));
formula!(Cosine {} | f, p, signs | p.x.cos());
formula!(TanhSquare {} | f, p, signs | p.x.tanh()?.powi(2));
formula!(
    GeluHermite {} | f,
    p,
    signs | {
        let root = N::of(Estimate::new(std::f64::consts::FRAC_1_SQRT_2, 6e-17))?;
        let gelu = p.x.mul(c(0.5)?)?.mul(p.x.mul(root)?.erf()?.add(c(1.0)?)?)?;
        gelu.mul(p.x.powi(2)?.sub(c(1.0)?)?)
    }
);
formula!(ReluSquare { shift: f64 } | f, p, signs | p.x.add(c(f.shift)?)?.positive_part(signs)?.powi(2));
formula!(Fermi { rate: f64 } | f, p, signs | c::<N>(1.0)?.div(p.x.mul(c(f.rate)?)?.exp()?.add(c(1.0)?)?));
formula!(
    Softplus {} | f,
    p,
    signs | {
        // -ln(1 + exp(-(5 + 3g)))
        p.x.mul(c(3.0)?)?.add(c(5.0)?)?.neg()?.exp()?.add(c(1.0)?)?.ln()?.neg()
    }
);
formula!(PowerTimesDecay { n: i32 } | f, p, signs | p.x.powi(f.n)?.mul(p.x.neg()?.exp()?));
formula!(Planck {} | f, p, signs | p.x.powi(3)?.div(p.x.exp()?.sub(c(1.0)?)?));
formula!(
    Quartic {} | f,
    p,
    signs | {
        // 1/((x - 2) ((1 - x)(1 + x)^3)^(1/4))
        let (below, above) = match p.near {
            Some(near) if near.above => (c::<N>(2.0)?.sub(near.distance)?, near.distance),
            Some(near) => (near.distance, c::<N>(2.0)?.sub(near.distance)?),
            None => (c::<N>(1.0)?.sub(p.x)?, c::<N>(1.0)?.add(p.x)?),
        };
        c::<N>(1.0)?.div(p.x.sub(c(2.0)?)?.mul(below.mul(above.powi(3)?)?.pow(c(0.25)?)?)?)
    }
);
formula!(Inverse {} | f, p, signs | c::<N>(1.0)?.div(p.x));
formula!(Monomial { n: i32 } | f, p, signs | p.x.powi(f.n));
formula!(Resolvent {} | f, p, signs | c::<N>(1.0)?.div(p.x.add(c(1.0)?)?));
formula!(Log {} | f, p, signs | p.x.ln());
formula!(Constant {} | f, p, signs | c(1.0));
formula!(
    Quantile { exponent: f64 } | f,
    p,
    signs | {
        // The quantile function U^g of a power law, squared.
        p.x.pow(c(f.exponent)?)?.powi(2)
    }
);
formula!(
    ExponentialQuantile {} | f,
    p,
    signs | {
        let complement = match p.near {
            Some(near) if !near.above => near.distance,
            _ => c::<N>(1.0)?.sub(p.x)?,
        };
        complement.ln()?.neg()?.powi(2)
    }
);

#[test]
fn peaks_are_seen() {
    check("peak-3", Some(0.00177245385090551602729816748334), true, || {
        between(Peak { rate: 1e6, at: 0.371 }, 0.0, 1.0, &[])
    });
    check("peak-4", Some(0.000177245385090551602729816748334), true, || {
        between(Peak { rate: 1e8, at: 0.371 }, 0.0, 1.0, &[])
    });
    check("peak-5", Some(0.0000177245385090551602729816748334), true, || {
        between(Peak { rate: 1e10, at: 0.371 }, 0.0, 1.0, &[])
    });
    check("peak-7", Some(0.000000177245385090551602729816748334), true, || {
        between(Peak { rate: 1e14, at: 0.371 }, 0.0, 1.0, &[])
    });
    check("lorentz-4", Some(0.000314116412930676091180239673296), true, || {
        between(Lorentz { rate: 1e8, at: 0.371 }, 0.0, 1.0, &[])
    });
    check("gauss-peak", Some(0.00000166697649378650538824510406458), true, || gauss(Peak { rate: 1e10, at: 1.7 }, &[]));
    check("gauss-far-peak", Some(1.0), true, || gauss(Exponential { rate: 20.0, shift: -200.0 }, &[]));
    check("bump", Some(1.0051755835964757601880483231), true, || gauss(Bump { at: 0.79, width: 0.01 }, &[]));
    check("shifted-300", Some(1.0), true, || {
        between(Density { at: 300.0, power: 0 }, f64::NEG_INFINITY, f64::INFINITY, &[])
    });
    check("moment-8", Some(105.0), true, || {
        between(Density { at: 0.0, power: 8 }, f64::NEG_INFINITY, f64::INFINITY, &[])
    });
    check("layer-end", Some(1e-9), true, || between(Exponential { rate: -1e9, shift: 0.0 }, 0.0, 1.0, &[]));
    check("osc-200", Some(1.57079632679489661923132169164), true, || {
        interval(&mut Of(SineSquare { rate: 200.0 }), Estimate::ZERO, Estimate::new(PI, 2e-16), &[], settings(1e-12))
    });
    check("osc-1e5", Some(1.57079632679489661923132169164), false, || {
        interval(&mut Of(CosineSquare { rate: 1e5 }), Estimate::ZERO, Estimate::new(PI, 2e-16), &[], settings(1e-12))
    });
    check("osc-gauss", Some(0.5), true, || gauss(CosineSquare { rate: 30.0 }, &[]));
}

#[test]
fn jumps_and_kinks_are_found() {
    check("gauss-tail", Some(1.12858840595384064773550207597e-19), true, || gauss(Beyond { at: 9.0 }, &[]));
    check("cases-jump", Some(0.609097693313642421644854622151), true, || {
        between(Within { square: 0.371 }, 0.0, 1.0, &[])
    });
    check("max-kink", Some(0.1978205), true, || between(Hinge { at: 0.371 }, 0.0, 1.0, &[]));
    check("pos-product", Some(0.0403111017635278997288185236968), true, || gauss(TwoHinges {}, &[]));
    check("relu^2(g+.3)", Some(0.78793979482411558776), true, || gauss(ReluSquare { shift: 0.3 }, &[]));
    check("relu^2 declared", Some(0.78793979482411558776), true, || gauss(ReluSquare { shift: 0.3 }, &[-0.3]));
    check("relu^2", Some(0.5), true, || gauss(ReluSquare { shift: 0.0 }, &[0.0]));
}

#[test]
fn singular_ends_are_approached() {
    check("end-sqrt", Some(2.0), true, || between(Power { exponent: -0.5 }, 0.0, 1.0, &[]));
    check("end-sqrt-plus", Some(2.0 / 3.0), true, || between(Power { exponent: 0.5 }, 0.0, 1.0, &[]));
    check("end-09", Some(10.0), true, || between(Power { exponent: -0.9 }, 0.0, 1.0, &[]));
    check("end-099", Some(100.0), true, || between(Power { exponent: -0.99 }, 0.0, 1.0, &[]));
    check("end-0999", Some(1000.0), true, || between(Power { exponent: -0.999 }, 0.0, 1.0, &[]));
    check("end-log", Some(24.0), true, || between(PowerOfLog { n: 4 }, 0.0, 1.0, &[]));
    check("end-right", Some(2.0), true, || between(RightEnd { exponent: -0.5 }, 0.0, 1.0, &[]));
    check("end-right-09", Some(10.0), true, || between(RightEnd { exponent: -0.9 }, 0.0, 1.0, &[]));
    check("quartic", Some(-1.94905425916675), true, || between(Quartic {}, -1.0, 1.0, &[]));
    check("inner-singular", Some(2.80438579133915297015464889941), false, || {
        between(InnerSingular { at: 0.371 }, 0.0, 1.0, &[])
    });
    check("inner-declared", Some(2.80438579133915297015464889941), true, || {
        between(DistancePower { at: 0.371, exponent: -0.5 }, 0.0, 1.0, &[0.371])
    });
    check("principal", None, false, || between(Pole { at: 0.371 }, 0.0, 1.0, &[]));
    check("not-integrable", None, false, || between(Inverse {}, 0.0, 1.0, &[]));
    check("power law", Some(1.0 / 0.4), true, || between(Quantile { exponent: -0.3 }, 0.0, 1.0, &[]));
    check("exponential law", Some(2.0), true, || between(ExponentialQuantile {}, 0.0, 1.0, &[]));
}

#[test]
fn expectations_over_normals() {
    check("tanh^2", Some(0.394294490397841174416), true, || gauss(TanhSquare {}, &[]));
    check("gelu He2", Some(0.423142187660817215211), true, || gauss(GeluHermite {}, &[]));
    check("fermi", Some(0.5), true, || gauss(Fermi { rate: 30.0 }, &[]));
    check("logistic-30", Some(0.5), true, || gauss(Logistic { rate: 30.0 }, &[]));
    check("gauss-edge", Some(7.07106781186547524400844362105), true, || gauss(ExpSquare { rate: 0.49 }, &[]));
    check("gauss-divergent", None, false, || gauss(ExpSquare { rate: 0.6 }, &[]));
    check("gauss-at-edge", None, false, || gauss(ExpSquare { rate: 0.5 }, &[]));
    check("softplus", Some(-0.122848348766725062487), true, || gauss(Softplus {}, &[]));
}

#[test]
fn infinite_intervals() {
    let infinity = f64::INFINITY;
    check("x^8 e^-x", Some(40320.0), true, || between(PowerTimesDecay { n: 8 }, 0.0, infinity, &[]));
    check("planck", Some(PI.powi(4) / 15.0), true, || between(Planck {}, 0.0, infinity, &[]));
    check("sinc", Some(PI / 2.0), false, || between(Sinc { n: 1 }, 0.0, infinity, &[]));
    check("cos-divergent", None, false, || between(Cosine {}, 0.0, infinity, &[]));
    check("1/x^2", Some(1.0), true, || between(Power { exponent: -2.0 }, 1.0, infinity, &[]));
    check("x^-1.1", Some(10.0), true, || between(Power { exponent: -1.1 }, 1.0, infinity, &[]));
    check("1/x", None, false, || between(Inverse {}, 1.0, infinity, &[]));
    check("lorentz", Some(PI), true, || between(Lorentz { rate: 1.0, at: 0.0 }, f64::NEG_INFINITY, infinity, &[]));
}

#[test]
fn marchenko_pastur_laws() {
    fn with(f: impl Formula + Copy, rho: f64) -> impl Fn() -> Outcome<()> {
        move || marchenko_pastur(&mut Of(f), Estimate::exact(rho), settings(1e-12))
    }
    check("mp-inverse", Some(1.0 / 3.0), true, with(Inverse {}, 4.0));
    check("mp-resolvent", Some(0.5 * (5f64.sqrt() - 1.0)), true, with(Resolvent {}, 1.0));
    check("mp-log-1", Some(-1.0), true, with(Log {}, 1.0));
    check("mp-log-2", Some(2.0 * 2f64.ln() - 1.0), true, with(Log {}, 2.0));
    for rho in [1e-6_f64, 0.01, 0.2, 0.5, 0.9, 0.999, 1.0 - 1e-9, 1.0, 1.0 + 1e-6, 1.3, 3.0, 17.0, 100.0, 1e6] {
        check(&format!("mp-mass {rho}"), Some(rho.min(1.0)), true, with(Constant {}, rho));
        check(&format!("mp-mean {rho}"), Some(rho), true, with(Monomial { n: 1 }, rho));
        check(&format!("mp-third {rho}"), Some(rho * (rho * (rho + 3.0) + 1.0)), true, with(Monomial { n: 3 }, rho));
    }
}

formula!(
    Vague { width: f64 } | f,
    p,
    signs | {
        // (p - a)+ + [p < a] with a = 0.3 known to within the width
        let a = N::of(Estimate::new(0.3, f.width))?;
        p.x.sub(a)?.positive_part(signs)?.add(choose(p.x.less(a, signs), c(1.0), c(0.0))?)
    }
);
formula!(VagueRate { width: f64 } | f, p, signs | p.x.mul(N::of(Estimate::new(2.0, f.width))?)?.exp());
formula!(Negative {} | f, p, signs | p.x.sub(c(0.3)?)?.sqrt());

/// A constant's uncertainty is no reason to halve for ever.
#[test]
fn uncertain_constants_are_carried() {
    for width in [1e-12, 1e-8, 1e-4, 1e-2] {
        let found = between(Vague { width }, 0.0, 1.0, &[]).unwrap();
        for a in [0.3 - width, 0.3, 0.3 + width] {
            let truth = 0.5 * (1.0 - a) * (1.0 - a) + a;
            assert!((found.value.value - truth).abs() <= found.value.abs_err + 1e-15, "{width} {found:?}");
        }
        assert!(found.value.abs_err <= 6.0 * width + 1e-12 && found.work.left > 390_000, "{width} {found:?}");
        let found = between(VagueRate { width }, 0.0, 1.0, &[]).unwrap();
        for rate in [2.0 - width, 2.0, 2.0 + width] {
            let truth = rate.exp_m1() / rate;
            assert!((found.value.value - truth).abs() <= found.value.abs_err + 1e-14, "{width} {found:?}");
        }
        assert!(found.value.abs_err <= 10.0 * width + 1e-12 && found.work.left > 399_000, "{width} {found:?}");
    }
}

/// Ends may be uncertain, in either order, and an integrand without values on a part has no integral.
#[test]
fn ends_are_carried() {
    let square = |low, high| interval(&mut Of(Monomial { n: 2 }), low, high, &[], settings(1e-12)).unwrap().value;
    let forward = square(Estimate::ZERO, Estimate::new(3.0, 1e-6));
    assert!(
        [3.0 - 1e-6, 3.0, 3.0 + 1e-6_f64].iter().all(|b| forward.contains(b.powi(3) / 3.0)) && forward.abs_err < 1e-4
    );
    let back = square(Estimate::exact(3.0), Estimate::ZERO);
    assert!(back.contains(-9.0) && back.abs_err < 1e-12);
    let empty = square(Estimate::ONE, Estimate::ONE);
    assert_eq!(empty, Estimate::ZERO);
    assert!(between(Negative {}, 0.0, 1.0, &[]).is_err());
    assert!(between(Negative {}, 0.3, 1.0, &[]).unwrap().value.contains(0.7f64.powf(1.5) / 1.5));
}
