//! A claim block and a definitions block, read and checked as a whole. Faults of different statements are all reported.

use super::definition::{self, whole_formula};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::document::{Block, BlockKind, Statement, find_block, slice, without_comments};
use super::header;
use super::parser::{Parsed, condition};
use super::points::{UNREADABLE_VALUE, Values};
use super::printed;
use super::program::{self, Named};
use super::reader::Reader;
use super::samples;
use super::scope::is_named;
use super::size_rule::SizeRule;
use super::sizes;
use super::statement::Statements;
use super::types::*;
use super::words::NUMERIC_PARAMETERS;
use crate::model::settings::{LAW_PARAMETERS, ReadFile};
use crate::model::{Activation, Observable, Settings, Signature};
use crate::symbolic::{Condition, Definition, Expr, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What the definitions file holds.
#[derive(Clone, Debug, Default)]
pub struct Definitions {
    /// In order; each uses only earlier ones.
    pub definitions: Vec<Definition>,
    /// LaTeX of names.
    pub symbols: BTreeMap<String, String>,
}

/// What these simulators observe, each once, by name.
fn observables(simulators: &[Signature]) -> Vec<(&str, Observable)> {
    let mut found: Vec<(&str, Observable)> = Vec::new();
    for observable in simulators.iter().flat_map(|one| &one.observables) {
        if found.iter().all(|(name, _)| *name != observable.name()) {
            found.push((observable.name(), observable.clone()));
        }
    }
    found
}

/// Reads a file with a `definitions` block.
///
/// # Errors
/// All faults of the block, or that there is not exactly one.
pub fn read_definitions(path: &str, text: &str) -> Result<Definitions, Diagnostics> {
    let all = |faults| Diagnostics::new(path, text, faults);
    let block = find_block(text, BlockKind::Definitions).map_err(all)?;
    let masked = without_comments(text, block);
    let (statements, faults) =
        Statements::read(&masked, block, &|keyword| matches!(keyword, "symbol" | "linear" | "solve"));
    let numbers = NUMERIC_PARAMETERS.iter().map(|(name, _)| name.to_string()).collect();
    let mut reader = Reader {
        masked: &masked,
        statements,
        faults,
        numbers,
        spectrum: true,
        sizes: SizeRule::default(),
        broken: Vec::new(),
        lost: Vec::new(),
    };
    let mut definitions = reader.definitions(Vec::new(), true);
    let symbols = reader.symbols(&mut definitions);
    if reader.faults.is_empty() { Ok(Definitions { definitions, symbols }) } else { Err(all(reader.faults)) }
}

/// Reads a claim file; `shared` are the definitions it may use, `simulators` those that it may name, `read` opens `file(PATH)`.
///
/// # Errors
/// All faults of the block, or that there is not exactly one.
pub fn read_claim(
    path: &str,
    text: &str,
    shared: &Definitions,
    simulators: &[Signature],
    read: ReadFile,
) -> Result<Claim, Diagnostics> {
    let all = |faults| Diagnostics::new(path, text, faults);
    let block = find_block(text, BlockKind::Claim).map_err(all)?;
    let masked = without_comments(text, block);
    let (statements, faults) = Statements::read(&masked, block, &|_| true);
    let mut reader = Reader {
        masked: &masked,
        statements,
        faults,
        numbers: Vec::new(),
        spectrum: false,
        sizes: SizeRule::default(),
        broken: Vec::new(),
        lost: Vec::new(),
    };
    let claim =
        reader.claim(block, shared, simulators, read, ClaimText { path: path.to_string(), text: text.to_string() });
    // What is declared with a fault of its own is not unknown where it is used.
    let broken =
        |span: Span| text.get(span.start..span.end).is_some_and(|name| reader.broken.iter().any(|b| b == name));
    reader.faults.retain(|fault| fault.code != UNREADABLE_VALUE || !broken(fault.span));
    match claim {
        Some(claim) if reader.faults.is_empty() => Ok(claim),
        _ => Err(all(reader.faults)),
    }
}

impl Reader<'_> {
    fn claim(
        &mut self,
        block: Block,
        shared: &Definitions,
        simulators: &[Signature],
        read: ReadFile,
        text: ClaimText,
    ) -> Option<Claim> {
        let masked = self.masked;
        // With a first statement that is indented (C004), which is not read, statements may only seem to be missing.
        if self.faults.iter().all(|fault| fault.code != "C004") {
            self.missing(block);
        }
        let id = self.one("claim", header::id);
        let title = self.one("title", header::words);
        let kind = self.one("kind", |text, s| header::one_of(text, s, &KINDS));
        let status = self.one("status", |text, s| header::one_of(text, s, &STATUSES));
        let source = self.one("source", header::words);
        let grows = self.one("grows", header::words).unwrap_or_default();
        let breaks = self.one("breaks", header::breaks);
        let named = self.one("simulator", |text, s| program::simulator(text, s, simulators));
        let observable = match &named {
            Some(Named::Program(_) | Named::Given) => self.one("observable", program::observable),
            Some(Named::Known(signature)) => self.observable(std::slice::from_ref(signature)),
            None => self.observable(simulators),
        };
        let depends = self.each("depends", |s| program::depends(masked, s)).concat();
        self.only_of_programs(named.as_ref());
        let simulator = named.as_ref().map(Named::name);
        let program = match named {
            Some(Named::Program(words)) => Some(ProgramText { words, depends }),
            _ => None,
        };
        let margin = self.one("margin", header::margin);
        let sense = self.one("sense", |text, s| header::one_of(text, s, &SENSES)).unwrap_or(Sense::AtLeast);
        let analysis = self.each("analysis", |s| header::words(masked, s));

        let activations: Vec<Activation> = self.named("activation", |s| s.rest, |s| definition::activation(masked, s));
        let values = Values { masked, activations: &activations, read };
        let parameters = self.named("parameter", |s| s.rest, |span| values.parameter(span));
        self.parameters(&parameters, &activations);
        let sizes_read = self.sizes(&parameters, simulator.as_deref());
        let sizes = self.sizes.clone();
        let bias = self.one("bias", |text, s| header::bias(text, s, &sizes)).unwrap_or(Bias::Exact);

        let (usable, lost) = usable(&shared.definitions, &self.introduced_names());
        self.lost = lost;
        let mut definitions = self.definitions(usable, false);
        let mut symbols = shared.symbols.clone();
        symbols.retain(|name, _| self.lost.iter().all(|(lost, _)| lost != name));
        let own = self.symbols(&mut definitions);
        symbols.extend(own);

        let at_sizes = matches!(kind, Some(Kind::Moment | Kind::Rate));
        let limit = self.formula("limit", &definitions, at_sizes);
        let growth = self.formula("growth", &definitions, false);
        let alternative = self.formula("alt", &definitions, at_sizes);
        let finite = self.finite(&definitions);
        let cost = self.formula("cost", &definitions, true);
        let require: Vec<Condition> = self.each("require", |s| condition(masked, s.rest));
        self.check_all(&definitions, |scope, faults| require.iter().for_each(|c| scope.condition(c, faults)));

        if parameters.len() < self.statements.all("parameter").len() {
            // A parameter could not be read, which is a fault already; every point would repeat it.
            return None;
        }
        let grid = self.grid(&values, &parameters);
        let sampled = |kind: &Kind| !grid.is_empty() && !matches!(kind, Kind::Identity | Kind::Monotone);
        let samples = kind.filter(sampled).and_then(|kind| {
            let asked = samples::Asked {
                kind,
                sizes: &sizes,
                parameters: &parameters,
                activations: &activations,
                grid: &grid,
                read,
            };
            self.one("samples", |text, s| samples::samples(text, s, &asked))
        });
        if let (Some(statement), Some(kind)) = (sizes_read, kind) {
            self.faults.extend(sizes::fits(&sizes, kind, &grid, statement.span()));
        }
        let explored = self.each("explore", |s| values.explored(s, &parameters));
        let specials = self.each("special", |s| special(&values, s, &parameters));
        self.check_all(&definitions, |scope, faults| {
            specials.iter().for_each(|special| scope.expression(&special.value, &[], faults));
        });
        let printed = self.each("printed", |s| printed::printed(&values, s, &parameters));
        let along = self.one("along", |_, s| values.along(s, &parameters));
        let experiments = self.each("experiment", |s| values.experiment(s, &parameters));

        let limit = limit?;
        let mut roots: Vec<&Expr> = vec![&limit];
        roots.extend(&alternative);
        roots.extend(&growth);
        roots.extend(specials.iter().map(|special| &special.value));
        roots.extend(finite.iter().map(|finite| &finite.formula));
        roots.extend(&cost);
        let conditions: Vec<&Condition> = require.iter().chain(finite.iter().filter_map(|f| f.when.as_ref())).collect();
        let used = used(&definitions, &roots, &conditions);
        if self.faults.is_empty() {
            self.unused(&definitions, &used);
        }
        definitions.retain(|definition| !definition.shared || used.contains(&definition.name));
        Some(Claim {
            id: id?,
            title: title?,
            kind: kind?,
            status: status?,
            source: source?,
            grows,
            breaks,
            parameters,
            activations,
            require,
            simulator,
            program,
            cost,
            observable,
            samples,
            bias,
            sense,
            along,
            growth,
            margin,
            definitions,
            symbols,
            limit,
            alternative,
            finite,
            specials,
            printed: printed.into_iter().flatten().collect(),
            grid,
            explored,
            sizes,
            experiments,
            analysis,
            text,
        })
    }

    fn missing(&mut self, block: Block) {
        let mut lacks = |keyword: &str, message: String, hint: &str| {
            if self.statements.lacks(keyword) {
                self.faults.push(Diagnostic::new("C060", block.fence, message).hint(hint));
            }
        };
        let required = [
            ("claim", "add `claim ID`, a permanent name such as rf-test-error"),
            ("title", "add `title ...`"),
            ("kind", "add `kind limit` (or moment, rate, bound, identity, monotone, diverges)"),
            ("status", "add `status conjecture` (or theorem, derived, known-false)"),
            ("source", "add `source ...`: where the formula comes from"),
            ("grid", "add `grid rho in {0.5, 1, 3}`: the points to test"),
            ("limit", "add `limit FORMULA`"),
        ];
        // Without anything else to be judged by, the printed numbers say where.
        let others = ["simulator", "samples", "alt", "along"];
        let has = |keyword: &&str| !self.statements.all(keyword).is_empty();
        let without_grid = has(&"printed") && !others.iter().any(has);
        for (keyword, hint) in required.into_iter().filter(|(keyword, _)| *keyword != "grid" || !without_grid) {
            lacks(keyword, format!("the claim has no `{keyword}`"), hint);
        }
        let kind = self.statements.one("kind").map(|kind| slice(self.masked, kind.rest)).unwrap_or_default();
        let simulated = [
            ("simulator", "add `simulator rf` (`limitcheck list --simulators` names all)"),
            ("observable", "add `observable test-error` (or robustness)"),
            ("bias", "add `bias d^-1`, the order of E sample - limit"),
        ];
        if self.statements.one("samples").is_some() {
            self.missing_of_samples(block, kind);
            return self.missing_of_kind(kind, false);
        }
        // Only an extrapolation needs the order of the bias.
        let needed = if matches!(kind, "moment" | "bound" | "rate") { &simulated[..2] } else { &simulated[..] };
        let some = simulated.iter().find(|(keyword, _)| self.statements.one(keyword).is_some());
        let always = matches!(kind, "moment" | "rate" | "diverges");
        if let Some((present, _)) = some {
            for (keyword, hint) in needed {
                if self.statements.lacks(keyword) {
                    let message = format!("the claim has `{present}` but no `{keyword}`");
                    self.faults.push(Diagnostic::new("C061", block.fence, message).hint(*hint));
                }
            }
        } else if let Some(experiment) = self.statements.one("experiment") {
            let fault = Diagnostic::new("C061", experiment.word, "an experiment needs a simulator");
            self.faults.push(fault.hint("add simulator, observable and bias"));
        }
        self.missing_of_kind(kind, always && some.is_none());
    }

    /// What a claim about the reader's own samples needs, and what it cannot have.
    fn missing_of_samples(&mut self, block: Block, kind: &str) {
        let Some(samples) = self.statements.one("samples") else { return };
        // Only an extrapolation needs the order of the bias.
        if self.statements.lacks("bias") && !matches!(kind, "moment" | "bound" | "rate") {
            let fault = Diagnostic::new("C061", block.fence, "the claim has `samples` but no `bias`");
            self.faults.push(fault.hint("add `bias d^-1`, the order of E sample - limit"));
        }
        for (keyword, why) in [("simulator", "the samples are there already"), ("experiment", "it needs a simulator")] {
            if let Some(other) = self.statements.one(keyword) {
                let message = format!("`{keyword}` beside `samples`: {why}");
                self.faults.push(Diagnostic::new("C061", other.word, message).hint("delete one of the two"));
            }
        }
        if matches!(kind, "identity" | "monotone") {
            let message = format!("a claim of kind `{kind}` is about formulas alone: samples say nothing of it");
            self.faults
                .push(Diagnostic::new("C062", samples.word, message).hint("write `kind limit`, or delete `samples`"));
        }
    }

    /// What a kind needs besides, and what only other kinds have.
    fn missing_of_kind(&mut self, kind: &str, unsimulated: bool) {
        let Some(statement) = self.statements.one("kind") else { return };
        let has = |keyword: &str| self.statements.one(keyword).is_some();
        let printed = !self.statements.all("printed").is_empty();
        let mut fault = |message: &str, hint: &str| {
            self.faults.push(Diagnostic::new("C062", statement.span(), message).hint(hint));
        };
        if unsimulated {
            fault(
                &format!("a claim of kind `{kind}` is about simulations"),
                "add `simulator ...` and `observable ...` (`limitcheck list --simulators`)",
            );
        }
        match kind {
            "identity" if !has("alt") && !printed => {
                fault(
                    "an identity has two sides",
                    "add `alt FORMULA`: what the limit is to be equal to (or `printed NUMBER at ..`)",
                );
            }
            "bound" if !has("alt") && !has("simulator") && !has("samples") && !printed => fault(
                "a bound compares two things",
                "add `alt FORMULA`, the bound on the limit; or simulator and observable (or samples): then the limit is the bound on them",
            ),
            "monotone" if !has("along") => {
                fault("a monotone formula is followed along a parameter", "add `along rho in [0.1, 4] decreasing`");
            }
            "diverges" if !has("growth") => {
                fault("what does it grow like?", "add `growth FORMULA`; the limit is the slope against it");
            }
            _ => {}
        }
        if let Some(stray) = self.statements.all("printed").first().filter(|_| matches!(kind, "moment" | "rate")) {
            let message = format!("`printed` beside `kind {kind}`: a formula in d and m has no value at a point");
            let hint = "delete it, or state the limit as a claim of kind `limit`";
            self.faults.push(Diagnostic::new("C062", stray.word, message).hint(hint));
        }
        for (keyword, owner) in [("sense", "bound"), ("along", "monotone"), ("growth", "diverges")] {
            if kind != owner
                && let Some(stray) = self.statements.one(keyword)
            {
                let message = format!("`{keyword}` belongs to claims of kind `{owner}`");
                self.faults.push(Diagnostic::new("C062", stray.word, message).hint("delete it, or change the kind"));
            }
        }
    }

    /// Duplicate parameters, and parameters that hide something; brings their names into scope.
    fn parameters(&mut self, parameters: &[Parameter], activations: &[Activation]) {
        for (index, parameter) in parameters.iter().enumerate() {
            let name = &parameter.name;
            let earlier = parameters[..index].iter().any(|other| other.name == *name);
            let fault = |message: String| Diagnostic::new("C059", parameter.span, message);
            if earlier {
                self.faults.push(fault(format!("`{name}` is declared twice")).hint("delete one of the two"));
            }
            if !earlier && !LAW_PARAMETERS.contains(&name.as_str()) {
                self.numbers.push(name.clone());
            }
            self.spectrum |= name == "spectrum";
        }
        for (index, activation) in activations.iter().enumerate() {
            let name = activation.to_string();
            if activations[..index].iter().any(|other| other.to_string() == name)
                && let Some(statement) = self.statements.all("activation").get(index)
            {
                let fault = Diagnostic::new("C070", statement.span(), format!("a second activation `{name}`"));
                self.faults.push(fault.hint("choose another name"));
            }
        }
    }

    /// One of what these simulators observe.
    fn observable(&mut self, simulators: &[Signature]) -> Option<Observable> {
        let observables = observables(simulators);
        self.one("observable", |text, s| header::one_of(text, s, &observables))
    }

    /// What only simulators that are not ours have.
    fn only_of_programs(&mut self, simulator: Option<&Named>) {
        let (program, given) = match simulator {
            Some(Named::Program(_)) => (true, false),
            Some(Named::Given) => (false, true),
            // Its own fault was told.
            None if self.statements.one("simulator").is_some() => return,
            _ => (false, false),
        };
        let strays = [("depends", program), ("cost", program || given)];
        for (keyword, _) in strays.into_iter().filter(|(_, belongs)| !belongs) {
            if let Some(stray) = self.statements.one(keyword) {
                let message = format!("`{keyword}` belongs to a simulator that is a program");
                let hint = "delete it, or write simulator program \"python3 ridge.py\"";
                self.faults.push(Diagnostic::new("C110", stray.word, message).hint(hint));
            }
        }
    }

    /// Reads what grows and what follows; the statement, if it could be read.
    fn sizes(&mut self, parameters: &[Parameter], simulator: Option<&str>) -> Option<Statement> {
        let statement = self.statements.one("sizes")?;
        let parsed = sizes::sizes(self.masked, statement, parameters);
        self.sizes = self.note(parsed)?;
        let fault = |message: String| Diagnostic::new("C057", statement.rest, message);
        if let Some(simulator) = simulator
            .filter(|name| ![program::PROGRAM, program::GIVEN].contains(name) && !self.sizes.are_of_a_network())
        {
            let message = format!("simulator `{simulator}` has the sizes d and m");
            self.faults.push(fault(message).hint("write sizes d, m = rho*d (or leave the statement out)"));
            // Of what follows from these names nothing more is said.
            self.sizes = SizeRule::default();
        } else if let Some(experiment) = self.statements.one("experiment").filter(|_| !self.sizes.are_of_a_network()) {
            let fault = Diagnostic::new("C057", experiment.word, "an experiment has the sizes d and m");
            self.faults.push(fault.hint("delete it: a claim with sizes of its own has none"));
        }
        Some(statement)
    }

    fn formula(&mut self, keyword: &str, definitions: &[Definition], sizes: bool) -> Option<Expr> {
        let statement = self.statements.one(keyword)?;
        let parsed = whole_formula(self.masked, statement.rest, keyword);
        let expr = self.note(parsed)?;
        let mut faults = Vec::new();
        self.scope(definitions, Vec::new(), sizes).expression(&expr, &[], &mut faults);
        self.faults.extend(faults);
        Some(expr)
    }

    fn finite(&mut self, definitions: &[Definition]) -> Option<Finite> {
        let statement = self.statements.one("finite")?;
        let (left, right) = header::parts(self.masked, statement, "when");
        let formula = whole_formula(self.masked, left, "finite");
        let formula = self.note(formula);
        let when = right.map(|span| condition(self.masked, span));
        let when = when.and_then(|parsed| self.note(parsed));
        let mut faults = Vec::new();
        let scope = self.scope(definitions, Vec::new(), true);
        formula.iter().for_each(|expr| scope.expression(expr, &[], &mut faults));
        when.iter().for_each(|condition| scope.condition(condition, &mut faults));
        self.faults.extend(faults);
        formula.map(|formula| Finite { formula, when })
    }

    /// All points of all `grid` lines, each once.
    fn grid(&mut self, values: &Values, parameters: &[Parameter]) -> Vec<Settings> {
        let mut grid: Vec<Settings> = Vec::new();
        for points in self.each("grid", |s| values.settings(s.rest, parameters)) {
            for point in points {
                if !grid.contains(&point) {
                    grid.push(point);
                }
            }
        }
        grid
    }

    fn unused(&mut self, definitions: &[Definition], used: &BTreeSet<String>) {
        for definition in definitions.iter().filter(|d| !d.shared && is_named(d) && !used.contains(&d.name)) {
            let name = &definition.name;
            let span = Span { start: definition.span.start, end: definition.span.start + name.len() };
            let fault = Diagnostic::new("C063", span, format!("`{name}` is defined but not used"));
            self.faults.push(fault.hint("delete the definition, or use it in the limit"));
        }
    }
}

/// The shared definitions that a claim can use which gives these names to something else, and the others: each with the name that it
/// would need.
fn usable(shared: &[Definition], taken: &BTreeSet<String>) -> (Vec<Definition>, Vec<(String, String)>) {
    let (mut usable, mut lost): (Vec<Definition>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    // Each uses only earlier ones, but for what belongs to a linear system.
    for definition in shared {
        let mut missing = taken.get(&definition.name).cloned();
        definition.body.visit(&mut |expr| {
            for name in expr.names() {
                if let (None, Some((_, other))) = (&missing, lost.iter().find(|(known, _)| known == name)) {
                    missing = Some(other.clone());
                }
            }
        });
        match missing {
            Some(other) => lost.push((definition.name.clone(), other)),
            None => usable.push(definition.clone()),
        }
    }
    (usable, lost)
}

/// `VALUE at name = value, ...`.
fn special(values: &Values, statement: Statement, parameters: &[Parameter]) -> Parsed<Special> {
    let (left, right) = header::parts(values.masked, statement, "at");
    let value = whole_formula(values.masked, left, "special")?;
    let place = right.unwrap_or(Span { start: statement.rest.end, end: statement.rest.end });
    let points = values.settings(place, parameters)?;
    match <[Settings; 1]>::try_from(points) {
        Ok([settings]) => Ok(Special { settings, value, span: statement.span() }),
        Err(_) => Err(Diagnostic::new("C050", place, "a special value belongs to one point")
            .hint("write one `special` line for each point")),
    }
}

/// Names of the definitions that the formulas use, through other definitions too.
fn used(definitions: &[Definition], roots: &[&Expr], conditions: &[&Condition]) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut look = |expr: &Expr| words.extend(expr.names().into_iter().map(str::to_string));
    roots.iter().for_each(|expr| expr.visit(&mut |inner| look(inner)));
    conditions.iter().for_each(|condition| condition.visit(&mut |inner| look(inner)));
    // Later definitions use earlier ones, so that one pass from the end finds all that they need; another one for what
    // linear systems use further below.
    let mut done = BTreeSet::new();
    loop {
        let before = done.len();
        for definition in definitions.iter().rev() {
            if words.contains(&definition.name) && done.insert(&definition.name) {
                definition.body.visit(&mut |inner| words.extend(inner.names().into_iter().map(str::to_string)));
            }
        }
        if done.len() == before {
            return words;
        }
    }
}

#[cfg(test)]
mod tests;
