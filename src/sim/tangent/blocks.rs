//! A symmetric md x md matrix of m x m blocks that is never formed: each block is a multiple of the identity and of four
//! products of the two neurons' directions.

use crate::num::panels::{add_product, for_each, product, transposed_product};
use nalgebra::DMatrix;

/// Block (j, k) is `scalar_jk I + left_jk u_j u_j' + left_kj u_k u_k' + own_jk u_j u_k' + cross_jk u_k u_j'`, with `scalar`,
/// `own` and `cross` symmetric. On the diagonal `left` and `cross` are 0: there all products are the same.
#[derive(Clone, Debug)]
pub struct Blocks {
    pub scalar: DMatrix<f64>,
    pub left: DMatrix<f64>,
    pub own: DMatrix<f64>,
    pub cross: DMatrix<f64>,
    /// `left` transposed.
    right: DMatrix<f64>,
}

impl Blocks {
    pub fn new(scalar: DMatrix<f64>, left: DMatrix<f64>, own: DMatrix<f64>, cross: DMatrix<f64>) -> Blocks {
        let right = left.transpose();
        Blocks { scalar, left, own, cross, right }
    }

    /// The product with A, whose column j (of d entries) belongs to neuron j, as are the columns of `directions`.
    /// Three products of an m x m with an m x d matrix.
    pub fn product(&self, directions: &DMatrix<f64>, a: &DMatrix<f64>) -> DMatrix<f64> {
        let width = a.ncols();
        // a_k . u_j in row k, column j; then what multiplies u_k in the result's column j.
        let mut mixing = transposed_product(a, directions);
        let along: Vec<f64> = mixing.diagonal().iter().copied().collect();
        for_each(&mut mixing, width.div_ceil(4).max(64), |first, part| {
            for (j, column) in (first..).zip(part.chunks_exact_mut(width)) {
                let (left, right) = (self.left.column(j), self.right.column(j));
                let (own, cross) = (self.own.column(j), self.cross.column(j));
                let pairs = left.as_slice().iter().zip(right.as_slice()).zip(own.as_slice()).zip(cross.as_slice());
                let mut radial = 0.0;
                for ((overlap, along), (((left, right), own), cross)) in column.iter_mut().zip(&along).zip(pairs) {
                    radial += right * *overlap + own * along;
                    *overlap = cross * *overlap + left * along;
                }
                column[j] += radial;
            }
        });
        let mut result = product(a, &self.scalar);
        add_product(&mut result, 1.0, directions, &mixing);
        result
    }

    /// Largest entry by magnitude.
    pub fn magnitude(&self) -> f64 {
        [&self.scalar, &self.left, &self.own, &self.cross].into_iter().fold(0.0, |a, matrix| a.max(matrix.amax()))
    }
}
