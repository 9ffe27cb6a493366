//! `show`: what a claim says.

use crate::support::program::{expect, folder};

#[test]
fn show_tells_what_a_claim_says() {
    let here = folder();
    for id in ["nt-test-error", "sgd-robustness", "init-test-error"] {
        let shown = expect(here.path(), &["show", id], 0);
        for part in [id, "kind limit", "status", "source", "statement", "limit ", "hypotheses", "parameters", "rho = 1"]
        {
            assert!(shown.out.contains(part), "show {id}: no `{part}` in\n{}", shown.out);
        }
        assert!(shown.err.is_empty());
    }
}
