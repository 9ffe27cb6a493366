//! Jets: a value with its first two derivatives along one variable, in plain doubles (forward differentiation).

use super::{Refusal, Single};
use crate::formula::elementary::{Elementary, Pair};
use crate::num::Estimate;
use crate::num::sets::{Kind, Signs};
use crate::num::special::Bessel;
use crate::symbolic::Binary;
use std::f64::consts::PI;

/// Value, first and second derivative. At a kink a derivative is a one-sided or a mean value. What is undefined is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jet(pub [f64; 3]);

impl Jet {
    /// The variable itself, at `t`.
    pub fn variable(t: f64) -> Jet {
        Jet([t, 1.0, 0.0])
    }
}

impl Single for Jet {
    const ZERO: Jet = Jet([0.0; 3]);

    fn constant(x: Estimate) -> Result<Jet, Refusal> {
        Ok(Jet([x.value, 0.0, 0.0]))
    }

    fn negated(self) -> Result<Jet, Refusal> {
        Ok(Jet(self.0.map(|x| -x)))
    }

    fn arithmetic(self, operator: Binary, other: Jet) -> Result<Jet, Refusal> {
        let (a, b) = (self.0, other.0);
        Ok(match operator {
            Binary::Add => Jet([a[0] + b[0], a[1] + b[1], a[2] + b[2]]),
            Binary::Subtract => Jet([a[0] - b[0], a[1] - b[1], a[2] - b[2]]),
            Binary::Multiply => product(self, other),
            Binary::Divide => {
                let value = a[0] / b[0];
                let first = (a[1] - value * b[1]) / b[0];
                Jet([value, first, (a[2] - 2.0 * first * b[1] - value * b[2]) / b[0]])
            }
            Binary::Power if b[1] == 0.0 && b[2] == 0.0 => constant_power(self, b[0]),
            Binary::Power => {
                let x = product(other, chain(derivatives(Elementary::Ln, a[0]), self));
                chain(derivatives(Elementary::Exp, x.0[0]), x)
            }
        })
    }

    fn whole_power(self, exponent: i32) -> Result<Jet, Refusal> {
        Ok(constant_power(self, f64::from(exponent)))
    }

    fn elementary(self, function: Elementary, _: &mut Signs) -> Result<Jet, Refusal> {
        Ok(chain(derivatives(function, self.0[0]), self))
    }

    /// Only the second argument may vary.
    fn pair(self, function: Pair, other: Jet) -> Result<Jet, Refusal> {
        let [order, x] = [self.0[0], other.0[0]];
        let varies = |jet: Jet| jet.0[1] != 0.0 || jet.0[2] != 0.0;
        let kind = match function {
            Pair::Binomial if !varies(self) && !varies(other) => {
                let value = Estimate::exact(order).binomial(Estimate::exact(x)).map_or(f64::NAN, |value| value.value);
                return Ok(Jet([value, 0.0, 0.0]));
            }
            Pair::Binomial => return Err(Refusal::NotAnalytic),
            Pair::BesselJ => Bessel::J,
            Pair::BesselI => Bessel::I,
        };
        if varies(self) {
            return Err(Refusal::NotAnalytic);
        }
        let at = |step: f64| kind.at(Estimate::exact(order + step), Estimate::exact(x)).map_or(f64::NAN, |y| y.value);
        let sign = if kind == Bessel::J { -1.0 } else { 1.0 };
        let first = 0.5 * (at(-1.0) + sign * at(1.0));
        let second = 0.25 * (at(-2.0) + 2.0 * sign * at(0.0) + at(2.0));
        Ok(chain([at(0.0), first, second], other))
    }

    fn least(self, other: Jet, _: &mut Signs) -> Result<Jet, Refusal> {
        Ok(if self.0[0] <= other.0[0] { self } else { other })
    }

    fn greatest(self, other: Jet, _: &mut Signs) -> Result<Jet, Refusal> {
        Ok(if self.0[0] >= other.0[0] { self } else { other })
    }

    fn real(self) -> Option<Estimate> {
        Some(Estimate::exact(self.0[0]))
    }

    fn shown(self) -> String {
        super::ball::short(self.0[0])
    }
}

fn product(Jet(a): Jet, Jet(b): Jet) -> Jet {
    Jet([a[0] * b[0], a[1] * b[0] + a[0] * b[1], a[2] * b[0] + 2.0 * a[1] * b[1] + a[0] * b[2]])
}

fn times_or_zero(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a * b }
}

/// `f(x)` from the derivatives of f at x. A zero derivative of x counts even where that of f is infinite.
fn chain(f: [f64; 3], Jet(x): Jet) -> Jet {
    Jet([f[0], times_or_zero(f[1], x[1]), times_or_zero(f[2], x[1] * x[1]) + times_or_zero(f[1], x[2])])
}

fn constant_power(base: Jet, p: f64) -> Jet {
    let whole = p == p.trunc() && p.abs() <= 4096.0;
    let x = base.0[0];
    // If the coefficient is 0, so is the derivative, even where 0 to a negative power would be infinite.
    let term = |coefficient: f64, p: f64| match (coefficient == 0.0, whole) {
        (true, _) => 0.0,
        (_, true) => coefficient * x.powi(p as i32),
        _ => coefficient * x.powf(p),
    };
    chain([term(1.0, p), term(p, p - 1.0), term(p * (p - 1.0), p - 2.0)], base)
}

/// The function and its first two derivatives at x.
fn derivatives(function: Elementary, x: f64) -> [f64; 3] {
    match function {
        Elementary::Sqrt => [x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt())],
        Elementary::Exp => [x.exp(); 3],
        Elementary::Ln => [x.ln(), 1.0 / x, -1.0 / (x * x)],
        Elementary::Log1p => {
            let inverse = 1.0 / (1.0 + x);
            [x.ln_1p(), inverse, -inverse * inverse]
        }
        Elementary::Expm1 => [x.exp_m1(), x.exp(), x.exp()],
        Elementary::Exprel(order) => [0, 1, 2].map(|more| Estimate::exact(x).exprel(order + more).value),
        Elementary::Sin => [x.sin(), x.cos(), -x.sin()],
        Elementary::Cos => [x.cos(), -x.sin(), -x.cos()],
        Elementary::Tan => {
            let tan = x.tan();
            let first = 1.0 + tan * tan;
            [tan, first, 2.0 * tan * first]
        }
        Elementary::Asin => {
            let root = ((1.0 - x) * (1.0 + x)).sqrt();
            [x.asin(), 1.0 / root, x / (root * root * root)]
        }
        Elementary::Acos => {
            let [_, first, second] = derivatives(Elementary::Asin, x);
            [x.acos(), -first, -second]
        }
        Elementary::Atan => {
            let inverse = 1.0 / (1.0 + x * x);
            [x.atan(), inverse, -2.0 * x * inverse * inverse]
        }
        Elementary::Tanh => {
            // 1 - tanh^2 without cancellation, and without overflow far out.
            let e = (-2.0 * x.abs()).exp();
            let first = 4.0 * e / ((1.0 + e) * (1.0 + e));
            [x.tanh(), first, -2.0 * x.tanh() * first]
        }
        Elementary::Erf => {
            let first = 2.0 / PI.sqrt() * (-x * x).exp();
            [libm::erf(x), first, times_or_zero(-2.0 * x, first)]
        }
        Elementary::Erfc => {
            let [_, first, second] = derivatives(Elementary::Erf, x);
            [libm::erfc(x), -first, -second]
        }
        Elementary::Logistic => {
            let value = |x: f64| Kind::logistic(Estimate::exact(x)).map_or(f64::NAN, |y| y.value);
            let (up, down) = (value(x), value(-x));
            [up, up * down, up * down * (down - up)]
        }
        Elementary::Softplus => {
            let [up, slope, _] = derivatives(Elementary::Logistic, x);
            [x.max(0.0) + (-x.abs()).exp().ln_1p(), up, slope]
        }
        Elementary::Gamma => {
            let [value, psi, slope] =
                [Estimate::exact(x).gamma(), Estimate::exact(x).polygamma(0), Estimate::exact(x).polygamma(1)]
                    .map(|y| y.map_or(f64::NAN, |y| y.value));
            [value, value * psi, value * (psi * psi + slope)]
        }
        Elementary::LogGamma => {
            let at = Estimate::exact(x);
            [at.log_abs_gamma(), at.polygamma(0), at.polygamma(1)].map(|y| y.map_or(f64::NAN, |y| y.value))
        }
        Elementary::Digamma(order) => {
            [0, 1, 2].map(|more| Estimate::exact(x).polygamma(order + more).map_or(f64::NAN, |y| y.value))
        }
        Elementary::Admitted(range) if range.admits(x, x) => [x, 1.0, 0.0],
        Elementary::Admitted(_) => [f64::NAN; 3],
        Elementary::Abs => [x.abs(), if x == 0.0 { 0.0 } else { x.signum() }, 0.0],
        Elementary::PositivePart if x > 0.0 => [x, 1.0, 0.0],
        Elementary::PositivePart => [0.0, if x == 0.0 { 0.5 } else { 0.0 }, 0.0],
    }
}
