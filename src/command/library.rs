//! Finds claims: in the catalogue of the binary, in the folder of `--theory`, or in a file that the user names.

use super::failure::{Failure, remark};
use crate::claim::{Catalogue, Claim, catalogue::read_embedded, read_claim};
use crate::model::{Settings, Value};
use crate::run::files::{self, read_beside};
use crate::sim::signatures;
use std::path::Path;

/// Whether the user names a file, rather than the id of a claim.
fn is_file(name: &str) -> bool {
    name.ends_with(".md") || name.contains('/')
}

/// The catalogue in use.
pub struct Library {
    pub catalogue: Catalogue,
    /// What is wrong with files of the catalogue that could not be read.
    faults: Vec<String>,
    /// Whether it is the one in the binary.
    embedded: bool,
    /// Whether only the claims that are asked for were read.
    alone: bool,
}

/// Claims to be judged.
pub struct Named {
    /// Those that could be read.
    pub found: Vec<Claim>,
    /// Whether others have faults, which were said.
    pub faulty: bool,
}

impl Library {
    /// A catalogue without faults.
    pub fn open(theory: Option<&Path>) -> Result<Library, Failure> {
        let library = Library::read_all(theory)?;
        if library.faults.is_empty() { Ok(library) } else { Err(Failure::new(library.faults.join("\n"))) }
    }

    /// What can be read of a catalogue: a file with faults does not keep the claims of others from being judged.
    pub fn open_readable(theory: Option<&Path>) -> Result<Library, Failure> {
        let library = Library::read_all(theory)?;
        let none = library.catalogue.claims.is_empty();
        if none && !library.faults.is_empty() { Err(Failure::new(library.faults.join("\n"))) } else { Ok(library) }
    }

    fn read_all(theory: Option<&Path>) -> Result<Library, Failure> {
        let (catalogue, faults) = match theory {
            None => Catalogue::embedded(&signatures())
                .map_or_else(|faults| (Catalogue::default(), faults), |all| (all, Vec::new())),
            Some(folder) => Catalogue::readable(markdown_files(folder)?, &signatures(), &read_beside),
        };
        if let (Some(folder), true, true) = (theory, catalogue.claims.is_empty(), faults.is_empty()) {
            let message = "holds no claim: name a folder with Markdown files that have a block marked `claim`";
            return Err(Failure::new(format!("--theory {}: {message}", folder.display())));
        }
        let faults = faults.iter().map(|fault| fault.to_string()).collect();
        Ok(Library { catalogue, faults, embedded: theory.is_none(), alone: false })
    }

    /// For the claims that the user names. Of the catalogue of the binary no others are read, unless a name is unknown: what is
    /// wrong with it needs the others to be said well.
    pub fn for_claims(theory: Option<&Path>, names: &[String]) -> Result<Library, Failure> {
        if theory.is_some() || names.is_empty() {
            return Library::open_readable(theory);
        }
        let ids: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_file(name)).collect();
        let part = Catalogue::embedded_part(&ids, &signatures());
        let known = |part: &Catalogue, id: &str| part.find(id).is_ok() || Path::new(id).is_file();
        match part.filter(|part| ids.iter().all(|id| known(part, id))) {
            Some(catalogue) => Ok(Library { catalogue, faults: Vec::new(), embedded: true, alone: true }),
            None => Library::open_readable(None),
        }
    }

    /// The claim that the user names by its id or by a file.
    pub fn claim(&self, name: &str) -> Result<Claim, Failure> {
        if is_file(name) {
            return self.claim_file(Path::new(name));
        }
        match self.catalogue.find(name) {
            Ok(claim) => Ok(claim.clone()),
            Err(_) if Path::new(name).is_file() => self.claim_file(Path::new(name)),
            Err(unknown) => Err(Failure::new(unknown)),
        }
    }

    /// The claim in a file.
    pub fn claim_file(&self, path: &Path) -> Result<Claim, Failure> {
        let text = files::read(path)?;
        let name = path.display().to_string();
        let read = |file: &str| read_beside(&name, file);
        read_claim(&name, &text, &self.catalogue.definitions, &signatures(), &read).map_err(Failure::new)
    }

    /// The named claims, or all of the catalogue if none is named. The faults of a file are said, and the others go on; an error if none
    /// is left.
    pub fn claims(&self, names: &[String]) -> Result<Named, Failure> {
        let mut found: Vec<Claim> = if names.is_empty() { self.catalogue.claims.clone() } else { Vec::new() };
        let mut faults = self.faults.clone();
        for name in names {
            match self.claim(name) {
                Ok(claim) if found.iter().any(|other| other.id == claim.id) => {
                    return Err(Failure::new(format!("claim `{}` is named twice", claim.id)));
                }
                Ok(claim) => found.push(claim),
                Err(Failure::Message(message)) if is_file(name) || Path::new(name).is_file() => faults.push(message),
                // A name that means nothing is a slip of the command line: nothing was asked that could be done.
                Err(Failure::Message(message)) => {
                    faults.push(message);
                    return Err(Failure::new(faults.join("\n")));
                }
                Err(other) => return Err(other),
            }
        }
        if found.is_empty() {
            return Err(Failure::new(faults.join("\n")));
        }
        faults.iter().for_each(|fault| remark(&format!("error: {}", fault.trim_end())));
        Ok(Named { found, faulty: !faults.is_empty() })
    }

    /// A claim's defaults with the user's `--set name=value` on top.
    pub fn settings(&self, claim: &Claim, sets: &[String]) -> Result<Settings, Failure> {
        let mut given = Vec::new();
        for set in sets {
            let (name, text) = set
                .split_once('=')
                .ok_or_else(|| Failure::new(format!("--set {set}: write it as name=value, for example --set rho=2")))?;
            given.push((name.trim().to_string(), text.trim().to_string()));
        }
        match self.catalogue.settings(claim, &given, &|path| self.read(claim, path)) {
            // What is wrong may need the other claims to be said well.
            Err(_) if self.alone => Library::open(None)?.settings(claim, sets),
            result => result.map_err(Failure::new),
        }
    }

    /// Values of one of the claim's parameters, from their texts.
    pub fn values(&self, claim: &Claim, name: &str, texts: &[String]) -> Result<Vec<Value>, Failure> {
        let one = |text: &String| self.catalogue.setting(claim, name, text, &|path| self.read(claim, path));
        match texts.iter().map(one).collect::<Result<_, _>>() {
            Err(_) if self.alone => Library::open(None)?.values(claim, name, texts),
            result => result.map_err(Failure::new),
        }
    }

    /// A path in `file(PATH)` is relative to the claim file, as in the file itself; failing that, to the current folder.
    fn read(&self, claim: &Claim, path: &str) -> Result<String, String> {
        let file = &claim.text.path;
        let own = self.embedded && self.catalogue.claims.iter().any(|known| known.text.path == *file);
        let beside = if own { read_embedded(file, path) } else { read_beside(file, path) };
        beside.or_else(|_| std::fs::read_to_string(path).map_err(|error| error.to_string()))
    }
}

/// Every Markdown file below a folder, in the order of their paths.
fn markdown_files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .map_err(|error| Failure::new(format!("--theory {}: cannot be read: {error}", next.display())))?;
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
