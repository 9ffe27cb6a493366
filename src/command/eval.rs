//! `limitcheck eval`.

use super::{Failure, Outcome, json_number, library::Library, print, print_json};
use limitcheck::limit::{Formula, Place};
use limitcheck::run::plan::{Prepared, limit_error};
use limitcheck::run::records::settings_json;
use limitcheck::symbolic::Condition;
use serde_json::json;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Id of a claim, or a claim file
    claim: String,
    /// Set a parameter, e.g. --set rho=2 --set activation=gelu
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Print JSON: claim, set, value, abs_err
    #[arg(long)]
    json: bool,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::open(theory)?;
    let claim = library.claim(&arguments.claim)?;
    let settings = library.settings(&claim, &arguments.set)?;
    let prepared = Prepared::new(&claim)?;
    let place = Place { settings: settings.clone(), size: None };
    let value = prepared.program.evaluate(Formula::Limit, &place);
    let unmet = prepared.program.unmet(&place).map_err(|error| limit_error(&claim, Some(&settings), error))?;
    // Outside its hypotheses a formula may have no value at all; an infinite one is a statement.
    if let Some(index) = unmet
        && !value.as_ref().is_ok_and(|value| value.value.is_infinite())
    {
        return Err(Failure::new(format!(
            "claim `{}` at {settings}: its hypotheses do not hold there (see `limitcheck show {}`)\n{}",
            claim.id,
            arguments.claim,
            line_of(&claim.require[index], &claim.text.text)
        )));
    }
    let value = value.map_err(|error| limit_error(&claim, Some(&settings), error))?;
    if arguments.json {
        print_json(&json!({"claim": claim.id, "set": settings_json(&settings), "value": json_number(value.value),
                           "abs_err": json_number(value.abs_err)}))?;
    } else {
        print(&format!("{} at {settings}\n{} (error at most {:.1e})\n", claim.id, value.value, value.abs_err))?;
    }
    Ok(0)
}

/// The line of the claim file that states the condition, with its comment.
fn line_of<'a>(condition: &Condition, text: &'a str) -> &'a str {
    let mut first = condition;
    while let Condition::And(left, _) | Condition::Or(left, _) = first {
        first = left;
    }
    let Condition::Compare(_, left, _) = first else { return "" };
    let start = text[..left.span.start].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or("")
}
