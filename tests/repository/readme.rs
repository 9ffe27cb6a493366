//! The README is in step: its example is the file that is checked, its output is what the program prints, its counts and links are
//! those of the committed report. `.ci/readme` writes these parts anew.

use limitcheck::record::{CellRecord, ReportData, Verdict};
use limitcheck::report::{outcome, percent_text};
use limitcheck::run::report_file;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Regimes of the first page, with the beginning of their ids.
const REGIMES: [(&str, &str); 8] = [
    ("random initialization", "init"),
    ("random features", "rf"),
    ("random features, along time", "rf-lazy"),
    ("neural tangent", "nt"),
    ("neural tangent, along time", "nt-lazy"),
    ("neural tangent, any activation", "nt-general"),
    ("full training", "sgd"),
    ("full training, along time", "sgd-flow"),
];

/// The block of the example.
fn conjecture() -> String {
    let text = fs::read_to_string(root().join("examples/wrong-conjecture.md")).unwrap();
    let start = text.find("```claim").unwrap();
    indented(text[start..].trim_end())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_string() + "\n").collect()
}

/// What the program prints about the example.
fn verdict() -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_limitcheck"));
    command.current_dir(root()).args(["check", "examples/wrong-conjecture.md", "--budget", "quick"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let table = text.lines().take_while(|line| !line.is_empty());
    indented(
        &["$ limitcheck check examples/wrong-conjecture.md --budget quick"]
            .into_iter()
            .chain(table)
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// The smallest detectable error of the claim's cells relative to the limit: that in the middle.
fn typical(cells: &[&CellRecord]) -> String {
    let mut shares: Vec<f64> = cells.iter().filter_map(|cell| Some(cell.detectable? / cell.limit?.abs())).collect();
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).map_or("-".to_string(), |share| percent_text(*share))
}

fn regimes(data: &ReportData) -> String {
    let mut out = String::from("| regime | test error | sensitivity |\n| --- | --- | --- |\n");
    for (name, prefix) in REGIMES {
        let cell = |what: &str| {
            let id = format!("{prefix}-{what}");
            assert!(data.claims.iter().any(|claim| claim.id == id), "{id} is not in the report");
            let cells: Vec<&CellRecord> = data.run.cells.iter().filter(|cell| cell.claim == id).collect();
            let agrees = cells.iter().filter(|cell| cell.verdict == Verdict::Agrees).count();
            let all = if agrees == cells.len() {
                "agrees".to_string()
            } else {
                format!("agrees {agrees} of {}", cells.len())
            };
            format!("[{all}, {}](reports/claims/{id}.md)", typical(&cells))
        };
        out += &format!("| {name} | {} | {} |\n", cell("test-error"), cell("robustness"));
    }
    out
}

/// The text with what stands between the marks of a part replaced.
fn replaced(text: &str, part: &str, content: &str) -> String {
    let open = format!("<!-- made: {part} -->\n");
    let (before, rest) = text.split_once(&open).unwrap_or_else(|| panic!("no part `{part}` in README.md"));
    let (_, after) = rest.split_once("<!-- /made -->").unwrap_or_else(|| panic!("part `{part}` has no end"));
    format!("{before}{open}\n{}\n\n<!-- /made -->{after}", content.trim_end())
}

#[test]
fn the_readme_shows_what_the_program_and_the_report_say() {
    let path = root().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let data = report_file::read(&root().join("reports/report.json")).unwrap();
    let mut made = replaced(&text, "conjecture", &conjecture());
    made = replaced(&made, "verdict", &verdict());
    made = replaced(&made, "outcome", &outcome(&data.run));
    made = replaced(&made, "regimes", &regimes(&data));
    if std::env::var_os("LIMITCHECK_WRITE_README").is_some() {
        fs::write(&path, &made).unwrap();
    } else if made != text {
        let differing = made.lines().zip(text.lines()).find(|(made, text)| made != text);
        panic!("README.md is not in step: run `.ci/readme`. It should say, and says:\n{differing:#?}");
    }
}

#[test]
fn links_of_the_readme_lead_to_files() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let quoted = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in quoted.filter(|link| !link.starts_with("https://")) {
        let file = link.split('#').next().unwrap();
        assert!(root().join(file).exists(), "README.md links to {link}, which is not there");
    }
}
