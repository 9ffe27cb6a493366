//! Help and version of every verb.

use crate::support::program::{expect, folder};

const VERBS: [&str; 16] = [
    "list",
    "show",
    "eval",
    "simulate",
    "sweep",
    "plot",
    "check",
    "explore",
    "report",
    "mutants",
    "calibrate",
    "bench",
    "hermite",
    "sync",
    "merge",
    "compare",
];

#[test]
fn help_and_version_teach_and_exit_with_0() {
    let here = folder();
    let general = expect(here.path(), &["--help"], 0);
    for word in VERBS.iter().chain(&["claim", "Exit codes", "my-conjecture.md", "--theory"]) {
        assert!(general.out.contains(word), "--help does not mention `{word}`");
    }
    for verb in VERBS {
        let help = expect(here.path(), &[verb, "--help"], 0);
        assert!(help.err.is_empty() && help.out.contains("Usage: limitcheck") && help.out.len() > 200, "{}", help.out);
        // Every option says what it is for, on its line or on the one below.
        let lines: Vec<&str> = help.out.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with("--")) {
            let described = match line.trim().split_once("  ") {
                Some((_, about)) => !about.trim().starts_with('['),
                None => lines.get(at + 1).is_some_and(|below| below.trim().len() > 12),
            };
            assert!(described, "{verb}: `{line}` has no description");
        }
    }
    assert!(expect(here.path(), &["--version"], 0).out.starts_with("limitcheck "));
    assert!(here.path().read_dir().unwrap().next().is_none(), "help wrote a file");
}
