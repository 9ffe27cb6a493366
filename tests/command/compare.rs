//! `compare`: verdicts of two runs.

use crate::support::program::{expect, folder, trained_claim, write};

#[test]
fn compare_tells_verdicts_apart() {
    let here = folder();
    let right = write(here.path(), "right.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    // The special case at the grid's only point is a second cell there.
    let special = "special 1/2 at rho = 1/4";
    let wrong = write(here.path(), "wrong.md", trained_claim("mine", "conjecture", "1 - rho", special));
    let other = write(here.path(), "other.md", trained_claim("mine", "conjecture", "1 - 2*rho", ""));
    for (path, json, code) in [(right, "right.json", 0), (wrong, "wrong.json", 1), (other, "other.json", 1)] {
        expect(here.path(), &["check", &path, "--budget", "quick", "--json", json], code);
    }
    assert!(expect(here.path(), &["compare", "right.json", "right.json"], 0).out.contains("same 1 verdict"));
    expect(here.path(), &["compare", "wrong.json", "wrong.json"], 0);
    let changed = expect(here.path(), &["compare", "right.json", "other.json"], 1).out;
    assert!(changed.contains("agrees -> disagrees") && changed.contains("mine"), "{changed}");
    assert!(expect(here.path(), &["compare", "right.json", "wrong.json"], 1).out.contains("only in wrong.json"));
}
