//! What one network costs against its dimension: seconds on one thread, and the work formula.

use super::foretold::MATRIX_SPEED;
use super::request::Request;
use super::summary::median;
use crate::compare::power::{PowerPoint, power};
use crate::model::{Activation, Settings, Sizes, Value};
use crate::record::bench::{CostExponents, CostRecord, CostSize};
use crate::run::RunError;
use crate::run::memory::memory_limit;
use crate::run::plan::{CellSize, size_of};
use crate::run::progress::Progress;
use crate::run::simulate::replicates;
use crate::sim::{draw_flops, simulator};
use std::time::Instant;

/// Simulator, dimensions over a decade, width per dimension.
const LADDERS: [(&str, [usize; 6], usize); 2] =
    [("rf", [100, 160, 250, 400, 630, 1000], 2), ("nt-general", [40, 64, 100, 160, 250, 400], 1)];

/// Fewest draws of a median, and most.
const DRAWS: [u64; 2] = [3, 99];

/// Seconds of one draw of a relu network at each size whose draws are affordable.
pub fn costs(request: &Request) -> Result<Vec<CostRecord>, RunError> {
    if request.cost_seconds == 0.0 {
        return Ok(Vec::new());
    }
    // Seconds of one thread are what a work formula speaks of.
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one_thread =
        one_thread.map_err(|error| RunError::Input(format!("no thread for the cost of a network: {error}")))?;
    let work = request.cost_seconds * MATRIX_SPEED;
    let progress = Progress::start("cost of a network", LADDERS.len() as f64 * 6.0 * work);
    let ladder = |(simulator, dims, ratio): (&'static str, [usize; 6], usize)| {
        let mut sizes = Vec::new();
        for dim in dims {
            sizes.extend(one_thread.install(|| cost(simulator, dim, ratio * dim, work, request.seed))?);
            progress.advance(work);
        }
        let exponents = exponents(&sizes);
        Ok(CostRecord { simulator: simulator.to_string(), activation: "relu".to_string(), sizes, exponents })
    };
    let records: Result<Vec<CostRecord>, RunError> = LADDERS.into_iter().map(ladder).collect();
    progress.finish();
    records
}

/// None where `work` does not buy the fewest draws.
fn cost(name: &str, dim: usize, width: usize, work: f64, seed: u64) -> Result<Option<CostSize>, RunError> {
    let mut settings = Settings::default();
    settings.set("activation", Value::Activation(Activation::Relu));
    let known = simulator(name).ok_or_else(|| RunError::Input(format!("no simulator `{name}`")))?;
    let size = size_of(known, &settings, Sizes::network(dim, width), 1, memory_limit).map_err(RunError::Input)?;
    let CellSize { network, target, .. } = size;
    let one = draw_flops(&network, &target);
    let [fewest, most] = DRAWS;
    let draws = ((work / one) as u64).min(most);
    if draws < fewest {
        return Ok(None);
    }
    let targets = [target];
    // Pages of memory and caches are warm for all that count.
    replicates(&network, &targets, seed, 0, 1)?;
    let mut seconds = Vec::new();
    for replicate in 0..draws {
        let start = Instant::now();
        replicates(&network, &targets, seed, replicate, 1)?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(median(seconds).map(|seconds| CostSize { dim, width, draws, seconds, work: one }))
}

fn exponents(sizes: &[CostSize]) -> Option<CostExponents> {
    let exponent = |value: fn(&CostSize) -> f64| {
        // Every size counts the same.
        let point = |size: &CostSize| PowerPoint { x: size.dim as f64, y: value(size), error: value(size) };
        power(&sizes.iter().map(point).collect::<Vec<_>>()).map(|power| power.exponent)
    };
    Some(CostExponents { seconds: exponent(|size| size.seconds)?, work: exponent(|size| size.work)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_slopes_of_logarithms() {
        let size = |dim: usize| {
            let d = dim as f64;
            CostSize { dim, width: dim, draws: 3, seconds: 2e-9 * d.powf(2.5), work: 7.0 * d.powi(3) }
        };
        let found = exponents(&[40, 100, 400].map(size)).unwrap();
        assert!((found.seconds - 2.5).abs() < 1e-12 && (found.work - 3.0).abs() < 1e-12, "{found:?}");
        assert!(exponents(&[size(40)]).is_none());
    }

    /// Which sizes are drawn, and how often, follows from the work formulas.
    #[test]
    fn sizes_that_are_too_dear_are_left_out() {
        let network = ("nt-general", 40, 40);
        let mut settings = Settings::default();
        settings.set("activation", Value::Activation(Activation::Relu));
        let size = size_of(simulator(network.0).unwrap(), &settings, Sizes::network(40, 40), 1, memory_limit).unwrap();
        let work = draw_flops(&size.network, &size.target);
        let drawn = |work: f64| cost(network.0, network.1, network.2, work, 1).unwrap();
        assert_eq!(drawn(2.9 * work), None);
        let found = drawn(4.5 * work).unwrap();
        assert!(found.draws == 4 && found.work == work && found.seconds > 0.0, "{found:?}");
    }
}
