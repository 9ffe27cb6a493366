//! Each file of `tests/bad/` has a fault; the message that the user sees is a snapshot, reviewed by eye.
//! `INSTA_UPDATE=always cargo test --test all bad_claims` writes them anew.

use limitcheck::claim::{Definitions, Diagnostics, read_definitions};
use std::path::{Path, PathBuf};

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
        _ => {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
            std::fs::read_to_string(folder.join(path)).map_err(|_| "no such file".to_string())
        }
    }
}

fn faults(path: &str, text: &str, shared: &Definitions) -> Option<Diagnostics> {
    if text.contains("```definitions") {
        read_definitions(path, text).err()
    } else {
        limitcheck::testing::read_claim(path, text, shared, &read_file).err()
    }
}

fn message(path: &Path, shared: &Definitions) {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().to_string();
    let shown = format!("bad/{name}");
    let found = faults(&shown, &text, shared).unwrap_or_else(|| panic!("{shown} has no fault"));
    for fault in &found.faults {
        assert!(!fault.hint.is_empty(), "{shown}: a remedy is missing: {fault:?}");
        assert!(text.get(fault.span.start..fault.span.end).is_some(), "{shown}: {fault:?}");
    }
    // Long lines are a fault of their own; the snapshot needs only their beginning.
    let lines: Vec<String> = found.to_string().lines().map(|l| l.chars().take(160).collect()).collect();
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_suffix => name, input_file => path
    }, {
        insta::assert_snapshot!("messages", lines.join("\n"));
    });
}

#[test]
fn messages() {
    let shared = read_definitions("definitions.md", SHARED).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    assert!(paths.len() >= 200, "only {} files were found", paths.len());
    // Every file that differs, not the first alone.
    let differs = |path: &&PathBuf| std::panic::catch_unwind(|| message(path, &shared)).is_err();
    let wrong: Vec<&PathBuf> = paths.iter().filter(differs).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
