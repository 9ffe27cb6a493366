//! All claims of a folder, or of the binary; looking up claims and parameter values by name.

use super::atlas::{Figure, has_figures, read_figures};
use super::check::{Definitions, read_claim, read_definitions};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::document::{BlockKind, find_block, has_block};
use super::points::check_domain;
use super::types::Claim;
use crate::model::names::{hint, nearest};
use crate::model::settings::ReadFile;
use crate::model::{Settings, Signature, Value};
use crate::symbolic::Span;
use include_dir::{Dir, include_dir};

/// The claims and what they share.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// What the file with the `definitions` block says; empty if there is none.
    pub definitions: Definitions,
    /// Sorted by id.
    pub claims: Vec<Claim>,
    /// Which pictures the report draws of them, in the order of their files.
    pub figures: Vec<Figure>,
}

/// A name on the command line that means nothing, with what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message} ({hint})")]
pub struct LookupError {
    /// What could not be found or read.
    pub message: String,
    /// A near name, or what there is.
    pub hint: String,
}

/// Reads `file(PATH)`: the claim file's path, then PATH as that file writes it.
pub type ReadBeside<'a> = &'a dyn Fn(&str, &str) -> Result<String, String>;

static THEORY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/theory");

/// Whether a Markdown file holds a claim.
pub fn has_claim(text: &str) -> bool {
    has_block(text, BlockKind::Claim)
}

impl Catalogue {
    /// Reads the files of a folder, as (path, text): the one with a `definitions` block, and all with `claim` or `figure`
    /// blocks. Markdown without any is left aside.
    ///
    /// # Errors
    /// The faults of every file that has some, files of definitions first: if these are faulty, claims are not read.
    pub fn from_files(
        files: Vec<(String, String)>,
        simulators: &[Signature],
        read: ReadBeside,
    ) -> Result<Catalogue, Vec<Diagnostics>> {
        let (catalogue, faults) = Catalogue::readable(files, simulators, read);
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    /// What can be read of the same files, with the faults of the others. With faults in claims there are no figures: these
    /// may show claims that are not there.
    pub fn readable(
        files: Vec<(String, String)>,
        simulators: &[Signature],
        read: ReadBeside,
    ) -> (Catalogue, Vec<Diagnostics>) {
        let mut faults = Vec::new();
        let mut definitions: Option<(&str, Definitions)> = None;
        for (path, text) in files.iter().filter(|(_, text)| has_block(text, BlockKind::Definitions)) {
            match (&definitions, read_definitions(path, text)) {
                (_, Err(found)) => faults.push(found),
                (Some((first, _)), Ok(_)) => {
                    let message = format!("a second file of definitions, besides {first}");
                    faults.push(whole_file(
                        path,
                        text,
                        "C080",
                        BlockKind::Definitions,
                        message,
                        "put all definitions into one file",
                    ));
                }
                (None, Ok(found)) => definitions = Some((path, found)),
            }
        }
        // Claims would be full of unknown names without the definitions.
        if !faults.is_empty() {
            return (Catalogue::default(), faults);
        }
        let definitions = definitions.map(|(_, found)| found).unwrap_or_default();
        let mut claims: Vec<Claim> = Vec::new();
        for (path, text) in files.iter().filter(|(_, text)| has_claim(text)) {
            match read_claim(path, text, &definitions, simulators, &|file| read(path, file)) {
                Err(found) => faults.push(found),
                Ok(claim) => match claims.iter().find(|other| other.id == claim.id) {
                    Some(other) => {
                        let message = format!("the id `{}` is already that of {}", claim.id, other.text.path);
                        faults.push(whole_file(
                            path,
                            text,
                            "C081",
                            BlockKind::Claim,
                            message,
                            "ids are unique: choose another",
                        ));
                    }
                    None => claims.push(claim),
                },
            }
        }
        claims.sort_by(|a, b| a.id.cmp(&b.id));
        let ids: Vec<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
        // With faults in their files claims may only seem to be missing.
        let complete = faults.is_empty();
        if complete {
            faults.extend(claims.iter().filter_map(|claim| breaks_nothing(claim, &ids)));
        }
        let mut figures: Vec<Figure> = Vec::new();
        for (path, text) in files.iter().filter(|(_, text)| has_figures(text)) {
            match read_figures(path, text) {
                Err(found) => faults.push(found),
                Ok(more) if complete => {
                    faults.extend(unknown_in_figures(path, text, &more, &ids));
                    figures.extend(more);
                }
                Ok(_) => {}
            }
        }
        (Catalogue { definitions, claims, figures }, faults)
    }

    /// The catalogue in the binary. Paths are `theory/...`.
    ///
    /// # Errors
    /// None for a binary whose tests pass.
    pub fn embedded(simulators: &[Signature]) -> Result<Catalogue, Vec<Diagnostics>> {
        let mut files = Vec::new();
        collect(&THEORY, &mut files);
        Catalogue::from_files(files, simulators, &read_embedded)
    }

    /// Those claims of the binary that have one of these ids, with the definitions and the pictures. No other claim is read, which
    /// would take most of the time of a short command.
    pub fn embedded_part(ids: &[&str], simulators: &[Signature]) -> Option<Catalogue> {
        let mut files = Vec::new();
        collect(&THEORY, &mut files);
        let wanted = |text: &str| {
            let id = |line: &str| line.strip_prefix("claim ").is_some_and(|id| ids.contains(&id.trim()));
            text.lines().any(id) && has_block(text, BlockKind::Claim)
        };
        let (path, text) = files.iter().find(|(_, text)| has_block(text, BlockKind::Definitions))?;
        let mut part = Catalogue { definitions: read_definitions(path, text).ok()?, ..Catalogue::default() };
        for (path, text) in files.iter().filter(|(_, text)| wanted(text)) {
            let read = |file: &str| read_embedded(path, file);
            part.claims.push(read_claim(path, text, &part.definitions, simulators, &read).ok()?);
        }
        part.claims.retain(|claim| ids.contains(&claim.id.as_str()));
        part.claims.sort_by(|a, b| a.id.cmp(&b.id));
        for (path, text) in files.iter().filter(|(_, text)| has_figures(text)) {
            part.figures.extend(read_figures(path, text).ok()?);
        }
        Some(part)
    }

    /// The claim with this id.
    ///
    /// # Errors
    /// No claim has this id; the hint is a near one.
    pub fn find(&self, id: &str) -> Result<&Claim, LookupError> {
        self.claims.iter().find(|claim| claim.id == id).ok_or_else(|| LookupError {
            message: format!("unknown claim `{id}`"),
            hint: hint(id, self.claims.iter().map(|claim| claim.id.as_str())),
        })
    }

    /// Reads the value of one of the claim's parameters, domain included.
    ///
    /// # Errors
    /// The claim has no such parameter, the text is no value of it, or the value is out of its domain.
    pub fn setting(&self, claim: &Claim, name: &str, text: &str, read: ReadFile) -> Result<Value, LookupError> {
        let Some(parameter) = claim.parameter(name) else { return Err(self.undeclared(claim, name)) };
        let value = Value::parse(name, text, &claim.activations, read)
            .map_err(|why| LookupError { message: why.message, hint: why.hint })?;
        check_domain(name, &value, parameter.domain).map_err(|(message, hint)| LookupError { message, hint })?;
        Ok(value)
    }

    /// The claim's defaults with the given `(name, text)` values in their place, checked together.
    ///
    /// # Errors
    /// As [`Catalogue::setting`]; a parameter given twice; values that do not go together ([`Settings::check`]).
    pub fn settings(&self, claim: &Claim, given: &[(String, String)], read: ReadFile) -> Result<Settings, LookupError> {
        let mut settings = claim.defaults();
        for (index, (name, text)) in given.iter().enumerate() {
            if given[..index].iter().any(|(other, _)| other == name) {
                let message = format!("`{name}` is set twice");
                return Err(LookupError { message, hint: "give each parameter one value".to_string() });
            }
            settings.set(name, self.setting(claim, name, text, read)?);
        }
        settings.check().map_err(|why| LookupError { message: why.message, hint: why.hint })?;
        Ok(settings)
    }

    fn undeclared(&self, claim: &Claim, name: &str) -> LookupError {
        let message = format!("the claim {} has no parameter `{name}`", claim.id);
        let own: Vec<&str> = claim.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let having: Vec<&str> =
            self.claims.iter().filter(|other| other.parameter(name).is_some()).map(|other| other.id.as_str()).collect();
        let hint = if !having.is_empty() {
            format!("claims that have it: {}", having.join(", "))
        } else if own.is_empty() {
            "it has none".to_string()
        } else if nearest(name, own.iter().copied()).is_some() {
            hint(name, own)
        } else {
            format!("its parameters: {}", own.join(", "))
        };
        LookupError { message, hint }
    }
}

/// A claim that breaks a hypothesis of one which there is not.
fn breaks_nothing(claim: &Claim, ids: &[&str]) -> Option<Diagnostics> {
    let breaks = claim.breaks.as_ref().filter(|breaks| !ids.contains(&breaks.claim.as_str()))?;
    let message = format!("`breaks` names the claim `{}`, which there is not", breaks.claim);
    let near = hint(&breaks.claim, ids.iter().copied());
    Some(whole_file(&claim.text.path, &claim.text.text, "C098", BlockKind::Claim, message, &near))
}

/// Figures that name claims which there are not.
fn unknown_in_figures(path: &str, text: &str, figures: &[Figure], ids: &[&str]) -> Option<Diagnostics> {
    let unknown = |figure: &Figure| {
        let id = figure.claims().into_iter().find(|id| !ids.contains(&id.as_str()))?;
        let message = format!("the figure `{}` shows the claim `{id}`, which there is not", figure.id);
        Some(Diagnostic::new("C111", figure.fence, message).hint(hint(&id, ids.iter().copied())))
    };
    let faults: Vec<Diagnostic> = figures.iter().filter_map(unknown).collect();
    (!faults.is_empty()).then(|| Diagnostics::new(path, text, faults))
}

fn whole_file(path: &str, text: &str, code: &'static str, kind: BlockKind, message: String, hint: &str) -> Diagnostics {
    let span = find_block(text, kind).map_or(Span::default(), |block| block.fence);
    Diagnostics::new(path, text, vec![Diagnostic::new(code, span, message).hint(hint)])
}

fn collect(folder: &Dir<'static>, files: &mut Vec<(String, String)>) {
    for file in folder.files() {
        let is_markdown = file.path().extension().is_some_and(|extension| extension == "md");
        // LANGUAGE.md and other prose hold no block and are left aside later.
        if let (true, Some(text)) = (is_markdown, file.contents_utf8()) {
            files.push((format!("theory/{}", slashes(file.path())), text.to_string()));
        }
    }
    folder.dirs().for_each(|inner| collect(inner, files));
}

fn slashes(path: &std::path::Path) -> String {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    parts.join("/")
}

/// A file of the embedded tree, named relative to the claim file.
///
/// # Errors
/// The path leaves the embedded folder, or leads to no text file.
pub fn read_embedded(claim: &str, file: &str) -> Result<String, String> {
    let folder = claim.strip_prefix("theory/").unwrap_or(claim).rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("the path leaves the catalogue")?;
            }
            part => parts.push(part),
        }
    }
    let found = THEORY.get_file(parts.join("/")).and_then(|file| file.contents_utf8());
    found.map(str::to_string).ok_or_else(|| "the embedded catalogue has no such file".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::signatures;

    /// A claim with the given id and further lines.
    fn claim(id: &str, lines: &str) -> String {
        format!("```claim\nclaim {id}\ntitle T\nkind limit\nstatus derived\nsource S\n{lines}\n```\n")
    }

    fn catalogue(files: &[(&str, String)]) -> Result<Catalogue, Vec<Diagnostics>> {
        let files = files.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
        Catalogue::from_files(files, &[], &|claim, file| match (claim, file) {
            ("a/one.md", "x.txt") => Ok("1\n2\n".to_string()),
            _ => Err("no such file".to_string()),
        })
    }

    #[test]
    fn the_embedded_catalogue_reads_and_has_only_the_definitions_it_uses() {
        let all = crate::testing::catalogue();
        let claim = all.find("rf-test-error").unwrap();
        assert!(claim.definitions.iter().any(|definition| definition.name == "psi" && definition.shared));
        assert!(!claim.definitions.iter().any(|definition| definition.name == "eta"));
        assert!(all.claims.is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn a_claim_read_by_itself_is_that_of_the_catalogue() {
        let all = crate::testing::catalogue();
        for claim in &all.claims {
            let alone = Catalogue::embedded_part(&[&claim.id], &signatures()).expect(&claim.id);
            assert_eq!(format!("{:?}", alone.claims), format!("{:?}", [claim]));
        }
        let two = {
            let ids = ["sgd-test-error", "no-such-claim", "mp-edge", "mp-edge"];
            Catalogue::embedded_part(&ids, &signatures()).unwrap()
        };
        assert_eq!(two.claims.iter().map(|claim| claim.id.as_str()).collect::<Vec<_>>(), ["mp-edge", "sgd-test-error"]);
        assert_eq!(format!("{:?}", two.figures), format!("{:?}", all.figures));
    }

    #[test]
    fn files_are_found_beside_the_claim_and_in_the_embedded_tree() {
        let text = claim("one", "parameter spectrum = file(x.txt)\ngrid\nlimit 1");
        assert!(catalogue(&[("a/one.md", text.clone())]).is_ok());
        assert!(catalogue(&[("b/one.md", text)]).is_err());
        assert!(read_embedded("theory/x.md", "data/spectrum-gmmm19.txt").is_ok());
        assert!(read_embedded("theory/sub/x.md", "../data/spectrum-gmmm19.txt").is_ok());
        assert!(read_embedded("theory/x.md", "../../etc/passwd").is_err());
    }

    /// A faulty file takes its own claim and the figures with it, faulty definitions every claim.
    #[test]
    fn what_can_be_read_is_read() {
        let good = claim("one", "grid\nlimit 1");
        let figure =
            "```figure\nfigure one\ntitle T\ncaption C\npanel value\nacross rho in [0, 1]\nline it: one\n```\n";
        let read = |files: &[(&str, &str)]| {
            let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
            Catalogue::readable(files, &[], &|_, _| Err("no".to_string()))
        };
        let bad = claim("two", "grid\nlimit 1)");
        let (found, faults) = read(&[("a.md", &good), ("b.md", &bad), ("atlas.md", figure)]);
        assert!(found.claims.len() == 1 && found.figures.is_empty() && faults.len() == 1);
        let (found, faults) = read(&[("a.md", &good), ("atlas.md", figure)]);
        assert!(found.claims.len() == 1 && found.figures.len() == 1 && faults.is_empty());
        let (found, faults) = read(&[("a.md", &good), ("d.md", "```definitions\nx = )\n```\n")]);
        assert!(found.claims.is_empty() && faults.len() == 1);
    }

    #[test]
    fn equal_ids_name_both_files() {
        let text = claim("one", "grid\nlimit 1");
        let faults = catalogue(&[("a.md", text.clone()), ("b.md", text)]).unwrap_err();
        let shown = faults[0].to_string();
        assert!(shown.contains("a.md") && shown.contains("b.md:1:1"), "{shown}");
    }

    #[test]
    fn a_hypothesis_of_a_claim_that_is_not_there_is_a_fault() {
        let breaks = |of: &str| claim("two", &format!("breaks {of}: inputs on a sphere\ngrid\nlimit 1"));
        let files = |of: &str| [("a.md", claim("one", "grid\nlimit 1")), ("b.md", breaks(of))];
        let read = catalogue(&files("one")).unwrap();
        assert_eq!(read.claims[1].breaks.as_ref().unwrap().hypothesis, "inputs on a sphere");
        let shown = catalogue(&files("ones")).unwrap_err()[0].to_string();
        assert!(shown.contains("b.md:1:1") && shown.contains("did you mean `one`?"), "{shown}");
        let both = [("b.md", breaks("ones")), ("c.md", breaks("three").replace("claim two", "claim four"))];
        assert_eq!(catalogue(&both).unwrap_err().len(), 2);
    }

    #[test]
    fn a_figure_of_a_claim_that_is_not_there_is_a_fault() {
        let figure = |id: &str| {
            let lines = "title T\ncaption C\npanel value\nacross rho in [0, 1]";
            format!("```figure\nfigure one\n{lines}\nline it: {id}\n```\n")
        };
        let files = |id: &str| [("a.md", claim("one", "grid\nlimit 1")), ("atlas.md", figure(id))];
        assert_eq!(catalogue(&files("one")).unwrap().figures.len(), 1);
        let shown = catalogue(&files("ones")).unwrap_err()[0].to_string();
        assert!(shown.contains("atlas.md:1:1") && shown.contains("did you mean `one`?"), "{shown}");
    }

    #[test]
    fn names_of_the_command_line_have_hints() {
        let first = claim("one-claim", "parameter rho = 1 in (0, 4]\ngrid rho in {1, 2}\nlimit rho");
        let second = claim("two-claim", "parameter zeta = 1 in [0, inf)\ngrid\nlimit zeta");
        let all = catalogue(&[("a.md", first), ("b.md", second)]).unwrap();
        assert!(all.find("one-clain").unwrap_err().hint.contains("one-claim"));
        let one = all.find("one-claim").unwrap();
        let read = |_: &str| Err("no".to_string());
        let set = |name, text| all.setting(one, name, text, &read);
        assert_eq!(set("rho", "4"), Ok(Value::Number(4.0)));
        assert!(set("zeta", "1").unwrap_err().hint.contains("two-claim"));
        assert!(set("rh", "1").unwrap_err().hint.contains("rho"));
        for bad in ["0", "-1", "4.1", "NaN", "inf"] {
            assert!(set("rho", bad).is_err(), "{bad}");
        }
        let twice = [("rho".to_string(), "1".to_string()), ("rho".to_string(), "2".to_string())];
        assert!(all.settings(one, &twice, &read).is_err());
    }
}
