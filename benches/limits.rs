//! Evaluating limits: one value, and a curve of 100 values from formulas compiled once. Values are asserted against
//! `tests/reference/theory-reference.json`.

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::claim::{Catalogue, Claim};
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::Value;
use std::hint::black_box;

fn place(claim: &Claim, rho: f64) -> Place {
    let mut settings = claim.defaults();
    settings.set("rho", Value::Number(rho));
    Place { settings, size: None }
}

fn limits(criterion: &mut Criterion) {
    let catalogue = Catalogue::embedded().unwrap();
    // Claim, rho, truth (relu or no activation, exponential spectrum).
    let cases = [
        ("rf-test-error", 3.0, 0.673_680_863_350_332),
        ("rf-robustness", 3.0, 0.363_513_719_668_643_7),
        ("nt-test-error", 0.4, 0.48),
        ("sgd-test-error", 0.25, 0.163_199_902_760_926_63),
    ];
    for (id, rho, truth) in cases {
        let claim = catalogue.find(id).unwrap();
        criterion.bench_function(&format!("compile {id}"), |b| b.iter(|| Program::compile(black_box(claim)).unwrap()));
        let program = Program::compile(claim).unwrap();
        let at = place(claim, rho);
        let value = program.evaluate(Formula::Limit, &at).unwrap().value;
        assert!((value - truth).abs() < 1e-12, "{id}: {value}");
        criterion.bench_function(&format!("evaluate {id}"), |b| {
            b.iter(|| program.evaluate(Formula::Limit, black_box(&at)).unwrap());
        });
    }
    let claim = catalogue.find("rf-test-error").unwrap();
    let program = Program::compile(claim).unwrap();
    let places: Vec<Place> = (1..=100).map(|k| place(claim, f64::from(k) / 20.0)).collect();
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
