//! Expectations over laws with parameters, as the integrals, sums and series that they are.

use super::expression::{Binding, Branch, Comparison, Condition, Expr, Interval, Law, Node, Span};
use super::family::Family;
use super::functions::{Build, NOT_NEGATIVE, POSITIVE, PROBABILITY};
use dashu_ratio::RBig;

/// `E[body : variable ~ family(parameters)]` as an integral, a sum or a series; all places are `span`.
pub fn expectation(family: Family, parameters: &[Expr], variable: &str, body: Expr, span: Span) -> Expr {
    let at = Law1 { build: Build { span }, variable };
    let b = &at.build;
    let x = || b.name(variable);
    let integer = Expr::integer;
    let half = || b.node(Node::Number(RBig::from_parts(1.into(), 2u8.into())));
    let positive = |e: &Expr| b.call(POSITIVE, e.clone());
    match (family, parameters) {
        (Family::Normal, [mean, sd]) => {
            if *mean == integer(0) && *sd == integer(1) {
                return at.integral(true, body, Law::Normal, variable);
            }
            let standard = format!("standard {variable}");
            let value = b.multiply(b.call(NOT_NEGATIVE, sd.clone()), b.name(&standard));
            let value = if *mean == integer(0) { value } else { b.add(mean.clone(), value) };
            at.integral(true, b.with(variable, value, body), Law::Normal, &standard)
        }
        (Family::Uniform, [low, high]) => {
            let length = positive(&b.subtract(high.clone(), low.clone()));
            at.weighed(b.divide(integer(1), length), body, at.between((low.clone(), true), (high.clone(), true)))
        }
        (Family::Exponential, [rate]) => {
            let bell = b.call("exp", b.negate(b.multiply(rate.clone(), x())));
            let weight = b.multiply(positive(rate), bell);
            at.weighed(weight, body, at.half_line(true))
        }
        (Family::Gamma, [shape, rate]) => at.gamma(shape, rate, body),
        (Family::ChiSquared, [k]) => {
            let shape = match &k.node {
                Node::Number(k) => b.node(Node::Number(k / RBig::from(2))),
                _ => b.divide(k.clone(), integer(2)),
            };
            at.gamma(&shape, &half(), body)
        }
        (Family::Beta, [one, other]) => {
            let power = |base: Expr, e: &Expr| b.power(base, b.subtract(e.clone(), integer(1)));
            let lgamma = |e: Expr| b.call("lgamma", e);
            let both = lgamma(b.add(positive(one), positive(other)));
            let logarithm = b.subtract(b.subtract(both, lgamma(one.clone())), lgamma(other.clone()));
            let sides = b.multiply(power(x(), one), power(b.subtract(integer(1), x()), other));
            at.weighed(
                b.multiply(b.call("exp", logarithm), sides),
                body,
                at.between((integer(0), false), (integer(1), false)),
            )
        }
        (Family::Student, [k]) => {
            let more = b.divide(b.add(positive(k), integer(1)), integer(2));
            let lgamma = |e: Expr| b.call("lgamma", e);
            let logarithm = b.subtract(lgamma(more.clone()), lgamma(b.divide(k.clone(), integer(2))));
            let scale = b.call("sqrt", b.multiply(k.clone(), b.name("pi")));
            let constant = b.divide(b.call("exp", logarithm), scale);
            let inside = b.add(integer(1), b.divide(b.power(x(), integer(2)), k.clone()));
            let weight = b.multiply(constant, b.power(inside, b.negate(more)));
            let low = b.negate(b.node(Node::Infinity));
            at.weighed(weight, body, at.between((low, false), (b.node(Node::Infinity), false)))
        }
        (Family::Rademacher, []) => {
            let sum = b.add(at.at(integer(1), &body), at.at(integer(-1), &body));
            b.divide(sum, integer(2))
        }
        (Family::Bernoulli, [p]) => {
            let p = b.call(PROBABILITY, p.clone());
            let failure = b.multiply(b.subtract(integer(1), p.clone()), at.at(integer(0), &body));
            b.add(b.multiply(p, at.at(integer(1), &body)), failure)
        }
        (Family::Poisson, [rate]) => {
            let factorial = b.call("lgamma", b.add(x(), integer(1)));
            let logarithm = b.subtract(b.multiply(x(), b.call("ln", positive(rate))), rate.clone());
            let weight = b.call("exp", b.subtract(logarithm, factorial));
            let term = Box::new(b.multiply(weight, body));
            b.node(Node::Series { variable: variable.to_string(), from: 0, term })
        }
        (Family::Semicircle, [radius]) => {
            // x = radius sin t has the density 2/pi cos^2 t, without the singular ends of the law itself.
            let angle = format!("angle of {variable}");
            let value = b.multiply(positive(radius), b.call("sin", b.name(&angle)));
            let square = b.power(b.call("cos", b.name(&angle)), integer(2));
            let weight = b.multiply(b.divide(integer(2), b.name("pi")), square);
            let quarter = b.divide(b.name("pi"), integer(2));
            let ends = at.between((b.negate(quarter.clone()), true), (quarter, true));
            at.integral(false, b.multiply(weight, b.with(variable, value, body)), ends, &angle)
        }
        // The parser gives each family its number of parameters.
        _ => body,
    }
}

/// Builds an expectation over one variable.
struct Law1<'a> {
    build: Build,
    variable: &'a str,
}

impl Law1<'_> {
    fn integral(&self, expectation: bool, body: Expr, law: Law, variable: &str) -> Expr {
        let bindings = vec![Binding { variables: vec![variable.to_string()], law }];
        self.build.node(Node::Integral { expectation, body: Box::new(body), bindings })
    }

    fn weighed(&self, weight: Expr, body: Expr, law: Law) -> Expr {
        self.integral(false, self.build.multiply(weight, body), law, self.variable)
    }

    fn between(&self, (low, low_closed): (Expr, bool), (high, high_closed): (Expr, bool)) -> Law {
        Law::Lebesgue(Box::new(Interval { low, low_closed, high, high_closed }))
    }

    fn half_line(&self, closed: bool) -> Law {
        self.between((Expr::integer(0), closed), (self.build.node(Node::Infinity), false))
    }

    /// `body` where the variable has this value.
    fn at(&self, value: Expr, body: &Expr) -> Expr {
        self.build.with(self.variable, value, body.clone())
    }

    /// Density `rate^shape x^(shape - 1) e^(-rate x)/Gamma(shape)`; its constant by logarithms, so that large shapes do not overflow.
    ///
    /// For shapes above 1 its factors are `t = rate x/shape`, which is about 1, in `(t e^(1 - t))^(shape - 1)`, which is at most 1, and `e^-t`.
    fn gamma(&self, shape: &Expr, rate: &Expr, body: Expr) -> Expr {
        let b = &self.build;
        let x = || b.name(self.variable);
        let one = || Expr::integer(1);
        let positive = |e: &Expr| b.call(POSITIVE, e.clone());
        let ln = |e: Expr| b.call("ln", e);
        let exp = |e: Expr| b.call("exp", e);
        let lgamma = b.call("lgamma", positive(shape));
        let less = b.subtract(shape.clone(), one());
        let plain = {
            let logarithm = b.subtract(b.multiply(shape.clone(), ln(positive(rate))), lgamma.clone());
            let bell = exp(b.negate(b.multiply(rate.clone(), x())));
            b.multiply(exp(logarithm), b.multiply(b.power(x(), less.clone()), bell))
        };
        let scaled = {
            let constant = b.multiply(less.clone(), b.subtract(ln(shape.clone()), one()));
            let logarithm = b.subtract(b.add(ln(positive(rate)), constant), lgamma);
            let t = b.divide(b.multiply(rate.clone(), x()), shape.clone());
            let below_one = b.multiply(t.clone(), exp(b.subtract(one(), t.clone())));
            b.multiply(exp(logarithm), b.multiply(b.power(below_one, less), exp(b.negate(t))))
        };
        let weight = match &shape.node {
            Node::Number(shape) if *shape <= RBig::ONE => plain,
            Node::Number(_) => scaled,
            _ => {
                let large = Condition::Compare(Comparison::Greater, Box::new(shape.clone()), Box::new(one()));
                let branches = vec![Branch { condition: large, value: scaled }];
                b.node(Node::Cases { branches, otherwise: Box::new(plain) })
            }
        };
        self.weighed(weight, body, self.half_line(false))
    }
}
