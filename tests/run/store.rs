//! Results files that are cut short, altered, of another run, or no results at all.

use crate::support::program::{command, expect, folder, refused, tangent_claim, write};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

/// A folder with a claim, and the results and verdicts of an uninterrupted run, which was made once for all tests.
fn finished_run() -> (TempDir, Vec<u8>, Vec<u8>) {
    static RUN: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", ""));
    let (results, verdicts) = RUN.get_or_init(|| {
        check(here.path(), "whole.jsonl", "whole.json");
        let read = |name| fs::read(here.path().join(name)).unwrap();
        (read("whole.jsonl"), read("whole.json"))
    });
    write(here.path(), "whole.jsonl", results);
    write(here.path(), "whole.json", verdicts);
    (here, results.clone(), verdicts.clone())
}

fn check(folder: &Path, results: &str, json: &str) {
    expect(folder, &["check", "mine.md", "--budget", "quick", "--results", results, "--json", json], 0);
}

#[test]
fn a_file_cut_short_anywhere_ends_with_the_same_bytes() {
    let (here, whole, verdicts) = finished_run();
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for keep in [0, header / 2, header + 1, whole.len() / 2, whole.len() - 1] {
        write(here.path(), "cut.jsonl", &whole[..keep]);
        check(here.path(), "cut.jsonl", "cut.json");
        assert!(fs::read(here.path().join("cut.jsonl")).unwrap() == whole, "cut after {keep} bytes");
        assert!(fs::read(here.path().join("cut.json")).unwrap() == verdicts, "cut after {keep} bytes");
    }
}

#[test]
fn a_file_that_is_not_this_runs_is_refused_and_left_alone() {
    let (here, whole, _) = finished_run();
    let text = String::from_utf8(whole).unwrap();
    let altered = text.replacen("\"mean\":0.", "\"mean\":1.", 1);
    let damaged = text.replacen("{\"row\"", "{row", 1);
    let table: [(&str, Vec<u8>, &[&str]); 8] = [
        ("altered", altered.into(), &["line 2", "altered", "delete that line"]),
        ("damaged", damaged.into(), &["line 2", "damaged", "delete that line"]),
        ("of another seed", text.replacen("\"seed\":1", "\"seed\":2", 1).into(), &["seed 2, not 1", "another file"]),
        ("of another version", text.replacen("0.", "7.", 1).into(), &["line 1", "by limitcheck 7.", "new file"]),
        ("of another format", text.replacen("\"version\":3", "\"version\":9", 1).into(), &["line 1", "version 9"]),
        ("no results at all", "hello\n".into(), &["line 1", "not a results file"]),
        ("a claim file", tangent_claim("mine", "conjecture", "1", "").into(), &["not a results file"]),
        ("not text", vec![0xff; 100], &["not UTF-8"]),
    ];
    for (what, content, fragments) in table {
        write(here.path(), "bad.jsonl", &content);
        let run = ["check", "mine.md", "--budget", "quick", "--results", "bad.jsonl"];
        refused(here.path(), &run, &[&["bad.jsonl"], fragments].concat());
        assert!(fs::read(here.path().join("bad.jsonl")).unwrap() == content, "{what}: the file was changed");
        if what != "of another seed" {
            let from = ["report", "mine.md", "--budget", "quick", "--out", "out", "--from", "bad.jsonl"];
            refused(here.path(), &from, &["bad.jsonl"]);
            refused(here.path(), &["merge", "whole.jsonl", "bad.jsonl"], &["bad.jsonl"]);
        }
    }
}

#[test]
fn drawing_from_results_that_lack_samples_says_which() {
    let (here, whole, _) = finished_run();
    let report = |more: &[&str], fragments: &[&str]| {
        let fixed = ["report", "mine.md", "--budget", "quick", "--out", "out"];
        refused(here.path(), &[&fixed[..], more].concat(), fragments);
    };
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    write(here.path(), "few.jsonl", lines[..lines.len() - 2].concat());
    report(&["--from", "few.jsonl"], &["claim `mine`", "lack d = ", "run without --from"]);
    write(here.path(), "header.jsonl", lines[0]);
    report(&["--from", "header.jsonl"], &["claim `mine`", "lack d = 16", "run without --from"]);
    write(here.path(), "empty.jsonl", "");
    report(&["--from", "empty.jsonl"], &["empty.jsonl", "holds no results"]);
    report(&["--from", "missing.jsonl"], &["missing.jsonl", "cannot be read"]);
    report(&["--from", "out"], &["out", "cannot be read", "directory"]);
    // The seed is that of the results.
    report(&["--from", "whole.jsonl", "--seed", "3"], &["--seed", "--from"]);
    assert!(!here.path().join("out/README.md").exists());
}

#[test]
fn merging_what_contradicts_or_would_overwrite_is_refused() {
    let (here, whole, _) = finished_run();
    let run = ["check", "mine.md", "--budget", "quick", "--results", "other.jsonl", "--seed", "2"];
    expect(here.path(), &run, 0);
    refused(here.path(), &["merge", "whole.jsonl", "other.jsonl"], &["seed 1", "seed 2"]);
    let notes = write(here.path(), "notes.txt", "limitcheck is fine\n");
    let out = ["merge", "whole.jsonl", "--out", &notes];
    refused(here.path(), &out, &["notes.txt", "not written by limitcheck", "another place"]);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "limitcheck is fine\n");
    // Onto one of its own inputs: nothing is lost.
    expect(here.path(), &["merge", "whole.jsonl", "--out", "whole.jsonl"], 0);
    assert_eq!(fs::read(here.path().join("whole.jsonl")).unwrap().len(), whole.len());
}

/// Two runs that append to one file would interleave their lines.
#[test]
fn a_results_file_has_one_writer_at_a_time() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", "margin 0.005"));
    let arguments = ["check", "mine.md", "--budget", "quick", "--results", "shared.jsonl"];
    let mut first = command(here.path(), &arguments).spawn().unwrap();
    crate::support::program::wait_for_lines(&here.path().join("shared.jsonl"), 2, &mut first);
    refused(here.path(), &arguments, &["shared.jsonl", "in use", "another file"]);
    first.kill().unwrap();
    first.wait().unwrap();
}
