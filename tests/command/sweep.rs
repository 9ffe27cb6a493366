//! `sweep` and `plot`: numbers and drawings along a parameter.

use crate::support::program::{expect, folder, refused, trained_claim, write};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Rows of a CSV text as the values of a column.
fn column<'a>(csv: &'a str, name: &str) -> Vec<&'a str> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let at = lines.next().unwrap().split(',').position(|column| column == name);
    let at = at.unwrap_or_else(|| panic!("no column `{name}` in {csv}"));
    lines.map(|line| line.split(',').nth(at).unwrap()).collect()
}

fn numbers(csv: &str, name: &str) -> Vec<f64> {
    column(csv, name).into_iter().map(|text| text.parse().unwrap()).collect()
}

fn sweep(here: &Path, arguments: &[&str]) -> String {
    expect(here, &[&["sweep"], arguments].concat(), 0).out
}

/// A traceless target: the test error of the tangent model tends to (1 - rho)^2, up to rho = 1.
#[test]
fn a_sweep_has_every_value_and_parameter() {
    let here = folder();
    let fixed = ["nt-test-error", "--along", "rho=0.1:1.3:13", "--set", "spectrum=rademacher"];
    let csv = sweep(here.path(), &fixed);
    let (rho, value, bound) = (numbers(&csv, "rho"), numbers(&csv, "value"), numbers(&csv, "abs_err"));
    let expected: Vec<f64> = (1..=13).map(|k| f64::from(k) / 10.0).collect();
    assert_eq!(rho, expected, "values of a range are short");
    for ((rho, value), bound) in rho.iter().zip(&value).zip(&bound) {
        let limit = if *rho < 1.0 { (1.0 - rho).powi(2) } else { 0.0 };
        assert!((value - limit).abs() <= bound + 1e-15 && *bound < 1e-10, "{rho}: {value} is not {limit}");
    }
    assert!(column(&csv, "spectrum").iter().all(|text| *text == "rademacher"), "{csv}");
    assert!(column(&csv, "claim").iter().all(|text| *text == "nt-test-error") && !csv.contains("trials"));
    let lines = sweep(here.path(), &[&fixed[..], &["--format", "json"]].concat());
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row["value"].as_f64().unwrap()).collect::<Vec<_>>(), value);
    assert_eq!(rows[2]["set"]["rho"].as_f64(), Some(0.3));
}

/// The trained network's error at rho is an integral of the uniform law's largest eigenvalues; curves come one after the other.
#[test]
fn curves_lists_and_equal_ratios() {
    let here = folder();
    let by = ["sgd-test-error", "--along", "rho=0.5,0.25", "--by", "spectrum=uniform,identity"];
    let csv = sweep(here.path(), &by);
    assert_eq!(column(&csv, "spectrum"), ["uniform", "uniform", "identity", "identity"]);
    for (value, exact) in numbers(&csv, "value").into_iter().zip([0.125, 0.421875, 0.5, 0.75]) {
        assert!((value - exact).abs() < 1e-12, "{csv}");
    }
    let csv = sweep(here.path(), &["sgd-test-error", "--along", "rho=log:0.01:1:5"]);
    let rho = numbers(&csv, "rho");
    assert_eq!((rho[0], rho[2], rho[4]), (0.01, 0.1, 1.0));
    assert!((rho[1] - 0.001_f64.sqrt()).abs() < 1e-12);
}

/// Simulated columns are what `simulate` says of the same networks, whatever the number of threads.
#[test]
fn networks_beside_the_formula() {
    let here = folder();
    let with = |jobs: &str| {
        let draws = ["--dim", "12", "--trials", "20", "--seed", "3", "--jobs", jobs];
        let path = ["nt-test-error", "--along", "rho=0.25:1:4", "--by", "spectrum=rademacher,uniform", "--every", "2"];
        sweep(here.path(), &[&path[..], &draws].concat())
    };
    let csv = with("1");
    assert_eq!(csv, with("2"));
    let drawn: Vec<bool> = column(&csv, "mean").iter().map(|text| !text.is_empty()).collect();
    assert_eq!(drawn, [true, false, true, false, true, false, true, false]);
    let line = csv.lines().find(|line| line.contains("0.75") && line.contains("uniform")).unwrap();
    let set = ["--set", "rho=0.75", "--set", "spectrum=uniform"];
    let alone = ["simulate", "nt-test-error", "--dim", "12", "--trials", "20", "--seed", "3", "--json"];
    let alone = crate::support::program::json(here.path(), &[&alone[..], &set].concat());
    let header =
        csv.lines().next().unwrap().split(',').zip(line.split(',')).collect::<std::collections::BTreeMap<_, _>>();
    for name in ["mean", "std_error"] {
        let (here, there) = (header[name].parse::<f64>().unwrap(), alone[name].as_f64().unwrap());
        assert!((here - there).abs() < 1e-14, "{name}: {here}, {there}");
    }
    assert_eq!((header["dim"], header["width"], header["trials"]), ("12", "9", "20"));
    let here_too = ["eval", "nt-test-error", "--dim", "12", "--json"];
    let at_size = crate::support::program::json(here.path(), &[&here_too[..], &set].concat());
    assert_eq!(header["value_at_size"].parse::<f64>().ok(), at_size["value"].as_f64());
}

#[test]
fn points_outside_the_hypotheses_are_said() {
    let here = folder();
    let claim = trained_claim("mine", "conjecture", "1 - rho", "require rho <= 1/2  # as far as it was derived");
    let path = write(here.path(), "mine.md", claim);
    let run = expect(here.path(), &["sweep", &path, "--along", "rho=0.25,0.5,0.75"], 0);
    assert_eq!(column(&run.out, "value"), ["0.75", "0.5", ""]);
    assert!(column(&run.out, "note")[2].contains("require rho <= 1/2"), "{}", run.out);
    assert!(run.err.contains("1 of 3 points are outside") && run.err.contains("rho = 0.75"), "{}", run.err);
    refused(here.path(), &["sweep", &path, "--along", "rho=2,3"], &["no value at any", "as far as it was derived"]);
    // A point within the hypotheses without a value: exit code 2, and the row stays.
    let broken = trained_claim("mine", "conjecture", "sqrt(1/2 - rho)", "");
    let path = write(here.path(), "broken.md", broken);
    let run = expect(here.path(), &["sweep", &path, "--along", "rho=0.25,1"], 2);
    assert_eq!(column(&run.out, "value"), ["0.5", ""]);
    assert!(run.err.contains("1 of 2 points have no value"), "{}", run.err);
}

#[test]
fn infinite_values_are_text() {
    let here = folder();
    let claim = "```claim\nclaim endless\ntitle T\nkind limit\nstatus conjecture\nsource S\nparameter zeta = 1 in [0, inf)\n\
                 parameter activation = step\ngrid\nlimit E[sigma'(g)^2 : g ~ normal]*(1 + zeta)\n```\n";
    let path = write(here.path(), "endless.md", claim);
    let along = ["sweep", &path, "--along", "zeta=0,1", "--by", "activation=step,relu"];
    let csv = expect(here.path(), &along, 0).out;
    assert_eq!(column(&csv, "value"), ["inf", "inf", "0.5", "1"]);
    let lines = expect(here.path(), &[&along[..], &["--format", "json"]].concat(), 0).out;
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["value"], "inf");
    expect(here.path(), &[&["plot"], &along[1..], &["--out", "a.svg"]].concat(), 0);
    let drawing = fs::read_to_string(here.path().join("a.svg")).unwrap();
    assert!(drawing.contains("Not drawn: 2 values, the first infinite at zeta = 0"), "{drawing}");
}

#[test]
fn what_cannot_be_followed_is_said() {
    let here = folder();
    let table: [(&[&str], &[&str]); 15] = [
        (&["nt-test-error", "--along", "rh=1:2:3"], &["no parameter `rh`", "did you mean `rho`?"]),
        (&["nt-test-error", "--along", "zeta=1:2:3"], &["no parameter `zeta`", "claims that have it"]),
        (&["nt-test-error", "--along", "rho=0:2:3"], &["rho = 0 is out of its domain", "(0, inf)"]),
        (&["nt-test-error", "--along", "rho=2:1:3"], &["--along", "the lower end comes first"]),
        (&["nt-test-error", "--along", "rho=1:2"], &["--along", "low:high:count"]),
        (&["nt-test-error", "--along", "spectrum=uniform"], &["not a number", "follow rho", "--by"]),
        (&["nt-test-error", "--along", "rho=1,2", "--by", "spectrum=unifrom"], &["did you mean `uniform`?"]),
        (&["nt-test-error", "--along", "rho=1,2", "--by", "rho=1,2"], &["`rho` is given twice"]),
        (&["nt-test-error", "--along", "rho=1,2", "--set", "rho=1"], &["`rho` is given twice"]),
        (&["nt-tets-error", "--along", "rho=1,2"], &["did you mean `nt-test-error`?"]),
        (&["nt-mean-test-error", "--along", "rho=0.5,1"], &["kind `moment`", "--dim 64"]),
        (&["tradeoff-identity-nt", "--along", "rho=0.5,1", "--dim", "8"], &["has no simulator"]),
        (&["nt-test-error", "--along", "rho=1,2", "--dim", "8", "--trials", "0"], &["--trials 0"]),
        (&["nt-test-error", "--along", "rho=1,2", "--dim", "8", "--every", "0"], &["--every 0"]),
        (&["rf-test-error", "--along", "rho=1,2", "--dim", "33"], &["33"]),
    ];
    for (arguments, fragments) in table {
        refused(here.path(), &[&["sweep"], arguments].concat(), fragments);
        refused(here.path(), &[&["plot"], arguments].concat(), fragments);
    }
    expect(here.path(), &["sweep", "nt-test-error", "--along", "rho=1,2", "--trials", "5"], 3);
    assert!(here.path().read_dir().unwrap().next().is_none(), "a file was written");
}

#[test]
fn files_that_are_not_ours_stay() {
    let here = folder();
    let along = ["sgd-test-error", "--along", "rho=0.25,0.5"];
    for name in ["a.csv", "a.jsonl", "a.json"] {
        let arguments = [&["sweep"], &along[..], &["--out", name]].concat();
        for _ in 0..2 {
            assert!(expect(here.path(), &arguments, 0).out.is_empty());
        }
        fs::write(here.path().join(name), "mine, not yours\n").unwrap();
        refused(here.path(), &arguments, &[name, "not written by limitcheck"]);
        assert_eq!(fs::read_to_string(here.path().join(name)).unwrap(), "mine, not yours\n");
    }
    refused(here.path(), &[&["sweep"], &along[..], &["--out", "a.txt"]].concat(), &["a.txt", "which format"]);
    let both = ["--out", "b.csv", "--format", "json"];
    refused(here.path(), &[&["sweep"], &along[..], &both].concat(), &["b.csv", "different things"]);
    // The numbers beside a drawing are asked for before it is made.
    write(here.path(), "drawing.csv", "mine");
    refused(here.path(), &[&["plot"], &along[..], &["--out", "drawing.svg"]].concat(), &["drawing.csv"]);
    assert!(!here.path().join("drawing.svg").exists());
    refused(here.path(), &[&["plot"], &along[..], &["--out", "drawing.png"]].concat(), &[".svg"]);
}

#[test]
fn a_drawing_has_its_curves_circles_and_numbers() {
    let here = folder();
    let along = ["plot", "nt-test-error", "--along", "rho=0.1:1.5:50", "--by", "spectrum=rademacher,uniform"];
    let draws = ["--dim", "12", "--trials", "8", "--seed", "2"];
    let run = expect(here.path(), &[&along[..], &draws].concat(), 0);
    assert!(run.out.contains("nt-test-error-rho.svg") && run.out.contains("nt-test-error-rho.csv"), "{}", run.out);
    let svg = fs::read_to_string(here.path().join("nt-test-error-rho.svg")).unwrap();
    for text in ["spectrum rademacher", "spectrum uniform", "mean of 8 networks, d = 12", "rho = m/d", "test error"] {
        assert!(svg.contains(text), "no `{text}` in the drawing");
    }
    assert_eq!(svg.matches("<path stroke-width=\"2\"").count(), 2);
    let csv = fs::read_to_string(here.path().join("nt-test-error-rho.csv")).unwrap();
    assert_eq!(numbers(&csv, "value").len(), 100);
    // 17 circles of each curve, every third point; the key has one more.
    let drawn = column(&csv, "mean").iter().filter(|text| !text.is_empty()).count();
    assert_eq!((drawn, svg.matches("<circle").count()), (34, 35));
    let again = [&along[..], &draws, &["--jobs", "2", "--out", "again.svg"]].concat();
    expect(here.path(), &again, 0);
    assert_eq!(fs::read_to_string(here.path().join("again.svg")).unwrap(), svg, "same seed, same bytes");
    let many: Vec<String> = (1..=15).map(|k| format!("power({k})")).collect();
    let many = format!("spectrum={}", many.join(","));
    refused(here.path(), &["plot", "nt-test-error", "--along", "rho=1,2", "--by", &many], &["more than 14 curves"]);
}
