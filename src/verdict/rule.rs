//! Verdicts, and the rule for one look at a cell of a run.

use crate::compare::{Budget, Comparison, Fitted, Quiet};
pub use crate::record::Verdict;
use std::str::FromStr;

/// Probability of any false `agrees` or `disagrees` in a run.
pub(crate) const RUN_LEVEL: f64 = 1e-3;

/// Largest level that may be asked for.
pub const HIGHEST_LEVEL: f64 = 0.05;

/// Largest fraction of the limit that may be asked for as a margin.
pub const WIDEST_FRACTION: f64 = 0.2;

/// Smallest margin at any budget: the next order that the fit does not know stays below it (METHOD).
pub const MARGIN_FLOOR: f64 = 0.001;

/// A verdict and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// What is said of the cell.
    pub verdict: Verdict,
    /// Why, in a sentence without a full stop.
    pub reason: String,
    /// Undecided because the gaps may not follow the claimed rate or order.
    pub doubts_form: bool,
}

impl Judgement {
    /// A judgement that does not doubt the form.
    pub fn new(verdict: Verdict, reason: String) -> Judgement {
        Judgement { verdict, reason, doubts_form: false }
    }
}

/// Margin of a cell: a fraction of the limit, never below the floor. `tighter` is the claim's own fraction.
pub fn margin(limit: f64, budget: Budget, tighter: Option<f64>) -> f64 {
    let fraction = tighter.map_or(budget.margin_fraction(), |own| own.min(budget.margin_fraction()));
    (fraction * limit.abs()).max(MARGIN_FLOOR)
}

/// A margin that a reader asks for, in place of the budget's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// A fraction of the limit, never below [`MARGIN_FLOOR`].
    Fraction(f64),
    /// So much, whatever the limit is.
    Absolute(f64),
}

impl FromStr for Tolerance {
    type Err = String;

    /// `0.1`, or `abs 0.01`.
    fn from_str(text: &str) -> Result<Tolerance, String> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0);
        if let Some(absolute) = text.trim().strip_prefix("abs") {
            let form = "write `abs 0.01`: the gap that does not matter, in the unit of the limit";
            return number(absolute).map(Tolerance::Absolute).ok_or_else(|| form.to_string());
        }
        match number(text) {
            Some(fraction) if fraction <= WIDEST_FRACTION => Ok(Tolerance::Fraction(fraction)),
            Some(_) => {
                Err(format!("a fraction of the limit is at most {WIDEST_FRACTION}; `abs X` is a margin by itself"))
            }
            None => Err("write a fraction of the limit such as 0.1, or `abs 0.01`".to_string()),
        }
    }
}

/// What a run is judged by: how much it may simulate, how sure it is to be, and how exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// The work, and the margin unless another is asked for.
    pub budget: Budget,
    /// Probability of any false verdict that a reader allows; None: that of every other run.
    pub level: Option<f64>,
    /// The margin that a reader asks for.
    pub margin: Option<Tolerance>,
}

impl From<Budget> for Terms {
    fn from(budget: Budget) -> Terms {
        Terms { budget, level: None, margin: None }
    }
}

impl Terms {
    /// Whether the reader asks for something else than the budget's own.
    pub fn are_own(&self) -> bool {
        self.level.is_some() || self.margin.is_some()
    }

    /// Probability of any false `agrees` or `disagrees` in the run.
    pub fn level(&self) -> f64 {
        self.level.unwrap_or(RUN_LEVEL)
    }

    /// Margin of a cell. `tighter` is the claim's own fraction, which wins where it is the narrower one.
    pub fn margin(&self, limit: f64, tighter: Option<f64>) -> f64 {
        let of = |fraction: f64| (fraction * limit.abs()).max(MARGIN_FLOOR);
        let asked = match self.margin {
            None => return margin(limit, self.budget, tighter),
            Some(Tolerance::Fraction(fraction)) => of(fraction),
            Some(Tolerance::Absolute(margin)) => margin,
        };
        tighter.map_or(asked, |own| asked.min(of(own)))
    }

    /// `10 %`, `0.01`: the margin in words.
    pub fn margin_in_words(&self, tighter: Option<f64>) -> String {
        let percent = |fraction: f64| format!("{} %", (fraction * 1e8).round() / 1e6);
        let least = |fraction: f64| percent(tighter.map_or(fraction, |own| own.min(fraction)));
        match (self.margin, tighter) {
            (None, _) => least(self.budget.margin_fraction()),
            (Some(Tolerance::Fraction(fraction)), _) => least(fraction),
            (Some(Tolerance::Absolute(margin)), None) => margin.to_string(),
            (Some(Tolerance::Absolute(margin)), Some(own)) => format!("{margin} and {}", percent(own)),
        }
    }
}

/// Share of the run's level that one of `cells` cells gets at each of `looks` looks.
pub(crate) fn cell_level(level: f64, cells: usize, looks: usize) -> f64 {
    level / cells.max(1) as f64 / looks.max(1) as f64
}

/// The rule. A rejected form is never `disagrees`: it says that the rate or the order is not as claimed.
pub fn judge(comparison: &Comparison, margin: f64, grows: &str) -> Judgement {
    match comparison {
        Comparison::Unusable(why) => Judgement::new(Verdict::Undecided, (*why).to_string()),
        Comparison::Quiet(quiet) => judge_quiet(quiet, margin, grows),
        Comparison::Fitted(fitted) => judge_fitted(fitted, margin, grows),
    }
}

fn judge_quiet(quiet: &Quiet, margin: f64, grows: &str) -> Judgement {
    let Quiet { worst, worst_dim, last, within, tolerance } = *quiet;
    let (verdict, reason) = if within {
        (Verdict::Agrees, format!("no noise: equal within {tolerance:.1e} at every size"))
    } else if last.abs() > margin {
        (Verdict::Disagrees, format!("no noise, and the gap is {last:.2e} at the largest size"))
    } else {
        let why = format!(
            "no noise, yet the gap reaches {worst:.2e} at {grows} = {worst_dim}: beyond rounding, within the margin"
        );
        (Verdict::Undecided, why)
    };
    Judgement::new(verdict, reason)
}

fn judge_fitted(fitted: &Fitted, margin: f64, grows: &str) -> Judgement {
    // An exact claim says that the gap is zero at every size: one size outside is enough, whatever the form.
    if let Some((dim, interval)) = fitted.farthest.filter(|(_, interval)| outside(*interval, margin)) {
        let reason = format!("the gap at {grows} = {dim} lies outside the margin: {}", range(interval));
        return Judgement::new(Verdict::Disagrees, reason);
    }
    let (verdict, reason) = if fitted.form_rejected() {
        let fit = fitted.worst_fit();
        let why = format!(
            "rate or order: the fit's own chi-squared has p = {:.1e}; the gaps do not follow the claimed order, \
             most of all at {grows} = {} ({:+.1} standard errors)",
            fit.chi_squared_p, fit.worst_dim, fit.worst_residual
        );
        return Judgement { doubts_form: true, ..Judgement::new(Verdict::Undecided, why) };
    } else if within(fitted.interval, margin) {
        (Verdict::Agrees, "the interval of the gap lies within the margin".to_string())
    } else if outside(fitted.interval, margin) {
        match fitted.rivals.iter().find(|rival| !same_side(fitted.interval, rival.interval, margin)) {
            None => (Verdict::Disagrees, "the interval of the gap lies outside the margin".to_string()),
            Some(rival) => {
                let why = format!(
                    "rate or order: by the claimed one the gap lies outside the margin, but with {} in its place, which fits \
                     as well, it is {}",
                    rival.form.in_size(grows),
                    range(rival.interval)
                );
                return Judgement { doubts_form: true, ..Judgement::new(Verdict::Undecided, why) };
            }
        }
    } else if fitted.interval[1] - fitted.interval[0] > 2.0 * margin {
        let half = (fitted.interval[1] - fitted.interval[0]) / 2.0;
        (Verdict::Undecided, format!("too few replicates: half-width {half:.2e} exceeds the margin"))
    } else {
        (Verdict::Undecided, "the interval of the gap crosses the margin".to_string())
    };
    Judgement::new(verdict, reason)
}

fn within([low, high]: [f64; 2], margin: f64) -> bool {
    -margin <= low && high <= margin
}

fn outside([low, high]: [f64; 2], margin: f64) -> bool {
    low > margin || high < -margin
}

/// Whether both intervals lie beyond the same end of the margin.
fn same_side(own: [f64; 2], other: [f64; 2], margin: f64) -> bool {
    (own[0] > margin && other[0] > margin) || (own[1] < -margin && other[1] < -margin)
}

fn range([low, high]: [f64; 2]) -> String {
    format!("{low:.2e} to {high:.2e}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Fit, Form, Order, Rival};

    fn fitted(interval: [f64; 2], chi_squared_p: f64) -> Fitted {
        let fit = Fit {
            limit: 0.0,
            first: 0.0,
            second: 0.0,
            standard_error: 1e-3,
            freedom: 100.0,
            quantile: 4.0,
            chi_squared_p,
            worst_dim: 24,
            worst_residual: 1.0,
        };
        Fitted { full: fit, reduced: fit, interval, rivals: Vec::new(), farthest: None, numeric: 0.0, to_go: 1.0 }
    }

    fn verdict(fitted: Fitted) -> Verdict {
        judge(&Comparison::Fitted(fitted), 0.01, "d").verdict
    }

    #[test]
    fn the_rule_case_by_case() {
        let cases = [
            ([-0.005, 0.004], 0.5, Verdict::Agrees),
            ([-0.010, 0.010], 0.5, Verdict::Agrees),
            ([0.0101, 0.02], 0.5, Verdict::Disagrees),
            ([-0.03, -0.0101], 0.5, Verdict::Disagrees),
            ([0.009, 0.02], 0.5, Verdict::Undecided),
            ([-0.5, 0.5], 0.5, Verdict::Undecided),
            ([0.2, 0.3], 1e-6, Verdict::Undecided),
            ([-0.001, 0.001], 1e-6, Verdict::Undecided),
        ];
        for (interval, p, expected) in cases {
            assert_eq!(verdict(fitted(interval, p)), expected, "{interval:?} {p}");
        }
        assert_eq!(judge(&Comparison::Unusable("no data"), 0.01, "d").verdict, Verdict::Undecided);
    }

    #[test]
    fn disagreement_needs_every_rival_beyond_the_same_end() {
        let with = |interval, rival| {
            let rivals = vec![Rival {
                form: Form::claimed(Order::Power(0.5)),
                interval: rival,
                limit: 0.0,
                standard_error: 0.0,
            }];
            verdict(Fitted { rivals, ..fitted(interval, 0.5) })
        };
        assert_eq!(with([0.02, 0.03], [0.011, 0.05]), Verdict::Disagrees);
        assert_eq!(with([0.02, 0.03], [0.009, 0.05]), Verdict::Undecided);
        assert_eq!(with([0.02, 0.03], [-0.05, -0.02]), Verdict::Undecided);
        assert_eq!(with([-0.03, -0.02], [-0.05, -0.02]), Verdict::Disagrees);
        assert_eq!(with([-0.005, 0.004], [0.011, 0.05]), Verdict::Agrees);
    }

    #[test]
    fn an_exact_claim_is_refuted_at_any_size_and_in_any_form() {
        let with = |farthest, p| verdict(Fitted { farthest: Some((24, farthest)), ..fitted([-0.005, 0.004], p) });
        assert_eq!(with([0.02, 0.03], 1e-9), Verdict::Disagrees);
        assert_eq!(with([-0.01, 0.03], 1e-9), Verdict::Undecided);
        assert_eq!(with([-0.01, 0.03], 0.5), Verdict::Agrees);
    }

    #[test]
    fn noiseless_cells() {
        let quiet = |last: f64, within| {
            Comparison::Quiet(Quiet { worst: last.abs(), worst_dim: 24, last, within, tolerance: 1e-9 })
        };
        assert_eq!(judge(&quiet(1e-12, true), 0.01, "d").verdict, Verdict::Agrees);
        assert_eq!(judge(&quiet(0.02, false), 0.01, "d").verdict, Verdict::Disagrees);
        assert_eq!(judge(&quiet(1e-5, false), 0.01, "d").verdict, Verdict::Undecided);
    }

    #[test]
    fn a_claim_may_tighten_its_margin_but_not_widen_it() {
        assert_eq!(margin(0.5, Budget::Standard, None), 0.005);
        assert_eq!(margin(0.5, Budget::Standard, Some(0.004)), 0.002);
        assert_eq!(margin(0.5, Budget::Standard, Some(0.5)), 0.005);
        assert_eq!(margin(-0.5, Budget::Quick, None), 0.01);
        assert_eq!(margin(0.0, Budget::Standard, None), MARGIN_FLOOR);
    }

    #[test]
    fn the_level_is_shared_over_cells_and_looks() {
        assert_eq!(cell_level(RUN_LEVEL, 50, 1), RUN_LEVEL / 50.0);
        assert_eq!(cell_level(0.01, 0, 1), 0.01);
    }

    #[test]
    fn a_reader_may_ask_for_another_margin_and_a_claim_for_a_narrower_one() {
        let terms = |margin: Option<&str>| Terms {
            budget: Budget::Standard,
            level: None,
            margin: margin.map(|text| text.parse().unwrap()),
        };
        for (asked, limit, tighter, expected, words) in [
            (None, 0.5, None, 0.005, "1 %"),
            (Some("0.1"), 0.5, None, 0.05, "10 %"),
            (Some("0.1"), -0.5, Some(0.004), 0.002, "0.4 %"),
            (Some("0.001"), 0.5, Some(0.004), MARGIN_FLOOR, "0.1 %"),
            (Some("abs 0.03"), 0.5, None, 0.03, "0.03"),
            (Some("abs 1e-4"), 0.5, None, 1e-4, "0.0001"),
            (Some("abs 0.03"), 0.5, Some(0.01), 0.005, "0.03 and 1 %"),
        ] {
            let terms = terms(asked);
            assert_eq!(terms.margin(limit, tighter), expected, "{asked:?}");
            assert_eq!(terms.margin_in_words(tighter), words, "{asked:?}");
        }
        for bad in ["0.21", "0", "-0.1", "ten", "abs", "abs -1", "abs inf", "nan", ""] {
            assert!(bad.parse::<Tolerance>().is_err(), "{bad}");
        }
    }
}
