//! Expectations over the laws that have a density: substitutions that leave the two rules smooth integrands.

use super::Estimate;
use super::quadrature::QuadratureError;

type Integrand<'a, E> = &'a mut dyn FnMut(f64) -> Result<Estimate, E>;

/// `E f(G)`, G standard normal; `kinks` are the points where f is not smooth.
pub fn normal<E>(_f: Integrand<E>, _kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    unimplemented!()
}

/// `int_0^inf f(y) e^-y dy`; `kinks` are points where f is not smooth. Integrable logarithmic or algebraic singularities of
/// f at 0 are allowed.
pub fn exponential<E>(_f: Integrand<E>, _kinks: &[f64]) -> Result<Estimate, QuadratureError<E>> {
    unimplemented!()
}

/// `int f d mu_rho`, the Marchenko-Pastur law of `W'W` (aspect m/d = rho, entries of variance 1/d), with its atom `(1-rho)+` at 0.
pub fn marchenko_pastur<E>(_f: Integrand<E>, _rho: f64) -> Result<Estimate, QuadratureError<E>> {
    unimplemented!()
}
