//! Population moments of a layer of neurons, exact in x: the covariance matrix of the features, the Gram matrix of their
//! gradients, and their covariance with the target.

use super::SimError;
pub use super::pairs::FeatureErrors;
use super::pairs::{Pairs, with_target};
use super::weights::Rows;
use crate::model::Activation;
use nalgebra::{DMatrix, DVector};

/// Moments of the features `s(w_j.x)`, x standard Gaussian, as whole matrices.
#[derive(Clone, Debug)]
pub struct Features {
    /// `U_jk = Cov(s(w_j.x), s(w_k.x))`
    pub covariance: DMatrix<f64>,
    /// `C_jk = E[grad s(w_j.x) . grad s(w_k.x)]`; `None` where it is infinite (an activation that jumps).
    pub gradient: Option<DMatrix<f64>>,
    /// `l_2(|w_j|) = E[s(|w_j| G) He_2(G)]`
    pub second: Vec<f64>,
    /// `E s(w_j.x)`
    pub means: Vec<f64>,
    /// Bounds on the numerical errors of the matrices and of the coefficients.
    pub errors: FeatureErrors,
}

impl Features {
    /// The moments of these neurons: by closed form where there is one, else by the Hermite series.
    ///
    /// # Errors
    /// An activation whose moments do not converge, or a Hermite series that is too long at these norms and angles.
    pub fn new(activation: &Activation, rows: &Rows) -> Result<Features, SimError> {
        Pairs::new(activation, rows).map(Features::from)
    }

    /// By the Hermite series, for any activation; closed forms are checked against it.
    ///
    /// # Errors
    /// Moments that do not converge, or a series that is too long at these norms and angles.
    pub fn by_series(activation: &Activation, rows: &Rows) -> Result<Features, SimError> {
        Pairs::by_series(activation, rows).map(Features::from)
    }

    /// `V_j = Cov(f*, s(w_j.x)) = (w_j'B w_j / |w_j|^2) l_2(|w_j|)`, from the quotients `w_j'B w_j / |w_j|^2`.
    pub fn with_target(&self, quotients: &[f64]) -> DVector<f64> {
        with_target(&self.second, quotients)
    }
}

impl From<Pairs> for Features {
    fn from(pairs: Pairs) -> Features {
        let (covariance, gradient) = pairs.matrices();
        let gradient = pairs.has_gradient.then_some(gradient);
        Features { covariance, gradient, second: pairs.second, means: pairs.means, errors: pairs.errors }
    }
}
