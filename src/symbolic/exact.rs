//! Exact constants: finite sums of `rational * sqrt(n) * pi^(k/2) * e^r`, n square-free, k an integer, r rational.

use dashu::rational::RBig;

/// An exact constant. Closed under sums and products; quotients by a single term.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact;

impl Exact {
    pub fn rational(_value: RBig) -> Exact {
        unimplemented!()
    }
}
