//! Where the time of one draw of random features goes, beside what the machine does at its best.

use super::foretold::MATRIX_SPEED;
use super::request::Request;
use super::summary::median;
use crate::model::{Activation, Settings, Sizes, Value};
use crate::num::cholesky::Factor;
use crate::num::panels;
use crate::num::triangle::Triangle;
use crate::record::bench::{StageRecord, StagesRecord};
use crate::run::RunError;
use crate::run::plan::size_of;
use crate::sim::pairs::Pairs;
use crate::sim::weights::Draw;
use crate::sim::{SimError, draw, draw_flops, simulator};
use nalgebra::DMatrix;
use std::hint::black_box;
use std::time::Instant;

/// What is drawn.
const SIMULATOR: &str = "rf";
/// The draw, relu with both observables: dimension and width. The second where the seconds that are allowed do not buy the first.
const SIZES: [[usize; 2]; 2] = [[1000, 2000], [100, 200]];
/// Runs of each stage, after one that does not count.
const RUNS: usize = 5;

/// Medians of every stage on all threads; None where the cost of networks is not asked for.
pub fn stages(request: &Request) -> Result<Option<StagesRecord>, RunError> {
    if request.cost_seconds == 0.0 {
        return Ok(None);
    }
    let mut settings = Settings::default();
    settings.set("activation", Value::Activation(Activation::Relu));
    let known = simulator(SIMULATOR).ok_or_else(|| RunError::Input(format!("no simulator `{SIMULATOR}`")))?;
    let sized = |[dim, width]: [usize; 2]| size_of(known.clone(), &settings, Sizes::network(dim, width), 1);
    let [large, small] = SIZES.map(sized);
    let mut size = large.map_err(RunError::Input)?;
    if draw_flops(&size.network, &size.target.activation) > request.cost_seconds * MATRIX_SPEED {
        size = small.map_err(RunError::Input)?;
    }
    let (dim, width) = (size.network.dim, size.network.width);
    let (network, targets) = (size.network, [size.target]);
    let failed = |error: SimError| RunError::Simulation { place: "the stages of a draw".to_string(), error };

    // The product of two square matrices stands for the machine's best.
    let square = DMatrix::from_fn(width, width, |i, j| ((i * 7 + j * 13) % 31) as f64 - 15.0);
    let best = seconds(|| Ok(panels::transposed_product(&square, &square)))?;
    let whole = seconds(|| draw(&network, &targets, request.seed, 0).map_err(failed))?;
    let rows = || Draw::new(&network, request.seed, 0).rows(&vec![1.0; dim]).map_err(failed);
    let weights = seconds(rows)?;
    let rows = rows()?;
    let products = seconds(|| Ok(Triangle::gram(&rows.columns)))?;
    let pairs = Pairs::new(&Activation::Relu, &rows).map_err(failed)?;
    let kernels = seconds(|| Ok(pairs.covariance()))?;
    let covariance = pairs.covariance();
    let copy = seconds(|| Ok(covariance.clone()))?;
    let factor = seconds(|| Factor::new(covariance.clone()).map_err(|why| failed(SimError::Failed(why.to_string()))))?;
    let made = Factor::new(covariance.clone()).map_err(|why| failed(SimError::Failed(why.to_string())))?;
    let projection = pairs.with_target(&vec![1.0; width]);
    let solves = seconds(|| Ok(made.solve(&made.solve(&projection))))?;

    let (d, m) = (dim as f64, width as f64);
    let stage = |name: &str, seconds: f64, operations: Option<f64>| StageRecord {
        stage: name.to_string(),
        seconds,
        operations,
    };
    let stages = vec![
        stage("random numbers and rows", weights, None),
        stage("products of the rows", products, Some(m * m * d)),
        stage("kernels of every pair", kernels, None),
        stage("Cholesky factor", factor - copy, Some(m * m * m / 3.0)),
        stage("two solves", solves, Some(4.0 * m * m)),
        stage(
            "products with both matrices, error bounds",
            whole - weights - products - kernels - (factor - copy) - solves,
            None,
        ),
    ];
    Ok(Some(StagesRecord {
        simulator: SIMULATOR.to_string(),
        activation: Activation::Relu.to_string(),
        weights: "Gaussian".to_string(),
        dim,
        width,
        seconds: whole,
        best: 2.0 * m.powi(3) / best,
        stages,
    }))
}

/// Median seconds of a piece of work.
fn seconds<T>(mut work: impl FnMut() -> Result<T, RunError>) -> Result<f64, RunError> {
    black_box(work()?);
    let mut all = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        black_box(work()?);
        all.push(start.elapsed().as_secs_f64());
    }
    Ok(median(all).unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_more_than_it_is_timed() {
        let mut count = 0;
        let median = seconds(|| {
            count += 1;
            Ok(())
        });
        assert!(count == RUNS + 1 && median.unwrap() >= 0.0);
        assert!(seconds(|| -> Result<(), RunError> { Err(RunError::Input("no".to_string())) }).is_err());
    }
}
