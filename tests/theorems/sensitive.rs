//! Grids that see: the limit of every simulated limit claim, a few per cent off, is refuted in every cell where it is not zero.
//!
//! `cargo test` takes 15 per cent at the quick budget. `.ci/five-percent` takes 5 per cent at the standard one, by the ignored tests.

use super::{Failed, Store, lock};
use limitcheck::claim::{Catalogue, Claim, Kind, Status};
use limitcheck::compare::Budget;
use limitcheck::limit::{Formula, Place};
use limitcheck::record::{CellRecord, Verdict};
use limitcheck::report::verdict_table;
use limitcheck::run::check::check;
use limitcheck::run::plan::Prepared;
use limitcheck::symbolic::{Binary, Expr, Node, Span};
use std::sync::Mutex;

/// The claims that have such a test.
pub fn claims(catalogue: &Catalogue) -> Vec<&Claim> {
    let limit = |claim: &&Claim| claim.kind == Kind::Limit && claim.simulator.is_some();
    catalogue.claims.iter().filter(limit).filter(|claim| claim.status != Status::KnownFalse).collect()
}

/// Every cell with a limit other than zero refutes the claim with this many per cent more, and less.
pub fn refuted(claim: &Claim, percent: i64, budget: Budget, store: &Mutex<Store>) -> Result<(), Failed> {
    let right = Prepared::new(claim)?;
    let mut grid = Vec::new();
    for settings in &claim.grid {
        let place = Place { settings: settings.clone(), size: None };
        if right.program.unmet(&place)?.is_some() {
            continue;
        }
        let value = right.program.evaluate(Formula::Limit, &place)?;
        if !value.contains(0.0) && value.value.is_finite() {
            grid.push(settings.clone());
        }
    }
    if grid.is_empty() {
        return Ok(());
    }
    for off in [percent, -percent] {
        let factor = Node::Binary(Binary::Divide, Box::new(Expr::integer(100 + off)), Box::new(Expr::integer(100)));
        let node =
            Node::Binary(Binary::Multiply, Box::new(Expr::new(factor, Span::default())), Box::new(claim.limit.clone()));
        let limit = Expr::new(node, Span::default());
        let grid = grid.clone();
        let wrong = Claim { limit, alternative: None, finite: None, specials: Vec::new(), grid, ..claim.clone() };
        let run = check(&[Prepared::new(&wrong)?], budget, &mut lock(store))?;
        let refuted = |cell: &CellRecord| cell.verdict == Verdict::Disagrees;
        if !run.cells.iter().all(refuted) {
            let table = verdict_table(&run, None);
            return Err(format!("the limit and {off} per cent more: not every cell disagrees\n{table}").into());
        }
    }
    Ok(())
}
