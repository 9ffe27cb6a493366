//! Roots of equations at complex arguments. Real roots are bracketed in `num::roots`.

mod continuation;
mod newton;

pub use continuation::{Continued, Equation};
