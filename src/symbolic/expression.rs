//! The expression tree of a formula, as the parser makes it and as every later stage reads it.

use super::family::Family;
use dashu_ratio::RBig;

/// Byte range in the claim file's text, `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

/// A formula: a node and where it stands in the text (derived trees keep the span of what they came from).
/// Equality ignores spans.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The outermost form, with what it is made of.
    pub node: Node,
    /// Where it stands; the empty span at 0 if it was not read from a text.
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// Which of the roots in an interval a formula asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// There is to be one only.
    Only,
    /// The least.
    First,
    /// The largest.
    Last,
}

impl Which {
    /// The words before `p in (a, b)`.
    pub fn words(self) -> &'static str {
        match self {
            Which::Only => "root",
            Which::First => "first root",
            Which::Last => "last root",
        }
    }
}

/// What a formula can be made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A literal, kept exact: `2`, `0.05` is 1/20.
    Number(RBig),
    /// `inf`.
    Infinity,
    /// A parameter, a definition without arguments, a bound variable, or the constant `pi` (there is no `e`: write `exp(1)`).
    Name(String),
    /// `f(x, y)`, `psi'(z)` (`primes` = 1), `sigma''(g)`, `lambda(2)`, `quantile(spectrum, p)`, `sqrt(x)`.
    Apply {
        /// Name of a built-in function, of `sigma`, or of a definition with arguments.
        function: String,
        /// Order of the derivative that is meant, 0 for the function itself.
        primes: u32,
        /// In their order; at least one. Of `quantile` the first is the name of a law.
        arguments: Vec<Expr>,
    },
    /// `-x`; binds weaker than `^`: `-x^2` is `-(x^2)`.
    Negate(Box<Expr>),
    /// `left operator right`.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `E[body : x ~ law, (b, t) ~ spectra]`, or `Int[body : p in [0, 1-rho]]`. Bindings are independent of each other,
    /// a later one may use the variables of an earlier one in its law.
    Integral {
        /// True for `E[...]`, false for `Int[...]`; only the spelling differs.
        expectation: bool,
        /// The integrand.
        body: Box<Expr>,
        /// What is integrated over, the outermost first; at least one.
        bindings: Vec<Binding>,
    },
    /// `root p in (0, inf) of F`: the zero of `body` in the interval.
    Root {
        /// Which one, if there may be several.
        which: Which,
        /// The unknown, bound in `body`.
        variable: String,
        /// Where the zero is looked for.
        interval: Box<Interval>,
        /// What vanishes at the root.
        body: Box<Expr>,
    },
    /// `cases(cond: value; cond: value; otherwise: value)`.
    Cases {
        /// Tried in this order.
        branches: Vec<Branch>,
        /// The value where no condition holds.
        otherwise: Box<Expr>,
    },
    /// `sum k from a of term`: a series to infinity, `a` a non-negative integer.
    Series {
        /// The index, bound in `term`.
        variable: String,
        /// The first index.
        from: u64,
        /// The summand.
        term: Box<Expr>,
    },
    /// `sum k from a to b of term`: a finite sum, 0 if b is less than a.
    Sum {
        /// The index, bound in `term`.
        variable: String,
        /// The first index, a whole number.
        from: Box<Expr>,
        /// The last index, a whole number.
        to: Box<Expr>,
        /// The summand.
        term: Box<Expr>,
    },
    /// `measure stieltjes z -> S within [a, b] mass c`: the positive measure nu on `[a, b]` with
    /// `int nu(du)/(u - z) = S(z)` and total mass c. Only as the whole body of a definition.
    Measure {
        /// The argument z, bound in `transform`; complex off the real axis.
        variable: String,
        /// `S(z)`.
        transform: Box<Expr>,
        /// A finite interval that holds the support; it may be wider.
        support: Box<Interval>,
        /// The total mass c, a check on the transform.
        mass: Box<Expr>,
    },
    /// `linear r, a: r = ..., a = ...`: the numbers that solve as many equations, affine in them. Only as the whole body of the
    /// definition that stands for the system (see [`system_name`]).
    Linear {
        /// Names of the unknowns, each of which has a definition of its own with a [`Node::Unknown`].
        unknowns: Vec<String>,
        /// As many as unknowns.
        equations: Vec<Equation>,
        /// Of `solve`: where the unknowns are looked for. The equations of `linear`, which are affine, have none.
        search: Option<Box<Search>>,
    },
    /// Only as the whole body of a definition: the unknown number `index` of the system of that name.
    Unknown {
        /// The [`system_name`] of the definition that holds the system.
        system: String,
        /// Position among the system's unknowns, from 0.
        index: usize,
    },
    /// Only made by derivatives: `body` with `name` standing for `value`.
    Let {
        /// What `body` calls the value.
        name: String,
        /// Evaluated once, outside the binding.
        value: Box<Expr>,
        /// The formula that uses it.
        body: Box<Expr>,
    },
}

/// Where the unknowns of nonlinear equations are looked for: `solve m in (0, 1), q in (0, inf) from m = 0.5, q = 1: ...`.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// One for each unknown.
    pub intervals: Vec<Interval>,
    /// A value for each unknown to start from, or none at all.
    pub start: Vec<Expr>,
}

/// `left = right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// As written before `=`.
    pub left: Expr,
    /// As written behind `=`.
    pub right: Expr,
}

/// The operators between two formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a*b`, always written.
    Multiply,
    /// `a/b`
    Divide,
    /// `a^b`, grouped to the right.
    Power,
}

/// The variables of one integration and what they run over.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// One name, or two for a pair.
    pub variables: Vec<String>,
    /// What they run over; it may use variables of the bindings before it.
    pub law: Law,
}

/// What a bound variable runs over.
#[derive(Clone, Debug, PartialEq)]
pub enum Law {
    /// `g ~ normal`: standard Gaussian.
    Normal,
    /// `(u, v) ~ normal(c)`: standard Gaussian pair with correlation c.
    NormalPair(Box<Expr>),
    /// `x ~ mp(rho)`: the Marchenko-Pastur law of `W'W`, atom at 0 included.
    MarchenkoPastur(Box<Expr>),
    /// `b ~ spectrum`: limiting eigenvalues of B before normalisation.
    Spectrum,
    /// `t ~ covariance`: limiting eigenvalues of d Gamma (mean 1).
    Covariance,
    /// `(b, t) ~ spectra`: both jointly, paired as `pairing` says.
    Spectra,
    /// `p in [a, b]`: Lebesgue measure.
    Lebesgue(Box<Interval>),
    /// `x ~ gamma(shape, rate)` and other laws with parameters.
    Family(Family, Vec<Expr>),
    /// `u ~ nu` where `nu` is a measure the claim defines.
    Measure(String),
}

/// Ends may be infinite; an open end is not evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// The lower end: a number or `-inf`.
    pub low: Expr,
    /// Whether the lower end belongs to the interval (`[`).
    pub low_closed: bool,
    /// The upper end: a number or `inf`.
    pub high: Expr,
    /// Whether the upper end belongs to the interval (`]`).
    pub high_closed: bool,
}

/// One case of [`Node::Cases`]: the first whose condition holds gives the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// When it applies.
    pub condition: Condition,
    /// What the formula is then; not evaluated where the case is not chosen.
    pub value: Expr,
}

/// `a < b`, `a != 0`, `c and d`, `c or d`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Two numbers, compared; what counts as equal within error bounds is up to the evaluation.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `c and d`, binds tighter than `or`.
    And(Box<Condition>, Box<Condition>),
    /// `c or d`
    Or(Box<Condition>, Box<Condition>),
}

/// The signs between the two sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// `kappa = ...` or `psi(z) = ...`.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What the formulas below refer to it by; of a system of equations, its [`system_name`].
    pub name: String,
    /// Names of the arguments, in their order; empty for a number.
    pub arguments: Vec<String>,
    /// What it stands for, written in the names of its arguments.
    pub body: Expr,
    /// LaTeX of the name, if the file gives one.
    pub symbol: Option<String>,
    /// From the shared definitions file.
    pub shared: bool,
    /// The whole definition in the text, its name included; of an unknown of a system, the name among the unknowns.
    pub span: Span,
}

impl Expr {
    /// A node with its place.
    pub fn new(node: Node, span: Span) -> Expr {
        Expr { node, span }
    }

    /// An integer literal without a place in the text.
    pub fn integer(value: i64) -> Expr {
        Expr::new(Node::Number(RBig::from(value)), Span::default())
    }

    /// A reference to what is called `name`, without a place in the text.
    pub fn name(name: &str) -> Expr {
        Expr::new(Node::Name(name.to_string()), Span::default())
    }

    /// Calls `look` on this tree and on every tree inside it: laws, ends of intervals and conditions included.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        look(self);
        match &self.node {
            Node::Number(_) | Node::Infinity | Node::Name(_) | Node::Unknown { .. } => {}
            Node::Apply { arguments, .. } => arguments.iter().for_each(|argument| argument.visit(look)),
            Node::Negate(inner) => inner.visit(look),
            Node::Binary(_, left, right) => {
                left.visit(look);
                right.visit(look);
            }
            Node::Integral { body, bindings, .. } => {
                body.visit(look);
                bindings.iter().for_each(|binding| binding.law.visit(look));
            }
            Node::Root { interval, body, .. } => {
                interval.visit(look);
                body.visit(look);
            }
            Node::Cases { branches, otherwise } => {
                for branch in branches {
                    branch.condition.visit(look);
                    branch.value.visit(look);
                }
                otherwise.visit(look);
            }
            Node::Series { term, .. } => term.visit(look),
            Node::Sum { from, to, term, .. } => {
                from.visit(look);
                to.visit(look);
                term.visit(look);
            }
            Node::Measure { transform, support, mass, .. } => {
                transform.visit(look);
                support.visit(look);
                mass.visit(look);
            }
            Node::Linear { equations, search, .. } => {
                equations.iter().for_each(|equation| equation.visit(look));
                if let Some(search) = search {
                    search.visit(look);
                }
            }
            Node::Let { value, body, .. } => {
                value.visit(look);
                body.visit(look);
            }
        }
    }

    /// Calls `change` on every tree inside this one, and last on this one.
    pub fn rewrite(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        match &mut self.node {
            Node::Number(_) | Node::Infinity | Node::Name(_) | Node::Unknown { .. } => {}
            Node::Apply { arguments, .. } => arguments.iter_mut().for_each(|argument| argument.rewrite(change)),
            Node::Negate(inner) => inner.rewrite(change),
            Node::Binary(_, left, right) => {
                left.rewrite(change);
                right.rewrite(change);
            }
            Node::Integral { body, bindings, .. } => {
                body.rewrite(change);
                for binding in bindings {
                    match &mut binding.law {
                        Law::NormalPair(argument) | Law::MarchenkoPastur(argument) => argument.rewrite(change),
                        Law::Lebesgue(interval) => interval.rewrite(change),
                        Law::Family(_, parameters) => parameters.iter_mut().for_each(|p| p.rewrite(change)),
                        Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra | Law::Measure(_) => {}
                    }
                }
            }
            Node::Root { interval, body, .. } => {
                interval.rewrite(change);
                body.rewrite(change);
            }
            Node::Cases { branches, otherwise } => {
                for branch in branches {
                    branch.condition.rewrite(change);
                    branch.value.rewrite(change);
                }
                otherwise.rewrite(change);
            }
            Node::Series { term, .. } => term.rewrite(change),
            Node::Sum { from, to, term, .. } => {
                from.rewrite(change);
                to.rewrite(change);
                term.rewrite(change);
            }
            Node::Measure { transform, support, mass, .. } => {
                transform.rewrite(change);
                support.rewrite(change);
                mass.rewrite(change);
            }
            Node::Linear { equations, search, .. } => {
                if let Some(search) = search {
                    search.intervals.iter_mut().for_each(|interval| interval.rewrite(change));
                    search.start.iter_mut().for_each(|start| start.rewrite(change));
                }
                for equation in equations {
                    equation.left.rewrite(change);
                    equation.right.rewrite(change);
                }
            }
            Node::Let { value, body, .. } => {
                value.rewrite(change);
                body.rewrite(change);
            }
        }
        change(self);
    }

    /// What the outermost form refers to by name: parameters, definitions, measures, systems of equations, bound variables.
    pub fn names(&self) -> Vec<&str> {
        match &self.node {
            Node::Name(name) | Node::Apply { function: name, .. } | Node::Unknown { system: name, .. } => vec![name],
            Node::Integral { bindings, .. } => {
                let measures = bindings.iter().filter_map(|binding| match &binding.law {
                    Law::Measure(name) => Some(name.as_str()),
                    _ => None,
                });
                measures.collect()
            }
            _ => vec![],
        }
    }
}

/// The name of the definition that stands for the system with these unknowns: none that a file could give.
pub fn system_name(unknowns: &[String]) -> String {
    format!("linear {}", unknowns.join(", "))
}

impl Search {
    /// Calls `look` on every tree in the intervals and in the places to start from.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        self.intervals.iter().for_each(|interval| interval.visit(look));
        self.start.iter().for_each(|start| start.visit(look));
    }
}

impl Equation {
    /// Calls `look` on every tree in the two sides.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        self.left.visit(look);
        self.right.visit(look);
    }

    /// `left - right`.
    pub fn difference(&self) -> Expr {
        let span = Span { start: self.left.span.start, end: self.right.span.end };
        let sides = (Box::new(self.left.clone()), Box::new(self.right.clone()));
        Expr::new(Node::Binary(Binary::Subtract, sides.0, sides.1), span)
    }
}

impl Law {
    /// Calls `look` on every tree inside the law.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        match self {
            Law::NormalPair(argument) | Law::MarchenkoPastur(argument) => argument.visit(look),
            Law::Lebesgue(interval) => interval.visit(look),
            Law::Family(_, parameters) => parameters.iter().for_each(|parameter| parameter.visit(look)),
            Law::Normal | Law::Spectrum | Law::Covariance | Law::Spectra | Law::Measure(_) => {}
        }
    }
}

impl Interval {
    /// Calls `look` on every tree in the two ends.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        self.low.visit(look);
        self.high.visit(look);
    }

    fn rewrite(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        self.low.rewrite(change);
        self.high.rewrite(change);
    }
}

impl Condition {
    /// Calls `look` on every tree inside the condition.
    pub fn visit<'a>(&'a self, look: &mut dyn FnMut(&'a Expr)) {
        match self {
            Condition::Compare(_, left, right) => {
                left.visit(look);
                right.visit(look);
            }
            Condition::And(left, right) | Condition::Or(left, right) => {
                left.visit(look);
                right.visit(look);
            }
        }
    }

    fn rewrite(&mut self, change: &mut dyn FnMut(&mut Expr)) {
        match self {
            Condition::Compare(_, left, right) => {
                left.rewrite(change);
                right.rewrite(change);
            }
            Condition::And(left, right) | Condition::Or(left, right) => {
                left.rewrite(change);
                right.rewrite(change);
            }
        }
    }
}
