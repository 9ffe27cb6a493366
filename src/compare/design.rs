//! How many replicates each size gets: the cheapest allocation that makes the extrapolated gap's standard error small enough,
//! from work formulas and measured variances. Never from the clock, never from the means.

use super::form::{Form, Order};
use super::ladder::more;

/// One size as the design sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignSize {
    pub dim: usize,
    /// Variance of one draw, as measured so far.
    pub variance: f64,
    /// Cost of one draw.
    pub work: f64,
    /// Replicates already drawn; the allocation never goes below.
    pub drawn: u64,
}

/// A size gets at least this fraction of the replicates of any larger one. The cheapest design would give all to three sizes
/// (as many as the form has coefficients), and then nothing checks the form.
const LEAST_SHARE: f64 = 0.25;

/// Steps of an allocation: each grows one size by a quarter, so that a size reaches any affordable count within a few hundred.
const MAX_STEPS: usize = 1000;

/// What an allocation of replicates costs and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    pub counts: Vec<u64>,
    /// Work of all replicates, those already drawn included.
    pub work: f64,
    /// Standard error of L: the larger of the two fits'.
    pub standard_error: f64,
}

/// Replicates per size such that both fits' standard errors of L are at most `target`, as cheaply as greedy steps find, or
/// the best that `work_cap` buys. Counts grow by [`more`], so all cells share the same ends of blocks.
pub fn allocate(sizes: &[DesignSize], order: Order, target: f64, work_cap: f64) -> Allocation {
    let fits = [Weights::new(sizes, order, 0), Weights::new(sizes, order, 1)];
    let worst = |counts: &[u64]| fits[0].variance(counts).max(fits[1].variance(counts));
    let mut counts: Vec<u64> = sizes.iter().map(|s| s.drawn).collect();
    let goal = target * target;
    let mut current = worst(&counts);
    for _ in 0..MAX_STEPS {
        if current <= goal || !current.is_finite() {
            break;
        }
        let spent = work(sizes, &counts);
        let mut best: Option<(f64, Vec<u64>, f64)> = None;
        for index in 0..sizes.len() {
            let trial = grown(&counts, index);
            let cost = work(sizes, &trial) - spent;
            if spent + cost > work_cap {
                continue;
            }
            let variance = worst(&trial);
            let gain = (current - variance) / cost;
            if gain > 0.0 && best.as_ref().is_none_or(|(other, ..)| gain > *other) {
                best = Some((gain, trial, variance));
            }
        }
        let Some((_, trial, variance)) = best else { break };
        counts = trial;
        current = variance;
    }
    Allocation { work: work(sizes, &counts), standard_error: current.sqrt(), counts }
}

/// One step at one size, and what the smaller sizes need to keep their share.
fn grown(counts: &[u64], index: usize) -> Vec<u64> {
    let mut grown = counts.to_vec();
    grown[index] += more(grown[index]);
    let least = (grown[index] as f64 * LEAST_SHARE) as u64;
    for count in &mut grown[..index] {
        while *count < least {
            *count += more(*count);
        }
    }
    grown
}

fn work(sizes: &[DesignSize], counts: &[u64]) -> f64 {
    sizes.iter().zip(counts).map(|(s, n)| s.work * *n as f64).sum()
}

/// The part of a weighted fit that does not depend on the counts: allocations ask for many of them.
struct Weights {
    skip: usize,
    /// For each size the products of its row with itself, per replicate: 1, x, x^2, x^3, x^4 over the variance, x = d^-r. The
    /// rows of the claimed form are 1, x, x^2, or 1 alone.
    powers: Vec<[f64; 5]>,
    exact: bool,
}

impl Weights {
    /// Of the fit that leaves out the `skip` smallest sizes.
    fn new(sizes: &[DesignSize], order: Order, skip: usize) -> Weights {
        let form = Form::claimed(order);
        let base = sizes.get(skip).map_or(1, |size| size.dim);
        let powers = |size: &DesignSize| {
            let x = if order == Order::Exact { 0.0 } else { form.value(1, size.dim, base) };
            [1.0, x, x * x, x * x * x, x * x * x * x].map(|power| power / size.variance)
        };
        Weights { skip, powers: sizes.iter().map(powers).collect(), exact: order == Order::Exact }
    }

    /// Variance of L: the first entry of the inverse of the normal matrix.
    fn variance(&self, counts: &[u64]) -> f64 {
        let mut sum = [0.0; 5];
        for (powers, count) in self.powers.iter().zip(counts).skip(self.skip) {
            for (sum, power) in sum.iter_mut().zip(powers) {
                *sum += power * *count as f64;
            }
        }
        let [s0, s1, s2, s3, s4] = sum;
        let (minor, determinant) = match self.exact {
            true => (1.0, s0),
            false => {
                let minor = s2 * s4 - s3 * s3;
                (minor, s0 * minor - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2))
            }
        };
        if determinant > 0.0 { minor / determinant } else { f64::INFINITY }
    }
}

/// The larger of the variances of L in the fit with all sizes and without the smallest.
fn worst_variance(sizes: &[DesignSize], counts: &[u64], order: Order) -> f64 {
    Weights::new(sizes, order, 0).variance(counts).max(Weights::new(sizes, order, 1).variance(counts))
}

/// Which size contributes most to the uncertainty of L in the worse of the two fits.
pub fn noisiest(sizes: &[DesignSize], counts: &[u64], order: Order) -> usize {
    // Tried on each size in turn: what ten times its replicates would leave.
    let after = |index: usize| {
        let mut more = counts.to_vec();
        more[index] *= 10;
        worst_variance(sizes, &more, order)
    };
    let mut best = 0;
    for index in 1..sizes.len() {
        if after(index) < after(best) {
            best = index;
        }
    }
    sizes[best].dim
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fit::fit;
    use crate::compare::ladder::BLOCK;
    use crate::compare::{Moments, SizeGap};

    const RATE_1: Order = Order::Power(1.0);

    fn sizes() -> Vec<DesignSize> {
        let size = |dim: usize| {
            let d = dim as f64;
            DesignSize { dim, variance: 1.0 / (d * d), work: d * d * d, drawn: 64 }
        };
        [24, 32, 64, 128, 256].into_iter().map(size).collect()
    }

    #[test]
    fn the_target_is_met_in_both_fits() {
        let sizes = sizes();
        for (order, target) in [(RATE_1, 1e-2), (RATE_1, 1e-3), (RATE_1, 3e-4), (Order::Exact, 1e-4)] {
            let found = allocate(&sizes, order, target, 1e15);
            assert!(found.standard_error <= target, "{order:?} {target}: {found:?}");
            // The fit itself says the same.
            let gap = |(size, count): (&DesignSize, &u64)| SizeGap {
                dim: size.dim,
                gap: Moments { count: *count, mean: 0.0, squares: size.variance * (*count - 1) as f64 },
                scale: 1.0,
                abs_err: 0.0,
            };
            let gaps: Vec<SizeGap> = sizes.iter().zip(&found.counts).map(gap).collect();
            let form = Form::claimed(order);
            let errors = [&gaps[..], &gaps[1..]].map(|part| fit(part, &form, 0.05).unwrap().standard_error);
            assert!((errors[0].max(errors[1]) / found.standard_error - 1.0).abs() < 1e-9, "{errors:?} {found:?}");
            assert_eq!(work(&sizes, &found.counts), found.work);
            assert!(found.counts.iter().all(|n| *n >= 64 && n.is_multiple_of(BLOCK)));
        }
    }

    #[test]
    fn it_is_cheaper_than_the_same_count_everywhere() {
        let sizes = sizes();
        let found = allocate(&sizes, RATE_1, 3e-4, 1e15);
        let even = (1..10_000).map(|blocks| vec![blocks * BLOCK; 5]);
        let even = even.into_iter().find(|n| worst_variance(&sizes, n, RATE_1).sqrt() <= 3e-4).unwrap();
        assert!(2.0 * found.work < work(&sizes, &even), "{found:?} against {even:?}");
    }

    /// A form with three coefficients is checked only by sizes beyond three.
    #[test]
    fn every_size_keeps_its_share() {
        for target in [1e-3, 3e-4, 1e-4] {
            let counts = allocate(&sizes(), RATE_1, target, 1e15).counts;
            for (i, n) in counts.iter().enumerate() {
                assert!(counts[i..].iter().all(|larger| *n as f64 >= 0.25 * *larger as f64 - 1.0), "{counts:?}");
            }
        }
    }

    #[test]
    fn the_cap_is_kept_and_nothing_is_taken_back() {
        let mut sizes = sizes();
        sizes[0].drawn = 640;
        let cap = 3e9;
        let found = allocate(&sizes, RATE_1, 1e-9, cap);
        assert!(found.work <= cap && found.standard_error > 1e-9);
        assert!(found.counts[0] >= 640);
        assert_eq!(allocate(&sizes, RATE_1, 10.0, 1e15).counts, [640, 64, 64, 64, 64]);
    }

    /// With next to no weight at 128 the fit without the smallest size rests on 32, 64 and 256, of which 64 is by far the noisiest.
    #[test]
    fn the_size_to_blame_is_named() {
        let mut sizes = sizes();
        sizes[3].variance = 100.0;
        sizes[2].variance = 1.0;
        assert_eq!(noisiest(&sizes, &[64; 5], RATE_1), 64);
    }
}
