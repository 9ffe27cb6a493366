//! Statements `linear r, a: r = ..., a = ...` and `solve m in (0, 1): m = ...`: unknowns that solve equations.

use super::definition::ReadDefinition;
use super::diagnostic::Diagnostic;
use super::document::slice;
use super::parser::{Parsed, Parser};
use super::scope::Scope;
use crate::symbolic::linear::{SystemFault, SystemFaultKind, system_faults};
use crate::symbolic::{Definition, Equation, Expr, Interval, Node, Search, Span, system_name};

/// More unknowns than this are refused.
const MAX_UNKNOWNS: usize = 6;

const SOLVE: &str = "write solve m in (0, 1), q in (0, inf): m = ..., q = ..., with as many equations as unknowns";

const FORM: &str = "write linear x, y: x + y = 3, x - y = 1, with as many equations as unknowns";

/// A system as it stands in the text.
pub struct ReadSystem {
    /// What stands behind the word `linear`.
    span: Span,
    pub unknowns: Vec<(String, Span)>,
    equations: Vec<Equation>,
    /// Of nonlinear equations.
    search: Option<Box<Search>>,
}

/// Reads `m in (0, 1), q in (0, inf) from m = 0.5, q = 1: m = ..., q = ...`, which stands behind the word `solve`.
pub fn nonlinear(masked: &str, span: Span) -> Parsed<ReadSystem> {
    let mut parser = Parser::new(masked, span)?;
    let named = list(&mut parser, |parser| {
        let name = parser.name("the name of an unknown").map_err(|fault| fault.hint(SOLVE))?;
        parser.expect_word("in", SOLVE)?;
        Ok((name, parser.interval()?))
    })?;
    let (unknowns, intervals): (Vec<(String, Span)>, Vec<Interval>) = named.into_iter().unzip();
    let mut start = vec![];
    if parser.take_word("from") {
        let given = list(&mut parser, |parser| {
            let name = parser.name("the name of an unknown").map_err(|fault| fault.hint(SOLVE))?;
            parser.expect("=", SOLVE)?;
            Ok((name, parser.expression(0)?))
        })?;
        for (index, ((name, place), _)) in given.iter().enumerate() {
            let twice = given[..index].iter().any(|((known, _), _)| known == name);
            if twice || !unknowns.iter().any(|(known, _)| known == name) {
                let what = if twice { "has a value to start from already" } else { "is not an unknown of this system" };
                return Err(Diagnostic::new("C090", *place, format!("`{name}` {what}")).hint(SOLVE));
            }
        }
        for (name, place) in &unknowns {
            let Some((_, value)) = given.iter().find(|((known, _), _)| known == name) else {
                let message = format!("`from` gives no value to start from for `{name}`");
                return Err(Diagnostic::new("C090", *place, message).hint(SOLVE));
            };
            start.push(value.clone());
        }
    }
    parser.expect(":", SOLVE)?;
    let equations = equations(&mut parser, SOLVE)?;
    parser.finish()?;
    Ok(ReadSystem { span, unknowns, equations, search: Some(Box::new(Search { intervals, start })) })
}

fn equations(parser: &mut Parser, form: &'static str) -> Parsed<Vec<Equation>> {
    list(parser, |parser| {
        let left = parser.expression(0)?;
        let hint = if parser.is_symbol("==") { "an equation is written with one =" } else { form };
        parser.expect("=", hint)?;
        Ok(Equation { left, right: parser.expression(0)? })
    })
}

/// Reads `x, y: left = right, left = right`, which stands behind the word `linear`.
pub fn system(masked: &str, span: Span) -> Parsed<ReadSystem> {
    let mut parser = Parser::new(masked, span)?;
    let unknowns = list(&mut parser, |parser| parser.name("the name of an unknown").map_err(|fault| fault.hint(FORM)))?;
    parser.expect(":", FORM)?;
    let equations = equations(&mut parser, FORM)?;
    parser.finish()?;
    Ok(ReadSystem { span, unknowns, equations, search: None })
}

/// One or more, separated by commas.
fn list<T>(parser: &mut Parser, read: impl Fn(&mut Parser) -> Parsed<T>) -> Parsed<Vec<T>> {
    let mut found = vec![read(parser)?];
    while parser.take(",") {
        found.push(read(parser)?);
    }
    Ok(found)
}

/// The names that a system which cannot be read would have introduced.
pub fn broken_unknowns(masked: &str, span: Span) -> Vec<String> {
    let list = slice(masked, span).split([':', '=']).next().unwrap_or("");
    list.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map(str::to_string).collect()
}

impl ReadSystem {
    fn names(&self) -> Vec<String> {
        self.unknowns.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The definitions of the system and of its unknowns.
    pub fn definitions(&self, shared: bool) -> Vec<ReadDefinition> {
        let (unknowns, equations, search) = (self.names(), self.equations.clone(), self.search.clone());
        let system = system_name(&unknowns);
        let read = |name: &str, node: Node, span: Span| {
            let (name, body) = (name.to_string(), Expr::new(node, span));
            let definition = Definition { name, arguments: vec![], body, symbol: None, shared, span };
            ReadDefinition { definition, name_span: span, argument_spans: vec![] }
        };
        let mut all = vec![read(&system, Node::Linear { unknowns, equations, search }, self.span)];
        for (index, (name, span)) in self.unknowns.iter().enumerate() {
            all.push(read(name, Node::Unknown { system: system.clone(), index }, *span));
        }
        all
    }

    /// Faults of the equations, in whose scope all definitions of the block are. `clean`: nothing else in the block has a fault
    /// that would lead to others here.
    pub fn faults(&self, scope: &Scope, clean: bool) -> Vec<Diagnostic> {
        let names = self.names();
        let mut faults = Vec::new();
        for side in self.equations.iter().flat_map(|equation| [&equation.left, &equation.right]) {
            scope.expression(side, &names, &mut faults);
        }
        if let Some(search) = &self.search {
            search.start.iter().for_each(|expr| scope.expression(expr, &[], &mut faults));
            search.intervals.iter().for_each(|interval| scope.interval(interval, &mut faults));
        }
        let (unknowns, equations) = (names.len(), self.equations.len());
        let listed = Span { start: self.unknowns[0].1.start, end: self.unknowns[unknowns - 1].1.end };
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        if unknowns > MAX_UNKNOWNS {
            let message = format!("{}, more than {MAX_UNKNOWNS}", count(unknowns, "unknown"));
            faults.push(Diagnostic::new("C091", listed, message).hint("eliminate some of them by hand"));
        } else if unknowns != equations {
            let message = format!("{}, but {}", count(unknowns, "unknown"), count(equations, "equation"));
            faults.push(Diagnostic::new("C090", listed, message).hint("a system has as many equations as unknowns"));
        }
        let own = system_name(&names);
        let index = scope.definitions.iter().position(|definition| definition.name == own);
        if let (true, true, Some(index)) = (clean, faults.is_empty(), index) {
            faults.extend(system_faults(scope.definitions, index).into_iter().map(|fault| shown(fault, self)));
        }
        faults
    }
}

fn shown(fault: SystemFault, system: &ReadSystem) -> Diagnostic {
    let (code, span, hint) = match fault.kind {
        SystemFaultKind::Missing(index) => {
            ("C092", system.unknowns[index].1, "delete it, or write an equation that determines it")
        }
        SystemFaultKind::Idle => ("C093", fault.span, "each equation says something about an unknown"),
        SystemFaultKind::NotAffine => (
            "C094",
            fault.span,
            "unknowns may be added, multiplied or divided by what does not depend on them, and integrated; other equations have `root`",
        ),
        SystemFaultKind::Entangled => ("C095", fault.span, "write one statement with the unknowns of both"),
        SystemFaultKind::Domain => (
            "C099",
            fault.span,
            "intervals and places to start from have parameters and definitions that use no unknown",
        ),
        SystemFaultKind::Measure => ("C096", fault.span, "write the unknown into the integrand"),
    };
    Diagnostic::new(code, span, fault.message).hint(hint)
}
