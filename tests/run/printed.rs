//! Claims that are judged by numbers that others print.

use crate::support::program::{expect, folder, write};
use std::fs;

fn claim(more: &str) -> String {
    format!(
        "```claim\nclaim own\ntitle Own\nkind identity\nstatus conjecture\nsource the tests\n\
         parameter rho = 2 in (0, inf)\n{more}\n```\n"
    )
}

#[test]
fn each_printed_number_is_a_cell() {
    let here = folder();
    write(here.path(), "table.csv", "# Table 2\nvalue;RHO\n0.500;2\n\"0.3333\";3\n1.0e-1;10.0\n");
    for (more, code, verdicts) in [
        // Exact at the ends of half a unit, which belong to it.
        ("printed 0.5\nprinted 0.3 at rho = 4\nprinted 0.2 at rho = 4\nlimit 1/rho", 0, [3, 0, 0]),
        ("printed 0.50 at rho = 2\nprinted 0.334 at rho = 3\nlimit 1/rho", 1, [1, 1, 0]),
        ("printed table.csv\nlimit 1/rho", 0, [3, 0, 0]),
        ("printed: table.csv\nlimit 1/rho + 1/10000", 1, [2, 1, 0]),
        // The gain of elu: a value that was sampled, and the integral's.
        (
            "printed 1.27146\nprinted 1.2708434\nelu(x) = cases(x < 0: exp(x) - 1; otherwise: x)\n\
             limit rho/2/sqrt(E[elu(g)^2 : g ~ normal] - E[elu(g) : g ~ normal]^2)",
            1,
            [1, 1, 0],
        ),
        ("alt 1/rho\ngrid rho in {2, 3}\nprinted 0.5\nlimit 1/rho", 0, [1, 0, 0]),
        // A bound of the formula's value that reaches across half a unit decides nothing.
        ("printed 0.70710678118654752\nlimit sqrt(1/rho)", 2, [0, 0, 1]),
        ("printed 3\nlimit 1/(rho - 2)", 3, [0, 0, 0]),
    ] {
        write(here.path(), "own.md", claim(more));
        let said = expect(here.path(), &["check", "own.md", "--json", "out.json"], code).out;
        let json = fs::read_to_string(here.path().join("out.json")).unwrap();
        let count = |verdict: &str| json.matches(&format!("\"verdict\": \"{verdict}\"")).count();
        assert_eq!(["agrees", "disagrees", "undecided"].map(count), verdicts, "{more}: {said}");
    }
    expect(here.path(), &["report", "own.md", "--out", "out"], 3);
    write(here.path(), "own.md", claim("printed table.csv\nlimit 1/rho + 1/10000"));
    let said = expect(here.path(), &["check", "own.md"], 1).out;
    assert!(said.contains("printed table.csv, line 4: 0.3333: the formula gives 0.333433"), "{said}");
    expect(here.path(), &["show", "own.md"], 0);
    expect(here.path(), &["report", "own.md", "--out", "out2"], 1);
    expect(here.path(), &["sync", "own.md"], 0);
}

/// Wrong versions of a formula are judged by the printed numbers.
#[test]
fn wrong_versions_miss_the_printed_numbers() {
    let here = folder();
    write(here.path(), "own.md", claim("printed 0.3333 at rho = 3\nprinted 0.1667 at rho = 6\nlimit 1/rho"));
    expect(here.path(), &["mutants", "own.md", "--json", "out.json"], 0);
    let found: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(here.path().join("out.json")).unwrap()).unwrap();
    let count = |name: &str| found["total"][name].as_u64().unwrap();
    assert!(count("killed") >= 3 && count("survived") == 0, "{found}");
}
