//! Random weights. The Gaussian matrix is drawn first and shaped after, so that one replicate is the same randomness for
//! every activation, spectrum and covariance.

use super::{Network, SimError};
use crate::model::Weights;
use crate::num::panels;
use crate::num::streams::{standard_gaussians, stream};
use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;

/// First-layer weights with their norms. Neuron j is column j of `columns` (d x m).
#[derive(Clone, Debug)]
pub struct Rows {
    /// Neurons as columns (d x m).
    pub columns: DMatrix<f64>,
    /// `|w_j|`, finite and above 0.
    pub norms: Vec<f64>,
}

/// What one replicate draws: standard Gaussians G, one column per neuron, and the stream that goes on from there.
pub struct Draw {
    gaussians: DMatrix<f64>,
    stream: ChaCha8Rng,
    weights: Weights,
}

/// Inputs alone (d x count), for a system without weights.
pub(crate) fn inputs(network: &Network, seed: u64, replicate: u64, count: usize) -> DMatrix<f64> {
    gaussians(&mut start(network, seed, replicate), network.dim, count)
}

fn start(network: &Network, seed: u64, replicate: u64) -> ChaCha8Rng {
    let law = match network.weights {
        Weights::Gaussian => "gaussian",
        Weights::Sphere => "sphere",
        Weights::Uniform => "uniform",
    };
    stream(seed, network.simulator.name(), law, network.dim, network.width, replicate)
}

fn gaussians(stream: &mut ChaCha8Rng, rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_vec(rows, columns, standard_gaussians(stream, rows * columns))
}

impl Draw {
    /// The draw of a replicate, which depends on the network, the seed and its number alone.
    pub fn new(network: &Network, seed: u64, replicate: u64) -> Draw {
        let Network { weights, dim, width, .. } = *network;
        let mut stream = start(network, seed, replicate);
        let gaussians = gaussians(&mut stream, dim, width);
        Draw { gaussians, stream, weights }
    }

    /// The next standard Gaussians of the stream: inputs, one per column (d x count).
    pub(crate) fn inputs(&mut self, count: usize) -> DMatrix<f64> {
        gaussians(&mut self.stream, self.gaussians.nrows(), count)
    }

    /// The next standard Gaussians of the stream, one per neuron: for output weights.
    pub fn output_gaussians(&mut self) -> Vec<f64> {
        standard_gaussians(&mut self.stream, self.gaussians.ncols())
    }

    /// Output weights of a start at zeta 1: uniform on the unit sphere, the direction of the next standard Gaussians.
    ///
    /// Test error and robustness of a network that starts at v are quadratic in v, so their means depend on `E v = 0` and
    /// `E vv' = I/m` alone, which are those of independent entries `N(0, 1/m)`. What the length of those would add is noise.
    pub fn output_start(&mut self) -> Vec<f64> {
        let mut start = self.output_gaussians();
        // No length of doubles that are normal is 0.
        let length = start.iter().map(|v| v * v).sum::<f64>().sqrt();
        start.iter_mut().for_each(|v| *v /= length);
        start
    }

    /// Fair signs, one per neuron: those of [`Draw::output_gaussians`].
    pub fn output_signs(&mut self) -> Vec<f64> {
        self.output_gaussians().into_iter().map(f64::signum).collect()
    }

    /// The stream as it goes on from here.
    pub(crate) fn into_stream(self) -> ChaCha8Rng {
        self.stream
    }

    /// Rows `w_j = G_j sqrt(t / d)` coordinate by coordinate, `G_j / |G_j|` on the sphere, or uniform
    /// variables of the same variances in place of G; `variances` are the t.
    ///
    /// # Errors
    /// A neuron whose weights are all 0, as where all variances are.
    pub fn rows(&self, variances: &[f64]) -> Result<Rows, SimError> {
        let (dim, width) = self.gaussians.shape();
        let per_coordinate = dim as f64;
        let mut columns = DMatrix::zeros(dim, width);
        let fill = |shape: &(dyn Fn(&mut [f64], &[f64]) + Sync), columns: &mut DMatrix<f64>| {
            panels::for_each(columns, neurons_at_once(dim), |first, part| {
                let drawn = self.gaussians.as_slice()[first * dim..].chunks_exact(dim);
                part.chunks_exact_mut(dim).zip(drawn).for_each(|(column, drawn)| shape(column, drawn));
            });
        };
        match self.weights {
            Weights::Gaussian => {
                let scales: Vec<f64> = variances.iter().map(|t| (t / per_coordinate).sqrt()).collect();
                let scale = |column: &mut [f64], drawn: &[f64]| {
                    let scaled = column.iter_mut().zip(drawn).zip(&scales);
                    scaled.for_each(|((entry, gaussian), scale)| *entry = gaussian * scale);
                };
                fill(&scale, &mut columns);
                Rows::new(columns)
            }
            Weights::Sphere => {
                let project = |column: &mut [f64], drawn: &[f64]| {
                    let norm = norm(drawn);
                    column.iter_mut().zip(drawn).for_each(|(entry, gaussian)| *entry = gaussian / norm);
                };
                fill(&project, &mut columns);
                Ok(Rows { columns, norms: vec![1.0; width] })
            }
            Weights::Uniform => {
                let scales: Vec<f64> = variances.iter().map(|t| (3.0 * t / per_coordinate).sqrt()).collect();
                // erf(G / sqrt 2) is uniform on (-1, 1), of variance 1/3.
                let uniform = |gaussian: f64| libm::erf(gaussian * std::f64::consts::FRAC_1_SQRT_2);
                let scale = |column: &mut [f64], drawn: &[f64]| {
                    let scaled = column.iter_mut().zip(drawn).zip(&scales);
                    scaled.for_each(|((entry, gaussian), scale)| *entry = scale * uniform(*gaussian));
                };
                fill(&scale, &mut columns);
                Rows::new(columns)
            }
        }
    }
}

/// Weights that one thread takes by itself.
const AT_ONCE: usize = 1 << 16;

/// Neurons in this many dimensions that one thread takes by itself.
fn neurons_at_once(dim: usize) -> usize {
    AT_ONCE.div_ceil(dim.max(1))
}

/// A value of every column, in their order.
fn of_columns(columns: &DMatrix<f64>, value: impl Fn(&[f64]) -> f64 + Sync + Send) -> Vec<f64> {
    panels::of_columns(columns, neurons_at_once(columns.nrows()), value)
}

fn norm(column: &[f64]) -> f64 {
    nalgebra::DVectorView::from_slice(column, column.len()).norm()
}

impl Rows {
    /// Any rows (as columns, d x m), none of them zero.
    ///
    /// # Errors
    /// A column that is zero or not finite.
    pub fn new(columns: DMatrix<f64>) -> Result<Rows, SimError> {
        let norms = of_columns(&columns, norm);
        match norms.iter().position(|norm| !(norm.is_finite() && *norm > 0.0)) {
            None => Ok(Rows { columns, norms }),
            Some(j) => Err(SimError::failed(format!("the weights of neuron {j} have norm {}", norms[j]))),
        }
    }

    /// `d`
    pub fn dim(&self) -> usize {
        self.columns.nrows()
    }

    /// `m`
    pub fn width(&self) -> usize {
        self.columns.ncols()
    }

    /// `w_j'B w_j / |w_j|^2` for B diagonal.
    pub fn quotients(&self, eigenvalues: &[f64]) -> Vec<f64> {
        // Eight running sums, so that the additions overlap.
        let form = |column: &[f64]| -> f64 {
            let (columns, values) = (column.chunks_exact(8), eigenvalues.chunks_exact(8));
            let rest: f64 = columns.remainder().iter().zip(values.remainder()).map(|(w, b)| b * w * w).sum();
            let mut sums = [0.0; 8];
            for (w, b) in columns.zip(values) {
                (0..8).for_each(|i| sums[i] += b[i] * w[i] * w[i]);
            }
            sums.iter().sum::<f64>() + rest
        };
        let forms = of_columns(&self.columns, form);
        forms.iter().zip(&self.norms).map(|(form, norm)| form / (norm * norm)).collect()
    }

    /// `w_j'B w_j / |w_j|^2` for any symmetric B.
    pub fn quotients_full(&self, target: &DMatrix<f64>) -> Vec<f64> {
        let image = target * &self.columns;
        let forms = self.columns.column_iter().zip(image.column_iter());
        forms.zip(&self.norms).map(|((w, bw), norm)| w.dot(&bw) / (norm * norm)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::simulator;

    fn network(weights: Weights, dim: usize, width: usize) -> Network {
        Network { simulator: simulator("rf"), weights, dim, width }
    }

    #[test]
    fn a_covariance_scales_the_coordinates_of_the_same_gaussians() {
        let draw = Draw::new(&network(Weights::Gaussian, 6, 4), 1, 2);
        let variances = [0.5, 0.0, 1.0, 2.0, 1.5, 1.0];
        let (plain, scaled) = (draw.rows(&[1.0; 6]).unwrap(), draw.rows(&variances).unwrap());
        for neuron in 0..4 {
            for (i, t) in variances.iter().enumerate() {
                let expected = plain.columns[(i, neuron)] * f64::sqrt(*t);
                assert!((scaled.columns[(i, neuron)] - expected).abs() < 1e-15);
            }
        }
    }

    /// `E|w|^2 = tr Gamma = 1` and `Var |w|^2 = 2 sum t^2 / d^2`.
    #[test]
    fn gaussian_rows_have_unit_mean_square_norm() {
        let (dim, width) = (10, 4000);
        let variances: Vec<f64> = (0..dim).map(|i| (2 * i + 1) as f64 / dim as f64).collect();
        let rows = Draw::new(&network(Weights::Gaussian, dim, width), 5, 0).rows(&variances).unwrap();
        let mean = rows.norms.iter().map(|norm| norm * norm).sum::<f64>() / width as f64;
        let spread = (2.0 * variances.iter().map(|t| t * t).sum::<f64>()).sqrt() / dim as f64;
        assert!((mean - 1.0).abs() < 4.5 * spread / (width as f64).sqrt());
    }

    #[test]
    fn sphere_rows_have_norm_one() {
        let rows = Draw::new(&network(Weights::Sphere, 7, 20), 5, 0).rows(&[1.0; 7]).unwrap();
        for (column, norm) in rows.columns.column_iter().zip(&rows.norms) {
            assert!((column.norm() - 1.0).abs() < 1e-15 && *norm == 1.0);
        }
    }

    /// For given features the mean over starts is that over independent Gaussians, `tr C/m`, within five standard errors; the spread is
    /// several times less.
    #[test]
    fn starts_have_the_second_moments_of_independent_entries() {
        let width = 12;
        let network = network(Weights::Gaussian, 48, width);
        let rows = Draw::new(&network, 3, 0).rows(&[1.0; 48]).unwrap();
        let gram = rows.columns.tr_mul(&rows.columns);
        let form = |v: Vec<f64>| {
            let v = nalgebra::DVector::from_vec(v);
            v.dot(&(&gram * &v))
        };
        let count = 4000;
        let sample = |of: &dyn Fn(&mut Draw) -> Vec<f64>| {
            let values: Vec<f64> = (0..count).map(|i| form(of(&mut Draw::new(&network, 4, i)))).collect();
            let mean = values.iter().sum::<f64>() / count as f64;
            let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1) as f64;
            (mean, variance)
        };
        let (mean, variance) = sample(&|draw| draw.output_start());
        let gaussian = |draw: &mut Draw| draw.output_gaussians().iter().map(|v| v / (width as f64).sqrt()).collect();
        let (_, gaussian_variance) = sample(&gaussian);
        let expected = gram.trace() / width as f64;
        assert!((mean - expected).abs() < 5.0 * (variance / count as f64).sqrt(), "{mean} {expected}");
        assert!(variance < gaussian_variance / 4.0, "{variance} {gaussian_variance}");
    }

    #[test]
    fn quotients_agree_for_diagonal_and_full_targets() {
        let rows = Draw::new(&network(Weights::Gaussian, 6, 9), 5, 1).rows(&[1.0; 6]).unwrap();
        let values = [3.0, -1.0, 0.5, 0.0, 2.0, 1.0];
        let full = DMatrix::from_diagonal(&values.to_vec().into());
        for (a, b) in rows.quotients(&values).iter().zip(rows.quotients_full(&full)) {
            assert!((a - b).abs() < 1e-14);
        }
    }

    #[test]
    fn zero_rows_are_refused() {
        assert!(Rows::new(DMatrix::zeros(3, 2)).is_err() && Rows::new(DMatrix::zeros(0, 2)).is_err());
    }
}
