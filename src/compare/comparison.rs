//! Gaps at several sizes against a claimed order of the bias: an interval for the gap at infinite size, and what speaks
//! against the claimed form. The statistics are described in `theory/METHOD.md`.

use super::fit::{Fit, fit};
use super::form::{Form, Order};
use super::gap::{NOISELESS_VARIANCE, SizeGap};
use super::quantile::student_two_sided;

/// Relative agreement asked of a cell without noise.
pub const NOISELESS_TOLERANCE: f64 = 1e-9;

/// Probability with which the fit's own chi-squared rejects a true form.
pub const FORM_LEVEL: f64 = 1e-3;

/// Half of a rival form's interval, in standard errors. Where the rival is the true form and the limit is right, the interval lies
/// wholly above zero once in 40 times, and as often wholly below.
const RIVAL_ERRORS: f64 = 2.0;

/// One-sided normal quantile of the 95 % power behind the smallest detectable error.
const POWER_QUANTILE: f64 = 1.645;

/// The fits and what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// With all sizes.
    pub full: Fit,
    /// Without the smallest size.
    pub reduced: Fit,
    /// Hull of the two intervals, widened by the numerical error.
    pub interval: [f64; 2],
    /// Forms that the gaps follow about as well as the claimed one, with the gap at infinite size that each implies.
    pub rivals: Vec<Rival>,
    /// For an exact claim: the size whose own interval is farthest from zero. Needs no form.
    pub farthest: Option<(usize, [f64; 2])>,
    /// Bound on the numerical errors, which widens every interval.
    pub numeric: f64,
    /// Standard errors at the last look that can be afforded, as a fraction of the present ones.
    pub to_go: f64,
}

/// Another form of the bias that the data do not rule out.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// As [`Form`] displays it.
    pub form: Form,
    /// Two standard errors about its gap at infinite size.
    pub interval: [f64; 2],
    /// The gap at infinite size that the form implies.
    pub limit: f64,
    /// Standard error of that gap.
    pub standard_error: f64,
}

impl Fitted {
    /// Smallest error of the formula that is found with 95 % power by the last look that the cell's work affords: by both fits of
    /// the claimed form, and by every rival that is not ruled out. A formula that is off moves every form's gap alike, so a rival
    /// that lies apart from the claimed form stays apart.
    pub fn detectable(&self, margin: f64) -> f64 {
        let error = |now: f64| now * self.to_go;
        let own = [&self.full, &self.reduced].map(|fit| (fit.quantile + POWER_QUANTILE) * error(fit.standard_error));
        let rival = |rival: &Rival| {
            (rival.limit - self.full.limit).abs() + (RIVAL_ERRORS + POWER_QUANTILE) * error(rival.standard_error)
        };
        margin + self.rivals.iter().map(rival).fold(own[0].max(own[1]), f64::max) + self.numeric
    }

    /// Whether a fit's chi-squared rejects the assumed rate or order.
    pub fn form_rejected(&self) -> bool {
        self.worst_fit().chi_squared_p < FORM_LEVEL
    }

    /// The fit with the worse chi-squared.
    pub fn worst_fit(&self) -> &Fit {
        if self.full.chi_squared_p <= self.reduced.chi_squared_p { &self.full } else { &self.reduced }
    }
}

/// A cell without noise: compared size by size, nothing is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quiet {
    /// Largest |gap| over the sizes.
    pub worst: f64,
    /// The dimension with the largest |gap|.
    pub worst_dim: usize,
    /// Signed gap at the largest size.
    pub last: f64,
    /// True if |gap| <= 1e-9 scale + abs_err at every size.
    pub within: bool,
    /// Smallest error that would have been seen at every size.
    pub tolerance: f64,
}

/// What the gaps of one cell at several sizes show.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// The gaps have noise: the claimed form and its rivals are fitted.
    Fitted(Fitted),
    /// No size has noise: all variances are below 1e-20.
    Quiet(Quiet),
    /// Fewer than five sizes, fewer than two replicates, or values that are not finite.
    Unusable(&'static str),
}

/// Compares at two-sided level `alpha`, with bias of the given order. `sizes` in increasing order of dimension.
pub fn compare(sizes: &[SizeGap], order: Order, alpha: f64) -> Comparison {
    if sizes.iter().any(|s| !s.gap.mean.is_finite() || !s.gap.squares.is_finite() || !s.abs_err.is_finite()) {
        return Comparison::Unusable("a simulated value or the limit is not finite at some size");
    }
    if sizes.is_empty() || sizes.iter().any(|s| s.gap.count == 0) {
        return Comparison::Unusable("a size has no replicates");
    }
    if sizes.iter().all(|s| s.gap.variance() < NOISELESS_VARIANCE) {
        return Comparison::Quiet(quiet(sizes));
    }
    if sizes.len() < 5 || sizes[sizes.len() - 1].dim < 6 * sizes[0].dim {
        return Comparison::Unusable("fewer than five sizes, or their ratio is below 6");
    }
    if sizes.iter().any(|s| s.gap.count < 2) {
        return Comparison::Unusable("a size has fewer than two replicates");
    }
    // An exact claim is tested size by size besides: the two tests share the level.
    let (alpha, each) = if order == Order::Exact { (alpha / 2.0, alpha / 2.0) } else { (alpha, 0.0) };
    let claimed = Form::claimed(order);
    let Some((full, reduced)) = fit(sizes, &claimed, alpha).zip(fit(&sizes[1..], &claimed, alpha)) else {
        return Comparison::Unusable("the weighted fit is singular");
    };
    let numeric = sizes.iter().map(|s| s.abs_err).fold(0.0, f64::max);
    let ([a, b], [c, d]) = (full.interval(), reduced.interval());
    let interval = [a.min(c) - numeric, b.max(d) + numeric];
    let mut rivals = Vec::new();
    for form in Form::rivals(order) {
        let Some(other) = fit(sizes, &form, alpha).filter(|other| other.chi_squared_p >= FORM_LEVEL) else { continue };
        let half = RIVAL_ERRORS * other.standard_error + numeric;
        let Fit { limit, standard_error, .. } = other;
        let interval = [limit - half, limit + half];
        rivals.push(Rival { form, interval, limit, standard_error });
    }
    let farthest = (order == Order::Exact).then(|| farthest(sizes, each));
    Comparison::Fitted(Fitted { full, reduced, interval, rivals, farthest, numeric, to_go: 1.0 })
}

/// The size whose interval, at its share of the level, is farthest from zero.
fn farthest(sizes: &[SizeGap], alpha: f64) -> (usize, [f64; 2]) {
    let share = alpha / sizes.len() as f64;
    let interval = |s: &SizeGap| {
        let half = student_two_sided(share, (s.gap.count - 1) as f64) * s.gap.standard_error() + s.abs_err;
        [s.gap.mean - half, s.gap.mean + half]
    };
    let distance = |[low, high]: [f64; 2]| low.max(-high);
    let mut worst = (sizes[0].dim, interval(&sizes[0]));
    for size in &sizes[1..] {
        if distance(interval(size)) > distance(worst.1) {
            worst = (size.dim, interval(size));
        }
    }
    worst
}

fn quiet(sizes: &[SizeGap]) -> Quiet {
    let tolerance = |s: &SizeGap| NOISELESS_TOLERANCE * s.scale + s.abs_err;
    let mut worst = &sizes[0];
    for size in sizes {
        if size.gap.mean.abs() > worst.gap.mean.abs() {
            worst = size;
        }
    }
    Quiet {
        worst: worst.gap.mean.abs(),
        worst_dim: worst.dim,
        last: sizes[sizes.len() - 1].gap.mean,
        within: sizes.iter().all(|s| s.gap.mean.abs() <= tolerance(s)),
        tolerance: sizes.iter().map(tolerance).fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::moments::Moments;

    const DIMS: [usize; 5] = [24, 40, 64, 96, 144];
    const RATE_1: Order = Order::Power(1.0);

    fn sizes(gap: impl Fn(f64) -> f64, deviation: f64) -> Vec<SizeGap> {
        let size = |dim: usize| {
            let squares = deviation * deviation / dim as f64 * 399.0;
            SizeGap { dim, gap: Moments { count: 400, mean: gap(dim as f64), squares }, scale: 1.0, abs_err: 1e-12 }
        };
        DIMS.into_iter().map(size).collect()
    }

    fn fitted(comparison: Comparison) -> Fitted {
        match comparison {
            Comparison::Fitted(fitted) => fitted,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_interval_is_the_hull_of_both_fits() {
        let result = fitted(compare(&sizes(|d| 0.25 + 3.0 / d + 900.0 / (d * d * d), 0.3), RATE_1, 1e-3));
        let (full, reduced) = (result.full.interval(), result.reduced.interval());
        assert_eq!(result.interval, [full[0].min(reduced[0]) - 1e-12, full[1].max(reduced[1]) + 1e-12]);
        assert!(result.full.limit != result.reduced.limit);
    }

    #[test]
    fn a_wrong_form_is_rejected_by_its_own_chi_squared() {
        let gaps = sizes(|d| 0.5 * (d / 24.0).ln().sin(), 0.001);
        assert!(fitted(compare(&gaps, RATE_1, 1e-3)).form_rejected());
    }

    /// A bias of order 1/d declared as 1/d^2: the true gap, zero, lies within two standard errors of the rival's.
    #[test]
    fn a_rate_declared_too_fast_leaves_a_rival_at_the_true_gap() {
        let gaps = sizes(|d| 3.0 / d, 0.02);
        let result = fitted(compare(&gaps, Order::Power(2.0), 1e-3));
        assert!(result.interval[0] > 0.001, "{:?}", result.interval);
        let rival = result.rivals.iter().find(|r| r.form.in_size("d") == "d^-1 and d^-2").unwrap();
        assert!(rival.interval[0] < 0.0 && rival.interval[1] > 0.0, "{rival:?}");
    }

    #[test]
    fn an_exact_claim_is_tested_at_every_size_and_by_their_mean() {
        let result = fitted(compare(&sizes(|d| if d == 144.0 { 0.1 } else { 0.0 }, 0.1), Order::Exact, 1e-3));
        let (dim, [low, _]) = result.farthest.unwrap();
        assert!(dim == 144 && low > 0.09, "{result:?}");
        let still = fitted(compare(&sizes(|_| 0.0, 0.1), Order::Exact, 1e-3));
        assert!(
            still.full.standard_error < 0.5 * fitted(compare(&sizes(|_| 0.0, 0.1), RATE_1, 1e-3)).full.standard_error
        );
        assert!(still.farthest.unwrap().1[0] < 0.0);
    }

    #[test]
    fn cells_without_noise_are_compared_size_by_size() {
        let close = compare(&sizes(|_| 1e-10, 0.0), RATE_1, 1e-3);
        assert!(matches!(close, Comparison::Quiet(quiet) if quiet.within));
        let far = compare(&sizes(|d| 0.1 / d, 0.0), RATE_1, 1e-3);
        assert!(matches!(far, Comparison::Quiet(quiet) if !quiet.within && quiet.worst_dim == 24));
    }

    #[test]
    fn too_little_data_is_said() {
        let all = sizes(|_| 0.0, 0.1);
        assert!(matches!(compare(&all[..4], RATE_1, 1e-3), Comparison::Unusable(_)));
        assert!(matches!(compare(&[], RATE_1, 1e-3), Comparison::Unusable(_)));
        let mut infinite = all.clone();
        infinite[2].gap.mean = f64::INFINITY;
        assert!(matches!(compare(&infinite, RATE_1, 1e-3), Comparison::Unusable(_)));
    }
}
