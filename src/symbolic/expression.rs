//! The expression tree of a formula, as the parser makes it and as every later stage reads it.

use dashu::rational::RBig;

/// Byte range in the claim file's text, `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A formula: a node and where it stands in the text (derived trees keep the span of what they came from).
/// Equality ignores spans.
#[derive(Clone, Debug)]
pub struct Expr {
    pub node: Node,
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

/// What a formula can be made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A literal, kept exact: `2`, `0.05` is 1/20.
    Number(RBig),
    /// `inf`.
    Infinity,
    /// A parameter, a definition without arguments, a bound variable, or a constant (`pi`, `e` is not one: write `exp(1)`).
    Name(String),
    /// `f(x, y)`, `psi'(z)` (`primes` = 1), `sigma''(g)`, `lambda(2)`, `quantile(spectrum, p)`, `sqrt(x)`.
    Apply {
        function: String,
        primes: u32,
        arguments: Vec<Expr>,
    },
    Negate(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `E[body : x ~ law, (b, t) ~ spectra]`, or `Int[body : p in [0, 1-rho]]`. Bindings are independent of each other,
    /// a later one may use the variables of an earlier one in its law.
    Integral {
        /// True for `E[...]`, false for `Int[...]`; only the spelling differs.
        expectation: bool,
        body: Box<Expr>,
        bindings: Vec<Binding>,
    },
    /// `root p in (0, inf) of F`: the zero of `body` in the interval.
    Root {
        variable: String,
        interval: Box<Interval>,
        body: Box<Expr>,
    },
    /// `cases(cond: value; cond: value; otherwise: value)`.
    Cases {
        branches: Vec<Branch>,
        otherwise: Box<Expr>,
    },
    /// `sum k from a of term`: a series to infinity, `a` a non-negative integer.
    Series {
        variable: String,
        from: u64,
        term: Box<Expr>,
    },
    /// `measure stieltjes z -> S within [a, b] mass c`: the positive measure nu on `[a, b]` with
    /// `int nu(du)/(u - z) = S(z)` and total mass c. Only as the whole body of a definition.
    Measure {
        variable: String,
        transform: Box<Expr>,
        support: Box<Interval>,
        mass: Box<Expr>,
    },
    /// `linear r, a: r = ..., a = ...`: the numbers that solve as many equations, affine in them. Only as the whole body of the
    /// definition that stands for the system (see [`system_name`]).
    Linear {
        unknowns: Vec<String>,
        equations: Vec<Equation>,
    },
    /// Only as the whole body of a definition: the unknown number `index` of the system of that name.
    Unknown {
        system: String,
        index: usize,
    },
    /// Only made by derivatives: `body` with `name` standing for `value`.
    Let {
        name: String,
        value: Box<Expr>,
        body: Box<Expr>,
    },
}

/// `left = right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    pub left: Expr,
    pub right: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// The variables of one integration and what they run over.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// One name, or two for a pair.
    pub variables: Vec<String>,
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
    /// `u ~ nu` where `nu` is a measure the claim defines.
    Measure(String),
}

/// Ends may be infinite; an open end is not evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    pub low: Expr,
    pub low_closed: bool,
    pub high: Expr,
    pub high_closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    pub condition: Condition,
    pub value: Expr,
}

/// `a < b`, `a != 0`, `c and d`, `c or d`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Compare(Comparison, Box<Expr>, Box<Expr>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// `kappa = ...` or `psi(z) = ...`.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    pub name: String,
    pub arguments: Vec<String>,
    pub body: Expr,
    /// LaTeX of the name, if the file gives one.
    pub symbol: Option<String>,
    /// From the shared definitions file.
    pub shared: bool,
    pub span: Span,
}

impl Expr {
    pub fn new(node: Node, span: Span) -> Expr {
        Expr { node, span }
    }

    /// An integer literal without a place in the text.
    pub fn integer(value: i64) -> Expr {
        Expr::new(Node::Number(RBig::from(value)), Span::default())
    }

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
            Node::Measure { transform, support, mass, .. } => {
                transform.visit(look);
                support.visit(look);
                mass.visit(look);
            }
            Node::Linear { equations, .. } => equations.iter().for_each(|equation| equation.visit(look)),
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
            Node::Measure { transform, support, mass, .. } => {
                transform.rewrite(change);
                support.rewrite(change);
                mass.rewrite(change);
            }
            Node::Linear { equations, .. } => {
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
