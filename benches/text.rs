//! The two ends of a run: the catalogue from text, and the pages from their numbers.

use criterion::{Criterion, criterion_group, criterion_main};
use limitcheck::claim::{Catalogue, sync};
use limitcheck::report::render;
use limitcheck::run::report_file;
use limitcheck::testing::signatures;
use std::hint::black_box;
use std::path::Path;

fn claims(criterion: &mut Criterion) {
    let read = || Catalogue::embedded(&signatures()).expect("the catalogue");
    let catalogue = read();
    let count = catalogue.claims.len();
    assert!(count > 100);
    criterion.bench_function("read every claim", |b| b.iter(|| assert_eq!(black_box(read()).claims.len(), count)));
    criterion.bench_function("write every statement", |b| {
        b.iter(|| {
            let statements = catalogue.claims.iter().map(|claim| sync::statement(black_box(claim)).limit.latex());
            assert!(statements.map(|latex| latex.len()).all(|length| length > 0));
        });
    });
}

/// The committed pages, whose bytes a test compares.
fn pages(criterion: &mut Criterion) {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let data = report_file::read(&reports.join(report_file::NAME)).expect("the numbers of the committed report");
    criterion.bench_function("draw the committed report", |b| {
        b.iter(|| {
            let files = render(black_box(&data));
            let index = files.iter().find(|(name, _)| name == "README.md").expect("an index");
            assert!(data.claims.iter().all(|claim| index.1.contains(&claim.id)));
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(3));
    targets = claims, pages
}
criterion_main!(benches);
