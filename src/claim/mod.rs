//! From the text of a claim file to a [`Claim`], or to a list of faults with their places.
//!
//! Pure: text in, values out; files are read by `run`. May import `symbolic`, `model`, `num` only.

mod assignment;
pub mod atlas;
pub mod catalogue;
mod check;
mod definition;
mod diagnostic;
mod document;
mod foreign;
mod header;
mod lexer;
mod linear;
mod parser;
mod points;
mod printed;
pub mod program;
mod reader;
mod samples;
mod scope;
mod size_rule;
mod sizes;
mod statement;
pub mod sync;
mod table;
mod types;
mod words;

pub use catalogue::{Catalogue, LookupError};
pub use check::{Definitions, read_claim, read_definitions};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use size_rule::SizeRule;
pub use types::*;
