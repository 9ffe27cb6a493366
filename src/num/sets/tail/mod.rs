//! A real function of all `s >= 0` at once: what proves that an integral to infinity, or to a singular end, is nearly complete.
//!
//! A tail stands for x at `x = T + s`, or at `x = e^-(T + s)`, and for what formulas make of it. It knows a range, a polynomial in s,
//! its logarithm as such a polynomial, and envelopes `exp(a + b s + c s^2)` above and below its magnitude. Each is optional but the
//! range and the envelope above, which may be infinite; nothing is assumed at infinity. A function that may have no value has no tail.

mod exponent;
mod functions;
mod special;

use exponent::{
    BOUNDLESS, Exponent, INFINITY, LOGARITHM_OF_ZERO, Quadratic, degree, greater, highs, is_bounded, lesser,
    logarithm_above, logarithm_below, lowest, negated, sum_above, sum_below,
};

use crate::num::Estimate;
use crate::num::sets::rounding::{above_function, add_down, add_up, below_function, divide_up};
use crate::num::sets::{Segment, Signs};
use std::f64::consts::PI;

/// A function of `s >= 0`; see the module.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    /// All values lie in it.
    range: Segment,
    quadratic: Option<Quadratic>,
    /// If known, the function is positive.
    logarithm: Option<Quadratic>,
    /// `|f(s)| <= exp(above(s))`
    above: Exponent,
    /// `|f(s)| >= exp(below(s))`
    below: Option<Exponent>,
    /// What is known of the distance from a constant, so that taking the constant away does not lose it.
    excess: Option<Excess>,
}

/// Range and envelopes of `f - base`.
#[derive(Clone, Copy, Debug)]
struct Excess {
    base: f64,
    range: Segment,
    above: Exponent,
    below: Option<Exponent>,
}

impl Tail {
    pub const ZERO: Tail = Tail {
        range: Segment::ZERO,
        quadratic: Some([Estimate::ZERO; 3]),
        logarithm: None,
        above: [LOGARITHM_OF_ZERO, 0.0, 0.0],
        below: None,
        excess: None,
    };
    pub const ONE: Tail = Tail {
        range: Segment::ONE,
        quadratic: Some([Estimate::ONE, Estimate::ZERO, Estimate::ZERO]),
        logarithm: None,
        above: [0.0; 3],
        below: Some([0.0; 3]),
        excess: None,
    };

    /// A constant; `None` if it is no finite number.
    pub fn of(x: Estimate) -> Option<Tail> {
        x.is_finite().then(|| Tail::polynomial([x, Estimate::ZERO, Estimate::ZERO]))
    }

    /// Something within a segment for each s.
    pub fn within(segment: Segment) -> Tail {
        Tail::ranged(segment, BOUNDLESS)
    }

    /// `start + step s`
    pub fn line(start: Estimate, step: Estimate) -> Tail {
        Tail::polynomial([start, step, Estimate::ZERO])
    }

    fn polynomial(q: Quadratic) -> Tail {
        let opposite = q.map(|x| -x);
        let range = Segment { low: lowest(&q), high: -lowest(&opposite) };
        let [constant, slope, curve] = q.map(|x| x.abs().high());
        // p0 e^(b s) >= p0 (1 + b s + b^2 s^2/2) >= p0 + p1 s + p2 s^2; a small p0 is raised so that b stays small.
        let constant = constant.max(slope).max(curve).max(1e-300);
        let rate = above_function((slope / constant).max((2.0 * curve / constant).sqrt() * (1.0 + 4.0 * f64::EPSILON)));
        let rate = if slope == 0.0 && curve == 0.0 { 0.0 } else { rate };
        let above = [logarithm_above(constant), rate, 0.0];
        Tail { range, quadratic: Some(q), logarithm: None, above, below: None, excess: None }.tidied()
    }

    /// What lies in a range and below an envelope.
    fn ranged(range: Segment, above: Exponent) -> Tail {
        Tail { range, quadratic: None, logarithm: None, above, below: None, excess: None }.tidied()
    }

    /// With what follows from the range.
    fn tidied(mut self) -> Tail {
        if self.range.low.is_nan() || self.range.high.is_nan() || self.range.low > self.range.high {
            self.range = Segment::LINE;
        }
        if self.above.iter().any(|x| x.is_nan()) {
            self.above = BOUNDLESS;
        }
        if self.range.is_bounded() {
            self.above = lesser(self.above, [logarithm_above(self.range.magnitude()), 0.0, 0.0]);
            if self.quadratic.is_none() {
                self.quadratic = self.range.to_estimate().map(|ball| [ball, Estimate::ZERO, Estimate::ZERO]);
            }
        }
        let least = self.least_magnitude();
        if least > 0.0 {
            self.below = greater(self.below, Some([logarithm_below(least), 0.0, 0.0]));
        }
        self
    }

    /// No value is nearer to 0.
    fn least_magnitude(&self) -> f64 {
        match self.sign() {
            Some(true) => self.range.low,
            Some(false) => -self.range.high,
            None => 0.0,
        }
    }

    /// Start and step, if it is a line.
    pub(super) fn straight(&self) -> Option<(Estimate, Estimate)> {
        self.quadratic.filter(|q| q[2] == Estimate::ZERO).map(|q| (q[0], q[1]))
    }

    /// For each r: the values at some s up to r. `None` if nothing bounds them.
    pub fn up_to(self) -> Option<Tail> {
        match self.quadratic {
            // What grows at most at its rate up to r lies between its start and there.
            Some([start, step, curve]) if curve == Estimate::ZERO => {
                let reach = Segment::of(step)?.hull(Segment::ZERO).to_estimate()?;
                Some(Tail::polynomial([start, reach, Estimate::ZERO]))
            }
            _ => Tail::of(self.range.to_estimate()?),
        }
    }

    /// Lowest and highest value.
    pub fn range(&self) -> Segment {
        self.range
    }

    /// What is known of the value at one s; `None` if what is known contradicts itself.
    pub fn at(&self, s: f64) -> Option<Segment> {
        let s = Segment::exact(s);
        let exponent = |e: Exponent| Segment::exact(e[0]) + (Segment::exact(e[1]) + Segment::exact(e[2]) * s) * s;
        let value = |q: Quadratic| Some(Segment::of(q[0])? + (Segment::of(q[1])? + Segment::of(q[2])? * s) * s);
        let mut known = self.range;
        if is_bounded(&self.above) {
            let size = exponent(self.above).exp().high;
            known = known.intersection(Segment { low: -size, high: size })?;
        }
        if let Some(q) = self.quadratic.and_then(value) {
            known = known.intersection(q)?;
        }
        if let Some(q) = self.logarithm.and_then(value) {
            known = known.intersection(q.exp())?;
        }
        if let (Some(below), Some(sign)) = (self.below, self.sign()) {
            let size = exponent(below).exp().low;
            let beyond =
                if sign { Segment { low: size, high: INFINITY } } else { Segment { low: -INFINITY, high: -size } };
            known = known.intersection(beyond)?;
        }
        Some(known)
    }

    /// An upper bound of `int_0^inf |f(s)| ds`; infinite if none is known.
    pub fn integral(&self) -> f64 {
        let [a, b, c] = self.above;
        if !is_bounded(&self.above) || c > 0.0 {
            return INFINITY;
        }
        // int e^(a + b s) = e^a/-b
        let by_rate = if b < 0.0 { (a + 1e-15 * a.abs()).exp() / -b } else { INFINITY };
        // The whole line: e^(a - b^2/(4c)) sqrt(pi/-c). For b < 0 half of e^a sqrt(pi/-c) would do.
        let peak = if b > 0.0 { b * b / (-4.0 * c) } else { 0.0 };
        let by_curve = if c < 0.0 { (a + peak + 4e-15 * (a.abs() + peak)).exp() * (PI / -c).sqrt() } else { INFINITY };
        let least = by_rate.min(by_curve) * (1.0 + 1e-14) + f64::MIN_POSITIVE;
        if least.is_nan() { INFINITY } else { least }
    }

    /// An upper bound of the sum of `|f(s)|` over `s = 0, 1, 2, ..`; infinite if none is known.
    pub fn sum(&self) -> f64 {
        let [a, b, c] = self.above;
        if !is_bounded(&self.above) || c > 0.0 {
            return INFINITY;
        }
        // e^a (1 + e^b + e^2b + ..)
        let gap = add_down(1.0, -above_function(b.exp()));
        if gap > 0.0 { divide_up(above_function(a.exp()), gap) } else { INFINITY }
    }

    /// The logarithm between the envelopes, if it is not known better; `None` unless the function is positive.
    fn easy_logarithm(&self) -> Option<Quadratic> {
        if self.logarithm.is_some() {
            return self.logarithm;
        }
        let below = self.below?;
        if self.range.low < 0.0 || !is_bounded(&self.above) || !is_bounded(&below) {
            return None;
        }
        // At each s the logarithm is a mean of the two envelopes, and so are the coefficients, with the same weights.
        let between = |i: usize| Segment { low: below[i].min(self.above[i]), high: below[i].max(self.above[i]) };
        Some([between(0).to_estimate()?, between(1).to_estimate()?, between(2).to_estimate()?])
    }

    pub fn add(self, other: Tail) -> Tail {
        if other.range == Segment::ZERO {
            return self;
        }
        if self.range == Segment::ZERO {
            return other;
        }
        match (self.excess, other.excess) {
            (Some(excess), _) if other.range == Segment::exact(-excess.base) => return excess.tail(),
            (_, Some(excess)) if self.range == Segment::exact(-excess.base) => return excess.tail(),
            _ => {}
        }
        let (most, least) = (self.above[0].max(other.above[0]), self.above[0].min(other.above[0]));
        let above = if is_bounded(&self.above) && is_bounded(&other.above) {
            // e^a1 + e^a2 = e^most (1 + e^(least - most)), at the larger rates.
            let both = add_up(most, above_function((least - most).exp().ln_1p()) + 1e-15);
            [both, self.above[1].max(other.above[1]), self.above[2].max(other.above[2])]
        } else {
            BOUNDLESS
        };
        let mut sum = Tail::ranged(self.range + other.range, above);
        if let (Some(a), Some(b)) = (self.quadratic, other.quadratic) {
            // A sum with what is exactly 0 is not rounded, so that a coefficient that may not be positive stays so.
            let plus = |x: Estimate, y: Estimate| match (x == Estimate::ZERO, y == Estimate::ZERO) {
                (true, _) => y,
                (_, true) => x,
                _ => x + y,
            };
            let polynomial = Tail::polynomial([0, 1, 2].map(|i| plus(a[i], b[i])));
            sum.range = sum.range.intersection(polynomial.range).unwrap_or(sum.range);
            sum.above = lesser(sum.above, polynomial.above);
            sum.quadratic = polynomial.quadratic;
        }
        let (self_sign, other_sign) = (self.sign(), other.sign());
        if self_sign.is_some() && self_sign == other_sign {
            // Nothing cancels.
            sum.below = greater(sum.below, greater(self.below, other.below));
        } else {
            self.outweigh(&other, &mut sum);
            other.outweigh(&self, &mut sum);
        }
        if other.range.low == other.range.high {
            sum.excess = Some(self.excess_over(other.range.low));
        } else if self.range.low == self.range.high {
            sum.excess = Some(other.excess_over(self.range.low));
        }
        sum.tidied()
    }

    /// What is known of `base + self`.
    fn excess_over(&self, base: f64) -> Excess {
        Excess { base, range: self.range, above: self.above, below: self.below }
    }

    /// What is known of `self + other` if `|other| <= k |self|` with k < 1.
    fn outweigh(&self, other: &Tail, sum: &mut Tail) {
        let Some(below) = self.below else { return };
        let least = self.least_magnitude();
        let by_range = if least > 0.0 { other.range.magnitude() / least } else { INFINITY };
        let slower = other.above[1] <= below[1] && other.above[2] <= below[2];
        let slack = 1e-15 * (below[0].abs() + other.above[0].abs());
        let by_envelope = if slower { (other.above[0] - below[0] + slack).exp() } else { INFINITY };
        let share = by_range.min(by_envelope) * (1.0 + 1e-14);
        let less = share < 1.0;
        if !less {
            return;
        }
        let left = [add_down(below[0], below_function((-share).ln_1p())), below[1], below[2]];
        sum.below = greater(sum.below, Some(left));
        match self.sign() {
            Some(true) => sum.range.low = sum.range.low.max(0.0),
            Some(false) => sum.range.high = sum.range.high.min(0.0),
            None => {}
        }
    }

    /// Whether no value is 0.
    pub fn is_nonzero(self) -> bool {
        self.below.is_some() || self.range.low > 0.0 || self.range.high < 0.0
    }

    /// `true` if no value is negative, `false` if none is positive.
    pub fn sign(self) -> Option<bool> {
        if self.range.low >= 0.0 {
            Some(true)
        } else if self.range.high <= 0.0 {
            Some(false)
        } else {
            None
        }
    }

    pub fn neg(self) -> Tail {
        let quadratic = self.quadratic.map(|q| q.map(|x| -x));
        let excess = self.excess.map(|e| Excess { base: -e.base, range: -e.range, ..e });
        Tail { range: -self.range, quadratic, logarithm: None, excess, ..self }
    }

    pub fn sub(self, other: Tail) -> Tail {
        self.add(other.neg())
    }

    pub fn mul(self, other: Tail) -> Tail {
        let mut product = Tail::ranged(self.range * other.range, sum_above(self.above, other.above));
        if let (Some(a), Some(b)) = (self.below, other.below) {
            product.below = greater(product.below, Some(sum_below(a, b)));
        }
        if (self.logarithm.is_some() || other.logarithm.is_some())
            && let (Some(a), Some(b)) = (self.easy_logarithm(), other.easy_logarithm())
        {
            let logarithm = [0, 1, 2].map(|i| a[i] + b[i]);
            product.above = lesser(product.above, highs(&logarithm));
            product.logarithm = Some(logarithm);
        }
        if let (Some(a), Some(b)) = (self.quadratic, other.quadratic)
            && degree(&a) + degree(&b) <= 2
        {
            // What is exactly 0 stays so: a power of s that is not there must not come in by rounding.
            let times = |x: Estimate, y: Estimate| {
                if x == Estimate::ZERO || y == Estimate::ZERO { Estimate::ZERO } else { x * y }
            };
            let coefficients = [
                times(a[0], b[0]),
                times(a[0], b[1]) + times(a[1], b[0]),
                times(a[0], b[2]) + times(a[1], b[1]) + times(a[2], b[0]),
            ];
            let polynomial = Tail::polynomial(coefficients);
            product.range = product.range.intersection(polynomial.range).unwrap_or(product.range);
            product.quadratic = polynomial.quadratic;
        }
        product.tidied()
    }

    /// `1/x`; `None` if x may be 0.
    pub(super) fn inverse(self) -> Option<Tail> {
        let below = self.below?;
        let above = negated(below);
        let range = if let Some(range) = Segment::ONE.div(self.range) {
            range
        } else {
            // |x| >= e^a wherever the lower envelope does not fall.
            let grows = below[1] >= 0.0 && below[2] >= 0.0;
            let most = if grows { above_function((-below[0]).exp()) } else { INFINITY };
            match self.sign() {
                Some(true) => Segment { low: 0.0, high: most },
                Some(false) => Segment { low: -most, high: 0.0 },
                None => Segment { low: -most, high: most },
            }
        };
        let mut inverse = Tail::ranged(range, above);
        if is_bounded(&self.above) {
            inverse.below = greater(inverse.below, Some(negated(self.above)));
        }
        inverse.logarithm = self.logarithm.map(|q| q.map(|x| -x));
        Some(inverse.tidied())
    }

    /// `self/other`; `None` if the divisor may be 0.
    pub fn div(self, other: Tail) -> Option<Tail> {
        Some(self.mul(other.inverse()?))
    }

    /// `x^n`, with `x^0 = 1`; `None` if n is negative and x may be 0.
    pub fn powi(self, n: i32) -> Option<Tail> {
        if n < 0 {
            return self.inverse()?.powi(n.checked_neg()?);
        }
        let product = |x: &mut Tail, y: &Tail| {
            *x = x.mul(*y);
            Some(())
        };
        let mut power = crate::num::power_by_squaring(Tail::ONE, self, n.unsigned_abs(), product)?;
        if let Some(range) = self.range.powi(n) {
            power.range = power.range.intersection(range).unwrap_or(power.range);
        }
        Some(power.tidied())
    }

    /// `|x|`
    pub fn abs(self) -> Tail {
        match self.sign() {
            Some(true) => self,
            Some(false) => self.neg(),
            None => {
                let range = Segment { low: 0.0, high: self.range.magnitude() };
                Tail { below: self.below, ..Tail::ranged(range, self.above) }
            }
        }
    }

    /// `max(x, 0)`
    pub fn positive_part(self) -> Tail {
        match self.sign() {
            Some(true) => self,
            Some(false) => Tail::ZERO,
            None => Tail::ranged(Segment { low: 0.0, high: self.range.high }, self.above),
        }
    }

    /// The larger of two.
    pub fn max(self, other: Tail) -> Tail {
        let mut signs = Signs::new();
        match self.less(other) {
            Some(true) => other,
            Some(false) => self,
            None => Tail { range: self.range.max(other.range, &mut signs), ..self.hull(other) }.tidied(),
        }
    }

    /// The smaller of two.
    pub fn min(self, other: Tail) -> Tail {
        self.neg().max(other.neg()).neg()
    }

    /// Either of two.
    pub fn hull(self, other: Tail) -> Tail {
        let above = [0, 1, 2].map(|i| self.above[i].max(other.above[i]));
        let mut hull = Tail::ranged(self.range.hull(other.range), above);
        if let (Some(a), Some(b)) = (self.below, other.below) {
            hull.below = greater(hull.below, Some([0, 1, 2].map(|i| a[i].min(b[i]))));
        }
        hull
    }

    /// Whether `self < other` for all s or for none; `None` if that is not known.
    pub fn less(self, other: Tail) -> Option<bool> {
        if self.range.high < other.range.low {
            return Some(true);
        }
        if self.range.low >= other.range.high {
            return Some(false);
        }
        // A difference with an envelope below is not 0.
        let difference = other.sub(self);
        if difference.below.is_some() { difference.sign() } else { None }
    }
}

impl Excess {
    fn tail(self) -> Tail {
        let mut tail = Tail::ranged(self.range, self.above);
        tail.below = greater(tail.below, self.below);
        tail
    }
}
