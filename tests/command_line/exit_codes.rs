//! 0, 1, 2 and 3, each by every way that leads there.

use super::support::{expect, folder, tangent_claim, trained_claim, write};

fn check(claim: String, code: i32, fragments: &[&str]) {
    let here = folder();
    let path = write(here.path(), "claim.md", claim);
    let run = expect(here.path(), &["check", &path, "--budget", "quick"], code);
    for fragment in fragments {
        assert!(run.out.contains(fragment), "`{fragment}` is missing in\n{}", run.out);
    }
}

#[test]
fn what_is_true_exits_with_0() {
    check(trained_claim("mine", "theorem", "1 - rho", ""), 0, &["agrees"]);
    let here = folder();
    let run = expect(here.path(), &["check", "sgd-test-error", "sgd-robustness", "--budget", "quick"], 0);
    assert!(run.out.contains("none contrary"), "{}", run.out);
}

#[test]
fn known_false_that_is_refuted_exits_with_0() {
    check(tangent_claim("mine", "known-false", "1 - rho", ""), 0, &["disagrees", "as expected"]);
    check(trained_claim("mine", "known-false", "1 - rho^2", ""), 0, &["disagrees"]);
}

#[test]
fn what_is_wrong_exits_with_1() {
    // Five percent off, which an overlay of curves would not show.
    check(tangent_claim("mine", "conjecture", "1.05*(1 - rho)^2", ""), 1, &["disagrees", "expected: agrees"]);
    check(trained_claim("mine", "conjecture", "1 - rho + 1/50", ""), 1, &["disagrees"]);
    check(trained_claim("mine", "conjecture", "1 - rho", "special 1/3 at rho = 1/2"), 1, &["special case"]);
    check(trained_claim("mine", "conjecture", "1 - rho", "alt 1 - 1.001*rho"), 1, &["second form"]);
}

#[test]
fn known_false_that_is_true_exits_with_1() {
    check(trained_claim("mine", "known-false", "1 - rho", ""), 1, &["agrees", "expected: disagrees"]);
}

#[test]
fn nothing_tested_exits_with_2() {
    check(trained_claim("mine", "theorem", "1 - rho", "require rho > 7"), 2, &["vacuous", "no grid point"]);
}

#[test]
fn undecided_exits_with_2() {
    // Without noise, a gap beyond rounding that is smaller than the margin.
    check(trained_claim("mine", "conjecture", "1 - rho + 1/10000", ""), 2, &["undecided", "within the margin"]);
    // The formula ignores that m/d is not rho at each size, so that gaps jump about and follow no rate.
    let rough = tangent_claim("mine", "conjecture", "121/400", "").replace("rho = 0.5", "rho = 0.45");
    check(rough, 2, &["undecided", "rate or order", "chi-squared"]);
}

#[test]
fn contrary_outweighs_undecided() {
    let here = folder();
    let vacuous = write(here.path(), "a.md", trained_claim("a", "theorem", "1 - rho", "require rho > 7"));
    let wrong = write(here.path(), "b.md", trained_claim("b", "theorem", "rho", ""));
    expect(here.path(), &["check", &vacuous, &wrong, "--budget", "quick"], 1);
}

#[test]
fn usage_errors_exit_with_3_and_never_with_2() {
    let here = folder();
    let wrong: [&[&str]; 12] = [
        &[],
        &["chekc"],
        &["--no-such-option"],
        &["eval"],
        &["eval", "a", "b"],
        &["simulate", "sgd-test-error"],
        &["simulate", "sgd-test-error", "--dim", "many"],
        &["check", "--budget", "slow"],
        &["check", "--seed", "1.5"],
        &["hermite", "relu", "--order", "-1"],
        &["compare", "one.json"],
        &["merge"],
    ];
    for arguments in wrong {
        let run = expect(here.path(), arguments, 3);
        assert!(run.out.is_empty() && run.err.len() > 20, "{arguments:?}: {}", run.err);
    }
    expect(here.path(), &["help"], 0);
    expect(here.path(), &["help", "check"], 0);
}
