//! The programs in `examples/` compute what theorems from outside of the catalogue say.

use limitcheck::Verdict;

#[path = "../../examples/conjecture.rs"]
mod conjecture;
#[path = "../../examples/evaluate.rs"]
mod evaluate;
#[path = "../../examples/simulate.rs"]
mod simulate;

/// [GMMM19, Theorem 2]: `(1 - beta) (1 - rho)_+^2 + beta (1 - rho)_+`, here with `beta = E[b]^2/E[b^2] = 1/2`. By hand.
#[test]
fn a_limit_has_the_value_of_the_paper() {
    let by_hand = [(0.25, 21.0 / 32.0), (0.5, 3.0 / 8.0), (0.75, 5.0 / 32.0), (2.0, 0.0)];
    let curve = evaluate::run().unwrap();
    assert_eq!(curve.len(), by_hand.len());
    for ((rho, limit), (at, value)) in curve.into_iter().zip(by_hand) {
        assert_eq!(rho, at);
        assert!((limit.value - value).abs() <= limit.abs_err + 1e-15, "m/d = {rho}: {limit:?}, not {value}");
        assert!(limit.abs_err <= 1e-10);
    }
}

/// What is left of a target B is `P B P`, P a random projection of rank `k = d - m`. Symmetric matrices without a trace are one
/// irreducible representation of the rotations (of dimension `(d - 1)(d + 2)/2`), on which the mean of `B -> P B P` is a multiple
/// of the identity; its trace is that on all symmetric matrices, `k (k + 1)/2`, minus `k/d` for the identity matrix.
fn exact_mean(dim: f64, width: f64) -> f64 {
    let k = dim - width;
    (k * (k + 1.0) / 2.0 - k / dim) / ((dim - 1.0) * (dim + 2.0) / 2.0)
}

#[test]
fn a_right_conjecture_agrees_and_a_wrong_one_does_not() {
    // (d - m)/d squared is the limit of the exact mean.
    assert!((exact_mean(1e6, 0.25e6) - 0.5625).abs() < 1e-5);
    for (formula, verdict) in [("(1 - rho)^2", Verdict::Agrees), ("1 - rho", Verdict::Disagrees)] {
        let cells = conjecture::run(formula).unwrap();
        assert_eq!(cells.len(), 2);
        for cell in cells {
            assert_eq!(cell.verdict, verdict, "{formula} at {:?}: {}", cell.set, cell.reason);
        }
    }
}

#[test]
fn simulated_networks_have_the_exact_mean() {
    let (networks, limit) = simulate::run().unwrap();
    let exact = exact_mean(simulate::DIM as f64, networks.width as f64);
    let error = networks.standard_error();
    assert!((networks.mean() - exact).abs() < 4.5 * error, "{} +- {error}, not {exact}", networks.mean());
    // The distance to the limit is seen: the test would notice if one were taken for the other.
    assert!((limit.value - 0.25).abs() <= limit.abs_err + 1e-15 && (exact - limit.value).abs() > 4.5 * error);
}
