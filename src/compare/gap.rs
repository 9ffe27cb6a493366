//! The gap between samples and their limit at one size: what is compared and fitted.

use super::moments::Moments;

/// Variance below which a sample carries no noise but rounding.
pub const NOISELESS_VARIANCE: f64 = 1e-20;

/// The gap (sample minus limit at the same size) at one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeGap {
    /// `d`, by which sizes are told apart.
    pub dim: usize,
    /// Moments of the gap: those of the sample, shifted by the limit.
    pub gap: Moments,
    /// Scale of the observable, for the tolerance of cells without noise.
    pub scale: f64,
    /// Bound on the error of the limit and of the simulated value's numerics.
    pub abs_err: f64,
}
