//! From which size on a fitted gap stays small.

/// The least d from which on `|L + b d^-r + c d^-2r|` stays below the bound; None if `|L|` does not.
pub fn below_from([limit, first, second]: [f64; 3], rate: f64, bound: f64) -> Option<u64> {
    if limit.abs() >= bound {
        return None;
    }
    // In u = d^-r the gap is a parabola, which leaves the band where it meets one of its edges for the first time.
    let mut leaves = f64::INFINITY;
    for edge in [bound, -bound] {
        let (a, b, c) = (second, first, limit - edge);
        let discriminant = b * b - 4.0 * a * c;
        if discriminant >= 0.0 {
            // Both roots without cancellation; b = 0 leaves the plain square root.
            let q = -0.5 * (b + discriminant.sqrt().copysign(b));
            let roots = [q / a, c / q];
            leaves = roots.into_iter().filter(|u| u.is_finite() && *u > 0.0).fold(leaves, f64::min);
        }
    }
    let from = leaves.powf(-1.0 / rate);
    (from < 1e15).then(|| (from.floor() as u64) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_from_which_a_gap_stays_small_is_where_it_enters_the_band_for_good() {
        let stays = |fit: [f64; 3], rate: f64, bound: f64, d: u64| {
            let gap = |d: u64| fit[0] + fit[1] * (d as f64).powf(-rate) + fit[2] * (d as f64).powf(-2.0 * rate);
            (d..d + 20_000).all(|d| gap(d).abs() < bound)
        };
        for (fit, rate) in
            [([0.0, 2.0, 0.0], 1.0), ([1e-4, -1.5, 40.0], 1.0), ([0.0, 0.3, -1.0], 0.5), ([-2e-4, 0.0, 5.0], 1.0)]
        {
            for bound in [0.05, 0.01, 0.002] {
                let d = below_from(fit, rate, bound).unwrap();
                assert!(
                    stays(fit, rate, bound, d) && (d == 1 || !stays(fit, rate, bound, d - 1)),
                    "{fit:?} {bound}: {d}"
                );
            }
        }
        assert_eq!(below_from([0.01, 1.0, 0.0], 1.0, 0.01), None);
        assert_eq!(below_from([0.0, 0.0, 0.0], 1.0, 0.01), Some(1));
    }
}
