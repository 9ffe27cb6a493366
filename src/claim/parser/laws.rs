//! The laws in `E[... : g ~ normal]`. Their words are taken only behind `~`.

use crate::claim::diagnostic::Diagnostic;
use crate::claim::foreign;
use crate::model::names::{hint, nearest};
use crate::symbolic::{Expr, Family, Law, Span};

/// The laws, as they are written.
const LAWS: [(&str, &str); 15] = [
    ("normal", "write g ~ normal, x ~ normal(mean, sd), or (u, v) ~ normal(c) for a pair with correlation c"),
    ("mp", "write x ~ mp(rho): the Marchenko-Pastur law with ratio rho"),
    ("spectrum", "write b ~ spectrum: an eigenvalue of B"),
    ("covariance", "write t ~ covariance: an eigenvalue of d Gamma"),
    ("spectra", "write (b, t) ~ spectra: eigenvalues of B and of d Gamma together"),
    ("uniform", "write x ~ uniform(a, b)"),
    ("exponential", "write x ~ exponential(rate), of mean 1/rate"),
    ("gamma", "write x ~ gamma(shape, rate), of mean shape/rate"),
    ("beta", "write x ~ beta(a, b), of mean a/(a + b)"),
    ("chi_squared", "write x ~ chi_squared(k), of mean k"),
    ("student", "write x ~ student(k), with k degrees of freedom"),
    ("rademacher", "write s ~ rademacher: 1 or -1"),
    ("bernoulli", "write b ~ bernoulli(p): 1 with probability p, otherwise 0"),
    ("poisson", "write k ~ poisson(rate), of mean rate"),
    ("semicircle", "write x ~ semicircle(radius), of variance radius^2/4"),
];

pub(super) fn is_law(word: &str) -> bool {
    LAWS.iter().any(|(law, _)| *law == word)
}

/// The law with this word, for so many variables; or the fault that it is unknown, or has other variables or arguments.
pub(super) fn law(name: &str, variables: usize, mut arguments: Vec<Expr>, span: Span) -> Result<Law, Diagnostic> {
    match (name, variables, arguments.len()) {
        ("normal", 1, 0) => return Ok(Law::Normal),
        ("normal", 2, 1) => return Ok(Law::NormalPair(Box::new(arguments.remove(0)))),
        ("mp", 1, 1) => return Ok(Law::MarchenkoPastur(Box::new(arguments.remove(0)))),
        ("spectrum", 1, 0) => return Ok(Law::Spectrum),
        ("covariance", 1, 0) => return Ok(Law::Covariance),
        ("spectra", 2, 0) => return Ok(Law::Spectra),
        (name, 1, count) => {
            if let Some(family) = Family::named(name, count) {
                return Ok(Law::Family(family, arguments));
            }
        }
        _ => {}
    }
    Err(match LAWS.iter().find(|(law, _)| *law == name) {
        Some((law, form)) => Diagnostic::new("C026", span, format!("`{law}` is not used like this")).hint(*form),
        None => Diagnostic::new("C027", span, format!("unknown law `{name}`")).hint(unknown(name)),
    })
}

fn unknown(name: &str) -> String {
    let words = LAWS.map(|(law, _)| law);
    if let Some(instead) = foreign::law(name) {
        return instead;
    }
    match nearest(name, words) {
        Some(_) => hint(name, words),
        None => format!("{}; a measure of the claim is written Int[body : u ~ {name}]", hint(name, words)),
    }
}
