//! Simulated networks beside a limit: how far is the tangent model at d = 32 from d = infinity?

use limitcheck::claim::Catalogue;
use limitcheck::compare::Moments;
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::Sizes;
use limitcheck::num::Estimate;
use limitcheck::run::{plan::cell_size, simulate::replicates};
use limitcheck::sim::signatures;
use std::error::Error;

pub const DIM: usize = 32;
pub const WIDTH: usize = 16;
const NETWORKS: u64 = 400;
const SEED: u64 = 1;

/// The test errors of the networks, and the limit at their m/d; half of the target's eigenvalues are 1, half are -1.
pub fn run() -> Result<(Moments, Estimate), Box<dyn Error>> {
    let catalogue = Catalogue::embedded(&signatures()).map_err(|faults| faults[0].to_string())?;
    let claim = catalogue.find("nt-test-error")?;
    let rho = WIDTH as f64 / DIM as f64;
    let given = [("rho".into(), rho.to_string()), ("spectrum".into(), "rademacher".into())];
    let settings = catalogue.settings(claim, &given, &|path| Err(format!("{path}: no file is read here")))?;
    let size = cell_size(claim, &settings, Sizes::network(DIM, WIDTH), NETWORKS)?;
    let samples = replicates(&size.network, std::slice::from_ref(&size.target), SEED, 0, NETWORKS)?;
    let errors: Vec<f64> = samples.iter().map(|targets| targets[0].test_error()).collect();
    let limit = Program::compile(claim)?.evaluate(Formula::Limit, &Place { settings, size: None })?;
    Ok((Moments::of(&errors), limit))
}

#[allow(dead_code, reason = "the tests call `run`")]
fn main() -> Result<(), Box<dyn Error>> {
    let (networks, limit) = run()?;
    let (mean, error) = (networks.mean, networks.standard_error());
    println!("d = {DIM}, m = {WIDTH}: mean {mean:.4}, standard error {error:.4}, of {} networks", networks.count);
    println!("limit: {} (error at most {:.0e})", limit.value, limit.abs_err);
    println!("mean minus limit: {:.4}", mean - limit.value);
    Ok(())
}
