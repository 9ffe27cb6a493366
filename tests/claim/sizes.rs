//! Claims about models with sizes of their own: names, ratios, ladders, and what formulas know of them.

use crate::support::program::{expect, folder, json, write};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;

/// Values with mean `p/n` at every size, and noise that falls as 1/n.
fn table(gamma: f64, shift: f64) -> String {
    let mut text = String::from("n,p,replicate,value\n");
    let mut state: u64 = 7;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for n in [10_usize, 15, 25, 45, 75] {
        let p = (gamma * n as f64).round() as usize;
        for replicate in 0..400 {
            let noise = (uniform() + uniform() - 1.0) / (4 * n) as f64;
            let value = p as f64 / n as f64 + shift + noise;
            writeln!(text, "{n},{p},{replicate},{value}").unwrap();
        }
    }
    text
}

fn claim(lines: &str) -> String {
    format!(
        "# Mine\n\n```claim\nclaim mine\ntitle Mine\nkind limit\nstatus conjecture\nsource me\nparameter gamma = 1/3 in (0, inf)\n\
         sizes n, p = gamma*n\nsamples mine.csv\nbias n^-1\ngrid\n{lines}\n```\n"
    )
}

/// 10/3 is 3: with the ratio as it stands the formula would be off by a tenth at n = 10.
#[test]
fn ratios_of_sizes_are_the_rounded_ones() {
    let here = folder();
    write(here.path(), "mine.md", claim("limit gamma"));
    write(here.path(), "mine.csv", table(1.0 / 3.0, 0.0));
    let check = |code| {
        expect(here.path(), &["check", "mine.md", "--json", "out.json"], code);
        let text = fs::read_to_string(here.path().join("out.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["cells"][0].clone()
    };
    assert_eq!(check(0)["verdict"], "agrees");
    write(here.path(), "mine.csv", table(1.0 / 3.0, 0.05));
    let cell = check(1);
    let size = &cell["sizes"][1];
    assert_eq!(size["named"], json!([["n", 15], ["p", 5]]));
    assert_eq!([&size["dim"], &size["width"]], [15, 5]);
}

#[test]
fn formulas_are_evaluated_at_named_sizes() {
    let here = folder();
    write(here.path(), "mine.csv", table(1.0 / 3.0, 0.0));
    write(here.path(), "mine.md", claim("limit gamma\nfinite p/n + 1/(n*p)"));
    let value = json(here.path(), &["eval", "mine.md", "--dim", "10", "--json"]);
    assert_eq!((value["value"].as_f64(), &value["sizes"]), (Some(0.3), &json!({"n": 10, "p": 3})));
    let shown = expect(here.path(), &["show", "mine.md"], 0).out;
    assert!(shown.contains("sizes n, p = gamma*n"), "{shown}");
}
