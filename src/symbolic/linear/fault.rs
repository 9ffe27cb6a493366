//! What can be wrong with a linear system.

use crate::symbolic::expression::Span;

/// What is wrong with a system of equations, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemFault {
    pub kind: SystemFaultKind,
    pub message: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemFaultKind {
    NotAffine,
    /// An equation without an unknown.
    Idle,
    /// An unknown (the one of this number) in no equation.
    Missing(usize),
    /// Unknowns of another system depend on these, and these on them.
    Entangled,
    /// A measure would depend on the unknowns.
    Measure,
    /// An interval in which an unknown is looked for, or a place to start from, would depend on the unknowns.
    Domain,
}
