//! The words of the language: numeric parameters of the catalogue, and names that cannot be given away.

use super::diagnostic::Diagnostic;
use crate::model::settings::LAW_PARAMETERS;
use crate::symbolic::{Span, arity};

/// Numeric parameters that the catalogue knows, with what to write to declare them.
pub const NUMERIC_PARAMETERS: [(&str, &str); 11] = [
    ("rho", "parameter rho = 1 in (0, inf)"),
    ("zeta", "parameter zeta = 1 in [0, inf)"),
    ("time", "parameter time = 1 in [0, inf)"),
    ("scale", "parameter scale = 1 in (0, inf)"),
    ("decay", "parameter decay = 1 in (0, inf)"),
    ("theta", "parameter theta = 1 in [0, pi]"),
    ("point", "parameter point = 1 in [0, inf)"),
    ("ridge", "parameter ridge = 1 in (0, inf)"),
    ("radius", "parameter radius = 1 in (0, inf)"),
    ("offset", "parameter offset = 1 in [0, inf)"),
    ("samples", "parameter samples = 0.5 in (0, 1)"),
];
/// The sizes of a network. Claims of which nothing is drawn may call something so.
pub const SIZES: [&str; 2] = ["d", "m"];
/// Words that nothing may be called. The words of laws are taken only behind `~`, those of functions only before `(`.
const RESERVED: [&str; 21] = [
    "E",
    "Int",
    "root",
    "cases",
    "sum",
    "inf",
    "pi",
    "of",
    "in",
    "from",
    "to",
    "and",
    "or",
    "otherwise",
    "when",
    "at",
    "kinks",
    "smooth",
    "d",
    "m",
    "measure",
];

/// The fault that `name` cannot be given to something new, if so; `called` says that it will stand before `(`.
pub fn reserved(name: &str, called: bool, span: Span) -> Option<Diagnostic> {
    let taken = RESERVED.contains(&name) || LAW_PARAMETERS.contains(&name);
    let function = called && (arity(name).is_some() || name == "quantile");
    (taken || function).then(|| {
        Diagnostic::new("C040", span, format!("`{name}` is a word of the language")).hint("choose another name")
    })
}
