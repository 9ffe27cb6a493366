//! Exact algebra of formulas: equality as rational functions of opaque atoms (names, functions, integrals, roots, cases) over
//! the exact rationals.
//!
//! Sound, not complete: what is said to be equal is equal wherever both sides are defined; identities between different
//! atoms (`sin(x)^2 + cos(x)^2 = 1`) are not known. Definitions are names here.

use super::expression::{Binary, Comparison, Condition, Expr, Interval, Law, Node};
use dashu::integer::IBig;
use dashu::rational::RBig;
use std::collections::BTreeMap;

/// Products of coefficients after which the attempt is given up.
const MOST_PRODUCTS: usize = 1_000_000;

/// Highest whole exponent that is multiplied out.
const HIGHEST_POWER: i64 = 32;

/// Whether the two formulas are shown to be equal. Bound variables are compared by name; the body of a root counts up to a
/// constant factor. False also where the algebra gives up: at `inf` in a sum or product, at division by zero, after a
/// million products.
pub fn prove_equal(a: &Expr, b: &Expr) -> bool {
    let mut algebra = Algebra { atoms: Vec::new(), products: 0 };
    a == b || {
        let sides = algebra.normal(a).and_then(|a| Some((a, algebra.normal(b)?)));
        sides.and_then(|(a, b)| algebra.equal(&a, &b, false)) == Some(true)
    }
}

/// Atoms by number with their exponents, in increasing order.
type Monomial = Vec<(usize, u32)>;

/// No coefficient is zero.
type Polynomial = BTreeMap<Monomial, RBig>;

/// A quotient; below the line is never zero. Not reduced: equality is by cross-multiplication.
#[derive(Clone)]
struct Ratio {
    top: Polynomial,
    bottom: Polynomial,
}

/// What the algebra does not look into: the same atom if the words and all parts are.
struct Atom {
    words: String,
    parts: Vec<Part>,
}

struct Part {
    value: Ratio,
    /// Only its zeros count, so that a constant factor does not.
    up_to_factor: bool,
}

impl Part {
    fn exactly(value: Ratio) -> Part {
        Part { value, up_to_factor: false }
    }
}

struct Algebra {
    atoms: Vec<Atom>,
    products: usize,
}

fn constant(value: RBig) -> Polynomial {
    let mut polynomial = Polynomial::new();
    if !value.is_zero() {
        polynomial.insert(Vec::new(), value);
    }
    polynomial
}

fn whole(value: RBig) -> Ratio {
    Ratio { top: constant(value), bottom: constant(RBig::ONE) }
}

/// The value of a polynomial without atoms.
fn as_constant(polynomial: &Polynomial) -> Option<RBig> {
    match polynomial.len() {
        0 => Some(RBig::ZERO),
        1 => polynomial.get(&Vec::new()).cloned(),
        _ => None,
    }
}

fn sum(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let mut total = a.clone();
    for (monomial, coefficient) in b {
        let place = total.entry(monomial.clone()).or_insert(RBig::ZERO);
        *place += coefficient;
        if place.is_zero() {
            total.remove(monomial);
        }
    }
    total
}

fn negated(ratio: &Ratio) -> Ratio {
    let top = ratio.top.iter().map(|(monomial, c)| (monomial.clone(), -c.clone())).collect();
    Ratio { top, bottom: ratio.bottom.clone() }
}

fn monomial_product(a: &Monomial, b: &Monomial) -> Option<Monomial> {
    let mut exponents: BTreeMap<usize, u32> = a.iter().copied().collect();
    for (atom, exponent) in b {
        let place = exponents.entry(*atom).or_insert(0);
        *place = place.checked_add(*exponent)?;
    }
    Some(exponents.into_iter().collect())
}

impl Algebra {
    fn product(&mut self, a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
        self.products = self.products.saturating_add(a.len().saturating_mul(b.len()));
        if self.products > MOST_PRODUCTS {
            return None;
        }
        let mut product = Polynomial::new();
        for (left, x) in a {
            for (right, y) in b {
                let monomial = monomial_product(left, right)?;
                *product.entry(monomial).or_insert(RBig::ZERO) += x * y;
            }
        }
        product.retain(|_, coefficient| !coefficient.is_zero());
        Some(product)
    }

    fn add(&mut self, a: &Ratio, b: &Ratio) -> Option<Ratio> {
        if a.bottom == b.bottom {
            return Some(Ratio { top: sum(&a.top, &b.top), bottom: a.bottom.clone() });
        }
        let (left, right) = (self.product(&a.top, &b.bottom)?, self.product(&b.top, &a.bottom)?);
        Some(Ratio { top: sum(&left, &right), bottom: self.product(&a.bottom, &b.bottom)? })
    }

    fn multiply(&mut self, a: &Ratio, b: &Ratio) -> Option<Ratio> {
        Some(Ratio { top: self.product(&a.top, &b.top)?, bottom: self.product(&a.bottom, &b.bottom)? })
    }

    fn divide(&mut self, a: &Ratio, b: &Ratio) -> Option<Ratio> {
        if b.top.is_empty() {
            return None;
        }
        self.multiply(a, &Ratio { top: b.bottom.clone(), bottom: b.top.clone() })
    }

    fn power(&mut self, base: Ratio, exponent: Ratio) -> Option<Ratio> {
        let known = as_constant(&exponent.top).zip(as_constant(&exponent.bottom));
        let count = known.and_then(|(top, bottom)| i64::try_from(IBig::try_from(top / bottom).ok()?).ok());
        let Some(count) = count.filter(|count| count.abs() <= HIGHEST_POWER) else {
            return self.atom("^".to_string(), vec![Part::exactly(base), Part::exactly(exponent)]);
        };
        let mut power = whole(RBig::ONE);
        for _ in 0..count.abs() {
            power = self.multiply(&power, &base)?;
        }
        if count < 0 { self.divide(&whole(RBig::ONE), &power) } else { Some(power) }
    }

    /// None if it took too many products to tell.
    fn equal(&mut self, a: &Ratio, b: &Ratio, up_to_factor: bool) -> Option<bool> {
        let (left, right) = (self.product(&a.top, &b.bottom)?, self.product(&b.top, &a.bottom)?);
        if !up_to_factor {
            return Some(left == right);
        }
        let mut factor = None;
        let proportional = left.len() == right.len()
            && left.iter().zip(&right).all(|((m, x), (n, y))| {
                let ratio = x / y;
                m == n && *factor.get_or_insert_with(|| ratio.clone()) == ratio
            });
        Some(proportional)
    }

    /// The atom with these words and parts: a known one if it is equal.
    fn atom(&mut self, words: String, parts: Vec<Part>) -> Option<Ratio> {
        let mut known = None;
        for index in 0..self.atoms.len() {
            if self.atoms[index].words == words && self.same_parts(index, &parts)? {
                known = Some(index);
                break;
            }
        }
        let index = known.unwrap_or(self.atoms.len());
        if known.is_none() {
            self.atoms.push(Atom { words, parts });
        }
        let top = Polynomial::from([(vec![(index, 1)], RBig::ONE)]);
        Some(Ratio { top, bottom: constant(RBig::ONE) })
    }

    fn same_parts(&mut self, index: usize, parts: &[Part]) -> Option<bool> {
        let known = std::mem::take(&mut self.atoms[index].parts);
        let mut same = Some(known.len() == parts.len());
        for (a, b) in known.iter().zip(parts) {
            if same == Some(true) {
                same = self.equal(&a.value, &b.value, a.up_to_factor || b.up_to_factor);
            }
        }
        self.atoms[index].parts = known;
        same
    }

    fn parts<'e>(&mut self, trees: impl IntoIterator<Item = &'e Expr>) -> Option<Vec<Part>> {
        trees.into_iter().map(|tree| Some(Part::exactly(self.normal(tree)?))).collect()
    }

    fn normal(&mut self, expr: &Expr) -> Option<Ratio> {
        match &expr.node {
            Node::Number(value) => Some(whole(value.clone())),
            // Not a number: `inf - inf` is not 0.
            Node::Infinity => None,
            Node::Name(name) => self.atom(format!("name {name}"), Vec::new()),
            Node::Negate(inner) => Some(negated(&self.normal(inner)?)),
            Node::Binary(operation, left, right) => {
                let (a, b) = (self.normal(left)?, self.normal(right)?);
                match operation {
                    Binary::Add => self.add(&a, &b),
                    Binary::Subtract => self.add(&a, &negated(&b)),
                    Binary::Multiply => self.multiply(&a, &b),
                    Binary::Divide => self.divide(&a, &b),
                    Binary::Power => self.power(a, b),
                }
            }
            Node::Apply { function, primes, arguments } => {
                let parts = self.parts(arguments)?;
                self.atom(format!("function {function} {primes}"), parts)
            }
            Node::Integral { body, bindings, .. } => {
                let mut words = "integral".to_string();
                let mut parts = self.parts([&**body])?;
                for binding in bindings {
                    words += &format!(" {}", binding.variables.join(","));
                    words += &self.law(&binding.law, &mut parts)?;
                }
                self.atom(words, parts)
            }
            Node::Root { variable, interval, body } => {
                let mut parts = vec![Part { value: self.normal(body)?, up_to_factor: true }];
                let words = format!("root {variable}{}", self.interval(interval, &mut parts)?);
                self.atom(words, parts)
            }
            Node::Cases { branches, otherwise } => {
                let (mut words, mut parts) = ("cases".to_string(), Vec::new());
                for branch in branches {
                    words += &self.condition(&branch.condition, &mut parts)?;
                    parts.push(Part::exactly(self.normal(&branch.value)?));
                }
                parts.push(Part::exactly(self.normal(otherwise)?));
                self.atom(words, parts)
            }
            Node::Series { variable, from, term } => {
                let parts = self.parts([&**term])?;
                self.atom(format!("series {variable} {from}"), parts)
            }
            Node::Let { name, value, body } => {
                let parts = self.parts([&**value, &**body])?;
                self.atom(format!("let {name}"), parts)
            }
        }
    }

    fn law(&mut self, law: &Law, parts: &mut Vec<Part>) -> Option<String> {
        Some(match law {
            Law::Normal => " normal".to_string(),
            Law::Spectrum => " spectrum".to_string(),
            Law::Covariance => " covariance".to_string(),
            Law::Spectra => " spectra".to_string(),
            Law::Measure(name) => format!(" measure {name}"),
            Law::NormalPair(argument) => {
                parts.push(Part::exactly(self.normal(argument)?));
                " normal pair".to_string()
            }
            Law::MarchenkoPastur(argument) => {
                parts.push(Part::exactly(self.normal(argument)?));
                " mp".to_string()
            }
            Law::Lebesgue(interval) => self.interval(interval, parts)?,
        })
    }

    fn interval(&mut self, interval: &Interval, parts: &mut Vec<Part>) -> Option<String> {
        let mut words = format!(" {} {}", interval.low_closed, interval.high_closed);
        for end in [&interval.low, &interval.high] {
            match &end.node {
                Node::Infinity => words += " inf",
                Node::Negate(inner) if matches!(inner.node, Node::Infinity) => words += " -inf",
                _ => {
                    words += " end";
                    parts.push(Part::exactly(self.normal(end)?));
                }
            }
        }
        Some(words)
    }

    fn condition(&mut self, condition: &Condition, parts: &mut Vec<Part>) -> Option<String> {
        Some(match condition {
            Condition::Compare(comparison, left, right) => {
                parts.extend(self.parts([&**left, &**right])?);
                format!(" {}", sign(*comparison))
            }
            Condition::And(left, right) => {
                format!(" ({} and {})", self.condition(left, parts)?, self.condition(right, parts)?)
            }
            Condition::Or(left, right) => {
                format!(" ({} or {})", self.condition(left, parts)?, self.condition(right, parts)?)
            }
        })
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
    }
}
