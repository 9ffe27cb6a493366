//! Finds claims: in the catalogue of the binary, in the folder of `--theory`, or in a file or a folder that the user names.

use super::failure::{Failure, remark};
use super::folder::markdown_files;
use crate::claim::catalogue::{has_claim, read_embedded};
use crate::claim::{Catalogue, Claim, read_claim};
use crate::model::{Activation, Settings, Value};
use crate::run::files::{self, read_beside};
use crate::sim::signatures;
use std::path::Path;

/// Whether the user names a file, rather than the id of a claim.
pub fn is_file(name: &str) -> bool {
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
            Some(folder) => Catalogue::readable(markdown_files(folder, "--theory ")?, &signatures(), &read_beside),
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
        let known = |part: &Catalogue, id: &str| part.find(id).is_ok() || Path::new(id).exists();
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
        self.claim_text(&path.display().to_string(), &files::read(path)?)
    }

    fn claim_text(&self, path: &str, text: &str) -> Result<Claim, Failure> {
        let read = |file: &str| read_beside(path, file);
        read_claim(path, text, &self.catalogue.definitions, &signatures(), &read).map_err(Failure::new)
    }

    /// What a word of the user stands for: one claim, or those of every claim file below a folder. Ids of the catalogue come first.
    fn named(&self, name: &str) -> Result<Vec<Result<Claim, Failure>>, Failure> {
        if !Path::new(name).is_dir() || self.catalogue.find(name).is_ok() {
            return Ok(vec![self.claim(name)]);
        }
        let mut files = markdown_files(Path::new(name), "")?;
        files.retain(|(_, text)| has_claim(text));
        if files.is_empty() {
            let message = "holds no claim: name a folder with Markdown files that have a block marked `claim`";
            return Err(Failure::new(format!("{name}: {message}")));
        }
        Ok(files.iter().map(|(path, text)| self.claim_text(path, text)).collect())
    }

    /// The word that names a claim on a command line: its id if it is of the catalogue, otherwise its file.
    pub fn word<'a>(&self, claim: &'a Claim) -> &'a str {
        if self.catalogue.find(&claim.id).is_ok() { &claim.id } else { &claim.text.path }
    }

    /// The one activation that a claim file defines.
    pub fn activation_of_file(&self, path: &Path) -> Result<Activation, Failure> {
        let claim = self.claim_file(path)?;
        match &claim.activations[..] {
            [one] => Ok(one.clone()),
            [] => Err(Failure::new(format!(
                "{}: the claim defines no activation: add a line like activation bump(t) = t*exp(-t^2/2) kinks {{}} smooth 2",
                path.display()
            ))),
            _ => Err(Failure::new(format!("{}: the claim defines several activations", path.display()))),
        }
    }

    /// The named claims, or all of the catalogue if none is named. The faults of a file are said, and the others go on; an error if none
    /// is left.
    pub fn claims(&self, names: &[String]) -> Result<Named, Failure> {
        let mut found: Vec<Claim> = if names.is_empty() { self.catalogue.claims.clone() } else { Vec::new() };
        let mut faults = self.faults.clone();
        for name in names {
            let known = is_file(name) || Path::new(name).exists();
            for claim in self.named(name)? {
                match claim {
                    Ok(claim) if found.iter().any(|other| other.id == claim.id) => {
                        return Err(Failure::new(format!("claim `{}` is named twice", claim.id)));
                    }
                    Ok(claim) => found.push(claim),
                    Err(Failure::Message(message)) if known => faults.push(message),
                    // A name that means nothing is a slip of the command line: nothing was asked that could be done.
                    Err(Failure::Message(message)) => {
                        faults.push(message);
                        return Err(Failure::new(faults.join("\n")));
                    }
                    Err(other) => return Err(other),
                }
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
        let mut with_files = claim.clone();
        for (_, text) in given.iter_mut().filter(|(name, text)| name == "activation" && is_file(text)) {
            let activation = self.activation_of_file(Path::new(text.as_str()))?;
            *text = activation.to_string();
            with_files.activations.push(activation);
        }
        let claim = &with_files;
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
