//! The words of the language: functions, numeric parameters of the catalogue, and names that cannot be given away.

use super::diagnostic::Diagnostic;
use crate::model::settings::LAW_PARAMETERS;
use crate::symbolic::Span;

/// Functions of the language and the number of their arguments.
pub const FUNCTIONS: [(&str, usize); 22] = [
    ("sqrt", 1),
    ("exp", 1),
    ("ln", 1),
    ("log1p", 1),
    ("expm1", 1),
    ("exprel", 1),
    ("sin", 1),
    ("cos", 1),
    ("tan", 1),
    ("asin", 1),
    ("acos", 1),
    ("atan", 1),
    ("tanh", 1),
    ("erf", 1),
    ("erfc", 1),
    ("abs", 1),
    ("pos", 1),
    ("min", 2),
    ("max", 2),
    ("sigma", 1),
    ("lambda", 1),
    ("hermite", 1),
];
/// Numeric parameters that the catalogue knows, with what to write to declare them.
pub const NUMERIC_PARAMETERS: [(&str, &str); 10] = [
    ("rho", "parameter rho = 1 in (0, inf)"),
    ("zeta", "parameter zeta = 1 in [0, inf)"),
    ("time", "parameter time = 1 in [0, inf)"),
    ("scale", "parameter scale = 1 in (0, inf)"),
    ("decay", "parameter decay = 1 in (0, inf)"),
    ("theta", "parameter theta = 1 in (0, pi)"),
    ("point", "parameter point = 1 in [0, inf)"),
    ("ridge", "parameter ridge = 1 in (0, inf)"),
    ("radius", "parameter radius = 1 in (0, inf)"),
    ("offset", "parameter offset = 1 in [0, inf)"),
];
/// Other words that no parameter, definition or variable may be called.
const RESERVED: [&str; 27] = [
    "quantile",
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
    "and",
    "or",
    "otherwise",
    "when",
    "at",
    "kinks",
    "smooth",
    "d",
    "m",
    "normal",
    "mp",
    "spectrum",
    "covariance",
    "spectra",
    "activation",
    "measure",
];

/// The fault that `name` cannot be given to something new, if so.
pub fn reserved(name: &str, span: Span) -> Option<Diagnostic> {
    let taken = FUNCTIONS.iter().any(|(function, _)| *function == name)
        || RESERVED.contains(&name)
        || LAW_PARAMETERS.contains(&name);
    taken.then(|| {
        Diagnostic::new("C040", span, format!("`{name}` is a word of the language")).hint("choose another name")
    })
}
