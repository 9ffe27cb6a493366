//! Every verb: its help, its results on standard output, the fields of its JSON.

use super::support::{
    assert_fields, assert_has_fields, expect, folder, json, refused, tangent_claim, trained_claim, write,
};
use limitcheck::record::RunRecord;
use serde_json::Value;

const VERBS: [&str; 13] = [
    "list", "show", "eval", "simulate", "sweep", "plot", "check", "report", "bench", "hermite", "sync", "merge",
    "compare",
];

#[test]
fn help_and_version_teach_and_exit_with_0() {
    let here = folder();
    let general = expect(here.path(), &["--help"], 0);
    for word in VERBS.iter().chain(&["claim", "Exit codes", "my-conjecture.md", "--theory"]) {
        assert!(general.out.contains(word), "--help does not mention `{word}`");
    }
    for verb in VERBS {
        let help = expect(here.path(), &[verb, "--help"], 0);
        assert!(help.err.is_empty() && help.out.contains("Usage: limitcheck") && help.out.len() > 200, "{}", help.out);
        // Every option says what it is for, on its line or on the one below.
        let lines: Vec<&str> = help.out.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with("--")) {
            let described = match line.trim().split_once("  ") {
                Some((_, about)) => !about.trim().starts_with('['),
                None => lines.get(at + 1).is_some_and(|below| below.trim().len() > 12),
            };
            assert!(described, "{verb}: `{line}` has no description");
        }
    }
    assert!(expect(here.path(), &["--version"], 0).out.starts_with("limitcheck "));
    assert!(here.path().read_dir().unwrap().next().is_none(), "help wrote a file");
}

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

#[test]
fn show_tells_what_a_claim_says() {
    let here = folder();
    for id in ["nt-test-error", "sgd-robustness", "init-test-error"] {
        let shown = expect(here.path(), &["show", id], 0);
        for part in [id, "kind limit", "status", "source", "statement", "limit ", "hypotheses", "parameters", "rho = 1"]
        {
            assert!(shown.out.contains(part), "show {id}: no `{part}` in\n{}", shown.out);
        }
        assert!(shown.err.is_empty());
    }
}

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

#[test]
fn report_writes_a_folder_and_draws_it_again_from_its_results() {
    let here = folder();
    let path = write(here.path(), "tangent.md", tangent_claim("tangent", "conjecture", "(1 - rho)^2", ""));
    let run = expect(here.path(), &["report", &path, "--budget", "quick", "--out", "new/folder"], 0);
    assert!(run.out.contains("agrees") && run.out.contains("new/folder/README.md"), "{}", run.out);
    let made = here.path().join("new/folder");
    let index = std::fs::read_to_string(made.join("README.md")).unwrap();
    assert!(index.contains("claims/tangent.md") && index.contains("--budget quick --seed 1"), "{index}");
    for file in ["claims/tangent.md", "results.jsonl", "verdicts.json"] {
        assert!(made.join(file).is_file(), "{file}");
    }
    one_file_holds_the_report(&std::fs::read_to_string(made.join("report.html")).unwrap());
    write(here.path(), "third/report.html", "mine");
    let foreign = ["report", &path, "--budget", "quick", "--out", "third"];
    refused(here.path(), &foreign, &["report.html", "not written by limitcheck"]);
    let from = made.join("results.jsonl").display().to_string();
    expect(here.path(), &["report", &path, "--budget", "quick", "--out", "again", "--from", &from], 0);
    std::fs::remove_file(made.join("results.jsonl")).unwrap();
    super::support::assert_same_tree(&made, &here.path().join("again"));
}

/// Formulas, drawings and links are in the file itself; a browser reads it in `.ci/report`.
fn one_file_holds_the_report(page: &str) {
    // 1 - rho, squared, is the statement of the claim.
    for part in [
        "<!DOCTYPE html>",
        "<msup>",
        "\u{3c1}</mi>",
        "<figure><svg",
        "<section id=\"claims-tangent\">",
        "href=\"#claims-tangent\"",
    ] {
        assert!(page.contains(part), "no `{part}` in the page");
    }
    for from_elsewhere in [
        " src=",
        "@import",
        "url(fig",
        "url(http",
        "class=\"latex\"",
        "href=\"../",
        "href=\"claims/",
        "href=\"figures/",
    ] {
        assert!(!page.contains(from_elsewhere), "`{from_elsewhere}` in the page");
    }
}

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

#[test]
fn sync_writes_the_statement_once() {
    let here = folder();
    let path = write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    assert!(expect(here.path(), &["sync", &path], 0).out.contains("rewritten"));
    let synced = std::fs::read_to_string(&path).unwrap();
    assert!(synced.contains("<!-- statement -->") && synced.contains("1 - \\rho"), "{synced}");
    assert!(expect(here.path(), &["sync", &path], 0).out.contains("in step"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), synced);
    // A changed formula is out of step; prose around the statement stays.
    let changed = synced.replace("limit 1 - rho", "limit 1 - rho^2") + "\nProse.\n";
    std::fs::write(&path, changed).unwrap();
    expect(here.path(), &["sync", &path], 0);
    let again = std::fs::read_to_string(&path).unwrap();
    assert!(again.contains("1 - \\rho^2") && again.ends_with("\nProse.\n"), "{again}");
}

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

#[test]
fn compare_tells_verdicts_apart() {
    let here = folder();
    let right = write(here.path(), "right.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    // The special case at the grid's only point is a second cell there.
    let special = "special 1/2 at rho = 1/4";
    let wrong = write(here.path(), "wrong.md", trained_claim("mine", "conjecture", "1 - rho", special));
    let other = write(here.path(), "other.md", trained_claim("mine", "conjecture", "1 - 2*rho", ""));
    for (path, json, code) in [(right, "right.json", 0), (wrong, "wrong.json", 1), (other, "other.json", 1)] {
        expect(here.path(), &["check", &path, "--budget", "quick", "--json", json], code);
    }
    assert!(expect(here.path(), &["compare", "right.json", "right.json"], 0).out.contains("same 1 verdict"));
    expect(here.path(), &["compare", "wrong.json", "wrong.json"], 0);
    let changed = expect(here.path(), &["compare", "right.json", "other.json"], 1).out;
    assert!(changed.contains("agrees -> disagrees") && changed.contains("mine"), "{changed}");
    assert!(expect(here.path(), &["compare", "right.json", "wrong.json"], 1).out.contains("only in wrong.json"));
}
