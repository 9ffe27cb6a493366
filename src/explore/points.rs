//! Random admissible points of a claim.

use super::corners::{Corners, range, within};
use super::laws;
use crate::claim::{Claim, Within};
use crate::limit::{Place, Program};
use crate::model::{Settings, Value};
use crate::num::streams::stream;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A point at which a claim is tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// All parameters; the claim's hypotheses hold there.
    pub settings: Settings,
    /// Whether one of them has a value that is visited on purpose.
    pub corner: bool,
}

/// Every so many points one is a corner.
const CORNERS: usize = 4;
/// Draws until a point meets the hypotheses: first in its own parts of the ranges, then anywhere.
const OWN_PARTS: usize = 40;
const ANYWHERE: usize = 400;

/// Up to `count` different points. Every parameter's range is divided into as many parts, and each part is visited once, in an order of its
/// own: few points leave no large part of a range out. There are fewer where the hypotheses hold at few points.
///
/// They depend on the seed, on the count and on what the claim declares: claims with the same simulator and parameters are tried
/// at the same points, as far as their hypotheses allow, and share networks there.
pub fn points(claim: &Claim, program: &Program, count: usize, seed: u64) -> Vec<Point> {
    let declared = declarations(claim);
    let mut order = runner(seed, &declared, u64::MAX);
    let orders: Vec<Vec<usize>> = claim.parameters.iter().map(|_| shuffled(count, &mut order)).collect();
    let corners = Corners::of(claim);
    let corner_order = shuffled(corners.len(), &mut order);
    let mut found: Vec<Point> = Vec::new();
    for index in 0..count {
        let mut own = runner(seed, &declared, index as u64);
        for attempt in 0..OWN_PARTS + ANYWHERE {
            let parts: Vec<usize> = match attempt < OWN_PARTS {
                true => orders.iter().map(|order| order[index]).collect(),
                false => claim.parameters.iter().map(|_| below(count, &mut own)).collect(),
            };
            let Some(settings) = anywhere(claim, &parts, count, &mut own) else { continue };
            let corner = index % CORNERS == CORNERS - 1 && corners.len() > 0 && attempt < OWN_PARTS;
            let settings = match corner {
                true => {
                    let number = corner_order[(index / CORNERS + attempt / 4) % corners.len()];
                    corners.apply(claim, number, below(2, &mut own) == 1, settings)
                }
                false => Some(settings),
            };
            let known = |settings: &Settings| found.iter().any(|point| point.settings == *settings);
            if let Some(settings) = settings.filter(|settings| !known(settings) && admits(claim, program, settings)) {
                found.push(Point { settings, corner });
                break;
            }
        }
    }
    found
}

/// Whether the claim speaks of a point: domains and hypotheses hold. A hypothesis that cannot be decided is left to the verdict, which says
/// so.
pub fn admits(claim: &Claim, program: &Program, settings: &Settings) -> bool {
    let inside = |parameter: &crate::claim::Parameter| match (parameter.domain, settings.get(&parameter.name)) {
        (Some(domain), Some(Value::Number(x))) => domain.contains(*x),
        _ => true,
    };
    let place = Place { settings: settings.clone(), size: None };
    claim.parameters.iter().all(inside) && settings.check().is_ok() && program.admits(&place).unwrap_or(true)
}

/// Settings with every parameter in its part.
fn anywhere(claim: &Claim, parts: &[usize], count: usize, runner: &mut TestRunner) -> Option<Settings> {
    let strategies: Vec<BoxedStrategy<Value>> = claim
        .parameters
        .iter()
        .zip(parts)
        .map(|(parameter, part)| match (within(claim, &parameter.name), range(claim, &parameter.name)) {
            (Some(Within::Among(values)), _) => Just(values[part * values.len() / count].clone()).boxed(),
            (_, Some(range)) => range.part(*part, count),
            (_, None) => laws::part(claim, &parameter.name, *part, count),
        })
        .collect();
    let values = strategies.new_tree(runner).ok()?.current();
    let mut settings = claim.defaults();
    claim.parameters.iter().zip(values).for_each(|(parameter, value)| settings.set(&parameter.name, value));
    Some(settings)
}

fn shuffled(count: usize, runner: &mut TestRunner) -> Vec<usize> {
    let all: Vec<usize> = (0..count).collect();
    Just(all).prop_shuffle().new_tree(runner).map_or_else(|_| (0..count).collect(), |tree| tree.current())
}

/// A whole number from 0 up to this one.
fn below(end: usize, runner: &mut TestRunner) -> usize {
    (0..end).new_tree(runner).map_or(0, |tree| tree.current())
}

/// Text of what the points depend on.
fn declarations(claim: &Claim) -> String {
    let simulator = claim.simulator.as_deref().unwrap_or_default();
    let one = |p: &crate::claim::Parameter| format!("{}={} in {:?}", p.name, p.default, p.domain);
    let parameters: Vec<String> = claim.parameters.iter().map(one).collect();
    let own: Vec<String> = claim.activations.iter().map(|own| format!("{own:?}")).collect();
    format!("{simulator}; {}; {:?}; {}", parameters.join(", "), claim.explored, own.join(", "))
}

/// Draws of proptest from the stream of this seed, these declarations and this number.
fn runner(seed: u64, declared: &str, number: u64) -> TestRunner {
    let mut key = [0; 32];
    stream(seed, "explore", declared, 0, 0, number).fill_bytes(&mut key);
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &key))
}
