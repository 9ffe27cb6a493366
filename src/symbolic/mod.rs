//! Formulas as trees: the expression type, exact numbers, derivatives, exact algebra, mutants, LaTeX, MathML.
//!
//! Pure: no files, no floating-point evaluation of limits, no networks. May import nothing of this crate.

pub mod algebra;
pub mod derivative;
pub mod exact;
mod exact_text;
pub mod expression;
pub mod layout;
pub mod linear;
pub mod mathml;
pub mod mutation;
pub mod polynomial;
pub mod scalar;
pub mod source;
mod symmetry;
pub mod typeset;

pub use algebra::prove_equal;
pub use derivative::{DerivativeError, derivative, occurs};
pub use exact::Exact;
pub use expression::{
    Binary, Binding, Branch, Comparison, Condition, Definition, Equation, Expr, Interval, Law, Node, Span, system_name,
};
pub use layout::Layout;
pub use mutation::{Mutant, mutants};
pub use symmetry::symmetric;
