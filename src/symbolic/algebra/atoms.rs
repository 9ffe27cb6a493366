//! The unknowns of the algebra, which are the variables of its polynomials, and what counts as the same one.

use super::super::expression::Definition;
use super::super::polynomial::Quotient;

pub(super) struct Algebra<'a> {
    pub(super) definitions: &'a [Definition],
    pub(super) atoms: Vec<Atom>,
    /// Sub-formulas visited so far.
    pub(super) steps: u64,
}

/// What a variable of the polynomials stands for.
pub(super) struct Atom {
    pub(super) kind: Kind,
    /// Depths of the binders whose variables occur in it.
    pub(super) binders: Vec<usize>,
}

pub(super) enum Kind {
    Name(String),
    /// The `index`-th variable of the binder at a depth.
    Bound {
        depth: usize,
        index: usize,
    },
    /// A function of arguments, or any other form: what it is, and its parts in order.
    Form {
        head: String,
        parts: Vec<Quotient>,
    },
}

#[derive(Clone)]
pub(super) struct Scope {
    /// Innermost last.
    pub(super) names: Vec<(String, Quotient)>,
    /// Definitions before this one can be used.
    pub(super) visible: usize,
    /// Number of binders around.
    pub(super) depth: usize,
}

impl Algebra<'_> {
    /// The scope inside one more binder. Its variables are told apart by depth and position only.
    pub(super) fn bind(&mut self, scope: &Scope, variables: &[String]) -> Scope {
        let depth = scope.depth;
        let mut inner = Scope { depth: depth + 1, ..scope.clone() };
        for (index, name) in variables.iter().enumerate() {
            let known = self.atoms.iter().position(|atom| match atom.kind {
                Kind::Bound { depth: d, index: i } => (d, i) == (depth, index),
                _ => false,
            });
            let atom = known.unwrap_or_else(|| {
                self.atoms.push(Atom { kind: Kind::Bound { depth, index }, binders: vec![depth] });
                self.atoms.len() - 1
            });
            inner.names.push((name.clone(), Quotient::variable(atom)));
        }
        inner
    }

    /// A form as an unknown; binders of depth `closed` or more are its own.
    pub(super) fn form(&mut self, head: String, parts: Vec<Quotient>, closed: usize) -> Option<Quotient> {
        let mut binders: Vec<usize> = parts
            .iter()
            .flat_map(|part| part.top.variables().chain(part.bottom.variables()))
            .flat_map(|variable| self.atoms[variable].binders.iter().copied())
            .filter(|depth| *depth < closed)
            .collect();
        binders.sort_unstable();
        binders.dedup();
        self.atom(Kind::Form { head, parts }, binders)
    }

    /// The variable of an unknown, the same for equal ones.
    pub(super) fn atom(&mut self, kind: Kind, binders: Vec<usize>) -> Option<Quotient> {
        for (index, atom) in self.atoms.iter().enumerate() {
            let same = match (&atom.kind, &kind) {
                (Kind::Name(a), Kind::Name(b)) => a == b,
                (Kind::Form { head: a, parts: p }, Kind::Form { head: b, parts: q })
                    if a == b && p.len() == q.len() =>
                {
                    let mut same = true;
                    for (x, y) in p.iter().zip(q) {
                        same &= x.equals(y)?;
                    }
                    same
                }
                _ => false,
            };
            if same {
                return Some(Quotient::variable(index));
            }
        }
        self.atoms.push(Atom { kind, binders });
        Some(Quotient::variable(self.atoms.len() - 1))
    }

    /// The bound variable of a binder at this depth, if it occurs anywhere.
    pub(super) fn bound(&self, depth: usize, index: usize) -> Option<usize> {
        let same = |kind: &Kind| matches!(kind, Kind::Bound { depth: d, index: i } if (*d, *i) == (depth, index));
        self.atoms.iter().position(|atom| same(&atom.kind))
    }

    /// Whether an unknown depends on a binder of this depth or more.
    pub(super) fn depends(&self, variable: usize, depth: usize) -> bool {
        self.atoms[variable].binders.iter().any(|binder| *binder >= depth)
    }
}

impl Scope {
    pub(super) fn with(&self, name: &str, value: Quotient) -> Scope {
        let mut scope = self.clone();
        scope.names.push((name.to_string(), value));
        scope
    }
}
