//! `limitcheck eval`.

use super::{Failure, Outcome, json_number, library::Library, print, print_json};
use crate::claim::Claim;
use crate::limit::FiniteSize;
use crate::model::{Settings, eigenvalue_pairs, short};
use crate::run::plan::Prepared;
use crate::run::records::settings_json;
use crate::run::value::{Graded, Refusal, value};
use serde_json::json;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Id of a claim, or a claim file
    claim: String,
    /// Set a parameter, e.g. --set rho=2 --set activation=gelu
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Evaluate at this finite dimension: with the eigenvalues in use there, and rho = m/d
    #[arg(long, allow_negative_numbers = true)]
    dim: Option<usize>,
    /// Width m at that dimension (default: rho * d, rounded)
    #[arg(long, requires = "dim", allow_negative_numbers = true)]
    width: Option<usize>,
    /// Print JSON: claim, set, value, abs_err, grade, why
    #[arg(long)]
    json: bool,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, std::slice::from_ref(&arguments.claim))?;
    let claim = library.claim(&arguments.claim)?;
    let settings = library.settings(&claim, &arguments.set)?;
    let prepared = Prepared::new(&claim)?;
    let size = arguments.dim.map(|dim| finite_size(&claim, &settings, dim, arguments.width)).transpose()?;
    let id = &claim.id;
    let Graded { value, why } = value(&prepared, &settings, size.clone()).map_err(|refusal| match refusal {
        Refusal::NeedsSize => {
            let kind = claim.kind;
            let names = claim.sizes.named().map(|(name, _)| name).collect::<Vec<_>>().join(" and ");
            Failure::new(format!("claim `{id}` is of kind `{kind}`: a formula in {names}; say where, as in --dim 64"))
        }
        Refusal::Outside(hypothesis) => Failure::new(format!(
            "claim `{id}`{}: its hypotheses do not hold there (see `limitcheck show {}`)\n{hypothesis}",
            settings.located(),
            arguments.claim
        )),
        Refusal::NoValue(error) => Failure::from(*error),
    })?;
    if arguments.json {
        let mut object = json!({"claim": claim.id, "set": settings_json(&settings), "value": json_number(value.value),
                                "abs_err": json_number(value.abs_err),
                                "grade": if why.is_none() { "enclosed" } else { "estimated" }, "why": why});
        if let Some(size) = &size {
            object["dim"] = json!(size.sizes.first());
            object["width"] = json!(size.sizes.second());
            if !size.sizes.are_of_a_network() {
                object["sizes"] = size.sizes.iter().map(|(name, size)| (name.to_string(), json!(size))).collect();
            }
        }
        print_json(&object)?;
    } else {
        let size = size.map(|size| size.sizes.to_string()).unwrap_or_default();
        let (value, error) = (short(value.value), value.abs_err);
        let bound = match why {
            None => format!("error at most {error:.1e}"),
            Some(why) => format!("estimated error {error:.1e}, not proved: {why}"),
        };
        print(&format!("{id}{}\n{value} ({bound})\n", listed(&[settings.to_string(), size])))?;
    }
    Ok(0)
}

/// ` at rho=1, d = 3, m = 4`, as much of it as there is.
fn listed(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!(" at {}", parts.join(", ")) }
}

/// Largest dimension at which a formula is evaluated: its eigenvalues are summed one by one.
const MOST_DIMENSIONS: usize = 1_000_000;

fn finite_size(claim: &Claim, settings: &Settings, dim: usize, width: Option<usize>) -> Result<FiniteSize, Failure> {
    if dim == 0 || width == Some(0) || dim > MOST_DIMENSIONS {
        let message = format!("--dim and --width are at least 1, and --dim at most {MOST_DIMENSIONS}");
        return Err(Failure::new(message));
    }
    let sizes = claim.sizes.with_second(dim, width, settings);
    if !claim.sizes.are_of_a_network() {
        return Ok(FiniteSize { sizes, pairs: None });
    }
    let pairs = eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), settings.pairing(), dim)
        .map_err(|error| Failure::new(format!("--dim {dim}: {error}")))?;
    Ok(FiniteSize { sizes, pairs: Some(pairs.into()) })
}
