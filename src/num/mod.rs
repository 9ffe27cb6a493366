//! Numerical tools that know no networks: estimates with error bounds, quadrature, roots, linear algebra, random streams.
//!
//! May import nothing of this crate.

pub(crate) mod affine;
pub(crate) mod chebyshev;
pub(crate) mod cholesky;
mod complex;
mod double_exponential;
mod eigenvalues;
pub(crate) mod enclosed;
mod estimate;
mod functions;
mod gauss_kronrod;
mod integrand;
pub(crate) mod laws;
pub mod linear_algebra;
pub(crate) mod many;
mod memory;
pub(crate) mod panels;
pub(crate) mod quadrature;
pub(crate) mod roots;
mod second_rule;
pub(crate) mod sets;
pub(crate) mod special;
pub mod streams;
pub(crate) mod system;
pub(crate) mod triangle;
pub(crate) mod trust_region;
pub(crate) mod wide;

pub(crate) use complex::ComplexEstimate;
pub(crate) use eigenvalues::Eigenvalues;
pub use estimate::Estimate;
pub use memory::keep_freed_memory;

/// `x^n` by repeated squaring, `x^0 = one`. `product` multiplies in place; if it returns `None`, so does this function.
pub(crate) fn power_by_squaring<T: Copy>(
    one: T,
    x: T,
    n: u32,
    product: impl Fn(&mut T, &T) -> Option<()>,
) -> Option<T> {
    let (mut power, mut square, mut left): (Option<T>, T, u32) = (None, x, n);
    while left > 0 {
        if left & 1 == 1 {
            match &mut power {
                None => power = Some(square),
                Some(power) => product(power, &square)?,
            }
        }
        left >>= 1;
        if left > 0 {
            let factor = square;
            product(&mut square, &factor)?;
        }
    }
    Some(power.unwrap_or(one))
}
