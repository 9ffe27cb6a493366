//! Formulas as trees: the expression type, exact numbers, derivatives, exact algebra, mutants, LaTeX.
//!
//! Pure: no files, no floating-point evaluation of limits, no networks. May import nothing of this crate.

pub(crate) mod algebra;
pub mod derivative;
mod exact;
mod exact_text;
mod expectation;
mod expression;
mod family;
mod functions;
mod layout;
pub(crate) mod linear;
pub mod mutation;
mod polynomial;
mod radial;
pub mod source;
mod symmetry;
pub(crate) mod typeset;

pub use algebra::prove_equal;
pub use derivative::{DerivativeError, derivative, occurs};
pub use exact::Exact;
pub use expectation::expectation;
pub use expression::{
    Binary, Binding, Branch, Comparison, Condition, Definition, Equation, Expr, Interval, Law, Node, Search, Span,
    Which, system_name,
};
pub use family::Family;
pub use functions::{NOT_NEGATIVE, POSITIVE, PROBABILITY, arity, expanded, function_names};
pub use layout::{Layout, Scripts};
pub use mutation::{Mutant, mutants};
pub use radial::{SUM_OF_SQUARES, of_sum_of_squares};
pub use symmetry::symmetric;
