//! Same seed, same bytes: whatever the number of threads, the order and the moment.

use crate::support::program::{assert_same_tree, expect, folder, json, tangent_claim, trained_claim, write};
use serde_json::Value;
use std::fs;

#[test]
fn check_and_report_give_the_same_bytes_with_any_number_of_threads() {
    let here = folder();
    let one = write(here.path(), "one.md", tangent_claim("one", "conjecture", "(1 - rho)^2", ""));
    let more = "experiment d = 24, m in {6, 12}, trials = 3";
    let two = write(here.path(), "two.md", trained_claim("two", "conjecture", "1 - rho", more));
    let runs = [("a", "1"), ("b", "8"), ("c", "2")];
    for (name, jobs) in runs {
        let (verdicts, report) = (format!("{name}.json"), format!("report-{name}"));
        let fixed = ["--budget", "quick", "--seed", "5", "--jobs", jobs];
        expect(here.path(), &[&["check", &one, &two, "--json", &verdicts][..], &fixed].concat(), 0);
        expect(here.path(), &[&["report", &one, &two, "--out", &report][..], &fixed].concat(), 0);
    }
    let first = fs::read(here.path().join("a.json")).unwrap();
    for (name, _) in runs {
        assert!(fs::read(here.path().join(format!("{name}.json"))).unwrap() == first, "check {name}");
        assert!(fs::read(here.path().join(format!("report-{name}/verdicts.json"))).unwrap() == first, "report {name}");
        assert_same_tree(&here.path().join("report-a"), &here.path().join(format!("report-{name}")));
    }
    expect(here.path(), &["check", &one, &two, "--json", "e.json", "--budget", "quick", "--seed", "6"], 0);
    let other: Value = serde_json::from_slice(&fs::read(here.path().join("e.json")).unwrap()).unwrap();
    let first: Value = serde_json::from_slice(&first).unwrap();
    assert_ne!(first["cells"][0]["gap"], other["cells"][0]["gap"], "another seed, other networks");
}

fn samples(arguments: &[&str]) -> Vec<Value> {
    let here = folder();
    json(here.path(), &[&["simulate"], arguments, &["--json"]].concat())["samples"].as_array().unwrap().clone()
}

#[test]
fn samples_depend_on_seed_and_number_alone() {
    for claim in ["nt-test-error", "rf-test-error", "init-test-error"] {
        let base = [claim, "--dim", "12", "--set", "rho=0.5"];
        let with = |more: &[&str]| samples(&[&base[..], more].concat());
        let long = with(&["--trials", "40", "--jobs", "1"]);
        assert_eq!(with(&["--trials", "40", "--jobs", "2"]), long, "{claim}");
        assert_eq!(with(&["--trials", "8"]), long[..8], "{claim}: 8 are the first of 40");
        assert_eq!(with(&["--trials", "16"]), long[..16], "{claim}: 16 are the first of 40");
        let other = with(&["--trials", "8", "--seed", "2"]);
        assert!(other.iter().zip(&long).all(|(a, b)| a != b), "{claim}: another seed, other networks");
        let distinct: std::collections::HashSet<String> = long.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), 40, "{claim}: replicates are different networks");
        with(&["--trials", "1", "--seed", "18446744073709551615"]);
    }
}

/// One drawn network serves both observables: for the tangent model they add up to 1.
#[test]
fn claims_of_one_simulator_see_the_same_networks() {
    let base = ["--dim", "12", "--set", "rho=0.5", "--trials", "4"];
    let errors = samples(&[&["nt-test-error"], &base[..]].concat());
    let robustness = samples(&[&["nt-robustness"], &base[..]].concat());
    for (a, b) in errors.iter().zip(&robustness) {
        assert!((a.as_f64().unwrap() + b.as_f64().unwrap() - 1.0).abs() < 1e-12);
    }
}
