//! One draw, built and solved, exponential spectrum: random features (relu, rho 3), and the tangent model (relu and gelu, rho 1).

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::model::{Activation, Numbers, Pairing, Spectrum, Weights, eigenvalue_pairs};
use limitcheck::sim::{Network, Simulator, Target, draw};
use std::hint::black_box;

/// The limit of the test error at these parameters (THEORY.md 5.2 and 8).
const LIMIT: f64 = 0.67368;

fn random_features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rf relu draw");
    group.sample_size(10);
    for dim in [400, 1000] {
        let network = Network { simulator: Simulator::RandomFeatures, weights: Weights::Gaussian, dim, width: 3 * dim };
        let pairs = eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim);
        let pairs = pairs.expect("an even dimension").into();
        let targets = [Target { activation: Activation::Relu, pairs, numbers: Numbers::default() }];
        let mut replicate = 0;
        group.bench_function(format!("d = {dim}"), |bencher| {
            bencher.iter(|| {
                replicate += 1;
                let sample = draw(black_box(network), black_box(&targets), 1, replicate).expect("a regular draw")[0];
                // The mean is off by -2.2/d, one draw spreads by less than 1.2/d.
                let gap = sample.test_error() - LIMIT + 2.2 / dim as f64;
                assert!(gap.abs() < 8.0 / dim as f64, "test error {}", sample.test_error());
                sample
            });
        });
    }
    group.finish();
}

/// Limits of the test error at rho 1 (THEORY.md 5.7), and what a draw at d = 300 is off by, with its spread.
fn general_tangent(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nt-general draw");
    group.sample_size(10);
    let dim = 300;
    for (activation, expected, tolerance) in [(Activation::Relu, 0.3400, 0.012), (Activation::Gelu, 0.2298, 0.012)] {
        let network = Network { simulator: Simulator::GeneralTangent, weights: Weights::Sphere, dim, width: dim };
        let pairs = eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim);
        let pairs = pairs.expect("an even dimension").into();
        let targets = [Target { activation: activation.clone(), pairs, numbers: Numbers::default() }];
        let mut replicate = 0;
        group.bench_function(format!("{activation}, d = {dim}"), |bencher| {
            bencher.iter(|| {
                replicate += 1;
                let sample = draw(black_box(network), black_box(&targets), 1, replicate).expect("a regular draw")[0];
                let gap = sample.test_error() - expected;
                assert!(gap.abs() < tolerance, "test error {}", sample.test_error());
                sample
            });
        });
    }
    group.finish();
}

criterion_group!(benches, random_features, general_tangent);
criterion_main!(benches);
