//! `eval`: values with their bounds, as text and as JSON.

use crate::support::program::{assert_has_fields, expect, folder, json, refused, write};

/// At d = 32, m = 16 and for a traceless target: s (s + x - 2 x^2)/((1 - x)(1 + 2 x)) with s = 1/2, x = 1/32.
#[test]
fn eval_at_a_finite_size() {
    let here = folder();
    let exact = (0.5 * (0.5 + 1.0 / 32.0 - 2.0 / 1024.0)) / ((1.0 - 1.0 / 32.0) * (1.0 + 2.0 / 32.0));
    let arguments = ["eval", "nt-mean-test-error", "--set", "spectrum=rademacher", "--dim", "32", "--json"];
    for more in [&[][..], &["--width", "16"]] {
        let value = json(here.path(), &[&arguments[..], more].concat());
        assert!((value["value"].as_f64().unwrap() - exact).abs() < 1e-14, "{value}");
        assert_eq!((value["dim"].as_u64(), value["width"].as_u64()), (Some(32), Some(16)));
    }
    refused(here.path(), &["eval", "nt-mean-test-error"], &["kind `moment`", "--dim 64"]);
    refused(here.path(), &["eval", "nt-mean-test-error", "--dim", "0"], &["at least 1"]);
    refused(here.path(), &["eval", "rf-test-error", "--dim", "33"], &["--dim 33"]);
}

#[test]
fn eval_prints_the_value_and_its_error() {
    let here = folder();
    let set = ["--set", "rho=1/4", "--set", "spectrum=uniform"];
    let value = json(here.path(), &[&["eval", "sgd-test-error", "--json"], &set[..]].concat());
    let fields = [("claim", "string"), ("set", "object"), ("value", "number"), ("abs_err", "number")];
    assert_has_fields(&value, &fields);
    assert_eq!((value["grade"].as_str(), &value["why"]), (Some("enclosed"), &serde_json::Value::Null));
    assert_eq!(value["set"], serde_json::json!({"rho": 0.25, "spectrum": "uniform"}));
    // Uniform eigenvalues: the integral of p^2 to 3/4, over that to 1.
    let error = (value["value"].as_f64().unwrap() - 0.75_f64.powi(3)).abs();
    assert!(error <= value["abs_err"].as_f64().unwrap() && error < 1e-12, "{value}");
    let text = expect(here.path(), &[&["eval", "sgd-test-error"], &set[..]].concat(), 0).out;
    assert!(text.contains("0.421875") && text.contains("error at most"), "{text}");
}

#[test]
fn infinite_values_are_text_in_json() {
    let here = folder();
    let claim = "```claim\nclaim endless\ntitle T\nkind limit\nstatus conjecture\nsource S\nparameter activation = step\ngrid\n\
                 limit E[sigma'(g)^2 : g ~ normal]\n```\n";
    let path = write(here.path(), "endless.md", claim);
    let value = json(here.path(), &["eval", &path, "--json"]);
    assert_eq!(value["value"], "inf");
}
