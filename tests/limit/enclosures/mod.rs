//! Which values are enclosed (the bound is a theorem) and which are estimated, and the words that say why.

mod judge;
mod mixtures;
mod public_cases;
mod sound;

use crate::support::formulas::*;
use judge::graded;
use limitcheck::claim::Kind;
use limitcheck::limit::{Formula, Place, Program};

#[track_caller]
fn assert_enclosed(formula: &str, truth: f64) {
    let found = graded(formula).unwrap_or_else(|fault| panic!("{formula}: {fault}"));
    assert_eq!(found.why, None, "{formula}");
    assert_holds(formula, found.value, truth);
}

/// An estimate for this reason, which a finer computation can confirm or not.
#[track_caller]
fn assert_estimated(formula: &str, truth: f64, reason: &str, may_be_confirmed: bool) {
    let found = graded(formula).unwrap_or_else(|fault| panic!("{formula}: {fault}"));
    assert_holds(formula, found.value, truth);
    let why = found.why.unwrap_or_else(|| panic!("{formula} is enclosed"));
    assert!(why.reason.contains(reason), "{formula}: {}", why.reason);
    assert_eq!(why.may_be_confirmed, may_be_confirmed, "{formula}: {}", why.reason);
}

/// An integral against a measure given by its Stieltjes transform runs along a contour. Another contour confirms it.
#[test]
fn contours_are_estimates_that_other_contours_confirm() {
    let claim = catalogue().find("rf-lazy-test-error").unwrap();
    let program = Program::compile(claim).unwrap();
    let place = Place { settings: claim.grid[0].clone(), size: None };
    let found = program.evaluate_graded(Formula::Limit, &place).unwrap();
    let why = found.why.as_ref().unwrap();
    assert!(why.reason.contains("runs along a contour"), "{}", why.reason);
    // The reason has the place of an integral against the measure in the claim's text.
    let text = &claim.text.text[why.span.start..why.span.end];
    assert!(text.starts_with("Int[") && text.ends_with(": u ~ nuW]"), "{text}");
    assert!(why.may_be_confirmed && program.confirms(Formula::Limit, &place, &found));
}

/// At p = 1 the expression touches zero and does not change sign. No computation in doubles tells whether there is a root, two
/// or none, so the root at 3 is found, but it may not be the only one.
#[test]
fn a_place_that_may_hold_two_equal_roots_leaves_a_doubt() {
    let equation = "root p in (0, 4) of (p-1)^2*(p-3)";
    assert_estimated(equation, 3.0, "uniqueness of the root not shown", false);
    let program = program(&format!("limit {equation}"));
    let found = program.evaluate_graded(Formula::Limit, &at(&[])).unwrap();
    assert!(!program.confirms(Formula::Limit, &at(&[]), &found));
    // Above 3 there is no such place, and below it there is.
    assert_enclosed("last root p in (0, 4) of (p-1)^2*(p-3)", 3.0);
    let fault = graded("first root p in (0, 4) of (p-1)^2*(p-3)").unwrap_err();
    assert!(fault.message.contains("first root could not be verified"), "{fault}");
}

/// An equation that stands twice is solved once. Its grade counts at both places, and in later evaluations, which know the value.
#[test]
fn an_equation_that_stands_twice_keeps_its_grade() {
    let proved = "root p in (0, 3) of p^3 - 2";
    assert_enclosed(&format!("({proved})*({proved})"), 4f64.cbrt());
    assert_eq!(graded(&format!("({proved})*({proved})")).unwrap().work.roots, 1);
    let doubted = "root p in (0, 4) of (p-1)^2*(p-3)";
    assert_estimated(&format!("({doubted}) - ({doubted})"), 0.0, "uniqueness of the root not shown", false);
    let program = program(&format!("k = {doubted}\nlimit k*rho"));
    for rho in ["1", "2"] {
        let found = program.evaluate_graded(Formula::Limit, &at(&[("rho", rho)])).unwrap();
        assert!(found.why.is_some_and(|why| why.reason.contains("uniqueness")), "rho = {rho}");
    }
}

#[test]
fn several_roots_are_a_fault_that_names_them() {
    for (equation, message) in [
        ("root p in (0, 4) of (p-1)*(p-2)*(p-3)", "several roots: 1, 2, 3"),
        ("root p in (0, inf) of (p-1)*(p-2)*(p-3)", "several roots: 1, 2, 3"),
        ("root p in (0, 3) of abs(p - 1) - 1/2", "several roots: 0.5, 1.5"),
        ("root p in (0, 2) of (p - 1)*(p - 1.0000000001)", "several roots: 1, 1.0000000001"),
        ("root t in (0, 10) of sin(t)", "several roots: 3.14159"),
        // Four of them are shown.
        ("root t in (0, 20) of sin(t)", ", .."),
    ] {
        let fault = graded(equation).unwrap_err();
        assert!(fault.message.contains(message), "{equation}: {fault}");
    }
}

#[test]
fn the_first_and_the_last_of_several_roots_have_values() {
    assert_enclosed("first root p in (0, 4) of (p-1)*(p-2)*(p-3)", 1.0);
    assert_enclosed("last root p in (0, 4) of (p-1)*(p-2)*(p-3)", 3.0);
    assert_enclosed("first root t in (0, 10) of sin(t)", std::f64::consts::PI);
    assert_enclosed("last root t in (0, 10) of sin(t)", 3.0 * std::f64::consts::PI);
}

/// An integral may stand inside an equation: its value at every p is enclosed. An equation inside an integral may not yet.
#[test]
fn integrals_and_roots_inside_each_other() {
    // (exp(p) - 1)/p = 2: from mpmath, findroot(lambda p: expm1(p)/p - 2, 1.25).
    assert_enclosed("root p in (0, 3) of Int[exp(p*x) : x in [0, 1]] - 2", 1.2564312086261696);
    // The integral of (sqrt(1 + 4x) - 1)/2 over [1/2, 1].
    let truth = (5f64.powf(1.5) - 3f64.powf(1.5)) / 12.0 - 0.25;
    assert_estimated("Int[root p in (0, 3) of p + p^2 - x : x in [0.5, 1]]", truth, "no bound was found", true);
}

/// The square of a rounded root is 2 within its bound, and no computation can tell whether it is exactly 2.
#[test]
fn sides_of_a_condition_that_agree_within_rounding() {
    let formula = "cases(sqrt(2)^2 == 2: 1; otherwise: 0)";
    assert_estimated(formula, 1.0, "agree within rounding", false);
    assert_enclosed("cases(sqrt(2)^2 == 2.000001: 1; otherwise: 0)", 0.0);
}

/// At infinite size, every claim of kind `limit` at every point of its grid. 311 of 341 when this was written: the others are
/// contours (18), roots whose uniqueness is not shown (8) and continuous independent laws (4).
#[test]
fn nine_tenths_of_the_catalogue_are_enclosed() {
    let (mut enclosed, mut estimated) = (0, vec![]);
    for claim in catalogue().claims.iter().filter(|claim| claim.kind == Kind::Limit) {
        let program = Program::compile(claim).unwrap();
        for settings in &claim.grid {
            let place = Place { settings: settings.clone(), size: None };
            if !program.admits(&place).unwrap() {
                continue;
            }
            let found = program.evaluate_graded(Formula::Limit, &place);
            match found.unwrap_or_else(|fault| panic!("{} at {settings}: {fault}", claim.id)).why {
                None => enclosed += 1,
                Some(why) => estimated.push(format!("{} at {settings}: {}", claim.id, why.reason)),
            }
        }
    }
    let all = enclosed + estimated.len();
    assert!(all > 300 && enclosed * 10 >= all * 9, "{enclosed} of {all}; estimated:\n{}", estimated.join("\n"));
}
