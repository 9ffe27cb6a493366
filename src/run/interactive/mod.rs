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

use super::plan::Prepared;
use super::{RunError, progress};
use crate::claim::{Catalogue, Claim};
use crate::record::interactive::{InteractiveRecord, RegimeRecord};
use grid::{AXES, STARTS, axis, numbers};
use regimes::{REGIMES, Stage};

/// A stage of a regime whose two claims the catalogue has.
struct Staged<'a> {
    regime: &'static str,
    stage: &'static Stage,
    /// Test error and sensitivity.
    claims: [Prepared<'a>; 2],
}

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
    let beta = betas(catalogue, &staged)?;
    let mut tables = Vec::new();
    for one in &staged {
        let axes: Vec<_> = one.stage.axes.iter().map(|name| axis(name)).collect();
        for claim in &one.claims {
            tables.push(tables::table(claim, catalogue, &axes, &beta)?);
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

/// `beta` of each spectrum, as the claim of a linear model defines it.
fn betas(catalogue: &Catalogue, staged: &[Staged]) -> Result<Vec<f64>, RunError> {
    let linear = staged.iter().find(|one| one.regime == "nt" && one.stage.name == "time");
    let Some(Staged { claims: [prepared, _], .. }) = linear else { return Ok(Vec::new()) };
    let beta = |sets: &Vec<(String, String)>| {
        let settings = grid::settings(catalogue, prepared.claim, sets)?;
        let place = crate::limit::Place { settings, size: None };
        let found = prepared.program.definition("beta", &place);
        Ok(found.map_err(|error| super::no_value::limit_error(prepared.claim, Some(&place), error))?.value)
    };
    axis("spectrum").sets.iter().map(beta).collect()
}
