//! The gallery's files: each claim can be read and is in step with its formula, and each theorem has its simulator, its place in the
//! README, and a wrong version beside it. `.ci/gallery` judges them by real runs, which need NumPy.

use limitcheck::claim::catalogue::has_claim;
use limitcheck::claim::{Claim, Status, read_claim, sync};
use std::fs;
use std::path::{Path, PathBuf};

fn gallery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gallery")
}

/// Every claim of the gallery, read as `limitcheck check gallery` reads it.
fn claims() -> Vec<Claim> {
    let entries = fs::read_dir(gallery()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    files.sort();
    let texts = files.iter().map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap()));
    let read = |(path, text): (String, String)| {
        let definitions = &limitcheck::testing::catalogue().definitions;
        let beside = |file: &str| limitcheck::run::files::read_beside(&path, file);
        read_claim(&path, &text, definitions, &limitcheck::sim::signatures(), &beside)
            .unwrap_or_else(|faults| panic!("{faults}"))
    };
    texts.filter(|(_, text)| has_claim(text)).map(read).collect()
}

#[test]
fn statements_of_the_gallery_are_in_step_and_files_are_called_as_their_claims() {
    for claim in claims() {
        let text = fs::read_to_string(&claim.text.path).unwrap();
        assert!(sync::is_in_step(&text, &claim), "run `limitcheck sync {}`", claim.text.path);
        assert!(
            claim.text.path.ends_with(&format!("/{}.md", claim.id)),
            "{}: its claim is {}",
            claim.text.path,
            claim.id
        );
        assert!(claim.source.len() > 20, "{}: who says so?", claim.id);
    }
}

#[test]
fn every_theorem_of_the_gallery_hangs_in_the_readme_with_wrong_versions_beside_it() {
    let readme = fs::read_to_string(gallery().join("README.md")).unwrap();
    let all = claims();
    let (wrong, right): (Vec<&Claim>, Vec<&Claim>) = all.iter().partition(|claim| claim.status == Status::KnownFalse);
    assert!(right.len() >= 14 && wrong.len() >= 14, "{} theorems, {} wrong versions", right.len(), wrong.len());
    for claim in &all {
        assert!(readme.contains(&format!("]({}.md)", claim.id)), "the README does not show {}", claim.id);
    }
    for claim in wrong {
        let of = claim.id.strip_suffix("-wrong").unwrap_or_else(|| panic!("{}: call it after its theorem", claim.id));
        assert!(right.iter().any(|claim| claim.id == of), "{}: there is no {of}", claim.id);
    }
}

/// A reader should see at a glance what is drawn.
#[test]
fn simulators_of_the_gallery_are_short_and_shown() {
    let readme = fs::read_to_string(gallery().join("README.md")).unwrap();
    let all = claims();
    let entries = fs::read_dir(gallery()).unwrap().map(|entry| entry.unwrap().path());
    for path in entries.filter(|path| path.extension().is_some_and(|end| end == "py")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(readme.contains(&format!("]({name})")), "the README does not show {name}");
        if name == "draws.py" {
            continue;
        }
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!((10..=40).contains(&lines), "{name} has {lines} lines");
        let used = all.iter().any(|claim| claim.text.text.contains(&format!("\"python3 {name}\"")));
        assert!(used, "no claim draws with {name}");
    }
}
