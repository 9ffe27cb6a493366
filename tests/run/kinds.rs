//! Claims of every kind, right and wrong: the verdict and the exit code that each gets.

use crate::support::program::{expect, folder, write};
use serde_json::Value;
use std::path::Path;

/// A claim with these lines besides its head.
fn claim(kind: &str, lines: &str) -> String {
    format!(
        "```claim\nclaim mine\ntitle Mine\nkind {kind}\nstatus conjecture\nsource me\nparameter rho = 0.5 in (0, inf)\n\
         parameter spectrum = identity\n{lines}\n```\n"
    )
}

/// Verdicts of the claim's cells at the quick budget.
fn verdicts(here: &Path, kind: &str, lines: &str, code: i32) -> Vec<String> {
    let path = write(here, "mine.md", claim(kind, lines));
    expect(here, &["check", &path, "--budget", "quick", "--json", "run.json"], code);
    let run: Value = serde_json::from_str(&std::fs::read_to_string(here.join("run.json")).unwrap()).unwrap();
    std::fs::remove_file(here.join("run.json")).unwrap();
    run["cells"].as_array().unwrap().iter().map(|cell| cell["verdict"].as_str().unwrap().to_string()).collect()
}

#[test]
fn identities_are_proved_or_compared() {
    let here = folder();
    let proved = "grid\nlimit (1 - rho)^2 + 2*rho\nalt 1 + rho^2";
    assert_eq!(verdicts(here.path(), "identity", proved, 0), ["proved"]);
    let equal = "grid rho in {0.5, 2}\nlimit E[exp(rho*g) : g ~ normal]\nalt exp(rho^2/2)";
    assert_eq!(verdicts(here.path(), "identity", equal, 0), ["agrees", "agrees"]);
    let wrong = "grid rho in {0, 0.5}\nparameter x = 1 in [0, 2]\nlimit E[exp(x*g) : g ~ normal]\nalt 1 + x^2/2";
    assert_eq!(
        verdicts(here.path(), "identity", &wrong.replace("rho in {0, 0.5}", "x in {0, 0.5}"), 1),
        ["agrees", "disagrees"]
    );
}

#[test]
fn inequalities_between_formulas_and_over_networks() {
    let here = folder();
    let holds = "grid rho in {0.5, 1}\nlimit (1 + rho)^2\nalt 4*rho";
    assert_eq!(verdicts(here.path(), "bound", holds, 0), ["no counterexample", "no counterexample"]);
    assert_eq!(
        verdicts(here.path(), "bound", &format!("sense at-most\n{holds}"), 1),
        ["disagrees", "no counterexample"]
    );
    let networks = "simulator nt\nobservable tradeoff-slack\ngrid\nlimit 0";
    assert_eq!(verdicts(here.path(), "bound", networks, 0), ["no counterexample"]);
    let wrong = "simulator nt\nobservable test-error\ngrid\nlimit (1 - rho) + 1/1000";
    assert_eq!(verdicts(here.path(), "bound", wrong, 1), ["disagrees"]);
}

#[test]
fn formulas_that_fall() {
    let here = folder();
    let falls = "along rho in [0.1, 1] decreasing\ngrid\nlimit (1 - rho)^2";
    assert_eq!(verdicts(here.path(), "monotone", falls, 0), ["no counterexample"]);
    assert_eq!(verdicts(here.path(), "monotone", &falls.replace("[0.1, 1]", "[0.1, 1.2]"), 1), ["disagrees"]);
}

/// The exact mean, and one whose slip is in the 1/d term only.
#[test]
fn means_at_every_finite_size() {
    let here = folder();
    let exact = "simulator nt\nobservable test-error\ngrid spectrum = uniform\n\
        r = E[1 : b ~ spectrum]*(1 - rho)\nbeta1 = E[b : b ~ spectrum]^2/E[b^2 : b ~ spectrum]\n\
        limit (r*d*(r*d*d + d - 2) + r*d*(d - r*d)*d*beta1)/(d*(d - 1)*(d + 2))";
    assert_eq!(verdicts(here.path(), "moment", exact, 0), ["agrees"]);
    let limit_only = "simulator nt\nobservable test-error\ngrid spectrum = uniform\n\
        beta1 = E[b : b ~ spectrum]^2/E[b^2 : b ~ spectrum]\nlimit (1 - beta1)*(1 - rho)^2 + beta1*(1 - rho) + 0*d + 1.5/d";
    assert_eq!(verdicts(here.path(), "moment", limit_only, 1), ["disagrees"]);
}

/// The test error of nt tends to a constant: its rate is d^0 and not d^-1/2.
#[test]
fn rates() {
    let here = folder();
    let constant = "simulator nt\nobservable test-error\ngrid spectrum = uniform\nlimit d^0";
    assert_eq!(verdicts(here.path(), "rate", constant, 0), ["agrees"]);
    let falls = "simulator nt\nobservable test-error\ngrid spectrum = uniform\nlimit d^(-1/2)";
    assert_eq!(verdicts(here.path(), "rate", falls, 1), ["disagrees"]);
}

/// The energy of a random start is zeta^2/8 for relu, for any zeta: unbounded, with slope 1/8 against zeta^2.
#[test]
fn what_grows_without_bound() {
    let here = folder();
    let claim = "parameter zeta = 1 in [0, inf)\nparameter activation = relu\nsimulator init\nobservable robustness\nbias d^-1\n\
        grid zeta in {1, 4, 8}\ngrowth zeta^2\nlimit 1/8";
    assert_eq!(verdicts(here.path(), "diverges", claim, 0), ["agrees", "agrees"]);
    assert_eq!(verdicts(here.path(), "diverges", &claim.replace("1/8", "1/7"), 1), ["disagrees", "disagrees"]);
    let path = write(here.path(), "mine.md", self::claim("diverges", &claim.replace("{1, 4, 8}", "{4, 1}")));
    let run = expect(here.path(), &["check", &path, "--budget", "quick"], 3);
    assert!(run.out.contains("1 no value") && run.out.contains("order the grid"), "{}", run.out);
}

#[test]
fn what_a_kind_needs_is_said() {
    let here = folder();
    for (kind, lines, needed) in [
        ("identity", "grid\nlimit rho", "two sides"),
        ("bound", "grid\nlimit rho", "compares two things"),
        ("monotone", "grid\nlimit rho", "along rho in"),
        ("moment", "grid\nlimit rho", "about simulations"),
        ("rate", "grid\nlimit 1/d", "about simulations"),
        ("limit", "sense at-most\ngrid\nlimit rho\nalt rho", "belongs to claims of kind `bound`"),
        ("monotone", "along zeta in [0, 1] increasing\ngrid\nlimit rho", "no parameter `zeta`"),
        ("monotone", "along rho in [2, 1] increasing\ngrid\nlimit rho", "the lower one first"),
        ("monotone", "along rho in [-1, 1] increasing\ngrid\nlimit rho", "(0, inf)"),
        ("monotone", "along spectrum in [0, 1] increasing\ngrid\nlimit rho", "is not a number"),
        ("monotone", "along rho in [0.1, 1]\ngrid\nlimit rho", "which way"),
    ] {
        let path = write(here.path(), "mine.md", claim(kind, lines));
        let run = expect(here.path(), &["check", &path, "--budget", "quick"], 3);
        assert!(run.err.contains(needed), "{kind} {lines}: {}", run.err);
    }
}
