//! `limitcheck show`.

use super::{Outcome, library::Library, print};
use limitcheck::claim::Claim;
use limitcheck::symbolic::source::{condition_to_source, definition_to_source, to_source};
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Id of a claim, or a claim file
    claim: String,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::open(theory)?;
    let claim = library.claim(&arguments.claim)?;
    print(&describe(&claim))?;
    Ok(0)
}

fn describe(claim: &Claim) -> String {
    let statement = limitcheck::claim::sync::statement(claim);
    let mut text = format!("{}: {}\n", claim.id, claim.title);
    text += &format!("kind {}, status {}\n", claim.kind, claim.status);
    text += &format!("source: {}\n", claim.source);
    if !claim.grows.is_empty() {
        text += &format!("tends to infinity: {}\n", claim.grows);
    }
    text += &format!("\nstatement (LaTeX)\n    {}\n", statement.limit);
    for definition in &statement.definitions {
        text += &format!("    where {definition}\n");
    }
    text += &format!("\nformula (claim language)\n    limit {}\n", to_source(&claim.limit));
    for statement in claim.definitions.iter().filter_map(definition_to_source) {
        text += &format!("    {statement}\n");
    }
    text += "\nhypotheses\n";
    if claim.require.is_empty() {
        text += "    none beyond the domains of the parameters\n";
    }
    for condition in &claim.require {
        text += &format!("    {}\n", condition_to_source(condition));
    }
    text += "\nparameters (default; domain)\n";
    for parameter in &claim.parameters {
        let domain = parameter.domain.map(|d| format!("; {d}")).unwrap_or_default();
        text += &format!("    {} = {}{domain}\n", parameter.name, parameter.default);
    }
    text += &format!("\ngrid: {} points; file: {}\n", claim.grid.len(), claim.text.path);
    text
}
