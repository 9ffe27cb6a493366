//! Which file uses which, and the circles among them.

use super::reader::{Module, ModulePath, modules};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// From a file to those that it uses, each with a line where it does and what it uses there.
pub type Graph = BTreeMap<String, BTreeMap<String, (usize, String)>>;

/// Where a name leads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(ModulePath),
    /// An item that is defined in this module.
    Item(ModulePath),
}

/// Look-ups under way, by module and name: re-exports may lead back to where they began.
type Open = Vec<(ModulePath, String)>;

/// The modules that have methods of one type, with the names of these.
type Methods<'s> = BTreeMap<&'s ModulePath, BTreeSet<&'s String>>;

/// All modules of a crate.
#[derive(Default)]
pub struct Sources {
    modules: BTreeMap<ModulePath, Module>,
    /// The file in which each stands, as a path below `src`.
    files: BTreeMap<ModulePath, String>,
}

impl Sources {
    /// Adds a file, given by its path below `src`: `a/b.rs`, `a/mod.rs`, `lib.rs`.
    pub fn add(&mut self, file: &str, text: &str) {
        let mut path: ModulePath = file.trim_end_matches(".rs").split('/').map(str::to_string).collect();
        path.pop_if(|last| last == "mod" || last == "lib");
        for (path, module) in modules(&path, text) {
            self.files.insert(path.clone(), file.to_string());
            self.modules.insert(path, module);
        }
    }

    /// Adds every file of the library below a folder of `source`.
    pub fn read(&mut self, source: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read(source, &path);
            } else if path.extension().is_some_and(|e| e == "rs") && path != source.join("main.rs") {
                let file = path.strip_prefix(source).unwrap().to_str().unwrap().replace('\\', "/");
                self.add(&file, &fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// What a name is in a module: a module below it, an item of its own, or what an import makes of it. One name can be
    /// several things, a module and a function for example.
    fn look_up(&self, at: &ModulePath, name: &str, open: &mut Open) -> BTreeSet<Target> {
        let mut found = BTreeSet::new();
        let question = (at.clone(), name.to_string());
        let Some(module) = self.modules.get(at).filter(|_| !open.contains(&question)) else { return found };
        open.push(question);
        let child: ModulePath = at.iter().cloned().chain([name.to_string()]).collect();
        if self.modules.contains_key(&child) {
            found.insert(Target::Module(child));
        }
        if module.items.contains(name) {
            found.insert(Target::Item(at.clone()));
        }
        for import in module.imports.iter().filter(|import| import.name == name) {
            found.extend(self.resolve(at, &import.path, open));
        }
        if found.is_empty() {
            for import in module.imports.iter().filter(|import| import.name == "*") {
                for target in self.resolve(at, &import.path, open) {
                    if let Target::Module(path) = target {
                        found.extend(self.look_up(&path, name, open));
                    }
                }
            }
        }
        open.pop();
        found
    }

    /// Where a path leads that stands in the module `at`; nowhere if it is another crate's.
    fn resolve(&self, at: &ModulePath, path: &[String], open: &mut Open) -> BTreeSet<Target> {
        let mut here = BTreeSet::from([Target::Module(at.clone())]);
        for name in path {
            let mut next = BTreeSet::new();
            for target in here {
                match (target, name.as_str()) {
                    // What follows is a variant, or an associated function of the item.
                    (target @ Target::Item(_), _) | (target @ Target::Module(_), "self") => _ = next.insert(target),
                    (Target::Module(_), "crate") => _ = next.insert(Target::Module(Vec::new())),
                    (Target::Module(mut module), "super") => {
                        module.pop();
                        next.insert(Target::Module(module));
                    }
                    (Target::Module(module), name) => next.extend(self.look_up(&module, name, open)),
                }
            }
            here = next;
        }
        here
    }

    /// Which file uses which, within the folders (or files) of the first level.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        let mut add = |from: &ModulePath, to: &ModulePath, line: usize, what: String| {
            let (file, other) = (&self.files[from], &self.files[to]);
            if file != other && from.first() == to.first() {
                graph.entry(file.clone()).or_default().entry(other.clone()).or_insert((line, what));
            }
        };
        for (path, module) in &self.modules {
            for (target, line, what) in self.uses(path, module) {
                if let Target::Item(to) = target {
                    add(path, &to, line, what);
                }
            }
        }
        for implementations in self.implementations().values() {
            for caller in implementations.keys() {
                for (owner, names) in implementations {
                    for (name, line) in &self.modules[*caller].own_calls {
                        if names.contains(name) {
                            add(caller, owner, *line, format!("self.{name}(..)"));
                        }
                    }
                }
            }
        }
        graph
    }

    /// For each type, by its home and its name, where its methods stand.
    fn implementations(&self) -> BTreeMap<(ModulePath, String), Methods<'_>> {
        let mut found: BTreeMap<(ModulePath, String), Methods> = BTreeMap::new();
        for (path, module) in &self.modules {
            for (of, method) in &module.methods {
                let name = of.last().cloned().unwrap_or_default();
                for target in self.resolve(path, of, &mut Vec::new()) {
                    if let Target::Item(home) = target {
                        found.entry((home, name.clone())).or_default().entry(path).or_default().insert(method);
                    }
                }
            }
        }
        found
    }

    /// Where the imports and the paths of a module lead, each with its line and how it stands there.
    fn uses(&self, path: &ModulePath, module: &Module) -> Vec<(Target, usize, String)> {
        let mut uses = Vec::new();
        for import in &module.imports {
            let targets = self.resolve(path, &import.path, &mut Vec::new());
            for target in targets {
                match target {
                    Target::Module(from) if import.name == "*" => {
                        for (word, line) in &module.words {
                            let found = self.look_up(&from, word, &mut Vec::new());
                            uses.extend(found.into_iter().map(|target| (target, *line, word.clone())));
                        }
                    }
                    // A re-export alone uses nothing.
                    _ if import.offered && !module.words.contains_key(&import.name) => {}
                    target => uses.push((target, import.line, import.path.join("::"))),
                }
            }
        }
        for (mention, line) in &module.mentions {
            let found = self.resolve(path, mention, &mut Vec::new());
            uses.extend(found.into_iter().map(|target| (target, *line, mention.join("::"))));
        }
        uses
    }
}

/// For each file that stands in a circle a shortest one, as lines `file:line uses what of file`; each circle once.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let mut found: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
    for start in graph.keys() {
        let files = shortest_circle(graph, start);
        let next = files.iter().cycle().skip(1);
        let line = |(from, to): (&&String, &&String)| {
            let (line, what) = &graph[*from][*to];
            format!("{from}:{line} uses `{what}` of {to}")
        };
        let lines: Vec<String> = files.iter().zip(next).map(line).collect();
        if !lines.is_empty() {
            found.entry(files.into_iter().cloned().collect()).or_insert(lines);
        }
    }
    found.into_values().collect()
}

/// The files of a shortest circle through a file, from that file on; none if it stands in no circle.
fn shortest_circle<'g>(graph: &'g Graph, start: &'g String) -> Vec<&'g String> {
    // The file from which each other was reached first.
    let mut before: BTreeMap<&String, &String> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for next in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
            if !before.contains_key(next) {
                before.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    let mut files = Vec::new();
    let mut at = before.get(start).copied();
    while let Some(file) = at {
        files.insert(0, file);
        at = if file == start { None } else { before.get(file).copied() };
    }
    files
}
