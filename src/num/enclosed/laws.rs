//! Laws and charts: how a variable of integration becomes the integrand's argument and a weight.
//!
//! All are written once, for every kind of number.

use crate::num::Estimate;

use crate::num::sets::Kind;

/// Where the integrand is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Place<N> {
    pub x: N,
    /// Near a singular end or break: the distance from it, free of cancellation.
    pub near: Option<Near<N>>,
}

/// `x = end + distance` if x lies above the end, else `x = end - distance`.
#[derive(Clone, Copy, Debug)]
pub struct Near<N> {
    pub end: Estimate,
    pub above: bool,
    pub distance: N,
}

/// How the integrator's variable t gives u, the variable of the law.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chart {
    /// `u = t`
    Identity,
    /// `u = end + scale e^-t` if `above`, else `u = end - scale e^-t`, for `t >= 0`.
    Toward { end: f64, above: bool, scale: Estimate },
    /// `u = scale e^t`, scale of either sign, for `t >= 0`.
    Away { scale: f64 },
}

impl Chart {
    /// u and `|du/dt|`, if that is not 1.
    fn place<N: Kind>(&self, t: N) -> Option<(Place<N>, Option<N>)> {
        match *self {
            Chart::Identity => Some((Place { x: t, near: None }, None)),
            Chart::Toward { end, above, scale } => {
                let mut distance = t.neg()?.exp()?;
                if scale != Estimate::ONE {
                    distance = distance.mul(N::of(scale)?)?;
                }
                let x = match (end == 0.0, above) {
                    (true, true) => distance,
                    (true, false) => distance.neg()?,
                    (false, true) => N::exact(end)?.add(distance)?,
                    (false, false) => N::exact(end)?.sub(distance)?,
                };
                let near = Near { end: Estimate::exact(end), above, distance };
                Some((Place { x, near: Some(near) }, Some(distance)))
            }
            Chart::Away { scale } => {
                let size = t.exp()?.mul(N::exact(scale.abs())?)?;
                let x = if scale < 0.0 { size.neg()? } else { size };
                Some((Place { x, near: None }, Some(size)))
            }
        }
    }
}

/// What is integrated against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Law {
    /// `dx`
    Length,
    /// `dx` for `x = low + width u`, u from 0 to 1, or `x = high - width (1 - u)`.
    Stretched { low: Estimate, high: Estimate, width: Estimate },
    /// The standard normal density.
    Normal,
    /// The law of the eigenvalues of `W'W`, in the variable u of [`MarchenkoPastur`].
    MarchenkoPastur(MarchenkoPastur),
}

/// `ln sqrt(2 pi)`, to the nearest double.
const LOG_ROOT_TWO_PI: Estimate = Estimate { value: 0.918_938_533_204_672_7, abs_err: 1.2e-16 };

/// `e^(-x^2/2)/sqrt(2 pi)`
pub fn normal_density<N: Kind>(x: N) -> Option<N> {
    x.powi(2)?.mul(N::exact(-0.5)?)?.sub(N::of(LOG_ROOT_TWO_PI)?)?.exp()
}

impl Law {
    /// x and the weight, if that is not 1.
    fn place<N: Kind>(&self, u: Place<N>) -> Option<(Place<N>, Option<N>)> {
        match self {
            Law::Length => Some((u, None)),
            Law::Stretched { low, high, width } => {
                let width = N::of(*width)?;
                let Some(near) = u.near else {
                    return Some((Place { x: N::of(*low)?.add(width.mul(u.x)?)?, near: None }, Some(width)));
                };
                let distance = near.distance.mul(width)?;
                let end = if near.above { *low } else { *high };
                let x = if near.above { N::of(end)?.add(distance)? } else { N::of(end)?.sub(distance)? };
                Some((Place { x, near: Some(Near { end, above: near.above, distance }) }, Some(width)))
            }
            Law::Normal => Some((u, Some(normal_density(u.x)?))),
            Law::MarchenkoPastur(law) => law.place(u),
        }
    }
}

/// With `x = (1 - sqrt rho)^2 + 4 sqrt rho u^2 (3 - 2u)` the law with aspect rho is, less its atom at 0,
/// `(48 rho/pi) u^2 (1-u)^2 sqrt((3-2u)(1+2u))/x du` on [0, 1].
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarchenkoPastur {
    low: Estimate,
    span: Estimate,
    scale: Estimate,
}

/// `1/pi`, to the nearest double.
const INVERSE_PI: Estimate = Estimate { value: std::f64::consts::FRAC_1_PI, abs_err: 3e-17 };

impl MarchenkoPastur {
    /// `None` unless rho is positive.
    pub fn new(rho: Estimate) -> Option<MarchenkoPastur> {
        let positive = rho.low() > 0.0 && rho.is_finite();
        if !positive {
            return None;
        }
        let root = rho.sqrt()?;
        let edge = (Estimate::ONE - rho).div(Estimate::ONE + root)?;
        let span = root * Estimate::exact(4.0);
        Some(MarchenkoPastur { low: edge * edge, span, scale: rho * Estimate::exact(48.0) * INVERSE_PI })
    }

    fn place<N: Kind>(&self, u: Place<N>) -> Option<(Place<N>, Option<N>)> {
        // Near an end the complement of u comes without cancellation.
        let one = N::exact(1.0)?;
        let (u, complement) = match u.near {
            Some(near) if !near.above => (one.sub(near.distance)?, near.distance),
            _ => (u.x, one.sub(u.x)?),
        };
        let three = N::exact(3.0)?;
        let rest = three.sub(u.add(u)?)?;
        let square = u.powi(2)?;
        let span = N::of(self.span)?;
        let rise = span.mul(square)?.mul(rest)?;
        let closed = self.low == Estimate::ZERO;
        let x = if closed { rise } else { N::of(self.low)?.add(rise)? };
        // u^2/x, where u^2 cancels if the law reaches 0.
        let share = if closed { one.div(span.mul(rest)?)? } else { square.div(x)? };
        let root = rest.mul(one.add(u.add(u)?)?)?.sqrt()?;
        let weight = N::of(self.scale)?.mul(share)?.mul(complement.powi(2)?)?.mul(root)?;
        Some((Place { x, near: None }, Some(weight)))
    }
}

/// x and the weight at t.
pub(crate) fn place<N: Kind>(chart: &Chart, law: &Law, t: N) -> Option<(Place<N>, Option<N>)> {
    let (u, speed) = chart.place(t)?;
    let (x, weight) = law.place(u)?;
    let weight = match (speed, weight) {
        (Some(speed), Some(weight)) => Some(speed.mul(weight)?),
        (speed, weight) => speed.or(weight),
    };
    Some((x, weight))
}
