//! `limitcheck show`.

use super::{Outcome, library::Library, print};
use limitcheck::claim::Claim;
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

/// The source of the statements with the given first words, as the file has them.
fn source_lines(claim: &Claim, wanted: &[&str]) -> String {
    let mut kept = false;
    let mut text = String::new();
    for line in limitcheck::claim::block_text(&claim.text.text).lines() {
        if !line.starts_with([' ', '\t']) {
            let word = line.split_whitespace().next().unwrap_or("");
            kept = wanted.contains(&word);
        }
        if kept && !line.trim().is_empty() {
            text += &format!("    {line}\n");
        }
    }
    text
}

fn describe(claim: &Claim) -> String {
    let statement = limitcheck::claim::statement(claim);
    let mut text = format!("{}: {}\n", claim.id, claim.title);
    text += &format!("kind {}, status {}\n", claim.kind, claim.status);
    text += &format!("source: {}\n", claim.source);
    if !claim.grows.is_empty() {
        text += &format!("tends to infinity: {}\n", claim.grows);
    }
    text += &format!("\nstatement (LaTeX)\n    {}\n", statement.statement);
    for definition in &statement.definitions {
        text += &format!("    where {definition}\n");
    }
    text += &format!("\nformula (claim language)\n{}", source_lines(claim, &["limit"]));
    for definition in &claim.definitions {
        let arguments = if definition.arguments.is_empty() {
            String::new()
        } else {
            format!("({})", definition.arguments.join(", "))
        };
        let body = limitcheck::symbolic::source::to_source(&definition.body);
        text += &format!("    {}{arguments} = {body}\n", definition.name);
    }
    text += "\nhypotheses\n";
    let hypotheses = source_lines(claim, &["require"]);
    text += if hypotheses.is_empty() { "    none beyond the domains of the parameters\n" } else { &hypotheses };
    text += "\nparameters (default; domain)\n";
    for parameter in &claim.parameters {
        let domain = parameter.domain.map(|d| format!("; {d}")).unwrap_or_default();
        text += &format!("    {} = {}{domain}\n", parameter.name, parameter.default);
    }
    text += &format!("\ngrid: {} points; file: {}\n", claim.grid.len(), claim.text.path);
    text
}
