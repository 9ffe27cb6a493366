//! Expectations over a pair of standard Gaussians with a given correlation, by nested integrals in rotated coordinates.
//!
//! With the angle th of the pair (correlation cos th), `x` and `y` independent standard Gaussians and `L >= s` the larger and the
//! smaller of `cos(th/2)` and `sin(th/2)`: `u = L x + s y`, `v = L x - s y` for th up to pi/2, `v = -L x + s y` beyond. Every
//! line on which u or v is constant then crosses the inner direction x at 45 degrees or more, whatever the angle, so that all
//! kinks split the inner integral and the outer one is smooth but where two of them meet. Near th = 0 and pi kinks of u and of v
//! enclose slivers of width s: they are panels of their own and keep their relative accuracy.

use super::problem::{CUTS_OF_NORMAL, Outcome, Problem, failed, found};
use crate::formula::code::{Axis, Correlation, Levels};
use crate::formula::number::Single;
use crate::formula::{Fault, fault};
use crate::num::laws::Side;
use crate::num::many::{Estimates, LANES, Many};
use crate::num::quadrature::{Purpose, QuadratureError};
use crate::num::{Estimate, laws};
use std::cell::Cell;

/// An inner integral below this is so small that it need not converge.
const NOTHING: f64 = 1e-200;

/// The outer integral multiplies an inner one by the density at y, relative to that at 0. It does not resolve changes of this product that
/// are smaller than this share of the inner integral at y = 0.
const UNRESOLVED: f64 = 1e-17;
/// Largest `y^2/2` for which `e^(y^2/2)`, the reciprocal of that relative density, is used. It keeps this exponential in the range of
/// doubles.
const MOST_EXPONENT: f64 = 600.0;

/// `(u, v)` in terms of independent `x`, `y`.
struct Rotation {
    /// Coefficient of x, up to the sign in v.
    large: Estimate,
    /// Coefficient of y.
    small: Estimate,
    /// 1: `v = L x - s y`; -1: `v = -L x + s y`.
    sign: f64,
}

/// Where an integrand is not smooth: the zeros of `constant + of_u u + of_v v + of_both u v`.
struct Bend {
    constant: f64,
    of_u: f64,
    of_v: f64,
    of_both: f64,
}

impl Problem<'_> {
    pub fn normal_pair(
        &mut self,
        correlation: &Correlation,
        (first, second): (&Axis, &Axis),
        symmetric: bool,
    ) -> Outcome {
        let (span, finer) = (self.span, self.finer);
        let rotation = self.rotation(correlation)?;
        self.body.set(first.slot, Estimate::ZERO);
        self.body.set(second.slot, Estimate::ZERO);
        for (axis, other) in [(first, second), (second, first)] {
            if !other.used {
                let kinks = self.break_values(&axis.breaks, axis.slot)?;
                return self.normal(axis.slot, &kinks);
            }
        }
        let bends = self.bends(first, second)?;
        // Exchanging u and v mirrors the outer direction, or the inner direction if the angle is beyond pi/2. If the integrand is
        // symmetric, the integral over half of that direction is enough.
        let half = |side: f64| if symmetric && rotation.sign == side { Side::Positive } else { Side::Both };
        let (inner_side, outer_side) = (half(-1.0), half(1.0));
        let checked = !self.body.sketch();
        // The size of the inner integral at y = 0. It tells how large inner integrals are.
        let size = Cell::new(0.0);
        // An inner integral that enters the value is checked by its second rule. One that only serves to check the outer rule is computed
        // by its first rule alone.
        let mut outer = |y: f64, purpose: Purpose| -> Outcome {
            let kinks = rotation.inner_kinks(&bends, y);
            let across = Estimates::same(rotation.small * Estimate::exact(y));
            // An error of an inner integral that the outer integral does not resolve, because the weight is so small at this y.
            let unresolved = UNRESOLVED * size.get() * (0.5 * y * y).min(MOST_EXPONENT).exp();
            let mut inner = |xs: &[f64], _: Purpose, values: &mut [Estimate]| {
                let mut beside = [0.0; LANES];
                beside.iter_mut().zip(xs).for_each(|(beside, x)| *beside = rotation.beside(&kinks, *x, y));
                let (us, vs) = rotation.at(&Estimates::exact(&beside[..xs.len()]), &across);
                self.sample(&[(first.slot, &us), (second.slot, &vs)], values)?;
                values.iter_mut().for_each(|value| *value = value.widened(unresolved));
                Ok(())
            };
            match laws::normal_many(&mut inner, &kinks, inner_side, checked && purpose == Purpose::Value) {
                // Far out in y a kink may lie near the end of the range of x, so that the integrand is 0 up to there. The law then cannot
                // tell that the integrand falls beyond that end. But all of it is far below what the outer integral resolves.
                Err(QuadratureError::NotConverged { best }) if best.value.abs() < NOTHING => {
                    Ok(Estimate::new(best.value, NOTHING))
                }
                result => result.or_else(|error| failed(error, span)),
            }
        };
        if rotation.small == Estimate::ZERO {
            return outer(0.0, Purpose::Value);
        }
        size.set(outer(0.0, Purpose::Value).map_or(0.0, |at_zero| at_zero.value.abs()));
        let mut outers = |ys: &[f64], purpose: Purpose, values: &mut [Estimate]| {
            for (value, y) in values.iter_mut().zip(ys) {
                *value = outer(*y, purpose)?;
            }
            Ok(())
        };
        let kinks = if finer {
            [rotation.outer_kinks(&bends), CUTS_OF_NORMAL.to_vec()].concat()
        } else {
            rotation.outer_kinks(&bends)
        };
        found(laws::normal_many(&mut outers, &kinks, outer_side, checked), span)
    }

    fn rotation(&mut self, correlation: &Correlation) -> Result<Rotation, Fault> {
        let (cosine, sine) = match correlation {
            Correlation::CosineOfTwice(half) => {
                let half = self.real(half)?;
                (half.cos(), half.sin())
            }
            Correlation::Value(code) => {
                let c = self.real(code)?;
                if c.value.is_nan() || c.value.abs() > 1.0 + c.abs_err {
                    return fault(format!("a correlation of {}, outside [-1, 1]", c.shown()), code.span);
                }
                let half = Estimate::exact(0.5);
                let root = |x: Estimate| (x * half).sqrt().unwrap_or(Estimate::ZERO);
                (root(Estimate::ONE + c), root(Estimate::ONE - c))
            }
        };
        // The correlation is the difference of their squares: signs do not matter.
        let (cosine, sine) = (cosine.abs(), sine.abs());
        Ok(if sine.value > cosine.value {
            Rotation { large: sine, small: cosine, sign: -1.0 }
        } else {
            Rotation { large: cosine, small: sine, sign: 1.0 }
        })
    }

    /// The coefficients of every expression at whose zero, or other level, the body is not smooth. They are computed from its values at
    /// four points.
    fn bends(&mut self, first: &Axis, second: &Axis) -> Result<Vec<Bend>, Fault> {
        let mut bends = vec![];
        for item in first.breaks.iter().chain(&second.breaks) {
            let mut at = |u: f64, v: f64| -> Result<f64, Fault> {
                self.body.set(first.slot, Estimate::exact(u));
                self.body.set(second.slot, Estimate::exact(v));
                // An expression that is not real reaches its level at no real place.
                Ok(self.body.expression(&item.affine)?.map_or(f64::NAN, |value| value.value))
            };
            let constant = at(0.0, 0.0)?;
            let (of_u, of_v) = (at(1.0, 0.0)? - constant, at(0.0, 1.0)? - constant);
            let of_both = at(1.0, 1.0)? - constant - of_u - of_v;
            let zero = [0.0];
            let levels = match item.levels {
                Levels::Zero => &zero[..],
                Levels::Kinks => self.kinks,
                Levels::Quantile(_) => &[],
            };
            bends.extend(levels.iter().map(|level| Bend { constant: constant - level, of_u, of_v, of_both }));
        }
        bends.retain(|b| b.constant.is_finite() && b.of_u.is_finite() && b.of_v.is_finite() && b.of_both.is_finite());
        Ok(bends)
    }
}

impl Rotation {
    /// u and v where x has these values.
    fn at(&self, xs: &Estimates, across: &Estimates) -> (Estimates, Estimates) {
        let mut along = Estimates::same(self.large);
        let mut all = along.multiply(xs);
        let (mut sum, mut difference) = (along, along);
        all &= sum.add(across) & difference.subtract(across);
        debug_assert!(all, "sines, cosines and points of the range are finite");
        if self.sign < 0.0 {
            difference.negate();
        }
        (sum, difference)
    }

    /// x, or the nearest point for which it is certain on which side of each kink it lies, so that a condition can be decided there. This
    /// does no harm: between kinks the integrand is smooth, and next to a kink x is moved by no more than rounding displaces it anyway.
    fn beside(&self, kinks: &[f64], x: f64, y: f64) -> f64 {
        let across = self.small.value / self.large.value * y.abs();
        let mut moved = x;
        for kink in kinks {
            let room = 4.0 * f64::EPSILON * (kink.abs().max(x.abs()) + across);
            if (x - kink).abs() < room {
                moved = if x < *kink { kink - room } else { kink + room };
            }
        }
        moved
    }

    /// Coefficients `(c, x, y)` of a bend that is a line.
    fn line(&self, bend: &Bend) -> Option<(f64, f64, f64)> {
        let x = self.large.value * (bend.of_u + self.sign * bend.of_v);
        let y = self.small.value * (bend.of_u - self.sign * bend.of_v);
        (bend.of_both == 0.0).then_some((bend.constant, x, y))
    }

    /// Values of x on the bends at this y.
    fn inner_kinks(&self, bends: &[Bend], y: f64) -> Vec<f64> {
        let mut kinks = vec![];
        for bend in bends {
            let across = self.small.value * y;
            let slope = self.large.value * (bend.of_u + self.sign * bend.of_v);
            let curvature = self.sign * bend.of_both * self.large.value * self.large.value;
            let rest = bend.constant + across * (bend.of_u - self.sign * bend.of_v)
                - self.sign * bend.of_both * across * across;
            kinks.extend(real_zeros(curvature, slope, rest));
        }
        kinks
    }

    /// Values of y at which two lines meet, a line runs along x, or a curve turns back.
    fn outer_kinks(&self, bends: &[Bend]) -> Vec<f64> {
        let lines: Vec<_> = bends.iter().filter_map(|bend| self.line(bend)).collect();
        let mut kinks = vec![];
        for (index, (c, x, y)) in lines.iter().enumerate() {
            if *x == 0.0 {
                kinks.push(-c / y);
            }
            for (other_c, other_x, other_y) in &lines[..index] {
                kinks.push((other_x * c - x * other_c) / (x * other_y - other_x * y));
            }
        }
        for bend in bends.iter().filter(|bend| bend.of_both != 0.0) {
            // The discriminant of the quadratic in x.
            let slope = self.large.value * (bend.of_u + self.sign * bend.of_v);
            let four = 4.0 * self.sign * bend.of_both * self.large.value * self.large.value;
            let small = self.small.value;
            kinks.extend(real_zeros(
                four * self.sign * bend.of_both * small * small,
                -four * small * (bend.of_u - self.sign * bend.of_v),
                slope * slope - four * bend.constant,
            ));
        }
        kinks.retain(|kink| kink.is_finite());
        kinks
    }
}

/// Real zeros of `a x^2 + b x + c`, without cancellation.
fn real_zeros(a: f64, b: f64, c: f64) -> Vec<f64> {
    if a == 0.0 {
        return if b == 0.0 { vec![] } else { vec![-c / b] };
    }
    let discriminant = b * b - 4.0 * a * c;
    if discriminant.is_nan() || discriminant < 0.0 {
        return vec![];
    }
    let sum = -0.5 * (b + discriminant.sqrt().copysign(b));
    if sum == 0.0 { vec![0.0] } else { vec![sum / a, c / sum] }
}

#[cfg(test)]
mod tests {
    use super::real_zeros;

    #[test]
    fn zeros_of_quadratics() {
        assert_eq!(real_zeros(0.0, 2.0, -3.0), [1.5]);
        assert!(real_zeros(1.0, 0.0, 1.0).is_empty());
        assert!(real_zeros(0.0, 0.0, 1.0).is_empty());
        assert_eq!(real_zeros(1.0, 0.0, 0.0), [0.0]);
        let mut zeros = real_zeros(1.0, -1e9, 1.0);
        zeros.sort_by(f64::total_cmp);
        assert_eq!(zeros, [1e-9, 1e9]);
    }
}
