//! `limitcheck sync`.

use super::{Outcome, library::Library, print};
use crate::run::files;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Claim file whose LaTeX statement is rewritten from its formula
    file: PathBuf,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let library = Library::for_claims(theory, &[arguments.file.display().to_string()])?;
    let path = &arguments.file;
    let claim = library.claim_file(path)?;
    let synced = crate::claim::sync::sync(&claim.text.text, &claim);
    if synced == claim.text.text {
        print(&format!("{}: in step\n", path.display()))?;
    } else {
        files::write_whole(path, &synced)?;
        print(&format!("{}: statement rewritten\n", path.display()))?;
    }
    Ok(0)
}
