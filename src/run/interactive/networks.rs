//! Simulated networks of several sizes, at some of the states that the page can show.

use super::super::RunError;
use super::super::plan::CellSize;
use super::super::range::rounded;
use super::super::simulate::{collect, simulate};
use super::super::store::Store;
use super::grid::{axis, settings};
use super::regimes::Staged;
use crate::claim::Catalogue;
use crate::model::Settings;
use crate::record::interactive::NetworksRecord;
use std::collections::BTreeMap;

/// Dimensions with the number of networks at each: about the same work.
const SIZES: [(usize, u64); 4] = [(32, 128), (64, 64), (128, 32), (256, 16)];
/// The same where a draw has some d^2/2 samples, whose kernel is a matrix of that size.
const SIZES_ON_SAMPLES: [(usize, u64); 3] = [(16, 128), (32, 64), (64, 16)];
/// The same for the tangent model of any activation, whose draws are solved by iterations.
const SIZES_BY_ITERATION: [(usize, u64); 4] = [(32, 64), (64, 32), (128, 16), (256, 4)];
/// Widths over dimension.
const RHO: [&str; 5] = ["0.125", "0.25", "0.5", "1", "2"];
/// Digits of a mean on the page.
const DIGITS: usize = 5;

/// What of the states of a stage is simulated: every combination.
struct States {
    activations: Vec<String>,
    spectra: Vec<String>,
    starts: &'static [&'static str],
    times: &'static [&'static str],
    samples: &'static [&'static str],
}

/// None of the axis.
const NO: &[&str] = &[""];

fn states(regime: &str, stage: &str) -> States {
    let all = |name: &str| axis(name).labels;
    let some = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let times: &[&str] = if stage == "time" { &["0.1", "1", "10"] } else { NO };
    let samples: &[&str] = if stage == "samples" { &["0.2", "0.5"] } else { NO };
    let (activations, spectra, starts): (Vec<String>, Vec<String>, &[&str]) = match (regime, stage) {
        ("init", _) => (all("activation"), some(NO), &["0.5", "1"]),
        ("rf", "time") => (some(&["quadratic", "relu"]), some(&["identity", "exponential"]), &["0", "0.5", "1"]),
        ("rf", _) => (all("activation"), all("spectrum"), NO),
        ("nt-general", _) => (some(&["relu", "gelu"]), some(&["identity", "exponential"]), NO),
        ("nt", "samples") => (some(NO), some(&["rademacher", "exponential"]), NO),
        ("nt", "time") => (some(NO), some(&["identity", "exponential"]), &["0", "0.5", "1"]),
        ("sgd", "time") => (some(NO), some(&["identity", "exponential"]), &["0.1", "0.5", "1"]),
        _ => (some(NO), all("spectrum"), NO),
    };
    States { activations, spectra, starts, times, samples }
}

/// One size of one state.
struct Drawn {
    group: usize,
    size: CellSize,
}

/// Draws all of them. A state outside of the claim's hypotheses has none.
pub fn networks(catalogue: &Catalogue, staged: &[Staged], seed: u64) -> Result<Vec<NetworksRecord>, RunError> {
    let mut groups: Vec<(NetworksRecord, &Staged)> = Vec::new();
    let mut drawn: Vec<Drawn> = Vec::new();
    for one in staged {
        for state in combinations(&states(one.regime, one.stage.name)) {
            let record = NetworksRecord {
                regime: one.regime.to_string(),
                stage: one.stage.name.to_string(),
                state: state.clone(),
                rows: Vec::new(),
            };
            let sizes = sizes(catalogue, one, &state)?;
            if !sizes.is_empty() {
                drawn.extend(sizes.into_iter().map(|size| Drawn { group: groups.len(), size }));
                groups.push((record, one));
            }
        }
    }
    let mut store = Store::new(seed);
    simulate("simulating", drawn.iter().map(|one| &one.size), &mut store)?;
    for Drawn { group, size } in &drawn {
        let (record, Staged { claims, .. }) = &mut groups[*group];
        let mut numbers = [None; 4];
        for (index, prepared) in claims.iter().enumerate() {
            let Some(Some(found)) = collect(size, prepared.claim, &store) else { continue };
            let kept = |x: f64| x.is_finite().then(|| rounded(x, DIGITS));
            numbers[2 * index] = kept(found.moments.mean);
            numbers[2 * index + 1] = kept(found.moments.standard_error()).filter(|_| found.moments.count > 1);
        }
        record.rows.push((size.network.dim, size.network.width, size.replicates, numbers));
    }
    Ok(groups.into_iter().map(|(record, _)| record).collect())
}

fn combinations(states: &States) -> Vec<BTreeMap<String, String>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
    let axes = [
        ("activation", states.activations.clone()),
        ("spectrum", states.spectra.clone()),
        ("start", texts(states.starts)),
        ("time", texts(states.times)),
        ("samples", texts(states.samples)),
    ];
    axes.iter().fold(vec![BTreeMap::new()], |before, (name, texts)| {
        let longer = |state: BTreeMap<String, String>| {
            texts.iter().map(move |text| {
                let mut state = state.clone();
                if !text.is_empty() {
                    state.insert(name.to_string(), text.clone());
                }
                state
            })
        };
        before.into_iter().flat_map(longer).collect()
    })
}

/// Every size at every width, smallest first; none outside of the claim's hypotheses.
fn sizes(catalogue: &Catalogue, one: &Staged, state: &BTreeMap<String, String>) -> Result<Vec<CellSize>, RunError> {
    let [prepared, _] = &one.claims;
    let mut sizes = Vec::new();
    for rho in RHO {
        let settings = settings_of(catalogue, one, state, rho)?;
        let place = crate::limit::Place { settings: settings.clone(), size: None };
        if !prepared.program.admits(&place).unwrap_or(false) {
            continue;
        }
        let sizes_here: &[(usize, u64)] = match (one.regime, one.stage.name) {
            (_, "samples") => &SIZES_ON_SAMPLES,
            ("nt-general", _) => &SIZES_BY_ITERATION,
            _ => &SIZES,
        };
        for (dim, trials) in sizes_here.iter().copied() {
            let mut size = prepared.size(&settings, prepared.claim.sizes.at(dim, &settings), trials)?;
            if !size.network.simulator.properties().is_random {
                size.replicates = 1;
            }
            sizes.push(size);
        }
    }
    Ok(sizes)
}

fn settings_of(
    catalogue: &Catalogue,
    one: &Staged,
    state: &BTreeMap<String, String>,
    rho: &str,
) -> Result<Settings, RunError> {
    let claim = one.claims[0].claim;
    let mut given = vec![("rho".to_string(), rho.to_string())];
    for (name, text) in state {
        // A start is of size `zeta` or `scale`, as the claim has it.
        let name = match name.as_str() {
            "start" if claim.parameter("scale").is_some() => "scale",
            "start" => "zeta",
            name => name,
        };
        given.push((name.to_string(), text.clone()));
    }
    settings(catalogue, claim, &given)
}
