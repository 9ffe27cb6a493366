//! How many replicates each size gets: the cheapest allocation that makes the extrapolated gap's standard error small enough,
//! from work formulas and the variances of a pilot. Never from the clock, never from the means.

use super::ladder::more;
use nalgebra::{Matrix3, Vector3};

/// One size as the design sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignSize {
    pub dim: usize,
    /// Variance of one draw, from the pilot.
    pub variance: f64,
    /// Cost of one draw.
    pub work: f64,
    /// Replicates already drawn; the allocation never goes below.
    pub drawn: u64,
}

/// Replicates per size such that both fits' standard errors of L are at most `target`, as cheaply as greedy steps find, or
/// the best that `work_cap` buys. Counts grow by [`more`], so all cells share the same ends of blocks.
pub fn allocate(sizes: &[DesignSize], rate: f64, target: f64, work_cap: f64) -> Vec<u64> {
    let mut counts: Vec<u64> = sizes.iter().map(|s| s.drawn).collect();
    let mut spent: f64 = sizes.iter().zip(&counts).map(|(s, n)| s.work * *n as f64).sum();
    let goal = target * target;
    let mut current = worst_variance(sizes, &counts, rate);
    // Growth by a quarter each: a size reaches any affordable count within a few hundred steps.
    for _ in 0..1000 {
        if current <= goal || !current.is_finite() {
            break;
        }
        let mut best: Option<(f64, usize, u64, f64)> = None;
        for index in 0..sizes.len() {
            let grown = counts[index] + more(counts[index]);
            let cost = sizes[index].work * more(counts[index]) as f64;
            if spent + cost > work_cap {
                continue;
            }
            let mut trial = counts.clone();
            trial[index] = grown;
            let variance = worst_variance(sizes, &trial, rate);
            let gain = (current - variance) / cost;
            if gain > 0.0 && best.is_none_or(|(other, ..)| gain > other) {
                best = Some((gain, index, grown, variance));
            }
        }
        let Some((_, index, grown, variance)) = best else { break };
        spent += sizes[index].work * (grown - counts[index]) as f64;
        counts[index] = grown;
        current = variance;
    }
    counts
}

/// The larger of the variances of L in the fit with all sizes and without the smallest.
fn worst_variance(sizes: &[DesignSize], counts: &[u64], rate: f64) -> f64 {
    let variance = |skip: usize| {
        let base = sizes[skip].dim as f64;
        let mut normal = Matrix3::zeros();
        for (size, count) in sizes.iter().zip(counts).skip(skip) {
            let x = (base / size.dim as f64).powf(rate);
            let row = Vector3::new(1.0, x, x * x);
            normal += row * row.transpose() * (*count as f64 / size.variance);
        }
        normal.try_inverse().map_or(f64::INFINITY, |inverse| inverse[(0, 0)])
    };
    variance(0).max(variance(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::ladder::BLOCK;

    fn sizes() -> Vec<DesignSize> {
        let size = |dim: usize| {
            let d = dim as f64;
            DesignSize { dim, variance: 1.0 / (d * d), work: d * d * d, drawn: 64 }
        };
        [24, 32, 64, 128, 256].into_iter().map(size).collect()
    }

    fn work(sizes: &[DesignSize], counts: &[u64]) -> f64 {
        sizes.iter().zip(counts).map(|(s, n)| s.work * *n as f64).sum()
    }

    #[test]
    fn the_target_is_met_in_both_fits() {
        let sizes = sizes();
        for target in [1e-2, 1e-3, 3e-4] {
            let counts = allocate(&sizes, 1.0, target, 1e15);
            assert!(worst_variance(&sizes, &counts, 1.0).sqrt() <= target, "{target}: {counts:?}");
            assert!(counts.iter().all(|n| *n >= 64 && n.is_multiple_of(BLOCK)));
        }
    }

    #[test]
    fn it_is_cheaper_than_the_same_count_everywhere() {
        let sizes = sizes();
        let counts = allocate(&sizes, 1.0, 3e-4, 1e15);
        let even = (1..10_000).map(|blocks| vec![blocks * BLOCK; 5]);
        let even = even.into_iter().find(|n| worst_variance(&sizes, n, 1.0).sqrt() <= 3e-4).unwrap();
        assert!(2.0 * work(&sizes, &counts) < work(&sizes, &even), "{counts:?} against {even:?}");
    }

    #[test]
    fn the_cap_is_kept_and_nothing_is_taken_back() {
        let mut sizes = sizes();
        sizes[0].drawn = 640;
        let cap = 3e9;
        let counts = allocate(&sizes, 1.0, 1e-9, cap);
        assert!(work(&sizes, &counts) <= cap);
        assert!(counts[0] >= 640);
        let loose = allocate(&sizes, 1.0, 10.0, 1e15);
        assert_eq!(loose, [640, 64, 64, 64, 64]);
    }
}
