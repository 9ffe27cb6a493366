//! Families of laws with parameters, as in `E[f(x) : x ~ gamma(shape, rate)]`: their words.

/// A family of laws on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `normal(mean, sd)`
    Normal,
    /// `uniform(a, b)`
    Uniform,
    /// `exponential(rate)`, mean 1/rate
    Exponential,
    /// `gamma(shape, rate)`, mean shape/rate
    Gamma,
    /// `beta(a, b)` on `[0, 1]`, mean a/(a + b)
    Beta,
    /// `chi_squared(k)`, mean k
    ChiSquared,
    /// `student(k)`, k degrees of freedom
    Student,
    /// `rademacher`: 1 or -1, each with probability 1/2
    Rademacher,
    /// `bernoulli(p)`: 1 with probability p, otherwise 0
    Bernoulli,
    /// `poisson(rate)`, mean rate
    Poisson,
    /// `semicircle(radius)` on `[-radius, radius]`, variance radius^2/4
    Semicircle,
}

impl Family {
    /// Every family with its word and the names of its parameters.
    pub const ALL: [(Family, &'static str, &'static [&'static str]); 11] = [
        (Family::Normal, "normal", &["mean", "sd"]),
        (Family::Uniform, "uniform", &["a", "b"]),
        (Family::Exponential, "exponential", &["rate"]),
        (Family::Gamma, "gamma", &["shape", "rate"]),
        (Family::Beta, "beta", &["a", "b"]),
        (Family::ChiSquared, "chi_squared", &["k"]),
        (Family::Student, "student", &["k"]),
        (Family::Rademacher, "rademacher", &[]),
        (Family::Bernoulli, "bernoulli", &["p"]),
        (Family::Poisson, "poisson", &["rate"]),
        (Family::Semicircle, "semicircle", &["radius"]),
    ];

    /// The family with this word, if it has so many parameters.
    pub fn named(word: &str, parameters: usize) -> Option<Family> {
        let found = Family::ALL.iter().find(|(_, known, names)| *known == word && names.len() == parameters);
        found.map(|(family, ..)| *family)
    }

    /// Its word in formulas.
    pub fn word(self) -> &'static str {
        Family::ALL.iter().find(|(family, ..)| *family == self).map_or("", |(_, word, _)| word)
    }
}
