//! The programs of `theory/PROGRAMS.md` and the claim of the README, as a reader would copy them.

use crate::support::program::{expect, folder, json, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The fenced block that begins with this line.
fn block(text: &str, fence: &str) -> String {
    let start = text.find(&format!("\n{fence}\n")).unwrap_or_else(|| panic!("no {fence}")) + fence.len() + 2;
    text[start..start + text[start..].find("\n```").unwrap() + 1].to_string()
}

/// The indented block with a claim of this id, with its fences.
fn indented_claim(text: &str, id: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| *line == format!("    claim {id}")).unwrap();
    let rest = lines[at - 1..].iter().take_while(|line| line.is_empty() || line.starts_with("    "));
    rest.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(""))).collect()
}

fn works(program: &str, arguments: &[&str]) -> bool {
    let found = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: `{program} {}` does not work here", arguments.join(" "));
    }
    found
}

#[test]
fn the_python_program() {
    if !works("python3", &["-c", "import numpy"]) {
        return;
    }
    let here = folder();
    write(here.path(), "ridge.py", block(&page("theory/PROGRAMS.md"), "```python"));
    write(here.path(), "ridge.md", indented_claim(&page("README.md"), "ridge-risk"));
    let arguments = ["simulate", "ridge.md", "--dim", "40", "--trials", "200", "--allow-programs", "--json"];
    let drawn = json(here.path(), &arguments);
    let (mean, error) = (drawn["mean"].as_f64().unwrap(), drawn["std_error"].as_f64().unwrap());
    let limit = json(here.path(), &["eval", "ridge.md", "--json"])["value"].as_f64().unwrap();
    // At n = 40 the bias is of order 1/40.
    assert!((mean - limit).abs() < 0.05 + 4.0 * error && error < 0.02, "{mean} {error} {limit}");
}

fn one_bit(folder: &Path, limit: &str, command: &str) {
    let claim = indented_claim(&page("theory/PROGRAMS.md"), "one-bit-cosine");
    let claim =
        claim.replace("limit 2/pi\n", &format!("limit {limit}\n")).replace("\"./one-bit\"", &format!("\"{command}\""));
    write(folder, "one-bit.md", claim);
}

#[test]
fn the_c_program() {
    let here = folder();
    write(here.path(), "one-bit.c", block(&page("theory/PROGRAMS.md"), "```c"));
    let path = here.path().display().to_string();
    if !works("cc", &["-O2", "-o", &format!("{path}/one-bit"), &format!("{path}/one-bit.c"), "-lm"]) {
        return;
    }
    for (limit, code) in [("2/pi", 0), ("0.66", 1)] {
        one_bit(here.path(), limit, "./one-bit");
        expect(here.path(), &["check", "one-bit.md", "--budget", "quick", "--allow-programs"], code);
    }
}

#[test]
fn the_r_program() {
    if !works("Rscript", &["-e", "library(jsonlite)"]) {
        return;
    }
    let here = folder();
    write(here.path(), "one-bit.R", block(&page("theory/PROGRAMS.md"), "```r"));
    write(here.path(), "one-bit.c", "");
    one_bit(here.path(), "2/pi", "Rscript one-bit.R");
    let arguments = ["simulate", "one-bit.md", "--dim", "40", "--trials", "200", "--allow-programs", "--json"];
    let drawn = json(here.path(), &arguments);
    let (mean, error) = (drawn["mean"].as_f64().unwrap(), drawn["std_error"].as_f64().unwrap());
    let exact = json(here.path(), &["eval", "one-bit.md", "--json"])["value"].as_f64().unwrap();
    let exact = exact + (1.0 - exact) / 40.0;
    assert!((mean - exact).abs() < 5.0 * error && error < 0.02, "{mean} {error} {exact}");
}

/// What stands in the README is the program of the page.
#[test]
fn both_pages_have_the_same_python_program() {
    assert_eq!(block(&page("README.md"), "```python"), block(&page("theory/PROGRAMS.md"), "```python"));
}
