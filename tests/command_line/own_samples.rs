//! Claims that are judged by samples of the reader's own.

use super::support::{expect, folder, refused, write};
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
