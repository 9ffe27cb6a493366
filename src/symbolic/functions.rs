//! The functions of the language: their names, how many arguments they take, and which are short for a formula in others.

use super::expression::{Binary, Branch, Comparison, Condition, Expr, Node, Span};

/// Every function of the language and the number of its arguments. Such a word is taken only before an opening bracket.
const FUNCTIONS: [(&str, usize); 39] = [
    ("sqrt", 1),
    ("exp", 1),
    ("log", 1),
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
    ("sinh", 1),
    ("cosh", 1),
    ("tanh", 1),
    ("logistic", 1),
    ("softplus", 1),
    ("erf", 1),
    ("erfc", 1),
    ("normal_cdf", 1),
    ("normal_pdf", 1),
    ("gamma", 1),
    ("lgamma", 1),
    ("digamma", 1),
    ("binomial", 2),
    ("besselj", 2),
    ("besseli", 2),
    ("abs", 1),
    ("sign", 1),
    ("pos", 1),
    ("min", 2),
    ("max", 2),
    ("sigma", 1),
    ("lambda", 1),
    ("hermite", 1),
    (NOT_NEGATIVE, 1),
    (POSITIVE, 1),
    (PROBABILITY, 1),
];

/// The number itself, if it is not negative: what a standard deviation has to be. A name that no file can write, as the next ones.
pub const NOT_NEGATIVE: &str = "a law's number, not negative";
/// The number itself, if it is positive.
pub const POSITIVE: &str = "a law's number, positive";
/// The number itself, if it lies in `[0, 1]`.
pub const PROBABILITY: &str = "a law's number, a probability";
const INTERNAL: [&str; 3] = [NOT_NEGATIVE, POSITIVE, PROBABILITY];

/// How many arguments a function of the language takes; `None` for other names.
pub fn arity(name: &str) -> Option<usize> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, count)| *count)
}

/// The functions that a file can write.
pub fn function_names() -> impl Iterator<Item = &'static str> + Clone {
    FUNCTIONS.iter().map(|(name, _)| *name).filter(|name| !INTERNAL.contains(name))
}

/// What a function is short for, if it is; its places are those of the call.
pub fn expanded(function: &str, arguments: &[Expr], span: Span) -> Option<Expr> {
    let at = Build { span };
    let [x] = arguments else { return None };
    let x = x.clone();
    Some(match function {
        "log" => at.call("ln", x),
        "sinh" => at.shared(x, |x| {
            let difference = at.subtract(at.call("expm1", x.clone()), at.call("expm1", at.negate(x)));
            at.divide(difference, Expr::integer(2))
        }),
        "cosh" => at.shared(x, |x| {
            let sum = at.add(at.call("exp", x.clone()), at.call("exp", at.negate(x)));
            at.divide(sum, Expr::integer(2))
        }),
        "sign" => at.shared(x, |x| {
            let below = at.choose(Comparison::Less, x.clone(), Expr::integer(-1), Expr::integer(0));
            at.choose(Comparison::Greater, x, Expr::integer(1), below)
        }),
        "normal_cdf" => {
            let scaled = at.divide(at.negate(x), at.call("sqrt", Expr::integer(2)));
            at.divide(at.call("erfc", scaled), Expr::integer(2))
        }
        "normal_pdf" => {
            let square = at.power(x, Expr::integer(2));
            let bell = at.call("exp", at.negate(at.divide(square, Expr::integer(2))));
            at.divide(bell, at.call("sqrt", at.multiply(Expr::integer(2), at.name("pi"))))
        }
        _ => return None,
    })
}

/// Makes formulas that all have one place in the text.
pub(super) struct Build {
    pub(super) span: Span,
}

impl Build {
    pub(super) fn node(&self, node: Node) -> Expr {
        Expr::new(node, self.span)
    }

    pub(super) fn name(&self, name: &str) -> Expr {
        self.node(Node::Name(name.to_string()))
    }

    pub(super) fn call(&self, function: &str, x: Expr) -> Expr {
        self.node(Node::Apply { function: function.to_string(), primes: 0, arguments: vec![x] })
    }

    pub(super) fn negate(&self, x: Expr) -> Expr {
        self.node(Node::Negate(Box::new(x)))
    }

    pub(super) fn binary(&self, operator: Binary, a: Expr, b: Expr) -> Expr {
        self.node(Node::Binary(operator, Box::new(a), Box::new(b)))
    }

    pub(super) fn add(&self, a: Expr, b: Expr) -> Expr {
        self.binary(Binary::Add, a, b)
    }

    pub(super) fn subtract(&self, a: Expr, b: Expr) -> Expr {
        self.binary(Binary::Subtract, a, b)
    }

    pub(super) fn multiply(&self, a: Expr, b: Expr) -> Expr {
        self.binary(Binary::Multiply, a, b)
    }

    pub(super) fn divide(&self, a: Expr, b: Expr) -> Expr {
        self.binary(Binary::Divide, a, b)
    }

    pub(super) fn power(&self, a: Expr, b: Expr) -> Expr {
        self.binary(Binary::Power, a, b)
    }

    /// `cases(x op 0: yes; otherwise: no)`
    fn choose(&self, op: Comparison, x: Expr, yes: Expr, no: Expr) -> Expr {
        let condition = Condition::Compare(op, Box::new(x), Box::new(Expr::integer(0)));
        self.node(Node::Cases { branches: vec![Branch { condition, value: yes }], otherwise: Box::new(no) })
    }

    /// A formula in which x stands several times: it is computed once, unless it is a name or a number.
    fn shared(&self, x: Expr, body: impl Fn(Expr) -> Expr) -> Expr {
        if let Node::Name(_) | Node::Number(_) = x.node {
            return body(x);
        }
        self.with("the argument", x, body(self.name("the argument")))
    }

    /// `body` in which `name` stands for a value.
    pub(super) fn with(&self, name: &str, value: Expr, body: Expr) -> Expr {
        self.node(Node::Let { name: name.to_string(), value: Box::new(value), body: Box::new(body) })
    }
}
