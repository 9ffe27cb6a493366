//! `simulate`: moments and samples of networks.

use crate::support::program::{assert_fields, expect, folder, json};

#[test]
fn simulate_prints_moments_and_samples() {
    let here = folder();
    let arguments = ["simulate", "nt-test-error", "--dim", "12", "--width", "6", "--trials", "5", "--json"];
    let drawn = json(here.path(), &arguments);
    let fields = [
        ("claim", "string"),
        ("set", "object"),
        ("dim", "number"),
        ("width", "number"),
        ("trials", "number"),
        ("mean", "number?"),
        ("std_error", "number?"),
        ("samples", "array"),
    ];
    assert_fields(&drawn, &fields);
    let samples: Vec<f64> = drawn["samples"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    assert_eq!((samples.len(), drawn["width"].as_u64()), (5, Some(6)));
    let mean = samples.iter().sum::<f64>() / 5.0;
    let variance = samples.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4.0;
    assert!((drawn["mean"].as_f64().unwrap() - mean).abs() < 1e-14);
    assert!((drawn["std_error"].as_f64().unwrap() - (variance / 5.0).sqrt()).abs() < 1e-14);
    let text = expect(here.path(), &arguments[..8], 0).out;
    assert!(text.contains("d = 12, m = 6") && text.contains("standard error"), "{text}");
    let one = json(here.path(), &["simulate", "nt-test-error", "--dim", "12", "--trials", "1", "--json"]);
    assert!(one["std_error"].is_null(), "one network has no standard error: {one}");
}
