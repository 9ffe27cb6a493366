//! Reference values from mpmath 1.3 with 30 digits.

use super::Bessel;
use super::reference::{BESSEL, COMPLEX, GAMMA};
use crate::num::{ComplexEstimate, Estimate};

fn close(what: &str, value: Option<Estimate>, truth: f64, most: f64) {
    let Some(value) = value else { panic!("{what}: no value") };
    // The reference itself is rounded to a double.
    let error = (value.value - truth).abs() - truth.abs() * 1.2e-16;
    assert!(error <= value.abs_err, "{what}: {value:?} against {truth}");
    assert!(value.abs_err <= most * truth.abs().max(1e-2), "{what}: {value:?} is known too badly");
}

#[test]
fn gamma_and_the_derivatives_of_its_logarithm() {
    for (x, gamma, lgamma, psi, second, third) in GAMMA {
        let ball = Estimate::exact(x);
        close(&format!("gamma({x})"), ball.gamma(), gamma, 3e-13);
        close(&format!("digamma({x})"), ball.polygamma(0), psi, 3e-13);
        if x > 0.0 {
            close(&format!("lgamma({x})"), ball.lgamma(), lgamma, 3e-13);
            close(&format!("digamma'({x})"), ball.polygamma(1), second, 3e-13);
            close(&format!("digamma''({x})"), ball.polygamma(2), third, 3e-13);
        }
    }
    for pole in [0.0, -1.0, -4.0] {
        assert!(Estimate::exact(pole).gamma().is_none() && Estimate::exact(pole).polygamma(0).is_none());
    }
    assert_eq!(Estimate::exact(5.0).gamma(), Some(Estimate::exact(24.0)));
    assert_eq!(Estimate::exact(2.0).lgamma(), Some(Estimate::ZERO));
}

/// A ball of arguments holds the values at its ends.
#[test]
fn balls_hold_their_members() {
    for x in [0.3, 0.9, 1.46, 2.5, 14.0, 90.0] {
        let ball = Estimate::new(x, 0.01);
        for member in [x - 0.0099, x + 0.0099] {
            let one = Estimate::exact(member);
            for (of_ball, of_one) in [
                (ball.gamma(), one.gamma()),
                (ball.lgamma(), one.lgamma()),
                (ball.polygamma(0), one.polygamma(0)),
                (ball.polygamma(1), one.polygamma(1)),
                (Bessel::J.at(Estimate::exact(3.0), ball), Bessel::J.at(Estimate::exact(3.0), one)),
                (Bessel::I.at(Estimate::exact(0.5), ball), Bessel::I.at(Estimate::exact(0.5), one)),
            ] {
                let (of_ball, of_one) = (of_ball.unwrap(), of_one.unwrap());
                assert!(of_ball.low() <= of_one.low() && of_one.high() <= of_ball.high(), "{x} {member}");
            }
        }
    }
}

#[test]
fn complex_arguments() {
    for (re, im, gamma, lgamma, psi) in COMPLEX {
        let z = ComplexEstimate::exact(re, im);
        for (value, (re, im)) in [(z.gamma(), gamma), (z.lgamma(), lgamma), (z.digamma(), psi)] {
            let value = value.unwrap();
            let error = (value.re - re).hypot(value.im - im);
            assert!(error <= value.abs_err + 2e-16 * re.hypot(im), "{z:?}: {value:?} against {re} {im}");
            assert!(value.abs_err <= 1e-12 * re.hypot(im).max(1.0), "{value:?}");
        }
    }
}

#[test]
fn bessel_functions() {
    for (order, x, j, i) in BESSEL {
        let (n, x) = (Estimate::exact(order), Estimate::exact(x));
        close(&format!("besseli({order}, {x:?})"), Bessel::I.at(n, x), i, 1e-12);
        let value = Bessel::J.at(n, x);
        let bound = if order.fract() == 0.0 { 1e-11 } else { 1e-4 };
        close(&format!("besselj({order}, {x:?})"), value, j, bound);
        if order.fract() == 0.0 {
            for (kind, truth) in [(Bessel::J, j), (Bessel::I, i)] {
                let value = kind.at_complex(n, ComplexEstimate::exact(x.value, 0.0)).unwrap();
                assert!(
                    (value.re - truth).hypot(value.im) <= value.abs_err + 1.2e-16 * truth.abs(),
                    "{kind:?} {order}"
                );
            }
        }
    }
}

#[test]
fn binomial_coefficients() {
    let choose = |n: f64, k: f64| Estimate::exact(n).binomial(Estimate::exact(k));
    assert_eq!(choose(10.0, 3.0), Some(Estimate::exact(120.0)));
    assert_eq!(choose(50.0, 50.0), Some(Estimate::ONE));
    assert_eq!(choose(3.0, 5.0), Some(Estimate::ZERO));
    assert_eq!(choose(0.5, 2.0), Some(Estimate::exact(-0.125)));
    // 100891344545564193334812497256 = C(100, 50), by exact arithmetic
    close("C(100, 50)", choose(100.0, 50.0), 1.008_913_445_455_641_8e29, 1e-13);
}
