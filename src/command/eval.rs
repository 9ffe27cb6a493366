//! `limitcheck eval`.

use super::{Failure, Outcome, json_number, library::Library, print, print_json};
use limitcheck::claim::{Claim, Kind};
use limitcheck::limit::{Evaluated, FiniteSize, Formula, Place};
use limitcheck::model::{Settings, eigenvalue_pairs, short};
use limitcheck::run::no_value::{limit_error, why_in_words};
use limitcheck::run::plan::{Prepared, hypothesis};
use limitcheck::run::records::settings_json;
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
    if size.is_none() && prepared.program.depends_on_size() && matches!(claim.kind, Kind::Moment | Kind::Rate) {
        let (id, kind) = (&claim.id, claim.kind);
        return Err(Failure::new(format!(
            "claim `{id}` is of kind `{kind}`: a formula in {}; say where, as in --dim 64",
            claim.sizes.named().map(|(name, _)| name).collect::<Vec<_>>().join(" and ")
        )));
    }
    let place = Place { settings: settings.clone(), size: size.clone() };
    let found = prepared.program.evaluate_graded(Formula::Limit, &place);
    let unmet = prepared.program.unmet(&place).map_err(|error| limit_error(&claim, Some(&place), error))?;
    // Outside its hypotheses a formula may have no value at all; an infinite one is a statement.
    if let Some(index) = unmet
        && !found.as_ref().is_ok_and(|found| found.value.value.is_infinite())
    {
        return Err(Failure::new(format!(
            "claim `{}`{}: its hypotheses do not hold there (see `limitcheck show {}`)\n{}",
            claim.id,
            settings.located(),
            arguments.claim,
            hypothesis(&claim, index)
        )));
    }
    let Evaluated { value, why, .. } = found.map_err(|error| limit_error(&claim, Some(&place), error))?;
    let why = why.map(|why| why_in_words(&claim, &why));
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
        let (id, value, error) = (&claim.id, short(value.value), value.abs_err);
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
