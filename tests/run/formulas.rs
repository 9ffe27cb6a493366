//! A false identity must never be called true, whatever the bounds of its two sides say. The formulas are from
//! `tests/limits/public_cases.rs`; each once `agrees` with something false, or could.

use crate::support::program::{Run, folder, limitcheck, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A formula, and second forms that it does not equal.
const FALSE: [(&str, &[&str]); 10] = [
    // 1.00517...: a bump that a rule on few nodes misses.
    ("E[1 + exp(-((g - 0.79)/0.01)^2) : g ~ normal]", &["1", "1.00517558"]),
    // 1: a peak far from zero.
    ("Int[exp(-(x - 300)^2/2)/sqrt(2*pi) : x in (-inf, inf)]", &["0", "2"]),
    // pi/2, but so slowly that a value may have a wide bound.
    ("Int[sin(x)/x : x in [0, inf)]", &["100", "14.5"]),
    // No value.
    ("Int[x^(1/x)*cos(pi*x) : x in [1, inf)]", &["0.07078", "5", "0"]),
    // Too large for a double: what is known of either side is as good as nothing.
    ("exp(800)", &["exp(900)", "inf"]),
    ("10^300*10^300", &["inf", "10^300*10^299*11"]),
    // Several roots, of which none is meant.
    ("root t in (0, 10) of sin(t)", &["pi", "2*pi", "3*pi"]),
    ("root p in (0, inf) of (p-1)*(p-2)*(p-3)", &["1", "2", "3"]),
    // 3: a term far behind those that seem to be the last.
    ("sum k from 0 of 0.5^k + cases(k == 400: 1; otherwise: 0)", &["2"]),
    // pi^2/6: a series whose rest is larger than its last term.
    ("sum k from 1 of 1/k^2", &["1.64", "1.6449"]),
];

const TRUE: [(&str, &str); 2] =
    [("sum k from 1 of 1/k^2", "pi^2/6"), ("E[exp(30*g)/(1 + exp(30*g)) : g ~ normal]", "1/2")];

/// An identity that its author believes.
fn identity(id: &str, limit: &str, alt: &str) -> String {
    format!(
        "```claim\nclaim {id}\ntitle T\nkind identity\nstatus conjecture\nsource the tests\n\
         parameter rho = 1 in (0, inf)\ngrid\nlimit {limit}\nalt {alt}\n```\n"
    )
}

/// One run over all these files, and the verdict on each claim.
fn check(here: &Path, files: &[String]) -> (Run, BTreeMap<String, String>) {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let run = limitcheck(here, &[&["check"], &files[..], &["--budget", "quick", "--json", "run.json"]].concat());
    let record: Value = serde_json::from_str(&fs::read_to_string(here.join("run.json")).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let cells = record["cells"].as_array().unwrap().iter();
    (run, cells.map(|cell| (text(&cell["claim"]), text(&cell["verdict"]))).collect())
}

#[test]
fn false_identities_are_not_called_true() {
    let here = folder();
    let mut files = vec![];
    let mut stated = BTreeMap::new();
    for (formula, seconds) in FALSE {
        for second in seconds {
            let id = format!("false-{}", stated.len());
            files.push(write(here.path(), &format!("{id}.md"), identity(&id, formula, second)));
            stated.insert(id, format!("{formula} = {second}"));
        }
    }
    let (run, verdicts) = check(here.path(), &files);
    assert_eq!(verdicts.len(), stated.len(), "{}", run.out);
    for (id, statement) in &stated {
        let verdict = verdicts[id].as_str();
        assert!(["disagrees", "undecided", "no value"].contains(&verdict), "{verdict}: {statement}");
    }
    // What the reader sees: the line that counts the verdicts. (Other lines have words such as `expected: proved`.)
    let counts = run.out.lines().rfind(|line| line.contains(" cells: ")).unwrap();
    assert!(!counts.contains(" agrees") && !counts.contains(" proved"), "{counts}");
    assert_ne!(run.code, Some(0), "{}", run.out);
}

/// Otherwise a program that agrees with nothing would pass.
#[test]
fn true_identities_agree() {
    let here = folder();
    let files: Vec<String> = TRUE
        .iter()
        .enumerate()
        .map(|(at, (limit, alt))| {
            let id = format!("true-{at}");
            write(here.path(), &format!("{id}.md"), identity(&id, limit, alt))
        })
        .collect();
    let (run, verdicts) = check(here.path(), &files);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(verdicts.len() == TRUE.len() && verdicts.values().all(|verdict| verdict == "agrees"), "{}", run.out);
}
