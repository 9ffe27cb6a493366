//! What an interrupted run keeps of blocks that are not finished.
#![cfg(unix)]

use crate::support::program::{command, expect, folder, tangent_claim, wait_for_lines, write};
use crate::support::signals::{SIGTERM, signal};
use std::fs;
use std::time::Duration;

/// Finished draws of the blocks that are open when the signal comes are kept, and end in the same bytes.
#[test]
fn an_interrupted_block_goes_on_at_its_next_replicate() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", "margin 0.004"));
    let run = |results: &'static str, json: &'static str| {
        ["check", "mine.md", "--budget", "quick", "--jobs", "1", "--results", results, "--json", json]
    };
    expect(here.path(), &run("whole.jsonl", "whole.json"), 0);
    let mut parts = 0;
    for _ in 0..8 {
        let mut started = command(here.path(), &run("stopped.jsonl", "stopped.json"));
        started.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let path = here.path().join("stopped.jsonl");
        let before = fs::read_to_string(&path).unwrap_or_default();
        let stay = before.lines().filter(|line| !line.starts_with("{\"part\"")).count();
        let mut child = started.spawn().unwrap();
        wait_for_lines(&path, stay + 1, &mut child);
        std::thread::sleep(Duration::from_millis(20));
        signal(&child, SIGTERM);
        if child.wait().unwrap().success() {
            break;
        }
        let text = fs::read_to_string(&path).unwrap();
        parts += text.lines().filter(|line| line.starts_with("{\"part\"")).count();
    }
    assert!(parts > 0, "no signal met an open block");
    expect(here.path(), &run("stopped.jsonl", "stopped.json"), 0);
    for (one, other) in [("whole.jsonl", "stopped.jsonl"), ("whole.json", "stopped.json")] {
        assert!(fs::read(here.path().join(one)).unwrap() == fs::read(here.path().join(other)).unwrap(), "{other}");
    }
}
