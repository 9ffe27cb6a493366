//! Limits along a parameter, simulations at values of it, and what else a figure draws without a verdict.

use super::super::RunError;
use super::super::curve::{cost_at, limit_at};
use super::super::plan::{CellSize, Plan, Prepared, observable};
use super::super::records::extrapolated_at;
use super::super::simulate::collect;
use super::super::store::{Key, Store};
use crate::claim::atlas::{Across, Group};
use crate::claim::{Claim, Definitions, read_claim};
use crate::limit::moments::normalised_coefficient;
use crate::limit::{Formula, Place, Program};
use crate::model::{Settings, Value, short};
use crate::record::{PointRecord, RunRecord};
use rayon::prelude::*;

/// Steps of a curve, and of one that is dear: multiples of 6, so that a kink at rho = 1 is met on [0, 1.5], [0, 2] and [0, 3].
const STEPS: [usize; 3] = [96, 48, 30];
/// Evaluations of integrands that the curves of a series may cost, unless the fewest steps cost more.
const CURVE_WORK: u64 = 4_000_000;

/// Steps of a reference line: it may fall steeply.
const REFERENCE_STEPS: usize = 240;

/// Highest order of Hermite coefficients.
const HERMITE_ORDERS: u32 = 40;

/// (x, value), NaN where the formula has none.
pub type Curve = Vec<(f64, f64)>;

/// A size at a value of the parameter.
pub struct Sized {
    pub x: f64,
    pub size: CellSize,
}

/// The sizes that the points of a series rest on: the largest of each of the run's own cells on the path, and at the group's
/// values where there is no such cell.
pub fn sized(
    group: &Group,
    across: &Across,
    claims: &[&Prepared],
    settings: &Settings,
    plan: &Plan,
) -> Result<Vec<Sized>, RunError> {
    let mut found: Vec<Sized> = Vec::new();
    let on_path = |other: &Settings| {
        other.iter().all(|(name, value)| name == across.parameter || settings.get(name) == Some(value))
    };
    for cell in &plan.cells {
        let ours = claims.iter().any(|one| one.claim.id == cell.prepared.claim.id) && on_path(&cell.settings);
        let (Some(x), Some(size), true) = (cell.settings.number(&across.parameter), cell.sizes.last(), ours) else {
            continue;
        };
        match found.iter_mut().find(|one| one.x == x) {
            Some(one) if one.size.replicates >= size.replicates => {}
            Some(one) => one.size = size.clone(),
            None if (across.low..=across.high).contains(&x) => found.push(Sized { x, size: size.clone() }),
            None => {}
        }
    }
    let simulated = claims[0].simulator.is_some();
    for x in group.simulate.iter().flat_map(|simulate| &simulate.values) {
        let Some(simulate) = group.simulate.as_ref().filter(|_| simulated) else { break };
        if found.iter().any(|one| one.x == *x) {
            continue;
        }
        let mut settings = settings.clone();
        settings.set(&across.parameter, Value::Number(*x));
        let mut size = claims[0].size(&settings, claims[0].claim.sizes.at(simulate.dim, &settings), simulate.trials)?;
        if !size.network.simulator.properties().is_random {
            size.replicates = 1;
        }
        found.push(Sized { x: *x, size });
    }
    found.sort_by(|a, b| a.x.total_cmp(&b.x));
    Ok(found)
}

/// The limits of the claims along the parameter.
pub fn curves(claims: &[&Prepared], settings: &Settings, across: &Across) -> Vec<Curve> {
    let at = |share: f64| match across.logarithmic {
        true => across.low * (across.high / across.low).powf(share),
        false => across.low + share * (across.high - across.low),
    };
    let value = |one: &Prepared, share: f64| {
        let x = at(share);
        (x, limit_at(one, settings, &across.parameter, x).unwrap_or(f64::NAN))
    };
    let work: u64 = claims.iter().map(|one| cost_at(one, settings, &across.parameter, at(0.61))).sum();
    let [.., fewest] = STEPS;
    let steps = STEPS.into_iter().find(|steps| work * *steps as u64 <= CURVE_WORK).unwrap_or(fewest);
    let all =
        |one: &&Prepared| (0..=steps).into_par_iter().map(|step| value(one, step as f64 / steps as f64)).collect();
    claims.iter().map(all).collect()
}

/// Without what has no value at both ends.
pub fn trimmed(line: Curve) -> Curve {
    let finite = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
    match (line.iter().position(finite), line.iter().rposition(finite)) {
        (Some(first), Some(last)) => line[first..=last].to_vec(),
        _ => Vec::new(),
    }
}

/// The networks of a series: those of one claim on the path.
pub struct Simulated<'a> {
    pub claim: &'a Claim,
    pub settings: &'a Settings,
    /// The parameter along which the path runs.
    pub across: &'a str,
    pub sized: &'a [Sized],
}

impl Simulated<'_> {
    /// Simulated means of the claim's observable, with what the run's own cells there extrapolate.
    pub fn points(&self, store: &Store, run: &RunRecord) -> Vec<PointRecord> {
        // `collect` says None for samples that are not there and for infinite ones: neither is drawn.
        self.sized.iter().filter_map(|one| self.point(one, store, run)).collect()
    }

    fn point(&self, one: &Sized, store: &Store, run: &RunRecord) -> Option<PointRecord> {
        let moments = collect(&one.size, self.claim, store)??.moments;
        let (dim, width) = (one.size.network.dim, one.size.network.width);
        // The width is rounded.
        let x = if self.across == "rho" { width as f64 / dim as f64 } else { one.x };
        let y_error = Some(moments.standard_error()).filter(|error| error.is_finite());
        let mut settings = self.settings.clone();
        settings.set(self.across, Value::Number(one.x));
        let y_limit = extrapolated_at(run, &self.claim.id, &settings);
        let (y, trials) = (moments.mean, one.size.replicates);
        let point =
            PointRecord { x, y, y_error, dim, width, trials, at: Some(one.x), y_limit, ..PointRecord::default() };
        Some(point).filter(|point| point.y.is_finite())
    }
}

/// Sensitivity against test error of the same networks, each with the value of the parameter beside it.
pub fn plane_points([eps, r]: [Simulated; 2], store: &Store, run: &RunRecord) -> Vec<PointRecord> {
    let both = |one: &Sized| {
        let (eps, r) = (eps.point(one, store, run)?, r.point(one, store, run)?);
        let limits = eps.y_limit.zip(r.y_limit);
        Some(PointRecord {
            x: eps.y,
            x_error: eps.y_error,
            x_limit: limits.map(|(x, _)| x),
            y_limit: limits.map(|(_, y)| y),
            label: short(one.x),
            ..r
        })
    };
    r.sized.iter().filter_map(both).collect()
}

/// Density between neighbouring edges, from the simulated distribution function. The shares at the two ends are those of the same
/// matrices, and only their means are kept, block by block: the standard error is that of the blocks' differences.
pub fn bars(claim: &Claim, edges: &[f64], sizes: &[CellSize], store: &Store) -> Vec<PointRecord> {
    let name = observable(claim);
    // Count and mean of each block.
    let shares = |size: &CellSize| -> Option<Vec<(f64, f64)>> {
        let share = |key: Key| {
            let moments = (*store.get(&key)?.observed.get(name)?)?.moments;
            Some((moments.count as f64, moments.mean))
        };
        size.keys().into_iter().map(share).collect()
    };
    let shares: Vec<Option<Vec<(f64, f64)>>> = sizes.iter().map(shares).collect();
    let bar = |k: usize| {
        let (low, high) = (edges[k], edges[k + 1]);
        let pairs = shares[k].as_ref()?.iter().zip(shares[k + 1].as_ref()?);
        let blocks: Vec<(f64, f64)> = pairs.map(|((n, a), (_, b))| (*n, (b - a) / (high - low))).collect();
        let (y, y_error) = mean_of_blocks(&blocks)?;
        let (network, trials) = (&sizes[k].network, sizes[k].replicates);
        let (dim, width) = (network.dim, network.width);
        Some(PointRecord { x: (low + high) / 2.0, y, y_error, dim, width, trials, ..PointRecord::default() })
    };
    (0..edges.len().saturating_sub(1)).filter_map(bar).collect()
}

/// Mean of blocks of (count, mean), and its standard error if there are three or more: a block's variance is inversely proportional to its
/// count.
fn mean_of_blocks(blocks: &[(f64, f64)]) -> Option<(f64, Option<f64>)> {
    let total: f64 = blocks.iter().map(|(count, _)| count).sum();
    let mean = blocks.iter().map(|(count, mean)| count * mean).sum::<f64>() / total;
    let squares: f64 = blocks.iter().map(|(count, one)| count * (one - mean).powi(2)).sum();
    let error = (squares / (blocks.len().saturating_sub(1)) as f64 / total).sqrt();
    mean.is_finite().then(|| (mean, Some(error).filter(|_| blocks.len() >= 3)))
}

/// A formula of `x` between two values of it, read as the formula of a claim.
pub fn reference(formula: &str, low: f64, high: f64) -> Result<Curve, String> {
    let text = format!(
        "```claim\nclaim reference\ntitle Reference\nkind limit\nstatus derived\nsource atlas\n\
         parameter x = 1 in (-inf, inf)\nlimit {formula} + 0*x\ngrid\n```\n"
    );
    let no_files = |_: &str| Err("a reference reads no files".to_string());
    let claim =
        read_claim("reference", &text, &Definitions::default(), &[], &no_files).map_err(|faults| faults.to_string())?;
    let program = Program::compile(&claim).map_err(|error| error.to_string())?;
    let value = |step: usize| {
        let x = low + (high - low) * step as f64 / REFERENCE_STEPS as f64;
        let mut settings = claim.defaults();
        settings.set("x", Value::Number(x));
        let value = program.evaluate(Formula::Limit, &Place { settings, size: None });
        (x, value.map_or(f64::NAN, |value| value.value))
    };
    Ok(trimmed((0..=REFERENCE_STEPS).map(value).collect()))
}

/// Sizes of the orthonormal Hermite coefficients from order 1 up, those that vanish left out.
pub fn hermite(activation: &str) -> Result<Curve, String> {
    let no_files = |_: &str| Err("activations have no files".to_string());
    let value = Value::parse("activation", activation, &[], &no_files).map_err(|why| why.to_string())?;
    let Value::Activation(activation) = value else { return Err(format!("`{activation}` is not an activation")) };
    let mut line = Vec::new();
    for k in 1..=HERMITE_ORDERS {
        let found = normalised_coefficient(&activation, k)?.estimate;
        if found.value.abs() > found.abs_err {
            line.push((f64::from(k), found.value.abs()));
        }
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::mean_of_blocks;

    #[test]
    fn blocks_have_the_mean_of_all_and_a_standard_error_by_their_counts() {
        let (mean, error) = mean_of_blocks(&[(64.0, 1.0), (64.0, 3.0), (128.0, 2.5)]).unwrap();
        assert!((mean - 2.25).abs() < 1e-14);
        // (64 (1.25^2 + 0.75^2) + 128/4^2)/2 = 72, over 256.
        assert!((error.unwrap() - (72.0_f64 / 256.0).sqrt()).abs() < 1e-14);
        assert_eq!(mean_of_blocks(&[(64.0, 1.0), (64.0, 3.0)]), Some((2.0, None)));
        assert_eq!(mean_of_blocks(&[]), None);
    }
}
