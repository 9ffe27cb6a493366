//! Networks of the library's simulators, and targets that are neither diagonal nor definite.

use limitcheck::model::Weights;
use limitcheck::sim::Network;
use limitcheck::testing::simulator;
use nalgebra::DMatrix;

/// A network with Gaussian weights.
pub fn network(name: &str, dim: usize, width: usize) -> Network {
    Network { simulator: simulator(name), weights: Weights::Gaussian, dim, width }
}

/// The symmetric part of a square matrix, shifted by the identity, of Frobenius norm 1.
pub fn symmetric(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let sum = matrix + matrix.transpose() + DMatrix::identity(matrix.nrows(), matrix.ncols());
    &sum / sum.norm()
}
