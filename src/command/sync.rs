//! `limitcheck sync`.

use super::{Outcome, library::Library, print};
use limitcheck::run::files;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Claim file whose LaTeX statement is rewritten from its formula
    file: PathBuf,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::open(theory)?;
    let path = &arguments.file;
    // As a path even if it looks like an id.
    let name = if path.components().count() == 1 { Path::new(".").join(path) } else { path.clone() };
    let claim = library.claim(&name.display().to_string())?;
    let synced = limitcheck::claim::sync(&claim.text.text, &claim);
    if synced == claim.text.text {
        print(&format!("{}: in step\n", path.display()))?;
    } else {
        files::write_whole(path, &synced)?;
        print(&format!("{}: statement rewritten\n", path.display()))?;
    }
    Ok(0)
}
