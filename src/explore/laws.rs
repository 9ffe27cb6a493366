//! Random activations, spectra, covariances, pairings and laws of weights, in classes that a batch of points visits evenly.
//!
//! Two things are left out, because what they add fades with the dimension more slowly than any order that a fit knows (theory/LIMITS.md):
//! covariances of unbounded support, and the pairing `independent`.

use crate::claim::Claim;
use crate::model::activation::Polynomial;
use crate::model::{Activation, Pairing, Spectrum, Value, Weights};
use dashu_ratio::RBig;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

/// Values of the parameter `name` that is no number, in one of `parts` equal parts of its classes.
pub fn part(claim: &Claim, name: &str, part: usize, parts: usize) -> BoxedStrategy<Value> {
    let classes = match name {
        "activation" => activations(claim),
        "spectrum" => spectra().into_iter().map(|class| class.prop_map(Value::Spectrum).boxed()).collect(),
        "covariance" => covariances().into_iter().map(|class| class.prop_map(Value::Covariance).boxed()).collect(),
        "pairing" => each(&[Pairing::Comonotone, Pairing::Antitone], Value::Pairing),
        _ => each(&[Weights::Gaussian, Weights::Sphere, Weights::Uniform], Value::Weights),
    };
    classes[part * classes.len() / parts].clone()
}

fn each<T: Copy>(values: &[T], value: impl Fn(T) -> Value) -> Vec<BoxedStrategy<Value>> {
    values.iter().map(|one| Just(value(*one)).boxed()).collect()
}

/// Odd, even, neither, polynomials, and those that the claim defines.
fn activations(claim: &Claim) -> Vec<BoxedStrategy<Value>> {
    use Activation::*;
    let odd = select(vec![Erf, Tanh, Sin, Sign, Hermite(3)]).boxed();
    let even = select(vec![Abs, Quadratic, Cos, Hermite(2)]).boxed();
    let neither = select(vec![Relu, Softplus, Gelu, Silu, Exp, Sigmoid, Step]).boxed();
    let mut classes = vec![odd, neither, polynomial(), even];
    if !claim.activations.is_empty() {
        classes.push(select(claim.activations.clone()).boxed());
    }
    classes.into_iter().map(|class| class.prop_map(Value::Activation).boxed()).collect()
}

/// Degree 2 or 3, drawn by its Hermite coefficients, each of which vanishes often.
fn polynomial() -> BoxedStrategy<Activation> {
    let coefficient = || prop_oneof![1 => Just(0), 2 => -4_i32..=4];
    (coefficient(), coefficient(), coefficient(), coefficient())
        .prop_filter("neither constant nor linear", |(_, _, second, third)| *second != 0 || *third != 0)
        .prop_map(|(zeroth, first, second, third)| {
            // He_2 = t^2 - 1, He_3 = t^3 - 3 t; a third coefficient as large as the others would drown them.
            let monomials = [4 * (zeroth - second), 4 * first - 3 * third, 4 * second, third];
            let exact = monomials.map(|c| RBig::from_parts(c.into(), 16_u8.into())).to_vec();
            Activation::Polynomial(Arc::new(Polynomial::new(exact)))
        })
        .boxed()
}

/// Bounded and non-negative, without an upper end, of both signs, two atoms.
fn spectra() -> Vec<BoxedStrategy<Spectrum>> {
    let bounded = prop_oneof![
        Just(Spectrum::Identity),
        Just(Spectrum::Uniform),
        (1_i32..=8).prop_map(|g| Spectrum::Power { exponent: f64::from(g) / 4.0 }),
    ];
    let both_signs = prop_oneof![
        1 => Just(Spectrum::Rademacher),
        2 => (-4_i32..=-1, 1_i32..=4, 1_i32..=3).prop_map(two_point),
    ];
    let atoms = (1_i32..=8, 0_i32..=4, 1_i32..=3).prop_map(two_point);
    vec![bounded.boxed(), both_signs.boxed(), Just(Spectrum::Exponential).boxed(), atoms.boxed()]
}

/// Weights in quarters: at every multiple of 8 an atom fills whole bins.
fn two_point((first, second, quarters): (i32, i32, i32)) -> Spectrum {
    Spectrum::TwoPoint { first: f64::from(first), second: f64::from(second), weight: f64::from(quarters) / 4.0 }
}

/// Isotropic, and of bounded support.
fn covariances() -> Vec<BoxedStrategy<Spectrum>> {
    let bounded = prop_oneof![
        1 => Just(Spectrum::Uniform),
        1 => (2_i32..=8).prop_map(|g| Spectrum::Power { exponent: f64::from(g) / 4.0 }),
        2 => (1_i32..=4, 0_i32..=4).prop_map(|(a, b)| two_point((a, b, 2))),
    ];
    vec![Just(Spectrum::Identity).boxed(), bounded.boxed()]
}

/// Values that are visited on purpose: Hermite coefficients that vanish, targets of beta 1 and 0.
pub fn corners(name: &str) -> Vec<Value> {
    use Activation::*;
    let cubic =
        |c: [i32; 4]| Polynomial(Arc::new(crate::model::activation::Polynomial::new(c.map(RBig::from).to_vec())));
    match name {
        // Without degree 1; without degrees 0 and 1; odd; without degree 2 alone.
        "activation" => [Quadratic, Hermite(2), Erf, cubic([1, -2, 0, 1])].map(Value::Activation).to_vec(),
        "spectrum" => [Spectrum::Identity, Spectrum::Rademacher, two_point((3, -1, 1))].map(Value::Spectrum).to_vec(),
        _ => Vec::new(),
    }
}
