//! Integration by two unlike rules: double-exponential (crate `quadrature`) and adaptive Gauss-Kronrod.

use super::Estimate;

/// Why an integral has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum QuadratureError<E> {
    /// The integrand itself failed.
    Integrand(E),
    /// The integrand was infinite or not a number at this point.
    NotFinite { at: f64 },
    /// The two rules did not come within the target of each other; `best` carries the honest error.
    NotConverged { best: Estimate },
}

/// `int f` over `[breaks[0], breaks[last]]`, split at every break. The bound covers rounding, the integrand's own error
/// and ten times the difference of the two rules. Finite ends only.
pub fn integrate<E>(
    _integrand: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    _breaks: &[f64],
) -> Result<Estimate, QuadratureError<E>> {
    unimplemented!()
}
