//! `report`: a folder of pages, drawn again from its results.

use crate::support::program::{expect, folder, refused, tangent_claim, write};

#[test]
fn report_writes_a_folder_and_draws_it_again_from_its_results() {
    let here = folder();
    let path = write(here.path(), "tangent.md", tangent_claim("tangent", "conjecture", "(1 - rho)^2", ""));
    let run = expect(here.path(), &["report", &path, "--budget", "quick", "--out", "new/folder"], 0);
    assert!(run.out.contains("agrees") && run.out.contains("new/folder/README.md"), "{}", run.out);
    let made = here.path().join("new/folder");
    let index = std::fs::read_to_string(made.join("README.md")).unwrap();
    assert!(index.contains("claims/tangent.md") && index.contains("--budget quick --seed 1"), "{index}");
    for file in ["claims/tangent.md", "results.jsonl", "verdicts.json"] {
        assert!(made.join(file).is_file(), "{file}");
    }
    one_file_holds_the_report(&std::fs::read_to_string(made.join("report.html")).unwrap());
    write(here.path(), "third/report.html", "mine");
    let foreign = ["report", &path, "--budget", "quick", "--out", "third"];
    refused(here.path(), &foreign, &["report.html", "not written by limitcheck"]);
    let from = made.join("results.jsonl").display().to_string();
    expect(here.path(), &["report", &path, "--budget", "quick", "--out", "again", "--from", &from], 0);
    std::fs::remove_file(made.join("results.jsonl")).unwrap();
    crate::support::program::assert_same_tree(&made, &here.path().join("again"));
}

/// Formulas, drawings and links are in the file itself; a browser reads it in `.ci/report`.
fn one_file_holds_the_report(page: &str) {
    // 1 - rho, squared, is the statement of the claim.
    for part in [
        "<!DOCTYPE html>",
        "<msup>",
        "\u{3c1}</mi>",
        "<figure><svg",
        "<section id=\"claims-tangent\">",
        "href=\"#claims-tangent\"",
    ] {
        assert!(page.contains(part), "no `{part}` in the page");
    }
    for from_elsewhere in [
        " src=",
        "@import",
        "url(fig",
        "url(http",
        "class=\"latex\"",
        "href=\"../",
        "href=\"claims/",
        "href=\"figures/",
    ] {
        assert!(!page.contains(from_elsewhere), "`{from_elsewhere}` in the page");
    }
}
