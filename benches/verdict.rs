//! One verdict: from samples at five sizes to the judgement, and a whole claim at the quick budget on stored samples.

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::compare::{Budget, Moments, Order, SizeGap, compare};
use limitcheck::run::check::check;
use limitcheck::run::plan::Prepared;
use limitcheck::run::store::Store;
use limitcheck::verdict::{Verdict, judge};
use std::hint::black_box;

fn verdicts(criterion: &mut Criterion) {
    let sizes: Vec<SizeGap> = [24usize, 40, 64, 96, 144]
        .iter()
        .map(|&dim| {
            let gap = Moments { count: 400, mean: 0.5 / dim as f64, squares: 0.01 / dim as f64 * 399.0 };
            SizeGap { dim, gap, scale: 1.0, abs_err: 1e-12 }
        })
        .collect();
    let verdict = |sizes: &[SizeGap]| judge(&compare(sizes, Order::Power(1.0), 1e-4), 0.02, "d").verdict;
    assert_eq!(verdict(&sizes), Verdict::Agrees);
    criterion.bench_function("one verdict", |b| b.iter(|| verdict(black_box(&sizes))));

    let catalogue = limitcheck::testing::catalogue();
    let claim = catalogue.find("rf-robustness").unwrap();
    let prepared = [Prepared::new(claim).unwrap()];
    let mut store = Store::new(1);
    let first = check(&prepared, Budget::Quick, &mut store).unwrap();
    assert!(first.cells.iter().all(|cell| cell.verdict == Verdict::Agrees));
    criterion.bench_function("rf-robustness over its grid, samples stored", |b| {
        b.iter(|| {
            let again = check(&prepared, Budget::Quick, &mut store).unwrap();
            assert_eq!(again, first);
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = verdicts
}
criterion_main!(benches);
