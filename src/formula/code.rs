//! Compiled formulas: trees with every name resolved, as `compile` makes and `walk` reads them.

use super::elementary::{Elementary, Pair};
use crate::num::Estimate;
use crate::symbolic::{Binary, Comparison, Span, Which};
use std::collections::BTreeSet;

/// A compiled sub-formula and where it stands.
pub struct Code {
    pub op: Op,
    pub span: Span,
}

/// Code with a frame of its own: a formula, a definition, a function body, or a sub-formula that does not depend on the
/// bound variables around it.
pub struct Unit {
    pub code: Code,
    /// Size of the frame: one slot per argument and per bound variable alive at once.
    pub slots: usize,
    /// Name of the definition it came from, if any, for messages.
    pub name: Option<String>,
    /// Depth of its tree, including that of the units it refers to. It bounds the stack that an evaluation takes.
    pub depth: usize,
    /// Whether it contains a root, an integral or a series, so that it is worthwhile to remember the values of calls.
    pub heavy: bool,
    pub reads: Reads,
}

/// What the value of a unit depends on. It may always depend on the settings that are not numbers; these are not listed.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// Sizes, or ratios of sizes: `rho`, `d` or `m`.
    pub aspect: bool,
    /// Eigenvalues: those in use at a finite size, the limiting laws otherwise.
    pub eigenvalues: bool,
    /// Unknowns of a linear system, or a measure. What these depend on themselves is not recorded.
    pub solved: bool,
    /// Numeric parameters, by name.
    pub numbers: BTreeSet<String>,
}

impl Reads {
    pub fn merge(&mut self, other: &Reads) {
        self.aspect |= other.aspect;
        self.eigenvalues |= other.eigenvalues;
        self.solved |= other.solved;
        self.numbers.extend(other.numbers.iter().cloned());
    }

    /// Whether the value may differ from size to size.
    pub fn sized(&self) -> bool {
        self.aspect || self.eigenvalues || self.solved
    }
}

pub enum Op {
    Constant(Estimate),
    /// A bound variable or an argument, by its place in the frame.
    Slot(usize),
    /// A numeric parameter, by its place in a program's list.
    Parameter(usize),
    /// A ratio of sizes such as `rho`, by the place of its size in a program's list: m/d at a finite size, the parameter otherwise.
    Ratio(usize),
    /// A size such as `d`, by its place in a program's list.
    Size(usize),
    /// The value of a unit without arguments, computed at most once per evaluation. `foreign`: its spans belong to
    /// the shared definitions, not to the claim's text.
    Value {
        unit: usize,
        foreign: bool,
    },
    /// An unknown of one of a program's linear systems.
    Unknown {
        system: usize,
        index: usize,
    },
    Call {
        function: usize,
        arguments: Vec<Code>,
        foreign: bool,
    },
    Elementary(Elementary, Box<Code>),
    Pair(Pair, Box<Code>, Box<Code>),
    Least(Box<Code>, Box<Code>),
    Greatest(Box<Code>, Box<Code>),
    Activation {
        order: u32,
        argument: Box<Code>,
    },
    /// `lambda(k)`, or `lambda(k)/sqrt(k!)`.
    HermiteCoefficient {
        order: Box<Code>,
        normalised: bool,
    },
    /// Quantile function at `level`; `complement` is `1 - level` without cancellation where the formula allows.
    Quantile {
        of: Eigenvalue,
        level: Box<Code>,
        complement: Box<Code>,
    },
    Negate(Box<Code>),
    Arithmetic(Binary, Box<Code>, Box<Code>),
    WholePower(Box<Code>, i32),
    /// `E` of a sum of terms that are linear or quadratic in the activation and its derivatives, at one standard Gaussian. Each factor is
    /// paired with the moment that it multiplies.
    GaussianMoments(Vec<(Code, GaussianMoment)>),
    Integral(Box<Integral>),
    Root(Box<Root>),
    Cases(Vec<(Test, Code)>, Box<Code>),
    Series {
        slot: usize,
        from: u64,
        term: Box<Code>,
    },
    /// A finite sum.
    Sum {
        slot: usize,
        from: Box<Code>,
        to: Box<Code>,
        term: Box<Code>,
    },
    Let {
        slot: usize,
        value: Box<Code>,
        body: Box<Code>,
    },
}

/// Which eigenvalues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eigenvalue {
    /// Of B, before normalisation.
    Spectrum,
    /// Of d Gamma, mean 1.
    Covariance,
}

/// A Gaussian moment of the activation `s`, G standard normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GaussianMoment {
    /// 1
    One,
    /// `E s^(k)(G) = lambda(k)`
    First(u32),
    /// `E s^(i)(G) s^(j)(G)`
    Second(u32, u32),
}

/// One integral. Integrals inside it stand in its body.
pub struct Integral {
    pub measure: Measure,
    pub body: Code,
}

pub enum Measure {
    Normal {
        slot: usize,
        breaks: Vec<Break>,
    },
    /// A pair of Gaussians u and v. The axes say which slots they have, whether the body uses them, and where it is not smooth along each.
    /// `symmetric` says whether u and v may be exchanged.
    NormalPair {
        correlation: Correlation,
        first: Axis,
        second: Axis,
        symmetric: bool,
    },
    MarchenkoPastur {
        aspect: Code,
        slot: usize,
    },
    Eigenvalues {
        of: Eigenvalue,
        axis: Axis,
    },
    Spectra {
        first: Axis,
        second: Axis,
    },
    Lebesgue(Lebesgue),
    /// One of a program's measures that are given by a Stieltjes transform. `foreign`: it stands in the shared definitions.
    Stieltjes {
        measure: usize,
        slot: usize,
        foreign: bool,
    },
}

/// Correlation of a Gaussian pair.
pub enum Correlation {
    Value(Code),
    /// The correlation is the cosine of twice this angle. Near 0 and pi an angle keeps digits that its cosine has lost.
    CosineOfTwice(Code),
}

/// A positive measure on `[low, high]` with the given mass. It is given by its transform `z -> int nu(du)/(u - z)`, where z has slot 0.
pub struct Stieltjes {
    pub name: String,
    pub transform: Unit,
    pub low: Unit,
    pub high: Unit,
    pub mass: Unit,
    pub span: Span,
}

/// A linear system: expressions that are to be 0. They are affine in the unknowns, which have the first slots.
pub struct LinearSystem {
    pub unknowns: Vec<String>,
    pub equations: Vec<Unit>,
    /// Of nonlinear equations: where the unknowns are looked for.
    pub domain: Option<Domain>,
    pub span: Span,
}

/// Where the unknowns of nonlinear equations are looked for.
pub struct Domain {
    /// Lower and upper end of each unknown, and whether these belong to it.
    pub ends: Vec<((Unit, bool), (Unit, bool))>,
    /// A value for each unknown to start from, or none.
    pub start: Vec<Unit>,
    /// Whether equation i reads `unknown i = ...`.
    pub explicit: bool,
}

/// A bound variable: its slot, whether the body depends on it, and where the body is not smooth along it.
pub struct Axis {
    pub slot: usize,
    pub used: bool,
    pub breaks: Vec<Break>,
}

/// Lebesgue measure on an interval. The variable p has the slot `slot`, and `1 - p` has the next one.
pub struct Lebesgue {
    pub slot: usize,
    pub low: Code,
    pub low_closed: bool,
    pub high: Code,
    pub high_closed: bool,
    pub breaks: Vec<Break>,
    /// Whether the body depends on the variable only through quantile functions. If their laws are discrete, it is then constant between
    /// the jumps.
    pub only_through_quantiles: bool,
}

/// An expression affine in one variable, and the levels at which the integrand is not smooth.
pub struct Break {
    pub affine: Code,
    pub levels: Levels,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Levels {
    Zero,
    /// Kinks of the activation.
    Kinks,
    /// Jumps and singular ends of a quantile function.
    Quantile(Eigenvalue),
}

pub struct Root {
    /// Equal roots have equal numbers, so that each is solved once.
    pub id: usize,
    pub which: Which,
    pub slot: usize,
    pub low: Code,
    pub low_closed: bool,
    pub high: Code,
    pub high_closed: bool,
    pub body: Code,
    /// Slots of the outer bound variables that the root depends on.
    pub depends: Vec<usize>,
}

pub enum Test {
    Compare(Comparison, Code, Code),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}
