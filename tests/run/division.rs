//! The draws by which shards of a run are dealt are those of the committed report. `.ci/draws` writes them anew.

use limitcheck::run::report_file;
use std::fs;
use std::path::Path;

#[test]
fn shards_are_dealt_by_the_draws_of_the_committed_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = report_file::read(&root.join("reports/report.json")).unwrap();
    let mut made = String::from(
        "# Networks that the last standard run drew for each simulated cell, at each size; `.ci/draws` writes this file anew.\n",
    );
    for cell in data.run.cells.iter().filter(|cell| !cell.sizes.is_empty()) {
        let draws: Vec<String> = cell.sizes.iter().map(|size| size.trials.to_string()).collect();
        made += &format!("{} {}\n", cell.claim, draws.join(" "));
    }
    let path = root.join("theory/data/draws.txt");
    if std::env::var_os("LIMITCHECK_WRITE_DRAWS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == made, "{} is not in step: run `.ci/draws`", path.display());
}
