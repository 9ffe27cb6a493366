//! Integrals, roots and series with proved error bounds, in plain doubles.
//!
//! A formula is evaluated on numbers that are sets: [`Segment`] (a real interval), [`Disc`] (a complex disc) and [`Tail`] (all of a
//! half-line at once). What these say about the formula proves the error of a Gauss rule, of a cut end, of a root.
//!
//! Formulas of claims are not evaluated with these yet: they still take two unlike rules. The balls are those of the program
//! (`src/num/estimate.rs`, `functions.rs`).
//!
//! Trusted: the hardware's arithmetic, and library functions to two units in the last place.

mod affine;
pub mod disc;
pub mod enclose;
#[path = "../../src/num/estimate.rs"]
mod estimate;
pub mod exponential_integral;
#[path = "../../src/num/functions.rs"]
mod functions;
pub mod gauss_legendre;
pub mod laws;
pub mod number;
pub mod pair;
pub mod panels;
pub mod root;
pub mod rounding;
pub mod segment;
pub mod series;
pub mod signs;
pub mod tail;

pub use disc::Disc;
pub use estimate::Estimate;
pub use number::Number;
pub use segment::Segment;
pub use signs::Signs;
pub use tail::Tail;

/// `x^n` by repeated squaring, `x^0 = one`; nothing if a product, taken in place, is nothing.
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
