//! Integrals: each measure is handed to the quadrature or the sum that suits it. The integrand is a function to call. This folder does
//! not know how its values are computed.

mod contour_shape;
mod lebesgue;
mod normal_pair;
mod problem;
mod series;
mod spectra;
mod stieltjes;

pub use problem::{Integrand, Problem};
pub use series::series;
pub use stieltjes::{Contours, Transform};

use crate::formula::Fault;
use crate::formula::code::{Integral, Measure};
use crate::num::Estimate;

/// The integral, unless it is over a measure given by its Stieltjes transform.
pub fn integral(problem: &mut Problem, integral: &Integral) -> Result<Option<Estimate>, Fault> {
    Ok(Some(match &integral.measure {
        Measure::Normal { slot, breaks } => {
            let kinks = problem.break_values(breaks, *slot)?;
            problem.normal(*slot, &kinks)?
        }
        Measure::NormalPair { correlation, first, second, symmetric } => {
            problem.normal_pair(correlation, (first, second), *symmetric)?
        }
        Measure::MarchenkoPastur { aspect, slot } => problem.marchenko_pastur(aspect, *slot)?,
        Measure::Eigenvalues { of, axis } => problem.eigenvalue(*of, axis)?,
        Measure::Spectra { first, second } => problem.spectra(first, second)?,
        Measure::Lebesgue(measure) => problem.lebesgue(measure)?,
        Measure::Stieltjes { .. } => return Ok(None),
    }))
}
