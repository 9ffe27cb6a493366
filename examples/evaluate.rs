//! A limit of the catalogue as a number with a bound on its error: the test error of the neural tangent model against m/d.

use limitcheck::{Catalogue, Error, Limit};

const RHO: [f64; 4] = [0.25, 0.5, 0.75, 2.0];

/// The limit at some m/d, for a target whose eigenvalues are exponential.
pub fn run() -> Result<Vec<(f64, Limit)>, Error> {
    let claim = Catalogue::bundled().claim("nt-test-error")?;
    // What is not given has the claim's default.
    let limits = claim.at([("spectrum", "exponential")])?.along("rho", &RHO)?.limits()?;
    Ok(RHO.into_iter().zip(limits).collect())
}

#[allow(dead_code, reason = "the tests call `run`")]
fn main() -> Result<(), Error> {
    for (rho, limit) in run()? {
        println!("m/d = {rho}: {} (error at most {:.0e})", limit.value, limit.abs_err);
    }
    Ok(())
}
