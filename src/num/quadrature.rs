//! Integration by two unlike rules: adaptive Gauss-Kronrod, which gives the value, and the double-exponential rule of the
//! crate `quadrature`, which checks it (`second_rule`). Laws and substitutions live in `laws`.
//!
//! The crate's rule reports no failure and its error estimate is no bound, so only its value is used, and non-finite
//! integrands are caught before it sees them.

use super::Estimate;
use super::gauss_kronrod::{self, NODES};
use super::integrand::{Probe, strictly_between};
use super::second_rule::{Close, difference};

pub use super::integrand::{Integrand, ManyAtOnce, Purpose, QuadratureError, one_by_one};
pub use super::second_rule::{Across, Ends, SecondRule};

/// How many times the goal two rules may differ by before either is asked for more.
const NEAR: f64 = 4.0;
/// How many times the integrand's own error a difference of the rules may be and still come from it: the rules' differences are counted
/// ten times, and each rule carries the error once with weights whose absolute sum is little more than one.
const EXPLAINED: f64 = 30.0;
/// Panels that one integral may be split into.
const MOST_PANELS: usize = 2000;
/// The double-exponential rule is tried on at most so many panels. After that its best answer is taken.
const MOST_CHECKS: usize = 400;
/// Rounds in which panels are halved because the second rule differs there.
const MOST_ROUNDS: usize = 40;
/// The truncation error to aim at, relative to the integral of `|f|`.
const TARGET: f64 = 4e-15;
/// If the error of the rules themselves is beyond this, relative to `max(1, int |f|)`, that is a failure.
const FAILURE: f64 = 1e-11;
/// The panel at an end is stretched once bisection has gone this deep, unless the last bisection made its truncation smaller by the factor
/// `SMOOTH_GAIN`. (A smooth integrand gains far more than that.)
const STRETCH_DEPTH: u32 = 2;
/// If a bisection makes the truncation smaller by this factor, the integrand counts as smooth at the end.
const SMOOTH_GAIN: f64 = 1e-2;
/// Exponent of the stretched panel `x = end + span t^6`, which makes `x^(-1/2)` and `sqrt x` analytic and `ln x` smooth.
const STRETCH: i32 = 6;
/// Rounding of a Gauss-Kronrod sum relative to the sum of magnitudes: 21 additions, products, weights, the substitution.
const ROUNDING: f64 = 40.0 * 0.5 * f64::EPSILON;

/// `int f` over `[breaks[0], breaks[last]]`, split at every break. Finite, increasing breaks; repeated ones are harmless.
///
/// The bound covers rounding, the integrand's own error, the truncation estimate of Gauss-Kronrod and ten times the
/// difference of the two rules. The integrand may have integrable singularities at the breaks, where it is not
/// evaluated; they keep their digits at a break that is 0 (elsewhere the rounding of `x` limits them, and the bound says so).
pub fn integrate<E>(
    integrand: ManyAtOnce<E>,
    breaks: &[f64],
    second: SecondRule,
) -> Result<Estimate, QuadratureError<E>> {
    both_rules(&mut Probe { integrand, purpose: Purpose::Value }, breaks, second)
}

/// `x = origin + span t^power`.
#[derive(Clone, Copy, Debug)]
struct Chart {
    origin: f64,
    span: f64,
    power: i32,
    /// The open interval of x that this chart belongs to.
    inside: (f64, f64),
}

impl Chart {
    fn linear(low: f64, high: f64) -> Chart {
        Chart { origin: low, span: high - low, power: 1, inside: (low, high) }
    }

    /// The point and `|dx/dt|`. Rounding never puts a point on an end, where the integrand may be infinite.
    fn at(&self, t: f64) -> (f64, f64) {
        let below = t.powi(self.power - 1);
        let x = self.origin + self.span * (below * t);
        (strictly_between(x, self.inside), (f64::from(self.power) * self.span * below).abs())
    }
}

/// A panel of the Gauss-Kronrod rule, and of the tree that bisection makes.
struct Panel {
    chart: Chart,
    from: f64,
    to: f64,
    depth: u32,
    rule: gauss_kronrod::KronrodSums,
    /// Truncation error of the panel of which this one is a half.
    truncation_before: f64,
    children: Option<(usize, usize)>,
}

impl Panel {
    fn half_width(&self) -> f64 {
        0.5 * (self.to - self.from)
    }

    fn magnitude(&self) -> f64 {
        self.rule.magnitude * self.half_width()
    }

    fn truncation(&self) -> f64 {
        self.rule.truncation * self.half_width()
    }

    /// The interval of x, and whether its lower end is where `t = from`.
    fn ends(&self) -> (f64, f64) {
        let place = |t: f64| {
            if t == 1.0 && self.chart.power == 1 {
                self.chart.inside.1
            } else {
                self.chart.origin + self.chart.span * t.powi(self.chart.power)
            }
        };
        let (a, b) = (place(self.from), place(self.to));
        (a.min(b), a.max(b))
    }

    /// What the integrand's own error contributes: no split makes it smaller.
    fn carried(&self) -> f64 {
        self.rule.carried * self.half_width()
    }

    /// What rounding contributes, of the sum and of the nodes.
    fn rounding(&self) -> f64 {
        let (low, high) = self.ends();
        let placement = f64::EPSILON * low.abs().max(high.abs()) / (high - low).max(f64::MIN_POSITIVE);
        // int |f'| dx times the error of x; the variation is that of f dx/dt over an interval of length to - from.
        let misplaced = 2.0 * placement.min(1.0) * self.rule.variation * (self.to - self.from);
        ROUNDING * self.magnitude() + misplaced
    }
}

fn both_rules<E>(probe: &mut Probe<E>, breaks: &[f64], second: SecondRule) -> Result<Estimate, QuadratureError<E>> {
    let mut tree = Vec::new();
    for pair in breaks.windows(2) {
        if pair[1] > pair[0] {
            tree.push(gauss_kronrod_panel(probe, Chart::linear(pair[0], pair[1]), 0.0, 1.0, 0)?);
        }
    }
    let mut open: Vec<usize> = (0..tree.len()).collect();
    let mut difference = 0.0;
    let mut round = 0;
    loop {
        let goal = refine(probe, &mut tree)?;
        let total = Total::of(&tree);
        let enough = (NEAR * goal).max(0.25 * total.carried);
        let mut suspects = Vec::new();
        if second != SecondRule::Absent {
            probe.purpose = Purpose::Check;
            let across = match second {
                SecondRule::Across(across) if round == 0 => Some(across),
                _ => None,
            };
            let checks = compare(probe, &tree, open, across, Close { goal, enough })?;
            probe.purpose = Purpose::Value;
            // Panels agreed on in an earlier round may have been refined since, by less than the goal.
            difference += checks.agreed + if round > 0 { goal } else { 0.0 };
            suspects = checks.suspects;
        }
        let apart: f64 = suspects.iter().map(|(_, apart)| apart).sum();
        let own = total.own + 10.0 * (difference + apart);
        let best = Estimate::new(total.value, total.carried + own).widened(1e-12 * (total.carried + own));
        // A difference that the integrand's own error explains is no failure of the rules.
        let allowed = FAILURE * total.scale.max(1.0) + EXPLAINED * total.carried;
        if own <= allowed && best.is_finite() {
            return Ok(best);
        }
        // The second rule saw something between the nodes of the first, which had found nothing left to refine: a layer at
        // an end, say. Panels are halved there until the first one sees it too.
        suspects.retain(|(index, _)| divisible(&tree[*index]));
        if total.own > allowed || suspects.is_empty() || round == MOST_ROUNDS || tree.len() > MOST_PANELS {
            return Err(QuadratureError::NotConverged { best });
        }
        open = Vec::new();
        for (index, _) in suspects {
            split(probe, &mut tree, index)?;
            open.extend([tree.len() - 2, tree.len() - 1]);
        }
        round += 1;
    }
}

/// Sums over the panels that were not split.
struct Total {
    value: f64,
    /// The contribution of the integrand's own error; `own` is that of the rule.
    carried: f64,
    own: f64,
    /// `int |f|`
    scale: f64,
}

impl Total {
    fn of(tree: &[Panel]) -> Total {
        let (mut value, mut compensation) = (0.0_f64, 0.0);
        let (mut carried, mut own, mut scale) = (0.0, 0.0, 0.0);
        for leaf in tree.iter().filter(|node| node.children.is_none()) {
            let part = leaf.rule.integral * leaf.half_width();
            let sum = value + part;
            compensation += if value.abs() >= part.abs() { (value - sum) + part } else { (part - sum) + value };
            value = sum;
            carried += leaf.carried();
            own += leaf.rounding() + leaf.truncation();
            scale += leaf.magnitude();
        }
        Total { value: value + compensation, carried, own, scale }
    }
}

fn gauss_kronrod_panel<E>(
    probe: &mut Probe<E>,
    chart: Chart,
    from: f64,
    to: f64,
    depth: u32,
) -> Result<Panel, QuadratureError<E>> {
    let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
    let (mut points, mut stretches) = ([0.0; 21], [0.0; 21]);
    for i in 0..21 {
        let node = if i <= 10 { -NODES[i] } else { NODES[20 - i] };
        (points[i], stretches[i]) = chart.at(centre + half * node);
    }
    let mut estimates = [Estimate::ZERO; 21];
    probe.at(&points, &mut estimates)?;
    let values = std::array::from_fn(|i| (estimates[i].value * stretches[i], estimates[i].abs_err * stretches[i]));
    Ok(Panel {
        chart,
        from,
        to,
        depth,
        rule: gauss_kronrod::panel(&values),
        truncation_before: f64::INFINITY,
        children: None,
    })
}

/// Bisects the panels with the largest truncation until their sum is below the goal, which it returns: a share of
/// `int |f|`, or of the integrand's own error where that is larger.
fn refine<E>(probe: &mut Probe<E>, tree: &mut Vec<Panel>) -> Result<f64, QuadratureError<E>> {
    let mut leaves = tree.len();
    loop {
        let current = |tree: &Vec<Panel>, part: fn(&Panel) -> f64| -> f64 {
            tree.iter().filter(|node| node.children.is_none()).map(part).sum()
        };
        let scale = current(tree, Panel::magnitude);
        let truncation = current(tree, Panel::truncation);
        let goal = (TARGET * scale).max(0.1 * current(tree, Panel::carried));
        if truncation <= goal || leaves >= MOST_PANELS {
            return Ok(goal);
        }
        // Every panel with more than its share is split in one sweep, so that few sweeps are needed.
        let share = goal / (2.0 * leaves as f64);
        let above: Vec<usize> = (0..tree.len())
            .filter(|&i| tree[i].children.is_none() && tree[i].truncation() > share && splittable(&tree[i]))
            .collect();
        if above.is_empty() {
            return Ok(goal);
        }
        for index in above {
            if leaves >= MOST_PANELS {
                break;
            }
            split(probe, tree, index)?;
            leaves += 1;
        }
    }
}

fn splittable(node: &Panel) -> bool {
    divisible(node) && node.truncation() > 4.0 * f64::EPSILON * node.magnitude()
}

fn divisible(node: &Panel) -> bool {
    let (low, high) = node.ends();
    let middle = 0.5 * (low + high);
    node.depth < 200 && low.next_up() < middle && middle < high.next_down()
}

fn split<E>(probe: &mut Probe<E>, tree: &mut Vec<Panel>, index: usize) -> Result<(), QuadratureError<E>> {
    let (chart, from, to, depth) = (tree[index].chart, tree[index].from, tree[index].to, tree[index].depth);
    let (low, high) = tree[index].ends();
    let truncation = tree[index].truncation();
    let stretch =
        chart.power == 1 && depth >= STRETCH_DEPTH && truncation > SMOOTH_GAIN * tree[index].truncation_before;
    let (at_low, at_high) = (stretch && from == 0.0, stretch && to == 1.0);
    let middle = 0.5 * (from + to);
    let (first, second) = if at_low {
        let stretched = Chart { origin: low, span: high - low, power: STRETCH, inside: (low, high) };
        ((stretched, 0.0, 0.5), (stretched, 0.5, 1.0))
    } else if at_high {
        let stretched = Chart { origin: high, span: low - high, power: STRETCH, inside: (low, high) };
        ((stretched, 0.0, 0.5), (stretched, 0.5, 1.0))
    } else {
        ((chart, from, middle), (chart, middle, to))
    };
    let mut first = gauss_kronrod_panel(probe, first.0, first.1, first.2, depth + 1)?;
    let mut second = gauss_kronrod_panel(probe, second.0, second.1, second.2, depth + 1)?;
    (first.truncation_before, second.truncation_before) = (truncation, truncation);
    tree[index].children = Some((tree.len(), tree.len() + 1));
    tree.push(first);
    tree.push(second);
    Ok(())
}

/// Results of the comparison with the second rule.
struct Checks {
    /// Sum of the differences over the panels on which the rules agree.
    agreed: f64,
    /// The unsplit panels on which they do not agree, each with the difference.
    suspects: Vec<(usize, f64)>,
}

/// Compares the two rules on the open panels. Where they differ, the halves are compared instead: a panel that Gauss-Kronrod had
/// to split may need it for the other rule too.
fn compare<E>(
    probe: &mut Probe<E>,
    tree: &[Panel],
    mut open: Vec<usize>,
    across: Option<Across>,
    close: Close,
) -> Result<Checks, QuadratureError<E>> {
    let mut totals: Vec<f64> = tree.iter().map(|node| node.rule.integral * node.half_width()).collect();
    // Children stand after their parents in the list, so going backwards meets them first.
    for index in (0..tree.len()).rev() {
        if let Some((a, b)) = tree[index].children {
            totals[index] = totals[a] + totals[b];
        }
    }
    let mut found = Checks { agreed: 0.0, suspects: Vec::new() };
    if let Some(Across { low, high, ends }) = across {
        let among =
            |index: &usize| (low..=high).contains(&tree[*index].chart.inside.0) && tree[*index].chart.inside.1 <= high;
        let total = open.iter().filter(|index| among(index)).map(|index| totals[*index]).sum();
        let apart = difference(probe, (low, high), ends, total, close)?;
        if apart <= close.goal {
            found.agreed += apart;
            open.retain(|index| !among(index));
        }
    }
    let mut checks = 0;
    while let Some(index) = open.pop() {
        checks += 1;
        let apart = difference(probe, tree[index].ends(), Ends::Open, totals[index], close)?;
        match tree[index].children {
            Some((a, b)) if apart > close.enough && checks + open.len() < MOST_CHECKS => open.extend([a, b]),
            None if apart > close.enough => found.suspects.push((index, apart)),
            _ => found.agreed += apart,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
