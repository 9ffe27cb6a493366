//! Evaluating limits: one value, and a curve of 100 values from formulas compiled once. Values are asserted against
//! `tests/reference/theory-reference.json`.

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::claim::{Catalogue, Claim};
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::{Activation, Value};
use std::hint::black_box;

/// The claim's defaults with these numbers in their place.
fn place(claim: &Claim, numbers: &[(&str, f64)]) -> Place {
    let mut settings = claim.defaults();
    numbers.iter().for_each(|(name, value)| settings.set(name, Value::Number(*value)));
    Place { settings, size: None }
}

/// The variance of the neural tangent kernel of `exp` at angle 1, its claim's special case: a double integral over a Gaussian pair.
fn double_integral(criterion: &mut Criterion, catalogue: &Catalogue) {
    let claim = catalogue.find("kernel-ntk-variance").unwrap();
    let twice = 1.0 + 1f64.cos();
    let truth = twice * twice * ((4.0 * twice).exp() - (2.0 * twice).exp());
    let mut at = place(claim, &[("theta", 1.0)]);
    at.settings.set("activation", Value::Activation(Activation::Exp));
    // Values of definitions that do not depend on the size are remembered: a new program each time.
    let value = || Program::compile(claim).unwrap().evaluate(Formula::Limit, black_box(&at)).unwrap().value;
    assert!((value() / truth - 1.0).abs() < 1e-12, "{} {truth}", value());
    criterion.bench_function("compile and evaluate kernel-ntk-variance", |b| b.iter(value));
}

fn limits(criterion: &mut Criterion) {
    let catalogue = limitcheck::testing::catalogue();
    // Claim, its numbers, truth (relu or no activation, exponential spectrum).
    type Case<'c> = (&'c str, &'c [(&'c str, f64)], f64);
    let cases: [Case; 6] = [
        ("rf-test-error", &[("rho", 3.0)], 0.673_680_863_350_332),
        ("rf-robustness", &[("rho", 3.0)], 0.363_513_719_668_643_7),
        ("nt-test-error", &[("rho", 0.4)], 0.48),
        ("sgd-test-error", &[("rho", 0.25)], 0.163_199_902_760_926_63),
        // By contours, and by a linear system over integrals.
        ("rf-lazy-test-error", &[("rho", 2.0), ("zeta", 1.0), ("time", 5.0)], 0.785_072_228_149_969_2),
        ("nt-general-test-error", &[("rho", 1.0)], 0.335_925_895_030_452_3),
    ];
    double_integral(criterion, catalogue);
    for (id, numbers, truth) in cases {
        let claim = catalogue.find(id).unwrap();
        criterion.bench_function(&format!("compile {id}"), |b| b.iter(|| Program::compile(black_box(claim)).unwrap()));
        let program = Program::compile(claim).unwrap();
        let at = place(claim, numbers);
        let value = program.evaluate(Formula::Limit, &at).unwrap().value;
        assert!((value - truth).abs() < 1e-12, "{id}: {value}");
        criterion.bench_function(&format!("evaluate {id}"), |b| {
            b.iter(|| program.evaluate(Formula::Limit, black_box(&at)).unwrap());
        });
    }
    let claim = catalogue.find("rf-test-error").unwrap();
    let program = Program::compile(claim).unwrap();
    let places: Vec<Place> = (1..=100).map(|k| place(claim, &[("rho", f64::from(k) / 20.0)])).collect();
    let curve = || places.iter().map(|p| program.evaluate(Formula::Limit, p).unwrap().value).collect::<Vec<f64>>();
    let values = curve();
    assert!((values[59] - 0.673_680_863_350_332).abs() < 1e-12);
    assert!(values.is_sorted_by(|a, b| a > b), "the error falls as rho grows");
    criterion.bench_function("rf-test-error at 100 values of rho", |b| b.iter(curve));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = limits
}
criterion_main!(benches);
