//! The statements of one block being read: faults collected, names in scope, definitions and symbols.

use super::definition::{self, ReadDefinition};
use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::header;
use super::lexer::{Token, TokenKind, tokens};
use super::linear::{self, ReadSystem};
use super::parser::Parsed;
use super::scope::{Scope, is_named};
use super::size_rule::SizeRule;
use super::statement::Statements;
use super::words::{NUMERIC_PARAMETERS, reserved};
use crate::model::names::hint;
use crate::symbolic::{Definition, Node, Span};
use std::collections::{BTreeMap, BTreeSet};

pub struct Reader<'a> {
    pub masked: &'a str,
    pub statements: Statements,
    pub faults: Vec<Diagnostic>,
    /// Numeric parameters in scope.
    pub numbers: Vec<String>,
    pub spectrum: bool,
    /// What grows and what follows.
    pub sizes: SizeRule,
    /// Names whose own statement has a fault.
    pub broken: Vec<String>,
    /// Shared definitions that cannot be used here, and the name that the claim gives to something else.
    pub lost: Vec<(String, String)>,
}

impl<'a> Reader<'a> {
    /// The value, or the fault noted.
    pub fn note<T>(&mut self, parsed: Parsed<T>) -> Option<T> {
        parsed.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// The one statement with this keyword, read by `read`.
    pub fn one<T>(&mut self, keyword: &str, read: impl Fn(&'a str, Statement) -> Parsed<T>) -> Option<T> {
        let statement = self.statements.one(keyword)?;
        let parsed = read(self.masked, statement);
        self.note(parsed)
    }

    pub fn scope<'s>(&'s self, definitions: &'s [Definition], later: Vec<&'s str>, sizes: bool) -> Scope<'s> {
        let numbers = self.numbers.iter().map(String::as_str).collect();
        Scope {
            text: self.masked,
            numbers,
            spectrum: self.spectrum,
            definitions,
            own: None,
            broken: &self.broken,
            later,
            lost: &self.lost,
            size_names: self.sizes.named().map(|(name, _)| name).collect(),
            sizes,
            sizeless: self.is_sizeless(),
        }
    }

    /// Whether the claim has no sizes: nothing is drawn, and no formula is one in sizes.
    fn is_sizeless(&self) -> bool {
        let kind = self.statements.one("kind").map(|statement| slice(self.masked, statement.rest).trim());
        kind.is_some_and(|kind| matches!(kind, "limit" | "bound" | "identity" | "monotone"))
            && ["simulator", "samples", "sizes", "finite", "experiment"].iter().all(|word| self.statements.lacks(word))
    }

    /// `earlier` and the block's own definitions, each checked in the scope of those before it; the equations of linear systems
    /// in that of all.
    pub fn definitions(&mut self, earlier: Vec<Definition>, shared: bool) -> Vec<Definition> {
        let mut known = earlier;
        let faults_before = self.faults.len();
        let (read, systems) = self.defining(shared);
        let names: Vec<String> = read.iter().map(|read| read.definition.name.clone()).collect();
        for (index, ReadDefinition { definition, name_span, argument_spans }) in read.into_iter().enumerate() {
            if let Node::Linear { .. } = definition.body.node {
                known.push(definition);
                continue;
            }
            let mut faults = Vec::new();
            let later: Vec<&str> = names[index + 1..].iter().map(String::as_str).collect();
            let mut scope = self.scope(&known, later, false);
            scope.own = Some(&names[index]);
            let twice = names[..index].contains(&definition.name);
            if twice {
                let message = format!("`{}` is defined twice", definition.name);
                faults.push(Diagnostic::new("C041", name_span, message).hint("delete one of them, or rename it"));
            } else if let Some((_, form)) =
                NUMERIC_PARAMETERS.iter().find(|(number, _)| *number == definition.name && (shared || *number == "rho"))
            {
                let message = format!("`{}` is the name of a parameter", definition.name);
                let hint = format!("a parameter is declared like this: {form}; a definition needs another name");
                faults.push(Diagnostic::new("C041", name_span, message).hint(hint));
            } else {
                faults.extend(self.scope(&known, Vec::new(), false).hides(
                    &definition.name,
                    !definition.arguments.is_empty(),
                    name_span,
                ));
            }
            for (argument, span) in definition.arguments.iter().zip(argument_spans) {
                faults.extend(scope.hides(argument, false, span));
            }
            scope.expression(&definition.body, &definition.arguments, &mut faults);
            if !twice {
                known.push(definition);
            }
            self.faults.extend(faults);
        }
        let clean = self.broken.is_empty() && self.faults.len() == faults_before;
        for system in &systems {
            let faults = system.faults(&self.scope(&known, Vec::new(), false), clean);
            self.faults.extend(faults);
        }
        known
    }

    /// The statements that define names, read in order: definitions, with those of systems and their unknowns among them.
    fn defining(&mut self, shared: bool) -> (Vec<ReadDefinition>, Vec<ReadSystem>) {
        let (mut definitions, mut systems) = (Vec::new(), Vec::new());
        for (keyword, statement) in self.statements.defining() {
            if !keyword.is_empty() {
                let read = if keyword == "solve" { linear::nonlinear } else { linear::system };
                match read(self.masked, statement.rest) {
                    Ok(system) => {
                        definitions.extend(system.definitions(shared));
                        systems.push(system);
                    }
                    Err(fault) => {
                        self.broken.extend(linear::broken_unknowns(self.masked, statement.rest));
                        self.faults.push(fault);
                    }
                }
            } else {
                let masked = self.masked;
                let read = self.introduced(statement.span(), |span| definition::definition(masked, span, shared));
                definitions.extend(read);
            }
        }
        (definitions, systems)
    }

    /// The `symbol` lines; those of definitions are written into them too.
    pub fn symbols(&mut self, definitions: &mut [Definition]) -> BTreeMap<String, String> {
        let mut symbols = BTreeMap::new();
        for statement in self.statements.all("symbol") {
            let parsed = header::symbol(self.masked, statement);
            let Some((name, span, latex)) = self.note(parsed) else { continue };
            let definition = definitions.iter_mut().find(|definition| definition.name == name);
            let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if symbols.contains_key(&name) {
                let fault = Diagnostic::new("C039", span, format!("a second symbol for `{name}`"));
                self.faults.push(fault.hint("delete one of them"));
            } else if self.broken.contains(&name) {
                continue;
            } else if definition.is_none() && !self.numbers.contains(&name) && !(plain && self.is_variable(&name)) {
                let named = definitions.iter().filter(|d| is_named(d)).map(|d| d.name.as_str());
                let known = named.chain(self.numbers.iter().map(String::as_str));
                let known: Vec<&str> = known.collect();
                let fault = Diagnostic::new("C039", span, format!("nothing is called `{name}`"));
                self.faults.push(fault.hint(hint(&name, known)));
            } else if let Some(definition) = definition {
                definition.symbol = Some(latex.clone());
            }
            symbols.insert(name, latex);
        }
        symbols
    }

    /// What the block gives names to: parameters, definitions, their arguments, unknowns, and variables.
    pub fn introduced_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut add = |found: &[Token]| {
            names.extend(found.iter().filter_map(|token| match &token.kind {
                TokenKind::Word(word) => Some(word.clone()),
                _ => None,
            }));
        };
        for (keyword, statement) in self.statements.whole() {
            // What cannot be read is a fault elsewhere.
            let Ok(found) = tokens(self.masked, statement.span()) else { continue };
            let is = |index: usize, symbol: &str| matches!(found.get(index).map(|token| &token.kind), Some(TokenKind::Symbol(s)) if *s == symbol);
            match keyword {
                "parameter" => add(&found[found.len().min(1)..found.len().min(2)]),
                "" | "activation" => add(&found[..(0..found.len()).find(|i| is(*i, "=")).unwrap_or(0)]),
                "linear" => add(&found[..(0..found.len()).find(|i| is(*i, ":")).unwrap_or(0)]),
                "sizes" => {
                    let begins = |index: &usize| *index == 1 || is(*index - 1, ",");
                    (1..found.len()).filter(begins).for_each(|index| add(&found[index..=index]));
                }
                _ => {}
            }
            for index in 1..found.len() {
                let introduces = is(index, "~")
                    || is(index, "->")
                    || matches!(&found[index].kind, TokenKind::Word(word) if word == "in" || word == "from");
                if !introduces {
                    continue;
                }
                // `(u, v) ~ spectra`, but not `q in (0, top) from`.
                let start = if is(index - 1, ")") && is(index, "~") {
                    (0..index).rev().find(|i| is(*i, "(")).unwrap_or(index - 1)
                } else {
                    index - 1
                };
                add(&found[start..index]);
            }
        }
        names
    }

    /// Whether a formula of the block has this word: then it is a bound variable or an argument, as all else is known.
    fn is_variable(&self, name: &str) -> bool {
        let formulas = ["", "linear", "solve", "require", "limit", "growth", "alt", "finite", "special"];
        let has = |span: Span| {
            let words = slice(self.masked, span).split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            words.into_iter().any(|word| word == name)
        };
        reserved(name, false, Span::default()).is_none()
            && formulas.iter().any(|keyword| self.statements.all(keyword).iter().any(|s| has(s.span())))
    }

    /// All statements with this keyword, read by `read`; faults noted.
    pub fn each<T>(&mut self, keyword: &str, read: impl Fn(Statement) -> Parsed<T>) -> Vec<T> {
        let parsed: Vec<Parsed<T>> = self.statements.all(keyword).into_iter().map(read).collect();
        parsed.into_iter().filter_map(|parsed| self.note(parsed)).collect()
    }

    /// As `each`, for statements that introduce a name where `place` says: a name that could not be read is remembered,
    /// so that its uses are not faults too.
    pub fn named<T>(
        &mut self,
        keyword: &str,
        place: impl Fn(Statement) -> Span,
        read: impl Fn(Span) -> Parsed<T>,
    ) -> Vec<T> {
        let places: Vec<Span> = self.statements.all(keyword).into_iter().map(place).collect();
        places.into_iter().filter_map(|span| self.introduced(span, &read)).collect()
    }

    /// What `read` makes of a text that starts with the name it introduces.
    fn introduced<T>(&mut self, span: Span, read: impl Fn(Span) -> Parsed<T>) -> Option<T> {
        read(span)
            .map_err(|fault| {
                let text = slice(self.masked, span);
                let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
                self.broken.push(text[..end].to_string());
                self.faults.push(fault);
            })
            .ok()
    }

    pub fn check_all(&mut self, definitions: &[Definition], check: impl Fn(&Scope, &mut Vec<Diagnostic>)) {
        let mut faults = Vec::new();
        check(&self.scope(definitions, Vec::new(), false), &mut faults);
        self.faults.extend(faults);
    }
}
