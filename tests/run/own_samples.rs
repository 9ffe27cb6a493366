//! Claims that are judged by samples of the reader's own.

use crate::support::program::{expect, folder, refused, write};
use std::fs;

/// A claim about a sample mean that tends to 1 - rho.
fn claim(limit: &str, samples: &str, more: &str) -> String {
    format!(
        "```claim\nclaim own\ntitle Own samples\nkind limit\nstatus conjecture\nsource the tests\n\n\
         parameter rho = 0.5 in (0, inf)\n{more}\n{samples}\nbias d^-1\ngrid\n\nlimit {limit}\n```\n"
    )
}

/// 1 - m/d + 2/d - 5/d^2 and noise of deviation 0.6/d: sums of uniform numbers from a fixed generator, 64 of each size.
fn table() -> String {
    let mut state = 12_345u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut text = String::from("# my simulation\nd, m, replicate, value\n");
    for dim in [16, 24, 48, 96, 144] {
        let d = f64::from(dim);
        for replicate in 0..64 {
            let noise: f64 = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            text += &format!("{dim},{},{replicate},{}\n", dim / 2, 0.5 + 2.0 / d - 5.0 / (d * d) + 0.6 * noise / d);
        }
    }
    text
}

#[test]
fn a_right_and_a_wrong_formula_get_their_verdicts() {
    let here = folder();
    write(here.path(), "data/runs.csv", table());
    let spectrum = ("parameter spectrum = rademacher", "*E[b^2 : b ~ spectrum]");
    for (statement, (more, factor), place) in [
        ("samples data/runs.csv", ("", ""), "at infinite size"),
        ("samples: data/runs.csv", ("", ""), "at infinite size"),
        // The mean square of these eigenvalues is 1.
        ("samples data/runs.csv", spectrum, "at the eigenvalues"),
    ] {
        write(here.path(), "right.md", claim(&format!("(1 - rho){factor}"), statement, more));
        write(here.path(), "wrong.md", claim(&format!("1.2*(1 - rho){factor}"), statement, more));
        let check = |file, code| {
            expect(here.path(), &["check", file, "--budget", "quick", "--json", "out.json"], code);
            fs::read_to_string(here.path().join("out.json")).unwrap()
        };
        let right = check("right.md", 0);
        assert!(right.contains("\"agrees\"") && right.contains("data/runs.csv") && right.contains(place), "{right}");
        assert!(right.contains("\"replicates\": 320"), "{right}");
        assert!(check("wrong.md", 1).contains("\"disagrees\""));
    }
    expect(here.path(), &["report", "right.md", "--budget", "quick", "--out", "out"], 0);
    expect(here.path(), &["show", "right.md"], 0);
}

#[test]
fn tables_that_cannot_be_judged_are_refused_with_the_line() {
    let here = folder();
    write(here.path(), "own.md", claim("1 - rho", "samples runs.csv", ""));
    let good = table();
    let third = good.lines().nth(2).unwrap();
    let few: String = good.lines().filter(|line| !line.starts_with("24,")).map(|l| format!("{l}\n")).collect();
    for (content, fragments) in [
        (good.replacen(third, "16,8,zero,0.5", 1), vec!["runs.csv, line 3", "replicate = `zero`", "samples runs.csv"]),
        (format!("{good}{third}\n"), vec!["line 323", "already on line 3"]),
        (few, vec!["4 different d", "five sizes or more"]),
        (good.replace("\n24,12,", "\n24,6,"), vec!["d = 24, m = 6 is not of rho = 0.5"]),
        (String::new(), vec!["no head line"]),
    ] {
        write(here.path(), "runs.csv", content);
        refused(here.path(), &["check", "own.md"], &fragments);
    }
    fs::remove_file(here.path().join("runs.csv")).unwrap();
    refused(here.path(), &["check", "own.md"], &["cannot read `runs.csv`", "relative to the claim file"]);
    refused(here.path(), &["simulate", "own.md", "--dim", "24"], &["own"]);
}

/// A table with several points of a claim, and of other kinds.
#[test]
fn every_simulated_kind_takes_samples_of_several_points() {
    let here = folder();
    let noise = |replicate: u32| f64::from(replicate % 8) - 3.5;
    let mut points = String::from("\"TIME\";\"D\";\"M\";\"VALUE\"\n");
    for time in [1.0, 2.0, 4.0] {
        for dim in [16, 24, 48, 96, 144] {
            for replicate in 0..64 {
                let d = f64::from(dim);
                let value = time * (1.0 + 2.0 / d + 5e-2 / d * noise(replicate));
                points += &format!("{time:.18e};{dim}.0;{};{value}\n", dim / 2);
            }
        }
    }
    write(here.path(), "points.csv", points);
    let one: String = (0..64).map(|replicate| format!("20\t10\t{}\n", 0.5 + 1e-3 * noise(replicate))).collect();
    write(here.path(), "one.tsv", "d\tm\tvalue\n".to_string() + &one);
    let text = |kind: &str, samples: &str, more: &str| {
        format!(
            "```claim\nclaim own\ntitle Own\nkind {kind}\nstatus conjecture\nsource the tests\nsamples {samples}\n{more}\n```\n"
        )
    };
    let time = "parameter time = 1 in (0, inf)\ngrid time in {1, 2, 4}\nbias d^-1";
    for (kind, samples, more, verdict, cells) in [
        ("limit", "points.csv", format!("{time}\nlimit time"), "agrees", 3),
        ("limit", "points.csv", format!("{time}\nlimit 1.2*time"), "disagrees", 3),
        ("moment", "points.csv", format!("{time}\nlimit time*(1 + 2/d)"), "agrees", 3),
        ("moment", "points.csv", format!("{time}\nlimit time*(1 + 4/d)"), "disagrees", 3),
        ("moment", "one.tsv", "grid\nlimit m/d".to_string(), "agrees", 1),
        ("moment", "one.tsv", "grid\nlimit 1.1*m/d".to_string(), "disagrees", 1),
        ("rate", "points.csv", format!("{time}\nlimit 1"), "agrees", 3),
        ("rate", "points.csv", format!("{time}\nlimit d^(-1/2)"), "disagrees", 3),
        ("bound", "points.csv", format!("{time}\nlimit time"), "no counterexample", 3),
        ("bound", "points.csv", format!("{time}\nsense at-most\nlimit time"), "disagrees", 3),
        ("bound", "one.tsv", "grid\nlimit 0.49".to_string(), "no counterexample", 1),
        ("diverges", "points.csv", format!("{time}\ngrowth time\nlimit 1"), "agrees", 2),
        ("diverges", "points.csv", format!("{time}\ngrowth time\nlimit 1.5"), "disagrees", 2),
    ] {
        write(here.path(), "own.md", text(kind, samples, &more));
        let code = if verdict == "disagrees" { 1 } else { 0 };
        expect(here.path(), &["check", "own.md", "--budget", "quick", "--json", "out.json"], code);
        let found = fs::read_to_string(here.path().join("out.json")).unwrap();
        let count = found.matches(&format!("\"verdict\": \"{verdict}\"")).count();
        assert_eq!(count, cells, "{kind} {more}: {found}");
        expect(here.path(), &["show", "own.md"], 0);
    }
    write(here.path(), "own.md", text("monotone", "one.tsv", "grid\nlimit 1"));
    refused(here.path(), &["check", "own.md"], &["about formulas alone"]);
}

#[test]
fn level_and_margin_are_stated_and_not_for_the_catalogue() {
    let here = folder();
    write(here.path(), "runs.csv", table());
    write(here.path(), "right.md", claim("1 - rho", "samples runs.csv", ""));
    let check = |file: &str, more: &[&str], code| {
        let words = [&["check", file, "--json", "out.json"], more].concat();
        let said = expect(here.path(), &words, code).out;
        (said, fs::read_to_string(here.path().join("out.json")).unwrap())
    };
    let (said, json) = check("right.md", &["--margin", "0.1", "--level", "0.01"], 0);
    assert!(
        said.contains("agrees within 10 % at level 0.01") && said.contains("Level 0.01 for the whole run"),
        "{said}"
    );
    assert!(json.contains("\"level\": 0.01") && json.contains("\"margin\": \"10 %\""), "{json}");
    let (said, _) = check("right.md", &["--margin", "abs", "0.07"], 0);
    assert!(said.contains("agrees within 0.07 at level 0.001"), "{said}");
    // What is asked for and what the samples do not reach: how many would do.
    let (said, json) = check("right.md", &["--margin", "abs 0.0005"], 2);
    assert!(said.contains("undecided within 0.0005 at level 0.001") && said.contains("draws at d = 16, 24"), "{said}");
    assert!(json.contains("\"needed\"") && json.contains("\"trials\""), "{json}");
    write(here.path(), "tight.md", claim("1 - rho", "samples runs.csv", "margin 0.001"));
    let (said, _) = check("tight.md", &["--margin", "0.1"], 2);
    assert!(said.contains("undecided within 0.1 % at level 0.001"), "{said}");
    for (words, fragments) in [
        (&["check", "rf-test-error", "--level", "0.01"][..], vec!["rf-test-error", "in the catalogue"]),
        (&["check", "--margin", "0.1"], vec!["in the catalogue"]),
        (&["check", "right.md", "rf-robustness", "--margin", "0.1"], vec!["in the catalogue"]),
        (&["--theory", ".", "check", "--margin", "0.1"], vec!["--theory"]),
        (&["check", "right.md", "--margin", "0.3"], vec!["at most 0.2"]),
        (&["check", "right.md", "--margin", "abs 0"], vec!["abs 0.01"]),
        (&["check", "right.md", "--level", "0.1"], vec!["at most 0.05"]),
        (&["check", "right.md", "--level", "0"], vec!["at most 0.05"]),
    ] {
        refused(here.path(), words, &fragments);
    }
}

/// Reading takes a fraction of a second in an optimised build; the test allows for a slow machine.
#[test]
fn a_million_lines_are_read_in_no_time() {
    let here = folder();
    let mut text = String::from("d,m,replicate,value\n");
    for replicate in 0..200_000 {
        for dim in [16, 24, 48, 96, 144] {
            text += &format!("{dim},{},{replicate},{}\n", dim / 2, 0.5 + f64::from(replicate % 7 - 3) / 1e3);
        }
    }
    write(here.path(), "runs.csv", text);
    write(here.path(), "own.md", claim("1 - rho", "samples runs.csv", ""));
    let started = std::time::Instant::now();
    expect(here.path(), &["check", "own.md"], 0);
    assert!(started.elapsed().as_secs_f64() < 20.0, "{:?}", started.elapsed());
}
