//! The report as files: what is linked exists, tables and drawings are well formed, and every input gets one.

mod bench;

use crate::support::drawings::*;
use crate::support::reports::*;
use limitcheck::record::*;
use limitcheck::report::{render, verdict_table};

/// Resolves a relative link from a file of the report; None for what lies outside it.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn every_link_leads_to_a_file_of_the_report_and_every_claim_has_a_page() {
    for (name, data) in extremes() {
        let files = render(&data);
        let mut paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        for claim in &data.claims {
            assert!(paths.contains(&format!("claims/{}.md", claim.id).as_str()), "{name}: {}", claim.id);
        }
        let mut linked = vec!["README.md".to_string()];
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
            for link in links(text) {
                // The claim file lies outside of the report, in the repository.
                if link.starts_with("../../theory/") {
                    continue;
                }
                let target = resolve(path, link).unwrap_or_else(|| panic!("{name}: {path} links to {link}"));
                assert!(paths.contains(&target.as_str()), "{name}: {path} links to {link}, which is not there");
                linked.push(target);
            }
        }
        for path in &paths {
            assert!(linked.iter().any(|known| known == path), "{name}: nothing links to {path}");
        }
        let count = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count, "{name}: a path occurs twice");
    }
}

#[test]
fn rows_of_a_table_have_as_many_columns_as_its_heading() {
    for (name, data) in extremes() {
        for (path, text) in render(&data).iter().filter(|(path, _)| path.ends_with(".md")) {
            let tables = check_tables(&format!("{name}, {path}"), text);
            // The atlas is pictures alone; a page without cells has its facts.
            assert!(tables > 0 || path == "atlas.md", "{name}, {path}");
        }
    }
}

#[test]
fn drawings_are_well_formed_and_stay_within_their_card() {
    for (name, data) in extremes() {
        for (path, svg) in render(&data).iter().filter(|(path, _)| path.ends_with(".svg")) {
            check_drawing(&format!("{name}, {path}"), svg);
        }
    }
}

#[test]
fn numbers_beside_a_drawing_are_a_table() {
    for (name, data) in extremes() {
        for (path, text) in render(&data).iter().filter(|(path, _)| path.ends_with(".csv")) {
            check_values(&format!("{name}, {path}"), text);
        }
    }
}

#[test]
fn a_plus_minus_says_of_what() {
    for (name, data) in extremes() {
        for (path, text) in render(&data) {
            for line in text.lines().filter(|line| line.contains('\u{b1}')) {
                assert!(line.contains("standard error"), "{name}, {path}: {line}");
            }
        }
    }
}

#[test]
fn the_same_data_makes_the_same_bytes() {
    for (name, data) in extremes() {
        assert_eq!(render(&data), render(&data.clone()), "{name}");
    }
}

#[test]
fn what_needs_a_look_comes_first() {
    let files = render(&example());
    let index = &files.iter().find(|(path, _)| path == "README.md").unwrap().1;
    let at = |text: &str| index.find(text).unwrap_or_else(|| panic!("{text} is not in the index"));
    assert!(at("1 verdict contradicts one of") < at("**disagrees, expected: agrees**"));
    assert!(at("**disagrees, expected: agrees**") < at("## Claims"));
    let claims = &index[at("## Claims")..];
    let row = |id: &str| claims.find(&format!("[{id}]")).unwrap();
    assert!(row("rf-robustness") < row("kernel-rf") && row("kernel-rf") < row("rf-test-error"));
    assert!(claims.contains("agrees 9 of 9") && claims.contains("**disagrees 1 of 11 (contrary)**"));
    assert!(claims.contains("disagrees 1 of 1 (as expected)"));
    for text in ["limitcheck report --budget standard --seed 1", "| seed | 1 |", "0.001, if the form of the fit holds"]
    {
        at(text);
    }
}

#[test]
fn a_page_holds_statement_cells_sizes_and_the_command() {
    let files = render(&example());
    let page = &files.iter().find(|(path, _)| path == "claims/rf-robustness.md").unwrap().1;
    for text in [
        "# Sensitivity of random features",
        "Only $\\lambda_2$ counts, as in [the regime](rf-test-error.md) of DB22.",
        "$$\n\\varepsilon \\to 1 - \\alpha^2 \\frac{\\kappa}{1+\\kappa}\n$$\n\nfor\n\n$$\n\\bar\\lambda \\gt 0\n$$",
        "$$\n\\begin{aligned} \\kappa &= q\\,\\psi(\\bar\\lambda) \\cr q &= ",
        "| claim file, with the setting and what is known | [theory/rf-robustness.md](../../theory/rf-robustness.md) |",
        "activation=poly(0,1\\|2,3)",
        "<summary>rho=0.5, activation=poly(0,1|2,3): agrees</summary>",
        "In all cells: spectrum=exponential, weights=gaussian.",
        "limitcheck check rf-robustness --seed 1 --budget standard",
    ] {
        assert!(page.contains(text), "{text}\nis not in\n{page}");
    }
}

#[test]
fn an_infinite_limit_and_missing_numbers_are_named() {
    let (_, data) = extremes().into_iter().find(|(name, _)| *name == "infinite").unwrap();
    let files = render(&data);
    let page = &files.iter().find(|(path, _)| path == "claims/rf-test-error.md").unwrap().1;
    assert!(page.contains("| rho=1 | infinite | - | - | - | - | 320 | agrees |"), "{page}");
    assert!(page.contains("| 40 | 40 | 64 | - | 0.0019 | 4e-13 |"), "{page}");
}

#[test]
fn the_verdict_table_lines_up_and_counts() {
    let run = example().run;
    let text = verdict_table(&run, None);
    let lines: Vec<&str> = text.lines().collect();
    let verdict_column = lines[0].find("verdict").unwrap();
    for (line, cell) in lines[1..].iter().zip(&run.cells) {
        assert!(line[verdict_column..].starts_with(cell.verdict.name()), "{line}");
        assert!(line.contains(&cell.claim));
    }
    assert!(
        lines.iter().any(|line| line.starts_with("!  rf-robustness") && line.contains("disagrees, expected: agrees"))
    );
    assert!(lines.iter().any(|line| line.starts_with("?  kernel-rf") && line.contains("vacuous")));
    assert!(text.contains("\n! rf-robustness rho=2, "), "the reason of a contrary cell is given:\n{text}");
    let last = lines.last().unwrap();
    assert!(
        last.starts_with("35 cells: 30 agrees, 2 disagrees, 1 proved, 1 undecided, 1 vacuous; 1 contrary"),
        "{last}"
    );
    assert!(last.contains("Level 0.001"), "{last}");
}

#[test]
fn digits_of_a_gap_follow_its_interval() {
    let mut run = example().run;
    run.cells.truncate(1);
    let cell = &mut run.cells[0];
    (cell.gap, cell.interval) = (Some(-0.00041), Some([-0.00206, 0.00124]));
    (cell.margin, cell.detectable) = (Some(0.005), Some(0.00678));
    let text = verdict_table(&run, None);
    assert!(text.contains("-0.0004  [-0.0021, 0.0012]  0.0050      0.0068         320  agrees"), "{text}");
}

#[test]
fn a_narrow_terminal_gets_a_narrow_table() {
    for (_, data) in extremes() {
        for width in [0, 40, 120] {
            let text = verdict_table(&data.run, Some(width));
            assert!(text.is_ascii());
            let table = text.lines().take(1 + data.run.cells.len());
            assert!(width < 120 || table.clone().all(|line| line.len() <= 140), "{text}");
        }
    }
    let empty = RunRecord { level: 1e-3, seed: 0, budget: "quick".into(), work: 0.0, cells: vec![] };
    assert_eq!(verdict_table(&empty, None), "No cells: nothing was tested.\n");
}

#[test]
fn broken_hypotheses_make_a_table_with_the_largest_gap() {
    let mut data = example();
    let index = |data: &ReportData| {
        let files = render(data);
        files.into_iter().find(|(path, _)| path == "README.md").unwrap().1
    };
    assert!(!index(&data).contains("Which hypotheses matter"));
    let of = data.claims[0].id.clone();
    let mut broken = data.claims[0].clone();
    (broken.id, broken.status) = ("broken".to_string(), "known-false".to_string());
    broken.breaks = Some([of.clone(), "inputs on a sphere".to_string()]);
    data.claims.push(broken);
    let off = |gap: f64| CellRecord {
        gap: Some(gap),
        interval: Some([gap - 0.01, gap + 0.01]),
        margin: Some(0.01),
        ..bare("broken", Verdict::Disagrees, Verdict::Disagrees)
    };
    data.run.cells.extend([off(0.05), off(-0.12)]);
    let index = index(&data);
    let row = index.lines().find(|line| line.contains("inputs on a sphere")).unwrap();
    for part in
        [&format!("[{of}](claims/{of}.md)"), "[broken](claims/broken.md)", "disagrees 2 of 2", "-12 (-13 to -11)"]
    {
        assert!(row.contains(part), "{part}: {row}");
    }
}
