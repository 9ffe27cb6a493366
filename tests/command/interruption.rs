//! A run that is killed or interrupted goes on where it stopped, to the same bytes.

use crate::support::program::{
    assert_same_tree, command, expect, folder, tangent_claim, trained_claim, tree, wait_for_lines, write,
};
#[cfg(unix)]
use crate::support::signals::{SIGINT, SIGTERM, signal};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn a_killed_report_ends_with_the_bytes_of_an_uninterrupted_one() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", "margin 0.004"));
    let report = |out: &'static str| ["report", "mine.md", "--budget", "quick", "--out", out];
    expect(here.path(), &report("whole"), 0);
    // At random moments, twenty times on the same folder; one that is done before is made anew.
    let mut state = 88_172_645_463_325_252_u64;
    let mut kills = 0;
    for _ in 0..60 {
        // A fixed sequence of random numbers (xorshift).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let mut child = command(here.path(), &report("killed")).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(state % 128));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            assert_same_tree(&here.path().join("whole"), &here.path().join("killed"));
            fs::remove_dir_all(here.path().join("killed")).unwrap();
        } else {
            kills += 1;
        }
        if kills == 20 {
            break;
        }
    }
    assert_eq!(kills, 20);
    expect(here.path(), &report("killed"), 0);
    assert_same_tree(&here.path().join("whole"), &here.path().join("killed"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_exits_with_130_and_the_run_goes_on() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", "margin 0.004"));
    let check = |results: &'static str, json: &'static str| {
        ["check", "mine.md", "--budget", "quick", "--results", results, "--json", json]
    };
    expect(here.path(), &check("whole.jsonl", "whole.json"), 0);
    for (sent, more) in [(SIGINT, 8), (SIGTERM, 2)] {
        // Lines of its own: before it writes the second run may not listen to signals yet.
        let before = fs::read_to_string(here.path().join("stopped.jsonl")).unwrap_or_default().lines().count();
        let lines = before + more;
        let mut started = command(here.path(), &check("stopped.jsonl", "stopped.json"));
        let mut child =
            started.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
        wait_for_lines(&here.path().join("stopped.jsonl"), lines, &mut child);
        signal(&child, sent);
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).to_string();
        assert_eq!(output.status.code(), Some(130), "{message}");
        assert!(message.contains("interrupted") && message.contains("same command again"), "{message}");
        assert!(output.stdout.is_empty() && !here.path().join("stopped.json").exists());
    }
    expect(here.path(), &check("stopped.jsonl", "stopped.json"), 0);
    for (one, other) in [("whole.jsonl", "stopped.jsonl"), ("whole.json", "stopped.json")] {
        assert!(fs::read(here.path().join(one)).unwrap() == fs::read(here.path().join(other)).unwrap(), "{other}");
    }
}

/// No integral, factorisation or draw asks whether it should go on: the process ends all the same, within a second.
#[cfg(unix)]
#[test]
fn every_command_ends_within_a_second() {
    let here = folder();
    // An expectation over three normals that takes minutes.
    let dear = "1 - rho + 0*E[E[E[tanh(x*y + z)^2 : z ~ normal] : y ~ normal] : x ~ normal]";
    write(here.path(), "dear.md", trained_claim("dear", "conjecture", dear, ""));
    let table: [&[&str]; 7] = [
        &["check", "dear.md", "--results", "dear.jsonl"],
        &["eval", "dear.md"],
        &["report", "dear.md", "--out", "out"],
        &["plot", "dear.md", "--along", "rho=0.1:1:3"],
        &["mutants", "dear.md"],
        &["bench", "dear.md", "--out", "bench"],
        &["simulate", "rf-test-error", "--dim", "6000", "--trials", "4"],
    ];
    for (index, arguments) in table.into_iter().enumerate() {
        let sent = if index % 2 == 0 { SIGINT } else { SIGTERM };
        let (output, seconds) = interrupted(here.path(), arguments, sent, 1);
        let message = String::from_utf8_lossy(&output.stderr).to_string();
        assert_eq!(output.status.code(), Some(130), "{arguments:?}: {message}");
        assert!(seconds < 1.0, "{arguments:?}: {seconds} s");
        assert!(message.contains("interrupted") && output.stdout.is_empty(), "{arguments:?}: {message}");
        let kept = ["check", "report"].contains(&arguments[0]);
        assert_eq!(message.contains("same command again"), kept, "{arguments:?}: {message}");
    }
    // A second interruption does not wait.
    let (output, seconds) = interrupted(here.path(), table[0], SIGINT, 2);
    assert!(output.status.code() == Some(130) && seconds < 0.35, "{seconds} s: {:?}", output.status);
    let left: Vec<_> = tree(here.path()).into_keys().map(|path| path.display().to_string()).collect();
    assert_eq!(left, ["dear.jsonl", "dear.md", "out/results.jsonl"]);
}

/// The blocks that were finished before a long integral are whole, and the run goes on from them to the same bytes.
#[cfg(unix)]
#[test]
fn what_was_drawn_before_a_hard_end_is_whole() {
    let here = folder();
    let claim = |limit: &str| tangent_claim("mine", "conjecture", limit, "margin 0.004");
    write(here.path(), "mine.md", claim("(1 - rho)^2"));
    let check = |results: &'static str, json: &'static str| {
        ["check", "mine.md", "--budget", "quick", "--results", results, "--json", json]
    };
    expect(here.path(), &check("whole.jsonl", "whole.json"), 0);
    let mut started = command(here.path(), &check("cut.jsonl", "cut.json"));
    let mut child = started.stderr(std::process::Stdio::null()).spawn().unwrap();
    wait_for_lines(&here.path().join("cut.jsonl"), 5, &mut child);
    // Twice in a row: no orderly end is waited for.
    signal(&child, SIGTERM);
    signal(&child, SIGINT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let cut = fs::read_to_string(here.path().join("cut.jsonl")).unwrap();
    assert!(cut.ends_with('\n') && cut.lines().count() >= 5, "{cut}");
    expect(here.path(), &check("cut.jsonl", "cut.json"), 0);
    for (one, other) in [("whole.jsonl", "cut.jsonl"), ("whole.json", "cut.json")] {
        assert!(fs::read(here.path().join(one)).unwrap() == fs::read(here.path().join(other)).unwrap(), "{other}");
    }
}

/// Runs a command for a second and a half, interrupts it so many times, and says how it ended and how long that took.
#[cfg(unix)]
fn interrupted(folder: &Path, arguments: &[&str], sent: i32, times: u32) -> (std::process::Output, f64) {
    let mut started = command(folder, arguments);
    let mut child = started.stderr(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(child.try_wait().unwrap().is_none(), "{arguments:?} ended by itself");
    let start = Instant::now();
    for _ in 0..times {
        signal(&child, sent);
        std::thread::sleep(Duration::from_millis(if times > 1 { 50 } else { 0 }));
    }
    (child.wait_with_output().unwrap(), start.elapsed().as_secs_f64())
}
