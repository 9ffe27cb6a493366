//! A report is drawn from its numbers alone: `report.json` gives the same bytes again, and the committed files are what it gives.

use limitcheck::record::ReportData;
use limitcheck::report::render;
use limitcheck::run::{files, report_file};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder that `report` draws, relative to it.
fn drawn_files(folder: &Path) -> BTreeSet<String> {
    let of = |sub: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder.join(sub)).unwrap_or_else(|why| panic!("{sub}: {why}"));
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let below = of("claims").into_iter().chain(of("figures"));
    let top =
        ["README.md", "atlas.md", "glossary.md"].map(|name| folder.join(name)).into_iter().filter(|path| path.exists());
    let name = |path: PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
    below.chain(top).map(name).collect()
}

/// What is not in step with the numbers: files that differ, are missing or have no business here.
fn out_of_step(folder: &Path) -> Vec<String> {
    let data = report_file::read(&folder.join(report_file::NAME)).unwrap();
    let mut there = drawn_files(folder);
    let mut faults = Vec::new();
    for (name, content) in render(&data) {
        let path = folder.join(&name);
        there.remove(&name);
        match fs::read_to_string(&path) {
            Ok(text) if text == files::marked(&path, &content) => {}
            Ok(_) => faults.push(format!("{name} differs from what its numbers give")),
            Err(why) => faults.push(format!("{name}: {why}")),
        }
    }
    faults.extend(there.into_iter().map(|name| format!("{name} belongs to no claim of the report")));
    // Not among the committed files: `report.json` has them.
    let verdicts = fs::read_to_string(folder.join("verdicts.json"));
    if verdicts.is_ok_and(|verdicts| verdicts != serde_json::to_string_pretty(&data.run).unwrap() + "\n") {
        faults.push("verdicts.json differs from the report's own".into());
    }
    faults
}

fn assert_in_step(folder: &str) {
    let faults = out_of_step(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    assert!(
        faults.is_empty(),
        "draw it again with `limitcheck report --from {folder}/report.json --out {folder}`:\n{}",
        faults.join("\n")
    );
}

#[test]
fn the_committed_report_is_what_its_numbers_give() {
    assert_in_step("reports");
}

/// A small report in a folder of its own.
fn small() -> (tempfile::TempDir, ReportData) {
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_limitcheck");
    let claims = ["sgd-test-error", "sgd-robustness", "mp-edge", "kernel-relu"];
    let status = std::process::Command::new(program)
        .args(["report", "--budget", "quick", "--out", "one"])
        .args(claims)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(status.status.code().is_some_and(|code| code < 3), "{}", String::from_utf8_lossy(&status.stderr));
    let data = report_file::read(&folder.path().join("one/report.json")).unwrap();
    (folder, data)
}

#[test]
fn numbers_read_back_exactly_and_a_change_of_any_file_shows() {
    let (folder, data) = small();
    let one = folder.path().join("one");
    assert_eq!(fs::read_to_string(one.join("report.json")).unwrap(), report_file::to_text(&data));
    assert_eq!(out_of_step(&one), Vec::<String>::new());
    // Drawn again elsewhere, from the numbers alone.
    let again = std::process::Command::new(env!("CARGO_BIN_EXE_limitcheck"))
        .args(["report", "--from", "one/report.json", "--out", "two"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(again.status.code().is_some_and(|code| code < 3), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(!folder.path().join("two/results.jsonl").exists());
    for name in drawn_files(&one).into_iter().chain(["report.html", "report.json", "verdicts.json"].map(String::from)) {
        assert!(
            fs::read(one.join(&name)).unwrap() == fs::read(folder.path().join("two").join(&name)).unwrap(),
            "{name}"
        );
    }
    let page = one.join("claims/sgd-test-error.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, text.replacen("agrees", "disagrees", 1)).unwrap();
    fs::write(one.join("figures/stale.svg"), "<svg/>").unwrap();
    fs::remove_file(one.join("figures/mp-edge-gap-dark.svg")).unwrap();
    let faults = out_of_step(&one);
    assert_eq!(faults.len(), 3, "{faults:?}");
}
