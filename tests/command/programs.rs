//! Simulators that are programs: consent, seeds, failures, stored draws, and that nothing is left running.

use crate::support::program::{Run, command, expect, folder, json, refused, write};
use crate::support::signals::{SIGINT, SIGTERM, signal};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A program in Python without NumPy; `body` sets `value` from `seed` (a float in [0, 1)), `n` and `number`.
fn program(start: &str, body: &str) -> String {
    let body: String = body.lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "import json, os, sys, time\n{start}\nfor line in sys.stdin:\n    request = json.loads(line)\n    n = request['sizes']['n']\n    \
         for one in request['replicates']:\n        number, seed = one['replicate'], one['seed'][0] / 2**32\n{body}        \
         print(json.dumps({{'replicate': number, 'values': {{'risk': value}}}}))\n    sys.stdout.flush()\n"
    )
}

/// Mean 0.5 + 1/n at every size.
const GOOD: &str = "value = 0.5 + 1/n + (seed - 0.5)/n";

fn claim(limit: &str) -> String {
    format!(
        "```claim\nclaim mine\ntitle Mine\nkind limit\nstatus conjecture\nsource the tests\nparameter gamma = 1 in (0, inf)\n\
         sizes n, p = gamma*n\nsimulator program \"python3 mine.py\"\nobservable risk\ncost n\nbias n^-1\ngrid\nlimit {limit}\n```\n"
    )
}

fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: there is no python3 here");
    }
    found
}

fn check(folder: &Path, more: &[&str], code: i32) -> Run {
    let base = ["check", "mine.md", "--budget", "quick", "--allow-programs"];
    expect(folder, &[&base[..], more].concat(), code)
}

/// The reason of the one cell, which has no value.
fn no_value(start: &str, body: &str) -> String {
    let here = folder();
    write(here.path(), "mine.py", program(start, body));
    write(here.path(), "mine.md", claim("0.5"));
    check(here.path(), &["--json", "out.json"], 3);
    let record: Value = serde_json::from_str(&fs::read_to_string(here.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(record["cells"][0]["verdict"], "no value");
    record["cells"][0]["reason"].as_str().unwrap().to_string()
}

#[test]
fn nothing_runs_without_consent() {
    let here = folder();
    let path = here.path();
    write(path, "mine.md", claim("0.5").replace("python3 mine.py", "python3 \u{1b}[2Jmine.py 'a b'"));
    write(path, "mine.py", "open('ran', 'w')");
    let shown = "python3 \\u{1b}[2Jmine.py 'a b'";
    for verb in [&["check"][..], &["report", "--out", "out"], &["mutants"], &["simulate", "--dim", "16"]] {
        refused(path, &[verb, &["mine.md"]].concat(), &[shown, "--allow-programs"]);
    }
    for verb in [&["show"][..], &["eval"], &["sync"]] {
        expect(path, &[verb, &["mine.md"]].concat(), 0);
    }
    assert!(!path.join("ran").exists());
    let allowed = |value: &str| {
        let mut command = command(path, &["simulate", "mine.md", "--dim", "16"]);
        String::from_utf8(command.env("LIMITCHECK_ALLOW_PROGRAMS", value).output().unwrap().stderr).unwrap()
    };
    assert!(allowed("0").contains(shown) && !allowed("1").contains("--allow-programs"));
}

#[test]
fn a_program_is_judged_like_any_simulator() {
    if !has_python() {
        return;
    }
    let here = folder();
    let path = here.path();
    // Answers in any order.
    let backwards = program("", GOOD).replace("request['replicates']:", "request['replicates'][::-1]:");
    for text in [program("", GOOD), backwards] {
        write(path, "mine.py", text);
        write(path, "mine.md", claim("gamma/2"));
        check(path, &["--jobs", "1", "--json", "one.json"], 0);
        check(path, &["--jobs", "3", "--json", "three.json"], 0);
        let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
        assert_eq!(read("one.json"), read("three.json"));
    }
    write(path, "mine.md", claim("0.55"));
    let run = check(path, &[], 1);
    assert!(run.out.contains("disagrees"), "{}", run.out);
    write(path, "mine.md", claim("gamma/2"));
    let run = expect(path, &["mutants", "mine.md", "--budget", "quick", "--allow-programs"], 0);
    assert!(run.out.contains("killed"), "{}", run.out);
}

#[test]
fn moments_and_rates_know_sizes_of_ones_own() {
    if !has_python() {
        return;
    }
    let here = folder();
    // Mean 1/n, and mean n^(-1/2).
    for (kind, sizes, body, right, wrong) in [
        ("moment", "sizes n in {10, 20, 50}, p = gamma*n", "value = (0.5 + seed)/n", "gamma/p", "gamma/(p + 1)"),
        ("rate", "sizes n, p = gamma*n", "value = (0.5 + seed)/n**0.5", "n^(-1/2)", "n^(-1)"),
    ] {
        write(here.path(), "mine.py", program("", body));
        for (formula, code) in [(right, 0), (wrong, 1)] {
            let text = claim(formula).replace("kind limit", &format!("kind {kind}"));
            let text = text.replace("sizes n, p = gamma*n", sizes).replace("bias n^-1", "bias exact");
            write(here.path(), "mine.md", text);
            check(here.path(), &[], code);
        }
    }
}

#[test]
fn a_rehearsal_shows_the_lines_and_checks_the_seeds() {
    if !has_python() {
        return;
    }
    let here = folder();
    let path = here.path();
    write(path, "mine.md", claim("0.5"));
    write(path, "mine.py", program("", GOOD));
    let base = ["simulate", "mine.md", "--dim", "10", "--set", "gamma=0.24", "--trials", "3", "--allow-programs"];
    let run = expect(path, &base, 0);
    for part in [
        "> {\"sizes\":{\"n\":10,\"p\":2}",
        "< {\"replicate\": 2, \"values\"",
        "same seeds give the same values",
        "n = 10, p = 2",
    ] {
        assert!(run.out.contains(part), "{}", run.out);
    }
    let samples = json(path, &[&base[..], &["--json"]].concat());
    assert_eq!(samples["samples"].as_array().unwrap().len(), 3);
    for careless in ["value = time.time()", "value = seed + state['k']; state['k'] += 1"] {
        write(path, "mine.py", program("state = {'k': 0}", careless));
        refused(path, &[&base[..], &["--json"]].concat(), &["other values for the same seed", "n = 10, p = 2"]);
        let reason = no_value("state = {'k': 0}", careless);
        assert!(reason.contains("other values for the same seed"), "{reason}");
    }
}

#[test]
fn what_fails_has_no_value_and_says_why() {
    if !has_python() {
        return;
    }
    let ends = "value = 0.1\nif number == 5: sys.exit('out of luck')";
    for (body, parts) in [
        (ends, &["replicate 5", "exit status: 1", "standard error ends: out of luck"][..]),
        ("value = float('nan') if number == 5 else 0.1", &["not finite", "replicate 5"]),
        ("value = None if number == 5 else 0.1", &["`risk` is not finite", "replicate 5"]),
        ("value = 0.1\nprint('hello')", &["no answer: hello"]),
        ("value = 0.1\nnumber += 1000", &["replicate 1000, which was not asked for"]),
        ("value = 0.1\nnumber = 0", &["two answers for replicate 0"]),
        (
            "value = 0.1\nif number == 5: print(json.dumps({'replicate': 5, 'error': 'no\\x1bne'})); continue",
            &["the program says: no\\u{1b}ne", "replicate 5"],
        ),
    ] {
        let reason = no_value("", body);
        for part in ["n = 16, p = 16, seed 1"].iter().chain(parts) {
            assert!(reason.contains(part), "{body}: `{part}` is missing in: {reason}");
        }
    }
    let here = folder();
    write(here.path(), "mine.md", claim("0.5"));
    write(here.path(), "mine.py", program("", "value = 0.1\nsys.stdout.flush()\ntime.sleep(1e3 * (number == 2))"));
    let slow = ["simulate", "mine.md", "--dim", "16", "--trials", "4", "--timeout", "1", "--allow-programs", "--json"];
    refused(here.path(), &slow, &["no answer within 1 seconds a replicate"]);
    write(here.path(), "mine.md", claim("0.5").replace("python3", "no-such-program"));
    assert!(check(here.path(), &[], 3).out.contains("`no-such-program` cannot be started"));
    write(here.path(), "mine.md", claim("0.5").replace("cost n\n", "cost n\ndepends lost.py\n"));
    refused(here.path(), &["check", "mine.md", "--allow-programs"], &["`lost.py` cannot be read"]);
}

/// One bad day of a process costs nothing; a failed size leaves the others their verdicts, and a later run tries it anew.
#[test]
fn a_process_is_started_once_more_and_failures_are_not_kept() {
    if !has_python() {
        return;
    }
    let here = folder();
    let path = here.path();
    write(path, "mine.md", claim("0.5"));
    let once = "if n == 24 and number == 7 and not os.path.exists('ended'):\n    open('ended', 'w')\n    os._exit(1)\n";
    write(path, "mine.py", program("", &format!("{once}{GOOD}")));
    check(path, &["--jobs", "1"], 0);
    assert!(path.join("ended").exists());
    let twice = "if n == 24 and not os.path.exists('mended'): os._exit(1)\n";
    write(path, "mine.py", program("", &format!("{twice}{GOOD}")));
    let results = ["--results", "results.jsonl"];
    let run = check(path, &results, 3);
    assert!(run.out.contains("n = 24, p = 24"), "{}", run.out);
    let kept = fs::read_to_string(path.join("results.jsonl")).unwrap();
    assert!(kept.contains("\"dim\":16") && !kept.contains("\"dim\":24"), "{kept}");
    write(path, "mended", "");
    check(path, &results, 0);
}

#[test]
fn stored_draws_belong_to_the_code_that_made_them() {
    if !has_python() {
        return;
    }
    let here = folder();
    let path = here.path();
    let count = || fs::read_to_string(path.join("log")).unwrap().lines().count();
    write(path, "mine.md", claim("0.5").replace("cost n\n", "cost n\ndepends model.py\n"));
    write(path, "model.py", "shift = 0\n");
    write(
        path,
        "mine.py",
        program("import model\nopen('log', 'a').write('started\\n')", &format!("{GOOD} + model.shift")),
    );
    let results = ["--results", "results.jsonl"];
    let first = check(path, &results, 0);
    let started = count();
    let again = check(path, &results, 0);
    assert_eq!((count(), again.out), (started, first.out), "a stored draw was made again");
    assert!(!again.err.contains("not used"));
    write(path, "model.py", "shift = 0.1\n");
    let changed = check(path, &results, 1);
    assert!(count() > started && changed.err.contains("draws that are not used: of `program "), "{}", changed.err);
}

/// Ctrl-C or SIGTERM: 130 within a second, and neither the program nor what it started goes on.
#[cfg(unix)]
#[test]
fn an_interruption_leaves_nothing_running() {
    if !has_python() {
        return;
    }
    let here = folder();
    let path = here.path();
    write(path, "mine.md", claim("0.5"));
    let start = "import subprocess, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n\
                 other = subprocess.Popen(['sleep', '1000'])\nopen('started', 'a').write(f'{os.getpid()}\\n{other.pid}\\n')";
    write(path, "mine.py", program(start, "value = 0.1\ntime.sleep(1000)"));
    for number in [SIGINT, SIGTERM] {
        let mut child = command(path, &["check", "mine.md", "--budget", "quick", "--allow-programs", "--jobs", "1"])
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let pids = || fs::read_to_string(path.join("started")).unwrap_or_default();
        while pids().lines().count() < 2 {
            assert!(begun.elapsed() < Duration::from_secs(60), "the program did not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        let sent = Instant::now();
        signal(&child, number);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
        for pid in pids().lines() {
            let alive = || {
                let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
                !state.is_empty() && !state.contains(") Z ")
            };
            let since = Instant::now();
            while alive() {
                assert!(since.elapsed() < Duration::from_secs(2), "process {pid} still runs");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        fs::remove_file(path.join("started")).unwrap();
    }
}
