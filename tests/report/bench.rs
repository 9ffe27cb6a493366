//! The page of benchmarks and its figures.

use crate::support::drawings::{check_drawing, check_tables, check_values, links};
use limitcheck::record::bench::BenchRecord;
use limitcheck::report::bench;
use serde_json::{Value, json};

/// Benchmarks with every kind of row: decided, open, left out; rates within and far beyond the panel; odd names.
fn benchmarks() -> BenchRecord {
    let judged = |seconds: f64, open: &[&str]| json!({"seconds": seconds, "work": 1e9, "networks": 640, "verdicts": {"agrees": 3, "undecided": open.len()}, "open": open});
    let rate = |claimed: f64, measured: f64, half: f64| {
        let sizes: Vec<Value> =
            [16, 24, 48, 96, 144].iter().map(|d| json!({"dim": d, "value": 0.1, "std_error": 0.01})).collect();
        json!({"budget": "quick", "claimed": claimed, "measured": measured, "interval": [measured - half, measured + half],
            "chi_squared_p": 0.3, "set": {"rho": 0.5, "spectrum": "two-point(1, 2|3)"}, "sizes": sizes})
    };
    let row = |claim: &str, simulated: bool, quick: Value, thorough: Value, rate: Value| {
        let no_rate = if rate.is_null() { "nothing converges" } else { "" };
        json!({"claim": claim, "statement": "0", "kind": "limit", "simulated": simulated, "no_rate": no_rate, "rate": rate,
            "times": [{"foretold": 1.0, "judged": quick}, {"foretold": 300.0, "judged": thorough}]})
    };
    let claims = vec![
        row("rf-a", true, judged(0.02, &[]), judged(300.0, &[]), rate(1.0, 1.02, 0.1)),
        row("rf-b|<c>_d", true, judged(2.0, &["noise: 1 < 2, | and *all*"]), Value::Null, rate(0.5, -7.0, 0.2)),
        row(
            "nt-a-name-that-is-much-too-long-for-the-room-beside-the-panel",
            true,
            Value::Null,
            Value::Null,
            rate(1.0, 9.0, 20.0),
        ),
        row("kernel-x", false, judged(0.1, &[]), judged(0.1, &[]), Value::Null),
    ];
    let summary = json!({"simulated": 3, "decided": 1, "median_seconds": 0.02, "total_seconds": 0.02, "formulas_decided": 1,
        "formulas_seconds": 0.1});
    let sizes: Vec<Value> =
        [100, 1000].iter().map(|d| json!({"dim": d, "width": d, "draws": 3, "seconds": 0.5, "work": 1e9})).collect();
    let budget = |name: &str, margin: f64| json!({"name": name, "margin": margin, "seconds": 20.0});
    let record = json!({
        "setting": {"program": "limitcheck 0", "seed": 1, "threads": 2, "processor": "A|B", "cost_seconds": 1.0,
            "budgets": [budget("quick", 0.02), budget("thorough", 0.005)]},
        "complete": true, "summaries": [summary, summary], "claims": claims,
        "costs": [{"simulator": "rf", "activation": "relu", "sizes": sizes, "exponents": {"seconds": 2.5, "work": 3.0}},
            {"simulator": "nt-general", "activation": "relu", "sizes": [], "exponents": null}],
    });
    serde_json::from_value(record).unwrap()
}

#[test]
fn the_page_of_benchmarks_says_what_is_not_decided_and_its_files_are_sound() {
    let mut nothing = benchmarks();
    nothing.claims.clear();
    nothing.costs.clear();
    for (name, record) in [("all", benchmarks()), ("nothing", nothing)] {
        let files = bench::files(&record, "limitcheck bench");
        let text = &files.iter().find(|(path, _)| path == bench::PAGE).unwrap().1;
        check_tables(name, text);
        for link in links(text) {
            assert!(files.iter().any(|(path, _)| path == link), "{name}: {link} is not there");
        }
        for (path, content) in &files {
            assert!(bench::paths().contains(path), "{path} is not among the paths that are asked for");
            match path.rsplit_once('.').unwrap().1 {
                "svg" => check_drawing(&format!("{name}, {path}"), content),
                "csv" => check_values(&format!("{name}, {path}"), content),
                _ => {}
            }
        }
        assert_eq!(files.len(), if name == "all" { bench::paths().len() } else { 1 });
    }
    let text = &bench::files(&benchmarks(), "limitcheck bench")[0].1;
    for part in [
        "**1 of 3** claims, in a median of 0.02 s",
        "`quick`, open: rf-b\\|&lt;c&gt;\\_d: noise: 1 &lt; 2, \\| and \\*all\\*",
        "(300 s)",
        "| 1 | 1.02 | 0.92 to 1.12 |",
        "0.5 | -7.00 | -7.20 to -6.80 (without the claimed one)",
        "one draw grows like d^2.5, the work formula like d^3",
        "was not measured at enough sizes",
        "2 threads of A\\|B",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}
