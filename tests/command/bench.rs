//! `bench`: its page, its numbers, what it keeps, what it refuses.

use crate::support::program::{assert_fields, command, expect, folder, refused, tangent_claim, trained_claim, write};
use limitcheck::record::Verdict;
use limitcheck::record::bench::BenchRecord;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Only the cheapest budget, and no cost of a network.
const QUICK: [&str; 8] = ["--quick", "60", "--standard", "0", "--thorough", "0", "--cost", "0"];

fn bench<'a>(claims: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [&["bench"], claims, &QUICK, more].concat()
}

fn record(folder: &Path, name: &str) -> BenchRecord {
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The same without what the clock and the number of threads decide.
fn untimed(mut record: BenchRecord) -> BenchRecord {
    record.setting.threads = 0;
    record.summaries.clear();
    let times = record.claims.iter_mut().flat_map(|row| &mut row.times);
    times.flat_map(|time| &mut time.judged).for_each(|judged| judged.seconds = 0.0);
    record
}

#[test]
fn a_page_its_figures_and_its_numbers() {
    let here = folder();
    write(here.path(), "true.md", tangent_claim("mine-true", "conjecture", "(1 - rho)^2", ""));
    write(here.path(), "false.md", tangent_claim("mine-false", "known-false", "(1 - rho)^2 + 1/4", ""));
    // Within the margin's width of the truth: no budget decides it.
    write(here.path(), "near.md", tangent_claim("mine-near", "conjecture", "(1 - rho)^2 * (1 + 1/50)", ""));
    let claims = ["true.md", "false.md", "near.md", "adversarial-gain", "kernel-relu"];
    let run = expect(here.path(), &bench(&claims, &["--json", "one.json", "--out", "out", "--jobs", "1"]), 0);
    assert!(run.out.contains("5 claims measured") && run.out.contains("out/benchmarks.md"), "{}", run.out);
    let page = fs::read_to_string(here.path().join("out/benchmarks.md")).unwrap();
    for part in [
        "margin 2 % (budget `quick`): **3 of 4** claims",
        "Of 1 claim about formulas",
        "`quick`, open: mine-near: ",
        "known to be false, so that its gap stays: mine-false",
        "bench true.md false.md near.md adversarial-gain kernel-relu --quick 60 --standard 0 --thorough 0 --cost 0 --seed 1`",
    ] {
        assert!(page.contains(part), "no `{part}` in\n{page}");
    }
    for path in ["benchmarks/seconds", "benchmarks/rates"] {
        for ending in ["svg", "csv"] {
            assert!(here.path().join(format!("out/{path}.{ending}")).exists(), "{path}.{ending}");
        }
        assert!(page.contains(&format!(" src=\"{path}.svg\"")));
    }
    let one = record(here.path(), "one.json");
    assert!(one.complete && one.setting.threads == 1);
    let verdicts = |index: usize| one.claims[index].times[0].judged.as_ref().unwrap().verdicts.clone();
    assert_eq!(verdicts(0), [(Verdict::Agrees, 1)].into());
    assert_eq!(verdicts(1), [(Verdict::Disagrees, 1)].into());
    // The gradient's norm fluctuates over inputs like d^-1/2, and takes the gain along.
    let rate = one.claims[3].rate.as_ref().unwrap();
    assert!((rate.claimed - 0.5).abs() < 1e-12 && rate.interval[0] > 0.4 && rate.interval[1] < 0.6, "{rate:?}");
    let value: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(here.path().join("one.json")).unwrap()).unwrap();
    let fields =
        [("setting", "object"), ("complete", "bool"), ("summaries", "array"), ("claims", "array"), ("costs", "array")];
    assert_fields(&value, &fields);
    // Nothing but the seconds depends on the threads, and a second run replaces its own files.
    expect(here.path(), &bench(&claims, &["--json", "two.json", "--out", "out", "--jobs", "2"]), 0);
    let two = record(here.path(), "two.json");
    assert_ne!(one.claims, two.claims, "seconds are measured anew");
    assert_eq!(untimed(one), untimed(two));
}

#[test]
fn what_is_foretold_to_be_dear_is_left_out() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", ""));
    let allowed = ["--quick", "1e-6", "--standard", "0", "--thorough", "0", "--cost", "1e-3", "--json", "b.json"];
    expect(here.path(), &[&["bench", "mine.md"][..], &allowed].concat(), 0);
    let page = fs::read_to_string(here.path().join("reports/benchmarks.md")).unwrap();
    assert!(page.contains("left out as foretold to take more than") && page.contains("**0 of 1** claims"), "{page}");
    let record = record(here.path(), "b.json");
    assert!(record.claims[0].times[0].judged.is_none() && record.claims[0].rate.is_none());
    assert!(record.costs.iter().all(|cost| cost.sizes.len() < 2 && cost.exponents.is_none()), "{:?}", record.costs);
}

#[test]
fn bad_input_is_refused_before_the_first_draw() {
    let here = folder();
    write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    refused(here.path(), &["bench", "mine.md", "--quick", "-1"], &["--quick", "0 or more"]);
    refused(here.path(), &["bench", "mine.md", "--standard", "much"], &["--standard", "not a number"]);
    let none = ["bench", "mine.md", "--quick", "0", "--standard", "0", "--thorough", "0"];
    refused(here.path(), &none, &["nothing to measure"]);
    refused(here.path(), &["bench", "no-such-claim"], &["no-such-claim"]);
    for name in ["benchmarks.md", "benchmarks/seconds.svg", "benchmarks/rates.csv"] {
        let out = folder();
        write(out.path(), name, "my own\n");
        let path = out.path().display().to_string();
        refused(here.path(), &bench(&["mine.md"], &["--out", &path]), &[name, "not written by limitcheck"]);
        assert_eq!(fs::read_to_string(out.path().join(name)).unwrap(), "my own\n");
    }
    write(here.path(), "mine.json", "{\"mine\": 1}");
    refused(
        here.path(),
        &bench(&["mine.md"], &["--json", "mine.json"]),
        &["mine.json", "not written by `limitcheck bench`"],
    );
    assert_eq!(fs::read_to_string(here.path().join("mine.json")).unwrap(), "{\"mine\": 1}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_keeps_its_rows_and_goes_on() {
    use crate::support::signals::{SIGINT, signal};
    let here = folder();
    let claims = ["one.md", "two.md", "three.md", "four.md"];
    // The third takes long enough to be interrupted in it.
    for (name, more) in claims.into_iter().zip(["", "", "margin 0.004", ""]) {
        let id = name.trim_end_matches(".md");
        write(here.path(), name, tangent_claim(id, "conjecture", "(1 - rho)^2", more));
    }
    let arguments = bench(&claims, &["--json", "kept.json"]);
    let mut started = command(here.path(), &arguments);
    let child = started.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while !here.path().join("kept.json").exists() || record(here.path(), "kept.json").claims.len() < 2 {
        assert!(start.elapsed() < Duration::from_secs(60), "no two rows after a minute");
        std::thread::sleep(Duration::from_millis(2));
    }
    signal(&child, SIGINT);
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).to_string();
    assert_eq!(output.status.code(), Some(130), "{message}");
    assert!(message.contains("interrupted") && message.contains("same command again"), "{message}");
    assert!(!here.path().join("reports/benchmarks.md").exists());
    let kept = record(here.path(), "kept.json");
    assert!(!kept.complete && (2..4).contains(&kept.claims.len()), "{kept:?}");
    // Another seed would lose what was kept.
    let other = bench(&claims, &["--json", "kept.json", "--seed", "2"]);
    refused(here.path(), &other, &["kept.json", "interrupted run of another"]);
    // A claim that says something else since is measured anew; the rest keeps its seconds.
    write(here.path(), "one.md", tangent_claim("one", "conjecture", "(1 - rho)^2", "margin 0.009"));
    expect(here.path(), &arguments, 0);
    let whole = record(here.path(), "kept.json");
    assert!(whole.complete && whole.claims.len() == 4);
    assert_eq!(whole.claims[1..kept.claims.len()], kept.claims[1..]);
    assert_ne!(whole.claims[0].statement, kept.claims[0].statement);
    assert!(here.path().join("reports/benchmarks.md").exists());
    // A finished file is measured again, not gone on from.
    expect(here.path(), &bench(&claims[..1], &["--json", "kept.json"]), 0);
    assert_ne!(record(here.path(), "kept.json").claims[0], whole.claims[0]);
}
