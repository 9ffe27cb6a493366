//! One cell without a value, or one file with faults: the verdicts of all others are there, and the exit code is 3.

use crate::support::program::{assert_same_tree, expect, folder, refused, tangent_claim, trained_claim, tree, write};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A claim of the fully trained network, right wherever its formula has a value: not at a = 30.
fn with_hole(grid: &str, limit: &str) -> String {
    trained_claim("hole", "conjecture", limit, "parameter a = 1 in (0, inf)")
        .replace("\ngrid\n", &format!("\ngrid a in {grid}\n"))
}

const HOLE: &str = "1 - rho + 0*sqrt(29 - a)";

/// Where the root stands in the file of [`with_hole`].
const PLACE: &str = "hole.md:17:24";

fn cells(folder: &Path, name: &str) -> Vec<Value> {
    let run: Value = serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    run["cells"].as_array().unwrap().clone()
}

fn verdicts(folder: &Path, name: &str) -> Vec<String> {
    cells(folder, name).iter().map(|cell| cell["verdict"].as_str().unwrap().to_string()).collect()
}

#[test]
fn a_point_without_a_value_leaves_the_others_their_verdicts() {
    let here = folder();
    write(here.path(), "hole.md", with_hole("{1, 2, 30, 3}", HOLE));
    let run = expect(here.path(), &["check", "hole.md", "--budget", "quick", "--json", "run.json"], 3);
    assert_eq!(verdicts(here.path(), "run.json"), ["agrees", "agrees", "no value", "agrees"]);
    for fragment in ["x  hole", "no value: square root of a negative value", PLACE, "3 agrees, 1 no value"] {
        assert!(run.out.contains(fragment), "`{fragment}` is missing in\n{}", run.out);
    }
    let none = &cells(here.path(), "run.json")[2];
    assert_eq!(none["set"]["a"], 30.0);
    assert!(none["reason"].as_str().unwrap().contains(PLACE) && none["gap"].is_null() && none["replicates"] == 0);
    // Contrary cells and vacuous claims beside it do not change the code.
    write(here.path(), "wrong.md", trained_claim("wrong", "conjecture", "rho", ""));
    write(here.path(), "never.md", trained_claim("never", "theorem", "1 - rho", "require rho > 7"));
    let run = expect(here.path(), &["check", "wrong.md", "hole.md", "never.md", "--budget", "quick"], 3);
    for fragment in ["1 disagrees", "1 no value", "1 vacuous", "3 agrees", "1 contrary to its status"] {
        assert!(run.out.contains(fragment), "`{fragment}` is missing in\n{}", run.out);
    }
    // Where nothing else is on the grid.
    write(here.path(), "hole.md", with_hole("{30}", HOLE));
    expect(here.path(), &["check", "hole.md", "--budget", "quick", "--json", "run.json"], 3);
    assert_eq!(verdicts(here.path(), "run.json"), ["no value"]);
}

/// With noise, so that the level is shared: among as many cells as without the point that has no value.
#[test]
fn what_has_no_value_takes_no_share_of_the_level() {
    let here = folder();
    let claim = |grid: &str| {
        tangent_claim("mine", "conjecture", "(1 - rho)^2 + 0*sqrt(2 - a)", "parameter a = 1 in (0, inf)")
            .replace("\ngrid\n", &format!("\ngrid a in {grid}\n"))
    };
    for (grid, name) in [("{1, 2}", "whole.json"), ("{3, 1, 2}", "hole.json")] {
        write(here.path(), "mine.md", claim(grid));
        let code = if name == "whole.json" { 0 } else { 3 };
        expect(here.path(), &["check", "mine.md", "--budget", "quick", "--json", name], code);
    }
    assert_eq!(verdicts(here.path(), "hole.json"), ["no value", "agrees", "agrees"]);
    assert_eq!(cells(here.path(), "hole.json")[1..], cells(here.path(), "whole.json"));
}

/// Conditions, special cases, second forms, growth, sizes, and networks that cannot be solved.
#[test]
fn whatever_has_no_value_says_which_it_is() {
    let here = folder();
    let table = [
        ("require sqrt(29 - a) > -1", "1 - rho", vec!["agrees", "no value"], "negative value: -1"),
        ("special sqrt(a - 2) at a = 1", "1 - rho", vec!["agrees", "agrees", "no value"], "special case: square root"),
        ("alt 1 - rho + 0*sqrt(29 - a)", "1 - rho", vec!["agrees", "agrees", "no value"], "second form: square root"),
    ];
    for (line, limit, expected, reason) in table {
        let text = with_hole("{1, 30}", limit).replace("\ngrid a", &format!("\n{line}\ngrid a"));
        write(here.path(), "hole.md", text);
        let run = expect(here.path(), &["check", "hole.md", "--budget", "quick", "--json", "run.json"], 3);
        assert_eq!(verdicts(here.path(), "run.json"), expected, "{line}");
        assert!(run.out.contains(reason) && run.out.contains("(hole.md:"), "{line}: {}", run.out);
    }
    // A ratio that no memory holds.
    let text = tangent_claim("hole", "conjecture", "(1 - rho)^2", "").replace("simulator nt", "simulator rf");
    write(here.path(), "hole.md", text.replace("\ngrid\n", "\ngrid rho in {0.5, 1e12}\n"));
    let run = expect(here.path(), &["check", "hole.md", "--budget", "quick", "--json", "run.json"], 3);
    let found = verdicts(here.path(), "run.json");
    assert!(found[0] != "no value" && found[1] == "no value", "{found:?}");
    assert!(run.out.contains("no value: at d = ") && run.out.contains("needs"), "{}", run.out);
}

/// A cell of formulas alone, and one of samples of the reader's own.
#[test]
fn claims_without_a_simulator_have_it_too() {
    let here = folder();
    let text = "```claim\nclaim mine\ntitle T\nkind identity\nstatus derived\nsource S\nparameter a = 1 in (0, inf)\n\
                grid a in {1, 30, 2}\nlimit sqrt(29 - a)*sqrt(29 - a)\nalt 29 - a\n```\n";
    write(here.path(), "mine.md", text);
    let run = expect(here.path(), &["check", "mine.md", "--json", "run.json"], 3);
    assert!(run.out.contains("(mine.md:9:12)"), "{}", run.out);
    let found = verdicts(here.path(), "run.json");
    assert!(found[1] == "no value" && found[0] != "no value" && found[2] != "no value", "{found:?}");
}

#[test]
fn a_file_with_faults_leaves_the_others_their_verdicts() {
    let here = folder();
    write(here.path(), "good.md", trained_claim("good", "conjecture", "1 - rho", ""));
    write(here.path(), "bad.md", trained_claim("bad", "conjecture", "1 - rho)", ""));
    write(here.path(), "latin.md", b"# caf\xe9\n");
    for files in [["good.md", "bad.md"], ["bad.md", "good.md"], ["good.md", "latin.md"]] {
        let run = expect(here.path(), &["check", files[0], files[1], "--budget", "quick"], 3);
        assert!(run.out.contains("1 cell: 1 agrees"), "{}", run.out);
        let fault = if files.contains(&"bad.md") { "bad.md:17:14" } else { "not UTF-8" };
        assert!(run.err.contains(fault), "{}", run.err);
    }
    expect(here.path(), &["report", "good.md", "bad.md", "--budget", "quick", "--out", "out"], 3);
    assert!(here.path().join("out/claims/good.md").exists() && !here.path().join("out/claims/bad.md").exists());
    let mutants = expect(here.path(), &["mutants", "bad.md", "good.md", "--budget", "quick"], 3);
    assert!(mutants.out.contains("score 100.0 %") && mutants.err.contains("bad.md:17:14"), "{}", mutants.out);
    refused(here.path(), &["check", "bad.md", "latin.md"], &["bad.md:17:14", "not UTF-8"]);
    // A name that means nothing is a slip of the command line.
    refused(here.path(), &["check", "good.md", "no-such-claim"], &["unknown claim `no-such-claim`"]);
    refused(here.path(), &["check", "good.md", "good.md"], &["`good` is named twice"]);
}

#[test]
fn a_catalogue_with_a_faulty_file_is_judged_but_for_it() {
    let here = folder();
    write(here.path(), "mine/good.md", trained_claim("good", "conjecture", "1 - rho", ""));
    write(here.path(), "mine/bad.md", trained_claim("bad", "conjecture", "1 - rho)", ""));
    let run = expect(here.path(), &["check", "--theory", "mine", "--budget", "quick"], 3);
    assert!(run.out.contains("1 cell: 1 agrees") && run.err.contains("bad.md:17:14"), "{}{}", run.out, run.err);
    // What lists or looks up needs the whole of it.
    refused(here.path(), &["list", "--theory", "mine"], &["bad.md:17:14"]);
}

#[test]
fn reports_mutants_and_benchmarks_go_on() {
    let here = folder();
    let more = "experiment d = 64, m in {16}, trials = 8, a = 30\n";
    let text = with_hole("{1, 30, 2}", HOLE).replace("\ngrid a", &format!("\n{more}grid a"));
    write(here.path(), "hole.md", text);
    let report = |out: &'static str, more: &[&str]| {
        expect(here.path(), &[&["report", "hole.md", "--budget", "quick", "--out", out][..], more].concat(), 3)
    };
    report("out", &[]);
    let page = fs::read_to_string(here.path().join("out/claims/hole.md")).unwrap();
    for fragment in ["| a=30 |", "**no value**", "hole.md:18:24", "agrees 2 of 3, no value 1 of 3"] {
        assert!(page.contains(fragment), "`{fragment}` is missing in\n{page}");
    }
    assert!(page.contains("No value in the experiment (a = 30): at d = 64, m = 16: square root"), "{page}");
    let index = fs::read_to_string(here.path().join("out/README.md")).unwrap();
    assert!(index.contains("## Without a value, contrary or undecided"), "{index}");
    // Drawn again from the samples, and from the numbers.
    report("from-samples", &["--from", "out/results.jsonl"]);
    fs::copy(here.path().join("out/results.jsonl"), here.path().join("from-samples/results.jsonl")).unwrap();
    assert_same_tree(&here.path().join("out"), &here.path().join("from-samples"));
    expect(here.path(), &["report", "--from", "out/report.json", "--out", "from-numbers"], 3);
    assert_eq!(fs::read_to_string(here.path().join("from-numbers/claims/hole.md")).unwrap(), page);
    // A run that is resumed keeps it, and two runs that have it are the same.
    report("out", &[]);
    assert_eq!(fs::read_to_string(here.path().join("out/claims/hole.md")).unwrap(), page);
    let same = ["compare", "out/verdicts.json", "from-samples/verdicts.json"];
    assert!(expect(here.path(), &same, 0).out.contains("the same 3 verdicts"));

    let run = expect(here.path(), &["mutants", "hole.md", "--budget", "quick", "--json", "m.json"], 3);
    assert!(run.out.contains("left out, the claim itself has no value at a=30") && run.out.contains("score 100.0 %"));
    assert!(fs::read_to_string(here.path().join("m.json")).unwrap().contains("\"no_value\": 1"));
    let bench = ["bench", "hole.md", "--out", "b", "--cost", "0", "--thorough", "0", "--json", "b.json"];
    expect(here.path(), &bench, 3);
    assert!(fs::read_to_string(here.path().join("b.json")).unwrap().contains("\"no value\": 1"));
    let sweep = expect(here.path(), &["sweep", "hole.md", "--along", "a=1,30"], 2);
    assert!(sweep.out.contains("no value: square root"), "{}", sweep.out);
    expect(here.path(), &["plot", "hole.md", "--along", "a=1:40:14"], 2);
}

/// A network that cannot be solved concerns its own cell, and a run that goes on from the file says the same.
#[test]
fn a_network_that_cannot_be_solved_leaves_the_others_their_verdicts() {
    let here = folder();
    let text = "```claim\nclaim mine\ntitle Lazy\nkind limit\nstatus known-false\nsource S\n\
                parameter rho = 0.5 in (0, inf)\nparameter zeta = 1 in [0, inf)\nparameter activation = quadratic\n\
                parameter spectrum = identity\nsimulator rf-lazy\nobservable test-error\nbias d^-1\n\
                grid zeta in {1e200, 0}\nlimit 2\n```\n";
    write(here.path(), "mine.md", text);
    let report = |more: &[&str], code| {
        expect(here.path(), &[&["report", "mine.md", "--budget", "quick", "--out", "out"][..], more].concat(), code)
    };
    let run = report(&[], 3);
    assert!(
        run.out.contains("no value: simulator rf-lazy, d = 16, m = 8, seed 1, replicate 0: output weights are not")
    );
    assert_eq!(verdicts(here.path(), "out/verdicts.json"), ["no value", "disagrees"]);
    let pages = tree(&here.path().join("out"));
    let again = report(&["--jobs", "1"], 3);
    assert_eq!(again.out, run.out);
    report(&["--from", "out/results.jsonl"], 3);
    assert!(tree(&here.path().join("out")) == pages, "the same pages, resumed and drawn again");
    expect(here.path(), &["merge", "out/results.jsonl", "--out", "merged.jsonl"], 0);
    assert!(fs::read_to_string(here.path().join("merged.jsonl")).unwrap().contains("output weights are not"));
}

/// The slope from a point that has no value has none; the others stand.
#[test]
fn a_slope_from_a_point_without_a_value_has_none() {
    let here = folder();
    let text = "```claim\nclaim mine\ntitle Grows\nkind diverges\nstatus conjecture\nsource S\n\
                parameter rho = 0.5 in (0, inf)\nparameter spectrum = identity\nrequire sqrt(2 - rho) > -1\n\
                simulator sgd\nobservable test-error\nbias exact\ngrid rho in {0.25, 0.5, 3, 0.75}\n\
                growth -1/rho\nlimit 1\n```\n";
    write(here.path(), "mine.md", text);
    let run = expect(here.path(), &["check", "mine.md", "--budget", "quick", "--json", "run.json"], 3);
    let found = verdicts(here.path(), "run.json");
    assert_eq!(found.len(), 3, "{}", run.out);
    assert!(found[0] != "no value" && found[1..] == ["no value", "no value"], "{found:?}");
    assert!(run.out.contains("no slope from the point before at rho=3"), "{}", run.out);
    // The growth of the whole grid falls: each cell says so.
    write(here.path(), "mine.md", text.replace("growth -1/rho", "growth 1/rho").replace("3, 0.75", "0.75"));
    let run = expect(here.path(), &["check", "mine.md", "--budget", "quick"], 3);
    assert!(run.out.contains("2 no value") && run.out.contains("order the grid (mine.md:14:8)"), "{}", run.out);
}
