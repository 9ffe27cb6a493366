//! Finds claims: in the catalogue of the binary, in the folder of `--theory`, or in a file that the user names.

use super::Failure;
use limitcheck::claim::{Catalogue, Claim, catalogue, read_claim};
use limitcheck::model::Settings;
use limitcheck::run::files;
use std::path::{Path, PathBuf};

/// The catalogue in use.
pub struct Library {
    pub catalogue: Catalogue,
    /// The folder it came from, if not the binary.
    folder: Option<PathBuf>,
}

impl Library {
    pub fn open(theory: Option<&Path>) -> Result<Library, Failure> {
        let read = |path: &str| std::fs::read_to_string(path).map_err(|error| error.to_string());
        let catalogue = match theory {
            None => catalogue::embedded(),
            Some(folder) => Catalogue::from_files(markdown_files(folder)?, &read),
        };
        let catalogue = catalogue.map_err(|faults| {
            let messages: Vec<String> = faults.iter().map(|fault| fault.to_string()).collect();
            Failure::new(messages.join("\n"))
        })?;
        Ok(Library { catalogue, folder: theory.map(Path::to_path_buf) })
    }

    /// The claim that the user names by its id or by a file.
    pub fn claim(&self, name: &str) -> Result<Claim, Failure> {
        if name.ends_with(".md") || name.contains('/') {
            let path = Path::new(name);
            let text = files::read(path)?;
            let read = |path: &str| std::fs::read_to_string(path).map_err(|error| error.to_string());
            return read_claim(name, &text, &self.catalogue.definitions, &read).map_err(Failure::new);
        }
        self.catalogue.find(name).cloned().map_err(Failure::new)
    }

    /// The named claims, or all of the catalogue if none is named.
    pub fn claims(&self, names: &[String]) -> Result<Vec<Claim>, Failure> {
        if names.is_empty() {
            return Ok(self.catalogue.claims.clone());
        }
        let mut claims: Vec<Claim> = Vec::new();
        for name in names {
            let claim = self.claim(name)?;
            if claims.iter().any(|other| other.id == claim.id) {
                return Err(Failure::new(format!("claim `{}` is named twice", claim.id)));
            }
            claims.push(claim);
        }
        Ok(claims)
    }

    /// A claim's defaults with the user's `--set name=value` on top.
    pub fn settings(&self, claim: &Claim, sets: &[String]) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        for parameter in &claim.parameters {
            settings.set(&parameter.name, parameter.default.clone());
        }
        // A path in `file(PATH)` is relative to the claim file, as in the file itself; failing that, to the current folder.
        let embedded = self.folder.is_none() && !Path::new(&claim.text.path).exists();
        let read = |path: &str| {
            let beside = Path::new(&claim.text.path).parent().unwrap_or(Path::new("")).join(path);
            let found = if embedded { catalogue::embedded_file(path) } else { std::fs::read_to_string(beside).ok() };
            match found {
                Some(text) => Ok(text),
                None => std::fs::read_to_string(path).map_err(|error| error.to_string()),
            }
        };
        for set in sets {
            let (name, text) = set.split_once('=').ok_or_else(|| {
                Failure::new(format!("--set {set}: write it as name=value, for example --set rho=2"))
            })?;
            let name = name.trim();
            let value = self
                .catalogue
                .setting(claim, name, text, &read)
                .map_err(|error| Failure::new(format!("--set {set}: {error}")))?;
            settings.set(name, value);
        }
        settings.check().map_err(Failure::new)?;
        Ok(settings)
    }
}

/// Every Markdown file below a folder, in the order of their paths.
fn markdown_files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .map_err(|error| Failure::new(format!("{}: cannot be read: {error}", next.display())))?;
        for entry in entries {
            let path = entry.map_err(|error| Failure::new(format!("{}: {error}", next.display())))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found.into_iter().map(|path| Ok((path.display().to_string(), files::read(&path)?))).collect()
}
