//! Simulated networks beside a limit: how far is the tangent model at d = 32 from d = infinity?

use limitcheck::{Catalogue, Error, Limit, Simulation};

pub const DIM: usize = 32;
const NETWORKS: u64 = 400;
const SEED: u64 = 1;

/// Networks with half as many neurons as dimensions, and the limit; half of the target's eigenvalues are 1, half are -1.
pub fn run() -> Result<(Simulation, Limit), Error> {
    let claim = Catalogue::bundled().claim("nt-test-error")?;
    let point = claim.at([("rho", "0.5"), ("spectrum", "rademacher")])?;
    Ok((point.simulate(DIM, NETWORKS, SEED)?, point.limit()?))
}

#[allow(dead_code, reason = "the tests call `run`")]
fn main() -> Result<(), Error> {
    let (networks, limit) = run()?;
    let (mean, error, count) = (networks.mean(), networks.standard_error(), networks.samples.len());
    println!("d = {DIM}, m = {}: mean {mean:.4}, standard error {error:.4}, of {count} networks", networks.width);
    println!("limit: {} (error at most {:.0e})", limit.value, limit.abs_err);
    println!("mean minus limit: {:.4}", mean - limit.value);
    Ok(())
}
