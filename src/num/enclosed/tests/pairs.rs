//! Expectations over pairs of normals, with closed forms. Run with `--nocapture` in release mode for times.

#![allow(unused_braces, reason = "formulas that take more than a line stand in braces")]

use super::{c, choose, judge};
use crate::num::Estimate;
use crate::num::enclosed::pair::{HalfAngle, Pair, PairIntegrand, Shape, normal_pair};
use crate::num::enclosed::{Outcome, Settings};
use crate::num::sets::{Disc, Kind, Segment, Signs, Tail};
use std::f64::consts::PI;

trait Formula {
    fn value<N: Kind>(&self, at: &Pair<N>, signs: &mut Signs) -> Option<N>;
}

struct Of<F>(F);

impl<F: Formula> PairIntegrand<()> for Of<F> {
    fn segment(&mut self, at: &Pair<Segment>, signs: &mut Signs) -> Result<Option<Segment>, ()> {
        Ok(self.0.value(at, signs))
    }
    fn disc(&mut self, at: &Pair<Disc>, signs: &mut Signs) -> Result<Option<Disc>, ()> {
        Ok(self.0.value(at, signs))
    }
    fn tail(&mut self, at: &Pair<Tail>) -> Result<Option<Tail>, ()> {
        Ok(self.0.value(at, &mut Signs::new()))
    }
    fn at(&mut self, us: &[Estimate], vs: &[Estimate], values: &mut [Estimate]) -> Result<(), ()> {
        for (value, (u, v)) in values.iter_mut().zip(us.iter().zip(vs)) {
            let pair = Pair { u: *u, v: *v, difference: *u - *v };
            *value = self.0.value(&pair, &mut Signs::new()).unwrap_or(Estimate::UNDEFINED);
        }
        Ok(())
    }
}

macro_rules! pair {
    ($name:ident |$u:ident, $v:ident, $signs:ident| $body:expr) => {
        #[derive(Clone, Copy)]
        struct $name;
        impl Formula for $name {
            #[allow(unused_variables)]
            fn value<N: Kind>(&self, at: &Pair<N>, $signs: &mut Signs) -> Option<N> {
                let ($u, $v) = (at.u, at.v);
                $body
            }
        }
    };
}

fn gelu<N: Kind>(x: N) -> Option<N> {
    let root = N::of(Estimate::new(std::f64::consts::FRAC_1_SQRT_2, 6e-17))?;
    x.mul(c(0.5)?)?.mul(x.mul(root)?.erf()?.add(c(1.0)?)?)
}

pair!(Tanhs | u, v, signs | u.tanh()?.mul(v.tanh()?));
pair!(Gelus | u, v, signs | gelu(u)?.mul(gelu(v)?));
pair!(Relus | u, v, signs | u.positive_part(signs)?.mul(v.positive_part(signs)?));
pair!(Product | u, v, signs | u.mul(v));
pair!(Exponentials | u, v, signs | u.add(v)?.exp());
/// `u < v`
#[derive(Clone, Copy)]
struct Order;

impl Formula for Order {
    fn value<N: Kind>(&self, at: &Pair<N>, signs: &mut Signs) -> Option<N> {
        choose(at.difference.less(c(0.0)?, signs), c(1.0), c(0.0))
    }
}

/// `min(u, v) = u - max(u - v, 0)`
#[derive(Clone, Copy)]
struct Least;

impl Formula for Least {
    fn value<N: Kind>(&self, at: &Pair<N>, signs: &mut Signs) -> Option<N> {
        at.u.sub(at.difference.positive_part(signs)?)
    }
}

pair!(Shifted | u, v, signs | { u.sub(c(0.3)?)?.positive_part(signs)?.mul(v.add(c(0.5)?)?.positive_part(signs)?) });
pair!(
    Signs2 | u,
    v,
    signs | {
        let one: N = choose(u.less(c(0.0)?, signs), c(-1.0), c(1.0))?;
        one.mul(choose(v.less(c(0.0)?, signs), c(-1.0), c(1.0))?)
    }
);
pair!(
    Peak | u,
    v,
    signs | {
        let (x, y) = (u.sub(c(0.52)?)?.powi(2)?, v.sub(c(0.11)?)?.powi(2)?);
        x.add(y)?.mul(c(-1e6)?)?.exp()
    }
);
pair!(Ring | u, v, signs | choose(c::<N>(0.3)?.less(u.powi(2)?.add(v.powi(2)?)?, signs), c(1.0), c(0.0)));
pair!(Waves | u, v, signs | u.mul(c(3.0)?)?.cos()?.mul(v.mul(c(3.0)?)?.cos()?));

fn check(name: &str, truth: f64, must: bool, f: impl Formula + Copy, rho: f64, shape: Shape) {
    let settings = Settings { tolerance: 1e-12, budget: 4_000_000 };
    let run = || -> Outcome<()> {
        normal_pair(&mut Of(f), HalfAngle::of_cosine(Estimate::exact(rho)).unwrap(), shape, settings)
    };
    let outcome = run();
    match &outcome {
        Ok(found) => {
            let w = found.work;
            println!(
                "{name:>16}: {:.15e} +- {:.1e}; {} segments, {} discs, {} points",
                found.value.value, found.value.abs_err, w.segments, w.discs, w.points
            );
        }
        Err(refusal) => println!("{name:>16}: {refusal:?}"),
    }
    match judge(&outcome, Some(truth)) {
        Ok(right) => assert!(right || !must, "{name} must be right"),
        Err(wrong) => panic!("{name}: {wrong}"),
    }
}

#[test]
fn pairs_of_normals() {
    let smooth = Shape { symmetric: true, ..Shape::default() };
    let skew = Shape::default();
    let kinked = Shape { u_kinks: &[0.0], v_kinks: &[0.0], symmetric: true, diagonal: false };
    // E relu(u) relu(v) = (sqrt(1 - rho^2) + rho (pi - arccos rho))/(2 pi)
    let relus = |rho: f64| ((1.0 - rho * rho).sqrt() + rho * (PI - rho.acos())) / (2.0 * PI);
    check("product 0.3", 0.3, true, Product, 0.3, smooth);
    check("product skew", 0.3, true, Product, 0.3, skew);
    check("product -0.6", -0.6, true, Product, -0.6, smooth);
    check("exp(u + v) 0.5", 1.5f64.exp(), true, Exponentials, 0.5, smooth);
    check("tanh tanh 0.7", 0.265_126_730_089_020_43, true, Tanhs, 0.7, smooth);
    check("gelu gelu 0.99", 0.420_676_708_163_117, true, Gelus, 0.99, smooth);
    check("relu relu 0.5", relus(0.5), true, Relus, 0.5, kinked);
    check("relu relu -0.9", relus(-0.9), true, Relus, -0.9, kinked);
    check("relu relu 0.999", relus(0.999), true, Relus, 0.999, kinked);
    check("signs 0.4", 2.0 / PI * 0.4f64.asin(), true, Signs2, 0.4, kinked);
    check(
        "shifted relus",
        0.334_811_693_517_605_9,
        true,
        Shifted,
        0.5,
        Shape { u_kinks: &[0.3], v_kinks: &[-0.5], ..skew },
    );
    let cosine = |rho: f64| 0.5 * ((-9.0 * (1.0 + rho)).exp() + (-9.0 * (1.0 - rho)).exp());
    check("waves", cosine(0.8), true, Waves, 0.8, smooth);
}

#[test]
fn hard_pairs() {
    let diagonal = Shape { diagonal: true, ..Shape::default() };
    check("u < v 0.4", 0.5, true, Order, 0.4, diagonal);
    check("u < v -0.4", 0.5, true, Order, -0.4, diagonal);
    check("min skew -0.3", -(1.3 / PI).sqrt(), true, Least, -0.3, diagonal);
    // E min(u, v) = -sqrt((1 - rho)/pi); the kink u = v is no line of one variable: y = 0, an end of the symmetric range.
    check("min 0.3", -0.472_034_871_941_314_8, true, Least, 0.3, Shape { symmetric: true, ..Shape::default() });
    check("peak", 4.341_359_218_467_737e-7, true, Peak, 0.0, Shape::default());
    check("ring", (-0.15f64).exp(), false, Ring, 0.0, Shape { symmetric: true, ..Shape::default() });
    // A kink that is not declared must not be missed.
    check(
        "relus undeclared",
        0.304_498_890_522_114_7,
        false,
        Relus,
        0.5,
        Shape { symmetric: true, ..Shape::default() },
    );
}
