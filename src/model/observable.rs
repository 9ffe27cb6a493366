//! What is observed of a draw, and which simulators show what: names that claims and simulations share.

use std::borrow::Cow;
use std::fmt;

/// A number observed of one draw.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Observable {
    name: Cow<'static, str>,
    symbol: Cow<'static, str>,
}

impl Observable {
    /// One that the library defines: its name in claim files, and its symbol in statements, as LaTeX.
    pub const fn new(name: &'static str, symbol: &'static str) -> Observable {
        Observable { name: Cow::Borrowed(name), symbol: Cow::Borrowed(symbol) }
    }

    /// One that a user names; statements write the name.
    pub fn named(name: &str) -> Observable {
        let symbol = format!("\\text{{{name}}}");
        Observable { name: Cow::Owned(name.to_string()), symbol: Cow::Owned(symbol) }
    }

    /// As a claim file writes it; part of the results file's format.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its symbol in statements, as LaTeX.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }
}

impl fmt::Display for Observable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What a claim may name: a simulator, and what it observes. The reader of claims is given a list of these and knows no more of
/// simulators.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The name in claim files.
    pub simulator: String,
    /// In the order in which samples hold them.
    pub observables: Vec<Observable>,
}
