//! What a name means where it stands: the bound variables around an expression, and what the expressions so far depend on.

use super::super::LimitError;
use super::super::code::{Code, Reads, Unit};
use crate::symbolic::Span;

/// Deepest nesting, including that of the definitions used. It is small enough for an evaluation to stay within the stack of any thread.
const MOST_DEPTH: usize = 2000;
/// An integral counts as so many levels, since its quadrature takes the stack of so many operations.
const LEVELS_OF_AN_INTEGRAL: usize = 20;

/// The bound variables around an expression, and which definitions it may use.
#[derive(Clone)]
pub struct Scope {
    variables: Vec<Variable>,
    next: usize,
    slots: usize,
    /// Definitions before this one can be used.
    pub visible: usize,
    /// Whether the expression stands in the shared definitions.
    pub shared: bool,
    pub heavy: bool,
    /// What the expressions so far depend on.
    pub reads: Reads,
    /// Nesting of the present expression.
    depth: usize,
    /// Deepest nesting of an expression so far.
    deepest: usize,
}

#[derive(Clone)]
pub struct Variable {
    name: String,
    pub slot: usize,
    /// Whether the next slot holds one minus this variable.
    pub has_complement: bool,
}

impl Scope {
    pub fn new(visible: usize, shared: bool) -> Scope {
        Scope {
            variables: vec![],
            next: 0,
            slots: 0,
            visible,
            shared,
            heavy: false,
            reads: Reads::default(),
            depth: 0,
            deepest: 0,
        }
    }

    /// Enters an expression, and returns by how many levels the nesting became deeper. An integral counts as several levels.
    pub fn deeper(&mut self, integral: bool, span: Span) -> Result<usize, LimitError> {
        let levels = if integral { LEVELS_OF_AN_INTEGRAL } else { 1 };
        self.depth += levels;
        self.reach(0, span)?;
        Ok(levels)
    }

    pub fn shallower(&mut self, levels: usize) {
        self.depth -= levels;
    }

    pub fn deepest(&self) -> usize {
        self.deepest
    }

    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Names of the bound variables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|v| v.name.as_str())
    }

    /// Notes a reference to something `depth` deep.
    pub fn reach(&mut self, depth: usize, span: Span) -> Result<(), LimitError> {
        self.deepest = self.deepest.max(self.depth + depth);
        if self.deepest > MOST_DEPTH {
            let message = format!(
                "the formula is nested more than {MOST_DEPTH} deep, definitions included (an integral counts for \
                 {LEVELS_OF_AN_INTEGRAL})"
            );
            return LimitError::at(message, span);
        }
        Ok(())
    }

    /// The innermost variable of that name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|v| v.name == name)
    }

    pub fn bind(&mut self, name: &str, has_complement: bool) -> usize {
        let slot = self.next;
        self.next += 1 + usize::from(has_complement);
        self.slots = self.slots.max(self.next);
        self.variables.push(Variable { name: name.to_string(), slot, has_complement });
        slot
    }

    /// Ends the innermost variables that take up `slots` slots.
    pub fn release(&mut self, slots: usize) {
        self.next -= slots;
        while self.variables.last().is_some_and(|v| v.slot >= self.next) {
            self.variables.pop();
        }
    }

    pub fn unit(self, code: Code, name: Option<String>) -> Unit {
        Unit { code, slots: self.slots, name, depth: self.deepest, heavy: self.heavy, reads: self.reads }
    }
}
