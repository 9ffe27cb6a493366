//! The numbers of the interactive page: every regime's formulas on grids, how well these are interpolated, simulated networks, and
//! what a report says of the claims.

mod grid;
mod interpolation;
mod networks;
mod regimes;
mod tables;
mod verdicts;

pub use interpolation::{At, value_at};
pub use verdicts::Source;

use super::no_value::limit_error;
use super::plan::Prepared;
use super::{RunError, progress};
use crate::claim::{Catalogue, Claim, Definitions, read_claim};
use crate::limit::{Formula, Place};
use crate::record::interactive::{InteractiveRecord, RegimeRecord};
use grid::{AXES, STARTS, axis, numbers};
use regimes::{REGIMES, Staged};

/// Computes everything. The result does not depend on the number of threads.
///
/// # Errors
/// The catalogue lacks a claim of a regime, or a parameter or value of it; a formula without a value on its grid; an interruption.
pub fn interactive(
    catalogue: &Catalogue,
    command: &str,
    seed: u64,
    source: Option<&Source>,
) -> Result<InteractiveRecord, RunError> {
    let axes: Vec<_> = AXES.iter().map(|name| axis(name)).collect();
    let mut regimes = Vec::new();
    let mut staged = Vec::new();
    for regime in &REGIMES {
        let mut record =
            RegimeRecord { id: regime.id.to_string(), label: regime.label.to_string(), stages: Default::default() };
        for stage in regime.stages {
            let ids = stage.claims();
            let found = ids.iter().map(|id| catalogue.find(id)).collect::<Result<Vec<&Claim>, _>>();
            let claims = match found {
                Ok(claims) => claims,
                Err(_) if stage.optional => continue,
                Err(why) => {
                    return Err(RunError::Input(format!("the page needs the claims of every regime: {}", why.message)));
                }
            };
            staged.push(Staged {
                regime: regime.id,
                stage,
                claims: [Prepared::new(claims[0])?, Prepared::new(claims[1])?],
            });
            record.stages.insert(stage.name.to_string(), ids);
        }
        regimes.push(record);
    }
    let beta = betas(catalogue)?;
    let mut tables = Vec::new();
    for one in &staged {
        let axes: Vec<_> = one.stage.axes.iter().map(|name| axis(name)).collect();
        for claim in &one.claims {
            tables.push(tables::table(claim, catalogue, &axes, &beta, one.stage.inverse)?);
        }
    }
    let networks = networks::networks(catalogue, &staged, seed)?;
    if progress::interrupted() {
        return Err(RunError::Interrupted);
    }
    Ok(InteractiveRecord {
        version: format!("limitcheck {}", env!("CARGO_PKG_VERSION")),
        command: command.to_string(),
        verdicts: source.map(|source| verdicts::verdicts(source, &axes, &tables)),
        axes,
        beta,
        starts: numbers(&STARTS),
        regimes,
        tables,
        networks,
        seed,
    })
}

/// What the linear models are affine in.
const BETA: &str = "```claim\nclaim beta\ntitle Share of the mean eigenvalue\nkind limit\nstatus derived\nsource page\n\
    parameter spectrum = exponential\nlimit E[b : b ~ spectrum]^2/E[b^2 : b ~ spectrum]\ngrid\n```\n";

/// `beta` of each spectrum.
fn betas(catalogue: &Catalogue) -> Result<Vec<f64>, RunError> {
    let no_files = |_: &str| Err("the page reads no files".to_string());
    let claim = read_claim("page", BETA, &Definitions::default(), &[], &no_files)
        .map_err(|faults| RunError::Input(faults.to_string()))?;
    let prepared = Prepared::new(&claim)?;
    let beta = |sets: &Vec<(String, String)>| {
        let place = Place { settings: grid::settings(catalogue, &claim, sets)?, size: None };
        let found = prepared.program.evaluate(Formula::Limit, &place);
        Ok(found.map_err(|error| limit_error(&claim, Some(&place), error))?.value)
    };
    axis("spectrum").sets.iter().map(beta).collect()
}
