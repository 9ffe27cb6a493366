//! Gaussian moments of activations: exact where a closed form exists, by quadrature with a bound otherwise.
//!
//! The closed forms themselves stand in `closed_forms`.

use super::{activation, closed_forms};
use crate::model::Activation;
use crate::num::Estimate;
use crate::num::enclosed::laws::Place;
use crate::num::enclosed::panels::Refusal;
use crate::num::enclosed::{self, Integrand, Places, Settings};
use crate::num::laws;
use crate::num::quadrature::QuadratureError;
use crate::num::sets::{Disc, Segment, Set, Signs, Tail};
use crate::symbolic::Exact;
use dashu_base::BitTest;
use dashu_int::UBig;
use dashu_ratio::RBig;
use std::convert::Infallible;

/// A moment's value, and its closed form where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Its value.
    pub estimate: Estimate,
    /// `None` where the value comes from a quadrature.
    pub exact: Option<Exact>,
    /// Why its bound is an estimate; `None` if it is proved.
    pub why: Option<String>,
}

/// Highest order of a Hermite coefficient. Not far above it, at 171, `k!` leaves the range of doubles.
pub(crate) const HIGHEST_ORDER: u32 = 150;

/// Highest order of a normalised coefficient: far beyond what a series needs at the angles where it is of use.
pub(crate) const HIGHEST_NORMALISED: u32 = 1000;

impl Moment {
    fn exact(exact: Exact) -> Moment {
        let (value, abs_err) = exact.to_estimate();
        Moment { estimate: Estimate::new(value, abs_err), exact: Some(exact), why: None }
    }

    fn numeric(estimate: Estimate) -> Moment {
        Moment { estimate, exact: None, why: None }
    }

    fn map(self, f: impl FnOnce(Estimate) -> Estimate) -> Moment {
        Moment { estimate: f(self.estimate), ..self }
    }
}

/// `lambda(k) = E[s(G) He_k(G)]`, G standard normal, probabilists' Hermite polynomials; k at most 150.
///
/// Exact for relu, abs, quadratic, erf, gelu, sin, cos, exp, step, sign, he(k), poly(...) and where parity decides. By
/// quadrature otherwise: `sqrt(k!)` times an integral against the orthonormal polynomial, so that high orders keep their
/// digits.
///
/// # Errors
/// An order above 150, an expectation that does not converge, or one that is out of the range of doubles.
pub fn hermite_coefficient(activation: &Activation, k: u32) -> Result<Moment, String> {
    let name = format!("lambda({k}) of {activation}");
    if k > HIGHEST_ORDER {
        return Err(format!("{name}: orders above {HIGHEST_ORDER} are out of the range of doubles"));
    }
    if let Some(exact) = closed_forms::hermite_coefficient(activation, k) {
        return finite(Moment::exact(exact), &name);
    }
    let integral = expectation(activation, &name, &[Factor::Derivative(0), Factor::Hermite(k)])?;
    finite(integral.map(|value| value * root_of_factorial(k)), &name)
}

/// `lambda(k)/sqrt(k!)`, the coefficient on the orthonormal polynomial: bounded by `sqrt(E s^2)` for every k, so that high orders
/// stay in the range of doubles; k at most [`HIGHEST_NORMALISED`]. Exact moments as for [`hermite_coefficient`].
pub(crate) fn normalised_coefficient(activation: &Activation, k: u32) -> Result<Moment, String> {
    let name = format!("hermite({k}) of {activation}");
    if k > HIGHEST_NORMALISED {
        return Err(format!("{name}: orders above {HIGHEST_NORMALISED} are not computed"));
    }
    let moment = match closed_forms::hermite_coefficient(activation, k) {
        Some(exact) if exact.is_zero() => Moment::numeric(Estimate::ZERO),
        Some(exact) => {
            // The coefficient and the root of k! are both divided by the same power of two, so that they stay in the range of doubles.
            let factorial = closed_forms::factorial(k);
            let half_bits = factorial.numerator().bit_len() / 2;
            let power = RBig::from(UBig::ONE << half_bits);
            let (value, abs_err) = exact.scaled(&(RBig::ONE / &power)).to_estimate();
            let square = (factorial / &power / &power).to_f64().value();
            let root = Estimate::new(square, f64::EPSILON * square).sqrt().unwrap_or(Estimate::UNDEFINED);
            Moment::numeric(Estimate::new(value, abs_err).div(root).unwrap_or(Estimate::UNDEFINED))
        }
        None => expectation(activation, &name, &[Factor::Derivative(0), Factor::Hermite(k)])?,
    };
    finite(moment, &name)
}

/// `E[s^(i)(G) s^(j)(G)]` with derivatives in the sense of distributions (i, j at most 2): infinite if a square is not
/// integrable.
///
/// A mixed product with a derivative that is no function is reduced by `(s^2)' = 2 s s'` and Stein's identity:
/// `E[s s'] = E[G s^2]/2`, `E[s' s''] = E[G s'^2]/2`, `E[s s''] = E[G s s'] - E[s'^2]`. It fails where these have no
/// meaning (a jump times the derivative of a point mass), and where the expectation does not converge.
pub(crate) fn second_moment(activation: &Activation, i: u32, j: u32) -> Result<Moment, String> {
    let (i, j) = (i.min(j), i.max(j));
    let name = format!("E[sigma{}(G) sigma{}(G)] of {activation}", primes(i), primes(j));
    if j > 2 {
        return Err(format!("{name}: derivatives above the second are not supported"));
    }
    let last = activation.last_square_integrable();
    if i == j && j > last {
        return Ok(Moment::numeric(Estimate::INFINITY));
    }
    if j > last + 1 {
        return Err(format!("{name} is not defined: sigma jumps where sigma{} is no measure", primes(j)));
    }
    if let Some(exact) = closed_forms::second_moment(activation, i, j) {
        return finite(Moment::exact(exact), &name);
    }
    let half = Estimate::exact(0.5);
    let product = |factors: &[Factor]| expectation(activation, &name, factors);
    let (lower, higher) = (Factor::Derivative(i), Factor::Derivative(j));
    let moment = if j <= last {
        product(&[lower, higher])?
    } else if j == i + 1 {
        product(&[Factor::Argument, lower, lower])?.map(|value| value * half)
    } else {
        let mixed = product(&[Factor::Argument, Factor::Derivative(0), Factor::Derivative(1)])?;
        let square = product(&[Factor::Derivative(1), Factor::Derivative(1)])?;
        let why = mixed.why.or(square.why);
        Moment { why, ..Moment::numeric(mixed.estimate - square.estimate) }
    };
    finite(moment, &name)
}

fn primes(order: u32) -> String {
    "'".repeat(order as usize)
}

/// The moment, unless it is too large for a double. A closed form or an integral may be so.
fn finite(moment: Moment, name: &str) -> Result<Moment, String> {
    if moment.estimate.is_finite() { Ok(moment) } else { Err(format!("{name} is out of the range of doubles")) }
}

/// `He_k(t)/sqrt(k!)` by its recurrence, which is stable: in the oscillating region errors add up, beyond it the
/// polynomial grows as fast as they do.
fn orthonormal_hermite(k: u32, t: f64) -> Estimate {
    let (mut low, mut high) = (0.0, 1.0);
    for n in 0..k {
        let n = f64::from(n);
        (low, high) = (high, (t * high - n.sqrt() * low) / (n + 1.0).sqrt());
    }
    Estimate::new(high, 4.0 * f64::from(k) * f64::EPSILON * (f64::abs(high) + f64::abs(low)))
}

fn root_of_factorial(k: u32) -> Estimate {
    let factorial = (2..=k).fold(Estimate::ONE, |product, n| product * Estimate::exact(f64::from(n)));
    factorial.sqrt().unwrap_or(Estimate::UNDEFINED)
}

/// A factor of an integrand.
#[derive(Clone, Copy)]
enum Factor {
    /// The activation, or a derivative of it.
    Derivative(u32),
    /// The Gaussian variable.
    Argument,
    /// The orthonormal Hermite polynomial of this order.
    Hermite(u32),
}

/// A product of factors.
struct Product<'a> {
    activation: &'a Activation,
    factors: &'a [Factor],
}

impl Product<'_> {
    fn on<K: Set>(&self, x: K, signs: &mut Signs) -> Option<K> {
        let mut product = K::exact(1.0)?;
        for factor in self.factors {
            let value = match factor {
                Factor::Derivative(order) => activation::on(self.activation, *order, x, signs)?,
                Factor::Argument => x,
                Factor::Hermite(k) => x.hermite(*k)?,
            };
            product = product.mul(value)?;
        }
        Some(product)
    }

    /// The product at a place, for a proof.
    fn at(&self, x: Estimate) -> Estimate {
        let value = |factor: &Factor| match factor {
            Factor::Derivative(order) => activation::at(self.activation, *order, x),
            Factor::Argument => x,
            Factor::Hermite(k) => {
                let value = Segment::of(x).and_then(|x| x.hermite(*k)).and_then(Segment::to_estimate);
                value.unwrap_or(Estimate::UNDEFINED)
            }
        };
        self.factors.iter().fold(Estimate::ONE, |product, factor| product * value(factor))
    }

    /// The product at a place, for an estimate.
    fn near(&self, t: f64) -> Estimate {
        let x = Estimate::exact(t);
        let value = |factor: &Factor| match factor {
            Factor::Derivative(order) => activation::at(self.activation, *order, x),
            Factor::Argument => x,
            Factor::Hermite(k) => orthonormal_hermite(*k, t),
        };
        self.factors.iter().fold(Estimate::ONE, |product, factor| product * value(factor))
    }
}

impl Integrand<Infallible> for Product<'_> {
    fn segment(&mut self, place: &Place<Segment>, signs: &mut Signs) -> Result<Option<Segment>, Infallible> {
        Ok(self.on(place.x, signs))
    }

    fn disc(&mut self, place: &Place<Disc>, signs: &mut Signs) -> Result<Option<Disc>, Infallible> {
        Ok(self.on(place.x, signs))
    }

    fn tail(&mut self, place: &Place<Tail>) -> Result<Option<Tail>, Infallible> {
        Ok(self.on(place.x, &mut Signs::new()))
    }

    fn at(&mut self, places: Places, values: &mut [Estimate]) -> Result<(), Infallible> {
        values.iter_mut().zip(places.xs).for_each(|(value, x)| *value = Product::at(self, *x));
        Ok(())
    }
}

/// Bound of the error that is aimed at, and evaluations at most.
const SETTINGS: Settings = Settings { tolerance: 1e-14, budget: 100_000 };

/// The expectation of a product, split at the kinks of the activation: enclosed, or else estimated.
fn expectation(activation: &Activation, name: &str, factors: &[Factor]) -> Result<Moment, String> {
    let mut product = Product { activation, factors };
    let refusal = match enclosed::normal(&mut product, activation.kinks(), SETTINGS) {
        Ok(found) if found.value.is_finite() => return Ok(Moment::numeric(found.value)),
        Ok(_) => "it is too large for a double".to_string(),
        Err(Refusal::Integrand(never)) => match never {},
        Err(Refusal::NoValue { near }) => format!("no bound was found near {near:e}"),
        Err(Refusal::Budget { .. }) => format!("{} evaluations were not enough", SETTINGS.budget),
        Err(Refusal::Divergent { end }) => format!("nothing shows that it converges at {end}"),
    };
    let outcome = laws::normal::<Infallible>(&mut |t| Ok(product.near(t)), activation.kinks());
    let estimate = outcome.map_err(|failure| match failure {
        QuadratureError::Integrand(never) => match never {},
        QuadratureError::NotFinite { at } => format!("{name}: the integrand is not finite at {at:e}"),
        QuadratureError::NotConverged { best } if best.is_finite() => {
            format!("{name}: the quadrature stopped at {} +- {:.1e}; declare every kink", best.value, best.abs_err)
        }
        QuadratureError::NotConverged { .. } => format!("{name}: the expectation does not converge"),
    })?;
    Ok(Moment { why: Some(format!("{name}: {refusal}")), ..Moment::numeric(estimate) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::activation::{DefinedActivation, NAMED, Polynomial};
    use std::sync::Arc;

    fn polynomial(coefficients: &[i64]) -> Activation {
        Activation::Polynomial(Arc::new(Polynomial::new(coefficients.iter().map(|&c| RBig::from(c)).collect())))
    }

    /// The same function without its name, so that its moments can only be computed by quadrature.
    fn anonymous(activation: &Activation) -> Activation {
        let [a, b, c] = [0, 1, 2].map(|order| {
            let activation = activation.clone();
            Box::new(move |t: f64| activation.value(order, t)) as Box<dyn Fn(f64) -> f64 + Send + Sync>
        });
        Activation::Defined(Arc::new(DefinedActivation {
            name: format!("anonymous {activation}"),
            formula: String::new(),
            values: [a, b, c],
            on_sets: None,
            kinks: activation.kinks().to_vec(),
            last_square_integrable: activation.last_square_integrable(),
        }))
    }

    fn all() -> Vec<Activation> {
        let mut all: Vec<Activation> = NAMED.iter().map(|(_, a)| a.clone()).collect();
        all.extend([0, 1, 2, 3, 5].map(Activation::Hermite));
        all.extend([polynomial(&[0]), polynomial(&[3]), polynomial(&[1, -2, 0, 4, 1])]);
        all
    }

    #[test]
    fn hermite_coefficients_match_the_reference_table() {
        let text = include_str!("../../tests/reference/theory-reference.json");
        let table: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut compared = 0;
        for (name, activation) in &NAMED {
            let Some(values) = table["hermite"][*name].as_array() else { continue };
            for (k, truth) in values.iter().enumerate() {
                let truth: f64 = truth.as_str().unwrap().parse().unwrap();
                for activation in [activation.clone(), anonymous(activation)] {
                    let estimate = hermite_coefficient(&activation, k as u32).unwrap().estimate;
                    let rounding = 0.5 * f64::EPSILON * truth.abs();
                    assert!((estimate.value - truth).abs() <= estimate.abs_err + rounding, "{activation} {k}");
                    assert!(estimate.abs_err <= 1e-10 * truth.abs().max(1.0), "{activation} {k}: {estimate:?}");
                    compared += 1;
                }
            }
        }
        assert_eq!(compared, 2 * 4 * 9);
    }

    #[test]
    fn closed_forms_agree_with_quadrature() {
        for activation in all() {
            let numeric = anonymous(&activation);
            let size = second_moment(&activation, 0, 0).unwrap().estimate.value.sqrt().max(1.0);
            for k in 0..=12 {
                let closed = hermite_coefficient(&activation, k).unwrap();
                let open = hermite_coefficient(&numeric, k).unwrap();
                // An integral against the orthonormal polynomial is good relative to its own scale, sqrt(k! E s^2).
                let bound = 1e-13 * size * root_of_factorial(k).value.max(10.0);
                agree(&format!("{activation} lambda({k})"), &closed, &open, bound);
            }
        }
    }

    #[test]
    fn second_moments_agree_with_quadrature() {
        for activation in all() {
            let numeric = anonymous(&activation);
            for (i, j) in [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2), (1, 0), (2, 0)] {
                let name = format!("{activation} ({i},{j})");
                match (second_moment(&activation, i, j), second_moment(&numeric, i, j)) {
                    (Ok(closed), Ok(open)) => agree(&name, &closed, &open, 1e-10),
                    (Err(_), Err(_)) => {}
                    (closed, open) => panic!("{name}: {closed:?}, {open:?}"),
                }
            }
        }
    }

    fn agree(name: &str, closed: &Moment, open: &Moment, bound: f64) {
        let (a, b) = (closed.estimate, open.estimate);
        assert_eq!(open.exact, None, "{name}");
        if a.value.is_infinite() {
            assert_eq!(a, b, "{name}");
            return;
        }
        assert!((a.value - b.value).abs() <= a.abs_err + b.abs_err, "{name}: {a:?}, {b:?}");
        assert!(b.abs_err <= bound * b.value.abs().max(1.0), "{name}: {b:?}");
        if closed.exact.is_some() {
            assert!(a.abs_err <= 2e-16 * a.value.abs(), "{name}: {a:?}");
        }
    }

    #[test]
    fn exact_forms_print_as_formulas() {
        for (activation, k, text) in [
            (Activation::Relu, 0, "1/sqrt(2*pi)"),
            (Activation::Relu, 6, "3/sqrt(2*pi)"),
            (Activation::Gelu, 2, "3/(4*sqrt(pi))"),
            (Activation::Exp, 7, "exp(1/2)"),
            (Activation::Hermite(4), 4, "24"),
            (Activation::Tanh, 2, "0"),
        ] {
            assert_eq!(hermite_coefficient(&activation, k).unwrap().exact.unwrap().to_string(), text);
        }
        let square = second_moment(&Activation::Gelu, 0, 0).unwrap();
        assert_eq!(square.exact.unwrap().to_string(), "1/3 + 1/(2*pi*sqrt(3))");
        assert_eq!(hermite_coefficient(&Activation::Tanh, 1).unwrap().exact, None);
    }

    /// Squares beyond the last square-integrable derivative are infinite; mixed products follow Stein's identity.
    #[test]
    fn derivatives_are_those_of_distributions() {
        for (activation, i, j) in [
            (Activation::Relu, 2, 2),
            (Activation::Abs, 2, 2),
            (Activation::Step, 1, 1),
            (Activation::Step, 2, 2),
            (Activation::Sign, 1, 1),
        ] {
            assert_eq!(second_moment(&activation, i, j).unwrap().estimate, Estimate::INFINITY);
        }
        for (i, j) in [(0, 2), (1, 2)] {
            assert!(second_moment(&Activation::Step, i, j).unwrap_err().contains("not defined"));
        }
        // sigma' sigma'' of relu: half the mass of a point at 0.
        let product = second_moment(&Activation::Relu, 1, 2).unwrap().estimate;
        assert!(product.contains(0.199_471_140_200_716_35) && product.abs_err < 1e-16);
    }

    /// `E s^2 = sum lambda_k^2/k!` and `E s'^2 = sum lambda_k^2/(k-1)!`: the partial sums stay below and come near.
    #[test]
    fn parseval() {
        for activation in all().into_iter().chain([anonymous(&Activation::Tanh)]) {
            let square = second_moment(&activation, 0, 0).unwrap().estimate;
            let (mut sum, mut factorial) = (Estimate::ZERO, Estimate::ONE);
            for k in 0..=60 {
                let coefficient = hermite_coefficient(&activation, k).unwrap();
                if k > 1 {
                    factorial = factorial * Estimate::exact(f64::from(k));
                }
                sum = sum + (coefficient.estimate * coefficient.estimate).div(factorial).unwrap();
            }
            let rest = square.value - sum.value;
            // A jump leaves a tail of order N^(-1/2), a kink N^(-3/2), a jump of the second derivative (softsign, elu) N^(-5/2), a strip
            // of analyticity exp(-c sqrt N).
            let tail = match activation.last_square_integrable() {
                0 => 0.2,
                1 => 2e-3,
                _ if !activation.kinks().is_empty() => 1e-4,
                _ => 1e-5,
            };
            assert!(rest >= -(square.abs_err + sum.abs_err), "{activation}: {rest:e}");
            assert!(rest <= tail * square.value.max(1.0), "{activation}: {rest:e}");
        }
    }

    #[test]
    fn high_orders_keep_their_digits() {
        for order in [39, 40, 41] {
            for activation in [Activation::Tanh, Activation::Softplus, anonymous(&Activation::Gelu)] {
                let estimate = hermite_coefficient(&activation, order).unwrap().estimate;
                let scale = root_of_factorial(order).value;
                assert!(estimate.abs_err <= 1e-12 * scale, "{activation} {order}: {estimate:?}");
            }
        }
        assert!(hermite_coefficient(&Activation::Relu, 151).unwrap_err().contains("150"));
    }

    /// Against `lambda(k)/sqrt(k!)` where that is in range; beyond, against quadrature, and by Parseval: the squares of relu add
    /// up to 1/2 but for a tail of order `N^(-3/2)`.
    #[test]
    fn normalised_coefficients() {
        for activation in
            [Activation::Relu, Activation::Gelu, Activation::Sin, Activation::Hermite(5), Activation::Tanh]
        {
            for k in [0, 1, 2, 5, 10, 41, 150] {
                let normalised = normalised_coefficient(&activation, k).unwrap();
                let plain = hermite_coefficient(&activation, k).unwrap().estimate.div(root_of_factorial(k)).unwrap();
                let gap = (normalised.estimate.value - plain.value).abs();
                assert!(
                    gap <= normalised.estimate.abs_err + plain.abs_err,
                    "{activation} {k}: {normalised:?} {plain:?}"
                );
                assert!(normalised.estimate.abs_err <= 1e-12, "{activation} {k}: {normalised:?}");
            }
        }
        for k in [151, 320, 600, 1000] {
            let closed = normalised_coefficient(&Activation::Relu, k).unwrap().estimate;
            let open = normalised_coefficient(&anonymous(&Activation::Relu), k).unwrap().estimate;
            assert!((closed.value - open.value).abs() <= closed.abs_err + open.abs_err, "{k}: {closed:?} {open:?}");
            assert!(closed.abs_err <= 1e-15 * closed.value.abs() && open.abs_err <= 1e-11, "{k}: {closed:?} {open:?}");
        }
        let squares = (0..=1000).map(|k| normalised_coefficient(&Activation::Relu, k).unwrap().estimate.value.powi(2));
        let rest = 0.5 - squares.sum::<f64>();
        assert!(rest > 0.0 && rest < 3e-6, "{rest:e}");
        assert!(normalised_coefficient(&Activation::Relu, 1001).unwrap_err().contains("1000"));
    }

    #[test]
    fn divergent_activations_are_errors() {
        let grows = |t: f64| (t * t).exp();
        let activation = Activation::Defined(Arc::new(DefinedActivation {
            name: "grows".to_string(),
            formula: "exp(t^2)".to_string(),
            values: [Box::new(grows), Box::new(grows), Box::new(grows)],
            on_sets: None,
            kinks: vec![],
            last_square_integrable: 2,
        }));
        assert!(hermite_coefficient(&activation, 0).is_err());
        assert!(second_moment(&activation, 0, 0).is_err());
    }
}
