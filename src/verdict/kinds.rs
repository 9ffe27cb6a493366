//! The rules for claims that are not limits: exact means, rates, inequalities.

use super::rule::{Judgement, Verdict};
use crate::compare::RateFit;
use crate::compare::comparison::FORM_LEVEL;

/// How far from 0 the exponent left over may lie: a rate is right or off by a power, and powers in use are a quarter apart.
pub const RATE_MARGIN: f64 = 0.1;

/// One size of a statement about every size.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The sizes, in words.
    pub place: String,
    /// Mean minus formula.
    pub gap: f64,
    /// Half-width of the gap's interval, numerical errors included.
    pub half: f64,
    pub margin: f64,
}

/// A formula for the mean at every finite size: right within the margin at each. Returns the size that decides.
pub fn judge_each(sizes: &[Each]) -> (usize, Judgement) {
    let outside = |s: &Each| s.gap.abs() - s.half > s.margin;
    let inside = |s: &Each| s.gap.abs() + s.half <= s.margin;
    let reach = |s: &Each| (s.gap.abs() + s.half) / s.margin;
    // The one that speaks loudest.
    let distance = |s: &Each| (s.gap.abs() - s.half) / s.margin;
    let outside = (0..sizes.len()).filter(|k| outside(&sizes[*k]));
    if let Some(found) = outside.max_by(|a, b| distance(&sizes[*a]).total_cmp(&distance(&sizes[*b]))) {
        let reason = format!("at {} the interval of the gap lies outside the margin", sizes[found].place);
        return (found, Judgement::new(Verdict::Disagrees, reason));
    }
    let mut worst = 0;
    for index in 1..sizes.len() {
        if reach(&sizes[index]) > reach(&sizes[worst]) {
            worst = index;
        }
    }
    if !sizes.is_empty() && sizes.iter().all(inside) {
        let reason = "at every size the interval of the gap lies within the margin".to_string();
        return (worst, Judgement::new(Verdict::Agrees, reason));
    }
    let reason = match sizes.get(worst) {
        Some(size) => format!(
            "too few replicates at {}: the interval of the gap, half-width {:.2e}, crosses the margin",
            size.place, size.half
        ),
        None => "no size was simulated".to_string(),
    };
    (worst, Judgement::new(Verdict::Undecided, reason))
}

/// Whether the means contradict every power of what grows, so that no number of draws would give a rate.
pub fn follows_no_power(fit: &RateFit) -> bool {
    fit.chi_squared_p < FORM_LEVEL
}

/// A rate: the exponent that is left when the claimed shape is divided out.
pub fn judge_rate(fit: Option<&RateFit>, grows: &str) -> Judgement {
    let Some(fit) = fit else {
        let reason = "a mean or the shape is not positive, or there are fewer than five sizes".to_string();
        return Judgement::new(Verdict::Undecided, reason);
    };
    let [low, high] = fit.interval;
    let (verdict, reason) = if follows_no_power(fit) {
        (Verdict::Undecided, format!("the means follow no power of {grows}: chi-squared p = {:.1e}", fit.chi_squared_p))
    } else if -RATE_MARGIN <= low && high <= RATE_MARGIN {
        (Verdict::Agrees, format!("beyond the shape a power of {grows} between {low:.3} and {high:.3} is left"))
    } else if low > RATE_MARGIN || high < -RATE_MARGIN {
        (Verdict::Disagrees, format!("beyond the shape a power of {grows} between {low:.3} and {high:.3} is left"))
    } else {
        (Verdict::Undecided, format!("the exponent is known to lie between {low:.3} and {high:.3} only"))
    };
    Judgement::new(verdict, reason)
}

/// The nearest that one size's networks come to a bound: `slack` is observed minus bound, the other way for an upper bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slack {
    pub dim: usize,
    pub slack: f64,
    /// Numerical errors of both.
    pub error: f64,
}

/// An inequality over simulated networks: one that breaks it by more than rounding refutes it.
pub fn judge_bound(sizes: &[Slack], networks: u64, grows: &str) -> (usize, Judgement) {
    let mut nearest = 0;
    for index in 1..sizes.len() {
        if sizes[index].slack + sizes[index].error < sizes[nearest].slack + sizes[nearest].error {
            nearest = index;
        }
    }
    let Some(found) = sizes.get(nearest) else {
        let reason = "no network was simulated".to_string();
        return (0, Judgement::new(Verdict::Undecided, reason));
    };
    let (verdict, reason) = if found.slack < -found.error {
        (Verdict::Disagrees, format!("a network at {grows} = {} breaks the bound by {:.3e}", found.dim, -found.slack))
    } else {
        let why = format!(
            "none of {networks} networks breaks it; the nearest, at {grows} = {}, by {:.3e}",
            found.dim, found.slack
        );
        (Verdict::NoCounterexample, why)
    };
    (nearest, Judgement::new(verdict, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_must_be_right_at_every_size() {
        let good = Each { place: "d = 24, m = 12".to_string(), gap: 0.001, half: 0.004, margin: 0.01 };
        let wide = Each { half: 0.02, ..good.clone() };
        let off = Each { gap: -0.02, ..good.clone() };
        assert_eq!(judge_each(&[good.clone(), good.clone()]).1.verdict, Verdict::Agrees);
        assert_eq!(judge_each(&[good.clone(), wide.clone()]).1.verdict, Verdict::Undecided);
        assert_eq!(judge_each(&[good.clone(), wide.clone()]).0, 1);
        assert_eq!(
            judge_each(&[wide.clone(), good.clone(), off.clone()]),
            (2, judge_each(&[wide.clone(), good.clone(), off.clone()]).1)
        );
        assert_eq!(judge_each(&[wide.clone(), good.clone(), off.clone()]).1.verdict, Verdict::Disagrees);
        let farther = Each { gap: 0.05, ..good.clone() };
        assert_eq!(judge_each(&[off.clone(), farther, off]).0, 1);
        assert_eq!(judge_each(&[]).1.verdict, Verdict::Undecided);
    }

    #[test]
    fn rates() {
        let fit = |low: f64, high: f64, p: f64| RateFit {
            exponent: 0.0,
            standard_error: 0.01,
            level: 0.0,
            curvature: 0.0,
            interval: [low, high],
            chi_squared_p: p,
        };
        let verdict = |fit: RateFit| judge_rate(Some(&fit), "d").verdict;
        assert_eq!(verdict(fit(-0.05, 0.08, 0.5)), Verdict::Agrees);
        assert_eq!(verdict(fit(0.2, 0.3, 0.5)), Verdict::Disagrees);
        assert_eq!(verdict(fit(-0.3, -0.2, 0.5)), Verdict::Disagrees);
        assert_eq!(verdict(fit(-0.05, 0.3, 0.5)), Verdict::Undecided);
        assert_eq!(verdict(fit(-0.05, 0.05, 1e-6)), Verdict::Undecided);
        assert_eq!(judge_rate(None, "d").verdict, Verdict::Undecided);
    }

    #[test]
    fn one_network_refutes_a_bound_but_rounding_does_not() {
        let slack = |slack: f64| Slack { dim: 24, slack, error: 1e-9 };
        assert_eq!(judge_bound(&[slack(0.1), slack(-1e-10)], 128, "d").1.verdict, Verdict::NoCounterexample);
        assert_eq!(
            judge_bound(&[slack(0.1), slack(-1e-3)], 128, "d"),
            (1, judge_bound(&[slack(0.1), slack(-1e-3)], 128, "d").1)
        );
        assert_eq!(judge_bound(&[slack(0.1), slack(-1e-3)], 128, "d").1.verdict, Verdict::Disagrees);
        assert_eq!(judge_bound(&[], 0, "d").1.verdict, Verdict::Undecided);
    }
}
