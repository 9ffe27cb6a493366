//! One draw, built and solved, exponential spectrum: random features (relu, rho 3), the tangent model (relu and gelu, rho 1), both
//! along time, and an ensemble of kernels.

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::{Activation, Numbers, Pairing, Spectrum, Weights, eigenvalue_pairs};
use limitcheck::sim::{Network, Target, draw, simulator};
use std::hint::black_box;
use std::sync::Arc;

/// The limit of the test error at these parameters (`theory/rf-test-error.md`).
const LIMIT: f64 = 0.67368;

fn random_features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rf relu draw");
    group.sample_size(10);
    for dim in [400, 1000] {
        let network = Network { simulator: simulator("rf").unwrap(), weights: Weights::Gaussian, dim, width: 3 * dim };
        let pairs = eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim);
        let pairs = pairs.expect("an even dimension");
        let targets = [Target::new(Activation::Relu, pairs, Numbers::default())];
        let mut replicate = 0;
        group.bench_function(format!("d = {dim}"), |bencher| {
            bencher.iter(|| {
                replicate += 1;
                let sample = draw(black_box(&network), black_box(&targets), 1, replicate)
                    .expect("a regular draw")
                    .swap_remove(0);
                // The mean is off by -2.2/d, one draw spreads by less than 1.2/d.
                let gap = sample.test_error() - LIMIT + 2.2 / dim as f64;
                assert!(gap.abs() < 8.0 / dim as f64, "test error {}", sample.test_error());
                sample
            });
        });
    }
    group.finish();
}

/// Limits of the test error at rho 1 (`theory/nt-general-test-error.md`), and what a draw at d = 300 is off by, with its spread.
fn general_tangent(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nt-general draw");
    group.sample_size(10);
    let dim = 300;
    for (activation, expected, tolerance) in [(Activation::Relu, 0.3400, 0.012), (Activation::Gelu, 0.2298, 0.012)] {
        let network =
            Network { simulator: simulator("nt-general").unwrap(), weights: Weights::Sphere, dim, width: dim };
        let pairs = eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim);
        let pairs = pairs.expect("an even dimension");
        let targets = [Target::new(activation.clone(), pairs, Numbers::default())];
        let mut replicate = 0;
        group.bench_function(format!("{activation}, d = {dim}"), |bencher| {
            bencher.iter(|| {
                replicate += 1;
                let sample = draw(black_box(&network), black_box(&targets), 1, replicate)
                    .expect("a regular draw")
                    .swap_remove(0);
                let gap = sample.test_error() - expected;
                assert!(gap.abs() < tolerance, "test error {}", sample.test_error());
                sample
            });
        });
    }
    group.finish();
}

/// Draws at several times at once, which share all that does not depend on the time: limits at time 1 and rho 1 (`theory/rf-lazy-test-error.md`,
/// `theory/nt-lazy-test-error.md`) and what a draw is off by, with its spread.
fn along_time(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw at 20 times");
    group.sample_size(10);
    for (name, id, dim) in [("rf-lazy", "rf-lazy-test-error", 200), ("nt-lazy", "nt-lazy-test-error", 200)] {
        let catalogue = limitcheck::testing::catalogue();
        let claim = catalogue.find(id).expect("a claim of the catalogue");
        let place = Place { settings: claim.defaults(), size: None };
        let program = Program::compile(claim).expect("a claim that compiles");
        let limit = program.evaluate(Formula::Limit, &place).expect("a limit at the defaults").value;
        let network = Network { simulator: simulator(name).unwrap(), weights: Weights::Gaussian, dim, width: dim };
        let pairs: Arc<[(f64, f64)]> =
            eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim)
                .expect("an even dimension")
                .into();
        let at = |k: i32| {
            let numbers = Numbers { time: f64::from(k) / 10.0, ..Numbers::default() };
            Target::new(Activation::Relu, pairs.clone(), numbers)
        };
        let targets: Vec<Target> = (1..=20).map(at).collect();
        let mut replicate = 0;
        group.bench_function(format!("{}, d = {dim}", name), |bencher| {
            bencher.iter(|| {
                replicate += 1;
                let samples = draw(black_box(&network), black_box(&targets), 1, replicate).expect("a regular draw");
                let gap = samples[9].test_error() - limit;
                assert!(gap.abs() < 20.0 / dim as f64, "test error {}, limit {limit}", samples[9].test_error());
                samples
            });
        });
    }
    group.finish();
}

/// An ensemble of 256 networks of 64 features at a right angle: 64 times the variance of the kernel, for relu
/// `E s(u)^2 s(v)^2 - (E s(u) s(v))^2 = 1/4 - 1/(4 pi^2)`.
fn kernels(criterion: &mut Criterion) {
    let network =
        Network { simulator: simulator("kernel-rf-ensemble").unwrap(), weights: Weights::Gaussian, dim: 64, width: 64 };
    let numbers = Numbers { theta: std::f64::consts::FRAC_PI_2, ..Numbers::default() };
    let targets = [Target::new(Activation::Relu, vec![(1.0, 1.0); 64], numbers)];
    let expected = 0.25 - 0.25 / std::f64::consts::PI.powi(2);
    let mut replicate = 0;
    criterion.bench_function("ensemble of kernels", |bencher| {
        bencher.iter(|| {
            replicate += 1;
            let sample =
                draw(black_box(&network), black_box(&targets), 1, replicate).expect("a regular draw").swap_remove(0);
            // Relative spread of a variance from 256 values: sqrt(2/255), or 9 %.
            assert!((sample.at(0).0 / expected - 1.0).abs() < 0.6, "{:?}", sample.at(0));
            sample
        });
    });
}

criterion_group!(benches, random_features, general_tangent, along_time, kernels);
criterion_main!(benches);
