//! `limitcheck show`.

use super::{Outcome, library::Library, print};
use crate::claim::{Claim, Kind};
use crate::symbolic::source::{condition_to_source, definition_to_source, to_source};
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Id of a claim, or a claim file
    claim: String,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, std::slice::from_ref(&arguments.claim))?;
    let claim = library.claim(&arguments.claim)?;
    print(&describe(&claim))?;
    Ok(0)
}

fn describe(claim: &Claim) -> String {
    let statement = crate::claim::sync::statement(claim);
    let mut text = format!("{}: {}\n", claim.id, claim.title);
    text += &format!("kind {}, status {}\n", claim.kind, claim.status);
    text += &format!("source: {}\n", claim.source);
    if let Some(breaks) = &claim.breaks {
        text += &format!("breaks a hypothesis of {}: {}\n", breaks.claim, breaks.hypothesis);
    }
    if !claim.grows.is_empty() {
        text += &format!("tends to infinity: {}\n", claim.grows);
    }
    text += &format!("\nstatement (LaTeX)\n    {}\n", statement.limit.latex());
    for definition in &statement.definitions {
        text += &format!("    where {}\n", definition.latex());
    }
    text += &format!("\nformula (claim language)\n    limit {}\n", to_source(&claim.limit));
    for (word, formula) in [("alt", &claim.alternative), ("growth", &claim.growth)] {
        if let Some(formula) = formula {
            text += &format!("    {word} {}\n", to_source(formula));
        }
    }
    for printed in &claim.printed {
        text += &format!("    printed {} at {}\n", printed.source, printed.settings);
    }
    if let Some(finite) = &claim.finite {
        let when = finite.when.as_ref().map(|when| format!(" when {}", condition_to_source(when))).unwrap_or_default();
        text += &format!("    finite {}{when}\n", to_source(&finite.formula));
    }
    for statement in claim.definitions.iter().filter_map(definition_to_source) {
        text += &format!("    {statement}\n");
    }
    if let (Some(name), Some(observable)) = (&claim.simulator, &claim.observable) {
        let sense = if claim.kind == Kind::Bound { format!(", {} the limit", claim.sense) } else { String::new() };
        text += &format!("\nsimulation\n    {name}: {}\n", description(claim, name));
        text += &format!(
            "    observable {observable}{sense}; order of mean minus limit: {}\n",
            claim.bias.in_size(claim.sizes.grows())
        );
    }
    if let Some(sizes) = claim.sizes.in_words() {
        text += &format!("    sizes {sizes}\n");
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

/// What a simulator of the library draws.
fn description(claim: &Claim, name: &str) -> String {
    if claim.program.is_some() {
        return crate::run::simulator_program::command_shown(claim);
    }
    crate::sim::simulator(name).map_or(String::new(), |simulator| simulator.description().to_string())
}
