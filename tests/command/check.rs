//! `check`: the table of verdicts, the fields of its JSON, and exit codes 0, 1 and 2, each by every way that leads there.

use crate::support::program::{assert_has_fields, expect, folder, tangent_claim, trained_claim, write};
use limitcheck::record::RunRecord;
use serde_json::Value;

#[test]
fn check_prints_a_table_and_writes_json() {
    let here = folder();
    let path = write(here.path(), "tangent.md", tangent_claim("tangent", "conjecture", "(1 - rho)^2", ""));
    let run = expect(here.path(), &["check", &path, "--budget", "quick", "--json", "verdicts.json"], 0);
    assert!(run.out.contains("tangent") && run.out.contains("agrees"), "{}", run.out);
    assert!(run.err.trim_end().ends_with(" s"), "seconds belong on standard error: {}", run.err);
    let text = std::fs::read_to_string(here.path().join("verdicts.json")).unwrap();
    assert!(serde_json::from_str::<RunRecord>(&text).is_ok());
    let verdicts: Value = serde_json::from_str(&text).unwrap();
    assert_has_fields(&verdicts, &[("level", "number"), ("seed", "number"), ("budget", "string"), ("cells", "array")]);
    let cell = &verdicts["cells"][0];
    let fields = [
        ("claim", "string"),
        ("set", "object"),
        ("verdict", "string"),
        ("expected", "string"),
        ("gap", "number?"),
        ("interval", "array?"),
        ("margin", "number?"),
        ("detectable", "number?"),
        ("replicates", "number"),
        ("sizes", "array"),
        ("reason", "string"),
    ];
    assert_has_fields(cell, &fields);
    assert_eq!((&cell["verdict"], &cell["expected"]), (&Value::from("agrees"), &Value::from("agrees")));
    assert_eq!(cell["interval"].as_array().unwrap().len(), 2);
    let sizes = cell["sizes"].as_array().unwrap();
    assert!(sizes.len() >= 5);
    let count: u64 = sizes.iter().map(|size| size["trials"].as_u64().unwrap()).sum();
    assert_eq!(cell["replicates"].as_u64(), Some(count));
    for size in sizes {
        let fields = [
            ("dim", "number"),
            ("width", "number"),
            ("trials", "number"),
            ("mean", "number?"),
            ("std_error", "number?"),
        ];
        assert_has_fields(size, &fields);
        assert!(size["trials"].as_u64() >= Some(64));
    }
}

fn judged(claim: String, code: i32, fragments: &[&str]) {
    let here = folder();
    let path = write(here.path(), "claim.md", claim);
    let run = expect(here.path(), &["check", &path, "--budget", "quick"], code);
    for fragment in fragments {
        assert!(run.out.contains(fragment), "`{fragment}` is missing in\n{}", run.out);
    }
}

#[test]
fn what_is_true_exits_with_0() {
    judged(trained_claim("mine", "theorem", "1 - rho", ""), 0, &["agrees"]);
    let here = folder();
    let run = expect(here.path(), &["check", "sgd-test-error", "sgd-robustness", "--budget", "quick"], 0);
    assert!(run.out.contains("none contrary"), "{}", run.out);
}

#[test]
fn known_false_that_is_refuted_exits_with_0() {
    judged(tangent_claim("mine", "known-false", "1 - rho", ""), 0, &["disagrees", "as expected"]);
    judged(trained_claim("mine", "known-false", "1 - rho^2", ""), 0, &["disagrees"]);
}

#[test]
fn what_is_wrong_exits_with_1() {
    // Five percent off, which an overlay of curves would not show.
    judged(tangent_claim("mine", "conjecture", "1.05*(1 - rho)^2", ""), 1, &["disagrees", "expected: agrees"]);
    judged(trained_claim("mine", "conjecture", "1 - rho + 1/50", ""), 1, &["disagrees"]);
    judged(trained_claim("mine", "conjecture", "1 - rho", "special 1/3 at rho = 1/2"), 1, &["special case"]);
    judged(trained_claim("mine", "conjecture", "1 - rho", "alt 1 - 1.001*rho"), 1, &["second form"]);
}

#[test]
fn known_false_that_is_true_exits_with_1() {
    judged(trained_claim("mine", "known-false", "1 - rho", ""), 1, &["agrees", "expected: disagrees"]);
}

#[test]
fn nothing_tested_exits_with_2() {
    judged(trained_claim("mine", "theorem", "1 - rho", "require rho > 7"), 2, &["vacuous", "no grid point"]);
}

#[test]
fn undecided_exits_with_2() {
    // Without noise, a gap beyond rounding that is smaller than the margin.
    judged(trained_claim("mine", "conjecture", "1 - rho + 1/10000", ""), 2, &["undecided", "within the margin"]);
    // The formula ignores that m/d is not rho at each size, so that gaps jump about and follow no rate.
    let rough = tangent_claim("mine", "conjecture", "121/400", "").replace("rho = 0.5", "rho = 0.45");
    judged(rough, 2, &["undecided", "rate or order", "chi-squared"]);
}

#[test]
fn contrary_outweighs_undecided() {
    let here = folder();
    let vacuous = write(here.path(), "a.md", trained_claim("a", "theorem", "1 - rho", "require rho > 7"));
    let wrong = write(here.path(), "b.md", trained_claim("b", "theorem", "rho", ""));
    expect(here.path(), &["check", &vacuous, &wrong, "--budget", "quick"], 1);
}
