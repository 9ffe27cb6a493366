//! Gaussian moments of activations in closed form.
//!
//! Derivations: Stein's identity `E[G h(G)] = E[h'(G)]`, hence `lambda(k) = E[s^(j)(G) He_(k-j)(G)]`; and with phi the
//! normal density, `phi(g)^2` is `1/(2 sqrt pi)` times the density of variance 1/2, times one more phi of variance 1/3.
//! Tests compare every form with quadrature.

use crate::model::Activation;
use crate::symbolic::Exact;
use dashu_int::UBig;
use dashu_ratio::RBig;

/// `E[s(G) He_k(G)]`, where a closed form is known. It is also known where parity alone makes the value 0, or 1/2.
pub fn hermite_coefficient(activation: &Activation, k: u32) -> Option<Exact> {
    if let Some(coefficients) = polynomial(activation) {
        return Some(Exact::rational(polynomial_coefficient(&coefficients, k)));
    }
    if let Activation::Hermite(degree) = activation {
        return Some(if k == *degree { Exact::rational(factorial(k)) } else { Exact::zero() });
    }
    let even = k.is_multiple_of(2);
    let known = match activation {
        Activation::Relu => relu(k),
        Activation::Abs if even => relu(k).scaled(&RBig::from(2)),
        Activation::Erf if !even => {
            // s' = 2 phi
            mean_density_hermite(k - 1).scaled(&RBig::from(2))
        }
        Activation::Gelu => gelu(k),
        Activation::Sin if !even => Exact::exp_of(ratio(-1, 2)).scaled(&alternating((k - 1) / 2)),
        Activation::Cos if even => Exact::exp_of(ratio(-1, 2)).scaled(&alternating(k / 2)),
        Activation::Exp => Exact::exp_of(ratio(1, 2)),
        Activation::Step if k == 0 => rational(1, 2),
        Activation::Step if !even => delta_hermite(k - 1),
        Activation::Sign if !even => delta_hermite(k - 1).scaled(&RBig::from(2)),
        Activation::Abs | Activation::Erf | Activation::Sin | Activation::Cos | Activation::Step | Activation::Sign => {
            Exact::zero()
        }
        // Tanh is odd, the sigmoid minus 1/2 is odd, and the others are t/2 plus an even function.
        Activation::Tanh if even => Exact::zero(),
        Activation::Sigmoid if k == 0 => rational(1, 2),
        Activation::Sigmoid if even => Exact::zero(),
        Activation::Softplus | Activation::Silu if k == 1 => rational(1, 2),
        Activation::Softplus | Activation::Silu if !even => Exact::zero(),
        _ => return None,
    };
    Some(known)
}

/// `E[s^(i)(G) s^(j)(G)]` for `i <= j <= 2`, where it is finite and a closed form is known.
pub fn second_moment(activation: &Activation, i: u32, j: u32) -> Option<Exact> {
    if let Some(coefficients) = polynomial(activation) {
        let (a, b) = (derivative(&coefficients, i), derivative(&coefficients, j));
        return Some(Exact::rational(polynomial_product(&a, &b)));
    }
    if let Activation::Hermite(degree) = activation {
        return Some(if i == j { Exact::rational(hermite_energy(*degree, i)) } else { Exact::zero() });
    }
    let over_pi_root_three = |p, q| &rational(p, q) * &(&Exact::sqrt_of_integer(3) * &Exact::pi_power(-2));
    let over_root_pi = |p, q| &rational(p, q) * &Exact::pi_power(-1);
    let known = match (activation, i, j) {
        (Activation::Relu, 0, 0) | (Activation::Relu, 1, 1) => rational(1, 2),
        (Activation::Relu, 0, 1) => density_at_zero(),
        // s s'' is relu times a point mass at 0; s' s'' is the derivative of s'^2 / 2.
        (Activation::Relu, 0, 2) => Exact::zero(),
        (Activation::Relu, 1, 2) => density_at_zero().scaled(&ratio(1, 2)),
        (Activation::Abs, 0, 0) | (Activation::Abs, 1, 1) => Exact::integer(1),
        (Activation::Abs, _, _) if i != j => Exact::zero(),
        (Activation::Erf, 0, 0) => rational(1, 3),
        (Activation::Erf, 1, 1) => over_pi_root_three(2, 3),
        (Activation::Erf, 2, 2) => over_pi_root_three(2, 9),
        (Activation::Erf, 0, 2) => over_pi_root_three(-1, 3),
        (Activation::Erf, _, _) => Exact::zero(),
        (Activation::Gelu, 0, 0) => rational(1, 3) + over_pi_root_three(1, 6),
        (Activation::Gelu, 1, 1) => rational(1, 3) + over_pi_root_three(2, 9),
        (Activation::Gelu, 2, 2) => over_pi_root_three(1, 2),
        (Activation::Gelu, 0, 1) => over_root_pi(5, 8),
        (Activation::Gelu, 0, 2) => over_pi_root_three(1, 18),
        (Activation::Gelu, 1, 2) => over_root_pi(3, 8),
        (Activation::Sin, 0, 0) | (Activation::Sin, 2, 2) | (Activation::Cos, 1, 1) => mean_square_wave(-1),
        (Activation::Cos, 0, 0) | (Activation::Cos, 2, 2) | (Activation::Sin, 1, 1) => mean_square_wave(1),
        (Activation::Sin, 0, 2) => -mean_square_wave(-1),
        (Activation::Cos, 0, 2) => -mean_square_wave(1),
        (Activation::Sin | Activation::Cos, _, _) => Exact::zero(),
        (Activation::Exp, _, _) => Exact::exp_of(RBig::from(2)),
        (Activation::Step, 0, 0) => rational(1, 2),
        (Activation::Step, 0, 1) => density_at_zero().scaled(&ratio(1, 2)),
        (Activation::Sign, 0, 0) => Exact::integer(1),
        (Activation::Sign, 0, 1) => Exact::zero(),
        (Activation::Tanh, 0, 1) | (Activation::Tanh, 1, 2) => Exact::zero(),
        _ => return None,
    };
    Some(known)
}

fn ratio(numerator: i64, denominator: u64) -> RBig {
    RBig::from_parts(numerator.into(), UBig::from(denominator))
}

fn rational(numerator: i64, denominator: u64) -> Exact {
    Exact::rational(ratio(numerator, denominator))
}

/// `(-1)^n`
fn alternating(n: u32) -> RBig {
    if n.is_multiple_of(2) { RBig::ONE } else { RBig::from(-1) }
}

/// `phi(0) = 1/sqrt(2 pi)`
fn density_at_zero() -> Exact {
    (&Exact::sqrt_of_integer(2) * &Exact::pi_power(-1)).scaled(&ratio(1, 2))
}

/// `n!! = n (n-2) (n-4) ...`, 1 for n below 2.
fn double_factorial(n: i64) -> RBig {
    let mut product = UBig::ONE;
    let mut factor = n;
    while factor > 1 {
        product *= factor.unsigned_abs();
        factor -= 2;
    }
    RBig::from(product)
}

pub(super) fn factorial(n: u32) -> RBig {
    RBig::from((2..=u64::from(n)).fold(UBig::ONE, |product, factor| product * factor))
}

/// `E[phi(G) He_n(G)] = (-1/2)^(n/2) (n-1)!! / (2 sqrt pi)` for even n, 0 for odd n.
fn mean_density_hermite(n: u32) -> Exact {
    if !n.is_multiple_of(2) {
        return Exact::zero();
    }
    let powers = RBig::from(UBig::ONE << (n as usize / 2 + 1));
    Exact::pi_power(-1).scaled(&(alternating(n / 2) * double_factorial(i64::from(n) - 1) / powers))
}

/// `E[delta(G) He_n(G)] = phi(0) He_n(0)`.
fn delta_hermite(n: u32) -> Exact {
    if !n.is_multiple_of(2) {
        return Exact::zero();
    }
    density_at_zero().scaled(&(alternating(n / 2) * double_factorial(i64::from(n) - 1)))
}

/// `lambda(1) = 1/2`, `lambda(2j) = (-1)^(j+1) (2j-3)!! phi(0)`.
fn relu(k: u32) -> Exact {
    match k {
        0 => density_at_zero(),
        1 => rational(1, 2),
        _ => delta_hermite(k - 2),
    }
}

/// From `s'' = (2 - t^2) phi` and `t^2 He_n = He_(n+2) + (2n+1) He_n + n(n-1) He_(n-2)`.
fn gelu(k: u32) -> Exact {
    match k {
        0 => mean_density_hermite(0),
        1 => rational(1, 2),
        _ => {
            let n = k - 2;
            let same = mean_density_hermite(n).scaled(&(RBig::ONE - RBig::from(2 * n)));
            let lower =
                if n < 2 { Exact::zero() } else { mean_density_hermite(n - 2).scaled(&RBig::from(n * (n - 1))) };
            &(&same - &mean_density_hermite(n + 2)) - &lower
        }
    }
}

/// `(1 + sign e^-2)/2`: the mean of cos^2 (sign 1) and of sin^2 (sign -1).
fn mean_square_wave(sign: i64) -> Exact {
    &rational(1, 2) + &Exact::exp_of(RBig::from(-2)).scaled(&ratio(sign, 2))
}

/// Coefficients of a polynomial activation, lowest degree first.
fn polynomial(activation: &Activation) -> Option<Vec<RBig>> {
    match activation {
        Activation::Quadratic => Some(vec![RBig::ZERO, RBig::ZERO, RBig::ONE]),
        Activation::Polynomial(p) => Some(p.exact.clone()),
        _ => None,
    }
}

/// `E[(He_k^(i))^2] = (k (k-1) ... (k-i+1))^2 (k-i)! = k! k (k-1) ... (k-i+1)`.
fn hermite_energy(k: u32, i: u32) -> RBig {
    (0..i).fold(factorial(k), |product, n| product * RBig::from(k.saturating_sub(n)))
}

/// `E[p(G) He_k(G)]`, from `E[G^n He_k(G)] = n! / (2^j j!)`, `n - k = 2j >= 0`.
fn polynomial_coefficient(coefficients: &[RBig], k: u32) -> RBig {
    let mut sum = RBig::ZERO;
    for (n, coefficient) in coefficients.iter().enumerate().skip(k as usize).step_by(2) {
        let j = (n as u32 - k) / 2;
        sum += coefficient * factorial(n as u32) / (factorial(j) * RBig::from(UBig::ONE << j as usize));
    }
    sum
}

fn derivative(coefficients: &[RBig], order: u32) -> Vec<RBig> {
    (0..order).fold(coefficients.to_vec(), |p, _| {
        p.iter().enumerate().skip(1).map(|(n, c)| c * RBig::from(n as u64)).collect()
    })
}

/// `E[p(G) q(G)]`, from `E G^(2n) = (2n-1)!!`.
fn polynomial_product(p: &[RBig], q: &[RBig]) -> RBig {
    let mut sum = RBig::ZERO;
    for (n, a) in p.iter().enumerate() {
        for (m, b) in q.iter().enumerate() {
            if (n + m).is_multiple_of(2) {
                sum += a * b * double_factorial((n + m) as i64 - 1);
            }
        }
    }
    sum
}
