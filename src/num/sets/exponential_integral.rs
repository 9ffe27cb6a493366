//! `int_0^1 s^n e^(s x) ds`, which is the derivative of order n of `(e^x - 1)/x`, as a ball.

use crate::num::Estimate;

/// More terms than any series here needs.
const MOST_TERMS: u32 = 4000;

/// `I_n(x) = int_0^1 s^n e^(s x) ds` at a double; undefined where it overflows.
pub fn exponential_integral(n: u32, x: f64) -> Estimate {
    let at = Estimate::exact(x);
    if n == 0 {
        return at.exprel(0);
    }
    if x.abs() <= 20.0 + 2.0 * f64::from(n) {
        return series(n, x);
    }
    // I_k = (e^x - k I_(k-1))/x. As |x| > 2k it loses no more than a few digits.
    let top = at.exp();
    (1..=n).fold(at.exprel(0), |lower, k| {
        (top - lower * Estimate::exact(f64::from(k))).div(at).unwrap_or(Estimate::UNDEFINED)
    })
}

/// A series of positive terms: `sum x^k/(k! (n + k + 1))` for `x >= 0`, and `e^x sum n! |x|^k/(n + k + 1)!` for `x < 0`, which comes
/// from `s -> 1 - s`.
fn series(n: u32, x: f64) -> Estimate {
    let size = Estimate::exact(x.abs());
    let whole = |k: u32| Estimate::exact(f64::from(k));
    let mut sum = Estimate::ZERO;
    // x^k/k!, or n! |x|^k/(n + k + 1)!
    let mut power = if x >= 0.0 { Some(Estimate::ONE) } else { Estimate::ONE.div(whole(n + 1)) };
    for k in 0..MOST_TERMS {
        let Some(current) = power else { return Estimate::UNDEFINED };
        let term = if x >= 0.0 { current.div(whole(n + k + 1)).unwrap_or(Estimate::UNDEFINED) } else { current };
        sum = sum + term;
        let next = if x >= 0.0 { k + 1 } else { n + k + 2 };
        // From here on each term is at most half of the one before: the rest is at most this term.
        if f64::from(next) >= 2.0 * x.abs() && term.high() <= 1e-17 * sum.value {
            let whole = sum.widened(term.high());
            return if x >= 0.0 { whole } else { whole * Estimate::exact(x).exp() };
        }
        power = (current * size).div(whole(next));
    }
    Estimate::UNDEFINED
}
