//! The committed interactive page: it is what its numbers give, and these are the formulas'.

use limitcheck::Catalogue;
use limitcheck::record::interactive::{AxisKind, InteractiveRecord, TableRecord};
use limitcheck::report::interactive::{DATA, interactive_page};
use limitcheck::run::files;
use limitcheck::run::interactive::{At, value_at};
use std::fs;
use std::path::{Path, PathBuf};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/page.html")
}

fn committed() -> (String, InteractiveRecord) {
    let text = fs::read_to_string(path()).unwrap();
    let (_, rest) = text.split_once(DATA[0]).unwrap();
    let (json, _) = rest.split_once(DATA[1]).unwrap();
    let record = serde_json::from_str(json).unwrap();
    (text, record)
}

#[test]
fn the_page_is_what_its_numbers_give_and_small() {
    let (text, record) = committed();
    assert!(
        text == files::marked(&path(), &interactive_page(&record)),
        "write it again: {} (its numbers are made anew)",
        record.command
    );
    assert!(text.len() < 500_000, "{} bytes", text.len());
}

/// The n-th of a sequence that fills [0, 1) evenly.
fn spread(n: usize, step: f64) -> f64 {
    (0.5 + n as f64 * step).fract()
}

/// The n-th place of a table, with what the claim is set to there; every third lies on a node of its numbers.
fn place(record: &InteractiveRecord, table: &TableRecord, n: usize) -> (Vec<At>, Vec<(String, String)>) {
    let (mut place, mut set) = (Vec::new(), Vec::new());
    for (depth, name) in table.axes.iter().enumerate() {
        let axis = record.axes.iter().find(|axis| axis.name == *name).unwrap();
        let share = spread(n, [0.618_034, 0.754_878, 0.569_840, 0.819_173][depth]);
        match axis.kind {
            AxisKind::Choice => {
                let node = (share * axis.sets.len() as f64) as usize;
                place.push(At::Node(node));
                set.extend(axis.sets[node].clone());
            }
            AxisKind::Parts => {
                let spectra = record.axes.iter().find(|axis| axis.name == "spectrum").unwrap();
                let spectrum = (share * spectra.sets.len() as f64) as usize;
                let start = record.starts[n % record.starts.len()];
                place.push(At::parts(record.beta[spectrum], start));
                set.push(("spectrum".into(), spectra.labels[spectrum].clone()));
                set.push(("zeta".into(), start.to_string()));
            }
            AxisKind::Cubic => {
                let last = axis.at.len() - 1;
                let x = match n % 3 {
                    0 => axis.at[(share * last as f64) as usize],
                    _ => axis.at[0] * (axis.at[last] / axis.at[0]).powf(share),
                };
                place.push(At::Number(x));
                set.push((name.clone(), x.to_string()));
            }
        }
    }
    (place, set)
}

/// Places of each table at which it is compared with the formula.
const PLACES: usize = 24;

#[test]
fn the_numbers_of_the_page_are_those_of_the_formulas() {
    let (_, record) = committed();
    let catalogue = Catalogue::bundled();
    for table in &record.tables {
        let claim = catalogue.claim(&table.claim).unwrap();
        let mut compared = 0;
        for n in 0..PLACES {
            let (place, set) = place(&record, table, n);
            let Some(found) = value_at(&record.axes, table, &place) else { continue };
            // Where the formula has no value a kink is reached from one side.
            let Ok(limit) = claim.at(set.clone()).unwrap().limit() else { continue };
            compared += 1;
            if limit.value.is_infinite() {
                assert_eq!(found, limit.value, "{} at {set:?}", table.claim);
                continue;
            }
            // Twice what was found at the centres of cells, and the rounding to 16 bits.
            let rounding = 4.0 * table.step * limit.value.max(1.0).sqrt();
            let allowed = if n % 3 == 0 { rounding } else { 2.0 * table.error * limit.value.max(1.0) + rounding };
            assert!((found - limit.value).abs() <= allowed, "{} at {set:?}: {found}, {}", table.claim, limit.value);
        }
        assert!(compared >= PLACES / 4, "{}: {compared} places compared", table.claim);
    }
}

#[test]
fn what_it_says_of_its_errors_is_small() {
    let (_, record) = committed();
    for table in &record.tables {
        assert!(table.error < 0.02, "{}: {} at {}", table.claim, table.error, table.error_at);
        // What the nodes themselves are off by is nothing beside it.
        assert!(
            table.compared > 0 && table.abs_err <= 0.1 * table.error.max(table.step),
            "{}: {}",
            table.claim,
            table.abs_err
        );
    }
}

#[test]
fn a_name_of_another_kind_and_a_file_of_another_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let page = |out: &str| {
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_limitcheck"))
            .args(["page", "--out", out])
            .current_dir(folder.path())
            .output()
            .unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    let (code, message) = page("page.svg");
    assert!(code == Some(3) && message.contains("ends in .html"), "{message}");
    fs::write(folder.path().join("mine.html"), "<p>mine</p>").unwrap();
    let (code, message) = page("mine.html");
    assert!(code == Some(3) && message.contains("mine.html"), "{message}");
    assert_eq!(fs::read_to_string(folder.path().join("mine.html")).unwrap(), "<p>mine</p>");
}
