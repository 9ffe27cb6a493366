//! Expectations over the laws that have a density: substitutions that leave the two rules smooth integrands.

use super::Estimate;
use super::quadrature::{Integrand, QuadratureError, integrate_counted};
use std::f64::consts::{FRAC_PI_2, PI};

/// Half-width of the range of the normal law: the density at its end is 1e-314.
const NORMAL_RANGE: f64 = 38.0;
/// End of the range of the exponential law, density 1e-304.
const EXPONENTIAL_RANGE: f64 = 700.0;
/// Relative to the error bound of the integral: what the weighted integrand may be at the end of a range.
const NEGLIGIBLE: f64 = 1e-4;

/// `E f(G)`, G standard normal; `kinks` are the points where f is not smooth.
///
/// The range is [-38, 38]; an integrand whose product with the density is not negligible and falling there is
/// `NotConverged`, one that overflows `NotFinite`.
pub fn normal<E>(f: Integrand<E>, kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    let mut breaks = vec![-NORMAL_RANGE, -8.0, -3.0, 0.0, 3.0, 8.0, NORMAL_RANGE];
    breaks.extend(kinks.iter().filter(|k| k.abs() < NORMAL_RANGE));
    breaks.sort_by(f64::total_cmp);
    let mut weighted = |t: f64| -> Result<Estimate, E> {
        // Two factors: the density itself is subnormal at the ends, their square roots are not.
        let root = (-0.25 * t * t).exp();
        let value = f(t)?;
        let product = value.value * root * root / (2.0 * PI).sqrt();
        let relative = f64::EPSILON * (0.25 * t * t + 5.0);
        let carried = value.abs_err * root * root * 0.4;
        Ok(Estimate::new(product, carried + relative * product.abs()))
    };
    let whole = integrate_counted(&mut weighted, &breaks).0?;
    let tails = [-1.0, 1.0].map(|side| [38.0, 37.5, 36.0, 35.5].map(|t: f64| side * t));
    with_tails(&mut weighted, whole, &tails)
}

/// `int_0^inf f(y) e^-y dy`; `kinks` are points where f is not smooth. Integrable logarithmic or algebraic singularities of
/// f at 0 are allowed. The range is [0, 700]; see [`normal`] for what happens beyond.
pub fn exponential<E>(f: Integrand<E>, kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    let mut breaks = vec![0.0, 1.0, 4.0, 16.0, 64.0, 256.0, EXPONENTIAL_RANGE];
    breaks.extend(kinks.iter().filter(|&&k| k > 0.0 && k < EXPONENTIAL_RANGE));
    breaks.sort_by(f64::total_cmp);
    let mut weighted = |y: f64| -> Result<Estimate, E> {
        let density = (-y).exp();
        let value = f(y)?;
        let product = value.value * density;
        Ok(Estimate::new(product, value.abs_err * density * 1.01 + 3.0 * f64::EPSILON * product.abs()))
    };
    let whole = integrate_counted(&mut weighted, &breaks).0?;
    with_tails(&mut weighted, whole, &[[700.0, 699.0, 680.0, 679.0]])
}

/// Adds what lies beyond the range: nothing, if the integrand at the end (the first two points of each tail) is
/// negligible and well below what it is further in (the last two).
fn with_tails<E>(
    weighted: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    whole: Estimate,
    tails: &[[f64; 4]],
) -> Result<Estimate, QuadratureError<E>> {
    let mut beyond = 0.0;
    for tail in tails {
        let mut sizes = [0.0; 4];
        for (size, &t) in sizes.iter_mut().zip(tail) {
            let value = weighted(t).map_err(QuadratureError::Integrand)?;
            if !value.is_finite() {
                return Err(QuadratureError::NotFinite { at: t });
            }
            *size = value.value.abs() + value.abs_err;
        }
        let (end, before) = (sizes[0].max(sizes[1]), sizes[2].max(sizes[3]));
        let falling = end <= 0.5 * before || end == 0.0;
        if !falling || end > NEGLIGIBLE * whole.abs_err.max(1e-280) {
            return Err(QuadratureError::NotConverged { best: whole.widened(f64::INFINITY) });
        }
        // Halving at least every 20 units (which all of it far exceeds): the rest is below 40 times the end value.
        beyond += 40.0 * end;
    }
    Ok(whole.widened(beyond))
}

/// `int f d mu_rho`, the Marchenko-Pastur law of `W'W` (aspect m/d = rho, entries of variance 1/d), with its atom `(1-rho)+` at 0.
///
/// With `x = (1 - sqrt rho)^2 + 4 sqrt rho sin^2 v` the law is `(16 rho/pi) sin^2 v cos^2 v / x dv` on [0, pi/2]: smooth,
/// also at rho = 1, where x and the weight lose their common factor. `rho` must be positive and finite.
pub fn marchenko_pastur<E>(f: Integrand<E>, rho: f64) -> Result<Estimate, QuadratureError<E>> {
    let root = rho.sqrt();
    let edge = (1.0 - rho) / (1.0 + root);
    let low = edge * edge;
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut weighted = |v: f64| -> Result<Estimate, E> {
        let (sine, cosine) = v.sin_cos();
        let x = low + 4.0 * root * sine * sine;
        let weight = 16.0 * rho / PI * (sine * sine / x) * (cosine * cosine);
        let value = f(x)?;
        least = least.min(value.value);
        most = most.max(value.value);
        let product = weight * value.value;
        Ok(Estimate::new(product, 1.01 * weight * value.abs_err + 16.0 * f64::EPSILON * product.abs()))
    };
    // Where the lower edge is close to 0 the weight varies on the scale of the gap.
    let gap = (0.5 * edge.abs() / root.sqrt()).min(1.0);
    let mut breaks = vec![0.0, FRAC_PI_2];
    let mut between = if gap > 0.0 { gap } else { 1.0 };
    while between < 0.5 * FRAC_PI_2 {
        breaks.push(between);
        between *= 16.0;
    }
    breaks.push(0.5 * FRAC_PI_2);
    breaks.sort_by(f64::total_cmp);
    let mut whole = integrate_counted(&mut weighted, &breaks).0?;
    // x is good to a few units in the last place: int |f'| x mu(dx) <= (sqrt rho/pi) times the variation of f.
    whole = whole.widened(16.0 * f64::EPSILON * root / PI * (most - least));
    if rho < 1.0 {
        let atom = Estimate::ONE - Estimate::exact(rho);
        let at_zero = f(0.0).map_err(QuadratureError::Integrand)?;
        if !at_zero.is_finite() {
            return Err(QuadratureError::NotFinite { at: 0.0 });
        }
        whole = whole + atom * at_zero;
    }
    Ok(whole)
}

/// `int_0^1 f(p, 1 - p) dp`, both arguments accurate near both ends, so that quantile functions may be singular there
/// (logarithms, inverse square roots). `kinks` are points of (0, 1) where f is not smooth.
pub fn unit<E>(
    f: &mut dyn FnMut(f64, f64) -> Result<Estimate, E>,
    kinks: &[f64],
) -> Result<Estimate, QuadratureError<E>> {
    let mut lower = vec![0.0, 0.5];
    lower.extend(kinks.iter().filter(|&&k| k > 0.0 && k < 0.5));
    lower.sort_by(f64::total_cmp);
    let mut upper = vec![0.0, 0.5];
    upper.extend(kinks.iter().map(|k| 1.0 - k).filter(|&q| q > 0.0 && q < 0.5));
    upper.sort_by(f64::total_cmp);
    let first = integrate_counted(&mut |p| f(p, 1.0 - p), &lower).0?;
    let second = integrate_counted(&mut |q| f(1.0 - q, q), &upper).0?;
    Ok(first + second)
}
