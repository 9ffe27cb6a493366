//! Bad input of every kind: exit code 3, no panic, and a message that names the place and the remedy.

use crate::support::program::{command, expect, folder, refused, trained_claim, write};
use std::fs;

#[test]
fn names_that_mean_nothing_have_near_names() {
    let here = folder();
    let table: [(&[&str], &[&str]); 17] = [
        (&["check", "sgd-tets-error"], &["unknown claim `sgd-tets-error`", "did you mean `sgd-test-error`?"]),
        (&["show", "zzz"], &["unknown claim `zzz`", "known: ", "nt-robustness"]),
        (&["eval", "missing.md"], &["missing.md", "cannot be read", "No such file"]),
        (&["eval", "nt-test-error", "--set", "rh=1"], &["no parameter `rh`", "did you mean `rho`?"]),
        (
            &["eval", "nt-test-error", "--set", "zeta=1"],
            &["no parameter `zeta`", "claims that have it", "init-test-error"],
        ),
        (&["eval", "rf-test-error", "--set", "activation=rleu"], &["activation `rleu`", "did you mean `relu`?"]),
        (&["eval", "rf-test-error", "--set", "activation=he(21)"], &["`he(21)`", "k from 1 to 20"]),
        (&["eval", "nt-test-error", "--set", "spectrum=unifrom"], &["spectrum `unifrom`", "did you mean `uniform`?"]),
        (&["eval", "nt-test-error", "--set", "spectrum=file(no.txt)"], &["no.txt", "relative to the claim file"]),
        (&["eval", "nt-test-error", "--set", "covariance=rademacher"], &["negative eigenvalues", "take a law >= 0"]),
        (&["eval", "nt-test-error", "--set", "pairing=antiton"], &["did you mean `antitone`?"]),
        (&["eval", "nt-test-error", "--set", "weights=spere"], &["did you mean `sphere`?"]),
        (
            &["simulate", "rf-test-error", "--dim", "8", "--simulator", "rff"],
            &["simulator `rff`", "did you mean `rf`?"],
        ),
        (&["check", "--budget", "quik"], &["unknown budget `quik`", "quick, standard or thorough"]),
        (&["hermite", "tahn"], &["activation `tahn`", "did you mean `tanh`?"]),
        (&["hermite", "relu", "--order", "41"], &["--order 41", "up to 40"]),
        (&["chekc"], &["unrecognized subcommand 'chekc'", "check"]),
    ];
    for (arguments, fragments) in table {
        refused(here.path(), arguments, fragments);
    }
}

#[test]
fn values_out_of_domain() {
    let here = folder();
    let table = [
        ("rho=0", "(0, inf)"),
        ("rho=-1", "(0, inf)"),
        ("rho=-0", "(0, inf)"),
        ("rho=NaN", "finite number"),
        ("rho=inf", "finite number"),
        ("rho=1e400", "finite number"),
        ("rho=1/0", "finite number"),
        ("rho=", "finite number"),
        ("rho=1,5", "finite number"),
        ("rho", "name=value"),
        ("", "name=value"),
        ("=1", "no parameter"),
        ("spectrum=power(0)", "0 < g <= 20"),
        ("spectrum=power(NaN)", "finite number"),
        ("spectrum=two-point(1,2,1)", "strictly between 0 and 1"),
        ("spectrum=two-point(1,2)", "two-point(b1,b2,p)"),
    ];
    for (set, fragment) in table {
        refused(here.path(), &["eval", "nt-test-error", "--set", set], &[fragment]);
        refused(here.path(), &["simulate", "nt-test-error", "--dim", "4", "--set", set], &[fragment]);
    }
    let sphere = ["eval", "nt-test-error", "--set", "weights=sphere", "--set", "covariance=uniform"];
    refused(here.path(), &sphere, &["unit sphere have no covariance", "covariance = isotropic"]);
    refused(here.path(), &["eval", "nt-test-error", "--set", "rho=1", "--set", "rho=2"], &["`rho` is set twice"]);
    let outside = ["eval", "sgd-test-error", "--set", "spectrum=rademacher"];
    refused(here.path(), &outside, &["hypotheses do not hold", "limitcheck show sgd-test-error"]);
    // In the domain, yet beyond what doubles hold: refused in a line that one can read, not in 300 zeros.
    refused(
        here.path(),
        &["eval", "rf-test-error", "--set", "rho=1e308"],
        &["rho=1e308", "psi", "too large for a double"],
    );
}

#[test]
fn sizes_that_cannot_be() {
    let here = folder();
    let simulate = |simulator: &str, more: &[&str], fragments: &[&str]| {
        let claim = if simulator.starts_with("sgd") { "sgd-test-error" } else { "nt-test-error" };
        let set = ["--set", "rho=0.5", "--trials", "1", "--simulator", simulator];
        refused(here.path(), &[&["simulate", claim], &set[..], more].concat(), fragments);
    };
    for simulator in ["init", "rf", "nt", "sgd-descent"] {
        for dim in ["1000000000", "1000000000000", "18446744073709551615"] {
            simulate(simulator, &["--dim", dim], &[dim, "needs", "iB", "choose a smaller size"]);
        }
    }
    for dim in ["1000000000000000", "18446744073709551615"] {
        simulate("sgd", &["--dim", dim], &[dim, "needs", "choose a smaller size"]);
        // As wide as it is deep: no matrix is formed.
        simulate("nt", &["--dim", dim, "--width", dim], &[dim, "needs", "choose a smaller size"]);
    }
    for simulator in ["init", "rf", "nt", "sgd", "sgd-descent"] {
        simulate(simulator, &["--dim", "0"], &["dimension", "at least 1"]);
        simulate(simulator, &["--dim", "4", "--width", "0"], &["width", "at least 1"]);
        simulate(simulator, &["--dim", "18446744073709551616"], &["--dim", "too large"]);
        simulate(simulator, &["--dim", "-4"], &["invalid value '-4'", "--dim"]);
    }
    simulate("rf", &["--dim", "7"], &["`exponential`", "even dimension, not 7"]);
    simulate("nt", &["--dim", "6", "--set", "spectrum=two-point(3,1,0.25)"], &["d = 6", "multiple of 8"]);
    let trials = ["simulate", "nt-test-error", "--dim", "4", "--trials", "0"];
    refused(here.path(), &trials, &["--trials 0", "at least one"]);
    refused(here.path(), &["check", "sgd-test-error", "--jobs", "100000000"], &["--jobs 100000000", "at most"]);
}

#[test]
fn claim_files_that_are_none() {
    let here = folder();
    let good = trained_claim("mine", "conjecture", "1 - rho", "");
    let noise = noise(1_000_000);
    let table: [(&str, Vec<u8>, &[&str]); 9] = [
        ("latin.md", b"# caf\xe9\n".to_vec(), &["latin.md", "not UTF-8", "byte 5", "save it as UTF-8"]),
        ("empty.md", vec![], &["empty.md:1:1", "no block marked `claim`", "```claim"]),
        ("prose.md", b"Nothing but prose.\n".to_vec(), &["prose.md:1:1", "no block marked `claim`"]),
        ("noise.md", noise.clone(), &["noise.md:1:1", "no block marked `claim`"]),
        ("noise-inside.md", [b"```claim\n", &noise[..], b"\n```\n"].concat(), &["noise-inside.md", "more faults"]),
        ("one-line.md", [b"```claim\nlimit ", &noise.repeat(2)[..], b"\n"].concat(), &["one-line.md", "not closed"]),
        ("two.md", good.repeat(2).into_bytes(), &["two.md:19:1", "second block", "file of its own"]),
        ("open.md", good.trim_end().trim_end_matches('`').into(), &["open.md:1:1", "not closed"]),
        ("wrong.md", good.replace("1 - rho", "1 - rho)").into(), &["wrong.md:17:14", "limit 1 - rho)", "Help"]),
    ];
    for (name, content, fragments) in table {
        write(here.path(), name, content);
        for verb in ["check", "show", "sync"] {
            refused(here.path(), &[verb, name], fragments);
        }
    }
    fs::create_dir(here.path().join("folder.md")).unwrap();
    refused(here.path(), &["check", "folder.md"], &["folder.md", "holds no claim", "folder"]);
    write(here.path(), "mine.md", &good);
    refused(here.path(), &["check", "mine.md", "./mine.md"], &["`mine` is named twice"]);
    write(here.path(), "law.md", good.replace("spectrum = identity", "spectrum = file(law.txt)"));
    for (law, fragment) in
        [("1\ntwo\n", "law.txt:2"), ("# none\n", "no eigenvalue"), ("inf\n", "law.txt:1"), ("0\n", "no eigenvalue")]
    {
        write(here.path(), "law.txt", law);
        refused(here.path(), &["check", "law.md"], &["law.md:9", fragment]);
    }
}

/// Printable characters and line ends without sense, always the same.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (state >> 33) % 95 {
            0 => b'\n',
            // No fences by chance.
            64 | 94 => b'x',
            other => 32 + other as u8,
        }
    };
    (0..length).map(|_| next()).collect()
}

/// A file that defines thousands of names is refused before each is held against each.
#[test]
fn a_block_of_sixty_thousand_statements() {
    let here = folder();
    let lines: Vec<String> = (0..60_000).map(|i| format!("x{i} = y{i}\n")).collect();
    write(here.path(), "many.md", format!("```claim\n{}```\n", lines.concat()));
    refused(here.path(), &["check", "many.md"], &["many.md:2:6", "more faults"]);
}

#[test]
fn places_that_cannot_be_written() {
    let here = folder();
    let claim = write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    write(here.path(), "file", "mine\n");
    fs::create_dir(here.path().join("folder")).unwrap();
    let table: [(&[&str], &[&str]); 9] = [
        (&["report", &claim, "--out", "file/below"], &["file/below", "cannot be written", "--out"]),
        (&["report", &claim, "--out", "file"], &["file", "cannot be written", "--out"]),
        (&["check", &claim, "--json", "file/below.json"], &["file/below.json", "cannot be written", "another place"]),
        (&["check", &claim, "--json", "folder"], &["folder", "is a folder", "name a file"]),
        (&["check", &claim, "--json", "file"], &["file", "not a verdict file", "move it away"]),
        (&["check", &claim, "--json", "mine.md"], &["mine.md", "not a verdict file"]),
        (&["check", &claim, "--results", "file/below"], &["file/below", "cannot be written", "another file"]),
        (&["check", &claim, "--results", "folder"], &["folder", "directory", "another file"]),
        (&["check", &claim, "--results", "x", "--json", "x"], &["--json and --results", "two files"]),
    ];
    let before = crate::support::program::tree(here.path());
    for (arguments, fragments) in table {
        refused(here.path(), &[arguments, &["--budget", "quick"]].concat(), fragments);
    }
    assert_eq!(crate::support::program::tree(here.path()), before, "a refused run leaves nothing behind");
}

#[test]
fn foreign_files_in_the_report_folder_are_left_alone() {
    let here = folder();
    let claim = write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    for (name, content) in [
        ("README.md", "# Notes\n\nWhat limitcheck told me.\n"),
        ("claims/mine.md", "my page"),
        ("verdicts.json", "{\"mine\": 1}"),
        ("results.jsonl", "not samples\n"),
        ("figures/overview.svg", "<svg/>"),
    ] {
        let out = folder();
        write(out.path(), name, content);
        write(out.path(), "other.txt", "beside");
        let path = out.path().display().to_string();
        refused(here.path(), &["report", &claim, "--budget", "quick", "--out", &path], &[name]);
        assert_eq!(fs::read_to_string(out.path().join(name)).unwrap(), content);
        assert_eq!(fs::read_to_string(out.path().join("other.txt")).unwrap(), "beside");
        assert!(name == "README.md" || !out.path().join("README.md").exists(), "{name}: half a report");
    }
    // A folder of ours with a foreign file beside: written again, the file stays.
    let arguments = ["report", &claim, "--budget", "quick", "--out", "ours"];
    expect(here.path(), &arguments, 0);
    write(here.path(), "ours/notes.txt", "mine");
    expect(here.path(), &arguments, 0);
    assert_eq!(fs::read_to_string(here.path().join("ours/notes.txt")).unwrap(), "mine");
}

/// A full disk under standard output: the result did not arrive, so it is no success.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
    let here = folder();
    for arguments in
        [&["list"][..], &["eval", "sgd-test-error", "--json"], &["check", "sgd-test-error", "--budget", "quick"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(here.path(), arguments).stdout(full).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).to_string();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {message}");
        assert!(message.contains("standard output") && !message.contains("panicked"), "{message}");
    }
    for arguments in [&["list"][..], &["--help"], &["hermite", "relu"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(here.path(), arguments).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Errors and notes that nobody reads any more change no exit code.
#[test]
fn a_closed_pipe_under_standard_error_changes_nothing() {
    let here = folder();
    for (arguments, code) in
        [(&["eval", "no-such-claim"][..], 3), (&["check", "sgd-test-error", "--budget", "quick"], 0)]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(here.path(), arguments).stderr(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    }
}

/// `--json /dev/null` throws the verdicts away; it must not put a file in the device's place.
#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays_a_link() {
    let here = folder();
    let claim = write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    std::os::unix::fs::symlink("target.json", here.path().join("link.json")).unwrap();
    write(here.path(), "target.json", "");
    expect(here.path(), &["check", &claim, "--budget", "quick", "--json", "link.json"], 0);
    assert!(fs::symlink_metadata(here.path().join("link.json")).unwrap().is_symlink());
    assert!(fs::read_to_string(here.path().join("target.json")).unwrap().contains("agrees"));
}

#[test]
fn usage_errors_exit_with_3_and_never_with_2() {
    let here = folder();
    let wrong: [&[&str]; 12] = [
        &[],
        &["chekc"],
        &["--no-such-option"],
        &["eval"],
        &["eval", "a", "b"],
        &["simulate", "sgd-test-error"],
        &["simulate", "sgd-test-error", "--dim", "many"],
        &["check", "--budget", "slow"],
        &["check", "--seed", "1.5"],
        &["hermite", "relu", "--order", "-1"],
        &["compare", "one.json"],
        &["merge"],
    ];
    for arguments in wrong {
        let run = expect(here.path(), arguments, 3);
        assert!(run.out.is_empty() && run.err.len() > 20, "{arguments:?}: {}", run.err);
    }
    expect(here.path(), &["help"], 0);
    expect(here.path(), &["help", "check"], 0);
}
