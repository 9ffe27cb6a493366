//! What a benchmark is asked for, and where it runs.

use crate::compare::Budget;
use crate::record::bench::{BenchBudget, BenchSetting};
use crate::run::store::fingerprint;

/// A budget, and the seconds (by the work formulas) that one claim may take at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowance {
    /// The budget that the claim is judged at.
    pub budget: Budget,
    /// Foretold seconds above which it is left out.
    pub seconds: f64,
}

/// What is to be measured. Budgets stand from the cheapest to the dearest: each is foretold from the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The budgets in use.
    pub allowances: Vec<Allowance>,
    /// Foretold seconds that the draws of one size may take for the cost of a network; 0 for none.
    pub cost_seconds: f64,
    /// Seed of every network.
    pub seed: u64,
}

impl Request {
    /// What rows of this request, this program and this machine have in common.
    pub fn setting(&self) -> BenchSetting {
        let budget = |one: &Allowance| BenchBudget {
            name: one.budget.name().to_string(),
            margin: one.budget.margin_fraction(),
            seconds: one.seconds,
        };
        BenchSetting {
            program: program(),
            seed: self.seed,
            threads: rayon::current_num_threads(),
            processor: processor(),
            budgets: self.allowances.iter().map(budget).collect(),
            cost_seconds: self.cost_seconds,
        }
    }
}

/// The version alone does not tell two builds apart, and seconds of one are not those of the other.
fn program() -> String {
    let bytes = std::env::current_exe().and_then(std::fs::read).unwrap_or_default();
    format!("limitcheck {} ({:016x})", env!("CARGO_PKG_VERSION"), fingerprint(&bytes))
}

fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = text.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim().to_string())
}
