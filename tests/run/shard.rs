//! A run in shards gives the bytes of an undivided one, whatever becomes of the shards on the way, and nothing is mixed with it.

use crate::support::program::{
    assert_same_tree, command, expect, folder, refused, tangent_claim, trained_claim, tree, write,
};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Two claims on the same networks, one of them false, with experiments and a special case, and one without noise.
const CLAIMS: [&str; 3] = ["right.md", "wrong.md", "trained.md"];

fn claims() -> TempDir {
    let here = folder();
    let grid = "\ngrid rho in {0.25, 0.5, 0.75}\nexperiment d = 24, m in {6, 12}, trials = 64\n";
    let right =
        tangent_claim("right", "conjecture", "(1 - rho)^2", "special 1/4 at rho = 0.5").replace("\ngrid\n", grid);
    write(here.path(), "right.md", right);
    let wrong = tangent_claim("wrong", "known-false", "1 - rho", "").replace("\ngrid\n", grid);
    write(here.path(), "wrong.md", wrong);
    write(here.path(), "trained.md", trained_claim("trained", "conjecture", "1 - rho", ""));
    here
}

/// A verb for all the claims at the quick budget.
fn words<'a>(verb: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[verb], &CLAIMS[..], &["--budget", "quick"], more].concat()
}

/// Runs one shard of a report, killed at a random moment first if `state` says so.
fn shard(folder: &Path, number: usize, of: usize, state: Option<&mut u64>) -> String {
    let (part, results) = (format!("{number}/{of}"), format!("{number}-of-{of}.jsonl"));
    let arguments = words("report", &["--shard", &part, "--results", &results]);
    if let Some(state) = state {
        // A fixed sequence of random numbers (xorshift).
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let mut child = command(folder, &arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(*state % 400));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    expect(folder, &arguments, 0).out
}

#[test]
fn shards_give_the_bytes_of_an_undivided_run() {
    let here = claims();
    let whole = expect(here.path(), &words("check", &["--json", "whole.json"]), 0).out;
    expect(here.path(), &words("report", &["--out", "whole"]), 0);
    let lines = |text: &str| text.lines().filter(|line| line.contains("agrees")).count();
    fs::remove_file(here.path().join("whole/results.jsonl")).unwrap();
    let mut state = 88_172_645_463_325_252_u64;
    for of in [1, 3, 7] {
        let mut printed = 0;
        for number in 1..=of {
            let killed = (number <= 2).then_some(&mut state);
            printed += lines(&shard(here.path(), number, of, killed));
        }
        // Each cell is some shard's, with the line that sums them up.
        assert!(printed >= lines(&whole) && tree(here.path()).keys().all(|path| !path.starts_with("reports")));
        let files: Vec<String> = (1..=of).map(|number| format!("{number}-of-{of}.jsonl")).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let merged = expect(here.path(), &[&["merge"], &files[..]].concat(), 0);
        assert!(merged.out.contains(&format!("complete: all {of} shards")), "{}", merged.out);
        let before = fs::read(here.path().join("merged.jsonl")).unwrap();
        let judged = expect(here.path(), &words("check", &["--results", "merged.jsonl", "--json", "merged.json"]), 0);
        assert_eq!(judged.out, whole);
        let read = |name| fs::read(here.path().join(name)).unwrap();
        assert!(read("merged.json") == read("whole.json"));
        assert!(read("merged.jsonl") == before, "something was drawn");
        expect(here.path(), &words("report", &["--from", "merged.jsonl", "--out", "merged"]), 0);
        assert_same_tree(&here.path().join("whole"), &here.path().join("merged"));
    }
}

#[test]
fn any_of_the_shards_merge_and_what_is_missing_is_said() {
    let here = claims();
    for number in [1, 3] {
        shard(here.path(), number, 3, None);
    }
    let merge = |files: &[&str], code| expect(here.path(), &[&["merge"], files].concat(), code).out;
    let some = merge(&["3-of-3.jsonl", "1-of-3.jsonl"], 2);
    assert!(some.contains("missing: shard 2/3 is not there\n"), "{some}");
    // One that has begun: all but the line at its end.
    let said = shard(here.path(), 2, 3, None);
    let second = fs::read_to_string(here.path().join("2-of-3.jsonl")).unwrap();
    let lines: Vec<&str> = second.split_inclusive('\n').collect();
    write(here.path(), "begun.jsonl", lines[..lines.len() - 1].concat());
    let begun = merge(&["merged.jsonl", "begun.jsonl", "--out", "begun-merged.jsonl"], 2);
    assert!(begun.contains("missing: shard 2/3 has begun and not finished"), "{begun}");
    // Overlapping, merged before, twice, in any order: the same bytes.
    merge(&["begun-merged.jsonl", "3-of-3.jsonl", "2-of-3.jsonl", "--out", "one.jsonl"], 0);
    merge(&["2-of-3.jsonl", "2-of-3.jsonl", "1-of-3.jsonl", "3-of-3.jsonl", "--out", "other.jsonl"], 0);
    let read = |name| fs::read(here.path().join(name)).unwrap();
    assert!(read("one.jsonl") == read("other.jsonl"));
    // A finished shard has nothing left to do, and says the same again.
    let again = shard(here.path(), 2, 3, None);
    assert_eq!(again, said);
    assert!(fs::read_to_string(here.path().join("2-of-3.jsonl")).unwrap() == second);
}

#[test]
fn what_is_no_part_of_the_run_is_refused_by_name() {
    let here = claims();
    shard(here.path(), 1, 2, None);
    let other = |more: &[&str], results: &str| {
        expect(here.path(), &words("report", &[&["--results", results], more].concat()), 0);
    };
    other(&["--shard", "2/2", "--seed", "2"], "seed.jsonl");
    other(&["--shard", "2/3"], "three.jsonl");
    let merge = |file: &str, fragments: &[&str]| {
        refused(here.path(), &["merge", "1-of-2.jsonl", file], &[&[file], fragments].concat());
        assert!(!here.path().join("merged.jsonl").exists());
    };
    merge("seed.jsonl", &["seed 1", "seed 2"]);
    merge("three.jsonl", &["another run", "numbers of shards 2 and 3"]);
    expect(here.path(), &words("check", &["--shard", "2/2", "--results", "check.jsonl"]), 0);
    merge("check.jsonl", &["another run", "verbs report and check"]);
    let two = ["report", "right.md", "wrong.md", "--budget", "quick", "--shard", "2/2", "--results", "two.jsonl"];
    expect(here.path(), &two, 0);
    merge("two.jsonl", &["another run", "claim `trained` is in one of them only"]);
    let text = fs::read_to_string(here.path().join("1-of-2.jsonl")).unwrap();
    write(here.path(), "altered.jsonl", text.replacen("\"level\":0.001", "\"level\":0.002", 1));
    merge("altered.jsonl", &["line 2 was altered"]);
    write(here.path(), "version.jsonl", text.replacen("\"program\":\"0.", "\"program\":\"7.", 1));
    merge("version.jsonl", &["line 1", "by limitcheck 7."]);
    // The same claim in other words, and a file of another run to go on from.
    let claim = fs::read_to_string(here.path().join("right.md")).unwrap();
    write(here.path(), "right.md", claim.replace("(1 - rho)^2", "(1 - rho)^2 + 0"));
    let changed = words("report", &["--shard", "2/2", "--results", "changed.jsonl"]);
    expect(here.path(), &changed, 0);
    merge("changed.jsonl", &["another run", "claim `right` has changed"]);
    let resumed = words("report", &["--shard", "1/2", "--results", "1-of-2.jsonl"]);
    refused(here.path(), &resumed, &["another run", "claim `right` has changed", "one file for each run"]);
    assert_eq!(fs::read_to_string(here.path().join("1-of-2.jsonl")).unwrap(), text);
}

#[test]
fn shards_are_numbered_from_one_and_keep_their_results() {
    let here = claims();
    for wrong in ["0/3", "4/3", "2", "a/b", "1/0", "1/100000"] {
        refused(here.path(), &words("check", &["--results", "x.jsonl", "--shard", wrong]), &["--shard", "K/N"]);
    }
    refused(here.path(), &words("check", &["--shard", "1/2"]), &["--results"]);
    refused(here.path(), &words("report", &["--shard", "1/2"]), &["--results"]);
    refused(here.path(), &words("report", &["--results", "x.jsonl"]), &["--shard"]);
    refused(here.path(), &words("explore", &["--shard", "1/2"]), &["--results"]);
}

#[test]
fn points_of_an_exploration_are_divided() {
    let here = folder();
    write(here.path(), "wrong.md", tangent_claim("wrong", "conjecture", "(1 - rho)^2 + (rho - 1/2)/4", ""));
    let explore = |more: &[&str], code| {
        expect(here.path(), &[&["explore", "wrong.md", "--budget", "quick", "--points", "4"], more].concat(), code)
    };
    let whole = explore(&["--json", "whole.json"], 1).out;
    for number in ["1/2", "2/2"] {
        let results = format!("{}.jsonl", &number[..1]);
        let part = explore(&["--shard", number, "--results", &results], 1).out;
        assert!(part.contains("disagrees"), "{part}");
    }
    expect(here.path(), &["merge", "1.jsonl", "2.jsonl"], 0);
    let before = fs::read(here.path().join("merged.jsonl")).unwrap();
    assert_eq!(explore(&["--results", "merged.jsonl", "--json", "merged.json"], 1).out, whole);
    let read = |name| fs::read(here.path().join(name)).unwrap();
    assert!(read("merged.json") == read("whole.json") && read("merged.jsonl") == before);
}
