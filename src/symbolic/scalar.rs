//! A formula in one variable, compiled to give its value and first two derivatives at a double (forward differentiation).
//!
//! Only for formulas made of functions (activations that a claim defines); no integrals, roots or laws.

use super::expression::{Binary, Branch, Comparison, Condition, Expr, Node, Span};
use std::f64::consts::PI;

/// A compiled formula.
#[derive(Clone, Debug)]
pub struct Scalar(Tree);

/// Why a formula cannot be compiled: a part of it that is not a function of the one variable.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{what} cannot stand here")]
pub struct NotScalar {
    pub span: Span,
    pub what: String,
}

#[derive(Clone, Debug)]
enum Tree {
    Constant(f64),
    Variable,
    Negate(Box<Tree>),
    Binary(Binary, Box<Tree>, Box<Tree>),
    Function(Function, Box<Tree>),
    Min(Box<Tree>, Box<Tree>),
    Max(Box<Tree>, Box<Tree>),
    Cases(Vec<(Test, Tree)>, Box<Tree>),
}

#[derive(Clone, Debug)]
enum Test {
    Compare(Comparison, Tree, Tree),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Sqrt,
    Exp,
    Ln,
    Log1p,
    Expm1,
    Exprel,
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
    Pos,
}

const FUNCTIONS: [(&str, Function); 17] = [
    ("sqrt", Function::Sqrt),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log1p", Function::Log1p),
    ("expm1", Function::Expm1),
    ("exprel", Function::Exprel),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("tan", Function::Tan),
    ("asin", Function::Asin),
    ("acos", Function::Acos),
    ("atan", Function::Atan),
    ("tanh", Function::Tanh),
    ("erf", Function::Erf),
    ("erfc", Function::Erfc),
    ("abs", Function::Abs),
    ("pos", Function::Pos),
];

/// Value, first and second derivative.
type Jet = [f64; 3];

impl Scalar {
    /// Compiles a formula whose only free name is `variable` (besides `pi`).
    pub fn compile(expr: &Expr, variable: &str) -> Result<Scalar, NotScalar> {
        tree(expr, variable).map(Scalar)
    }

    /// Value, first and second derivative at `t`; at a kink a one-sided or mean value.
    pub fn jet(&self, t: f64) -> [f64; 3] {
        self.0.jet(t)
    }
}

fn tree(expr: &Expr, variable: &str) -> Result<Tree, NotScalar> {
    let refuse = |what: String| Err(NotScalar { span: expr.span, what });
    let boxed = |inner: &Expr| tree(inner, variable).map(Box::new);
    Ok(match &expr.node {
        Node::Number(value) => Tree::Constant(value.to_f64().value()),
        Node::Name(name) if name == variable => Tree::Variable,
        Node::Name(name) if name == "pi" => Tree::Constant(PI),
        Node::Name(name) => return refuse(format!("`{name}`")),
        Node::Negate(inner) => Tree::Negate(boxed(inner)?),
        Node::Binary(operator, left, right) => Tree::Binary(*operator, boxed(left)?, boxed(right)?),
        Node::Apply { function, primes: 0, arguments } => match (function.as_str(), &arguments[..]) {
            ("min", [a, b]) => Tree::Min(boxed(a)?, boxed(b)?),
            ("max", [a, b]) => Tree::Max(boxed(a)?, boxed(b)?),
            (name, [argument]) => match FUNCTIONS.iter().find(|(known, _)| *known == name) {
                Some((_, function)) => Tree::Function(*function, boxed(argument)?),
                None => return refuse(format!("`{name}`")),
            },
            (name, _) => return refuse(format!("`{name}` with {} arguments", arguments.len())),
        },
        Node::Apply { function, .. } => return refuse(format!("a derivative of `{function}`")),
        Node::Cases { branches, otherwise } => {
            let branches: Result<Vec<(Test, Tree)>, NotScalar> = branches
                .iter()
                .map(|Branch { condition, value }| Ok((test(condition, variable)?, tree(value, variable)?)))
                .collect();
            Tree::Cases(branches?, boxed(otherwise)?)
        }
        Node::Infinity => return refuse("inf".to_string()),
        Node::Integral { .. } => return refuse("an integral".to_string()),
        Node::Root { .. } => return refuse("a root".to_string()),
        Node::Series { .. } => return refuse("a series".to_string()),
        Node::Measure { .. } => return refuse("a measure".to_string()),
        Node::Linear { .. } | Node::Unknown { .. } => return refuse("a linear system".to_string()),
        Node::Let { .. } => return refuse("a local name".to_string()),
    })
}

fn test(condition: &Condition, variable: &str) -> Result<Test, NotScalar> {
    Ok(match condition {
        Condition::Compare(comparison, left, right) => {
            Test::Compare(*comparison, tree(left, variable)?, tree(right, variable)?)
        }
        Condition::And(left, right) => Test::And(Box::new(test(left, variable)?), Box::new(test(right, variable)?)),
        Condition::Or(left, right) => Test::Or(Box::new(test(left, variable)?), Box::new(test(right, variable)?)),
    })
}

impl Test {
    fn holds(&self, t: f64) -> bool {
        match self {
            Test::Compare(comparison, left, right) => {
                let (left, right) = (left.jet(t)[0], right.jet(t)[0]);
                match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterEqual => left >= right,
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                }
            }
            Test::And(left, right) => left.holds(t) && right.holds(t),
            Test::Or(left, right) => left.holds(t) || right.holds(t),
        }
    }
}

impl Tree {
    fn jet(&self, t: f64) -> Jet {
        match self {
            Tree::Constant(value) => [*value, 0.0, 0.0],
            Tree::Variable => [t, 1.0, 0.0],
            Tree::Negate(inner) => inner.jet(t).map(|x| -x),
            Tree::Binary(Binary::Power, base, exponent) => power(base.jet(t), exponent, t),
            Tree::Binary(operator, left, right) => {
                let (a, b) = (left.jet(t), right.jet(t));
                match operator {
                    Binary::Add => [a[0] + b[0], a[1] + b[1], a[2] + b[2]],
                    Binary::Subtract => [a[0] - b[0], a[1] - b[1], a[2] - b[2]],
                    Binary::Divide => {
                        let value = a[0] / b[0];
                        let first = (a[1] - value * b[1]) / b[0];
                        [value, first, (a[2] - 2.0 * first * b[1] - value * b[2]) / b[0]]
                    }
                    _ => product(a, b),
                }
            }
            Tree::Function(function, argument) => {
                let x = argument.jet(t);
                chain(function.derivatives(x[0]), x)
            }
            Tree::Min(left, right) => {
                let (a, b) = (left.jet(t), right.jet(t));
                if a[0] <= b[0] { a } else { b }
            }
            Tree::Max(left, right) => {
                let (a, b) = (left.jet(t), right.jet(t));
                if a[0] >= b[0] { a } else { b }
            }
            Tree::Cases(branches, otherwise) => {
                let held = branches.iter().find(|(test, _)| test.holds(t)).map(|(_, value)| value);
                held.unwrap_or(otherwise).jet(t)
            }
        }
    }

    fn is_constant(&self) -> bool {
        match self {
            Tree::Constant(_) => true,
            Tree::Negate(inner) | Tree::Function(_, inner) => inner.is_constant(),
            Tree::Binary(_, left, right) | Tree::Min(left, right) | Tree::Max(left, right) => {
                left.is_constant() && right.is_constant()
            }
            Tree::Variable | Tree::Cases(..) => false,
        }
    }
}

fn product(a: Jet, b: Jet) -> Jet {
    [a[0] * b[0], a[1] * b[0] + a[0] * b[1], a[2] * b[0] + 2.0 * a[1] * b[1] + a[0] * b[2]]
}

/// `f(x)` from the derivatives of f at `x[0]`; a zero derivative of x counts even where f's is infinite.
fn chain(f: Jet, x: Jet) -> Jet {
    let times = |a: f64, b: f64| if b == 0.0 { 0.0 } else { a * b };
    [f[0], times(f[1], x[1]), times(f[2], x[1] * x[1]) + times(f[1], x[2])]
}

fn power(base: Jet, exponent: &Tree, t: f64) -> Jet {
    if !exponent.is_constant() {
        let log = chain(Function::Ln.derivatives(base[0]), base);
        let x = product(exponent.jet(t), log);
        return chain(Function::Exp.derivatives(x[0]), x);
    }
    let p = exponent.jet(t)[0];
    let whole = p == p.trunc() && p.abs() <= 1000.0;
    // A vanishing coefficient ends the derivatives even where 0 to a negative power would be infinite.
    let term = |coefficient: f64, p: f64| match (coefficient == 0.0, whole) {
        (true, _) => 0.0,
        (_, true) => coefficient * base[0].powi(p as i32),
        _ => coefficient * base[0].powf(p),
    };
    chain([term(1.0, p), term(p, p - 1.0), term(p * (p - 1.0), p - 2.0)], base)
}

impl Function {
    fn derivatives(self, x: f64) -> Jet {
        match self {
            Function::Sqrt => [x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())],
            Function::Exp => [x.exp(); 3],
            Function::Ln => [x.ln(), 1.0 / x, -1.0 / (x * x)],
            Function::Log1p => {
                let inverse = 1.0 / (1.0 + x);
                [x.ln_1p(), inverse, -inverse * inverse]
            }
            Function::Expm1 => [x.exp_m1(), x.exp(), x.exp()],
            Function::Exprel => exprel(x),
            Function::Sin => [x.sin(), x.cos(), -x.sin()],
            Function::Cos => [x.cos(), -x.sin(), -x.cos()],
            Function::Tan => {
                let tan = x.tan();
                let first = 1.0 + tan * tan;
                [tan, first, 2.0 * tan * first]
            }
            Function::Asin => {
                let root = ((1.0 - x) * (1.0 + x)).sqrt();
                [x.asin(), 1.0 / root, x / (root * root * root)]
            }
            Function::Acos => {
                let [_, first, second] = Function::Asin.derivatives(x);
                [x.acos(), -first, -second]
            }
            Function::Atan => {
                let inverse = 1.0 / (1.0 + x * x);
                [x.atan(), inverse, -2.0 * x * inverse * inverse]
            }
            Function::Tanh => {
                // 1 - tanh^2 without cancellation, and without overflow far out.
                let e = (-2.0 * x.abs()).exp();
                let first = 4.0 * e / ((1.0 + e) * (1.0 + e));
                [x.tanh(), first, -2.0 * x.tanh() * first]
            }
            Function::Erf => {
                let first = 2.0 / PI.sqrt() * (-x * x).exp();
                [libm::erf(x), first, times_or_zero(-2.0 * x, first)]
            }
            Function::Erfc => {
                let [_, first, second] = Function::Erf.derivatives(x);
                [libm::erfc(x), -first, -second]
            }
            Function::Abs => [x.abs(), if x == 0.0 { 0.0 } else { x.signum() }, 0.0],
            Function::Pos if x > 0.0 => [x, 1.0, 0.0],
            Function::Pos => [0.0, if x == 0.0 { 0.5 } else { 0.0 }, 0.0],
        }
    }
}

fn times_or_zero(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a * b }
}

/// `(e^x - 1)/x` and its derivatives: by its power series near 0, where the quotient cancels.
fn exprel(x: f64) -> Jet {
    if x.abs() >= 1.0 {
        let value = x.exp_m1() / x;
        let first = (x.exp() - value) / x;
        return [value, first, (x.exp() - 2.0 * first) / x];
    }
    let (mut jet, mut power, mut factorial) = ([0.0; 3], 1.0, 1.0);
    for n in 0..25 {
        // x^n / (n+1)!, and the coefficients of its derivatives shifted to the same power.
        let n = f64::from(n);
        factorial *= n + 1.0;
        let term: f64 = power / factorial;
        jet[0] += term;
        jet[1] += term * (n + 1.0) / (n + 2.0);
        jet[2] += term * (n + 1.0) / (n + 3.0);
        power *= x;
    }
    jet
}

#[cfg(test)]
mod tests;
