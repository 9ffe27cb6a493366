//! Newton's method for one root at complex arguments, and guesses from which to begin it. The caller evaluates the function and hands in
//! the values, so that it may do this for one root at a time or for many roots at once.

use crate::formula::code::{Code, Op, Root};
use crate::num::{ComplexEstimate, Estimate};
use nalgebra::Complex;

/// Newton's method makes at most so many steps from one guess.
const MOST_STEPS: u32 = 30;
/// Longest first step, relative to the root. With `CONTRACTION` it keeps the method far inside the region where it stays with one root.
const FIRST_STEP: f64 = 0.25;
/// Slowest contraction: a step may be at most this long, relative to the previous one.
const CONTRACTION: f64 = 0.3;
/// The first derivative is a difference quotient over a step of this length, relative to the root.
const DIFFERENCE: f64 = 1e-6;
/// A guess is made from so many known roots.
const NEIGHBOURS: usize = 4;
/// A guess is made only within this distance of the nearest known root, relative to how far the known roots are apart.
const REACH: f64 = 1.5;

/// An argument, and the value that is followed there: the root in its chart (see [`Chart`]).
pub type Followed = (Complex<f64>, Complex<f64>);

/// The nearest known root.
pub fn nearest(known: &[Followed], z: ComplexEstimate) -> Option<Followed> {
    let distance = |point: &Followed| (point.0 - centre(z)).norm_sqr();
    known.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// A guess at z: the value of the polynomial through the nearest known roots, or the nearest root itself if that value is far from it. None
/// if z is too far from the known roots, compared with their distance from each other, since a guess should not lead to another root.
pub fn expected(known: &[Followed], z: ComplexEstimate) -> Option<Complex<f64>> {
    let z = centre(z);
    // Squared distances and indices of the nearest known roots, in order.
    let mut nearest = [(f64::INFINITY, 0); NEIGHBOURS];
    for (index, (argument, _)) in known.iter().enumerate() {
        let distance = (argument - z).norm_sqr();
        let mut place = NEIGHBOURS;
        while place > 0 && distance < nearest[place - 1].0 {
            place -= 1;
            if place + 1 < NEIGHBOURS {
                nearest[place + 1] = nearest[place];
            }
            nearest[place] = (distance, index);
        }
    }
    let number = known.len().min(NEIGHBOURS);
    let mut points = [(Complex::ZERO, Complex::ZERO); NEIGHBOURS];
    points.iter_mut().zip(&nearest[..number]).for_each(|(point, (_, index))| *point = known[*index]);
    let points = &points[..number];
    let ((first, start), (last, _)) = (*points.first()?, *points.last()?);
    if nearest[0].0 > REACH * REACH * (last - first).norm_sqr() {
        return None;
    }
    let mut sum: Complex<f64> = Complex::ZERO;
    for (index, (argument, value)) in points.iter().enumerate() {
        let (mut top, mut bottom): (Complex<f64>, Complex<f64>) = (*value, Complex::ONE);
        for (_, (other, _)) in points.iter().enumerate().filter(|(place, _)| *place != index) {
            top *= z - other;
            bottom *= argument - other;
        }
        sum += top / bottom;
    }
    Some(if (sum - start).norm_sqr() <= start.norm_sqr() { sum } else { start })
}

/// The function of a root that is followed in its stead: the root itself, or its reciprocal. If a root in (0, inf) is the Stieltjes
/// transform of a positive measure, it falls like 1/z, and its reciprocal is close to linear.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Chart {
    Itself,
    Reciprocal,
}

pub fn chart(root: &Root) -> Chart {
    let is = |end: &Code, value: Estimate| matches!(end.op, Op::Constant(constant) if constant == value);
    let positive = is(&root.low, Estimate::ZERO) && is(&root.high, Estimate::INFINITY);
    if positive { Chart::Reciprocal } else { Chart::Itself }
}

impl Chart {
    pub fn of(self, root: ComplexEstimate) -> Complex<f64> {
        match self {
            Chart::Itself => centre(root),
            Chart::Reciprocal => centre(root).inv(),
        }
    }

    fn at(self, point: Complex<f64>) -> ComplexEstimate {
        let root = if self == Chart::Itself { point } else { point.inv() };
        ComplexEstimate::exact(root.re, root.im)
    }

    /// Modulus of the derivative of the followed value with respect to the root.
    fn slope(self, point: Complex<f64>) -> f64 {
        if self == Chart::Itself { 1.0 } else { point.norm_sqr() }
    }
}

pub fn centre(z: ComplexEstimate) -> Complex<f64> {
    Complex::new(z.re, z.im)
}

/// Newton's method for one root. The slope is that between the last two points. It is kept once they are closer than the difference that
/// the method began with. The first step has to be short and the steps have to contract, so that the method is far inside the region of
/// one root.
#[derive(Clone, Copy)]
pub struct Newton {
    chart: Chart,
    /// The present point, in the chart.
    point: Complex<f64>,
    slope: Complex<f64>,
    /// Bound on the error of the slope that the errors of the function's values cause.
    slope_error: f64,
    /// The previous point and the value of the function there.
    last: Option<(Complex<f64>, ComplexEstimate)>,
    /// Size of the previous step.
    before: f64,
    steps: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    On,
    /// The root, with the bound `2 |F|/|F'|` on its error, where the error of F itself is included in `|F|`.
    Settled(ComplexEstimate),
    Lost,
}

impl Newton {
    pub fn new(near: Complex<f64>, chart: Chart) -> Newton {
        let before = FIRST_STEP * near.norm_sqr().sqrt() / CONTRACTION;
        Newton { chart, point: near, slope: Complex::ZERO, slope_error: 0.0, last: None, before, steps: 0 }
    }

    /// The point at which the function's value is needed next.
    pub fn point(&self) -> ComplexEstimate {
        self.chart.at(self.point)
    }

    /// A point beside the first one. The first slope is that between the two.
    pub fn beside(&self) -> ComplexEstimate {
        self.chart.at(self.beside_in_chart())
    }

    fn beside_in_chart(&self) -> Complex<f64> {
        self.point + DIFFERENCE * self.point.norm_sqr().sqrt()
    }

    /// Whether the last step was no longer than this share of the root.
    pub fn is_within(&self, share: f64) -> bool {
        self.before <= share * self.point.norm_sqr().sqrt()
    }

    /// Makes the first step, given the values of the function at the point beside and at the point itself.
    pub fn start(&mut self, beside: ComplexEstimate, here: ComplexEstimate) -> Step {
        self.slope_between((self.beside_in_chart(), beside), (self.point, here));
        self.step(here)
    }

    /// Sets the slope to that between two points. The points are doubles so close to each other that their difference has almost no
    /// rounding.
    fn slope_between(&mut self, first: (Complex<f64>, ComplexEstimate), second: (Complex<f64>, ComplexEstimate)) {
        let apart = first.0 - second.0;
        self.slope = (centre(first.1) - centre(second.1)) / apart;
        self.slope_error = (first.1.abs_err + second.1.abs_err) / apart.norm_sqr().sqrt();
    }

    /// Makes a step, given the value of the function at the point.
    pub fn step(&mut self, value: ComplexEstimate) -> Step {
        let size = self.point.norm_sqr().sqrt();
        if let Some(last) = self.last
            && (self.point - last.0).norm_sqr() >= (DIFFERENCE * size).powi(2)
        {
            self.slope_between((self.point, value), last);
        }
        let step = centre(value) / self.slope;
        let length = step.norm_sqr().sqrt();
        if value.modulus() <= 2.0 * value.abs_err || length <= 4.0 * f64::EPSILON * size {
            let least = (self.slope.norm_sqr().sqrt() - self.slope_error).max(0.0) * self.chart.slope(self.point);
            let found = self.point().widened(2.0 * (value.modulus() + value.abs_err) / least);
            return if found.is_finite() { Step::Settled(found) } else { Step::Lost };
        }
        self.steps += 1;
        // If the length is not a number, this is false too.
        let contracts = length <= CONTRACTION * self.before;
        if !contracts || self.steps == MOST_STEPS {
            return Step::Lost;
        }
        self.before = length;
        self.last = Some((self.point, value));
        self.point -= step;
        Step::On
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(near: ComplexEstimate, chart: Chart, f: impl Fn(Complex<f64>) -> Complex<f64>) -> (Step, u32) {
        let at = |p: ComplexEstimate| {
            let value = f(centre(p));
            ComplexEstimate::new(value.re, value.im, 1e-15)
        };
        let mut newton = Newton::new(chart.of(near), chart);
        let mut step = newton.start(at(newton.beside()), at(newton.point()));
        while step == Step::On {
            step = newton.step(at(newton.point()));
        }
        (step, newton.steps)
    }

    /// The root of `p^2 = 2i` is `1 + i`. That of `2/p - 1 - i = 0` is `1 - i`, and its reciprocal is found in one step.
    #[test]
    fn roots_are_found_within_their_bounds() {
        let i = Complex::new(0.0, 1.0);
        for chart in [Chart::Itself, Chart::Reciprocal] {
            let (step, steps) = follow(ComplexEstimate::exact(1.1, 0.9), chart, |p| p * p - 2.0 * i);
            let Step::Settled(root) = step else { panic!("{chart:?}: {step:?}") };
            assert!((centre(root) - Complex::new(1.0, 1.0)).norm_sqr().sqrt() <= root.abs_err, "{root:?}");
            assert!(root.abs_err < 1e-14 && steps <= 7, "{root:?} after {steps} steps");
        }
        let (step, steps) = follow(ComplexEstimate::exact(1.2, -0.9), Chart::Reciprocal, |p| 2.0 / p - 1.0 - i);
        let Step::Settled(root) = step else { panic!("{step:?}") };
        assert!((centre(root) - Complex::new(1.0, -1.0)).norm_sqr().sqrt() <= root.abs_err && steps <= 2, "{root:?}");
    }

    #[test]
    fn far_guesses_and_flat_functions_are_lost() {
        let i = Complex::new(0.0, 1.0);
        let (step, _) = follow(ComplexEstimate::exact(3.0, 0.1), Chart::Itself, |p| p * p - 2.0 * i);
        assert_eq!(step, Step::Lost);
        let (step, _) = follow(ComplexEstimate::exact(3.0, 0.1), Chart::Itself, |_| i);
        assert_eq!(step, Step::Lost);
    }

    /// Guesses are exact for cubics. There is no guess far away from the known roots.
    #[test]
    fn guesses_are_those_of_a_polynomial() {
        let cubic = |z: Complex<f64>| z * z * z - 2.0 * z + 3.0;
        let known: Vec<Followed> = (0..7).map(|k| Complex::new(f64::from(k), 0.5)).map(|z| (z, cubic(z))).collect();
        let at = |re: f64, im: f64| expected(&known, ComplexEstimate::exact(re, im));
        let between = at(2.4, 0.6).unwrap() - cubic(Complex::new(2.4, 0.6));
        assert!(between.norm_sqr() < 1e-24, "{between}");
        assert_eq!(at(30.0, 0.5), None);
        assert_eq!(expected(&[], ComplexEstimate::ONE), None);
    }
}
