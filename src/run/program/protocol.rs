//! The lines between us and a program: one JSON object each.

use super::command::shown;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is asked of a program, apart from which replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The sizes by their names.
    pub sizes: Map<String, Value>,
    /// Parameters of the claim: numbers as numbers, the rest as text.
    pub settings: Map<String, Value>,
    /// Names of what is to be observed.
    pub observables: Vec<String>,
}

#[derive(Serialize)]
struct Request<'a> {
    sizes: &'a Map<String, Value>,
    settings: &'a Map<String, Value>,
    observables: &'a [String],
    replicates: Vec<Replicate>,
}

#[derive(Serialize)]
struct Replicate {
    replicate: u64,
    seed: [u32; 8],
}

/// One line to a program, with its end.
pub(super) fn request(question: &Question, replicates: &[(u64, [u32; 8])]) -> String {
    let replicates = replicates.iter().map(|(replicate, seed)| Replicate { replicate: *replicate, seed: *seed });
    let request = Request {
        sizes: &question.sizes,
        settings: &question.settings,
        observables: &question.observables,
        replicates: replicates.collect(),
    };
    serde_json::to_string(&request).expect("maps of text and finite numbers") + "\n"
}

#[derive(Deserialize)]
struct Answer {
    replicate: u64,
    #[serde(default)]
    values: Option<BTreeMap<String, Option<f64>>>,
    #[serde(default)]
    error: Option<String>,
}

/// What one line of a program says: the replicate, and its values in the order of the question's observables.
pub(super) enum Said {
    Values(u64, Vec<f64>),
    /// The replicate has no values, and why.
    Error(u64, String),
    /// The line is no answer.
    Nonsense(String),
}

/// Reads a line of a program.
pub(super) fn answer(line: &str, observables: &[String]) -> Said {
    let answer: Answer = match serde_json::from_str(line) {
        Ok(answer) => answer,
        // What Python and others write for numbers that JSON does not have.
        Err(_) if line.contains("NaN") || line.contains("Infinity") => {
            return Said::Nonsense(format!("a value that is not finite: {}", start(line)));
        }
        Err(_) => return Said::Nonsense(format!("a line that is no answer: {}", start(line))),
    };
    if let Some(why) = answer.error {
        return Said::Error(answer.replicate, why);
    }
    let values = answer.values.unwrap_or_default();
    let found: Result<Vec<f64>, String> = observables
        .iter()
        .map(|name| match values.get(name) {
            Some(Some(value)) if value.is_finite() => Ok(*value),
            Some(_) => Err(format!("`{name}` is not finite")),
            None => Err(format!("the answer has no value `{name}`")),
        })
        .collect();
    match found {
        Ok(values) => Said::Values(answer.replicate, values),
        Err(why) => Said::Error(answer.replicate, why),
    }
}

/// As much of a line as a message holds.
fn start(line: &str) -> String {
    const MOST: usize = 200;
    let text: String = line.chars().take(MOST).collect();
    let more = if line.chars().count() > MOST { "..." } else { "" };
    shown(&text) + more
}

/// The seed of a replicate: eight words of 32 bits, which the run's seed, the sizes and the replicate's number determine and
/// nothing else. Grid points and observables share their seeds, so that differences between them have less noise.
pub fn seed_words<'a>(seed: u64, sizes: impl IntoIterator<Item = (&'a str, usize)>, replicate: u64) -> [u32; 8] {
    let mut state = mixed(seed ^ 0x70_72_6f_67_72_61_6d);
    for (name, size) in sizes {
        state = name.bytes().fold(mixed(state ^ name.len() as u64), |state, byte| mixed(state ^ u64::from(byte)));
        state = mixed(state ^ size as u64);
    }
    state = mixed(state ^ replicate);
    let mut words = [0; 8];
    for pair in words.chunks_exact_mut(2) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let word = mixed(state);
        pair[0] = word as u32;
        pair[1] = (word >> 32) as u32;
    }
    words
}

/// The output function of SplitMix64 (Steele, Lea, Flood 2014): a bijection in which every bit of the input reaches every bit.
fn mixed(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_request_is_one_line_with_everything_in_it() {
        let map = |text: &str| serde_json::from_str(text).unwrap();
        let question = Question {
            sizes: map(r#"{"n":50}"#),
            settings: map(r#"{"gamma":2.0,"law":"a\nb"}"#),
            observables: vec!["risk".to_string()],
        };
        let line = request(&question, &[(3, [1, 2, 3, 4, 5, 6, 7, u32::MAX])]);
        assert_eq!(
            line,
            "{\"sizes\":{\"n\":50},\"settings\":{\"gamma\":2.0,\"law\":\"a\\nb\"},\"observables\":[\"risk\"],\
             \"replicates\":[{\"replicate\":3,\"seed\":[1,2,3,4,5,6,7,4294967295]}]}\n"
        );
    }

    #[test]
    fn answers_of_every_kind_are_read() {
        let names = ["risk".to_string(), "bias".to_string()];
        let said = |line: &str| match answer(line, &names) {
            Said::Values(replicate, values) => format!("{replicate}: {values:?}"),
            Said::Error(replicate, why) => format!("{replicate}: {why}"),
            Said::Nonsense(why) => why,
        };
        for (line, expected) in [
            (r#"{"replicate":3,"values":{"bias":2,"risk":0.5,"more":1}}"#, "3: [0.5, 2.0]"),
            (r#"{"replicate":3,"error":"singular"}"#, "3: singular"),
            (r#"{"replicate":3,"values":{"bias":2}}"#, "3: the answer has no value `risk`"),
            (r#"{"replicate":3,"values":{"bias":2,"risk":null}}"#, "3: `risk` is not finite"),
            (r#"{"replicate":3,"values":{"bias":2,"risk":NaN}}"#, "a value that is not finite"),
            (r#"{"replicate":3}"#, "3: the answer has no value `risk`"),
            ("starting", "a line that is no answer: starting"),
            (r#"{"values":{}}"#, "a line that is no answer"),
        ] {
            assert!(said(line).starts_with(expected), "{line}: {}", said(line));
        }
    }

    /// Words of neighbouring replicates, sizes and seeds have nothing in common, in any place.
    #[test]
    fn seeds_differ_in_every_word() {
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut count = 0;
        for seed in 1..4 {
            for n in 50..54 {
                for replicate in 0..64 {
                    for sizes in [vec![("n", n)], vec![("n", n), ("p", n)], vec![("m", n)]] {
                        seen.extend(seed_words(seed, sizes, replicate));
                        count += 8;
                    }
                }
            }
        }
        // Of 18,432 words of 32 bits about 0.04 pairs coincide.
        assert!(seen.len() + 2 >= count, "{} of {count}", seen.len());
        assert_eq!(seed_words(1, [("n", 50)], 3), seed_words(1, [("n", 50)], 3));
    }

    const KNOWN: [u32; 8] = [2985967808, 229785890, 3751511437, 984099999, 729797680, 3195267751, 130721526, 106938047];

    /// These are part of what a results file means: they never change.
    #[test]
    fn seeds_are_what_they_were() {
        assert_eq!(seed_words(1, [("n", 50), ("p", 100)], 0), KNOWN);
    }
}
