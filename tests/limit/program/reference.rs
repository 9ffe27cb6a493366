//! Values computed outside this crate to 25 digits, held against the library exactly.

use dashu_ratio::RBig;
use limitcheck::claim::{Catalogue, Claim};
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::settings::parse_exact;
use limitcheck::num::Estimate;
use limitcheck::testing::catalogue;
use serde_json::{Map, Value};

fn evaluate(all: &Catalogue, claim: &Claim, set: &Map<String, Value>) -> Estimate {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let given: Vec<(String, String)> = set.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let no_files = |_: &str| Err("no files".to_string());
    let settings = all.settings(claim, &given, &no_files).unwrap_or_else(|error| panic!("{}: {error}", claim.id));
    let program = Program::compile(claim).unwrap_or_else(|error| panic!("{}: {error}", claim.id));
    let place = Place { settings, size: None };
    program.evaluate(Formula::Limit, &place).unwrap_or_else(|error| panic!("{} {set:?}: {error}", claim.id))
}

/// The double itself, as a rational: nothing is rounded.
fn exactly(x: f64) -> RBig {
    RBig::try_from(x).unwrap_or_else(|_| panic!("{x} is not finite"))
}

/// `|value - truth| <= abs_err <= 1e-10 max(1, |value|)`; the truth itself is known to half a unit of its last digit.
#[test]
fn limits_agree_with_the_reference_within_their_own_error() {
    let tables =
        [include_str!("../../reference/theory-reference.json"), include_str!("../../reference/random-features.json")];
    let tables = tables.map(|table| serde_json::from_str::<Value>(table).unwrap());
    let all = catalogue();
    let mut tested = 0;
    let mut faults = Vec::new();
    let entries: Vec<&Value> = tables.iter().flat_map(|table| table["limits"].as_array().unwrap()).collect();
    for entry in &entries {
        let id = entry["claim"].as_str().unwrap();
        let Ok(claim) = all.find(id) else { continue };
        tested += 1;
        let set = entry["set"].as_object().unwrap();
        let Estimate { value, abs_err } = evaluate(all, claim, set);
        let decimals = entry["value"].as_str().unwrap();
        if decimals == "inf" {
            if (value, abs_err) != (f64::INFINITY, 0.0) {
                faults.push(format!("{id} {set:?}: {value:e} +- {abs_err:e}, not infinite"));
            }
            continue;
        }
        let truth = parse_exact(decimals).unwrap();
        let rounding = match decimals.split_once('.') {
            Some((_, digits)) => parse_exact(&format!("0.5e-{}", digits.len())).unwrap(),
            None => RBig::ZERO,
        };
        let gap = exactly(value) - truth;
        let gap = if gap < RBig::ZERO { -gap } else { gap };
        if gap > exactly(abs_err) + rounding || abs_err > 1e-10 * value.abs().max(1.0) {
            faults.push(format!("{id} {set:?}: {value:e} +- {abs_err:e}, not {decimals}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tested >= 90, "only {tested} of {} entries have a claim in the catalogue", entries.len());
    println!("{tested} of {} entries tested, {} without a claim", entries.len(), entries.len() - tested);
}
