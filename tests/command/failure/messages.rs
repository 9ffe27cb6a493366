//! What messages say: short numbers, places, and nothing where there is nothing.

use crate::support::program::{Run, expect, folder, refused, trained_claim, write};
use std::fmt::Write;
use std::path::Path;

/// A claim about formulas with these lines.
fn claim(kind: &str, lines: &str) -> String {
    format!("```claim\nclaim mine\ntitle T\nkind {kind}\nstatus conjecture\nsource S\n{lines}\n```\n")
}

/// Judges, or evaluates, and checks that no number stands there with all its zeros.
fn told(folder: &Path, text: &str, arguments: &[&str], code: i32, fragments: &[&str]) -> Run {
    write(folder, "mine.md", text);
    let run = expect(folder, arguments, code);
    let all = format!("{}{}", run.out, run.err);
    for fragment in fragments {
        assert!(all.contains(fragment), "{arguments:?}: `{fragment}` is missing in\n{all}");
    }
    assert!(!all.contains("00000000000000"), "{arguments:?}: a number with all its zeros\n{all}");
    run
}

#[test]
fn small_and_large_numbers_are_short() {
    let here = folder();
    let tell = |text: &str, arguments: &[&str], code: i32, fragments: &[&str]| {
        told(here.path(), text, arguments, code, fragments);
    };
    let check: &[&str] = &["check", "mine.md", "--budget", "quick"];
    let tiny = claim("limit", "grid\nlimit 7*10^(-165)\nalt 7*10^(-165)");
    tell(&tiny, &["eval", "mine.md"], 0, &["mine\n7e-165 (error at most"]);
    let special = trained_claim("mine", "conjecture", "1 - rho", "special 7*10^(-165) at rho = 1/2");
    tell(&special, check, 1, &["the formula gives 0.5, not 7e-165"]);
    let outside = claim("limit", "parameter x = 1e-300 in (1e-250, 1e-200)\ngrid\nlimit x\nalt x");
    tell(&outside, check, 3, &["x = 1e-300 is out of its domain", "x lies in (1e-250, 1e-200)"]);
    let inside = outside.replace("1e-300", "2e-225");
    tell(&inside, &["show", "mine.md"], 0, &["x = 2e-225; (1e-250, 1e-200)"]);
    let unmet = inside.replace("\ngrid", "\nrequire x > 1\ngrid");
    tell(&unmet, &["eval", "mine.md"], 3, &["claim `mine` at x=2e-225: its hypotheses do not hold"]);
    let falls = claim("monotone", "parameter x = 1 in (0, inf)\nalong x in [1e-200, 1e-199] decreasing\ngrid\nlimit x");
    tell(&falls, check, 1, &["before x = 5.725e-200"]);
    let hole = claim("limit", "parameter x = 1 in (0, inf)\ngrid\nlimit x + 0*sqrt(2*x - 1)\nalt 1");
    tell(&hole, &["sweep", "mine.md", "--along", "x=7e-165,1"], 2, &["the first is x = 7e-165: square root of"]);
    let line = claim("limit", "parameter x = 1 in (0, inf)\ngrid\nlimit x\nalt 1");
    tell(&line, &["sweep", "mine.md", "--along", "x=1e-150:2e-150:3"], 0, &["mine,1.5e-150,"]);
}

/// Neither ` at  (` nor settings that are not there.
#[test]
fn a_claim_without_parameters_is_named_alone() {
    let here = folder();
    let text = claim("limit", "grid\nlimit sqrt(0 - 1)\nalt 2");
    let eval = told(here.path(), &text, &["eval", "mine.md"], 3, &["error: claim `mine` (mine.md:8:12): square root"]);
    assert!(eval.out.is_empty());
    let check = ["check", "mine.md"];
    told(here.path(), &text, &check, 3, &["x mine: no value: square root of a negative value: -1 (mine.md:8:12)"]);
    let unmet = text.replace("\ngrid", "\nrequire 1 > 2\ngrid");
    told(here.path(), &unmet, &["eval", "mine.md"], 3, &["claim `mine`: its hypotheses do not hold"]);
}

#[test]
fn what_can_be_followed_is_named_or_that_nothing_can() {
    let here = folder();
    let lines = |numbers: &str| {
        let laws = "parameter activation = relu\nsimulator init\nobservable test-error\nbias d^-1\n";
        claim("limit", &format!("{numbers}{laws}grid\nlimit 2"))
    };
    let table = [
        ("", "nothing to follow"),
        ("parameter rho = 1 in (0, inf)\n", "follow rho, and give activation to --by"),
        (
            "parameter rho = 1 in (0, inf)\nparameter zeta = 1 in [0, inf)\n",
            "follow one of rho, zeta, and give activation to --by",
        ),
    ];
    for (numbers, fragment) in table {
        write(here.path(), "mine.md", lines(numbers));
        for verb in ["plot", "sweep"] {
            let arguments = [verb, "mine.md", "--along", "activation=tanh"];
            refused(here.path(), &arguments, &["--along activation: not a number", fragment]);
        }
    }
}

#[test]
fn samples_of_the_readers_own_are_no_formulas() {
    let here = folder();
    let mut rows = String::from("d,m,replicate,value\n");
    for dim in [16, 24, 48, 96, 144] {
        for replicate in 0..16 {
            writeln!(rows, "{dim},{},{replicate},0.5{replicate:02}", dim / 2).unwrap();
        }
    }
    write(here.path(), "runs.csv", rows);
    let lines = "parameter rho = 0.5 in (0, inf)\nsamples runs.csv\nbias d^-1\ngrid\nlimit 1 - rho";
    write(here.path(), "own.md", claim("limit", lines));
    refused(here.path(), &["simulate", "own.md", "--dim", "8"], &["no simulator: its samples are", "runs.csv"]);
    write(here.path(), "formula.md", claim("identity", "grid\nlimit 1\nalt 1"));
    refused(here.path(), &["simulate", "formula.md", "--dim", "8"], &["it is a statement about formulas"]);
}

/// What is infinite has a mean that says so, and no error for want of a second network.
#[test]
fn means_that_are_not_finite_say_so() {
    let here = folder();
    let simulate = ["simulate", "init-test-error", "--dim", "8", "--set", "zeta=1e200"];
    let run = expect(here.path(), &[&simulate[..], &["--trials", "2"]].concat(), 0);
    assert!(run.out.contains("mean not finite, standard error none"), "{}", run.out);
    let run = expect(here.path(), &["simulate", "init-test-error", "--dim", "8", "--trials", "1"], 0);
    assert!(run.out.contains("standard error unknown (one network)"), "{}", run.out);
}

/// Exact values of a coefficient with hundreds of digits are left to JSON.
#[test]
fn exact_values_beyond_a_line_are_left_out() {
    let here = folder();
    let run = expect(here.path(), &["hermite", "poly(1e-300,1)", "--order", "1"], 0);
    let row = run.out.lines().find(|line| line.starts_with("  0  ")).unwrap();
    assert!(row.contains("1e-300") && row.contains("too long to be shown") && row.len() < 120, "{row}");
    let run = expect(here.path(), &["hermite", "poly(1e-300,1)", "--order", "1", "--json"], 0);
    assert!(run.out.contains(&format!("1/1{}", "0".repeat(300))));
}
