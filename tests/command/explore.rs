//! `limitcheck explore`: formulas that are right on their grid and wrong elsewhere are found; true ones stay; results resume.

use crate::support::program::{expect, folder, refused, tangent_claim, trained_claim, write};
use limitcheck::claim::Claim;
use limitcheck::compare::Budget;
use limitcheck::record::explored::ExploreRecord;
use limitcheck::report::explored_table;
use limitcheck::run::check::check;
use limitcheck::run::explore::{Request, explore};
use limitcheck::run::plan::Prepared;
use limitcheck::run::store::Store;
use limitcheck::testing::{catalogue, read_claim};

/// A claim of the catalogue whose limit has `more` added to it, with these grid lines alone.
fn altered(id: &str, more: &str, grid: &str) -> Claim {
    let claim = catalogue().find(id).unwrap();
    let dropped = ["grid ", "special ", "alt ", "experiment ", "finite ", "explore "];
    // A statement goes on in the lines that are indented below it.
    let mut statements: Vec<String> = Vec::new();
    for line in claim.text.text.lines() {
        match statements.last_mut() {
            Some(statement) if line.starts_with(' ') => *statement += &format!("\n{line}"),
            _ => statements.push(line.to_string()),
        }
    }
    statements.retain(|statement| !dropped.iter().any(|word| statement.starts_with(word)));
    for statement in &mut statements {
        if let Some(limit) = statement.strip_prefix("limit ") {
            *statement = format!("{grid}\nlimit ({limit}) + {more}");
        }
    }
    let text = statements.join("\n") + "\n";
    let no_files = |path: &str| Err(format!("{path}: no file is read here"));
    let read = read_claim("altered.md", &text, &catalogue().definitions, &no_files);
    read.unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

fn explored(claim: &Claim, points: usize) -> ExploreRecord {
    let prepared = [Prepared::new(claim).unwrap()];
    explore(&prepared, Request::new(points, Budget::Quick), &mut Store::new(1)).unwrap()
}

/// It agrees on its grid; one of twelve random points refutes it, and what that is shrunk to is a counterexample too.
fn right_on_its_grid_only(id: &str, more: &str, grid: &str) -> ExploreRecord {
    let claim = altered(id, more, grid);
    let run = check(&[Prepared::new(&claim).unwrap()], Budget::Quick, &mut Store::new(1)).unwrap();
    let verdicts: Vec<&str> = run.cells.iter().map(|cell| cell.verdict.name()).collect();
    assert!(verdicts.iter().all(|verdict| *verdict == "agrees"), "{id}: {verdicts:?}");
    let record = explored(&claim, 12);
    let found = record.cells.iter().find_map(|one| one.shrunk.as_ref());
    assert!(found.is_some(), "{}", explored_table(&record, &|_| String::new()));
    record
}

/// Zero at the three points of the grid.
const CUBIC: &str = "(rho - 1/2)*(rho - 1)*(rho - 2)/25";

#[test]
fn six_formulas_that_are_right_at_three_ratios_are_refuted() {
    for id in
        ["init-test-error", "nt-test-error", "nt-robustness", "sgd-test-error", "nt-additive-robustness", "mp-moment-2"]
    {
        right_on_its_grid_only(id, CUBIC, "grid rho in {0.5, 1, 2}");
    }
}

#[test]
fn what_is_wrong_for_narrow_networks_only_is_found() {
    let more = "cases(rho < 1: (1 - rho)/4; otherwise: 0)";
    let record = right_on_its_grid_only("nt-test-error", more, "grid rho in {1, 1.5, 2}");
    let ratio = |one: &limitcheck::record::explored::ExploredCell| one.shrunk.as_ref()?.get("rho")?.as_f64();
    assert!(record.cells.iter().filter_map(ratio).all(|rho| rho < 1.0));
}

#[test]
fn what_is_wrong_for_odd_activations_only_is_found() {
    let more = "cases(lambda(0) == 0 and lambda(2) == 0: 1/5; otherwise: 0)";
    right_on_its_grid_only("init-test-error", more, "grid activation in {relu, quadratic, cos}");
}

#[test]
fn what_is_wrong_for_targets_of_both_signs_only_is_found() {
    let more = "cases(quantile(spectrum, 0) < 0: 1/5; otherwise: 0)";
    right_on_its_grid_only("nt-test-error", more, "grid rho = 0.5, spectrum in {identity, exponential, uniform}");
}

#[test]
fn what_is_wrong_at_large_times_only_is_found() {
    let more = "cases(time > 4: 1/5; otherwise: 0)";
    right_on_its_grid_only("nt-lazy-symmetrised-test-error", more, "grid rho = 0.5, time in {0.25, 1}");
}

#[test]
fn what_is_wrong_for_a_large_start_only_is_found() {
    let more = "cases(zeta > 3: zeta/4; otherwise: 0)";
    right_on_its_grid_only("nt-additive-test-error", more, "grid rho = 0.5, zeta in {0.5, 1, 2}");
}

#[test]
fn exit_codes_are_those_of_check() {
    let here = folder();
    let explore = |name: &str, claim: String, code: i32| {
        let path = write(here.path(), name, claim);
        expect(here.path(), &["explore", &path, "--points", "5", "--budget", "quick"], code)
    };
    let (alone, positive) = ("require beta == 1\n", "require quantile(spectrum, 0) >= 0\n");
    explore("good.md", trained_claim("mine", "conjecture", "pos(1 - rho)", alone), 0);
    let wrong = explore("wrong.md", trained_claim("mine", "conjecture", "pos(1 - rho)", positive), 1).out;
    for fragment in
        ["shrunk in", "to keep it, add to the claim:  grid", "to see it again:  limitcheck explore", "--points 5"]
    {
        assert!(wrong.contains(fragment), "`{fragment}` is missing in\n{wrong}");
    }
    explore("false.md", trained_claim("mine", "known-false", "pos(1 - rho)", positive), 0);
    explore("right.md", trained_claim("mine", "known-false", "pos(1 - rho)", alone), 1);
    // Targets with negative eigenvalues are none that this simulator knows: the claim should say so.
    let none = explore("none.md", trained_claim("mine", "conjecture", "pos(1 - rho)", ""), 3).out;
    assert!(none.contains("no value") && none.contains("without negative eigenvalues"), "{none}");
}

#[test]
fn a_run_resumes_with_the_same_bytes() {
    let here = folder();
    let path =
        write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "pos(1 - rho)^2", "require beta == 0\n"));
    let explore = |json: &str, more: &[&str]| {
        let all = [&["explore", &path, "--points", "4", "--budget", "quick", "--json", json][..], more].concat();
        expect(here.path(), &all, 0);
        std::fs::read_to_string(here.path().join(json)).unwrap()
    };
    let plain = explore("a.json", &[]);
    assert_eq!(plain, explore("b.json", &["--results", "r.jsonl", "--jobs", "1"]));
    let whole = std::fs::read_to_string(here.path().join("r.jsonl")).unwrap();
    let cut: String = whole.lines().take(4).map(|line| format!("{line}\n")).collect();
    std::fs::write(here.path().join("r.jsonl"), cut).unwrap();
    assert_eq!(plain, explore("c.json", &["--results", "r.jsonl"]));
    let record: ExploreRecord = serde_json::from_str(&plain).unwrap();
    assert_eq!((record.points, record.cells.len()), (4, 4));
    assert!(record.cells.iter().all(|one| one.cell.verdict.name() == "agrees" && one.shrunk.is_none()), "{plain}");
}

#[test]
fn bad_requests_say_what_to_do() {
    let here = folder();
    refused(here.path(), &["explore", "nt-test-error", "--points", "0"], &["--points 0", "from 1 to"]);
    refused(here.path(), &["explore", "nt-test-eror"], &["did you mean `nt-test-error`?"]);
    let claim = |line: &str| tangent_claim("mine", "conjecture", "pos(1 - rho)^2", &format!("{line}\n"));
    let cases = [
        ("explore rho in [2, 1]", "the lower one first"),
        ("explore rho in [-1, 1]", "out of its domain"),
        ("explore zeta in [1, 2]", "no parameter `zeta`"),
        ("explore rho", "where random points lie"),
        ("explore spectrum in [0, 1]", "two numbers"),
    ];
    for (line, fragment) in cases {
        let path = write(here.path(), "mine.md", claim(line));
        refused(here.path(), &["explore", &path], &[fragment]);
    }
}

/// A printed number belongs to its own point: that it is wrong makes no other point disagree.
#[test]
fn printed_numbers_are_left_to_check() {
    let claim = altered("nt-test-error", "0", "grid rho = 1/2\nprinted 0.9 at rho = 1/2");
    let record = explored(&claim, 2);
    assert!(record.cells.len() == 2 && record.cells.iter().all(|one| one.shrunk.is_none()), "{:?}", record.cells);
}
