//! The population formulas of the simulators against plain Monte Carlo over x, and against unlike exact routes.

use crate::support::networks::symmetric;
use gauss_quad::GaussLegendre;
use limitcheck::model::activation::{NAMED, Polynomial};
use limitcheck::model::settings::parse_exact;
use limitcheck::model::{Activation, DefinedActivation};
use limitcheck::num::streams::stream;
use limitcheck::sim::inputs::{self, Inputs};
use limitcheck::sim::population::Features;
use limitcheck::sim::random_features::Intercept;
use limitcheck::sim::weights::Rows;
use limitcheck::sim::{full_training, init, neural_tangent, offset, random_features, tangent};
use limitcheck::testing::normals;
use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::sync::Arc;

fn generator(purpose: &str) -> ChaCha8Rng {
    stream(2024, "population-test", purpose, 0, 0, 0)
}

/// A random symmetric matrix of Frobenius norm 1, neither diagonal nor definite.
fn target(dim: usize, generator: &mut ChaCha8Rng) -> DMatrix<f64> {
    symmetric(&normals(dim, dim, generator))
}

/// Rows of different norms: coordinates with unequal variances.
fn rows(width: usize, dim: usize, generator: &mut ChaCha8Rng) -> DMatrix<f64> {
    let mut rows = normals(width, dim, generator);
    for (i, mut column) in rows.column_iter_mut().enumerate() {
        column *= ((0.5 + i as f64) / (0.5 * (dim * dim) as f64)).sqrt();
    }
    rows
}

fn all_activations() -> Vec<Activation> {
    let coefficients = ["0.5", "-1", "1/3", "0.25"].map(|c| parse_exact(c).unwrap());
    let bump = DefinedActivation {
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
    };
    let mut all: Vec<Activation> = NAMED.iter().map(|(_, a)| a.clone()).collect();
    all.extend([1, 3, 4].map(Activation::Hermite));
    all.push(Activation::Polynomial(Arc::new(Polynomial::new(coefficients.to_vec()))));
    all.push(Activation::Defined(Arc::new(bump)));
    all
}

/// Running mean with its standard error.
#[derive(Clone, Default)]
struct Mean {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.count += 1.0;
        self.sum += value;
        self.squares += value * value;
    }

    fn check(&self, expected: f64, what: &str) {
        let mean = self.sum / self.count;
        let error = ((self.squares / self.count - mean * mean).max(0.0) / self.count).sqrt();
        let distance = (mean - expected).abs();
        assert!(distance <= 4.5 * error + 1e-12, "{what}: {expected} against {mean} +- {error} by Monte Carlo");
    }
}

/// U, C and V entry by entry. Means of features are taken from the sample: an error of order 1/n, below the noise.
#[test]
fn feature_moments_agree_with_monte_carlo_over_x() {
    const SAMPLES: usize = 60_000;
    let (width, dim) = (3, 5);
    let mut source = generator("moments");
    let (weights, b) = (rows(width, dim, &mut source), target(dim, &mut source));
    let layer = Rows::new(weights.transpose()).unwrap();
    let points = normals(dim, SAMPLES, &mut source);
    let (fields, images) = (&weights * &points, &b * &points);
    let targets: Vec<f64> =
        points.column_iter().zip(images.column_iter()).map(|(x, bx)| x.dot(&bx) - b.trace()).collect();
    let products = &weights * weights.transpose();
    for activation in all_activations() {
        let features = Features::new(&activation, &layer).unwrap();
        let projection = features.with_target(&layer.quotients_full(&b));
        let values = fields.map(|t| activation.value(0, t));
        let slopes = fields.map(|t| activation.value(1, t));
        let means = values.column_mean();
        for j in 0..width {
            let mut with_target = Mean::default();
            (0..SAMPLES).for_each(|i| with_target.add((values[(j, i)] - means[j]) * targets[i]));
            with_target.check(projection[j], &format!("{activation}: V_{j}"));
            for k in 0..=j {
                let (mut covariance, mut gradient) = (Mean::default(), Mean::default());
                for i in 0..SAMPLES {
                    covariance.add((values[(j, i)] - means[j]) * (values[(k, i)] - means[k]));
                    gradient.add(slopes[(j, i)] * slopes[(k, i)] * products[(j, k)]);
                }
                covariance.check(features.covariance[(j, k)], &format!("{activation}: U_{j}{k}"));
                if let Some(exact) = &features.gradient {
                    gradient.check(exact[(j, k)], &format!("{activation}: C_{j}{k}"));
                }
            }
        }
    }
}

/// Test error as `Var(f - f*)/2` (with an intercept) or `E(f - f* - E f*)^2/2`, robustness as `E|grad f|^2/4` if it is finite, for
/// the function that gives its value and gradient at x.
fn check_function(
    b: &DMatrix<f64>,
    intercept: Intercept,
    expected: (f64, f64),
    what: &str,
    function: impl Fn(&DVector<f64>) -> (f64, DVector<f64>),
) {
    const SAMPLES: usize = 100_000;
    let dim = b.nrows();
    let mut source = generator("network");
    let (mut differences, mut energy) = (vec![], Mean::default());
    for _ in 0..SAMPLES {
        let x = DVector::from_iterator(dim, StandardNormal.sample_iter(&mut source).take(dim));
        let (f, gradient) = function(&x);
        differences.push(f - x.dot(&(b * &x)));
        energy.add(gradient.norm_squared() / 4.0);
    }
    let mean = match intercept {
        Intercept::Free => differences.iter().sum::<f64>() / SAMPLES as f64,
        Intercept::None => -b.trace(),
    };
    let mut error = Mean::default();
    differences.iter().for_each(|value| error.add((value - mean) * (value - mean) / 2.0));
    error.check(expected.0, &format!("{what}: test error"));
    if expected.1.is_finite() {
        energy.check(expected.1, &format!("{what}: robustness"));
    }
}

/// `f = sum_j v_j s(w_j.x) + c`.
fn check_network(
    activation: &Activation,
    rows: &DMatrix<f64>,
    output: &DVector<f64>,
    b: &DMatrix<f64>,
    intercept: Intercept,
    expected: (f64, f64),
) {
    check_function(b, intercept, expected, &activation.to_string(), |x| {
        let fields = rows * x;
        let slopes = fields.map(|t| activation.value(1, t)).component_mul(output);
        (output.dot(&fields.map(|t| activation.value(0, t))), rows.transpose() * slopes)
    });
}

#[test]
fn random_features_agree_with_monte_carlo_over_x() {
    let (width, dim) = (6, 8);
    let mut source = generator("rf");
    let (weights, b) = (rows(width, dim, &mut source), target(dim, &mut source));
    for activation in [Activation::Relu, Activation::Gelu, Activation::Cos] {
        for intercept in [Intercept::Free, Intercept::None] {
            let sample = random_features::observe(&activation, &weights, &b, intercept).unwrap();
            assert!(sample.test_error() < 0.99, "{activation} must learn something for this test to mean anything");
            let layer = Rows::new(weights.transpose()).unwrap();
            let features = Features::new(&activation, &layer).unwrap();
            let projection = features.with_target(&layer.quotients_full(&b));
            let means = DVector::from_vec(features.means);
            let moments = match intercept {
                Intercept::Free => features.covariance,
                Intercept::None => features.covariance + &means * means.transpose(),
            };
            let output = moments.lu().solve(&projection).unwrap();
            let expected = (sample.test_error(), sample.robustness());
            check_network(&activation, &weights, &output, &b, intercept, expected);
        }
    }
}

#[test]
fn initialization_agrees_with_monte_carlo_over_x() {
    let (width, dim) = (6, 8);
    let mut source = generator("init");
    let (weights, b) = (rows(width, dim, &mut source), target(dim, &mut source));
    let output = normals(width, 1, &mut source).column(0) / (width as f64).sqrt();
    for activation in [Activation::Relu, Activation::Quadratic, Activation::Softplus] {
        let sample = init::observe(&activation, &weights, output.as_slice(), &b).unwrap();
        check_network(&activation, &weights, &output, &b, Intercept::Free, (sample.test_error(), sample.robustness()));
    }
}

/// `f = x'Mx - tr M`: test error `E(f - f*)^2/2`, robustness `E|grad f|^2/4`.
fn check_quadratic_form(model: &DMatrix<f64>, b: &DMatrix<f64>, expected: (f64, f64), what: &str) {
    let dim = b.nrows();
    let mut source = generator("form");
    let (mut error, mut energy) = (Mean::default(), Mean::default());
    let (difference, trace) = (model - b, (model - b).trace());
    for _ in 0..100_000 {
        let x = DVector::from_iterator(dim, StandardNormal.sample_iter(&mut source).take(dim));
        error.add((x.dot(&(&difference * &x)) - trace).powi(2) / 2.0);
        energy.add((model * &x).norm_squared());
    }
    error.check(expected.0, &format!("{what}: test error"));
    energy.check(expected.1, &format!("{what}: robustness"));
}

/// The optimal tangent model is found here by least squares over its parameters, `M = sum_j (w_j a_j' + a_j w_j')/2`.
#[test]
fn neural_tangent_agrees_with_least_squares_and_monte_carlo_over_x() {
    let (width, dim) = (3, 7);
    let mut source = generator("nt");
    let (weights, b) = (rows(width, dim, &mut source), target(dim, &mut source));
    let sample = neural_tangent::observe(&weights, &b).unwrap();
    // Gram-Schmidt, twice for each direction, without those that depend on earlier ones.
    let mut basis: Vec<DMatrix<f64>> = vec![];
    for (j, i) in (0..width).flat_map(|j| (0..dim).map(move |i| (j, i))) {
        let mut direction = DMatrix::zeros(dim, dim);
        for k in 0..dim {
            direction[(i, k)] += weights[(j, k)] / 2.0;
            direction[(k, i)] += weights[(j, k)] / 2.0;
        }
        let size = direction.norm();
        for other in basis.iter().chain(&basis) {
            direction -= other * other.dot(&direction);
        }
        if direction.norm() > 1e-8 * size {
            basis.push(&direction / direction.norm());
        }
    }
    assert_eq!(basis.len(), width * dim - width * (width - 1) / 2);
    let model: DMatrix<f64> = basis.iter().map(|direction| direction * direction.dot(&b)).sum();
    assert!(((&model - &b).norm_squared() - sample.test_error()).abs() < 1e-12);
    assert!((model.norm_squared() - sample.robustness()).abs() < 1e-12);
    check_quadratic_form(&model, &b, (sample.test_error(), sample.robustness()), "nt");
}

/// `f = sum_j (a_j.x) s'(w_j.x) + c` with the parameters found; that no others are better is tested beside the solver.
#[test]
fn general_tangent_model_agrees_with_monte_carlo_over_x() {
    let (width, dim) = (5, 7);
    let mut source = generator("nt-general");
    let (weights, b) = (rows(width, dim, &mut source), target(dim, &mut source));
    for activation in all_activations().iter().filter(|a| a.last_square_integrable() >= 1) {
        let trained = tangent::train(activation, &weights, &b).unwrap();
        let expected = (trained.sample.test_error(), trained.sample.robustness());
        assert_eq!(expected.1.is_infinite(), activation.last_square_integrable() < 2 && expected.0 < 1.0);
        check_function(&b, Intercept::Free, expected, &activation.to_string(), |x| {
            let fields = &weights * x;
            let along = trained.parameters.tr_mul(x);
            let slopes = fields.map(|t| activation.value(1, t));
            let bends = fields.map(|t| activation.value(2, t)).component_mul(&along);
            (along.dot(&slopes), &trained.parameters * slopes + weights.tr_mul(&bends))
        });
    }
}

#[test]
fn full_training_agrees_with_monte_carlo_over_x() {
    let dim = 7;
    let mut source = generator("sgd");
    let g = normals(dim, dim, &mut source);
    let b = &g * g.transpose() / (&g * g.transpose()).norm();
    let eigen = b.clone().symmetric_eigen();
    let mut order: Vec<usize> = (0..dim).collect();
    order.sort_by(|i, j| eigen.eigenvalues[*j].total_cmp(&eigen.eigenvalues[*i]));
    let mut model = DMatrix::zeros(dim, dim);
    for index in &order[..2] {
        let vector = eigen.eigenvectors.column(*index);
        model += vector * vector.transpose() * eigen.eigenvalues[*index];
    }
    let sample = full_training::observe(&b, 2).unwrap();
    check_quadratic_form(&model, &b, (sample.test_error(), sample.robustness()), "sgd");
}

/// Composite Gauss-Legendre nodes and weights of the normal law, split at `extra`.
fn normal_rule(extra: &[f64], rule: &GaussLegendre) -> Vec<(f64, f64)> {
    let mut ends: Vec<f64> =
        (-12..=12).map(f64::from).chain(extra.iter().copied().filter(|x| x.abs() < 12.0)).collect();
    ends.sort_by(f64::total_cmp);
    let panel = |pair: &[f64]| -> Vec<(f64, f64)> {
        let (middle, half) = ((pair[0] + pair[1]) / 2.0, (pair[1] - pair[0]) / 2.0);
        let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let at = |(node, weight): &(f64, f64)| (middle + half * node, half * weight * density(middle + half * node));
        rule.as_node_weight_pairs().iter().map(at).collect()
    };
    ends.windows(2).flat_map(panel).collect()
}

/// Closed form, Hermite series and two-dimensional quadrature for two neurons.
#[test]
fn three_routes_to_the_moments_of_a_pair_agree() {
    let rule = GaussLegendre::new(12.try_into().unwrap());
    for activation in all_activations() {
        for (a, b, cosine) in [(1.0, 1.0, 0.3), (0.8, 1.3, -0.62), (1.1, 0.7, 0.02)] {
            let sine = f64::sqrt(1.0 - cosine * cosine);
            let columns = DMatrix::from_column_slice(2, 2, &[a, 0.0, b * cosine, b * sine]);
            let layer = Rows::new(columns).unwrap();
            let main = Features::new(&activation, &layer).unwrap();
            let series = Features::by_series(&activation, &layer).unwrap();
            let what = format!("{activation} at {a}, {b}, {cosine}");

            let kinks_of = |scale: f64| activation.kinks().iter().map(|kink| kink / scale).collect::<Vec<_>>();
            let outer = normal_rule(&kinks_of(a), &rule);
            let (mut product, mut slope) = (0.0, 0.0);
            for (x, weight) in &outer {
                let splits: Vec<f64> = kinks_of(b).iter().map(|kink| (kink - cosine * x) / sine).collect();
                let (mut value, mut derivative) = (0.0, 0.0);
                for (y, weight) in normal_rule(&splits, &rule) {
                    let v = b * (cosine * x + sine * y);
                    value += weight * activation.value(0, v);
                    derivative += weight * activation.value(1, v);
                }
                product += weight * activation.value(0, a * x) * value;
                slope += weight * activation.value(1, a * x) * derivative;
            }
            let mean = |scale: f64| -> f64 {
                normal_rule(&kinks_of(scale), &rule).iter().map(|(x, w)| w * activation.value(0, scale * x)).sum()
            };
            let square = |order: u32| -> f64 {
                normal_rule(&kinks_of(a), &rule).iter().map(|(x, w)| w * activation.value(order, a * x).powi(2)).sum()
            };
            let second: f64 = outer.iter().map(|(x, w)| w * activation.value(0, a * x) * (x * x - 1.0)).sum();
            let close = |left: f64, right: f64, name: &str| {
                assert!((left - right).abs() < 1e-9 * (1.0 + right.abs()), "{what}, {name}: {left} and {right}");
            };
            for (features, route) in [(&main, "closed form"), (&series, "series")] {
                close(features.covariance[(1, 0)], product - mean(a) * mean(b), &format!("U by {route}"));
                close(features.covariance[(0, 1)], features.covariance[(1, 0)], "symmetry");
                close(features.covariance[(0, 0)], square(0) - mean(a).powi(2), &format!("diagonal of U by {route}"));
                close(features.second[0], second, &format!("l_2 by {route}"));
                let Some(gradient) = &features.gradient else {
                    assert!(matches!(activation, Activation::Step | Activation::Sign));
                    continue;
                };
                close(gradient[(1, 0)], a * b * cosine * slope, &format!("C by {route}"));
                close(gradient[(0, 0)], a * a * square(1), &format!("diagonal of C by {route}"));
            }
            // The two exact routes agree within what they promise.
            let promised = main.errors.covariance + series.errors.covariance;
            let apart = (main.covariance[(1, 0)] - series.covariance[(1, 0)]).abs();
            assert!(apart <= promised, "{what}: {apart:e} apart, {promised:e} promised");
            if let (Some(x), Some(y)) = (&main.gradient, &series.gradient) {
                let promised = main.errors.gradient + series.errors.gradient;
                let apart = (x[(1, 0)] - y[(1, 0)]).abs();
                assert!(apart <= promised, "{what}: gradients {apart:e} apart, {promised:e} promised");
            }
        }
    }
}

/// Nearly parallel rows: closed forms keep their digits; a series that converges too slowly says what to do.
#[test]
fn nearly_parallel_rows() {
    let tiny = 1e-8;
    for sign in [1.0, -1.0] {
        let columns = DMatrix::from_column_slice(2, 2, &[1.0, 0.0, sign * f64::cos(tiny), f64::sin(tiny)]);
        let layer = Rows::new(columns).unwrap();
        let relu = Features::new(&Activation::Relu, &layer).unwrap();
        // At angle 0 and pi: Var relu = 1/2 - 1/(2 pi), Cov(relu(g), relu(-g)) = -1/(2 pi).
        let expected = if sign > 0.0 { 0.5 } else { 0.0 } - 1.0 / (2.0 * std::f64::consts::PI);
        assert!((relu.covariance[(1, 0)] - expected).abs() < 1e-15);
        // sin is entire, so a few terms do: Cov(sin g, sin(+-g)) = +-(1 - e^-2)/2.
        let sin = Features::by_series(&Activation::Sin, &layer).unwrap();
        assert!((sin.covariance[(1, 0)] - sign * (1.0 - f64::exp(-2.0)) / 2.0).abs() < 1e-14);
        let error = Features::by_series(&Activation::Relu, &layer).unwrap_err().to_string();
        assert!(error.contains("dimension 2") && error.contains("larger dimension"), "{error}");
    }
}

/// A kink that the definition hides, and a growth that no Gaussian moment survives.
#[test]
fn activations_beyond_the_quadrature_are_errors() {
    let define = |name: &str, value: fn(f64) -> f64| {
        let values: [Box<dyn Fn(f64) -> f64 + Send + Sync>; 3] = [Box::new(value), Box::new(value), Box::new(value)];
        let (name, formula) = (name.to_string(), String::new());
        let defined =
            DefinedActivation { name, formula, values, on_sets: None, kinks: vec![], last_square_integrable: 2 };
        Activation::Defined(Arc::new(defined))
    };
    let layer = Rows::new(DMatrix::from_column_slice(2, 2, &[1.0, 0.1, 0.2, 0.9])).unwrap();
    for (activation, expected) in [
        (define("hidden-kink", |t| (t - 0.3217).abs()), "do not converge"),
        (define("fast", |t| (t * t / 4.0).exp()), "grows too fast"),
        (define("undefined", |t| t.sqrt()), "not finite"),
    ] {
        let error = Features::new(&activation, &layer).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// Residual of the least-squares fit of `values` by a constant and the columns, as a share of the variance of `values`.
fn least_squares(columns: DMatrix<f64>, values: &DVector<f64>) -> f64 {
    let columns = columns.insert_column(0, 1.0);
    let decomposition = columns.svd(true, false);
    let basis = decomposition.u.unwrap();
    let kept =
        decomposition.singular_values.iter().filter(|s| **s > 1e-9 * decomposition.singular_values.max()).count();
    let basis = basis.columns(0, kept);
    let open = values - basis * (basis.transpose() * values);
    let centred = values.add_scalar(-values.mean());
    open.norm_squared() / centred.norm_squared()
}

/// The best networks on inputs (one a row) by plain least squares: random features, and the tangent model.
fn best_on(points: &DMatrix<f64>, rows: &DMatrix<f64>, target: &DMatrix<f64>) -> [f64; 2] {
    let values =
        DVector::from_iterator(points.nrows(), points.row_iter().map(|x| (x * target * x.transpose())[(0, 0)]));
    let active = points * rows.transpose();
    let (width, dim) = rows.shape();
    let tangents = DMatrix::from_fn(points.nrows(), width * dim, |n, k| active[(n, k / dim)] * points[(n, k % dim)]);
    [least_squares(active.map(|a| a * a), &values), least_squares(tangents, &values)]
}

/// On all 2^8 inputs of signs, exactly.
#[test]
fn networks_on_inputs_of_signs_are_the_least_squares_fits_on_all_of_them() {
    let dim = 8;
    let mut generator = generator("signs");
    let points = DMatrix::from_fn(1 << dim, dim, |n, i| if n >> i & 1 == 1 { 1.0 } else { -1.0 });
    for width in [2, 4] {
        let (rows, target) = (rows(width, dim, &mut generator), target(dim, &mut generator));
        let [features, tangent] = best_on(&points, &rows, &target);
        let (test_error, error) = inputs::random_features(Inputs::Signs, &rows, &target).unwrap();
        assert!((test_error - features).abs() < 1e-10 + error, "{width}: {test_error} {features}");
        let (test_error, error) = inputs::neural_tangent(Inputs::Signs, &rows, &target).unwrap();
        assert!((test_error - tangent).abs() < 1e-10 + error, "{width}: {test_error} {tangent}");
        assert!(error < 1e-9);
    }
}

/// On the sphere by Monte Carlo: within five standard errors of an error that averages squares of bounded quadratic forms.
#[test]
fn networks_on_a_sphere_are_the_least_squares_fits() {
    let (dim, count) = (5, 40_000);
    let mut generator = generator("sphere");
    let mut points = normals(count, dim, &mut generator);
    for mut point in points.row_iter_mut() {
        let norm = point.norm();
        point *= (dim as f64).sqrt() / norm;
    }
    for width in [2, 3] {
        let (rows, target) = (rows(width, dim, &mut generator), target(dim, &mut generator));
        let [features, tangent] = best_on(&points, &rows, &target);
        let tolerance = 5.0 * (2.0 / count as f64).sqrt();
        let (test_error, _) = inputs::random_features(Inputs::Sphere, &rows, &target).unwrap();
        assert!((test_error - features).abs() < tolerance, "{width}: {test_error} {features}");
        let (test_error, _) = inputs::neural_tangent(Inputs::Sphere, &rows, &target).unwrap();
        assert!((test_error - tangent).abs() < tolerance, "{width}: {test_error} {tangent}");
        assert!(tangent > 0.02 && features > 0.02);
    }
    // A multiple of the identity is a constant there.
    let identity = DMatrix::identity(dim, dim);
    assert!(inputs::random_features(Inputs::Sphere, &rows(2, dim, &mut generator), &identity).is_err());
}

/// Best fit of `x'Bx - tr B + mean` by the columns alone, relative to the variance: squares of Gaussian inputs up to degree four are
/// exact on the product of three-point rules (0 and +-sqrt 3, of weights 2/3 and 1/6).
fn fitted_with_offset(columns: &dyn Fn(&DVector<f64>) -> Vec<f64>, target: &DMatrix<f64>, mean: f64) -> f64 {
    let dim = target.nrows();
    let (mut lines, mut values, mut variance) = (Vec::new(), Vec::new(), 0.0);
    for n in 0..3_usize.pow(dim as u32) {
        let digit = |i: usize| n / 3_usize.pow(i as u32) % 3;
        let x = DVector::from_fn(dim, |i, _| [0.0, 3.0_f64.sqrt(), -3.0_f64.sqrt()][digit(i)]);
        let weight: f64 = (0..dim).map(|i| [2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0][digit(i)]).product();
        let value = (x.transpose() * target * &x)[(0, 0)] - target.trace();
        variance += weight * value * value;
        lines.push(DVector::from_vec(columns(&x)) * weight.sqrt());
        values.push((value + mean) * weight.sqrt());
    }
    let basis = DMatrix::from_columns(&lines).transpose().svd(true, false);
    let kept = basis.singular_values.iter().filter(|s| **s > 1e-9 * basis.singular_values.max()).count();
    let basis = basis.u.unwrap();
    let basis = basis.columns(0, kept);
    let values = DVector::from_vec(values);
    (&values - basis * (basis.transpose() * &values)).norm_squared() / variance
}

#[test]
fn networks_of_targets_with_a_mean_are_the_least_squares_fits() {
    let dim = 4;
    let mut generator = generator("offset");
    for width in [1, 2, 3, 5] {
        let (rows, target) = (rows(width, dim, &mut generator), target(dim, &mut generator));
        for mean in [0.0, 1.0, target.trace(), -3.0] {
            let close = |(found, error): (f64, f64), expected: f64, what: &str| {
                assert!(error < 1e-10, "{what}: {error}");
                assert!((found - expected).abs() < 1e-10 + error, "{what}, {width}, {mean}: {found} {expected}");
            };
            let features = |x: &DVector<f64>| (&rows * x).map(|a| a * a).as_slice().to_vec();
            let with_constant = |x: &DVector<f64>| [features(x), vec![1.0]].concat();
            let tangents = |x: &DVector<f64>| (&rows * x * x.transpose()).as_slice().to_vec();
            let found =
                |intercept| offset::random_features(&Activation::Quadratic, &rows, &target, mean, intercept).unwrap();
            close(found(Intercept::None), fitted_with_offset(&features, &target, mean), "no intercept");
            close(found(Intercept::Free), fitted_with_offset(&with_constant, &target, mean), "intercept");
            let found = offset::neural_tangent(&rows, &target, mean).unwrap();
            close(found, fitted_with_offset(&tangents, &target, mean), "tangent model");
        }
    }
}

/// With an intercept the mean of the target changes nothing; without one and with mean zero it is the model without an intercept.
#[test]
fn an_intercept_takes_up_the_mean_of_the_target_for_every_activation() {
    let dim = 12;
    let mut generator = generator("offset-intercept");
    let (rows, target) = (rows(8, dim, &mut generator), target(dim, &mut generator));
    for activation in all_activations() {
        let known = |intercept| random_features::observe(&activation, &rows, &target, intercept);
        let free = known(Intercept::Free).unwrap().test_error();
        for mean in [0.0, 2.0, -10.0] {
            let (found, error) = offset::random_features(&activation, &rows, &target, mean, Intercept::Free).unwrap();
            assert!((found - free).abs() < 1e-11 + error, "{activation}: {found} {free}");
            // What a draw accepts; softplus, with hardly any noise of its own, comes nearest.
            assert!(error < 1e-6, "{activation}: {error}");
        }
        let none = known(Intercept::None).unwrap().test_error();
        let (found, error) = offset::random_features(&activation, &rows, &target, 0.0, Intercept::None).unwrap();
        assert!((found - none).abs() < 1e-11 + error, "{activation}: {found} {none}");
    }
}
