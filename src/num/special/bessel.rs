//! Bessel functions `J_n(x)` and `I_n(x)` of the first kind.

use crate::num::{ComplexEstimate, Estimate};
use std::f64::consts::PI;

/// Which Bessel function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bessel {
    /// Of the first kind, `J`.
    J,
    /// Modified, of the first kind, `I`.
    I,
}

/// Higher orders have no value, nor have larger arguments of `J`.
const MOST_ORDER: f64 = 2000.0;
const LARGEST: f64 = 5000.0;
/// `I` of more is too large for a double.
const LARGEST_MODIFIED: f64 = 720.0;

const CIRCLE: Estimate = Estimate { value: PI, abs_err: 1.3e-16 };

/// The order, if it is exact and admissible: a whole number, or at least 0.
fn admissible(order: Estimate) -> Option<f64> {
    let exact = order.abs_err == 0.0 && order.value.abs() <= MOST_ORDER;
    (exact && (order.value >= 0.0 || order.value.fract() == 0.0)).then_some(order.value)
}

impl Bessel {
    /// The value at a ball; `None` for an order that is neither whole nor at least 0, or for a negative x with an order that is not whole.
    pub fn at(self, order: Estimate, x: Estimate) -> Option<Estimate> {
        let order = admissible(order)?;
        if !x.is_finite() {
            return None;
        }
        let whole = order.fract() == 0.0;
        if x.low() < 0.0 && !whole {
            return None;
        }
        let centre = self.at_double(order, x.value)?;
        if x.abs_err == 0.0 {
            return Some(centre);
        }
        let size = x.value.abs() + x.abs_err;
        let slope = if whole { self.most(size) } else { self.slope(order, x.low(), size)? };
        Some(centre.widened(slope * x.abs_err * (1.0 + 1e-14)))
    }

    /// A bound of the function and of all its derivatives for `|x| <= size`, of whole orders: `|J| <= 1` and `|I| <= e^|x|`, as both
    /// are means of cosines or exponentials with factors of at most 1.
    fn most(self, size: f64) -> f64 {
        match self {
            Bessel::J => 1.0,
            Bessel::I => size.exp() * (1.0 + 1e-14),
        }
    }

    /// A bound of the slope on `[low, size]` of an order that is not whole: `f' = f_(n + 1) + n f/x` up to signs, and `|f| <= e^size`.
    fn slope(self, order: f64, low: f64, size: f64) -> Option<f64> {
        (low > 0.0).then(|| size.exp() * (1.0 + order / low) * (1.0 + 1e-14))
    }

    fn at_double(self, order: f64, x: f64) -> Option<Estimate> {
        if order < 0.0 {
            // J_(-n) = (-1)^n J_n, I_(-n) = I_n
            let value = self.at_double(-order, x)?;
            return Some(if self == Bessel::J && order.rem_euclid(2.0) == 1.0 { -value } else { value });
        }
        if x < 0.0 {
            let value = self.at_double(order, -x)?;
            return Some(if order.rem_euclid(2.0) == 1.0 { -value } else { value });
        }
        if x == 0.0 {
            return Some(if order == 0.0 { Estimate::ONE } else { Estimate::ZERO });
        }
        match self {
            Bessel::I if x > LARGEST_MODIFIED => None,
            Bessel::I => series(order, x, 1.0),
            Bessel::J if x > LARGEST => None,
            Bessel::J if x * x <= 8.0 * (order + 1.0) || order.fract() != 0.0 => series(order, x, -1.0),
            Bessel::J => mean(order, x),
        }
    }

    /// The value of a whole order at a complex number.
    pub fn at_complex(self, order: Estimate, z: ComplexEstimate) -> Option<ComplexEstimate> {
        let order = admissible(order).filter(|order| order.fract() == 0.0)?;
        let size = z.modulus() + z.abs_err;
        let along = match self {
            Bessel::J => z.im.abs() + z.abs_err,
            Bessel::I => z.re.abs() + z.abs_err,
        };
        if !z.is_finite() || size > LARGEST || along > 300.0 {
            return None;
        }
        let count = points(order.abs(), size);
        let mut sum = ComplexEstimate::ZERO;
        for j in 0..count {
            let angle = (whole(2.0) * CIRCLE * whole(f64::from(j))).div(whole(f64::from(count)))?;
            let turned = whole(order) * angle;
            sum = sum
                + match self {
                    Bessel::J => (ComplexEstimate::real(turned) - z * ComplexEstimate::real(angle.sin())).cos(),
                    Bessel::I => (z * ComplexEstimate::real(angle.cos())).exp() * ComplexEstimate::real(turned.cos()),
                };
        }
        let left = left_out(order.abs(), size, count) * along.exp();
        Some(sum.div(ComplexEstimate::exact(f64::from(count), 0.0))?.widened(left))
    }
}

fn whole(n: f64) -> Estimate {
    Estimate::exact(n)
}

/// `(x/2)^n/Gamma(n + 1) sum_k (sign x^2/4)^k/(k! (n + 1) ... (n + k))`; what is left out is at most the next term over one minus the
/// ratio of terms.
fn series(order: f64, x: f64, sign: f64) -> Option<Estimate> {
    let quarter = whole(x * 0.5) * whole(x * 0.5) * whole(sign);
    let (mut term, mut sum) = (Estimate::ONE, Estimate::ONE);
    for k in 1..20_000_u32 {
        let below = whole(f64::from(k)) * (whole(order) + whole(f64::from(k)));
        term = (term * quarter).div(below)?;
        sum = sum + term;
        let ratio = quarter.abs().high() / (f64::from(k + 1) * (order + f64::from(k + 1)));
        if ratio < 0.5 && term.abs().high() < 1e-18 * sum.abs().high().max(1e-300) {
            let logarithm = whole(order) * whole(x * 0.5).ln()? - whole(order + 1.0).lgamma()?;
            let power = if order.fract() == 0.0 && order <= 150.0 {
                whole(x * 0.5).powi(order as i32)?.div(whole(order + 1.0).gamma()?)?
            } else {
                logarithm.exp()
            };
            return Some(power * sum.widened(2.0 * term.abs().high()));
        }
    }
    None
}

/// The mean of `cos(n t - x sin t)` over equally spaced t: its difference from `J_n(x)` is a sum of `J_(n + k N)(x)`.
fn mean(order: f64, x: f64) -> Option<Estimate> {
    let count = points(order, x);
    let mut sum = Estimate::ZERO;
    for j in 0..count {
        let angle = (whole(2.0) * CIRCLE * whole(f64::from(j))).div(whole(f64::from(count)))?;
        sum = sum + (whole(order) * angle - whole(x) * angle.sin()).cos();
    }
    Some(sum.div(whole(f64::from(count)))?.widened(left_out(order, x, count)))
}

/// How many places are enough.
fn points(order: f64, size: f64) -> u32 {
    (2.0 * order + 3.0 * size + 40.0).ceil() as u32
}

/// A bound of the sum of the functions of the orders `n + k N` for k other than 0, without the factor `e^|Im z|`: each is at most
/// `(size/2)^m/m!`, which falls by more than half from one order to the next here.
fn left_out(order: f64, size: f64, count: u32) -> f64 {
    let least = f64::from(count) - order;
    let half = 0.5 * size;
    // m! >= (m/e)^m
    let logarithm = least * (half.max(1e-300).ln() - least.ln() + 1.0);
    if half > 0.5 * least { f64::INFINITY } else { 4.0 * logarithm.exp() * (1.0 + 1e-12) }
}
