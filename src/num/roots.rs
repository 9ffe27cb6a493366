//! The zero of a function on an interval, bracketed and then verified with error bounds.
//!
//! Three steps: a geometric search from inside the interval towards both ends for a certain change of sign; Chandrupatla's
//! method (inverse quadratic interpolation with bisection as its guard; Advances in Engineering Software 28, 1997) on the
//! values; points on both sides of the answer where the sign is certain again, which are the error bound.

use super::Estimate;
use std::cmp::Ordering;

/// One end of an interval; may be infinite (then open).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    pub value: f64,
    pub closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RootError<E> {
    /// The function itself failed.
    Function(E),
    /// No change of sign was found; `low` and `high` are the outermost points tried and the function's values there.
    NoBracket { low: (f64, f64), high: (f64, f64), evaluations: u32 },
    /// A sign change was found but could not be verified within the function's own error, or the function jumps there.
    Unverified { best: Estimate },
}

/// Bound on the iterations of the interpolation; bisection alone would need some 60.
const MOST_ITERATIONS: u32 = 150;
/// The verified interval is widened by factors of 4 at most so often.
const MOST_WIDENINGS: u32 = 40;
/// After that it is widened by factors of `LEAP` at most so often. This is enough to get from the smallest number to the largest.
const MOST_LEAPS: u32 = 130;
/// Factor of these later widenings.
const LEAP: f64 = 65536.0;
/// Steps of the search by factors of 4; later steps go by factors of 256.
const FINE_STEPS: u32 = 8;

/// The zero of `f` between the ends, as an estimate whose ends have verified opposite signs of `f`.
///
/// `f` is taken to be continuous with one change of sign. An open end is approached but not evaluated; a closed end is
/// evaluated, and accepted as the zero if `f` is exactly 0 there, or not distinguishable from 0 with no change of sign
/// inside. Where `f` fails on the way to an end the search in that direction stops, and the failure is reported only if
/// no bracket is found elsewhere.
pub fn bracketed_root<E>(
    f: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    low: End,
    high: End,
) -> Result<Estimate, RootError<E>> {
    let mut search = Search { f, seen: Vec::new(), evaluations: 0, failure: None };
    for end in [low, high] {
        if end.closed && end.value.is_finite() {
            search.evaluate(end.value);
            if search.value_at(end.value).is_some_and(|y| y.sign() == Some(Ordering::Equal)) {
                return Ok(Estimate::exact(end.value));
            }
        }
    }
    let Some(bracket) = search.bracket(low.value, high.value) else {
        for end in [low, high] {
            if let Some(root) = search.at_uncertain_end(end) {
                return Ok(root);
            }
        }
        return Err(search.nothing_found());
    };
    let near = interpolate(search.f, bracket).map_err(RootError::Function)?;
    verify(search.f, bracket, near)
}

/// A point and the function there.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    y: Estimate,
}

/// Two neighbouring points with certain, opposite signs.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    low: Point,
    high: Point,
}

struct Search<'a, E> {
    f: &'a mut dyn FnMut(f64) -> Result<Estimate, E>,
    /// Sorted by x.
    seen: Vec<Point>,
    evaluations: u32,
    failure: Option<E>,
}

impl<E> Search<'_, E> {
    /// Evaluates the function and records the point. Returns false if the function failed there.
    fn evaluate(&mut self, x: f64) -> bool {
        self.evaluations += 1;
        match (self.f)(x) {
            Ok(y) => {
                let place = self.seen.partition_point(|p| p.x < x);
                self.seen.insert(place, Point { x, y });
                true
            }
            Err(failure) => {
                self.failure.get_or_insert(failure);
                false
            }
        }
    }

    fn value_at(&self, x: f64) -> Option<Estimate> {
        self.seen.iter().find(|p| p.x == x).map(|p| p.y)
    }

    /// The change of sign between neighbours among the points with a certain sign. If there are several, it is the narrowest one.
    fn change(&self) -> Option<Bracket> {
        let certain: Vec<&Point> =
            self.seen.iter().filter(|p| matches!(p.y.sign(), Some(Ordering::Less | Ordering::Greater))).collect();
        certain
            .windows(2)
            .filter(|pair| pair[0].y.sign() != pair[1].y.sign())
            .map(|pair| Bracket { low: *pair[0], high: *pair[1] })
            .min_by(|a, b| (a.high.x - a.low.x).total_cmp(&(b.high.x - b.low.x)))
    }

    fn bracket(&mut self, low: f64, high: f64) -> Option<Bracket> {
        let start = starting_point(low, high);
        self.evaluate(start);
        let (mut left, mut right) = (Walk::new(start, low), Walk::new(start, high));
        loop {
            if let Some(bracket) = self.change() {
                return Some(bracket);
            }
            let steps = [left.next(), right.next()];
            if steps == [None, None] {
                return None;
            }
            if let Some(x) = steps[0] {
                left.stopped |= !self.evaluate(x);
            }
            if let Some(x) = steps[1] {
                right.stopped |= !self.evaluate(x);
            }
        }
    }

    /// The zero at a closed end, if the function is zero within its error there.
    fn at_uncertain_end(&mut self, end: End) -> Option<Estimate> {
        let y = self.value_at(end.value).filter(|_| end.closed)?;
        if !y.is_finite() || y.sign().is_some() {
            return None;
        }
        let inner = self
            .seen
            .iter()
            .filter(|p| p.x != end.value && p.y.sign().is_some())
            .min_by(|a, b| (a.x - end.value).abs().total_cmp(&(b.x - end.value).abs()))
            .copied()?;
        // The first point towards the inside where the sign is certain bounds how far the zero may be.
        let mut step = 4.0 * f64::EPSILON * end.value.abs().max(f64::MIN_POSITIVE);
        let whole = inner.x - end.value;
        while step < whole.abs() {
            let x = end.value + step.copysign(whole);
            self.evaluations += 1;
            match (self.f)(x) {
                Ok(y) if y.sign() == inner.y.sign() => return Some(Estimate::new(end.value, 2.0 * step)),
                Ok(_) => step *= 4.0,
                Err(_) => return None,
            }
        }
        Some(Estimate::exact(end.value).widened(whole.abs()))
    }

    fn nothing_found(self) -> RootError<E> {
        let pair = |p: Option<&Point>| p.map_or((f64::NAN, f64::NAN), |p| (p.x, p.y.value));
        match self.failure {
            Some(failure) => RootError::Function(failure),
            None => RootError::NoBracket {
                low: pair(self.seen.first()),
                high: pair(self.seen.last()),
                evaluations: self.evaluations,
            },
        }
    }
}

/// A point inside, from which the search goes outward.
fn starting_point(low: f64, high: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => 0.5 * low + 0.5 * high,
        (true, false) => low + low.abs().max(1.0),
        (false, true) => high - high.abs().max(1.0),
        (false, false) => 0.0,
    }
}

/// Points from `start` towards `end`: geometrically closer to a finite end, geometrically farther towards an infinite one.
struct Walk {
    start: f64,
    end: f64,
    factor: f64,
    steps: u32,
    stopped: bool,
}

impl Walk {
    fn new(start: f64, end: f64) -> Walk {
        Walk { start, end, factor: 1.0, steps: 0, stopped: start == end }
    }

    fn next(&mut self) -> Option<f64> {
        if self.stopped {
            return None;
        }
        self.factor *= if self.steps < FINE_STEPS { 4.0 } else { 256.0 };
        self.steps += 1;
        let x = if self.end.is_finite() {
            self.end + (self.start - self.end) / self.factor
        } else {
            let unit = self.start.abs().max(1.0);
            self.start + (unit * (self.factor - 1.0)).copysign(self.end)
        };
        if self.factor > 1e300 || x == self.end || !x.is_finite() {
            self.stopped = true;
            return None;
        }
        Some(x)
    }
}

/// The best point of the bracket by value: where the function is zero within its error, or the bracket is two units wide.
fn interpolate<E>(f: &mut dyn FnMut(f64) -> Result<Estimate, E>, bracket: Bracket) -> Result<Point, E> {
    let (mut a, mut b) = (bracket.low, bracket.high);
    // Halve the logarithm while the bracket spans a large ratio.
    while a.x > 0.0 && b.x > 4.0 * a.x || b.x < 0.0 && a.x < 4.0 * b.x {
        let x = (a.x.abs().sqrt() * b.x.abs().sqrt()).copysign(a.x);
        let point = Point { x, y: f(x)? };
        match point.y.sign() {
            Some(Ordering::Equal) | None => return Ok(point),
            sign if sign == a.y.sign() => a = point,
            _ => b = point,
        }
    }
    // From here: b is the newest point, a the other end, c the point before.
    let mut c;
    let mut fraction = 0.5;
    for _ in 0..MOST_ITERATIONS {
        let x = a.x + fraction * (b.x - a.x);
        let point = Point { x, y: f(x)? };
        if !matches!(point.y.sign(), Some(Ordering::Less | Ordering::Greater)) {
            return Ok(point);
        }
        if point.y.sign() == a.y.sign() {
            c = a;
        } else {
            c = b;
            b = a;
        }
        a = point;
        let best = if a.y.value.abs() <= b.y.value.abs() { a } else { b };
        let width = (b.x - a.x).abs();
        let tolerance = 2.0 * f64::EPSILON * best.x.abs() + f64::from_bits(4);
        if width <= tolerance {
            return Ok(best);
        }
        fraction = next_fraction(a, b, c).clamp(0.5 * tolerance / width, 1.0 - 0.5 * tolerance / width);
    }
    Ok(if a.y.value.abs() <= b.y.value.abs() { a } else { b })
}

/// Where to go from a towards b: inverse quadratic interpolation where it is safe, the middle otherwise.
fn next_fraction(a: Point, b: Point, c: Point) -> f64 {
    let (fa, fb, fc) = (a.y.value, b.y.value, c.y.value);
    let xi = (a.x - b.x) / (c.x - b.x);
    let phi = (fa - fb) / (fc - fb);
    let safe = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
    if !(safe && fa.is_finite() && fb.is_finite() && fc.is_finite()) {
        return 0.5;
    }
    let t = fa / (fb - fa) * (fc / (fb - fc)) + (c.x - a.x) / (b.x - a.x) * (fa / (fc - fa)) * (fb / (fc - fb));
    if t.is_finite() { t } else { 0.5 }
}

/// Widens around the point until the signs on both sides are certain and those of the bracket.
fn verify<E>(
    f: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    bracket: Bracket,
    near: Point,
) -> Result<Estimate, RootError<E>> {
    let side = |f: &mut dyn FnMut(f64) -> Result<Estimate, E>, end| widen(f, near.x, end).map_err(RootError::Function);
    let (Some(left), Some(right)) = (side(f, bracket.low)?, side(f, bracket.high)?) else {
        let width = (bracket.high.x - near.x).max(near.x - bracket.low.x);
        return Err(RootError::Unverified { best: Estimate::exact(near.x).widened(width) });
    };
    let best = Estimate::exact(near.x).widened((near.x - left.x).max(right.x - near.x));
    // Across a zero the function is small on both sides; across a jump or a pole it is not.
    let jump = (right.y.value - left.y.value).abs();
    let whole = bracket.low.y.value.abs() + bracket.high.y.value.abs();
    let narrow = right.x - left.x < 1e-6 * (bracket.high.x - bracket.low.x);
    if narrow && whole.is_finite() && jump >= 0.5 * whole { Err(RootError::Unverified { best }) } else { Ok(best) }
}

/// The nearest point found from x towards the end of the bracket where the sign is certain and that of the end.
fn widen<E>(f: &mut dyn FnMut(f64) -> Result<Estimate, E>, x: f64, end: Point) -> Result<Option<Point>, E> {
    let towards = if end.x < x { -1.0 } else { 1.0 };
    let mut step = 2.0 * f64::EPSILON * x.abs() + f64::from_bits(2);
    for _ in 0..MOST_WIDENINGS {
        if let Some(point) = certain_side(f, x + towards * step, end, x)? {
            return Ok(Some(point));
        }
        step *= 4.0;
    }
    // No certain sign so far: x is 0 or close to 0, so that its size tells nothing about the scale of the function.
    for _ in 0..MOST_LEAPS {
        let mut leap = step * LEAP;
        let Some(mut nearest) = certain_side(f, x + towards * leap, end, x)? else {
            step = leap;
            continue;
        };
        while leap > step {
            leap /= 4.0;
            match certain_side(f, x + towards * leap, end, x)? {
                Some(point) => nearest = point,
                None => break,
            }
        }
        return Ok(Some(nearest));
    }
    Ok(None)
}

/// The point at x, or the end of the bracket if x is past it, provided the sign there is certain and that of the end.
fn certain_side<E>(
    f: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    x: f64,
    end: Point,
    from: f64,
) -> Result<Option<Point>, E> {
    if (x - from).abs() >= (end.x - from).abs() {
        return Ok(Some(end));
    }
    let y = f(x)?;
    Ok((y.sign() == end.y.sign()).then_some(Point { x, y }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::quadrature::one_by_one;

    fn open(value: f64) -> End {
        End { value, closed: false }
    }

    fn closed(value: f64) -> End {
        End { value, closed: true }
    }

    /// Where the root is 0 it says nothing about the scale on which the function can be told from 0.
    #[test]
    fn a_root_at_zero_is_verified_on_the_scale_of_the_noise() {
        for noise in [1e-15, 1e-9] {
            let root = bracketed_root(&mut noisy(|x: f64| x.exp_m1(), noise), open(-4.0), open(4.0)).unwrap();
            assert!(root.contains(0.0) && root.abs_err < 8.0 * noise, "{root:?}");
        }
    }

    /// The function with a rounding error of its own.
    fn noisy(f: impl Fn(f64) -> f64, noise: f64) -> impl FnMut(f64) -> Result<Estimate, String> {
        move |x| Ok(Estimate::new(f(x), noise))
    }

    #[test]
    fn roots_far_from_one_are_found() {
        for exponent in [-290, -100, -34, -3, 0, 3, 34, 100, 290] {
            let root = 2.0_f64.sqrt() * 10.0_f64.powi(exponent);
            let mut calls = 0;
            let mut f = |x: f64| -> Result<Estimate, String> {
                calls += 1;
                Ok(Estimate::exact(x).ln().unwrap() - Estimate::new(root.ln(), 2e-16 * root.ln().abs()))
            };
            let found = bracketed_root(&mut f, open(0.0), open(f64::INFINITY)).unwrap();
            assert!(found.contains(root), "{exponent}: {found:?}");
            assert!(found.abs_err < 1e-12 * root, "{exponent}: {found:?}");
            assert!(calls < 300, "{calls}");
        }
    }

    #[test]
    fn near_roots_are_cheap() {
        let mut calls = 0;
        let mut f = |x: f64| -> Result<Estimate, String> {
            calls += 1;
            Ok(Estimate::exact(x) * Estimate::exact(x) - Estimate::exact(2.0))
        };
        let found = bracketed_root(&mut f, open(0.0), open(f64::INFINITY)).unwrap();
        assert!(found.contains(std::f64::consts::SQRT_2) && found.abs_err < 2e-15, "{found:?}");
        assert!(calls < 25, "{calls}");
    }

    #[test]
    fn noise_widens_the_answer() {
        let found = bracketed_root(&mut noisy(|x| x - 0.3, 1e-9), open(0.0), open(1.0)).unwrap();
        assert!(found.contains(0.3) && found.abs_err >= 1e-9 && found.abs_err < 2e-8, "{found:?}");
    }

    #[test]
    fn a_triple_root_is_honest() {
        let found = bracketed_root(&mut noisy(|x| (x - 0.3).powi(3), 1e-15), open(-1.0), closed(2.0)).unwrap();
        assert!(found.contains(0.3) && found.abs_err >= 1e-5, "{found:?}");
    }

    #[test]
    fn closed_ends_count_open_ends_do_not() {
        let exact = |x: f64| -> Result<Estimate, String> { Ok(Estimate::exact(x - 1.0)) };
        assert_eq!(bracketed_root(&mut { exact }, closed(1.0), open(f64::INFINITY)), Ok(Estimate::exact(1.0)));
        let missing = bracketed_root(&mut { exact }, open(1.0), open(f64::INFINITY));
        assert!(matches!(missing, Err(RootError::NoBracket { .. })), "{missing:?}");
        let vague = bracketed_root(&mut noisy(|x| x - 1.0, 1e-15), closed(1.0), open(f64::INFINITY)).unwrap();
        assert!(vague.contains(1.0) && vague.abs_err < 1e-13, "{vague:?}");
    }

    #[test]
    fn poles_and_jumps_are_not_zeros() {
        let pole = bracketed_root(&mut noisy(|x| 1.0 / (x - 0.3), 0.0), open(0.0), open(1.0));
        assert!(matches!(pole, Err(RootError::Unverified { .. })), "{pole:?}");
        let jump = bracketed_root(&mut noisy(|x| (x - 0.3).signum(), 0.0), open(0.0), open(1.0));
        assert!(matches!(jump, Err(RootError::Unverified { .. })), "{jump:?}");
    }

    #[test]
    fn failures_matter_only_without_a_bracket() {
        let mut fails_late = |x: f64| if x > 100.0 { Err("late") } else { Ok(Estimate::exact(x - 30.0)) };
        assert!(bracketed_root(&mut fails_late, open(0.0), open(f64::INFINITY)).unwrap().contains(30.0));
        let mut fails_first = |x: f64| if x > 100.0 { Err("late") } else { Ok(Estimate::exact(x + 30.0)) };
        let failure = bracketed_root(&mut fails_first, open(0.0), open(f64::INFINITY));
        assert_eq!(failure, Err(RootError::Function("late")));
    }

    #[test]
    fn the_whole_line_and_half_lines_towards_minus_infinity() {
        for root in [-1e9, -5.0, -0.5, 0.5, 5.0, 1e9] {
            let line = bracketed_root(&mut noisy(|x| x - root, 0.0), open(f64::NEG_INFINITY), open(f64::INFINITY));
            assert!(line.unwrap().contains(root));
        }
        let half = bracketed_root(&mut noisy(|x| x + 77.0, 0.0), open(f64::NEG_INFINITY), open(-3.0)).unwrap();
        assert!(half.contains(-77.0) && half.abs_err < 1e-12, "{half:?}");
    }

    /// `int 1/(1 + k x) d mu_1 = (sqrt(1 + 4k) - 1)/(2k)` is 1/2 at k = 2: a root over an integral, and what it costs.
    #[test]
    fn roots_over_integrals_keep_the_digits() {
        let (mut calls, mut evaluations) = (0, 0);
        let mut f = |k: f64| {
            calls += 1;
            let resolvent = |x: f64| -> Result<Estimate, String> {
                evaluations += 1;
                Ok((Estimate::ONE + Estimate::exact(k) * Estimate::exact(x)).powi(-1).unwrap())
            };
            let mean = crate::num::laws::marchenko_pastur(&mut one_by_one(resolvent), 1.0, &[])
                .map_err(|e| format!("{e:?}"))?;
            Ok::<_, String>(mean - Estimate::exact(0.5))
        };
        let root = bracketed_root(&mut f, open(0.0), open(f64::INFINITY)).unwrap();
        assert!(root.contains(2.0) && root.abs_err < 5e-12, "{root:?}");
        assert!(calls <= 20 && evaluations <= 20 * 600, "{calls} calls, {evaluations} evaluations");
    }

    #[test]
    fn infinite_values_have_signs_too() {
        let mut f = |x: f64| -> Result<Estimate, String> {
            Ok(if x > 3.0 { Estimate::INFINITY } else { Estimate::exact(x) - Estimate::exact(2.0) })
        };
        assert!(bracketed_root(&mut f, open(0.0), open(f64::INFINITY)).unwrap().contains(2.0));
    }
}
