//! Expectations over laws that have a density. Substitutions make the integrands smooth for both rules.

use super::Estimate;
use super::many::LANES;
use super::quadrature::{
    Across, Ends, Integrand, ManyAtOnce, Purpose, QuadratureError, SecondRule, integrate, one_by_one,
};
use super::wide::{Loop, widest};
use std::f64::consts::PI;

/// Half-width of the range of the normal law: the density at its end is 1e-314.
const NORMAL_RANGE: f64 = 38.0;
/// Between this and its negative the density is above 2e-18, relative to that at 0. For most integrands the rest does not matter.
const NORMAL_CORE: f64 = 9.0;
/// The range of the normal law is split at these points and at their negatives, since the density varies on another scale beyond each.
/// The last point is the end of the range.
const NORMAL_BREAKS: [f64; 5] = [2.0, 4.0, 6.5, NORMAL_CORE, NORMAL_RANGE];
/// End of the range of the exponential law, density 1e-304.
const EXPONENTIAL_RANGE: f64 = 700.0;
/// If the gap of the Marchenko-Pastur law is below this, the second rule must not assume that the weight vanishes at the lower end.
const CLOSED: f64 = 1e-9;
/// The weighted integrand may have this size at the end of a range, relative to the error bound of the integral.
const NEGLIGIBLE: f64 = 1e-4;

/// `E f(G)`, G standard normal; `kinks` are the points where f is not smooth.
///
/// The range is [-38, 38]; an integrand whose product with the density is not negligible and falling there is
/// `NotConverged`, one that overflows `NotFinite`.
pub fn normal<E>(f: Integrand<E>, kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    normal_many(&mut one_by_one(f), kinks, Side::Both, true)
}

/// Which half of the real line is integrated over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    /// `G > 0`, counted twice: for even functions.
    Positive,
}

/// [`normal`] of many values at once; see [`integrate`].
pub fn normal_many<E>(
    f: ManyAtOnce<E>,
    kinks: &[f64],
    side: Side,
    checked: bool,
) -> Result<Estimate, QuadratureError<E>> {
    let (sides, weight) = match side {
        Side::Both => (&[-1.0, 1.0][..], 1.0),
        Side::Positive => (&[1.0][..], 2.0),
    };
    let mut breaks = vec![0.0];
    breaks.extend(sides.iter().flat_map(|side| NORMAL_BREAKS.map(|at| side * at)));
    let inside = kinks.iter().filter(|k| k.abs() < NORMAL_RANGE && (side == Side::Both || **k > 0.0));
    breaks.extend(inside.clone());
    breaks.sort_by(f64::total_cmp);
    let (low, ends) = match side {
        Side::Both => (-NORMAL_CORE, Ends::Vanishing),
        Side::Positive if kinks.contains(&0.0) => (0.0, Ends::Open),
        Side::Positive => (0.0, Ends::Mirrored),
    };
    let second = if !checked {
        SecondRule::Absent
    } else if inside.clone().any(|k| k.abs() < NORMAL_CORE) {
        SecondRule::OfPanels
    } else {
        SecondRule::Across(Across { low, high: NORMAL_CORE, ends })
    };
    let mut weighted = |ts: &[f64], purpose: Purpose, values: &mut [Estimate]| -> Result<(), E> {
        f(ts, purpose, values)?;
        for (value, t) in values.iter_mut().zip(ts) {
            // The density is multiplied in as two factors, since it is subnormal at the ends of the range and its square root is not.
            let root = (-0.25 * t * t).exp();
            let product = weight * value.value * root * root / (2.0 * PI).sqrt();
            let relative = f64::EPSILON * (0.25 * t * t + 5.0);
            let carried = weight * value.abs_err * root * root * 0.4;
            *value = Estimate::new(product, carried + relative * product.abs());
        }
        Ok(())
    };
    let whole = integrate(&mut weighted, &breaks, second)?;
    let tails = sides.iter().map(|side| [38.0, 37.5, 36.0, 35.5].map(|t: f64| side * t));
    with_tails(&mut weighted, whole, tails)
}

/// `int_0^inf f(y) e^-y dy`; `kinks` are points where f is not smooth. Integrable logarithmic or algebraic singularities of
/// f at 0 are allowed. The range is [0, 700]; see [`normal`] for what happens beyond.
pub fn exponential<E>(f: ManyAtOnce<E>, kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    let mut breaks = vec![0.0, 1.0, 4.0, 16.0, 64.0, 256.0, EXPONENTIAL_RANGE];
    breaks.extend(kinks.iter().filter(|&&k| k > 0.0 && k < EXPONENTIAL_RANGE));
    breaks.sort_by(f64::total_cmp);
    let mut weighted = |ys: &[f64], purpose: Purpose, values: &mut [Estimate]| -> Result<(), E> {
        f(ys, purpose, values)?;
        for (value, y) in values.iter_mut().zip(ys) {
            let density = (-y).exp();
            let product = value.value * density;
            *value = Estimate::new(product, value.abs_err * density * 1.01 + 3.0 * f64::EPSILON * product.abs());
        }
        Ok(())
    };
    let whole = integrate(&mut weighted, &breaks, SecondRule::OfPanels)?;
    with_tails(&mut weighted, whole, [[700.0, 699.0, 680.0, 679.0]].into_iter())
}

/// Widens the bound by what lies beyond the range. The integrand at the end of the range (at the first two points of each tail) has to be
/// negligible, and at most half of what it is further in (at the last two points). Otherwise the integral has not converged.
fn with_tails<E>(
    weighted: ManyAtOnce<E>,
    whole: Estimate,
    tails: impl Iterator<Item = [f64; 4]>,
) -> Result<Estimate, QuadratureError<E>> {
    let mut beyond = 0.0;
    for tail in tails {
        let mut values = [Estimate::ZERO; 4];
        weighted(&tail, Purpose::Check, &mut values).map_err(QuadratureError::Integrand)?;
        if let Some((at, _)) = tail.iter().zip(&values).find(|(_, value)| !value.is_finite()) {
            return Err(QuadratureError::NotFinite { at: *at });
        }
        let sizes = values.map(|value| value.value.abs() + value.abs_err);
        let (end, before) = (sizes[0].max(sizes[1]), sizes[2].max(sizes[3]));
        let falling = end <= 0.5 * before || end == 0.0;
        if !falling || end > NEGLIGIBLE * whole.abs_err.max(1e-280) {
            return Err(QuadratureError::NotConverged { best: whole.widened(f64::INFINITY) });
        }
        // If the integrand halves at least once in 20 units, the rest is below 40 times its value at the end. Both laws fall much faster.
        beyond += 40.0 * end;
    }
    Ok(whole.widened(beyond))
}

/// `int f d mu_rho`, the Marchenko-Pastur law of `W'W` (aspect m/d = rho, entries of variance 1/d), with its atom `(1-rho)+` at 0.
///
/// With `x = (1 - sqrt rho)^2 + 4 sqrt rho u^2 (3 - 2u)` the law is `(48 rho/pi) u^2 (1-u)^2 sqrt((3-2u)(1+2u)) / x du` on [0, 1]:
/// smooth, also at rho = 1, where x and the weight lose their common factor. `rho` must be positive and finite.
pub fn marchenko_pastur<E>(f: ManyAtOnce<E>, rho: f64, cuts: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    let root = rho.sqrt();
    let edge = (1.0 - rho) / (1.0 + root);
    let low = edge * edge;
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut xs, mut weights) = ([0.0; LANES], [0.0; LANES]);
    let mut weighted = |us: &[f64], purpose: Purpose, values: &mut [Estimate]| -> Result<(), E> {
        widest(MarchenkoPastur {
            low,
            span: 4.0 * root,
            scale: 48.0 * rho / PI,
            us,
            xs: &mut xs,
            weights: &mut weights,
        });
        f(&xs[..us.len()], purpose, values)?;
        for (value, weight) in values.iter_mut().zip(&weights) {
            // These comparisons are faster than `min` and `max`, which treat NaN separately.
            least = if value.value < least { value.value } else { least };
            most = if value.value > most { value.value } else { most };
            let product = weight * value.value;
            *value = Estimate::new(product, 1.01 * weight * value.abs_err + 16.0 * f64::EPSILON * product.abs());
        }
        Ok(())
    };
    // Where the lower edge is close to 0 the weight varies on the scale of the gap.
    let gap = edge.abs() / (12.0 * root).sqrt();
    let mut breaks = vec![0.0, 1.0];
    breaks.extend(cuts);
    let mut between = if gap > 0.0 { gap } else { 1.0 };
    while between < 0.5 {
        breaks.push(between);
        between *= 16.0;
    }
    breaks.push(0.5);
    breaks.sort_by(f64::total_cmp);
    let ends = if gap < CLOSED { Ends::Open } else { Ends::Vanishing };
    let mut whole = integrate(&mut weighted, &breaks, SecondRule::Across(Across { low: 0.0, high: 1.0, ends }))?;
    // x is good to a few units in the last place: int |f'| x mu(dx) <= (sqrt rho/pi) times the variation of f.
    whole = whole.widened(16.0 * f64::EPSILON * root / PI * (most - least));
    if rho < 1.0 {
        let atom = Estimate::ONE - Estimate::exact(rho);
        let mut at_zero = [Estimate::ZERO];
        f(&[0.0], Purpose::Value, &mut at_zero).map_err(QuadratureError::Integrand)?;
        let [at_zero] = at_zero;
        if !at_zero.is_finite() {
            return Err(QuadratureError::NotFinite { at: 0.0 });
        }
        whole = whole + atom * at_zero;
    }
    Ok(whole)
}

/// Places and weights of [`marchenko_pastur`].
struct MarchenkoPastur<'a> {
    low: f64,
    span: f64,
    scale: f64,
    us: &'a [f64],
    xs: &'a mut [f64; LANES],
    weights: &'a mut [f64; LANES],
}

impl Loop for MarchenkoPastur<'_> {
    #[inline(always)]
    fn run(self) {
        for ((x, weight), u) in self.xs.iter_mut().zip(self.weights).zip(self.us) {
            let (square, rest, far) = (u * u, (1.0 - u) * (1.0 - u), 3.0 - 2.0 * u);
            *x = self.low + self.span * square * far;
            *weight = self.scale * (square / *x) * rest * (far * (1.0 + 2.0 * u)).sqrt();
        }
    }
}

/// A function of p and of `1 - p` beside it, asked for many values at once.
pub type OnUnit<'a, E> = &'a mut dyn FnMut(&[f64], &[f64], &mut [Estimate]) -> Result<(), E>;

/// `int_0^1 f(p, 1 - p) dp`, both arguments accurate near both ends, so that quantile functions may be singular there
/// (logarithms, inverse square roots). `kinks` are points of (0, 1) where f is not smooth.
pub fn unit<E>(f: OnUnit<E>, kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    let mut lower = vec![0.0, 0.5];
    lower.extend(kinks.iter().filter(|&&k| k > 0.0 && k < 0.5));
    lower.sort_by(f64::total_cmp);
    let mut upper = vec![0.0, 0.5];
    upper.extend(kinks.iter().map(|k| 1.0 - k).filter(|&q| q > 0.0 && q < 0.5));
    upper.sort_by(f64::total_cmp);
    let mut others = [0.0; LANES];
    let mut complements = |near: &[f64]| {
        others.iter_mut().zip(near).for_each(|(other, p)| *other = 1.0 - p);
        others
    };
    let first =
        integrate(&mut |ps, _, values| f(ps, &complements(ps)[..ps.len()], values), &lower, SecondRule::OfPanels)?;
    let second =
        integrate(&mut |qs, _, values| f(&complements(qs)[..qs.len()], qs, values), &upper, SecondRule::OfPanels)?;
    Ok(first + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<Estimate, QuadratureError<String>>;

    /// A plain function as an integrand good to two units in the last place, and a count of its calls.
    fn run(f: impl Fn(f64) -> f64, law: impl Fn(Integrand<String>) -> Outcome) -> (Outcome, u32) {
        let mut calls = 0;
        let mut integrand = |x: f64| {
            calls += 1;
            let value = f(x);
            Ok(Estimate::new(value, 2.0 * f64::EPSILON * value.abs()))
        };
        let outcome = law(&mut integrand);
        (outcome, calls)
    }

    fn check(name: &str, (outcome, calls): (Outcome, u32), truth: f64, most: u32) {
        let value = outcome.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        println!("{name}: {value:?} off {:e}, {calls} calls", value.value - truth);
        // The closed form in doubles is itself off by a few units.
        assert!((value.value - truth).abs() <= value.abs_err + 4.0 * f64::EPSILON * truth.abs(), "{name}: {value:?}");
        assert!(value.abs_err <= 1e-12 * truth.abs().max(1.0), "{name}: {value:?}");
        assert!(calls <= most, "{name}: {calls} calls");
    }

    #[test]
    fn normal_moments() {
        let law = |f: Integrand<String>| normal(f, &[]);
        check("mass", run(|_| 1.0, law), 1.0, 1500);
        check("mean", run(|g| g, law), 0.0, 1500);
        check("variance", run(|g| g * g, law), 1.0, 1500);
        check("E G^20", run(|g| g.powi(20), law), 654_729_075.0, 3000);
        check("E exp G", run(f64::exp, law), 0.5f64.exp(), 1500);
        check("(E exp 2G)^2", run(|g| (2.0 * g).exp(), law), 2f64.exp(), 1800);
        check("E exp 8G", run(|g| (8.0 * g).exp(), law), 32f64.exp(), 2500);
        check("E exp(G^2/4)", run(|g| (0.25 * g * g).exp(), law), 2f64.sqrt(), 2000);
        check("E cos 5G", run(|g| (5.0 * g).cos(), law), (-12.5f64).exp(), 2500);
        check("E 1/(1+25 G^2)", run(|g| 1.0 / (1.0 + 25.0 * g * g), law), 0.215_188_927_983_042_74, 3000);
        let relu = |f: Integrand<String>| normal(f, &[0.0]);
        check("E relu", run(|g| g.max(0.0), relu), 1.0 / (2.0 * PI).sqrt(), 1500);
        let shifted = |f: Integrand<String>| normal(f, &[0.7]);
        let truth = (-0.245f64).exp() / (2.0 * PI).sqrt() - 0.35 * libm::erfc(0.7 * 0.5f64.sqrt());
        check("E (G - 0.7)+", run(|g| (g - 0.7).max(0.0), shifted), truth, 1500);
    }

    #[test]
    fn divergent_expectations_are_errors() {
        for rate in [0.5, 0.51, 1.0, 3.0] {
            let outcome = run(|g| (rate * g * g).exp(), |f| normal(f, &[])).0;
            assert!(outcome.is_err(), "{rate}: {outcome:?}");
        }
        for rate in [1.0, 1.1, 3.0] {
            let outcome = run(|y| (rate * y).exp(), |f| exponential(&mut one_by_one(f), &[])).0;
            assert!(outcome.is_err(), "{rate}: {outcome:?}");
        }
        let undefined = run(f64::ln, |f| normal(f, &[0.0])).0;
        assert!(matches!(undefined, Err(QuadratureError::NotFinite { at }) if at < 0.0), "{undefined:?}");
    }

    #[test]
    fn exponential_moments() {
        let law = |f: Integrand<String>| exponential(&mut one_by_one(f), &[]);
        check("mass", run(|_| 1.0, law), 1.0, 1500);
        check("E Y^5", run(|y| y.powi(5), law), 120.0, 2000);
        check("E ln Y", run(f64::ln, law), -0.577_215_664_901_532_9, 2000);
        check("E Y^-1/2", run(|y| 1.0 / y.sqrt(), law), PI.sqrt(), 2000);
        check("E 1/(1+Y)", run(|y| 1.0 / (1.0 + y), law), 0.596_347_362_323_194_1, 1500);
        let kinked = |f: Integrand<String>| exponential(&mut one_by_one(f), &[2.0]);
        check("E (Y - 2)+", run(|y| (y - 2.0).max(0.0), kinked), (-2f64).exp(), 1500);
    }

    /// Mass 1, mean rho, second moment rho^2 + rho, third rho^3 + 3 rho^2 + rho (Narayana numbers).
    #[test]
    fn marchenko_pastur_moments() {
        for rho in [1e-6, 0.01, 0.2, 0.5, 0.9, 0.999, 1.0 - 1e-9, 1.0, 1.0 + 1e-6, 1.3, 3.0, 17.0, 100.0, 1e6] {
            let law = |f: Integrand<String>| marchenko_pastur(&mut one_by_one(f), rho, &[]);
            check(&format!("mass {rho}"), run(|_| 1.0, law), 1.0, 3000);
            check(&format!("mean {rho}"), run(|x| x, law), rho, 3000);
            check(&format!("second {rho}"), run(|x| x * x, law), rho * (rho + 1.0), 3000);
            check(&format!("third {rho}"), run(|x| x * x * x, law), rho * (rho * (rho + 3.0) + 1.0), 3000);
        }
    }

    /// `int 1/(1+x) d mu_1 = (sqrt 5 - 1)/2`: the Stieltjes transform at -1.
    #[test]
    fn marchenko_pastur_stieltjes_transform() {
        let outcome = run(|x| 1.0 / (1.0 + x), |f| marchenko_pastur(&mut one_by_one(f), 1.0, &[]));
        check("resolvent", outcome, 0.5 * (5f64.sqrt() - 1.0), 1500);
    }

    /// Quantile functions: `int quantile^k dp` are moments of the law.
    #[test]
    fn unit_takes_singular_quantile_functions() {
        let run_unit = |f: &dyn Fn(f64, f64) -> f64, kinks: &[f64]| {
            let mut calls = 0;
            let mut integrand = |ps: &[f64], qs: &[f64], values: &mut [Estimate]| -> Result<(), String> {
                for (value, (p, q)) in values.iter_mut().zip(ps.iter().zip(qs)) {
                    calls += 1;
                    let exact = f(*p, *q);
                    *value = Estimate::new(exact, 2.0 * f64::EPSILON * exact.abs());
                }
                Ok(())
            };
            (unit(&mut integrand, kinks), calls)
        };
        check("exponential mean", run_unit(&|_, q| -q.ln(), &[]), 1.0, 1200);
        check("exponential second moment", run_unit(&|_, q| q.ln() * q.ln(), &[]), 2.0, 1200);
        check("from the other end", run_unit(&|p, _| -p.ln(), &[]), 1.0, 1200);
        check("arcsine mean square", run_unit(&|p, q| 1.0 / (p * q).sqrt(), &[]), PI, 1200);
        check("kinks on both sides", run_unit(&|p, _| (p - 0.2).abs() + (p - 0.9).abs(), &[0.2, 0.9]), 0.75, 1200);
        check("kink at the middle", run_unit(&|p, _| (p - 0.5).abs(), &[0.5]), 0.25, 1200);
    }

    /// The transformed law against the density as [MP67] state it, on an interval away from the edges.
    #[test]
    fn marchenko_pastur_against_the_plain_density() {
        let rho: f64 = 0.5;
        let (a, b) = ((1.0 - rho.sqrt()).powi(2), (1.0 + rho.sqrt()).powi(2));
        let density = |x: f64| -> Result<Estimate, String> {
            Ok(Estimate::new(((b - x) * (x - a)).sqrt() / (2.0 * PI * x) * (-x).exp(), 1e-15))
        };
        let plain = integrate(&mut one_by_one(density), &[a, b], SecondRule::OfPanels).unwrap();
        let transformed = run(|x| (-x).exp(), |f| marchenko_pastur(&mut one_by_one(f), rho, &[])).0.unwrap();
        assert!((plain.value + 0.5 - transformed.value).abs() < 1e-13, "{plain:?} {transformed:?}");
    }
}
