//! Each file of `tests/bad/` has a fault; the message that the user sees is a snapshot, reviewed by eye.
//! `INSTA_UPDATE=always cargo test --test bad_claims` writes them anew.

use limitcheck::claim::{Definitions, Diagnostics, read_claim, read_definitions};

/// Shared definitions of the tests' own, so that the catalogue may change without changing the messages.
const SHARED: &str = "```definitions
lbar = E[sigma(g)^2 : g ~ normal] - lambda(0)^2 - lambda(1)^2
alpha2 = E[b : b ~ spectrum]^2 / E[b^2 : b ~ spectrum]
psi(z) = root p in (0, inf) of rho/p - z - lambda(1)^2/(1 + lambda(1)^2*p)
```
";

fn read_file(path: &str) -> Result<String, String> {
    match path {
        "data/words.txt" => Ok("# eigenvalues\n1.5\ntwo\n".to_string()),
        _ => Err("no such file".to_string()),
    }
}

fn faults(path: &str, text: &str, shared: &Definitions) -> Option<Diagnostics> {
    if text.contains("```definitions") {
        read_definitions(path, text).err()
    } else {
        read_claim(path, text, shared, &read_file).err()
    }
}

#[test]
fn messages() {
    let shared = read_definitions("definitions.md", SHARED).unwrap();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::glob!("bad/*.md", |path| {
            let text = std::fs::read_to_string(path).unwrap();
            let shown = format!("bad/{}", path.file_name().unwrap().to_string_lossy());
            let found = faults(&shown, &text, &shared).unwrap_or_else(|| panic!("{shown} has no fault"));
            for fault in &found.faults {
                assert!(!fault.hint.is_empty(), "{shown}: a remedy is missing: {fault:?}");
                assert!(text.get(fault.span.start..fault.span.end).is_some(), "{shown}: {fault:?}");
            }
            // Long lines are a fault of their own; the snapshot needs only their beginning.
            let lines: Vec<String> = found.to_string().lines().map(|l| l.chars().take(160).collect()).collect();
            insta::assert_snapshot!(lines.join("\n"));
        });
    });
}
