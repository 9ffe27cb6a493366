//! Functions of one argument that a formula may use, and their names.

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
    Erf,
    Erfc,
    Abs,
    PositivePart,
}

/// Every function by the name that formulas use.
pub const FUNCTIONS: [(&str, Elementary); 17] = [
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
    ("erf", Elementary::Erf),
    ("erfc", Elementary::Erfc),
    ("abs", Elementary::Abs),
    ("pos", Elementary::PositivePart),
];

impl Elementary {
    /// The function `name` with so many primes. Only `exprel` has derivatives under a name of its own.
    pub fn named(name: &str, primes: u32) -> Option<Elementary> {
        match (FUNCTIONS.iter().find(|(known, _)| *known == name)?.1, primes) {
            (Elementary::Exprel(_), primes) => Some(Elementary::Exprel(primes)),
            (function, 0) => Some(function),
            _ => None,
        }
    }

    /// The name that formulas use.
    pub fn name(self) -> String {
        if let Elementary::Exprel(order) = self {
            return format!("exprel{}", "'".repeat(order as usize));
        }
        FUNCTIONS.iter().find(|(_, function)| *function == self).map_or(String::new(), |(name, _)| name.to_string())
    }

    /// What is wrong with an argument at which the function has no real value.
    pub fn refusal(self) -> &'static str {
        match self {
            Elementary::Sqrt => "square root of a negative value",
            Elementary::Ln => "logarithm of a value that may not be positive",
            Elementary::Log1p => "log1p of a value that may not exceed -1",
            Elementary::Tan => "tangent at a pole",
            _ => "inverse sine or cosine outside [-1, 1]",
        }
    }
}
