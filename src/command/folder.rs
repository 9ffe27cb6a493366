//! The Markdown files of a folder: those of `--theory`, and those of a folder named in place of claims.

use super::failure::Failure;
use crate::run::files;
use std::path::{Path, PathBuf};

/// Every Markdown file below a folder with its text, in the order of their paths. `word` is the option that named the folder, for errors.
pub fn markdown_files(folder: &Path, word: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .map_err(|error| Failure::new(format!("{word}{}: cannot be read: {error}", next.display())))?;
        for entry in entries {
            let unreadable = |error| Failure::new(format!("{}: {error}", next.display()));
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            // A link to a folder is not followed: it may lead back up.
            if entry.file_type().map_err(unreadable)?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") && path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().map(|path| Ok((path.display().to_string(), files::read(&path)?))).collect()
}
