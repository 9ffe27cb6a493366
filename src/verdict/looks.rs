//! The looks of one cell: judge what there is, stop or say how many replicates come next.
//!
//! Every look has the same share of the cell's level (Bonferroni), so that looking again costs no error rate. What comes next
//! depends on variances, work formulas and the margin, never on the means: these only decide when to stop.

use super::rule::{Judgement, Verdict, judge};
use crate::compare::comparison::FORM_LEVEL;
use crate::compare::design::{DesignSize, allocate, noisiest};
use crate::compare::gap::NOISELESS_VARIANCE;
use crate::compare::ladder::more;
use crate::compare::quantile::student_two_sided;
use crate::compare::{Comparison, Fitted, Order, SizeGap, compare};

/// Looks that the cell's level is shared over: at the pilot, then at doubling information.
pub const LOOKS: usize = 6;

/// Degrees of freedom assumed when planning; the verdict uses those of the data.
const PLANNED_FREEDOM: f64 = 150.0;

/// Standard errors between the interval's end and the margin at the last look: enough for a true limit to be decided by then,
/// with what the hull of two fits adds. Earlier looks have less and decide most cells.
const ROOM: f64 = 3.6;

/// A form rejected this clearly stays rejected: more replicates would be wasted.
const HOPELESS: f64 = 1e-3 * FORM_LEVEL;

/// What a cell is judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules<'a> {
    /// Of the bias, as the claim declares it.
    pub order: Order,
    /// The gap that does not matter, above 0.
    pub margin: f64,
    /// The cell's two-sided level at each look.
    pub alpha: f64,
    /// Work that the cell may cost.
    pub work_cap: f64,
    /// Name of the size that grows, for reasons.
    pub grows: &'a str,
}

/// What follows from a look.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The verdict is final: decided, or out of looks or budget.
    Stop(Box<Comparison>, Judgement),
    /// Draw up to these counts and look again.
    Draw {
        /// Number of that look, up to [`LOOKS`].
        look: usize,
        /// Replicates at each size, those that are there included.
        counts: Vec<u64>,
    },
}

/// Judges look number `look` (the pilot's is 1). `work` is the cost of one draw at each size.
pub fn step(rules: &Rules, look: usize, sizes: &[SizeGap], work: &[f64]) -> Step {
    let mut comparison = compare(sizes, rules.order, rules.alpha);
    let judgement = judge(&comparison, rules.margin, rules.grows);
    let Comparison::Fitted(fitted) = &mut comparison else { return Step::Stop(Box::new(comparison), judgement) };
    let design = design(sizes, work);
    if judgement.verdict != Verdict::Undecided || fitted.worst_fit().chi_squared_p < HOPELESS {
        fitted.to_go = to_go(rules, &design);
        return Step::Stop(Box::new(comparison), judgement);
    }
    let drawn: Vec<u64> = sizes.iter().map(|s| s.gap.count).collect();
    for next in look + 1..=LOOKS {
        let counts = allocate(&design, rules.order, target(rules, next), rules.work_cap).counts;
        if counts != drawn {
            return Step::Draw { look: next, counts };
        }
    }
    let reason = format!("{}; {}", judgement.reason, advice(rules, fitted, &design, &drawn));
    Step::Stop(Box::new(comparison), Judgement { reason, ..judgement })
}

/// Standard error of L that look number `look` aims at: the last one's, and twice the variance at each look before.
fn target(rules: &Rules, look: usize) -> f64 {
    let last = rules.margin / (student_two_sided(rules.alpha, PLANNED_FREEDOM) + ROOM);
    last * 2f64.powf((LOOKS - look) as f64 / 2.0)
}

/// Standard error that the last affordable look would have, as a fraction of the present one.
fn to_go(rules: &Rules, design: &[DesignSize]) -> f64 {
    let now = allocate(design, rules.order, f64::INFINITY, f64::INFINITY).standard_error;
    let last = allocate(design, rules.order, target(rules, LOOKS), rules.work_cap).standard_error;
    if now > 0.0 && now.is_finite() { (last / now).min(1.0) } else { 1.0 }
}

fn design(sizes: &[SizeGap], work: &[f64]) -> Vec<DesignSize> {
    let one = |(size, work): (&SizeGap, &f64)| DesignSize {
        dim: size.dim,
        variance: size.gap.variance().max(NOISELESS_VARIANCE),
        work: *work,
        drawn: size.gap.count,
    };
    sizes.iter().zip(work).map(one).collect()
}

/// One size of a statement about every size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EachDesign {
    pub deviation: f64,
    pub margin: f64,
    pub work: f64,
    pub drawn: u64,
}

/// The next look after `look` and its counts, where each size by itself gets what its own margin calls for; None if no look adds
/// replicates. What the work cannot pay for all is shared: the sizes with the smallest bills are served first, and the others have
/// equal parts of the rest.
pub fn next_each(sizes: &[EachDesign], alpha: f64, look: usize, work_cap: f64) -> Option<(usize, Vec<u64>)> {
    let quantile = student_two_sided(alpha, PLANNED_FREEDOM) + ROOM;
    for next in look + 1..=LOOKS {
        let share = 2f64.powf(-((LOOKS - next) as f64));
        let needed = |size: &EachDesign| (size.deviation * quantile / size.margin).powi(2) * share;
        let mut bills: Vec<(usize, f64)> = sizes.iter().map(|s| needed(s) * s.work).enumerate().collect();
        bills.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut left = work_cap;
        let mut counts: Vec<u64> = sizes.iter().map(|size| size.drawn).collect();
        for (served, (index, _)) in bills.iter().enumerate() {
            let (size, count) = (&sizes[*index], &mut counts[*index]);
            let allowance = left / (sizes.len() - served) as f64;
            while (*count as f64) < needed(size) && (*count + more(*count)) as f64 * size.work <= allowance {
                *count += more(*count);
            }
            left -= *count as f64 * size.work;
        }
        if counts.iter().zip(sizes).any(|(count, size)| *count > size.drawn) {
            return Some((next, counts));
        }
    }
    None
}

/// What would decide the cell, and where its uncertainty is.
fn advice(rules: &Rules, fitted: &Fitted, design: &[DesignSize], drawn: &[u64]) -> String {
    let fit = if fitted.full.standard_error >= fitted.reduced.standard_error { &fitted.full } else { &fitted.reduced };
    let noisiest = noisiest(design, drawn, rules.order);
    let where_from = format!("most of the uncertainty comes from {} = {noisiest}", rules.grows);
    let distance = (fit.limit.abs() - rules.margin).abs();
    if distance < fit.standard_error {
        return format!(
            "the gap, {:.2e}, is too close to the margin to foresee what would decide; {where_from}",
            fit.limit
        );
    }
    let target = distance / (fit.quantile + 1.0);
    let (now, then) = (
        allocate(design, rules.order, f64::INFINITY, f64::INFINITY),
        allocate(design, rules.order, target, f64::INFINITY),
    );
    let networks = |counts: &[u64]| counts.iter().sum::<u64>();
    format!(
        "about {} draws in place of {} would decide, {:.1} times the work ({:.1e} operations); {where_from}",
        networks(&then.counts),
        networks(&now.counts),
        then.work / now.work,
        then.work
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Moments;

    const DIMS: [usize; 5] = [24, 32, 64, 96, 144];
    const WORK: [f64; 5] = [1.0, 2.0, 8.0, 20.0, 60.0];

    fn rules(margin: f64) -> Rules<'static> {
        Rules { order: Order::Power(1.0), margin, alpha: 1e-5, work_cap: 1e9, grows: "d" }
    }

    /// Samples without luck: means and variances as they are.
    fn sizes(gap: impl Fn(f64) -> f64, counts: &[u64]) -> Vec<SizeGap> {
        let size = |(dim, count): (&usize, &u64)| {
            let d = *dim as f64;
            let gap = Moments { count: *count, mean: gap(d), squares: (*count - 1) as f64 / (d * d) };
            SizeGap { dim: *dim, gap, scale: 1.0, abs_err: 1e-12 }
        };
        DIMS.iter().zip(counts).map(size).collect()
    }

    /// Looks until the end: the verdict, its reason, and the counts of every look.
    fn run(rules: &Rules, gap: impl Fn(f64) -> f64) -> (Verdict, String, Vec<Vec<u64>>) {
        let mut counts = vec![vec![64; 5]];
        let mut look = 1;
        loop {
            match step(rules, look, &sizes(&gap, counts.last().unwrap()), &WORK) {
                Step::Stop(_, judgement) => return (judgement.verdict, judgement.reason, counts),
                Step::Draw { look: next, counts: more } => {
                    assert!(next > look && next <= LOOKS);
                    assert!(more.iter().zip(counts.last().unwrap()).all(|(a, b)| a >= b));
                    look = next;
                    counts.push(more);
                }
            }
        }
    }

    #[test]
    fn plain_cases_stop_early_and_close_ones_go_on() {
        let far = run(&rules(0.01), |d| 0.5 + 3.0 / d);
        assert_eq!((far.0, far.2.len()), (Verdict::Disagrees, 1));
        let true_one = run(&rules(0.004), |d| 3.0 / d);
        assert_eq!(true_one.0, Verdict::Agrees);
        assert!(true_one.2.len() > 2 && true_one.2.len() < LOOKS, "{:?}", true_one.2);
        let close = run(&rules(0.004), |d| 0.00401 + 3.0 / d);
        assert_eq!((close.0, close.2.len()), (Verdict::Undecided, LOOKS));
        assert!(close.1.contains("too close to the margin"), "{}", close.1);
    }

    /// Counts depend on the variances alone: two formulas with the same margin are judged on the same samples.
    #[test]
    fn counts_do_not_depend_on_the_means() {
        let (one, other) = (run(&rules(0.004), |d| 0.00401 + 3.0 / d), run(&rules(0.004), |d| 1.0 / d));
        assert_eq!(one.2[..other.2.len()], other.2);
    }

    #[test]
    fn information_doubles_from_look_to_look() {
        let found = run(&rules(0.004), |d| 0.00401 + 3.0 / d).2;
        let total = |counts: &Vec<u64>| counts.iter().zip(WORK).map(|(n, w)| *n as f64 * w).sum::<f64>();
        for pair in found[1..].windows(2) {
            let ratio = total(&pair[1]) / total(&pair[0]);
            assert!((1.6..2.6).contains(&ratio), "{ratio} {found:?}");
        }
    }

    #[test]
    fn out_of_budget_says_what_would_do() {
        let poor = Rules { work_cap: 2e4, ..rules(0.002) };
        let (verdict, reason, counts) = run(&poor, |d| 3.0 / d);
        assert_eq!(verdict, Verdict::Undecided);
        let spent: f64 = counts.last().unwrap().iter().zip(WORK).map(|(n, w)| *n as f64 * w).sum();
        assert!(spent <= 2e4, "{spent}");
        assert!(reason.contains("times the work") && reason.contains("d = "), "{reason}");
        // What it asks for is enough.
        let rich = Rules { work_cap: 1e9, ..poor };
        assert_eq!(run(&rich, |d| 3.0 / d).0, Verdict::Agrees);
    }

    #[test]
    fn sizes_judged_one_by_one_get_what_each_needs() {
        let size = |margin, work| EachDesign { deviation: 0.1, margin, work, drawn: 64 };
        let sizes = [size(0.1, 1.0), size(0.01, 1.0), size(0.01, 1e7)];
        let (look, counts) = next_each(&sizes, 1e-5, 1, 3e9).unwrap();
        let spent = |counts: &[u64]| counts.iter().zip(&sizes).map(|(n, size)| *n as f64 * size.work).sum::<f64>();
        // The dear size has what the cheap ones leave: more than a third of the work.
        assert!(look > 1 && counts[0] == 64 && counts[1] > 64, "{counts:?}");
        assert!(counts[2] as f64 * 1e7 > 1e9 && spent(&counts) <= 3e9, "{counts:?}");
        let (last, more) = next_each(&sizes, 1e-5, LOOKS - 1, 3e9).unwrap();
        assert!(last == LOOKS && more[1] > counts[1] && spent(&more) <= 3e9);
        // (0.1 (4.57 + 3.6) / 0.01)^2 draws put 3.6 standard errors between the interval's end and the margin.
        assert!((6600..8500).contains(&more[1]), "{more:?}");
        assert_eq!(next_each(&sizes, 1e-5, LOOKS, 3e9), None);
    }

    #[test]
    fn a_hopeless_form_stops_at_once() {
        let (verdict, reason, counts) = run(&rules(0.001), |d| (d / 10.0).sin());
        assert_eq!((verdict, counts.len()), (Verdict::Undecided, 1));
        assert!(reason.contains("rate or order") && reason.contains("d = "), "{reason}");
    }
}
