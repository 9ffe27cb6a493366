//! Formulas that tempt an evaluator into a wrong number with a small bound: `tests/reference/sound-cases.json`.
//!
//! A peak between the nodes of a rule, a tail that is cut off, a divergent integral, an equation with several roots.

use super::judge::{Judged, assert_cheap, graded, judge};
use serde_json::Value as Json;

struct Case {
    name: String,
    formula: String,
    /// `None`: the formula has no value, or the equation has several roots.
    truth: Option<f64>,
    /// A refusal is not enough.
    must_be_right: bool,
}

/// The cases that have a right value whose bound is only an estimate. The bounds of all other right values are proved.
///
/// `cancel-sum`: the terms of the series are powers of -30 times a condition that makes them zero. The powers overflow at the
/// 209th term, where the proof stops.
const ESTIMATED: [&str; 1] = ["cancel-sum"];

fn cases() -> Vec<Case> {
    let json: Json = serde_json::from_str(include_str!("../../reference/sound-cases.json")).unwrap();
    let text = |value: &Json| value.as_str().unwrap().to_string();
    let cases = json["cases"].as_array().unwrap().iter();
    cases
        .map(|case| Case {
            name: text(&case["name"]),
            formula: text(&case["formula"]),
            // A missing field would also be null, and is not a case without a value.
            truth: case.get("truth").unwrap().as_str().map(|digits| digits.parse().unwrap()),
            must_be_right: case["must_be_right"].as_bool().unwrap(),
        })
        .collect()
}

#[test]
fn tempting_formulas_are_never_wrong() {
    let cases = cases();
    assert_eq!(cases.len(), 49, "cases of the table");
    let mut faults = vec![];
    for Case { name, formula, truth, must_be_right } in &cases {
        let found = graded(formula);
        assert_cheap(name, &found);
        match judge(&found, *truth, 0.0) {
            Judged::Wrong(why) => faults.push(format!("{name} is wrong: {formula}: {why}")),
            Judged::Refused(why) if *must_be_right => faults.push(format!("{name} is refused: {formula}: {why}")),
            Judged::Refused(_) => {}
            Judged::Right => {
                let why = found.unwrap().why;
                if why.is_some() != ESTIMATED.contains(&name.as_str()) {
                    faults.push(format!("{name} has another grade than expected: {why:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
