//! A conjecture as text, judged by simulated networks: what error is left to the tangent model on a target without a trace?

use limitcheck::{Budget, CellRecord, Claim, Error};

/// A claim file needs a block like this one; `theory/LANGUAGE.md` explains its words.
fn text(formula: &str) -> String {
    format!(
        "```claim
claim my-conjecture
title What the tangent model cannot learn of a target without a trace
kind limit
status conjecture
source a guess
grows d and m, with m/d -> rho
parameter rho = 0.5 in (0, 1)
parameter spectrum = rademacher
simulator nt
observable test-error
bias d^-1
grid rho in {{0.25, 0.5}}
limit {formula}
```\n"
    )
}

/// The verdict at each point of the grid.
pub fn run(formula: &str) -> Result<Vec<CellRecord>, Error> {
    Ok(Claim::parse("my-conjecture.md", &text(formula))?.check(Budget::Quick)?.cells)
}

#[allow(dead_code, reason = "the tests call `run`")]
fn main() -> Result<(), Error> {
    for formula in ["1 - rho", "(1 - rho)^2"] {
        println!("limit {formula}");
        for cell in run(formula)? {
            println!("  m/d = {}: {}: {}", cell.set["rho"], cell.verdict, cell.reason);
        }
    }
    Ok(())
}
