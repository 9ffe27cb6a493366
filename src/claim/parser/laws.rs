//! The names of laws in `E[... : g ~ normal]`.

use crate::claim::diagnostic::Diagnostic;
use crate::model::names::{hint, nearest};
use crate::symbolic::Span;

/// The laws, as they are written.
const LAWS: [(&str, &str); 5] = [
    ("normal", "write g ~ normal, or (u, v) ~ normal(c) for a pair with correlation c"),
    ("mp", "write x ~ mp(rho): the Marchenko-Pastur law with ratio rho"),
    ("spectrum", "write b ~ spectrum: an eigenvalue of B"),
    ("covariance", "write t ~ covariance: an eigenvalue of d Gamma"),
    ("spectra", "write (b, t) ~ spectra: eigenvalues of B and of d Gamma together"),
];

pub(super) fn is_law(word: &str) -> bool {
    LAWS.iter().any(|(law, _)| *law == word)
}

/// The fault of a law that is unknown, or has other variables or arguments than these.
pub(super) fn unfit_law(name: &str, span: Span) -> Diagnostic {
    match LAWS.iter().find(|(law, _)| *law == name) {
        Some((law, form)) => Diagnostic::new("C026", span, format!("`{law}` is not used like this")).hint(*form),
        None => Diagnostic::new("C027", span, format!("unknown law `{name}`")).hint(
            match nearest(name, LAWS.map(|(law, _)| law)) {
                Some(_) => hint(name, LAWS.map(|(law, _)| law)),
                None => format!(
                    "{}; a measure of the claim is written Int[body : u ~ {name}]",
                    hint(name, LAWS.map(|(law, _)| law))
                ),
            },
        ),
    }
}
