//! `limitcheck list`.

use super::{Outcome, library::Library, print, print_json};
use crate::sim::{Simulator, simulators as all};
use serde_json::json;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// List the simulators instead of the claims
    #[arg(long)]
    simulators: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    if arguments.simulators {
        return simulators(arguments.json);
    }
    let library = Library::open(theory)?;
    let claims = &library.catalogue.claims;
    if arguments.json {
        let entry = |claim: &crate::claim::Claim| {
            let names: Vec<&str> = claim.parameters.iter().map(|p| p.name.as_str()).collect();
            json!({"id": claim.id, "title": claim.title, "kind": claim.kind.to_string(), "status": claim.status.to_string(),
                   "parameters": names})
        };
        print_json(&claims.iter().map(entry).collect::<Vec<_>>())?;
        return Ok(0);
    }
    let width = claims.iter().map(|claim| claim.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for claim in claims {
        let (kind, status) = (claim.kind.to_string(), claim.status.to_string());
        text += &format!("{:width$}  {kind:9} {status:11} {}\n", claim.id, claim.title);
    }
    print(&text)?;
    Ok(0)
}

fn simulators(as_json: bool) -> Outcome {
    if as_json {
        let entry = |s: Simulator| json!({"name": s.name(), "description": s.description(), "random": s.properties().is_random});
        print_json(&all().map(entry).collect::<Vec<_>>())?;
        return Ok(0);
    }
    let lines: Vec<String> = all().map(|s| format!("{:13} {}\n", s.name(), s.description())).collect();
    print(&lines.concat())?;
    Ok(0)
}
