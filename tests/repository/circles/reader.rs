//! Reads one Rust file: the names that it defines, imports and mentions, module by module. It knows no types and no macros.

use std::collections::{BTreeMap, BTreeSet};

/// A module's place in the crate: `a`, `b` for `crate::a::b`.
pub type ModulePath = Vec<String>;

/// A leaf of a `use` tree.
pub struct Import {
    pub path: Vec<String>,
    /// What the module calls it; `*` for everything.
    pub name: String,
    pub line: usize,
    /// `pub use`, also of a narrower `pub(..)`: offered to others.
    pub offered: bool,
}

/// What stands in one module, be it a file or `mod name { .. }` within one.
#[derive(Default)]
pub struct Module {
    pub items: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// Paths of two or more names in code, with their lines.
    pub mentions: Vec<(Vec<String>, usize)>,
    /// Names in code that stand alone or begin a path, with the line where each stands first.
    pub words: BTreeMap<String, usize>,
    /// The functions in each `impl Type { .. }`, with the path of the type.
    pub methods: Vec<(Vec<String>, String)>,
    /// Methods called as `self.name(..)`, likewise.
    pub own_calls: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Sign,
    /// Space, comments, strings, characters, lifetimes, numbers.
    Rest,
}

struct Token {
    text: String,
    line: usize,
}

/// The names and signs of a source text.
fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < chars.len() {
        let (length, kind) = token(&chars[at..]);
        let end = (at + length).min(chars.len());
        if kind != Kind::Rest {
            found.push(Token { text: chars[at..end].iter().collect(), line });
        }
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

/// Length and kind of the token that the text begins with.
fn token(rest: &[char]) -> (usize, Kind) {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let word = rest.iter().take_while(|c| is_word(c)).count();
    match rest {
        ['/', '/', ..] => (rest.iter().take_while(|c| **c != '\n').count(), Kind::Rest),
        ['/', '*', ..] => (comment(rest), Kind::Rest),
        ['"', ..] => (string(rest, 0, true), Kind::Rest),
        // '\n' and 'n' are characters; without a closing quote it is a lifetime.
        ['\'', '\\', _, ..] => (4 + rest[3..].iter().take_while(|c| **c != '\'').count(), Kind::Rest),
        ['\'', _, '\'', ..] => (3, Kind::Rest),
        ['\'', ..] => (1 + rest[1..].iter().take_while(|c| is_word(c)).count(), Kind::Rest),
        [':', ':', ..] => (2, Kind::Sign),
        [first, ..] if word > 0 => {
            let hashes = rest[word..].iter().take_while(|c| **c == '#').count();
            let prefix: String = rest[..word].iter().collect();
            if rest.get(word + hashes) == Some(&'"') && ["r", "b", "br", "c", "cr"].contains(&prefix.as_str()) {
                let before = word + hashes;
                return (before + string(&rest[before..], hashes, !prefix.ends_with('r')), Kind::Rest);
            }
            (word, if first.is_ascii_digit() { Kind::Rest } else { Kind::Name })
        }
        [first, ..] if !first.is_whitespace() => (1, Kind::Sign),
        _ => (1, Kind::Rest),
    }
}

/// Length of the comment that begins the text; comments nest.
fn comment(text: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

/// Length of the string whose opening quote begins the text. A raw string knows no backslash, and `hashes` close it.
fn string(text: &[char], hashes: usize, escapes: bool) -> usize {
    let mut end = 1;
    while end < text.len() {
        match text[end] {
            '\\' if escapes => end += 2,
            '"' if text[end + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes => {
                return end + 1 + hashes;
            }
            _ => end += 1,
        }
    }
    text.len()
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The modules of the file that is the module `path`: itself, and those written out in it.
pub fn modules(path: &ModulePath, text: &str) -> BTreeMap<ModulePath, Module> {
    let tokens = tokens(text);
    let mut walk = Walk { tokens: &tokens, depth: 0, open: vec![(path.clone(), 0)], type_at_hand: None };
    let mut found = BTreeMap::from([(path.clone(), Module::default())]);
    let mut at = 0;
    while at < tokens.len() {
        let here = walk.open[walk.open.len() - 1].0.clone();
        at = walk.step(at, found.entry(here).or_default());
    }
    assert_eq!((walk.depth, walk.open.len()), (0, 1), "the braces of {path:?} do not match: is the reader broken?");
    found
}

/// A walk over the tokens of a file.
struct Walk<'t> {
    tokens: &'t [Token],
    /// Braces that are open.
    depth: usize,
    /// The modules in which we are, and how many braces are open around the items of each.
    open: Vec<(ModulePath, usize)>,
    /// The type of the `impl` in which we are.
    type_at_hand: Option<Vec<String>>,
}

impl<'t> Walk<'t> {
    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// Takes in the token at a place, and returns the place of the next one.
    fn step(&mut self, at: usize, module: &mut Module) -> usize {
        let (own_depth, line) = (self.open[self.open.len() - 1].1, self.tokens[at].line);
        let before = if at == 0 { "" } else { self.word(at - 1) };
        let next = self.word(at + 1);
        match self.word(at) {
            "{" => self.depth += 1,
            "}" => {
                self.depth -= 1;
                if self.depth < own_depth {
                    self.open.pop();
                } else if self.depth == own_depth {
                    self.type_at_hand = None;
                }
            }
            "mod" if self.word(at + 2) == "{" => {
                let mut inner = self.open[self.open.len() - 1].0.clone();
                inner.push(next.to_string());
                self.depth += 1;
                self.open.push((inner, self.depth));
                return at + 3;
            }
            "use" => {
                let offered = ["pub", ")"].contains(&before);
                return self.use_tree(at + 1, &[], &mut |path, name| {
                    module.imports.push(Import { path, name, line, offered });
                });
            }
            "impl" if self.depth == own_depth && ["", "{", "}", ";", "]", "unsafe"].contains(&before) => {
                self.type_at_hand = self.inherent_type(at + 1);
            }
            "fn" if self.depth == own_depth + 1 && self.type_at_hand.is_some() => {
                let of = self.type_at_hand.clone().unwrap_or_default();
                module.methods.push((of, next.to_string()));
            }
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" if self.depth == own_depth => {
                module.items.insert(next.to_string());
            }
            "macro_rules" => _ = module.items.insert(self.word(at + 2).to_string()),
            "self" if next == "." && is_name(self.word(at + 2)) && self.word(at + 3) == "(" => {
                module.own_calls.entry(self.word(at + 2).to_string()).or_insert(line);
            }
            first if is_name(first) && ![".", "::"].contains(&before) => {
                let names = self.path(at);
                module.words.entry(names[0].clone()).or_insert(line);
                let end = at + 2 * names.len() - 1;
                if names.len() > 1 {
                    module.mentions.push((names, line));
                }
                return end;
            }
            _ => {}
        }
        at + 1
    }

    /// The path that begins with the name at a place.
    fn path(&self, mut at: usize) -> Vec<String> {
        let mut names = vec![self.word(at).to_string()];
        while self.word(at + 1) == "::" && is_name(self.word(at + 2)) {
            at += 2;
            names.push(self.word(at).to_string());
        }
        names
    }

    /// The path of the type of an `impl` whose head begins at a place; None if it is the `impl` of a trait.
    fn inherent_type(&self, mut at: usize) -> Option<Vec<String>> {
        let mut angles = 0;
        let mut found = None;
        while !["{", ""].contains(&self.word(at)) {
            match self.word(at) {
                "<" => angles += 1,
                ">" if self.word(at - 1) != "-" => angles -= 1,
                "for" if angles == 0 => return None,
                name if angles == 0 && is_name(name) && found.is_none() => found = Some(self.path(at)),
                _ => {}
            }
            at += 1;
        }
        found
    }

    /// Gives every leaf of the `use` tree that begins at a place, and returns the place behind it.
    fn use_tree(&self, mut at: usize, before: &[String], leaf: &mut impl FnMut(Vec<String>, String)) -> usize {
        let mut path = before.to_vec();
        loop {
            match self.word(at) {
                "{" => {
                    while !["}", ""].contains(&self.word(at)) {
                        at += 1;
                        if self.word(at) != "}" {
                            at = self.use_tree(at, &path, leaf);
                        }
                    }
                    return at + 1;
                }
                "*" => {
                    leaf(path, "*".to_string());
                    return at + 1;
                }
                // `a::{self}` is `a`; `self::a` begins a path.
                "self" if self.word(at + 1) != "::" => {}
                name => path.push(name.to_string()),
            }
            at += 1;
            match self.word(at) {
                "::" => at += 1,
                "as" => {
                    leaf(path, self.word(at + 1).to_string());
                    return at + 2;
                }
                _ => {
                    let name = path.last().cloned().unwrap_or_default();
                    leaf(path, name);
                    return at;
                }
            }
        }
    }
}
