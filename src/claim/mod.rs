//! From the text of a claim file to a [`Claim`], or to a list of faults with their places.
//!
//! Pure: text in, values out; files are read by `run`. May import `symbolic`, `model`, `num` only.

pub mod types;

pub use types::*;
