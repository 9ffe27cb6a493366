//! The regimes of the quadratic activation with a start and a time, against unlike routes to the same networks: parameters moved
//! by Runge-Kutta steps, gradient descent, stochastic gradient descent, explicit projections, exact means.

use crate::support::mean;
use crate::support::networks::{network, symmetric};
use limitcheck::limit::{FiniteSize, Formula, Place, Program};
use limitcheck::model::{Activation, Numbers, Pairing, Spectrum, Value, eigenvalue_pairs};
use limitcheck::num::linear_algebra::orthonormal_basis;
use limitcheck::num::streams::stream;
use limitcheck::sim::weights::Draw;
use limitcheck::sim::{
    Sample, SimError, Target, additive_tangent, draw, lazy_tangent, neural_tangent, simulator, training_path,
    training_steps,
};
use limitcheck::testing::gaussian;
use nalgebra::DMatrix;

fn target(spectrum: &Spectrum, dim: usize, numbers: Numbers) -> Target {
    let pairs = eigenvalue_pairs(spectrum, &Spectrum::Identity, Pairing::Comonotone, dim).unwrap();
    Target::new(Activation::Quadratic, pairs, numbers)
}

fn numbers(zeta: f64, time: f64, scale: f64) -> Numbers {
    Numbers { zeta, time, scale, ..Numbers::default() }
}

/// Values of the observables in their order.
fn values(sample: &Sample, name: &str) -> Vec<f64> {
    (0..simulator(name).unwrap().observables().len()).map(|index| sample.at(index).0).collect()
}

/// Gradient flow of `f_0 + sum_j 2 z_j (w_j.x)(a_j.x)` in the a_j, from 0 for a time t, in Runge-Kutta steps: the matrix M.
/// The loss `E(f - f*)^2/2 = ||M - B||_F^2` has the gradient `4 z_j (M - B) w_j` in a_j.
fn tangent_flow(rows: &DMatrix<f64>, output: &[f64], target: &DMatrix<f64>, time: f64, steps: usize) -> DMatrix<f64> {
    let columns = rows.transpose();
    let weighted = DMatrix::from_fn(columns.nrows(), columns.ncols(), |i, j| output[j] * columns[(i, j)]);
    let start = &weighted * columns.transpose();
    let model = |moved: &DMatrix<f64>| {
        let half = &weighted * moved.transpose();
        &start + &half + half.transpose()
    };
    let velocity = |moved: &DMatrix<f64>| (model(moved) - target) * &weighted * -4.0;
    let h = time / steps as f64;
    let mut moved = DMatrix::zeros(columns.nrows(), columns.ncols());
    for _ in 0..steps {
        let first = velocity(&moved);
        let second = velocity(&(&moved + &first * (h / 2.0)));
        let third = velocity(&(&moved + &second * (h / 2.0)));
        let fourth = velocity(&(&moved + &third * h));
        moved += (first + (second + third) * 2.0 + fourth) * (h / 6.0);
    }
    model(&moved)
}

fn close(sample: &Sample, model: &DMatrix<f64>, target: &DMatrix<f64>, tolerance: f64, what: &str) {
    let (test_error, robustness) = ((model - target).norm_squared(), model.norm_squared());
    assert!((sample.test_error() - test_error).abs() < tolerance, "{what}: {sample:?}, test error {test_error}");
    assert!((sample.robustness() - robustness).abs() < tolerance, "{what}: {sample:?}, robustness {robustness}");
}

#[test]
fn the_lazy_closed_form_is_the_flow_of_the_parameters() {
    for (dim, width) in [(5, 3), (5, 5), (4, 7)] {
        let rows = gaussian("quadratic-training", width, dim, 1) / (dim as f64).sqrt();
        let b = symmetric(&gaussian("quadratic-training", dim, dim, 2));
        let size = 1.0 / (width as f64).sqrt();
        let output: Vec<f64> = (0..width).map(|j| if j % 3 == 0 { -size } else { size }).collect();
        for (zeta, tau) in [(0.7, 0.4), (2.0, 1.5)] {
            let scaled: Vec<f64> = output.iter().map(|z| zeta * z).collect();
            let time = tau * width as f64 / (4.0 * zeta * zeta);
            let model = tangent_flow(&rows, &scaled, &b, time, 400);
            let sample = lazy_tangent::observe(&rows, &output, &b, zeta, tau).unwrap();
            close(&sample, &model, &b, 1e-8, &format!("d = {dim}, m = {width}, zeta = {zeta}, tau = {tau}"));
            // The start's share, by the flow without its output.
            let without =
                tangent_flow(&rows, &scaled, &(&b + start(&rows, &scaled)), time, 400) - start(&rows, &scaled);
            let excess =
                (sample.test_error() - (&without - &b).norm_squared(), sample.robustness() - without.norm_squared());
            assert!((sample.at(4).0 - excess.0).abs() < 1e-8 && (sample.at(5).0 - excess.1).abs() < 1e-8);
        }
    }
}

fn start(rows: &DMatrix<f64>, output: &[f64]) -> DMatrix<f64> {
    let columns = rows.transpose();
    let weighted = DMatrix::from_fn(columns.nrows(), columns.ncols(), |i, j| output[j] * columns[(i, j)]);
    weighted * columns.transpose()
}

/// The networks as drawn, their rows taken from the same stream: m neurons with signs, or 2m with opposite ones.
#[test]
fn drawn_starts_are_the_networks_they_stand_for() {
    let (dim, width, zeta, tau) = (6, 4, 1.3, 0.8);
    let target = target(&Spectrum::Uniform, dim, numbers(zeta, tau, 1.0));
    let norm = target.pairs.iter().map(|(b, _)| b * b).sum::<f64>().sqrt();
    let b = DMatrix::from_fn(dim, dim, |i, j| if i == j { target.pairs[i].0 / norm } else { 0.0 });
    let time = tau * width as f64 / (4.0 * zeta * zeta);
    for simulator in ["nt-lazy", "nt-lazy-symmetrised"] {
        let network = network(simulator, dim, width);
        let sample = draw(&network, std::slice::from_ref(&target), 7, 3).unwrap().swap_remove(0);
        let mut weights = Draw::new(&network, 7, 3);
        let signs = weights.output_signs();
        let mut rows = weights.rows(&[1.0; 6]).unwrap().columns.transpose();
        let mut output: Vec<f64> = signs.iter().map(|sign| zeta * sign / (width as f64).sqrt()).collect();
        if simulator == "nt-lazy-symmetrised" {
            rows = DMatrix::from_fn(2 * width, dim, |j, i| rows[(j % width, i)]);
            output = (0..2 * width)
                .map(|j| if j < width { 1.0 } else { -1.0 } * zeta / (2.0 * width as f64).sqrt())
                .collect();
        }
        let model = tangent_flow(&rows, &output, &b, time, 400);
        close(&sample, &model, &b, 1e-8, simulator);
    }
    let signs = Draw::new(&network("nt-lazy", 1, 4000), 1, 0).output_signs();
    assert!(signs.iter().all(|sign| sign.abs() == 1.0));
    assert!(signs.iter().sum::<f64>().abs() < 4.5 * 4000_f64.sqrt());
}

/// After a long time the lazy flow has forgotten its start, whatever the width.
#[test]
fn the_lazy_flow_ends_in_the_tangent_model() {
    for (dim, width) in [(30, 10), (30, 29), (24, 40)] {
        let rows = gaussian("quadratic-training", width, dim, 3) / (dim as f64).sqrt();
        let b = symmetric(&gaussian("quadratic-training", dim, dim, 4));
        let output = vec![1.0 / (width as f64).sqrt(); width];
        let sample = lazy_tangent::observe(&rows, &output, &b, 2.0, 1e6).unwrap();
        let end = neural_tangent::observe(&rows, &b).unwrap();
        let what = format!("d = {dim}, m = {width}: {sample:?}");
        assert!((sample.test_error() - end.test_error()).abs() < sample.numeric_error + 1e-9, "{what}");
        assert!((sample.robustness() - end.robustness()).abs() < sample.numeric_error + 1e-9, "{what}");
        assert!(sample.at(4).0.abs() < sample.at(4).1 + 1e-9 && sample.numeric_error < 1e-6, "{what}");
    }
}

#[test]
fn the_additive_model_is_the_sum_of_its_parts() {
    for (dim, width, zeta) in [(9, 4, 0.8), (9, 8, 2.0), (6, 10, 1.0)] {
        let rows = gaussian("quadratic-training", width, dim, 5) / (dim as f64).sqrt();
        let b = symmetric(&gaussian("quadratic-training", dim, dim, 6));
        let signs: Vec<f64> = (0..width).map(|j| if j % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let output: Vec<f64> = signs.iter().map(|sign| zeta * sign / (width as f64).sqrt()).collect();
        let mut fitted = b.clone();
        if width < dim {
            let basis = orthonormal_basis(&rows.transpose()).unwrap().columns;
            let null = DMatrix::identity(dim, dim) - &basis * basis.transpose();
            fitted -= &null * &b * &null;
        }
        let first = start(&rows, &output);
        let sample = additive_tangent::observe(&rows, &signs, &b, zeta).unwrap();
        close(&sample, &(&fitted + &first), &b, 1e-12, "additive");
        // The start lies in the tangent space, so that its energy is all that the test error gains.
        assert!((sample.at(4).0 - first.norm_squared()).abs() < 1e-12);
        let gained = (&fitted + first).norm_squared() - fitted.norm_squared();
        assert!((sample.at(5).0 - gained).abs() < 1e-12);
    }
}

/// The `finite` formulas of the claims against simulated means and against the limit, with the 1/d coefficient in their analysis.
#[test]
fn additive_claims_have_their_exact_finite_size_means() {
    let catalogue = limitcheck::testing::catalogue();
    let (zeta, spectrum) = (0.8, Spectrum::Exponential);
    for (index, id) in ["test-error", "robustness", "start-test-error", "start-robustness"].into_iter().enumerate() {
        let claim = catalogue.find(&format!("nt-additive-{id}")).unwrap();
        let program = Program::compile(claim).unwrap();
        let place = |dim: usize, width: usize| {
            let mut settings = claim.defaults();
            settings.set("zeta", Value::Number(zeta));
            settings.set("rho", Value::Number(width as f64 / dim as f64));
            let pairs = target(&spectrum, dim, Numbers::default()).pairs;
            Place { settings, size: Some(FiniteSize::network(dim, width, pairs)) }
        };
        let at = |formula, place: &Place| program.evaluate(formula, place).unwrap().value;
        let observable = [0, 1, 4, 5][index];
        for (dim, width) in [(12, 3), (12, 11), (10, 14)] {
            let exact = at(Formula::Finite, &place(dim, width));
            let network = network("nt-additive", dim, width);
            let targets = [target(&spectrum, dim, numbers(zeta, 1.0, 1.0))];
            let draws: Vec<f64> =
                (0..3000).map(|i| draw(&network, &targets, 11, i).unwrap().swap_remove(0).at(observable).0).collect();
            let (mean, error) = mean(&draws);
            assert!((mean - exact).abs() < 4.5 * error, "{id}, m = {width}: {mean} +- {error}, exactly {exact}");
        }
        // rho = 1/4 and beta = 1/2: the gap times d tends to the coefficient, at rate 1/d.
        let tangent = 0.25 * 0.75 * 0.5;
        let start = 2.0 * zeta * zeta;
        let coefficient = [tangent + start, start - tangent, start, start][index];
        for dim in [400, 4000] {
            let place = place(dim, dim / 4);
            let gap = (at(Formula::Finite, &place) - at(Formula::Limit, &place)) * dim as f64;
            assert!((gap - coefficient).abs() < 2.0 / dim as f64, "{id}, d = {dim}: {gap}, not {coefficient}");
        }
    }
}

/// Starts of the flow as its simulator draws them.
fn path_start(dim: usize, width: usize, key: u64) -> DMatrix<f64> {
    gaussian("quadratic-training", dim, width, key) * (0.7 / (dim as f64).sqrt())
}

fn mean_square_one(spectrum: &Spectrum, dim: usize) -> Vec<f64> {
    let values: Vec<f64> = target(spectrum, dim, Numbers::default()).pairs.iter().map(|(b, _)| *b).collect();
    let scale = (values.iter().map(|b| b * b).sum::<f64>() / dim as f64).sqrt();
    values.iter().map(|b| b / scale).collect()
}

#[test]
fn gradient_descent_reaches_the_flow() {
    for (dim, width, time, spectrum) in [
        (80, 40, 0.2, Spectrum::Exponential),
        (40, 40, 0.5, Spectrum::Uniform),
        (40, 60, 0.1, Spectrum::Rademacher),
        (16, 4, 2.0, Spectrum::Identity),
    ] {
        let (start, b) = (path_start(dim, width, 8), mean_square_one(&spectrum, dim));
        let flow = training_path::observe(&start, &b, time).unwrap();
        let descent = training_steps::descend(&start, &b, time).unwrap();
        let what = format!("{spectrum}, d = {dim}, m = {width}: {flow:?}, descent {descent:?}");
        assert!((flow.test_error() - descent.test_error()).abs() < 1e-4, "{what}");
        assert!((flow.robustness() - descent.robustness()).abs() < 1e-4, "{what}");
        // And within what both promise.
        let promised = flow.numeric_error + descent.numeric_error;
        assert!((flow.test_error() - descent.test_error()).abs() < promised && promised < 2e-3, "{what}");
    }
}

/// One pass over fresh inputs, extrapolated in the step: unbiased within the standard error of the mean over starts.
#[test]
fn stochastic_gradient_descent_reaches_the_flow() {
    for (dim, width, time, spectrum, starts) in
        [(40, 20, 0.1, Spectrum::Exponential, 160), (24, 30, 0.2, Spectrum::Rademacher, 160)]
    {
        let b = mean_square_one(&spectrum, dim);
        let gaps: Vec<[f64; 2]> = (0..starts)
            .map(|key| {
                let start = path_start(dim, width, 100 + key);
                let flow = training_path::observe(&start, &b, time).unwrap();
                let mut inputs = stream(9, "online", "test", dim, width, key);
                let online = training_steps::online(&start, &b, time, &mut inputs).unwrap();
                [online.test_error() - flow.test_error(), online.robustness() - flow.robustness()]
            })
            .collect();
        for which in 0..2 {
            let (mean, error) = mean(&gaps.iter().map(|gap| gap[which]).collect::<Vec<_>>());
            assert!(mean.abs() < 4.0 * error && error < 6e-3, "{spectrum}, observable {which}: {mean} +- {error}");
        }
    }
}

/// The flow ends where full training does, for B >= 0.
#[test]
fn the_flow_ends_in_the_best_approximation() {
    for (dim, width, spectrum) in
        [(24, 6, Spectrum::Exponential), (24, 24, Spectrum::Uniform), (16, 24, Spectrum::Identity)]
    {
        let end = draw(&network("sgd", dim, width), &[target(&spectrum, dim, Numbers::default())], 1, 0);
        let late = target(&spectrum, dim, numbers(1.0, 1e6, 0.6));
        let path = draw(&network("sgd-flow", dim, width), &[late], 1, 0);
        let (end, path) = (end.unwrap().swap_remove(0), path.unwrap().swap_remove(0));
        assert!((end.test_error() - path.test_error()).abs() < 1e-5, "{spectrum}: {path:?}, {end:?}");
        assert!((end.robustness() - path.robustness()).abs() < 1e-5, "{spectrum}: {path:?}, {end:?}");
    }
}

#[test]
fn rotating_inputs_changes_nothing() {
    let (dim, width) = (14, 9);
    let turn = orthonormal_basis(&gaussian("quadratic-training", dim, dim, 12)).unwrap().columns;
    let (rows, b) = (
        gaussian("quadratic-training", width, dim, 13) / (dim as f64).sqrt(),
        symmetric(&gaussian("quadratic-training", dim, dim, 14)),
    );
    let (turned_rows, turned) = (&rows * turn.transpose(), &turn * &b * turn.transpose());
    let signs: Vec<f64> = gaussian("quadratic-training", width, 1, 15).iter().map(|x| x.signum()).collect();
    let output: Vec<f64> = signs.iter().map(|sign| sign / 3.0).collect();
    for time in [0.0, 0.6, 50.0] {
        let before = lazy_tangent::observe(&rows, &output, &b, 1.5, time).unwrap();
        let after = lazy_tangent::observe(&turned_rows, &output, &turned, 1.5, time).unwrap();
        for index in 0..6 {
            let promised = before.at(index).1 + after.at(index).1;
            assert!(
                (before.at(index).0 - after.at(index).0).abs() <= promised && promised < 1e-9,
                "{before:?} {after:?}"
            );
        }
    }
    let before = additive_tangent::observe(&rows, &signs, &b, 1.5).unwrap();
    let after = additive_tangent::observe(&turned_rows, &signs, &turned, 1.5).unwrap();
    (0..6).for_each(|index| assert!((before.at(index).0 - after.at(index).0).abs() < 1e-11, "{before:?} {after:?}"));
}

/// A sample depends on its key and its own target: not on the order or the company of the targets.
#[test]
fn bits_depend_on_the_key_and_the_target_alone() {
    let (dim, width) = (12, 7);
    let targets = [
        target(&Spectrum::Exponential, dim, numbers(1.0, 0.2, 0.6)),
        target(&Spectrum::Uniform, dim, numbers(1.0, 0.2, 0.6)),
        target(&Spectrum::Exponential, dim, numbers(2.0, 0.1, 1.0)),
        target(&Spectrum::Uniform, dim, numbers(0.0, 0.0, 0.3)),
    ];
    for simulator in
        ["nt-lazy", "nt-lazy-symmetrised", "nt-additive", "sgd-flow", "sgd-flow-descent", "sgd-flow-online"]
    {
        let network = network(simulator, dim, width);
        let together = draw(&network, &targets, 3, 5).unwrap();
        let reversed: Vec<Target> = targets.iter().rev().cloned().collect();
        let mut backwards = draw(&network, &reversed, 3, 5).unwrap();
        backwards.reverse();
        assert_eq!(together, backwards, "{simulator:?}");
        for (target, sample) in targets.iter().zip(&together) {
            let alone = draw(&network, std::slice::from_ref(target), 3, 5).unwrap().swap_remove(0);
            assert_eq!(alone, *sample, "{simulator:?}");
            assert!(values(&alone, simulator).iter().all(|value| value.is_finite()));
        }
        assert_ne!(draw(&network, &targets[..1], 3, 6).unwrap().swap_remove(0), together[0]);
    }
}

#[test]
fn bad_input_is_an_error_that_names_it() {
    let dim = 8;
    let good = target(&Spectrum::Exponential, dim, Numbers::default());
    let with = |numbers: Numbers| Target { numbers, ..good.clone() };
    let uneven = Target { pairs: vec![(1.0, 2.0); 8].into(), ..good.clone() };
    let cases = [
        ("nt-lazy", with(numbers(-1.0, 1.0, 1.0)), "zeta must be"),
        ("nt-lazy", with(numbers(1.0, f64::INFINITY, 1.0)), "time must be"),
        ("nt-additive", with(numbers(f64::NAN, 1.0, 1.0)), "zeta must be"),
        ("sgd-flow", with(numbers(1.0, -0.5, 1.0)), "time must be"),
        ("sgd-flow", with(numbers(1.0, 1.0, f64::NAN)), "scale must be"),
        ("sgd-flow", with(numbers(1.0, 1e308, 1.0)), "at time"),
        ("sgd-flow", uneven, "no covariance"),
        ("sgd-flow-descent", with(numbers(1.0, 1e9, 1.0)), "more than"),
        ("sgd-flow-online", with(numbers(1.0, 1e9, 1.0)), "steps"),
        ("nt-lazy", Target { activation: Activation::Relu, ..good.clone() }, "quadratic"),
    ];
    for (simulator, target, expected) in cases {
        let SimError::Failed(message) = draw(&network(simulator, dim, 4), &[target], 1, 0).unwrap_err();
        assert!(message.contains(expected), "{simulator:?}: {message}");
    }
}
