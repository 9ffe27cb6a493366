//! Random weights. The Gaussian matrix is drawn first and shaped after, so that one replicate is the same randomness for
//! every activation, spectrum and covariance.

use super::{Network, SimError};
use crate::model::Weights;
use crate::num::streams::stream;
use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// First-layer weights with their norms. Neuron j is column j of `columns` (d x m).
#[derive(Clone, Debug)]
pub struct Rows {
    pub columns: DMatrix<f64>,
    pub norms: Vec<f64>,
}

/// What one replicate draws: standard Gaussians G, one column per neuron, and the stream that goes on from there.
pub struct Draw {
    gaussians: DMatrix<f64>,
    stream: ChaCha8Rng,
    weights: Weights,
}

impl Draw {
    pub fn new(network: Network, seed: u64, replicate: u64) -> Draw {
        let Network { simulator, weights, dim, width } = network;
        let law = match weights {
            Weights::Gaussian => "gaussian",
            Weights::Sphere => "sphere",
        };
        let mut stream = stream(seed, simulator.name(), law, dim, width, replicate);
        let normals = StandardNormal.sample_iter(&mut stream).take(dim * width);
        let gaussians = DMatrix::from_iterator(dim, width, normals);
        Draw { gaussians, stream, weights }
    }

    /// The next standard Gaussians of the stream, one per neuron: for output weights.
    pub fn output_gaussians(&mut self) -> Vec<f64> {
        StandardNormal.sample_iter(&mut self.stream).take(self.gaussians.ncols()).collect()
    }

    /// Rows `w_j = G_j sqrt(t / d)` coordinate by coordinate, or `G_j / |G_j|` on the sphere; `variances` are the t.
    pub fn rows(&self, variances: &[f64]) -> Result<Rows, SimError> {
        let dim = self.gaussians.nrows() as f64;
        let mut columns = self.gaussians.clone();
        match self.weights {
            Weights::Gaussian => {
                let scales: Vec<f64> = variances.iter().map(|t| (t / dim).sqrt()).collect();
                for mut column in columns.column_iter_mut() {
                    column.iter_mut().zip(&scales).for_each(|(entry, scale)| *entry *= scale);
                }
                Rows::new(columns)
            }
            Weights::Sphere => {
                for mut column in columns.column_iter_mut() {
                    let norm = column.norm();
                    column.iter_mut().for_each(|entry| *entry /= norm);
                }
                let norms = vec![1.0; columns.ncols()];
                Ok(Rows { columns, norms })
            }
        }
    }
}

impl Rows {
    /// Any rows (as columns, d x m), none of them zero.
    pub fn new(columns: DMatrix<f64>) -> Result<Rows, SimError> {
        let norms: Vec<f64> = columns.column_iter().map(|column| column.norm()).collect();
        match norms.iter().position(|norm| !(norm.is_finite() && *norm > 0.0)) {
            None => Ok(Rows { columns, norms }),
            Some(j) => Err(SimError::failed(format!("the weights of neuron {j} have norm {}", norms[j]))),
        }
    }

    pub fn dim(&self) -> usize {
        self.columns.nrows()
    }

    pub fn width(&self) -> usize {
        self.columns.ncols()
    }

    /// `w_j . w_k` for all j, k.
    pub fn gram(&self) -> DMatrix<f64> {
        self.columns.transpose() * &self.columns
    }

    /// `w_j'B w_j / |w_j|^2` for B diagonal.
    pub fn quotients(&self, eigenvalues: &[f64]) -> Vec<f64> {
        let form = |column: &[f64]| -> f64 { column.iter().zip(eigenvalues).map(|(w, b)| b * w * w).sum() };
        let columns = self.columns.as_slice().chunks_exact(self.dim());
        columns.zip(&self.norms).map(|(column, norm)| form(column) / (norm * norm)).collect()
    }

    /// `w_j'B w_j / |w_j|^2` for any symmetric B.
    pub fn quotients_full(&self, target: &DMatrix<f64>) -> Vec<f64> {
        let image = target * &self.columns;
        let forms = self.columns.column_iter().zip(image.column_iter());
        forms.zip(&self.norms).map(|((w, bw), norm)| w.dot(&bw) / (norm * norm)).collect()
    }
}
