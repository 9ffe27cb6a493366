//! Claims from a few lines of text, places from a few settings.

use limitcheck::claim::Claim;
use limitcheck::limit::{FiniteSize, Formula, LimitError, Place, Program};
use limitcheck::model::{Settings, Value, eigenvalue_pairs};
use limitcheck::num::Estimate;
pub use limitcheck::testing::catalogue;
use std::sync::Arc;

const HEADER: &str = "claim test\ntitle Test\nkind limit\nstatus derived\nsource none\ngrid rho = 1\n";

/// Declares every parameter that a formula of the tests may use.
const PARAMETERS: &str = "parameter rho = 1 in (0, inf)\nparameter zeta = 1 in [0, inf)\nparameter time = 1 in [0, inf)\n\
    parameter scale = 1 in (0, inf)\nparameter theta = 1 in [0, inf)\nparameter activation = relu\n\
    parameter spectrum = exponential\nparameter covariance = isotropic\nparameter pairing = comonotone\n";

/// A claim whose block is the given lines, after a header and the parameters.
pub fn claim(lines: &str) -> Claim {
    let text = format!("# Test\n\n```claim\n{HEADER}{PARAMETERS}{lines}\n```\n");
    match limitcheck::testing::read_claim("test.md", &text, &catalogue().definitions, &|_| {
        Err("no files here".to_string())
    }) {
        Ok(claim) => claim,
        Err(faults) => panic!("{}", faults.render(false)),
    }
}

pub fn program(lines: &str) -> Program {
    Program::compile(&claim(lines)).unwrap()
}

pub fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (name, text) in pairs {
        settings.set(name, Value::parse(name, text, &[], &|_| Err("no files here".to_string())).unwrap());
    }
    settings
}

/// The limiting laws.
pub fn at(pairs: &[(&str, &str)]) -> Place {
    Place { settings: settings(pairs), size: None }
}

/// The eigenvalue pairs in use at a dimension.
pub fn finite(pairs: &[(&str, &str)], dim: usize, width: usize) -> Place {
    let settings = settings(pairs);
    let pairs = eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), settings.pairing(), dim).unwrap();
    Place { size: Some(FiniteSize::network(dim, width, Arc::from(pairs))), settings }
}

/// `limit FORMULA` at the place.
pub fn value(formula: &str, place: &Place) -> Result<Estimate, LimitError> {
    program(&format!("limit {formula}")).evaluate(Formula::Limit, place)
}

/// Asserts that the truth is inside the bound and the bound is small.
#[track_caller]
pub fn assert_holds(what: &str, estimate: Estimate, truth: f64) {
    if truth.is_infinite() {
        assert_eq!((estimate.value, estimate.abs_err), (truth, 0.0), "{what}");
        return;
    }
    // The truth itself is rounded to a double.
    let error = (estimate.value - truth).abs();
    assert!(error <= estimate.abs_err + 4.0 * f64::EPSILON * truth.abs(), "{what}: {estimate:?} against {truth}");
    assert!(estimate.abs_err <= 1e-10 * truth.abs().max(1.0), "{what}: bound {}", estimate.abs_err);
}
