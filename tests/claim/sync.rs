//! The statements of the catalogue are those of their formulas.

use limitcheck::claim::sync;
use limitcheck::testing::catalogue;
use std::path::{Path, PathBuf};

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { markdown(&path) } else { vec![path] }).collect()
}

/// The LaTeX in every claim file is that of its formula: `limitcheck sync FILE` brings it back into step.
#[test]
fn statements_are_in_step_with_their_formulas() {
    let all = catalogue();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let behind: Vec<String> = all
        .claims
        .iter()
        .filter(|claim| {
            let text = std::fs::read_to_string(root.join(&claim.text.path)).unwrap();
            assert_eq!(text, claim.text.text, "{}: the catalogue in the binary is older", claim.text.path);
            !sync::is_in_step(&text, claim)
        })
        .map(|claim| claim.text.path.clone())
        .collect();
    assert!(behind.is_empty(), "run `limitcheck sync` on: {}", behind.join(" "));
    let claims = markdown(&root.join("theory"));
    let with_block = claims.iter().filter(|path| {
        path.extension().is_some_and(|e| e == "md") && std::fs::read_to_string(path).unwrap().contains("\n```claim\n")
    });
    assert_eq!(with_block.count(), all.claims.len(), "a claim file is missing in the catalogue");
}
