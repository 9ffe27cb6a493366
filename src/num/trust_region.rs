//! The largest value of a quadratic form on a ball, in its eigenbasis: the trust-region problem, solved exactly and certified by
//! its dual.
//!
//! Maximise `F(e) = sum b_i e_i^2 + 2 g_i e_i` over `|e| <= r`. A maximiser has a multiplier `mu >= max(b_i, 0)` with
//! `(mu - b_i) e_i = g_i`, on the boundary unless `mu = 0` (More and Sorensen 1983). For every `mu >= max(b_i, 0)` the dual
//! `mu r^2 + sum g_i^2/(mu - b_i)` is an upper bound of F, so the two sides of the answer bound each other.

/// Largest value of the form on the ball.
#[derive(Clone, Debug, PartialEq)]
pub struct BallMaximum {
    /// `F(e)` at the point found.
    pub value: f64,
    /// Dual minus primal value plus rounding. The truth is at most this much above `value`. It can be below `value` only by rounding.
    pub error: f64,
    /// `mu`
    pub multiplier: f64,
    /// The point, `|e| <= r` up to rounding.
    pub point: Vec<f64>,
}

/// Bound on the steps of the secular equation: bisection alone would need some 1100 from the smallest double to the largest.
const MAX_STEPS: usize = 1200;

/// Largest relative gap between primal and dual that counts as solved.
const MAX_GAP: f64 = 1e-9;

/// `curvatures` are the `b_i` and `slopes` the `g_i`, finite and of the same number, at least one; `radius` is positive and finite.
/// Errors say what is out of its domain, or which gap is left between primal and dual.
pub fn maximum_on_ball(curvatures: &[f64], slopes: &[f64], radius: f64) -> Result<BallMaximum, String> {
    let finite = curvatures.iter().chain(slopes).all(|x| x.is_finite());
    if curvatures.is_empty() || curvatures.len() != slopes.len() || !finite || !(radius.is_finite() && radius > 0.0) {
        return Err(format!(
            "a form on a ball needs as many finite curvatures as slopes ({} and {}) and a positive radius, not {radius}",
            curvatures.len(),
            slopes.len()
        ));
    }
    let top = curvatures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // In terms of `shift = mu - top` the poles keep all their digits, however near the multiplier comes to the first of them.
    let lowest = (-top).max(0.0);
    let below: Vec<f64> = curvatures.iter().map(|b| top - b).collect();
    let length = |shift: f64| norm(&point(&below, slopes, shift));
    let shift = if length(lowest) <= radius { lowest } else { secular(&below, slopes, radius, lowest) };

    let mut found = point(&below, slopes, shift);
    let reached = norm(&found);
    let multiplier = top + shift;
    if shift > lowest {
        found.iter_mut().for_each(|e| *e *= radius / reached);
    } else if multiplier > 0.0 {
        // The hard case: no slope along the top eigenvector, so any length of it completes the point to the boundary.
        let missing = (radius * radius - reached * reached).max(0.0).sqrt();
        if let Some(index) = below.iter().position(|gap| *gap == 0.0) {
            found[index] = missing;
        }
    }
    let terms = || curvatures.iter().zip(slopes).zip(&found);
    let value: f64 = terms().map(|((b, g), e)| e * (b * e + 2.0 * g)).sum();
    let magnitude: f64 = terms().map(|((b, g), e)| (b * e * e).abs() + 2.0 * (g * e).abs()).sum();
    let poles = below.iter().zip(slopes).filter(|(_, g)| **g != 0.0);
    let dual = multiplier * radius * radius + poles.map(|(gap, g)| g * g / (gap + shift)).sum::<f64>();
    let rounding = 4.0 * (curvatures.len() as f64).sqrt() * f64::EPSILON * (magnitude + dual.abs());
    let error = (dual - value).max(0.0) + rounding;
    if error <= MAX_GAP * magnitude.max(f64::MIN_POSITIVE) + rounding {
        Ok(BallMaximum { value, error, multiplier, point: found })
    } else {
        Err(format!(
            "the largest value on the ball lies between {value:e} and {dual:e}: the secular equation was not solved"
        ))
    }
}

/// `e_i = g_i/(mu - b_i)`, zero where the slope is.
fn point(below: &[f64], slopes: &[f64], shift: f64) -> Vec<f64> {
    below.iter().zip(slopes).map(|(gap, g)| if *g == 0.0 { 0.0 } else { g / (gap + shift) }).collect()
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The shift above `lowest` at which the point has length `radius`: Newton's method for the reciprocal of the length, which is
/// nearly linear, kept in a bracket.
fn secular(below: &[f64], slopes: &[f64], radius: f64, lowest: f64) -> f64 {
    // One term alone is at most the whole length, and the whole at most `|g|/shift`.
    let alone = below.iter().zip(slopes).map(|(gap, g)| g.abs() / radius - gap).fold(lowest, f64::max);
    let (mut low, mut high) = (alone, (norm(slopes) / radius).max(alone));
    let mut shift = if low > lowest { low } else { (low + high) / 2.0 };
    for _ in 0..MAX_STEPS {
        let (mut square, mut cubic) = (0.0, 0.0);
        for (gap, g) in below.iter().zip(slopes).filter(|(_, g)| **g != 0.0) {
            let pole = gap + shift;
            square += (g / pole) * (g / pole);
            cubic += (g / pole) * (g / pole) / pole;
        }
        let length = square.sqrt();
        if length > radius {
            low = shift;
        } else {
            high = shift;
        }
        let newton = shift + (length - radius) / radius * square / cubic;
        let next = if newton > low && newton < high { newton } else { low + (high - low) / 2.0 };
        if (length - radius).abs() <= 4.0 * f64::EPSILON * radius || next == shift || next == low || next == high {
            break;
        }
        shift = next;
    }
    shift
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest value over a fine grid of the circle and of the disk.
    fn scan(curvatures: [f64; 2], slopes: [f64; 2], radius: f64) -> f64 {
        let mut best = f64::NEG_INFINITY;
        for ring in 0..=200 {
            for angle in 0..2000 {
                let (length, angle) = (radius * ring as f64 / 200.0, angle as f64 * std::f64::consts::PI / 1000.0);
                let e = [length * angle.cos(), length * angle.sin()];
                best = best.max((0..2).map(|i| e[i] * (curvatures[i] * e[i] + 2.0 * slopes[i])).sum());
            }
        }
        best
    }

    #[test]
    fn two_dimensions_against_a_scan_of_the_disk() {
        let cases = [
            ([1.0, -2.0], [0.3, 0.4], 1.5),
            ([-1.0, -2.0], [0.3, 0.4], 1.5),
            ([-1.0, -2.0], [3.0, -4.0], 1.5),
            ([1.0, -2.0], [0.0, 0.4], 1.5),
            ([1.0, -2.0], [1e-9, 0.4], 1.5),
            ([1.0, 1.0], [0.3, -0.4], 0.5),
            ([0.0, 0.0], [0.3, -0.4], 0.5),
            ([0.0, -1.0], [0.0, 0.2], 2.0),
            ([2.0, 1.0], [0.0, 0.0], 0.7),
        ];
        for (curvatures, slopes, radius) in cases {
            let found = maximum_on_ball(&curvatures, &slopes, radius).unwrap();
            let seen = scan(curvatures, slopes, radius);
            let what = format!("{curvatures:?} {slopes:?} {radius}: {found:?}, scan {seen}");
            assert!(seen <= found.value + found.error + 1e-12, "{what}");
            // The grid is 0.5 % of the radius apart, and the gradient vanishes along the circle.
            let scale = 2.0 * radius * (norm(&slopes) + 2.0 * radius);
            assert!(seen >= found.value - 0.005 * scale, "{what}");
            assert!(norm(&found.point) <= radius * (1.0 + 1e-12) && found.error < 1e-9, "{what}");
        }
    }

    /// No slope along the top eigenvector: `mu = b_1`, and the value is `b_1 r^2 + sum g_i^2/(b_1 - b_i)`.
    #[test]
    fn the_hard_case_in_closed_form() {
        let found = maximum_on_ball(&[3.0, 1.0, -1.0], &[0.0, 0.5, 1.0], 2.0).unwrap();
        let expected = 3.0 * 4.0 + 0.25 / 2.0 + 1.0 / 4.0;
        assert!((found.value - expected).abs() <= found.error && found.error < 1e-12);
        assert_eq!(found.multiplier, 3.0);
        // Near it the value is continuous in the slope.
        for slope in [1e-300, 1e-100, 1e-20, 1e-8] {
            let near = maximum_on_ball(&[3.0, 1.0, -1.0], &[slope, 0.5, 1.0], 2.0).unwrap();
            assert!((near.value - expected).abs() <= near.error + 4.0 * slope, "{slope}: {near:?}");
        }
    }

    /// One dimension: `b r^2 + 2 |g| r`, or `-g^2/b` if the top of the parabola lies within.
    #[test]
    fn one_dimension() {
        for (b, g, radius, expected) in
            [(2.0, -1.0, 3.0, 24.0), (-1.0, 1.0, 3.0, 1.0), (-1.0, 5.0, 3.0, 21.0), (0.0, 1.0, 3.0, 6.0)]
        {
            let found = maximum_on_ball(&[b], &[g], radius).unwrap();
            assert!((found.value - expected).abs() <= found.error && found.error < 1e-12, "{b} {g}: {found:?}");
        }
    }

    /// Optimality in 50 dimensions: the stationarity residual, and the certificate.
    #[test]
    fn many_dimensions_are_stationary() {
        let curvatures: Vec<f64> = (0..50).map(|i| ((7 * i) % 23) as f64 / 10.0 - 1.0).collect();
        for scale in [1e-6, 1e-2, 1.0, 1e3] {
            let slopes: Vec<f64> = (0..50).map(|i| scale * (((11 * i) % 17) as f64 / 8.0 - 1.0)).collect();
            let found = maximum_on_ball(&curvatures, &slopes, 0.8).unwrap();
            for i in 0..50 {
                let residual = (found.multiplier - curvatures[i]) * found.point[i] - slopes[i];
                assert!(residual.abs() < 1e-12 * scale.max(1.0), "{scale}, {i}: {residual:e}");
            }
            assert!((norm(&found.point) - 0.8).abs() < 1e-12);
            assert!(found.error <= 1e-11 * found.value, "{scale}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_problem_is_an_error() {
        assert!(maximum_on_ball(&[], &[], 1.0).is_err());
        assert!(maximum_on_ball(&[1.0], &[1.0, 2.0], 1.0).is_err());
        assert!(maximum_on_ball(&[f64::NAN], &[1.0], 1.0).is_err());
        assert!(maximum_on_ball(&[1.0], &[1.0], 0.0).unwrap_err().contains("radius"));
    }
}
