//! `sync`: the statement of a claim file.

use crate::support::program::{expect, folder, trained_claim, write};

#[test]
fn sync_writes_the_statement_once() {
    let here = folder();
    let path = write(here.path(), "mine.md", trained_claim("mine", "conjecture", "1 - rho", ""));
    assert!(expect(here.path(), &["sync", &path], 0).out.contains("rewritten"));
    let synced = std::fs::read_to_string(&path).unwrap();
    assert!(synced.contains("<!-- statement -->") && synced.contains("1 - \\rho"), "{synced}");
    assert!(expect(here.path(), &["sync", &path], 0).out.contains("in step"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), synced);
    // A changed formula is out of step; prose around the statement stays.
    let changed = synced.replace("limit 1 - rho", "limit 1 - rho^2") + "\nProse.\n";
    std::fs::write(&path, changed).unwrap();
    expect(here.path(), &["sync", &path], 0);
    let again = std::fs::read_to_string(&path).unwrap();
    assert!(again.contains("1 - \\rho^2") && again.ends_with("\nProse.\n"), "{again}");
}
