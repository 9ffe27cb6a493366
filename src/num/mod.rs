//! Numerical tools that know no networks: estimates with error bounds, quadrature, roots, linear algebra, random streams.
//!
//! May import nothing of this crate.

pub mod affine;
pub mod cholesky;
pub mod complex;
pub mod eigenvalues;
pub mod estimate;
mod functions;
mod gauss_kronrod;
pub mod laws;
pub mod linear_algebra;
pub mod panels;
pub mod quadrature;
pub mod roots;
pub mod streams;
pub mod trust_region;
pub mod wide;

pub use complex::ComplexEstimate;
pub use eigenvalues::Eigenvalues;
pub use estimate::Estimate;
