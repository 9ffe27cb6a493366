//! `hermite`: coefficients of an activation.

use crate::support::program::{assert_fields, expect, folder, json};

#[test]
fn hermite_prints_coefficients() {
    let here = folder();
    let found = json(here.path(), &["hermite", "relu", "--order", "4", "--json"]);
    assert_fields(&found, &[("activation", "string"), ("coefficients", "array")]);
    // E relu(G) He_k(G) for k = 0..4.
    let root = 1.0 / (2.0 * std::f64::consts::PI).sqrt();
    for (k, (entry, expected)) in
        found["coefficients"].as_array().unwrap().iter().zip([root, 0.5, root, 0.0, -root]).enumerate()
    {
        assert_fields(entry, &[("k", "number"), ("value", "number"), ("abs_err", "number"), ("exact", "string?")]);
        assert_eq!(entry["k"].as_u64(), Some(k as u64));
        assert!((entry["value"].as_f64().unwrap() - expected).abs() < 1e-15, "{entry}");
    }
    assert_eq!(found["coefficients"].as_array().unwrap().len(), 5);
    let inexact = json(here.path(), &["hermite", "tanh", "--order", "1", "--json"]);
    assert!(inexact["coefficients"][1]["exact"].is_null());
    assert!(expect(here.path(), &["hermite", "he(3)"], 0).out.contains("He_k"));
}
