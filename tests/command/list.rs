//! `list`: claims and simulators, as text and as JSON.

use crate::support::program::{assert_fields, expect, folder, json};
use serde_json::Value;

#[test]
fn list_has_every_claim_and_every_simulator() {
    let here = folder();
    let claims = json(here.path(), &["list", "--json"]);
    let text = expect(here.path(), &["list"], 0).out;
    let claims = claims.as_array().unwrap();
    assert!(claims.len() >= 8 && text.lines().count() == claims.len());
    for claim in claims {
        let fields =
            [("id", "string"), ("title", "string"), ("kind", "string"), ("status", "string"), ("parameters", "array")];
        assert_fields(claim, &fields);
        assert!(claim["parameters"].as_array().unwrap().iter().all(Value::is_string));
        assert!(text.contains(claim["id"].as_str().unwrap()) && text.contains(claim["title"].as_str().unwrap()));
    }
    let simulators = json(here.path(), &["list", "--simulators", "--json"]);
    let text = expect(here.path(), &["list", "--simulators"], 0).out;
    for simulator in simulators.as_array().unwrap() {
        assert_fields(simulator, &[("name", "string"), ("description", "string"), ("random", "bool")]);
        assert!(text.contains(simulator["name"].as_str().unwrap()));
    }
    for name in ["init", "rf", "nt", "sgd"] {
        assert!(text.contains(name));
    }
}
