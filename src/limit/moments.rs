//! Gaussian moments of activations: exact where a closed form exists, by quadrature with a bound otherwise.

use crate::model::Activation;
use crate::num::Estimate;
use crate::symbolic::Exact;

/// A moment's value, and its closed form where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub estimate: Estimate,
    pub exact: Option<Exact>,
}

/// `lambda(k) = E[s(G) He_k(G)]`, G standard normal, probabilists' Hermite polynomials.
pub fn hermite_coefficient(_activation: &Activation, _k: u32) -> Result<Moment, String> {
    unimplemented!()
}

/// `E[s^(i)(G) s^(j)(G)]` with derivatives in the sense of distributions (i, j at most 2): infinite if a square is not integrable.
pub fn second_moment(_activation: &Activation, _i: u32, _j: u32) -> Result<Moment, String> {
    unimplemented!()
}
