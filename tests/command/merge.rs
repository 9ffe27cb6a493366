//! `merge`: results of several runs as one.

use crate::support::program::{expect, folder, tangent_claim, trained_claim, write};

#[test]
fn merge_joins_results_of_several_runs() {
    let here = folder();
    let one = write(here.path(), "one.md", trained_claim("one", "conjecture", "1 - rho", ""));
    let two = write(here.path(), "two.md", tangent_claim("two", "conjecture", "(1 - rho)^2", ""));
    let check = |claims: &[&str], results: &str, json: &str| {
        let rest = ["--budget", "quick", "--results", results, "--json", json];
        expect(here.path(), &[&["check"], claims, &rest].concat(), 0)
    };
    check(&[&one], "one.jsonl", "one.json");
    check(&[&two], "two.jsonl", "two.json");
    assert!(expect(here.path(), &["merge", "one.jsonl", "two.jsonl", "--out", "all.jsonl"], 0).out.contains("blocks"));
    let merged = std::fs::read(here.path().join("all.jsonl")).unwrap();
    check(&[&one, &two], "all.jsonl", "all.json");
    assert_eq!(std::fs::read(here.path().join("all.jsonl")).unwrap(), merged, "nothing was left to simulate");
    expect(here.path(), &["merge", "all.jsonl", "one.jsonl", "--out", "more.jsonl"], 0);
    assert_eq!(std::fs::read(here.path().join("more.jsonl")).unwrap(), merged);
}
