//! Functions of one or two numbers that a formula may use, and their names.

use crate::symbolic::{NOT_NEGATIVE, POSITIVE, PROBABILITY};

/// A function of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elementary {
    Sqrt,
    Exp,
    Ln,
    Log1p,
    Expm1,
    /// Derivative of this order of `(e^x - 1)/x`.
    Exprel(u32),
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Tanh,
    Logistic,
    Softplus,
    Erf,
    Erfc,
    Gamma,
    LogGamma,
    /// The derivative of this order of the digamma function.
    Digamma(u32),
    Abs,
    PositivePart,
    /// The number itself, which a law asks to lie in a range.
    Admitted(Range),
}

/// What a parameter of a law has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    NotNegative,
    Positive,
    Probability,
}

impl Range {
    /// Whether every number between two bounds is admitted.
    pub fn admits(self, low: f64, high: f64) -> bool {
        match self {
            Range::NotNegative => low >= 0.0,
            Range::Positive => low > 0.0,
            Range::Probability => low >= 0.0 && high <= 1.0,
        }
    }

    /// The least interval with all admitted numbers.
    pub fn ends(self) -> (f64, f64) {
        match self {
            Range::NotNegative | Range::Positive => (0.0, f64::INFINITY),
            Range::Probability => (0.0, 1.0),
        }
    }
}

/// A function of two arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    Binomial,
    BesselJ,
    BesselI,
}

/// Every function of one argument by the name that formulas use.
const FUNCTIONS: [(&str, Elementary); 25] = [
    ("sqrt", Elementary::Sqrt),
    ("exp", Elementary::Exp),
    ("ln", Elementary::Ln),
    ("log1p", Elementary::Log1p),
    ("expm1", Elementary::Expm1),
    ("exprel", Elementary::Exprel(0)),
    ("sin", Elementary::Sin),
    ("cos", Elementary::Cos),
    ("tan", Elementary::Tan),
    ("asin", Elementary::Asin),
    ("acos", Elementary::Acos),
    ("atan", Elementary::Atan),
    ("tanh", Elementary::Tanh),
    ("logistic", Elementary::Logistic),
    ("softplus", Elementary::Softplus),
    ("erf", Elementary::Erf),
    ("erfc", Elementary::Erfc),
    ("gamma", Elementary::Gamma),
    ("lgamma", Elementary::LogGamma),
    ("digamma", Elementary::Digamma(0)),
    ("abs", Elementary::Abs),
    ("pos", Elementary::PositivePart),
    (NOT_NEGATIVE, Elementary::Admitted(Range::NotNegative)),
    (POSITIVE, Elementary::Admitted(Range::Positive)),
    (PROBABILITY, Elementary::Admitted(Range::Probability)),
];

impl Elementary {
    /// The function `name` with so many primes. Only `exprel` and `digamma` have derivatives under a name of their own.
    pub fn named(name: &str, primes: u32) -> Option<Elementary> {
        match (FUNCTIONS.iter().find(|(known, _)| *known == name)?.1, primes) {
            (Elementary::Exprel(_), primes) => Some(Elementary::Exprel(primes)),
            (Elementary::Digamma(_), primes) => Some(Elementary::Digamma(primes)),
            (function, 0) => Some(function),
            _ => None,
        }
    }

    /// The name that formulas use.
    pub fn name(self) -> String {
        match self {
            Elementary::Exprel(order) => format!("exprel{}", "'".repeat(order as usize)),
            Elementary::Digamma(order) => format!("digamma{}", "'".repeat(order as usize)),
            _ => FUNCTIONS.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name).to_string(),
        }
    }

    /// What is wrong with an argument at which the function has no real value.
    pub fn refusal(self) -> &'static str {
        match self {
            Elementary::Sqrt => "square root of a negative value",
            Elementary::Ln => "logarithm of a value that may not be positive",
            Elementary::Log1p => "log1p of a value that may not exceed -1",
            Elementary::Tan => "tangent at a pole",
            Elementary::Gamma => "gamma at 0 or at a negative whole number",
            Elementary::LogGamma => "logarithm of gamma at 0 or at a negative whole number",
            Elementary::Digamma(0) => "digamma at 0 or at a negative whole number",
            Elementary::Digamma(_) => "derivative of digamma at a value that may not be positive",
            Elementary::Admitted(Range::NotNegative) => "the law has no such parameter, it may not be negative",
            Elementary::Admitted(Range::Positive) => "the law has no such parameter, it has to be positive",
            Elementary::Admitted(Range::Probability) => "the law has no such parameter, it has to be in [0, 1]",
            _ => "inverse sine or cosine outside [-1, 1]",
        }
    }
}

impl Pair {
    pub fn named(name: &str) -> Option<Pair> {
        match name {
            "binomial" => Some(Pair::Binomial),
            "besselj" => Some(Pair::BesselJ),
            "besseli" => Some(Pair::BesselI),
            _ => None,
        }
    }

    /// What is wrong with arguments at which the function has no value.
    pub fn refusal(self) -> &'static str {
        match self {
            Pair::Binomial => "a binomial coefficient needs a whole number below, or n and n - k that exceed -1",
            Pair::BesselJ => {
                "a Bessel function has an order that is a whole number, or at least 0 with x >= 0; of at most 2000, with |x| up to 5000"
            }
            Pair::BesselI => {
                "a Bessel function has an order that is a whole number, or at least 0 with x >= 0; of at most 2000, with |x| up to 720"
            }
        }
    }
}
