//! The structured products against dense matrices built entry by entry from two-dimensional quadrature, without integration
//! by parts, and the conjugate gradients against a dense solve.

use super::blocks::Blocks;
use super::slopes::Slopes;
use super::*;
use crate::model::activation::{Polynomial, normal_cdf, normal_density};
use crate::model::{DefinedActivation, settings::parse_exact};
use crate::num::linear_algebra::symmetric_eigen;
use crate::sim::neural_tangent;
use crate::testing::gaussian;
use gauss_quad::GaussLegendre;
use nalgebra::DVector;
use std::f64::consts::PI;
use std::sync::Arc;

/// Rows of length about 1, or exactly 1.
fn rows(width: usize, dim: usize, unit: bool) -> DMatrix<f64> {
    let mut rows = gaussian("tangent", width, dim, 1) / (dim as f64).sqrt();
    if unit {
        rows.row_iter_mut().for_each(|mut row| row /= row.norm());
    }
    rows
}

fn target(dim: usize) -> DMatrix<f64> {
    let g = gaussian("tangent", dim, dim, 2);
    let symmetric = &g + g.transpose() + DMatrix::identity(dim, dim);
    &symmetric / symmetric.norm()
}

fn polynomial(coefficients: &[&str]) -> Activation {
    let exact = coefficients.iter().map(|c| parse_exact(c).unwrap()).collect();
    Activation::Polynomial(Arc::new(Polynomial::new(exact)))
}

fn kinked() -> Activation {
    Activation::Defined(Arc::new(DefinedActivation {
        name: "bump".into(),
        formula: "max(t - 1/2, 0) + exp(-t^2)".into(),
        values: [
            Box::new(|t| (t - 0.5).max(0.0) + (-t * t).exp()),
            Box::new(|t| f64::from(t > 0.5) - 2.0 * t * (-t * t).exp()),
            Box::new(|t| (4.0 * t * t - 2.0) * (-t * t).exp()),
        ],
        on_sets: None,
        kinks: vec![0.5],
        last_square_integrable: 1,
    }))
}

/// Nodes of the normal law, panels split at `extra`.
fn normal_rule(rule: &GaussLegendre, extra: impl Iterator<Item = f64>) -> Vec<(f64, f64)> {
    const REACH: f64 = 11.0;
    let mut ends: Vec<f64> = (-11..=11).map(f64::from).chain(extra.filter(|x| x.abs() < REACH)).collect();
    ends.sort_by(f64::total_cmp);
    let panel = |pair: &[f64]| -> Vec<(f64, f64)> {
        let (middle, half) = ((pair[0] + pair[1]) / 2.0, (pair[1] - pair[0]) / 2.0);
        let at = |(x, w): &(f64, f64)| (middle + half * x, half * w * normal_density(middle + half * x));
        rule.as_node_weight_pairs().iter().map(at).collect()
    };
    ends.windows(2).flat_map(panel).collect()
}

/// Dense covariance, energy matrix and right side, in the order of the entries of a d x m matrix.
fn dense(
    activation: &Activation,
    rows: &DMatrix<f64>,
    target: &DMatrix<f64>,
) -> (DMatrix<f64>, DMatrix<f64>, DVector<f64>) {
    let (width, dim) = rows.shape();
    let rule = GaussLegendre::new(10.try_into().unwrap());
    let norms: Vec<f64> = rows.row_iter().map(|row| row.norm()).collect();
    let unit: Vec<DVector<f64>> = (0..width).map(|j| rows.row(j).transpose() / norms[j]).collect();
    let g = |j: usize, u: f64| activation.value(1, norms[j] * u);
    let bend = |j: usize, u: f64| norms[j] * activation.value(2, norms[j] * u);
    let single: Vec<Vec<(f64, f64)>> =
        (0..width).map(|j| normal_rule(&rule, activation.kinks().iter().map(|kink| kink / norms[j]))).collect();
    let expectation =
        |j: usize, f: &dyn Fn(f64) -> f64| -> f64 { single[j].iter().map(|(u, weight)| weight * f(*u)).sum() };

    let (mut covariance, mut energy) =
        (DMatrix::zeros(width * dim, width * dim), DMatrix::zeros(width * dim, width * dim));
    let mut right_side = DVector::zeros(width * dim);
    let identity = DMatrix::identity(dim, dim);
    let mean = |j: usize| expectation(j, &|u| u * g(j, u)) * &unit[j];
    for j in 0..width {
        let image = target * &unit[j];
        let quotient = unit[j].dot(&image);
        let entry = &unit[j] * (expectation(j, &|u| (u * u - 1.0) * u * g(j, u)) * quotient)
            + (image - &unit[j] * quotient) * (2.0 * expectation(j, &|u| u * g(j, u)));
        right_side.rows_mut(j * dim, dim).copy_from(&entry);
        for k in 0..=j {
            // x = s e_1 + t e_2 + the rest, e_1 along neuron j; a neuron with itself has no e_2.
            let cosine = unit[j].dot(&unit[k]);
            let sine = if j == k { 0.0 } else { ((1.0 - cosine) * (1.0 + cosine)).sqrt() };
            let axes = if j == k {
                vec![unit[j].clone()]
            } else {
                vec![unit[j].clone(), (&unit[k] - &unit[j] * cosine) / sine]
            };
            let count = axes.len();
            let (mut plain, mut bent) = (0.0, 0.0);
            let (mut plain_second, mut bent_second) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
            let (mut bend_own, mut bend_other) = ([0.0; 2], [0.0; 2]);
            for (s, outer) in &single[j] {
                let inner = if j == k {
                    vec![(0.0, 1.0)]
                } else {
                    let kinks = activation.kinks().iter().map(|kink| (kink / norms[k] - cosine * s) / sine);
                    normal_rule(&rule, kinks)
                };
                let (own, own_bend) = (outer * g(j, *s), outer * bend(j, *s));
                for (t, weight) in inner {
                    let u = if j == k { *s } else { cosine * s + sine * t };
                    let (other, other_bend) = (weight * g(k, u), weight * bend(k, u));
                    let at = [*s, t];
                    plain += own * other;
                    bent += own_bend * other_bend;
                    for a in 0..2 {
                        for b in 0..2 {
                            plain_second[a][b] += at[a] * at[b] * own * other;
                            bent_second[a][b] += at[a] * at[b] * own_bend * other_bend;
                        }
                        bend_own[a] += at[a] * own_bend * other;
                        bend_other[a] += at[a] * own * other_bend;
                    }
                }
            }
            let frame = DMatrix::from_columns(&axes);
            let outside = &identity - &frame * frame.transpose();
            let second = |inside: [[f64; 2]; 2], off: f64| {
                &frame * DMatrix::from_fn(count, count, |a, b| inside[a][b]) * frame.transpose() + &outside * off
            };
            let first = |inside: [f64; 2]| &frame * DVector::from_fn(count, |a, _| inside[a]);
            let block = second(plain_second, plain) - mean(j) * mean(k).transpose();
            let flow = &identity * plain
                + &unit[k] * first(bend_other).transpose()
                + first(bend_own) * unit[j].transpose()
                + second(bent_second, bent) * cosine;
            for (matrix, block) in [(&mut covariance, block), (&mut energy, flow)] {
                matrix.view_mut((j * dim, k * dim), (dim, dim)).copy_from(&block);
                matrix.view_mut((k * dim, j * dim), (dim, dim)).copy_from(&block.transpose());
            }
        }
    }
    (covariance, energy, right_side)
}

fn cases() -> Vec<(Activation, bool)> {
    vec![
        (Activation::Relu, true),
        (Activation::Relu, false),
        (Activation::Abs, false),
        (Activation::Gelu, true),
        (Activation::Softplus, false),
        (Activation::Exp, false),
        (polynomial(&["0", "1", "1/2", "-1/3", "1/5"]), false),
        (kinked(), false),
    ]
}

#[test]
fn structured_products_are_those_of_dense_matrices() {
    let (width, dim) = (5, 7);
    for (activation, is_unit) in cases() {
        let (rows, target) = (rows(width, dim, is_unit), target(dim));
        let (covariance, energy, right_side) = dense(&activation, &rows, &target);
        let tangent = Tangent::new(&activation, &Rows::new(rows.transpose()).unwrap()).unwrap();
        let found = tangent.with_target(&(&target * &tangent.directions));
        let scale = covariance.amax();
        let error = found.iter().zip(right_side.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(error < 1e-11 * scale, "{activation}: right side {error:e}");
        let check = |blocks: &Blocks, dense: &DMatrix<f64>, what: &str| {
            for index in 0..width * dim {
                let mut unit = DMatrix::zeros(dim, width);
                unit.as_mut_slice()[index] = 1.0;
                let image = blocks.product(&tangent.directions, &unit);
                let column = dense.column(index);
                let error = image.iter().zip(column.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                assert!(error < 1e-11 * dense.amax(), "{activation} {what}, column {index}: {error:e}");
            }
        };
        check(&tangent.covariance, &covariance, "covariance");
        assert_eq!(tangent.energy.is_some(), activation.last_square_integrable() >= 2, "{activation}");
        if let Some(blocks) = &tangent.energy {
            check(blocks, &energy, "energy");
        }
    }
}

/// By the eigenvectors, without the null space.
fn dense_solution(matrix: &DMatrix<f64>, right_side: &DVector<f64>) -> DVector<f64> {
    let (values, vectors) = symmetric_eigen(matrix).unwrap();
    let cut = 1e-12 * values.amax();
    let coordinates = vectors.transpose() * right_side;
    let inverse = coordinates.zip_map(&values, |b, value| if value > cut { b / value } else { 0.0 });
    vectors * inverse
}

#[test]
fn conjugate_gradients_agree_with_the_dense_solve() {
    let cases = [
        (Activation::Relu, true, 20, 10),
        (Activation::Gelu, true, 9, 14),
        (Activation::Silu, false, 12, 9),
        (Activation::Exp, false, 8, 8),
        (polynomial(&["0", "2", "3/4", "1/2"]), false, 8, 12),
        // 60 parameters for 55 cubic polynomials: singular.
        (polynomial(&["0", "2", "3/4", "1/2"]), false, 5, 12),
        (kinked(), false, 9, 8),
    ];
    for (activation, is_unit, dim, width) in cases {
        let (rows, target) = (rows(width, dim, is_unit), target(dim));
        let (covariance, energy, right_side) = dense(&activation, &rows, &target);
        let expected = dense_solution(&covariance, &right_side);
        let found = train(&activation, &rows, &target).unwrap();
        let test_error = 1.0 - right_side.dot(&expected) / 2.0;
        let (sample, steps) = (found.sample, found.steps);
        let bound = sample.numeric_error + 1e-11;
        assert!((sample.test_error() - test_error).abs() < bound, "{activation}: {test_error} {sample:?}");
        assert!(test_error < 0.95 && steps < 200, "{activation}: {test_error} {steps} steps");
        assert!(bound < 1e-5 || dim == 5, "{activation}: {sample:?}");
        if activation.last_square_integrable() >= 2 {
            let robustness = expected.dot(&(&energy * &expected)) / 4.0;
            assert!((sample.robustness() - robustness).abs() < bound, "{activation}: {robustness} {sample:?}");
        } else {
            assert!(sample.robustness().is_infinite());
        }
    }
}

/// The quadratic activation's model, singular here, is known as a projection of its own.
#[test]
fn quadratic_slopes_give_the_projection_of_the_quadratic_model() {
    for (width, dim) in [(6, 17), (12, 13), (9, 8), (1, 5)] {
        let (rows, target) = (rows(width, dim, false), target(dim));
        let known = neural_tangent::observe(&rows, &target).unwrap();
        let found = observe(&Activation::Quadratic, &rows, &target).unwrap();
        let bound = found.numeric_error + known.numeric_error;
        assert!(bound < 1e-6, "{width} x {dim}: {found:?}");
        assert!((found.test_error() - known.test_error()).abs() <= bound, "{width} x {dim}: {found:?} {known:?}");
        assert!((found.robustness() - known.robustness()).abs() <= bound, "{width} x {dim}: {found:?} {known:?}");
    }
}

#[test]
fn closed_forms_are_those_of_the_series() {
    for activation in [Activation::Relu, Activation::Abs] {
        let rows = Rows::new(rows(6, 40, false).transpose()).unwrap();
        let tangent = Tangent::new(&activation, &rows).unwrap();
        let series = Slopes::by_series(&activation, &rows.norms, 0.7).unwrap();
        let closed = &tangent.slopes;
        for j in 0..6 {
            let (a, b) = (series.moments[j], closed.moments[j]);
            let pairs = [
                (series.mean[j], closed.mean[j]),
                (series.first[j], closed.first[j]),
                (series.third[j], closed.third[j]),
                (a.square, b.square),
                (a.radial, b.radial),
            ];
            for (index, (x, y)) in pairs.into_iter().enumerate() {
                assert!((x - y).abs() < 1e-13, "{activation}, {index}: {x} {y}");
            }
        }
    }
}

#[test]
fn odd_activations_learn_nothing_and_jumps_are_refused() {
    let (rows, target) = (rows(4, 9, true), target(9));
    for activation in
        [Activation::Tanh, Activation::Erf, Activation::Sin, Activation::Hermite(3), Activation::Hermite(1)]
    {
        let sample = observe(&activation, &rows, &target).unwrap();
        assert_eq!((sample.test_error(), sample.robustness()), (1.0, 0.0), "{activation}");
    }
    let SimError::Failed(message) = observe(&Activation::Step, &rows, &target).unwrap_err();
    assert!(message.contains("`step` jumps"), "{message}");
}

/// `t Phi(t/e) + e phi(t/e)`: relu smoothed by a Gaussian of standard deviation e, `s'' = phi(t/e)/e`.
fn smoothed_relu(e: f64) -> Activation {
    Activation::Defined(Arc::new(DefinedActivation {
        name: format!("smoothed{e}"),
        formula: format!("relu smoothed over {e}"),
        values: [
            Box::new(move |t| t * normal_cdf(t / e) + e * normal_density(t / e)),
            Box::new(move |t| normal_cdf(t / e)),
            Box::new(move |t| normal_density(t / e) / e),
        ],
        on_sets: None,
        kinks: vec![],
        last_square_integrable: 2,
    }))
}

/// The energy of relu's model is infinite because its features jump where `u_j.x = 0`, by `a_j.x`: smoothed, it grows by
/// `E s''^2` times the mean square of the jumps, `sum_j (|a_j|^2 - (a_j.u_j)^2)`. With `E s''^2 = 1/(2 pi e sqrt(e^2 + 2))`.
#[test]
fn energy_of_smoothed_relus_grows_with_the_jumps_of_relus_model() {
    let (width, dim) = (11, 14);
    let (rows, target) = (rows(width, dim, true), target(dim));
    let relu = train(&Activation::Relu, &rows, &target).unwrap();
    assert!(relu.sample.robustness().is_infinite());
    let jumps: f64 = (0..width)
        .map(|j| {
            let a = relu.parameters.column(j);
            a.norm_squared() - rows.row(j).transpose().dot(&a).powi(2)
        })
        .sum();
    let bend = |e: f64| 1.0 / (2.0 * PI * e * (e * e + 2.0).sqrt());
    let (wide, narrow) = (1.0 / 32.0, 1.0 / 128.0);
    let energy = |e: f64| observe(&smoothed_relu(e), &rows, &target).unwrap().robustness();
    let slope = (energy(narrow) - energy(wide)) / (bend(narrow) - bend(wide));
    assert!((slope / (jumps / 4.0) - 1.0).abs() < 0.01, "slope {slope}, jumps {}", jumps / 4.0);
}
