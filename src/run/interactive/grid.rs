//! The axes of the tables, and the settings of their nodes.

use super::super::RunError;
use crate::claim::{Catalogue, Claim};
use crate::model::Settings;
use crate::record::interactive::{AxisGrid, AxisKind};

/// Every axis of the page.
pub const AXES: [&str; 8] = ["activation", "spectrum", "weights", "scale", "samples", "parts", "rho", "time"];

const ACTIVATIONS: [&str; 6] = ["quadratic", "relu", "abs", "gelu", "exp", "tanh"];
const SPECTRA: [&str; 5] = ["identity", "uniform", "power(2)", "exponential", "rademacher"];
/// Sizes of the start; full training has one for each but the first.
pub const STARTS: [&str; 4] = ["0", "0.1", "0.5", "1"];
/// Numbers of samples, in units of d^2/2.
const SAMPLES: [&str; 7] = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"];
/// Weights and their covariance: a pairing other than the usual one makes sense with a covariance only.
const WEIGHTS: [(&str, &str, &str); 4] = [
    ("isotropic", "isotropic", "comonotone"),
    ("aligned", "uniform", "comonotone"),
    ("independent", "uniform", "independent"),
    ("opposed", "uniform", "antitone"),
];

/// Binary logarithms of m/d, in sixteenths: quarters of an octave, and close to the kink at m/d = 1.
const RHO_SIXTEENTHS: [i32; 32] = [
    -80, -76, -72, -68, -64, -60, -56, -52, -48, -44, -40, -36, -32, -28, -24, -20, -16, -12, -8, -4, -2, -1, 0, 1, 2,
    4, 8, 12, 16, 20, 24, 28,
];
/// Times from 0.01 to 32, ten to a decade.
const TIMES: (f64, usize, f64) = (-2.0, 36, 10.0);

/// The axis of that name.
pub fn axis(name: &str) -> AxisGrid {
    match name {
        "activation" => choice(name, ACTIVATIONS.map(|text| (text, vec![("activation", text)]))),
        "spectrum" => choice(name, SPECTRA.map(|text| (text, vec![("spectrum", text)]))),
        "weights" => choice(
            name,
            WEIGHTS.map(|(label, covariance, pairing)| (label, vec![("covariance", covariance), ("pairing", pairing)])),
        ),
        "scale" => choice(name, STARTS[1..].iter().map(|text| (*text, vec![("scale", *text)]))),
        "samples" => choice(name, SAMPLES.map(|text| (text, vec![("samples", text)]))),
        "parts" => {
            let part = |label, spectrum, zeta| (label, vec![("spectrum", spectrum), ("zeta", zeta)]);
            let parts =
                [part("neither", "rademacher", "0"), part("target", "identity", "0"), part("start", "rademacher", "1")];
            AxisGrid { kind: AxisKind::Parts, ..choice(name, parts) }
        }
        "rho" => cubic(name, RHO_SIXTEENTHS.iter().map(|k| (f64::from(*k) / 16.0).exp2()), vec![1.0]),
        _ => {
            let (first, count, decade) = TIMES;
            cubic("time", (0..count).map(|k| 10_f64.powf(first + k as f64 / decade)), Vec::new())
        }
    }
}

type Labelled<'a> = (&'a str, Vec<(&'a str, &'a str)>);

fn choice<'a>(name: &str, nodes: impl IntoIterator<Item = Labelled<'a>>) -> AxisGrid {
    let own = |sets: Vec<(&str, &str)>| sets.into_iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    let (labels, sets) = nodes.into_iter().map(|(label, sets)| (label.to_string(), own(sets))).unzip();
    AxisGrid { name: name.to_string(), kind: AxisKind::Choice, at: Vec::new(), kinks: Vec::new(), labels, sets }
}

fn cubic(name: &str, at: impl Iterator<Item = f64>, kinks: Vec<f64>) -> AxisGrid {
    let at: Vec<f64> = at.collect();
    // Kept short on the page: a number is its own label, and sets the parameter of its axis.
    AxisGrid { name: name.to_string(), kind: AxisKind::Cubic, at, kinks, labels: Vec::new(), sets: Vec::new() }
}

/// Nodes of an axis.
pub fn length(axis: &AxisGrid) -> usize {
    axis.at.len().max(axis.sets.len())
}

/// What the n-th node of an axis sets.
pub fn sets(axis: &AxisGrid, node: usize) -> Vec<(String, String)> {
    match axis.at.get(node) {
        Some(x) => vec![(axis.name.clone(), x.to_string())],
        None => axis.sets[node].clone(),
    }
}

/// The claim's defaults with these values in their place.
pub fn settings(catalogue: &Catalogue, claim: &Claim, given: &[(String, String)]) -> Result<Settings, RunError> {
    let no_files = |_: &str| Err("the page reads no files".to_string());
    let fault = |why| RunError::Input(format!("the page sets parameters of `{}`: {why}", claim.id));
    catalogue.settings(claim, given, &no_files).map_err(fault)
}

/// Texts of numbers as numbers.
pub fn numbers(texts: &[&str]) -> Vec<f64> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}
