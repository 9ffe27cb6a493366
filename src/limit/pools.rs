//! The registers that the walks of one evaluation use.

use crate::formula::registers::Pool;
use crate::num::many::{ComplexEstimates, Estimates};
use crate::num::sets::{Disc, Segment, Slope, Tail};
use crate::num::{ComplexEstimate, Estimate};
use std::cell::Cell;

/// A pool for each kind of number.
#[derive(Default)]
pub struct Pools {
    pub real: Pool<Estimate>,
    pub complex: Pool<ComplexEstimate>,
    pub reals: Pool<Estimates>,
    pub complexes: Pool<ComplexEstimates>,
    pub segments: Pool<Segment>,
    pub discs: Pool<Disc>,
    pub tails: Pool<Tail>,
    pub slopes: Pool<Slope<Segment>>,
    pub slopes_of_tails: Pool<Slope<Tail>>,
    /// How many walks at many places are running now, each inside an integral of another.
    pub nested: Cell<u32>,
}

/// Where an evaluation keeps the registers for a kind of number.
pub trait Pooled<N> {
    fn pool(&self) -> &Pool<N>;
}

impl Pooled<Estimates> for Pools {
    fn pool(&self) -> &Pool<Estimates> {
        &self.reals
    }
}

impl Pooled<ComplexEstimates> for Pools {
    fn pool(&self) -> &Pool<ComplexEstimates> {
        &self.complexes
    }
}
