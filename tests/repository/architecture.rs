//! The import arrows of ARCHITECTURE.md: data flows one way, and `limit` and `sim` never see each other.

use std::fs;
use std::path::{Path, PathBuf};

/// What each folder (or file) of `src` may import from this crate.
const ALLOWED: [(&str, &[&str]); 15] = [
    ("symbolic", &[]),
    ("num", &[]),
    ("record", &[]),
    ("model", &["symbolic", "num"]),
    ("formula", &["symbolic", "model", "num"]),
    ("claim", &["symbolic", "model", "num", "formula"]),
    ("limit", &["claim", "formula", "symbolic", "model", "num"]),
    ("explore", &["claim", "limit", "symbolic", "model", "num"]),
    ("sim", &["model", "num"]),
    ("compare", &["num"]),
    ("verdict", &["compare", "num", "record"]),
    ("calibration", &["verdict", "compare", "num"]),
    ("report", &["record"]),
    ("front", &["claim", "compare", "formula", "limit", "model", "num", "record", "run", "sim", "symbolic", "verdict"]),
    (
        "run",
        &[
            "claim",
            "symbolic",
            "model",
            "num",
            "limit",
            "explore",
            "sim",
            "compare",
            "verdict",
            "calibration",
            "record",
        ],
    ),
];

fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|p| p.is_dir() || p.extension().is_some_and(|e| e == "rs")).flat_map(|p| rust_files(&p)).collect()
}

/// The code without the modules of its unit tests, wherever in the file they stand.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept += &format!("{line}\n");
            continue;
        }
        // `mod tests;`, or a block that ends with a brace in the same column.
        let item = lines.find(|line| !line.trim().starts_with("#[")).unwrap_or("");
        if item.trim_end().ends_with('{') {
            let indent = item.len() - item.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            lines.by_ref().find(|line| *line == end);
        }
    }
    kept
}

/// Names of this crate's modules that the text of a file, `depth` folders below `src`, mentions after `crate::`, or after as many
/// `super::` as lead there.
fn imports(text: &str, depth: usize) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    // Modules of unit tests lie one deeper, and have their own `super`; they are named by `crate::` by custom.
    let code = code.replace(&"super::".repeat(depth.max(2)), "crate::");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            // `use crate::{a::X, b}`: each name at depth one.
            Some(list) => {
                let mut depth = 0;
                let mut names = vec![name(list.trim_start())];
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => names.push(name(list[at + 1..].trim_start())),
                        _ => {}
                    }
                }
                names.retain(|n| !n.is_empty());
                names
            }
            None => vec![name(rest)],
        })
        .collect()
}

#[test]
fn imports_follow_the_arrows() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for (part, allowed) in ALLOWED {
        for file in rust_files(&source.join(part)) {
            let own = part.trim_end_matches(".rs");
            // How many `super::` lead out of the folder: `mod.rs` stands for the folder, tests in a file of their own for a module in another.
            let name = file.file_name().unwrap().to_string_lossy().to_string();
            let depth = file.strip_prefix(&source).unwrap().components().count()
                + usize::from(name.ends_with("_tests.rs"))
                - usize::from(name == "mod.rs");
            for import in imports(&fs::read_to_string(&file).unwrap(), depth) {
                seen += 1;
                // Tests of every folder share the catalogue.
                let fine = import == own || import == "testing" || allowed.contains(&import.as_str());
                assert!(fine, "{} imports `{import}`, which `{part}` may not", file.display());
            }
        }
    }
    assert!(seen > 50, "only {seen} imports were found: is the reader of `use` lines broken?");
}

#[test]
fn every_module_is_covered_and_says_what_lives_there() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&source).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().to_string();
        let known = ALLOWED.iter().any(|(part, _)| *part == name)
            || ["lib.rs", "main.rs", "command", "testing.rs"].contains(&name.as_str());
        assert!(known, "src/{name} has no arrows in ALLOWED");
    }
    for file in rust_files(&source) {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{}: the first lines say what lives there", file.display());
    }
}

#[test]
fn the_reader_of_use_lines_sees_every_form() {
    let text = "use crate::a::X;\nuse crate::{b::{Y, Z}, c};\nlet x = crate::d::f();\n// crate::e\n";
    assert_eq!(imports(text, 2), ["a", "b", "c", "d"]);
    assert_eq!(imports("use super::super::{e, f};\nuse super::g;\n", 2), ["e", "f"]);
    assert_eq!(imports("use super::super::g;\nuse super::super::super::e;\n", 3), ["e"]);
}

#[test]
fn only_tests_are_left_out_of_a_file() {
    let text = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\nmod more {\n    fn c() {\n    }\n}\nd\n";
    assert_eq!(without_tests(text), "a\nb\nd\n");
}

/// Only `run` and the command line may touch files, threads and the clock. Matrices are worked on by panels, in a fixed
/// partition that several threads may share, and many random numbers are drawn in fixed chunks.
#[test]
fn only_run_touches_files_threads_and_the_clock() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (part, _) in ALLOWED.iter().filter(|(part, _)| *part != "run") {
        for file in rust_files(&source.join(part)) {
            let text = fs::read_to_string(&file).unwrap();
            let code = without_tests(&text);
            let is_test = file
                .components()
                .any(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs").ends_with("tests"));
            assert!(is_test || !code.contains("testing::"), "{} uses what tests share", file.display());
            let by_panels = PANELS.iter().any(|name| file.ends_with(name));
            for word in ["std::fs", "std::thread", "Instant", "SystemTime", "rayon"] {
                let fine = !code.contains(word) || (by_panels && word == "rayon");
                assert!(fine, "{} uses `{word}`", file.display());
            }
        }
    }
}

const PANELS: [&str; 4] = ["num/panels.rs", "num/triangle.rs", "num/cholesky.rs", "num/streams.rs"];

/// Every Markdown file of a folder, folders within it too.
fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let wanted = entries.filter(|p| p.is_dir() || p.extension().is_some_and(|e| e == "md"));
    wanted.flat_map(|p| if p.is_dir() { markdown_files(&p) } else { vec![p] }).collect()
}

/// Targets of the links `[text](target)` outside code, without their anchors.
fn links(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.starts_with("    "));
    let targets = lines.flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next());
    targets.map(|target| target.split('#').next().unwrap()).filter(|t| !t.is_empty() && !t.contains("://")).collect()
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = markdown_files(&root.join("theory"));
    files.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name)));
    let mut seen = 0;
    for file in files {
        for link in links(&fs::read_to_string(&file).unwrap()).into_iter().filter(|link| link.contains(".md")) {
            seen += 1;
            assert!(file.parent().unwrap().join(link).exists(), "{}: `{link}` leads nowhere", file.display());
        }
    }
    assert!(seen > 100, "only {seen} links were found: is the reader of links broken?");
}

/// The reading order of the theory leaves no claim out.
#[test]
fn the_theory_page_links_every_claim() {
    let theory = Path::new(env!("CARGO_MANIFEST_DIR")).join("theory");
    let page = fs::read_to_string(theory.join("README.md")).unwrap();
    let linked: Vec<PathBuf> = links(&page).into_iter().map(|link| theory.join(link)).collect();
    for file in markdown_files(&theory) {
        if fs::read_to_string(&file).unwrap().contains("```claim\nclaim ") && !file.ends_with("LANGUAGE.md") {
            assert!(linked.contains(&file), "theory/README.md has no link to {}", file.display());
        }
    }
}

/// The test of `src/<folder>/<file>.rs` is `tests/<folder>/<file>.rs`, or in a folder of that name. What tests share and what tests the
/// repository itself stand apart, and so do theorems, which are a program of their own.
#[test]
fn tests_mirror_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let apart = ["support", "repository", "theorems"];
    let mut lost = Vec::new();
    for file in rust_files(&root.join("tests")) {
        let inner = file.strip_prefix(root.join("tests")).unwrap();
        let parts: Vec<&str> = inner.components().map(|part| part.as_os_str().to_str().unwrap()).collect();
        if inner == Path::new("main.rs") || apart.contains(&parts[0]) {
            continue;
        }
        // A folder of tests stands for the folder or the file of its name.
        let mirrored = match &parts[..] {
            [folder, "mod.rs"] => root.join("src").join(folder),
            [folder, name] => root.join("src").join(folder).join(name),
            [folder, inside, ..] => root.join("src").join(folder).join(inside).with_extension("rs"),
            [_] | [] => root.join("src").join("none"),
        };
        if !mirrored.exists() && !mirrored.with_extension("").is_dir() {
            lost.push(inner.display().to_string());
        }
    }
    assert!(lost.is_empty(), "tests of no file of the source: {}", lost.join(", "));
}
