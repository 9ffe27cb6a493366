//! Quadratic networks on inputs that are not Gaussian: uniform on the sphere of radius sqrt d, or with independent entries of
//! +-1. Exact in x: centred quadratic forms of such inputs have
//!
//! `E (x'Ax - tr A)(x'Cx - tr C) = c (tr AC - tr A tr C / d)` on the sphere, `c = 2d/(d + 2)`,
//! `E (x'Ax - tr A)(x'Cx - tr C) = 2 (tr AC - sum_i A_ii C_ii)` for signs,
//!
//! where Gaussian inputs have `2 tr AC`. The constant cancels in the test error. `|x|^2 = d` for both: what is proportional to the
//! identity is a constant, which the intercept holds. B is turned by a random rotation, since signs see the axes.

use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::model::Simulator;
use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::{LinearAlgebraError, orthonormal_basis};
use nalgebra::{DMatrix, DVector};

/// Largest accepted relative residual of a solve, and defect of a basis; either enters the error of each sample.
const MAX_RESIDUAL: f64 = 1e-9;

/// Which law the inputs follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    Sphere,
    Signs,
}

/// The draws of [`super::draw`]: test errors of the optimal networks.
pub fn draw(network: Network, targets: &[Target], seed: u64, replicate: u64) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let turn = weights.inputs(network.dim);
    let turn = orthonormal_basis(&turn).map_err(|why| SimError::failed(format!("the rotation of B: {why}")))?.columns;
    let one = |target: &Target| {
        let rows = weights.rows(&target.variances())?.columns.transpose();
        let eigenvalues = DVector::from_vec(target.normalised());
        let matrix = &turn * DMatrix::from_diagonal(&eigenvalues) * turn.transpose();
        let (test_error, error) = match network.simulator {
            Simulator::RandomFeaturesOnSphere => random_features(Inputs::Sphere, &rows, &matrix)?,
            Simulator::RandomFeaturesOnSigns => random_features(Inputs::Signs, &rows, &matrix)?,
            Simulator::NeuralTangentOnSphere => neural_tangent(Inputs::Sphere, &rows, &matrix)?,
            _ => neural_tangent(Inputs::Signs, &rows, &matrix)?,
        };
        Ok(Sample::new(&[(test_error, error)]))
    };
    targets.iter().map(one).collect()
}

/// `tr AC` less what is constant on the inputs, for `C = A`.
fn square(inputs: Inputs, matrix: &DMatrix<f64>) -> f64 {
    let constant = match inputs {
        Inputs::Sphere => matrix.trace() * matrix.trace() / matrix.nrows() as f64,
        Inputs::Signs => matrix.diagonal().norm_squared(),
    };
    matrix.norm_squared() - constant
}

/// Variance of the target up to the constant; an error if it is nothing but rounding.
fn target_square(inputs: Inputs, target: &DMatrix<f64>) -> Result<f64, SimError> {
    let square = square(inputs, target);
    if square <= 1e-12 * target.norm_squared() {
        return Err(SimError::failed("the target is constant on these inputs: take a spectrum other than identity"));
    }
    Ok(square)
}

/// `A^-1 b`, and what the solution leaves of b relative to its own scale.
fn solve(matrix: DMatrix<f64>, right_side: &DVector<f64>) -> Result<(DVector<f64>, f64), LinearAlgebraError> {
    let factor = Cholesky::new(matrix)?;
    let solution = factor.solve(right_side);
    let scale = factor.norm() * solution.amax() + right_side.amax();
    let residual = (factor.products(&solution).0 - right_side).amax();
    Ok((solution, if scale > 0.0 { residual / scale } else { 0.0 }))
}

/// Random features `(w_j . x)^2` (rows m x d), output weights and intercept optimal, target `x'Bx`: test error and a bound on
/// its numerical error.
pub fn random_features(inputs: Inputs, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<(f64, f64), SimError> {
    let scale = target_square(inputs, target)?;
    let (width, dim) = rows.shape();
    let gram = rows * rows.transpose();
    let squares = rows.component_mul(rows);
    let constant = match inputs {
        Inputs::Sphere => {
            let norms = gram.diagonal();
            &norms * norms.transpose() / dim as f64
        }
        Inputs::Signs => &squares * squares.transpose(),
    };
    let covariance = gram.component_mul(&gram) - constant;
    let image = rows * target;
    let own = |j: usize| {
        let constant = match inputs {
            Inputs::Sphere => gram[(j, j)] * target.trace() / dim as f64,
            Inputs::Signs => squares.row(j).transpose().dot(&target.diagonal()),
        };
        image.row(j).dot(&rows.row(j)) - constant
    };
    let with_target = DVector::from_fn(width, |j, _| own(j));
    let (output, residual) = solve(covariance, &with_target)
        .map_err(|why| SimError::failed(format!("the features are linearly dependent on these inputs: {why}")))?;
    if residual.is_nan() || residual > MAX_RESIDUAL {
        return Err(SimError::failed(format!("the solve for the output weights left a residual of {residual:e}")));
    }
    let learnt = with_target.dot(&output) / scale;
    // Output weights that are off by a relative e move a quadratic form at its optimum by that much at most; its own rounding.
    let error = 4.0 * residual * width as f64 * learnt.abs() + 64.0 * f64::EPSILON * width as f64;
    Ok((1.0 - learnt, error))
}

/// The network with quadratic activation, linearised around its first layer (rows m x d), optimal: M is any symmetric matrix
/// with `P M P = 0`, P the projection on the null space of the rows, and whatever is constant on the inputs is free besides. So
/// the error is the least `||P (B + D) P||^2` over the matrices D that are constant there: multiples of the identity on the
/// sphere, diagonal ones for signs.
pub fn neural_tangent(inputs: Inputs, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<(f64, f64), SimError> {
    let scale = target_square(inputs, target)?;
    let (width, dim) = rows.shape();
    if width >= dim {
        return Ok((0.0, f64::EPSILON));
    }
    let basis =
        orthonormal_basis(&rows.transpose()).map_err(|why| SimError::failed(format!("the rows of W: {why}")))?;
    let rotation = basis.defect + basis.rotation;
    if rotation > MAX_RESIDUAL {
        return Err(SimError::failed(format!("the row space of W is known to {rotation:e} only")));
    }
    let open = DMatrix::identity(dim, dim) - &basis.columns * basis.columns.transpose();
    let left = &open * target * &open;
    let (free, residual) = match inputs {
        Inputs::Sphere => (left.trace() * left.trace() / (dim - width) as f64, 0.0),
        Inputs::Signs => {
            let diagonal = left.diagonal();
            let (weights, residual) = solve(open.component_mul(&open), &diagonal).map_err(|why| {
                SimError::failed(format!("too few directions are left for a diagonal to be determined: {why}"))
            })?;
            (diagonal.dot(&weights), residual)
        }
    };
    if residual.is_nan() || residual > MAX_RESIDUAL {
        return Err(SimError::failed(format!("the solve for the free diagonal left a residual of {residual:e}")));
    }
    let missed = (left.norm_squared() - free) / scale;
    let error = (4.0 * rotation + 4.0 * residual * dim as f64 + 64.0 * f64::EPSILON * dim as f64) / scale;
    Ok((missed, error))
}
