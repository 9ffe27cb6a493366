//! How many draws would decide a cell that is undecided, tried on mock samples: the same rule judges draws of the law that the samples
//! so far suggest.

use super::rule::Verdict;
use crate::compare::{Moments, SizeGap};
use crate::num::streams::stream;

/// Mock runs for each number of draws, and how many of them are to be decided.
const RUNS: u64 = 100;
const DECIDED: usize = 90;

/// Each step asks for so many times the draws.
const STEP: f64 = 1.2;
/// Steps to the point where noise plays no part any more.
const STEPS: i32 = 150;

/// The gap that is taken for the true one: none, unless the samples speak against that by two standard errors.
pub fn supposed(gap: f64, standard_error: f64) -> f64 {
    if gap.abs() <= 2.0 * standard_error { 0.0 } else { gap }
}

/// Whether the gap is so close to the margin, for its standard error, that on which side it lies cannot be foreseen.
pub fn at_the_margin(gap: f64, standard_error: f64, margin: f64) -> bool {
    supposed(gap, standard_error) != 0.0 && (gap.abs() - margin).abs() < standard_error
}

/// The variance of a draw, one standard error above its estimate: few draws often show too little of it.
pub fn cautious_variance(sample: &Moments) -> f64 {
    sample.variance() * (1.0 + (2.0 / sample.count.saturating_sub(1).max(1) as f64).sqrt())
}

/// The fewest draws at each size by which 90 of 100 mock runs are decided; None if no number does it. `truth` has the supposed means and
/// the variances; `counts` says how many draws a factor of at least 1 stands for.
pub fn needed(
    truth: &[SizeGap],
    counts: impl Fn(f64) -> Vec<u64>,
    judge: impl Fn(&[SizeGap]) -> Verdict,
) -> Option<Vec<u64>> {
    let at = |step: i32| counts(STEP.powi(step));
    let decides = |step: i32| {
        let counts = at(step);
        (0..RUNS).filter(|run| judge(&mock(truth, &counts, *run)) != Verdict::Undecided).count() >= DECIDED
    };
    if !decides(STEPS) {
        return None;
    }
    let (mut too_few, mut enough) = (-1, STEPS);
    while enough - too_few > 1 {
        let middle = (too_few + enough) / 2;
        if decides(middle) { enough = middle } else { too_few = middle }
    }
    Some(at(enough))
}

fn mock(truth: &[SizeGap], counts: &[u64], run: u64) -> Vec<SizeGap> {
    let one = |(size, count): (&SizeGap, &u64)| {
        let mut stream = stream(0, "needed", "", size.dim, 0, run);
        let deviation = cautious_variance(&size.gap).sqrt();
        SizeGap { gap: Moments::normal(&mut stream, *count, size.gap.mean, deviation), ..*size }
    };
    truth.iter().zip(counts).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Order, compare};
    use crate::verdict::judge;

    const DIMS: [usize; 5] = [16, 24, 48, 96, 144];
    const ORDER: Order = Order::Power(1.0);
    const ALPHA: f64 = 1e-3;

    fn truth(limit: f64) -> Vec<SizeGap> {
        let size = |dim: usize| {
            let d = dim as f64;
            let gap = Moments { count: 200, mean: limit + 0.5 / d, squares: 199.0 * 0.04 };
            SizeGap { dim, gap, scale: 1.0, abs_err: 1e-12 }
        };
        DIMS.map(size).to_vec()
    }

    fn verdict(sizes: &[SizeGap], margin: f64) -> Verdict {
        judge(&compare(sizes, ORDER, ALPHA), margin, "d").verdict
    }

    /// Draws of other streams are decided by what is needed, and not by a third of it.
    #[test]
    fn what_is_needed_decides_and_hardly_more_than_is_needed() {
        for (limit, margin, right) in [(0.0, 0.05, Verdict::Agrees), (0.2, 0.05, Verdict::Disagrees)] {
            let truth = truth(limit);
            let counts = |factor: f64| vec![(200.0 * factor) as u64; 5];
            let found = needed(&truth, counts, |sizes| verdict(sizes, margin)).unwrap();
            let rate = |counts: &[u64], wanted: Verdict| {
                let runs = (1000..1400).filter(|run| verdict(&mock(&truth, counts, *run), margin) == wanted);
                runs.count() as f64 / 400.0
            };
            assert!(rate(&found, right) > 0.82, "{limit}: {found:?}");
            let third: Vec<u64> = found.iter().map(|count| count / 3).collect();
            assert!(rate(&third, right) < 0.6, "{limit}: {found:?}");
            let wrong = if right == Verdict::Agrees { Verdict::Disagrees } else { Verdict::Agrees };
            assert!(rate(&found, wrong) < 0.01);
        }
    }

    #[test]
    fn where_bounds_of_errors_reach_the_margin_no_number_is_enough() {
        let mut vague = truth(0.0);
        vague.iter_mut().for_each(|size| size.abs_err = 0.06);
        assert_eq!(needed(&vague, |factor| vec![(200.0 * factor) as u64; 5], |sizes| verdict(sizes, 0.05)), None);
    }

    #[test]
    fn only_a_gap_that_shows_is_supposed() {
        assert_eq!((supposed(0.019, 0.01), supposed(-0.021, 0.01)), (0.0, -0.021));
        assert!(
            at_the_margin(0.045, 0.01, 0.05) && !at_the_margin(0.03, 0.01, 0.05) && !at_the_margin(0.01, 0.01, 0.015)
        );
    }
}
