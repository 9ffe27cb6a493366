//! A limit of the catalogue as a number with a bound on its error: the test error of the neural tangent model against m/d.

use limitcheck::claim::Catalogue;
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::num::Estimate;
use limitcheck::sim::signatures;
use std::error::Error;

/// The limit at some m/d, for a target whose eigenvalues are exponential.
pub fn run() -> Result<Vec<(f64, Estimate)>, Box<dyn Error>> {
    let catalogue = Catalogue::embedded(&signatures()).map_err(|faults| faults[0].to_string())?;
    let claim = catalogue.find("nt-test-error")?;
    let program = Program::compile(claim)?;
    let mut curve = Vec::new();
    for rho in [0.25, 0.5, 0.75, 2.0] {
        // What is not given has the claim's default.
        let given = [("rho".into(), rho.to_string()), ("spectrum".into(), "exponential".into())];
        let settings = catalogue.settings(claim, &given, &|path| Err(format!("{path}: no file is read here")))?;
        curve.push((rho, program.evaluate(Formula::Limit, &Place { settings, size: None })?));
    }
    Ok(curve)
}

#[allow(dead_code, reason = "the tests call `run`")]
fn main() -> Result<(), Box<dyn Error>> {
    for (rho, limit) in run()? {
        println!("m/d = {rho}: {} (error at most {:.0e})", limit.value, limit.abs_err);
    }
    Ok(())
}
