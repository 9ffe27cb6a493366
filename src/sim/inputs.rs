//! Quadratic networks on inputs that are not Gaussian: uniform on the sphere of radius sqrt d, or with independent entries of
//! +-1. Exact in x: centred quadratic forms of such inputs have
//!
//! `E (x'Ax - tr A)(x'Cx - tr C) = c (tr AC - tr A tr C / d)` on the sphere, `c = 2d/(d + 2)`,
//! `E (x'Ax - tr A)(x'Cx - tr C) = 2 (tr AC - sum_i A_ii C_ii)` for signs,
//!
//! where Gaussian inputs have `2 tr AC`. The constant cancels in the test error. `|x|^2 = d` for both: what is proportional to the
//! identity is a constant, which the intercept holds. B is turned by a random rotation, since signs see the axes.

use super::definition::{Definition, MATRICES, other_activations};
use super::observables::TEST_ERROR;
use super::weights::Draw;
use super::{Network, Sample, SimError, Target};
use crate::num::cholesky::Cholesky;
use crate::num::linear_algebra::orthonormal_basis;
use nalgebra::{DMatrix, DVector};

/// Largest accepted bound on the numerical error of a test error.
const MAX_ERROR: f64 = 1e-6;

/// Which law the inputs follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Uniform on the sphere of radius sqrt d.
    Sphere,
    /// Independent entries, +1 or -1 with probability 1/2.
    Signs,
}

/// Test error of the best network with these rows, and a bound on its numerical error.
type Model = fn(Inputs, &DMatrix<f64>, &DMatrix<f64>) -> Result<(f64, f64), SimError>;

pub(crate) static RANDOM_FEATURES_ON_SPHERE: Definition = Definition {
    name: "rf-inputs-sphere",
    description: "`rf`, quadratic, on inputs uniform on the sphere of radius sqrt d",
    observables: &[TEST_ERROR],
    properties: MATRICES,
    refuses: other_activations,
    cost: features_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Inputs::Sphere, random_features),
};

pub(crate) static RANDOM_FEATURES_ON_SIGNS: Definition = Definition {
    name: "rf-inputs-signs",
    description: "`rf`, quadratic, on inputs with independent entries of +-1",
    observables: &[TEST_ERROR],
    properties: MATRICES,
    refuses: other_activations,
    cost: features_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Inputs::Signs, random_features),
};

pub(crate) static NEURAL_TANGENT_ON_SPHERE: Definition = Definition {
    name: "nt-inputs-sphere",
    description: "`nt` on inputs uniform on the sphere of radius sqrt d",
    observables: &[TEST_ERROR],
    properties: MATRICES,
    refuses: other_activations,
    cost: tangent_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Inputs::Sphere, neural_tangent),
};

pub(crate) static NEURAL_TANGENT_ON_SIGNS: Definition = Definition {
    name: "nt-inputs-signs",
    description: "`nt` on inputs with independent entries of +-1",
    observables: &[TEST_ERROR],
    properties: MATRICES,
    refuses: other_activations,
    cost: tangent_cost,
    draw: |network, targets, seed, replicate| draw(network, targets, seed, replicate, Inputs::Signs, neural_tangent),
};

/// The rotation of B and B; neurons, their squares, and what random features factorise.
fn features_cost(d: f64, m: f64) -> (f64, f64) {
    let flops = 4.0 * m * m * d + m * m * m / 3.0 + 2.0 * m * d * d + 8.0 * d * d * d;
    (6.0 * m * d + 4.0 * m * m + 5.0 * d * d, flops)
}

/// The same with the basis of the rows, and what is left of B.
pub(super) fn tangent_cost(d: f64, m: f64) -> (f64, f64) {
    let flops = 10.0 * m * m * d + 4.0 * m * d * d + 12.0 * d * d * d;
    (6.0 * m * d + 3.0 * m * m + 8.0 * d * d, flops)
}

/// The draws of [`super::draw`]: test errors of the optimal networks.
fn draw(
    network: &Network,
    targets: &[Target],
    seed: u64,
    replicate: u64,
    inputs: Inputs,
    model: Model,
) -> Result<Vec<Sample>, SimError> {
    let mut weights = Draw::new(network, seed, replicate);
    let turn = weights.inputs(network.dim);
    let turn = orthonormal_basis(&turn).map_err(|why| SimError::failed(format!("the rotation of B: {why}")))?;
    if turn.defect > MAX_ERROR {
        return Err(SimError::failed(format!("the rotation of B is orthogonal to {:e} only", turn.defect)));
    }
    let (turn, defect) = (turn.columns, turn.defect);
    let one = |target: &Target| {
        let rows = weights.rows(&target.variances())?.columns.transpose();
        let eigenvalues = DVector::from_vec(target.normalised());
        let matrix = &turn * DMatrix::from_diagonal(&eigenvalues) * turn.transpose();
        let (test_error, error) = model(inputs, &rows, &matrix)?;
        // What the turn lacks of a rotation changes B by twice as much; a test error is a quotient of quadratic functions of it.
        let error = error + 8.0 * defect / square(inputs, &matrix);
        if error.is_nan() || error > MAX_ERROR {
            return Err(SimError::failed(format!(
                "the test error is known to {error:e} only: the system is ill-conditioned"
            )));
        }
        Ok(Sample::new([(test_error, error)]))
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

/// `A^-1 b` with `b'A^-1 b` and a bound on the error of that, where the entries of A (factorised) and of b are known to within
/// `errors`.
///
/// With x in place of the solution `b'x` is off by `x'(Ax - b)` to first order: by what is left of the equations, which is known
/// up to the rounding of `Ax`. Second orders are covered by a factor of two.
pub(super) fn quadratic_form(
    factor: &Cholesky,
    right_side: &DVector<f64>,
    errors: [f64; 2],
) -> (DVector<f64>, f64, f64) {
    let solution = factor.solve(right_side);
    let unit = f64::EPSILON * factor.size() as f64;
    let (image, magnitudes) = factor.products(&solution);
    let left = (image - right_side).abs() + (magnitudes + right_side.abs()) * unit;
    let (sizes, total) = (solution.abs(), solution.lp_norm(1));
    let bound = sizes.dot(&left) + unit * sizes.dot(&right_side.abs()) + total * (errors[0] * total + 2.0 * errors[1]);
    let value = right_side.dot(&solution);
    (solution, value, 2.0 * bound)
}

/// Random features `(w_j . x)^2` (rows m x d), output weights and intercept optimal, target `x'Bx`: test error and a bound on
/// its numerical error.
///
/// # Errors
/// A target (symmetric, d x d) that is constant on the inputs, or features that depend on each other on them.
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
    // Sums of d products of rows of these lengths; the target's entries come in twice.
    let (unit, length) = (f64::EPSILON * dim as f64, gram.diagonal().max());
    let errors = [8.0 * unit * length * length, 8.0 * unit * length * target.norm()];
    let factor = Cholesky::new(&covariance)
        .map_err(|why| SimError::failed(format!("the features are linearly dependent on these inputs: {why}")))?;
    let (_, learnt, error) = quadratic_form(&factor, &with_target, errors);
    let (learnt, error) = (learnt / scale, error / scale);
    Ok((1.0 - learnt, error + 4.0 * unit * target.norm_squared() / scale * learnt.abs()))
}

/// The network with quadratic activation, linearised around its first layer (rows m x d), optimal: M is any symmetric matrix
/// with `P M P = 0`, P the projection on the null space of the rows, and whatever is constant on the inputs is free besides. So
/// the error is the least `||P (B + D) P||^2` over the matrices D that are constant there: multiples of the identity on the
/// sphere, diagonal ones for signs.
///
/// # Errors
/// A target (symmetric, d x d) that is constant on the inputs, rows that are not independent, or too few directions left.
pub fn neural_tangent(inputs: Inputs, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<(f64, f64), SimError> {
    let scale = target_square(inputs, target)?;
    let (width, dim) = rows.shape();
    if width >= dim {
        return Ok((0.0, f64::EPSILON));
    }
    let basis =
        orthonormal_basis(&rows.transpose()).map_err(|why| SimError::failed(format!("the rows of W: {why}")))?;
    let open = DMatrix::identity(dim, dim) - &basis.columns * basis.columns.transpose();
    let left = &open * target * &open;
    let unit = f64::EPSILON * dim as f64;
    // What is free of the target, the size of the D that is best, and the error of a solve.
    let (free, shift, error) = match inputs {
        Inputs::Sphere => {
            let rank = (dim - width) as f64;
            (left.trace() * left.trace() / rank, left.trace().abs() / rank * (dim as f64).sqrt(), 0.0)
        }
        Inputs::Signs => {
            let errors = [8.0 * unit, 8.0 * unit * target.norm()];
            let factor = Cholesky::new(&open.component_mul(&open)).map_err(|why| {
                SimError::failed(format!("too few directions are left for a diagonal to be determined: {why}"))
            })?;
            let (weights, free, error) = quadratic_form(&factor, &left.diagonal(), errors);
            (free, weights.norm(), error)
        }
    };
    let missed = (left.norm_squared() - free) / scale;
    // A rotation of the space by e moves P(B + D)P by at most 2e ||B + D||; at the best D its square moves by no more than that.
    let rotation = 2.0 * (basis.defect + basis.rotation) + 8.0 * unit;
    let reach = target.norm() + shift;
    let error = (error + 4.0 * rotation * reach * reach) / scale + 4.0 * unit * target.norm_squared() / scale * missed;
    Ok((missed, error))
}
